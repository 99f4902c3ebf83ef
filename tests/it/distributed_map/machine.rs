//! The state machine itself, in moto: what it lists, calls and answers.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use neptune_harness::lambda::{Deadline, Lambda, Outcome};
use neptune_harness::optional::skipped;
use neptune_harness::project::root;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use super::files::{checked_at_once, files};
use super::s3::S3;
use super::{RANGES, assert_same, bucket, function, missing};

/// How the execution ended; `None` where python3 has no moto.
async fn run(input: &Value, s3: &S3, lambda: &str) -> Option<Value> {
    let folder = root().join("tests/it/distributed_map");
    let definition: PathBuf = root().join("handlers/statemachine/check_load_files.asl.json");
    let mut python = Command::new("python3");
    python.arg(folder.join("machine.py")).arg(definition).arg(input.to_string()).env_remove("AWS_PROFILE");
    python.envs([("AWS_ENDPOINT_URL_S3", s3.endpoint.as_str()), ("AWS_ENDPOINT_URL_LAMBDA", lambda)]);
    python.envs([
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ]);
    let output = python.kill_on_drop(true).output().await.ok()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if complaint.contains("No module named") {
        return None;
    }
    assert!(output.status.success(), "{complaint}");
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {complaint}")))
}

/// Lambda's Invoke API in front of both functions.
async fn invoke_api(s3: &S3) -> String {
    let functions = Arc::new(["check_load_file", "merge_load_files"].map(|name| (name, function(name, s3, &[]))));
    let app = Router::new().route("/2015-03-31/functions/{arn}/invocations", post(invoke)).with_state(functions);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    endpoint
}

type Functions = Arc<[(&'static str, Lambda); 2]>;

async fn invoke(State(functions): State<Functions>, Path(arn): Path<String>, event: Bytes) -> Response {
    let (_, function) = functions.iter().find(|(name, _)| arn.ends_with(name)).expect("the definition calls no other");
    let event = serde_json::from_slice(&event).unwrap();
    let invocation = function.invoke(&event, Deadline::default()).await;
    let id = ("x-amzn-requestid", invocation.request_id.clone());
    match invocation.outcome {
        Outcome::Answered(answer) => (StatusCode::OK, [id], answer.to_string()).into_response(),
        Outcome::Raised { error_type, error_message } => {
            let error = json!({"errorType": error_type, "errorMessage": error_message}).to_string();
            (StatusCode::OK, [id, ("x-amz-function-error", "Unhandled".to_owned())], error).into_response()
        }
        other => panic!("{other:?}"),
    }
}

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
    let Some(ended) = run(&input, &s3, &invoke_api(&s3).await).await else {
        return skipped("the state machine that checks files", "python3 has no moto[stepfunctions]");
    };
    assert_eq!(ended["status"], "SUCCEEDED", "{ended:#}");
    let (report, (whole, edges)) = (serde_json::from_str(ended["output"].as_str().unwrap()).unwrap(), checked_at_once(&files));
    assert_same(&report, &whole);
    assert_eq!(report["files"], files.len());
    assert_eq!(missing(&s3, "checks/run-1"), edges);
}
