//! Where the states of a machine lead.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::finding::{Finding, Place, did_you_mean};

/// Each state leads to states of its machine, each but the first is led to by another, and one is an end.
pub(super) fn check(machine: &Value, states: &Map<String, Value>, place: &Place, which: &str) -> Result<(), Finding> {
    let mut led_to: HashSet<&str> = machine["StartAt"].as_str().into_iter().collect();
    for (name, state) in states {
        for (next, at) in followers(state) {
            if !states.contains_key(next) {
                let place = at.iter().fold(place.at(name), |place, key| place.at(key));
                let near = did_you_mean(next, states.keys().map(String::as_str));
                return Err(place
                    .refused(format!("the state `{name}` leads to `{next}`, which is not one of the States beside it{near}")));
            }
            if next != name {
                led_to.insert(next);
            }
        }
    }
    if let Some(name) = states.keys().find(|name| !led_to.contains(&name.as_str())) {
        return Err(place.at(name).refused(format!(
            "the state `{name}` is never reached: no Next, Default or Catch leads there. Let one lead there, or leave the state out"
        )));
    }
    let ends = |state: &Value| matches!(state["Type"].as_str(), Some("Succeed" | "Fail")) || state["End"] == true;
    if !states.values().any(ends) {
        return Err(place.refused(format!("{which} has no end: no state of it is a Succeed, a Fail, or has `\"End\": true`")));
    }
    Ok(())
}

/// The states that a state leads to, each with its place in the state.
fn followers(state: &Value) -> impl Iterator<Item = (&str, Vec<String>)> {
    let rules = ["Choices", "Catch"].into_iter().flat_map(move |key| {
        let rules = state[key].as_array().into_iter().flatten().enumerate();
        rules.filter_map(move |(number, rule)| {
            Some((rule["Next"].as_str()?, vec![key.to_owned(), number.to_string(), "Next".to_owned()]))
        })
    });
    let own = ["Next", "Default"].into_iter().filter_map(move |key| Some((state[key].as_str()?, vec![key.to_owned()])));
    rules.chain(own)
}
