//! The report on a finished run: for people as Markdown and as a table, for programs as JSON, `JUnit` and field-level differences.
//!
//! Everything is told for somebody who was not there. Nothing is looked up: a report is what the run has put into it.

mod json;
mod junit;
mod markdown;
mod table;

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::{Form, NotRun, Outcome, RunId, Standing, Tier, Verdict, Via};

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
    /// How much was to be played.
    pub tier: Tier,
    /// Whether that was Neptune at all.
    pub occasion: Occasion,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, clean-up included.
    pub took: Duration,
    /// The scenarios, in the order in which they are to be told; those that were not run among them.
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

/// Whom a run has asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A Neptune cluster.
    Live,
    /// A stand-in. Nothing that it answers is a fact about Neptune.
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
    /// The name of the quirk, `unknown_id`, or of the question where no quirk is about it.
    pub question: String,
    /// The answer that the cluster gave, such as a choice of that quirk: `bad_request`. `None` if it gave none that anybody has thought of.
    pub choice: Option<String>,
    /// What the simulator chooses unless it is told otherwise. `None` if no quirk is about it.
    pub simulator_default: Option<String>,
}

/// What came of one scenario.
#[derive(Clone, Debug)]
pub struct ScenarioReport {
    /// `check_bulk_load_status::test_both_loads_failed`.
    pub name: String,
    /// `check_bulk_load_status/5`; `None` beyond the plans.
    pub plan: Option<String>,
    /// How it was played, or would have been.
    pub form: Form,
    /// What came of it.
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
}

/// A field that differs from the accepted answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The step, as failures name it: `action 1`.
    pub step: String,
    /// The field: `answer.prov_status`.
    pub path: String,
    /// What was accepted. Empty if the field was not there.
    pub accepted: String,
    /// What came. Empty if the field is not there.
    pub live: String,
}

impl RunReport {
    /// The verdict on the run.
    pub fn verdict(&self) -> Verdict {
        let outcomes: Vec<_> = self.scenarios.iter().map(|scenario| scenario.outcome).collect();
        Verdict::of(&outcomes, self.left.len())
    }

    /// Those with an outcome of that word.
    fn with<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a ScenarioReport> {
        self.scenarios.iter().filter(move |scenario| scenario.outcome.as_str() == word)
    }

    /// Those that were tried.
    fn tried(&self) -> impl Iterator<Item = &ScenarioReport> {
        self.scenarios.iter().filter(|scenario| !matches!(scenario.outcome, Outcome::NotRun(_)))
    }

    /// `1 passed, 0 failed, 0 drifted, 0 inconclusive, 39 not run`.
    fn totals(&self) -> String {
        let told = [("pass", "passed"), ("fail", "failed"), ("drift", "drifted")];
        let told = told.into_iter().chain([("inconclusive", "inconclusive"), ("not run", "not run")]);
        let told: Vec<_> = told.map(|(word, verb)| format!("{} {verb}", self.with(word).count())).collect();
        told.join(", ")
    }

    /// Each reason for which something was not run, with what that is about.
    fn not_run(&self) -> Vec<(NotRun, Vec<&ScenarioReport>)> {
        let reason = |scenario: &ScenarioReport| match scenario.outcome {
            Outcome::NotRun(reason) => Some(reason),
            _ => None,
        };
        let of = |wanted| self.scenarios.iter().filter(|scenario| reason(scenario) == Some(wanted)).collect();
        NotRun::ALL.into_iter().map(|wanted| (wanted, of(wanted))).filter(|(_, all): &(_, Vec<_>)| !all.is_empty()).collect()
    }
}

impl ScenarioReport {
    /// The folder that it lies in: `check_bulk_load_status`.
    fn folder(&self) -> &str {
        self.name.split_once("::").map_or("", |(folder, _)| folder)
    }

    /// Its own name: `test_both_loads_failed`.
    fn test(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(&self.name)
    }

    /// Its number as people say it, `check 5`; `ours` beyond the plans.
    fn number(&self) -> String {
        let plan = self.plan.as_deref().and_then(|plan| plan.split_once('/'));
        plan.map_or_else(|| "ours".to_owned(), |(plan, number)| format!("{} {number}", plan.split('_').next().unwrap_or(plan)))
    }

    /// How long it took, in seconds with one digit.
    fn seconds(&self) -> String {
        format!("{:.1}", self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests;
