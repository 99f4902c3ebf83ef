//! The program `live`, started as a user's shell would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use neptune_fake_aws::Options;

/// How long a command may take: a run of all scenarios takes a minute or two.
const PATIENCE: Duration = Duration::from_mins(8);

/// The program with what it needs to know about the fake AWS.
#[derive(Clone)]
pub(super) struct Program {
    exe: PathBuf,
    profile: PathBuf,
    services: PathBuf,
    variables: [(&'static str, String); 2],
    /// Where its runs leave their files.
    pub(super) out: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    /// What it printed, errors behind the rest.
    pub(super) text: String,
}

impl Said {
    /// That it ended with this code.
    pub(super) fn ended_with(self, code: i32) -> Result<String> {
        ensure!(self.code == code, "exit code {} instead of {code}:\n{}", self.code, self.text);
        Ok(self.text)
    }
}

impl Program {
    pub(super) fn new(profile: PathBuf, services: PathBuf, options: &Options, out: PathBuf) -> Result<Self> {
        let variables = [("AWS_ACCESS_KEY_ID", options.key_id.clone()), ("AWS_SECRET_ACCESS_KEY", options.secret.clone())];
        let exe = std::env::current_exe().context("cannot find this program")?;
        Ok(Self { exe, profile, services, variables, out })
    }

    /// The same with a further line at the beginning of its profile.
    pub(super) fn with(&self, line: &str) -> Result<Self> {
        let profile = self.profile.with_extension("changed.toml");
        let text = fs::read_to_string(&self.profile).context("cannot read the profile")?;
        fs::write(&profile, format!("{line}\n{text}")).context("cannot write a profile")?;
        let Self { exe, services, variables, out, .. } = self.clone();
        Ok(Self { exe, profile, services, variables, out })
    }

    /// Runs a command to its end.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<Said> {
        self.ended(self.start(arguments)?).await
    }

    /// Runs a command without a fake AWS, as a user without a cluster would.
    pub(super) async fn bare(&self, arguments: &[&str]) -> Result<Said> {
        let mut command = Command::new(&self.exe);
        command.args(arguments).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.ended(command.spawn().context("cannot start the program")?).await
    }

    /// Starts a command.
    pub(super) fn start(&self, arguments: &[&str]) -> Result<Child> {
        let mut command = Command::new(&self.exe);
        command.args(arguments).arg("--profile").arg(&self.profile).arg("--fake-aws").arg(&self.services);
        command.envs(self.variables.clone()).env_remove("AWS_SESSION_TOKEN").kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().context("cannot start the program")
    }

    /// Waits for the end of a command.
    pub(super) async fn ended(&self, child: Child) -> Result<Said> {
        let output = timeout(PATIENCE, child.wait_with_output()).await.context("the command does not end")??;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        // A process that a signal has ended has no code.
        Ok(Said { code: output.status.code().unwrap_or(-1), text })
    }

    /// Sends a signal to a command.
    pub(super) fn signal(child: &Child, signal: Signal) -> Result<()> {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.context("the command has ended already")?, signal)?;
        Ok(())
    }

    /// The folder of the newest run.
    pub(super) fn newest(&self) -> Result<PathBuf> {
        let mut runs: Vec<PathBuf> = std::fs::read_dir(&self.out)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        runs.sort_by_key(|run| std::fs::metadata(run).and_then(|run| run.modified()).ok());
        runs.pop().context("there is no run")
    }

    /// Waits until a run that has begun since has started a load that it has written down, and gives its folder.
    pub(super) async fn loading(&self, before: usize) -> Result<PathBuf> {
        for _ in 0..1200 {
            if self.runs() > before {
                let run = self.newest()?;
                if journal(&run)?.iter().any(|line| line["event"] == "created" && line["load_id"].is_string()) {
                    return Ok(run);
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("the run starts no load")
    }

    /// How many runs there are.
    pub(super) fn runs(&self) -> usize {
        std::fs::read_dir(&self.out).map_or(0, Iterator::count)
    }
}

/// The whole lines of a run's journal.
pub(super) fn journal(run: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(run.join("journal.ndjson")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).context("no line of a journal")).collect()
}
