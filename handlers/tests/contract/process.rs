//! A function as it is deployed: the real program in a process of its own, called once by a Runtime API of the test's.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::server::{Answer, Server};

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Called {
    /// Whether it was answered within half a minute.
    pub(crate) in_time: bool,
    /// All of standard output.
    pub(crate) log: String,
    /// The most memory that the process ever had, in KiB; `None` where the system does not report it.
    pub(crate) peak_kib: Option<u64>,
}

/// Calls the function once, with these variables and no others.
pub(crate) async fn call_once(function: &str, variables: &[(&str, &str)], event: &Value) -> Called {
    let (answered, event) = (Arc::new(Notify::new()), event_of("r", event));
    let notify = Arc::clone(&answered);
    let runtime_api = Server::start(move |request| {
        if request.index == 0 {
            return Answer::Bytes(event.clone());
        }
        notify.notify_one();
        Answer::Silence
    });
    call_through(&runtime_api, &answered, function, variables).await
}

/// Runs the function until `answered` says that the Runtime API has what it waited for.
pub(crate) async fn call_through(
    runtime_api: &Server,
    answered: &Notify,
    function: &str,
    variables: &[(&str, &str)],
) -> Called {
    let mut function = start(runtime_api, function, variables);
    let in_time = timeout(Duration::from_secs(30), answered.notified()).await.is_ok();
    let peak_kib = peak_kib(function.id());
    function.kill().unwrap();
    let log = String::from_utf8(function.wait_with_output().unwrap().stdout).unwrap();
    Called { in_time, log, peak_kib }
}

/// Starts the function.
pub(crate) fn start(runtime_api: &Server, function: &str, variables: &[(&str, &str)]) -> Child {
    // Read when the test runs, so that a moved target folder is no reason to test an old program.
    let program = std::env::var_os(format!("CARGO_BIN_EXE_{function}")).expect("cargo runs this test");
    Command::new(program)
        .env_clear()
        .envs(variables.iter().copied())
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{}", runtime_api.port))
        .envs(["NAME", "VERSION", "MEMORY_SIZE"].map(|end| (format!("AWS_LAMBDA_FUNCTION_{end}"), "1")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the Runtime API says to the question for the next event.
pub(crate) fn event_of(id: &str, event: &Value) -> Vec<u8> {
    let event = event.to_string();
    let ids = format!(
        "lambda-runtime-aws-request-id: {id}\r\nlambda-runtime-invoked-function-arn: arn\r\nlambda-runtime-deadline-ms: 1"
    );
    let length = event.len();
    format!("HTTP/1.1 200 OK\r\n{ids}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{event}").into_bytes()
}

fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}
