//! Every command of the READMEs is run, block by block, as it is pasted.
//!
//! A block is pasted whole, into the one terminal that is free: a server stands in a block of its own, because nothing behind it would be
//! run, and keeps its port until the end of its page. Ports are replaced by free ones, and `neptune-sim` by the program that cargo has
//! built, so that nothing is compiled twice.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use neptune_harness::binaries::simulator_binary;
use serde_json::Value;

use neptune_harness::optional::skipped;
use neptune_harness::project::{as_if_outside, root};

use crate::programs::works;

/// These run this very test, so that running them here would never end, or are steps of CI beside it.
const AROUND_THIS_TEST: [&str; 6] = [
    "cargo xtask ci",
    "cargo test",
    "cargo xtask it --filter NAME",
    "cargo xtask it --target container",
    "cargo xtask clean",
    "cargo xtask rehearse",
];
/// Without a profile, this command is refused and explains why.
const REFUSED: &str = "cargo xtask it --target neptune";
/// What it ends with then.
const REFUSAL: i32 = 4;
/// `check-poller` finds its bug, and says so with exit code 1.
const FIND_A_BUG: [&str; 2] = ["first-minute/poller.py", "check-poller/watch.asl.json"];
/// This installs the simulator, which takes minutes.
const NOT_RUN: &str = "cargo install";
/// Every page with commands that need no account.
const PAGES: [&str; 10] = [
    "README.md",
    "CONTRIBUTING.md",
    "neptune-sim/README.md",
    "neptune-sim/check-data/README.md",
    "neptune-sim/check-poller/README.md",
    "neptune-sim/control/README.md",
    "neptune-sim/fault/README.md",
    "neptune-sim/page/README.md",
    "scenarios/README.md",
    "tests/README.md",
];

/// The shell blocks of a file, each a list of commands.
fn blocks(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let mut blocks = Vec::new();
    for block in text.split("```sh\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a block ends");
        let commands = block.lines().map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned());
        blocks.push(commands.filter(|line| !line.is_empty()).collect());
    }
    blocks
}

/// A simulator that a block has started; it ends with this value.
struct Simulator {
    process: Child,
    endpoint: String,
}

