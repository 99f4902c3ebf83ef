//! The report on a run: for the screen, as `JUnit` and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};
use serde_json::json;

use crate::plain_table::plain_table;
use crate::planned::Plan;
use crate::results::{NO_RESULT, Outcome, Verdict};
use crate::scenarios::failure_label;

/// The title of the second table.
const FAILURES_TITLE: &str = "failures users have met";
/// How many scenarios the closing list names before it only counts.
const NAMED_AT_THE_END: usize = 10;

/// A finished run.
pub(crate) struct Report<'a> {
    /// Where it ran: `sim`.
    pub(crate) target: &'static str,
    /// When it began, in seconds since 1970 (UTC).
    pub(crate) started_at_unix_secs: u64,
    /// How long it took.
    pub(crate) took: Duration,
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
            Verdict::Failed => true,
            Verdict::NotRun => self.plan.find(&outcome.name).is_some() || failure_label(&outcome.name).is_some(),
        };
        self.complaints.is_empty() && !self.outcomes.iter().any(red)
    }

    /// The report for a screen. What matters most stands last: the long texts, the table, what did not pass, the totals.
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
            let _ = writeln!(text, "{complaint}");
        }
        text += &self.standing();
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    /// The totals in one line.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{} passed, {} failed, {} not run in {:.2} s (target {})",
            self.count(Verdict::Passed),
            self.count(Verdict::Failed),
            self.count(Verdict::NotRun),
            self.took.as_secs_f64(),
            self.target
        )
    }

    /// How the plan and the failures that users have met stand, if there are any of these.
    fn standing(&self) -> String {
        let passed_of = |belongs: &dyn Fn(&str) -> bool| {
            let all: Vec<_> = self.outcomes.iter().filter(|outcome| belongs(&outcome.name)).collect();
            let passed = all.iter().filter(|outcome| outcome.verdict == Verdict::Passed).count();
            (passed, all.len())
        };
        match (passed_of(&|name| self.plan.find(name).is_some()), passed_of(&|name| failure_label(name).is_some())) {
            (_, (_, 0)) => String::new(),
            ((_, 0), (survived, met)) => format!("{survived} of {met} {FAILURES_TITLE} passed\n"),
            ((passed, planned), (survived, met)) => {
                format!("{passed} of {planned} planned tests and {survived} of {met} {FAILURES_TITLE} passed\n")
            }
        }
    }

    /// The report for CI servers: one suite per folder.
    ///
    /// # Errors
    /// The XML cannot be written.
    pub(crate) fn junit(&self) -> Result<String> {
        let mut report = JUnit::new(format!("cargo xtask it --target {}", self.target));
        report.set_time(self.took);
        for outcomes in self.outcomes.chunk_by(|a, b| a.folder() == b.folder()) {
            let mut suite = TestSuite::new(outcomes[0].folder());
            suite.add_test_cases(outcomes.iter().map(test_case));
            report.add_test_suite(suite);
        }
        Ok(report.to_string()?)
    }

    /// The report for programs.
    pub(crate) fn json(&self) -> String {
        let report = json!({
            "target": self.target,
            "started_at_unix_secs": self.started_at_unix_secs,
            "totals": {
                "passed": self.count(Verdict::Passed),
                "failed": self.count(Verdict::Failed),
                "not_run": self.count(Verdict::NotRun),
                "seconds": self.took.as_secs_f64(),
            },
            "green": self.is_green(),
            "complaints": self.complaints,
            "scenarios": self.outcomes,
        });
        format!("{report:#}\n")
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.verdict == verdict).count()
    }

    fn failures(&self) -> String {
        let mut text = String::new();
        for outcome in self.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Failed) {
            if outcome.explanation() != NO_RESULT {
                let _ = writeln!(text, "---- {} ----\n{}\n", outcome.name, outcome.explanation().trim_end());
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
            let first_line = outcome.explanation().lines().next().unwrap_or("no reason given");
            let _ = writeln!(text, "{} {}: {first_line}", outcome.verdict.word(), outcome.name);
        }
        if let Some(more) = not_passed.len().checked_sub(NAMED_AT_THE_END).filter(|more| *more > 0) {
            let _ = writeln!(text, "... and {more} more that did not pass");
        }
        text
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
    plain_table(&["number", "test", "verdict", "ms"], rows, 3)
}

