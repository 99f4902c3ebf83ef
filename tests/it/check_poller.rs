//! `neptune-sim check-poller` on Lambda functions: ours, those behind AWS's runtime clients, and those that an emulator runs.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use neptune_harness::binaries::{handler_binary, simulator_binary};
use neptune_harness::optional::skipped;
use neptune_harness::project::root;
use neptune_server::ReservedPort;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::programs::{python, text, works};

/// What the page says for the two functions of this project.
const TWO_LOADS: [&str; 4] = [
    r#"--event={"domain_load_id": "{load_id}", "prov_load_id": "{load_id}", "run_id": "run-1"}"#,
    "--success=$.status == 'SUCCESS'",
    "--failure=$.status == 'FAILED'",
    "--pending=$.status == 'PENDING'",
];
const NEPTUNES_ANSWER: [&str; 3] = [
    r#"--event={"load_job_id": "{load_id}"}"#,
    "--success=$.payload.overallStatus.status == 'LOAD_COMPLETED'",
    "--pending=$.payload.overallStatus.status == 'LOAD_IN_PROGRESS' || $.payload.overallStatus.status == 'LOAD_NOT_STARTED' || \
     $.payload.overallStatus.status == 'LOAD_IN_QUEUE'",
];
/// What the functions of `looks.py` say; `Unavailable` is an error after which their caller tries again.
const STATES: [&str; 3] = [
    "--success=$.state == 'done' || $.answer == 'done'",
    "--failure=$.state == 'failed'",
    "--pending=$.state == 'pending' || $.answer == 'pending' || $.errorType == 'Unavailable'",
];
/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_mins(1);

fn folder(language: &str) -> PathBuf {
    root().join("tests/it").join(language)
}

/// A run of `check-poller` in the folder of the functions in this language.
fn check(language: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(simulator_binary().unwrap());
    command.arg("check-poller").args(arguments).current_dir(folder(language)).stdin(Stdio::null());
    command
}

fn run(language: &str, arguments: &[&str]) -> Output {
    check(language, arguments).output().unwrap()
}

/// Names and verdicts of the cases that are not right, and how many cases there were.
fn verdicts(language: &str, arguments: &[&str]) -> (Vec<(String, String)>, usize, String) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("verdicts.json");
    let output = run(language, &[arguments, &["--json", file.to_str().unwrap()]].concat());
    let said = text(&output);
    let report: Value = serde_json::from_slice(&fs::read(&file).unwrap_or_else(|_| panic!("{said}"))).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let word = |case: &Value, key: &str| case[key].as_str().unwrap().to_owned();
    let named = cases.iter().map(|case| (word(case, "name"), word(case, "verdict")));
    let wrong: Vec<_> = named.filter(|(_, verdict)| verdict != "right").collect();
    assert_eq!(output.status.code(), Some(i32::from(!wrong.is_empty())), "{said}");
    (wrong, cases.len(), said)
}

fn assert_right(language: &str, arguments: &[&str]) {
    let (wrong, cases, said) = verdicts(language, arguments);
    assert!(wrong.is_empty(), "{said}");
    assert!(cases >= 57, "{cases} cases: {said}");
}

/// The function forgets that a user may cancel a load.
fn assert_forgets_cancelled(language: &str, arguments: &[&str]) {
    let (wrong, _, said) = verdicts(language, arguments);
    let expected = ["cancelled-by-user", "cancelled-by-user-at-once"].map(|name| (name.into(), "waits_forever".into()));
    assert_eq!(wrong, expected, "{said}");
}

#[rstest]
#[case::check("check_bulk_load_status", &TWO_LOADS)]
#[case::get("get_load_status", &NEPTUNES_ANSWER)]
fn our_functions_are_right_in_every_case(#[case] name: &str, #[case] options: &[&str]) {
    let function = handler_binary(name).unwrap().display().to_string();
    assert_right("python", &[&["--lambda", &function], options].concat());
}

#[test]
fn our_functions_are_right_behind_tls_and_signatures() {
    let function = handler_binary("check_bulk_load_status").unwrap().display().to_string();
    let options = ["--lambda", &function, "--tls", "--iam", "--case", "completed", "--case", "http-500-once"];
    let (wrong, cases, said) = verdicts("python", &[&options[..], &TWO_LOADS].concat());
    assert!(wrong.is_empty() && cases == 2, "{said}");
}

#[test]
fn functions_behind_the_runtime_client_for_python_are_judged() {
    if !works("python3", &["-c", "import awslambdaric"]) {
        return skipped("a function behind awslambdaric", "python3 has no awslambdaric");
    }
    let function = |handler: &str| format!("--lambda=python3 -m awslambdaric loads.{handler}");
    assert_right("python", &[&[function("check").as_str()], &TWO_LOADS[..]].concat());
    let defective = function("check_that_forgets_cancelled");
    assert_forgets_cancelled("python", &[&[defective.as_str(), "--skip=passing", "--skip=lasting"], &TWO_LOADS[..]].concat());
}

