//! The report for people.

use std::fmt::Write as _;

use neptune_data::{Finding, Problem, Provenance, Totals, What};
use neptune_report::terminal::{BAD, GOOD, OPEN, PLACE, paint, wrap};
use neptune_report::{Table, count};

use super::{Checked, Report, Shown};

/// With more files than this, those without findings are one row of the table.
const MANY: usize = 20;
/// No name is cut shorter than this, in columns.
const NARROWEST: usize = 12;
const HEADINGS: [&str; 6] = ["file", "records", "duplicates", "parsing", "datatype", "insert"];

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
                let error = wrap(&format!("{}: error: it cannot be read: {}", visible(&file.name), visible(why)), width);
                let _ = write!(text, "{}\n\n", error.replacen("error:", &paint(BAD, "error:"), 1));
            }
        }
        if let Some(more) = self.left_out() {
            text += &paint(OPEN, &wrap(&more, width));
            text += "\n\n";
        }
        let style = if self.verdict() == "LOAD_COMPLETED" { GOOD } else { BAD };
        let remarks: String = self.remarks.iter().map(|remark| wrap(&visible(remark), width) + "\n").collect();
        format!("{text}{}\n{}\n{remarks}", self.table(width).render(width), paint(style, &self.summary()))
    }

    /// The counters of each file. Of many, those without findings are one row.
    fn table(&self, width: usize) -> Table {
        let mut table = Table::new(HEADINGS, 1);
        let (room, folder) = (self.room(width), self.common_folder());
        let is_apart =
            |file: &&Checked| self.files.len() <= MANY || file.errors + file.warnings > 0 || file.unreadable.is_some();
        for file in self.files.iter().filter(is_apart).take(MANY) {
            row(&mut table, &short(&visible(&file.name[folder..]), room), file.totals);
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

    /// How wide names of files may be, in columns: what the numbers leave.
    fn room(&self, width: usize) -> usize {
        let all = numbers(self.totals()).map(|number| number.to_string().len());
        let taken: usize = HEADINGS[1..].iter().zip(all).map(|(heading, digits)| heading.len().max(digits) + 2).sum();
        width.saturating_sub(taken + 1).max(NARROWEST)
    }

    /// How many bytes of all names are the folder that they have in common, which no row repeats.
    fn common_folder(&self) -> usize {
        let Some((first, others)) = self.files.split_first() else { return 0 };
        let common = others.iter().fold(first.name.as_str(), |common, file| {
            let same = common.bytes().zip(file.name.bytes()).take_while(|(one, other)| one == other).count();
            let folder = common.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
            &common[..folder]
        });
        common.rfind('/').map_or(0, |slash| slash + 1)
    }

    /// `LOAD_FAILED: 2 errors, 1 warning in 3 files`
    pub(super) fn summary(&self) -> String {
        let unreadable = self.files.iter().filter(|file| file.unreadable.is_some()).count() as u64;
        let (errors, warnings) = (count(self.found(true) + unreadable, "error"), count(self.found(false), "warning"));
        format!("{}: {errors}, {warnings} in {}", self.verdict(), count(self.files.len() as u64, "file"))
    }
}

fn row(table: &mut Table, name: &str, totals: Totals) {
    table.row(std::iter::once(name.to_owned()).chain(numbers(totals).map(|number| number.to_string())));
}

fn numbers(totals: Totals) -> [u64; 5] {
    let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = totals;
    [records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors]
}

/// The end of a name, if it is longer than this.
fn short(name: &str, room: usize) -> String {
    let letters = name.chars().count();
    if letters <= room { name.to_owned() } else { format!("…{}", name.chars().skip(letters - room + 1).collect::<String>()) }
}

/// A finding, with its line and the place in it, and if asked for, with its hint.
pub(super) fn shown(file: &str, Shown { finding, hint }: &Shown, with_hint: bool, width: usize) -> String {
    let Finding { what, record, line, column, id, excerpt, .. } = finding;
    let place = format!("{}:{line}:{column}:", visible(file));
    let (kind, style, code) = match what {
        What::Error(problem) => ("error:", BAD, format!(", {}{}", problem.code().as_str(), provenance(problem))),
        What::Warning(_) => ("warning:", OPEN, String::new()),
    };
    // Coloured after it was wrapped: colours take no room.
    let mut text = wrap(&format!("{place} {kind} {}\n", visible(&finding.message())), width);
    text = text.replacen(kind, &paint(style, kind), 1).replacen(&place, &paint(PLACE, &place), 1);
    let record = if *record == 0 { "header".to_owned() } else { format!("record {record}") };
    let id = id.as_ref().map(|id| format!(", id {}", visible(id))).unwrap_or_default();
    text += &wrap(&format!("  {record}{id}{code}\n"), width);
    if !excerpt.text.is_empty() {
        let (line, at) = around(&excerpt.text, excerpt.at, width.saturating_sub(4));
        let _ = writeln!(text, "  | {line}\n  | {}^", " ".repeat(at));
    }
    if let Some(hint) = hint.as_ref().filter(|_| with_hint) {
        text += &wrap(&format!("  hint: {}\n", visible(hint)), width);
    }
    text + "\n"
}

/// A text without characters that a terminal obeys: those are written as escapes.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() }).collect()
}

/// As much of a line as has room, with the place in it.
fn around(line: &str, at: usize, room: usize) -> (String, usize) {
    let skipped = at.saturating_sub(room * 2 / 3);
    let skipped = skipped.min(line.chars().count().saturating_sub(room));
    (line.chars().skip(skipped).take(room).collect(), at - skipped)
}

/// What is to be said of the text of an error.
pub(super) fn provenance(problem: &Problem) -> &'static str {
    match problem.provenance() {
        Provenance::Observed => "",
        Provenance::Rdf4j => " (in the words of RDF4J; Neptune's are most likely the same)",
        Provenance::AwsTool => " (in the words of an AWS tool; Neptune's are not known)",
        Provenance::Ours => " (Neptune's words are not known)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_round_the_place() {
        let line: String = ('a'..='z').collect();
        assert_eq!(around(&line, 3, 40), (line.clone(), 3));
        assert_eq!(around(&line, 3, 9), ("abcdefghi".to_owned(), 3));
        assert_eq!(around(&line, 20, 9), ("opqrstuvw".to_owned(), 6));
        assert_eq!(around(&line, 26, 9), ("rstuvwxyz".to_owned(), 9));
        assert_eq!(around("é", 1, 9), ("é".to_owned(), 1));
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        assert_eq!(short("data/äpart-0001.csv", 12), "…rt-0001.csv");
        assert_eq!(short("a.csv", 12), "a.csv");
    }
}
