//! Texts that stand for values: `1`, `01` and `+1` are one number, and a load counts the second as a duplicate of the first.
//!
//! That it compares values is inferred: the user guide says of dates only that they are stored as a number. Values of different types are different
//! ones, because the loader keeps the type with the value.

use std::borrow::Cow;

use time::{Date, Month};

use crate::value::{Type, remark_on_string, split_digits, split_sign};

/// So many digits of a `Float` are kept whatever they are. More may be another way to write the same value.
const DIGITS_OF_FLOAT: usize = f32::DIGITS as usize;
/// The same of a `Double`.
const DIGITS_OF_DOUBLE: usize = f64::DIGITS as usize;

/// Whether a text is a value of the type and stands for it, as most do. Of any other text, [`Type::check`] and [`canonical`] take longer to say more.
#[inline]
pub(crate) fn is_usual(of: Type, text: &[u8]) -> bool {
    match of {
        Type::String => remark_on_string(text).is_none(),
        Type::Bool => matches!(text, b"true" | b"false"),
        Type::Byte => is_usual_number(text, 2),
        Type::Short => is_usual_number(text, 4),
        Type::Int => is_usual_number(text, 9),
        Type::Long => is_usual_number(text, 18),
        Type::Float => is_usual_decimal(text, DIGITS_OF_FLOAT),
        Type::Double => is_usual_decimal(text, DIGITS_OF_DOUBLE),
        Type::Date => false,
    }
}

/// Digits, so few that they fit, and no zero before them.
fn is_usual_number(text: &[u8], most: usize) -> bool {
    text.len() <= most && matches!(text, [b'1'..=b'9', digits @ ..] if digits.iter().all(u8::is_ascii_digit)) || text == b"0"
}

/// The same with a fraction, which does not end with a zero, or without one.
fn is_usual_decimal(text: &[u8], most: usize) -> bool {
    let (whole, rest) = split_digits(text);
    match rest {
        [] => is_usual_number(whole, most),
        [b'.', digits @ .., b'1'..=b'9'] => {
            is_usual_number(whole, most) && text.len() <= most && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The text that stands for all texts of the same value. The text is a value of the type. Of most texts, it is a part.
pub(crate) fn canonical(of: Type, text: &[u8]) -> Cow<'_, [u8]> {
    match of {
        Type::String => text.into(),
        Type::Bool => if text.eq_ignore_ascii_case(b"true") { &b"true"[..] } else { b"false" }.into(),
        Type::Byte | Type::Short | Type::Int | Type::Long => plain(text, usize::MAX).unwrap_or_else(|| parsed::<i64>(text)),
        Type::Float => plain(text, DIGITS_OF_FLOAT).unwrap_or_else(|| parsed::<f32>(text)),
        Type::Double => plain(text, DIGITS_OF_DOUBLE).unwrap_or_else(|| parsed::<f64>(text)),
        Type::Date => date(text),
    }
}

/// A number without anything that says nothing: a plus, zeros before it, and zeros at the end of its fraction. `None` if it is written in a rare
/// way, or with more digits than these.
fn plain(text: &[u8], most_digits: usize) -> Option<Cow<'_, [u8]>> {
    let (sign, digits) = split_sign(text);
    let (whole, rest) = split_digits(digits);
    let fraction = rest.strip_prefix(b".").unwrap_or_default();
    let is_plain = !whole.is_empty() && fraction.iter().all(u8::is_ascii_digit) && whole.len() + fraction.len() <= most_digits;
    if !is_plain || fraction.is_empty() && !rest.is_empty() || sign == Some(b'-') && whole.starts_with(b"0") {
        return None;
    }
    let zeros = whole.iter().take(whole.len() - 1).take_while(|digit| **digit == b'0').count();
    let start = text.len() - digits.len() + zeros - usize::from(sign == Some(b'-'));
    let silent = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
    let end = if silent == fraction.len() { text.len() - rest.len() } else { text.len() - silent };
    Some(text[start..end].into())
}

/// A number as Rust writes it, which is as above.
fn parsed<T: std::str::FromStr + ToString>(text: &[u8]) -> Cow<'_, [u8]> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<T>().ok());
    match number.map(|number| number.to_string()) {
        Some(number) if number == "-0" => b"0"[..].into(),
        Some(number) => number.into_bytes().into(),
        None => text.into(),
    }
}

/// A day; of a moment within a day, the seconds since one in the past, with their fraction.
fn date(text: &[u8]) -> Cow<'_, [u8]> {
    let Some((day, [_, time @ ..])) = text.split_at_checked(10) else { return text.into() };
    moment(day, time).map_or(text.into(), |moment| moment.into_bytes().into())
}

