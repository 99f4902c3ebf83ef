//! What the types of a scenario file cannot say to an editor: which words, numbers and combinations there are.
//!
//! The schema that the types give is completed here, so that an editor offers every word and marks what the reader would refuse. The reader
//! judges by itself: a test holds the two together.

use neptune_fault::{MOST_PADDING, ready_faults};
use neptune_loader::quirks::Choices;
use neptune_loader::{ErrorCode, FeedErrorCode, LoadFormat, LoadStatus, QUIRKS, Quirk, StartFailure};
use neptune_text::DURATION_PATTERN;
use serde_json::{Map, Value, json};

use crate::test_file::suite::{FAILURES, FUNCTIONS};
use crate::test_file::{Kind, METHODS};

/// What [`Numbers`](neptune_fault::Numbers) reads from a text.
const RANGE: &str = r"^\s*[1-9][0-9]*\s*(\.\.\s*([1-9][0-9]*)?\s*)?$";

/// Completes the definitions with all that they leave open.
pub(super) fn complete(definitions: &mut Map<String, Value>) {
    for (name, property, words) in properties() {
        let place = definitions.get_mut(name).and_then(|definition| definition["properties"].get_mut(property));
        let place = place.unwrap_or_else(|| panic!("the schema of scenarios has no {name}.{property}"));
        merge(place, words);
    }
    for (name, choice, words) in choices() {
        merge(choice_of(definitions, name, choice), words);
    }
    for (name, rules) in combinations() {
        let definition = definitions.get_mut(name).unwrap_or_else(|| panic!("the schema of scenarios has no {name}"));
        definition["allOf"] = rules;
    }
    definitions.insert(
        "Stage".into(),
        json!({"description": "A status and how long it lasts: `LOAD_IN_PROGRESS 5s`. The last one has no duration.",
        "anyOf": [documented(&statuses()), other(&stage(r"\S+"))]}),
    );
    definitions.insert(
        "Status".into(),
        json!({"description": "A status of Neptune's, or one that `given.undocumented_statuses` declares.",
        "anyOf": [documented(&statuses()), other(r"^\S+$")]}),
    );
    definitions.insert(
        "Duration".into(),
        json!({"description": "A number and a unit: `250ms`, `1.5s`, `2m`, `1h`, `3d`. Of milliseconds, it is a whole number.",
        "type": "string", "pattern": DURATION_PATTERN}),
    );
    definitions.insert("Matchers".into(), matchers());
    definitions.insert(
        "AnswerChecks".into(),
        checks(&ANSWER_SUBJECTS, r"^(answer|first|last|earlier|answers\.[0-9]+|raised|request)(\..*)?$"),
    );
    definitions
        .insert("ReplyChecks".into(), checks(&REPLY_SUBJECTS, r"^(reply\.(http|headers|body|text|error)|request)(\..*)?$"));
    definitions
        .insert("ReplyParts".into(), checks(&REPLY_SUBJECTS[..REPLY_PARTS], r"^reply\.(http|headers|body|text|error)(\..*)?$"));
    definitions.insert("DocumentedStatuses".into(), documented_statuses());
}

/// The keys of the root schema beside its properties.
pub(super) fn complete_root(root: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = root.get_mut("properties") else { return };
    let answers = json!({"title": "answers", "type": "object", "additionalProperties": {"$ref": "#/$defs/ReplyParts"}});
    for (name, words) in [
        ("plan", json!({"pattern": format!("^({})/([1-9]|1[0-9]|20)$", FUNCTIONS.join("|"))})),
        ("failure", json!({"enum": (1..=FAILURES).map(|number| format!("F{number}")).collect::<Vec<_>>()})),
        ("name", json!({"pattern": "^[A-Za-z0-9._-]*[A-Za-z0-9][A-Za-z0-9._-]*$"})),
        (
            "question",
            json!({
                "properties": QUIRKS.iter().map(|quirk| (quirk.name.to_owned(), question(quirk))).collect::<Map<_, _>>(),
                "patternProperties": {"^[a-z][a-z0-9_]*$": answers},
                "additionalProperties": false,
            }),
        ),
    ] {
        merge(&mut properties[name], words);
    }
    let has =
        |path: &[&str]| path.iter().rev().fold(json!({}), |inner, key| json!({"required": [key], "properties": {*key: inner}}));
    let declares =
        [&["given", "undocumented_statuses"][..], &["given", "quirks", "cancelled_word"], &["question", "cancelled_word"]];
    root.insert("if".into(), json!({"anyOf": declares.map(has)}));
    root.insert("else".into(), json!({"$ref": "#/$defs/DocumentedStatuses"}));
    let planned = json!({"properties": {"name": {"pattern": "^test_"}}});
    root.insert("dependentSchemas".into(), json!({"plan": planned}));
    let unasked = json!({"not": {"anyOf": [{"required": ["plan"]}, {"required": ["failure"]}]}});
    root["dependentSchemas"]["question"] = unasked;
}

