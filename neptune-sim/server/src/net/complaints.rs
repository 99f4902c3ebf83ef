//! How often a repeated problem is reported.

use std::time::{Duration, Instant};

/// How long a problem is not reported again after a report.
const PAUSE: Duration = Duration::from_secs(30);

/// A problem that may occur again and again.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    reported: Option<Instant>,
    /// How often the problem occurred since the last report.
    met: u64,
}

impl Complaints {
    /// Counts one occurrence. Returns how often the problem occurred since the last report if it is time for another, otherwise `None`.
    pub(super) fn tell(&mut self, now: Instant) -> Option<u64> {
        self.met += 1;
        if self.reported.is_some_and(|reported| now.saturating_duration_since(reported) < PAUSE) {
            return None;
        }
        self.reported = Some(now);
        Some(std::mem::take(&mut self.met))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_reported_at_once_and_then_now_and_then_with_its_number() {
        let (mut complaints, begun) = (Complaints::default(), Instant::now());
        // Twenty a second, for 75 seconds.
        let reported: Vec<_> =
            (0..1500).filter_map(|n| complaints.tell(begun + Duration::from_millis(50 * n)).map(|times| (n, times))).collect();
        assert_eq!(reported, [(0, 1), (600, 600), (1200, 600)]);
    }
}
