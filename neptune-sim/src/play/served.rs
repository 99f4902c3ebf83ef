//! A cluster in this process as the place where a scenario is played, beside a user who runs the functions.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::time::Duration;

use anyhow::{Result, bail};
use neptune_harness::aliases::Aliases;
use neptune_harness::backend::{Backend, StartDefaults, Visibility};
use neptune_harness::lambda::Lambda;
use neptune_harness::local_client::LocalClient;
use neptune_server::scenario::{Invoke, Pace, Request, Scenario, Step};
use neptune_server::{Availability, ClockKind, Cluster, Fault, WaitFor, WaitUntil};
use serde_json::Value;
use tokio::sync::watch;

use super::asked::{Asked, MovingClock, Until};
use super::words;
use crate::stdin::Lines;

/// The user has ended the simulator before all steps were played.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it was ended before that")]
struct Ended;

/// The cluster, and what is known of its user.
pub(super) struct ServedCluster<'a> {
    cluster: &'a Cluster,
    client: LocalClient,
    asked: &'a Asked,
    lines: Option<RefCell<Lines>>,
    ended: watch::Receiver<bool>,
    say: &'a dyn Fn(&str),
    has_cleanup: bool,
    cleans_up: Cell<bool>,
    /// Whether a step was left because the simulator was ended.
    left: Cell<bool>,
}

impl<'a> ServedCluster<'a> {
    pub(super) fn new(
        scenario: &Scenario,
        cluster: &'a Cluster,
        client: LocalClient,
        asked: &'a Asked,
        lines: Option<Lines>,
        ended: watch::Receiver<bool>,
        say: &'a dyn Fn(&str),
    ) -> Self {
        let (lines, has_cleanup) = (lines.map(RefCell::new), !scenario.cleanup().is_empty());
        Self { cluster, client, asked, lines, ended, say, has_cleanup, cleans_up: Cell::default(), left: Cell::default() }
    }

    /// Says that nothing is left to do.
    pub(super) fn finish(&self) {
        if !self.is_ended() {
            (self.say)("All steps are over. The cluster stays as it is until Ctrl-C.\n");
        }
    }

    /// Whether the simulator was ended before all steps were over.
    pub(super) fn was_ended_early(&self) -> bool {
        self.left.get()
    }

    fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// The steps before the clean-up end with the simulator.
    fn go_on(&self) -> Result<(), Ended> {
        if self.is_ended() && !self.cleans_up.get() {
            self.left.set(true);
            return Err(Ended);
        }
        Ok(())
    }

    fn is_manual(&self) -> bool {
        self.cluster.clock_kind() == ClockKind::Manual
    }

    /// Returns when the simulator is being ended.
    async fn end(&self) {
        let mut ended = self.ended.clone();
        if ended.wait_for(|ended| *ended).await.is_err() {
            pending::<()>().await;
        }
    }

    /// Returns when the user presses Enter, or its program writes a line.
    #[expect(clippy::await_holding_refcell_ref, reason = "one step waits at a time, and nothing else borrows the lines")]
    async fn line(&self) {
        match &self.lines {
            Some(lines) => lines.borrow_mut().next().await,
            None => pending().await,
        }
    }

    /// Lets time pass until something has come true. At the end of the simulator, time that passes by itself is not waited for.
    async fn come_true(&self, goal: &WaitFor) -> Result<()> {
        self.go_on()?;
        if self.is_manual() {
            return Ok(self.cluster.come_true(goal).await?);
        }
        (self.say)("    waiting for: the time, which passes by itself (it does not with --clock manual)\n");
        tokio::select! {
            biased;
            came = self.cluster.come_true(goal) => came?,
            () = self.end() => {
                self.go_on()?;
                (self.say)("    left out: the simulator ends before that\n");
            }
        }
        Ok(())
    }
}

impl Backend for ServedCluster<'_> {
    // There are none here: each invocation is the user's.
    type Function = Lambda;

    fn visibility(&self) -> Visibility {
        Visibility::Client
    }

    fn endpoint(&self) -> &str {
        self.cluster.name()
    }

    fn start_defaults(&self) -> StartDefaults {
        StartDefaults::made_up()
    }

    fn function(&self, name: &str, _: &Scenario) -> Result<Lambda> {
        bail!("`{name}` is invoked by the user")
    }

    fn begin(&self, place: &str, step: &Step, aliases: &Aliases) {
        let now = self.cluster.now();
        if !self.is_ended() || place.starts_with("cleanup") {
            (self.say)(&format!("{now} {place} {}\n", words::step(step, aliases)));
        }
    }

    async fn invoked_by_user(&self, invoke: &Invoke, aliases: &Aliases) -> Result<bool> {
        self.go_on()?;
        let (until, clock) = match &invoke.pace {
            Pace::Poll { every, .. } => {
                let clock = self.is_manual().then(|| MovingClock { cluster: self.cluster.clone(), every: *every });
                (Until::Ended, clock)
            }
            Pace::InTurn(_) | Pace::AtOnce(_) => (Until::Asked, None),
        };
        let text = words::invocation(invoke, clock.is_some(), self.lines.is_some(), aliases);
        // Before the user reads it, and sends a request.
        self.asked.begin(invoke.loads().into_iter().map(|(name, wanted)| (aliases.id(name).to_owned(), wanted)), clock);
        (self.say)(&text);
        tokio::select! {
            biased;
            () = self.asked.is_enough(until) => {}
            () = self.line() => {}
            () = self.end() => {}
        }
        self.asked.end();
        self.go_on()?;
        Ok(true)
    }

    async fn before_cleanup(&self, trouble: Option<&anyhow::Error>) {
        if let Some(error) = trouble.filter(|_| !self.was_ended_early()) {
            (self.say)(&format!("error: {error:#}\n"));
        }
        if self.has_cleanup && !self.is_ended() {
            (self.say)(words::before_cleanup(self.lines.is_some()));
            tokio::select! {
                () = self.line() => {}
                () = self.end() => {}
            }
        }
        self.cleans_up.set(true);
    }

    async fn wait(&self, load_id: &str, until: &str) -> Result<()> {
        self.come_true(&WaitFor::Load(load_id.into(), until.parse::<WaitUntil>()?)).await
    }

    async fn pause(&self, every: Duration) -> Result<()> {
        self.advance(every).await
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        self.come_true(&WaitFor::At(self.cluster.now().plus(by))).await
    }

    async fn exchange(&self, request: &Request, _load: Option<&str>) -> Result<Value> {
        self.go_on()?;
        let reply = self.client.exchange(request, &self.cluster.endpoint()).await?;
        (self.say)(&words::reply(&reply));
        Ok(reply)
    }

    async fn set_availability(&self, availability: &Availability) -> Result<()> {
        self.go_on()?;
        Ok(self.cluster.set_availability(availability.clone()).await?)
    }

    async fn add_fault(&self, fault: &Fault) -> Result<()> {
        self.go_on()?;
        self.cluster.add_fault(fault)?;
        Ok(self.cluster.apply_port_state().await?)
    }

    async fn clear_fault(&self, name: Option<&str>) -> Result<()> {
        self.go_on()?;
        match name {
            Some(name) if self.cluster.remove_fault(name) == 0 => bail!("there is no fault `{name}`"),
            Some(_) => {}
            None => drop(self.cluster.clear_faults()),
        }
        Ok(self.cluster.apply_port_state().await?)
    }
}
