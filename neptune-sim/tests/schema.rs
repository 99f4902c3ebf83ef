//! The checked-in descriptions are those that the types give: the JSON Schema of scenario files, the OpenAPI document of the control
//! API, and the pages of its requests, of quirks and of ready-made faults.
//!
//! `cargo xtask schema` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use neptune_loader::quirks::{Choices, OPEN_QUESTIONS, OpenQuestion};
use neptune_loader::{FeedErrorCode, LoadFormat, LoadStatus, QUIRKS, Quirk};
use neptune_server::scenario::json_schema;
use serde_json::Value;

#[test]
fn the_checked_in_schema_is_current() {
    compare("scenarios/scenario.schema.json", &format!("{:#}\n", json_schema()));
}

#[test]
fn the_checked_in_openapi_document_is_current() {
    compare("neptune-sim/control/openapi.json", &format!("{:#}\n", neptune_server::openapi()));
}

#[test]
fn the_checked_in_page_of_quirks_is_current() {
    let mut page = "# Quirks\n\nPoints on which documentation and observations differ, or that are unknown, and whose values a client must survive \
                    differently.\n`given.quirks` of a scenario chooses, and so does `PATCH /_sim/clusters/{name}/quirks` of a running simulator. \
                    The first choice is\nthe default; the word in brackets is its provenance. [OPEN_QUESTIONS.md](OPEN_QUESTIONS.md) lists what is \
                    unknown beside that.\nNothing here was settled on a live cluster yet. `cargo xtask schema` writes this page.\n"
        .to_owned();
    for quirk in QUIRKS {
        page += &entry(quirk);
    }
    compare("scenarios/QUIRKS.md", &page);
}

#[test]
fn the_checked_in_page_of_open_questions_is_current() {
    let mut page = "# Open questions\n\nWhat is unknown about Neptune's loader, and the reading that the simulator takes. None of these can be chosen, \
                    because a client does\nnothing differently for another reading, or because the reading taken is the harder one. \
                    [QUIRKS.md](QUIRKS.md) has what can be chosen.\nThe word in backquotes is the name of the reading, the word in brackets its \
                    provenance. A file in `live-questions/` that names a\nquestion asks it of a live cluster. Nothing here was settled on one yet. \
                    `cargo xtask schema` writes this page.\n"
        .to_owned();
    for open in OPEN_QUESTIONS {
        page += &open_entry(open);
    }
    compare("scenarios/OPEN_QUESTIONS.md", &page);
}

#[test]
fn the_checked_in_page_of_faults_is_current() {
    let mut page = "# Ready-made faults\n\nWhat `use` can name in `given.faults` of a scenario, in a fault file, and in \
                    `POST /_sim/clusters/{name}/faults`.\n`neptune-sim faults NAME` shows what one expands to, to copy and to change. The mark \
                    says how good the evidence is that clients of\nNeptune see it. `cargo xtask schema` writes this page.\n\n\
                    | name | what happens | mark |\n|---|---|---|\n"
        .to_owned();
    for ready in neptune_server::ready_faults() {
        let _ = writeln!(page, "| `{}` | {} | {} |", ready.name, ready.about, ready.evidence);
    }
    compare("scenarios/FAULTS.md", &page);
}

#[test]
fn the_checked_in_page_of_requests_is_current() {
    let document = neptune_server::openapi();
    let mut page = "# Requests of the control API\n\n`…` stands for `/_sim/clusters/{name}`, where the name is that of the scenario. [README.md](README.md) \
                    has where the API listens and how\nit refuses requests. [`openapi.json`](openapi.json) has all types. `cargo xtask schema` writes \
                    this page.\n"
        .to_owned();
    for tag in document["tags"].as_array().unwrap() {
        let (name, about) = (tag["name"].as_str().unwrap(), tag["description"].as_str().unwrap());
        let _ = write!(page, "\n## {name}\n\n{about}\n\n| request | does | body, for example |\n|---|---|---|\n");
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in
                methods.as_object().unwrap().iter().filter(|(_, operation)| operation["tags"][0] == *name)
            {
                page += &request_row(method, path, operation);
            }
        }
    }
    compare("neptune-sim/control/REQUESTS.md", &page);
}

// ---- what editors need of the schema -----------------------------------------------------------------------------------------------

/// Goes through every schema in a schema, each with the way to it.
fn each_schema(schema: &Value, path: &str, look: &mut dyn FnMut(&str, &Value)) {
    match schema {
        Value::Array(schemas) => {
            schemas.iter().enumerate().for_each(|(nth, schema)| each_schema(schema, &format!("{path}/{nth}"), look));
        }
        Value::Object(map) => {
            look(path, schema);
            map.iter().for_each(|(key, schema)| each_schema(schema, &format!("{path}/{key}"), look));
        }
        _ => {}
    }
}

#[test]
fn no_default_of_the_schema_is_null_and_no_key_is_left_empty() {
    each_schema(&json_schema(), "", &mut |path, schema| {
        assert!(!schema.get("default").is_some_and(Value::is_null), "{path} has null as its default");
        let allows_null =
            schema["type"].as_array().is_some_and(|types| types.contains(&"null".into())) || schema["type"] == "null";
        // A value that is expected may be null.
        assert!(!allows_null || path.starts_with("/$defs/Matchers/"), "{path} may be null");
    });
}

