//! Retry and Catch.

use serde_json::Value;

use super::fields::wrong_value;
use super::finding::{Finding, Place, did_you_mean};
use super::state::State;

const RETRY: [&str; 7] =
    ["Comment", "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"];
const CATCH: [&str; 6] = ["Comment", "ErrorEquals", "Next", "ResultPath", "Output", "Assign"];
/// The names that AWS gives: no function may give one that begins so.
const NAMES: [&str; 17] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

pub(super) fn check(state: &State<'_>) -> Result<(), Finding> {
    for (field, known) in [("Retry", &RETRY[..]), ("Catch", &CATCH[..])] {
        let Some(rules) = state.value[field].as_array() else { continue };
        for (number, rule) in rules.iter().enumerate() {
            let (place, who) = (state.place.at(field).at(&number), format!("rule {} of its `{field}`", number + 1));
            check_fields(state, rule, known, &place, &who)?;
            check_names(state, rule, &place, &who, number + 1 == rules.len())?;
            if field == "Catch" && rule["Next"].is_null() {
                return Err(state.refused(&place, &format!("has no `Next` in {who}")));
            }
        }
    }
    Ok(())
}

fn check_fields(state: &State<'_>, rule: &Value, known: &[&str], place: &Place, who: &str) -> Result<(), Finding> {
    let Some(fields) = rule.as_object() else {
        return Err(state.refused(place, &format!("has as {who} something that is not an object")));
    };
    for (field, value) in fields {
        let place = place.at(field);
        if !known.contains(&field.as_str()) {
            let near = did_you_mean(field, known.iter().copied());
            let near = if near.is_empty() { format!("; it may have {}", known.join(", ")) } else { near };
            return Err(state.refused(&place, &format!("has in {who} a field `{field}`, which does not exist{near}")));
        }
        if let Some(fault) = wrong_value(field, value, state.is_jsonata()) {
            return Err(state.refused(&place, &format!("has in {who}, `{field}`, {fault}")));
        }
        if field == "JitterStrategy" && value != "FULL" && value != "NONE" {
            let why = format!("has in {who}, `{field}`, {value}, where AWS takes `FULL` or `NONE`");
            return Err(state.refused(&place, &why));
        }
    }
    Ok(())
}

/// `States.ALL` stands alone, and in the last rule.
fn check_names(state: &State<'_>, rule: &Value, place: &Place, who: &str, is_last: bool) -> Result<(), Finding> {
    let names = rule["ErrorEquals"].as_array().filter(|names| !names.is_empty() && names.iter().all(Value::is_string));
    let Some(names) = names else {
        let why = format!("has in {who} no `ErrorEquals`, which is a list of names of errors, such as `[\"States.ALL\"]`");
        return Err(state.refused(place, &why));
    };
    let place = place.at("ErrorEquals");
    for name in names.iter().filter_map(Value::as_str).filter(|name| name.starts_with("States.")) {
        let near = did_you_mean(name, NAMES);
        if !NAMES.contains(&name) && !near.is_empty() {
            return Err(state.refused(&place, &format!("has in {who} the name `{name}`, which AWS gives to no error{near}")));
        }
    }
    if names.iter().any(|name| name == "States.ALL") {
        let why = match (names.len(), is_last) {
            (1, true) => return Ok(()),
            (1, false) => "that is not the last: move it to the end, because no rule behind it would be used",
            _ => "together with other names: it stands for all of them, and has to stand alone in the last rule",
        };
        return Err(state.refused(&place, &format!("has `States.ALL` in {who} {why}")));
    }
    Ok(())
}
