//! Which scenarios a run includes, in which form and order.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use neptune_live::{DataFormat, Dataset, Form, LiveForm, NotRun, Profile, RunId, Tier, Via, files};
use neptune_server::scenario::{OnNeptune, Scenario};

use neptune_harness::catalogue::{PLANS, QUESTIONS, scenario_files};
use neptune_harness::play::shows_anything;

use super::backend::visibility;
use super::dataset::dataset;

/// A scenario that has a live form.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) scenario: Scenario,
    pub(super) on_neptune: OnNeptune,
    /// The folder that it lies in.
    pub(super) folder: &'static str,
    /// What it takes.
    pub(super) form: LiveForm,
}

impl Chosen {
    /// The full name: `check_bulk_load_status::test_both_loads_failed`.
    pub(super) fn full_name(&self) -> String {
        format!("{}::{}", self.folder, self.scenario.name())
    }

    /// Why a run of this tier, with this way in, skips it, if it does.
    pub(super) fn left_out(&self, tier: Tier, via: Via) -> Option<NotRun> {
        let is_proxied = self.form.form.is_proxied();
        if !tier.includes(&self.form) {
            return Some(NotRun::OtherTier);
        }
        // Deployed functions do not go through a proxy on this machine, and what cannot be observed is not tested.
        let shows = !(is_proxied && via == Via::Lambda) && shows_anything(&self.on_neptune.action, visibility(via, is_proxied));
        (!shows).then_some(NotRun::NotThisWay)
    }

    /// Where it stands in its plan, which is the order in which people look for it.
    fn number(&self) -> (Option<String>, u32) {
        let plan = self.scenario.plan();
        (plan.map(|plan| plan.function.clone()), plan.map_or(0, |plan| plan.number))
    }

    /// The planned test that it is: `check_bulk_load_status/5`.
    pub(super) fn plan(&self) -> Option<String> {
        self.scenario.plan().map(|plan| format!("{}/{}", plan.function, plan.number))
    }
}

/// The scenarios with a live form that a run includes: the planned tests, or with a filter those of them and of the open questions whose
/// full name contains it. Questions start loads of their own, so they run only if a filter asks for them.
///
/// # Errors
/// A file cannot be read or is no scenario, a planned test has no live form, or the filter fits nothing.
pub(super) fn all(root: &Path, profile: &Profile, run: &RunId, filter: Option<&str>) -> Result<Vec<Chosen>> {
    let mut chosen = Vec::new();
    for file in scenario_files(root)? {
        if !PLANS.contains(&file.folder) && file.folder != QUESTIONS {
            continue;
        }
        let label = file.label();
        let text = std::fs::read_to_string(&file.path).with_context(|| format!("cannot read {label}"))?;
        let scenario = Scenario::parse(&label, &text)?;
        let on_neptune = scenario.on_neptune().map_err(|why| anyhow::anyhow!("{label} has no live form: {why}"))?;
        let form = live_form(&scenario, &on_neptune, profile, run)?;
        chosen.push(Chosen { scenario, on_neptune, folder: file.folder, form });
    }
    chosen.retain(|one| filter.map_or(one.folder != QUESTIONS, |filter| one.full_name().contains(filter)));
    ensure!(!chosen.is_empty(), "no scenario that has a live form contains `{}`", filter.unwrap_or_default());
    // What only reads comes first: if that goes wrong, nothing has been made.
    chosen.sort_by_key(|one| (one.form.tier(), one.folder == QUESTIONS, one.number(), one.full_name()));
    Ok(chosen)
}

fn live_form(scenario: &Scenario, on_neptune: &OnNeptune, profile: &Profile, run: &RunId) -> Result<LiveForm> {
    let mut loads = Vec::new();
    for load in &on_neptune.loads {
        let format = DataFormat::from_word(&load.format).with_context(|| format!("no data is made in `{}`", load.format))?;
        let dataset = dataset(load.dataset);
        let bytes = files(dataset, format, run, profile.large_vertices).iter().map(|file| file.bytes.len() as u64).sum();
        loads.push((dataset, bytes));
    }
    let is_induced = on_neptune.loads.len() > 2 || loads.iter().any(|(dataset, _)| *dataset != Dataset::Valid);
    let form = match (scenario.needs_fault_proxy(), is_induced) {
        (true, _) => Form::Proxied,
        (false, true) => Form::Induced,
        (false, false) => Form::AsItIs,
    };
    Ok(LiveForm::new(scenario.name(), form, &loads))
}
