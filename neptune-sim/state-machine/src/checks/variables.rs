//! The variables that states assign: their names, and the machines that they belong to.
//!
//! The machine inside a Parallel or a Map reads the variables of the machines round it, and may not assign one of the same name.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::finding::{Findings, Place};
use super::state::State;

/// How many characters the name of a variable may have.
const NAME: usize = 80;

/// What assigns variables in a state: its place in the state, and what messages call it.
fn assigns(state: &Value) -> impl Iterator<Item = (&Value, Vec<String>, String)> {
    let rules = ["Choices", "Catch"].into_iter().flat_map(move |field| {
        let rules = state[field].as_array().into_iter().flatten().enumerate();
        rules.map(move |(number, rule)| {
            let place = vec![field.to_owned(), number.to_string(), "Assign".to_owned()];
            (&rule["Assign"], place, format!("rule {} of its `{field}`, `Assign`,", number + 1))
        })
    });
    let own = (&state["Assign"], vec!["Assign".to_owned()], "its `Assign`".to_owned());
    [own].into_iter().chain(rules).filter(|(assign, ..)| !assign.is_null())
}

/// Checks the names of the variables that a state assigns.
pub(super) fn check(state: &State<'_>, findings: &mut Findings) {
    for (assign, place, who) in assigns(state.value) {
        let place = inside(&state.place, &place);
        let Some(names) = assign.as_object() else {
            let why = format!("has in {who} no object: it takes names of variables, each with a value");
            findings.add(state.refused(&place, &why));
            continue;
        };
        for key in names.keys() {
            // In JSONPath, a value that is worked out has `.$` behind its name.
            let name = if state.is_jsonata() { key } else { key.strip_suffix(".$").unwrap_or(key) };
            if let Some(fault) = wrong_name(name) {
                findings.add(state.refused(&place.at(key), &format!("has in {who} the variable `{name}`, {fault}")));
            }
        }
    }
}

/// What is wrong with the name of a variable.
fn wrong_name(name: &str) -> Option<String> {
    let length = name.chars().count();
    let is_of_names = |(at, sign): (usize, char)| sign == '_' || sign.is_alphabetic() || at > 0 && sign.is_alphanumeric();
    if name == "states" {
        Some("whose name AWS keeps for `$states`: give it another one".to_owned())
    } else if length > NAME {
        Some(format!("whose name has {length} characters, where AWS takes {NAME} at most"))
    } else if let Some(name) = name.strip_prefix('$') {
        Some(format!("whose name is written without the `$`: `{name}`"))
    } else if name.contains(['.', '[']) {
        Some("which is a part of one: AWS assigns whole variables only".to_owned())
    } else if name.is_empty() || !name.char_indices().all(is_of_names) {
        Some("whose name is none: it has letters, digits and `_`, and no digit first".to_owned())
    } else {
        None
    }
}

/// The variables of the machines round the one that is checked.
#[derive(Debug, Default)]
pub(super) struct Outer<'a>(HashSet<&'a str>);

impl<'a> Outer<'a> {
    /// Goes into a machine with these states, which may not assign any of them. Returns those that it adds, for [`Self::leave`].
    pub(super) fn enter(&mut self, states: &'a Map<String, Value>, place: &Place, findings: &mut Findings) -> Vec<&'a str> {
        let mut own = HashSet::new();
        for (state, value) in states {
            for (assign, at, _) in assigns(value) {
                for key in assign.as_object().into_iter().flat_map(Map::keys) {
                    let name = key.strip_suffix(".$").unwrap_or(key);
                    if self.0.contains(name) {
                        let says = format!(
                            "the state `{state}` assigns the variable `{name}`, and so does a machine round its own: AWS takes a name once, so give \
                             one of them another name, and let `Output` pass on what is needed outside"
                        );
                        findings.add(inside(&place.at("States").at(state), &at).at(key).refused(says));
                    } else {
                        own.insert(name);
                    }
                }
            }
        }
        self.0.extend(&own);
        own.into_iter().collect()
    }

    /// Goes out of the machine that has added these.
    pub(super) fn leave(&mut self, own: &[&'a str]) {
        for name in own {
            self.0.remove(name);
        }
    }
}

fn inside(place: &Place, keys: &[String]) -> Place {
    keys.iter().fold(place.clone(), |place, key| place.at(key))
}
