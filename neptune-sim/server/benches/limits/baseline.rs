//! What a poll costs at least: a server that finds the load, works out its state from the time, and writes it.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::Serialize;

use crate::servers::in_thread;

struct Loads {
    began: Instant,
    loads: HashMap<String, Load>,
}

struct Load {
    source: String,
    takes: Duration,
}

/// Serves the given number of loads until the process ends.
pub(crate) fn start(loads: usize) -> SocketAddr {
    let load = |number| {
        let source = format!("s3://bucket/load-{number}/");
        (format!("load-{number}"), Load { source, takes: Duration::from_hours(1) })
    };
    let state = Arc::new(Loads { began: Instant::now(), loads: (0..loads).map(load).collect() });
    in_thread(async move |started| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let _ = started.send(listener.local_addr().expect("a bound socket has an address"));
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let app = Router::new().route("/loader/{id}", get(status)).with_state(state);
        let _ = axum::serve(listener, app).await;
    })
}

#[derive(Serialize)]
struct Answer<'a> {
    status: &'static str,
    payload: Payload<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    feed_count: [BTreeMap<&'static str, u64>; 1],
    overall_status: Overall<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Overall<'a> {
    full_uri: &'a str,
    run_number: u64,
    retry_number: u64,
    status: &'static str,
    total_time_spent: u64,
    start_time: u64,
    total_records: u64,
    total_duplicates: u64,
    parsing_errors: u64,
    datatype_mismatch_errors: u64,
    insert_errors: u64,
}

async fn status(State(state): State<Arc<Loads>>, Path(id): Path<String>) -> Response {
    let Some(load) = state.loads.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let elapsed = state.began.elapsed();
    let status = if elapsed < load.takes { "LOAD_IN_PROGRESS" } else { "LOAD_COMPLETED" };
    let overall_status = Overall {
        full_uri: &load.source,
        run_number: 1,
        retry_number: 0,
        status,
        total_time_spent: elapsed.as_secs(),
        start_time: 0,
        total_records: 10,
        total_duplicates: 0,
        parsing_errors: 0,
        datatype_mismatch_errors: 0,
        insert_errors: 0,
    };
    let payload = Payload { feed_count: [BTreeMap::from([(status, 1)])], overall_status };
    Json(Answer { status: "200 OK", payload }).into_response()
}
