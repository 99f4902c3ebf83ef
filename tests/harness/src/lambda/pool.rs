//! A function as its callers see it: it has as many environments as their invocations need.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{future, io};

use serde_json::Value;

use super::environment::Environment;
use super::output::Lines;
use super::request_id::RequestIds;
use super::runtime_api::Event;
use super::{Deadline, Function, Invocation, Outcome};

/// A function with its environments. Dropping it ends them all.
#[derive(Debug)]
pub struct Lambda {
    function: Function,
    request_ids: RequestIds,
    started: AtomicUsize,
    /// The last one is the one that was used last.
    idle: Mutex<Vec<Environment>>,
}

impl Lambda {
    /// Deploys a function. Nothing is started yet. The seed decides on the request ids, and on nothing else.
    pub fn new(function: Function, seed: u64) -> Self {
        Self { function, request_ids: RequestIds::new(seed), started: AtomicUsize::new(0), idle: Mutex::default() }
    }

    /// Invokes the function and waits for the outcome.
    ///
    /// The event goes to the environment that was used last, if one is idle, and to a new one otherwise. One environment never has
    /// two events at the same time, so concurrent invocations get environments of their own. An environment that failed to start,
    /// exited or ran out of time is not used again. Whatever goes wrong is in the outcome; a caller who drops the future kills the
    /// process.
    pub async fn invoke(&self, event: &Value, deadline: Deadline) -> Invocation {
        self.invoke_until(event, deadline, future::pending()).await
    }

    /// As [`Lambda::invoke`], for a caller who may not want to wait until the deadline: when `stop` returns, the process is killed and the
    /// outcome is [`Outcome::TimedOut`]. What it wrote is kept.
    pub async fn invoke_until(&self, event: &Value, deadline: Deadline, stop: impl Future<Output = ()>) -> Invocation {
        let request_id = self.request_ids.draw();
        let (mut environment, cold_start) = match self.wake_idle() {
            Some(environment) => (environment, false),
            None => match self.start(&request_id).await {
                Ok(environment) => (environment, true),
                Err(never_ran) => return never_ran,
            },
        };
        let event = Event { request_id: request_id.clone(), function_arn: self.function.arn(), body: event.to_string() };
        let (outcome, took) = environment.invoke(event, deadline, stop).await;
        let Lines { kept, dropped } = environment.take_output();
        let number = environment.number;
        if environment.is_ready() {
            self.idle().push(environment);
        }
        Invocation { request_id, outcome, took, log: kept.into(), log_dropped: dropped, environment: number, cold_start }
    }

    /// Starts an environment and waits until it can take an event. The next invocation takes it.
    ///
    /// # Errors
    /// How the start ended ([`Outcome::InitFailed`]), with what the process wrote. Nothing of it is left.
    pub async fn warm_up(&self) -> Result<(), Box<Invocation>> {
        let request_id = self.request_ids.draw();
        let mut environment = self.start(&request_id).await?;
        if let Err(outcome) = environment.warm_up().await {
            let Lines { kept, dropped } = environment.take_output();
            let (took, number) = (Duration::ZERO, environment.number);
            let (log, log_dropped) = (kept.into(), dropped);
            return Err(Box::new(Invocation {
                request_id,
                outcome,
                took,
                log,
                log_dropped,
                environment: number,
                cold_start: true,
            }));
        }
        self.idle().push(environment);
        Ok(())
    }

    /// Stops the processes of all idle environments, as Lambda does between invocations, and returns how many there are. The next
    /// invocation resumes the one that it takes.
    ///
    /// # Errors
    ///
    /// A process can't be signalled.
    pub fn freeze_idle(&self) -> io::Result<usize> {
        let idle = self.idle();
        idle.iter().try_for_each(Environment::freeze)?;
        Ok(idle.len())
    }

    /// An idle environment whose process still runs, thawed.
    fn wake_idle(&self) -> Option<Environment> {
        let mut idle = self.idle();
        std::iter::from_fn(|| idle.pop())
            .find_map(|environment| (environment.is_ready() && environment.thaw().is_ok()).then_some(environment))
    }

    async fn start(&self, request_id: &str) -> Result<Environment, Invocation> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        Environment::start(number, &self.function).await.map_err(|error| Invocation {
            request_id: request_id.to_owned(),
            outcome: Outcome::init_failed("Runtime.InvalidEntrypoint", format!("{}: {error}", self.function.program)),
            took: Duration::ZERO,
            log: Vec::new(),
            log_dropped: 0,
            environment: number,
            cold_start: true,
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Environment>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
