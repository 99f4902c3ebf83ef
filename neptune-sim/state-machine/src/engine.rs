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
/// AWS's limit for a history.
const EVENTS: u64 = 25_000;

/// A process that runs executions, each in a process or thread of its own, side by side. Dropping it ends them all.
#[derive(Debug)]
pub struct Engine {
    kind: EngineKind,
    socket: PathBuf,
    _process: ProcessGroup,
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
    #[error("the engine {kind} does not take this definition: {why}")]
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
        let ready = tokio::time::timeout(START, first_line(kind, stdout, stderr)).await;
        ready.map_err(|_| EngineError::Broken { kind, why: format!("it does not start within {} s", START.as_secs()) })??;
        Ok(Self { kind, socket, _process: process, _folder: folder })
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
        let mut connection = UnixStream::connect(&self.socket).await?;
        connection.write_all(format!("{execution}\n").as_bytes()).await?;
        let mut answer = Vec::new();
        connection.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
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

/// Waits until the driver says that it is ready.
async fn first_line(kind: EngineKind, stdout: ChildStdout, stderr: ChildStderr) -> Result<(), EngineError> {
    let mut line = String::new();
    BufReader::new(stdout).take(COMPLAINT_BYTES).read_line(&mut line).await?;
    match serde_json::from_str(&line) {
        Ok(FirstLine::Ready { .. }) => {
            // Nobody reads it, and a full pipe would stop the driver.
            tokio::spawn(async move {
                let mut stderr = stderr;
                let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
            });
            Ok(())
        }
        Ok(FirstLine::Missing { missing }) => Err(EngineError::Missing { kind, what: missing }),
        Err(_) => {
            let mut complaint = String::new();
            let _ = stderr.take(COMPLAINT_BYTES).read_to_string(&mut complaint).await;
            Err(EngineError::Broken { kind, why: complaint })
        }
    }
}
