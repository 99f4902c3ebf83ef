//! What `cargo xtask it` adds to the results of the harness: numbers of the plan, the table of known failures, and the state of both.

use std::collections::{BTreeSet, HashMap};

use neptune_report::{Run, Table, TestResult, Verdict};

use crate::exit::Exit;
use crate::planned::{Plan, Planned};
use crate::scenarios::{failure_label, folders};

/// The heading of the second table.
const FAILURES: &str = "known failures";

/// Completes the results of a run with what the plan says of each, puts them into the plan's order, and says how plan and failures stand.
///
/// If not all of them are needed, a test that was not run is no failure: there may be no function for it.
pub(crate) fn complete(run: &mut Run, plan: &Plan, all_needed: bool) {
    for result in &mut run.results {
        result.number = number(plan, &result.name);
        let is_failure = failure_label(&result.name).is_some();
        result.table = is_failure.then(|| FAILURES.to_owned());
        // Whether a planned test, or a known failure, was left out or failed: it has not passed.
        let is_needed = all_needed || result.verdict != Verdict::NotRun;
        result.required = is_needed && (is_failure || plan.find(&result.name).is_some());
    }
    in_plan_order(plan, &mut run.results, |result| &result.name);
    run.remarks.extend(standing(plan, &run.results));
}

/// What the command ends with.
pub(crate) fn exit(run: &Run) -> Exit {
    match (run.count(Verdict::Unusable), run.is_green()) {
        (0, true) => Exit::Fine,
        (0, false) => Exit::TestsFailed,
        _ => Exit::BadScenario,
    }
}

/// The plan's tests first, then the known failures, then ours.
pub(crate) fn in_plan_order<T>(plan: &Plan, items: &mut [T], name: impl Fn(&T) -> &str) {
    items.sort_by_key(|item| (plan.position(name(item)), failure_label(name(item)).is_none(), name(item).to_owned()));
}

/// One row a test that would run: number, name and what it is about, by their full names.
pub(crate) fn names_table(plan: &Plan, names: &[String], abouts: &HashMap<String, String>, width: usize) -> String {
    let table = |names: &[&String]| {
        let mut table = Table::new(["number", "test", "about"], 3);
        for name in names {
            let result = TestResult { number: number(plan, name), name: (*name).clone(), ..TestResult::default() };
            let label = result.number.clone().unwrap_or_else(|| "ours".to_owned());
            table.row([label, result.table_name().to_owned(), abouts.get(*name).cloned().unwrap_or_default()]);
        }
        table.render(width)
    };
    let (failures, others): (Vec<_>, Vec<_>) = names.iter().partition(|name| failure_label(name).is_some());
    match (&others[..], &failures[..]) {
        (_, []) => table(&others),
        ([], _) => format!(" {FAILURES}\n{}", table(&failures)),
        _ => format!("{}\n {FAILURES}\n{}", table(&others), table(&failures)),
    }
}

/// The number as the tables have it, `check 6` or `F22`; of a scenario that is not this project's its folder; `None` for the others.
fn number(plan: &Plan, name: &str) -> Option<String> {
    let planned = plan.find(name).map(Planned::label);
    let folder = name.split_once("::").map(|(folder, _)| folder).filter(|folder| !folders(plan).contains(folder));
    planned.or_else(|| failure_label(name).or(folder).map(str::to_owned))
}

