//! A process that runs executions.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use neptune_harness::process_group::ProcessGroup;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::process::{ChildStderr, ChildStdout};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::definition::Definition;
use crate::ended::{Answer, Ended};
use crate::host::Host;
use crate::tasks::Tasks;
use crate::tools::{EngineKind, Tools};

/// How long a driver may take until it can run executions. moto alone loads for two seconds.
const START: Duration = Duration::from_mins(1);
/// How much of an answer of a driver is read: the names of 12,500 states, and an output of 256 KiB.
const ANSWER_BYTES: u64 = 16 * 1024 * 1024;
/// How much of what a driver complains about is kept.
const COMPLAINT_BYTES: u64 = 64 * 1024;
/// How many bytes of the last words of a driver are told.
const LAST_WORDS: usize = 1024;
/// How long a driver whose connection has ended may take to end itself.
const DEATH: Duration = Duration::from_secs(1);
/// AWS's limit for a history.
const EVENTS: u64 = 25_000;

/// A process that runs executions, each in a process or thread of its own, side by side. Dropping it ends them all.
#[derive(Debug)]
pub struct Engine {
    kind: EngineKind,
    socket: PathBuf,
    process: Mutex<ProcessGroup>,
    /// The end of what the driver has complained about; closed once it has ended.
    complaints: watch::Receiver<String>,
    _folder: TempDir,
}

/// Why an execution cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The tools of the engine are not there.
    #[error("the engine {kind} cannot run here: {what}\nhint: {}", .kind.install())]
    Missing {
        /// The engine.
        kind: EngineKind,
        /// What is missing.
        what: String,
    },
    /// The engine does not take the definition.
    #[error(
        "the engine {kind} refused the machine, in words of its own: {}\n\
         hint: nothing that AWS documents was found to be wrong: neptune-sim/state-machine/ENGINES.md says where the engines differ from AWS",
        shortened(.why)
    )]
    Refused {
        /// The engine.
        kind: EngineKind,
        /// Its complaint.
        why: String,
    },
    /// The engine or its driver fails.
    #[error("the engine {kind} fails: {why}")]
    Broken {
        /// The engine.
        kind: EngineKind,
        /// What it writes.
        why: String,
    },
    /// It cannot be started or spoken to.
    #[error("the engine cannot be reached: {0}")]
    Io(#[from] io::Error),
}

/// How much of the complaint of an engine is told, in bytes. moto's may list all that it would have taken.
const COMPLAINT: usize = 400;

/// The complaint of an engine, without the name of an exception and what is too much.
fn shortened(why: &str) -> String {
    let what = ["ASLParserException: ", "ValueError: ", "TypeError: ", "RuntimeError: "]
        .iter()
        .fold(why, |why, kind| why.strip_prefix(kind).unwrap_or(why));
    let what = what.strip_prefix("ASLParserException ").unwrap_or(what);
    let what = what.split(" expecting {").next().unwrap_or(what);
    neptune_text::cut(what, COMPLAINT)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FirstLine {
    Missing {
        missing: String,
    },
    Ready {
        #[expect(dead_code, reason = "that it is there says all")]
        ready: bool,
    },
}

impl Engine {
    /// Starts an engine.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if its tools are not on this machine.
    pub async fn start(kind: EngineKind, tools: &Tools) -> Result<Self, EngineError> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("socket");
        let command = kind.driver(tools, folder.path(), &socket)?;
        let program = command.get_program().to_string_lossy().into_owned();
        let mut process = ProcessGroup::start(command).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => EngineError::Missing { kind, what: format!("there is no `{program}`") },
            _ => error.into(),
        })?;
        let (Some(stdout), Some(stderr)) = process.outputs() else { unreachable!("both are pipes") };
        let ready = timeout(START, first_line(kind, stdout, stderr)).await;
        let late = |_| EngineError::Broken { kind, why: format!("it does not start within {} s", START.as_secs()) };
        let complaints = ready.map_err(late)??;
        Ok(Self { kind, socket, process: Mutex::new(process), complaints, _folder: folder })
    }

    /// Which engine it is.
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Runs an execution to its end. A caller who drops the future ends it.
    ///
    /// The seed decides on the jitter of retries.
    ///
    /// # Errors
    /// The engine does not take the definition, or fails. How an execution ends is no error.
    pub async fn run(&self, definition: &Definition, input: &Value, seed: u32, tasks: &Tasks) -> Result<Ended, EngineError> {
        let host = Host::start(tasks.clone()).await?;
        let execution = json!({
            "definition": definition.to_string(), "input": input.to_string(), "name": "run-1",
            "host": host.url, "services": tasks.services(), "seed": seed, "events": EVENTS,
        });
        let answer = match self.ask(&execution).await {
            Ok(answer) if !answer.is_empty() => answer,
            _ => return Err(self.died().await),
        };
        let broken = |why: String| EngineError::Broken { kind: self.kind, why };
        match serde_json::from_slice(&answer).map_err(|error| broken(format!("its answer cannot be read: {error}")))? {
            Answer::Refused { refused: why } => Err(EngineError::Refused { kind: self.kind, why }),
            Answer::Broken { broken: why } => Err(broken(why)),
            Answer::Ended { status, output, error, cause, entered, milliseconds, events, history_is_full } => Ok(Ended {
                status,
                output,
                error,
                cause,
                entered,
                passed: Duration::from_millis(milliseconds),
                events,
                history_is_full,
                seed: seed.into(),
            }),
        }
    }
}

