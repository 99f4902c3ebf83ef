//! A run: past the guards, through the scenarios, and everything removed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use neptune_live::guard::{Candidate, Choice, Confirmation, Refusal, Step};
use neptune_live::report::{QuestionAnswer, RunReport, ScenarioReport};
use neptune_live::{
    Finding, Inconclusive, Journal, Ledger, LiveForm, NotRun, Outcome, Plan, Profile, RunId, Tier, Via, planned_scenarios,
};

use neptune_sim::scenario::Scenario;
use serde_json::json;

use super::belongings::Belongings;
use super::client::LiveClient;
use super::compare::{leave_for_review, with_snapshot};
use super::scout::{Own, Scout, past_the_guards};
use super::selection::{self, Chosen};
use super::stage::{LiveStage, Route};
use super::{Credentials, Interrupt, Occasion, Surroundings};
use crate::play::{Played, play_on};
use crate::question::Seen;
use crate::snapshot;

/// The ledger, from the project's root.
pub(super) const LEDGER: &str = "scenarios/.validation";

/// What a run is told by its command line.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The project's root.
    pub root: PathBuf,
    /// Where runs leave their files: a folder for each.
    pub out: PathBuf,
    /// The name of the profile, as it was typed.
    pub name: String,
    /// Which cluster.
    pub profile: Profile,
    /// How it is asked.
    pub via: Via,
    /// How far the run goes.
    pub tier: Tier,
    /// Only scenarios whose full name contains this.
    pub filter: Option<String>,
    /// How long to wait between two looks at a load.
    pub pace: Duration,
    /// What signs.
    pub credentials: Credentials,
}

/// How far a run came.
#[derive(Debug)]
pub enum Ended {
    /// A guard refused, and nothing was done.
    Refused(Refusal),
    /// It was only to be planned.
    Planned,
    /// It took place.
    Finished(Box<RunReport>),
}

