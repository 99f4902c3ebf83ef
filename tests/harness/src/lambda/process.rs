//! A process of a function: started with nothing of ours, frozen and thawed, and always ended.
//!
//! A command may start further processes, as `sh -c`, `npx` and `uv run` do. It has a process group of its own, and is signalled with all that is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use super::Program;
use super::output::{Lines, Output};

/// The groups of commands that run, for the end of this process by a signal: a group of its own gets none from a terminal.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Ends all commands, and this process with code 130, when SIGINT (Ctrl-C) or SIGTERM comes. For programs, once.
///
/// # Errors
/// Signals cannot be listened for.
pub fn end_commands_at_a_signal() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let entered = runtime.enter();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    drop(entered);
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
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

/// A running process. Dropping it kills it and waits for its end, which the kernel brings about at once.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// The group, if it has one of its own.
    group: Option<Pid>,
    output: Output,
}

impl Process {
    /// Starts the program with these variables and no others.
    pub(super) fn start(program: &Program, variables: &BTreeMap<String, String>) -> io::Result<Self> {
        let mut command = match program {
            Program::Executable(path) => Command::new(path),
            Program::Command(line) => {
                let mut command = Command::new(line.program());
                command.args(line.arguments()).current_dir(line.caller().folder()).process_group(0);
                command
            }
        };
        command.env_clear().envs(variables).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let is_group = matches!(program, Program::Command(_));
        let group = child.id().filter(|_| is_group).and_then(|id| Pid::from_raw(id.try_into().ok()?));
        groups().extend(group.map(Pid::as_raw_pid));
        let stdout = child.stdout.take().expect("standard output was asked for").into_owned_fd()?;
        let stderr = child.stderr.take().expect("standard error was asked for").into_owned_fd()?;
        let output = Output::of([pipe::Receiver::from_owned_fd(stdout)?, pipe::Receiver::from_owned_fd(stderr)?]);
        Ok(Self { child, group, output })
    }

    /// Waits for its end. May be cancelled and called again.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        let status = self.child.wait().await.expect("a child of ours can be waited for");
        self.end_group();
        status
    }

    /// Ends it, if it has not ended yet.
    pub(super) async fn kill(&mut self) {
        // An error means that there is nothing left to kill.
        let _ = self.child.start_kill();
        self.ended().await;
    }

    /// Ends what is left of its group, once. As long as a member lives, no other process or group gets the number; where none does, there is
    /// nothing to end.
    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            let _ = kill_process_group(group, Signal::KILL);
            groups().remove(&group.as_raw_pid());
        }
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
        self.signal(pid, Signal::STOP)?;
        waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        Ok(())
    }

    /// Lets it go on. Does nothing to a process that is not frozen.
    pub(super) fn thaw(&self) -> io::Result<()> {
        self.pid().map_or(Ok(()), |pid| self.signal(pid, Signal::CONT))
    }

    fn signal(&self, pid: Pid, signal: Signal) -> io::Result<()> {
        Ok(self.group.map_or_else(|| kill_process(pid, signal), |group| kill_process_group(group, signal))?)
    }

    /// None once its end was noticed: from then on the number may be another's.
    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.child.id()?.try_into().ok()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_group();
        let Some(pid) = self.pid() else { return };
        if self.child.start_kill().is_ok() {
            // First wait without taking the exit status, then let tokio take it: it keeps its own books.
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            let _ = self.child.try_wait();
        }
    }
}
