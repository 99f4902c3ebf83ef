//! What goes wrong on the way to a cluster: which fault fires for a request, which state the port has, and how long a delay takes.

use std::io;
use std::time::Duration;

use neptune_control::Availability;
use neptune_control::{Fault, FaultClock, FaultReport};
use neptune_fault::FaultError;
use neptune_loader::SimTime;
use neptune_scenario::ClockKind;

use super::handle::Cluster;
use super::timed::{Passage, UpToDate};
use super::wait::{WaitError, WaitFor};
use crate::net::{PortMode, PortState};

/// How long a request may take to be executed that a delay has held, while the clock stands still for it.
const HELD_PATIENCE: Duration = Duration::from_secs(5);
/// How long, of real time, what is foreseen is relied on while time passes by itself.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Why time does not pass.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The clock is not manual, or the goal is never reached.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// The port cannot be taken again.
    #[error(transparent)]
    Port(#[from] io::Error),
}

/// A request that a delay holds. As long as it stands, [`Cluster::pass`] does not go beyond its moment.
#[derive(Debug)]
pub(crate) struct Held {
    cluster: Cluster,
    duration: Duration,
    /// By the cluster's clock; `None`: by the machine's.
    until: Option<SimTime>,
}

impl Held {
    /// Returns when the time has come. What happens to the port at that moment happens before: a request whose connection it closes is
    /// dropped while this waits, and so is never executed.
    pub(crate) async fn is_over(&self) {
        match self.until {
            Some(moment) => self.cluster.come_to(moment).await,
            None => tokio::time::sleep(self.duration).await,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(until) = self.until {
            self.cluster.engine().let_go(until);
            self.cluster.tell_change();
        }
    }
}

impl Cluster {
    /// Adds a fault, behind those that are there; a ready-made one may have several parts. Its times count from now, and what of it is due
    /// now happens before this returns. One of the port holds a moment later, or when [`Cluster::apply_port_state`] has returned.
    ///
    /// # Errors
    /// [`FaultError`] if it is impossible, or there are too many.
    pub fn add_fault(&self, fault: &Fault) -> Result<Vec<FaultReport>, FaultError> {
        let reports = self.engine().add_fault(fault)?;
        self.tell_change();
        Ok(reports)
    }

    /// The faults in place, and how often each fired.
    pub fn fault_reports(&self) -> Vec<FaultReport> {
        self.engine().faults().reports()
    }

    /// Removes the faults of a name, or all parts of the sequence of that name, and returns how many those were. What was due of them has
    /// happened, and stays.
    pub fn remove_fault(&self, name: &str) -> usize {
        let count = self.engine().remove_fault(name);
        self.tell_change();
        count
    }

    /// Removes all faults, and returns how many those were. What was due of them has happened, and stays.
    pub fn clear_faults(&self) -> usize {
        let count = self.engine().clear_faults();
        self.tell_change();
        count
    }

    /// A line for each fault that never fired although it should have. Empty if there is none.
    pub fn idle_faults(&self) -> String {
        self.engine().faults().idle_text()
    }

    /// Puts the port in the state that time, faults and availability ask for. When this returns, that state holds for the next connection.
    /// The port also follows by itself, but a moment later.
    ///
    /// # Errors
    /// What the system says if the port cannot be taken again, or if the simulator has ended.
    pub async fn apply_port_state(&self) -> io::Result<()> {
        {
            // Under the lock, so that the later of two simultaneous calls decides the final state.
            let engine = self.engine();
            self.0.port.want(Self::conditions(&engine));
        }
        self.0.port.apply_port_state().await
    }

    /// The state that the port should have for new connections.
    fn conditions(engine: &UpToDate<'_>) -> PortState {
        let faults = engine.port_faults();
        let port = match engine.availability() {
            Availability::Refused => PortMode::Shut,
            _ if faults.refuses => PortMode::Shut,
            Availability::Unreachable => PortMode::OutOfReach,
            _ if faults.is_unreachable => PortMode::OutOfReach,
            Availability::Available | Availability::Silent | Availability::Answers(_) => PortMode::Open,
        };
        PortState { port, tls: faults.tls, interruptions: engine.faults().interruptions() }
    }

    /// Keeps the port in the state that it should have as time passes. Never returns.
    pub(crate) async fn keep_settled(self) {
        let mut changed = self.0.changed.subscribe();
        loop {
            if let Err(error) = self.apply_port_state().await {
                tracing::debug!(%error, cluster = self.name(), "the port cannot be what the faults say");
            }
            let next = self.next_port_change();
            tokio::select! {
                // The sender lives as long as this cluster.
                _ = changed.changed() => {}
                () = self.reach(next) => {}
            }
        }
    }

    fn next_port_change(&self) -> Option<SimTime> {
        let engine = self.engine();
        engine.next_port_change()
    }

