//! A loader as data: exported at a moment, and imported again.

use std::collections::HashMap;

use neptune_wire::LoadId;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Health};
use crate::load::Load;
use crate::queue::Queue;
use crate::random::Random;
use crate::settings::Settings;
use crate::table::{REMEMBERED_LOADS, Table};
use crate::time::SimTime;

/// The whole state of a loader at a moment. An imported loader goes on as the exported one would have.
///
/// Its form as JSON may change with every version.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineState {
    settings: Settings,
    now: SimTime,
    up_since: SimTime,
    health: Health,
    load_ids: Random,
    request_ids: Random,
    /// In the order in which they came.
    loads: Vec<Load>,
    queue: Queue,
}

/// Why a state cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// There are more loads than a loader remembers.
    #[error("the state has {0} loads: {REMEMBERED_LOADS} are the most")]
    TooManyLoads(usize),
    /// Two loads have one id.
    #[error("two loads have the id `{0}`")]
    DuplicateId(LoadId),
    /// A load has no status, or its changes are out of order.
    #[error("the load `{0}` has no status, or changes that are not in the order of time")]
    BadHistory(LoadId),
    /// The queue names a load that does not wait, or the load that runs does not.
    #[error("the queue names `{0}`, which is not such a load")]
    BadQueue(LoadId),
}

impl Engine {
    /// The state of the loader now.
    pub fn export(&self) -> EngineState {
        EngineState {
            settings: self.settings.clone(),
            now: self.now,
            up_since: self.up_since,
            health: self.health,
            load_ids: self.load_ids.clone(),
            request_ids: self.request_ids.clone(),
            loads: self.loads.iter().cloned().collect(),
            queue: self.queue.clone(),
        }
    }

    /// Makes a loader from a state.
    ///
    /// # Errors
    /// [`StateError`] if the state was edited so that no loader could be in it.
    pub fn import(state: EngineState) -> Result<Self, StateError> {
        check_loads(&state)?;
        let EngineState { settings, now, up_since, health, load_ids, request_ids, loads, queue } = state;
        let mut table = Table::default();
        for load in loads {
            table.insert(load);
        }
        Ok(Self { settings, now, up_since, health, load_ids, request_ids, loads: table, queue })
    }
}

fn check_loads(state: &EngineState) -> Result<(), StateError> {
    if state.loads.len() > REMEMBERED_LOADS {
        return Err(StateError::TooManyLoads(state.loads.len()));
    }
    let mut loads = HashMap::new();
    for load in &state.loads {
        if loads.insert(load.id(), load).is_some() {
            return Err(StateError::DuplicateId(load.id().clone()));
        }
        let past = load.history().iter().map(|change| change.at);
        let is_past = load.history().last().is_some_and(|last| last.at <= state.now);
        let is_ahead = load.next_change().is_none_or(|next| next > state.now);
        let ahead = load.ahead().map(|change| change.at);
        if !is_past || !is_ahead || !past.chain(ahead).is_sorted() {
            return Err(StateError::BadHistory(load.id().clone()));
        }
    }
    let load = |id: &LoadId| loads.get(id);
    match state
        .queue
        .misfit(|id| load(id).is_some_and(|load| load.is_waiting()), |id| load(id).is_some_and(|load| !load.is_ended()))
    {
        Some(id) => Err(StateError::BadQueue(id)),
        None => Ok(()),
    }
}
