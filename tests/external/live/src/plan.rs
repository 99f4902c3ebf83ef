//! What a run would do, before it does anything: for `--plan`, and for the confirmation.

use std::fmt;
use std::time::Duration;

use crate::estimate::minutes;
use crate::words::count;
use crate::{IdPrefix, LiveForm, Profile, RunGraph, RunId, RunPrefix};

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

    /// How long it takes, about: one scenario comes after the other, because the loader takes one load at a time.
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
        let (takes, budget) = (count(minutes(self.takes()), "minute"), minutes(profile.budget));
        let scenarios = count(self.sum(|_| 1), "scenario");
        let loads = count(self.sum(|form| form.loads.into()), "load");
        let objects = count(self.sum(|form| form.objects.into()), "object");
        let bytes = count(self.sum(|form| form.bytes), "byte");
        writeln!(f, "run        {run}")?;
        writeln!(f, "cluster    {} ({}), account {}, {}", cluster.name, cluster.resource_id, profile.account, profile.region)?;
        writeln!(f, "time       about {takes}, of a budget of {budget}; {loads}; {scenarios}")?;
        writeln!(f, "           (an estimate, not measured yet)")?;
        writeln!(f, "creates    {objects} ({bytes}) under s3://{bucket}/{}", RunPrefix::of(run, &profile.prefix).as_str())?;
        writeln!(f, "           the named graph {}", RunGraph::of(run))?;
        writeln!(f, "           vertices and edges whose ids begin with {}", IdPrefix::of(run))?;
        writeln!(f, "removes    all of that, and nothing else")?;
        writeln!(f, "remains    the loads in the cluster's own list of loads, which cannot be cleared")?;
        let width = forms.iter().map(|form| form.scenario.len()).max().unwrap_or_default();
        for LiveForm { scenario, form, loads, .. } in *forms {
            writeln!(f, "    {scenario:width$}  {}, {}", count(*loads, "load"), form.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tests::profile;
    use crate::{Dataset, Form};

    fn shown(forms: &[LiveForm]) -> String {
        Plan::new(&"20261122-073000-ab12cd".parse().unwrap(), &profile(), forms).to_string()
    }

    #[test]
    fn a_plan_says_what_is_done_made_and_left() {
        let forms = [
            LiveForm::new("test_missing_load_id", Form::AsItIs, &[]),
            LiveForm::new(
                "test_queued",
                Form::Induced,
                &[(Dataset::Large, 2000), (Dataset::Valid, 500), (Dataset::Valid, 500)],
            ),
            LiveForm::new("test_neptune_unavailable", Form::Proxied, &[(Dataset::Malformed, 500)]),
        ];
        let expected = "\
run        20261122-073000-ab12cd
cluster    graph-sandbox (cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ), account 123456789012, eu-west-1
time       about 2 minutes, of a budget of 30; 4 loads; 3 scenarios
           (an estimate, not measured yet)
creates    4 objects (3500 bytes) under s3://team-sandbox-data/team/loads/neptune-harness/20261122-073000-ab12cd/
           the named graph urn:neptune-harness:20261122-073000-ab12cd
           vertices and edges whose ids begin with nh-20261122-073000-ab12cd-
removes    all of that, and nothing else
remains    the loads in the cluster's own list of loads, which cannot be cleared
    test_missing_load_id      0 loads, as it is
    test_queued               3 loads, with induced data
    test_neptune_unavailable  1 load, through the fault proxy
";
        assert_eq!(shown(&forms), expected);
    }

    #[test]
    fn one_of_a_kind_is_reported_as_one() {
        let text = shown(&[LiveForm::new("test_a", Form::AsItIs, &[(Dataset::Valid, 1)])]);
        assert!(text.contains("about 1 minute, of a budget of 30; 1 load; 1 scenario\n"), "{text}");
        assert!(text.contains("1 object (1 byte) under"), "{text}");
    }

    #[test]
    fn a_plan_takes_what_its_scenarios_take() {
        let (run, profile) = ("20261122-073000-ab12cd".parse().unwrap(), profile());
        let forms = [LiveForm::new("test_a", Form::AsItIs, &[]), LiveForm::new("test_b", Form::AsItIs, &[(Dataset::Large, 9)])];
        assert_eq!(Plan::new(&run, &profile, &forms).takes(), Duration::from_secs(51));
    }
}
