//! A scenario file as a test: what it is called, and what comes of it.

use std::path::Path;
use std::time::{Duration, Instant};

use neptune_sim::scenario::Scenario;

use crate::catalogue::ScenarioFile;
use crate::play::{Played, play};
use crate::report::{self, Outcome, ResultLine};
use crate::snapshot;
use crate::target::Target;

/// A test made of a scenario file. A file that is no scenario makes one too, which fails with the reason.
#[derive(Debug)]
pub struct ScenarioTest {
    file: ScenarioFile,
    /// The scenario and its text, or why it is none.
    scenario: Result<(Scenario, String), String>,
}

impl ScenarioTest {
    /// Reads the file.
    pub fn read(file: ScenarioFile) -> Self {
        let label = file.label();
        let text = std::fs::read_to_string(&file.path).map_err(|error| format!("{label}: {error}"));
        let parse = |text: String| {
            let scenario = Scenario::parse(&label, &text).map_err(|error| error.to_string())?;
            file.misplaced(&scenario).map_or(Ok((scenario, text)), Err)
        };
        let scenario = text.and_then(parse);
        Self { file, scenario }
    }

    /// The failure that it shows, if users have met it.
    pub fn failure(&self) -> Option<u32> {
        self.scenario.as_ref().ok().and_then(|(scenario, _)| scenario.failure())
    }

    /// Its full name: the folder and the name of the test, or that of the file if it is no scenario.
    pub fn name(&self) -> String {
        let stem = || self.file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = self.scenario.as_ref().map_or_else(|_| stem(), |(scenario, _)| scenario.name().to_owned());
        format!("{}::{name}", self.file.folder)
    }

    /// Why it cannot be played on the target, if it cannot.
    pub fn cannot_run_on(&self, target: &Target) -> Option<String> {
        self.scenario.as_ref().ok().and_then(|(scenario, _)| target.lacks(scenario))
    }

    /// Plays it, compares its answers with the snapshot, and appends a line to the file `results`, if there is one.
    ///
    /// # Errors
    /// What went wrong, for people; or the line could not be written.
    pub fn run(&self, target: &Target, results: Option<&Path>) -> Result<(), String> {
        let started = Instant::now();
        let (outcome, note) = match &self.scenario {
            Ok((scenario, text)) => match play_alone(scenario, text, target) {
                Ok(played) => (self.judge(scenario, &played), played.note),
                Err(error) => (Err(error), None),
            },
            Err(error) => (Err(error.clone()), None),
        };
        let told = outcome.as_ref().map_or_else(|error| Outcome::Failed(error), |()| Outcome::Passed);
        self.note(told, started.elapsed(), note, results)?;
        outcome
    }

    /// Appends a line that says why it was not played, if there is a file for results.
    ///
    /// # Errors
    /// The line could not be written.
    pub fn leave_out(&self, reason: &str, results: Option<&Path>) -> Result<(), String> {
        self.note(Outcome::NotRun(reason), Duration::ZERO, None, results)
    }

    fn note(&self, outcome: Outcome, took: Duration, note: Option<String>, results: Option<&Path>) -> Result<(), String> {
        let Some(results) = results else { return Ok(()) };
        let plan = self.scenario.as_ref().ok().and_then(|(scenario, _)| scenario.plan());
        let line = ResultLine {
            name: &self.name(),
            plan: plan.map(|plan| format!("{}/{}", plan.function, plan.number)),
            file: &self.file.label(),
            took,
            outcome,
            note,
        };
        line.append_to(results).map_err(|error| format!("cannot write to {}: {error}", results.display()))
    }

    fn judge(&self, scenario: &Scenario, played: &Played) -> Result<(), String> {
        // Half the answers would differ from any snapshot.
        let difference = match played.trouble {
            None => snapshot::compare(self.file.folder, scenario.name(), scenario.about(), played).err(),
            Some(_) => None,
        };
        if played.failures.is_empty() && played.trouble.is_none() && difference.is_none() {
            return Ok(());
        }
        Err(report::failure(scenario, played, difference.as_deref()))
    }
}

/// Plays a scenario in a runtime of its own.
fn play_alone(scenario: &Scenario, text: &str, target: &Target) -> Result<Played, String> {
    if scenario.action().is_empty() {
        return Err(format!("{}: there is no `action`, so nothing would be tested", scenario.file()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(play(scenario, text, target)).map_err(|error| format!("{error:#}"))
}
