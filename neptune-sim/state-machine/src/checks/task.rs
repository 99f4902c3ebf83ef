//! What stands behind the tasks.

use neptune_text::nearest;
use serde_json::Value;

use super::finding::{Findings, Place};
use super::state::State;
use crate::functions::{find_function, short_name};
use crate::problem::DefinitionProblem;

const INVOKE: &str = ":states:::lambda:invoke";
const PUT_EVENTS: &str = ":states:::events:putEvents";
/// The parameters of Lambda's API Invoke.
const INVOCATION: [&str; 6] = ["FunctionName", "Payload", "InvocationType", "ClientContext", "LogType", "Qualifier"];

pub(super) fn check(state: &State<'_>, functions: &[&str], findings: &mut Findings) {
    let place = state.place.at("Resource");
    let Some(resource) = state.value["Resource"].as_str() else {
        if state.lacks("Resource") {
            let why = "is a Task without a `Resource`, such as arn:aws:states:::lambda:invoke";
            findings.add(state.refused(&place, why));
        }
        return;
    };
    if resource.ends_with(PUT_EVENTS) {
        return;
    }
    if resource.ends_with(INVOKE) {
        check_invocation(state, functions, findings);
    } else if !resource.starts_with("arn:") && !resource.starts_with("${") {
        let why = format!(
            "has the Resource `{resource}`, which is no ARN: a Task takes arn:aws:states:::lambda:invoke, or the ARN of a function, which a template has from `!GetAtt NAME.Arn`"
        );
        findings.add(state.refused(&place, &why));
    } else if resource.starts_with("${") || resource.contains(":lambda:") && !resource.contains(":states:") {
        check_function(state, resource, functions, &place, findings);
    } else {
        let problem = DefinitionProblem::UnknownResource { state: state.name.to_owned(), resource: resource.to_owned() };
        findings.add(place.found(problem));
    }
}

fn check_invocation(state: &State<'_>, functions: &[&str], findings: &mut Findings) {
    // Where the other language's field stands, which is a fault of its own, that one is meant.
    let fields = if state.is_jsonata() { ["Arguments", "Parameters"] } else { ["Parameters", "Arguments"] };
    let field = fields.into_iter().find(|field| state.has(field)).unwrap_or(fields[0]);
    let (given, place) = (&state.value[field], state.place.at(field));
    let plain = |key: &str| key.strip_suffix(".$").unwrap_or(key).to_owned();
    let keys: Vec<_> = given.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let misspelt = keys.into_iter().filter_map(|key| {
        let near = nearest(&plain(key), INVOCATION).filter(|_| !INVOCATION.contains(&&*plain(key)))?;
        Some((key, near))
    });
    let mut meant = Vec::new();
    for (key, near) in misspelt {
        let why = format!("has in its `{field}` a field `{key}`, which Lambda does not take: did you mean `{near}`?");
        findings.add(state.refused(&place.at(key), &why));
        meant.push(near);
    }
    match &given["FunctionName"] {
        // All of it is computed, or this is.
        _ if given.is_string() || given["FunctionName.$"].is_string() || meant.contains(&"FunctionName") => {}
        Value::String(name) if name.starts_with("{%") => {}
        Value::String(name) => check_function(state, name, functions, &place.at("FunctionName"), findings),
        _ if fields.iter().any(|field| state.has(field)) || state.lacks(field) => {
            let why = format!("calls a function, and does not say which: its `{field}` needs a `FunctionName`");
            findings.add(state.refused(&place.at("FunctionName"), &why));
        }
        _ => {}
    }
}

/// A function that is called by several states is missing once.
fn check_function(state: &State<'_>, function: &str, functions: &[&str], place: &Place, findings: &mut Findings) {
    if find_function(function, functions).is_none() {
        let function = short_name(function).to_owned();
        let cause = Place::default().at("functions").at(&function);
        let given = functions.iter().map(|function| (*function).to_owned()).collect();
        let problem = DefinitionProblem::UnknownFunction { state: state.name.to_owned(), function, given };
        findings.add(place.found(problem).because_of(&cause));
    }
}
