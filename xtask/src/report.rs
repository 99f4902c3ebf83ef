//! The report on a run: for the screen, as `JUnit` and as JSON.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, FixedOffset};
use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use crate::colour::{BAD, GOOD, OPEN, paint};
use crate::exit::Exit;
use crate::plain_table::{plain_table, wide_table};
use crate::planned::{Plan, Planned};
use crate::results::{NO_RESULT, Outcome, Verdict};
use crate::scenarios::failure_label;

/// The title of the second table.
const FAILURES_TITLE: &str = "failures users have met";
/// How many scenarios the closing list names before it only counts.
const NAMED_AT_THE_END: usize = 10;
/// The version of all our packages.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A finished run.
pub(crate) struct Report<'a> {
    /// Where it ran: `sim`.
    pub(crate) target: &'static str,
    /// When it began, since 1970 (UTC).
    pub(crate) started_at: Duration,
    /// How long it took.
    pub(crate) took: Duration,
    /// The commit that ran, if git tells.
    pub(crate) commit: Option<String>,
    /// The plan, for numbers and order.
    pub(crate) plan: &'a Plan,
    /// One per scenario, in the plan's order.
    pub(crate) outcomes: Vec<Outcome>,
    /// What went wrong with the run itself.
    pub(crate) complaints: Vec<String>,
}

