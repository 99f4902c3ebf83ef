//! What can be judged: a command, a Lambda function that is run here, one that runs already, or a state machine.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use neptune_harness::lambda::CommandLine;

use crate::address::Address;
use crate::command;
use crate::ending::{Ending, Kind, PlayError, Run};
use crate::event::Event;
use crate::function::Function;
use crate::invoke::{Invoked, Url};
use crate::machine::{Execution, Machine};
use crate::watch::Watch;

/// What is judged, as the command line names it.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// A state machine with its functions.
    StateMachine(Arc<Machine>),
    /// A program with its arguments.
    Command(Vec<OsString>),
    /// The command of a function with its runtime client.
    Lambda(CommandLine, Event),
    /// A function that runs already.
    Running(Url, Event),
}

/// The poller of one case, which may be run several times.
#[derive(Debug)]
pub(crate) enum Poller<'a> {
    Command(&'a [OsString], Address),
    Function(Function),
    Running(Invoked),
    Execution(Execution),
}

impl Subject {
    /// The poller for a cluster. A function is started here.
    ///
    /// # Errors
    /// The function does not start.
    pub(crate) async fn at(&self, address: Address, watch: &Arc<Watch>) -> Result<Poller<'_>, PlayError> {
        Ok(match self {
            Self::Command(command) => Poller::Command(command, address),
            Self::Lambda(command, event) => Poller::Function(Function::start(command.clone(), event, &address).await?),
            Self::StateMachine(machine) => Poller::Execution(Execution::at(machine, &address, watch).await?),
            Self::Running(url, event) => Poller::Running(Invoked::new(url.clone(), event.at(&address))),
        })
    }

    /// What kind of poller it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Command(_) => Kind::Command,
            Self::Lambda(..) | Self::Running(..) => Kind::Function,
            Self::StateMachine(_) => Kind::StateMachine,
        }
    }

    /// What no case shows, and surprises on AWS.
    pub(crate) fn warnings(&self) -> Vec<String> {
        if let Self::StateMachine(machine) = self { machine.warnings() } else { Vec::new() }
    }
}

impl Poller<'_> {
    /// Runs it once, until it ends by itself, or `stop` returns. A state machine that goes on calls `stop` again.
    ///
    /// # Errors
    /// It cannot be started, or no function answers.
    pub(crate) async fn run(&mut self, stop: impl AsyncFn() -> Ending) -> Result<Run, PlayError> {
        match self {
            Self::Command(command, address) => command::run(command, address, stop()).await.map_err(PlayError::Spawn),
            Self::Function(function) => Ok(function.run(stop()).await),
            Self::Running(invoked) => invoked.run(stop()).await,
            Self::Execution(execution) => execution.run(stop).await,
        }
    }

    /// Ends what is left of it. A function that was not started here cannot be ended: it is waited for.
    ///
    /// # Errors
    /// It still runs after this time.
    pub(crate) async fn end(self, patience: Duration) -> Result<(), PlayError> {
        match self {
            Self::Running(invoked) => invoked.end(patience).await,
            Self::Command(..) | Self::Function(_) | Self::Execution(_) => Ok(()),
        }
    }
}