impl Simulator {
    fn start(arguments: &str) -> Self {
        let program = simulator_binary().unwrap();
        let mut process = Command::new(program)
            .args(arguments.split_whitespace())
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        // The rest is read, so that the simulator never waits for a reader.
        std::thread::spawn(move || drop(output.read_to_end(&mut Vec::new())));
        let endpoint = first.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(endpoint.starts_with("http://127.0.0.1:"), "`neptune-sim {arguments}` began with: {first}");
        Self { process, endpoint }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How a server is started, and what else its program does, which ends by itself.
const PROGRAM: &str = "neptune-sim";
const NO_SERVER: [&str; 8] = ["quirks", "faults", "scenario ", "view ", "check ", "check-data ", "check-poller ", "test "];
/// Where a server listens by default.
const USUAL_ADDRESS: &str = "127.0.0.1:8182";

/// What a command starts, if it is a server: its arguments, and the address that it takes.
fn server(command: &str) -> Option<(String, String)> {
    let arguments = command.strip_prefix(PROGRAM)?.strip_prefix(' ').unwrap_or_default().trim().to_owned();
    if command != PROGRAM && arguments.is_empty() {
        return None;
    }
    if NO_SERVER.iter().any(|other| arguments.starts_with(other)) {
        return None;
    }
    let mut words = arguments.split_whitespace();
    let address = words.find(|word| *word == "--listen").and_then(|_| words.next()).unwrap_or(USUAL_ADDRESS).to_owned();
    Some((arguments.replace(&format!("--listen {address}"), ""), address))
}

/// Pastes blocks in order, as a reader of the file would.
#[derive(Default)]
struct Reader {
    /// The servers that run, by the addresses that the file gives them.
    servers: BTreeMap<String, Simulator>,
    /// What was exported in the terminal.
    exported: Vec<String>,
    run: usize,
}

impl Reader {
    fn paste(&mut self, block: &[String]) {
        let known = |command: &&String| !AROUND_THIS_TEST.iter().chain([&NOT_RUN]).any(|known| command.starts_with(known));
        let commands: Vec<&String> = block.iter().filter(known).collect();
        self.run += commands.len();
        match commands.iter().find_map(|command| server(command)) {
            Some((arguments, address)) => {
                assert_eq!(commands.len(), 1, "what stands in a block with a server is not run: {commands:#?}");
                let arguments = self.with_ports(&arguments);
                let before = self.servers.insert(address.clone(), Simulator::start(&arguments));
                assert!(before.is_none(), "{address} is in use: another server of this file listens there");
            }
            None if commands.is_empty() => {}
            None => self.shell(&commands),
        }
    }

    fn with_ports(&self, text: &str) -> String {
        self.servers.iter().fold(text.to_owned(), |text, (written, server)| {
            text.replace(written, server.endpoint.trim_start_matches("http://"))
        })
    }

    fn shell(&mut self, commands: &[&String]) {
        if let Some(missing) = commands.iter().find_map(|command| missing_tool(command)) {
            skipped(&format!("the README's block with `{}`", commands[0]), missing);
            return;
        }
        let program = format!("{} ", simulator_binary().unwrap().display());
        let with_program = |command: &str| match command.strip_prefix("neptune-sim ") {
            Some(arguments) => format!("{program}{arguments}"),
            None => command.to_owned(),
        };
        let profile = simulator_binary().unwrap().parent().unwrap().display().to_string();
        let typed = |command: &&String| {
            let command = command.replace("target/debug/", &format!("{profile}/"));
            let command = with_program(&self.with_ports(&command));
            // curl must distinguish an HTTP error from success.
            let command = command.replace("curl -s ", "curl -sS --fail ");
            match () {
                () if command == REFUSED => format!("{command} || test $? -eq {REFUSAL}"),
                () if command.contains("check-poller") && FIND_A_BUG.iter().any(|poller| command.contains(poller)) => {
                    format!("{command} || test $? -eq 1")
                }
                () => command,
            }
        };
        let typed: Vec<String> = commands.iter().map(typed).collect();
        let script = [&self.exported[..], &typed].concat().join("\n");
        let mut shell = Command::new("sh");
        shell.args(["-ec", &script]).current_dir(root()).stdin(Stdio::null());
        as_if_outside(&mut shell);
        let output = shell.output().unwrap();
        let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "{script}\n{said}\n{errors}");
        self.exported.extend(typed.iter().filter(|command| command.starts_with("export ")).cloned());
        assert!(!said.is_empty(), "{script} printed nothing");
        for reported in typed.iter().filter_map(|command| command.split("echo \"").nth(1)?.split('"').next()) {
            assert!(said.contains(reported), "{script} did not come to `{reported}`:\n{said}\n{errors}");
        }
    }
}

const HAS_MOTO: &str = "import jsonata, importlib.metadata as m; assert m.version('moto') == '5.2.5'";

fn missing_tool(command: &str) -> Option<&'static str> {
    if command.starts_with("curl ") && !works("curl", &["--version"]) {
        return Some("curl is not installed");
    }
    if command.contains("--aws-sigv4") && !works("curl", &["--aws-sigv4", "aws:amz", "--version"]) {
        return Some("curl is older than 7.75 and cannot sign");
    }
    if command == "cargo xtask parity" && std::env::var_os("NEPTUNE_IT_MUST_RUN").is_none() {
        return Some("it builds AWS's SDKs first; CI runs it");
    }
    if command.contains("python3 ") && !works("python3", &["-c", "import boto3"]) {
        return Some("python3 has no boto3");
    }
    if command.contains("--state-machine ") && !works("python3", &["-c", HAS_MOTO]) {
        return Some("python3 has no moto 5.2.5 with jsonata-python");
    }
    if command.contains("awslambdaric") && !works("python3", &["-c", "import awslambdaric"]) {
        return Some("python3 has no awslambdaric");
    }
    None
}

#[test]
fn every_command_of_the_readmes_works() {
    let mut run = 0;
    for file in PAGES {
        let mut reader = Reader::default();
        for block in blocks(file) {
            reader.paste(&block);
        }
        run += reader.run;
    }
    assert!(run >= 12, "only {run} commands were found");
}

