//! What a run would do, before it does anything: for `--plan`, and for whoever has to agree to it.

use std::fmt;
use std::time::Duration;

use crate::{IdPrefix, Profile, RunGraph, RunId, RunPrefix};

/// A scenario in the form in which it is played on a live cluster, with what that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveForm {
    /// The scenario's name.
    pub scenario: String,
    /// How it is played.
    pub form: Form,
    /// Loads that are started, one after the other.
    pub loads: u32,
    /// Objects that are put into the bucket.
    pub objects: u32,
    /// Their size in all.
    pub bytes: u64,
    /// How long it takes at most: its deadline.
    pub takes: Duration,
}

/// How a scenario is played on a live cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// As it is.
    AsItIs,
    /// With data that brings the state about.
    Induced,
    /// Through the fault proxy, so that the cluster notices nothing.
    Proxied,
}

impl Form {
    /// The form in plans and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsItIs => "as it is",
            Self::Induced => "with induced data",
            Self::Proxied => "through the fault proxy",
        }
    }
}

/// What a run would do. Shown as text.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    run: &'a RunId,
    profile: &'a Profile,
    forms: &'a [LiveForm],
}

impl<'a> Plan<'a> {
    /// The plan of a run on the profile's cluster.
    pub fn new(run: &'a RunId, profile: &'a Profile, forms: &'a [LiveForm]) -> Self {
        Self { run, profile, forms }
    }

    /// How long it takes at most: one scenario comes after the other, because the loader takes one load at a time.
    pub fn takes(&self) -> Duration {
        self.forms.iter().map(|form| form.takes).sum()
    }

    fn sum(&self, part: impl Fn(&LiveForm) -> u64) -> u64 {
        self.forms.iter().map(part).sum()
    }
}

impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, profile, forms } = self;
        let (cluster, bucket) = (&profile.cluster, profile.bucket.as_str());
        let (takes, budget) = (minutes(self.takes()), minutes(profile.budget));
        let (loads, objects, bytes) =
            (self.sum(|form| form.loads.into()), self.sum(|form| form.objects.into()), self.sum(|form| form.bytes));
        writeln!(f, "run        {run}")?;
        writeln!(f, "cluster    {} ({}), account {}, {}", cluster.name, cluster.resource_id, profile.account, profile.region)?;
        writeln!(f, "scenarios  {}", forms.len())?;
        writeln!(f, "loads      {loads}")?;
        writeln!(f, "time       {takes} minutes at most, of a budget of {budget}")?;
        writeln!(
            f,
            "creates    {objects} objects ({bytes} bytes) under s3://{bucket}/{}",
            RunPrefix::of(run, &profile.prefix).as_str()
        )?;
        writeln!(f, "           the named graph {}", RunGraph::of(run))?;
        writeln!(f, "           vertices and edges whose ids begin with {}", IdPrefix::of(run))?;
        writeln!(f, "removes    all of that, and nothing else")?;
        writeln!(f, "remains    the loads in the cluster's own list of loads, which nobody can clear")?;
        let width = forms.iter().map(|form| form.scenario.len()).max().unwrap_or_default();
        for LiveForm { scenario, form, loads, .. } in *forms {
            writeln!(f, "    {scenario:width$}  {loads} loads, {}", form.as_str())?;
        }
        Ok(())
    }
}

/// Whole minutes, rounded up: a second more than a budget is more.
pub(crate) fn minutes(time: Duration) -> u128 {
    time.as_millis().div_ceil(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tests::profile;

    fn form(scenario: &str, form: Form, loads: u32, bytes: u64, secs: u64) -> LiveForm {
        LiveForm { scenario: scenario.into(), form, loads, objects: loads, bytes, takes: Duration::from_secs(secs) }
    }

    #[test]
    fn a_plan_says_what_is_done_made_and_left() {
        let forms = [
            form("test_missing_load_id", Form::AsItIs, 0, 0, 10),
            form("test_queued", Form::Induced, 3, 3000, 120),
            form("test_neptune_unavailable", Form::Proxied, 1, 500, 60),
        ];
        let (run, profile) = ("20261122-073000-ab12cd".parse().unwrap(), profile());
        let plan = Plan::new(&run, &profile, &forms);
        assert_eq!(plan.takes(), Duration::from_secs(190));
        let expected = "\
run        20261122-073000-ab12cd
cluster    graph-sandbox (cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ), account 123456789012, eu-west-1
scenarios  3
loads      4
time       4 minutes at most, of a budget of 30
creates    4 objects (3500 bytes) under s3://team-sandbox-data/team/loads/neptune-harness/20261122-073000-ab12cd/
           the named graph urn:neptune-harness:20261122-073000-ab12cd
           vertices and edges whose ids begin with nh-20261122-073000-ab12cd-
removes    all of that, and nothing else
remains    the loads in the cluster's own list of loads, which nobody can clear
    test_missing_load_id      0 loads, as it is
    test_queued               3 loads, with induced data
    test_neptune_unavailable  1 loads, through the fault proxy
";
        assert_eq!(plan.to_string(), expected);
    }
}
