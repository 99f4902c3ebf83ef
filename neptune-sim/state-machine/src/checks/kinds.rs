//! One state: what belongs to its type.

use neptune_text::nearest_in_any_case;
use serde_json::Value;

use super::fields::{of_other_language, of_type, types_with, wrong_value};
use super::finding::{Finding, Place};
use super::state::State;
use super::{choice, errors, payload, task};

/// Checks a state, but for the machines inside it. Its task may call functions with these names.
pub(super) fn check(state: &State<'_>, functions: &[&str]) -> Result<(), Finding> {
    check_fields(state)?;
    check_end(state)?;
    check_pairs(state)?;
    errors::check(state)?;
    payload::check(state)?;
    match state.kind {
        "Task" => check_heartbeat(state).and_then(|()| task::check(state, functions)),
        "Choice" => choice::check(state),
        "Wait" => check_wait(state),
        "Parallel" if !state.has("Branches") => Err(state.refused(&state.place, "is a Parallel without `Branches`")),
        "Map" => check_map(state),
        _ => Ok(()),
    }
}

fn check_fields(state: &State<'_>) -> Result<(), Finding> {
    for (field, value) in state.fields {
        let place = state.place.at(field);
        if !of_type(state.kind).any(|known| known == field) {
            return Err(state.refused(&place, &unknown(state.kind, field)));
        }
        if let Some(fault) = of_other_language(field, state.is_jsonata()) {
            return Err(state.refused(&place, &format!("has a field `{field}`, {fault}")));
        }
        if let Some(fault) = wrong_value(field, value, state.is_jsonata()) {
            return Err(state.refused(&place, &format!("has in its `{field}` {fault}")));
        }
    }
    Ok(())
}

/// What is wrong with a field that states of a type do not have.
fn unknown(kind: &str, field: &str) -> String {
    if let Some(near) = nearest_in_any_case(field, of_type(kind)) {
        return format!("has a field `{field}`: did you mean `{near}`?");
    }
    let others = types_with(field);
    if others.is_empty() {
        format!("has a field `{field}`, which is not known here and which no engine runs: leave it out")
    } else {
        format!("is a {kind}, which has no field `{field}`: {} have", others.join(", "))
    }
}

/// A state ends or leads on, where its type asks for one of the two.
fn check_end(state: &State<'_>) -> Result<(), Finding> {
    let ends = state.value["End"] == true;
    let needs_one = !matches!(state.kind, "Choice" | "Succeed" | "Fail");
    match (ends, state.has("Next")) {
        (false, false) if needs_one => Err(state.refused(&state.place, "has neither a Next nor `\"End\": true`")),
        (true, true) => {
            Err(state.refused(&state.place.at("End"), "has both a Next and `\"End\": true`: leave out one of them"))
        }
        _ => Ok(()),
    }
}

/// A value is given once: as it is, or by a path.
fn check_pairs(state: &State<'_>) -> Result<(), Finding> {
    const PAIRS: [&str; 7] = [
        "TimeoutSeconds",
        "HeartbeatSeconds",
        "Error",
        "Cause",
        "MaxConcurrency",
        "ToleratedFailurePercentage",
        "ToleratedFailureCount",
    ];
    for field in PAIRS {
        let path = format!("{field}Path");
        if state.has(field) && state.has(&path) {
            let why = format!("has both `{field}` and `{path}`: leave out one of them");
            return Err(state.refused(&state.place.at(&path), &why));
        }
    }
    Ok(())
}

fn check_heartbeat(state: &State<'_>) -> Result<(), Finding> {
    match (state.value["TimeoutSeconds"].as_u64(), state.value["HeartbeatSeconds"].as_u64()) {
        (Some(timeout), Some(heartbeat)) if heartbeat >= timeout => {
            let why = format!("has {heartbeat} HeartbeatSeconds, which have to be less than its {timeout} TimeoutSeconds");
            Err(state.refused(&state.place.at("HeartbeatSeconds"), &why))
        }
        _ => Ok(()),
    }
}

fn check_wait(state: &State<'_>) -> Result<(), Finding> {
    const TIMES: [&str; 4] = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
    let given: Vec<_> = TIMES.into_iter().filter(|field| state.has(field)).collect();
    match given[..] {
        [_] => Ok(()),
        [] => {
            Err(state.refused(&state.place, &format!("does not say how long it waits: it needs one of {}", TIMES.join(", "))))
        }
        [first, second, ..] => {
            let why = format!("has both `{first}` and `{second}`: leave out one of them");
            Err(state.refused(&state.place.at(second), &why))
        }
    }
}

fn check_map(state: &State<'_>) -> Result<(), Finding> {
    let field = match (state.has("ItemProcessor"), state.has("Iterator")) {
        (true, false) => "ItemProcessor",
        (false, true) => "Iterator",
        (true, true) => {
            let why = "has both `ItemProcessor` and `Iterator`, its old name: leave out the latter";
            return Err(state.refused(&state.place.at("Iterator"), why));
        }
        (false, false) => return Err(state.refused(&state.place, "is a Map without an `ItemProcessor`")),
    };
    let (machine, place) = (&state.value[field], state.place.at(field));
    let (config, at) = (&machine["ProcessorConfig"], place.at("ProcessorConfig"));
    for (key, known) in [("Mode", ["INLINE", "DISTRIBUTED"]), ("ExecutionType", ["STANDARD", "EXPRESS"])] {
        let value = &config[key];
        if !value.is_null() && !known.iter().any(|known| value == known) {
            let why = format!("has in its `{key}` {value}, where AWS takes `{}` or `{}`", known[0], known[1]);
            return Err(state.refused(&at.at(key), &why));
        }
    }
    if config["Mode"] == "DISTRIBUTED" && config["ExecutionType"].is_null() {
        let why = "has a ProcessorConfig with the Mode DISTRIBUTED and without an `ExecutionType`: `STANDARD` or `EXPRESS`";
        return Err(state.refused(&at, why));
    }
    Ok(())
}

/// The machines inside a state, each with its place.
pub(super) fn inside<'a>(state: &State<'a>) -> Vec<(&'a Value, Place)> {
    let branches = state.value["Branches"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
    let branches = branches.map(|(number, branch)| (branch, state.place.at("Branches").at(&number)));
    let repeated = ["ItemProcessor", "Iterator"].into_iter().filter(|field| state.has(field));
    branches.chain(repeated.map(|field| (&state.value[field], state.place.at(field)))).collect()
}