fn properties() -> Vec<(&'static str, &'static str, Value)> {
    let words = |known: Vec<&str>| json!({"enum": known});
    let formats = || words(LoadFormat::ALL.iter().map(|format| format.as_str()).collect());
    let codes: Vec<&str> = ErrorCode::MODELLED.iter().map(ErrorCode::as_str).collect();
    let faults: Vec<&str> = ready_faults().iter().map(|ready| ready.name.as_str()).collect();
    let duration = || json!({"$ref": "#/$defs/Duration"});
    let lifecycle = || json!({"items": {"$ref": "#/$defs/Stage"}, "minItems": 1, "contains": {"pattern": r"^\s*\S+\s*$"}, "maxContains": 1});
    let http = |least: u16| json!({"minimum": least, "maximum": 599});
    let count = |most: u32| json!({"minimum": 2, "maximum": most});
    let claims = |checks: &str| json!({"additionalProperties": {"$ref": format!("#/$defs/{checks}")}});
    let until: Vec<String> = std::iter::once("finished".to_owned()).chain(statuses()).collect();
    let mut all = vec![
        ("LoadEntry", "lifecycle", lifecycle()),
        ("RuleEntry", "lifecycle", lifecycle()),
        ("RuleEntry", "runs", duration()),
        ("RuleEntry", "format", formats()),
        ("RuleEntry", "folder", json!({"pattern": "^[^/]+$"})),
        ("RuleEntry", "refused", words(StartFailure::ALL.iter().map(|failure| failure.as_word()).collect())),
        ("LoadError", "code", words(FeedErrorCode::DOCUMENTED.iter().map(FeedErrorCode::as_str).collect())),
        ("LoadError", "times", json!({"minimum": 1, "maximum": 1_000_000})),
        ("LoadError", "feed_status", json!({"$ref": "#/$defs/Status"})),
        ("StartEntry", "format", formats()),
        ("StartEntry", "times", count(2000)),
        ("StartEntry", "expect", claims("ReplyChecks")),
        ("RequestEntry", "method", words(METHODS.to_vec())),
        ("RequestEntry", "path", json!({"pattern": "^/[^?#]*$"})),
        ("RequestEntry", "times", count(2000)),
        ("RequestEntry", "expect", claims("ReplyChecks")),
        ("InvokeEntry", "function", words(FUNCTIONS.to_vec())),
        ("InvokeEntry", "at_once", count(50)),
        ("InvokeEntry", "times", count(100)),
        ("InvokeEntry", "expect", json!({"minProperties": 1, "additionalProperties": {"$ref": "#/$defs/AnswerChecks"}})),
        ("InvokeEntry", "on_neptune", claims("AnswerChecks")),
        ("PollEntry", "every", duration()),
        ("PollEntry", "until", json!({"$ref": "#/$defs/AnswerChecks"})),
        ("PollEntry", "at_most", count(1000)),
        ("WaitEntry", "until", json!({"anyOf": [documented(&until), other(r"^\S+$")]})),
        ("DatasetEntry", "format", words(vec!["csv", "nquads"])),
        ("Fault", "use", words(faults)),
        ("Fault", "chance", json!({"minimum": 0, "maximum": 1})),
        ("Fault", "fail", json!({"minimum": 1})),
        ("Fault", "pass", json!({"minimum": 1})),
        ("FullError", "code", json!({"anyOf": [{"title": "modelled", "enum": codes}, {"title": "other", "type": "string"}]})),
        ("FullError", "http", http(200)),
        ("FullGateway", "http", http(500)),
        ("FaultAnswer", "http", http(200)),
        ("CannedAnswer", "http", http(200)),
    ];
    all.extend(["from", "until", "for", "after"].map(|key| ("Fault", key, duration())));
    all
}

