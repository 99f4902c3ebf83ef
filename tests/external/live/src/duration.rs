//! Times as people type them: `30min`, `90s`, `1h`.

use std::time::Duration;

/// Reads a time: a whole number, and `s`, `min` or `h` behind it.
///
/// # Errors
/// It is not spelt so, is nothing, or is longer than a day, which is a typing error.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "s" => Some(1),
        "min" => Some(60),
        "h" => Some(3600),
        _ => None,
    };
    let time = seconds.zip(number.parse::<u64>().ok()).and_then(|(seconds, number)| number.checked_mul(seconds));
    match time {
        Some(time @ 1..=86_400) => Ok(Duration::from_secs(time)),
        _ => Err(format!("`{text}` is no time: write a number and `s`, `min` or `h`, like `30min`, up to `24h`")),
    }
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
    fn a_time_is_a_number_with_its_unit(#[case] text: &str, #[case] secs: u64) {
        assert_eq!(duration(text), Ok(Duration::from_secs(secs)));
    }

    #[rstest]
    #[case::no_unit("30")]
    #[case::no_number("min")]
    #[case::nothing("")]
    #[case::none_at_all("0s")]
    #[case::sign("+30s")]
    #[case::fraction("1.5h")]
    #[case::space("30 min")]
    #[case::another_unit("30d")]
    #[case::longer_than_a_day("25h")]
    #[case::immense("18446744073709551615h")]
    #[case::umlaut("30ä")]
    fn what_is_no_time_is_refused(#[case] text: &str) {
        assert_eq!(
            duration(text).unwrap_err(),
            format!("`{text}` is no time: write a number and `s`, `min` or `h`, like `30min`, up to `24h`")
        );
    }
}