fn moment(day: &[u8], time: &[u8]) -> Option<String> {
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<i64>().ok();
    let month = Month::try_from(u8::try_from(number(&day[5..7])?).ok()?).ok()?;
    let day = Date::from_calendar_date(number(&day[..4])?.try_into().ok()?, month, number(&day[8..])?.try_into().ok()?).ok()?;
    let (clock, zone) = time.split_at(time.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-')).unwrap_or(time.len()));
    let (clock, fraction) = clock.split_at(clock.iter().position(|byte| *byte == b'.').unwrap_or(clock.len()));
    let mut seconds = i64::from(day.to_julian_day()) * 86_400;
    for (part, each) in clock.split(|byte| *byte == b':').zip([3600, 60, 1]) {
        seconds += number(part)? * each;
    }
    if let (Some(sign), offset) = split_sign(zone) {
        let minutes = number(&offset[..2])? * 60 + number(&offset[offset.len() - 2..])?;
        seconds += if sign == b'+' { -60 } else { 60 } * minutes;
    }
    let fraction = std::str::from_utf8(fraction).ok()?.trim_end_matches(['0', '.']);
    if fraction.is_empty() && seconds % 86_400 == 0 {
        return Some(Date::from_julian_day((seconds / 86_400).try_into().ok()?).ok()?.to_string());
    }
    Some(format!("{seconds}{fraction}"))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn text(of: Type, text: &str) -> String {
        String::from_utf8(canonical(of, text.as_bytes()).into_owned()).unwrap()
    }

    #[rstest]
    #[case::whole(Type::Int, &["1", "01", "+1", "+001"])]
    #[case::zero(Type::Long, &["0", "-0", "00", "-00", "+0"])]
    #[case::below_zero(Type::Byte, &["-7", "-007"])]
    #[case::decimal(Type::Double, &["1", "1.0", "1.", "01.00", "1e0", "10e-1", "+1.0"])]
    #[case::a_fraction(Type::Double, &["0.5", ".5", "0.50", "5e-1", "00.5"])]
    #[case::a_fraction_below_zero(Type::Float, &["-0.5", "-.5", "-5e-1", "-00.50"])]
    #[case::no_number(Type::Double, &["NaN", "NaN"])]
    #[case::rounded(Type::Float, &["0.1", "0.100000001", "1.00000001e-1"])]
    #[case::hundred(Type::Double, &["100", "1e2", "100.0"])]
    #[case::yes(Type::Bool, &["true", "TRUE", "True"])]
    #[case::no(Type::Bool, &["false", "False", "0", "no"])]
    #[case::a_day(Type::Date, &["2024-03-01", "2024-03-01T00:00", "2024-03-01T00:00:00", "2024-03-01T00:00:00Z", "2024-03-01T02:00:00+02:00", "2024-02-29T19:00:00.000-0500"])]
    #[case::a_moment(Type::Date, &["2024-03-01T10:15", "2024-03-01T10:15:00.0Z", "2024-03-01T11:45:00+01:30"])]
    #[case::a_fraction_of_a_second(Type::Date, &["1965-07-08T10:15:30.25", "1965-07-08T10:15:30.250Z"])]
    fn texts_of_one_value_have_one_canonical_text(#[case] of: Type, #[case] texts: &[&str]) {
        for other in texts {
            assert!(of.check(other.as_bytes()).is_ok(), "{other}");
            assert_eq!(text(of, other), text(of, texts[0]), "{other}");
        }
    }

    #[rstest]
    #[case(Type::Int, "123456789")]
    #[case(Type::Double, "0.5")]
    #[case(Type::Float, "12.25")]
    #[case(Type::Byte, "7")]
    #[case(Type::Bool, "false")]
    fn most_texts_are_usual(#[case] of: Type, #[case] text: &str) {
        assert!(is_usual(of, text.as_bytes()));
    }

    proptest! {
        #[test]
        fn of_a_usual_text_there_is_nothing_else_to_say(written in "true|false|[+-]?0?[0-9]{0,20}(\\.[0-9]{0,12})?(e2)?") {
            for of in Type::ALL.into_iter().filter(|of| is_usual(*of, written.as_bytes())) {
                prop_assert_eq!(of.check(written.as_bytes()), Ok(None), "{}", of);
                prop_assert_eq!(&text(of, &written), &written);
            }
        }

        #[test]
        fn different_numbers_have_different_texts(one in "-?[0-9]{1,3}(\\.[0-9]{1,3})?", other in "-?[0-9]{1,3}(\\.[0-9]{1,3})?") {
            let [first, second] = [&one, &other].map(|text| text.parse::<f64>().unwrap());
            let is_same = first.partial_cmp(&second) == Some(Ordering::Equal);
            prop_assert_eq!(text(Type::Double, &one) == text(Type::Double, &other), is_same, "{} {}", one, other);
        }

        #[test]
        fn a_canonical_text_is_of_the_same_value(number in any::<f64>(), places in 0..20_usize) {
            for written in [format!("{number}"), format!("{number:e}"), format!("{number:.places$}")] {
                let value: f64 = written.parse().unwrap();
                let canonical = text(Type::Double, &written);
                prop_assert_eq!(canonical.parse::<f64>().unwrap().partial_cmp(&value), Some(Ordering::Equal), "{}", written);
                prop_assert_eq!(&canonical, &text(Type::Double, &format!("{value:e}")));
            }
        }
    }
}
