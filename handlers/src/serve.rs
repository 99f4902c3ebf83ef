//! The run loop that all binaries share: logging, settings and client once, then one event after the other.

use std::collections::HashMap;
use std::time::{Instant, SystemTime};
use std::{env, fmt, io, panic};

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::{error, warn};

use crate::config::Config;
use crate::error::StatusError;
use crate::files::{Call, FileError, S3};
use crate::invocation::Invocation;
use crate::logging;
use crate::neptune::Client;

/// Serves a function that asks Neptune, until Lambda ends the process.
///
/// A wrong environment is reported in the answer to each event, not at the start: a process that ends during its start leaves no readable
/// error. A panic of `function` becomes an error answer, and the next event is served as usual.
///
/// # Errors
/// The Runtime API cannot be reached.
pub fn run<F, Answer>(function: F) -> Result<(), Error>
where
    F: Fn(Invocation) -> Answer,
    Answer: Future<Output = Result<Value, StatusError>>,
{
    let client = |variables: &_| Config::from_variables(variables).map_err(StatusError::from).and_then(Client::new);
    serve(client, |event, neptune| function(invocation(event, neptune)))
}

/// As [`run`], for a function that reads files in S3.
///
/// # Errors
/// The Runtime API cannot be reached.
pub fn run_on_files<F, Answer>(function: F) -> Result<(), Error>
where
    F: Fn(Call) -> Answer,
    Answer: Future<Output = Result<Value, FileError>>,
{
    serve(S3::from_variables, |event, s3| {
        let (request_id, event) = (event.context.request_id.clone(), payload(&event));
        function(Call { event, request_id, started: Instant::now(), s3: s3.clone() })
    })
}

fn serve<Client, F, Answer, E>(client: impl FnOnce(&HashMap<String, String>) -> Client, function: F) -> Result<(), Error>
where
    F: Fn(LambdaEvent<Box<RawValue>>, &Client) -> Answer,
    Answer: Future<Output = Result<Value, E>>,
    E: Into<Diagnostic> + fmt::Debug,
{
    let variables = environment();
    let level = variables.get("AWS_LAMBDA_LOG_LEVEL").map(String::as_str);
    tracing::subscriber::set_global_default(logging::subscriber(level, io::stdout))?;
    panic::set_hook(Box::new(|panic| error!(%panic, "panicked")));
    let client = client(&variables);
    let service = service_fn(|event: LambdaEvent<Box<RawValue>>| function(event, &client));
    // One event at a time needs one thread.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(lambda_runtime::run(service))
}

fn invocation(event: LambdaEvent<Box<RawValue>>, neptune: &Result<Client, StatusError>) -> Invocation {
    let payload = payload(&event);
    Invocation {
        event: payload,
        request_id: event.context.request_id,
        deadline_ms: event.context.deadline,
        received_at: SystemTime::now(),
        started: Instant::now(),
        neptune: neptune.clone(),
    }
}

fn payload(event: &LambdaEvent<Box<RawValue>>) -> Value {
    // Left to the runtime crate, an event that is nested too deeply would be an error without a name that a state machine could match.
    serde_json::from_str(event.payload.get()).unwrap_or_else(|error| {
        let request_id = &event.context.request_id;
        warn!(request_id, cause = %error, "the event cannot be read and counts as empty");
        Value::Null
    })
}

/// The variables that are valid text; no name or value of ours is anything else.
fn environment() -> HashMap<String, String> {
    env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}
