//! `neptune-sim play`, and the steps of a file, as a user plays them beside a poller.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod running;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use neptune_harness::optional::skipped;
use rstest::rstest;
use running::{program, text};

/// A program that plays steps, and what it prints. It ends with this value.
struct Playing {
    child: Child,
    /// Comes to an end with the program.
    lines: Receiver<String>,
    address: String,
}

impl Playing {
    fn start(arguments: &[&str]) -> Self {
        let mut command = program();
        command.args(arguments).args(["--listen", "127.0.0.1:0"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let Ok(first) = lines.recv() else {
            let mut stderr = String::new();
            child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
            panic!("it did not start: {stderr}");
        };
        let address = first.rsplit("http://").next().unwrap().to_owned();
        Self { child, lines, address }
    }

    /// Starts it with a file of these steps.
    fn start_file(steps: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("steps.yaml");
        std::fs::write(&file, format!("name: steps\nabout: It has steps\n{steps}")).unwrap();
        let playing = Self::start(&[arguments, &[file.to_str().unwrap()]].concat());
        // It has read the file when it has printed its first line.
        drop(folder);
        playing
    }

    /// Reads on to the line with this text in it, and returns all that was read.
    fn read_to(&self, text: &str) -> String {
        let mut read = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30));
            let line = line.unwrap_or_else(|error| panic!("{error} before it printed `{text}`:\n{read}"));
            let is_last = line.contains(text);
            read += &line;
            read.push('\n');
            if is_last {
                return read;
            }
        }
    }

    /// The status of a load as a client reads it.
    fn status(&self, load: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET /loader/{load} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let mut words = answer.split('"').filter(|word| word.starts_with("LOAD_") && *word != "LOAD_ID");
        words.next_back().unwrap_or_else(|| panic!("no status in {answer}")).to_owned()
    }

    fn press_enter(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Ends it with a signal; returns its exit code, what it still printed, and its stderr.
    fn end(mut self) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
        let rest: Vec<String> = self.lines.iter().collect();
        let mut stderr = Vec::new();
        self.child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        (self.child.wait().unwrap().code(), rest.join("\n"), text(&stderr))
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        // It has usually ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The id that an event has for a load: the value of this key.
fn id<'a>(event: &'a str, key: &str) -> &'a str {
    event.rsplit(&format!("\"{key}\":\"")).next().unwrap().split('"').next().unwrap()
}

#[test]
fn a_load_is_cancelled_while_a_poller_waits_for_it() {
    let playing = Playing::start(&["play", "F22"]);
    let begun = playing.read_to("waiting for: a request for domain-load and a request for prov-load, or one more for either");
    assert!(begun.contains("\n10s action[0] invoke: check_bulk_load_status: now run your own function or poller\n"), "{begun}");
    let domain = id(&begun, "domain_load_id");
    // A poller of one load asks again: then its first request is over.
    assert_eq!(playing.status(domain), "LOAD_IN_PROGRESS");
    playing.status(domain);
    let cancelled = playing.read_to("waiting for: ");
    assert!(cancelled.contains(&format!("10s action[1] cancel: DELETE /loader/{domain}\n    answered 200 ")), "{cancelled}");
    assert_eq!(playing.status(domain), "LOAD_CANCELLED_BY_USER");
    assert_eq!(playing.end(), (Some(0), String::new(), String::new()));
}

