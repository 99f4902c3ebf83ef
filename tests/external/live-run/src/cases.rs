//! The scenarios of a run: the run executes each one, cleans up and judges it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use neptune_live::report::{QuestionAnswer, ScenarioReport, Shown};
use neptune_live::{NotRun, Outcome};
use neptune_report::Inconclusive;
use neptune_server::scenario::Scenario;
use serde_json::json;
use time::OffsetDateTime;

use super::Interrupt;
use super::RunMode;
use super::backend::{LiveBackend, Route};
use super::compare::{leave_for_review, with_snapshot};
use super::run_resources::RunResources;
use super::selection::Chosen;
use neptune_harness::checkout;
use neptune_harness::play::{Played, play};
use neptune_harness::question::Seen;
use neptune_harness::report::unmet;
use neptune_harness::snapshot;

/// The results of all scenarios.
pub(super) struct Outcomes {
    pub(super) reports: Vec<ScenarioReport>,
    /// What the cluster says about open questions.
    pub(super) answers: Vec<QuestionAnswer>,
    /// What is still there, in words.
    pub(super) left: Vec<String>,
}

/// The scenarios of a run, one after the other: the loader takes one load at a time.
pub(super) struct Cases<'a, O> {
    /// Where the run leaves its files.
    folder: &'a Path,
    resources: &'a RunResources<O>,
    route: &'a Route,
    interrupt: &'a Interrupt,
    /// When the budget is used up.
    ends: Instant,
    /// What could not be removed.
    left: Vec<String>,
}

impl<'a, O: RunMode> Cases<'a, O> {
    /// Those of a run that leaves its files in this folder, and has a budget that ends then.
    pub(super) fn new(
        folder: &'a Path,
        resources: &'a RunResources<O>,
        route: &'a Route,
        interrupt: &'a Interrupt,
        ends: Instant,
    ) -> Self {
        Self { folder, resources, route, interrupt, ends, left: Vec::new() }
    }

    /// Runs them in this order, and reports each one that was tried.
    pub(super) async fn play_all(mut self, due: &[Chosen], mut tell: impl FnMut(&str)) -> Outcomes {
        let (mut reports, mut answers) = (Vec::new(), Vec::new());
        for (index, one) in due.iter().enumerate() {
            let (report, answered) = Box::pin(self.play(one)).await;
            if report.outcome != Outcome::NotRun(NotRun::Interrupted) {
                let (number, all, took) = (index + 1, due.len(), report.took.as_secs_f64());
                tell(&format!("{number:>3}/{all} {took:5.1} s  {:<64} {}", report.name, report.outcome));
            }
            reports.push(report);
            answers.extend(answered);
        }
        // What resisted once may have given way by now.
        let left = if self.left.is_empty() { Vec::new() } else { self.resources.clean().await };
        Outcomes { reports, answers, left }
    }

    async fn play(&mut self, one: &Chosen) -> (ScenarioReport, Vec<QuestionAnswer>) {
        let began = Instant::now();
        if self.interrupt.has_come() {
            return (report_of(one, Outcome::NotRun(NotRun::Interrupted), Duration::ZERO), Vec::new());
        }
        if began + one.form.takes > self.ends {
            return (report_of(one, Outcome::NotRun(NotRun::NoBudgetLeft), Duration::ZERO), Vec::new());
        }
        let transcript = &self.resources.client.connection.transcript;
        transcript.set_case(one.scenario.name());
        let outcome = self.played(one).await;
        if let Ok(Some(played)) = &outcome {
            transcript.note(OffsetDateTime::now_utc(), &json!({"functions": "what they answered"}), &snapshot::answers(played));
        }
        // However it ended, what it has made goes before the next one begins.
        self.left.extend(self.resources.clean().await);
        let took = began.elapsed();
        match outcome {
            Ok(Some(played)) => self.reviewed(one, &played, took),
            Ok(None) => (report_of(one, Outcome::NotRun(NotRun::Interrupted), took), Vec::new()),
            Err(Stopped::Said(reason, why)) => {
                let report = report_of(one, Outcome::Inconclusive(reason), took);
                (ScenarioReport { seen: vec![why], ..report }, Vec::new())
            }
            Err(Stopped::Broken(why)) => {
                let report = report_of(one, Outcome::Fail, took);
                (ScenarioReport { failures: vec![why], ..report }, Vec::new())
            }
        }
    }

    /// The result. Answers that differ from the accepted ones are left as pending, for review.
    fn reviewed(&self, one: &Chosen, played: &Played, took: Duration) -> (ScenarioReport, Vec<QuestionAnswer>) {
        let (mut report, answers) = judged(one, played, took);
        if report.outcome == Outcome::Drift {
            let pending = self.folder.join("pending").join(one.folder);
            let left = leave_for_review(&pending, one.scenario.name(), &snapshot::answers(played));
            report.seen.extend(left.err().map(|error| format!("{error:#}")));
        }
        (report, answers)
    }

