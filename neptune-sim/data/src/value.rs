//! Data types of properties, and the texts that are values of each.

use std::fmt;

/// The data type of a property, as the user guide lists them ("Gremlin load data format", data types).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `Bool`, `Boolean`.
    Bool,
    /// Eight bits, with sign.
    Byte,
    /// 16 bits.
    Short,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// 32 bits.
    Float,
    /// 64 bits.
    Double,
    /// Any text.
    String,
    /// A date, with or without a time.
    Date,
}

/// What is to be said of a value that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Any text but `true` is false. This one is not `false`.
    CountsAsFalse,
    /// Written otherwise than `true`. The user guide does not say whether case matters; it is taken as true here, as other tools do it.
    TrueInOtherCase,
    /// A time with fractions of a second, which no documented form has; AWS's exporter writes it.
    FractionOfASecond,
    /// A time with an offset. The documented `Z` may stand for it.
    Offset,
}

/// A text that is no value of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue;

impl Type {
    /// Every type.
    pub const ALL: [Self; 9] =
        [Self::Bool, Self::Byte, Self::Short, Self::Int, Self::Long, Self::Float, Self::Double, Self::String, Self::Date];

    /// Reads the name of a type. Case does not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match name {
            _ if is("boolean") => Some(Self::Bool),
            _ if is("datetime") => Some(Self::Date),
            _ => Self::ALL.into_iter().find(|known| is(known.as_str())),
        }
    }

    /// The name in the user guide.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "Bool",
            Self::Byte => "Byte",
            Self::Short => "Short",
            Self::Int => "Int",
            Self::Long => "Long",
            Self::Float => "Float",
            Self::Double => "Double",
            Self::String => "String",
            Self::Date => "Date",
        }
    }

    /// Checks a text without blanks at its ends, and returns what is to be said of it if it is a value of this type.
    ///
    /// # Errors
    /// It is none.
    pub fn check(self, text: &str) -> Result<Option<Remark>, NoValue> {
        let plain = |is_value: bool| if is_value { Ok(None) } else { Err(NoValue) };
        match self {
            Self::String => Ok(None),
            Self::Bool => Ok(remark_on_bool(text)),
            Self::Byte => plain(text.parse::<i8>().is_ok()),
            Self::Short => plain(text.parse::<i16>().is_ok()),
            Self::Int => plain(text.parse::<i32>().is_ok()),
            Self::Long => plain(text.parse::<i64>().is_ok()),
            Self::Float | Self::Double => plain(is_decimal(text)),
            Self::Date => date(text),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn remark_on_bool(text: &str) -> Option<Remark> {
    match text {
        "true" | "false" => None,
        _ if text.eq_ignore_ascii_case("true") => Some(Remark::TrueInOtherCase),
        _ if text.eq_ignore_ascii_case("false") => None,
        _ => Some(Remark::CountsAsFalse),
    }
}

/// Whether a text is a decimal number, in scientific form or not, or `NaN` or `Infinity`.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        "NaN" | "Infinity" => true,
        // Rust also reads `inf`, `nan` and `infinity`, which the loader does not know.
        _ => unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') && unsigned.parse::<f64>().is_ok(),
    }
}

/// Reads `2024-02-29`, `…T10:15`, `…T10:15:30` and the last with `Z`, an offset or a fraction.
fn date(text: &str) -> Result<Option<Remark>, NoValue> {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    match time {
        _ if !is_day(day) => Err(NoValue),
        None => Ok(None),
        Some(time) => time_of_day(time),
    }
}

fn is_day(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

fn time_of_day(text: &str) -> Result<Option<Remark>, NoValue> {
    let (time, rest) = text.split_at_checked(8).unwrap_or((text, ""));
    let parts = numbers(time, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]);
    let [hour, minute, second] = parts.or_else(|| numbers(time, ':', [2, 2, 2])).ok_or(NoValue)?;
    let (zone, has_fraction) = after_fraction(rest).ok_or(NoValue)?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err(NoValue);
    }
    match zone {
        "" | "Z" if has_fraction => Ok(Some(Remark::FractionOfASecond)),
        "" | "Z" => Ok(None),
        _ if is_offset(zone) => Ok(Some(Remark::Offset)),
        _ => Err(NoValue),
    }
}