#[test]
fn functions_behind_the_runtime_client_for_node_are_judged() {
    if !works("which", &["aws-lambda-ric"]) {
        return skipped("a function behind aws-lambda-ric", "aws-lambda-ric is not installed");
    }
    let function = |handler: &str| format!("--lambda=aws-lambda-ric loads.{handler}");
    assert_right("node", &[&[function("check").as_str()], &TWO_LOADS[..]].concat());
    let defective = function("checkThatForgetsCancelled");
    assert_forgets_cancelled("node", &[&[defective.as_str(), "--skip=passing", "--skip=lasting"], &TWO_LOADS[..]].concat());
}

#[rstest]
#[case::look("look")]
#[case::raises_at_the_end("raises_at_the_end")]
fn a_function_that_raises_an_error_which_its_caller_tries_again_is_right(#[case] handler: &str) {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let function = format!("--lambda=python3 runtime.py looks.{handler}");
    assert_right("python", &[&[function.as_str()], &STATES[..]].concat());
}

#[rstest]
#[case::an_error_is_a_failure("look", &["--pending=$.state == 'pending'", "--success=$.state == 'done'"], "http-500-once", "gave_up", "error Unavailable")]
#[case::pending_is_a_success_without_the_option("look", &[], "completed", "wrong", "say with --pending how")]
#[case::any_answer_is_a_success("look", &["--pending=$.state == 'pending'"], "failed", "wrong", "success (answer)")]
#[case::no_such_answer("look", &["--success=$.x == 1", "--failure=$.x == 2"], "failed", "crashed", "neither (answer)")]
#[case::the_process_ends("exits", &[], "completed", "crashed", "about to exit")]
#[case::it_asks_on("asks_on", &[], "failed", "waits_forever", "not yet")]
#[case::it_does_not_end("hangs", &["--patience=300ms"], "completed", "never_asked", "it sent no request within")]
fn a_defect_of_a_function_is_found(
    #[case] handler: &str,
    #[case] options: &[&str],
    #[case] case: &str,
    #[case] verdict: &str,
    #[case] shown: &str,
) {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let function = format!("--lambda=python3 runtime.py looks.{handler}");
    let (wrong, _, said) = verdicts("python", &[&[function.as_str(), "--case", case], options].concat());
    assert_eq!(wrong, [(case.to_owned(), verdict.to_owned())], "{said}");
    assert!(said.contains(shown), "{said}");
}

#[rstest]
#[case::no_program(&["--lambda=no-such-program-here x"], 106, "no-such-program-here x: No such file or directory")]
#[case::no_module(&["--lambda=python3 -c 'print(1); import nothing_of_this_name'"], 106, "No module named 'nothing_of_this_name'")]
#[case::no_runtime_client(&["--lambda=python3 -c 'pass'"], 106, "hint: the command needs a runtime client")]
#[case::never_asks(&["--lambda=python3 runtime.py looks.asks_nothing"], 106, "  | I have no address\nhint: let it read AWS_ENDPOINT_URL_NEPTUNEDATA")]
#[case::another_event(&["--lambda=python3 runtime.py looks.look", "--event={\"id\": 1}"], 106, "{\"errorType\":\"KeyError\",\"errorMessage\":\"'load_id'\"}")]
#[case::another_load(&["--lambda=python3 runtime.py looks.look", "--event={\"load_id\": \"people\"}"], 106, "asked for the load `people`")]
#[case::nothing_listens(&["--invoke=http://127.0.0.1:1/"], 106, "nothing answers at http://127.0.0.1:1/: Connection refused")]
#[case::two_kinds(&["--lambda=x", "--invoke=http://127.0.0.1:1/"], 2, "'--lambda <COMMAND>' cannot be used with '--invoke <URL>'")]
#[case::a_command_beside_a_function(&["--lambda=x", "--", "true"], 2, "'--lambda <COMMAND>' cannot be used with '[COMMAND]...'")]
#[case::an_event_for_a_command(&["--event={}", "--", "true"], 2, "'--event <JSON>' cannot be used with '[COMMAND]...'")]
#[case::no_event(&["--lambda=x", "--event={x"], 2, "it is not JSON (key must be a string at line 1 column 2)")]
#[case::no_event_file(&["--lambda=x", "--event=@nowhere.json"], 2, "cannot read nowhere.json: No such file")]
#[case::no_url(&["--invoke=localhost:9000"], 2, "it is no URL of a function that runs here")]
#[case::unclosed(&["--lambda=python3 'x"], 2, "a quotation mark is not closed")]
#[case::one_port(&["--listen=127.0.0.1:1", "--jobs=2", "--", "true"], 2, "leave out --jobs")]
fn what_keeps_a_function_from_being_judged_is_one_error(#[case] arguments: &[&str], #[case] code: i32, #[case] wanted: &str) {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let output = run("python", arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(wanted) && said.lines().count() < 15, "{said}");
}

