//! The fields that the States language gives to states.

use neptune_text::nearest;
use serde_json::Value;

/// All of them, whatever the type of the state.
const FIELDS: [&str; 43] = [
    "Type",
    "Comment",
    "QueryLanguage",
    "InputPath",
    "OutputPath",
    "Parameters",
    "Arguments",
    "ResultSelector",
    "ResultPath",
    "Result",
    "Output",
    "Assign",
    "Next",
    "End",
    "Retry",
    "Catch",
    "Resource",
    "Credentials",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "HeartbeatSeconds",
    "HeartbeatSecondsPath",
    "Choices",
    "Default",
    "Seconds",
    "SecondsPath",
    "Timestamp",
    "TimestampPath",
    "Error",
    "ErrorPath",
    "Cause",
    "CausePath",
    "Branches",
    "Iterator",
    "ItemProcessor",
    "ItemReader",
    "ItemSelector",
    "ItemBatcher",
    "ItemsPath",
    "Items",
    "ResultWriter",
    "MaxConcurrency",
    "Label",
];

/// A field of a state that is nearly one of these and is none, with that one. Fields that are new in AWS are not near.
pub(crate) fn misspelt(state: &Value) -> Option<(&str, &'static str)> {
    let fields = state.as_object()?.keys();
    let unknown = fields.filter(|field| !FIELDS.contains(&field.as_str()));
    unknown.map(String::as_str).find_map(|field| Some((field, nearest(field, FIELDS)?)))
}

/// Fields that AWS takes a number for, and some that it takes a text for. A YAML file easily has the other.
const NUMBERS: [&str; 8] = [
    "Seconds",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "MaxConcurrency",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
];
const TEXTS: [&str; 12] = [
    "Next",
    "Default",
    "Resource",
    "Error",
    "Cause",
    "Variable",
    "Timestamp",
    "StringEquals",
    "StringLessThan",
    "StringGreaterThan",
    "StringMatches",
    "Comment",
];

/// A field of a state, or of its rules, that has the wrong type, with what is wrong with it.
pub(crate) fn wrong_type(state: &Value) -> Option<(&str, &'static str)> {
    const A_TEXT: &str = "a text, where AWS takes a number: write the number itself, without quotes";
    const NO_TEXT: &str = "a number, true or false, where AWS takes a text: write it in quotes";
    const RULES: [&str; 6] = ["Choices", "Retry", "Catch", "And", "Or", "Not"];
    state.as_object()?.iter().find_map(|(field, value)| {
        let field = field.as_str();
        match value {
            Value::String(text) if NUMBERS.contains(&field) && !text.starts_with("{%") => Some((field, A_TEXT)),
            Value::Number(_) | Value::Bool(_) if TEXTS.contains(&field) => Some((field, NO_TEXT)),
            Value::Array(rules) if RULES.contains(&field) => rules.iter().find_map(wrong_type),
            Value::Object(_) if RULES.contains(&field) => wrong_type(value),
            _ => None,
        }
    })
}

/// Whether a state neither ends nor leads on, where its type asks for one of the two.
pub(crate) fn has_no_end(state: &Value) -> bool {
    let needs_one = matches!(state["Type"].as_str(), Some("Task" | "Pass" | "Wait" | "Parallel" | "Map"));
    needs_one && state["Next"].is_null() && state["End"] != true
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::seconds(json!({"Type": "Wait", "Seconds": "30"}), Some("Seconds"))]
    #[case::seconds_that_are_computed(json!({"Type": "Wait", "Seconds": "{% $seconds %}"}), None)]
    #[case::a_retry(json!({"Type": "Task", "Retry": [{"MaxAttempts": "3"}]}), Some("MaxAttempts"))]
    #[case::a_number_for_a_state(json!({"Type": "Pass", "Next": 5}), Some("Next"))]
    #[case::a_truth_in_a_rule(json!({"Type": "Choice", "Choices": [{"Not": {"StringEquals": true}}]}), Some("StringEquals"))]
    #[case::what_is_passed_on(json!({"Type": "Task", "Parameters": {"Next": 5, "Seconds": "30"}}), None)]
    fn a_number_and_a_text_are_told_apart(#[case] state: Value, #[case] field: Option<&str>) {
        assert_eq!(wrong_type(&state).map(|(field, _)| field), field);
    }

    #[rstest]
    #[case("TimeoutSecond", Some("TimeoutSeconds"))]
    #[case("Cach", Some("Catch"))]
    #[case("resultPath", Some("ResultPath"))]
    #[case("MaxConcurrencyPath", None)]
    #[case("ToleratedFailureCount", None)]
    #[case("Credentials", None)]
    fn a_field_that_is_nearly_right_is_misspelt(#[case] field: &str, #[case] near: Option<&str>) {
        let state = json!({"Type": "Task", field: 1});
        assert_eq!(misspelt(&state), near.map(|near| (field, near)));
    }
}
