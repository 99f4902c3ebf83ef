//! What was found, for people and for programs.

use std::fmt::Write as _;
use std::io;

use neptune_data::{Finding, Found, Problem, Provenance, Totals, What};
use neptune_report::terminal::{BAD, GOOD, OPEN, PLACE, paint, wrap};
use neptune_report::{Table, count};
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::hint::{Context, hint, is_of_another_header, warning};
use crate::inputs::Input;
use crate::rejects::Bad;

/// What is known of the files.
#[derive(Debug)]
pub struct Report {
    /// Each file, in the order of the command line.
    pub files: Vec<Checked>,
    format: Format,
    max_shown: usize,
    errors: u64,
    warnings: u64,
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
}

/// A finding, and why it is there.
#[derive(Debug)]
pub struct Shown {
    /// What was found.
    pub finding: Finding,
    /// The cause and the cure; `None` if the text says it all.
    pub hint: Option<String>,
}

impl Report {
    /// Nothing is known yet of these files.
    pub(crate) fn new(inputs: &[Input], format: Format, max_shown: usize) -> Self {
        let unread = |input: &Input| Checked { name: input.name(), totals: Totals::default(), findings: Vec::new() };
        Self {
            files: inputs.iter().map(unread).collect(),
            format,
            max_shown,
            errors: 0,
            warnings: 0,
            bad: None,
            remarks: Vec::new(),
        }
    }

    /// Loads one of the files: `load` gives its findings away, and returns what it counts.
    pub(crate) fn load(
        &mut self,
        file: usize,
        load: impl FnOnce(&mut dyn FnMut(Found<'_>)) -> io::Result<Totals>,
    ) -> io::Result<()> {
        let Self { files, max_shown, errors, warnings, bad, format, .. } = self;
        let mut left = max_shown.saturating_sub(files.iter().map(|file| file.findings.len()).sum());
        let Checked { totals, findings, .. } = &mut files[file];
        *totals = load(&mut |found| {
            match found.what() {
                What::Error(_) => {
                    *errors += 1;
                    if let Some(bad) = bad {
                        bad[file].insert(format.unit_of(&found));
                    }
                }
                What::Warning(_) => *warnings += 1,
            }
            if left > 0 {
                left -= 1;
                findings.push(Shown { finding: found.finding(), hint: None });
            }
        })?;
        Ok(())
    }

    /// Adds hints to what was found in a file. One that is said of a header is said once.
    pub(crate) fn explain(&mut self, file: usize, mut context: Context<'_>) {
        let mut last = None;
        for Shown { finding, hint: explained } in &mut self.files[file].findings {
            let new = hint(finding, &context).filter(|new| finding.record > 0 || last.as_ref() != Some(new));
            context.behind_another |= new.as_deref().is_some_and(is_of_another_header);
            if new.is_some() {
                last.clone_from(&new);
            }
            *explained = new;
        }
    }

    /// Whether a load of the files has errors.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether something loads that is probably not what was meant.
    pub fn has_warnings(&self) -> bool {
        self.warnings > 0
    }

    /// The status that a load of the files ends with.
    pub fn verdict(&self) -> &'static str {
        if self.has_errors() { "LOAD_FAILED" } else { "LOAD_COMPLETED" }
    }

    /// What a load of all files counts.
    pub fn totals(&self) -> Totals {
        self.files.iter().fold(Totals::default(), |mut all, file| {
            all += file.totals;
            all
        })
    }

    /// The report for people, `width` columns wide and in colour: each finding with its line, then the counters of each file.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for file in &self.files {
            for finding in &file.findings {
                text += &shown(&file.name, finding, width);
            }
        }
        let shown: u64 = self.files.iter().map(|file| file.findings.len() as u64).sum();
        let hidden = self.errors + self.warnings - shown;
        if hidden > 0 {
            let more = format!("{} more, which --max-errors leaves out; the counters have them", count(hidden, "finding"));
            text += &paint(OPEN, &wrap(&more, width));
            text += "\n\n";
        }
        let style = if self.has_errors() { BAD } else { GOOD };
        let remarks: String = self.remarks.iter().map(|remark| wrap(remark, width) + "\n").collect();
        format!("{text}{}\n{}\n{remarks}", self.table().render(width), paint(style, &self.summary()))
    }

    /// The report for programs: `{"verdict", "totals", "files", "errors", "warnings"}`.
    pub fn json(&self) -> String {
        let files: Vec<Value> =
            self.files.iter().map(|file| json!({"file": file.name, "totals": totals(file.totals)})).collect();
        let report = json!({
            "verdict": self.verdict(),
            "totals": totals(self.totals()),
            "files": files,
            "errors": self.as_json(true),
            "warnings": self.as_json(false),
        });
        format!("{report:#}\n")
    }

    /// The errors, or the warnings.
    fn as_json(&self, errors: bool) -> Vec<Value> {
        let is_wanted = |shown: &&Shown| matches!(shown.finding.what, What::Error(_)) == errors;
        let of_file = |file: &Checked| -> Vec<Value> {
            file.findings.iter().filter(is_wanted).map(|shown| as_json(&file.name, shown)).collect()
        };
        self.files.iter().flat_map(of_file).collect()
    }

    fn table(&self) -> Table {
        let headings = ["file", "records", "duplicates", "parsing", "datatype", "insert"];
        let mut table = Table::new(headings, 1);
        for file in &self.files {
            let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = file.totals;
            let numbers = [records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors];
            table.row(std::iter::once(file.name.clone()).chain(numbers.map(|number| number.to_string())));
        }
        table
    }

    /// `LOAD_FAILED: 2 errors, 1 warning`
    fn summary(&self) -> String {
        let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
        format!("{}: {errors}, {warnings} in {}", self.verdict(), count(self.files.len() as u64, "file"))
    }
}

