//! What was loaded into a cluster.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neptune_data::Graph;

/// The graph of a cluster, as far as counting needs it. Clones are the same graph. Only the thread that reads takes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Loaded(Arc<Mutex<Graph>>);

impl Loaded {
    pub(super) fn graph(&self) -> MutexGuard<'_, Graph> {
        // A panic while a source was read is a bug; what was loaded before still counts.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
