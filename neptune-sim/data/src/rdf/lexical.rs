//! Which texts are values of which datatypes. RDF4J's readers do not ask, unless they are told to: a text that is none is loaded as it is, and a filter
//! by its value does not find it.

use std::ops::RangeInclusive;

use super::statement::XSD;
use crate::finding::LiteralFlaw;
use crate::value::{is_day, is_number, is_time, split_digits, split_sign};

/// Why a text does not keep its value, and the name of its datatype, if that is one of XML Schema's that are in use (XML Schema 1.1 Part 2, section 3.3).
pub(super) fn flaw_of<'a>(text: &str, datatype: &'a str) -> Option<(LiteralFlaw, &'a str)> {
    let name = datatype.strip_prefix(XSD)?;
    let text = text.as_bytes();
    let (_, unsigned) = split_sign(text);
    let is_value = match name {
        "boolean" => matches!(text, b"true" | b"false" | b"1" | b"0"),
        "integer" | "long" | "int" | "short" | "byte" | "nonNegativeInteger" | "positiveInteger" | "unsignedLong"
        | "unsignedInt" | "unsignedShort" | "unsignedByte" | "nonPositiveInteger" | "negativeInteger" => {
            !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit) && range_of(name).contains(&number(text))
        }
        "decimal" => is_number(unsigned) && !unsigned.contains(&b'e') && !unsigned.contains(&b'E'),
        "double" | "float" => matches!(text, b"INF" | b"+INF" | b"-INF" | b"NaN") || is_number(unsigned),
        "date" => is_date(text),
        "dateTime" | "dateTimeStamp" => is_date_time(text),
        _ => true,
    };
    let flaw = match name {
        _ if !is_value => LiteralFlaw::IllTyped,
        "integer" | "decimal" | "nonNegativeInteger" | "positiveInteger" if is_beyond_64_bits(text) => {
            LiteralFlaw::Beyond64Bits
        }
        _ => return None,
    };
    Some((flaw, name))
}

/// Which whole numbers a datatype has.
fn range_of(name: &str) -> RangeInclusive<i128> {
    match name {
        "long" => i64::MIN.into()..=i64::MAX.into(),
        "int" => i32::MIN.into()..=i32::MAX.into(),
        "short" => i16::MIN.into()..=i16::MAX.into(),
        "byte" => i8::MIN.into()..=i8::MAX.into(),
        "unsignedLong" => 0..=u64::MAX.into(),
        "unsignedInt" => 0..=u32::MAX.into(),
        "unsignedShort" => 0..=u16::MAX.into(),
        "unsignedByte" => 0..=u8::MAX.into(),
        "nonNegativeInteger" => 0..=i128::MAX,
        "positiveInteger" => 1..=i128::MAX,
        "nonPositiveInteger" => i128::MIN..=0,
        "negativeInteger" => i128::MIN..=-1,
        _ => i128::MIN..=i128::MAX,
    }
}

/// A whole number, or the one that is farthest from zero if it does not fit.
fn number(text: &[u8]) -> i128 {
    let farthest = if text.starts_with(b"-") { i128::MIN } else { i128::MAX };
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(farthest)
}

/// Whether the whole part of a number does not fit.
fn is_beyond_64_bits(text: &[u8]) -> bool {
    let (sign, digits) = split_sign(text);
    let (whole, _) = split_digits(digits);
    let most: &[u8] = if sign == Some(b'-') { b"9223372036854775808" } else { b"9223372036854775807" };
    let whole = &whole[whole.iter().take_while(|digit| **digit == b'0').count()..];
    (whole.len(), whole) > (most.len(), most)
}

/// `2024-02-29`, `2024-02-29Z`, `2024-02-29+01:00`
fn is_date(text: &[u8]) -> bool {
    split_day(text).is_some_and(is_zone)
}

/// `2024-02-29T10:15:30`, with a fraction or a zone or without.
fn is_date_time(text: &[u8]) -> bool {
    let Some([b'T', rest @ ..]) = split_day(text) else { return false };
    let Some((time, rest)) = rest.split_at_checked("10:15:30".len()) else { return false };
    let (fraction, zone) = rest.strip_prefix(b".").map_or((&b"0"[..], rest), split_digits);
    (is_time(time) || time == b"24:00:00") && !fraction.is_empty() && is_zone(zone)
}

