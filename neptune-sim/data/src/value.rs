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
    /// A word by which programs mean that there is no value. As a String, it is a text like any other.
    Null,
    /// Such a word where `true` or `false` belongs: it counts as false.
    NullCountsAsFalse,
    /// What a program prints of an object or an array, in place of what is in it: `[object Object]`, `System.String[]`.
    Printed,
    /// A String that ends with a carriage return, which is a part of it.
    CarriageReturn,
    /// An id or a label in single quotes, which are a part of it.
    SingleQuotes,
    /// An id or a label that begins with a byte order mark, which is a part of it.
    ByteOrderMark,
    /// An id that is a number as spreadsheets shorten it: `1.23457E+11`.
    Shortened,
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
    pub fn check(self, text: &[u8]) -> Result<Option<Remark>, NoValue> {
        let plain = |is_value: bool| if is_value { Ok(None) } else { Err(NoValue) };
        let whole = |bits: u32| plain(integer(text).is_some_and(|value| value >> (bits - 1) == value >> 63));
        match self {
            Self::String => Ok(remark_on_string(text)),
            Self::Bool => Ok(remark_on_bool(text)),
            Self::Byte => whole(8),
            Self::Short => whole(16),
            Self::Int => whole(32),
            Self::Long => whole(64),
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

/// Each of these is taken. Of most, the first and the last byte say that there is no remark.
#[inline]
pub(crate) fn remark_on_string(text: &[u8]) -> Option<Remark> {
    let (first, last) = (text.first()?, text.last()?);
    let may_be_odd = matches!(last, b'\r' | b']' | b'\'')
        || matches!((first, last), (b'{', b'}') | (b'A' | b'W' | b'd' | b'D' | b'U' | b'T', b')'))
        || matches!(first, b'n' | b'N' | b'u' | b'<' | b'(' | b'[' | b'#' | b'\\' | b'S' | b'%' | b'O');
    if may_be_odd { remark_on_odd_string(text) } else { None }
}

/// As of a String; and of an id or a label, single quotes are hardly ever a part.
#[inline]
pub(crate) fn remark_on_name(text: &[u8]) -> Option<Remark> {
    match text {
        [b'\'', .., b'\''] => Some(Remark::SingleQuotes),
        [0xEF, 0xBB, 0xBF, ..] => Some(Remark::ByteOrderMark),
        [.., b'E', b'+', _, _] if is_shortened(text) => Some(Remark::Shortened),
        _ => remark_on_string(text),
    }
}

/// Whether a text is a number as spreadsheets shorten it: `1.23457E+11`, and `1,23457E+11` where they write a decimal comma.
#[cold]
fn is_shortened(text: &[u8]) -> bool {
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")).map_or((&b""[..], rest), split_digits);
    whole.len() == 1 && fraction.len() < 15 && is_exponent(rest)
}

#[cold]
fn remark_on_odd_string(text: &[u8]) -> Option<Remark> {
    match text {
        text if is_null(text) => Some(Remark::Null),
        [.., b'\r'] => Some(Remark::CarriageReturn),
        text if is_printed(text) => Some(Remark::Printed),
        _ => None,
    }
}

/// How JavaScript, Python, pandas, Go, SQL, Excel and editors of tables write that there is no value.
pub(crate) fn is_null(text: &[u8]) -> bool {
    matches!(
        text,
        b"null"
            | b"NULL"
            | b"undefined"
            | b"None"
            | b"nan"
            | b"NaN"
            | b"NaT"
            | b"<NA>"
            | b"<nil>"
            | b"\\N"
            | b"(null)"
            | b"[NULL]"
            | b"#N/A"
            | b"#REF!"
            | b"#VALUE!"
            | b"#NAME?"
            | b"#DIV/0!"
    )
}

/// How programs print an object, up to its first bracket.
const PRINTED: [&str; 20] = [
    // JavaScript, Java, Go.
    "[object ",
    "Optional[",
    "map[",
    // MongoDB, as Python prints its ids and as it exports values.
    "ObjectId(",
    "{\"$",
    "{'$",
    // DynamoDB, with the types of its values.
    "{\"S\":",
    "{\"N\":",
    "{'S':",
    "{'N':",
    "{\"BOOL\":",
    "{\"L\":",
    "{\"M\":",
    // Scala, in which Spark prints arrays.
    "ArrayBuffer(",
    "WrappedArray(",
    "ArraySeq(",
    // Python.
    "datetime.",
    "Decimal('",
    "UUID('",
    "Timestamp('",
];

/// Whether a text is what a program prints of an object: C# of an array, Python of bytes and of an object, Go of a value that it cannot print, and what
/// [`PRINTED`] has.
fn is_printed(text: &[u8]) -> bool {
    let begins = || PRINTED.iter().any(|start| text.starts_with(start.as_bytes()));
    match text {
        [b'b', b'\'', .., b'\''] | [b'%', b'!', _, b'(', ..] => true,
        // Neo4j: a node and a relationship.
        [b'(', b':', .., b')'] | [b'[', b':', .., b']'] => text.contains(&b'{'),
        [.., b']'] if text.ends_with(b"[]") && text.starts_with(b"System.") => true,
        [.., b']' | b')' | b'}'] => begins(),
        [b'<', .., b'>'] => memchr::memmem::find(text, b" object at 0x").is_some() || text.starts_with(b"<Node element_id="),
        _ => false,
    }
}

fn remark_on_bool(text: &[u8]) -> Option<Remark> {
    match text {
        b"true" | b"false" => None,
        _ if text.eq_ignore_ascii_case(b"true") => Some(Remark::TrueInOtherCase),
        _ if text.eq_ignore_ascii_case(b"false") => None,
        // R writes the last one; of a text, it may be a value.
        _ if is_null(text) || text == b"NA" => Some(Remark::NullCountsAsFalse),
        _ => Some(Remark::CountsAsFalse),
    }
}

/// Splits a number into its sign and the rest.
pub(crate) fn split_sign(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, text),
    }
}

