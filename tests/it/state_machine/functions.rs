//! A function of this project behind a task, with a simulated cluster whose clock follows that of the execution.

use std::sync::Arc;
use std::time::{Duration, Instant};

use neptune_harness::backend::Backend as _;
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Function, Lambda};
use neptune_harness::sim::SimBackend;
use neptune_server::scenario::Scenario;
use neptune_state_machine::EngineKind::{self, Moto, Node};
use neptune_state_machine::{Status, Tasks};
use rstest::rstest;
use serde_json::json;

use super::executions::watch;
use super::run;

const CHECK: &str = "check_bulk_load_status";
/// A load that takes 569 pauses of half a minute.
const CLUSTER: &str = "
name: test_state_machine
about: A load that takes almost five hours
given: {loads: {people: {lifecycle: [LOAD_IN_PROGRESS 17070s, LOAD_COMPLETED]}}}
action:
  - invoke:
      function: check_bulk_load_status
      event: {domain_load_id: people, prov_load_id: people, run_id: run-1}
      expect: {it answers: {answer: {is: present}}}
";

#[rstest]
#[tokio::test]
async fn a_real_function_is_asked_570_times(#[values(Moto, Node)] kind: EngineKind) {
    let cluster = Arc::new(SimBackend::start(&Scenario::parse("state machine", CLUSTER).unwrap()).await.unwrap());
    let environment = [("NEPTUNE_ENDPOINT".to_owned(), cluster.endpoint().to_owned())].into();
    let lambda =
        Lambda::new(Function { name: CHECK.to_owned(), program: handler_binary(CHECK).unwrap().into(), environment }, 7);
    let tasks = Tasks::default().lambda(CHECK, Arc::new(lambda), Duration::from_secs(10)).on_time(move |passed| {
        let cluster = Arc::clone(&cluster);
        async move { cluster.advance(passed).await.unwrap() }
    });
    let mut machine = watch(&json!({"TimeoutSeconds": 86400}));
    machine["States"]["Check"]["Parameters"]["FunctionName"] = json!("${CheckBulkLoadStatusArn}");
    let event = json!({"domain_load_id": "people", "prov_load_id": "people", "run_id": "run-1"});
    let began = Instant::now();
    let Some(ended) = run(kind, &machine, &event, &tasks).await else { return };
    println!("{kind}: 570 polls in {:?}", began.elapsed());
    assert_eq!((ended.status, ended.passed, tasks.count(CHECK)), (Status::Succeeded, Duration::from_secs(17070), 570));
    assert_eq!(ended.output.unwrap()["status"], "SUCCESS");
}