/// The poller of the first minute in the README, as it is.
#[test]
fn boto3_waits_for_a_load_whose_clock_moves_with_its_polls() {
    let loads = "given: {loads: {people: {lifecycle: [LOAD_IN_PROGRESS 30s, LOAD_FAILED]}}}\naction:\n";
    let poll = "{every: 10s, until: {answer.payload.overallStatus.status: LOAD_FAILED}, at_most: 9}";
    let invoke = format!(
        "  - invoke: {{function: get_load_status, event: {{load_job_id: people}}, poll: {poll}, expect: {{it ends: {{last.status: x}}}}}}\n"
    );
    let playing = Playing::start_file(&format!("{loads}{invoke}"), &["play"]);
    playing
        .read_to("an answer that people has ended (your poller asks for it), or Enter; the clock moves 10 s from poll to poll");
    let script = "import boto3\nneptune = boto3.client('neptunedata')\nfor _ in range(9):\n    \
        payload = neptune.get_loader_job_status(loadId='people')['payload']\n    print(payload['overallStatus']['status'])\n    \
        if payload['overallStatus']['status'] == 'LOAD_FAILED': break\n";
    let mut poller = Command::new("python3");
    poller.args(["-c", script]).env("AWS_ENDPOINT_URL_NEPTUNEDATA", format!("http://{}", playing.address));
    poller.envs([("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "any"), ("AWS_SECRET_ACCESS_KEY", "any")]);
    let output = poller.output().ok().filter(|output| !text(&output.stderr).contains("No module named 'boto3'"));
    let Some(output) = output else { return skipped("steps beside boto3", "python3 has no boto3") };
    let seen = text(&output.stdout);
    assert_eq!(seen, "LOAD_IN_PROGRESS\nLOAD_IN_PROGRESS\nLOAD_IN_PROGRESS\nLOAD_FAILED\n", "{}", text(&output.stderr));
    playing.read_to("All steps are over. The cluster stays as it is until Ctrl-C.");
    assert_eq!(playing.end(), (Some(0), String::new(), String::new()));
}

const STEPS: &str = "given: {loads: {x: {lifecycle: [LOAD_IN_PROGRESS 1h, LOAD_COMPLETED]}}}
setup: [{advance: 5s}, {fault: {use: blip-500, optional: true, on: {operation: list}}}]
action: [{invoke: {function: get_load_status, event: {load_job_id: x}, times: 2, expect: {it answers: {answers: {length: 2}}}}}, {clear_fault: all}]
cleanup: [{wait: {load: x, until: finished}}, {request: {path: /loader/x}}]
";

#[test]
fn the_steps_of_a_file_are_played_and_its_clean_up_at_the_end() {
    let mut playing = Playing::start_file(STEPS, &["--clock", "manual"]);
    let begun = playing.read_to("    waiting for: 2 requests for x (your function sends it)");
    assert!(begun.contains("\n0s setup[0] advance: 5 s pass\n5s setup[1] fault: {"), "{begun}");
    assert!(begun.contains("    event: {\"load_job_id\":\"x\"}\n"), "{begun}");
    playing.press_enter();
    assert_eq!([playing.status("x"), playing.status("x")], ["LOAD_IN_PROGRESS", "LOAD_IN_PROGRESS"]);
    playing.read_to("It is played at the end (Ctrl-C).");
    let (code, rest, stderr) = playing.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        rest.starts_with("5s cleanup[0] wait: until the load x has ended\n3600s cleanup[1] request: GET /loader/x\n"),
        "{rest}"
    );
    assert!(
        rest.contains(r#"    answered 200 { "status" : "200 OK", "payload" : { "feedCount" : [ { "LOAD_COMPLETED" : 1 } ]"#),
        "{rest}"
    );
}

#[test]
fn enter_goes_on_without_a_request_and_plays_the_clean_up() {
    let mut playing = Playing::start_file(STEPS, &["play"]);
    playing.read_to(", or Enter");
    playing.press_enter();
    playing.read_to("Enter, which plays `cleanup`, or Ctrl-C, which plays it and ends");
    playing.press_enter();
    let over = playing.read_to("All steps are over.");
    assert!(over.contains("3600s cleanup[1] request: GET /loader/x\n"), "{over}");
    assert_eq!(playing.status("x"), "LOAD_COMPLETED");
    assert_eq!(playing.end(), (Some(0), String::new(), String::new()));
}

#[test]
fn a_step_that_shuts_the_port_leaves_the_control_api_in_reach() {
    let playing = Playing::start_file("setup: [{neptune: refused}]\n", &["play"]);
    let control = playing.read_to("See what goes on: curl -s http://");
    let (_, control) = control.trim_end().trim_end_matches("/_sim").rsplit_once("http://").unwrap();
    playing.read_to("All steps are over.");
    assert!(TcpStream::connect(&playing.address).is_err(), "it refuses connections");
    assert!(TcpStream::connect(control).is_ok(), "the control API has a port of its own");
    assert_eq!(playing.end(), (Some(0), String::new(), String::new()));
}

#[test]
fn time_that_passes_by_itself_is_waited_for() {
    let playing = Playing::start_file(STEPS, &["--clock", "scaled:1000000000"]);
    let begun = playing.read_to("waiting for: 2 requests for x");
    assert!(begun.contains("waiting for: the time, which passes by itself (it does not with --clock manual)\n"), "{begun}");
    assert_eq!(playing.status("x"), "LOAD_COMPLETED");
    assert_eq!(playing.end().0, Some(0));
}

#[test]
fn the_end_comes_at_once_though_a_step_waits_for_an_hour() {
    let playing = Playing::start_file(STEPS, &["play", "--clock", "real"]);
    playing.read_to("waiting for: the time");
    let (code, rest, stderr) = playing.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(rest.contains(" cleanup[0] wait: ") && rest.contains("    left out: the simulator ends before that\n"), "{rest}");
    assert!(rest.contains(" cleanup[1] request: GET /loader/x\n    answered 200 {"), "{rest}");
    assert!(!rest.contains("action["), "{rest}");
}

#[test]
fn a_step_that_cannot_be_played_is_code_1_and_the_cluster_serves_on() {
    let playing = Playing::start_file("setup: [{request: {path: /elsewhere}}, {advance: 1s}]\n", &["play"]);
    let read = playing.read_to("error: step setup[0] could not run: ");
    assert!(!read.contains("setup[1]"), "{read}");
    assert!(TcpStream::connect(&playing.address).is_ok());
    let (code, _, stderr) = playing.end();
    assert_eq!(code, Some(1));
    assert!(
        stderr.starts_with("error: step setup[0] could not run: nothing is expected of the reply, and it is no success: "),
        "{stderr}"
    );
}

#[rstest]
#[case::mistyped(&["play", "F22_canceled_by_user"], 2, "error: there is no scenario `F22_canceled_by_user`\nhint: did you mean `F22_cancelled_by_user`?")]
#[case::no_file(&["play", "absent.yaml"], 103, "error: cannot read the scenario `absent.yaml`: ")]
#[case::nothing(&["play"], 2, "error: the following required arguments were not provided:\n  <SCENARIO>...")]
fn what_cannot_be_played_is_reported(#[case] arguments: &[&str], #[case] code: i32, #[case] message: &str) {
    let output = program().args(arguments).output().unwrap();
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.starts_with(message), "{stderr}");
}

#[test]
fn all_scenarios_of_the_program_are_listed() {
    let output = program().args(["play", "--list"]).env("COLUMNS", "200").output().unwrap();
    let list = text(&output.stdout);
    for part in [" check 6 ", " get 3 ", " F22 ", " F04b ", "F22_cancelled_by_user"] {
        assert!(list.contains(part), "{part} in {list}");
    }
    assert_eq!(output.status.code(), Some(0));
}
