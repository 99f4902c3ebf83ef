//! What was found, and the reports that are made of it.
//!
//! | module | report |
//! |---|---|
//! | `text` | for people |
//! | `json` | for programs |
//! | `sarif` | for code scanning and editors |
//! | `junit` | for CI servers |
//! | `page` | for a browser |

mod json;
mod junit;
mod page;
mod sarif;
mod text;

use std::io;

use neptune_data::{Finding, Found, Totals, What};
use neptune_report::count;

use crate::arguments::Unit;
use crate::hint::{Context, hint, is_of_another_header};
use crate::inputs::Input;
use crate::rejects::Bad;
use crate::rules::rule_of;

/// What is known of the files.
#[derive(Debug)]
pub struct Report {
    /// Each file, in the order of the command line.
    pub files: Vec<Checked>,
    /// What a file is split into.
    unit: Unit,
    /// How many errors are kept, and how many warnings.
    max_shown: usize,
    /// Of each file, the records with errors, if they are asked for.
    pub(crate) bad: Option<Vec<Bad>>,
    /// What is to be said beside the findings, a line each.
    pub(crate) remarks: Vec<String>,
}

/// A file that was checked.
#[derive(Debug)]
pub struct Checked {
    /// What it is called.
    pub name: String,
    /// What a load of it counts.
    pub totals: Totals,
    /// The first of what was found in it.
    pub findings: Vec<Shown>,
    /// How many errors were found. A load counts fewer where it would end.
    pub errors: u64,
    /// How many warnings were found.
    pub warnings: u64,
    /// Why it cannot be read, or not to its end.
    pub unreadable: Option<String>,
}

/// A finding, and why it is there.
#[derive(Debug)]
pub struct Shown {
    /// What was found.
    pub finding: Finding,
    /// The cause and the cure; `None` if the text says it all.
    pub hint: Option<String>,
}

impl Shown {
    /// The kind of the finding, in words with hyphens: `missing-vertex`.
    pub fn kind(&self) -> &'static str {
        rule_of(&self.finding.what).id
    }

    fn is_error(&self) -> bool {
        matches!(self.finding.what, What::Error(_))
    }
}

impl Report {
    /// Nothing is known yet of these files.
    pub(crate) fn new(inputs: &[Input], unit: Unit, max_shown: usize) -> Self {
        let unread = |input: &Input| Checked {
            name: input.name(),
            totals: Totals::default(),
            findings: Vec::new(),
            errors: 0,
            warnings: 0,
            unreadable: None,
        };
        Self { files: inputs.iter().map(unread).collect(), unit, max_shown, bad: None, remarks: Vec::new() }
    }

    /// Loads one of the files: `load` gives its findings away, and returns what it counts. One that cannot be read is noted.
    pub(crate) fn load(&mut self, file: usize, load: impl FnOnce(&mut (dyn FnMut(Found<'_>) + Send)) -> io::Result<Totals>) {
        let [mut errors_left, mut warnings_left] = [true, false].map(|errors| self.max_shown.saturating_sub(self.kept(errors)));
        let (unit, mut bad) = (self.unit, self.bad.as_mut().map(|bad| &mut bad[file]));
        let Checked { totals, findings, errors, warnings, unreadable, .. } = &mut self.files[file];
        let counted = load(&mut |found| {
            let left = match found.what() {
                What::Error(_) => {
                    *errors += 1;
                    if let Some(bad) = &mut bad {
                        bad.insert(unit.of(&found));
                    }
                    &mut errors_left
                }
                What::Warning(_) => {
                    *warnings += 1;
                    &mut warnings_left
                }
            };
            if *left > 0 {
                *left -= 1;
                findings.push(Shown { finding: found.finding(), hint: None });
            }
        });
        match counted {
            Ok(counted) => *totals = counted,
            Err(error) => *unreadable = Some(error.to_string()),
        }
    }

    /// Of each file, the records with errors; of one that cannot be read, nothing.
    pub(crate) fn bad(&self) -> Vec<Option<&Bad>> {
        let bad = self.bad.iter().flatten();
        bad.zip(&self.files).map(|(bad, file)| file.unreadable.is_none().then_some(bad)).collect()
    }

    /// Adds hints to what was found in a file.
    pub(crate) fn explain(&mut self, file: usize, mut context: Context<'_>) {
        for Shown { finding, hint: explained } in &mut self.files[file].findings {
            *explained = hint(finding, &context);
            context.is_other |= explained.is_some() && *explained == context.nature;
            context.behind_another |= explained.as_deref().is_some_and(is_of_another_header);
        }
    }

    /// Whether a load of the files has errors.
    pub fn has_errors(&self) -> bool {
        self.files.iter().any(|file| file.errors > 0)
    }

    /// Whether something loads that is probably not what was meant.
    pub fn has_warnings(&self) -> bool {
        self.files.iter().any(|file| file.warnings > 0)
    }

    /// Whether a file cannot be read, or not to its end.
    pub fn has_unreadable(&self) -> bool {
        self.files.iter().any(|file| file.unreadable.is_some())
    }

    /// The status that a load of the files ends with.
    pub fn verdict(&self) -> &'static str {
        if self.has_errors() || self.has_unreadable() { "LOAD_FAILED" } else { "LOAD_COMPLETED" }
    }

    /// What a load of all files counts.
    pub fn totals(&self) -> Totals {
        self.files.iter().fold(Totals::default(), |mut all, file| {
            all += file.totals;
            all
        })
    }

    /// How many errors, or warnings, there are.
    fn found(&self, errors: bool) -> u64 {
        self.files.iter().map(|file| if errors { file.errors } else { file.warnings }).sum()
    }

    /// How many errors, or warnings, are kept.
    fn kept(&self, errors: bool) -> usize {
        self.files.iter().flat_map(|file| &file.findings).filter(|shown| shown.is_error() == errors).count()
    }

    /// How many findings are not kept.
    fn cut(&self) -> u64 {
        self.found(true) + self.found(false) - (self.kept(true) + self.kept(false)) as u64
    }

    /// Says that findings are not kept, if so.
    fn left_out(&self) -> Option<String> {
        let cut = self.cut();
        (cut > 0).then(|| format!("--max-errors leaves out {}; the counters include them", count(cut, "more finding")))
    }
}
