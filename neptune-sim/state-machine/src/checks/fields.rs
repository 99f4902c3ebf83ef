//! The fields that the States language gives to machines and states, and what their values may be.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::comparison::{Operand, operand};
use super::path;

/// The fields of a machine. The last is that of the machine in a Map.
pub(super) const MACHINE: [&str; 7] =
    ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version", "ProcessorConfig"];

const ALL: [&str; 3] = ["Type", "Comment", "QueryLanguage"];
const PASSES_ON: [&str; 5] = ["InputPath", "OutputPath", "Output", "Assign", "Next"];
const CALLS: [&str; 6] = ["Parameters", "Arguments", "ResultSelector", "ResultPath", "Retry", "Catch"];
const PASS: [&str; 4] = ["End", "Parameters", "Result", "ResultPath"];
const TASK: [&str; 7] =
    ["End", "Resource", "Credentials", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];
const CHOICE: [&str; 2] = ["Choices", "Default"];
const WAIT: [&str; 5] = ["End", "Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
// `End` is of no use in both, and the documentation does not say that it is refused.
const SUCCEED: [&str; 4] = ["End", "InputPath", "OutputPath", "Output"];
const FAIL: [&str; 5] = ["End", "Error", "ErrorPath", "Cause", "CausePath"];
const PARALLEL: [&str; 2] = ["End", "Branches"];
const MAP: [&str; 16] = [
    "End",
    "Iterator",
    "ItemProcessor",
    "ItemReader",
    "ItemSelector",
    "ItemBatcher",
    "ItemsPath",
    "Items",
    "ResultWriter",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "Label",
];

/// The types of states.
pub(super) const TYPES: [&str; 8] = ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

/// The fields of a state of this type.
pub(super) fn of_type(kind: &str) -> impl Iterator<Item = &'static str> {
    let nothing: &[&str] = &[];
    let (passes_on, calls, own): (&[_], &[_], &[_]) = match kind {
        "Pass" => (&PASSES_ON, nothing, &PASS),
        "Task" => (&PASSES_ON, &CALLS, &TASK),
        // A Choice leads on by its rules.
        "Choice" => (&PASSES_ON[..4], nothing, &CHOICE),
        "Wait" => (&PASSES_ON, nothing, &WAIT),
        "Succeed" => (nothing, nothing, &SUCCEED),
        "Fail" => (nothing, nothing, &FAIL),
        "Parallel" => (&PASSES_ON, &CALLS, &PARALLEL),
        _ => (&PASSES_ON, &CALLS, &MAP),
    };
    [&ALL[..], passes_on, calls, own].into_iter().flatten().copied()
}

/// The types of states that have this field.
pub(super) fn types_with(field: &str) -> Vec<&'static str> {
    TYPES.into_iter().filter(|kind| of_type(kind).any(|known| known == field)).collect()
}

/// Fields that only JSONPath has, with what JSONata has in their place.
const OF_JSONPATH: [(&str, &str); 13] = [
    ("InputPath", "`Arguments` or `Output`"),
    ("OutputPath", "`Output`"),
    ("Parameters", "`Arguments`"),
    ("ResultSelector", "`Output`"),
    ("ResultPath", "`Output` or `Assign`"),
    ("ItemsPath", "`Items`"),
    ("SecondsPath", "an expression in `Seconds`"),
    ("TimestampPath", "an expression in `Timestamp`"),
    ("TimeoutSecondsPath", "an expression in `TimeoutSeconds`"),
    ("HeartbeatSecondsPath", "an expression in `HeartbeatSeconds`"),
    ("MaxConcurrencyPath", "an expression in `MaxConcurrency`"),
    ("ErrorPath", "an expression in `Error`"),
    ("CausePath", "an expression in `Cause`"),
];
/// Fields that only JSONata has, with what JSONPath has in their place.
const OF_JSONATA: [(&str, &str); 3] =
    [("Arguments", "`Parameters`"), ("Output", "`ResultSelector`, `ResultPath` or `OutputPath`"), ("Items", "`ItemsPath`")];