impl Engine {
    /// The answer of the driver.
    async fn ask(&self, execution: &Value) -> io::Result<Vec<u8>> {
        let mut connection = UnixStream::connect(&self.socket).await?;
        connection.write_all(format!("{execution}\n").as_bytes()).await?;
        let mut answer = Vec::new();
        connection.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
        Ok(answer)
    }

    /// What has died in place of an answer, with its last words.
    async fn died(&self) -> EngineError {
        let mut complaints = self.complaints.clone();
        let _ = timeout(DEATH, complaints.wait_for(|_| false)).await;
        let what = match timeout(DEATH, self.process.lock().await.ended()).await {
            Ok(Ok(status)) => format!("its process has ended ({status})"),
            Ok(Err(error)) => format!("its process has ended ({error})"),
            // In moto an execution has a process of its own, and in Node a thread.
            Err(_) => "it has ended the execution without an answer".to_owned(),
        };
        let words = complaints.borrow().trim().to_owned();
        let words =
            if words.is_empty() { ", and it wrote nothing".to_owned() } else { format!(", and last it wrote:\n{words}") };
        EngineError::Broken { kind: self.kind, why: what + &words }
    }
}

/// Reads what a driver complains about: a full pipe would stop it. The end of it can be seen at any time.
fn follow(mut stderr: ChildStderr) -> watch::Receiver<String> {
    let (sender, receiver) = watch::channel(String::new());
    tokio::spawn(async move {
        let (mut kept, mut chunk) = (Vec::new(), [0; 1024]);
        while let Ok(read @ 1..) = stderr.read(&mut chunk).await {
            kept.extend_from_slice(&chunk[..read]);
            kept.drain(..kept.len().saturating_sub(LAST_WORDS));
            sender.send_replace(String::from_utf8_lossy(&kept).into_owned());
        }
    });
    receiver
}

/// Waits until the driver says that it is ready. Returns its complaints.
async fn first_line(
    kind: EngineKind,
    stdout: ChildStdout,
    stderr: ChildStderr,
) -> Result<watch::Receiver<String>, EngineError> {
    let mut line = String::new();
    BufReader::new(stdout).take(COMPLAINT_BYTES).read_line(&mut line).await?;
    match serde_json::from_str(&line) {
        Ok(FirstLine::Ready { .. }) => Ok(follow(stderr)),
        Ok(FirstLine::Missing { missing }) => Err(EngineError::Missing { kind, what: missing }),
        Err(_) => {
            let mut complaint = String::new();
            let _ = stderr.take(COMPLAINT_BYTES).read_to_string(&mut complaint).await;
            Err(EngineError::Broken { kind, why: complaint })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_complaint_of_an_engine_is_framed_as_its_own() {
        let why = "ASLParserException: ASLParserException line 1:300, at \"X\", mismatched input '\"X\"' expecting {'\"A\"', '\"B\"'}";
        let error = EngineError::Refused { kind: EngineKind::Moto, why: why.to_owned() }.to_string();
        let wanted = "the engine moto refused the machine, in words of its own: line 1:300, at \"X\", mismatched input '\"X\"'\nhint: nothing";
        assert!(error.starts_with(wanted), "{error}");
        let error = EngineError::Refused { kind: EngineKind::Moto, why: "x".repeat(5000) }.to_string();
        assert!(error.len() < 700, "{error}");
    }

    #[tokio::test]
    async fn an_engine_that_dies_is_told_with_its_last_words() {
        let place = tempfile::tempdir().unwrap();
        let python = place.path().join("python");
        let script = "#!/bin/sh\necho '{\"ready\": true}'\necho no memory is left >&2\nexit 7\n";
        fs::write(&python, script).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let engine = Engine::start(EngineKind::Moto, &Tools { python, ..Tools::default() }).await.unwrap();
        let definition = Definition::parse(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, &[]).unwrap();
        for _ in 0..2 {
            let error = engine.run(&definition, &Value::Null, 0, &Tasks::default()).await.unwrap_err().to_string();
            assert_eq!(
                error,
                "the engine moto fails: its process has ended (exit status: 7), and last it wrote:\nno memory is left"
            );
        }
    }
}
