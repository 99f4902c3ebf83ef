//! The report files of a run: where they are, and what they say while there is nothing to report.
//!
//! A CI server publishes them whatever the exit code is. So the reports of an earlier run are removed before anything starts, and what stands in
//! their place says that this run has not ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use neptune_report::Run;

use crate::flags::It;

/// Where the reports of a whole run are, from the workspace's root.
const FOLDER: &str = "target/it";
/// Where those of a run with a filter are, so that they do not take the place of a whole run's.
const FILTERED: &str = "target/it/filtered";
/// Where those of a run of other functions or scenarios are.
const OTHERS: &str = "target/it/functions";
/// What the harness writes.
const RESULTS: &str = "results.ndjson";
const LOG: &str = "harness.log";
/// The report for a browser.
const PAGE: &str = "report.html";
/// The version of all packages of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The report files of one run.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    root: PathBuf,
    folder: &'static str,
    target: &'static str,
    started_at: SystemTime,
}

impl Reports {
    /// Those of a run that begins now.
    pub(crate) fn of(root: &Path, choice: &It) -> Self {
        let folder = match (choice.tested.is_other(), choice.filter.is_some()) {
            (true, _) => OTHERS,
            (false, true) => FILTERED,
            (false, false) => FOLDER,
        };
        Self { root: root.to_owned(), folder, target: choice.target.name(), started_at: SystemTime::now() }
    }

    /// The run that they are about, without results yet.
    pub(crate) fn run(&self) -> Run {
        Run {
            properties: vec![("version", VERSION.into()), ("target", self.target.into())],
            context: format!("target {}", self.target),
            ..Run::new(format!("cargo xtask it --target {}", self.target), self.started_at)
        }
    }

    /// An id that distinguishes what this run makes in Docker from what other runs make. Of two machines that share a Docker, each may
    /// have this process id, but hardly in the same millisecond.
    pub(crate) fn run_id(&self) -> String {
        let since_1970 = self.started_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("it-{}-{}", std::process::id(), since_1970.as_millis())
    }

    /// What the harness reports, a line for each scenario.
    pub(crate) fn results(&self) -> PathBuf {
        self.file(RESULTS)
    }

    /// All that the harness prints.
    pub(crate) fn log(&self) -> PathBuf {
        self.file(LOG)
    }

    /// Removes the files of an earlier run, and puts reports in their place that are not green.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn begin(&self) -> Result<()> {
        fs::create_dir_all(self.root.join(self.folder)).with_context(|| format!("cannot create {}", self.folder))?;
        for file in [self.results(), self.log()] {
            // It may be absent.
            let _ = fs::remove_file(file);
        }
        self.nothing_ran("the run has not ended: it is still going on, or was interrupted")
    }

    /// Writes reports that say why nothing ran.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn nothing_ran(&self, why: &str) -> Result<()> {
        self.write(&Run { errors: vec![why.to_owned()], ..self.run() }).map(drop)
    }

    /// Writes the reports of a run, and gives their names from the workspace's root.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn write(&self, run: &Run) -> Result<Vec<String>> {
        let junit = run.junit().context("cannot write the XML")?;
        let files = [("junit.xml", junit), ("report.md", run.markdown()), (PAGE, run.html()), ("results.json", run.json())];
        let write = |(name, content)| {
            fs::write(self.file(name), content).with_context(|| format!("cannot write {}/{name}", self.folder))?;
            Ok(format!("{}/{name}", self.folder))
        };
        files.into_iter().map(write).collect()
    }

    /// The report for a browser.
    pub(crate) fn page(&self) -> PathBuf {
        self.file(PAGE)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root.join(self.folder).join(name)
    }
}

#[cfg(test)]
mod tests {
    use neptune_report::{TestResult, Verdict};
    use serde_json::{Value, json};

    use super::*;

    /// What a test leaves that asks often, and logs each time.
    fn talkative(number: usize) -> TestResult {
        let asked = |number: usize| {
            let target = "/loader/domain-load?details=TRUE&errors=TRUE&page=1&errorsPerPage=10";
            json!({"number": number, "at": number, "method": "GET", "target": target, "status": 200, "load_id": "domain-load", "load_status": "LOAD_IN_PROGRESS"})
        };
        let invoked = |at: usize| json!({"function": "check_bulk_load_status", "from": at, "until": at, "label": "PENDING", "style": "open", "count": 1});
        let load = json!({
            "id": "domain-load", "origin": "scripted", "source": "s3://neptune-loads/domain-load/", "status": "LOAD_COMPLETED", "ended": true,
            "history": [{"at": 0.0, "status": "LOAD_IN_PROGRESS"}, {"at": 20.0, "status": "LOAD_COMPLETED"}], "ahead": [], "depends_on": [],
        });
        let timeline = json!({
            "name": "test", "clock": "manual", "now": 30.0, "availability": "available", "queue": [], "faults": [], "loads": [load.clone(), load],
            "requests": {"dropped": 0, "next": 20, "requests": (0..20).map(asked).collect::<Vec<Value>>()},
            "invocations": (0..10).map(invoked).collect::<Vec<Value>>(), "outages": [],
        });
        let line = json!({"timestamp": "2026-01-01T00:00:00Z", "level": "INFO", "fields": {"message": "checked", "domain_status": "LOAD_IN_PROGRESS", "prov_status": "LOAD_IN_PROGRESS", "duration_ms": 12}});
        TestResult {
            name: format!("check_bulk_load_status::test_{number}"),
            about: Some("Both loads are in progress, and the function says that it has to be asked again".to_owned()),
            verdict: Verdict::Passed,
            millis: 12.3,
            file: Some(format!("scenarios/check_bulk_load_status/{number}.yaml")),
            held: (0..5).map(|number| format!("The answer has the field that the plan asks for, number {number}")).collect(),
            log: vec![line.to_string(); 10],
            timeline: Some(timeline),
            ..TestResult::default()
        }
    }

    #[test]
    fn the_page_of_all_tests_holds_them_whole_and_is_at_most_one_mebibyte_large() {
        let results = (0..110).map(talkative).collect();
        let run = Run { results, ..Run::new("cargo xtask it", UNIX_EPOCH) };
        let (page, html) = (run.page(), run.html());
        assert_eq!(page.items.len(), 110);
        assert!(html.len() > 400_000 && html.len() <= 1024 * 1024, "{} bytes", html.len());
        assert!(!html.contains(r#""left_out":"#) && !html.contains("This page is at most 1 MiB large"), "everything has room");
    }
}
