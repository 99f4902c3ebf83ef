//! How long a scenario takes on a live cluster. These are estimates: no run was measured yet. All arithmetic about them is here.

use std::time::Duration;

use crate::Dataset;

/// What a scenario takes beside its loads: questions and answers.
const SCENARIO: Duration = Duration::from_secs(3);
/// What a deadline gives to a cluster that is slow about everything.
const GRACE: Duration = Duration::from_mins(1);
/// A deadline is this many times the estimate.
const PATIENCE: u32 = 6;

/// How long a scenario with these loads takes, about: one load comes after the other.
pub(crate) fn takes(loads: impl IntoIterator<Item = Dataset>) -> Duration {
    SCENARIO + loads.into_iter().map(load).sum::<Duration>()
}

/// How long a scenario that takes so long is waited for. What has not come then is inconclusive.
pub(crate) fn deadline(takes: Duration) -> Duration {
    GRACE + PATIENCE * takes
}

fn load(dataset: Dataset) -> Duration {
    match dataset {
        Dataset::Valid | Dataset::Malformed => Duration::from_secs(10),
        Dataset::Large => Duration::from_secs(45),
    }
}

/// Whole minutes, rounded up: a second more than a budget is more.
pub(crate) fn minutes(time: Duration) -> u128 {
    time.as_millis().div_ceil(60_000)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::no_load(&[], 3, 78)]
    #[case::valid(&[Dataset::Valid], 13, 138)]
    #[case::malformed(&[Dataset::Malformed], 13, 138)]
    #[case::large(&[Dataset::Large], 48, 348)]
    #[case::one_after_the_other(&[Dataset::Large, Dataset::Valid, Dataset::Valid], 68, 468)]
    fn loads_take_time_and_deadlines_are_patient(#[case] loads: &[Dataset], #[case] secs: u64, #[case] deadline_secs: u64) {
        let takes = takes(loads.iter().copied());
        assert_eq!((takes.as_secs(), deadline(takes).as_secs()), (secs, deadline_secs));
    }

    #[rstest]
    #[case::nothing(0, 0)]
    #[case::a_second(1, 1)]
    #[case::a_minute(60, 1)]
    #[case::a_second_more(61, 2)]
    fn minutes_are_rounded_up(#[case] secs: u64, #[case] expected: u128) {
        assert_eq!(minutes(Duration::from_secs(secs)), expected);
    }
}
