//! The HTTP API that an engine calls: calls of functions, events for a bus, and the time that passes.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::functions::find_function;
use crate::reply::{Reply, ReplyKind};
use crate::tasks::Tasks;

/// The largest body that is read: that of an invocation in Lambda, and a little for the envelope.
const BODY_BYTES: usize = 6 * 1024 * 1024 + 64 * 1024;

/// How many events the history has, in a request.
const EVENTS: &str = "x-history-events";
/// How long the task of a call may still take in virtual time, if its driver knows, in its request.
const LEFT: &str = "x-virtual-milliseconds-left";

/// The id of every call: no state machine gets it but in the cause of an error.
const REQUEST_ID: &str = "11111111-2222-4333-8444-555555555555";

/// A server on 127.0.0.1 for one execution. Dropping it ends the calls that are open.
#[derive(Debug)]
pub(crate) struct Host {
    /// Its URL.
    pub(crate) url: String,
    server: JoinHandle<()>,
}

impl Host {
    /// Starts it.
    ///
    /// # Errors
    /// There is no free port.
    pub(crate) async fn start(tasks: Tasks) -> io::Result<Self> {
        let router = Router::new()
            .route("/clock", post(pass))
            .route("/2015-03-31/functions/{name}/invocations", post(invoke))
            .route("/", post(put_events))
            .layer(DefaultBodyLimit::max(BODY_BYTES))
            .with_state(Arc::new(tasks));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        // A small answer would otherwise wait for an acknowledgement.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let server = tokio::spawn(async {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, server })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(tasks): State<Arc<Tasks>>, headers: HeaderMap, milliseconds: String) -> Result<(), StatusCode> {
    note_events(&tasks, &headers);
    let milliseconds = milliseconds.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    tasks.pass(Duration::from_millis(milliseconds)).await;
    Ok(())
}

async fn invoke(State(tasks): State<Arc<Tasks>>, Path(reference): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(event) = serde_json::from_slice(&body) else {
        return answer(&Reply::refusal(400, "InvalidRequestContentException", "Could not parse request body into json"));
    };
    note_events(&tasks, &headers);
    let left = number(&headers, LEFT).map(Duration::from_millis);
    let name = find_function(&reference, &tasks.names()).map(str::to_owned);
    let reply = match name {
        Some(name) => tasks.call(&name, event, left).await,
        None => None,
    };
    let unknown = || {
        let reply = Reply::refusal(404, "ResourceNotFoundException", &format!("Function not found: {reference}"));
        tasks.note_refusal(&reference, &reply);
        reply
    };
    answer(&reply.unwrap_or_else(unknown))
}

/// A number that a driver says.
fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn note_events(tasks: &Tasks, headers: &HeaderMap) {
    if let Some(events) = number(headers, EVENTS) {
        tasks.note_events(events);
    }
}

fn answer(reply: &Reply) -> Response {
    let took = ("x-virtual-milliseconds", reply.took.as_millis().to_string());
    let id = ("x-amzn-requestid", REQUEST_ID.to_owned());
    let body = reply.payload().to_string();
    match &reply.kind {
        ReplyKind::Answer(_) => ([took, id], body).into_response(),
        ReplyKind::Error { .. } => ([took, id, ("x-amz-function-error", "Unhandled".to_owned())], body).into_response(),
        ReplyKind::Refusal { status, code, .. } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [took, id, ("x-amzn-errortype", code.clone())], body).into_response()
        }
    }
}

async fn put_events(State(tasks): State<Arc<Tasks>>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get("x-amz-target").is_none_or(|target| target != "AWSEvents.PutEvents") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let entries = serde_json::from_slice(&body).ok().and_then(|mut body: Value| match body["Entries"].take() {
        Value::Array(entries) => Some(entries),
        _ => None,
    });
    let Some(entries) = entries else {
        let headers = [("x-amzn-errortype", "ValidationException"), ("x-amzn-requestid", REQUEST_ID)];
        return (StatusCode::BAD_REQUEST, headers, json!({"message": "Entries is missing"}).to_string()).into_response();
    };
    let count = entries.len();
    let refused = json!({"ErrorCode": "InternalFailure", "ErrorMessage": "An error occurred"});
    let taken = |number| json!({"EventId": format!("11111111-2222-4333-8444-{number:012}")});
    let answer = if tasks.put(entries) {
        json!({"FailedEntryCount": 0, "Entries": (0..count).map(taken).collect::<Vec<_>>()})
    } else {
        json!({"FailedEntryCount": count, "Entries": vec![refused; count]})
    };
    ([("content-type", "application/x-amz-json-1.1"), ("x-amzn-requestid", REQUEST_ID)], answer.to_string()).into_response()
}
