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
