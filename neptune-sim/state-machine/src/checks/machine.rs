//! The states of a machine, and their names.

use std::collections::HashMap;

use neptune_text::cut;
use serde_json::{Map, Value};

use super::fields::MACHINE;
use super::finding::{Findings, Place};
use super::state::{Language, State, misspelt};
use super::variables::Outer;
use super::{kinds, ways};
use crate::problem::DefinitionProblem;

/// How many characters the name of a state may have.
const NAME: usize = 80;

/// What is the same for all states of a definition.
struct Whole<'a> {
    functions: &'a [&'a str],
    /// The names of all states so far, with the state whose machine they are in; `None` for the outermost.
    names: HashMap<&'a str, Option<&'a str>>,
    variables: Outer<'a>,
    findings: Findings,
}

/// All that is wrong with a definition whose tasks may call functions with these names.
pub(crate) fn check<'a>(definition: &'a Value, functions: &'a [&'a str]) -> Findings {
    let place = Place::default();
    let mut whole = Whole { functions, names: HashMap::new(), variables: Outer::default(), findings: Findings::default() };
    let limit = &definition["TimeoutSeconds"];
    if definition.is_object() && !limit.is_null() && !limit.as_u64().is_some_and(|limit| (1..=99_999_999).contains(&limit)) {
        whole.findings.add(
            place.at("TimeoutSeconds").refused(format!(
                "the machine has the TimeoutSeconds {limit}, where AWS takes a whole number from 1 to 99999999"
            )),
        );
    }
    check_machine(&mut whole, definition, &place, None, &Language::default());
    whole.findings
}

/// Checks a machine: the outermost, or that inside of a state.
fn check_machine<'a>(whole: &mut Whole<'a>, machine: &'a Value, place: &Place, inside: Option<&'a str>, language: &Language) {
    let Some(states) = check_parts(machine, place, inside, &mut whole.findings) else { return };
    let which = of(inside);
    let language = language.inside(machine, place, &which, &mut whole.findings);
    let all = place.at("States");
    let variables = whole.variables.enter(states, place, &mut whole.findings);
    for (name, state) in states {
        check_name(whole, name, inside, &all);
        let Some(state) = State::new(name, state, all.at(name), &language, &mut whole.findings) else { continue };
        kinds::check(&state, whole.functions, &mut whole.findings);
        for (machine, place) in kinds::inside(&state) {
            check_machine(whole, machine, &place, Some(state.name), &state.language);
        }
    }
    whole.variables.leave(&variables);
    ways::check(machine, states, place, &which, &mut whole.findings);
}

/// The machine of whom.
fn of(inside: Option<&str>) -> String {
    inside.map_or_else(|| "the machine".to_owned(), |state| format!("the machine inside the state `{state}`"))
}

/// Checks the fields of a machine. Returns its states, if it has some.
fn check_parts<'a>(
    machine: &'a Value,
    place: &Place,
    inside: Option<&str>,
    findings: &mut Findings,
) -> Option<&'a Map<String, Value>> {
    let which = of(inside);
    let misspelt = machine.as_object().map(|fields| misspelt(fields, MACHINE.into_iter())).unwrap_or_default();
    for (field, near) in &misspelt {
        findings.add(place.at(*field).refused(format!("{which} has a field `{field}`: did you mean `{near}`?")));
    }
    let lacks = |field: &str| machine[field].is_null() && misspelt.iter().all(|(_, near)| *near != field);
    let states = machine["States"].as_object().filter(|states| !states.is_empty());
    let is_wrong = |field: &str, is_right: bool| !is_right && (lacks(field) || !machine[field].is_null());
    if is_wrong("StartAt", machine["StartAt"].is_string()) || is_wrong("States", states.is_some()) {
        findings.add(match inside {
            None => place.found(DefinitionProblem::NoStart),
            Some(_) => place.refused(format!("{which} needs a StartAt that names one of its States")),
        });
    }
    states
}

fn check_name<'a>(whole: &mut Whole<'a>, name: &'a str, inside: Option<&'a str>, place: &Place) {
    let length = name.chars().count();
    if length == 0 || length > NAME {
        let says = format!("the name of the state `{}` has {length} characters, where AWS takes 1 to {NAME}", cut(name, NAME));
        whole.findings.add(place.at(name).refused(says));
    }
    if let Some(other) = whole.names.insert(name, inside) {
        let (one, two) = (of(other), of(inside));
        let says = format!(
            "two states have the name `{name}`, one in {one} and one in {two}: AWS takes a name once, whichever machine it is in"
        );
        whole.findings.add(place.at(name).refused(says));
    }
}
