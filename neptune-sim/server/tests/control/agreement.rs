//! The OpenAPI document and the simulator say the same: for each body and each part of it, whatever they are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use neptune_control::Operation;
use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::client::{Answer, ask_with};
use crate::start;

static DOCUMENT: LazyLock<Value> = LazyLock::new(neptune_server::openapi);

/// A body that is taken, for an operation.
#[derive(Clone, Debug)]
struct Example {
    operation: Operation,
    body: Value,
}

fn described(operation: Operation) -> &'static Value {
    &DOCUMENT["paths"][operation.path()][operation.method().as_str().to_ascii_lowercase()]
}

fn content(operation: Operation) -> &'static Value {
    &described(operation)["requestBody"]["content"]["application/json"]
}

/// Every example of the document, but for the state, which is not written by hand.
fn examples() -> Vec<Example> {
    let taken = Operation::ALL.iter().filter(|operation| **operation != Operation::ImportState);
    let bodies = taken.flat_map(|operation| {
        let examples = content(*operation)["examples"].as_object().into_iter().flatten();
        examples.map(|(_, example)| Example { operation: *operation, body: example["value"].clone() })
    });
    bodies.chain(rich_examples()).collect()
}

/// Examples that have what those of the document leave out.
fn rich_examples() -> Vec<Example> {
    let everything = json!({
        "name": "everything", "on": {"operation": "status", "load": "x", "request": "2..4", "call": 1, "attempt": 1, "invocation": "i"},
        "from": "1s", "until": "5s", "for": "1s", "fail": 1, "pass": 1, "chance": 0.5, "after": "1s", "clock": "wall",
        "does": {"error": {"code": "InternalFailureException", "message": "m", "http": 500}}, "optional": true,
    });
    let faults = [
        everything,
        json!({"name": "g", "does": {"gateway": {"http": 502, "body": "empty"}}}),
        json!({"name": "a", "does": {"answer": {"http": 200, "headers": {"x-a": "b"}, "text": "t"}}}),
        json!({"name": "p", "does": {"padded": 5}}),
    ];
    let key = json!({"id": "AKID", "secret": "made-up", "session_token": "t", "user": "me", "allow": ["neptune-db:Get*"]});
    let iam =
        json!({"region": "us-east-1", "account": "123456789012", "resource_id": "cluster-X", "keys": [key], "skew": "20m"});
    let error = json!({
        "code": "PARSING_ERROR", "message": "m", "file": "f", "record": 1, "times": 2, "counts_as": "parsing", "feed_status": "LOAD_FAILED",
    });
    let load = json!({
        "id": "rich", "lifecycle": ["LOAD_X 1s", "LOAD_FAILED"], "source": "s3://b/", "files": 2, "records": 9, "duplicates": 1,
        "retries": 1, "errors": [error], "undocumented_statuses": ["LOAD_X"],
    });
    let scenario = json!({
        "name": "rich", "about": "x", "given": {
            "seed": 1, "region": "us-east-1", "instance": "reader", "loads": {"a": {"lifecycle": ["LOAD_FAILED"], "files": 1}},
            "started_loads": [{"source": "s3://b/", "runs": "5s"}], "faults": [{"does": "reset"}], "strict": true,
            "iam": {"keys": [{"id": "AKID", "secret": "made-up"}]}, "quirks": {"unknown_id": "bad_request"},
        },
    });
    let bodies = [
        (Operation::SetAvailability, json!({"answers": {"http": 200, "body": {"a": 1}}})),
        (Operation::SetAuthentication, iam),
        (Operation::ScriptLoad, load),
        (Operation::AddCluster, scenario),
        (Operation::SetQuirks, json!({"visible_after_seconds": 2})),
        (Operation::ChangeInstance, json!({"role": "writer", "health": "recovery", "rolling_back": 1})),
    ];
    let faults = faults.into_iter().map(|body| (Operation::AddFault, body));
    bodies.into_iter().chain(faults).map(|(operation, body)| Example { operation, body }).collect()
}

/// Sends a body to a fresh simulator whose control API has a port of its own, so that nothing depends on what came before.
async fn send(operation: Operation, body: &Value) -> Answer {
    let sim = start().await;
    sim.add_cluster(crate::spec("other")).await.unwrap();
    let path = operation.path().replace("{name}", "other").replace("{id}", "domain-load");
    let json = [("Content-Type", "application/json")];
    ask_with(sim.first().address(), operation.method().as_str(), &path, &json, &body.to_string()).await
}

