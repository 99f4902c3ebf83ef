//! The Runtime API of one environment: where its process fetches events and leaves answers.
//!
//! Paths, headers and the 202 answer are documented (Lambda developer guide, "Using the Lambda runtime API"). The refusals are
//! observed in the source of AWS's own emulator: 400 `InvalidRequestID`, 403 `InvalidStateTransition`, 413 `RequestEntityTooLarge`.
//! An event without an answer is handed out again, to a process that asks for the next one (observed in the emulator of aws-sam-cli
//! 1.170.0).
//!
//! The process sends the requests, and the API keeps the state. For each invocation, it reports two things to the harness: the outcome,
//! and that the process waits for an event again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc};
use tokio::task::JoinSet;

use super::Outcome;

/// The largest answer that Lambda takes: 6 MB, and a little for the envelope (observed).
const MAX_ANSWER_BYTES: usize = 6_291_556;

/// How much of an answer is read. Reading past what is accepted lets the process see its 413; a connection that is cut while it
/// sends gives it no reason.
const MAX_READ_BYTES: usize = 32 * 1024 * 1024;

/// An event, and what the headers say about it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) request_id: String,
    pub(super) function_arn: String,
    /// JSON.
    pub(super) body: String,
}

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) event: Event,
    /// Milliseconds since 1970.
    pub(super) deadline: u128,
}

impl Delivery {
    /// The answer to the question for the next event.
    pub(super) fn as_response(&self) -> Response {
        let Event { request_id, function_arn, body } = &self.event;
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", request_id.clone()),
            ("lambda-runtime-deadline-ms", self.deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", function_arn.clone()),
            ("lambda-runtime-trace-id", trace_id(request_id)),
        ];
        (headers, body.clone()).into_response()
    }
}

/// The harness's side of the API. Dropping it closes the port.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: SocketAddr,
    desk: Arc<Desk>,
    deliveries: mpsc::UnboundedSender<Delivery>,
    outcomes: mpsc::UnboundedReceiver<Outcome>,
    _server: JoinSet<io::Result<()>>,
}

impl RuntimeApi {
    /// Opens it on a free port of this machine.
    pub(super) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (deliveries, waiting) = mpsc::unbounded_channel();
        let (outcome, outcomes) = mpsc::unbounded_channel();
        let desk =
            Arc::new(Desk { phase: Mutex::default(), ready: Notify::new(), deliveries: AsyncMutex::new(waiting), outcome });
        let mut server = JoinSet::new();
        // Without nodelay, head and body of an answer can cost a delayed acknowledgement, 40 ms, each time.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        server.spawn(
            axum::serve(listener, routes(desk.clone(), Router::new().route("/runtime/init/error", post(init_error))))
                .into_future(),
        );
        Ok(Self { address, desk, deliveries, outcomes, _server: server })
    }

    /// Where it listens: the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns when the process asks for its first event, or says why it never will.
    pub(super) async fn initialised(&mut self) -> Result<(), Outcome> {
        tokio::select! {
            () = self.desk.ready.notified() => Ok(()),
            Some(outcome) = self.outcomes.recv() => Err(outcome),
        }
    }

    /// Gives the process its next event as soon as it asks. The deadline is in milliseconds since 1970.
    pub(super) fn deliver(&self, event: Event, deadline: u128) {
        self.deliveries.send(Delivery { event, deadline }).expect("the desk, which this holds, keeps the receiving end");
    }

    /// Returns what the process says about its event.
    pub(super) async fn outcome(&mut self) -> Outcome {
        self.outcomes.recv().await.expect("the desk, which this holds, keeps the sending end")
    }

    /// Returns when the process, done with its event, asks for the next.
    pub(super) async fn ready(&self) {
        self.desk.ready.notified().await;
    }
}

/// What the process is doing, as far as the API knows.
#[derive(Debug, Default)]
enum Phase {
    /// It has not asked for an event yet.
    #[default]
    Starting,
    /// It reported that it can't start.
    Failed,
    /// It waits for an event.
    Waiting,
    /// It has an event.
    Running(Arc<Delivery>),
    /// It has answered.
    Answered { request_id: String },
}

/// Shared by the requests of the process and the harness.
#[derive(Debug)]
struct Desk {
    phase: Mutex<Phase>,
    ready: Notify,
    /// Locked by the request that waits for the event. A client that hangs up frees it.
    deliveries: AsyncMutex<mpsc::UnboundedReceiver<Delivery>>,
    outcome: mpsc::UnboundedSender<Outcome>,
}

