//! How long a fault may hold a request.

use std::future::Future;
use std::time::{Duration, Instant};

/// How long a fault may hold a request, all its waits together: by the wall clock, whatever clock the waits go by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    since: Instant,
    at_most: Duration,
}

impl Patience {
    pub(super) fn from_now(at_most: Duration) -> Self {
        Self { since: Instant::now(), at_most }
    }

    /// Waits, and returns whether the wait ended in time.
    pub(super) async fn outlasts(self, wait: impl Future<Output = ()>) -> bool {
        tokio::time::timeout(self.at_most.saturating_sub(self.since.elapsed()), wait).await.is_ok()
    }
}
