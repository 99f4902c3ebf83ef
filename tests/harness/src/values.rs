//! JSON values side by side. The order of keys says nothing: RFC 8259 calls an object an unordered collection.

use serde_json::{Map, Value};

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The way to it: keys, and numbers of list entries.
    pub path: Vec<String>,
    /// What the first value has there, as JSON; empty if it has nothing.
    pub one: String,
    /// What the other has.
    pub other: String,
}

/// Where two values differ.
pub fn differences(one: &Value, other: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), Some(one), Some(other), &mut found);
    found
}

fn compare(path: &mut Vec<String>, one: Option<&Value>, other: Option<&Value>, found: &mut Vec<Difference>) {
    match (one, other) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let more = other.keys().filter(|key| !one.contains_key(*key));
            for key in one.keys().chain(more) {
                within(path, key, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for index in 0..one.len().max(other.len()) {
                within(path, &index.to_string(), one.get(index), other.get(index), found);
            }
        }
        _ if one == other => {}
        _ => found.push(Difference { path: path.clone(), one: reported(one), other: reported(other) }),
    }
}

fn within(path: &mut Vec<String>, key: &str, one: Option<&Value>, other: Option<&Value>, found: &mut Vec<Difference>) {
    path.push(key.to_owned());
    compare(path, one, other, found);
    path.pop();
}

fn reported(value: Option<&Value>) -> String {
    value.map(Value::to_string).unwrap_or_default()
}

/// The same value with its keys in the order in which a model has them; keys that the model does not have come last.
pub fn in_order_of(model: &Value, value: &Value) -> Value {
    match (model, value) {
        (Value::Object(model), Value::Object(map)) => {
            let known = model.keys().filter(|key| map.contains_key(*key));
            let more = map.keys().filter(|key| !model.contains_key(*key));
            let entry = |key: &String| (key.clone(), in_order_of(model.get(key).unwrap_or(&Value::Null), &map[key]));
            Value::Object(known.chain(more).map(entry).collect::<Map<_, _>>())
        }
        (Value::Array(model), Value::Array(list)) => {
            let entry = |(index, value)| in_order_of(model.get(index).unwrap_or(&Value::Null), value);
            list.iter().enumerate().map(entry).collect()
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_is_no_difference_and_everything_else_is() {
        assert_eq!(differences(&json!({"a": 1, "b": [{"c": 2, "d": 3}]}), &json!({"b": [{"d": 3, "c": 2}], "a": 1})), []);
        let found = differences(&json!({"a": [1, 2], "b": 1}), &json!({"a": [2], "b": 1.0, "c": null}));
        let reported: Vec<String> =
            found.into_iter().map(|Difference { path, one, other }| format!("{}: {one} -> {other}", path.join("."))).collect();
        assert_eq!(reported, ["a.0: 1 -> 2", "a.1: 2 -> ", "b: 1 -> 1.0", "c:  -> null"]);
    }

    #[test]
    fn keys_are_put_into_the_order_of_a_model() {
        let model = json!([{"a": 1, "b": {"c": 1, "d": 1}}]);
        let value = json!([{"new": 0, "b": {"d": 2, "c": 2}, "a": 2}, {"z": 1, "a": 1}]);
        let ordered = in_order_of(&model, &value);
        assert_eq!(ordered, value);
        assert_eq!(ordered.to_string(), r#"[{"a":2,"b":{"c":2,"d":2},"new":0},{"z":1,"a":1}]"#);
    }
}