    /// Makes the cluster reachable or not. When this returns, the new availability holds for the next request.
    ///
    /// Refusing connections on the cluster that shares its port with the control API also takes that away; this method brings both
    /// back.
    ///
    /// # Errors
    /// What the system says if the port cannot be taken again, or if the simulator has ended. The cluster refuses connections then.
    pub async fn set_availability(&self, availability: Availability) -> io::Result<()> {
        self.engine().set_availability(availability);
        self.tell_change();
        let result = self.apply_port_state().await;
        if result.is_err() {
            self.engine().set_availability(Availability::Refused);
        }
        result
    }

    /// Returns when the cluster is not silent any more.
    pub(crate) async fn silence_ended(&self) {
        let mut changed = self.0.changed.subscribe();
        while self.availability() == Availability::Silent {
            // The sender lives as long as this cluster.
            let _ = changed.changed().await;
        }
    }

    /// Lets time pass on a manual clock as [`Cluster::advance`] and [`Cluster::wait`] do, and keeps the port and held requests in
    /// step with it: the port changes at its moments, and each request that a delay holds goes on when its time has come, before anything
    /// that is due later.
    ///
    /// # Errors
    /// [`PassError`] if the clock is not manual, what is waited for never comes, or the port cannot be taken again.
    pub(crate) async fn pass(&self, mut passage: Passage<'_>) -> Result<(), PassError> {
        loop {
            let is_over = self.engine().pass(&mut passage)?;
            self.tell_change();
            self.apply_port_state().await?;
            // A request may take longer, because it asks another server. Time does not wait for that.
            let _ = tokio::time::timeout(HELD_PATIENCE, self.held_have_gone_on()).await;
            self.sources_are_read().await;
            if is_over {
                return Ok(());
            }
        }
    }

    /// Returns when something has come true: a manual clock moves there, with port and held requests in step; on any other clock it takes as
    /// long as it takes.
    ///
    /// # Errors
    /// [`PassError`] if what is waited for never comes, or the port cannot be taken again.
    pub async fn come_true(&self, goal: &WaitFor) -> Result<(), PassError> {
        loop {
            if self.clock_kind() == ClockKind::Manual {
                return self.pass(Passage::until(goal)).await;
            }
            let foreseen = self.engine().foreseen(goal)?;
            // A command may bring it about sooner, and signals nothing.
            let came = tokio::time::timeout(LOOK_AGAIN, self.come_to(foreseen.moment)).await;
            if came.is_ok() && self.engine().still_holds(foreseen) {
                return Ok(());
            }
        }
    }

    /// Returns when no request is held any more that was to go on by now.
    async fn held_have_gone_on(&self) {
        let mut changed = self.0.changed.subscribe();
        while self.engine().holds_due() {
            // The sender lives as long as this cluster.
            let _ = changed.changed().await;
        }
    }

    /// Holds a request for so long. When [`Held::is_over`] has returned, execute the request and then drop this value.
    pub(crate) fn hold(&self, duration: Duration, clock: FaultClock) -> Held {
        let until = (clock == FaultClock::Cluster).then(|| {
            let mut engine = self.engine();
            let until = engine.now().plus(duration);
            engine.hold(until);
            until
        });
        Held { cluster: self.clone(), duration, until }
    }

    /// Returns when so much time has passed. What happens to the port at that moment happens before: a request on a connection that it
    /// closes goes on no more.
    pub(crate) async fn sleep(&self, duration: Duration, clock: FaultClock) {
        match clock {
            FaultClock::Wall => tokio::time::sleep(duration).await,
            FaultClock::Cluster => self.come_to(self.now().plus(duration)).await,
        }
    }

    /// Returns when a moment has come, and the port is what it is then.
    async fn come_to(&self, moment: SimTime) {
        self.reach(Some(moment)).await;
        if let Err(error) = self.apply_port_state().await {
            tracing::debug!(%error, cluster = self.name(), "the port cannot be what the faults say");
        }
    }

    /// Returns when the cluster's clock has reached the moment; never if there is none.
    pub(super) async fn reach(&self, moment: Option<SimTime>) {
        let Some(moment) = moment else { return std::future::pending().await };
        let mut changed = self.0.changed.subscribe();
        loop {
            let (now, by_itself) = self.now_and_time_until(moment);
            if now >= moment {
                return;
            }
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep(by_itself.unwrap_or_default()), if by_itself.is_some() => {}
            }
        }
    }

    /// The time, and how long it takes until a moment has come; `None` if it does not come by itself.
    fn now_and_time_until(&self, moment: SimTime) -> (SimTime, Option<Duration>) {
        let engine = self.engine();
        (engine.now(), engine.real_time_until(moment))
    }
}