/// What is wrong with a field that only the other query language has.
pub(super) fn of_other_language(field: &str, is_jsonata: bool) -> Option<String> {
    let (fields, language, other): (&[(&str, &str)], _, _) =
        if is_jsonata { (&OF_JSONPATH, "JSONata", "JSONPath") } else { (&OF_JSONATA, "JSONPath", "JSONata") };
    let (_, instead) = fields.iter().find(|(known, _)| *known == field)?;
    Some(format!(
        "which only {other} has, and the query language of the state is {language}: write {instead}, or `\"QueryLanguage\": \"{other}\"`"
    ))
}

/// What the value of a field may be.
enum Takes {
    Anything,
    Text,
    Truth,
    Whole(RangeInclusive<u64>),
    Number,
    /// A number from 1.0 on.
    Rate,
    /// A number from 0 to 100.
    Percentage,
    Timestamp,
    List,
    Object,
    /// A path, or `null` where that means something.
    Path {
        or_null: bool,
    },
    /// A path to a place in the input, or `null`.
    Place,
    /// A path or an intrinsic function.
    Computed,
}

/// AWS's limit for seconds and for attempts.
const MOST: u64 = 99_999_999;

fn takes(field: &str) -> Takes {
    match field {
        "Comment" | "Next" | "Default" | "Resource" | "Error" | "Cause" | "Label" => Takes::Text,
        "End" => Takes::Truth,
        "Seconds" | "MaxAttempts" => Takes::Whole(0..=MOST),
        "TimeoutSeconds" | "HeartbeatSeconds" | "IntervalSeconds" => Takes::Whole(1..=MOST),
        // "You must specify a value greater than 0 and less than 31622400."
        "MaxDelaySeconds" => Takes::Whole(1..=31_622_399),
        "MaxConcurrency" | "ToleratedFailureCount" => Takes::Whole(0..=u64::MAX),
        "BackoffRate" => Takes::Rate,
        "ToleratedFailurePercentage" => Takes::Percentage,
        "Timestamp" => Takes::Timestamp,
        "Choices" | "Retry" | "Catch" | "Branches" | "ErrorEquals" => Takes::List,
        "Iterator" | "ItemProcessor" | "ItemReader" | "ItemBatcher" | "ResultWriter" => Takes::Object,
        "InputPath" | "OutputPath" => Takes::Path { or_null: true },
        "ResultPath" => Takes::Place,
        "ErrorPath" | "CausePath" => Takes::Computed,
        "Variable" => Takes::Path { or_null: false },
        field if field.ends_with("Path") => Takes::Path { or_null: false },
        field => operand(field).map_or(Takes::Anything, |operand| match operand {
            Operand::Text => Takes::Text,
            Operand::Number => Takes::Number,
            Operand::Truth => Takes::Truth,
            Operand::Timestamp => Takes::Timestamp,
        }),
    }
}

