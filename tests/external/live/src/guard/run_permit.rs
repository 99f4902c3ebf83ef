//! Guard 5: the run fits the budget, and the user typed the cluster's resource id in full. It gives the permit.

use std::time::Duration;

use super::{Candidate, Measured, Refusal, Step};
use crate::estimate::minutes;
use crate::{Profile, RunId};

/// What the user typed after reading the plan: after `--yes`, or when asked.
#[derive(Clone, Debug)]
pub struct Confirmation(pub Option<String>);

/// The right to do something on one cluster in one run. Only the last guard gives it, once.
#[derive(Debug)]
pub struct RunPermit<Mode> {
    candidate: Candidate<Mode, Measured>,
}

impl<Mode> Candidate<Mode, Measured> {
    /// The first half of the last guard, for `--plan`.
    ///
    /// # Errors
    /// The run would take longer than the profile's budget.
    pub fn fits_the_budget(&self, takes: Duration) -> Result<(), Refusal> {
        let budget = self.profile.budget;
        if takes <= budget {
            return Ok(());
        }
        let (found, expected) =
            (format!("a plan of about {} minutes", minutes(takes)), format!("{} minutes at most", minutes(budget)));
        let remedy = "choose fewer scenarios with `--filter`, or raise `budget_minutes`";
        Err(Refusal::new(Step::Plan, found, expected, remedy))
    }

    /// The last guard, after [`Candidate::is_small`].
    ///
    /// # Errors
    /// The run would take longer than the profile's budget, or what was typed is not the cluster's resource id.
    pub fn is_agreed(self, takes: Duration, typed: &Confirmation) -> Result<RunPermit<Mode>, Refusal> {
        self.fits_the_budget(takes)?;
        let cluster = &self.profile.cluster;
        if typed.0.as_ref() != Some(&cluster.resource_id) {
            let found = typed.0.as_ref().map_or_else(|| "no confirmation".to_owned(), |typed| format!("`{typed}`"));
            let remedy = "read the plan (`--plan`), then type the resource id of the cluster in full";
            return Err(Refusal::new(Step::Plan, found, format!("`--yes {}`", cluster.resource_id), remedy));
        }
        Ok(RunPermit { candidate: self })
    }
}

impl<Mode> RunPermit<Mode> {
    /// The cluster that it holds for.
    pub fn profile(&self) -> &Profile {
        &self.candidate.profile
    }

    /// The run that it holds for.
    pub fn run(&self) -> &RunId {
        &self.candidate.run
    }

    /// The version of the engine that was found healthy.
    pub fn engine_version(&self) -> &str {
        &self.candidate.passed.engine_version
    }
}
