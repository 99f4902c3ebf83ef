//! The live forms of scenarios: every planned test has one, the page that lists them is right, and what is left out has a reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use neptune_scenario::{Dataset, LiveLoad, Scenario, Step};
use rstest::rstest;

/// The folder of this checkout: cargo sets the package's folder when the test runs.
fn scenarios() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("../../scenarios")
}

/// The planned tests in the plan's order, each with its number as people say it: `check 7`.
fn planned() -> Vec<(String, Scenario)> {
    let mut planned = Vec::new();
    for folder in ["check_bulk_load_status", "get_load_status"] {
        let mut files: Vec<PathBuf> = fs::read_dir(scenarios().join(folder))
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be read").path())
            .collect();
        files.sort();
        for file in files {
            let scenario = Scenario::read(&file).unwrap_or_else(|error| panic!("{error}"));
            let number = scenario.plan().expect("it is planned").number;
            planned.push((format!("{} {number}", folder.split('_').next().unwrap_or_default()), scenario));
        }
    }
    planned
}

fn scenario(rest: &str) -> Scenario {
    let text = format!(
        "name: live\nabout: x\n{rest}\naction:\n  - request: {{path: /status, expect: {{it answers: {{reply.http: 200}}}}}}\n"
    );
    Scenario::parse("live.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

/// How a scenario runs on a live cluster, in the words of the page.
fn kind(scenario: &Scenario) -> &'static str {
    let form = scenario.on_neptune().unwrap_or_else(|why| panic!("{}: {why}", scenario.file()));
    let is_good = |load: &LiveLoad| load.dataset == Dataset::Valid;
    match form.loads {
        _ if scenario.needs_fault_proxy() => "through the fault proxy",
        loads if loads.is_empty() => "read-only",
        loads if loads.iter().all(is_good) => "good data",
        _ => "induced data",
    }
}

#[test]
fn every_planned_test_has_a_live_form_and_the_page_says_which() {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let planned = planned();
    assert_eq!(planned.len(), 40);
    for (number, scenario) in &planned {
        kinds.entry(kind(scenario)).or_default().push(number.clone());
    }
    let page = fs::read_to_string(scenarios().join("README.md")).unwrap();
    for (kind, numbers) in &kinds {
        let of = |plan: &str| -> String {
            let numbers: Vec<&str> = numbers.iter().filter_map(|number| number.strip_prefix(plan)).map(str::trim).collect();
            numbers.join(", ")
        };
        let row = format!("| {kind} | {} | {} | {} |", numbers.len(), of("check"), of("get"));
        assert!(page.contains(&row), "scenarios/README.md lacks: {row}");
    }
    let counts: Vec<(&str, usize)> = kinds.iter().map(|(kind, numbers)| (*kind, numbers.len())).collect();
    assert_eq!(counts, [("good data", 10), ("induced data", 22), ("read-only", 5), ("through the fault proxy", 3)]);
}

#[test]
fn a_live_form_never_moves_the_time() {
    for (_, scenario) in planned() {
        let form = scenario.on_neptune().unwrap();
        let moves = form.setup.iter().chain(&form.action).any(|step| matches!(step, Step::Advance(_)));
        assert!(!moves, "{}", scenario.file());
    }
}

#[test]
fn loads_are_named_once_and_have_sources_of_their_own() {
    for (number, scenario) in planned() {
        let loads = scenario.on_neptune().unwrap().loads;
        for what in [|load: &LiveLoad| load.name.clone(), |load: &LiveLoad| load.source.clone()] {
            let mut found: Vec<String> = loads.iter().map(what).collect();
            found.sort();
            found.dedup();
            assert_eq!(found.len(), loads.len(), "{number}: {found:?}");
        }
    }
}

#[test]
fn a_scripted_load_becomes_data_and_comes_before_those_that_steps_start() {
    let form = scenario(
        "given:
  loads:
    good: {lifecycle: [LOAD_IN_PROGRESS 5s, LOAD_COMPLETED]}
    bad:
      lifecycle: [LOAD_FAILED]
      source: s3://bucket/bad/
      errors: [{code: PARSING_ERROR, message: m, file: quads.nq}]
    name: {lifecycle: [LOAD_IN_PROGRESS]}
    said: {lifecycle: [LOAD_IN_PROGRESS]}
setup:
  - start: {load: started, format: nquads, with: {mode: NEW}}
on_neptune:
  loads: {name: none, said: {dataset: valid, format: nquads, with: {failOnError: 'FALSE'}}}",
    )
    .on_neptune()
    .unwrap();
    let reported: Vec<String> = form
        .loads
        .iter()
        .map(|load| {
            let LiveLoad { name, dataset, format, source, parameters, scripted } = load;
            format!("{name} {} {format} {source} {} {scripted}", dataset.as_str(), serde_json::to_string(parameters).unwrap())
        })
        .collect();
    assert_eq!(
        reported,
        [
            "good valid csv s3://neptune-loads/good/ {} true",
            "bad malformed nquads s3://bucket/bad/ {} true",
            "said valid nquads s3://neptune-loads/said/ {\"failOnError\":\"FALSE\"} true",
            "started valid nquads s3://neptune-loads/started/ {\"mode\":\"NEW\"} false",
        ]
    );
}

#[test]
fn what_varies_is_a_way_with_a_reason() {
    let form = scenario("on_neptune: {varies: {payload.errors.errorLogs.*.recordNum: Neptune counts}}").on_neptune().unwrap();
    assert_eq!(form.varies[0].path, ["payload", "errors", "errorLogs", "*", "recordNum"]);
    assert_eq!(form.varies[0].reason, "Neptune counts");
}

#[rstest]
#[case::a_reader("given: {instance: reader}", "`given.instance`: a live cluster does not offer a read replica")]
#[case::keys("given: {iam: {keys: []}}", "`given.iam`: a live cluster does not offer keys and clocks")]
#[case::tls("given: {tls: true}", "`given.tls`: a live cluster does not offer a certificate")]
#[case::strict("given: {strict: true}", "`given.strict`: a live cluster does not offer hints")]
#[case::words("given: {undocumented_statuses: [LOAD_X]}", "`given.undocumented_statuses`: a live cluster does not offer words")]
#[case::no_data(
    "given: {loads: {a: {lifecycle: [LOAD_IN_PROGRESS]}}}",
    "`given.loads.a`: the file does not say which data stands for `a`"
)]
#[case::a_later_beginning(
    "given: {loads: {a: {begins: 30s, lifecycle: [LOAD_COMPLETED]}}}",
    "`given.loads.a.begins`: on a live cluster, a load begins when it is started"
)]
#[case::time("setup: [{advance: 5s}]", "`setup[0].advance`: the clock of a live cluster cannot be moved; wait for a status")]
fn why_there_is_no_live_form_is_reported(#[case] rest: &str, #[case] reported: &str) {
    let why = scenario(rest).on_neptune().unwrap_err();
    assert!(why.starts_with(reported), "{why}");
}

#[rstest]
#[case::nothing("", false)]
#[case::a_quirk("given: {quirks: {unknown_id: bad_request}}", false)]
#[case::unavailable("given: {neptune: silent}", true)]
#[case::a_fault("given: {faults: [{use: blip-500}]}", true)]
#[case::a_step("setup: [{neptune: refused}]", true)]
#[case::a_step_of_the_live_form_only("on_neptune: {setup: [{fault: {use: blip-500}}]}", true)]
#[case::not_in_the_live_form("setup: [{neptune: refused}]\non_neptune: {setup: []}", false)]
fn trouble_on_the_way_needs_a_fault_proxy(#[case] rest: &str, #[case] needs: bool) {
    assert_eq!(scenario(rest).needs_fault_proxy(), needs);
}
