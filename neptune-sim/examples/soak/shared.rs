//! What the clients share: whether they go on, and what they count.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What all clients share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) is_over: AtomicBool,
    /// Requests that were sent.
    pub(crate) requests: AtomicU64,
    /// Those that were answered with a 200 and a status.
    pub(crate) answered: AtomicU64,
    /// Clients that left before their answer.
    pub(crate) left: AtomicU64,
}

impl Shared {
    pub(crate) fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }

    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
