//! What stands behind the tasks.

use serde_json::Value;

use super::finding::{Finding, Place, did_you_mean};
use super::state::State;
use crate::functions::{find_function, short_name};
use crate::problem::DefinitionProblem;

const INVOKE: &str = ":states:::lambda:invoke";
const PUT_EVENTS: &str = ":states:::events:putEvents";
/// The parameters of Lambda's API Invoke.
const INVOCATION: [&str; 6] = ["FunctionName", "Payload", "InvocationType", "ClientContext", "LogType", "Qualifier"];

pub(super) fn check(state: &State<'_>, functions: &[&str]) -> Result<(), Finding> {
    let Some(resource) = state.value["Resource"].as_str() else {
        return Err(state.refused(&state.place, "is a Task without a `Resource`, such as arn:aws:states:::lambda:invoke"));
    };
    let place = state.place.at("Resource");
    if resource.ends_with(INVOKE) {
        return check_invocation(state, functions);
    }
    if resource.ends_with(PUT_EVENTS) {
        return Ok(());
    }
    if !resource.starts_with("arn:") && !resource.starts_with("${") {
        let why = format!(
            "has the Resource `{resource}`, which is no ARN: a Task takes arn:aws:states:::lambda:invoke, or the ARN of a function, which a template has from `!GetAtt NAME.Arn`"
        );
        return Err(state.refused(&place, &why));
    }
    if resource.starts_with("${") || resource.contains(":lambda:") && !resource.contains(":states:") {
        return check_function(state, resource, functions, &place);
    }
    Err(place.found(DefinitionProblem::UnknownResource { state: state.name.to_owned(), resource: resource.to_owned() }))
}

fn check_invocation(state: &State<'_>, functions: &[&str]) -> Result<(), Finding> {
    let field = if state.is_jsonata() { "Arguments" } else { "Parameters" };
    let (given, place) = (&state.value[field], state.place.at(field));
    let keys = given.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    for key in keys {
        let near = did_you_mean(key.strip_suffix(".$").unwrap_or(key), INVOCATION);
        if !INVOCATION.contains(&key.strip_suffix(".$").unwrap_or(key)) && !near.is_empty() {
            return Err(state
                .refused(&place.at(key), &format!("has in its `{field}` a field `{key}`, which Lambda does not take{near}")));
        }
    }
    match &given["FunctionName"] {
        // All of it is computed, or this is.
        _ if given.is_string() || given["FunctionName.$"].is_string() => Ok(()),
        Value::String(name) if name.starts_with("{%") => Ok(()),
        Value::String(name) => check_function(state, name, functions, &place.at("FunctionName")),
        _ => {
            let place = if state.has(field) { place } else { state.place.clone() };
            Err(state
                .refused(&place, &format!("calls a function, and does not say which: its `{field}` needs a `FunctionName`")))
        }
    }
}

fn check_function(state: &State<'_>, function: &str, functions: &[&str], place: &Place) -> Result<(), Finding> {
    if find_function(function, functions).is_some() {
        return Ok(());
    }
    Err(place.found(DefinitionProblem::UnknownFunction {
        state: state.name.to_owned(),
        function: short_name(function).to_owned(),
        given: functions.iter().map(|function| (*function).to_owned()).collect(),
    }))
}
