//! The data that the planned tests read on the simulator are the files that a live run uploads.

use std::fs;

use neptune_harness::project::root;
use neptune_server::scenario::Scenario;
use neptune_server::{Bucket, ClockKind};
use rstest::rstest;

#[rstest]
#[case("check_bulk_load_status/03_domain_load_failed", &["domain-load-fail/people.csv"])]
#[case("check_bulk_load_status/04_prov_load_failed", &["prov-load-fail/quads.nq"])]
#[case("check_bulk_load_status/05_both_loads_failed", &["domain-fail-1/people.csv", "prov-fail-1/quads.nq"])]
#[case("get_load_status/03_get_load_status_failed", &["load-failed/people.csv"])]
#[case("get_load_status/08_get_load_status_payload_details", &["load-details/people.csv"])]
fn a_load_reads_the_malformed_dataset_with_the_names_of_a_run(#[case] scenario: &str, #[case] keys: &[&str]) {
    let scenarios = root().join("scenarios");
    let scenario = Scenario::read(&scenarios.join(format!("{scenario}.yaml"))).unwrap();
    let data = scenario.cluster_spec(ClockKind::Manual).data;
    let Some(Bucket::Objects(objects)) = data.get("neptune-loads") else { panic!("{data:?}") };
    for key in keys {
        let (_, name) = key.split_once('/').unwrap();
        let template = fs::read_to_string(scenarios.join("datasets/malformed").join(name)).unwrap();
        let filled = template.replace("{ids}", "nh-sim-").replace("{graph}", "urn:neptune-harness:sim");
        assert_eq!(objects.get(*key), Some(&filled), "{key}");
    }
}
