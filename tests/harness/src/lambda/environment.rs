//! One execution environment: a process of a function and the Runtime API that it talks to. It runs one invocation at a time.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, timeout};

use super::output::Lines;
use super::process::Process;
use super::runtime_api::{Event, RuntimeApi};
use super::{Deadline, Function, Outcome};

/// How long a process may take until it asks for its first event (documented).
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a process may take from its answer until it asks for the next event, before it is taken for stuck. Our own choice:
/// Lambda lets it use up its deadline.
const SETTLE_LIMIT: Duration = Duration::from_secs(2);

/// A process and its Runtime API. Dropping it ends both.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) number: usize,
    /// Declared before the API, so that it is dropped before: a process never finds its API gone.
    process: Process,
    api: RuntimeApi,
    /// Whether the process waits for an event.
    ready: bool,
}

impl Environment {
    /// Starts a process, without waiting for it.
    pub(super) async fn start(number: usize, function: &Function) -> io::Result<Self> {
        let api = RuntimeApi::open().await?;
        let process = Process::start(&function.program, &function.variables(api.address()))?;
        Ok(Self { number, process, api, ready: false })
    }

    /// Waits until the process can take its first event.
    ///
    /// # Errors
    /// How its start ended instead.
    pub(super) async fn warm_up(&mut self) -> Result<(), Outcome> {
        self.initialise().await?;
        self.ready = true;
        Ok(())
    }

    /// Passes an event to the process and waits for the end of the invocation; returns how it ended and how long it took.
    ///
    /// The answer is not yet the end. The process may still write to its log, and it has no use for another event, until it asks
    /// for one; a process that does not is killed. After that nothing is written any more, and the log is complete.
    /// When `stop` returns, or the deadline passes, it is killed at once.
    pub(super) async fn invoke(
        &mut self,
        event: Event,
        deadline: Deadline,
        stop: impl Future<Output = ()>,
    ) -> (Outcome, Duration) {
        let ended = match self.initialise().await {
            Ok(()) => self.run(event, deadline, stop).await,
            Err(outcome) => (outcome, Duration::ZERO),
        };
        if !self.ready {
            self.process.kill().await;
        }
        ended
    }

    /// Whether it can take an event now.
    pub(super) fn is_ready(&self) -> bool {
        self.ready && self.process.is_running()
    }

    /// What the process wrote since the last call.
    pub(super) fn take_output(&self) -> Lines {
        self.process.take_output()
    }

    /// Freezes the process.
    pub(super) fn freeze(&self) -> io::Result<()> {
        self.process.freeze()
    }

    /// Thaws the process, if it is frozen.
    pub(super) fn thaw(&self) -> io::Result<()> {
        self.process.thaw()
    }

    /// Waits until the process asks for its first event, if it has not yet.
    async fn initialise(&mut self) -> Result<(), Outcome> {
        if self.ready {
            return Ok(());
        }
        let first_sign = async {
            tokio::select! {
                biased; // what the process said counts more than that it has ended since
                sign = self.api.initialised() => sign,
                status = self.process.ended() => Err(Outcome::init_failed("Runtime.ExitError", status.to_string())),
            }
        };
        timeout(INIT_LIMIT, first_sign).await.unwrap_or_else(|_| {
            Err(Outcome::init_failed("Sandbox.Timedout", "the process did not ask for an event within 10 s"))
        })
    }

    async fn run(&mut self, event: Event, deadline: Deadline, stop: impl Future<Output = ()>) -> (Outcome, Duration) {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let handed_out = Instant::now();
        self.ready = false;
        self.api.deliver(event, deadline.header(since_1970));
        let outcome = tokio::select! {
            biased; // an answer counts, though the time may be over
            outcome = timeout(deadline.limit(), self.outcome()) => outcome.unwrap_or(Outcome::TimedOut),
            () = stop => Outcome::TimedOut,
        };
        let took = handed_out.elapsed();
        if !matches!(outcome, Outcome::Exited { .. } | Outcome::TimedOut) {
            self.settle().await;
        }
        (outcome, took)
    }

    async fn outcome(&mut self) -> Outcome {
        tokio::select! {
            biased; // an answer counts, though the process may have ended since
            outcome = self.api.outcome() => outcome,
            status = self.process.ended() => Outcome::Exited { status },
        }
    }

    /// Waits until the process asks for its next event, or will not any more.
    async fn settle(&mut self) {
        let next_sign = async {
            tokio::select! {
                biased;
                () = self.api.ready() => true,
                _ = self.process.ended() => false,
            }
        };
        self.ready = timeout(SETTLE_LIMIT, next_sign).await.unwrap_or(false);
    }
}
