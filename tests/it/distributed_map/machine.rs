//! The state machine itself, in moto: what it lists, calls and answers.

use std::sync::Arc;
use std::time::Duration;

use neptune_harness::project::root;
use neptune_state_machine::{Definition, EngineKind, Status, Tasks};
use serde_json::json;

use super::files::{checked_at_once, files};
use super::{RANGES, assert_same, bucket, function, missing};
use crate::state_machine::engine;

const DEFINITION: &str = "handlers/statemachine/check_load_files.asl.json";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_machine_comes_to_what_one_check_says() {
    let files = files(70);
    assert!(files.len() > 200, "{}", files.len());
    let s3 = bucket(&files).await;
    s3.put("data/elsewhere/other.csv", "no header");
    let input = json!({
        "bucket": "data", "prefix": "in/", "load": {"format": "csv", "failOnError": "TRUE"},
        "report": {"bucket": "reports", "prefix": "checks"}, "ranges": RANGES,
    });
    let Some(engine) = engine(EngineKind::Moto, "the state machine that checks files").await else { return };
    let tasks = Tasks::default().service("s3", &s3.endpoint);
    let tasks = ["check_load_file", "merge_load_files"]
        .into_iter()
        .fold(tasks, |tasks, name| tasks.lambda(name, Arc::new(function(name, &s3, &[])), Duration::from_secs(10)));
    let definition = Definition::read(&root().join(DEFINITION), &tasks.names()).unwrap();
    let ended = engine.run(&definition, &input, 7, &tasks).await.unwrap();
    assert_eq!(ended.status, Status::Succeeded, "{ended:#?}");
    let (report, (whole, edges)) = (ended.output.unwrap(), checked_at_once(&files));
    assert_same(&report, &whole);
    assert_eq!(report["files"], files.len());
    assert_eq!(missing(&s3, "checks/run-1"), edges);
}
