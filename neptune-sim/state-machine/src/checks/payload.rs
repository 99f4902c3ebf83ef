//! What a state fills in, such as `Parameters`.

use serde_json::Value;

use super::finding::{Findings, Place};
use super::path::wrong_or_function;
use super::state::State;

/// Checks what a state fills in: in JSONPath, a key that ends with `.$` has a path or a call of a function.
pub(super) fn check(state: &State<'_>, findings: &mut Findings) {
    if state.is_jsonata() {
        return;
    }
    let templates = ["Parameters", "ResultSelector", "ItemSelector", "ItemBatcher", "Assign", "Credentials"];
    for field in templates.into_iter().filter(|field| state.has(field)) {
        check_template(state, &state.value[field], &state.place.at(field), field, findings);
    }
}

fn check_template(state: &State<'_>, value: &Value, place: &Place, field: &str, findings: &mut Findings) {
    match value {
        Value::Array(values) => {
            for (number, value) in values.iter().enumerate() {
                check_template(state, value, &place.at(&number), field, findings);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let at = place.at(key);
                if key.ends_with(".$") {
                    check_computed(state, key, value, &at, field, findings);
                } else {
                    check_template(state, value, &at, field, findings);
                }
            }
        }
        _ => {}
    }
}

fn check_computed(state: &State<'_>, key: &str, value: &Value, place: &Place, field: &str, findings: &mut Findings) {
    let fault = match value {
        Value::String(text) => wrong_or_function(text),
        _ => Some("no text".to_owned()),
    };
    if let Some(fault) = fault {
        let why = format!(
            "has in its `{field}`, `{key}`, {fault}; a key that ends with `.$` has a path or an intrinsic function, and without `.$` a value as it is"
        );
        findings.add(state.refused(place, &why));
    }
}
