//! The verdicts for people and for programs.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use neptune_report::terminal::{BAD, GOOD, OPEN, paint, plain, wrap};
use neptune_report::{Run, Table, TestResult, count, duration};
use neptune_text::redact;
use serde::Serialize;

use crate::case::Case;
use crate::ending::Kind;
use crate::judge::Judgement;
use crate::play::Observation;
use crate::shorten::cut_middle;
use crate::verdict::Verdict;
use crate::watch::Exchange;

/// How many requests a timeline shows from its beginning, and as many from its end.
const SHOWN: usize = 6;
/// How many lines of an output are shown from its beginning, and how many from its end.
const FIRST_LINES: usize = 4;
const LAST_LINES: usize = 6;
/// How much of each. A line of how an execution ended has its cause in it.
const LINE_BYTES: usize = 200;
const EXECUTION_LINE_BYTES: usize = 1200;
/// What the first output of a state machine is called: how its execution ended.
const EXECUTION: &str = "execution";
/// How many columns a time takes at least.
const TIME: usize = 7;
/// How long an id of Neptune's is: a UUID.
const ID_BYTES: usize = 36;
/// What the report is called.
pub(crate) const TITLE: &str = "neptune-sim check-poller";

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
    /// What no case shows, and surprises on AWS. It changes no verdict.
    pub warnings: Vec<String>,
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

    /// The report for people, `width` columns wide and in colour: the table, what happened in each case that is not right, the warnings,
    /// and the totals.
    pub fn text(&self, width: usize) -> String {
        let mut changes = Changes::default();
        let details: String = self.not_right().map(|judged| judged.details(&changes.next(judged), width)).collect();
        let style = if self.is_right() { GOOD } else { BAD };
        let warnings: String = self.warnings.iter().map(|warning| wrap(&format!("warning: {warning}\n"), width)).collect();
        let warnings = if warnings.is_empty() { warnings } else { warnings + "\n" };
        format!("{}\n{details}{warnings}{}\n", self.table().render(width), paint(style, &self.totals()))
    }

    /// The report for programs: `{"cases": [{"name", "status", "verdict", "expected", "observed", "requests", "why"}], "warnings": []}`.
    pub fn json(&self) -> String {
        let cases: Vec<CaseAsJson> = self.judged.iter().map(Judged::as_json).collect();
        format!("{:#}\n", serde_json::json!({"cases": cases, "warnings": self.warnings}))
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
        let mut changes = Changes::default();
        for judged in self.not_right() {
            let details = plain(&judged.explanation(&changes.next(judged), usize::MAX));
            let _ = write!(text, "\n## {}: {}\n\n", judged.case.name, judged.judgement.verdict);
            for line in details.lines() {
                let _ = writeln!(text, "    {line}");
            }
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
    pub(crate) fn totals(&self) -> String {
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

    fn details(&self, change: &str, width: usize) -> String {
        let title = format!("---- {}: {} ----", self.case.name, self.judgement.verdict);
        format!("{}\n{}\n", paint(BAD, &title), self.explanation(change, width))
    }

    /// What the case is, what is right, what happened, and what to change.
    fn explanation(&self, change: &str, width: usize) -> String {
        let Self { case, seen, judgement } = self;
        let mut text = wrap(&format!("{}: {}\n", case.status, case.about), width);
        let right = format!("right: {}, because {} ({})\n", case.expected(), case.why, case.source);
        text += &wrap(&right, width);
        text += &self.timeline(width);
        text += &wrap(&format!("then: {}: {}\n", judgement.observed, judgement.why), width);
        text += &wrap(
            &format!(
                "change: {change}
"
            ),
            width,
        );
        let [first, second] = output_names(seen.kind);
        text += &ends_of_output(first, &seen.stdout);
        text += &ends_of_output(second, &seen.stderr);
        text
    }

    fn timeline(&self, width: usize) -> String {
        let all = &self.seen.notes.exchanges;
        // Waits of a state machine take no time, so that these may be days.
        let longest =
            all.iter().flat_map(|exchange| [Some(exchange.at), exchange.pause]).flatten().map(|time| told(time).len());
        let column = longest.max().unwrap_or_default().max(TIME);
        let total = usize::try_from(self.seen.notes.requests).unwrap_or(usize::MAX);
        let hidden = total.saturating_sub(2 * SHOWN);
        let (first, behind) = all.split_at(if hidden == 0 { all.len() } else { SHOWN });
        let last = &behind[behind.len().saturating_sub(SHOWN)..];
        let fits = |exchange: &Exchange| line(exchange, &exchange.target, column).chars().count() <= width;
        let is_whole = first.iter().chain(last).all(fits);
        let shown = |exchanges: &[Exchange]| -> String {
            let target = |target: &str| if is_whole { target.to_owned() } else { with_short_ids(target) };
            exchanges.iter().map(|exchange| wrap(&line(exchange, &target(&exchange.target), column), width) + "\n").collect()
        };
        let head = paint(OPEN, &format!("  {:>column$}  {:>column$}  request and answer", "at", "pause"));
        let between = paint(OPEN, &format!("          ... {} more ...", count(hidden as u64, "request")));
        match hidden {
            _ if all.is_empty() => String::new(),
            0 => format!("{head}\n{}", shown(first)),
            _ => format!("{head}\n{}{between}\n{}", shown(first), shown(last)),
        }
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
            failure: problem(plain(&self.explanation(&judgement.change, usize::MAX))),
            ..TestResult::default()
        }
    }
}

/// Which changes a report has shown: one that helps in several cases is shown once.
#[derive(Default)]
struct Changes<'a>(HashMap<&'a str, &'a str>);

impl<'a> Changes<'a> {
    /// What to change in this case, or the name of the case that has said it.
    fn next(&mut self, judged: &'a Judged) -> Cow<'a, str> {
        let change = &judged.judgement.change;
        match self.0.entry(change) {
            Entry::Occupied(shown) => Cow::Owned(format!("the same as in {}", shown.get())),
            Entry::Vacant(new) => {
                new.insert(&judged.case.name);
                Cow::Borrowed(change)
            }
        }
    }
}

/// Seconds to the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// `    0.52s    0.10s  GET /loader/0a237328…4802 200 LOAD_IN_PROGRESS`: when it came, how long after the answer before, and the request with its answer.
/// Times take so many columns.
fn line(exchange: &Exchange, target: &str, column: usize) -> String {
    let (at, pause) = (told(exchange.at), exchange.pause.map(told).unwrap_or_default());
    let (_, answer) = answer(exchange);
    format!("  {at:>column$}  {pause:>column$}  {} {target} {answer}", exchange.method)
}

/// `0.52s`
fn told(time: Duration) -> String {
    format!("{:.2}s", time.as_secs_f64())
}

/// A target whose ids of loads are shortened in the middle: `/loader/0a237328…4802?details=true`.
fn with_short_ids(target: &str) -> String {
    let short = |part: &str| {
        let is_id = part.len() == ID_BYTES && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if is_id { format!("{}…{}", &part[..8], &part[ID_BYTES - 4..]) } else { part.to_owned() }
    };
    target
        .split_inclusive(['/', '?', '&', '='])
        .map(|part| {
            let (part, end) =
                part.strip_suffix(['/', '?', '&', '=']).map_or((part, ""), |shorter| part.split_at(shorter.len()));
            short(part) + end
        })
        .collect()
}

/// A request and its answer: `GET /loader/0a237328-afd5-4574-a0bc-c29ce5f54802` and `200 LOAD_IN_PROGRESS`.
pub(crate) fn answer(exchange: &Exchange) -> (String, String) {
    let Exchange { method, target, is_over, http_status, load_status, fault, .. } = exchange;
    let fault = fault.as_ref().map(|fault| format!(" ({fault})")).unwrap_or_default();
    let answer = match (http_status, load_status) {
        (Some(http), Some(word)) => format!("{http} {word}"),
        (Some(http), None) => format!("{http}{fault}"),
        (None, _) if *is_over => format!("connection ended without an answer{fault}"),
        (None, _) => "no answer".to_owned(),
    };
    (format!("{method} {target}"), answer)
}

/// The first and the last lines of an output, without secrets and without what a terminal would obey: some languages write an error before the calls
/// that led to it, and others behind them.
pub(crate) fn ends_of_output(name: &str, text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        return String::new();
    }
    let most = if name == EXECUTION { EXECUTION_LINE_BYTES } else { LINE_BYTES };
    let shown = |lines: &[&str]| {
        lines.iter().flat_map(|line| ["  | ".to_owned(), visible(line, most), "\n".to_owned()]).collect::<String>()
    };
    let (first, behind) = lines.split_at(lines.len().min(FIRST_LINES));
    let (hidden, last) = behind.split_at(behind.len().saturating_sub(LAST_LINES));
    let between = match hidden.len() {
        0 => String::new(),
        lines => format!("  ... {} more ...\n", count(lines as u64, "line")),
    };
    format!("{name}:\n{}{between}{}", shown(first), shown(last))
}

/// A line of so many bytes at most, without secrets and without what a terminal would obey.
fn visible(line: &str, most: usize) -> String {
    let plain: String = line.replace('\t', " ").chars().filter(|c| !c.is_control()).collect();
    cut_middle(&redact::body(&plain), most)
}

/// What a poller's two outputs are called.
pub(crate) fn output_names(kind: Kind) -> [&'static str; 2] {
    match kind {
        Kind::Command => ["standard output", "standard error"],
        Kind::Function => ["answer", "log"],
        Kind::StateMachine => [EXECUTION, "log of the last call"],
    }
}

/// Cases for the tests of all reports.
#[cfg(test)]
pub(crate) mod samples {
    use std::time::UNIX_EPOCH;

    use serde_json::Value;

    use super::*;
    use crate::case::{Outcome, cases};
    use crate::ending::{Ending, How};
    use crate::judge::judge;
    use crate::play::LOAD;
    use crate::watch::{Notes, Reported};

    /// A request and its answer, a quarter of a second after the one before.
    fn exchange(number: u64, load_status: Option<&str>) -> Exchange {
        Exchange {
            at: Duration::from_millis(250 * number),
            method: "GET".into(),
            target: format!("/loader/{LOAD}"),
            pause: (number > 0).then(|| Duration::from_millis(240)),
            is_over: true,
            http_status: Some(200),
            load_status: load_status.map(str::to_owned),
            ..Exchange::default()
        }
    }

    /// A case in which the load's words were answered, and the poller said this.
    pub(crate) fn judged(name: &str, outcome: Outcome, words: &[&str], stderr: &str) -> Judged {
        let case = cases().iter().find(|case| case.name == name).unwrap();
        let end = words.last().map(|word| (*word).to_owned());
        let notes = Notes {
            exchanges: (0..).zip(words).map(|(number, word)| exchange(number, Some(word))).collect(),
            requests: words.len() as u64,
            asked: true,
            last: end.clone().map(Reported::Ended).unwrap_or_default(),
            end,
            ..Notes::default()
        };
        let how = How::Exit(i32::from(outcome == Outcome::Failure));
        let ending = Ending::Ended { said: Some(outcome), how };
        let (stdout, took) = (String::new(), Duration::from_millis(600));
        let seen = Observation {
            notes,
            ending,
            kind: Kind::Command,
            stdout,
            stderr: stderr.to_owned(),
            runs: 1,
            took,
            trouble: None,
            timeline: Value::Null,
        };
        let judgement = judge(case, &seen, Duration::from_mins(2));
        Judged { case, seen, judgement }
    }

    /// A case that is right, and one that is wrong.
    pub(crate) fn report(stderr: &str) -> Report {
        let judged = vec![
            judged("completed", Outcome::Success, &["LOAD_IN_PROGRESS", "LOAD_COMPLETED"], ""),
            judged("deadlock", Outcome::Success, &["LOAD_IN_PROGRESS", "LOAD_DATA_DEADLOCK"], stderr),
        ];
        Report { judged, warnings: Vec::new(), started_at: UNIX_EPOCH, took: Duration::from_millis(1200) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::samples::{judged, report};
    use super::*;
    use crate::case::Outcome;
    use crate::play::LOAD;

    #[test]
    fn people_see_the_table_then_what_happened_then_the_totals() {
        let expected = "\x20case       verdict  expected  observed          requests    s
 completed  right    success   success (exit 0)         2  0.6
 deadlock   wrong    failure   success (exit 0)         2  0.6

---- deadlock: wrong ----
LOAD_DATA_DEADLOCK: the load is in progress, then it ends with this status
right: failure, because a deadlock has rolled the load back; loading again with less parallelism helps (user guide,
    \"Loader error and feed messages\")
       at    pause  request and answer
    0.00s           GET /loader/0a237328-afd5-4574-a0bc-c29ce5f54802 200 LOAD_IN_PROGRESS
    0.25s    0.24s  GET /loader/0a237328-afd5-4574-a0bc-c29ce5f54802 200 LOAD_DATA_DEADLOCK
then: success (exit 0): it said success: a deadlock has rolled the load back; loading again with less parallelism helps
change: treat every status as a failure that is not LOAD_COMPLETED, LOAD_IN_PROGRESS, LOAD_NOT_STARTED or LOAD_IN_QUEUE
standard error:
  | done

1 right, 1 wrong in 1.20 s
";
        assert_eq!(plain(&report("done\n").text(120)), expected);
    }

    #[test]
    fn a_change_that_helps_in_two_cases_is_shown_once() {
        let mut report = report("");
        report.judged.push(judged("invalid-request", Outcome::Success, &["LOAD_FAILED_INVALID_REQUEST"], ""));
        let text = plain(&report.text(120));
        assert_eq!(text.matches("change: treat every status").count(), 1, "{text}");
        assert!(text.contains("\nchange: the same as in deadlock\n"), "{text}");
        assert_eq!(report.junit().unwrap().matches("change: treat every status").count(), 2);
    }

    #[test]
    fn what_a_poller_writes_is_cut_and_cannot_command_the_terminal() {
        let noise = format!("first\n{}\u{1b}]0;title\u{7}{}\n", "line\n".repeat(20), "x".repeat(5000));
        let text = plain(&report(&noise).text(120));
        let shown: Vec<&str> = text.lines().filter(|line| line.starts_with("  | ")).collect();
        assert_eq!(shown.len(), FIRST_LINES + LAST_LINES);
        assert!(text.contains("\n  ... 12 lines more ...\n"), "{text}");
        assert!(shown.iter().all(|line| line.len() < LINE_BYTES + 10 && !line.contains(['\u{1b}', '\u{7}'])), "{shown:?}");
    }

    #[test]
    fn signs_that_part_words_and_lines_part_them() {
        let text = ends_of_output("log", "a\tb\rc\r\nd");
        assert_eq!(text, "log:\n  | a b\n  | c\n  | d\n");
    }

    #[test]
    fn warnings_stand_behind_the_table_and_change_no_verdict() {
        let mut right = report("");
        right.judged.truncate(1);
        right.warnings = vec!["the Retry pauses for a day".to_owned(), "the loop fills its history".to_owned()];
        let text = plain(&right.text(80));
        let end = "\nwarning: the Retry pauses for a day\nwarning: the loop fills its history\n\n1 right in 1.20 s\n";
        assert!(right.is_right() && text.ends_with(end), "{text}");
        let read: Value = serde_json::from_str(&right.json()).unwrap();
        assert_eq!(read["warnings"], serde_json::json!(right.warnings));
    }

    #[test]
    fn programs_get_the_same_keys_for_every_case() {
        let read: Value = serde_json::from_str(&report("").json()).unwrap();
        assert_eq!(read.as_object().unwrap().keys().collect::<Vec<_>>(), ["cases", "warnings"]);
        let keys = ["name", "status", "verdict", "expected", "observed", "requests", "why"];
        for case in read["cases"].as_array().unwrap() {
            assert_eq!(case.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
        }
        let second = &read["cases"][1];
        assert_eq!((&second["status"], &second["verdict"]), (&"LOAD_DATA_DEADLOCK".into(), &"wrong".into()));
        let request = serde_json::json!({
            "at": 0.25, "method": "GET", "target": format!("/loader/{LOAD}"), "http_status": 200, "load_status": "LOAD_DATA_DEADLOCK", "pause": 0.24
        });
        assert_eq!(second["requests"][1], request);
    }

    #[test]
    fn ci_servers_get_a_failure_for_a_case_that_is_not_right() {
        let xml = report("").junit().unwrap();
        assert!(xml.contains(r#"tests="2" failures="1""#), "{xml}");
        assert!(xml.contains(r#"<testcase name="deadlock" classname="words""#), "{xml}");
    }

    #[test]
    fn markdown_has_a_row_for_each_case_and_a_section_for_what_is_not_right() {
        let text = report("").markdown();
        assert!(text.contains("\n| deadlock | LOAD_DATA_DEADLOCK | wrong | failure | success (exit 0) | 2 |\n"), "{text}");
        assert_eq!(text.matches("\n## ").count(), 1, "{text}");
    }

    #[test]
    fn a_long_timeline_leaves_out_its_middle() {
        let mut long = judged("completed", Outcome::Failure, &["LOAD_IN_PROGRESS"; 40], "");
        long.seen.notes.requests = 5000;
        let timeline = plain(&long.timeline(120));
        assert_eq!(timeline.lines().count(), 2 * SHOWN + 2, "{timeline}");
        assert!(timeline.contains("... 4988 requests more ..."), "{timeline}");
    }

    #[test]
    fn a_request_takes_one_line_of_80_columns() {
        let mut cancelled =
            judged("cancelled-due-to-errors", Outcome::Success, &["LOAD_IN_PROGRESS", "LOAD_CANCELLED_DUE_TO_ERRORS"], "");
        let timeline = plain(&cancelled.timeline(80));
        let wanted = "       at    pause  request and answer
    0.00s           GET /loader/0a237328…4802 200 LOAD_IN_PROGRESS
    0.25s    0.24s  GET /loader/0a237328…4802 200 LOAD_CANCELLED_DUE_TO_ERRORS
";
        assert_eq!(timeline, wanted);
        cancelled.seen.notes.exchanges.truncate(1);
        assert!(plain(&cancelled.timeline(100)).contains(LOAD), "an id that there is room for is whole");
    }

    #[test]
    fn times_of_days_stay_in_their_columns() {
        let mut slow = judged("completed", Outcome::Success, &["LOAD_IN_PROGRESS", "LOAD_IN_PROGRESS", "LOAD_COMPLETED"], "");
        slow.seen.notes.exchanges[2].at = Duration::from_secs(100_000);
        slow.seen.notes.exchanges[2].pause = Some(Duration::from_secs(99_999));
        let timeline = plain(&slow.timeline(120));
        let columns: Vec<_> = timeline.lines().skip(1).map(|line| line.find("GET").unwrap()).collect();
        assert!(columns.iter().all(|column| *column == columns[0]), "{timeline}");
        assert!(timeline.contains("\n  100000.00s   99999.00s  GET"), "{timeline}");
    }

    #[test]
    fn the_end_of_a_long_line_is_kept() {
        let line = format!("first {} the reason", "x".repeat(5000));
        let text = ends_of_output(EXECUTION, &line);
        assert!(text.contains("first ") && text.ends_with(" the reason\n") && text.len() < EXECUTION_LINE_BYTES + 50, "{text}");
        let text = ends_of_output("log", &line);
        assert!(text.ends_with(" the reason\n") && text.len() < LINE_BYTES + 50, "{text}");
        assert_eq!(cut_middle("üüüüü", 9), "üüü … ü");
    }

    #[test]
    fn only_ids_of_loads_are_shortened() {
        let target = format!("/loader/{LOAD}?details=true&loadIds={LOAD}");
        assert_eq!(with_short_ids(&target), "/loader/0a237328…4802?details=true&loadIds=0a237328…4802");
        let others = "/loader/people-and-places-of-the-whole-world-1?x=//=";
        assert_eq!(with_short_ids(others), others);
    }
}
