//! The report as JUnit XML: a test case a file.

use std::io;
use std::time::{Duration, SystemTime};

use neptune_report::terminal::DEFAULT_WIDTH;
use neptune_report::{Run, TestResult, Verdict, count};

use super::text::shown;
use super::{Checked, Report};

impl Report {
    /// The report as JUnit XML. A file fails if it has errors; with `strict`, if it has warnings, too.
    ///
    /// # Errors
    /// The XML cannot be written, which memory allows.
    pub fn junit(&self, strict: bool, started_at: SystemTime, took: Duration) -> io::Result<String> {
        let results = self.files.iter().map(|file| result(file, strict)).collect();
        let run = Run { took, results, ..Run::new("neptune-sim check-data", started_at) };
        run.junit()
    }
}

fn result(file: &Checked, strict: bool) -> TestResult {
    let first = file.findings.iter().find(|shown| strict || shown.is_error());
    let is_bad = file.errors > 0 || file.unreadable.is_some() || (strict && file.warnings > 0);
    let found: String = file.findings.iter().map(|found| shown(&file.name, found, true, DEFAULT_WIDTH)).collect();
    let text = found + file.unreadable.as_deref().unwrap_or_default() + &left_out(file);
    TestResult {
        name: format!("check-data::{}", file.name),
        verdict: if is_bad { Verdict::Failed } else { Verdict::Passed },
        file: Some(file.name.clone()),
        line: first.map(|shown| shown.finding.line),
        message: is_bad.then(|| message(file)),
        failure: is_bad.then_some(text),
        ..TestResult::default()
    }
}

/// Says that findings of the file are not kept, if so.
fn left_out(file: &Checked) -> String {
    let cut = file.errors + file.warnings - file.findings.len() as u64;
    if cut == 0 { String::new() } else { format!("--max-errors leaves out {}\n", count(cut, "more finding")) }
}

/// `2 errors, 1 warning`
fn message(file: &Checked) -> String {
    if let Some(why) = &file.unreadable {
        return format!("it cannot be read: {why}");
    }
    format!("{}, {}", count(file.errors, "error"), count(file.warnings, "warning"))
}
