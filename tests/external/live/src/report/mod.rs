//! What a finished live run reports. [`RunReport::run`] turns it into a [`neptune_report::Run`], which writes every report but `parity.json`.
//!
//! Its readers did not see the run. It looks nothing up: a report contains what the run has put into it.

mod parity;
mod run;

use std::time::Duration;

pub use neptune_report::{Difference, Unmet};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::{Form, Outcome, RunId, Standing, Tier, Verdict, Via};

/// What a finished run reports.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The run.
    pub run: RunId,
    /// The name of the profile, as it was typed: commands to copy have it.
    pub profile: String,
    /// The cluster's name.
    pub cluster_name: String,
    /// The version of the engine that answered.
    pub engine_version: String,
    /// The cluster's region.
    pub region: String,
    /// How it was asked.
    pub via: Via,
    /// How much the run was to include.
    pub tier: Tier,
    /// Whether that was Neptune at all.
    pub kind: RunKind,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// How long it took, clean-up included.
    pub took: Duration,
    /// The scenarios, in the order of the report; those that were not run among them.
    pub scenarios: Vec<ScenarioReport>,
    /// What is still there, each thing in words.
    pub left: Vec<String>,
    /// What was made.
    pub made: Made,
    /// What was found out about questions that the documentation leaves open.
    pub answers: Vec<QuestionAnswer>,
    /// What the ledger says after the run.
    pub standing: Standing,
}

/// What has answered the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A Neptune cluster.
    Live,
    /// A fake AWS. Nothing that it answers is a fact about Neptune.
    Rehearsal,
}

/// What a run has made, whether or not it is still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Objects in S3.
    pub objects: u32,
    /// Their size in all.
    pub bytes: u64,
    /// Loads that were started.
    pub loads: u32,
}

/// What a live cluster says about a question that the documentation leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuestionAnswer {
    /// The name of the question, which is that of its quirk if it has one: `unknown_id`.
    pub question: String,
    /// The answer that the cluster gave, such as a choice of that quirk: `bad_request`. `None` if the question does not list it.
    pub choice: Option<String>,
    /// The answer of the simulator: the default of the quirk, or the one reading that it takes. `None` if it takes none.
    pub simulator_default: Option<String>,
    /// Whether the simulator has a quirk that can be set to another answer.
    pub is_quirk: bool,
}

/// The result of one scenario.
#[derive(Clone, Debug)]
pub struct ScenarioReport {
    /// `check_bulk_load_status::test_both_loads_failed`.
    pub name: String,
    /// The scenario file, from the root of the project.
    pub file: String,
    /// What the scenario is about.
    pub about: String,
    /// `check_bulk_load_status/5`; `None` beyond the plans.
    pub plan: Option<String>,
    /// How it ran, or would have run.
    pub form: Form,
    /// Its outcome.
    pub outcome: Outcome,
    /// How long it took. Nothing if it was not run.
    pub took: Duration,
    /// What was noticed on the way, a line each.
    pub seen: Vec<String>,
    /// Where its answers are not the accepted ones.
    pub drift: Vec<Difference>,
    /// What does not hold, each as a text of one line or more.
    pub failures: Vec<String>,
    /// Checks that could not be looked at here, in the plan's words.
    pub unseen: Vec<String>,
    /// What only the page of the report shows.
    pub shown: Shown,
}

/// What the page of a report shows of a scenario beside its outcome.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The expectations that hold, in the plan's words.
    pub held: Vec<String>,
    /// Those that do not.
    pub unmet: Vec<Unmet>,
    /// When the functions were invoked, and what they answered. Nothing else of a live cluster can be drawn.
    pub timeline: Option<Value>,
}

impl RunReport {
    /// The verdict on the run.
    pub fn verdict(&self) -> Verdict {
        let outcomes: Vec<_> = self.scenarios.iter().map(|scenario| scenario.outcome).collect();
        Verdict::of(&outcomes, self.left.len())
    }

    /// Those that were tried.
    fn tried(&self) -> impl Iterator<Item = &ScenarioReport> {
        self.scenarios.iter().filter(|scenario| !matches!(scenario.outcome, Outcome::NotRun(_)))
    }
}

#[cfg(test)]
mod tests;
