//! Docker's command line: whether Docker answers, and which of our images and containers it has.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The label of whatever a run of tests starts. Its value is the run.
pub(crate) const RUN_LABEL: &str = "neptune-it.run";

/// Whether a daemon answers; if not, why.
pub(crate) fn answers() -> Result<(), String> {
    let output = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("`docker` cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("no Docker daemon answers: {}", said.lines().last().unwrap_or_default()))
}

/// Runs `docker` and gives what it prints, without the blank around it.
///
/// # Errors
/// It cannot run, or fails. The error contains its message.
pub(crate) fn docker(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<String> {
    let mut command = Command::new("docker");
    let output = command.args(arguments).stdin(Stdio::null()).output().context("cannot run docker")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !output.status.success() {
        bail!("docker failed ({}):\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr));
    }
    Ok(text(&output.stdout))
}

/// Removes the containers and networks that a run has left: every run's, or one's.
///
/// # Errors
/// Docker does not list what there is, or refuses.
pub(crate) fn sweep(run: Option<&str>) -> Result<Swept> {
    let label = run.map_or_else(|| RUN_LABEL.to_owned(), |run| format!("{RUN_LABEL}={run}"));
    let containers = remove_labelled(&label, &["container", "ls", "--all"], &["container", "rm", "--force", "--volumes"])?;
    // A network goes only when nothing is in it any more.
    let networks = remove_labelled(&label, &["network", "ls"], &["network", "rm"])?;
    Ok(Swept { containers, networks })
}

/// Removes what a command lists under a label, whatever it is doing, and counts it.
fn remove_labelled(label: &str, list: &[&str], remove: &[&str]) -> Result<usize> {
    let filter = format!("label={label}");
    let listed = docker(list.iter().chain(&["--quiet", "--filter", &filter]))?;
    let ids: Vec<&str> = listed.lines().collect();
    if !ids.is_empty() {
        docker(remove.iter().chain(&ids))?;
    }
    Ok(ids.len())
}

/// What was left of runs, and is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Swept {
    pub(crate) containers: usize,
    pub(crate) networks: usize,
}
