//! Docker's command line: whether anybody answers, and what of ours is there.

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
/// It cannot run, or fails; what it complains of is part of the error.
pub(crate) fn docker(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<String> {
    let mut command = Command::new("docker");
    let output = command.args(arguments).stdin(Stdio::null()).output().context("cannot run docker")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !output.status.success() {
        bail!("docker failed ({}):\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr));
    }
    Ok(text(&output.stdout))
}

/// Kinds of things that a run leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Running or not.
    Container,
    /// Those that tests make.
    Network,
}

impl Kind {
    /// The ids of those that have a label: `neptune-it.run`, or `neptune-it.run=17` for one value of it.
    fn labelled(self, label: &str) -> Result<Vec<String>> {
        let list: &[&str] = match self {
            Self::Container => &["container", "ls", "--all"],
            Self::Network => &["network", "ls"],
        };
        let filter = format!("label={label}");
        let listed = docker(list.iter().copied().chain(["--quiet", "--filter", &filter]))?;
        Ok(listed.lines().map(str::to_owned).collect())
    }

    /// Removes them, whatever they are doing.
    fn remove(self, ids: &[String]) -> Result<()> {
        let remove: &[&str] = match self {
            Self::Container => &["container", "rm", "--force", "--volumes"],
            Self::Network => &["network", "rm"],
        };
        if !ids.is_empty() {
            docker(remove.iter().copied().chain(ids.iter().map(String::as_str)))?;
        }
        Ok(())
    }
}

/// Removes the containers and networks that a run has left: every run's, or one's.
///
/// # Errors
/// Docker does not tell what there is, or refuses.
pub(crate) fn sweep(run: Option<&str>) -> Result<Swept> {
    let label = run.map_or_else(|| RUN_LABEL.to_owned(), |run| format!("{RUN_LABEL}={run}"));
    let removed = |kind: Kind| -> Result<usize> {
        let ids = kind.labelled(&label)?;
        kind.remove(&ids)?;
        Ok(ids.len())
    };
    // A network goes only when nothing is in it any more.
    Ok(Swept { containers: removed(Kind::Container)?, networks: removed(Kind::Network)? })
}

/// What was left of runs, and is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Swept {
    pub(crate) containers: usize,
    pub(crate) networks: usize,
}