/// Reads a whole number with or without a sign. `None` if it is none, or does not fit.
fn integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = split_sign(text);
    if digits.is_empty() {
        return None;
    }
    // Below zero, where there is one number more than above.
    let below = digits.iter().try_fold(0_i64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_sub(digit)
    })?;
    if sign == Some(b'-') { Some(below) } else { below.checked_neg() }
}

/// Whether a text is a decimal number, in scientific form or not, or `NaN` or `Infinity`.
fn is_decimal(text: &[u8]) -> bool {
    let (_, unsigned) = split_sign(text);
    matches!(unsigned, b"NaN" | b"Infinity") || is_number(unsigned)
}

/// Digits with a decimal point or without, in scientific form or not.
pub(crate) fn is_number(unsigned: &[u8]) -> bool {
    let (whole, rest) = split_digits(unsigned);
    let (fraction, rest) = rest.strip_prefix(b".").map_or((&b""[..], rest), split_digits);
    whole.len() + fraction.len() > 0 && (rest.is_empty() || is_exponent(rest))
}

/// `e5`, `E-10`
fn is_exponent(text: &[u8]) -> bool {
    let Some((b'e' | b'E', exponent)) = text.split_first() else { return false };
    let (_, digits) = split_sign(exponent);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The digits at the beginning, and what follows them.
pub(crate) fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Reads `2024-02-29`, `…T10:15`, `…T10:15:30` and the last with `Z`, an offset or a fraction.
fn date(text: &[u8]) -> Result<Option<Remark>, NoValue> {
    match text.split_at_checked(10) {
        Some((day, b"")) if is_day(day) => Ok(None),
        Some((day, [b'T', time @ ..])) if is_day(day) => time_of_day(time),
        _ => Err(NoValue),
    }
}

/// `2024-02-29`
pub(crate) fn is_day(text: &[u8]) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    let numbers = (two_digits(y1, y2), two_digits(y3, y4), two_digits(m1, m2), two_digits(d1, d2));
    let (Some(century), Some(year), Some(month), Some(day)) = numbers else { return false };
    let is_leap = if year == 0 { century % 4 == 0 } else { year % 4 == 0 };
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// Reads what stands behind the `T`.
fn time_of_day(text: &[u8]) -> Result<Option<Remark>, NoValue> {
    let (time, rest) = text.split_at_checked(8).unwrap_or((text, b""));
    let (zone, has_fraction) = after_fraction(rest).ok_or(NoValue)?;
    match zone {
        _ if !is_time(time) => Err(NoValue),
        b"" | b"Z" if has_fraction => Ok(Some(Remark::FractionOfASecond)),
        b"" | b"Z" => Ok(None),
        _ if is_offset(zone) => Ok(Some(Remark::Offset)),
        _ => Err(NoValue),
    }
}

/// `10:15`, `10:15:30`
pub(crate) fn is_time(text: &[u8]) -> bool {
    let (hour, minute, second) = match *text {
        [h1, h2, b':', m1, m2] => (two_digits(h1, h2), two_digits(m1, m2), Some(0)),
        [h1, h2, b':', m1, m2, b':', s1, s2] => (two_digits(h1, h2), two_digits(m1, m2), two_digits(s1, s2)),
        _ => return false,
    };
    hour.is_some_and(|hour| hour < 24) && [minute, second].iter().all(|part| part.is_some_and(|part| part < 60))
}

/// What follows a fraction of a second, and whether there is one.
fn after_fraction(text: &[u8]) -> Option<(&[u8], bool)> {
    let Some(fraction) = text.strip_prefix(b".") else { return Some((text, false)) };
    let (digits, zone) = split_digits(fraction);
    (!digits.is_empty()).then_some((zone, true))
}

/// `+02:00`, `-0500`
fn is_offset(text: &[u8]) -> bool {
    let (Some(_), offset) = split_sign(text) else { return false };
    let (&[h1, h2, b':', m1, m2] | &[h1, h2, m1, m2]) = offset else { return false };
    two_digits(h1, h2).is_some_and(|hour| hour < 24) && two_digits(m1, m2).is_some_and(|minute| minute < 60)
}

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Type::Byte, &["127", "-128", "+5", "007"], &["128", "-129", "", "-", "+-1", "1.0", "0x1", "1_0", "a"])]
    #[case(Type::Short, &["32767"], &["32768"])]
    #[case(Type::Int, &["2147483647", "-2147483648"], &["2147483648", "41.0", "1e3", "null", "True"])]
    #[case(Type::Long, &["9223372036854775807", "-9223372036854775808"], &["9223372036854775808", "-9223372036854775809", "9223372036854776000"])]
    #[case(Type::Double, &["1", "-0.5", ".5", "5.", "1e-7", "1.0E+308", "NaN", "Infinity", "-Infinity"], &["INF", "inf", "nan", "1,5", "0x1p3", "1d", "", ".", "-", "e5", "1e", "1e+", "1.5.2"])]
    #[case(Type::Float, &["3.4028236e39"], &["infinity"])]
    #[case(Type::String, &["", "anything", "NA", "[a]", "System.out", "Null", "'", "'single quotes'", "b'", "<b>", "%!", "maps[1]", "b 'x'", "{\"a\": 1}", "Ann (Smith)", "(:", "[: x]"], &[])]
    #[case(Type::Date, &["2024-02-29", "2024-02-29T10:15", "2024-02-29T10:15:30", "2024-02-29T10:15:30Z", "1965-07-08", "2000-02-29", "0000-01-01"],
        &["2024-02-30", "2023-02-29", "2024-13-01", "2024-02-29T25:00:00Z", "2024-02-29T11:60:00Z", "2024-02-29T23:59:61Z", "2024-2-9",
          "20240229", "1900-02-29", "2024-02-29T10:15:3", "2024-02-29T10:15Z", "1709201730000", "2024-02-29 10:15:30", "Thu Feb 29 10:15:30 UTC 2024", "2024-02-29T10:15:30.Z", "2024-02-29T"])]
    fn a_type_takes_its_values_and_no_others(#[case] of: Type, #[case] values: &[&str], #[case] others: &[&str]) {
        for value in values {
            assert_eq!(of.check(value.as_bytes()), Ok(None), "{value}");
        }
        for other in others {
            assert_eq!(of.check(other.as_bytes()), Err(NoValue), "{other}");
        }
    }

    #[rstest]
    #[case::python(Type::Bool, "True", Remark::TrueInOtherCase)]
    #[case::a_number(Type::Bool, "1", Remark::CountsAsFalse)]
    #[case::milliseconds(Type::Date, "2024-02-29T10:15:30.123Z", Remark::FractionOfASecond)]
    #[case::milliseconds_without_zone(Type::Date, "2024-02-29T10:15:30.000", Remark::FractionOfASecond)]
    #[case::offset(Type::Date, "2024-02-29T10:15:30+02:00", Remark::Offset)]
    #[case::a_line_end(Type::String, "x\r", Remark::CarriageReturn)]
    #[case::a_word_of_python(Type::String, "None", Remark::Null)]
    #[case::a_word_of_pandas(Type::String, "<NA>", Remark::Null)]
    #[case::a_word_for_a_missing_bool(Type::Bool, "NULL", Remark::NullCountsAsFalse)]
    #[case::a_missing_bool_of_r(Type::Bool, "NA", Remark::NullCountsAsFalse)]
    #[case::an_object_of_javascript(Type::String, "[object Object]", Remark::Printed)]
    #[case::bytes_of_python(Type::String, "b'Ann'", Remark::Printed)]
    #[case::an_object_of_python(Type::String, "<__main__.Person object at 0x7f3c2a1b5d90>", Remark::Printed)]
    #[case::an_optional_of_java(Type::String, "Optional[Ann]", Remark::Printed)]
    #[case::an_id_of_mongodb(Type::String, "ObjectId(507f1f77bcf86cd799439011)", Remark::Printed)]
    #[case::a_map_of_go(Type::String, "map[a:1]", Remark::Printed)]
    #[case::a_value_that_go_cannot_print(Type::String, "%!s(<nil>)", Remark::Printed)]
    #[case::an_array_of_c_sharp(Type::String, "System.String[]", Remark::Printed)]
    #[case::a_value_of_mongodb(Type::String, "{\"$oid\":\"507f1f77bcf86cd799439011\"}", Remark::Printed)]
    #[case::a_value_of_dynamodb(Type::String, "{\"S\": \"Ann\"}", Remark::Printed)]
    #[case::an_array_of_spark(Type::String, "WrappedArray(a, b)", Remark::Printed)]
    #[case::a_date_of_python(Type::String, "datetime.date(2024, 2, 29)", Remark::Printed)]
    #[case::a_node_of_neo4j(Type::String, "(:Person {name: \"Ann\"})", Remark::Printed)]
    #[case::a_relationship_of_neo4j(Type::String, "[:KNOWS {since: 2020}]", Remark::Printed)]
    #[case::a_word_of_postgres(Type::String, "\\N", Remark::Null)]
    #[case::short_offset(Type::Date, "2024-02-29T10:15:30.5-0500", Remark::Offset)]
    fn some_values_are_taken_with_a_remark(#[case] of: Type, #[case] value: &str, #[case] remark: Remark) {
        assert_eq!(of.check(value.as_bytes()), Ok(Some(remark)));
    }

    #[test]
    fn names_of_types_are_read_in_any_case() {
        for (name, read) in [("STRING", Some(Type::String)), ("boolean", Some(Type::Bool)), ("DateTime", Some(Type::Date))] {
            assert_eq!(Type::from_name(name), read);
        }
        assert_eq!(Type::from_name("int64"), None);
    }

    proptest! {
        #[test]
        fn numbers_are_what_they_are_for_rust(text in "[+-]?[0-9.]{0,25}([eE][+-]?[0-9]{0,3})?") {
            let is = |of: Type| of.check(text.as_bytes()).is_ok();
            prop_assert_eq!([is(Type::Byte), is(Type::Short)], [text.parse::<i8>().is_ok(), text.parse::<i16>().is_ok()]);
            prop_assert_eq!([is(Type::Int), is(Type::Long)], [text.parse::<i32>().is_ok(), text.parse::<i64>().is_ok()]);
            prop_assert_eq!(is(Type::Double), text.parse::<f64>().is_ok());
        }
    }
}
