//! A command of xtask that runs beside other work. Its output is shown when it has ended, so that two outputs never mix.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::exit::Exit;
use crate::this_program::this_program;

/// Where the outputs are, from the root.
const LOGS: &str = "target/ci";

/// A command that runs.
pub(crate) struct Aside {
    log: PathBuf,
    end: JoinHandle<(Result<Exit>, Duration)>,
}

impl Aside {
    /// Starts `cargo xtask` with these arguments.
    ///
    /// # Errors
    /// This program cannot be started once more, or there is no place for the output.
    pub(crate) fn start(root: &Path, arguments: &[&str]) -> Result<Self> {
        Self::run(Command::new(own_program()?), root, arguments)
    }

    /// The same at the lowest priority: whatever else runs goes first.
    ///
    /// # Errors
    /// As [`start`](Self::start); or there is no `nice`.
    pub(crate) fn start_in_the_background(root: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(own_program()?);
        Self::run(command, root, arguments)
    }

    fn run(mut command: Command, root: &Path, arguments: &[&str]) -> Result<Self> {
        command.args(arguments).current_dir(root);
        Self::spawn(command, root.join(LOGS).join(format!("{}.log", arguments.concat())))
    }

    fn spawn(mut command: Command, log: PathBuf) -> Result<Self> {
        fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))
            .with_context(|| format!("cannot make the folder of {}", log.display()))?;
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        // A thread waits, so that the time is the command's own, however late it is asked for.
        let end = thread::spawn(move || (wait(child), started.elapsed()));
        Ok(Self { log, end })
    }

    /// Waits for the end, shows the output, and gives the verdict and how long the command took.
    ///
    /// # Errors
    /// The output cannot be read or shown.
    pub(crate) fn end(self, out: &mut dyn Write) -> Result<(Exit, Duration)> {
        let (exit, took) = self.end.join().map_err(|_| anyhow!("the thread that waits has panicked"))?;
        let output = fs::read(&self.log).with_context(|| format!("cannot read {}", self.log.display()))?;
        out.write_all(&output)?;
        Ok((exit?, took))
    }
}

fn own_program() -> Result<PathBuf> {
    this_program().context("cannot tell which program this is")
}

fn wait(mut child: Child) -> Result<Exit> {
    let status = child.wait().context("cannot wait for a command")?;
    Ok(Exit::of(status.code()).unwrap_or(Exit::Broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<(Exit, String)> {
        let folder = tempfile::TempDir::new()?;
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let mut out = Vec::new();
        let (exit, _) = Aside::spawn(command, folder.path().join("new/a.log"))?.end(&mut out)?;
        Ok((exit, String::from_utf8(out)?))
    }

    #[rstest::rstest]
    #[case::fine("echo one; echo two >&2", Exit::Fine, "one\ntwo\n")]
    #[case::failed("echo one; exit 100", Exit::TestsFailed, "one\n")]
    #[case::an_unknown_code("exit 99", Exit::Broken, "")]
    #[case::a_signal("kill -KILL $$", Exit::Broken, "")]
    fn verdict_and_output_arrive_at_the_end(#[case] script: &str, #[case] exit: Exit, #[case] output: &str) {
        assert_eq!(shell(script).unwrap(), (exit, output.to_owned()));
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_at_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let error = Aside::spawn(Command::new("/no/such/program"), folder.path().join("a.log")).err().unwrap();
        assert_eq!(error.to_string(), "cannot run /no/such/program");
    }
}
