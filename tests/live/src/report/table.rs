//! The report for a terminal. What matters most stands last.

use std::fmt::Write as _;

use super::{Occasion, RunReport};
use crate::columns::columns;
use crate::words::{count, time};
use crate::{Outcome, Verdict};

impl RunReport {
    /// One row for each scenario that was tried, then what needs attention, and the verdict in the last line.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let rows = self.tried().map(|scenario| {
            let outcome = scenario.outcome.as_str();
            [&scenario.number(), scenario.test(), scenario.form.as_str(), outcome, &scenario.seconds()].map(str::to_owned)
        });
        text += &columns(["number", "test", "form", "outcome", "s"], rows, 4);
        text.push('\n');
        for scenario in &self.scenarios {
            let why = match scenario.outcome {
                Outcome::Pass | Outcome::NotRun(_) => continue,
                Outcome::Fail => {
                    scenario.failures.first().and_then(|failure| failure.lines().next()).unwrap_or("failed").to_owned()
                }
                Outcome::Drift => format!("{} from the accepted answers", count(scenario.drift.len(), "difference")),
                Outcome::Inconclusive(reason) => format!("{}: {}", reason.as_str(), reason.remedy()),
            };
            let _ = writeln!(text, "{} {}: {why}", scenario.outcome.as_str(), scenario.name);
        }
        for (reason, scenarios) in self.not_run() {
            let _ = writeln!(text, "{} not run: {}: {}", scenarios.len(), reason.as_str(), reason.remedy());
        }
        for left in &self.left {
            let _ = writeln!(text, "still there: {left}");
        }
        if !self.left.is_empty() {
            let _ = writeln!(text, "remove it: {}", self.sweep());
        }
        text + &self.last_lines()
    }

    fn last_lines(&self) -> String {
        let verdict = self.verdict();
        let whom = match self.occasion {
            Occasion::Live => format!("live on {}, engine {}", self.cluster_name, self.engine_version),
            Occasion::Rehearsal => "a rehearsal on a stand-in: nothing in it is a fact about Neptune".to_owned(),
        };
        let Self { run, .. } = self;
        format!("{} in {} (run {run}, {whom})\n{}\n", self.totals(), time(self.took), verdict_line(verdict))
    }

    /// The command that removes what is left.
    pub(super) fn sweep(&self) -> String {
        format!("cargo xtask sweep --profile {}", self.profile)
    }
}

fn verdict_line(verdict: Verdict) -> String {
    format!("{}: {} (exit code {})", verdict.as_str(), verdict.meaning(), verdict.exit_code())
}