/// Of definitions with several choices, those that say too little, by their key or type.
fn choices() -> Vec<(&'static str, &'static str, Value)> {
    let codes: Vec<&str> = ErrorCode::MODELLED.iter().map(ErrorCode::as_str).collect();
    let faults: Vec<&str> = ready_faults().iter().map(|ready| ready.name.as_str()).collect();
    let duration = || json!({"$ref": "#/$defs/Duration"});
    vec![
        ("StepEntry", "advance", duration()),
        (
            "StepEntry",
            "clear_fault",
            json!({"anyOf": [{"const": "all"}, {"title": "ready-made", "enum": faults}, {"title": "other", "type": "string"}]}),
        ),
        ("Effect", "slow_body", duration()),
        ("Effect", "padded", json!({"maximum": MOST_PADDING})),
        ("Numbers", "integer", json!({"minimum": 1})),
        ("Numbers", "string", json!({"pattern": RANGE})),
        ("ErrorAnswer", "string", json!({"enum": codes})),
        ("GatewayAnswer", "integer", json!({"minimum": 500, "maximum": 599})),
    ]
}

/// The choice with this key, or of this type.
fn choice_of<'a>(definitions: &'a mut Map<String, Value>, name: &str, choice: &str) -> &'a mut Value {
    let missing = || panic!("the schema of scenarios has no {name}.{choice}");
    let Some(Value::Object(definition)) = definitions.get_mut(name) else { missing() };
    let key = if definition.contains_key("oneOf") { "oneOf" } else { "anyOf" };
    let Some(Value::Array(choices)) = definition.get_mut(key) else { missing() };
    for one in choices {
        if one["type"] == choice {
            return one;
        }
        if one["properties"].get(choice).is_some() {
            return &mut one["properties"][choice];
        }
    }
    missing()
}

/// Which keys exclude each other in one mapping, and which require each other.
fn combinations() -> Vec<(&'static str, Value)> {
    let apart = |one: &str, other: &str| json!({"not": {"required": [one, other]}});
    let codes: Vec<&str> = ErrorCode::MODELLED.iter().map(ErrorCode::as_str).collect();
    let known_code = json!({"if": {"not": {"required": ["http"]}}, "then": {"properties": {"code": {"enum": codes}}}});
    let body = json!({"if": {"required": ["body"]}, "then": {"not": {"anyOf": [{"required": ["code"]}, {"required": ["message"]}]}},
        "else": {"required": ["code", "message"]}});
    let one_way = json!({"oneOf": [{"required": ["event"]}, {"required": ["events"]}]});
    let does = json!({"anyOf": [{"required": ["use"]}, {"required": ["does"]}]});
    let ways = [
        ("at_once", "times"),
        ("at_once", "poll"),
        ("times", "poll"),
        ("events", "at_once"),
        ("events", "times"),
        ("events", "poll"),
    ];
    let ways: Vec<Value> = std::iter::once(one_way).chain(ways.map(|(one, other)| apart(one, other))).collect();
    vec![
        ("RuleEntry", json!([apart("lifecycle", "runs"), apart("refused", "runs"), apart("refused", "lifecycle")])),
        ("RequestEntry", json!([apart("body", "text")])),
        ("StartEntry", json!([apart("load", "times")])),
        ("InvokeEntry", ways.into()),
        ("Fault", json!([apart("use", "does"), does, {"dependentRequired": {"pass": ["fail"]}}])),
        ("FullError", json!([known_code])),
        ("FaultAnswer", json!([apart("json", "text")])),
        ("CannedAnswer", json!([body])),
    ]
}