#[test]
fn an_event_may_be_in_a_file() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("event.json");
    fs::write(&file, r#"{"load_id": "{load_id}", "endpoint": "http://{host}:{port}", "more": [1, null, {"a": "{endpoint}"}]}"#)
        .unwrap();
    let event = format!("--event=@{}", file.display());
    let options = ["--lambda=python3 runtime.py looks.look", &event, "--case", "completed"];
    let (wrong, _, said) = verdicts("python", &[&options[..], &STATES].concat());
    assert!(wrong.is_empty(), "{said}");
}

/// An emulator that runs a function of `looks.py`; it ends with this value.
struct Emulator {
    process: Child,
    url: String,
}

impl Emulator {
    fn start(handler: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("python3");
        command.args(["emulator.py", &format!("looks.{handler}")]).current_dir(folder("python"));
        let mut process = command.envs(environment.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut port).unwrap();
        Self { process, url: format!("--invoke=http://127.0.0.1:{}/2015-03-31/functions/function/invocations", port.trim()) }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_function_that_runs_already_learns_the_address_by_its_event() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let event = r#"--event={"load_id": "{load_id}", "endpoint": "{endpoint}"}"#;
    let emulator = Emulator::start("raises_at_the_end", &[]);
    let options = [emulator.url.as_str(), event, "--case", "words", "--case", "http-500-once"];
    let (wrong, cases, said) = verdicts("python", &[&options[..], &STATES].concat());
    assert!(wrong.is_empty() && cases >= 17, "{said}");
    let (wrong, _, said) = verdicts("python", &[&options[..], &STATES[..1], &["--pending=$.answer == 'pending'"]].concat());
    assert_eq!(wrong, [("http-500-once".into(), "gave_up".into())], "{said}");
}

#[test]
fn a_function_with_a_fixed_environment_gets_one_case_after_the_other_at_one_port() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let port = ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let emulator = Emulator::start("look", &[("AWS_ENDPOINT_URL_NEPTUNEDATA", &format!("http://{}", port.address()))]);
    let listen = format!("--listen={}", port.address());
    assert_right("python", &[&[emulator.url.as_str(), &listen], &STATES[..]].concat());
}

#[rstest]
#[case::a_function_error_by_its_header(r#""header": true"#, "wrong", "failure (error Unhandled)")]
#[case::an_error_of_the_emulator(r#""status": 502"#, "crashed", "HTTP 502")]
#[case::no_such_function(r#""status": 404"#, "106", "invocations is not found")]
#[case::no_json(r#""plain": true"#, "crashed", "no JSON")]
#[case::too_large(r#""more": 7000000"#, "crashed", "too large an answer")]
#[case::no_answer(r#""gone": true"#, "106", "sent no request to the simulator, and ended with no answer")]
fn how_an_emulator_answers_is_understood(#[case] field: &str, #[case] verdict: &str, #[case] shown: &str) {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let emulator = Emulator::start("raises_at_the_end", &[]);
    let event = format!(r#"--event={{"load_id": "{{load_id}}", "endpoint": "{{endpoint}}", {field}}}"#);
    let output = run("python", &[&emulator.url, &event, "--case", "completed-at-once"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(if verdict == "106" { 106 } else { 1 }), "{said}");
    assert!(verdict == "106" || said.contains(&format!("completed-at-once: {verdict}")), "{said}");
    assert!(said.contains(shown), "{said}");
}

#[test]
fn a_function_that_cannot_be_ended_from_here_is_waited_for() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let emulator = Emulator::start("holds", &[]);
    let event = format!(r#"--event={{"holds": {}}}"#, listener.local_addr().unwrap().port());
    let output = run("python", &[&emulator.url, &event, "--patience", "300ms"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(106), "{said}");
    assert!(said.contains("still runs") && said.contains("`--skip completed`"), "{said}");
}

/// Ctrl-C: the pollers have process groups of their own, so that a terminal's signal does not reach them.
#[rstest]
#[case::a_command(&["--", "python3", "looks.py", "PORT"])]
#[case::a_function(&["--lambda=python3 runtime.py looks.holds", "--event={\"holds\": PORT}"])]
#[tokio::test]
async fn an_interrupted_run_leaves_no_process(#[case] arguments: &[&str], #[values(Signal::INT, Signal::TERM)] signal: Signal) {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("PORT", &port)).collect();
    let arguments: Vec<&str> = ["--case", "at-once"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let mut program = check("python", &arguments).spawn().unwrap();
    let (connection, _) = timeout(LIMIT, listener.accept()).await.expect("a poller begins").unwrap();
    let mut connection = tokio::io::BufReader::new(connection);
    let mut ready = String::new();
    timeout(LIMIT, connection.read_line(&mut ready)).await.expect("it is ready").unwrap();
    assert_eq!(ready, "ready\n");
    kill_process(Pid::from_child(&program), signal).unwrap();
    let status = tokio::task::spawn_blocking(move || program.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(130));
    // It ends when the last process that holds it has ended; the child of the poller would hold it for a minute.
    let ended = timeout(LIMIT / 3, connection.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "a process of the poller has outlived the run");
}
