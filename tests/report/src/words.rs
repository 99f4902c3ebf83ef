//! Times in words.

use std::time::Duration;

/// A time in words: `1.23 s` below a minute, then `12 min 5 s`.
pub fn duration(time: Duration) -> String {
    if time < Duration::from_mins(1) {
        return format!("{:.2} s", time.as_secs_f64());
    }
    let seconds = time.as_millis().div_ceil(1000);
    match (seconds / 60, seconds % 60) {
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing(0, "0.00 s")]
    #[case::an_instant(1234, "1.23 s")]
    #[case::seconds(45_000, "45.00 s")]
    #[case::minutes(720_000, "12 min")]
    #[case::both(725_000, "12 min 5 s")]
    #[case::hours(3_600_000, "60 min")]
    fn a_time_is_given_in_minutes_and_seconds(#[case] millis: u64, #[case] text: &str) {
        assert_eq!(duration(Duration::from_millis(millis)), text);
    }
}