impl Desk {
    /// The process asks for an event, and gets the one that it has, if it has one. Asking again while waiting is allowed: its first
    /// request may have been cut off.
    fn wait(&self) -> Result<Option<Arc<Delivery>>, Refusal> {
        self.change(|phase| match phase {
            Phase::Waiting => Ok(None),
            Phase::Starting | Phase::Answered { .. } => {
                *phase = Phase::Waiting;
                self.ready.notify_one();
                Ok(None)
            }
            Phase::Running(delivery) => Ok(Some(delivery.clone())),
            Phase::Failed => Err(Refusal::transition("this is not the time to ask for an event")),
        })
    }

    /// The process gets an event.
    fn run(&self, delivery: Delivery) -> Arc<Delivery> {
        let delivery = Arc::new(delivery);
        self.change(|phase| *phase = Phase::Running(delivery.clone()));
        delivery
    }

    /// The process is done with its event.
    fn answer(&self, request_id: String, outcome: Outcome) -> Result<(), Refusal> {
        self.change(|phase| match phase {
            Phase::Running(delivery) if delivery.event.request_id == request_id => {
                *phase = Phase::Answered { request_id };
                self.report(outcome);
                Ok(())
            }
            Phase::Answered { request_id: last } if *last == request_id => {
                Err(Refusal::transition("this invocation has its answer"))
            }
            _ => Err(Refusal::request_id()),
        })
    }

    /// The process can't start.
    fn fail(&self, outcome: Outcome) -> Result<(), Refusal> {
        self.change(|phase| match phase {
            Phase::Starting => {
                *phase = Phase::Failed;
                self.report(outcome);
                Ok(())
            }
            _ => Err(Refusal::transition("the initialisation is over")),
        })
    }

    fn report(&self, outcome: Outcome) {
        // There is no receiver any more when the harness is just closing the API.
        let _ = self.outcome.send(outcome);
    }

    fn change<T>(&self, change: impl FnOnce(&mut Phase) -> T) -> T {
        change(&mut self.phase.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where the events of a process come from, and its answers go to.
pub(super) trait Invocations: Send + Sync + 'static {
    /// The answer to the question for the next event, when there is one.
    fn next(&self) -> impl Future<Output = Result<Response, Refusal>> + Send;

    /// Takes what the process says about an event.
    fn answer(&self, request_id: String, outcome: Outcome) -> Result<(), Refusal>;
}

impl Invocations for Desk {
    async fn next(&self) -> Result<Response, Refusal> {
        if let Some(unanswered) = self.wait()? {
            return Ok(unanswered.as_response());
        }
        let delivery = self.deliveries.lock().await.recv().await.ok_or_else(Refusal::closing)?;
        Ok(self.run(delivery).as_response())
    }

    fn answer(&self, request_id: String, outcome: Outcome) -> Result<(), Refusal> {
        self.answer(request_id, outcome)
    }
}

/// The paths about events, and these others, below the version of the API and with its limit.
pub(super) fn routes<I: Invocations>(invocations: Arc<I>, others: Router<Arc<I>>) -> Router {
    let paths = others
        .route("/runtime/invocation/next", get(next::<I>))
        .route("/runtime/invocation/{request_id}/response", post(response::<I>))
        .route("/runtime/invocation/{request_id}/error", post(error::<I>));
    Router::new().nest("/2018-06-01", paths).layer(DefaultBodyLimit::max(MAX_READ_BYTES)).with_state(invocations)
}

async fn next<I: Invocations>(State(invocations): State<Arc<I>>) -> Result<Response, Refusal> {
    invocations.next().await
}

/// A trace id, because Lambda always sends one. Nothing records the trace. It is made from the request id, so that it can be repeated.
fn trace_id(request_id: &str) -> String {
    let digits = request_id.replace('-', "");
    let (time, rest) = digits.split_at_checked(8).unwrap_or(("", &digits));
    let parent = digits.get(..16).unwrap_or_default();
    format!("Root=1-{time}-{rest};Parent={parent};Sampled=0")
}

async fn response<I: Invocations>(
    State(invocations): State<Arc<I>>,
    Path(request_id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Accepted, Refusal> {
    let accepted = accept(body);
    let outcome = accepted.as_ref().map_or_else(Refusal::as_outcome, |body| answered(body));
    invocations.answer(request_id, outcome)?;
    accepted.map(|_| Accepted)
}

async fn error<I: Invocations>(
    State(invocations): State<Arc<I>>,
    Path(request_id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Accepted, Refusal> {
    let ErrorReport { error_type, error_message } = ErrorReport::of(&headers, &body.unwrap_or_default());
    invocations.answer(request_id, Outcome::Raised { error_type, error_message })?;
    Ok(Accepted)
}

async fn init_error(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Accepted, Refusal> {
    let ErrorReport { error_type, error_message } = ErrorReport::of(&headers, &body.unwrap_or_default());
    desk.fail(Outcome::InitFailed { error_type, error_message })?;
    Ok(Accepted)
}

/// What the process sent, if it all came and is not too large.
fn accept(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Refusal> {
    match body {
        Ok(body) if body.len() <= MAX_ANSWER_BYTES => Ok(body),
        Err(rejection) if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE => Err(Refusal::truncated()),
        Ok(_) | Err(_) => Err(Refusal::too_large()),
    }
}

fn answered(body: &[u8]) -> Outcome {
    match serde_json::from_slice(body) {
        Ok(answer) => Outcome::Answered(answer),
        Err(error) => Outcome::NotJson { problem: format!("the answer of {} bytes is not JSON: {error}", body.len()) },
    }
}

/// An error in Lambda's own format. Functions are free to send another, so what can't be read is passed on as text: a garbled
/// report of an error is still one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorReport {
    error_type: String,
    error_message: String,
}

impl ErrorReport {
    fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| {
            let header = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
            let error_type = header.unwrap_or("Runtime.Unknown").to_owned();
            Self { error_type, error_message: String::from_utf8_lossy(body).into_owned() }
        })
    }
}

/// The answer to everything that the process may do.
struct Accepted;

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(json!({"status": "OK"}))).into_response()
    }
}

/// The answer to what it may not.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    error_message: String,
}

impl Refusal {
    pub(super) fn request_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
    }

