//! A function on Lambda Managed Instances: one process that gets several events at once.
//!
//! The process asks for as many events as `AWS_LAMBDA_MAX_CONCURRENCY` says, with as many requests (documented: Lambda developer guide, "Rust
//! support for Lambda Managed Instances"). Its log is one, for all invocations.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::response::Response;
use axum::serve::ListenerExt;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::process::Process;
use super::request_id::RequestIds;
use super::runtime_api::{Delivery, Event, Invocations, Refusal, routes};
use super::{Deadline, Function, Outcome};

/// A process that gets several events at once. Dropping it ends the process.
#[derive(Debug)]
pub struct ManagedInstance {
    /// Declared before the server, so that it is dropped before: the process never finds its API gone.
    process: Process,
    desk: Arc<Desk>,
    request_ids: RequestIds,
    function_arn: String,
    deliveries: mpsc::UnboundedSender<Delivery>,
    _server: JoinSet<io::Result<()>>,
}

/// Shared by the requests of the process and the callers.
#[derive(Debug)]
struct Desk {
    /// The requests for an event get theirs in turn.
    deliveries: AsyncMutex<mpsc::UnboundedReceiver<Delivery>>,
    /// The callers that wait, by request id.
    callers: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

impl ManagedInstance {
    /// Starts a process that may get `concurrency` events at once. The seed decides on the request ids.
    ///
    /// # Errors
    /// The process cannot be started.
    pub async fn start(function: &Function, concurrency: u32, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut variables = function.variables(listener.local_addr()?);
        variables.insert("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), concurrency.to_string());
        variables.insert("AWS_LAMBDA_INITIALIZATION_TYPE".to_owned(), "lambda-managed-instances".to_owned());
        let (deliveries, waiting) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { deliveries: AsyncMutex::new(waiting), callers: Mutex::default() });
        let mut server = JoinSet::new();
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        server.spawn(axum::serve(listener, routes(desk.clone(), Router::new())).into_future());
        let process = Process::start(&function.program, &variables)?;
        let (function_arn, request_ids) = (function.arn(), RequestIds::new(seed));
        Ok(Self { process, desk, request_ids, function_arn, deliveries, _server: server })
    }

    /// Invokes the function, and returns Lambda's id of the invocation and how it ended. An invocation that finds no request for an event waits for
    /// one; Lambda would reject it. A process that overruns its deadline goes on (documented).
    pub async fn invoke(&self, event: &Value, deadline: Deadline) -> (String, Outcome) {
        let request_id = self.request_ids.draw();
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let event = Event { request_id: request_id.clone(), function_arn: self.function_arn.clone(), body: event.to_string() };
        let (outcome, ended) = oneshot::channel();
        self.desk.callers().insert(request_id.clone(), outcome);
        let delivery = Delivery { event, deadline: deadline.header(since_1970) };
        self.deliveries.send(delivery).expect("the desk, which this holds, keeps the receiving end");
        let ended = timeout(deadline.limit(), ended).await;
        (request_id, ended.map_or(Outcome::TimedOut, |outcome| outcome.expect("the desk answers each caller once")))
    }

    /// What the process wrote since the last call, line by line.
    pub fn take_log(&self) -> Vec<String> {
        self.process.take_output().kept.into()
    }
}

impl Desk {
    fn callers(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Outcome>>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Invocations for Desk {
    async fn next(&self) -> Result<Response, Refusal> {
        let delivery = self.deliveries.lock().await.recv().await;
        Ok(delivery.ok_or_else(Refusal::closing)?.as_response())
    }

    fn answer(&self, request_id: String, outcome: Outcome) -> Result<(), Refusal> {
        let caller = self.callers().remove(&request_id).ok_or_else(Refusal::request_id)?;
        // A caller whose deadline has passed is gone.
        let _ = caller.send(outcome);
        Ok(())
    }
}
