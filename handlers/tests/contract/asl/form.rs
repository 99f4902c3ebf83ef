//! The definitions hang together, and use nothing that engines take differently.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::{MACHINES, list, machine, matched, scopes, states, tasks};

/// The states that a state leads to.
pub(super) fn followers(state: &Value) -> BTreeSet<&str> {
    let rules = list(state, "Choices").chain(list(state, "Catch"));
    let next = rules.chain([state]).filter_map(|rule| rule.get("Next"));
    next.chain(state.get("Default")).map(|name| name.as_str().unwrap()).collect()
}

#[rstest]
fn every_state_leads_somewhere_and_is_led_to(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for scope in scopes(&machine) {
        let states = scope["States"].as_object().unwrap();
        let start = scope["StartAt"].as_str().unwrap();
        let named: BTreeSet<_> = states.values().flat_map(followers).chain([start]).collect();
        assert_eq!(named, states.keys().map(String::as_str).collect());
        for (name, state) in states {
            let ends = state.get("End").is_some() || ["Succeed", "Fail"].map(Value::from).contains(&state["Type"]);
            assert_ne!(ends, state.get("Next").is_some() || state["Type"] == "Choice", "{name}");
        }
    }
}

/// Step Functions takes `States.ALL` only alone and last, and the linters pass over that.
#[rstest]
fn what_matches_all_is_alone_and_last(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, state) in states(&machine) {
        for key in ["Retry", "Catch"] {
            let mut earlier = list(state, key).map(matched).collect::<Vec<_>>();
            earlier.pop_if(|last| *last == ["States.ALL"]);
            assert!(!earlier.concat().contains(&"States.ALL"), "{name}");
        }
    }
}

/// The default of a Task is 99,999,999 seconds.
#[rstest]
fn tasks_and_machines_have_a_time_out(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, state) in tasks(&machine).chain([("the machine", &machine)]) {
        assert!(state["TimeoutSeconds"].is_u64(), "{name}");
    }
}

#[rstest]
fn retries_are_spread_and_bounded(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, task) in tasks(&machine) {
        for rule in list(task, "Retry") {
            assert!(rule["BackoffRate"].is_f64(), "{name}: statelint refuses 2 and takes 2.0");
            // An earlier call may have started the load, and Neptune may list it only a moment later.
            let may_have_started = ["StartDomainLoad", "StartProvLoad"].contains(&name) && matched(rule) != ["LoaderBusy"];
            // A network takes its time, and a part of it may be too little.
            let is_certain = may_have_started || matched(rule).contains(&"Lambda.ResourceNotReadyException");
            assert_eq!(rule["JitterStrategy"], if is_certain { "NONE" } else { "FULL" }, "{name}");
            // After trouble of Lambda's own, the function may still run: for 30 s, which is its time-out. Two calls at once could both start a load.
            let may_still_run = matched(rule).contains(&"Lambda.ServiceException");
            let earliest = if may_still_run { Some(40) } else { Some(10) };
            assert!(!may_have_started || rule["IntervalSeconds"].as_u64() >= earliest, "{name}: {rule}");
            assert!(rule["MaxDelaySeconds"].as_u64() >= rule["IntervalSeconds"].as_u64(), "{name}: {rule}");
        }
    }
}

/// All comparisons of a Choice rule of JSONPath, with the variables that are known to be present where each is made.
fn comparisons<'a>(rule: &'a Value, known: &BTreeSet<&'a str>, found: &mut Vec<(&'a Value, BTreeSet<&'a str>)>) {
    let mut known = known.clone();
    for part in list(rule, "And") {
        comparisons(part, &known, found);
        if part.get("IsPresent") == Some(&Value::Bool(true)) {
            known.insert(part["Variable"].as_str().unwrap());
        }
    }
    list(rule, "Or").for_each(|part| comparisons(part, &known, found));
    if rule.get("Variable").is_some() && rule.get("IsPresent").is_none() {
        found.push((rule, known));
    }
}

/// A comparison with a field that is not there ends an execution on AWS, where nothing catches it, and is false elsewhere.
#[rstest]
fn what_a_function_answered_is_looked_for_before_it_is_compared(#[values("bulk_import", "load_status")] name: &str) {
    let machine = machine(name);
    let mut found = Vec::new();
    for state in states(&machine).values() {
        list(state, "Choices").for_each(|rule| comparisons(rule, &BTreeSet::new(), &mut found));
    }
    let answered = found.iter().filter(|(rule, _)| rule["Variable"].as_str().unwrap().contains(".answer."));
    assert!(answered.clone().count() > 4);
    for (rule, known) in answered {
        assert!(known.contains(rule["Variable"].as_str().unwrap()), "{rule}");
    }
}

/// Each is valid, and at least one engine takes it otherwise than AWS documents.
const TAKEN_DIFFERENTLY: [&str; 13] = [
    r#"":false"#,
    "$$.",
    "Timestamp",
    "PathEquals",
    "EqualsPath",
    "[*]",
    "[?",
    "[-1]",
    "States.StringSplit",
    "States.ArrayUnique",
    "States.Base64",
    "StringMatches",
    r#"Path":"States."#,
];

#[rstest]
fn nothing_is_used_that_engines_take_differently(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    let text = machine.to_string();
    for construct in TAKEN_DIFFERENTLY {
        assert!(!text.contains(construct), "{construct}");
    }
    for (name, state) in states(&machine) {
        assert_ne!(name, "Default", "aws-local-stepfunctions refuses a state of this name");
        let rules = list(state, "Choices").filter_map(|rule| rule.get("Variable"));
        assert!(!rules.map(Value::to_string).any(|variable| variable.contains('[')), "{name}");
        let leads_to_default = list(state, "Choices").any(|rule| rule["Next"] == state["Default"]);
        assert!(!leads_to_default, "{name}: moto then assigns what belongs to the Default");
    }
}

#[rstest]
fn what_is_filled_in_at_deployment_has_the_names_of_the_template(#[values(0, 1, 2, 3)] which: usize) {
    let text = machine(MACHINES[which]).to_string();
    let named: BTreeSet<_> = text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let all = ["CheckBulkLoadStatusArn", "EventBusName", "GetLoadStatusArn", "StartBulkLoadArn"];
    let wanted = if MACHINES[which].starts_with("bulk") { &all[..] } else { &["GetLoadStatusArn"] };
    assert_eq!(named, wanted.iter().copied().collect());
}
