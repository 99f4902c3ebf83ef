//! Removes what a run has left in Docker, however the run ended: a process of its own, which outlives the others.
//!
//! Every process of the run holds one end of a pipe and the reaper reads the other. When the last of them is gone, killed or not, the
//! reading ends.

use std::io::{self, PipeWriter, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::docker::sweep;
use crate::this_program::this_program;

/// A process that waits for a run to end.
pub(crate) struct Reaper {
    process: Child,
    /// Our end of the pipe.
    lifeline: PipeWriter,
}

impl Reaper {
    /// Starts it, for the run of this name.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(run: &str) -> Result<Self> {
        let (waiting, lifeline) = io::pipe().context("cannot make a pipe")?;
        let mut command = Command::new(this_program().context("cannot find this program")?);
        command.args(["clean", "--run", run, "--behind"]).stdin(waiting).stdout(Stdio::null()).stderr(Stdio::null());
        // Not where Ctrl-C would reach it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let process = command.spawn().context("cannot start the process that cleans up")?;
        Ok(Self { process, lifeline })
    }

    /// An end of the pipe for another process of the run, as its standard input.
    ///
    /// # Errors
    /// There are too many open files.
    pub(crate) fn lifeline(&self) -> Result<Stdio> {
        Ok(self.lifeline.try_clone().context("cannot share a pipe")?.into())
    }

    /// Lets it do its work, and waits until it is done.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub(crate) fn finish(mut self) -> Result<()> {
        drop(self.lifeline);
        self.process.wait().context("cannot wait for the process that cleans up").map(drop)
    }
}

/// What the process does: waits until the run is over, then sweeps.
///
/// # Errors
/// Docker refuses.
pub(crate) fn wait_and_sweep(run: &str) -> Result<()> {
    io::stdin().read_to_end(&mut Vec::new()).context("cannot wait for the end of the run")?;
    // Twice: Docker may still be making, or removing, what it was asked for last.
    let _ = sweep(Some(run));
    thread::sleep(Duration::from_secs(1));
    sweep(Some(run)).map(drop)
}
