//! The report files of a run: where they are, and what they say while there is nothing to report.
//!
//! Whoever publishes them looks at them whatever the exit code is. So the reports of an earlier run go before anything starts, and what
//! stands in their place says that this run has not come to its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::flags::It;
use crate::planned::Plan;
use crate::report::Report;

/// Where the reports of a whole run are, from the workspace's root.
const FOLDER: &str = "target/it";
/// Where those of a run with a filter are, so that they do not take the place of a whole run's.
const FILTERED: &str = "target/it/filtered";
/// What the harness writes.
const RESULTS: &str = "results.ndjson";
const LOG: &str = "harness.log";

/// The report files of one run.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    root: PathBuf,
    folder: &'static str,
    target: &'static str,
    started_at: Duration,
}

impl Reports {
    /// Those of a run that begins now.
    pub(crate) fn of(root: &Path, choice: &It) -> Self {
        let started_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let folder = if choice.filter.is_some() { FILTERED } else { FOLDER };
        Self { root: root.to_owned(), folder, target: choice.target.name(), started_at }
    }

    /// When the run began, since 1970 (UTC).
    pub(crate) fn started_at(&self) -> Duration {
        self.started_at
    }

    /// What the harness reports, a line for each scenario.
    pub(crate) fn results(&self) -> PathBuf {
        self.file(RESULTS)
    }

    /// All that the harness prints.
    pub(crate) fn log(&self) -> PathBuf {
        self.file(LOG)
    }

    /// Takes the files of an earlier run away, and puts reports in their place that are not green.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn begin(&self) -> Result<()> {
        fs::create_dir_all(self.root.join(self.folder)).with_context(|| format!("cannot create {}", self.folder))?;
        for file in [self.results(), self.log()] {
            // It may not be there.
            let _ = fs::remove_file(file);
        }
        self.nothing_ran("the run has not come to its end: it is still going on, or was interrupted")
    }

    /// Writes reports that say why nothing ran.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn nothing_ran(&self, why: &str) -> Result<()> {
        let plan = Plan(Vec::new());
        self.write(&Report {
            target: self.target,
            started_at: self.started_at,
            took: Duration::ZERO,
            commit: None,
            plan: &plan,
            outcomes: Vec::new(),
            complaints: vec![why.to_owned()],
        })
        .map(drop)
    }

    /// Writes the reports of a run, and gives their names from the workspace's root.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn write(&self, report: &Report) -> Result<[String; 2]> {
        for (name, content) in [("junit.xml", report.junit()?), ("results.json", report.json())] {
            fs::write(self.file(name), content).with_context(|| format!("cannot write {}/{name}", self.folder))?;
        }
        Ok(["junit.xml", "results.json"].map(|name| format!("{}/{name}", self.folder)))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root.join(self.folder).join(name)
    }
}
