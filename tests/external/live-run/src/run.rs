//! A run: past the guards, through the scenarios, and everything removed again.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use neptune_live::guard::{Confirmation, Refusal, RunPermit, Step};
use neptune_live::report::{RunReport, ScenarioReport};
use neptune_live::{
    Finding, Journal, Ledger, LiveForm, Outcome, Plan, PlannedScenario, Profile, RunId, Standing, Tier, Via, planned_scenarios,
    to_the_second,
};
use time::OffsetDateTime;

use super::backend::Route;
use super::cases::{Cases, Outcomes, report_of};
use super::client::LiveClient;
use super::preflight::{Own, Preflight, look, passed};
use super::run_resources::RunResources;
use super::selection::{self, Chosen};
use super::{AwsEndpoints, Credentials, Interrupt, RunMode};

/// The ledger, from the project's root.
pub(super) const LEDGER: &str = "scenarios/.validation";

/// What the command line asks of a run.
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

/// The report for a browser, in the folder of a run.
pub const PAGE: &str = "report.html";

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

/// Runs scenarios on a cluster. `tell` gets lines of progress; `agree` is shown the plan, and returns what the user typed, or
/// nothing if the plan was all that was asked for.
///
/// # Errors
/// A file cannot be read or written. Whatever was made by then is in the journal.
pub async fn run<O: RunMode>(
    endpoints: &AwsEndpoints<O>,
    options: RunOptions,
    interrupt: Interrupt,
    mut tell: impl FnMut(&str),
    agree: impl FnOnce(&str) -> Option<Confirmation>,
) -> Result<Ended> {
    let id = new_id();
    let chosen = selection::all(&options.root, &options.profile, &id, options.filter.as_deref())?;
    let (left_out, due): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|one| one.left_out(options.tier, options.via).is_some());
    let asks = (options.via, &options.credentials);
    let looked = look(endpoints, options.profile.clone(), id.clone(), asks, &Own::default(), &mut tell).await?;
    let (preflight, candidate) = match looked {
        Ok(looked) => looked,
        Err(refusal) => return Ok(Ended::Refused(refusal)),
    };
    let forms: Vec<LiveForm> = due.iter().map(|one| one.form.clone()).collect();
    let plan = Plan::new(&id, &options.profile, &forms);
    if let Err(refusal) = candidate.fits_the_budget(plan.takes()) {
        return Ok(Ended::Refused(refusal));
    }
    let Some(typed) = agree(&plan.to_string()) else { return Ok(Ended::Planned) };
    let permit = match candidate.is_agreed(plan.takes(), &typed) {
        Ok(permit) => permit,
        Err(refusal) => return Ok(Ended::Refused(refusal)),
    };
    tell(&passed(Step::Plan, &format!("{} scenarios", due.len())));
    let connect_to = endpoints.connect_to(&options.profile, options.via)?;
    let report = played(options, connect_to, (preflight, permit), (&due, &left_out), &interrupt, tell).await?;
    Ok(Ended::Finished(Box::new(report)))
}

/// What the last guard has let past: from the journal's first line to the report.
async fn played<O: RunMode>(
    options: RunOptions,
    connect_to: Option<SocketAddr>,
    (preflight, permit): (Preflight<O>, RunPermit<O>),
    (due, left_out): (&[Chosen], &[Chosen]),
    interrupt: &Interrupt,
    tell: impl FnMut(&str),
) -> Result<RunReport> {
    let RunOptions { root, out, name, profile, via, tier, pace, credentials, .. } = options;
    let (run, engine_version) = (permit.run().clone(), permit.engine_version().to_owned());
    let folder = out.join(run.as_str());
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let journal = Journal::create(&folder.join("journal.ndjson"), &permit)?;
    preflight.connection.transcript.write_to(&folder.join("transcript.ndjson")).context("cannot write the transcript")?;
    let (started_at, began) = (to_the_second(OffsetDateTime::now_utc()), Instant::now());
    let route = Route { via, connect_to, credentials };
    let resources = RunResources::new(LiveClient::new(preflight, permit, pace), journal, Vec::new());
    let cases = Cases::new(&folder, &resources, &route, interrupt, began + profile.budget);
    let Outcomes { reports: mut scenarios, answers, left } = cases.play_all(due, tell).await;
    let not_run = |one: &Chosen| one.left_out(tier, via).map(|reason| report_of(one, Outcome::NotRun(reason), Duration::ZERO));
    scenarios.extend(left_out.iter().filter_map(not_run));
    let made = resources.made();
    let LiveClient { permit, .. } = resources.end(&left)?;
    let standing = validated(&root, &permit, via, &scenarios)?;
    let report = RunReport {
        run,
        profile: name,
        kind: O::KIND,
        cluster_name: profile.cluster.name.clone(),
        engine_version,
        region: profile.region.clone(),
        via,
        tier,
        started_at,
        took: began.elapsed(),
        scenarios,
        left,
        made,
        answers,
        standing,
    };
    write(&folder, &report)?;
    Ok(report)
}

/// Writes down which planned tests have passed, if the mode validates anything, and returns what the ledger says then.
fn validated<O: RunMode>(root: &Path, permit: &RunPermit<O>, via: Via, scenarios: &[ScenarioReport]) -> Result<Standing> {
    let planned = planned_scenarios(root).context("cannot read the planned scenarios")?;
    let mut ledger = Ledger::read(&root.join(LEDGER))?;
    let now = OffsetDateTime::now_utc();
    for report in scenarios.iter().filter(|report| report.outcome == Outcome::Pass) {
        let is_it = |planned: &&PlannedScenario| Some(&planned.plan) == report.plan.as_ref();
        let Some(PlannedScenario { name, hash, .. }) = planned.iter().find(is_it).cloned() else { continue };
        let duration_secs = report.took.as_secs();
        O::validated(permit, &mut ledger, Finding { scenario: name, scenario_hash: hash, via, at: now, duration_secs })?;
    }
    Ok(ledger.standing(planned.iter().map(|scenario| (scenario.name.as_str(), scenario.hash.as_str())), now))
}

/// The files of a run.
fn write(folder: &Path, report: &RunReport) -> Result<()> {
    let run = report.run();
    let files = [
        (PAGE, run.html()),
        ("report.md", run.markdown()),
        ("results.json", run.json()),
        ("junit.xml", run.junit().context("cannot write the XML")?),
        ("parity.json", report.parity()),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).with_context(|| format!("cannot write {}", folder.join(name).display()))?;
    }
    Ok(())
}

/// The name of a run that begins now.
pub(super) fn new_id() -> RunId {
    use std::hash::{BuildHasher, RandomState};
    // Distinguishes runs of the same second.
    let [a, b, c, ..] = RandomState::new().hash_one(std::process::id()).to_le_bytes();
    RunId::new(OffsetDateTime::now_utc(), [a, b, c])
}