impl Report<'_> {
    /// Whether everything that had to run ran and passed. A planned test, or a failure that users have met, that was not run has not passed.
    pub(crate) fn is_green(&self) -> bool {
        let red = |outcome: &Outcome| match outcome.verdict {
            Verdict::Passed => false,
            Verdict::Failed | Verdict::Unusable => true,
            Verdict::NotRun => self.plan.find(&outcome.name).is_some() || failure_label(&outcome.name).is_some(),
        };
        self.complaints.is_empty() && !self.outcomes.iter().any(red)
    }

    /// What the command ends with.
    pub(crate) fn exit(&self) -> Exit {
        match (self.count(Verdict::Unusable), self.is_green()) {
            (0, true) => Exit::Fine,
            (0, false) => Exit::TestsFailed,
            _ => Exit::BadScenario,
        }
    }

    /// The report for a screen, with colours. What matters most stands last: the long texts, the table, what did not pass, the totals.
    pub(crate) fn render(&self) -> String {
        let mut text = self.failures();
        let (of_users, others): (Vec<_>, Vec<_>) =
            self.outcomes.iter().partition(|outcome| failure_label(&outcome.name).is_some());
        if !others.is_empty() || of_users.is_empty() {
            let _ = writeln!(text, "{}", results_table(self.plan, &others));
        }
        if !of_users.is_empty() {
            let _ = writeln!(text, " {FAILURES_TITLE}\n{}", results_table(self.plan, &of_users));
        }
        text += &self.notes();
        text += &self.not_passed();
        for complaint in &self.complaints {
            let _ = writeln!(text, "{}", paint(BAD, complaint));
        }
        text += &self.standing();
        let style = if self.is_green() { GOOD } else { BAD };
        let _ = writeln!(text, "{}", paint(style, &self.summary()));
        text
    }

    /// The totals in one line.
    pub(crate) fn summary(&self) -> String {
        let unusable = match self.count(Verdict::Unusable) {
            0 => String::new(),
            unusable => format!(", {unusable} unusable"),
        };
        format!(
            "{} passed, {} failed, {} not run{unusable} in {:.2} s (target {})",
            self.count(Verdict::Passed),
            self.count(Verdict::Failed),
            self.count(Verdict::NotRun),
            self.took.as_secs_f64(),
            self.target
        )
    }

    /// How the plan and the failures that users have met stand, if there are any of these. Some failures have several scenarios.
    fn standing(&self) -> String {
        let passed_of = |belongs: &dyn Fn(&str) -> bool| {
            let all: Vec<_> = self.outcomes.iter().filter(|outcome| belongs(&outcome.name)).collect();
            let passed = all.iter().filter(|outcome| outcome.verdict == Verdict::Passed).count();
            (passed, all.len())
        };
        let (survived, met) = passed_of(&|name| failure_label(name).is_some());
        let (passed, planned) = passed_of(&|name| self.plan.find(name).is_some());
        let labels = self.outcomes.iter().filter_map(|outcome| failure_label(&outcome.name));
        let kinds: BTreeSet<&str> = labels.map(|label| label.trim_end_matches(|c: char| c.is_ascii_lowercase())).collect();
        let kinds = match kinds.len() {
            1 => "1 failure users have met".to_owned(),
            count => format!("{count} {FAILURES_TITLE}"),
        };
        match (planned, met) {
            (_, 0) => String::new(),
            (0, _) => format!("{survived} of {met} scenarios for {kinds} passed\n"),
            _ => format!("{passed} of {planned} planned tests passed, and {survived} of {met} scenarios for {kinds}\n"),
        }
    }

    /// The report for CI servers: one suite per folder, and one more for what went wrong with the run itself. The name of this machine is left out: reports are
    /// handed on.
    ///
    /// # Errors
    /// The XML cannot be written.
    pub(crate) fn junit(&self) -> Result<String> {
        let mut report = JUnit::new(format!("cargo xtask it --target {}", self.target));
        report.set_time(self.took);
        report.timestamp = self.timestamp();
        for outcomes in self.outcomes.chunk_by(|a, b| a.folder() == b.folder()) {
            let cases = outcomes.iter().map(|outcome| test_case(self.plan, outcome));
            report.add_test_suite(self.suite(outcomes[0].folder(), cases));
        }
        if !self.complaints.is_empty() {
            report.add_test_suite(self.suite("run", self.complaints.iter().map(|complaint| complaint_case(complaint))));
        }
        Ok(report.to_string()?)
    }

    fn suite(&self, name: &str, cases: impl Iterator<Item = TestCase>) -> TestSuite {
        let mut suite = TestSuite::new(name);
        suite.timestamp = self.timestamp();
        suite.add_property(("target", self.target));
        suite.add_property(("version", VERSION));
        if let Some(commit) = &self.commit {
            suite.add_property(("commit", commit.as_str()));
        }
        suite.add_test_cases(cases);
        // Scenarios run side by side, so that this is more than the run took.
        suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
        suite
    }

    fn timestamp(&self) -> Option<DateTime<FixedOffset>> {
        let seconds = i64::try_from(self.started_at.as_secs()).ok()?;
        Some(DateTime::from_timestamp(seconds, self.started_at.subsec_millis() * 1_000_000)?.into())
    }

    /// The report for programs.
    pub(crate) fn json(&self) -> String {
        let report = json!({
            "version": VERSION,
            "commit": self.commit,
            "target": self.target,
            "started_at_unix_secs": self.started_at.as_secs(),
            "totals": {
                "passed": self.count(Verdict::Passed),
                "failed": self.count(Verdict::Failed),
                "unusable": self.count(Verdict::Unusable),
                "not_run": self.count(Verdict::NotRun),
                "seconds": self.took.as_secs_f64(),
            },
            "green": self.is_green(),
            "complaints": self.complaints,
            "scenarios": self.outcomes.iter().map(|outcome| self.scenario(outcome)).collect::<Vec<Value>>(),
        });
        format!("{report:#}\n")
    }

    /// A scenario for programs, with its number as the tables have it.
    fn scenario(&self, outcome: &Outcome) -> Value {
        let mut scenario = json!(outcome);
        scenario["number"] = number(self.plan, &outcome.name).into();
        scenario
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.verdict == verdict).count()
    }

    fn failures(&self) -> String {
        let mut text = String::new();
        for outcome in self.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed | Verdict::Unusable)) {
            if outcome.explanation() != NO_RESULT {
                let title = paint(BAD, &format!("---- {} ----", outcome.name));
                let _ = writeln!(text, "{title}\n{}\n", outcome.explanation().trim_end());
            }
        }
        text
    }

    /// What scenarios measured, one line each.
    fn notes(&self) -> String {
        let noted = self.outcomes.iter().filter_map(|outcome| Some((outcome, outcome.note.as_ref()?)));
        let lines: Vec<String> =
            noted.map(|(outcome, note)| format!("{}: {note}\n", number_and_name(self.plan, &outcome.name)[0])).collect();
        lines.concat()
    }

    fn not_passed(&self) -> String {
        let mut text = String::new();
        let not_passed: Vec<_> = self.outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Passed).collect();
        for outcome in not_passed.iter().take(NAMED_AT_THE_END) {
            let why = if outcome.headline().is_empty() { "no reason given" } else { outcome.headline() };
            let verdict = paint(style(outcome.verdict.word()), outcome.verdict.word());
            let _ = writeln!(text, "{verdict} {}: {why}", outcome.name);
        }
        if let Some(more) = not_passed.len().checked_sub(NAMED_AT_THE_END).filter(|more| *more > 0) {
            let _ = writeln!(text, "... and {more} more that did not pass");
        }
        text
    }
}

