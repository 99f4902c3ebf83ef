//! The bug report of a failing scenario.

use std::fmt::Write as _;

use neptune_control::FaultReport;
use neptune_report::{Unmet, log_line_for_people};
use neptune_server::scenario::Scenario;
use neptune_text::count;
use serde_json::Value;

use crate::judge::Failure;
use crate::play::Played;
use crate::values::Difference;

/// How many lines of a longer section are shown at its beginning and at its end: a poll sends many requests.
const FIRST_LINES: usize = 4;
const LAST_LINES: usize = 12;

/// The assertions that do not hold, the step that could not run, and everything that helps to see why.
///
/// It is for people: long sections are shown in part, and log lines without what is the same in all. [`logged`] and [`requested`] have
/// the whole of them.
pub fn failure(scenario: &Scenario, played: &Played, difference: Option<&str>) -> String {
    let mut text = String::new();
    for (step, failure) in &played.failures {
        let place = place(scenario, failure.line);
        let _ = writeln!(text, "{place}: {step}: this does not hold: {}\n    {}", failure.words, failure.because);
    }
    for line in played.trouble.as_deref().into_iter().chain(difference) {
        let _ = writeln!(text, "{line}");
    }
    text + "\n" + &circumstances(scenario, played)
}

/// Why it failed, in one line, and the line of the file that it is about.
pub fn headline(scenario: &Scenario, played: &Played, difference: Option<&str>) -> (String, Option<u64>) {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let (line, why) = match (&played.failures[..], &played.trouble) {
        ([(_, failure), ..], _) => (failure.line, format!("{}: {}", failure.words, first(&failure.because))),
        ([], Some(trouble)) => (None, first(trouble)),
        ([], None) => (None, first(difference.unwrap_or_default())),
    };
    let more =
        (played.failures.len() + usize::from(played.trouble.is_some()) + usize::from(difference.is_some())).saturating_sub(1);
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    (format!("{}: {why}{more}", place(scenario, line)), line)
}

/// What does not hold: the assertions, the step that could not run, and the values of answers that are not the reviewed ones.
pub fn unmet(played: &Played, differences: &[Difference]) -> Vec<Unmet> {
    let asserted = played.failures.iter().map(|(step, failure)| {
        let Failure { words, field, expected, got, line, .. } = failure.clone();
        Unmet { step: step.clone(), words, field, expected, got, line }
    });
    let broken = played.trouble.iter().map(|trouble| Unmet {
        words: "(a step could not run)".to_owned(),
        got: trouble.clone(),
        ..Unmet::default()
    });
    let unlike = differences.iter().map(|Difference { path, one, other }| {
        let shown = |value: &String| if value.is_empty() { "nothing".to_owned() } else { value.clone() };
        let words = "(the answers are the reviewed ones)".to_owned();
        Unmet { words, field: path.join("."), expected: shown(one), got: shown(other), ..Unmet::default() }
    });
    asserted.chain(broken).chain(unlike).collect()
}

/// Everything that the functions logged, as they wrote it, but for names instead of ids.
pub fn logged(played: &Played) -> Vec<String> {
    played.log.clone()
}

/// Every request that reached Neptune, one line each.
pub fn requested(played: &Played) -> Vec<String> {
    played.requests.iter().map(request_line).collect()
}

/// The file, and the line if there is one: `scenarios/beyond/x.yaml:7`.
fn place(scenario: &Scenario, line: Option<u64>) -> String {
    line.map_or_else(|| scenario.file().to_owned(), |line| format!("{}:{line}", scenario.file()))
}

/// Scenario, seed, simulated time, loads, requests and log: the bug report.
fn circumstances(scenario: &Scenario, played: &Played) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "scenario        {} ({})", scenario.file(), scenario.about());
    let _ = writeln!(text, "seed            {}", scenario.seed());
    let _ = writeln!(text, "simulated time  {}", played.state.now);
    section(&mut text, "loads", played.state.loads.iter().map(timeline).collect());
    if !played.faults.is_empty() {
        section(&mut text, "faults", played.faults.iter().map(fault_line).collect());
    }
    section(&mut text, "requests that the cluster received", requested(played));
    section(&mut text, "what the function logged", played.log.iter().map(|line| log_line_for_people(line)).collect());
    text
}

fn section(text: &mut String, title: &str, mut lines: Vec<String>) {
    let _ = writeln!(text, "{title}");
    let left_out = lines.len().saturating_sub(FIRST_LINES + LAST_LINES);
    // One line more is shorter than to say that it is left out.
    if left_out > 1 {
        lines.splice(FIRST_LINES..FIRST_LINES + left_out, [format!("… {left_out} more, all in results.json …")]);
    }
    if lines.is_empty() {
        lines.push("none".to_owned());
    }
    for line in lines {
        let _ = writeln!(text, "    {line}");
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

/// `blip-500: for 3 requests, fired 1, the last time at 2.5s, request 4`
fn fault_line(report: &FaultReport) -> String {
    let FaultReport { name, matched, fired, last_at, last_request, .. } = report;
    let request = last_request.map(|number| format!(", request {number}")).unwrap_or_default();
    let last = last_at.map(|at| format!(", the last time at {at}s{request}")).unwrap_or_default();
    format!("{name}: for {}, fired {fired}{last}", count(*matched, "request"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_load_is_reported_as_a_line_of_time() {
        let load = json!({
            "id": "load-1", "origin": "scripted", "source": "s3://bucket/", "status": "LOAD_IN_PROGRESS", "ended": false,
            "history": [{"at": 0.0, "status": "LOAD_IN_QUEUE"}, {"at": 2.5, "status": "LOAD_IN_PROGRESS"}],
            "ahead": [{"at": 30.0, "status": "LOAD_COMPLETED"}],
        });
        let expected = "load-1 (scripted) s3://bucket/: 0s LOAD_IN_QUEUE -> 2.5s LOAD_IN_PROGRESS, then at 30s LOAD_COMPLETED";
        assert_eq!(timeline(&load), expected);
    }

    #[test]
    fn a_long_section_shows_its_beginning_and_its_end() {
        let lines = |count: usize| (1..=count).map(|number| number.to_string()).collect::<Vec<_>>();
        let shown = |count| {
            let mut text = String::new();
            section(&mut text, "requests", lines(count));
            text
        };
        assert_eq!(shown(17).lines().count(), 18, "all of them");
        let long = shown(300);
        assert_eq!(long.lines().count(), 18, "{long}");
        assert!(
            long.contains("    4\n    … 284 more, all in results.json …\n    289\n") && long.ends_with("    300\n"),
            "{long}"
        );
    }
}
