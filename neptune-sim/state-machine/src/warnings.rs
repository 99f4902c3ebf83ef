//! What AWS takes, and what surprises a team whose loads take long: no engine shows it, because no execution here lasts as long.
//!
//! | warning | what AWS documents |
//! |---|---|
//! | a Retry that pauses for more than an hour, without `MaxDelaySeconds` | developer guide, error handling: without it, "Step Functions doesn't limit the wait times between retry attempts" |
//! | a loop round a Wait that fills the history within two days, without a bound of its own | developer guide, quotas: an execution fails with more than 25,000 events |

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};

/// How many warnings are given.
const MOST: usize = 20;
/// Of how many states the loops are looked for. It takes long with more.
const STATES: usize = 1000;
const HOUR: f64 = 3600.0;
/// AWS's limit for the history of an execution.
const HISTORY: f64 = 25_000.0;

/// The warnings about a definition that is right.
pub(crate) fn warnings(definition: &Value) -> Vec<String> {
    let mut said = Vec::new();
    of_machine(definition, definition["TimeoutSeconds"].as_f64().unwrap_or(f64::INFINITY), &mut said);
    said.truncate(MOST);
    said
}

/// Of a machine whose execution ends after this many seconds.
fn of_machine(machine: &Value, limit: f64, said: &mut Vec<String>) {
    let Some(states) = machine["States"].as_object() else { return };
    let is_bounded = states.len() > STATES || states.values().any(|state| has_order(&state["Choices"]));
    let mut turns = BTreeSet::new();
    for (name, state) in states {
        let printable: String = name.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
        said.extend(of_retry(&printable, state));
        let is_asked = !is_bounded && state["Type"] == "Wait";
        let turn = is_asked.then(|| shortest_turn(states, name)).flatten().filter(|turn| turns.insert(*turn));
        said.extend(turn.and_then(|turn| of_loop(turn, &printable, limit)));
        let branches = state["Branches"].as_array().into_iter().flatten();
        branches.chain([&state["ItemProcessor"], &state["Iterator"]]).for_each(|inner| of_machine(inner, limit, said));
        if said.len() >= MOST {
            return;
        }
    }
}

fn of_retry(name: &str, state: &Value) -> Option<String> {
    let rules = state["Retry"].as_array().into_iter().flatten().enumerate();
    let longest = |rule: &Value| {
        let number = |field: &str, default| rule[field].as_f64().unwrap_or(default);
        let (interval, rate, attempts) =
            (number("IntervalSeconds", 1.0), number("BackoffRate", 2.0), number("MaxAttempts", 3.0));
        if attempts < 1.0 || !rule["MaxDelaySeconds"].is_null() { 0.0 } else { interval * rate.powf(attempts - 1.0) }
    };
    let (number, pause) = rules.map(|(number, rule)| (number + 1, longest(rule))).find(|(_, pause)| *pause > HOUR)?;
    Some(format!(
        "the state `{name}` pauses for {} before its last attempt by rule {number} of its `Retry`, and sees nothing of the load meanwhile: AWS limits no pause \
         without `MaxDelaySeconds`",
        told(pause)
    ))
}

fn of_loop(Turn { events, seconds }: Turn, wait: &str, limit: f64) -> Option<String> {
    let lasts = HISTORY / f64::from(events) * Duration::from_secs(seconds).as_secs_f64();
    (lasts < 48.0 * HOUR && lasts < limit).then(|| {
        format!(
            "the loop round the Wait `{wait}` follows a load for {} at most: with {events} events in {seconds} s, its history is full then, and AWS ends the \
             execution, which no Catch sees. Wait longer, or leave the loop after a number of turns",
            told(lasts)
        )
    })
}

/// What a way through states takes: events of the history, and seconds that it waits; as many as there are if that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    events: u32,
    seconds: u64,
}

/// The way with the fewest events from a Wait back to it, if there is one that calls something.
fn shortest_turn(states: &Map<String, Value>, from: &str) -> Option<Turn> {
    let (mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([(Turn { events: 0, seconds: 0 }, from, false)]));
    while let Some((turn, name, calls)) = open.pop_first() {
        if turn.events > 0 && name == from && calls {
            return Some(turn);
        }
        if !seen.insert((name, calls)) {
            continue;
        }
        let (state, kind) = (&states[name], states[name]["Type"].as_str());
        let waits = if kind == Some("Wait") { state["Seconds"].as_u64().unwrap_or(u64::MAX) } else { 0 };
        // Each state is entered and left; a call is scheduled, started, and over.
        let events = turn.events + if kind == Some("Task") { 5 } else { 2 };
        let behind = Turn { events, seconds: turn.seconds.saturating_add(waits) };
        let rules = state["Choices"].as_array().into_iter().flatten().map(|rule| &rule["Next"]);
        let next = rules.chain([&state["Next"], &state["Default"]]).filter_map(Value::as_str);
        open.extend(next.map(|next| (behind, next, calls || kind == Some("Task"))));
    }
    None
}

