//! The OpenAPI 3.1 document: what every operation takes and answers, made from the types.

mod scenario;
mod spelling;

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    AccessKey, AddCluster, AddedCluster, AllLoads, Authentication, Availability, Cleared, ClockReading, ClusterDescription,
    ClusterLine, ClusterState, Effect, ErrorAnswer, Fault, FaultOperation, FaultReport, Health, Iam, Instance, InstanceChange,
    Load, LoadError, LoggedRequest, MoveClock, NewLoad, Operation, Outcome, Overview, Problem, Quirk, QuirkValue, QuirkValues,
    RemovedFaults, RequestFilter, RequestHistory, Role, StartClock, Target, Wait,
};

const ABOUT: &str = "Drives a simulator of Amazon Neptune's bulk loader: time, reachability, the outcome of loads, the requests that came. \
    It is meant for tests on the same machine and asks for no password; requests of web pages are refused. A body holds at most 256 KiB. \
    What a body may leave out may also be null, which means the same.";

/// What the operations are about, with a word for each.
const TAGS: [(&str, &str); 12] = [
    ("simulator", "The simulator itself."),
    ("clusters", "The clusters that it simulates."),
    ("state", "A whole cluster as data."),
    ("clock", "A cluster's time."),
    ("availability", "Whether a cluster can be reached."),
    ("authentication", "Whether a cluster authenticates its clients."),
    ("instance", "The instance behind a cluster's endpoint."),
    ("strict", "What a cluster refuses that Neptune might let pass."),
    ("quirks", "Points where nobody knows what Neptune does."),
    ("faults", "What goes wrong on the way to a cluster."),
    ("loads", "The loads of a cluster."),
    ("requests", "What a cluster was asked, and what it answered."),
];

/// A scenario to begin with.
const SCENARIO: &str = "\
name: two-loads
about: One load that completes and one that waits
given:
  loads:
    domain-load:
      lifecycle: [LOAD_IN_PROGRESS 2s, LOAD_COMPLETED]
    prov-load:
      lifecycle: [LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS 1m, LOAD_COMPLETED]
";

/// The OpenAPI 3.1 document of the control API. It takes the JSON Schema of scenarios, which are not described here: adding a cluster takes
/// one, and the quirks stand in it.
pub fn openapi(scenario: &Value) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.definitions_path = "/components/schemas".into();
    });
    let mut writer = Writer { schemas: settings.into_generator() };
    let mut paths = writer.paths();
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
        "servers": [{"url": "http://127.0.0.1:8182", "description": "where a simulator listens unless told otherwise"}],
        "tags": tags,
        "paths": paths,
        "components": {"schemas": components},
    })
}

/// What can be chosen where nobody knows: an object with a property for each quirk.
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

struct Writer {
    schemas: SchemaGenerator,
}

impl Writer {
    fn paths(&mut self) -> Value {
        let mut paths = Map::new();
        for operation in Operation::ALL {
            let item = paths.entry(operation.path()).or_insert_with(|| json!({}));
            item[operation.method().as_str().to_ascii_lowercase()] = self.operation(*operation);
        }
        paths.into()
    }

