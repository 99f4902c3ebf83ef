//! Spells schemas the way generators of clients understand best. What is valid stays the same, but for nulls in requests.
//!
//! * The words of an enumeration are one `enum`. A `const` for each among other alternatives makes some generators write clients that
//!   refuse every word but the first.
//! * Everything that gets a type of its own in a client has a title, because generators give numbers to types without one.
//! * What a request may leave out may also be `null`: clients write that for fields that were not set.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The key under which schemas are that others refer to.
pub(super) const COMPONENTS: &str = "#/components/schemas/";

/// Rewrites every schema of a document that begins at `value`: each list of constant words becomes one `enum`.
pub(super) fn join_words(value: &mut Value) {
    if let Some(fields) = value.as_object_mut() {
        join_words_of(fields);
    }
    for inner in parts_mut(value) {
        join_words(inner);
    }
}

fn join_words_of(schema: &mut Map<String, Value>) {
    let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") else { return };
    let (words, mut others): (Vec<Value>, Vec<Value>) = alternatives.drain(..).partition(|one| one["const"].is_string());
    if words.is_empty() {
        *alternatives = others;
        return;
    }
    let list: Vec<Value> = words.iter().map(|word| word["const"].clone()).collect();
    let meanings = words.iter().filter_map(|word| Some((word["const"].as_str()?, word["description"].as_str()?)));
    let meanings: Vec<String> = meanings.map(|(word, meaning)| format!("* `{word}`: {meaning}")).collect();
    if others.is_empty() {
        schema.remove("oneOf");
        let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let text: Vec<&str> =
            [about].into_iter().chain(meanings.iter().map(String::as_str)).filter(|part| !part.is_empty()).collect();
        schema.insert("description".to_owned(), text.join("\n").into());
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), list.into());
    } else {
        others.insert(0, json!({"type": "string", "enum": list, "description": meanings.join("\n")}));
        schema.insert("oneOf".to_owned(), others.into());
    }
}

/// Gives titles to a schema of this name and to its alternatives, in the place of those that are there: no two may be the same.
pub(super) fn entitle(name: &str, schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    fields.insert("title".to_owned(), name.into());
    for key in ["oneOf", "anyOf"] {
        for alternative in fields.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(own) = own_name(alternative) {
                alternative["title"] = format!("{name}{own}").into();
            }
        }
    }
}

/// The key that distinguishes an alternative from the others, unless it needs no name.
fn own_name(alternative: &Value) -> Option<String> {
    if alternative.get("$ref").is_some() || alternative["type"] == "null" {
        return None;
    }
    if alternative.get("enum").is_some() || alternative.get("const").is_some() {
        return Some("Word".to_owned());
    }
    if let Some(required) = alternative["required"].as_array() {
        return Some(required.iter().filter_map(Value::as_str).map(in_camel_case).collect());
    }
    alternative["type"].as_str().map(in_camel_case)
}

/// `slow_body` as a part of a type's name: `SlowBody`.
pub(super) fn in_camel_case(word: &str) -> String {
    let capital =
        |part: &str| part.chars().take(1).flat_map(char::to_uppercase).chain(part.chars().skip(1)).collect::<String>();
    word.split('_').map(capital).collect()
}

/// Adds the largest number of 64 bits as the bound where a schema has no other: the simulator reads no larger numbers.
pub(super) fn bound_numbers(schema: &mut Value) {
    if (schema["format"] == "uint64" || schema["format"] == "uint") && schema.get("maximum").is_none() {
        schema["maximum"] = u64::MAX.into();
    }
    for inner in parts_mut(schema) {
        bound_numbers(inner);
    }
}

/// The names of all components that a schema leads to.
pub(super) fn reached(schema: &Value, components: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = references(schema);
    while let Some(name) = open.pop() {
        if let Some(component) = components.get(&name)
            && found.insert(name)
        {
            open.extend(references(component));
        }
    }
    found
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(COMPONENTS));
            own.map(str::to_owned).into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Lets every property that an object may leave out be `null` as well.
