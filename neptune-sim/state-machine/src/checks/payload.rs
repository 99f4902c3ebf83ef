//! What a state fills in, such as `Parameters`.

use serde_json::Value;

use super::finding::{Finding, Place};
use super::path::wrong_or_function;
use super::state::State;

/// Checks what a state fills in: in JSONPath, a key that ends with `.$` has a path or a call of a function.
pub(super) fn check(state: &State<'_>) -> Result<(), Finding> {
    if state.is_jsonata() {
        return Ok(());
    }
    let templates = ["Parameters", "ResultSelector", "ItemSelector", "ItemBatcher", "Assign", "Credentials"];
    for field in templates.into_iter().filter(|field| state.has(field)) {
        check_template(state, &state.value[field], &state.place.at(field), field)?;
    }
    Ok(())
}

fn check_template(state: &State<'_>, value: &Value, place: &Place, field: &str) -> Result<(), Finding> {
    match value {
        Value::Array(values) => values
            .iter()
            .enumerate()
            .try_for_each(|(number, value)| check_template(state, value, &place.at(&number), field)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            let at = place.at(key);
            if !key.ends_with(".$") {
                return check_template(state, value, &at, field);
            }
            let fault = match value {
                Value::String(text) => wrong_or_function(text),
                _ => Some("no text".to_owned()),
            };
            match fault {
                Some(fault) => {
                    let why = format!(
                        "has in its `{field}`, `{key}`, {fault}; a key that ends with `.$` has a path or an intrinsic function, and without `.$` a value as it is"
                    );
                    Err(state.refused(&at, &why))
                }
                None => Ok(()),
            }
        }),
        _ => Ok(()),
    }
}