/// A finding, with its line, the place in it, and the hint.
fn shown(file: &str, Shown { finding, hint }: &Shown, width: usize) -> String {
    let Finding { what, times, record, line, column, id, excerpt } = finding;
    let place = format!("{file}:{line}:{column}:");
    let (kind, style, said, code) = match what {
        What::Error(problem) => {
            ("error:", BAD, problem.to_string(), format!(", {}{}", problem.code().as_str(), provenance(problem)))
        }
        What::Warning(what) => ("warning:", OPEN, warning(what, *times), String::new()),
    };
    // Coloured after it was wrapped: colours take no room.
    let mut text = wrap(&format!("{place} {kind} {said}\n"), width);
    text = text.replacen(kind, &paint(style, kind), 1).replacen(&place, &paint(PLACE, &place), 1);
    let record = if *record == 0 { "header".to_owned() } else { format!("record {record}") };
    let id = id.as_ref().map(|id| format!(", id {id}")).unwrap_or_default();
    text += &wrap(&format!("  {record}{id}{code}\n"), width);
    let _ = writeln!(text, "  | {}\n  | {}^", excerpt.text, " ".repeat(excerpt.at));
    if let Some(hint) = hint {
        text += &wrap(&format!("  hint: {hint}\n"), width);
    }
    text + "\n"
}

/// What is to be said of the text of an error.
fn provenance(problem: &Problem) -> &'static str {
    match problem.provenance() {
        Provenance::Observed => "",
        Provenance::Rdf4j => " (in the words of RDF4J; Neptune's are most likely the same)",
        Provenance::AwsTool => " (in the words of an AWS tool; Neptune's are not known)",
        Provenance::Ours => " (Neptune's words are not known)",
    }
}

fn as_json(file: &str, Shown { finding, hint }: &Shown) -> Value {
    let (code, message) = match &finding.what {
        What::Error(problem) => (Some(problem.code().as_str()), problem.to_string()),
        What::Warning(what) => (None, warning(what, finding.times)),
    };
    let Finding { record, line, column, id, .. } = finding;
    json!({"code": code, "message": message, "file": file, "record": record, "line": line, "column": column, "id": id, "hint": hint})
}

fn totals(totals: Totals) -> Value {
    let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = totals;
    json!({
        "records": records,
        "duplicates": duplicates,
        "parsingErrors": parsing_errors,
        "datatypeMismatchErrors": datatype_mismatch_errors,
        "insertErrors": insert_errors,
    })
}