/// Plays scenarios on a cluster. `tell` gets lines for whoever watches; `agree` is shown the plan, and gives what somebody has typed, or
/// nothing if the plan was all that was asked for.
///
/// # Errors
/// A file cannot be read or written. Whatever was made by then is in the journal.
pub async fn run<O: Occasion>(
    surroundings: &Surroundings<O>,
    options: RunOptions,
    interrupt: Interrupt,
    mut tell: impl FnMut(&str),
    agree: impl FnOnce(&str) -> Option<Confirmation>,
) -> Result<Ended> {
    let RunOptions { root, out, name, profile, via, tier, filter, pace, credentials } = options;
    let id = RunId::new(Timestamp::now(), random());
    let chosen = selection::all(&root, &profile, &id, filter.as_deref())?;
    let (left_out, due): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|one| one.left_out(tier, via).is_some());
    let choice = Choice { target: Some("neptune".to_owned()), profile: Some(profile.clone()) };
    let candidate = match Candidate::<O, _>::select(choice, id.clone()) {
        Ok(candidate) => candidate,
        Err(refusal) => return Ok(Ended::Refused(refusal)),
    };
    let scout = Scout::new(surroundings, &candidate, via, &credentials)?;
    let seen = past_the_guards(&scout, candidate, &Own::default(), |step, seen| tell(&passed(step, &seen))).await;
    let candidate = match seen {
        Ok(candidate) => candidate,
        Err(refusal) => return Ok(Ended::Refused(refusal)),
    };
    let forms: Vec<LiveForm> = due.iter().map(|one| one.form.clone()).collect();
    let plan = Plan::new(&id, &profile, &forms);
    if let Err(refusal) = candidate.fits_the_budget(plan.takes()) {
        return Ok(Ended::Refused(refusal));
    }
    let Some(typed) = agree(&plan.to_string()) else { return Ok(Ended::Planned) };
    let ticket = match candidate.is_agreed(plan.takes(), &typed) {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(Ended::Refused(refusal)),
    };
    tell(&passed(Step::Plan, &format!("{} scenarios", due.len())));

    let folder = out.join(id.as_str());
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let journal = Journal::create(&folder.join("journal.ndjson"), &ticket)?;
    scout.connection.transcript.write_to(&folder.join("transcript.ndjson")).context("cannot write the transcript")?;
    let (started_at, began) = (to_the_second(Timestamp::now()), Instant::now());
    let route = Route { via, connect_to: surroundings.connect_to(&profile, via)?, credentials };
    let engine_version = ticket.engine_version().to_owned();
    let belongings = Belongings::new(LiveClient::new(scout, ticket, pace), journal, Vec::new());
    let mut scenes = Scenes {
        folder: &folder,
        belongings: &belongings,
        route: &route,
        interrupt: &interrupt,
        ends: began + profile.budget,
        left: Vec::new(),
    };
    let (mut reports, mut answers, mut passes) = (Vec::new(), Vec::new(), Vec::new());
    for (number, one) in due.iter().enumerate() {
        let (report, answered) = Box::pin(scenes.play(one)).await;
        if report.outcome == Outcome::NotRun(NotRun::Interrupted) {
            reports.push(report);
            continue;
        }
        tell(&format!(
            "{:>3}/{} {:5.1} s  {:<64} {}",
            number + 1,
            due.len(),
            report.took.as_secs_f64(),
            report.name,
            report.outcome
        ));
        if report.outcome == Outcome::Pass {
            passes.push((one, report.took));
        }
        reports.push(report);
        answers.extend(answered);
    }
    reports.extend(
        left_out.iter().filter_map(|one| Some(report_of(one, Outcome::NotRun(one.left_out(tier, via)?), Duration::ZERO))),
    );
    // What resisted once may have given way by now.
    let left = if scenes.left.is_empty() { Vec::new() } else { belongings.clean().await };
    let made = belongings.made();
    let LiveClient { ticket, .. } = belongings.end(&left)?;

    let planned = planned_scenarios(&root).context("cannot read the planned scenarios")?;
    let mut ledger = Ledger::read(&root.join(LEDGER))?;
    for (one, took) in passes {
        let Some(known) = planned.iter().find(|planned| planned.name == one.scenario.name()) else { continue };
        let (scenario, scenario_hash) = (known.name.clone(), known.hash.clone());
        let finding = Finding { scenario, scenario_hash, via, at: Timestamp::now(), duration_secs: took.as_secs() };
        O::validated(&ticket, &mut ledger, finding)?;
    }
    let hashes = planned.iter().map(|scenario| (scenario.name.as_str(), scenario.hash.as_str()));
    let standing = ledger.standing(hashes, Timestamp::now());
    let report = RunReport {
        run: id,
        profile: name,
        occasion: O::WORD,
        cluster_name: profile.cluster.name.clone(),
        engine_version,
        region: profile.region.clone(),
        via,
        tier,
        started_at,
        took: began.elapsed(),
        scenarios: reports,
        left,
        made,
        answers,
        standing,
    };
    write(&folder, &report)?;
    Ok(Ended::Finished(Box::new(report)))
}

/// A line for a guard that has let the run past.
pub(super) fn passed(step: Step, seen: &str) -> String {
    format!("guard {} {:<9} {seen}", step as u8, step.as_str())
}

/// Nobody looks at less.
fn to_the_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// The files of a run.
fn write(folder: &Path, report: &RunReport) -> Result<()> {
    let files = [
        ("report.md", report.markdown()),
        ("results.json", report.json()),
        ("junit.xml", report.junit().context("cannot spell JUnit")?),
        ("parity.json", report.parity()),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).with_context(|| format!("cannot write {}", folder.join(name).display()))?;
    }
    Ok(())
}

/// Tells runs of the same second apart.
pub(super) fn random() -> [u8; 3] {
    use std::hash::{BuildHasher, RandomState};
    let [a, b, c, ..] = RandomState::new().hash_one(std::process::id()).to_le_bytes();
    [a, b, c]
}

/// The scenarios of a run, one after the other: the loader takes one load at a time.
struct Scenes<'a, O> {
    /// Where the run leaves its files.
    folder: &'a Path,
    belongings: &'a Belongings<O>,
    route: &'a Route,
    interrupt: &'a Interrupt,
    /// When the budget is used up.
    ends: Instant,
    /// What could not be removed.
    left: Vec<String>,
}