/// What follows a fraction of a second, and whether there is one.
fn after_fraction(text: &str) -> Option<(&str, bool)> {
    let Some(fraction) = text.strip_prefix('.') else { return Some((text, false)) };
    let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (zone.len() < fraction.len()).then_some((zone, true))
}

/// `+02:00`, `-0500`
fn is_offset(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return false };
    let hours = numbers(offset, ':', [2, 2]).or_else(|| {
        let (hours, minutes) = offset.split_at_checked(2)?;
        Some([digits(hours, 2)?, digits(minutes, 2)?])
    });
    hours.is_some_and(|[hours, minutes]| hours < 24 && minutes < 60)
}

/// Numbers with so many digits each, and this between them.
fn numbers<const N: usize>(text: &str, between: char, lengths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(between);
    let mut read = [0; N];
    for (number, length) in read.iter_mut().zip(lengths) {
        *number = digits(parts.next()?, length)?;
    }
    parts.next().is_none().then_some(read)
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Type::Byte, &["127", "-128", "+5", "007"], &["128", "", "1.0", "0x1", "1_0", "a"])]
    #[case(Type::Short, &["32767"], &["32768"])]
    #[case(Type::Int, &["2147483647", "-2147483648"], &["2147483648", "41.0", "1e3", "null", "True"])]
    #[case(Type::Long, &["9223372036854775807"], &["9223372036854775808", "9223372036854776000"])]
    #[case(Type::Double, &["1", "-0.5", ".5", "5.", "1e-7", "1.0E+308", "NaN", "Infinity", "-Infinity"], &["INF", "inf", "nan", "1,5", "0x1p3", "1d", ""])]
    #[case(Type::Float, &["3.4028236e39"], &["infinity"])]
    #[case(Type::String, &["", "anything"], &[])]
    #[case(Type::Date, &["2024-02-29", "2024-02-29T10:15", "2024-02-29T10:15:30", "2024-02-29T10:15:30Z", "1965-07-08", "0000-01-01"],
        &["2024-02-30", "2023-02-29", "2024-13-01", "2024-02-29T25:00:00Z", "2024-02-29T11:60:00Z", "2024-02-29T23:59:61Z", "2024-2-9",
          "20240229", "1709201730000", "2024-02-29 10:15:30", "Thu Feb 29 10:15:30 UTC 2024", "2024-02-29T10:15:30.Z", "2024-02-29T"])]
    fn a_type_takes_its_values_and_no_others(#[case] of: Type, #[case] values: &[&str], #[case] others: &[&str]) {
        for value in values {
            assert_eq!(of.check(value), Ok(None), "{value}");
        }
        for other in others {
            assert_eq!(of.check(other), Err(NoValue), "{other}");
        }
    }

    #[rstest]
    #[case::python(Type::Bool, "True", Remark::TrueInOtherCase)]
    #[case::a_number(Type::Bool, "1", Remark::CountsAsFalse)]
    #[case::milliseconds(Type::Date, "2024-02-29T10:15:30.123Z", Remark::FractionOfASecond)]
    #[case::milliseconds_without_zone(Type::Date, "2024-02-29T10:15:30.000", Remark::FractionOfASecond)]
    #[case::offset(Type::Date, "2024-02-29T10:15:30+02:00", Remark::Offset)]
    #[case::short_offset(Type::Date, "2024-02-29T10:15:30.5-0500", Remark::Offset)]
    fn some_values_are_taken_with_a_remark(#[case] of: Type, #[case] value: &str, #[case] remark: Remark) {
        assert_eq!(of.check(value), Ok(Some(remark)));
    }

    #[test]
    fn names_of_types_are_read_in_any_case() {
        for (name, read) in [("STRING", Some(Type::String)), ("boolean", Some(Type::Bool)), ("DateTime", Some(Type::Date))] {
            assert_eq!(Type::from_name(name), read);
        }
        assert_eq!(Type::from_name("int64"), None);
    }
}
