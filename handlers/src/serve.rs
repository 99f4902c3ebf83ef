//! The run loop that all binaries share: logging, settings and client once, then the events.

use std::collections::HashMap;
use std::{env, fmt, io};

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::config::Config;
use crate::error::StatusError;
use crate::files::{Call, FileError, S3};
use crate::invocation::Invocation;
use crate::logging;
use crate::neptune::Client;
use crate::panicked::log_panics;
use crate::runtime_api::RuntimeApi;

/// Serves a function that asks Neptune, until Lambda ends the process: one event after the other, or, on Lambda Managed Instances, as many
/// at once as `AWS_LAMBDA_MAX_CONCURRENCY` says.
///
/// A wrong environment is reported in the answer to each event, not at the start: a process that ends during its start leaves no readable
/// error.
///
/// # Errors
/// The Runtime API cannot be reached.
pub fn run<F, Answer>(function: F) -> Result<(), Error>
where
    F: Fn(Invocation) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Result<Value, StatusError>> + Send + 'static,
{
    serve(|variables| Config::from_variables(variables).map_err(StatusError::from).and_then(Client::new), function)
}

/// As [`run`], for a function that reads files in S3.
///
/// # Errors
/// The Runtime API cannot be reached.
pub fn run_on_files<F, Answer>(function: F) -> Result<(), Error>
where
    F: Fn(Call) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Result<Value, FileError>> + Send + 'static,
{
    serve(S3::from_variables, function)
}

fn serve<C, F, Answer, E>(client: impl FnOnce(&HashMap<String, String>) -> C, function: F) -> Result<(), Error>
where
    C: Clone + Send + 'static,
    F: Fn(Invocation<C>) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Result<Value, E>> + Send + 'static,
    E: Into<Diagnostic> + fmt::Debug,
{
    let variables = environment();
    let level = variables.get("AWS_LAMBDA_LOG_LEVEL").map(String::as_str);
    tracing::subscriber::set_global_default(logging::subscriber(level, io::stdout))?;
    log_panics();
    let client = client(&variables);
    // Boxed, because `lambda_runtime` moves the future of a call several times, and that of a call to Neptune has many kilobytes.
    let answer = move |event: LambdaEvent<Box<RawValue>>| Box::pin(function(Invocation::now(event, client.clone())));
    // Nearly all of the time of a call is waiting, so one thread serves all that Lambda sends at once.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve_events(&variables, answer))
}

/// `lambda_runtime` 1.5 ends with an error when it cannot read the headers of an event, before any code of ours has seen it. Its
/// process would end with it. So that event is served here, and then `lambda_runtime` starts again.
async fn serve_events<F, Answer, E>(variables: &HashMap<String, String>, answer: F) -> Result<(), Error>
where
    F: Fn(LambdaEvent<Box<RawValue>>) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Result<Value, E>> + Send + 'static,
    E: Into<Diagnostic> + fmt::Debug,
{
    let is_restored = variables.get("AWS_LAMBDA_INITIALIZATION_TYPE").is_some_and(|kind| kind == "snap-start");
    while let Err(error) = lambda_runtime::run_concurrent(service_fn(answer.clone())).await {
        let runtime_api = RuntimeApi::from_variables(variables)?;
        runtime_api.serve_one(&answer, Some(&*error)).await?;
        // Where a snapshot was restored, `lambda_runtime` would ask for another restore.
        if is_restored {
            loop {
                runtime_api.serve_one(&answer, None).await?;
            }
        }
    }
    Ok(())
}

/// The variables that are valid text; no name or value of ours is anything else.
fn environment() -> HashMap<String, String> {
    env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}
