//! Texts that are no values of their types.

use neptune_data::Type;

use super::header::QUOTES;
use super::number::{of_number, of_whole_number};
use super::time::of_time;

/// What programs write where there is no value.
const NOTHING: [&str; 17] = [
    "null",
    "(null)",
    "[null]",
    "none",
    "na",
    "n/a",
    "nil",
    "<nil>",
    "nat",
    "<na>",
    "#n/a",
    "\\n",
    "undefined",
    "-",
    "--",
    "?",
    "missing",
];

/// What helps against a text that is no value of a type.
pub(super) fn of_value(value: &str, of: Type) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let is_decimal = matches!(of, Type::Float | Type::Double);
    let unsigned = lower.trim_start_matches(['+', '-']);
    if NOTHING.contains(&lower.as_str()) || (unsigned == "nan" && !is_decimal) {
        return Some(LEAVE_EMPTY.to_owned());
    }
    let unquoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    if unquoted.is_some_and(|inside| of.check(inside.as_bytes()).is_ok()) {
        return Some(QUOTES.to_owned());
    }
    if let Some(hint) = of_program(value).or_else(|| of_several(value, of)) {
        return Some(hint.to_owned());
    }
    if of == Type::Date && is_time_of_jackson(value) {
        return Some("Jackson writes a time of Java so: disable SerializationFeature.WRITE_DATES_AS_TIMESTAMPS".to_owned());
    }
    // Java puts the name of a zone in brackets at the end of a time.
    if value.starts_with('[') || (value.ends_with(']') && !value.contains('[')) {
        return Some(LIST.to_owned());
    }
    match of {
        Type::Byte | Type::Short | Type::Int | Type::Long => of_whole_number(value, of).or_else(|| of_number(value, of)),
        Type::Float | Type::Double if unsigned == "nan" => Some("write `NaN`, or leave the cell empty".to_owned()),
        Type::Float | Type::Double if ["inf", "infinity"].contains(&unsigned) => {
            let sign = if value.starts_with('-') { "-" } else { "" };
            Some(format!("write `{sign}Infinity`"))
        }
        Type::Float | Type::Double => of_number(value, of),
        Type::Date => Some(of_time(value)),
        Type::Bool | Type::String => None,
    }
}

/// What helps against what a program writes in place of any value.
fn of_program(value: &str) -> Option<&'static str> {
    match value {
        "#REF!" | "#DIV/0!" | "#VALUE!" | "#NAME?" | "#NUM!" | "#NULL!" => {
            Some("a spreadsheet writes this where a formula has failed: mend the formula, or leave the cell empty")
        }
        _ if is_scala(value) => Some(SCALA),
        _ if is_python(value) => Some(PYTHON),
        _ if value.starts_with("struct(") || value.starts_with("struct{") => {
            Some("Glue writes a column of several types so: choose one with resolveChoice before it is written")
        }
        _ if value.starts_with('{') && value.ends_with('}') && value.contains(':') => {
            Some("this is an object of JSON: write the value that is in it")
        }
        _ => None,
    }
}

/// What helps where a word stands for no value.
pub(super) const LEAVE_EMPTY: &str = "leave the cell empty where there is no value";

/// What helps against a list as programs write it.
pub(super) const LIST: &str = "join the values with `;`, and write a `;` inside one as `\\;`: in Python \";\".join(values), in SQL \
                               array_to_string(values, ';') or group_concat(value, ';')";

/// What helps against a list as Scala prints it.
pub(super) const SCALA: &str =
    "Scala prints a list so: join its values with `;`, in Spark concat_ws(\";\", column), in Scala mkString(\";\")";

/// Whether a text is a list as Scala prints it.
pub(super) fn is_scala(value: &str) -> bool {
    ["ArrayBuffer(", "WrappedArray(", "ArraySeq("].iter().any(|start| value.starts_with(start))
}

/// What helps against a value as Python prints it in a list.
pub(super) const PYTHON: &str =
    "Python prints a value so inside a list or a dict: write str(value), or value.isoformat() of a time";

