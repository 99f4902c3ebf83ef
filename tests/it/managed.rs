//! Functions on Lambda Managed Instances: several invocations at once in one process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use futures::future::join_all;
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Deadline, Function, ManagedInstance, Outcome};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, Mutex};

const AT_ONCE: u32 = 4;

/// A Neptune that answers when as many requests are there as the process may have invocations: one that serves fewer gets no answer.
struct Neptune {
    all_there: Barrier,
    calls: Mutex<Vec<String>>,
}

impl Neptune {
    async fn start() -> (Arc<Self>, String) {
        let neptune = Arc::new(Self { all_there: Barrier::new(AT_ONCE as usize), calls: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().route("/loader/{id}", get(status)).with_state(neptune.clone());
        tokio::spawn(axum::serve(listener, app).into_future());
        (neptune, endpoint)
    }
}

async fn status(State(neptune): State<Arc<Neptune>>, Path(id): Path<String>, headers: HeaderMap) -> Json<Value> {
    neptune.calls.lock().await.push(headers["amz-sdk-invocation-id"].to_str().unwrap().to_owned());
    neptune.all_there.wait().await;
    Json(json!({"status": "200 OK", "payload": {"overallStatus": {"status": word(&id)}}}))
}

fn word(id: &str) -> String {
    format!("LOAD_{}", id.to_uppercase())
}

#[tokio::test]
async fn a_process_serves_as_many_invocations_at_once_as_it_may_and_mixes_nothing_up() {
    let (neptune, endpoint) = Neptune::start().await;
    let function = Function {
        name: "get_load_status".to_owned(),
        program: handler_binary("get_load_status").unwrap().into(),
        environment: [("NEPTUNE_ENDPOINT".to_owned(), endpoint)].into(),
    };
    let process = ManagedInstance::start(&function, AT_ONCE, 7).await.unwrap();
    let ids: Vec<_> = (0..16).map(|number| format!("load-{number}")).collect();
    let events: Vec<_> = ids.iter().map(|id| json!({"load_job_id": id, "run_id": format!("run of {id}")})).collect();
    let invocations = join_all(events.iter().map(|event| process.invoke(event, Deadline::default()))).await;
    for (id, (_, outcome)) in ids.iter().zip(&invocations) {
        let Outcome::Answered(answer) = outcome else { panic!("{id}: {outcome:?}: {:#?}", process.take_log()) };
        assert_eq!(answer["payload"]["overallStatus"]["status"], word(id));
    }
    let calls = neptune.calls.lock().await;
    assert_eq!((calls.len(), calls.iter().collect::<BTreeSet<_>>().len()), (16, 16), "{calls:#?}");

    let log = process.take_log();
    let lines: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let logged: BTreeMap<_, _> = lines.iter().map(|line| (text(&line["requestId"]), line)).collect();
    assert_eq!((lines.len(), logged.len()), (16, 16), "one line for each invocation: {log:#?}");
    for (id, (request_id, _)) in ids.iter().zip(&invocations) {
        let line = logged[request_id.as_str()];
        let seen = [&line["load_id"], &line["run_id"], &line["status"]].map(text);
        assert_eq!(seen, [id.as_str(), &format!("run of {id}"), &word(id)]);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
