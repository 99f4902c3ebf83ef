//! The verdicts for people and for programs.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use neptune_report::terminal::{BAD, GOOD, OPEN, paint, plain, wrap};
use neptune_report::{Run, Table, TestResult, count, duration};
use neptune_text::{cut, redact};
use serde::Serialize;

use crate::case::Case;
use crate::judge::{Judgement, Verdict};
use crate::play::Observation;
use crate::watch::Exchange;

/// How many requests a timeline shows from its beginning, and as many from its end.
const SHOWN: usize = 6;
/// How many lines of an output are shown.
const OUTPUT_LINES: usize = 6;
/// How much of each.
const LINE_BYTES: usize = 200;
/// What the report is called.
const TITLE: &str = "neptune-sim check-poller";

/// A case that was played and judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: &'static Case,
    /// What was seen.
    pub seen: Observation,
    /// The verdict.
    pub judgement: Judgement,
}

/// Everything that was judged, in the order of the cases.
#[derive(Clone, Debug)]
pub struct Report {
    /// Each case.
    pub judged: Vec<Judged>,
    /// When the first case began.
    pub started_at: SystemTime,
    /// How long all of them took. They run side by side.
    pub took: Duration,
}

/// A case in the report for programs.
#[derive(Serialize)]
struct CaseAsJson<'a> {
    name: &'a str,
    status: &'a str,
    verdict: Verdict,
    expected: String,
    observed: &'a str,
    requests: Vec<RequestAsJson<'a>>,
    why: &'a str,
}

/// A request in the report for programs. Times are in seconds.
#[derive(Serialize)]
struct RequestAsJson<'a> {
    at: f64,
    method: &'a str,
    target: &'a str,
    http_status: Option<u16>,
    load_status: Option<&'a str>,
    pause: Option<f64>,
}

impl<'a> RequestAsJson<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        Self {
            at: seconds(exchange.at),
            method: &exchange.method,
            target: &exchange.target,
            http_status: exchange.http_status,
            load_status: exchange.load_status.as_deref(),
            pause: exchange.pause.map(seconds),
        }
    }
}

impl Report {
    /// Whether the poller is right in every case.
    pub fn is_right(&self) -> bool {
        self.judged.iter().all(Judged::is_right)
    }

    /// The report for people, `width` columns wide and in colour: the table, what happened in each case that is not right, and the totals.
    pub fn text(&self, width: usize) -> String {
        let details: String = self.not_right().map(|judged| judged.details(width)).collect();
        let style = if self.is_right() { GOOD } else { BAD };
        format!("{}\n{details}{}\n", self.table().render(width), paint(style, &self.totals()))
    }

    /// The report for programs: `{"cases": [{"name", "status", "verdict", "expected", "observed", "requests", "why"}]}`.
    pub fn json(&self) -> String {
        let cases: Vec<CaseAsJson> = self.judged.iter().map(Judged::as_json).collect();
        format!("{:#}\n", serde_json::json!({"cases": cases}))
    }

    /// The report for CI servers, as JUnit XML.
    ///
    /// # Errors
    /// The XML cannot be written, which memory allows.
    pub fn junit(&self) -> std::io::Result<String> {
        let results = self.judged.iter().map(Judged::as_test).collect();
        Run { took: self.took, results, ..Run::new(TITLE, self.started_at) }.junit()
    }

    /// The report as Markdown: the totals, a table of all cases, and what happened in each that is not right.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {TITLE}\n\n**{}**\n\n", self.totals());
        text += "| case | status | verdict | expected | observed | requests |\n|---|---|---|---|---|---:|\n";
        for Judged { case, seen, judgement } in &self.judged {
            let (Judgement { verdict, observed, .. }, requests) = (judgement, seen.notes.requests);
            let (name, status, expected) = (&case.name, &case.status, case.expected());
            let _ = writeln!(text, "| {name} | {status} | {verdict} | {expected} | {observed} | {requests} |");
        }
        for judged in self.not_right() {
            let details = plain(&judged.explanation(usize::MAX));
            let block: String = details.lines().map(|line| format!("    {line}\n")).collect();
            let _ = write!(text, "\n## {}: {}\n\n{block}", judged.case.name, judged.judgement.verdict);
        }
        text
    }

    fn not_right(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| !judged.is_right())
    }

    fn table(&self) -> Table {
        let mut table = Table::new(["case", "verdict", "expected", "observed", "requests", "s"], 4);
        for Judged { case, seen, judgement } in &self.judged {
            let (requests, seconds) = (seen.notes.requests.to_string(), format!("{:.1}", seen.took.as_secs_f64()));
            let (verdict, observed) = (judgement.verdict.to_string(), judgement.observed.clone());
            table.row([case.name.clone(), verdict, case.expected(), observed, requests, seconds]);
            table.style(1, if judgement.verdict == Verdict::Right { GOOD } else { BAD });
        }
        table
    }

    /// `60 right, 2 waits_forever in 4.20 s`
    fn totals(&self) -> String {
        let number = |verdict| self.judged.iter().filter(|judged| judged.judgement.verdict == verdict).count();
        let counted = Verdict::ALL.into_iter().map(|verdict| (number(verdict), verdict));
        let shown = counted.filter(|(number, verdict)| *number > 0 || *verdict == Verdict::Right);
        let words: Vec<String> = shown.map(|(number, verdict)| format!("{number} {verdict}")).collect();
        format!("{} in {}", words.join(", "), duration(self.took))
    }
}

