//! The live form: every load has data, every wait can end there, and nothing is asked for that a live cluster cannot offer.
//!
//! A file with the key `on_neptune` is meant to have a live form, so that an obstacle is a mistake with a place. In any other file the
//! obstacle is the reason why there is none.

use indexmap::IndexMap;

use super::cluster::LiveCluster;
use crate::cluster::{Authentication, Given, InstanceChoice, Known};
use crate::document::{Findings, KeyPath, Problem};
use crate::test_file::check::TestCheck;
use crate::test_file::file::StepEntry;
use crate::test_file::keys::PlannedTest;
use crate::test_file::live::{OnNeptune, Varying};
use crate::test_file::live_file::OnNeptuneEntry;
use crate::test_file::step::Step;

/// The steps that run on the simulator, and on a live cluster too unless `on_neptune` has others.
pub(crate) struct Simulated<'a> {
    pub(crate) setup: &'a [Step],
    pub(crate) action: &'a [Step],
}

/// Checks the live form of a file.
pub(crate) struct LiveCheck<'a> {
    /// What is wrong with the file so far.
    pub(crate) findings: &'a Findings<'a>,
    /// The names in `given`.
    pub(crate) known: Known,
    /// The planned test, if the file encodes one.
    pub(crate) plan: Option<PlannedTest>,
    pub(crate) given: &'a Given,
}

impl LiveCheck<'_> {
    /// The live form, or in words why there is none.
    pub(crate) fn form(&self, entry: Option<OnNeptuneEntry>, simulated: &Simulated<'_>) -> Result<OnNeptune, String> {
        let is_meant = entry.is_some();
        let findings = self.findings.afresh();
        let form = self.checked(&findings, entry.unwrap_or_default(), simulated);
        let problems = findings.take();
        let Some(first) = problems.first() else { return Ok(form) };
        let why = first.in_words();
        if is_meant {
            self.findings.extend(problems);
        }
        Err(why)
    }

    /// The live form; what is in its way is added to `findings`.
    fn checked(&self, findings: &Findings<'_>, entry: OnNeptuneEntry, simulated: &Simulated<'_>) -> OnNeptune {
        let (root, given) = (KeyPath::default(), self.given);
        let here = root.key("on_neptune");
        findings.keep(must_be_offered(findings, &root.key("given"), given));
        if simulated.action.is_empty() {
            findings.add_at(&here, "without `action` there is nothing to run on a live cluster", None);
        }
        let names = self.known.with_any_course();
        let mut cluster = LiveCluster::new(findings, &names, &entry.loads, given);
        for (name, load) in &given.loads {
            cluster.add_scripted(name, load);
        }
        let mut check = TestCheck { findings, known: names.clone(), plan: self.plan.clone() };
        let (setup_path, setup) = section(&mut check, "setup", entry.setup, simulated.setup);
        let (action_path, action) = section(&mut check, "action", entry.action, simulated.action);
        cluster.run(&setup_path, &setup);
        cluster.run(&action_path, &action);
        let loads = cluster.finish();
        OnNeptune { loads, setup, action, varies: varies(findings, &here.key("varies"), entry.varies) }
    }
}

/// The steps of a section with their path: those of the live form, or those that are simulated.
fn section(check: &mut TestCheck<'_>, name: &str, entries: Option<Vec<StepEntry>>, simulated: &[Step]) -> (KeyPath, Vec<Step>) {
    let Some(entries) = entries else {
        for load in simulated.iter().filter_map(started) {
            check.known.add_load(load, None);
        }
        return (KeyPath::default().key(name), simulated.to_vec());
    };
    let path = KeyPath::default().key("on_neptune").key(name);
    let steps = check.steps(&path, entries);
    (path, steps)
}

/// Reports the first thing that a live cluster cannot be asked to be.
fn must_be_offered(findings: &Findings<'_>, path: &KeyPath, given: &Given) -> Result<(), Problem> {
    let asked = [
        ("instance", matches!(given.instance, InstanceChoice::Reader), "a read replica"),
        ("iam", given.iam != Authentication::Off, "keys and clocks of the scenario's own"),
        ("tls", given.tls, "a certificate from an unknown CA"),
        ("strict", given.strict, "hints for sloppy clients"),
        ("s3", given.s3.is_some(), "an S3 server of the scenario's own"),
        ("region", given.region.is_some(), "a region of the scenario's choice"),
        ("roles", given.roles.is_some(), "roles of the scenario's choice"),
        ("undocumented_statuses", !given.undocumented_statuses.is_empty(), "words that Neptune does not have"),
    ];
    match asked.iter().find(|(_, is_asked, _)| *is_asked) {
        Some((key, _, what)) => Err(findings.wrong(&path.key(key), format!("a live cluster does not offer {what}"), None)),
        None => Ok(()),
    }
}

fn varies(findings: &Findings<'_>, path: &KeyPath, entries: IndexMap<String, String>) -> Vec<Varying> {
    let varying = |(way, reason): (String, String)| {
        let segments: Vec<String> = way.split('.').map(str::to_owned).collect();
        let here = path.key(&way);
        if segments.iter().any(String::is_empty) || ["answer", "raised"].contains(&segments[0].as_str()) {
            let help = "write the keys from the answer on: `prov_status`, `payload.failedFeeds.*.fullUri`";
            return Err(findings.wrong(&here, format!("`{way}` is not a way into an answer"), Some(help.into())));
        }
        if reason.trim().is_empty() {
            return Err(findings.wrong(&here, "there is no reason why it differs", None));
        }
        Ok(Varying { path: segments, reason })
    };
    entries.into_iter().filter_map(|entry| findings.keep(varying(entry))).collect()
}

/// The name of the load that a step starts.
fn started(step: &Step) -> Option<&str> {
    match step {
        Step::Start(start) => start.load.as_deref(),
        _ => None,
    }
}