#[test]
fn the_schema_explains_every_key_and_names_every_choice() {
    let schema = json_schema();
    assert!(schema["$id"].is_string() && schema["title"].is_string());
    let is_named = |choice: &Value| {
        let definition = choice["$ref"].as_str().and_then(|place| schema.pointer(place.trim_start_matches('#')));
        definition.unwrap_or(choice)["title"].is_string()
    };
    let mut keys = 0;
    each_schema(&schema, "", &mut |path, schema| {
        if path.contains("/DocumentedStatuses/")
            || path.starts_with("/if/")
            || path.contains("/dependentSchemas/")
            || path.contains("/allOf/")
        {
            return;
        }
        if let (Some(properties), true) = (schema["properties"].as_object(), schema["type"] == "object") {
            for (key, property) in properties {
                keys += 1;
                let is_answer = path.starts_with("/properties/question/properties/");
                assert!(is_answer || property["description"].is_string(), "{path}/properties/{key} is not explained");
            }
        }
        for choice in ["oneOf", "anyOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten()) {
            let is_rule = choice.get("required").is_some() && choice.get("properties").is_none();
            assert!(is_rule || is_named(choice), "{path}: a choice has no name: {choice}");
        }
    });
    assert!(keys > 200, "{keys}");
}

#[test]
fn the_schema_has_the_words_of_the_reader() {
    let schema = json_schema();
    let words = |place: &str| -> Vec<String> {
        let words = schema.pointer(place).and_then(Value::as_array).unwrap_or_else(|| panic!("there is no {place}"));
        words.iter().map(|word| word.as_str().unwrap_or_default().to_owned()).collect()
    };
    let statuses: Vec<String> = LoadStatus::DOCUMENTED.iter().map(ToString::to_string).collect();
    assert_eq!(words("/$defs/Stage/anyOf/0/enum"), statuses);
    assert_eq!(words("/$defs/Status/anyOf/0/enum"), statuses);
    let faults: Vec<String> = neptune_server::ready_faults().iter().map(|ready| ready.name.clone()).collect();
    assert_eq!(words("/$defs/Fault/properties/use/enum"), faults);
    let formats: Vec<String> = LoadFormat::ALL.iter().map(|format| format.as_str().to_owned()).collect();
    assert_eq!(words("/$defs/StartEntry/properties/format/enum"), formats);
    let codes: Vec<String> = FeedErrorCode::DOCUMENTED.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(words("/$defs/LoadError/properties/code/enum"), codes);
}

fn request_row(method: &str, path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query");
    let query: Vec<String> =
        parameters.map(|parameter| format!("{}=", parameter["name"].as_str().expect("a parameter has a name"))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let request = format!("{} {}{query}", method.to_uppercase(), path.replace("/_sim/clusters/{name}", "…"));
    let texts = [&operation["summary"], &operation["description"]].into_iter().filter_map(Value::as_str);
    let does = texts.collect::<Vec<_>>().join(" ");
    let content = &operation["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().into_iter().flatten().map(|(_, example)| format!("`{}`", example["value"]));
    format!("| `{request}` | {does} | {} |\n", examples.collect::<Vec<_>>().join(", "))
}

fn entry(quirk: &Quirk) -> String {
    let mut text = format!("\n## `{}`\n\n{}.\n\n", quirk.name, quirk.question);
    match quirk.choices {
        Choices::Words(choices) => {
            for choice in choices {
                let mark =
                    if choice.word == quirk.default_word() { format!(" ({})", quirk.evidence.as_str()) } else { String::new() };
                let _ = writeln!(text, "* `{}`{mark}: {}", choice.word, choice.meaning);
            }
        }
        Choices::Number(most) => {
            let _ = writeln!(text, "* `0` ({}), up to {most}", quirk.evidence.as_str());
        }
    }
    let (documented, observed, settled_by) = (quirk.documented, quirk.observed, quirk.settled_by);
    let _ = writeln!(text, "\nDocumented: {documented}. Observed: {observed}. Settled by: {settled_by}.");
    text
}

fn open_entry(open: &OpenQuestion) -> String {
    let OpenQuestion { name, question, documented, observed, reading, evidence, settled_by } = open;
    let (word, meaning, provenance) = (reading.word, reading.meaning, evidence.as_str());
    format!(
        "\n## `{name}`\n\n{question}.\n\nReading: `{word}` ({provenance}), {meaning}. Documented: {documented}. Observed: {observed}. Settled by: \
         {settled_by}.\n"
    )
}

/// Compares with the file, which is named from the workspace's root; rewrites it if `UPDATE_SCHEMA` is set.
fn compare(file: &str, current: &str) {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("..").join(file);
    let written = || fs::read_to_string(&path).unwrap_or_default();
    // Only where it differs: a file that looks newer makes the container image look outdated.
    if std::env::var_os("UPDATE_SCHEMA").is_some() && written() != current {
        fs::write(&path, current).expect("the file can be written");
    }
    let checked_in = written();
    assert!(checked_in == current, "{file} is out of date: run `cargo xtask schema`");
}
