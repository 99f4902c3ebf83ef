//! A process of a function: started with nothing of ours, frozen and thawed, and always ended.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use super::output::{Lines, Output};

/// A running process. Dropping it kills it and waits for its end, which the kernel brings about at once.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    output: Output,
}

impl Process {
    /// Starts `binary` with these variables and no others.
    pub(super) fn start(binary: &Path, variables: &BTreeMap<String, String>) -> io::Result<Self> {
        let mut child = Command::new(binary)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().expect("standard output was asked for").into_owned_fd()?;
        let stderr = child.stderr.take().expect("standard error was asked for").into_owned_fd()?;
        let output = Output::of([pipe::Receiver::from_owned_fd(stdout)?, pipe::Receiver::from_owned_fd(stderr)?]);
        Ok(Self { child, output })
    }

    /// Waits for its end. May be cancelled and called again.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.expect("a child of ours can be waited for")
    }

    /// Ends it, if it has not ended yet.
    pub(super) async fn kill(&mut self) {
        // An error means that there is nothing left to kill.
        let _ = self.child.start_kill();
        self.ended().await;
    }

    /// What it wrote since the last call.
    pub(super) fn take_output(&self) -> Lines {
        self.output.take()
    }

    /// Whether it can still take an event.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Stops it where it is, as Lambda does between invocations; returns when it stands still (or has ended).
    pub(super) fn freeze(&self) -> io::Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        kill_process(pid, Signal::STOP)?;
        waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        Ok(())
    }

    /// Lets it go on. Does nothing to a process that is not frozen.
    pub(super) fn thaw(&self) -> io::Result<()> {
        Ok(self.pid().map_or(Ok(()), |pid| kill_process(pid, Signal::CONT))?)
    }

    /// None once its end was noticed: from then on the number may be another's.
    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.child.id()?.try_into().ok()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(pid) = self.pid() else { return };
        if self.child.start_kill().is_ok() {
            // First wait without taking the exit status, then let tokio take it: it keeps its own books.
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            let _ = self.child.try_wait();
        }
    }
}