/// Whether a rule of a Choice compares which of two values is greater: numbers of turns, or times.
fn has_order(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().any(has_order),
        Value::Object(fields) => fields.iter().any(|(field, value)| match value {
            Value::String(condition) if field == "Condition" => condition.contains(['<', '>']),
            value => field.contains("LessThan") || field.contains("GreaterThan") || has_order(value),
        }),
        _ => false,
    }
}

/// A time in one word or two.
fn told(seconds: f64) -> String {
    match seconds / HOUR {
        hours if hours > 365.0 * 24.0 => "more than a year".to_owned(),
        hours if hours >= 48.0 => format!("{:.0} days", (hours / 24.0).floor()),
        hours if hours >= 2.0 => format!("{:.0} hours", hours.floor()),
        hours => format!("{:.0} minutes", (hours * 60.0).floor()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// A loop in JSONPath that asks every 30 s.
    fn watch() -> Value {
        json!({"StartAt": "Look", "States": {
            "Look": {"Type": "Task", "Resource": "f", "Retry": [{"ErrorEquals": ["E"]}], "Next": "Route"},
            "Route": {"Type": "Choice", "Choices": [{"Variable": "$.s", "StringEquals": "done", "Next": "Done"}], "Default": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Look"},
            "Done": {"Type": "Succeed"},
        }})
    }

    fn with(place: &str, value: Value) -> Value {
        let mut machine = watch();
        let (parent, key) = place.rsplit_once('/').unwrap();
        machine.pointer_mut(parent).unwrap()[key] = value;
        machine
    }

    #[test]
    fn a_loop_that_fills_its_history_within_two_days_is_said() {
        let said = warnings(&watch());
        assert_eq!(said.len(), 1, "{said:#?}");
        // 5 events of the Task and 2 of each other state: 25,000 / 9 * 30 s.
        let begins = "the loop round the Wait `Wait` follows a load for 23 hours at most: with 9 events in 30 s,";
        assert!(said[0].starts_with(begins), "{said:#?}");
    }

    #[test]
    fn a_loop_with_two_waits_is_said_once_and_takes_both() {
        let mut machine = with("/States/Wait/Next", json!("Nap"));
        machine["States"]["Nap"] = json!({"Type": "Wait", "Seconds": 10, "Next": "Look"});
        let said = warnings(&machine);
        assert!(said.len() == 1 && said[0].contains("for 25 hours at most: with 11 events in 40 s,"), "{said:#?}");
    }

    #[rstest]
    #[case::a_long_wait(&with("/States/Wait/Seconds", json!(120)))]
    #[case::a_computed_one(&with("/States/Wait/Seconds", json!("{% $pause %}")))]
    #[case::a_computed_one_beside(&{
        let mut machine = with("/States/Wait/Next", json!("Nap"));
        machine["States"]["Nap"] = json!({"Type": "Wait", "SecondsPath": "$.s", "Next": "Look"});
        machine
    })]
    #[case::no_loop(&with("/States/Wait/Next", json!("Done")))]
    #[case::a_time_limit(&with("/TimeoutSeconds", json!(80_000)))]
    #[case::a_number_of_turns(&with("/States/Route/Choices", json!([{"And": [{"Variable": "$.n", "NumericLessThan": 5}], "Next": "Done"}])))]
    #[case::in_jsonata(&with("/States/Route/Choices", json!([{"Condition": "{% $n > 500 %}", "Next": "Done"}])))]
    #[case::no_call(&with("/States/Look", json!({"Type": "Pass", "Next": "Route"})))]
    fn a_loop_with_a_bound_of_its_own_is_not(#[case] machine: &Value) {
        assert_eq!(warnings(machine), Vec::<String>::new());
    }

    #[rstest]
    #[case::grows(json!({"MaxAttempts": 15}), "pauses for 4 hours before its last attempt by rule 1")]
    #[case::quickly(json!({"IntervalSeconds": 10, "BackoffRate": 10, "MaxAttempts": 7}), "for 115 days")]
    #[case::without_an_end(json!({"MaxAttempts": 99_999_999}), "for more than a year")]
    fn a_retry_with_a_long_pause_is_said(#[case] rule: Value, #[case] seen: &str) {
        let mut machine = with("/States/Wait/Seconds", json!(300));
        machine["States"]["Look"]["Retry"] = json!([rule]);
        let said = warnings(&json!({"States": {"All": {"Type": "Parallel", "Branches": [machine]}}}));
        assert!(said.len() == 1 && said[0].contains(seen), "{said:#?}");
        let rule = &mut machine["States"]["Look"]["Retry"][0];
        rule["MaxDelaySeconds"] = json!(60);
        assert_eq!(warnings(&machine), Vec::<String>::new());
    }

    #[test]
    fn of_a_long_loop_all_waits_count() {
        let next = |number: usize| format!("W{:03}", (number + 1) % 900);
        let state = |number: usize| (format!("W{number:03}"), json!({"Type": "Wait", "Seconds": number, "Next": next(number)}));
        let mut states: Map<_, _> = (0..900).map(state).collect();
        states["W000"] = json!({"Type": "Task", "Next": "W001"});
        assert_eq!(warnings(&json!({"States": states})), Vec::<String>::new());
    }
}
