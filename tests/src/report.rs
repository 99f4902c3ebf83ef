//! What a failing scenario prints, and the lines that tell xtask what came of each.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use neptune_control::FaultReport;
use neptune_sim::scenario::Scenario;
use serde_json::{Value, json};

use crate::play::Played;

/// The assertions that do not hold, the step that could not be played, and everything that helps to see why.
pub fn failure(scenario: &Scenario, played: &Played, difference: Option<&str>) -> String {
    let mut text = String::new();
    for (step, failure) in &played.failures {
        let _ = writeln!(text, "{step}: this does not hold: {}\n    {}", failure.words, failure.because);
    }
    for line in played.trouble.as_deref().into_iter().chain(difference) {
        let _ = writeln!(text, "{line}");
    }
    text + "\n" + &circumstances(scenario, played)
}

/// Scenario, seed, simulated time, loads, requests and log: the bug report.
fn circumstances(scenario: &Scenario, played: &Played) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "scenario        {} ({})", scenario.file(), scenario.about());
    let _ = writeln!(text, "seed            {}", scenario.seed());
    let _ = writeln!(text, "simulated time  {}", played.state.now);
    section(&mut text, "loads", played.state.loads.iter().map(timeline));
    if !played.faults.is_empty() {
        section(&mut text, "faults", played.faults.iter().map(fault_line));
    }
    section(&mut text, "requests that reached Neptune", played.requests.iter().map(request_line));
    section(&mut text, "what the function logged", played.log.iter().cloned());
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let _ = writeln!(text, "{title}");
    let mut empty = true;
    for line in lines {
        empty = false;
        let _ = writeln!(text, "    {line}");
    }
    if empty {
        let _ = writeln!(text, "    none");
    }
}

/// `load-1 (scripted) s3://bucket/: 0s LOAD_IN_PROGRESS -> 20s LOAD_COMPLETED, then at 30s ...`
fn timeline(load: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let changes = |key: &str| load[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let change = |change: &Value| format!("{}s {}", change["at"].as_f64().unwrap_or_default(), word(&change["status"]));
    let past: Vec<_> = changes("history").iter().map(change).collect();
    let ahead: Vec<_> = changes("ahead").iter().map(|coming| format!(", then at {}", change(coming))).collect();
    let [id, origin, source] = ["id", "origin", "source"].map(|key| word(&load[key]));
    format!("{id} ({origin}) {source}: {}{}", past.join(" -> "), ahead.concat())
}

fn request_line(request: &Value) -> String {
    let plain = |key: &str| request[key].as_str().map_or_else(|| request[key].to_string(), str::to_owned);
    let fault = request["fault"].as_str().map(|fault| format!(" (fault `{fault}`)")).unwrap_or_default();
    format!("{} at {}s {} {} -> {}{fault}", plain("number"), plain("at"), plain("method"), plain("target"), plain("status"))
}

/// `blip-500: for 3 requests, struck 1, the last one, 4, at 2.5s`
fn fault_line(report: &FaultReport) -> String {
    let FaultReport { name, matched, struck, last_at, last_request, .. } = report;
    let request = last_request.map(|number| format!(", request {number}")).unwrap_or_default();
    let last = last_at.map(|at| format!(", the last time at {at}s{request}")).unwrap_or_default();
    format!("{name}: for {matched} requests, struck {struck}{last}")
}

/// What came of a scenario, for xtask.
#[derive(Clone, Debug)]
pub struct ResultLine<'a> {
    /// The test's full name.
    pub name: &'a str,
    /// `check_bulk_load_status/12`; `None` beyond the plans.
    pub plan: Option<String>,
    /// The scenario file, from the project's root.
    pub file: &'a str,
    /// How long it took.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome<'a>,
    /// What it measured, if it looked at a time.
    pub note: Option<String>,
}

/// How a scenario ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// Everything holds.
    Passed,
    /// Something does not, and this text says what.
    Failed(&'a str),
    /// The target cannot offer what it needs, for this reason.
    NotRun(&'a str),
}

impl ResultLine<'_> {
    /// Appends the line to a file, in one write: tests run at the same time.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append_to(&self, file: &Path) -> std::io::Result<()> {
        let (outcome, failure, reason) = match self.outcome {
            Outcome::Passed => ("passed", None, None),
            Outcome::Failed(failure) => ("failed", Some(failure), None),
            Outcome::NotRun(reason) => ("not_run", None, Some(reason)),
        };
        let line = json!({
            "name": self.name,
            "plan": self.plan,
            "file": self.file,
            "outcome": outcome,
            "reason": reason,
            "millis": (self.took.as_secs_f64() * 100_000.0).round() / 100.0,
            "failure": failure,
            "note": self.note,
        });
        OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_told_as_a_line_of_time() {
        let load = json!({
            "id": "load-1", "origin": "scripted", "source": "s3://bucket/", "status": "LOAD_IN_PROGRESS", "ended": false,
            "history": [{"at": 0.0, "status": "LOAD_IN_QUEUE"}, {"at": 2.5, "status": "LOAD_IN_PROGRESS"}],
            "ahead": [{"at": 30.0, "status": "LOAD_COMPLETED"}],
        });
        let expected = "load-1 (scripted) s3://bucket/: 0s LOAD_IN_QUEUE -> 2.5s LOAD_IN_PROGRESS, then at 30s LOAD_COMPLETED";
        assert_eq!(timeline(&load), expected);
    }
}