/// What follows the day at the beginning. Of a year with more digits than four, or before the first one, only the shape is looked at.
fn split_day(text: &[u8]) -> Option<&[u8]> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (year, _) = split_digits(unsigned);
    let (day, rest) = unsigned.split_at_checked(year.len() + "-02-29".len())?;
    let is_usual = year.len() == 4 && unsigned.len() == text.len();
    // 2000 is a leap year.
    let is_day = if is_usual { is_day(day) } else { year.len() >= 4 && is_day(&[b"2000", &day[year.len()..]].concat()) };
    is_day.then_some(rest)
}

/// Whether a text is a zone or empty.
fn is_zone(text: &[u8]) -> bool {
    match text {
        [] | b"Z" => true,
        [b'+' | b'-', offset @ ..] => offset.len() == "01:00".len() && is_time(offset) && offset <= b"14:00",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("boolean", &["true", "false", "1", "0"], &["Y", "True", "TRUE", "", "yes"])]
    #[case("integer", &["0", "-7", "+007", "0009223372036854775807", "-9223372036854775808"], &["41.0", "1e3", "", "-", "1 000", "1,000", " 1"])]
    #[case("nonNegativeInteger", &["7", "0", "-0"], &["7.0", "-1", "-99999999999999999999999999999999999999999"])]
    #[case("positiveInteger", &["1"], &["0", "-1"])]
    #[case("negativeInteger", &["-1", "-99999999999999999999999999999999999999999"], &["0", "1"])]
    #[case("nonPositiveInteger", &["0", "-1"], &["1"])]
    #[case("long", &["9223372036854775807", "-9223372036854775808"], &["9223372036854775808", "-9223372036854775809", "9223372036854775806.0"])]
    #[case("int", &["2147483647", "-2147483648"], &["2147483648", "-2147483649", "9223372036854775807"])]
    #[case("short", &["32767", "-32768"], &["32768", "-32769"])]
    #[case("byte", &["127", "-128"], &["128", "-129"])]
    #[case("unsignedLong", &["18446744073709551615", "0"], &["18446744073709551616", "-1"])]
    #[case("unsignedInt", &["4294967295"], &["4294967296", "-1"])]
    #[case("unsignedShort", &["65535"], &["65536"])]
    #[case("unsignedByte", &["255"], &["256"])]
    #[case("decimal", &["1.50", "-.5", "5.", "+7", "0"], &["1.234,50", "1e3", ".", "", "NaN", "1.2.3"])]
    #[case("double", &["1", "1.5E3", "-1e-7", "INF", "-INF", "NaN", ".5e+3"], &["inf", "nan", "Infinity", "1,5", "1e", "e5", "1d", ""])]
    #[case("float", &["3.14"], &["NAN"])]
    #[case("date", &["2024-02-29", "2024-02-29Z", "2024-02-28-05:00", "-0044-03-15", "12024-01-01", "2024-02-29+14:00"],
        &["2023-02-29", "12/31/2020", "20240229", "2024-2-9", "2024-02-29T00:00:00", "2024-02-29+15:00", "2024-02-29+0100", "24-01-01", ""])]
    #[case("dateTime", &["2024-02-29T10:15:30", "2024-02-29T10:15:30.123456789Z", "2024-02-29T10:15:30+01:00", "2024-02-29T24:00:00"],
        &["2024-02-29 10:15:30", "2024-02-29", "2024-02-29T10:15", "2024-02-29T10:15:30.", "2024-02-29T10:15:30+0100", "2024-02-29T25:00:00", "2024-02-29T10:15:30z"])]
    #[case("string", &["anything"], &[])]
    #[case("gYear", &["not looked at"], &[])]
    fn a_text_is_a_value_or_is_none(#[case] name: &str, #[case] values: &[&str], #[case] others: &[&str]) {
        let datatype = format!("{XSD}{name}");
        for value in values {
            assert_eq!(flaw_of(value, &datatype), None, "{value}");
        }
        for other in others {
            assert_eq!(flaw_of(other, &datatype), Some((LiteralFlaw::IllTyped, name)), "{other}");
        }
    }

    #[rstest]
    #[case("integer", "9223372036854775808")]
    #[case("integer", "-9223372036854775809")]
    #[case("integer", "99999999999999999999999999999999999999999")]
    #[case("decimal", "123456789012345678901234567890.5")]
    fn a_number_that_does_not_fit_is_known(#[case] name: &str, #[case] text: &str) {
        assert_eq!(flaw_of(text, &format!("{XSD}{name}")), Some((LiteralFlaw::Beyond64Bits, name)));
    }

    #[test]
    fn of_other_datatypes_nothing_is_said() {
        assert_eq!(flaw_of("x", "http://example.com/integer"), None);
    }
}
