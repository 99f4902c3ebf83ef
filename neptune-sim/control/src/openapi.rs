//! The OpenAPI 3.1 document: what every operation takes and answers, made from the types.

mod scenario;

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, Writer};
use crate::operation::{Operation, TAGS};
use crate::problem::Problem;
use crate::spelling;

const ABOUT: &str = "Drives a simulator of Amazon Neptune's bulk loader: time, reachability, the outcome of loads, the requests that came. \
    It is meant for tests on the same machine and asks for no password; requests of web pages are refused, but for the simulator's own at `/_sim/ui`. A body holds at most 256 KiB. \
    What a body may leave out may also be null, which means the same.";

/// The OpenAPI 3.1 document of the control API. It takes the JSON Schema of scenarios, which are not described here: adding a cluster takes
/// one, and the quirks stand in it.
pub fn openapi(scenario: &Value) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.definitions_path = "/components/schemas".into();
    });
    let mut writer = Writer { schemas: settings.into_generator() };
    let mut paths = paths(&mut writer);
    let mut components = writer.schemas.take_definitions(true);
    components.insert("QuirkValues".to_owned(), quirks_of(scenario));
    scenario::add_to(&mut components, scenario);
    spell(&mut paths, &mut components);
    let tags: Vec<Value> = TAGS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "neptune-sim control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8182", "description": "where a simulator listens by default"}],
        "tags": tags,
        "paths": paths,
        "components": {"schemas": components},
    })
}

/// The choices of quirks: an object with a property for each quirk.
fn quirks_of(scenario: &Value) -> Value {
    let mut schema = scenario["$defs"]["Given"]["properties"]["quirks"].clone();
    schema["description"] = "Choices by the names of quirks. All are made, or none.".into();
    schema
}

/// Spells every schema of the document as generators of clients understand it.
fn spell(paths: &mut Value, components: &mut Map<String, Value>) {
    let bodies: Vec<&mut Value> = request_schemas(paths);
    let reached: BTreeSet<String> = bodies.iter().flat_map(|schema| spelling::reached(schema, components)).collect();
    let named = components.iter_mut().map(|(name, schema)| (reached.contains(name), Some(name.as_str()), schema));
    let inline = bodies.into_iter().map(|schema| (true, None, schema));
    for (is_sent, name, schema) in named.chain(inline) {
        spelling::join_words(schema);
        spelling::bound_numbers(schema);
        if is_sent {
            spelling::take_nulls(schema);
        }
        if let Some(name) = name {
            spelling::entitle(name, schema);
        }
    }
}

/// The schemas of all bodies that are sent to the simulator.
fn request_schemas(paths: &mut Value) -> Vec<&mut Value> {
    let items = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = items.flat_map(|item| item.as_object_mut().into_iter().flat_map(Map::values_mut));
    let contents = operations.filter_map(|operation| operation.get_mut("requestBody")?.get_mut("content")?.as_object_mut());
    contents.flat_map(Map::values_mut).filter_map(|content| content.get_mut("schema")).collect()
}

/// Every path with its operations.
fn paths(writer: &mut Writer) -> Value {
    let mut paths = Map::new();
    for operation in Operation::ALL {
        let item = paths.entry(operation.path()).or_insert_with(|| json!({}));
        item[operation.method().as_str().to_ascii_lowercase()] = described(writer, *operation);
    }
    paths.into()
}

/// An operation as the document describes it.
fn described(writer: &mut Writer, operation: Operation) -> Value {
    let Exchange { query, request, status, other_status, media_type, answer } = operation.exchange(writer);
    let mut written = json!({"operationId": operation.id(), "summary": operation.summary(), "tags": [operation.tag()]});
    let description = operation.description();
    if !description.is_empty() {
        written["description"] = description.into();
    }
    let parameters: Vec<Value> = operation.path_parameters().map(path_parameter).chain(query).collect();
    if !parameters.is_empty() {
        written["parameters"] = parameters.into();
    }
    if let Some(content) = request {
        written["requestBody"] = json!({"required": true, "content": content});
    }
    let mut done = json!({"description": if status == "204" { "It is done." } else { "What was asked for." }});
    if let Some(schema) = answer {
        done["content"] = json!({media_type: {"schema": schema}});
    }
    let problem = json!({
        "description": "What is wrong, and what to do about it.",
        "content": {"application/json": {"schema": writer.schema::<Problem>()}},
    });
    written["responses"] = json!({status: done.clone(), "default": problem});
    if let Some(other) = other_status {
        written["responses"][other] = done;
    }
    written
}

