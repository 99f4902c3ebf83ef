//! What editors make of the schema of scenario files: yaml-language-server, which most of them run, is asked as they ask it.
//!
//! It offers every key and every word where they may stand, explains them, takes every scenario of the project for a good one, and marks
//! the mistakes that a schema can know.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use neptune_harness::optional::skipped;
use neptune_harness::project::root;

/// The program, and what installs the version that CI has.
const PROGRAM: &str = "yaml-language-server";
const SCHEMA: &str = "scenarios/scenario.schema.json";

/// A language server that speaks JSON-RPC with this test.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: u64,
    /// What it says of the files, by their URIs.
    diagnostics: BTreeMap<String, Vec<Value>>,
}

impl Server {
    /// Starts it. `None` if there is none here; that has been reported then.
    fn start(check: &str) -> Option<Self> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        if !std::env::split_paths(&paths).any(|folder| folder.join(PROGRAM).is_file()) {
            skipped(check, &format!("no {PROGRAM} in PATH; `npm install --global {PROGRAM}@1.25.0` installs it"));
            return None;
        }
        let mut command = Command::new(PROGRAM);
        let mut process =
            command.arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut server = Self { process, input, output, requests: 0, diagnostics: BTreeMap::new() };
        let completion = json!({"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown"]}});
        let capabilities = json!({"textDocument": {"completion": completion, "hover": {"contentFormat": ["markdown"]}}});
        server.ask("initialize", &json!({"processId": null, "rootUri": null, "capabilities": capabilities}));
        server.tell("initialized", &json!({}));
        let settings = json!({"yaml": {"schemaStore": {"enable": false}, "validate": true, "hover": true, "completion": true}});
        server.tell("workspace/didChangeConfiguration", &json!({"settings": settings}));
        Some(server)
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let mut message = self.receive();
            if message["id"] == id && message["method"].is_null() {
                return message["result"].take();
            }
        }
    }

    /// The next message. What the server itself asks for or reports is dealt with here.
    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the language server has ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", count)) => length = count.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let found = params["diagnostics"].as_array().cloned().unwrap_or_default();
            self.diagnostics.insert(params["uri"].as_str().unwrap_or_default().to_owned(), found);
        } else if message["method"].is_string() && !message["id"].is_null() {
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
        }
        message
    }

    /// Opens a file with this text, which need not be on disk, and gives its URI.
    fn open(&mut self, name: &str, text: &str) -> String {
        let uri = format!("file:///editor/{name}");
        let schema = root().join(SCHEMA);
        let text = format!("# yaml-language-server: $schema=file://{}\n{text}", schema.canonicalize().unwrap().display());
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        uri
    }

    /// Asks something about the place of the `|` in a text.
    fn ask_at(&mut self, method: &str, name: &str, text: &str) -> Value {
        let (before, after) = text.split_once('|').expect("a cursor");
        let uri = self.open(name, &format!("{before}{after}"));
        // Below the line that names the schema.
        let line = before.matches('\n').count() + 1;
        let character = before.rsplit('\n').next().unwrap_or_default().chars().count();
        self.ask(method, &json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}))
    }

    /// What can be inserted there.
    fn offered(&mut self, name: &str, text: &str) -> Vec<String> {
        let answer = self.ask_at("textDocument/completion", name, text);
        let items = answer.get("items").unwrap_or(&answer).as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["label"].as_str().map(str::to_owned)).collect()
    }

    /// What is said of what stands there.
    fn hover(&mut self, name: &str, text: &str) -> String {
        let answer = self.ask_at("textDocument/hover", name, text);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Errors and warnings of a text.
    fn diagnose(&mut self, name: &str, text: &str) -> Vec<String> {
        let uri = self.open(name, text);
        while !self.diagnostics.contains_key(&uri) {
            self.receive();
        }
        self.diagnostics[&uri].iter().map(|found| found["message"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join(SCHEMA)).unwrap()).unwrap()
}

/// The keys or words that a place of the schema has: those of its properties, of its choices, or of its list of words.
fn known(schema: &Value, place: &Value) -> Vec<String> {
    if let Some(definition) = place["$ref"].as_str() {
        return known(schema, schema.pointer(definition.trim_start_matches('#')).expect("a definition"));
    }
    let strings = |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let own: Vec<String> = strings(&place["enum"]);
    let keys = place["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned());
    let word = place["const"].as_str().map(str::to_owned);
    let choices = ["oneOf", "anyOf"].into_iter().flat_map(|key| place[key].as_array().into_iter().flatten());
    own.into_iter().chain(keys).chain(word).chain(choices.flat_map(|choice| known(schema, choice))).collect()
}

/// Where something is asked for, and where the schema has what must be offered there.
const PLACES: [(&str, &str, &str); 41] = [
    ("an empty file", "|", ""),
    ("failure", "failure: |", "/properties/failure"),
    ("given", "given:\n  |", "/$defs/Given"),
    ("instance", "given:\n  instance: |", "/$defs/InstanceChoice"),
    ("a load", "given:\n  loads:\n    x:\n      |", "/$defs/LoadEntry"),
    ("a lifecycle", "given:\n  loads:\n    x:\n      lifecycle:\n        - |", "/$defs/Stage"),
    ("a lifecycle in brackets", "given:\n  loads:\n    x: {lifecycle: [|]}", "/$defs/Stage"),
    ("an error of a load", "given:\n  loads:\n    x:\n      errors:\n        - |", "/$defs/LoadError"),
    ("its code", "given:\n  loads:\n    x:\n      errors:\n        - code: |", "/$defs/LoadError/properties/code"),
    ("its counter", "given:\n  loads:\n    x:\n      errors:\n        - counts_as: |", "/$defs/CounterChoice"),
    ("its status", "given:\n  loads:\n    x:\n      errors:\n        - feed_status: |", "/$defs/Status"),
    ("a rule", "given:\n  started_loads:\n    - |", "/$defs/RuleEntry"),
    ("a format", "given:\n  started_loads:\n    - format: |", "/$defs/RuleEntry/properties/format"),
    ("a refusal", "given:\n  started_loads:\n    - refused: |", "/$defs/RuleEntry/properties/refused"),
    ("quirks", "given:\n  quirks:\n    |", "/$defs/Given/properties/quirks"),
    ("a quirk", "given:\n  quirks:\n    unknown_id: |", "/$defs/Given/properties/quirks/properties/unknown_id"),
    ("a fault", "given:\n  faults:\n    - |", "/$defs/Fault"),
    ("a ready-made fault", "given:\n  faults:\n    - use: |", "/$defs/Fault/properties/use"),
    ("its target", "given:\n  faults:\n    - on:\n        |", "/$defs/Target"),
    ("its operation", "given:\n  faults:\n    - on:\n        operation: |", "/$defs/FaultOperation"),
    ("an error of Neptune's", "given:\n  faults:\n    - does:\n        error: |", "/$defs/FullError/properties/code"),
    ("IAM", "given:\n  iam:\n    |", "/$defs/Iam"),
    ("S3", "given:\n  s3:\n    |", "/$defs/S3"),
    ("setup", "setup:\n  - |", "/$defs/StepEntry"),
    ("action", "action:\n  - |", "/$defs/StepEntry"),
    ("cleanup", "cleanup:\n  - |", "/$defs/StepEntry"),
    ("wait", "setup:\n  - wait:\n      |", "/$defs/WaitEntry"),
    ("until", "setup:\n  - wait:\n      until: |", "/$defs/WaitEntry/properties/until"),
    ("start", "setup:\n  - start:\n      |", "/$defs/StartEntry"),
    ("request", "setup:\n  - request:\n      |", "/$defs/RequestEntry"),
    ("a method", "setup:\n  - request:\n      method: |", "/$defs/RequestEntry/properties/method"),
    ("subjects of replies", "setup:\n  - request:\n      expect:\n        it is so:\n          |", "/$defs/ReplyChecks"),
    ("invoke", "action:\n  - invoke:\n      |", "/$defs/InvokeEntry"),
    ("a function", "action:\n  - invoke:\n      function: |", "/$defs/InvokeEntry/properties/function"),
    ("poll", "action:\n  - invoke:\n      poll:\n        |", "/$defs/PollEntry"),
    ("subjects", "action:\n  - invoke:\n      expect:\n        it is so:\n          |", "/$defs/AnswerChecks"),
    (
        "matchers",
        "action:\n  - invoke:\n      expect:\n        it is so:\n          answer.status:\n            |",
        "/$defs/Matchers",
    ),
    ("on_neptune", "on_neptune:\n  |", "/$defs/OnNeptuneEntry"),
    ("data", "on_neptune:\n  loads:\n    x: |", "/$defs/DatasetChoice"),
    ("a question", "question:\n  |", "/properties/question"),
    ("its answers", "question:\n  unknown_id:\n    |", "/properties/question/properties/unknown_id"),
];

#[test]
fn every_key_and_every_word_is_offered_where_it_may_stand() {
    let Some(mut server) = Server::start("what editors offer in scenarios") else { return };
    let schema = schema();
    for (what, text, place) in PLACES {
        let known = known(&schema, schema.pointer(place).unwrap_or_else(|| panic!("the schema has no {place}")));
        let offered = server.offered(&format!("{}.yaml", what.replace([' ', '\''], "-")), text);
        let missing: Vec<&String> = known.iter().filter(|word| !offered.contains(word)).collect();
        assert!(!known.is_empty() && missing.is_empty(), "{what}: {missing:?} are not offered, but {offered:?}");
        let odd: Vec<&String> =
            offered.iter().filter(|word| *word == "null" || word.contains("object(") || word.contains("undefined")).collect();
        assert!(odd.is_empty(), "{what}: {odd:?} are offered");
    }
    // What a fault does is a word or a key: an editor offers the words in the line and the keys below it.
    let words = server.offered("does.yaml", "given:\n  faults:\n    - does: |");
    let keys = server.offered("does-more.yaml", "given:\n  faults:\n    - does:\n        |");
    let missing: Vec<String> = known(&schema, &schema["$defs"]["Effect"])
        .into_iter()
        .filter(|word| !words.contains(word) && !keys.contains(word))
        .collect();
    assert!(missing.is_empty(), "{missing:?} are not offered as effects");
}

#[test]
fn keys_explain_themselves_where_the_mouse_is() {
    let Some(mut server) = Server::start("what editors explain in scenarios") else { return };
    for (text, said) in [
        ("giv|en: {}\n", "The simulated Neptune before the first step"),
        ("given: {lo|ads: {}}\n", "Scripted loads by their id"),
        ("given: {loads: {x: {lifecy|cle: [LOAD_COMPLETED]}}}\n", "The statuses it goes through"),
        ("setup: [{wa|it: {load: x, until: finished}}]\n", "Lets time pass until a load has a status"),
        ("setup: [{adva|nce: 5s}]\n", "Lets this much simulated time pass"),
        ("setup: [{start: {forma|t: csv}}]\n", "The format"),
        ("given: {faults: [{does: {erro|r: InternalFailureException}}]}\n", "with the HTTP status of the code"),
        ("given: {faults: [{does: {tl|s: expired}}]}\n", "The certificate was valid until yesterday"),
        ("action: [{invoke: {expect: {it is so: {answer.status: {one_o|f: [a]}}}}}]\n", "It is one of these"),
    ] {
        let hover = server.hover(&format!("{}.yaml", said.replace([' ', '\''], "-")), text);
        assert!(hover.contains(said), "{text}: {hover:?}");
    }
}

/// The scenario files below a folder.
fn scenario_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { scenario_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn the_schema_takes_every_scenario_of_the_project() {
    let Some(mut server) = Server::start("the schema takes every scenario") else { return };
    let folders = ["scenarios", "neptune-sim/image/scenarios", "neptune-sim/server/tests/client"];
    let files: Vec<PathBuf> = folders.iter().flat_map(|folder| scenario_files(&root().join(folder))).collect();
    assert!(files.len() > 160, "only {} scenarios were found", files.len());
    for file in files {
        let found = server.diagnose(&format!("{}.yaml", name(&file)), &fs::read_to_string(&file).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", file.display());
    }
}

/// Files of `bad_scenarios` that the schema alone marks. Of the others it would have to know which loads there are, in which order things
/// happen, or what a value amounts to.
const MARKED: [&str; 58] = [
    "answer_to_a_request",
    "assertion_without_check",
    "bad_request_path",
    "duration_missing",
    "duration_without_unit",
    "failure_with_a_zero",
    "folder_with_a_slash",
    "impossible_fault_step",
    "instance_misspelt",
    "lifecycle_and_runs",
    "live_another_type",
    "live_dataset_misspelt",
    "live_key_misspelt",
    "live_no_dataset",
    "many_with_one_name",
    "missing_inner_key",
    "missing_key",
    "neptune_misspelt",
    "no_feed_status",
    "no_folder",
    "no_name",
    "no_planned_name",
    "no_planned_test",
    "no_such_failure",
    "nothing_expected",
    "question_check_without_subject",
    "question_choice_missing",
    "question_choice_misspelt",
    "question_name",
    "question_not_of_a_reply",
    "question_number_missing",
    "question_planned",
    "refused_and_runs",
    "removed_quirk",
    "reply_of_a_function",
    "several_of_every_kind",
    "several_of_the_meaning",
    "the_consequences_of_one",
    "too_many_requests",
    "two_bodies",
    "two_paces",
    "undeclared_status",
    "unknown_choice",
    "unknown_error_code",
    "unknown_format",
    "unknown_function",
    "unknown_key",
    "unknown_matcher",
    "unknown_method",
    "unknown_part_of_reply",
    "unknown_quirk",
    "unknown_refusal",
    "unknown_status",
    "unknown_status_expected",
    "unknown_step",
    "unknown_subject",
    "unknown_top_level_key",
    "wrong_type",
];

#[test]
fn the_schema_alone_marks_the_mistakes_that_it_can_know() {
    let Some(mut server) = Server::start("the schema marks mistakes") else { return };
    for name in MARKED {
        let file = root().join(format!("neptune-sim/scenario/tests/bad_scenarios/{name}.yaml"));
        let found = server.diagnose(&format!("{name}.yaml"), &fs::read_to_string(&file).unwrap());
        assert!(!found.is_empty(), "{} is taken for a good scenario", file.display());
    }
}
