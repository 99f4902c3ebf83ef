//! The settings of a loader.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::{Role, StartFailure, StartRequest};
use crate::plan::{Outcome, Plan, Rule};
use crate::quirks::Quirks;

/// Everything that distinguishes one loader from another before the first command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Where load ids and request ids come from. Default 0.
    pub seed: u64,
    /// What the wall clock reads at [`SimTime::START`](crate::SimTime::START), in seconds since 1970. Default: 2026-01-01, 00:00 UTC.
    pub epoch_secs: u64,
    /// The region of cluster and buckets. A start that names another is refused. Default: any will do.
    pub region: Option<String>,
    /// The roles attached to the cluster. A start with another is refused. Default: any will do.
    pub iam_roles: Option<Vec<String>>,
    /// Whether it is a writer or a read replica.
    pub role: Role,
    /// How started loads go, unless [`Settings::rules`] know better.
    pub default_plan: Plan,
    /// What happens to certain starts: the first rule that fits decides.
    pub rules: Vec<Rule>,
    /// How many records a load reads in a second of its cluster's time. What they take is added to how long [`Settings::default_plan`] runs.
    /// Default: they take no time.
    pub records_per_second: Option<NonZeroU64>,
    /// The quirks.
    pub quirks: Quirks,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            epoch_secs: 1_767_225_600,
            region: None,
            iam_roles: None,
            role: Role::Writer,
            default_plan: Plan::completing_after(Duration::from_secs(5)),
            rules: Vec::new(),
            records_per_second: None,
            quirks: Quirks::default(),
        }
    }
}

impl Settings {
    /// How a load goes that begins with this start, if nothing keeps it from running.
    pub(crate) fn plan_for(&self, request: &StartRequest) -> &Plan {
        match self.rule_for(request).map(|rule| &rule.outcome) {
            Some(Outcome::Load(plan)) => plan,
            Some(Outcome::Refused(_)) | None => &self.default_plan,
        }
    }

    /// What keeps the start from running: its region, its role, or a rule.
    pub(crate) fn failure_of(&self, request: &StartRequest) -> Option<StartFailure> {
        if self.region.as_ref().is_some_and(|region| *region != request.region) {
            return Some(StartFailure::BucketElsewhere);
        }
        let is_attached =
            |roles: &Vec<String>| request.iam_role_arn.split(',').all(|arn| roles.iter().any(|role| role == arn.trim()));
        if !self.iam_roles.as_ref().is_none_or(is_attached) {
            return Some(StartFailure::RoleNotAttached);
        }
        match self.rule_for(request)?.outcome {
            Outcome::Refused(failure) => Some(failure),
            Outcome::Load(_) => None,
        }
    }

    pub(crate) fn rule_for(&self, request: &StartRequest) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.fits(request))
    }
}
