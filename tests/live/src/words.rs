//! Numbers with their nouns.

use std::fmt::Display;
use std::time::Duration;

/// `1 load`, `0 loads`, `2 loads`.
pub(crate) fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// `12 min 5 s`, or `45 s`. Less than a second is one: something was done.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(0, "0 loads")]
    #[case::one(1, "1 load")]
    #[case::two(2, "2 loads")]
    fn a_noun_fits_its_number(#[case] number: u32, #[case] text: &str) {
        assert_eq!(count(number, "load"), text);
    }

    #[rstest]
    #[case::nothing(0, "0 s")]
    #[case::an_instant(1, "1 s")]
    #[case::seconds(45_000, "45 s")]
    #[case::minutes(720_000, "12 min")]
    #[case::both(725_000, "12 min 5 s")]
    #[case::hours(3_600_000, "60 min")]
    fn a_time_is_told_in_minutes_and_seconds(#[case] millis: u64, #[case] text: &str) {
        assert_eq!(time(Duration::from_millis(millis)), text);
    }
}
