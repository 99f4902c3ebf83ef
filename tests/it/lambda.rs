//! The Lambda harness against a function that does what its event says (`lambda_probe.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use neptune_harness::lambda::{Caller, CommandLine, Deadline, Function, Invocation, Lambda, Outcome, Program};
use rstest::rstest;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use serde_json::{Value, json};

fn probe_binary() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_BIN_EXE_lambda_probe").expect("cargo runs this test"))
}

/// A function that a command runs, typed in this folder.
fn command(text: &str, folder: &Path) -> Lambda {
    let path = ("PATH".to_owned(), std::env::var("PATH").expect("there is a PATH"));
    let command = CommandLine::parse(text, &Caller::new(folder, [path])).unwrap();
    Lambda::new(Function { name: "typed".to_owned(), program: Program::Command(command), environment: [].into() }, 7)
}

fn probe(environment: &[(&str, &str)]) -> Lambda {
    let binary = probe_binary();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Lambda::new(Function { name: "lambda_probe".to_owned(), program: binary.into(), environment }, 7)
}

async fn tell(lambda: &Lambda, what: &str) -> Invocation {
    lambda.invoke(&json!({"do": what}), Deadline::default()).await
}

async fn ask(lambda: &Lambda, what: &str) -> Value {
    let invocation = tell(lambda, what).await;
    invocation.outcome.answer().unwrap_or_else(|| panic!("no answer: {invocation:#?}")).clone()
}

async fn pid(lambda: &Lambda) -> u64 {
    ask(lambda, "process").await["pid"].as_u64().expect("the probe says its process id")
}

/// The kernel's word for the state of a process (`T` is stopped), None if there is no such process. A zombie is one.
fn state_of(pid: u64) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ").expect("a name in brackets").1[..1].to_owned())
}

