//! The loader as it is at a moment, and everything that can be read of it.

use std::time::Duration;

use neptune_wire::{LoadId, LoadStatus};
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ListQuery, Role, StatusPayload, StatusQuery};
use crate::load::{Load, Origin};
use crate::queue::Queue;
use crate::quirks::{Quirks, UnknownId};
use crate::random::Random;
use crate::settings::Settings;
use crate::table::Table;
use crate::time::SimTime;

/// The health of the engine as a whole, as `/status` reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// It serves requests.
    #[default]
    Healthy,
    /// It recovers from a shutdown with open transactions.
    Recovery {
        /// How many transactions it rolls back. With 0, `/status` says nothing about them.
        rolling_back: u64,
    },
}

/// One simulated loader.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) settings: Settings,
    pub(crate) now: SimTime,
    /// When the engine started: at the beginning, or at its last restart.
    pub(crate) up_since: SimTime,
    pub(crate) health: Health,
    pub(crate) load_ids: Random,
    /// Apart from the load ids, so that the number of answered requests does not change the ids of later loads.
    pub(crate) request_ids: Random,
    pub(crate) loads: Table,
    pub(crate) queue: Queue,
}

/// Reads take `&self` and change nothing.
impl Engine {
    /// A loader without loads, at [`SimTime::START`].
    pub fn new(settings: Settings) -> Self {
        let (load_ids, request_ids) = (Random::from_seed(settings.seed), Random::from_seed(!settings.seed));
        let (now, up_since, health) = (SimTime::START, SimTime::START, Health::Healthy);
        Self { settings, now, up_since, health, load_ids, request_ids, loads: Table::default(), queue: Queue::default() }
    }

    /// The moment to which the loader has advanced.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// When the engine started: at the beginning, or at its last restart.
    pub fn up_since(&self) -> SimTime {
        self.up_since
    }

    /// Whether it is a writer or a read replica.
    pub fn role(&self) -> Role {
        self.settings.role
    }

    /// The health that `/status` reports.
    pub fn health(&self) -> Health {
        self.health
    }

    /// The quirks in force.
    pub fn quirks(&self) -> &Quirks {
        &self.settings.quirks
    }

    /// The next moment at which something happens by itself.
    pub fn next_change(&self) -> Option<SimTime> {
        self.loads.next_change()
    }

    /// A load that can be seen.
    pub fn load(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(id).filter(|load| self.is_visible(load))
    }

    /// A load, even if it cannot be seen yet.
    pub fn foreseen_load(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(id)
    }

    /// Every load, even those that cannot be seen yet, in the order in which they came.
    pub fn foreseen_loads(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter()
    }

    /// Every load that can be seen, in the order in which they came.
    pub fn loads(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter().filter(|load| self.is_visible(load))
    }

    /// The scripted loads that begin later, in the order in which they came, and when each begins. Nobody can see them before.
    pub fn announced(&self) -> impl Iterator<Item = (&LoadId, SimTime)> {
        let begins_later = |load: &&Load| load.origin() == Origin::Scripted && load.submitted() > self.now;
        self.loads.iter().filter(begins_later).map(|load| (load.id(), load.submitted()))
    }

    /// The started load whose turn it is. `None` between two loads, and if none is due.
    pub fn running(&self) -> Option<&LoadId> {
        self.queue.running.as_ref()
    }

    /// The started loads that wait for their turn, the next one first.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &LoadId> {
        self.queue.waiting.iter()
    }

    /// The payload of a status answer.
    ///
    /// # Errors
    /// The error that Neptune answers for an unknown id (a quirk).
    pub fn status(&self, id: &LoadId, query: &StatusQuery) -> Result<StatusPayload, ApiError> {
        let load = self.load(id).ok_or_else(|| match self.settings.quirks.unknown_id {
            UnknownId::NotFound => ApiError::load_not_found(id),
            UnknownId::BadRequest => ApiError::load_id_invalid(id),
        })?;
        Ok(load.payload(*query, self.now, &self.settings))
    }

    /// The ids of a list answer: waiting loads first, the latest of them first (documented); then the others, the latest first.
    pub fn list(&self, query: ListQuery) -> Vec<LoadId> {
        let (queued, others): (Vec<&Load>, Vec<&Load>) =
            self.loads().rev().partition(|load| *load.status() == LoadStatus::InQueue);
        let queued = queued.into_iter().filter(|_| query.include_queued_loads);
        queued.chain(others).take(query.limit).map(|load| load.id().clone()).collect()
    }

    fn is_visible(&self, load: &Load) -> bool {
        let delay = match load.origin() {
            Origin::Scripted => Duration::ZERO,
            Origin::Started => Duration::from_secs(self.settings.quirks.visible_after_seconds.into()),
        };
        self.now >= load.submitted().plus(delay)
    }

    /// The settings, with the changes made since the start.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