/// The error for a user who writes the parameters in another order than the README does.
#[test]
fn a_curl_that_does_not_sort_the_query_gets_that_as_the_reason() {
    if let Some(missing) = missing_tool("curl --aws-sigv4") {
        return skipped("the README's advice on curl's signatures", missing);
    }
    let keys = tempfile::NamedTempFile::new().unwrap();
    fs::write(&keys, "keys: [{id: AKIDEXAMPLE, secret: example-secret}]").unwrap();
    let simulator = Simulator::start(&format!("--strict --iam {}", keys.path().display()));
    let target = format!("{}/loader?limit=3&includeQueuedLoads=TRUE", simulator.endpoint);
    let signed = ["-sS", "--aws-sigv4", "aws:amz:us-east-1:neptune-db", "-u", "AKIDEXAMPLE:example-secret", &target];
    let output = Command::new("curl").args(signed).output().unwrap();
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    // Newer ones sort it.
    let reported = "the query is signed as it was sent, and not sorted by name";
    assert!(answer.contains(reported) || answer.contains("200 OK"), "{answer}");
}

#[test]
fn the_readme_names_the_main_job_and_the_tests_one_after_the_other() {
    let blocks = blocks("README.md");
    let main_job = blocks.iter().position(|block| *block == ["cargo xtask it --target sim"]).expect("the main job");
    assert_eq!(blocks[main_job + 1], ["cargo xtask ci"]);
}

#[test]
fn the_readme_shows_the_files_of_the_first_minute_as_they_are() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (file, language) in [("poller.py", "python"), ("cancelled.yaml", "yaml")] {
        let text = fs::read_to_string(root().join("neptune-sim/examples/first-minute").join(file)).unwrap();
        assert!(readme.contains(&format!("```{language}\n{text}```")), "README.md shows another {file}");
    }
    assert!(readme.lines().count() <= 150, "the README is a first screen and links: pages hold the rest");
}

#[test]
fn the_page_of_the_control_api_lists_every_request() {
    let page = fs::read_to_string(root().join("neptune-sim/control/REQUESTS.md")).unwrap();
    let document: Value =
        serde_json::from_str(&fs::read_to_string(root().join("neptune-sim/control/openapi.json")).unwrap()).unwrap();
    let mut listed = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            let request = format!("{} {}", method.to_uppercase(), path.replace("/_sim/clusters/{name}", "…"));
            let begins = |end: char| page.contains(&format!("`{request}{end}"));
            assert!(begins('`') || begins('?'), "the page lacks `{request}`");
            listed += 1;
        }
    }
    assert!(listed >= 30, "only {listed} requests were found");
}

#[test]
fn the_page_of_faults_lists_every_effect_and_every_key() {
    let page = fs::read_to_string(root().join("neptune-sim/fault/README.md")).unwrap();
    let document: Value =
        serde_json::from_str(&fs::read_to_string(root().join("neptune-sim/control/openapi.json")).unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let keys = schemas["Fault"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| !["name", "use", "does"].contains(&key.as_str()));
    let on = schemas["Target"]["properties"].as_object().unwrap().keys();
    let effects = schemas["Effect"]["oneOf"].as_array().unwrap().iter().flat_map(|effect| match &effect["enum"] {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => effect["properties"].as_object().map_or_else(Vec::new, |properties| properties.keys().cloned().collect()),
    });
    let words: Vec<String> = keys.chain(on).cloned().chain(effects).collect();
    assert!(words.len() >= 35, "only {words:?} were found");
    for word in words {
        assert!(page.contains(&format!("`{word}`")) || page.contains(&format!("`{{{word}: ")), "the page lacks `{word}`");
    }
}

#[test]
fn the_scenario_in_the_scenarios_readme_is_a_scenario() {
    let text = fs::read_to_string(root().join("scenarios/README.md")).unwrap();
    let yaml = text.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a YAML block");
    if let Err(error) = neptune_server::scenario::Scenario::parse("scenarios/README.md", yaml) {
        panic!("{error}");
    }
}

#[test]
fn the_scenarios_readme_lists_every_failure_that_users_have_met() {
    let text = fs::read_to_string(root().join("scenarios/README.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| F")).collect();
    let numbers: Vec<String> = rows.iter().map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect();
    assert_eq!(numbers, (1..=44).map(|number| format!("F{number}")).collect::<Vec<_>>());
}

#[test]
fn the_exit_codes_on_the_page_of_tests_are_those_of_the_program() {
    let readme = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let help = fs::read_to_string(root().join("xtask/src/exit.rs")).unwrap();
    for code in ["3", "4", "5", "6", "7", "100", "101", "103", "106", "107"] {
        assert!(readme.contains(&format!("| {code} | ")) && help.contains(&format!(" = {code}, ")), "{code}");
    }
}
