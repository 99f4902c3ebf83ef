//! A process with all that it starts, as `sh -c`, `npx` and `uv run` do: they have a process group of their own, and end together.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::signals::asked_to_end;

/// The groups that run, for the end of this process by a signal: a group of its own gets none from a terminal.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Ends all groups, and this process with code 130, when SIGINT (Ctrl-C) or SIGTERM comes. For programs, once.
///
/// # Errors
/// Signals cannot be listened for.
pub fn end_groups_at_a_signal() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let entered = runtime.enter();
    let signal = asked_to_end()?;
    drop(entered);
    thread::spawn(move || {
        runtime.block_on(signal);
        for group in groups().iter().filter_map(|group| Pid::from_raw(*group)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        std::process::exit(130);
    });
    Ok(())
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running process and its group. Dropping it ends both, and waits for the end of the process, which the kernel brings about at once.
#[derive(Debug)]
pub struct ProcessGroup {
    process: Child,
    /// The number of the process is that of the group. `None` once the group is ended: from then on the number may be another's.
    group: Option<Pid>,
    /// Ends when the process has exited. It is not reaped by then, so that its number stays taken.
    exited: JoinHandle<()>,
}

impl ProcessGroup {
    /// Starts a command in a group of its own. To be called in a runtime.
    ///
    /// # Errors
    /// The command cannot be started.
    pub fn start(mut command: std::process::Command) -> io::Result<Self> {
        command.process_group(0);
        let process = Command::from(command).spawn()?;
        let group = process.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        groups().extend(group.map(Pid::as_raw_pid));
        let exited = tokio::task::spawn_blocking(move || {
            let _ = group.map(|group| waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
        });
        Ok(Self { process, group, exited })
    }

    /// Its standard output and standard error, once, if they are pipes.
    pub fn outputs(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.process.stdout.take(), self.process.stderr.take())
    }

    /// Waits until the process ends, then ends what it has left behind. May be cancelled and called again.
    ///
    /// # Errors
    /// The system does not say how it has ended.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        if self.group.is_some() {
            let _ = (&mut self.exited).await;
        }
        self.kill();
        self.process.wait().await
    }

    /// Ends the process and every other of its group.
    pub fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            // An error means that there is nothing left to end.
            let _ = kill_process_group(group, Signal::KILL);
            groups().remove(&group.as_raw_pid());
        }
    }

    /// Whether the process has not ended.
    pub fn is_running(&self) -> bool {
        let now = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        self.group.is_some_and(|group| matches!(waitid(WaitId::Pid(group), now), Ok(None)))
    }

    /// Stops all of them where they are; returns when the process stands still (or has ended).
    ///
    /// # Errors
    /// They cannot be signalled.
    pub fn freeze(&self) -> io::Result<()> {
        let Some(group) = self.group else { return Ok(()) };
        kill_process_group(group, Signal::STOP)?;
        waitid(WaitId::Pid(group), WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        Ok(())
    }

    /// Lets them go on. Does nothing to those that are not frozen.
    ///
    /// # Errors
    /// They cannot be signalled.
    pub fn thaw(&self) -> io::Result<()> {
        Ok(self.group.map_or(Ok(()), |group| kill_process_group(group, Signal::CONT))?)
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let Some(process) = self.group else { return };
        self.kill();
        // First wait without taking the exit status, then let tokio take it: it keeps its own books.
        let _ = waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let _ = self.process.try_wait();
    }
}
