//! Simulated time.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment, as the time since the cluster began. It is read from the cluster's clock, not from the machine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimTime(Duration);

impl SimTime {
    /// The moment the cluster began.
    pub const START: Self = Self(Duration::ZERO);

    /// The moment this long after the beginning.
    pub const fn after(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// How long after the beginning the moment is.
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// The moment this much later; the last representable moment if that is too late.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// How much later this moment is than the other; zero if it is not.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for SimTime {
    /// Seconds with up to three decimals: `12.5s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.subsec_millis();
        write!(f, "{}", self.0.as_secs())?;
        if millis > 0 {
            let decimals = format!("{millis:03}");
            write!(f, ".{}", decimals.trim_end_matches('0'))?;
        }
        f.write_str("s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_seconds() {
        assert_eq!(SimTime::START.to_string(), "0s");
        assert_eq!(SimTime::after(Duration::from_millis(12_500)).to_string(), "12.5s");
        assert_eq!(SimTime::after(Duration::from_millis(40)).to_string(), "0.04s");
    }
}
