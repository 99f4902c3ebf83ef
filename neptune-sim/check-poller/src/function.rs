//! A Lambda function that is run here, behind a Runtime API.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use neptune_harness::lambda::{self, CommandLine, Deadline, Invocation, Lambda, Outcome, Program};
use serde_json::{Value, json};

use crate::address::Address;
use crate::ending::{End, Ending, PlayError, Run};
use crate::event::Event;

/// The longest time that Lambda gives a function. The patience with a poller ends it sooner.
const DEADLINE: Deadline = Deadline::In(LONGEST);
pub(crate) const LONGEST: Duration = Duration::from_mins(15);

/// What the command of a function needs.
const RUNTIME_CLIENT: &str = "the command needs a runtime client, which asks for events, such as `python3 -m awslambdaric app.handler`; an executable has one in it";

/// The processes of a function for one case, whose environment has the address of the cluster. Dropping it ends them all.
#[derive(Debug)]
pub(crate) struct Function {
    lambda: Lambda,
    event: Value,
}

impl Function {
    /// Starts a process, and waits until it asks for an event.
    ///
    /// # Errors
    /// It never asks for one.
    pub(crate) async fn start(command: CommandLine, event: &Event, address: &Address) -> Result<Self, PlayError> {
        let lambda = deploy("poller", command, address).await?;
        Ok(Self { lambda, event: event.at(address) })
    }

    /// Invokes it, until it answers or `stop` returns, which ends its process.
    pub(crate) async fn run(&self, stop: impl Future<Output = Ending>) -> Run {
        let mut stopped = None;
        let stop = async { stopped = Some(stop.await) };
        let invocation = self.lambda.invoke_until(&self.event, DEADLINE, stop).await;
        let (end, stdout) = end_of(invocation.outcome, stopped);
        Run::new(end, &stdout, &invocation.log.join("\n"))
    }
}

/// A function of this name, one of whose processes waits for an event.
///
/// # Errors
/// It never asks for one.
pub(crate) async fn deploy(name: &str, command: CommandLine, address: &Address) -> Result<Lambda, PlayError> {
    let typed = command.to_string();
    let environment = address.variables();
    let lambda = Lambda::new(lambda::Function { name: name.to_owned(), program: Program::Command(command), environment }, 0);
    lambda.warm_up().await.map_err(|failed| not_started(&typed, &failed))?;
    Ok(lambda)
}

fn not_started(command: &str, failed: &Invocation) -> PlayError {
    let problem = match &failed.outcome {
        Outcome::InitFailed { error_type, error_message } if error_type == "Runtime.ExitError" => {
            format!("`{command}` ended before it asked for an event: {error_message}")
        }
        Outcome::InitFailed { error_type, error_message } if error_type == "Runtime.InvalidEntrypoint" => error_message.clone(),
        Outcome::InitFailed { error_message, .. } => format!("`{command}` does not start: {error_message}"),
        other => format!("`{command}` does not start: {other}"),
    };
    PlayError::NoFunction { problem, log: failed.log.join("\n"), hint: RUNTIME_CLIENT }
}

/// How an invocation ended, and what it said.
fn end_of(outcome: Outcome, stopped: Option<Ending>) -> (End, String) {
    match outcome {
        Outcome::Answered(answer) => {
            let text = answer.to_string();
            (End::Answered(answer), text)
        }
        Outcome::Raised { error_type, error_message } => {
            let document = json!({"errorType": error_type, "errorMessage": error_message});
            let text = document.to_string();
            (End::Raised(document), text)
        }
        Outcome::NotJson { problem } => (End::Crashed("no JSON".to_owned()), problem),
        Outcome::InitFailed { error_type, error_message } => {
            (End::Crashed("no start".to_owned()), format!("{error_type}: {error_message}"))
        }
        Outcome::Exited { status } => (End::Crashed(format!("no answer ({})", code_or_signal(status))), String::new()),
        Outcome::TimedOut => {
            (stopped.map_or_else(|| End::Crashed("no answer in 15 min".to_owned()), End::Stopped), String::new())
        }
    }
}

fn code_or_signal(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit {code}"),
        (None, signal) => format!("signal {}", signal.unwrap_or_default()),
    }
}