/// The colour of a verdict.
fn style(word: &str) -> anstyle::Style {
    match word {
        "passed" => GOOD,
        "not run" => OPEN,
        _ => BAD,
    }
}

/// One row a test: number, name, verdict and time.
fn results_table(plan: &Plan, outcomes: &[&Outcome]) -> String {
    let rows = outcomes.iter().map(|outcome| {
        let ran = outcome.explanation() != NO_RESULT;
        let verdict = if ran { outcome.verdict.word() } else { NO_RESULT };
        let millis = if ran { format!("{:.1}", outcome.millis) } else { "-".to_owned() };
        let [number, test] = number_and_name(plan, &outcome.name);
        vec![number, test, verdict.to_owned(), millis]
    });
    let table = plain_table(&["number", "test", "verdict", "ms"], rows, 3);
    table.lines().map(|line| with_painted_verdict(line) + "\n").collect()
}

/// A row with its verdict in colour. A cell with colours in it would be taken for a wider one, so they come last.
fn with_painted_verdict(row: &str) -> String {
    let Some((rest, millis)) = row.rsplit_once("  ") else { return row.to_owned() };
    let words = ["passed", "FAILED", "UNUSABLE", "not run", NO_RESULT];
    match words.into_iter().find_map(|word| Some((word, rest.trim_end().strip_suffix(word)?))) {
        Some((word, before)) => {
            let behind = &rest[before.len() + word.len()..];
            format!("{before}{}{behind}  {millis}", paint(style(word), word))
        }
        None => row.to_owned(),
    }
}

/// One row a test that would run: number, name and what it is about, by their full names.
pub(crate) fn names_table(plan: &Plan, names: &[String], abouts: &HashMap<String, String>) -> String {
    let row = |name: &&String| {
        let [number, test] = number_and_name(plan, name);
        vec![number, test, abouts.get(*name).cloned().unwrap_or_default()]
    };
    let table = |names: &[&String]| wide_table(&["number", "test", "about"], names.iter().map(row));
    let (of_users, others): (Vec<_>, Vec<_>) = names.iter().partition(|name| failure_label(name).is_some());
    match (&others[..], &of_users[..]) {
        (_, []) => table(&others),
        ([], _) => format!(" {FAILURES_TITLE}\n{}", table(&of_users)),
        _ => format!("{}\n {FAILURES_TITLE}\n{}", table(&others), table(&of_users)),
    }
}

/// The number as the tables have it, `check 6` or `F22`; `None` beyond the plan and the failures.
fn number(plan: &Plan, name: &str) -> Option<String> {
    let planned = plan.find(name).map(Planned::label);
    planned.or_else(|| failure_label(name).map(str::to_owned))
}

fn number_and_name(plan: &Plan, name: &str) -> [String; 2] {
    let behind = |label: &str| name.split_once(&format!("{label}_")).map_or(name, |(_, rest)| rest).to_owned();
    match (plan.find(name), failure_label(name)) {
        (Some(planned), _) => [planned.label(), planned.test.clone()],
        (None, Some(label)) => [label.to_owned(), behind(label)],
        (None, None) => ["ours".to_owned(), name.to_owned()],
    }
}