/// Whether a text is a value as Python prints it in a list.
pub(super) fn is_python(value: &str) -> bool {
    ["datetime.", "Decimal(", "UUID(", "Timestamp(", "np."].iter().any(|start| value.starts_with(start)) && value.ends_with(')')
}

/// What helps against several values where one belongs.
fn of_several(value: &str, of: Type) -> Option<&'static str> {
    let inside = value.strip_prefix(['{', '(']).and_then(|rest| rest.strip_suffix(['}', ')'])).unwrap_or(value);
    let are_several = |delimiter: char| {
        inside.contains(delimiter) && inside.split(delimiter).all(|part| of.check(part.trim().as_bytes()).is_ok())
    };
    match () {
        () if inside != value && are_several(',') => Some(LIST),
        () if inside == value && are_several(';') => {
            Some("a column takes several values of a vertex if it has `[]` behind its type; an edge has one value")
        }
        () => None,
    }
}

/// `[2024,2,29,10,15,30]`
fn is_time_of_jackson(value: &str) -> bool {
    let inside = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    let mut parts = inside.split(',').map(|part| part.trim().parse::<u32>());
    let is_year = matches!(parts.next(), Some(Ok(1000..3000)));
    is_year && parts.clone().count() >= 2 && parts.all(|part| part.is_ok())
}

