//! The states of a machine, and their names.

use std::collections::HashMap;

use neptune_text::{cut, nearest_in_any_case};
use serde_json::{Map, Value};

use super::fields::MACHINE;
use super::finding::{Finding, Place, did_you_mean};
use super::state::{State, language};
use super::{kinds, ways};
use crate::problem::DefinitionProblem;

/// How many characters the name of a state may have.
const NAME: usize = 80;

/// What is the same for all states of a definition.
struct Whole<'a> {
    functions: &'a [&'a str],
    /// The names of all states so far, with the state whose machine they are in; `None` for the outermost.
    names: HashMap<&'a str, Option<&'a str>>,
}

/// Checks a definition whose tasks may call functions with these names.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check<'a>(definition: &'a Value, functions: &'a [&'a str]) -> Result<(), Finding> {
    let mut whole = Whole { functions, names: HashMap::new() };
    let limit = &definition["TimeoutSeconds"];
    if definition.is_object() && !limit.is_null() && !limit.as_u64().is_some_and(|limit| (1..=99_999_999).contains(&limit)) {
        let place = Place::default().at("TimeoutSeconds");
        return Err(place.refused(format!(
            "the machine has the TimeoutSeconds {limit}, where AWS takes a whole number from 1 to 99999999"
        )));
    }
    check_machine(&mut whole, definition, &Place::default(), None, false)
}

/// Checks a machine: the outermost, or that inside of a state.
fn check_machine<'a>(
    whole: &mut Whole<'a>,
    machine: &'a Value,
    place: &Place,
    inside: Option<&'a str>,
    is_jsonata: bool,
) -> Result<(), Finding> {
    let states = start(machine, place, inside)?;
    let is_jsonata = language(machine, place, "the machine")?.unwrap_or(is_jsonata);
    let all = place.at("States");
    for (name, state) in states {
        check_name(whole, name, inside, &all)?;
        let state = State::new(name, state, all.at(name), is_jsonata)?;
        kinds::check(&state, whole.functions)?;
        for (machine, place) in kinds::inside(&state) {
            check_machine(whole, machine, &place, Some(state.name), state.is_jsonata)?;
        }
    }
    ways::check(machine, states, &all, &of(inside))
}

/// The machine of whom.
fn of(inside: Option<&str>) -> String {
    inside.map_or_else(|| "the machine".to_owned(), |state| format!("the machine inside the state `{state}`"))
}

/// The states of a machine, if it has one to start at.
fn start<'a>(machine: &'a Value, place: &Place, inside: Option<&str>) -> Result<&'a Map<String, Value>, Finding> {
    let which = of(inside);
    if let Some((field, near)) = machine.as_object().and_then(|machine| misspelt(machine)) {
        return Err(place.at(field).refused(format!("{which} has a field `{field}`: did you mean `{near}`?")));
    }
    match (machine["StartAt"].as_str(), machine["States"].as_object()) {
        (Some(start), Some(states)) if states.contains_key(start) => Ok(states),
        (Some(start), Some(states)) => {
            let near = did_you_mean(start, states.keys().map(String::as_str));
            Err(place
                .at("StartAt")
                .refused(format!("the StartAt of {which} names `{start}`, which is not one of its States{near}")))
        }
        _ if inside.is_none() => Err(place.found(DefinitionProblem::NoStart)),
        _ => Err(place.refused(format!("{which} needs a StartAt that names one of its States"))),
    }
}

fn misspelt(machine: &Map<String, Value>) -> Option<(&str, &'static str)> {
    let unknown = machine.keys().map(String::as_str).filter(|field| !MACHINE.contains(field));
    unknown.into_iter().find_map(|field| Some((field, nearest_in_any_case(field, MACHINE)?)))
}

fn check_name<'a>(whole: &mut Whole<'a>, name: &'a str, inside: Option<&'a str>, place: &Place) -> Result<(), Finding> {
    let length = name.chars().count();
    if length == 0 || length > NAME {
        let says = format!("the name of the state `{}` has {length} characters, where AWS takes 1 to {NAME}", cut(name, NAME));
        return Err(place.at(name).refused(says));
    }
    match whole.names.insert(name, inside) {
        None => Ok(()),
        Some(other) => {
            let (one, two) = (of(other), of(inside));
            let says = format!(
                "two states have the name `{name}`, one in {one} and one in {two}: AWS takes a name once, whichever machine it is in"
            );
            Err(place.at(name).refused(says))
        }
    }
}