fn test_case(plan: &Plan, outcome: &Outcome) -> TestCase {
    let failed = |kind, why| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(why);
        status
    };
    let mut status = match outcome.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Failed if outcome.explanation() == NO_RESULT => failed(NonSuccessKind::Error, NO_RESULT),
        Verdict::Failed => failed(NonSuccessKind::Failure, "failed"),
        Verdict::Unusable => failed(NonSuccessKind::Error, "unusable scenario"),
        Verdict::NotRun => TestCaseStatus::skipped(),
    };
    if outcome.verdict != Verdict::Passed {
        status.set_message(outcome.headline());
        status.set_description(outcome.explanation());
    }
    let mut case = TestCase::new(outcome.short_name(), status);
    case.set_classname(outcome.folder());
    case.set_time(Duration::try_from_secs_f64(outcome.millis / 1000.0).unwrap_or_default());
    let place = [("file", outcome.file.clone()), ("line", outcome.line.map(|line| line.to_string()))];
    for (name, value) in place.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        case.extra.insert(name.into(), value.into());
    }
    let facts = [
        ("number", number(plan, &outcome.name)),
        ("about", outcome.about.clone()),
        ("seed", outcome.seed.map(|seed| seed.to_string())),
    ];
    for (name, value) in facts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        case.add_property((name, value.as_str()));
    }
    case
}

