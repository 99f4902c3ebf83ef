//! A scenario file as a test: its name, and its result.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result as Fallible;
use neptune_report::{TestResult, Verdict};
use neptune_server::scenario::{Scenario, ScenarioError};

use crate::catalogue::ScenarioFile;
use crate::play::Played;
use crate::report;
use crate::snapshot;

/// A test made of a scenario file. A file that is no scenario makes one too, which fails with the reason.
#[derive(Debug)]
pub struct ScenarioTest {
    file: ScenarioFile,
    /// The scenario and its text, or why it is none.
    scenario: Result<(Scenario, String), Unusable>,
}

/// Why a file is no scenario.
#[derive(Clone, Debug, Default)]
struct Unusable {
    /// For people, with the lines of the file.
    text: String,
    /// In one line, with the place.
    message: String,
    /// The line of the file, from 1.
    line: Option<u64>,
    /// The name that the file gives itself, if it can be read.
    name: Option<String>,
}

impl Unusable {
    fn because(text: String) -> Self {
        Self { message: text.lines().next().unwrap_or_default().to_owned(), text, ..Self::default() }
    }

    fn parsed(label: &str, error: &ScenarioError) -> Self {
        let text = error.to_string();
        let place = error.place().map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let what = text.lines().next().unwrap_or_default();
        let more = error.mistakes().saturating_sub(1);
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let message = format!("{label}{place}: {}{more}", what.strip_prefix("error: ").unwrap_or(what));
        Self { message, text, line: error.place().map(|(line, _)| line), name: None }
    }
}

impl ScenarioTest {
    /// Reads the file.
    pub fn read(file: ScenarioFile) -> Self {
        let scenario = match std::fs::read_to_string(&file.path) {
            Ok(text) => scenario(&file, text),
            Err(error) => Err(Unusable::because(format!("{}: {error}", file.label()))),
        };
        Self { file, scenario }
    }

    /// The failure that it shows, if users have reported it.
    pub fn failure(&self) -> Option<u32> {
        self.scenario().and_then(Scenario::failure)
    }

    /// Its full name: the folder and the name of the test. If the file is no scenario, the name that it gives itself, or else that of the
    /// file.
    pub fn name(&self) -> String {
        let stem = || self.file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = match &self.scenario {
            Ok((scenario, _)) => scenario.name().to_owned(),
            Err(unusable) => unusable.name.clone().unwrap_or_else(stem),
        };
        format!("{}::{name}", self.file.folder)
    }

    /// The scenario, unless the file is none.
    pub fn scenario(&self) -> Option<&Scenario> {
        self.scenario.as_ref().ok().map(|(scenario, _)| scenario)
    }

    /// Runs it with the closure `play`, which gets the scenario and its text, compares its answers with the snapshot, and appends a
    /// line to the file `results`, if there is one.
    ///
    /// # Errors
    /// What went wrong, for people; or the line could not be written.
    pub fn run(&self, play: impl AsyncFn(&Scenario, &str) -> Fallible<Played>, results: Option<&Path>) -> Result<(), String> {
        let started = Instant::now();
        let (scenario, text) = match &self.scenario {
            Ok(scenario) => scenario,
            Err(Unusable { text, message, line, .. }) => {
                let (message, failure) = (Some(message.clone()), Some(text.clone()));
                let unusable = TestResult { verdict: Verdict::Unusable, message, line: *line, failure, ..self.result() };
                write(&unusable, results)?;
                return Err(text.clone());
            }
        };
        let result = match play_alone(scenario, text, play) {
            Ok(played) => TestResult { notes: played.note.iter().cloned().collect(), ..self.judge(scenario, &played) },
            Err(error) => TestResult { verdict: Verdict::Failed, failure: Some(error), ..self.result() },
        };
        let result = TestResult { millis: millis(started.elapsed()), ..result };
        write(&result, results)?;
        match result.verdict {
            Verdict::Passed => Ok(()),
            _ => Err(result.failure.unwrap_or_default()),
        }
    }

    /// Appends a line that says why it was not run, if there is a file for results.
    ///
    /// # Errors
    /// The line could not be written.
    pub fn leave_out(&self, reason: &str, results: Option<&Path>) -> Result<(), String> {
        write(&TestResult { verdict: Verdict::NotRun, reason: Some(reason.to_owned()), ..self.result() }, results)
    }

    /// A result with what is known before it runs.
    fn result(&self) -> TestResult {
        let scenario = self.scenario();
        let plan = scenario.and_then(Scenario::plan);
        TestResult {
            name: self.name(),
            plan: plan.map(|plan| format!("{}/{}", plan.function, plan.number)),
            file: Some(self.file.label()),
            about: scenario.map(|scenario| scenario.about().to_owned()),
            seed: scenario.map(Scenario::seed),
            ..TestResult::default()
        }
    }

    /// The result of a scenario that was run: passed, or failed with everything that helps to see why.
    fn judge(&self, scenario: &Scenario, played: &Played) -> TestResult {
        // Half the answers would differ from any snapshot.
        let difference = match played.trouble {
            None => {
                snapshot::compare(&self.file.snapshots(), self.file.folder, scenario.name(), scenario.about(), played).err()
            }
            Some(_) => None,
        };
        if played.failures.is_empty() && played.trouble.is_none() && difference.is_none() {
            return TestResult { verdict: Verdict::Passed, ..self.result() };
        }
        let difference = difference.as_deref();
        let (message, line) = report::headline(scenario, played, difference);
        TestResult {
            verdict: Verdict::Failed,
            message: Some(message),
            line,
            failure: Some(report::failure(scenario, played, difference)),
            log: report::logged(played),
            requests: report::requested(played),
            ..self.result()
        }
    }
}

/// Appends the result to the file of results, if there is one.
fn write(result: &TestResult, results: Option<&Path>) -> Result<(), String> {
    let Some(results) = results else { return Ok(()) };
    result.append_to(results).map_err(|error| format!("cannot write to {}: {error}", results.display()))
}

/// In milliseconds, to a hundredth.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

/// The scenario in a file of this text.
fn scenario(file: &ScenarioFile, text: String) -> Result<(Scenario, String), Unusable> {
    let label = file.label();
    let parsed = Scenario::parse(&label, &text).map_err(|error| Unusable::parsed(&label, &error));
    let usable = parsed.and_then(|scenario| match file.misplaced(&scenario) {
        Some(why) => Err(Unusable::because(why)),
        None if scenario.action().is_empty() => {
            Err(Unusable::because(format!("{label}: there is no `action`, so nothing would be tested")))
        }
        None => Ok(scenario),
    });
    match usable {
        Ok(scenario) => Ok((scenario, text)),
        Err(unusable) => Err(Unusable { name: name_in(&text), ..unusable }),
    }
}

/// The name that a text gives itself, though it may be no scenario, nor YAML.
fn name_in(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?.trim().trim_matches(['"', '\'']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| name.to_owned())
}

/// Runs a scenario in a runtime of its own.
#[expect(clippy::needless_pass_by_value, reason = "callers write a closure in place")]
fn play_alone(
    scenario: &Scenario,
    text: &str,
    play: impl AsyncFn(&Scenario, &str) -> Fallible<Played>,
) -> Result<Played, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(play(scenario, text)).map_err(|error| format!("{error:#}"))
}
