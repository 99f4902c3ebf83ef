//! A Neptune that answers every request with the same small status.

use std::time::Duration;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The load about which it thinks for half a second.
pub(crate) const SLOW: &str = "slow";
/// How long that is.
pub(crate) const THOUGHT: Duration = Duration::from_millis(500);

/// Starts it in this process, and returns its endpoint.
pub(crate) async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
    let app = Router::<()>::new().route("/loader/{id}", get(status));
    tokio::spawn(axum::serve(listener, app).into_future());
    endpoint
}

async fn status(Path(id): Path<String>, headers: HeaderMap) -> Json<Value> {
    assert!(headers.contains_key("authorization"), "a function that does not sign cannot be compared with one that does");
    if id == SLOW {
        tokio::time::sleep(THOUGHT).await;
    }
    Json(json!({
        "status": "200 OK",
        "payload": {
            "feedCount": [{"LOAD_COMPLETED": 1}],
            "overallStatus": {
                "fullUri": "s3://bucket/run-789/",
                "runNumber": 1,
                "retryNumber": 0,
                "status": "LOAD_COMPLETED",
                "totalTimeSpent": 12,
                "startTime": 1_700_000_000,
                "totalRecords": 5000,
                "totalDuplicates": 0,
                "parsingErrors": 0,
                "datatypeMismatchErrors": 0,
                "insertErrors": 0
            }
        }
    }))
}