    fn operation(&mut self, operation: Operation) -> Value {
        let Exchange { query, request, status, other_status, answer } = self.exchange(operation);
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
            done["content"] = json!({"application/json": {"schema": schema}});
        }
        let problem = json!({
            "description": "What is wrong, and what to do about it.",
            "content": {"application/json": {"schema": self.schema::<Problem>()}},
        });
        written["responses"] = json!({status: done.clone(), "default": problem});
        if let Some(other) = other_status {
            written["responses"][other] = done;
        }
        written
    }

    /// What goes back and forth.
    fn exchange(&mut self, operation: Operation) -> Exchange {
        match operation {
            Operation::Overview => self.answers::<Overview>(),
            Operation::OpenApi => Exchange { answer: Some(json!({"type": "object"})), ..self.answers::<Problem>() },
            Operation::ListClusters => self.answers::<Vec<ClusterLine>>(),
            Operation::AddCluster => Exchange {
                query: self.query::<AddCluster>(),
                request: Some(json!({
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Scenario"},
                        "examples": {"a_load_that_completes": {"value": scenario_as_json()}},
                    },
                    "application/yaml": {"schema": {"type": "string"}, "example": SCENARIO},
                })),
                status: "201",
                ..self.answers::<AddedCluster>()
            },
            Operation::DescribeCluster => self.answers::<ClusterDescription>(),
            Operation::DeleteCluster => Exchange { status: "204", answer: None, ..self.answers::<Problem>() },
            Operation::ExportState => self.answers::<ClusterState>(),
            Operation::ImportState => {
                self.answers::<ClusterDescription>().to(self.request(&[("as_it_was_given", state())])).or("201")
            }
            Operation::ReadClock => self.answers::<ClockReading>(),
            Operation::MoveClock => self.answers::<ClockReading>().to(self.request(&[
                ("advance", MoveClock::Advance("5s".into())),
                ("wait_for_a_load", MoveClock::Wait(Wait::Load { load: "domain-load".into(), until: "finished".into() })),
                ("wait_for_all_loads", MoveClock::Wait(Wait::AllLoads(AllLoads::Finished))),
                ("wait_for_a_moment", MoveClock::Wait(Wait::At("90s".into()))),
                ("set", MoveClock::Set("scaled:60".into())),
            ])),
            Operation::ReadAvailability => self.answers::<Availability>(),
            Operation::SetAvailability => self.answers::<Availability>().to(self.request(&availabilities())),
            Operation::ReadAuthentication => self.answers::<Authentication>(),
            Operation::SetAuthentication => self.answers::<Authentication>().to(self.request(&authentications())),
            Operation::DescribeInstance | Operation::RestartInstance => self.answers::<Instance>(),
            Operation::ChangeInstance => self.answers::<Instance>().to(self.request(&instance_changes())),
            Operation::ReadStrictness => self.answers::<bool>(),
            Operation::SetStrictness => self.answers::<bool>().to(self.request(&[("strict", true), ("as_neptune", false)])),
            Operation::ListQuirks => self.answers::<Vec<Quirk>>(),
            Operation::SetQuirks => {
                let example = json!({"two_choices": {"value": quirk_values()}});
                let schema = json!({"$ref": "#/components/schemas/QuirkValues"});
                self.answers::<Vec<Quirk>>().to(json!({"application/json": {"schema": schema, "examples": example}}))
            }
            Operation::ListFaults => self.answers::<Vec<FaultReport>>(),
            Operation::AddFault => Exchange { status: "201", ..self.answers::<Vec<FaultReport>>().to(self.request(&faults())) },
            Operation::ClearFaults | Operation::RemoveFault => self.answers::<RemovedFaults>(),
            Operation::ListLoads => self.answers::<Vec<Load>>(),
            Operation::ScriptLoad => {
                Exchange { status: "201", ..self.answers::<Load>().to(self.request(&[("a_load_that_fails", failing_load())])) }
            }
            Operation::DescribeLoad => self.answers::<Load>(),
            Operation::SetOutcome => self.answers::<Load>().to(self.request(&outcomes())),
            Operation::ListRequests => Exchange { query: self.query::<RequestFilter>(), ..self.answers::<RequestHistory>() },
            Operation::ClearRequests => self.answers::<Cleared>(),
            Operation::DescribeRequest => self.answers::<LoggedRequest>(),
        }
    }

    fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().into()
    }

    fn answers<T: JsonSchema>(&mut self) -> Exchange {
        Exchange { query: Vec::new(), request: None, status: "200", other_status: None, answer: Some(self.schema::<T>()) }
    }

    /// A JSON body. Its examples are values of the type, so they cannot be wrong.
    fn request<T: JsonSchema + Serialize>(&mut self, examples: &[(&str, T)]) -> Value {
        let examples: Map<String, Value> =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({"value": value}))).collect();
        json!({"application/json": {"schema": self.schema::<T>(), "examples": examples}})
    }

    /// The fields of a type as parameters of a query.
    fn query<T: JsonSchema>(&mut self) -> Vec<Value> {
        let schema = T::json_schema(&mut self.schemas).to_value();
        let fields = schema["properties"].as_object().cloned().unwrap_or_default();
        let parameter = |(name, mut schema): (String, Value)| {
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            // What a query leaves out is not null.
            if let Some(Value::Array(kinds)) = schema.get("type") {
                schema["type"] = kinds[0].clone();
            }
            if let Some(fields) = schema.as_object_mut() {
                fields.remove("default");
            }
            spelling::bound_numbers(&mut schema);
            json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
        };
        fields.into_iter().map(parameter).collect()
    }
}