/// One row a test that would run: number and name.
pub(crate) fn names_table(plan: &Plan, names: &[String]) -> String {
    let table =
        |names: &[&String]| plain_table(&["number", "test"], names.iter().map(|name| number_and_name(plan, name).into()), 2);
    let (of_users, others): (Vec<_>, Vec<_>) = names.iter().partition(|name| failure_label(name).is_some());
    match (&others[..], &of_users[..]) {
        (_, []) => table(&others),
        ([], _) => format!(" {FAILURES_TITLE}\n{}", table(&of_users)),
        _ => format!("{}\n {FAILURES_TITLE}\n{}", table(&others), table(&of_users)),
    }
}

fn number_and_name(plan: &Plan, name: &str) -> [String; 2] {
    let behind = |label: &str| name.split_once(&format!("{label}_")).map_or(name, |(_, rest)| rest).to_owned();
    match (plan.find(name), failure_label(name)) {
        (Some(planned), _) => [planned.label(), planned.test.clone()],
        (None, Some(label)) => [label.to_owned(), behind(label)],
        (None, None) => ["ours".to_owned(), name.to_owned()],
    }
}

fn test_case(outcome: &Outcome) -> TestCase {
    let mut status = match outcome.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::NotRun => TestCaseStatus::skipped(),
    };
    if outcome.verdict != Verdict::Passed {
        status.set_message(outcome.explanation().lines().next().unwrap_or_default());
        status.set_description(outcome.explanation());
    }
    let mut case = TestCase::new(outcome.short_name(), status);
    case.set_classname(outcome.folder());
    case.set_time(Duration::try_from_secs_f64(outcome.millis / 1000.0).unwrap_or_default());
    case
}

#[cfg(test)]
mod tests {
    use super::*;

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
        Report { target: "sim", started_at_unix_secs: 0, took, plan, outcomes, complaints: Vec::new() }
    }

    #[test]
    fn what_a_scenario_measured_stands_under_the_table() {
        let plan = plan();
        let noted = Outcome {
            note: Some("the slowest answer took 12 ms".into()),
            ..outcome("get_load_status::test_c", Verdict::Passed, "")
        };
        let text = report(&plan, vec![noted]).render();
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
        assert_eq!(report.render(), expected);
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
1 of 1 planned tests and 1 of 2 failures users have met passed
3 passed, 1 failed, 0 not run in 1.23 s (target sim)
";
        assert_eq!(report(&plan, outcomes).render(), expected);
        let filtered = report(&plan, vec![outcome("failures::F01_queue_full", Verdict::Passed, "")]).render();
        assert!(filtered.contains("\n1 of 1 failures users have met passed\n1 passed"), "{filtered}");
        let left_out = report(&plan, vec![outcome("failures::F01_queue_full", Verdict::NotRun, "no docker")]);
        assert!(!left_out.is_green(), "a failure that users have met has to be survived");
    }

    #[test]
    fn the_list_of_what_would_run_has_both_tables() {
        let names = ["get_load_status::test_c", "failures::F01_queue_full"].map(str::to_owned);
        let expected = " number  test\n get 1   test_c\n\n failures users have met\n number  test\n F01     queue_full\n";
        assert_eq!(names_table(&plan(), &names), expected);
    }

    #[test]
    fn the_closing_list_counts_when_there_is_too_much_to_name() {
        let plan = plan();
        let report = report(&plan, (0..12).map(|n| outcome(&format!("beyond::{n}"), Verdict::Failed, "x")).collect());
        assert!(
            report.not_passed().ends_with("FAILED beyond::9: x\n... and 2 more that did not pass\n"),
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
    fn json_holds_totals_and_every_scenario() {
        let plan = plan();
        let report = report(&plan, vec![outcome("get_load_status::test_c", Verdict::Passed, "")]);
        let read: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(read["target"], "sim");
        assert_eq!(read["totals"]["passed"], 1);
        assert_eq!(read["green"], true);
        assert_eq!(read["scenarios"][0]["outcome"], "passed");
    }

    #[test]
    fn a_senseless_time_is_no_reason_to_panic() {
        let plan = plan();
        let odd = Outcome { millis: -1.0, ..outcome("beyond::d", Verdict::Passed, "") };
        assert!(report(&plan, vec![odd]).junit().is_ok());
    }
}
