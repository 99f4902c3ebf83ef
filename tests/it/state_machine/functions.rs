//! A function of this project behind a task, with a simulated cluster whose clock follows that of the execution.

use std::sync::Arc;
use std::time::{Duration, Instant};

use neptune_harness::backend::Backend as _;
use neptune_state_machine::EngineKind::{self, Moto, Node};
use neptune_state_machine::{Status, Tasks};
use rstest::rstest;
use serde_json::json;

use super::cluster::{CHECK, LIMIT, cluster, followed, functions};
use super::executions::watch;
use super::run;

#[rstest]
#[tokio::test]
async fn a_real_function_is_asked_570_times(#[values(Moto, Node)] kind: EngineKind) {
    // 569 pauses of half a minute.
    let cluster = cluster(&json!({"loads": {"people": {"lifecycle": ["LOAD_IN_PROGRESS 17070s", "LOAD_COMPLETED"]}}})).await;
    let lambda = Arc::clone(&functions(cluster.endpoint())[CHECK]);
    let tasks = followed(Tasks::default().lambda(CHECK, lambda, LIMIT), &cluster);
    let mut machine = watch(&json!({"TimeoutSeconds": 86400}));
    machine["States"]["Check"]["Parameters"]["FunctionName"] = json!("${CheckBulkLoadStatusArn}");
    let event = json!({"domain_load_id": "people", "prov_load_id": "people", "run_id": "run-1"});
    let began = Instant::now();
    let Some(ended) = run(kind, &machine, &event, &tasks).await else { return };
    println!("{kind}: 570 polls in {:?}", began.elapsed());
    assert_eq!((ended.status, ended.passed, tasks.count(CHECK)), (Status::Succeeded, Duration::from_secs(17070), 570));
    assert_eq!(ended.output.unwrap()["status"], "SUCCESS");
}