impl Judged {
    fn is_right(&self) -> bool {
        self.judgement.verdict == Verdict::Right
    }

    fn details(&self, width: usize) -> String {
        let title = format!("---- {}: {} ----", self.case.name, self.judgement.verdict);
        format!("{}\n{}\n", paint(BAD, &title), self.explanation(width))
    }

    /// What the case is, what is right, what happened, and what to change.
    fn explanation(&self, width: usize) -> String {
        let Self { case, seen, judgement } = self;
        let mut text = wrap(&format!("{}: {}\n", case.status, case.about), width);
        let right = format!("right: {}, because {} ({})\n", case.expected(), case.why, case.source);
        text += &wrap(&right, width);
        text += &self.timeline(width);
        text += &wrap(&format!("then: {}: {}\n", judgement.observed, judgement.why), width);
        text += &wrap(&format!("change: {}\n", judgement.change), width);
        text += &shown_output("standard output", &seen.stdout);
        text += &shown_output("standard error", &seen.stderr);
        text
    }

    fn timeline(&self, width: usize) -> String {
        let all = &self.seen.notes.exchanges;
        let total = usize::try_from(self.seen.notes.requests).unwrap_or(usize::MAX);
        let hidden = total.saturating_sub(2 * SHOWN);
        let shown = |exchanges: &[Exchange]| exchanges.iter().map(|exchange| wrap(&line(exchange), width)).collect::<String>();
        if hidden == 0 {
            return shown(all);
        }
        let between = paint(OPEN, &format!("          ... {} more ...", count(hidden as u64, "request")));
        format!("{}{between}\n{}", shown(&all[..SHOWN]), shown(&all[all.len() - SHOWN..]))
    }

    fn as_json(&self) -> CaseAsJson<'_> {
        CaseAsJson {
            name: &self.case.name,
            status: &self.case.status,
            verdict: self.judgement.verdict,
            expected: self.case.expected(),
            observed: &self.judgement.observed,
            requests: self.seen.notes.exchanges.iter().map(RequestAsJson::of).collect(),
            why: &self.judgement.why,
        }
    }

    fn as_test(&self) -> TestResult {
        let Self { case, seen, judgement } = self;
        let problem = |text: String| (!self.is_right()).then_some(text);
        TestResult {
            name: format!("{}::{}", case.group, case.name),
            about: Some(case.about.clone()),
            verdict: if self.is_right() { neptune_report::Verdict::Passed } else { neptune_report::Verdict::Failed },
            millis: seen.took.as_secs_f64() * 1000.0,
            message: problem(format!("{}: {}", judgement.verdict, judgement.why)),
            failure: problem(plain(&self.explanation(usize::MAX))),
            ..TestResult::default()
        }
    }
}

/// Seconds to the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// `   0.52s  GET /loader/... 200 LOAD_IN_PROGRESS, after a pause of 0.10 s`
fn line(exchange: &Exchange) -> String {
    let Exchange { at, method, target, pause, is_over, http_status, load_status, fault, .. } = exchange;
    let pause = pause.map(|pause| format!(", after a pause of {:.2} s", pause.as_secs_f64())).unwrap_or_default();
    let fault = fault.as_ref().map(|fault| format!(" ({fault})")).unwrap_or_default();
    let answer = match (http_status, load_status) {
        (Some(http), Some(word)) => format!("{http} {word}"),
        (Some(http), None) => format!("{http}{fault}"),
        (None, _) if *is_over => format!("connection ended without an answer{fault}"),
        (None, _) => "no answer".to_owned(),
    };
    format!("  {:6.2}s {method} {target} {answer}{pause}\n", at.as_secs_f64())
}

/// The last lines of an output, without secrets and without what a terminal would obey.
fn shown_output(name: &str, text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(OUTPUT_LINES)..];
    let shown = last.iter().map(|line| {
        let visible: String = line.chars().filter(|c| !c.is_control()).collect();
        format!("  | {}\n", cut(&redact::body(&visible), LINE_BYTES))
    });
    if last.is_empty() { String::new() } else { format!("{name}, last lines:\n{}", shown.collect::<String>()) }
}

/// The last lines of an output for an error message.
pub(crate) fn last_lines(text: &str) -> String {
    shown_output("standard error", text)
}
