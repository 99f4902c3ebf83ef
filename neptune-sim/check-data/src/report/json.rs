//! The report for programs.

use neptune_data::Finding;
use serde_json::{Map, Value, json};

use super::{Checked, Report, Shown};

impl Report {
    /// The report for programs: `{"verdict", "totals", "files", "errors", "warnings"}`, and `"leftOut"` if not every finding is in it.
    pub fn json(&self) -> String {
        let files: Vec<Value> = self.files.iter().map(|file| json!({"file": file.name, "totals": file.totals})).collect();
        let mut report = Map::new();
        report.insert("verdict".to_owned(), self.verdict().into());
        report.insert("totals".to_owned(), json!(self.totals()));
        report.insert("files".to_owned(), files.into());
        report.insert("errors".to_owned(), self.findings(true).into());
        report.insert("warnings".to_owned(), self.findings(false).into());
        if self.cut() > 0 {
            report.insert("leftOut".to_owned(), self.cut().into());
        }
        format!("{:#}\n", Value::Object(report))
    }

    /// The errors, or the warnings. A file that cannot be read is an error without a code.
    fn findings(&self, errors: bool) -> Vec<Value> {
        let of_file = |file: &Checked| {
            let unreadable = file.unreadable.as_ref().filter(|_| errors).map(|why| unreadable(&file.name, why));
            let kept = file.findings.iter().filter(|shown| shown.is_error() == errors);
            kept.map(|shown| finding(&file.name, shown)).chain(unreadable).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(of_file).collect()
    }
}

fn finding(file: &str, Shown { finding, hint }: &Shown) -> Value {
    let (code, message) = (finding.code(), finding.message());
    let Finding { record, line, column, id, .. } = finding;
    json!({"code": code, "message": message, "file": file, "record": record, "line": line, "column": column, "id": id, "hint": hint})
}

fn unreadable(file: &str, why: &str) -> Value {
    let message = format!("cannot be read: {why}");
    json!({"code": null, "message": message, "file": file, "record": 0, "line": null, "column": null, "id": null, "hint": null})
}
