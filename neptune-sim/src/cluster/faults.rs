//! What goes wrong on the way to a cluster: which fault strikes a request, what becomes of the port, and how long a delay takes.

use std::io;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use neptune_control::{Fault, FaultClock, FaultReport};
use neptune_engine::SimTime;

use super::Cluster;
use crate::fault::{Facts, FaultError, Faults, Hit};
use crate::server::{Conditions, PortMode};
use crate::{Availability, ClockKind};

impl Cluster {
    /// Puts a fault in, behind those that are there; a ready-made one may come to several. Its times count from now. One of the port
    /// holds a moment later, or when [`Cluster::settle`] has returned.
    ///
    /// # Errors
    /// [`FaultError`] if it is impossible, or there are too many.
    pub fn add_fault(&self, fault: &Fault) -> Result<Vec<FaultReport>, FaultError> {
        let reports = self.faults().put_in(fault, self.now())?;
        self.tell_change();
        Ok(reports)
    }

    /// The faults in place, and what came of each.
    pub fn fault_reports(&self) -> Vec<FaultReport> {
        // Restarts that are due happen when the loader is looked at.
        drop(self.engine());
        self.faults().reports()
    }

    /// Takes the faults of a name away, all parts of a sequence for the sequence's. Tells how many those were.
    pub fn remove_fault(&self, name: &str) -> usize {
        let count = self.faults().remove(name);
        self.tell_change();
        count
    }

    /// Takes all faults away, and tells how many those were.
    pub fn clear_faults(&self) -> usize {
        let count = self.faults().clear();
        self.tell_change();
        count
    }

    /// A line for each fault that never struck although it should have. Empty if there is none.
    pub fn idle_faults(&self) -> String {
        drop(self.engine());
        self.faults().idle_text()
    }

    /// Has the port be what the time, the faults and the availability make of it. When this returns, the next connection meets that. It
    /// happens by itself, too, but a moment later.
    ///
    /// # Errors
    /// What the system says if the port cannot be taken again, or if the simulator has ended.
    pub async fn settle(&self) -> io::Result<()> {
        let mut conditions = self.0.conditions.lock().await;
        let wanted = self.wanted_conditions();
        if *conditions != Some(wanted) {
            // Until it is done, nobody knows how far it got.
            *conditions = None;
            self.0.door.set(wanted).await?;
            *conditions = Some(wanted);
        }
        Ok(())
    }

    /// The same, even if nothing seems to have changed: it tells whether the simulator still runs.
    pub(super) async fn settle_anew(&self) -> io::Result<()> {
        *self.0.conditions.lock().await = None;
        self.settle().await
    }

    fn wanted_conditions(&self) -> Conditions {
        let faults = self.faults().port(self.now());
        let port = match self.availability() {
            Availability::Refused => PortMode::Shut,
            _ if faults.refuses => PortMode::Shut,
            Availability::Unreachable => PortMode::OutOfReach,
            _ if faults.is_unreachable => PortMode::OutOfReach,
            Availability::Available | Availability::Silent | Availability::Answers(_) => PortMode::Open,
        };
        Conditions { port, tls: faults.tls }
    }

    /// Keeps the port what it should be as time passes. Never returns.
    pub(crate) async fn keep_settled(self) {
        let mut changed = self.0.changed.subscribe();
        loop {
            if let Err(error) = self.settle().await {
                tracing::debug!(%error, cluster = self.name(), "the port cannot be what the faults say");
            }
            let next = self.faults().next_port_change(self.now());
            tokio::select! {
                // The sender lives as long as this cluster.
                _ = changed.changed() => {}
                () = self.reach(next) => {}
            }
        }
    }

    /// What strikes a request, if anything does.
    pub(crate) fn strike(&self, request: &Facts<'_>) -> Option<Hit> {
        let now = self.now();
        self.faults().strike(request, now)
    }

    /// Returns when so much time has passed.
    pub(crate) async fn sleep(&self, duration: Duration, clock: FaultClock) {
        match clock {
            FaultClock::Wall => tokio::time::sleep(duration).await,
            FaultClock::Cluster => self.reach(Some(self.now().plus(duration))).await,
        }
    }

    /// Returns when the cluster's clock has come to a moment; never if there is none.
    async fn reach(&self, moment: Option<SimTime>) {
        let Some(moment) = moment else { return std::future::pending().await };
        let mut changed = self.0.changed.subscribe();
        loop {
            let left = moment.since(self.now());
            if left.is_zero() {
                return;
            }
            let by_itself = match self.clock_kind() {
                ClockKind::Manual => None,
                ClockKind::Real => Some(left),
                // At least something, so that a factor that swallows the rest does not make this loop spin.
                ClockKind::Scaled(factor) => Some((left / factor).max(Duration::from_millis(1))),
            };
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep(by_itself.unwrap_or_default()), if by_itself.is_some() => {}
            }
        }
    }

    /// Wakes whoever waits for the clock or for other faults.
    pub(super) fn tell_change(&self) {
        self.0.changed.send_replace(());
    }

    /// Its faults. Not to be held across an `await`, nor while locking the engine.
    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
