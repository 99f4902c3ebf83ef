//! The report for people.

use std::fmt::Write as _;

use neptune_data::{Finding, Problem, Provenance, Totals, What};
use neptune_report::terminal::{BAD, GOOD, OPEN, PLACE, paint, wrap};
use neptune_report::{Table, count};

use super::{Checked, Report, Shown};
use crate::hint::warning;

/// With more files than this, those without findings are one row of the table.
const MANY: usize = 20;

impl Report {
    /// The report for people, `width` columns wide and in colour: each finding with its line, then the counters of each file.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for file in &self.files {
            let mut last = None;
            for finding in &file.findings {
                // What is said of a header is said once.
                let is_said = finding.finding.record == 0 && finding.hint.is_some() && finding.hint == last;
                text += &shown(&file.name, finding, !is_said, width);
                last.clone_from(&finding.hint);
            }
            if let Some(why) = &file.unreadable {
                let error = wrap(&format!("{}: error: it cannot be read: {why}", file.name), width);
                let _ = write!(text, "{}\n\n", error.replacen("error:", &paint(BAD, "error:"), 1));
            }
        }
        if let Some(more) = self.left_out() {
            text += &paint(OPEN, &wrap(&more, width));
            text += "\n\n";
        }
        let style = if self.verdict() == "LOAD_COMPLETED" { GOOD } else { BAD };
        let remarks: String = self.remarks.iter().map(|remark| wrap(remark, width) + "\n").collect();
        format!("{text}{}\n{}\n{remarks}", self.table().render(width), paint(style, &self.summary()))
    }

    /// The counters of each file. Of many, those without findings are one row.
    fn table(&self) -> Table {
        let mut table = Table::new(["file", "records", "duplicates", "parsing", "datatype", "insert"], 1);
        let is_apart =
            |file: &&Checked| self.files.len() <= MANY || file.errors + file.warnings > 0 || file.unreadable.is_some();
        for file in self.files.iter().filter(is_apart).take(MANY) {
            row(&mut table, &file.name, file.totals);
        }
        let others = self.files.iter().filter(|file| !is_apart(file)).chain(self.files.iter().filter(is_apart).skip(MANY));
        let (mut number, mut sum) = (0, Totals::default());
        for file in others {
            number += 1;
            sum += file.totals;
        }
        if number > 0 {
            row(&mut table, &format!("{number} others"), sum);
        }
        if self.files.len() > 1 {
            row(&mut table, "all", self.totals());
        }
        table
    }

    /// `LOAD_FAILED: 2 errors, 1 warning in 3 files`
    fn summary(&self) -> String {
        let (errors, warnings) = (count(self.found(true), "error"), count(self.found(false), "warning"));
        format!("{}: {errors}, {warnings} in {}", self.verdict(), count(self.files.len() as u64, "file"))
    }
}

fn row(table: &mut Table, name: &str, totals: Totals) {
    let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = totals;
    let numbers = [records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors];
    table.row(std::iter::once(name.to_owned()).chain(numbers.map(|number| number.to_string())));
}

/// A finding, with its line and the place in it, and if asked for, with its hint.
pub(super) fn shown(file: &str, Shown { finding, hint }: &Shown, with_hint: bool, width: usize) -> String {
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
    if !excerpt.text.is_empty() {
        let _ = writeln!(text, "  | {}\n  | {}^", excerpt.text, " ".repeat(excerpt.at));
    }
    if let Some(hint) = hint.as_ref().filter(|_| with_hint) {
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