    /// `None` if the run was interrupted.
    async fn played(&self, one: &Chosen) -> Result<Option<Played>, Stopped> {
        if one.form.loads > 0 {
            let busy = self.resources.client.busy().await.map_err(|error| Stopped::disconnected(&error))?;
            if !busy.is_empty() {
                return Err(Stopped::Said(Inconclusive::SomebodyElse, format!("the cluster is busy with {}", busy.join(", "))));
            }
        }
        let backend = LiveBackend::new(self.resources, self.route, &one.scenario, one.on_neptune.clone()).await;
        let backend = backend.map_err(|error| Stopped::Broken(format!("{error:#}")))?;
        let deadline = one.form.deadline;
        let played = tokio::select! {
            biased;
            () = self.interrupt.comes() => return Ok(None),
            played = tokio::time::timeout(deadline, play(&one.scenario, &backend)) => played,
        };
        let played = if let Ok(played) = played {
            played.map_err(|error| Stopped::Broken(format!("{error:#}")))
        } else {
            let why = format!("{} s were not enough", deadline.as_secs());
            Err(Stopped::Said(Inconclusive::DidNotCome, why))
        };
        backend.end().await.map_err(|error| Stopped::Broken(format!("{error:#}")))?;
        played.map(Some)
    }
}

/// The outcome of a scenario that has run.
fn judged(one: &Chosen, played: &Played, took: Duration) -> (ScenarioReport, Vec<QuestionAnswer>) {
    let failures: Vec<String> = played
        .failures
        .iter()
        .map(|(step, failure)| format!("{step}: {}: {}", failure.words, failure.because))
        .chain(played.trouble.clone())
        .collect();
    let answers = answered(&one.scenario, played);
    let mut report = ScenarioReport {
        seen: played.note.iter().cloned().collect(),
        unseen: played.unseen.clone(),
        shown: Shown { held: played.held.clone(), unmet: unmet(played, &[]), timeline: Some(played.timeline.clone()) },
        ..report_of(one, Outcome::Pass, took)
    };
    if let Some(reason) = played.inconclusive {
        return (ScenarioReport { outcome: Outcome::Inconclusive(reason), seen: failures, ..report }, Vec::new());
    }
    if !failures.is_empty() {
        return (ScenarioReport { outcome: Outcome::Fail, failures, ..report }, answers);
    }
    let drift = checkout::root().map_err(anyhow::Error::from).and_then(|root| {
        let snapshots = root.join("tests/snapshots").join(one.folder);
        with_snapshot(&snapshots, one.scenario.name(), &snapshot::answers(played), &one.on_neptune)
    });
    match drift {
        // A question has no expected answer.
        Ok(drift) if drift.is_empty() || one.scenario.question().is_some() => {}
        Ok(drift) => report = ScenarioReport { outcome: Outcome::Drift, drift, ..report },
        Err(error) => report = ScenarioReport { outcome: Outcome::Fail, failures: vec![format!("{error:#}")], ..report },
    }
    (report, answers)
}

/// Why a scenario came to no judgement.
enum Stopped {
    /// Nothing can be said, for this reason and in these words.
    Said(Inconclusive, String),
    /// It could not run.
    Broken(String),
}

impl Stopped {
    fn disconnected(error: &anyhow::Error) -> Self {
        Self::Said(Inconclusive::Disconnected, format!("{error:#}"))
    }
}

/// What the cluster says about what the scenario asks. A question without an answer is listed as well, because it needs another answer.
fn answered(scenario: &Scenario, played: &Played) -> Vec<QuestionAnswer> {
    let asked = |name: &str| scenario.question()?.iter().find(|question| question.name == name);
    let answer = |seen: &Seen| QuestionAnswer {
        question: seen.question.clone(),
        choice: (!seen.shown.is_empty()).then(|| seen.shown.join(" or ")),
        simulator_default: asked(&seen.question).and_then(|question| question.simulated.clone()),
        is_quirk: asked(&seen.question).is_some_and(|question| question.is_quirk),
    };
    played.seen.iter().map(answer).collect()
}

/// A report that says no more than the outcome.
pub(super) fn report_of(one: &Chosen, outcome: Outcome, took: Duration) -> ScenarioReport {
    ScenarioReport {
        name: one.full_name(),
        file: one.scenario.file().to_owned(),
        about: one.scenario.about().to_owned(),
        plan: one.plan(),
        form: one.form.form,
        outcome,
        took,
        seen: Vec::new(),
        drift: Vec::new(),
        failures: Vec::new(),
        unseen: Vec::new(),
        shown: Shown::default(),
    }
}