/// What an operation takes and what it answers.
struct Exchange {
    query: Vec<Value>,
    /// The content of the request's body, by media type.
    request: Option<Value>,
    /// The status of success.
    status: &'static str,
    /// Another status of success.
    other_status: Option<&'static str>,
    /// The schema of the answer.
    answer: Option<Value>,
}

impl Exchange {
    fn to(self, request: Value) -> Self {
        Self { request: Some(request), ..self }
    }

    fn or(self, status: &'static str) -> Self {
        Self { other_status: Some(status), ..self }
    }
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

/// The same kind of scenario, for programs.
fn scenario_as_json() -> Value {
    json!({
        "name": "one-load",
        "about": "One load that completes",
        "given": {"loads": {"domain-load": {"lifecycle": ["LOAD_IN_PROGRESS 2s", "LOAD_COMPLETED"]}}},
    })
}

fn availabilities() -> [(&'static str, Availability); 5] {
    use crate::{CannedAnswer, CannedBody};
    let body = CannedBody::Error { code: "InternalFailureException".into(), message: "down".into() };
    [
        ("available", Availability::Available),
        ("refused", Availability::Refused),
        ("unreachable", Availability::Unreachable),
        ("silent", Availability::Silent),
        ("an_error", Availability::Answers(CannedAnswer { http_status: 500, body })),
    ]
}

/// Its loader is left out: nobody writes one by hand.
fn state() -> ClusterState {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let (start_clock, availability) = (StartClock::AtOnce, Availability::Available);
    ClusterState { version, clock: "manual".into(), start_clock, availability, strict: false, loader: json!({}) }
}

fn authentications() -> [(&'static str, Authentication); 2] {
    let key = AccessKey {
        allow: Some(vec!["neptune-db:Get*".to_owned()]),
        ..AccessKey::new("AKIAIOSFODNN7EXAMPLE", "a secret of your choice")
    };
    [("off", Authentication::OFF), ("on", Authentication::On(Iam { keys: vec![key], ..Iam::default() }))]
}

fn instance_changes() -> [(&'static str, InstanceChange); 2] {
    let recovers = InstanceChange { health: Some(Health::Recovery), rolling_back: Some(3), ..InstanceChange::default() };
    [("a_read_replica", InstanceChange { role: Some(Role::Reader), ..InstanceChange::default() }), ("it_recovers", recovers)]
}

fn faults() -> [(&'static str, Fault); 3] {
    let error = Effect::Error(ErrorAnswer::Code("InternalFailureException".into()));
    let on = Target { operation: Some(FaultOperation::Status), load: Some("domain-load".into()), ..Target::default() };
    let window = Fault { from: Some("5s".into()), until: Some("15s".into()), does: Some(Effect::Refuse), ..Fault::default() };
    [
        ("two_errors", Fault { on, fail: Some(2), does: Some(error), ..Fault::default() }),
        ("ten_seconds_of_nobody", window),
        ("ready_made", Fault { ready: Some("failover".into()), ..Fault::default() }),
    ]
}

fn quirk_values() -> QuirkValues {
    let unknown_id = ("unknown_id".to_owned(), QuirkValue::Word("bad_request".into()));
    [unknown_id, ("visible_after_seconds".to_owned(), QuirkValue::Number(2))].into()
}

fn failing_load() -> NewLoad {
    NewLoad {
        id: "people".into(),
        source: Some("s3://bucket/people/".into()),
        lifecycle: vec!["LOAD_IN_PROGRESS 30s".into(), "LOAD_FAILED".into()],
        errors: vec![parsing_error()],
        ..NewLoad::default()
    }
}

fn outcomes() -> [(&'static str, Outcome); 2] {
    let fails =
        Outcome { lifecycle: Some(vec!["LOAD_FAILED".into()]), errors: Some(vec![parsing_error()]), ..Outcome::default() };
    let goes_on = vec!["LOAD_IN_PROGRESS 1m".into(), "LOAD_COMPLETED".into()];
    [("fails_now", fails), ("completes_in_a_minute", Outcome { lifecycle: Some(goes_on), ..Outcome::default() })]
}

fn parsing_error() -> LoadError {
    LoadError {
        code: "PARSING_ERROR".into(),
        message: "Could not parse the record".into(),
        file: "people.csv".into(),
        record: 7,
        times: None,
        counts_as: None,
        feed_status: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

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
            let is_described = success["content"]["application/json"]["schema"].is_object();
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
