//! One state: what belongs to its type.

use neptune_text::nearest_in_any_case;
use serde_json::Value;

use super::fields::{of_other_language, of_type, types_with};
use super::finding::{Findings, Place};
use super::state::State;
use super::{choice, errors, payload, task, variables};

/// Checks a state, but for the machines inside it. Its task may call functions with these names.
pub(super) fn check(state: &State<'_>, functions: &[&str], findings: &mut Findings) {
    check_fields(state, findings);
    check_end(state, findings);
    check_pairs(state, findings);
    errors::check(state, findings);
    payload::check(state, findings);
    variables::check(state, findings);
    match state.kind {
        "Task" => {
            check_heartbeat(state, findings);
            task::check(state, functions, findings);
        }
        "Choice" => choice::check(state, findings),
        "Wait" => check_wait(state, findings),
        "Parallel" if state.lacks("Branches") => {
            findings.add(state.refused(&state.place.at("Branches"), "is a Parallel without `Branches`"));
        }
        "Map" => check_map(state, findings),
        _ => {}
    }
}

fn check_fields(state: &State<'_>, findings: &mut Findings) {
    for (field, value) in state.fields.all {
        let place = state.place.at(field);
        if !of_type(state.kind).any(|known| known == field) {
            findings.add(state.refused(&place, &unknown(state.kind, field)));
        } else if let Some(fault) = of_other_language(field, state.is_jsonata()) {
            findings.add(state.refused_language(&place, &format!("has a field `{field}`, {fault}")));
        } else {
            state.check_value(field, value, &place, &format!("its `{field}`"), findings);
        }
    }
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
fn check_end(state: &State<'_>, findings: &mut Findings) {
    let ends = state.value["End"] == true;
    let needs_one = !matches!(state.kind, "Choice" | "Succeed" | "Fail");
    // An `End` that is neither true nor false is a fault of its own.
    let says_nothing = state.lacks("Next") && (state.lacks("End") || state.value["End"] == false);
    if says_nothing && needs_one {
        findings.add(state.refused(&state.place.at("Next"), "has neither a Next nor `\"End\": true`"));
    }
    if ends && state.has("Next") {
        let why = "has both a Next and `\"End\": true`: leave out one of them";
        findings.add(state.refused(&state.place.at("End"), why));
    }
}

/// A value is given once: as it is, or by a path.
fn check_pairs(state: &State<'_>, findings: &mut Findings) {
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
        if state.has(field) && state.has(&path) && of_other_language(&path, state.is_jsonata()).is_none() {
            let why = format!("has both `{field}` and `{path}`: leave out one of them");
            findings.add(state.refused(&state.place.at(&path), &why));
        }
    }
}

fn check_heartbeat(state: &State<'_>, findings: &mut Findings) {
    match (state.value["TimeoutSeconds"].as_u64(), state.value["HeartbeatSeconds"].as_u64()) {
        (Some(timeout @ 1..), Some(heartbeat)) if heartbeat >= timeout => {
            let why = format!("has {heartbeat} HeartbeatSeconds, which have to be less than its {timeout} TimeoutSeconds");
            findings.add(state.refused(&state.place.at("HeartbeatSeconds"), &why));
        }
        _ => {}
    }
}

fn check_wait(state: &State<'_>, findings: &mut Findings) {
    const TIMES: [&str; 4] = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
    let is_given = |field: &&str| state.has(field) && of_other_language(field, state.is_jsonata()).is_none();
    let given: Vec<_> = TIMES.into_iter().filter(is_given).collect();
    match given[..] {
        [] if TIMES.iter().all(|field| state.lacks(field)) => {
            let why = format!("does not say how long it waits: it needs one of {}", TIMES.join(", "));
            findings.add(state.refused(&state.place.at("Seconds"), &why));
        }
        [first, second, ..] => {
            let why = format!("has both `{first}` and `{second}`: leave out one of them");
            findings.add(state.refused(&state.place.at(second), &why));
        }
        _ => {}
    }
}

fn check_map(state: &State<'_>, findings: &mut Findings) {
    const MACHINES: [&str; 2] = ["ItemProcessor", "Iterator"];
    match MACHINES.map(|field| state.has(field)) {
        [true, true] => {
            let why = "has both `ItemProcessor` and `Iterator`, its old name: leave out the latter";
            findings.add(state.refused(&state.place.at("Iterator"), why));
        }
        [false, false] if MACHINES.iter().all(|field| state.lacks(field)) => {
            findings.add(state.refused(&state.place.at("ItemProcessor"), "is a Map without an `ItemProcessor`"));
        }
        _ => {}
    }
    for field in MACHINES.into_iter().filter(|field| state.has(field)) {
        check_processor(state, &state.value[field]["ProcessorConfig"], &state.place.at(field).at("ProcessorConfig"), findings);
    }
}

fn check_processor(state: &State<'_>, config: &Value, place: &Place, findings: &mut Findings) {
    for (key, known) in [("Mode", ["INLINE", "DISTRIBUTED"]), ("ExecutionType", ["STANDARD", "EXPRESS"])] {
        let value = &config[key];
        if !value.is_null() && !known.iter().any(|known| value == known) {
            let why = format!("has in its `{key}` {value}, where AWS takes `{}` or `{}`", known[0], known[1]);
            findings.add(state.refused(&place.at(key), &why));
        }
    }
    if config["Mode"] == "DISTRIBUTED" && config["ExecutionType"].is_null() {
        let why = "has a ProcessorConfig with the Mode DISTRIBUTED and without an `ExecutionType`: `STANDARD` or `EXPRESS`";
        findings.add(state.refused(place, why));
    }
}

/// The machines inside a state, each with its place.
pub(super) fn inside<'a>(state: &State<'a>) -> Vec<(&'a Value, Place)> {
    let branches = state.value["Branches"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
    let branches = branches.map(|(number, branch)| (branch, state.place.at("Branches").at(&number)));
    let repeated = ["ItemProcessor", "Iterator"].into_iter().filter(|field| state.has(field));
    branches.chain(repeated.map(|field| (&state.value[field], state.place.at(field)))).collect()
}
