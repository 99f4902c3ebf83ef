//! When to ask again: back-off with jitter, always within the time that is left. Plans only; it never sleeps.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Kept back from Lambda's deadline, so that an answer leaves before the function is killed.
const SAFETY: Duration = Duration::from_millis(500);

/// An attempt with less time than this is not worth making.
const LEAST_ATTEMPT: Duration = Duration::from_millis(50);

/// How often and how quickly a failed request is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Requests in all, the first included. Default 3.
    pub max_attempts: u32,
    /// The longest pause after the first failure; each later one doubles it. Default 100 ms.
    pub first_pause: Duration,
    /// No pause is longer. Default 2 s.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 3, first_pause: Duration::from_millis(100), longest_pause: Duration::from_secs(2) }
    }
}

impl RetryPolicy {
    /// The pause after the given number of failures, or `None` when it is time to give up: attempts used up, or too little time
    /// left for the pause and another attempt.
    pub(crate) fn pause(&self, failures: u32, left: Duration, jitter: &mut Jitter) -> Option<Duration> {
        if failures >= self.max_attempts {
            return None;
        }
        let doublings = failures.saturating_sub(1).min(30);
        let ceiling = self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause);
        let pause = ceiling.mul_f64(jitter.next_fraction());
        (pause + LEAST_ATTEMPT <= left).then_some(pause)
    }
}

/// Full jitter from a small generator (`SplitMix64`), so that many functions failing at once do not come back at once.
#[derive(Clone, Debug)]
pub(crate) struct Jitter {
    state: u64,
}

impl Jitter {
    /// The same names give the same draws, so that a run can be repeated.
    pub(crate) fn seeded(names: &[&str]) -> Self {
        // FNV-1a: stable across releases, which the standard hasher does not promise.
        let take = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let mut state = 0xcbf2_9ce4_8422_2325;
        for name in names {
            state = take(name.as_bytes().iter().fold(state, take), &0);
        }
        Self { state }
    }

    /// A number from 0 up to, not including, 1.
    fn next_fraction(&mut self) -> f64 {
        let top = u32::try_from(self.next_bits() >> 32).expect("32 bits are left");
        f64::from(top) / 4_294_967_296.0
    }

    /// The next draw.
    pub(crate) fn next_bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The time an invocation may spend: the configured budget, cut to what Lambda leaves.
///
/// A deadline that is already past says nothing about the time left, because `cargo lambda watch` sends a constant one of 1970;
/// the configured budget holds then.
pub(crate) fn time_budget(configured: Duration, deadline_ms: u64, now: SystemTime) -> Duration {
    let deadline = UNIX_EPOCH.checked_add(Duration::from_millis(deadline_ms));
    match deadline.map(|deadline| deadline.duration_since(now)) {
        Some(Ok(left)) if !left.is_zero() => configured.min(left.saturating_sub(SAFETY)),
        _ => configured,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const PLENTY: Duration = Duration::from_mins(1);

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    #[rstest]
    #[case::plenty(1_700_000_060_000, Duration::from_secs(8))]
    #[case::two_seconds(1_700_000_002_000, Duration::from_millis(1500))]
    #[case::less_than_the_safety(1_700_000_000_400, Duration::ZERO)]
    #[case::the_constant_of_cargo_lambda(600_000, Duration::from_secs(8))]
    #[case::exactly_now(1_700_000_000_000, Duration::from_secs(8))]
    #[case::none(0, Duration::from_secs(8))]
    #[case::absurd(u64::MAX, Duration::from_secs(8))]
    fn the_budget_follows_the_deadline(#[case] deadline_ms: u64, #[case] budget: Duration) {
        assert_eq!(time_budget(Duration::from_secs(8), deadline_ms, now()), budget);
    }

    #[test]
    fn the_default_policy_asks_three_times() {
        let mut jitter = Jitter::seeded(&["request", "load"]);
        let policy = RetryPolicy::default();
        let pauses: Vec<_> = (1..=4).map(|failures| policy.pause(failures, PLENTY, &mut jitter).is_some()).collect();
        assert_eq!(pauses, [true, true, false, false]);
    }

    #[test]
    fn one_attempt_means_no_retry() {
        let policy = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
        assert_eq!(policy.pause(1, PLENTY, &mut Jitter::seeded(&[])), None);
    }

    #[test]
    fn without_time_for_another_attempt_there_is_no_pause() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.pause(1, Duration::from_millis(49), &mut Jitter::seeded(&[])), None);
    }

    #[test]
    fn jitter_spreads_over_the_whole_range() {
        let mut jitter = Jitter::seeded(&["request", "load"]);
        let draws: Vec<_> = (0..1000).map(|_| jitter.next_fraction()).collect();
        assert!(draws.iter().any(|draw| *draw < 0.02) && draws.iter().any(|draw| *draw > 0.98));
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
    }

    proptest! {
        #[test]
        fn a_pause_never_outgrows_its_ceiling_or_the_time_left(
            failures in 1..u32::MAX, left_ms in 0..10_000_u64, request in ".*", load in ".*",
        ) {
            let policy = RetryPolicy { max_attempts: u32::MAX, ..RetryPolicy::default() };
            let left = Duration::from_millis(left_ms);
            let mut jitter = Jitter::seeded(&[&request, &load]);
            let pause = policy.pause(failures, left, &mut jitter.clone());
            prop_assert_eq!(pause, policy.pause(failures, left, &mut jitter), "the same seed draws the same pause");
            if let Some(pause) = pause {
                prop_assert!(pause <= Duration::from_millis(100 << (failures - 1).min(10)));
                prop_assert!(pause <= policy.longest_pause);
                prop_assert!(pause < left);
            }
        }
    }
}
