//! The planned tests that speak of Step Functions, with the cluster of their scenarios and the machines that are shipped.

use std::fs;

use neptune_harness::project::root;
use neptune_server::scenario::Scenario;
use neptune_state_machine::EngineKind::{Moto, Node};
use neptune_state_machine::{Reply, Status, Tasks};
use rstest::rstest;
use serde_json::{Value, json};

use super::cluster::{Functions, GET, START};
use super::routes::{DOMAIN, Machine, input, run_on};

fn scenario(file: &str) -> Scenario {
    let text = fs::read_to_string(root().join("scenarios").join(file)).unwrap();
    Scenario::parse(file, &text).unwrap()
}

/// Planned test 16 of `check_bulk_load_status`: the loads are there, and the machine is told their ids.
#[rstest]
#[tokio::test]
async fn a_state_machine_routes_on_the_status_of_a_check(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let started = |tasks: Tasks, _: &Functions| {
        tasks.function(START, async |event: Value| match event.pointer("/load/source") {
            None => Reply::answer(json!({"known_load_ids": []})),
            Some(source) if *source == DOMAIN => Reply::answer(json!({"load_id": "domain-sf", "already_started": false})),
            Some(_) => Reply::answer(json!({"load_id": "prov-sf", "already_started": false})),
        })
    };
    let scenario = scenario("check_bulk_load_status/16_step_functions_integration.yaml");
    let Some(run) = run_on(machine, &scenario, &input(), started).await else { return };
    assert_eq!((run.ended.status, run.ended.entered.last().map(String::as_str)), (Status::Succeeded, Some("ImportSucceeded")));
    let check = &run.output()["check"];
    assert_eq!((&check["status"], &check["run_id"]), (&json!("SUCCESS"), &json!("run-789")));
}

/// Planned test 12 of `get_load_status`.
#[rstest]
#[tokio::test]
async fn a_state_machine_routes_on_the_status_of_a_load(
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let scenario = scenario("get_load_status/12_get_load_status_step_functions.yaml");
    let input = json!({"load_job_id": "load-routed"});
    let Some(run) = run_on(machine, &scenario, &input, |tasks, _| tasks).await else { return };
    assert_eq!((run.ended.status, run.tasks.count(GET)), (Status::Succeeded, 3), "{:#?}", run.ended);
}
