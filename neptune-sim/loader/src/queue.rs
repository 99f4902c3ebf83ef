//! Which load runs, and which wait.

use std::collections::VecDeque;

use neptune_wire::LoadId;
use serde::{Deserialize, Serialize};

/// The load that runs and those that wait.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) running: Option<LoadId>,
    /// The next one is in front.
    pub(crate) waiting: VecDeque<LoadId>,
}

impl Queue {
    /// Whether a load runs or waits. The gap between two loads counts as busy (inferred).
    pub(crate) fn is_busy(&self) -> bool {
        self.running.is_some() || !self.waiting.is_empty()
    }

    /// A load that is in the queue without being in the right state, if there is one.
    pub(crate) fn misfit(&self, waits: impl Fn(&LoadId) -> bool, runs: impl Fn(&LoadId) -> bool) -> Option<LoadId> {
        let waiting = self.waiting.iter().filter(|id| !waits(id));
        waiting.chain(self.running.iter().filter(|id| !runs(id))).next().cloned()
    }
}