#[tokio::test]
async fn a_function_answers_and_its_environment_is_used_again() {
    let lambda = probe(&[]);
    let event = json!({"do": "echo", "with": ["ünïcode", 1.5, null]});
    let first = lambda.invoke(&event, Deadline::default()).await;
    assert_eq!(first.outcome, Outcome::Answered(event));
    assert!(first.cold_start && first.environment == 0, "{first:?}");
    assert!(first.took > Duration::ZERO, "{first:?}");
    let second = tell(&lambda, "echo").await;
    assert!(!second.cold_start && second.environment == 0, "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_answers_to_a_runtime_with_threads() {
    assert_eq!(ask(&probe(&[]), "arn").await, "arn:aws:lambda:us-east-1:123456789012:function:lambda_probe");
}

#[tokio::test]
async fn request_ids_reach_the_function_and_come_from_the_seed() {
    let [lambda, again] = [probe(&[]), probe(&[])];
    let invocation = tell(&lambda, "process").await;
    let answer = invocation.outcome.answer().unwrap();
    assert_eq!(answer["request_id"], invocation.request_id);
    assert!(answer["trace_id"].as_str().unwrap().starts_with("Root=1-"), "{answer}");
    assert_eq!(tell(&again, "echo").await.request_id, invocation.request_id);
    assert_ne!(tell(&lambda, "echo").await.request_id, invocation.request_id);
}

#[tokio::test]
async fn a_raised_error_keeps_its_type_and_message() {
    let lambda = probe(&[]);
    let raised = Outcome::Raised { error_type: "ProbeRaised".to_owned(), error_message: "as asked".to_owned() };
    assert_eq!(tell(&lambda, "raise").await.outcome, raised);
    assert!(!tell(&lambda, "echo").await.cold_start);
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_process_goes_on() {
    let lambda = probe(&[]);
    let invocation = tell(&lambda, "panic").await;
    let Outcome::Raised { error_message, .. } = &invocation.outcome else { panic!("{invocation:#?}") };
    assert_eq!(error_message, "Lambda panicked: as asked");
    assert!(invocation.log.iter().any(|line| line.contains("lambda_probe.rs")), "{:?}", invocation.log);
    let next = tell(&lambda, "echo").await;
    assert!(!next.cold_start && next.outcome.answer().is_some(), "{next:?}");
}

#[tokio::test]
async fn an_exit_is_seen_at_once_and_the_next_invocation_gets_a_new_environment() {
    let lambda = probe(&[]);
    tell(&lambda, "echo").await;
    let invocation = tell(&lambda, "exit").await;
    let Outcome::Exited { status } = invocation.outcome else { panic!("{invocation:#?}") };
    assert_eq!(status.code(), Some(3));
    assert!(invocation.took < Duration::from_secs(5), "{:?}", invocation.took);
    let next = tell(&lambda, "echo").await;
    assert!(next.cold_start && next.environment == 1 && next.outcome.answer().is_some(), "{next:?}");
}

#[tokio::test]
async fn a_process_that_dies_while_idle_is_not_used_again() {
    let lambda = probe(&[]);
    let pid = pid(&lambda).await;
    let process = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(process, Signal::KILL).unwrap();
    waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
    let next = tell(&lambda, "echo").await;
    assert!(next.cold_start && next.outcome.answer().is_some(), "{next:?}");
}

#[tokio::test]
async fn a_function_that_stalls_is_killed_at_its_deadline() {
    let lambda = probe(&[]);
    let pid = pid(&lambda).await;
    let limit = Duration::from_millis(200);
    let invocation = lambda.invoke(&json!({"do": "stall"}), Deadline::In(limit)).await;
    assert_eq!(invocation.outcome, Outcome::TimedOut);
    assert!((limit..Duration::from_secs(5)).contains(&invocation.took), "{:?}", invocation.took);
    assert_eq!(state_of(pid), None);
    assert!(tell(&lambda, "echo").await.cold_start);
}

#[tokio::test]
async fn a_caller_who_leaves_kills_the_process() {
    let lambda = probe(&[]);
    let pid = pid(&lambda).await;
    let left = tokio::time::timeout(Duration::from_millis(100), tell(&lambda, "stall")).await;
    assert!(left.is_err(), "{left:?}");
    assert_eq!(state_of(pid), None);
    assert!(tell(&lambda, "echo").await.cold_start);
}

#[rstest]
#[case::exit("exit", "Runtime.ExitError", "exit status: 4")]
#[case::error("error", "ProbeInit", "not today")]
#[tokio::test]
async fn a_failed_start_is_reported_with_its_reason(#[case] how: &str, #[case] error_type: &str, #[case] error_message: &str) {
    let lambda = probe(&[("PROBE_INIT", how)]);
    let failed = Outcome::InitFailed { error_type: error_type.to_owned(), error_message: error_message.to_owned() };
    for environment in 0..2 {
        let invocation = tell(&lambda, "echo").await;
        assert_eq!(invocation.outcome, failed);
        assert_eq!(invocation.log, ["starting"]);
        assert_eq!((invocation.cold_start, invocation.environment, invocation.took), (true, environment, Duration::ZERO));
    }
}

#[tokio::test]
async fn a_binary_that_cannot_be_started_is_a_failed_start() {
    let function =
        Function { name: "gone".to_owned(), program: PathBuf::from("/no/such/bootstrap").into(), environment: [].into() };
    let invocation = tell(&Lambda::new(function, 1), "echo").await;
    let Outcome::InitFailed { error_type, error_message } = &invocation.outcome else { panic!("{invocation:#?}") };
    assert_eq!(error_type, "Runtime.InvalidEntrypoint");
    assert!(error_message.starts_with("/no/such/bootstrap: "), "{error_message}");
    assert!(!invocation.request_id.is_empty());
}

#[tokio::test]
async fn concurrent_invocations_have_environments_of_their_own() {
    let lambda = probe(&[]);
    let all = || async {
        tokio::join!(
            tell(&lambda, "echo"),
            tell(&lambda, "echo"),
            tell(&lambda, "echo"),
            tell(&lambda, "echo"),
            tell(&lambda, "echo")
        )
    };
    let used = |(a, b, c, d, e): (Invocation, Invocation, Invocation, Invocation, Invocation)| {
        let mut used = [a, b, c, d, e].map(|invocation| {
            assert!(invocation.outcome.answer().is_some(), "{invocation:#?}");
            (invocation.environment, invocation.cold_start)
        });
        used.sort_unstable();
        used
    };
    assert_eq!(used(all().await), [(0, true), (1, true), (2, true), (3, true), (4, true)]);
    assert_eq!(used(all().await), [(0, false), (1, false), (2, false), (3, false), (4, false)]);
}

#[tokio::test]
async fn the_log_of_an_invocation_is_all_that_was_written_during_it() {
    let lambda = probe(&[]);
    assert_eq!(tell(&lambda, "echo").await.log, ["starting"]);
    for _ in 0..20 {
        let invocation = lambda.invoke(&json!({"do": "log", "lines": 2}), Deadline::default()).await;
        let mut log = invocation.log;
        log.sort_unstable();
        assert_eq!(log, ["err", "out 0", "out 1", "unfinished"]);
        assert_eq!(tell(&lambda, "echo").await.log, [""; 0]);
    }
}

#[tokio::test]
async fn a_long_log_is_cut_at_its_beginning() {
    let lambda = probe(&[]);
    let invocation = lambda.invoke(&json!({"do": "log", "lines": 100_000}), Deadline::In(Duration::from_mins(1))).await;
    assert_eq!(invocation.outcome, Outcome::Answered(true.into()));
    assert_eq!(invocation.log.len(), 1000);
    // "starting", "err" and "unfinished" are lines too.
    assert_eq!(invocation.log.len() + invocation.log_dropped, 100_003);
    assert!(invocation.log.contains(&"out 99999".to_owned()), "{:?}", invocation.log.last());
}

#[tokio::test]
async fn a_process_gets_the_variables_of_lambda_and_of_its_function_and_no_others() {
    let names = ask(&probe(&[("NEPTUNE_ENDPOINT", "http://127.0.0.1:1")]), "environment").await;
    let mut names: Vec<_> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    names.sort_unstable();
    let expected = [
        "AWS_DEFAULT_REGION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "NEPTUNE_ENDPOINT",
        "PATH",
        "TZ",
        "_HANDLER",
        // The runtime crate sets this one, from the trace header.
        "_X_AMZN_TRACE_ID",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn the_deadline_is_the_true_time_or_one_long_past() {
    let lambda = probe(&[]);
    let reported =
        async |deadline| lambda.invoke(&json!({"do": "deadline"}), deadline).await.outcome.answer().and_then(Value::as_u64);
    let millis = |time: SystemTime| u64::try_from(time.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let before = millis(SystemTime::now());
    let deadline = reported(Deadline::In(Duration::from_secs(20))).await.unwrap();
    assert!((before + 20_000..=millis(SystemTime::now()) + 20_000).contains(&deadline), "{deadline} after {before}");
    assert_eq!(reported(Deadline::AlreadyPast).await, Some(600_000));
}

#[tokio::test]
async fn an_idle_process_can_be_frozen_and_thaws_for_its_next_event() {
    let lambda = probe(&[]);
    let pid = pid(&lambda).await;
    assert_eq!(lambda.freeze_idle().unwrap(), 1);
    assert_eq!(state_of(pid).as_deref(), Some("T"));
    assert_eq!(self::pid(&lambda).await, pid);
    assert_eq!(lambda.freeze_idle().unwrap(), 1);
    drop(lambda);
    assert_eq!(state_of(pid), None, "a frozen process ends too");
}

#[tokio::test]
async fn no_process_outlives_its_lambda() {
    let lambda = probe(&[]);
    let (one, two) = tokio::join!(pid(&lambda), pid(&lambda));
    assert!(state_of(one).is_some() && state_of(two).is_some());
    drop(lambda);
    assert_eq!((state_of(one), state_of(two)), (None, None));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_and_the_process_goes_on() {
    let lambda = probe(&[]);
    let invocation = tell(&lambda, "large").await;
    let Outcome::Raised { error_type, error_message } = &invocation.outcome else { panic!("{:?}", invocation.log) };
    assert_eq!(error_type, "Function.ResponseSizeTooLarge");
    assert!(error_message.contains("6291556"), "{error_message}");
    assert!(!tell(&lambda, "echo").await.cold_start);
}

#[tokio::test]
async fn misuse_of_the_runtime_api_is_refused_and_harms_nothing() {
    let lambda = probe(&[]);
    let refused = json!(["HTTP/1.1 400 Bad Request", "HTTP/1.1 403 Forbidden", "HTTP/1.1 404 Not Found"]);
    assert_eq!(ask(&lambda, "meddle").await, refused);
    assert!(!tell(&lambda, "echo").await.cold_start);
}

#[rstest]
#[case::json("[1]", Some(json!([1])))]
#[case::no_json("[1", None)]
#[tokio::test]
async fn the_first_of_two_answers_counts(#[case] text: &str, #[case] answer: Option<Value>) {
    let lambda = probe(&[]);
    let invocation = lambda.invoke(&json!({"do": "answer with", "text": text}), Deadline::default()).await;
    assert_eq!(invocation.outcome.answer(), answer.as_ref());
    if answer.is_none() {
        let Outcome::NotJson { problem } = &invocation.outcome else { panic!("{invocation:#?}") };
        assert!(problem.contains("2 bytes"), "{problem}");
    }
    assert!(!tell(&lambda, "echo").await.cold_start);
}

#[rstest]
#[case::asks("go on", false)]
#[case::ends("exit", true)]
#[tokio::test]
async fn an_invocation_lasts_until_its_process_asks_for_the_next_or_ends(#[case] then: &str, #[case] next_is_cold: bool) {
    let lambda = probe(&[]);
    let invocation = lambda.invoke(&json!({"do": "answer with", "text": "{}", "then": then}), Deadline::default()).await;
    assert_eq!(invocation.outcome, Outcome::Answered(json!({})));
    assert!(invocation.log.contains(&"after the answer".to_owned()), "{:?}", invocation.log);
    // The runtime crate reports that its own, second answer was refused.
    assert_eq!(invocation.log.iter().any(|line| line.contains("403")), then == "go on", "{:?}", invocation.log);
    let next = tell(&lambda, "echo").await;
    assert!(next.outcome.answer().is_some(), "{next:#?}");
    assert_eq!(next.cold_start, next_is_cold);
}

#[tokio::test]
async fn a_command_is_started_where_it_was_typed_and_reads_its_handler_as_runtime_clients_do() {
    let folder = tempfile::tempdir().unwrap();
    let script = "pwd; echo $LAMBDA_TASK_ROOT; echo $_HANDLER; exec \"$0\"";
    let lambda = command(&format!("sh -c '{script}' {} app.handler", probe_binary().display()), folder.path());
    let invocation = tell(&lambda, "echo").await;
    let folder = folder.path().to_str().unwrap();
    assert_eq!(invocation.log, [folder, folder, "app.handler", "starting"], "{invocation:?}");
}

#[tokio::test]
async fn all_that_a_command_has_started_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("open");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    // The file opens when a process holds the other end, and its reading ends when the last one has gone that does.
    let (opened, is_open) = mpsc::channel();
    let (gone, all_are_gone) = mpsc::channel();
    thread::spawn(move || {
        let file = fs::File::open(fifo).unwrap();
        opened.send(()).unwrap();
        gone.send(std::io::read_to_string(file).unwrap())
    });
    let lambda = command(&format!("sh -c 'sleep 1000 > open & exec {}'", probe_binary().display()), folder.path());
    assert!(tell(&lambda, "echo").await.outcome.answer().is_some());
    is_open.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(all_are_gone.try_recv().is_err(), "what the command started runs beside it");
    drop(lambda);
    assert_eq!(all_are_gone.recv_timeout(Duration::from_secs(20)).unwrap(), "");
}

#[tokio::test]
async fn a_function_is_started_before_its_first_event_or_says_why_it_cannot_be() {
    let lambda = probe(&[]);
    lambda.warm_up().await.unwrap();
    let invocation = tell(&lambda, "echo").await;
    assert!(!invocation.cold_start && invocation.outcome.answer().is_some(), "{invocation:?}");
    let failed = command("sh -c 'echo no such module; exit 4'", Path::new("/")).warm_up().await.unwrap_err();
    let Outcome::InitFailed { error_message, .. } = &failed.outcome else { panic!("{failed:?}") };
    assert_eq!((error_message.as_str(), &failed.log[..]), ("exit status: 4", &["no such module".to_owned()][..]));
}