pub(super) fn take_nulls(schema: &mut Value) {
    let required: BTreeSet<String> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if !required.contains(name) {
            take_null(property);
        }
    }
    for inner in parts_mut(schema) {
        take_nulls(inner);
    }
}

fn take_null(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    // Clients that write what they take for a default would change what they do not mean to.
    fields.remove("default");
    let absent = json!({"type": "null"});
    if let Some(alternatives) = ["anyOf", "oneOf"].into_iter().find(|key| fields.contains_key(*key)) {
        let alternatives = fields.get_mut(alternatives).and_then(Value::as_array_mut).into_iter();
        for list in alternatives {
            if !list.contains(&absent) {
                list.push(absent.clone());
            }
        }
    } else if let Some(reference) = fields.remove("$ref") {
        fields.insert("anyOf".to_owned(), json!([{"$ref": reference}, absent]));
    } else if let Some(kind) = fields.get_mut("type") {
        let mut kinds = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
        if !kinds.contains(&"null".into()) {
            kinds.push("null".into());
        }
        *kind = kinds.into();
        if let Some(words) = fields.get_mut("enum").and_then(Value::as_array_mut)
            && !words.contains(&Value::Null)
        {
            words.push(Value::Null);
        }
    }
}

/// The schemas right within a schema.
fn parts_mut(schema: &mut Value) -> Vec<&mut Value> {
    let Some(fields) = schema.as_object_mut() else { return Vec::new() };
    let mut parts = Vec::new();
    for (key, value) in fields.iter_mut() {
        match (key.as_str(), value) {
            ("properties" | "$defs" | "patternProperties", Value::Object(named)) => parts.extend(named.values_mut()),
            ("oneOf" | "anyOf" | "allOf" | "prefixItems", Value::Array(list)) => parts.extend(list.iter_mut()),
            ("items" | "additionalProperties", inner @ Value::Object(_)) => parts.push(inner),
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_among_other_alternatives_become_one_enum() {
        let mut schema = json!({"oneOf": [
            {"const": "reset", "type": "string", "description": "It ends."},
            {"type": "object", "required": ["slow_body"], "properties": {"slow_body": {"type": "string"}}},
            {"const": "refuse", "type": "string", "description": "It refuses."},
        ]});
        join_words(&mut schema);
        entitle("Effect", &mut schema);
        let words = json!({
            "type": "string",
            "enum": ["reset", "refuse"],
            "description": "* `reset`: It ends.\n* `refuse`: It refuses.",
            "title": "EffectWord",
        });
        assert_eq!(schema["oneOf"][0], words);
        assert_eq!((&schema["oneOf"][1]["title"], &schema["title"]), (&json!("EffectSlowBody"), &json!("Effect")));
    }

    #[test]
    fn words_alone_become_an_enum_without_alternatives() {
        let mut schema = json!({"description": "A role.", "oneOf": [{"const": "writer", "description": "It writes."}]});
        join_words(&mut schema);
        assert_eq!(schema, json!({"description": "A role.\n* `writer`: It writes.", "type": "string", "enum": ["writer"]}));
    }

    #[test]
    fn what_may_be_left_out_may_be_null() {
        let mut schema = json!({"required": ["id"], "properties": {
            "id": {"type": "string"},
            "word": {"type": "string", "enum": ["a"]},
            "on": {"$ref": "#/components/schemas/Target", "description": "Which."},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "any": {"description": "Any JSON."},
        }});
        take_nulls(&mut schema);
        let expected = json!({"required": ["id"], "properties": {
            "id": {"type": "string"},
            "word": {"type": ["string", "null"], "enum": ["a", null]},
            "on": {"description": "Which.", "anyOf": [{"$ref": "#/components/schemas/Target"}, {"type": "null"}]},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "any": {"description": "Any JSON."},
        }});
        assert_eq!(schema, expected);
    }
}
