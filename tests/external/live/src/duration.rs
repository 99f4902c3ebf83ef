//! Times as people type them for a live run: `90s`, `30m`, `1h`.

use std::time::Duration;

use neptune_text::parse_duration;

/// The longest time. A longer one is a typing error.
const LONGEST: Duration = Duration::from_hours(24);

/// Reads a time: a number and a unit, up to 24 hours. `30min` is the same as `30m`.
///
/// # Errors
/// It is not written so, is zero, or is longer than a day.
pub fn duration(text: &str) -> Result<Duration, String> {
    let minutes = text.strip_suffix("min").map(|number| format!("{number}m"));
    let time = parse_duration(minutes.as_deref().unwrap_or(text)).map_err(|error| error.to_string())?;
    let is_in_range = !time.is_zero() && time <= LONGEST;
    if is_in_range { Ok(time) } else { Err(format!("`{text}` is out of range: write more than zero and at most `24h`")) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::seconds("90s", 90)]
    #[case::minutes("30min", 1800)]
    #[case::hours("1h", 3600)]
    #[case::a_day("24h", 86_400)]
    #[case::minutes_in_short("30m", 1800)]
    #[case::a_fraction("1.5h", 5400)]
    #[case::a_space("30 min", 1800)]
    fn a_time_is_a_number_with_its_unit(#[case] text: &str, #[case] secs: u64) {
        assert_eq!(duration(text), Ok(Duration::from_secs(secs)));
    }

    #[rstest]
    #[case::no_unit("30", "`30` has no unit: write `30s` if you mean seconds (the units are ms, s, m, h, d)")]
    #[case::no_number("min", "`m` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::nothing("", "no duration is given: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::none_at_all("0s", "`0s` is out of range: write more than zero and at most `24h`")]
    #[case::sign("+30s", "`+30s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::too_many_days("30d", "`30d` is out of range: write more than zero and at most `24h`")]
    #[case::longer_than_a_day("25h", "`25h` is out of range: write more than zero and at most `24h`")]
    #[case::immense("18446744073709551615h", "`18446744073709551615h` is too long: 100 years (36500d) is the most")]
    #[case::umlaut("30ä", "`ä` is not a unit: `30ä` needs one of ms, s, m, h, d")]
    fn any_other_text_is_refused(#[case] text: &str, #[case] message: &str) {
        assert_eq!(duration(text).unwrap_err(), message);
    }
}
