//! The ledger says what was validated, and nothing more.

use std::fs;
use std::path::PathBuf;

use rstest::rstest;
use tempfile::TempDir;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::*;
use crate::guard::tests::permit;

const DAY: i64 = 24 * 3600;

fn now() -> OffsetDateTime {
    datetime!(2026-11-22 07:30:00 UTC)
}

/// Validated at that time, in seconds from now, on engine 1.4.5.0.
fn finding(scenario: &str, seconds: i64) -> Finding {
    let at = now() + Duration::seconds(seconds);
    Finding {
        scenario: scenario.into(),
        scenario_hash: scenario_hash(b"name: a\n", b""),
        via: Via::Tunnel,
        at,
        duration_secs: 12,
    }
}

fn ledger(folder: &TempDir, findings: impl IntoIterator<Item = Finding>) -> Ledger {
    let mut ledger = Ledger::read(&folder.path().join("validation")).unwrap();
    for finding in findings {
        ledger.record(&permit(), finding).unwrap();
    }
    ledger
}

#[test]
fn a_record_says_what_was_validated_where_and_when() {
    let folder = TempDir::new().unwrap();
    ledger(&folder, [Finding { at: datetime!(2026-11-22 07:30:00.123 UTC), ..finding("test_a", 0) }]);
    let text = fs::read_to_string(folder.path().join("validation/test_a.json")).unwrap();
    let expected = r#"{
  "scenario": "test_a",
  "target": "neptune",
  "via": "tunnel",
  "engine_version": "1.4.5.0",
  "region": "eu-west-1",
  "validated_at": "2026-11-22T07:30:00Z",
  "harness_version": "0.1.0",
  "scenario_hash": "5be86da87be43088cc2bfe74fddca87f0fa4fdf649e562db7805de0e46c59adf",
  "duration_s": 12,
  "outcome": "pass"
}
"#;
    assert_eq!(text, expected);
}

#[rstest]
#[case::the_file(b"name: b", b"accepted")]
#[case::what_was_accepted(b"name: a", b"accepte")]
#[case::nothing_accepted(b"name: a", b"")]
#[case::moved_from_one_to_the_other(b"name: aa", b"ccepted")]
fn a_scenario_is_another_once_something_about_it_changes(#[case] file: &[u8], #[case] accepted: &[u8]) {
    assert_ne!(scenario_hash(file, accepted), scenario_hash(b"name: a", b"accepted"));
}

#[test]
fn a_scenario_is_known_by_its_file_its_answers_and_the_data() {
    // Put the new hash here if you have changed the data on purpose: nothing that was validated with the old one counts any longer.
    assert_eq!(scenario_hash(b"name: a", b"accepted"), "849044f352733536c32f0d3f0e73168cc40f008211c71a79eaab097a0c37b3e7");
}

#[test]
fn what_was_written_reads_back() {
    let folder = TempDir::new().unwrap();
    let written = ledger(&folder, [finding("test_a", 0), finding("test_b", 0), finding("test_a", 5)]);
    let read = ledger(&folder, []);
    assert_eq!(read.records, written.records);
    assert_eq!(read.find("test_a").unwrap().validated_at(), now() + Duration::seconds(5));
}

#[test]
fn a_ledger_that_is_not_there_begins_at_nothing() {
    let folder = TempDir::new().unwrap();
    let names: Vec<_> = (0..40).map(|number| format!("test_{number}")).collect();
    let standing = ledger(&folder, []).standing(names.iter().map(|name| (name.as_str(), "hash")), now());
    assert_eq!(standing.to_string(), "0 of 40 planned tests validated on a live cluster (0 stale, 40 never)");
}

#[test]
fn a_standing_counts_each_scenario_once() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder, [finding("fresh", 0), finding("stale", -91 * DAY), finding("changed", 0), finding("gone", 0)]);
    let hash = scenario_hash(b"name: a\n", b"");
    let scenarios = [("fresh", hash.as_str()), ("stale", &hash), ("changed", "another"), ("new", &hash)];
    assert_eq!(
        ledger.standing(scenarios, now()).to_string(),
        "1 of 4 planned tests validated on a live cluster (1 stale, 2 never)"
    );
}

#[rstest]
#[case::just_now(0, None, Age::Fresh)]
#[case::ninety_days(-90 * DAY, None, Age::Fresh)]
#[case::a_second_more(-90 * DAY - 1, None, Age::Stale)]
#[case::same_engine(0, Some("1.4.5.0"), Age::Fresh)]
#[case::newer_engine(0, Some("1.4.10.0"), Age::Stale)]
#[case::older_engine(0, Some("1.3.9.9"), Age::Fresh)]
fn a_record_grows_old(#[case] seconds: i64, #[case] newest: Option<&str>, #[case] age: Age) {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder, [finding("test_a", seconds)]);
    assert_eq!(ledger.age("test_a", &scenario_hash(b"name: a\n", b""), newest, now()), age);
}

