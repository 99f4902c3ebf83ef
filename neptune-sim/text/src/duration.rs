//! Durations as people write them: a number and a unit, `250ms`, `1.5s`, `2m`, `1h`, `3d`.

use std::time::Duration;

/// The units, and how many milliseconds each has.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// How many digits of a fraction count. With more of them that are not zeros at the end, it is no whole number of milliseconds in any unit.
const MOST_DIGITS: usize = 11;

/// What [`parse_duration`] reads, as a regular expression for schemas.
pub const DURATION_PATTERN: &str = r"^\s*[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)\s*$";

/// The longest duration that [`parse_duration`] reads: 100 years. Beyond it, simulated moments could not be represented.
pub const LONGEST_DURATION: Duration = Duration::from_hours(100 * 365 * 24);

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is no text.
    #[error("no duration is given: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
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
    /// The number is a fraction that is no whole number of milliseconds.
    #[error("`{text}` is finer than a millisecond: write `{millis}ms`")]
    TooFine {
        /// The whole text.
        text: String,
        /// The same in milliseconds, rounded up.
        millis: u64,
    },
    /// What stands before the unit is not a number.
    #[error("`{0}` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    NotANumber(String),
    /// Longer than 100 years.
    #[error("`{0}` is too long: 100 years (36500d) is the most")]
    TooLarge(String),
}

/// Reads a duration: a number followed by `ms`, `s`, `m`, `h` or `d`. The number may have decimals after a point, if the duration is a whole number
/// of milliseconds. Zero is a duration, 100 years are the most.
///
/// # Errors
/// [`DurationError`] says what is missing and how to write it.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DurationError::Missing);
    }
    let number_ends = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '_'));
    let (number, unit) = text.split_at(number_ends.unwrap_or(text.len()));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let are_digits = [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !are_digits {
        return Err(DurationError::NotANumber(text.to_owned()));
    }
    let unit = unit.trim_start();
    if unit.is_empty() {
        return Err(DurationError::UnitMissing(number.to_owned()));
    }
    let Some((_, unit_millis)) = UNITS.into_iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned() });
    };
    let too_long = || DurationError::TooLarge(text.to_owned());
    let millis = whole.parse::<u64>().ok().and_then(|number| number.checked_mul(unit_millis)).ok_or_else(too_long)?;
    let (more_millis, is_exact) = millis_of_fraction(fraction, unit_millis);
    let millis = millis.checked_add(more_millis).ok_or_else(too_long)?;
    match Duration::from_millis(millis) {
        duration if duration > LONGEST_DURATION => Err(too_long()),
        duration if is_exact => Ok(duration),
        _ => Err(DurationError::TooFine { text: text.to_owned(), millis }),
    }
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

/// The milliseconds of a fraction of a unit, rounded up, and whether they are exact.
fn millis_of_fraction(digits: &str, unit_millis: u64) -> (u64, bool) {
    let digits = digits.trim_end_matches('0');
    let counted = &digits[..digits.len().min(MOST_DIGITS)];
    // Of `.0`, no digit is left.
    let parts = counted.parse::<u64>().unwrap_or(0) * unit_millis;
    let parts_of_a_milli = counted.bytes().fold(1, |parts, _| parts * 10);
    let is_exact = counted == digits && parts.is_multiple_of(parts_of_a_milli);
    (parts / parts_of_a_milli + u64::from(!is_exact), is_exact)
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
    #[case::decimals("38.5s", 38_500)]
    #[case::decimals_of_minutes("1.5m", 90_000)]
    #[case::decimals_of_hours("0.25 h", 900_000)]
    #[case::all_that_a_day_can_have("0.0009765625d", 84_375)]
    #[case::zeros_at_the_end("1.5000000000000000000000000s", 1_500)]
    #[case::no_decimals("250.0ms", 250)]
    fn a_number_with_a_unit_is_a_duration(#[case] text: &str, #[case] millis: u64) {
        assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)));
    }

    #[rstest]
    #[case::no_unit("5", "`5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)")]
    #[case::odd_unit("5 weeks", "`weeks` is not a unit: `5 weeks` needs one of ms, s, m, h, d")]
    #[case::upper_case_unit("5S", "`S` is not a unit: `5S` needs one of ms, s, m, h, d")]
    #[case::no_number("soon", "`soon` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::nothing("", "no duration is given: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::decimals_without_unit(
        "38.5",
        "`38.5` has no unit: write `38.5s` if you mean seconds (the units are ms, s, m, h, d)"
    )]
    #[case::next_to_nothing("0.0000001s", "`0.0000001s` is finer than a millisecond: write `1ms`")]
    #[case::less_than_a_nanosecond("0.00000000001ms", "`0.00000000001ms` is finer than a millisecond: write `1ms`")]
    #[case::parts_of_a_millisecond("1.5ms", "`1.5ms` is finer than a millisecond: write `2ms`")]
    #[case::long_fraction("3.6401592s", "`3.6401592s` is finer than a millisecond: write `3641ms`")]
    #[case::longer_fraction(
        "0.50000000000000000001d",
        "`0.50000000000000000001d` is finer than a millisecond: write `43200001ms`"
    )]
    #[case::nothing_after_the_point(
        "1.s",
        "`1.s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`"
    )]
    #[case::nothing_before_the_point(
        ".5s",
        "`.5s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`"
    )]
    #[case::comma("1,5s", "`1,5s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::two_points("1.5.5s", "`1.5.5s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::negative("-1s", "`-1s` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`")]
    #[case::a_little_too_long("36500.00000001d", "`36500.00000001d` is too long: 100 years (36500d) is the most")]
    #[case::too_long("36501d", "`36501d` is too long: 100 years (36500d) is the most")]
    #[case::beyond_64_bits("99999999999999999999s", "`99999999999999999999s` is too long: 100 years (36500d) is the most")]
    fn anything_else_is_an_error_with_a_remedy(#[case] text: &str, #[case] message: &str) {
        assert_eq!(parse_duration(text).unwrap_err().to_string(), message);
    }
}