/// How the plan and the known failures stand, if there are any of these. Some failures have several scenarios.
fn standing(plan: &Plan, results: &[TestResult]) -> Option<String> {
    let passed_of = |belongs: &dyn Fn(&str) -> bool| {
        let all: Vec<_> = results.iter().filter(|result| belongs(&result.name)).collect();
        let passed = all.iter().filter(|result| result.verdict == Verdict::Passed).count();
        (passed, all.len())
    };
    let (survived, scenarios) = passed_of(&|name| failure_label(name).is_some());
    let (passed, planned) = passed_of(&|name| plan.find(name).is_some());
    let labels = results.iter().filter_map(|result| failure_label(&result.name));
    let kinds: BTreeSet<&str> = labels.map(|label| label.trim_end_matches(|c: char| c.is_ascii_lowercase())).collect();
    let kinds = neptune_report::count(kinds.len() as u64, "known failure");
    match (planned, scenarios) {
        (_, 0) => None,
        (0, _) => Some(format!("{survived} of {scenarios} scenarios for {kinds} passed")),
        _ => Some(format!("{passed} of {planned} planned tests passed, and {survived} of {scenarios} scenarios for {kinds}")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use neptune_report::terminal::plain;

    use super::*;

    fn plan() -> Plan {
        let tables = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n## get_load_status\n| 1 | test_c | |\n";
        Plan::parse(tables).unwrap()
    }

    fn result(name: &str, verdict: Verdict) -> TestResult {
        TestResult { name: name.into(), verdict, millis: 12.34, ..TestResult::default() }
    }

    fn run(results: Vec<TestResult>) -> Run {
        let mut run = Run { results, context: "target sim".into(), ..Run::new("it", UNIX_EPOCH) };
        complete(&mut run, &plan(), true);
        run
    }

    #[test]
    fn the_plan_comes_first_and_known_failures_have_a_table_and_a_count_of_their_own() {
        let results = [
            "beyond::d",
            "failures::F13b_s3_denied",
            "failures::F01_queue_full",
            "get_load_status::test_c",
            "check_bulk_load_status::test_b",
        ];
        let mut all = results.map(|name| result(name, Verdict::Passed)).to_vec();
        all[1].verdict = Verdict::Failed;
        let expected = "\x20\
number   test       verdict    ms
 check 2  test_b     passed   12.3
 get 1    test_c     passed   12.3
 ours     beyond::d  passed   12.3

 known failures
 number  test        verdict    ms
 F01     queue_full  passed   12.3
 F13b    s3_denied   FAILED   12.3

FAILED failures::F13b_s3_denied: no reason given
2 of 2 planned tests passed, and 1 of 2 scenarios for 2 known failures
4 passed, 1 failed, 0 not run in 0.00 s (target sim)
";
        assert_eq!(plain(&run(all).text(80)), expected);
        let filtered = plain(&run(vec![result("failures::F01_queue_full", Verdict::Passed)]).text(80));
        assert!(filtered.contains("\n1 of 1 scenarios for 1 known failure passed\n1 passed"), "{filtered}");
    }

    #[test]
    fn the_list_of_what_would_run_has_both_tables() {
        let names = ["get_load_status::test_c", "failures::F01_queue_full"].map(str::to_owned);
        let abouts = HashMap::from([(names[1].clone(), "65 loads".to_owned())]);
        let expected = " number  test    about\n get 1   test_c\n\n known failures\n number  test        about\n F01     queue_full  65 loads\n";
        assert_eq!(names_table(&plan(), &names, &abouts, 80), expected);
    }

    #[test]
    fn what_is_planned_or_known_has_to_run_and_our_own_may_be_left_out() {
        let left_out = |name| run(vec![result(name, Verdict::NotRun)]).is_green();
        assert!(left_out("beyond::d"));
        assert!(!left_out("get_load_status::test_c"));
        assert!(!left_out("failures::F01_queue_full"), "a known failure has to be survived");
    }

    #[test]
    fn an_unusable_scenario_decides_the_exit_code() {
        let exit = |verdicts: &[Verdict]| exit(&run(verdicts.iter().map(|verdict| result("beyond::d", *verdict)).collect()));
        assert_eq!(exit(&[Verdict::Passed, Verdict::NotRun]), Exit::Fine);
        assert_eq!(exit(&[Verdict::Passed, Verdict::Failed]), Exit::TestsFailed);
        assert_eq!(exit(&[Verdict::Failed, Verdict::Unusable]), Exit::BadScenario);
    }
}
