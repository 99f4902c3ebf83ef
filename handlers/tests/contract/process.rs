//! A function as it is deployed: the real program in a process of its own, called once by a Runtime API of the test's.

use std::process::{Command, Stdio};
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
    // Read when the test runs, so that a moved target folder is no reason to test an old program.
    let program = std::env::var_os(format!("CARGO_BIN_EXE_{function}")).expect("cargo runs this test");
    let answered = Arc::new(Notify::new());
    let runtime_api = runtime_api(event, Arc::clone(&answered));
    let mut function = Command::new(program)
        .env_clear()
        .envs(variables.iter().copied())
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{}", runtime_api.port))
        .envs(["NAME", "VERSION", "MEMORY_SIZE"].map(|end| (format!("AWS_LAMBDA_FUNCTION_{end}"), "1")))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let in_time = timeout(Duration::from_secs(30), answered.notified()).await.is_ok();
    let peak_kib = peak_kib(function.id());
    function.kill().unwrap();
    let log = String::from_utf8(function.wait_with_output().unwrap().stdout).unwrap();
    Called { in_time, log, peak_kib }
}

/// Lambda's side of one event; says when the function has answered it.
fn runtime_api(event: &Value, answered: Arc<Notify>) -> Server {
    let event = event.to_string();
    let ids = "lambda-runtime-aws-request-id: r\r\nlambda-runtime-invoked-function-arn: arn\r\nlambda-runtime-deadline-ms: 1";
    let next = format!("HTTP/1.1 200 OK\r\n{ids}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{event}", event.len());
    Server::start(move |request| {
        if request.index == 0 {
            return Answer::Bytes(next.clone().into_bytes());
        }
        answered.notify_one();
        Answer::Silence
    })
}

fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}