#[test]
fn a_scenario_that_changed_was_never_validated() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder, [finding("test_a", 0)]);
    assert_eq!(ledger.age("test_a", &scenario_hash(b"name: a \n", b""), None, now()), Age::Never);
}

#[rstest]
#[case::of_another_target("neptune", "sim", "unknown variant `sim`")]
#[case::of_a_failure("pass", "fail", "unknown variant `fail`")]
#[case::no_time("2026-11-22T07:30:00Z", "22-11-2026", "could not be parsed")]
#[case::unknown_key("\"via\"", "\"by\": \"me\", \"via\"", "unknown field `by`")]
#[case::under_another_name("test_a", "test_b", "its scenario belongs into test_b.json")]
fn a_file_that_no_live_run_wrote_is_refused(#[case] from: &str, #[case] to: &str, #[case] complaint: &str) {
    let folder = TempDir::new().unwrap();
    ledger(&folder, [finding("test_a", 0)]);
    let path = folder.path().join("validation/test_a.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(&path, text.replace(from, to)).unwrap();
    let error = Ledger::read(path.parent().unwrap()).unwrap_err().to_string();
    assert!(error.contains(complaint), "{error}");
    assert!(error.ends_with(": put back what was checked in, or remove the file and validate its scenario again"), "{error}");
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("../../..")
}

#[test]
fn the_ledger_knows_the_forty_planned_scenarios_in_their_order() {
    let planned = planned_scenarios(&root()).unwrap();
    let numbers = |plan: &str| (1..=20).map(|number| format!("{plan}/{number}")).collect::<Vec<_>>();
    let plans: Vec<_> = planned.iter().map(|scenario| scenario.plan.clone()).collect();
    assert_eq!(plans, [numbers("check_bulk_load_status"), numbers("get_load_status")].concat());
    let names: std::collections::BTreeSet<_> = planned.iter().map(|scenario| &scenario.name).collect();
    assert_eq!(names.len(), 40, "records are called after the scenario alone");
}

#[test]
fn the_readme_claims_no_more_than_the_ledger() {
    let ledger = Ledger::read(&root().join("scenarios/.validation")).unwrap();
    let line = ledger.readme_line(&planned_scenarios(&root()).unwrap());
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert_eq!(readme.contains("none so far"), line.starts_with("0 of 40"), "README.md says `none so far`, the ledger: {line}");
}

fn planned(plan: &str, name: &str, hash: &str) -> PlannedScenario {
    PlannedScenario { plan: plan.into(), name: name.into(), hash: hash.into() }
}

#[test]
fn the_readme_names_the_day_for_which_its_line_holds() {
    let folder = TempDir::new().unwrap();
    let hash = scenario_hash(b"name: a\n", b"");
    let ledger = ledger(&folder, [finding("test_a", 0), finding("test_b", -91 * DAY)]);
    let all = [planned("p/1", "test_a", &hash), planned("p/2", "test_b", &hash), planned("p/3", "test_c", &hash)];
    let expected = "1 of 3 planned tests validated on a live cluster (1 stale, 1 never), the last of them on 2026-11-22";
    assert_eq!(ledger.readme_line(&all), expected);
}

#[test]
fn the_table_says_what_is_known_of_each_planned_test() {
    let folder = TempDir::new().unwrap();
    let hash = scenario_hash(b"name: a\n", b"");
    let ledger = ledger(&folder, [finding("test_a", 0), finding("test_bb", -91 * DAY), finding("test_c", 0)]);
    let all = [
        planned("get_load_status/1", "test_a", &hash),
        planned("get_load_status/2", "test_bb", &hash),
        planned("get_load_status/3", "test_c", "changed since"),
        planned("get_load_status/4", "test_d", &hash),
    ];
    let expected = "
 plan               test     live     engine   validated at          via
 get_load_status/1  test_a   fresh    1.4.5.0  2026-11-22T07:30:00Z  tunnel
 get_load_status/2  test_bb  stale    1.4.5.0  2026-08-23T07:30:00Z  tunnel
 get_load_status/3  test_c   changed  1.4.5.0  2026-11-22T07:30:00Z  tunnel
 get_load_status/4  test_d   never    -        -                     -

1 of 4 planned tests validated on a live cluster (1 stale, 2 never)
";
    assert_eq!(ledger.parity_table(&all, now(), 80), expected.trim_start_matches('\n'));
}