impl<O: Occasion> Scenes<'_, O> {
    async fn play(&mut self, one: &Chosen) -> (ScenarioReport, Vec<QuestionAnswer>) {
        let began = Instant::now();
        if self.interrupt.has_come() {
            return (report_of(one, Outcome::NotRun(NotRun::Interrupted), Duration::ZERO), Vec::new());
        }
        if began + one.form.takes > self.ends {
            return (report_of(one, Outcome::NotRun(NotRun::NoBudgetLeft), Duration::ZERO), Vec::new());
        }
        let transcript = &self.belongings.client.connection.transcript;
        transcript.set_scene(one.scenario.name());
        let outcome = self.played(one).await;
        if let Ok(Some(played)) = &outcome {
            transcript.note(Timestamp::now(), &json!({"functions": "what they answered"}), &snapshot::answers(played));
        }
        // However it ended, what it has made goes before the next one begins.
        self.left.extend(self.belongings.clean().await);
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

    /// What it comes to. Answers that are not the accepted ones are left for somebody to look at.
    fn reviewed(&self, one: &Chosen, played: &Played, took: Duration) -> (ScenarioReport, Vec<QuestionAnswer>) {
        let (mut report, answers) = judged(one, played, took);
        if report.outcome == Outcome::Drift {
            let pending = self.folder.join("pending").join(one.folder);
            let left = leave_for_review(&pending, one.scenario.name(), &snapshot::answers(played));
            report.seen.extend(left.err().map(|error| format!("{error:#}")));
        }
        (report, answers)
    }

    /// `None` if the run was told to end.
    async fn played(&self, one: &Chosen) -> Result<Option<Played>, Stopped> {
        if one.form.loads > 0 {
            let busy = self.belongings.client.busy().await.map_err(|error| Stopped::disconnected(&error))?;
            if !busy.is_empty() {
                return Err(Stopped::Said(Inconclusive::SomebodyElse, format!("the cluster is busy with {}", busy.join(", "))));
            }
        }
        let stage = LiveStage::new(self.belongings, self.route, &one.scenario, one.on_neptune.clone()).await;
        let stage = stage.map_err(|error| Stopped::Broken(format!("{error:#}")))?;
        let deadline = one.form.deadline;
        let played = tokio::select! {
            biased;
            () = self.interrupt.comes() => return Ok(None),
            played = tokio::time::timeout(deadline, play_on(&one.scenario, &stage)) => played,
        };
        let played = if let Ok(played) = played {
            played.map_err(|error| Stopped::Broken(format!("{error:#}")))
        } else {
            let why = format!("{} s were not enough", deadline.as_secs());
            Err(Stopped::Said(Inconclusive::DidNotCome, why))
        };
        stage.end().await.map_err(|error| Stopped::Broken(format!("{error:#}")))?;
        played.map(Some)
    }
}

/// What a scenario that was played comes to.
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
        ..report_of(one, Outcome::Pass, took)
    };
    if let Some(reason) = played.inconclusive {
        return (ScenarioReport { outcome: Outcome::Inconclusive(reason), seen: failures, ..report }, Vec::new());
    }
    if !failures.is_empty() {
        return (ScenarioReport { outcome: Outcome::Fail, failures, ..report }, answers);
    }
    let snapshots = snapshot::all_snapshots().join(one.folder);
    match with_snapshot(&snapshots, one.scenario.name(), &snapshot::answers(played), &one.on_neptune) {
        // A question is asked because nobody knows the answer.
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
    /// It could not be played.
    Broken(String),
}

impl Stopped {
    fn disconnected(error: &anyhow::Error) -> Self {
        Self::Said(Inconclusive::Disconnected, format!("{error:#}"))
    }
}

/// What the cluster says about what the scenario asks. A question without an answer is told as well: somebody has to think of another.
fn answered(scenario: &Scenario, played: &Played) -> Vec<QuestionAnswer> {
    let default = |name: &str| {
        let question = scenario.question().and_then(|questions| questions.iter().find(|question| question.name == name));
        question.and_then(|question| question.simulated.clone())
    };
    let answer = |seen: &Seen| QuestionAnswer {
        question: seen.question.clone(),
        choice: (!seen.shown.is_empty()).then(|| seen.shown.join(" or ")),
        simulator_default: default(&seen.question),
    };
    played.seen.iter().map(answer).collect()
}

fn report_of(one: &Chosen, outcome: Outcome, took: Duration) -> ScenarioReport {
    ScenarioReport {
        name: one.full_name(),
        plan: one.plan(),
        form: one.form.form,
        outcome,
        took,
        seen: Vec::new(),
        drift: Vec::new(),
        failures: Vec::new(),
        unseen: Vec::new(),
    }
}
