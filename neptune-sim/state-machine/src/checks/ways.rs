//! Where the states of a machine lead.

use std::collections::HashSet;

use neptune_text::nearest_in_any_case;
use serde_json::{Map, Value};

use super::fields::TYPES;
use super::finding::{Findings, Place, did_you_mean};

/// The fields that say where a state leads.
const WAYS: [&str; 5] = ["Next", "End", "Default", "Choices", "Catch"];

/// Of how many states the names are compared with one that is none of them. It takes long with more.
const COMPARED: usize = 1000;

/// Each state leads to states of its machine, each but the first is led to by another, and one is an end. The two latter are asked only where it is
/// known where each state leads: elsewhere, they may follow from what is wrong there.
pub(super) fn check(machine: &Value, states: &Map<String, Value>, place: &Place, which: &str, findings: &mut Findings) {
    let mut ways = Ways { states, led_to: HashSet::new(), are_known: true };
    if let Some(start) = machine["StartAt"].as_str() {
        let fault = format!("the StartAt of {which} names `{start}`, which is not one of its States");
        ways.lead(None, start, &fault, &place.at("StartAt"), findings);
    } else {
        ways.are_known = false;
    }
    let all = place.at("States");
    for (name, state) in states {
        for (next, at) in followers(state) {
            let place = at.iter().fold(all.at(name), |place, key| place.at(key));
            let fault = format!("the state `{name}` leads to `{next}`, which is not one of the States beside it");
            ways.lead(Some(name), next, &fault, &place, findings);
        }
        ways.are_known &= leads_on(state);
    }
    if ways.are_known {
        ways.check_reached(&all, findings);
        check_end(states, &all, which, findings);
    }
}

struct Ways<'a> {
    states: &'a Map<String, Value>,
    led_to: HashSet<&'a str>,
    are_known: bool,
}

impl Ways<'_> {
    /// A state leads to one of this name.
    fn lead(&mut self, from: Option<&str>, to: &str, fault: &str, place: &Place, findings: &mut Findings) {
        match self.states.get_key_value(to) {
            Some((name, _)) if from == Some(name) => {}
            Some((name, _)) => {
                self.led_to.insert(name);
            }
            None => {
                self.are_known = false;
                findings.in_vain.insert(to.to_owned());
                let is_quick = self.states.len() <= COMPARED && !findings.is_full();
                let names = self.states.keys().map(String::as_str).take(if is_quick { COMPARED } else { 0 });
                findings.add(place.refused(format!("{fault}{}", did_you_mean(to, names))));
            }
        }
    }

    fn check_reached(&self, all: &Place, findings: &mut Findings) {
        // A state of a machine inside may lead to it, which it must not.
        let is_meant = |name: &String| self.led_to.contains(name.as_str()) || findings.in_vain.contains(name);
        let lost: Vec<_> = self.states.keys().filter(|name| !is_meant(name)).collect();
        for name in lost {
            findings.add(all.at(name).refused(format!(
                "the state `{name}` is never reached: no Next, Default or Catch leads there. Let one lead there, or leave the state out"
            )));
        }
    }
}

fn check_end(states: &Map<String, Value>, all: &Place, which: &str, findings: &mut Findings) {
    let ends = |state: &Value| matches!(state["Type"].as_str(), Some("Succeed" | "Fail")) || state["End"] == true;
    if !states.values().any(ends) {
        findings.add(all.refused(format!("{which} has no end: no state of it is a Succeed, a Fail, or has `\"End\": true`")));
    }
}

/// Whether all is said about where a state leads.
fn leads_on(state: &Value) -> bool {
    let Some(fields) = state.as_object() else { return false };
    let kind = state["Type"].as_str().filter(|kind| TYPES.contains(kind));
    let is_misspelt = |field: &String| !WAYS.contains(&field.as_str()) && nearest_in_any_case(field, WAYS).is_some();
    let rules = ["Choices", "Catch"].into_iter().filter_map(|field| state[field].as_array()).flatten();
    let leads = state["Next"].is_string() || state["End"] == true;
    let says = match kind {
        None => false,
        Some("Choice") => state["Choices"].as_array().is_some_and(|rules| !rules.is_empty()),
        Some("Succeed" | "Fail") => true,
        Some(_) => leads,
    };
    says && rules.into_iter().all(|rule| rule["Next"].is_string()) && !fields.keys().any(is_misspelt)
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
