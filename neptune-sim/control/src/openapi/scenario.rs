//! The schema of scenarios among the components of the document: a body that adds a cluster is one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::spelling::COMPONENTS;

/// The key under which a JSON Schema keeps the schemas that it refers to.
const DEFINITIONS: &str = "#/$defs/";
/// The name of the whole schema.
const NAME: &str = "Scenario";

/// Adds a JSON Schema with all that it refers to. What is there under the same name and says the same is shared; what says something else
/// stands under a longer name.
pub(super) fn add_to(components: &mut Map<String, Value>, schema: &Value) {
    let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
    let others = conflicts(components, &definitions);
    for (name, definition) in &definitions {
        let name = renamed(name, &others);
        components.entry(name).or_insert_with(|| moved(definition, &others));
    }
    let mut root = moved(schema, &others);
    if let Some(fields) = root.as_object_mut() {
        fields.retain(|key, _| !key.starts_with('$'));
    }
    components.insert(NAME.to_owned(), root);
}

/// The names that mean something else here. One that refers to such a name does so, too.
fn conflicts(components: &Map<String, Value>, definitions: &Map<String, Value>) -> BTreeSet<String> {
    let mut others = BTreeSet::new();
    loop {
        let differs = |(name, definition): &(&String, &Value)| {
            components.get(*name).is_some_and(|there| *there != moved(definition, &others))
        };
        let found: BTreeSet<String> = definitions.iter().filter(differs).map(|(name, _)| name.clone()).collect();
        if found.is_subset(&others) {
            return others;
        }
        others.extend(found);
    }
}

/// The schema with references to the components.
fn moved(schema: &Value, others: &BTreeSet<String>) -> Value {
    match schema {
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(target)) => (key.clone(), reference(target, others)),
                _ => (key.clone(), moved(value, others)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Array(items) => items.iter().map(|item| moved(item, others)).collect(),
        other => other.clone(),
    }
}

fn reference(target: &str, others: &BTreeSet<String>) -> Value {
    match target.strip_prefix(DEFINITIONS) {
        Some(name) => format!("{COMPONENTS}{}", renamed(name, others)).into(),
        None if target == "#" => format!("{COMPONENTS}{NAME}").into(),
        None => target.into(),
    }
}

fn renamed(name: &str, others: &BTreeSet<String>) -> String {
    if others.contains(name) { format!("{NAME}{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_the_same_is_shared_and_what_does_not_is_renamed_with_all_that_refers_to_it() {
        let mut components = json!({
            "Same": {"type": "string"},
            "Key": {"type": "string"},
            "User": {"properties": {"key": {"$ref": "#/components/schemas/Key"}}},
        });
        let components = components.as_object_mut().unwrap();
        let schema = json!({
            "$schema": "x",
            "properties": {"user": {"$ref": "#/$defs/User"}, "same": {"$ref": "#/$defs/Same"}},
            "$defs": {
                "Same": {"type": "string"},
                "Key": {"type": "integer"},
                "User": {"properties": {"key": {"$ref": "#/$defs/Key"}}},
            },
        });
        add_to(components, &schema);
        let names: Vec<&str> = components.keys().map(String::as_str).collect();
        assert_eq!(names, ["Same", "Key", "User", "ScenarioKey", "ScenarioUser", "Scenario"]);
        assert_eq!(components["ScenarioUser"]["properties"]["key"]["$ref"], "#/components/schemas/ScenarioKey");
        let expected = json!({"properties": {
            "user": {"$ref": "#/components/schemas/ScenarioUser"},
            "same": {"$ref": "#/components/schemas/Same"},
        }});
        assert_eq!(components["Scenario"], expected);
    }
}