/// Something that went wrong with the run itself.
fn complaint_case(complaint: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("run").set_message(complaint.lines().next().unwrap_or_default()).set_description(complaint);
    TestCase::new("cargo xtask it", status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::plain;

    impl Report<'_> {
        fn render_plain(&self) -> String {
            plain(&self.render())
        }
    }

    fn plan() -> Plan {
        let tables = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n## get_load_status\n| 1 | test_c | |\n";
        Plan::parse(tables).unwrap()
    }

    fn outcome(name: &str, verdict: Verdict, text: &str) -> Outcome {
        let failure = (verdict == Verdict::Failed).then(|| text.to_owned());
        let reason = (verdict == Verdict::NotRun).then(|| text.to_owned());
        Outcome { verdict, millis: 12.34, failure, reason, ..Outcome::without_result(name, None) }
    }

    fn report(plan: &Plan, outcomes: Vec<Outcome>) -> Report<'_> {
        let took = Duration::from_millis(1234);
        Report {
            target: "sim",
            started_at: Duration::from_millis(1_767_225_600_250),
            took,
            commit: Some("abc-dirty".into()),
            plan,
            outcomes,
            complaints: Vec::new(),
        }
    }

    #[test]
    fn what_a_scenario_measured_stands_under_the_table() {
        let plan = plan();
        let noted = Outcome {
            note: Some("the slowest answer took 12 ms".into()),
            ..outcome("get_load_status::test_c", Verdict::Passed, "")
        };
        let text = report(&plan, vec![noted]).render_plain();
        assert!(text.contains("\n\nget 1: the slowest answer took 12 ms\n1 passed"), "{text}");
    }

    #[test]
    fn the_last_screen_tells_the_story() {
        let plan = plan();
        let report = report(
            &plan,
            vec![
                outcome("check_bulk_load_status::test_a", Verdict::Passed, ""),
                outcome("check_bulk_load_status::test_b", Verdict::Failed, "status: PENDING\nexpected: FAILED"),
                Outcome::without_result("get_load_status::test_c", None),
                outcome("beyond::d", Verdict::NotRun, "needs faults"),
            ],
        );
        let expected = "\
---- check_bulk_load_status::test_b ----
status: PENDING
expected: FAILED

 number   test       verdict      ms
 check 1  test_a     passed     12.3
 check 2  test_b     FAILED     12.3
 get 1    test_c     no result     -
 ours     beyond::d  not run    12.3

FAILED check_bulk_load_status::test_b: status: PENDING
FAILED get_load_status::test_c: no result
not run beyond::d: needs faults
1 passed, 2 failed, 1 not run in 1.23 s (target sim)
";
        assert_eq!(report.render_plain(), expected);
    }

    #[test]
    fn failures_that_users_have_met_have_a_table_and_a_count_of_their_own() {
        let plan = plan();
        let outcomes = vec![
            outcome("get_load_status::test_c", Verdict::Passed, ""),
            outcome("failures::F01_queue_full", Verdict::Passed, ""),
            outcome("failures::F13b_s3_denied", Verdict::Failed, "x"),
            outcome("beyond::d", Verdict::Passed, ""),
        ];
        let expected = "\
---- failures::F13b_s3_denied ----
x

 number  test       verdict    ms
 get 1   test_c     passed   12.3
 ours    beyond::d  passed   12.3

 failures users have met
 number  test        verdict    ms
 F01     queue_full  passed   12.3
 F13b    s3_denied   FAILED   12.3

FAILED failures::F13b_s3_denied: x
1 of 1 planned tests passed, and 1 of 2 scenarios for 2 failures users have met
3 passed, 1 failed, 0 not run in 1.23 s (target sim)
";
        assert_eq!(report(&plan, outcomes).render_plain(), expected);
        let filtered = report(&plan, vec![outcome("failures::F01_queue_full", Verdict::Passed, "")]).render_plain();
        assert!(filtered.contains("\n1 of 1 scenarios for 1 failure users have met passed\n1 passed"), "{filtered}");
        let left_out = report(&plan, vec![outcome("failures::F01_queue_full", Verdict::NotRun, "no docker")]);
        assert!(!left_out.is_green(), "a failure that users have met has to be survived");
    }

    #[test]
    fn the_list_of_what_would_run_has_both_tables() {
        let names = ["get_load_status::test_c", "failures::F01_queue_full"].map(str::to_owned);
        let abouts = HashMap::from([(names[1].clone(), "65 loads".to_owned())]);
        let expected = " number  test    about\n get 1   test_c\n\n failures users have met\n number  test        about\n F01     queue_full  65 loads\n";
        assert_eq!(names_table(&plan(), &names, &abouts), expected);
    }

    #[test]
    fn the_closing_list_counts_when_there_is_too_much_to_name() {
        let plan = plan();
        let report = report(&plan, (0..12).map(|n| outcome(&format!("beyond::{n}"), Verdict::Failed, "x")).collect());
        assert!(
            plain(&report.not_passed()).ends_with("FAILED beyond::9: x\n... and 2 more that did not pass\n"),
            "{}",
            report.not_passed()
        );
    }

    #[test]
    fn a_planned_test_that_was_not_run_is_not_green_but_our_own_may_be() {
        let plan = plan();
        let left_out = |name| report(&plan, vec![outcome(name, Verdict::NotRun, "no docker")]).is_green();
        assert!(left_out("beyond::d"));
        assert!(!left_out("get_load_status::test_c"));
    }

    #[test]
    fn a_complaint_is_never_green() {
        let plan = plan();
        let complaining = Report { complaints: vec!["it died".into()], ..report(&plan, Vec::new()) };
        assert!(!complaining.is_green());
    }

    #[test]
    fn junit_has_a_suite_per_folder_with_reasons_and_failures() {
        let plan = plan();
        let report = report(
            &plan,
            vec![
                outcome("check_bulk_load_status::test_b", Verdict::Failed, "got <PENDING>\nexpected FAILED"),
                outcome("get_load_status::test_c", Verdict::Passed, ""),
                outcome("beyond::d", Verdict::NotRun, "needs faults"),
            ],
        );
        let xml = report.junit().unwrap();
        let read = JUnit::deserialize_from_str(&xml).unwrap();
        let suites: Vec<_> = read.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests, suite.failures)).collect();
        assert_eq!(suites, [("check_bulk_load_status", 1, 1), ("get_load_status", 1, 0), ("beyond", 1, 0)]);
        assert!(xml.contains("got &lt;PENDING&gt;\nexpected FAILED</failure>"), "{xml}");
        assert!(xml.contains(r#"<skipped message="needs faults""#), "{xml}");
        assert!(xml.contains(r#"time="0.012""#), "{xml}");
    }

    #[test]
    fn junit_says_what_where_when_and_of_which_commit() {
        let plan = plan();
        let failed = Outcome {
            file: Some("scenarios/get_load_status/01_c.yaml".into()),
            line: Some(22),
            message: Some("scenarios/get_load_status/01_c.yaml:22: it fails: answer.status: expected \"A\", got \"B\"".into()),
            about: Some("a load fails".into()),
            seed: Some(7),
            ..outcome("get_load_status::test_c", Verdict::Failed, "the whole report")
        };
        let unusable = outcome("beyond::x", Verdict::Unusable, "");
        let unusable =
            Outcome { failure: Some("error: unknown key".into()), message: Some("x.yaml:3:1: unknown key".into()), ..unusable };
        let complaining = Report { complaints: vec!["it died\nlast words".into()], ..report(&plan, vec![failed, unusable]) };
        let xml = complaining.junit().unwrap();
        for part in [
            r#"timestamp="2026-01-01T00:00:00.250+00:00""#,
            r#"<property name="target" value="sim"/>"#,
            r#"<property name="commit" value="abc-dirty"/>"#,
            r#"<property name="number" value="get 1"/>"#,
            r#"<property name="about" value="a load fails"/>"#,
            r#"<property name="seed" value="7"/>"#,
            r#"file="scenarios/get_load_status/01_c.yaml" line="22""#,
            r#"<failure message="scenarios/get_load_status/01_c.yaml:22: it fails: answer.status: expected &quot;A&quot;, got &quot;B&quot;" type="failed">"#,
            r#"<error message="x.yaml:3:1: unknown key" type="unusable scenario">"#,
            r#"<error message="it died" type="run">"#,
            r#"<testsuite name="get_load_status" tests="1" skipped="0" errors="0" failures="1""#,
        ] {
            assert!(xml.contains(part), "{part} is not in\n{xml}");
        }
        assert!(!xml.contains("hostname"), "reports are handed on");
        assert_eq!(JUnit::deserialize_from_str(&xml).unwrap().test_suites[0].time, Some(Duration::from_millis(12)));
    }

    #[test]
    fn an_unusable_scenario_decides_the_exit_code() {
        let plan = plan();
        let exit = |verdicts: &[Verdict]| {
            report(&plan, verdicts.iter().map(|verdict| outcome("beyond::d", *verdict, "x")).collect()).exit()
        };
        assert_eq!(exit(&[Verdict::Passed, Verdict::NotRun]), Exit::Fine);
        assert_eq!(exit(&[Verdict::Passed, Verdict::Failed]), Exit::TestsFailed);
        assert_eq!(exit(&[Verdict::Failed, Verdict::Unusable]), Exit::BadScenario);
    }

    #[test]
    fn verdicts_have_colours_and_names_that_contain_them_have_none() {
        let row = with_painted_verdict(" ours     beyond::what_passed  passed  1.5");
        assert_eq!(row, format!(" ours     beyond::what_passed  {}  1.5", paint(GOOD, "passed")));
        let row = with_painted_verdict(" check 2  test_b  no result    -");
        assert_eq!(row, format!(" check 2  test_b  {}    -", paint(BAD, "no result")));
        assert_eq!(with_painted_verdict(" number   test    verdict    ms"), " number   test    verdict    ms");
    }

    #[test]
    fn json_holds_totals_and_every_scenario() {
        let plan = plan();
        let report = report(&plan, vec![outcome("get_load_status::test_c", Verdict::Passed, "")]);
        let read: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(read["target"], "sim");
        assert_eq!(read["totals"]["passed"], 1);
        assert_eq!(read["green"], true);
        assert_eq!(read["scenarios"][0]["outcome"], "passed");
        assert_eq!((&read["scenarios"][0]["number"], &read["commit"]), (&json!("get 1"), &json!("abc-dirty")));
        assert_eq!(read["version"], VERSION);
    }

    #[test]
    fn a_senseless_time_is_no_reason_to_panic() {
        let plan = plan();
        let odd = Outcome { millis: -1.0, ..outcome("beyond::d", Verdict::Passed, "") };
        assert!(report(&plan, vec![odd]).junit().is_ok());
    }
}