async fn assert_taken(operation: Operation, body: &Value) {
    let answer = send(operation, body).await;
    assert!(answer.status < 300, "{operation:?} {body}: {} {}", answer.status, answer.body);
}

async fn assert_refused(operation: Operation, body: &Value) {
    let answer = send(operation, body).await;
    assert_eq!(answer.status, 400, "{operation:?} {body}: {}", answer.body);
    assert_plain(&answer.json(), body);
}

/// A refusal says what is wrong and what to do, without the words of the libraries behind it.
pub(super) fn assert_plain(problem: &Value, request: &Value) {
    let (error, hint) = (problem["error"].as_str().unwrap_or_default(), problem["hint"].as_str().unwrap_or_default());
    assert!(!error.is_empty() && !hint.is_empty(), "{request}: {problem}");
    let internals = [
        "invalid type",
        "invalid value",
        "invalid length",
        "missing field",
        "unknown field",
        "unknown variant",
        "duplicate field",
        "did not match",
        "expected struct",
        "expected a sequence",
        "expected value",
        "untagged",
        "at line ",
        "Failed to",
        " u16",
        " u64",
        "-->",
        "\n",
        "error: ",
        "EOF",
        "tuple",
        "expected ident",
    ];
    let found = internals.iter().find(|words| error.contains(**words) || hint.contains(**words));
    assert_eq!(found, None, "{request}: {problem}");
}

/// What a reference leads to, and of a choice the alternative for this value.
fn schema_of<'a>(schema: &'a Value, value: &Value) -> &'a Value {
    if let Some(target) = schema["$ref"].as_str() {
        return schema_of(DOCUMENT.pointer(target.strip_prefix('#').unwrap()).unwrap(), value);
    }
    let choice = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()).filter(|_| schema.get("type").is_none());
    let Some(choice) = choice else { return schema };
    let has_keys = |one: &Value| {
        let known = one["properties"].as_object();
        value.as_object().is_none_or(|fields| fields.keys().all(|key| known.is_some_and(|known| known.contains_key(key))))
    };
    let kind = |one: &Value| match &one["type"] {
        Value::String(kind) => vec![kind.clone()],
        kinds => kinds.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    };
    let is_kind = |one: &Value| match value {
        Value::Object(_) => kind(one).contains(&"object".to_owned()) && has_keys(one),
        Value::Array(_) => kind(one).contains(&"array".to_owned()),
        Value::String(_) => kind(one).contains(&"string".to_owned()),
        Value::Number(_) => kind(one).iter().any(|kind| kind == "integer" || kind == "number"),
        _ => true,
    };
    choice.iter().map(|one| schema_of(one, value)).find(|one| is_kind(one)).unwrap_or(schema)
}

