//! The JSON Schema of scenario files as editors like it: no `null` that no author means, a title on every choice, a description on every key.

use serde_json::{Map, Value};

use super::words;
use crate::file::ScenarioFile;

/// The id of the schema, whatever its file.
const ID: &str = "urn:neptune-sim:scenario";

/// The JSON Schema of a scenario as its types give it: what generators of clients understand.
pub fn plain_schema() -> Value {
    schemars::schema_for!(ScenarioFile).into()
}

/// The JSON Schema of scenario files, for editors.
pub fn json_schema() -> Value {
    let mut schema: Value = schemars::schema_for!(ScenarioFile).into();
    without_nulls(&mut schema);
    let Some(root) = schema.as_object_mut() else { return schema };
    root.insert("$id".into(), ID.into());
    words::complete_root(root);
    if let Some(Value::Object(definitions)) = root.get_mut("$defs") {
        words::complete(definitions);
        for (name, definition) in definitions.iter_mut() {
            let title = title(name);
            definition.as_object_mut().map(|definition| definition.entry("title").or_insert(title.into()));
        }
    }
    choices(&mut schema);
    let definitions = schema["$defs"].clone();
    describe(&mut schema, &definitions);
    schema
}

/// Takes `null` away: an optional key is left out rather than empty.
fn without_nulls(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(without_nulls),
        Value::Object(schema) => {
            if schema.get("default").is_some_and(Value::is_null) {
                schema.remove("default");
            }
            if let Some(Value::Array(types)) = schema.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    schema.insert("type".into(), only);
                }
            }
            if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
                if let [Value::Object(only)] = &choices[..] {
                    let only = only.clone();
                    schema.remove("anyOf");
                    schema.extend(only);
                }
            }
            schema.values_mut().for_each(without_nulls);
        }
        _ => {}
    }
}

/// `LoadEntry` is a load.
fn title(name: &str) -> String {
    let name = name.strip_suffix("Entry").or_else(|| name.strip_suffix("Choice")).unwrap_or(name);
    let mut title = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase()
            && !title.is_empty()
            && !title.ends_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        {
            title.push(' ');
        }
        title.push(c.to_ascii_lowercase());
    }
    title
}

/// Names each choice after its key or word, and describes the key as the choice.
fn choices(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(choices),
        Value::Object(schema) => {
            for key in ["oneOf", "anyOf"] {
                if let Some(Value::Array(all)) = schema.get_mut(key) {
                    all.iter_mut().filter_map(Value::as_object_mut).for_each(name_choice);
                }
            }
            schema.values_mut().for_each(choices);
        }
        _ => {}
    }
}

fn name_choice(choice: &mut Map<String, Value>) {
    let description = choice.get("description").cloned();
    let word = choice.get("const").and_then(Value::as_str).map(str::to_owned);
    let title = match choice.get_mut("properties").and_then(Value::as_object_mut) {
        Some(properties) if properties.len() == 1 => {
            let (key, property) = properties.iter_mut().next().expect("there is one");
            if let (Some(description), Some(property)) = (description, property.as_object_mut()) {
                property.entry("description").or_insert(description);
            }
            Some(key.clone())
        }
        _ => word,
    };
    let kind = || match choice.get("type").and_then(Value::as_str) {
        Some("string") => Some("text".to_owned()),
        other => other.map(str::to_owned),
    };
    if let Some(title) = title.or_else(kind) {
        choice.entry("title").or_insert(title.into());
    }
}

/// Describes each key that has no words of its own with those of its type.
fn describe(schema: &mut Value, definitions: &Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(|schema| describe(schema, definitions)),
        Value::Object(schema) => {
            if let Some(Value::Object(properties)) = schema.get_mut("properties") {
                for property in properties.values_mut().filter_map(Value::as_object_mut) {
                    let definition = property.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
                    let described = definition.and_then(|name| definitions[name].get("description")).cloned();
                    if let Some(description) = described {
                        property.entry("description").or_insert(description);
                    }
                }
            }
            schema.values_mut().for_each(|schema| describe(schema, definitions));
        }
        _ => {}
    }
}
