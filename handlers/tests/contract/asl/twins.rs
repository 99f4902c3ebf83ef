//! A machine in JSONata does what its twin in JSONPath does.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::bounds::{CHECKS, LONGEST_WAIT};
use super::{function, machine, sent, states};

/// What JSONPath has a state for, and JSONata a variable or an expression.
const ONLY_IN_JSONPATH: [&str; 11] = [
    "RefuseInputWithoutRun",
    "Prepare",
    "NoteDomainLoad",
    "NoteProvLoad",
    "BeginPolling",
    "WaitLonger",
    "WaitAsLong",
    "AskAgain",
    "DescribeSuccess",
    "NoteTrouble",
    "NoteNoCause",
];

#[rstest]
fn both_have_the_same_states(#[values("bulk_import", "load_status")] name: &str) {
    let (path, jsonata) = (machine(name), machine(&format!("{name}.jsonata")));
    let (path, jsonata) = (states(&path), states(&jsonata));
    let named = |name: &&str| !ONLY_IN_JSONPATH.contains(name);
    assert_eq!(path.keys().copied().filter(named).collect::<BTreeSet<_>>(), jsonata.keys().copied().collect());
    for (name, twin) in jsonata {
        let state = path[name];
        for key in ["Type", "Retry", "TimeoutSeconds", "Resource"] {
            assert_eq!(state.get(key), twin.get(key), "{key} of {name}");
        }
        assert_eq!(function(state), function(twin), "{name}");
        assert_eq!(keys(&sent(state)["Payload"]), keys(&sent(twin)["Payload"]), "{name}");
    }
}

/// The keys of an object, without the mark of those that JSONPath fills in.
fn keys(json: &Value) -> Vec<&str> {
    json.as_object().into_iter().flat_map(|fields| fields.keys()).map(|key| key.trim_end_matches(".$")).collect()
}

/// The comparisons with numbers in the Choice behind the question: `polls>=569`.
fn budgets(machine: &Value) -> BTreeSet<String> {
    fn add(rule: &Value, found: &mut BTreeSet<String>) {
        for (key, sign) in [("NumericLessThan", "<"), ("NumericGreaterThanEquals", ">=")] {
            if let Some(number) = rule.get(key) {
                found.insert(format!("{}{sign}{number}", rule["Variable"].as_str().unwrap().trim_start_matches("$.")));
            }
        }
        rule.as_object().into_iter().flat_map(|fields| fields.values()).for_each(|value| add(value, found));
        rule.as_array().into_iter().flatten().for_each(|value| add(value, found));
    }
    let mut found = BTreeSet::new();
    add(&states(machine)["RouteOnStatus"]["Choices"], &mut found);
    found
}

#[rstest]
#[case::bulk_import("bulk_import", &["failures<4"])]
#[case::load_status("load_status", &[])]
fn both_have_the_same_budgets(#[case] name: &str, #[case] more: &[&str]) {
    let last = CHECKS - 1;
    let own = if more.is_empty() { vec![] } else { vec![format!("polls<{last}")] };
    let wanted = [format!("polls>={last}"), format!("wait<{LONGEST_WAIT}")];
    let wanted: BTreeSet<_> = wanted.into_iter().chain(own).chain(more.iter().map(|text| (*text).to_owned())).collect();
    assert_eq!(budgets(&machine(name)), wanted);
    let jsonata = machine(&format!("{name}.jsonata")).to_string().replace([' ', '$'], "");
    for budget in wanted.iter().filter(|budget| !budget.starts_with("wait")) {
        assert!(jsonata.contains(budget), "{budget}");
    }
    assert!(jsonata.contains(&format!("min([wait+10,{LONGEST_WAIT}])")));
}