/// What is wrong with the value of a field, as an end of `the state … has in its …`.
pub(super) fn wrong_value(field: &str, value: &Value, is_jsonata: bool) -> Option<String> {
    if let Value::String(text) = value
        && text.starts_with("{%")
        && !matches!(takes(field), Takes::Anything)
    {
        return wrong_expression(text, is_jsonata).map(str::to_owned);
    }
    let says = |wanted: &str| Some(format!("{}, where AWS takes {wanted}", told(value)));
    match (takes(field), value) {
        (Takes::Anything, _)
        | (Takes::Text, Value::String(_))
        | (Takes::Truth, Value::Bool(_))
        | (Takes::List, Value::Array(_))
        | (Takes::Object, Value::Object(_))
        | (Takes::Number, Value::Number(_))
        | (Takes::Path { or_null: true } | Takes::Place, Value::Null) => None,
        (Takes::Place, Value::String(text)) => path::wrong_place(text),
        (Takes::Path { .. }, Value::String(text)) => path::wrong(text),
        (Takes::Computed, Value::String(text)) => path::wrong_or_function(text),
        (Takes::Timestamp, Value::String(text)) if is_timestamp(text) => None,
        (Takes::Whole(range), Value::Number(number)) if number.as_u64().is_some_and(|number| range.contains(&number)) => None,
        (Takes::Rate, Value::Number(number)) if number.as_f64().is_some_and(|rate| rate >= 1.0) => None,
        (Takes::Percentage, Value::Number(number)) if number.as_f64().is_some_and(|part| (0.0..=100.0).contains(&part)) => None,
        (Takes::Whole(_) | Takes::Number | Takes::Rate | Takes::Percentage, Value::String(text)) if text.starts_with("${") => {
            Some(format!(
                "`{text}`, whose value nothing here knows, where AWS takes a number: write one, or let a parameter have it as its `Default`"
            ))
        }
        (Takes::Whole(_) | Takes::Number | Takes::Rate | Takes::Percentage, Value::String(_)) => {
            Some("a text, where AWS takes a number: write the number itself, without quotes".to_owned())
        }
        (Takes::Text, Value::Number(_) | Value::Bool(_)) => {
            Some("a number, true or false, where AWS takes a text: write it in quotes".to_owned())
        }
        (Takes::Text, _) => says("a text"),
        (Takes::Truth, _) => says("true or false, without quotes"),
        (Takes::Whole(range), _) if *range.end() == u64::MAX => says(&format!("a whole number from {} on", range.start())),
        (Takes::Whole(range), _) => says(&format!("a whole number from {} to {}", range.start(), range.end())),
        (Takes::Number, _) => says("a number"),
        (Takes::Rate, _) => says("a number from 1.0 on"),
        (Takes::Percentage, _) => says("a number from 0 to 100"),
        (Takes::Timestamp, _) => says("a time such as `2030-01-31T12:00:00Z`"),
        (Takes::List, _) => says("a list"),
        (Takes::Object, _) => says("an object"),
        (Takes::Path { .. } | Takes::Place | Takes::Computed, _) => says("a path such as `$.status`"),
    }
}

/// What is wrong with a text that begins an expression in JSONata.
pub(super) fn wrong_expression(text: &str, is_jsonata: bool) -> Option<&'static str> {
    if !is_jsonata {
        return Some(
            "an expression in JSONata, and the query language of the state is JSONPath: write `\"QueryLanguage\": \"JSONata\"`, or a path",
        );
    }
    (!text.ends_with("%}")).then_some("an expression that begins with `{%` and does not end with `%}`")
}

/// A value in a few words.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("`{}`", neptune_text::cut(text, 80)),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
    }
}

/// RFC 3339, with an upper-case `T` and `Z`.
fn is_timestamp(text: &str) -> bool {
    let digits = |part: &str, form: &str| {
        part.len() == form.len()
            && part
                .bytes()
                .zip(form.bytes())
                .all(|(sign, form)| if form == b'0' { sign.is_ascii_digit() } else { sign == form })
    };
    let Some((date, time)) = text.split_once('T') else { return false };
    let (clock, zone) = match time.strip_suffix('Z') {
        Some(clock) => (clock, true),
        None => match time.rfind(['+', '-']) {
            Some(at) => (&time[..at], digits(&time[at + 1..], "00:00")),
            None => return false,
        },
    };
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|sign| sign.is_ascii_digit());
    digits(date, "0000-00-00") && digits(seconds, "00:00:00") && is_fraction && zone
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("2030-01-31T12:00:00Z", true)]
    #[case("2030-01-31T12:00:00.5Z", true)]
    #[case("2030-01-31T12:00:00+02:00", true)]
    #[case("2030-01-31", false)]
    #[case("2030-01-31t12:00:00z", false)]
    #[case("2030-01-31 12:00:00Z", false)]
    #[case("2030-01-31T12:00:00", false)]
    #[case("2030-01-31T12:00Z", false)]
    fn a_time_is_one_of_rfc_3339(#[case] text: &str, #[case] is_time: bool) {
        assert_eq!(wrong_value("Timestamp", &json!(text), false).is_none(), is_time);
    }

    #[test]
    fn every_field_belongs_to_a_type() {
        for (field, _) in OF_JSONPATH.iter().chain(&OF_JSONATA) {
            assert!(!types_with(field).is_empty(), "{field}");
        }
        assert_eq!(types_with("Retry"), ["Task", "Parallel", "Map"]);
        assert_eq!(types_with("Next"), ["Pass", "Task", "Wait", "Parallel", "Map"]);
    }
}
