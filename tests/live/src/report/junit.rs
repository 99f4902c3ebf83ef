//! The report for CI servers. A drift is a failure of the type `drift`; what is inconclusive or was not run is skipped, with the reason.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{Difference, Occasion, RunReport, ScenarioReport};
use crate::Outcome;

impl RunReport {
    /// One suite for each folder, as `junit.xml`.
    ///
    /// # Errors
    /// The XML cannot be written.
    pub fn junit(&self) -> Result<String, SerializeError> {
        let name = match self.occasion {
            Occasion::Live => "cargo xtask it --target neptune",
            Occasion::Rehearsal => "cargo xtask it --target neptune (rehearsal on a stand-in)",
        };
        let mut report = Report::new(name);
        report.set_time(self.took);
        let mut in_folders: Vec<_> = self.scenarios.iter().collect();
        in_folders.sort_by_key(|scenario| scenario.folder());
        for scenarios in in_folders.chunk_by(|one, other| one.folder() == other.folder()) {
            let mut suite = TestSuite::new(scenarios[0].folder());
            suite.add_test_cases(scenarios.iter().map(|scenario| case(scenario)));
            report.add_test_suite(suite);
        }
        report.to_string()
    }
}

fn case(scenario: &ScenarioReport) -> TestCase {
    let mut case = TestCase::new(scenario.test(), status(scenario));
    case.set_classname(scenario.folder());
    case.set_time(scenario.took);
    case
}

fn status(scenario: &ScenarioReport) -> TestCaseStatus {
    match scenario.outcome {
        Outcome::Pass => TestCaseStatus::success(),
        Outcome::Fail => failure("fail", &scenario.failures.join("\n")),
        Outcome::Drift => {
            let lines: Vec<_> = scenario.drift.iter().map(line).collect();
            failure("drift", &lines.join("\n"))
        }
        outcome @ (Outcome::Inconclusive(_) | Outcome::NotRun(_)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(outcome.to_string());
            status
        }
    }
}

fn failure(kind: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(text.lines().next().unwrap_or(kind)).set_description(text);
    status
}

fn line(difference: &Difference) -> String {
    let Difference { step, path, accepted, live } = difference;
    format!("{step}: {path}: accepted `{accepted}`, live `{live}`")
}
