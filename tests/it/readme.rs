//! Every command of the READMEs is run.
//!
//! The commands of one block belong together: a simulator that a block starts serves the other lines of that block, and of the blocks
//! after it until another is started. Ports are replaced by free ones, and `cargo run --bin neptune-sim` by the program that cargo has
//! built, so that nothing is compiled twice.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use neptune_it::binaries::simulator_binary;

use crate::optional::skipped;
use crate::project::{as_if_outside, root};

/// These run this very test, so that running them here would never end, or are steps of CI beside it.
const AROUND_THIS_TEST: [&str; 7] = [
    "cargo xtask ci",
    "cargo test",
    "cargo xtask it --filter NAME",
    "cargo build --profile lambda",
    "cargo xtask it --target container",
    "cargo xtask clean",
    "cargo xtask rehearse",
];
/// This is refused by whoever has no profile, and explains itself.
const REFUSED: &str = "cargo xtask it --target neptune";
/// What it ends with then.
const REFUSAL: i32 = 4;
/// These prepare a deployment: they need minutes or a tool that tests do not need.
const NOT_RUN: [&str; 2] = ["cp target/lambda/", "zip "];

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

/// Runs commands in order, as a reader of the file would type them.
#[derive(Default)]
struct Reader {
    simulator: Option<Simulator>,
    /// A proxy in front of it.
    proxy: Option<Simulator>,
    exported: BTreeMap<String, String>,
    run: usize,
}

impl Reader {
    fn type_in(&mut self, command: &str) {
        if AROUND_THIS_TEST.iter().chain(&NOT_RUN).any(|known| command.starts_with(known)) {
            return;
        }
        self.run += 1;
        if let Some(arguments) = command.strip_prefix("cargo run --bin neptune-sim") {
            let arguments = arguments.trim().trim_start_matches("-- ");
            if ["quirks", "faults", "scenario "].iter().any(|command| arguments.starts_with(command)) {
                self.shell(&format!("{} {arguments}", simulator_binary().unwrap().display()));
            } else if arguments.starts_with("proxy") {
                self.proxy = Some(Simulator::start(&self.with_port(arguments).replace("--listen 127.0.0.1:8183", "")));
            } else {
                (self.proxy, self.simulator) = (None, None);
                self.simulator = Some(Simulator::start(arguments));
            }
        } else if let Some(assignments) = command.strip_prefix("export ") {
            for assignment in assignments.split_whitespace() {
                let (name, value) = assignment.split_once('=').expect("NAME=VALUE");
                self.exported.insert(name.to_owned(), self.with_port(value));
            }
        } else if let Some(missing) = missing_tool(command) {
            skipped(&format!("the README's `{command}`"), missing);
        } else {
            self.shell(&self.with_port(command));
        }
    }

    fn with_port(&self, text: &str) -> String {
        let places = [("http://127.0.0.1:8182", &self.simulator), ("http://127.0.0.1:8183", &self.proxy)];
        places.into_iter().fold(text.to_owned(), |text, (written, place)| match place {
            Some(simulator) => text.replace(written, &simulator.endpoint),
            None => text,
        })
    }

    fn shell(&self, command: &str) {
        // curl must tell an HTTP error from success.
        let command = command.replace("curl -s ", "curl -sS --fail ");
        let mut shell = Command::new("sh");
        shell.args(["-ec", &command]).current_dir(root()).stdin(Stdio::null()).envs(&self.exported);
        as_if_outside(&mut shell);
        let output = shell.output().unwrap();
        let expected = if command == REFUSED { REFUSAL } else { 0 };
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(output.status.code(), Some(expected), "{command}\n{}\n{}", shown(&output.stdout), shown(&output.stderr));
        assert!(!output.stdout.is_empty(), "{command} printed nothing");
    }
}

fn missing_tool(command: &str) -> Option<&'static str> {
    let works = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    if command.starts_with("curl ") && !works("curl", &["--version"]) {
        return Some("curl is not installed");
    }
    if command.starts_with("python3 ") && !works("python3", &["-c", "import boto3"]) {
        return Some("python3 has no boto3");
    }
    None
}

#[test]
fn every_command_of_the_readmes_works() {
    let mut reader = Reader::default();
    for file in ["README.md", "CONTRIBUTING.md", "handlers/README.md", "scenarios/README.md"] {
        blocks(file).iter().flatten().for_each(|command| reader.type_in(command));
    }
    assert!(reader.run >= 12, "only {} commands were found", reader.run);
}

#[test]
fn the_first_two_commands_are_the_main_job_and_the_tests() {
    assert_eq!(blocks("README.md")[..2], [["cargo xtask it --target sim"], ["cargo xtask ci"]]);
}

#[test]
fn the_scenario_in_the_scenarios_readme_is_a_scenario() {
    let text = fs::read_to_string(root().join("scenarios/README.md")).unwrap();
    let yaml = text.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a YAML block");
    if let Err(error) = neptune_sim::scenario::Scenario::parse("scenarios/README.md", yaml) {
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
fn the_exit_codes_in_the_readme_are_those_of_the_program() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let help = fs::read_to_string(root().join("xtask/src/exit.rs")).unwrap();
    for code in ["3", "4", "5", "6", "7", "100", "101", "103", "106", "107"] {
        assert!(readme.contains(&format!(" {code} ")) && help.contains(&format!("\n{code:>5}  ")), "{code}");
    }
}