fn statuses() -> Vec<String> {
    LoadStatus::DOCUMENTED.iter().map(ToString::to_string).collect()
}

/// Words that need no declaration.
fn documented(words: &[String]) -> Value {
    json!({"title": "documented", "type": "string", "enum": words})
}

/// Any other word of this form.
fn other(pattern: &str) -> Value {
    json!({"title": "other", "type": "string", "pattern": pattern})
}

/// A status in a lifecycle, with how long it lasts.
fn stage(word: &str) -> String {
    let duration = DURATION_PATTERN.trim_matches(['^', '$']);
    format!(r"^\s*({word})(\s{duration})?\s*$")
}

/// The same file once more, for those that declare no words of their own: whatever may be a status is a documented one.
fn documented_statuses() -> Value {
    let words = statuses().join("|");
    let status = json!({"pattern": format!("^({words})$")});
    let expected = json!({"pattern": format!("^(?!LOAD_)|^({words})$")});
    let all_expected = json!({"items": expected});
    let matcher = json!({"if": {"type": "object"}, "then": {"properties": {"one_of": all_expected, "in_order": all_expected}}, "else": expected});
    let checks = json!({"additionalProperties": matcher});
    let claims = json!({"additionalProperties": checks});
    let expecting = json!({"properties": {"expect": claims, "on_neptune": claims, "poll": {"properties": {"until": checks}}}});
    let until = json!({"properties": {"until": {"pattern": format!("^(finished|{words})$")}}});
    let step = json!({"properties": {"wait": until, "start": expecting, "request": expecting, "invoke": expecting}});
    let steps = json!({"items": step});
    let load = json!({"properties": {
        "lifecycle": {"items": {"pattern": stage(&words)}},
        "errors": {"items": {"properties": {"feed_status": status}}},
    }});
    let given = json!({"properties": {"loads": {"additionalProperties": load}, "started_loads": {"items": load}}});
    let live = json!({"properties": {"setup": steps, "action": steps}});
    let mut all =
        json!({"properties": {"given": given, "setup": steps, "action": steps, "cleanup": steps, "on_neptune": live}});
    unoffered(&mut all);
    all
}

/// Keeps editors from offering keys a second time. Validators know nothing of the word.
fn unoffered(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(unoffered),
        Value::Object(schema) => {
            if let Some(Value::Object(properties)) = schema.get_mut("properties") {
                properties.values_mut().for_each(|property| property["doNotSuggest"] = true.into());
            }
            schema.values_mut().for_each(unoffered);
        }
        _ => {}
    }
}

/// How many of [`REPLY_SUBJECTS`] are parts of a reply.
const REPLY_PARTS: usize = 5;
const REPLY_SUBJECTS: [(&str, &str); 12] = [
    ("reply.http", "The HTTP status of the reply."),
    ("reply.headers", "Its headers: `reply.headers.<name>` is one of them."),
    ("reply.body", "Its JSON: `reply.body.<path>` is a value in it."),
    ("reply.text", "Its body as it is."),
    ("reply.error", "Why no reply came."),
    ("requests", "How many requests Neptune received."),
    ("request.method", "The method of each request that Neptune received."),
    ("request.target", "The path and the query of each request that Neptune received."),
    ("request.status", "The HTTP status of each answer of Neptune's."),
    ("request.fault", "The name of the fault that fired for each of these requests."),
    ("loads", "The loads, each with its history."),
    ("took", "How long the slowest reply took, in real time: `{under: 1s}`."),
];
const ANSWER_SUBJECTS: [(&str, &str); 16] = [
    ("answer", "Every answer: `answer.<path>` is a value in it, such as `answer.status`."),
    ("first", "The first answer: `first.<path>` is a value in it."),
    ("last", "The last answer: `last.<path>` is a value in it."),
    ("earlier", "All answers but the last: `earlier.<path>` is a value in each."),
    ("answers", "The list of all answers: `{length: 3}` counts them. `answers.<n>.<path>` is a value in the n-th, from 0."),
    ("raised.errorType", "The type of the error that the function raised."),
    ("raised.errorMessage", "The text of the error that the function raised."),
    ("log", "The function's log lines: `{includes: {level: ERROR}}`."),
    ("environments", "How many environments of the function answered."),
    ("requests", "How many requests Neptune received."),
    ("request.method", "The method of each request that Neptune received."),
    ("request.target", "The path and the query of each request that Neptune received."),
    ("request.status", "The HTTP status of each answer of Neptune's."),
    ("request.fault", "The name of the fault that fired for each of these requests."),
    ("loads", "The loads before and after: `{unchanged: true}`."),
    ("took", "How long the slowest answer took, in real time: `{under: 1s}`."),
];