    pub(super) fn closing() -> Self {
        Self::transition("the environment is closing")
    }

    fn transition(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "InvalidStateTransition", message)
    }

    fn truncated() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated")
    }

    fn too_large() -> Self {
        let message = format!("Exceeded maximum allowed payload size ({MAX_ANSWER_BYTES} bytes).");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
    }

    fn new(status: StatusCode, error_type: &'static str, error_message: &str) -> Self {
        Self { status, error_type, error_message: error_message.to_owned() }
    }

    /// What the caller of the function gets when its answer is refused.
    fn as_outcome(&self) -> Outcome {
        let error_type = match self.status {
            StatusCode::PAYLOAD_TOO_LARGE => "Function.ResponseSizeTooLarge",
            _ => self.error_type,
        };
        Outcome::Raised { error_type: error_type.to_owned(), error_message: self.error_message.clone() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"errorType": self.error_type, "errorMessage": self.error_message}))).into_response()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    const ID: &str = "11112222-3333-4444-8555-666677778888";

    /// Acts as the function's process: sends a request as it stands and reads the answer to the end.
    async fn send(api: &RuntimeApi, request: &str, body: &[u8]) -> (u16, String) {
        let mut connection = TcpStream::connect(api.address()).await.unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        // The server cuts off a client that sends too much, which is an error of its own.
        let _ = connection.write_all(body).await;
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        (answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
    }

    async fn post(api: &RuntimeApi, path: &str, body: &[u8]) -> (u16, Value) {
        let (status, answer) = send(api, &format!("POST /2018-06-01/runtime/{path}"), body).await;
        (status, serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap())
    }

    async fn next(api: &RuntimeApi) -> (u16, String) {
        send(api, "GET /2018-06-01/runtime/invocation/next", b"").await
    }

    /// An API whose process has the event [`ID`].
    async fn running() -> RuntimeApi {
        let mut api = RuntimeApi::open().await.unwrap();
        let event = Event { request_id: ID.to_owned(), function_arn: "arn:x".to_owned(), body: "{\"a\":1}".to_owned() };
        api.deliver(event, 600_000);
        let (status, answer) = next(&api).await;
        assert_eq!(status, 200);
        api.initialised().await.unwrap();
        for expected in [
            "lambda-runtime-aws-request-id: 11112222-3333-4444-8555-666677778888\r\n",
            "lambda-runtime-deadline-ms: 600000\r\n",
            "lambda-runtime-invoked-function-arn: arn:x\r\n",
            "lambda-runtime-trace-id: Root=1-11112222-333344448555666677778888;Parent=1111222233334444;Sampled=0\r\n",
            "\r\n\r\n{\"a\":1}",
        ] {
            assert!(answer.contains(expected), "{answer}");
        }
        api
    }

    #[tokio::test]
    async fn one_answer_is_accepted_and_no_second() {
        let mut api = running().await;
        let path = format!("invocation/{ID}/response");
        assert_eq!(post(&api, &path, b"[1]").await, (202, json!({"status": "OK"})));
        assert_eq!(api.outcome().await, Outcome::Answered(json!([1])));
        for path in [path, format!("invocation/{ID}/error")] {
            let (status, error) = post(&api, &path, b"[2]").await;
            assert_eq!((status, &error["errorType"]), (403, &json!("InvalidStateTransition")));
        }
        assert!(api.outcomes.try_recv().is_err());
    }

    #[tokio::test]
    async fn another_id_is_refused_and_the_invocation_goes_on() {
        let mut api = running().await;
        for path in ["invocation/other/response", "invocation/other/error", "invocation/%00/response"] {
            let error = json!({"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"});
            assert_eq!(post(&api, path, b"{}").await, (400, error));
        }
        assert_eq!(post(&api, &format!("invocation/{ID}/response"), b"{}").await.0, 202);
        assert_eq!(api.outcome().await, Outcome::Answered(json!({})));
    }

    #[tokio::test]
    async fn an_event_without_an_answer_is_handed_out_again() {
        let mut api = running().await;
        let (status, again) = next(&api).await;
        assert!(status == 200 && again.contains(ID) && again.ends_with("{\"a\":1}"), "{again}");
        assert_eq!(post(&api, &format!("invocation/{ID}/response"), b"{}").await.0, 202);
        assert_eq!(api.outcome().await, Outcome::Answered(json!({})));
    }

    #[tokio::test]
    async fn what_comes_at_the_wrong_time_is_refused() {
        let mut api = running().await;
        assert_eq!(post(&api, "init/error", b"{}").await.0, 403);
        assert!(api.outcomes.try_recv().is_err());

        let mut api = RuntimeApi::open().await.unwrap();
        assert_eq!(post(&api, &format!("invocation/{ID}/response"), b"{}").await.0, 400);
        assert_eq!(post(&api, "init/error", b"{\"errorType\":\"E\",\"errorMessage\":\"m\"}").await.0, 202);
        let outcome = Outcome::InitFailed { error_type: "E".to_owned(), error_message: "m".to_owned() };
        assert_eq!(api.initialised().await, Err(outcome));
        assert_eq!(next(&api).await.0, 403);
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_ends_the_invocation() {
        for size in [MAX_ANSWER_BYTES + 1, MAX_READ_BYTES + 1] {
            let mut api = running().await;
            let (status, _) =
                send(&api, &format!("POST /2018-06-01/runtime/invocation/{ID}/response"), &vec![b'1'; size]).await;
            // A client that is cut off while it sends may lose the answer.
            assert!(status == 413 || (status == 0 && size > MAX_READ_BYTES), "{status} for {size} bytes");
            let outcome = api.outcome().await;
            let Outcome::Raised { error_type, .. } = &outcome else { panic!("{outcome:?}") };
            assert_eq!(error_type, "Function.ResponseSizeTooLarge");
        }
        let mut api = running().await;
        let largest = format!("\"{}\"", "x".repeat(MAX_ANSWER_BYTES - 2));
        assert_eq!(post(&api, &format!("invocation/{ID}/response"), largest.as_bytes()).await.0, 202);
        assert!(api.outcome().await.answer().is_some());
    }

    #[tokio::test]
    async fn an_error_report_in_a_format_of_its_own_is_passed_on_as_text() {
        let mut api = running().await;
        assert_eq!(post(&api, &format!("invocation/{ID}/error"), b"out of luck").await.0, 202);
        let raised = Outcome::Raised { error_type: "Runtime.Unknown".to_owned(), error_message: "out of luck".to_owned() };
        assert_eq!(api.outcome().await, raised);
    }
}
