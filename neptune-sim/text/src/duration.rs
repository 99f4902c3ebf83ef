//! Durations as people write them: a whole number and a unit, `250ms`, `5s`, `2m`, `1h`, `3d`.

use std::time::Duration;

/// The units, and how many milliseconds each has.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// What [`parse_duration`] reads, as a regular expression for schemas.
pub const DURATION_PATTERN: &str = r"^\s*[0-9]+\s*(ms|s|m|h|d)\s*$";

/// The longest duration that [`parse_duration`] reads: 100 years. Beyond it, simulated moments could not be represented.
pub const LONGEST_DURATION: Duration = Duration::from_hours(100 * 365 * 24);

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is no text.
    #[error("no duration is given: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    Missing,
    /// There is a number and nothing else.
    #[error("`{0}` has no unit: write `{0}s` if you mean seconds (the units are ms, s, m, h, d)")]
    UnitMissing(String),
    /// The unit is none of ours.
    #[error("`{unit}` is not a unit: `{text}` needs one of ms, s, m, h, d")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// What stands where the unit should.
        unit: String,
    },
    /// The number is a fraction, which can be written as a whole number of milliseconds.
    #[error("`{text}` is a fraction: write whole milliseconds, `{millis}ms`")]
    Fraction {
        /// The whole text.
        text: String,
        /// The same in milliseconds, rounded up.
        millis: u64,
    },
    /// What stands before the unit is not a whole number.
    #[error("`{0}` is not a duration: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    NotANumber(String),
    /// Longer than 100 years.
    #[error("`{0}` is too long: 100 years (36500d) is the most")]
    TooLarge(String),
}

/// Reads a duration: a whole number followed by `ms`, `s`, `m`, `h` or `d`. Zero is a duration, 100 years are the most.
///
/// # Errors
/// [`DurationError`] says what is missing and how to write it.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DurationError::Missing);
    }
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    if number.is_empty() || unit.starts_with(['.', ',', '_']) {
        let text = text.to_owned();
        return Err(match millis_of_fraction(&text) {
            Some(millis) => DurationError::Fraction { text, millis },
            None => DurationError::NotANumber(text),
        });
    }
    let unit = unit.trim_start();
    if unit.is_empty() {
        return Err(DurationError::UnitMissing(number.to_owned()));
    }
    let Some((_, unit_millis)) = UNITS.into_iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned() });
    };
    let millis = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit_millis));
    let duration = millis.map(Duration::from_millis).filter(|duration| *duration <= LONGEST_DURATION);
    duration.ok_or_else(|| DurationError::TooLarge(text.to_owned()))
}

/// A duration as [`parse_duration`] reads it: in seconds if they are whole, otherwise in milliseconds. What is shorter than a millisecond is left
/// out.
pub fn duration_text(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis.is_multiple_of(1000) { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}

/// What a clock reads that began so long ago, in tenths of a second: `0:47.0`, `1:02:05.3`, `2 d 1:02:05.3`. What is shorter is left out. For
/// people alone: nothing reads it.
pub fn clock_text(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let rest = format!("{:02}.{}", seconds % 60, time.subsec_millis() / 100);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{rest}"),
        (0, _) => format!("{hours}:{minutes:02}:{rest}"),
        _ => format!("{days} d {hours}:{minutes:02}:{rest}"),
    }
}

/// The milliseconds of `1.5s`, rounded up.
fn millis_of_fraction(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.')?);
    let (_, unit_millis) = UNITS.into_iter().find(|(name, _)| *name == unit.trim_start())?;
    let unit = Duration::from_millis(unit_millis).as_secs_f64();
    let seconds = number.parse::<f64>().ok()? * unit;
    let millis = Duration::try_from_secs_f64(seconds).ok()?.as_micros().div_ceil(1000);
    Some(u64::try_from(millis).ok()?.max(u64::from(seconds > 0.0)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_beginning(0, "0:00.0")]
    #[case::a_part_is_cut(3_099, "0:03.0")]
    #[case::minutes(59_999 + 600_000, "10:59.9")]
    #[case::hours(3_725_300, "1:02:05.3")]
    #[case::days(172_800_000, "2 d 0:00:00.0")]
    fn a_clock_reads_tenths_of_seconds(#[case] millis: u64, #[case] text: &str) {
        assert_eq!(clock_text(Duration::from_millis(millis)), text);
    }

    #[rstest]
    #[case::milliseconds("250ms", 250)]
    #[case::seconds("5s", 5_000)]
    #[case::minutes("2m", 120_000)]
    #[case::hours("1h", 3_600_000)]
    #[case::days("3d", 259_200_000)]
    #[case::nothing("0s", 0)]
    #[case::spaces(" 5 s ", 5_000)]
    #[case::the_longest("36500d", 3_153_600_000_000)]
    fn a_number_with_a_unit_is_a_duration(#[case] text: &str, #[case] millis: u64) {
        assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)));
    }

    #[rstest]
    #[case::no_unit("5", "`5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)")]
    #[case::odd_unit("5 weeks", "`weeks` is not a unit: `5 weeks` needs one of ms, s, m, h, d")]
    #[case::upper_case_unit("5S", "`S` is not a unit: `5S` needs one of ms, s, m, h, d")]
    #[case::no_number("soon", "`soon` is not a duration: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    #[case::nothing("", "no duration is given: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    #[case::next_to_nothing("0.0000001s", "`0.0000001s` is a fraction: write whole milliseconds, `1ms`")]
    #[case::less_than_a_nanosecond("0.00000000001ms", "`0.00000000001ms` is a fraction: write whole milliseconds, `1ms`")]
    #[case::a_fraction_of_nothing("0.0s", "`0.0s` is a fraction: write whole milliseconds, `0ms`")]
    #[case::fraction("1.5s", "`1.5s` is a fraction: write whole milliseconds, `1500ms`")]
    #[case::long_fraction("3.6401592s", "`3.6401592s` is a fraction: write whole milliseconds, `3641ms`")]
    #[case::fraction_of_hours("0.5 h", "`0.5 h` is a fraction: write whole milliseconds, `1800000ms`")]
    #[case::comma("1,5s", "`1,5s` is not a duration: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    #[case::two_points("1.5.5s", "`1.5.5s` is not a duration: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    #[case::negative("-1s", "`-1s` is not a duration: write a whole number and a unit, such as `250ms`, `5s` or `2m`")]
    #[case::too_long("36501d", "`36501d` is too long: 100 years (36500d) is the most")]
    #[case::beyond_64_bits("99999999999999999999s", "`99999999999999999999s` is too long: 100 years (36500d) is the most")]
    fn anything_else_is_an_error_with_a_remedy(#[case] text: &str, #[case] message: &str) {
        assert_eq!(parse_duration(text).unwrap_err().to_string(), message);
    }
}