fn path_parameter(name: &str) -> Value {
    let (description, schema) = match name {
        "number" => ("The number of a request.", json!({"type": "integer", "minimum": 0})),
        "id" => ("The id of a load, percent-encoded.", json!({"type": "string"})),
        "fault" => ("The name of a fault, percent-encoded.", json!({"type": "string"})),
        _ => ("The name of a cluster.", json!({"type": "string"})),
    };
    json!({"name": name, "in": "path", "required": true, "description": description, "schema": schema})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::exchange::{EVENT_STREAM, JSON};

    /// The document, with a small schema in the place of the scenarios'.
    fn document() -> Value {
        openapi(&json!({
            "type": "object",
            "description": "A scenario.",
            "properties": {"given": {"$ref": "#/$defs/Given", "description": "What is given."}},
            "$defs": {"Given": {
                "type": "object",
                "description": "What is given.",
                "properties": {"quirks": {"type": "object", "description": "Choices.", "properties": {}, "additionalProperties": false}},
            }},
        }))
    }

    /// Every value of the document, with the key it stands under.
    fn values<'a>(key: &'a str, value: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let inner: Vec<_> = match value {
            Value::Object(fields) => fields.iter().flat_map(|(key, field)| values(key, field)).collect(),
            Value::Array(items) => items.iter().flat_map(|item| values(key, item)).collect(),
            _ => Vec::new(),
        };
        [(key, value)].into_iter().chain(inner).collect()
    }

    fn operations(document: &Value) -> Vec<(&str, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().values().map(move |written| (path.as_str(), written)))
            .collect()
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let references: Vec<&str> = values("", &document)
            .into_iter()
            .filter(|(key, _)| *key == "$ref")
            .filter_map(|(_, value)| value.as_str())
            .collect();
        assert!(references.len() > 20, "{references:?}");
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }

    #[test]
    fn every_schema_is_used() {
        let document = document();
        let text = document.to_string();
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "nothing refers to {name}");
        }
    }

    #[test]
    fn every_operation_is_described_once() {
        let document = document();
        let operations = operations(&document);
        let ids: BTreeSet<&str> = operations.iter().map(|(_, written)| written["operationId"].as_str().unwrap()).collect();
        assert_eq!((operations.len(), ids.len()), (Operation::ALL.len(), Operation::ALL.len()));
        for (path, written) in operations {
            let summary = written["summary"].as_str().unwrap();
            assert!(summary.ends_with('.') && !summary.trim_end_matches('.').is_empty(), "{path}: {summary:?}");
            let answers = written["responses"].as_object().unwrap();
            let success = answers.iter().find(|(status, _)| status.starts_with('2')).unwrap().1;
            let is_described = [JSON, EVENT_STREAM].iter().any(|kind| success["content"][kind]["schema"].is_object());
            assert!(is_described || answers.contains_key("204"), "{path}: {success}");
            assert!(answers.contains_key("default"), "{path}");
        }
    }

    #[test]
    fn every_operation_is_about_something_and_everything_is_about_something() {
        let document = document();
        let tags: BTreeSet<&str> = TAGS.iter().map(|(name, _)| *name).collect();
        let used: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.tag()).collect();
        assert_eq!((used, tags.len()), (tags, TAGS.len()));
        for (path, written) in operations(&document) {
            assert_eq!(written["tags"].as_array().map(Vec::len), Some(1), "{path}");
        }
    }

    #[test]
    fn every_parameter_is_declared_once_and_explained() {
        let document = document();
        for (path, written) in operations(&document) {
            let parameters = written["parameters"].as_array().cloned().unwrap_or_default();
            let named = |place: &str| -> Vec<String> {
                let here = parameters.iter().filter(|parameter| parameter["in"] == place);
                here.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
            };
            let in_template: Vec<_> = path.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect();
            assert_eq!(named("path"), in_template, "{path}");
            let all: BTreeSet<_> = named("path").into_iter().chain(named("query")).collect();
            assert_eq!(all.len(), parameters.len(), "{path}");
            for parameter in &parameters {
                assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{path}: {parameter}");
                assert!(parameter["schema"]["type"].is_string(), "{path}: {parameter}");
            }
        }
    }

    #[test]
    fn every_body_has_an_example() {
        let document = document();
        let bodies: Vec<_> =
            operations(&document).into_iter().filter(|(_, written)| written.get("requestBody").is_some()).collect();
        assert!(bodies.len() >= 6, "{} bodies", bodies.len());
        for (path, written) in bodies {
            for (_, content) in written["requestBody"]["content"].as_object().unwrap() {
                let examples = content["examples"].as_object().map_or(0, Map::len);
                assert!(examples > 0 || content["example"].is_string(), "{path}: {content}");
            }
        }
    }

    #[test]
    fn every_field_is_explained() {
        let document = document();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(schema["description"].is_string(), "{name} is not explained");
            for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                assert!(schema["description"].is_string(), "{name}.{field} is not explained");
            }
        }
    }
}
