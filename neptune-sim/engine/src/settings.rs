//! What a loader is set up with.

use std::time::Duration;

use neptune_wire::{LoadStatus, Quirks};

use crate::{Lifecycle, Workload};

/// Everything that distinguishes one loader from another before the first command.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where load ids and request ids come from. Default 0.
    pub seed: u64,
    /// What the wall clock reads at [`SimTime::START`](crate::SimTime::START), in seconds since 1970. Default: 2026-01-01, 00:00 UTC.
    pub epoch_secs: u64,
    /// The region of cluster and buckets. A start that names another is refused. Default: any will do.
    pub region: Option<String>,
    /// How started loads go, unless [`Settings::plans`] knows better.
    pub default_plan: Plan,
    /// How started loads of certain sources go: the first prefix that fits the source decides.
    pub plans: Vec<(String, Plan)>,
    /// The quirks.
    pub quirks: Quirks,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            epoch_secs: 1_767_225_600,
            region: None,
            default_plan: Plan::completing_after(Duration::from_secs(5)),
            plans: Vec::new(),
            quirks: Quirks::default(),
        }
    }
}

impl Settings {
    pub(crate) fn plan_for(&self, source: &str) -> &Plan {
        self.plans.iter().find(|(prefix, _)| source.starts_with(prefix)).map_or(&self.default_plan, |(_, plan)| plan)
    }
}

/// How a started load goes from the moment its turn has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The statuses it goes through.
    pub lifecycle: Lifecycle,
    /// What it loads.
    pub workload: Workload,
}

impl Plan {
    /// Runs this long, then completes.
    pub fn completing_after(duration: Duration) -> Self {
        let stages = vec![(LoadStatus::InProgress, Some(duration)), (LoadStatus::Completed, None)];
        Self {
            lifecycle: Lifecycle::new(stages).expect("running, then completed, is a lifecycle"),
            workload: Workload::default(),
        }
    }
}