/// An object of checks. Those with a path of their own fit the pattern.
fn checks(subjects: &[(&str, &str)], pattern: &str) -> Value {
    let check = |(subject, description): &(&str, &str)| {
        ((*subject).to_owned(), json!({"$ref": "#/$defs/Matchers", "description": description}))
    };
    json!({
        "description": "What is looked at, each with what it must be like.",
        "type": "object",
        "minProperties": 1,
        "properties": subjects.iter().map(check).collect::<Map<_, _>>(),
        "patternProperties": {pattern: {"$ref": "#/$defs/Matchers"}},
        "additionalProperties": false,
    })
}

fn matchers() -> Value {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).collect();
    let list = json!({"type": "array", "minItems": 1});
    let described = |mut matcher: Value, description: &str| {
        matcher["description"] = description.into();
        matcher
    };
    let properties = json!({
        "one_of": described(list.clone(), "It is one of these."),
        "contains": described(
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
            "It is a text with this text, or all of these, in it, whatever the case."
        ),
        "starts_with": described(json!({"type": "string"}), "It is a text that begins so."),
        "includes": described(json!({"type": "object"}), "It is a list with an entry that has these fields."),
        "in_order": described(list, "From answer to answer it only ever moves forward in this list."),
        "at_least": described(json!({"type": "number"}), "It is this number or more."),
        "at_most": described(json!({"type": "number"}), "It is this number or less."),
        "length": described(json!({"type": "integer", "minimum": 0}), "It is a text, a list or an object of this length."),
        "is": described(json!({"enum": kinds}), "It is there, or not, or of this type."),
        "identical": described(json!({"const": true}), "It is the same in all answers."),
        "unchanged": described(json!({"const": true}), "It is the same before and after the step."),
        "under": described(json!({"$ref": "#/$defs/Duration"}), "It is quicker than this."),
    });
    json!({
        "description": "What a value must be like: equal to a plain value, or as matchers say.",
        "anyOf": [
            {"title": "matchers", "type": "object", "minProperties": 1, "additionalProperties": false, "properties": properties},
            {"title": "equal", "type": ["string", "number", "boolean", "null", "array"]},
        ],
    })
}

/// A question that is a quirk, with its choices as answers.
fn question(quirk: &Quirk) -> Value {
    let part = json!({"$ref": "#/$defs/ReplyParts"});
    let answers = match quirk.choices {
        Choices::Words(choices) => {
            let answers: Map<String, Value> = choices.iter().map(|choice| (choice.word.to_owned(), part.clone())).collect();
            let words: Vec<&str> = choices.iter().map(|choice| choice.word).collect();
            json!({"properties": answers, "required": words, "additionalProperties": false})
        }
        Choices::Number(_) => {
            json!({"required": ["0"], "minProperties": 2, "patternProperties": {"^[0-9]+$": part}, "additionalProperties": false})
        }
    };
    let mut question = json!({"title": "answers", "type": "object", "description": format!("{}.", quirk.question)});
    merge(&mut question, answers);
    question
}

/// Adds words to a schema. A reference takes the place of a type.
fn merge(schema: &mut Value, words: Value) {
    let (Value::Object(schema), Value::Object(words)) = (schema, words) else { return };
    if words.contains_key("$ref") || words.contains_key("anyOf") {
        for key in ["type", "anyOf", "additionalProperties", "$ref"] {
            schema.remove(key);
        }
    }
    schema.extend(words);
}
