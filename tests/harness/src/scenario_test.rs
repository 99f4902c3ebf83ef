//! A scenario file as a test: its name, and its result.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result as Fallible;
use neptune_report::{TestResult, Verdict};
use neptune_server::scenario::{Scenario, ScenarioError};

use crate::catalogue::ScenarioFile;
use crate::play::Played;
use crate::report;
use crate::snapshot::{self, Snapshots};
use crate::under_test::UnderTest;

/// A test made of a scenario file. A file that is no scenario makes one too, which fails with the reason.
#[derive(Debug)]
pub struct ScenarioTest {
    /// The first part of its name.
    folder: String,
    /// The file as reports name it.
    label: String,
    /// The scenario and its text, or why it is none.
    scenario: Result<(Scenario, String), Unusable>,
    /// The snapshots of its project, if it is of one.
    snapshots: Option<Snapshots>,
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
    /// Reads a file of a project.
    pub fn read(file: &ScenarioFile) -> Self {
        let label = file.label();
        let scenario =
            read_text(&file.path, &label).and_then(|text| scenario(&label, text, |scenario| file.misplaced(scenario)));
        let snapshots = Some(Snapshots::of_project(file.root()));
        Self { folder: file.folder.to_owned(), label, scenario, snapshots }
    }

    /// Reads a file of anybody's, which needs neither a plan nor a number. The folder is the first part of the test's name.
    pub fn own(folder: String, path: &Path) -> Self {
        let label = path.display().to_string();
        let scenario = read_text(path, &label).and_then(|text| scenario(&label, text, |_| None));
        Self { folder, label, scenario, snapshots: None }
    }

    /// The test of a text that is at hand, such as one that a program carries in itself.
    pub fn of_text(folder: &str, label: &str, text: &str) -> Self {
        let scenario = scenario(label, text.to_owned(), |_| None);
        Self { folder: folder.to_owned(), label: label.to_owned(), scenario, snapshots: None }
    }

    /// The failure that it shows, if users have reported it.
    pub fn failure(&self) -> Option<u32> {
        self.scenario().and_then(Scenario::failure)
    }

    /// The first part of its name.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Its full name: the folder and the name of the test. If the file is no scenario, the name that it gives itself, or else that of the
    /// file.
    pub fn name(&self) -> String {
        let stem = || Path::new(&self.label).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = match &self.scenario {
            Ok((scenario, _)) => scenario.name().to_owned(),
            Err(unusable) => unusable.name.clone().unwrap_or_else(stem),
        };
        format!("{}::{name}", self.folder)
    }

    /// The scenario, unless the file is none.
    pub fn scenario(&self) -> Option<&Scenario> {
        self.scenario.as_ref().ok().map(|(scenario, _)| scenario)
    }

    /// Runs it with the closure `play`, which gets the scenario and its text, and compares its answers with the snapshot: of its project, or of
    /// the functions under test if these are given.
    pub fn result(&self, play: impl AsyncFn(&Scenario, &str) -> Fallible<Played>, under_test: &UnderTest) -> TestResult {
        let started = Instant::now();
        let (scenario, text) = match &self.scenario {
            Ok(scenario) => scenario,
            Err(Unusable { text, message, line, .. }) => {
                let (message, failure) = (Some(message.clone()), Some(text.clone()));
                return TestResult { verdict: Verdict::Unusable, message, line: *line, failure, ..self.bare_result() };
            }
        };
        let result = match play_alone(scenario, text, play) {
            Ok(played) => {
                let snapshots = self.snapshots(under_test);
                TestResult { notes: played.note.iter().cloned().collect(), ..self.judge(scenario, &played, snapshots.as_ref()) }
            }
            Err(error) => TestResult { verdict: Verdict::Failed, failure: Some(error), ..self.bare_result() },
        };
        TestResult { millis: millis(started.elapsed()), ..result }
    }

    /// Runs it as [`result`](Self::result) does, with this project's own functions, and appends a line to the file `results`, if there is one.
    ///
    /// # Errors
    /// What went wrong, for people; or the line could not be written.
    pub fn run(&self, play: impl AsyncFn(&Scenario, &str) -> Fallible<Played>, results: Option<&Path>) -> Result<(), String> {
        self.run_with(play, UnderTest::OURS, results)
    }