/// Every object within a value, with its place and its schema.
fn objects<'a>(schema: &'a Value, value: &Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    let schema = schema_of(schema, value);
    match value {
        Value::Object(fields) => {
            found.push((place.to_owned(), schema));
            for (key, inner) in fields {
                let below = schema["properties"]
                    .get(key)
                    .or_else(|| schema.get("additionalProperties"))
                    .filter(|below| below.is_object());
                if let Some(below) = below {
                    objects(below, inner, &format!("{place}/{key}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate() {
                objects(&schema["items"], item, &format!("{place}/{nth}"), found);
            }
        }
        _ => {}
    }
}

fn described_objects(example: &Example) -> Vec<(String, &'static Value)> {
    let mut found = Vec::new();
    objects(&content(example.operation)["schema"], &example.body, "", &mut found);
    found.into_iter().filter(|(_, schema)| schema["properties"].is_object()).collect()
}

fn optional_properties(schema: &Value) -> Vec<String> {
    let required: BTreeSet<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let all = schema["properties"].as_object().unwrap().keys();
    all.filter(|name| !required.contains(name.as_str())).cloned().collect()
}

#[tokio::test]
async fn every_example_is_taken() {
    for Example { operation, body } in examples() {
        assert_taken(operation, &body).await;
    }
}

#[tokio::test]
async fn null_is_taken_for_whatever_may_be_left_out_and_means_that() {
    let mut seen = BTreeSet::new();
    for example in examples() {
        for (place, schema) in described_objects(&example) {
            // As clients that generators made write it: null for everything that is not set.
            let mut body = example.body.clone();
            let fields = body.pointer_mut(&place).unwrap().as_object_mut().unwrap();
            for name in optional_properties(schema) {
                seen.insert(format!("{:?} {} {name}", example.operation, schema["title"]));
                fields.entry(name).or_insert(Value::Null);
            }
            assert_taken(example.operation, &body).await;
            let mut body = example.body.clone();
            for name in optional_properties(schema) {
                let fields = body.pointer_mut(&place).unwrap().as_object_mut().unwrap();
                if !fields.contains_key(&name) {
                    fields.insert(name.clone(), Value::Null);
                    let is_choice = ["body", "json"].contains(&name.as_str());
                    if !is_choice {
                        assert_taken(example.operation, &body).await;
                    }
                    body.pointer_mut(&place).unwrap().as_object_mut().unwrap().shift_remove(&name);
                }
            }
        }
    }
    assert_eq!(unseen(&seen), BTreeSet::new(), "properties that no example reaches");
}

/// The properties that a request may leave out and that were not among those seen. Those of scenarios are not written here one by one.
fn unseen(seen: &BTreeSet<String>) -> BTreeSet<String> {
    let components = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let mut all = BTreeSet::new();
    for operation in
        Operation::ALL.iter().filter(|operation| !matches!(operation, Operation::AddCluster | Operation::ImportState))
    {
        for name in reached(&content(*operation)["schema"], components) {
            let variants = components[&name]["oneOf"].as_array().or_else(|| components[&name]["anyOf"].as_array());
            for schema in
                variants.into_iter().flatten().chain([&components[&name]]).filter(|schema| schema["properties"].is_object())
            {
                all.extend(
                    optional_properties(schema).into_iter().map(|field| format!("{operation:?} {} {field}", schema["title"])),
                );
            }
        }
    }
    all.difference(seen).cloned().collect()
}

fn reached(value: &Value, components: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let name = fields.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
                if let Some(name) = name
                    && found.insert(name.to_owned())
                {
                    open.push(&components[name]);
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

#[tokio::test]
async fn no_list_is_taken_for_an_object_anywhere() {
    for example in examples() {
        for (place, _) in described_objects(&example) {
            let mut body = example.body.clone();
            let object = body.pointer_mut(&place).unwrap();
            *object = object.as_object().unwrap().values().cloned().collect();
            assert_refused(example.operation, &body).await;
        }
    }
}

#[tokio::test]
async fn no_unknown_key_is_taken_anywhere() {
    for example in examples() {
        for (place, schema) in described_objects(&example) {
            assert_eq!(schema["additionalProperties"], false, "{:?} {place}", example.operation);
            let mut body = example.body.clone();
            body.pointer_mut(&place).unwrap()["no_such_key"] = json!(1);
            assert_refused(example.operation, &body).await;
        }
    }
}

#[tokio::test]
async fn no_required_key_may_be_missing_or_null() {
    for example in examples() {
        for (place, schema) in described_objects(&example) {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let mut body = example.body.clone();
                body.pointer_mut(&place).unwrap()[name] = Value::Null;
                assert_refused(example.operation, &body).await;
                body.pointer_mut(&place).unwrap().as_object_mut().unwrap().shift_remove(name);
                assert_refused(example.operation, &body).await;
            }
        }
    }
}

#[rstest]
#[case::a_word_for_off(Operation::SetAuthentication, json!(false))]
#[case::a_canned_answer_in_order(Operation::SetAvailability, json!({"answers": [500, "C", "m"]}))]
#[case::an_instance_in_order(Operation::ChangeInstance, json!(["reader"]))]
#[case::a_load_in_order(Operation::ScriptLoad, json!(["x", ["LOAD_COMPLETED"]]))]
#[case::a_fault_in_order(Operation::AddFault, json!(["n", "blip-500"]))]
#[case::a_key_in_order(Operation::SetAuthentication, json!({"keys": [["A", "made-up"]]}))]
#[case::an_error_in_order(Operation::AddFault, json!({"does": {"error": ["InternalFailureException", "m", 500]}}))]
#[case::a_gateway_in_order(Operation::AddFault, json!({"does": {"gateway": [502, "html"]}}))]
#[case::an_answer_in_order(Operation::AddFault, json!({"does": {"answer": [200, {}, null, "t"]}}))]
#[case::a_wait_in_order(Operation::MoveClock, json!({"wait": ["domain-load", "finished"]}))]
#[case::a_word_with_nothing(Operation::AddFault, json!({"does": {"reset": null}}))]
#[case::a_scenario_in_order(Operation::AddCluster, json!([null, null, {}, "name", "about"]))]
#[case::a_state_in_order(Operation::ImportState, json!(["0.1.0", "manual", "available", false, {}]))]
#[case::an_open_state(Operation::ImportState, json!({"version": "0.1.0", "clock": "manual", "availability": "available", "strict": false, "loader": {}}))]
#[case::an_unknown_quirk(Operation::SetQuirks, json!({"unknwon_id": "bad_request"}))]
#[case::a_number_in_quotes(Operation::SetQuirks, json!({"visible_after_seconds": "2"}))]
#[case::a_text_for_a_flag(Operation::SetStrictness, json!("true"))]
#[tokio::test]
async fn what_the_document_does_not_allow_is_refused(#[case] operation: Operation, #[case] body: Value) {
    assert_refused(operation, &body).await;
}

#[tokio::test]
async fn whole_numbers_may_be_written_as_schemas_let_them() {
    assert_taken(Operation::ScriptLoad, &json!({"id": "x", "lifecycle": ["LOAD_FAILED"], "files": 2.0, "records": 1e3})).await;
    assert_refused(Operation::ScriptLoad, &json!({"id": "x", "lifecycle": ["LOAD_FAILED"], "files": 2.5})).await;
}

#[tokio::test]
async fn a_json_null_is_answered_if_nothing_else_is_null() {
    let sim = start().await;
    let fault = json!({"does": {"answer": {"http": 200, "json": null}}}).to_string();
    let path = "/_sim/clusters/first/faults";
    ask_with(sim.first().address(), "POST", path, &[], &fault).await;
    assert_eq!(crate::client::ask(sim.first().address(), "GET", "/loader").await.body, "null");
    ask_with(sim.first().address(), "DELETE", path, &[], "").await;
    let generated = json!({"does": {"answer": {"http": 200, "headers": {}, "json": null, "text": null}}}).to_string();
    assert_eq!(ask_with(sim.first().address(), "POST", path, &[], &generated).await.status, 201);
    assert_eq!(crate::client::ask(sim.first().address(), "GET", "/loader").await.body, "");
}

#[tokio::test]
async fn what_an_export_gives_is_what_the_document_describes() {
    let sim = start().await;
    let state = crate::client::ask(sim.first().address(), "GET", "/_sim/clusters/first/state").await.json();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let described = &DOCUMENT["components"]["schemas"]["ClusterState"]["properties"]["loader"]["properties"];
    assert_eq!(names(&state["loader"]), names(described));
    assert_taken(Operation::ImportState, &state).await;
}

// ---- the document, for generators of clients --------------------------------------------------------------------------------------

#[test]
fn every_variant_has_a_name() {
    let mut titles = BTreeSet::new();
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        assert_eq!(schema["title"], json!(name));
        for variant in ["oneOf", "anyOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()) {
            let is_named = variant.get("$ref").is_some() || variant["type"] == "null" || variant["title"].is_string();
            assert!(is_named, "{name}: {variant}");
            if let Some(title) = variant["title"].as_str() {
                assert!(titles.insert(title.to_owned()), "{title} is the name of two");
            }
        }
    }
    for title in ["MoveClockAdvance", "MoveClockWait", "EffectWord", "EffectSlowBody", "AvailabilityAnswers"] {
        assert!(titles.contains(title), "{title} in {titles:?}");
    }
}

#[test]
fn words_are_in_one_list() {
    let is_word = |value: &Value| value.get("const").is_some();
    let mut open = vec![&*DOCUMENT];
    while let Some(value) = open.pop() {
        let several = value["oneOf"].as_array().is_some_and(|list| list.iter().any(is_word));
        assert!(!several, "{value}");
        open.extend(value.as_object().into_iter().flat_map(Map::values));
        open.extend(value.as_array().into_iter().flatten());
    }
}

#[test]
fn a_cluster_is_added_as_json_or_yaml() {
    let content = &described(Operation::AddCluster)["requestBody"]["content"];
    assert_eq!(content["application/json"]["schema"]["$ref"], "#/components/schemas/Scenario");
    assert_eq!(content["application/yaml"]["schema"]["type"], "string");
    let scenario = &DOCUMENT["components"]["schemas"]["Scenario"]["properties"];
    let described: Vec<&String> = scenario.as_object().unwrap().keys().collect();
    let schema = neptune_server::scenario::json_schema();
    assert_eq!(described, schema["properties"].as_object().unwrap().keys().collect::<Vec<_>>());
}
