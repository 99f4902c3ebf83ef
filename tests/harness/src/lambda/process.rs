//! A process of a function: started with nothing of ours, frozen and thawed, and always ended.

use std::collections::BTreeMap;
use std::io;
use std::process::{Command, ExitStatus, Stdio};

use tokio::net::unix::pipe;

use super::Program;
use super::output::{Lines, Output};
use crate::process_group::ProcessGroup;

/// A running process. Dropping it kills it, with all that it has started, and waits for its end.
#[derive(Debug)]
pub(super) struct Process {
    group: ProcessGroup,
    output: Output,
}

impl Process {
    /// Starts the program with these variables and no others.
    pub(super) fn start(program: &Program, variables: &BTreeMap<String, String>) -> io::Result<Self> {
        let mut command = match program {
            Program::Executable(path) => Command::new(path),
            Program::Command(line) => {
                let mut command = Command::new(line.program());
                command.args(line.arguments()).current_dir(line.caller().folder());
                command
            }
        };
        command.env_clear().envs(variables).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = ProcessGroup::start(command)?;
        let (stdout, stderr) = group.outputs();
        let stdout = stdout.expect("standard output was asked for").into_owned_fd()?;
        let stderr = stderr.expect("standard error was asked for").into_owned_fd()?;
        let output = Output::of([pipe::Receiver::from_owned_fd(stdout)?, pipe::Receiver::from_owned_fd(stderr)?]);
        Ok(Self { group, output })
    }

    /// Waits for its end. May be cancelled and called again.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        self.group.ended().await.expect("a child of ours can be waited for")
    }

    /// Ends it, if it has not ended yet.
    pub(super) async fn kill(&mut self) {
        self.group.kill();
        self.ended().await;
    }

    /// What it wrote since the last call.
    pub(super) fn take_output(&self) -> Lines {
        self.output.take()
    }

    /// Whether it can still take an event.
    pub(super) fn is_running(&self) -> bool {
        self.group.is_running()
    }

    /// Stops it where it is, as Lambda does between invocations; returns when it stands still (or has ended).
    pub(super) fn freeze(&self) -> io::Result<()> {
        self.group.freeze()
    }

    /// Lets it go on. Does nothing to a process that is not frozen.
    pub(super) fn thaw(&self) -> io::Result<()> {
        self.group.thaw()
    }
}