    /// The same with other functions.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn run_with(
        &self,
        play: impl AsyncFn(&Scenario, &str) -> Fallible<Played>,
        under_test: &UnderTest,
        results: Option<&Path>,
    ) -> Result<(), String> {
        let result = self.result(play, under_test);
        write(&result, results)?;
        match result.verdict {
            Verdict::Passed => Ok(()),
            _ => Err(result.failure.unwrap_or_default()),
        }
    }

    /// The result of a test that was not run, with the reason. Where functions are given, reports count such tests and list none of them.
    pub fn left_out(&self, reason: &str, under_test: &UnderTest) -> TestResult {
        let remedy = under_test.is_given().then(|| UnderTest::remedy(reason));
        TestResult { verdict: Verdict::NotRun, reason: Some(reason.to_owned()), remedy, ..self.bare_result() }
    }

    /// Appends a line that says why it was not run, if there is a file for results.
    ///
    /// # Errors
    /// The line could not be written.
    pub fn leave_out(&self, reason: &str, under_test: &UnderTest, results: Option<&Path>) -> Result<(), String> {
        write(&self.left_out(reason, under_test), results)
    }

    /// Where its snapshots are; `None` if its answers are compared with none.
    fn snapshots(&self, under_test: &UnderTest) -> Option<Snapshots> {
        match under_test.snapshots() {
            _ if under_test.verdicts_only() => None,
            Some(folder) => Some(Snapshots::of_functions(folder)),
            None if under_test.is_given() => None,
            None => self.snapshots.clone(),
        }
    }

    /// A result with what is known before it runs.
    fn bare_result(&self) -> TestResult {
        let scenario = self.scenario();
        let plan = scenario.and_then(Scenario::plan);
        TestResult {
            name: self.name(),
            plan: plan.map(|plan| format!("{}/{}", plan.function, plan.number)),
            file: Some(self.label.clone()),
            about: scenario.map(|scenario| scenario.about().to_owned()),
            seed: scenario.map(Scenario::seed),
            ..TestResult::default()
        }
    }

    /// The result of a scenario that was run: passed, or failed with everything that helps to see why.
    fn judge(&self, scenario: &Scenario, played: &Played, snapshots: Option<&Snapshots>) -> TestResult {
        // Half the answers would differ from any snapshot.
        let snapshots = snapshots.filter(|_| played.trouble.is_none());
        let unlike = snapshots
            .and_then(|snapshots| snapshot::compare(snapshots, &self.folder, scenario.name(), scenario.about(), played).err());
        let (difference, differences) = unlike.map(|unlike| (unlike.text, unlike.differences)).unzip();
        let bare = TestResult {
            unchecked: played.unseen.clone(),
            unmet: report::unmet(played, &differences.unwrap_or_default()),
            held: played.held.clone(),
            log: report::logged(played),
            timeline: Some(played.timeline.clone()),
            ..self.bare_result()
        };
        if played.failures.is_empty() && played.trouble.is_none() && difference.is_none() {
            return TestResult { verdict: Verdict::Passed, ..bare };
        }
        let difference = difference.as_deref();
        let (message, line) = report::headline(scenario, played, difference);
        TestResult {
            verdict: Verdict::Failed,
            message: Some(message),
            line,
            failure: Some(report::failure(scenario, played, difference)),
            requests: report::requested(played),
            ..bare
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

fn read_text(path: &Path, label: &str) -> Result<String, Unusable> {
    std::fs::read_to_string(path).map_err(|error| Unusable::because(format!("{label}: {error}")))
}

/// The scenario in a file of this text, unless the file lies in the wrong place.
fn scenario(
    label: &str,
    text: String,
    misplaced: impl Fn(&Scenario) -> Option<String>,
) -> Result<(Scenario, String), Unusable> {
    let parsed = Scenario::parse(label, &text).map_err(|error| Unusable::parsed(label, &error));
    let usable = parsed.and_then(|scenario| match misplaced(&scenario) {
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
