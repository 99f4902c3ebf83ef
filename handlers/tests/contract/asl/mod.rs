//! The state machines that are shipped, as data: what they retry and catch, how they hang together, and how long they can get.

mod bounds;
mod form;
mod names;
mod twins;

use std::collections::BTreeMap;

use serde_json::Value;

/// The machines around the functions that ask Neptune, by the names of their files.
const MACHINES: [&str; 4] = ["bulk_import", "bulk_import.jsonata", "load_status", "load_status.jsonata"];

/// A definition.
fn machine(name: &str) -> Value {
    let text = match name {
        "bulk_import" => include_str!("../../../statemachine/bulk_import.asl.json"),
        "bulk_import.jsonata" => include_str!("../../../statemachine/bulk_import.jsonata.asl.json"),
        "load_status" => include_str!("../../../statemachine/load_status.asl.json"),
        "load_status.jsonata" => include_str!("../../../statemachine/load_status.jsonata.asl.json"),
        "check_load_files" => include_str!("../../../statemachine/check_load_files.asl.json"),
        other => panic!("there is no state machine {other}"),
    };
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name} is no JSON: {error}"))
}

/// The objects with states of their own: a machine, and the branches inside it.
fn scopes(json: &Value) -> Vec<&Value> {
    let own = json.get("StartAt").map(|_| json);
    let inner = json.as_object().map(|fields| fields.values().collect::<Vec<_>>());
    let inner = inner.or_else(|| json.as_array().map(|items| items.iter().collect())).unwrap_or_default();
    own.into_iter().chain(inner.into_iter().flat_map(scopes)).collect()
}

/// All states, those of branches, too.
fn states(machine: &Value) -> BTreeMap<&str, &Value> {
    let scopes = scopes(machine);
    scopes.into_iter().flat_map(|scope| scope["States"].as_object().unwrap()).map(|(name, state)| (&**name, state)).collect()
}

/// The states that call something.
fn tasks(machine: &Value) -> impl Iterator<Item = (&str, &Value)> {
    states(machine).into_iter().filter(|(_, state)| state["Type"] == "Task")
}

/// What a Task sends: `Arguments` are JSONata's word for `Parameters`.
fn sent(task: &Value) -> &Value {
    task.get("Arguments").unwrap_or(&task["Parameters"])
}

/// The function that a Task calls, as the definition writes it; `None` if it calls another service.
fn function(task: &Value) -> Option<&str> {
    sent(task)["FunctionName"].as_str()
}

/// The entries of a list of a state; none if it has no such list.
fn list<'a>(state: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    state.get(key).into_iter().flat_map(|list| list.as_array().unwrap())
}

/// The names of errors that a rule of Retry or Catch matches.
fn matched(rule: &Value) -> Vec<&str> {
    list(rule, "ErrorEquals").map(|name| name.as_str().unwrap()).collect()
}
