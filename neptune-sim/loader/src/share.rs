//! How much of a load is done.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A part of a whole, measured in time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) done: Duration,
    pub(crate) of: Duration,
}

impl Share {
    pub(crate) const NOTHING: Self = Self { done: Duration::ZERO, of: Duration::MAX };
    pub(crate) const ALL: Self = Self { done: Duration::MAX, of: Duration::MAX };

    /// This share of an amount, rounded down.
    pub(crate) fn of(self, amount: u64) -> u64 {
        if self.done == self.of {
            return amount;
        }
        // A status lasts at most 100 years, so neither product nor quotient grows too large.
        let part = u128::from(amount).saturating_mul(self.done.as_nanos()) / self.of.as_nanos().max(1);
        u64::try_from(part).unwrap_or(amount).min(amount)
    }
}