/// What helps against a list in a column of arrays that is not split, because its values have something else than `;` between them.
pub(super) fn of_list(value: &str, of: Type) -> Option<String> {
    let parts: Vec<&str> = value.split([',', '|']).map(str::trim).collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| of.check(part.as_bytes()).is_ok());
    let hint = match of {
        Type::Float | Type::Double if value.contains(',') => {
            "the values of a list have `;` between them, and a number has a decimal point: `1.5;2.5`"
        }
        _ => LIST,
    };
    is_list.then(|| hint.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Type::Int, "null", Some("leave the cell empty"))]
    #[case(Type::Int, "\\N", Some("leave the cell empty"))]
    #[case(Type::Int, "'41'", Some("only `\"` quotes"))]
    #[case(Type::Date, "'2024-05-06'", Some("only `\"` quotes"))]
    #[case(Type::Int, "'x'", None)]
    #[case(Type::Int, "#REF!", Some("a formula has failed"))]
    #[case(Type::Int, "struct(41,null)", Some("resolveChoice"))]
    #[case(Type::Int, "{\"N\":\"41\"}", Some("an object of JSON"))]
    #[case(Type::Double, "\u{2212}1.5", Some("the hyphen of the keyboard"))]
    #[case(Type::Double, "(1.5)", Some("accountants"))]
    #[case(Type::Double, "(x)", None)]
    #[case(Type::Int, "1\u{202f}234", Some("between thousands"))]
    #[case(Type::Double, "1'234.50", Some("between thousands"))]
    #[case(Type::Int, "nan", Some("leave the cell empty"))]
    #[case(Type::Date, "NaT", Some("leave the cell empty"))]
    #[case(Type::Double, "nan", Some("write `NaN`"))]
    #[case(Type::Double, "-nan", Some("write `NaN`"))]
    #[case(Type::Double, "inf", Some("write `Infinity`"))]
    #[case(Type::Double, "-INF", Some("write `-Infinity`"))]
    #[case(Type::Double, "info", None)]
    #[case(Type::Double, "1,5", Some("a decimal point"))]
    #[case(Type::Double, "1.234,5", Some("a decimal point"))]
    #[case(Type::Double, "$5", Some("without a sign of its unit"))]
    #[case(Type::Double, "twelve", None)]
    #[case(Type::Int, "41.0", Some("astype(\"Int64\")"))]
    #[case(Type::Int, "41.5", Some("make the column Double"))]
    #[case(Type::Int, "4E+05", Some("in digits only"))]
    #[case(Type::Int, "5 apples", Some("without its unit"))]
    #[case(Type::Int, "5 apples, 2 pears", None)]
    #[case(Type::Int, "5th of May", None)]
    #[case(Type::Double, "1.5 kg", Some("without its unit"))]
    #[case(Type::Double, "EUR 5", Some("without its unit"))]
    #[case(Type::Double, "1.5f", Some("leave the letter out"))]
    #[case(Type::Long, "5L", Some("leave the letter out"))]
    #[case(Type::Int, "<5", Some("a bound is no number"))]
    #[case(Type::Int, "<five", None)]
    #[case(Type::Double, "10.0.0.1", Some("a text of digits"))]
    #[case(Type::Long, "+1-555-0100", Some("a text of digits"))]
    #[case(Type::Int, "00:05:00", Some("a text of digits"))]
    #[case(Type::Double, "1.234.567", Some("between thousands"))]
    #[case(Type::Double, "1/2", Some("`0.5`"))]
    #[case(Type::Int, "１２", Some("the digits 0 to 9"))]
    #[case(Type::Int, "1 234", Some("between thousands"))]
    #[case(Type::Int, "1;2", Some("`[]` behind its type"))]
    #[case(Type::Int, "1;x", None)]
    #[case(Type::Double, "{1.5,2}", Some("join the values"))]
    #[case(Type::Double, "(1.5, 2)", Some("join the values"))]
    #[case(Type::Int, "np.int64(4)", Some("write str(value)"))]
    #[case(Type::Date, "datetime.date(2024, 2, 29)", Some("isoformat()"))]
    #[case(Type::Date, "[2024, 2, 29, 10, 15]", Some("WRITE_DATES_AS_TIMESTAMPS"))]
    #[case(Type::Date, "[2024-02-29, 2024-03-01]", Some("join the values"))]
    #[case(Type::Int, "+-5", Some("write one sign"))]
    #[case(Type::Double, "--1", Some("write one sign"))]
    #[case(Type::Int, "1_000", Some("without `_`"))]
    #[case(Type::Int, "True", Some("write `1` or `0`"))]
    #[case(Type::Int, "1,234", Some("between thousands: `1234`"))]
    #[case(Type::Int, "<nil>", Some("leave the cell empty"))]
    #[case(Type::Int, "41 ", Some("a part of the value"))]
    #[case(Type::Int, "3000000000", Some("range of Int; make the column Long"))]
    #[case(Type::Int, "92233720368547758070", Some("no type is wider than Long"))]
    #[case(Type::Long, "9223372036854776000", Some("JavaScript rounds"))]
    #[case(Type::Long, "9223372036854775808", Some("no type is wider than Long"))]
    #[case(Type::Long, "9223372036854775808.0", Some("has lost digits"))]
    #[case(Type::Long, "[1, 2", Some("join the values with `;`"))]
    fn each_text_has_its_remedy_or_none(#[case] of: Type, #[case] value: &str, #[case] expected: Option<&str>) {
        let said = of_value(value, of);
        match expected {
            Some(expected) => assert!(said.as_deref().is_some_and(|said| said.contains(expected)), "{said:?}"),
            None => assert_eq!(said, None),
        }
    }

    #[rstest]
    #[case(Type::Int, "1, 2", Some("join the values"))]
    #[case(Type::Long, "1|2", Some("join the values"))]
    #[case(Type::Double, "1.5|2", Some("join the values"))]
    #[case(Type::Double, "1,5", Some("a decimal point"))]
    #[case(Type::Int, "1,x", None)]
    #[case(Type::Int, "1_000", None)]
    fn a_list_has_values_of_its_type(#[case] of: Type, #[case] value: &str, #[case] expected: Option<&str>) {
        let said = of_list(value, of);
        assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
        assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()));
    }

    #[test]
    fn a_number_that_loses_nothing_is_not_said_to_have_lost_digits() {
        assert!(!of_value("9007199254740992.0", Type::Long).unwrap().contains("lost"));
    }
}
