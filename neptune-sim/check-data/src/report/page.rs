//! The report for a browser: a file that can be sent to somebody, at most 1 MiB large.

use std::time::{Duration, SystemTime};

use neptune_data::{Finding, Totals, What};
use neptune_report::page::{Item, Page, Remark, Section, Style, link, with_own_links};
use neptune_report::{Run, count};

use super::text::provenance;
use super::{Checked, Report, Shown};

/// What a load counts, in the order of the cells of a row.
const COUNTED: [&str; 5] = ["records", "duplicates", "parsing errors", "datatype mismatches", "insert errors"];

/// Above the counters if there are more errors than they have: a load stops at an error, and this report goes on.
const COUNTS_UNTIL_IT_STOPS: &str = "What a load counts until it stops: errors behind that place are not among them";

impl Report {
    /// The report as one HTML document: an item a file, with each finding in it. With `strict`, warnings are wrong, too.
    pub fn html(&self, strict: bool, started_at: SystemTime, took: Duration) -> String {
        self.page(strict, started_at, took).html()
    }

    /// What that document shows.
    pub(crate) fn page(&self, strict: bool, started_at: SystemTime, took: Duration) -> Page {
        let mut items: Vec<Item> = self.files.iter().map(|file| item(file, strict)).collect();
        with_own_links(&mut items);
        let version = vec![("version", env!("CARGO_PKG_VERSION").into())];
        let about = Run { took, properties: version, ..Run::new("neptune-sim check-data", started_at) }.page();
        let said = |text: &String| Remark { text: text.clone(), style: Style::Open };
        let verdict = if self.verdict() == "LOAD_COMPLETED" { Style::Good } else { Style::Bad };
        let remarks = std::iter::once(Remark { text: self.summary(), style: verdict });
        let page = Page {
            remarks: remarks.chain(self.left_out().iter().map(said)).chain(self.remarks.iter().map(said)).collect(),
            items,
            sections: self.counters().into_iter().collect(),
            ..about
        };
        page.counted()
    }

    /// What a load counts of each file, if there are several.
    fn counters(&self) -> Option<Section> {
        let row = |name: &str, totals: Totals| {
            let [records, duplicates, parsing, datatype, insert] = numbers(totals);
            [name.to_owned(), records, duplicates, parsing, datatype, insert]
        };
        let all = row("all files", self.totals());
        let rows = std::iter::once(all).chain(self.files.iter().map(|file| row(&file.name, file.totals))).collect();
        let [records, duplicates, parsing, datatype, insert] = COUNTED;
        let columns = ["file", records, duplicates, parsing, datatype, insert];
        (self.files.len() > 1)
            .then(|| {
                let stops = self.totals().errors() < self.found(true);
                Section::facts(if stops { COUNTS_UNTIL_IT_STOPS } else { "What a load counts" }, columns, rows)
            })
            .flatten()
    }
}

fn item(file: &Checked, strict: bool) -> Item {
    let (verdict, style) = match file {
        Checked { unreadable: Some(_), .. } => ("unreadable", Style::Bad),
        Checked { errors: 1.., .. } => ("with errors", Style::Bad),
        Checked { warnings: 1.., .. } => ("with warnings", if strict { Style::Bad } else { Style::Open }),
        _ => ("no findings", Style::Good),
    };
    let numbers = numbers(file.totals).to_vec();
    let counted = Section::Facts {
        title: if file.totals.errors() < file.errors { COUNTS_UNTIL_IT_STOPS } else { "What a load of it counts" }.to_owned(),
        columns: COUNTED.map(str::to_owned).to_vec(),
        rows: vec![numbers],
    };
    let findings = file.findings.iter().map(finding);
    let kept = file.findings.len() as u64;
    let more = (file.errors + file.warnings).saturating_sub(kept);
    let more = (more > 0).then(|| [format!("--max-errors leaves out {}", count(more, "more finding"))]);
    let more = Section::facts("Left out", ["what"], more.into_iter().collect());
    Item {
        id: link(&file.name),
        name: file.name.clone(),
        group: "files".to_owned(),
        verdict: verdict.to_owned(),
        style,
        place: file.findings.first().map(|first| format!("{}:{}", file.name, first.finding.line)),
        message: message(file),
        sections: findings.chain(more).chain([counted]).collect(),
        ..Item::default()
    }
}

/// `2 errors, 1 warning; line 3: Value 'x' of column 'age' is not a valid Int`
fn message(file: &Checked) -> Option<String> {
    if let Some(why) = &file.unreadable {
        return Some(format!("it cannot be read: {why}"));
    }
    let found =
        [(file.errors, "error"), (file.warnings, "warning")].map(|(number, noun)| (number > 0).then(|| count(number, noun)));
    let found: Vec<String> = found.into_iter().flatten().collect();
    let first = file.findings.first().map(|first| format!("; line {}: {}", first.finding.line, first.finding.message()));
    (!found.is_empty()).then(|| found.join(", ") + &first.unwrap_or_default())
}

fn finding(Shown { finding, hint }: &Shown) -> Section {
    let Finding { what, record, line, column, id, excerpt, .. } = finding;
    let (kind, code) = match what {
        What::Error(problem) => ("error", format!(", {}{}", problem.code().as_str(), provenance(problem))),
        What::Warning(_) => ("warning", String::new()),
    };
    let record = if *record == 0 { "header".to_owned() } else { format!("record {record}") };
    let id = id.as_ref().map(|id| format!(", id {id}")).unwrap_or_default();
    let caret = " ".repeat(excerpt.at) + "^";
    Section::Source {
        title: format!("line {line}, character {column}: {kind}: {}", finding.message()),
        note: Some(format!("{record}{id}{code}")),
        text: if excerpt.text.is_empty() { String::new() } else { format!("{}\n{caret}", excerpt.text) },
        hint: hint.clone(),
    }
}

fn numbers(totals: Totals) -> [String; 5] {
    let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = totals;
    [records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors].map(|number| number.to_string())
}
