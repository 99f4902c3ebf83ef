//! What a state fills in, such as `Parameters`.

use serde_json::Value;

use super::finding::{Findings, Place};
use super::path::wrong_or_function;
use super::state::State;

/// Checks what a state fills in: in JSONPath, a key that ends with `.$` has a path or a call of a function. In JSONata, an expression reads what
/// there is in its field.
pub(super) fn check(state: &State<'_>, findings: &mut Findings) {
    if state.is_jsonata() {
        return check_expressions(state, findings);
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

/// `$states.result` is there behind a call, and `$states.errorOutput` in a Catch.
fn check_expressions(state: &State<'_>, findings: &mut Findings) {
    const MACHINES: [&str; 3] = ["Branches", "ItemProcessor", "Iterator"];
    let calls = ["Task", "Parallel", "Map"].contains(&state.kind);
    for (field, value) in state.fields.all.iter().filter(|(field, _)| !MACHINES.contains(&field.as_str())) {
        let place = state.place.at(field);
        match value.as_array().filter(|_| field == "Catch") {
            Some(rules) => {
                for (number, rule) in rules.iter().enumerate() {
                    for (key, value) in rule.as_object().into_iter().flatten() {
                        let there = if is_behind(key) { "errorOutput" } else { "" };
                        check_reads(state, value, &place.at(&number).at(key), there, findings);
                    }
                }
            }
            None => check_reads(state, value, &place, if calls && is_behind(field) { "result" } else { "" }, findings),
        }
    }
}

/// Whether a field is worked out behind the call.
fn is_behind(field: &str) -> bool {
    ["Assign", "Output"].contains(&field)
}

/// Checks the expressions in a value, for which only this one of the two is there.
fn check_reads(state: &State<'_>, value: &Value, place: &Place, there: &str, findings: &mut Findings) {
    const READS: [(&str, &str); 2] = [
        ("result", "only `Assign` and `Output` of a Task, a Parallel or a Map have it; let them pass on what is needed"),
        ("errorOutput", "only `Assign` and `Output` of a Catch have it; let them pass on what is needed"),
    ];
    match value {
        Value::Array(values) => {
            for (number, value) in values.iter().enumerate() {
                check_reads(state, value, &place.at(&number), there, findings);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                check_reads(state, value, &place.at(key), there, findings);
            }
        }
        Value::String(text) if text.starts_with("{%") => {
            for (name, helps) in READS.into_iter().filter(|(name, _)| *name != there && reads(text, &format!("$states.{name}")))
            {
                findings.add(state.refused(place, &format!("reads `$states.{name}` where it is not: {helps}")));
            }
        }
        _ => {}
    }
}

/// Whether an expression has a name, outside of its texts.
fn reads(expression: &str, name: &str) -> bool {
    let (mut quote, mut is_escaped) = (None, false);
    expression.char_indices().any(|(at, sign)| {
        let is_code = quote.is_none();
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if sign == '\\' => is_escaped = true,
            Some(open) if sign == open => quote = None,
            None if matches!(sign, '\'' | '"') => quote = Some(sign),
            _ => {}
        }
        let behind = is_code.then(|| expression[at..].strip_prefix(name)).flatten();
        behind.is_some_and(|behind| !behind.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_'))
    })
}
