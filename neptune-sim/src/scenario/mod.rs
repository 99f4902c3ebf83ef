//! Scenarios: YAML files that say what a simulated Neptune does, what is invoked and what must come back.
//!
//! A file is read into its `schema` (unknown keys are errors), then checked into a strict [`Scenario`]. Every complaint names
//! file, line, column and key path, and the nearest name if one comes close. The server needs the first part of a scenario; the steps
//! and expectations are data for the harness, which interprets them.

mod check;
mod claim;
mod document;
mod error;
mod fault_file;
pub(crate) mod load;
mod on_neptune;
mod question;
mod schema;
mod step;

use std::path::Path as FilePath;

use neptune_loader::{LoadId, Script, Settings};

pub use claim::{Check, Claim, Kind, Matcher, Path, Subject, ValueMatcher, Which};
pub use error::ScenarioError;
pub use fault_file::{parse_faults, read_faults};
pub use on_neptune::{Dataset, LiveLoad, OnNeptune, Varying};
pub use question::Question;
pub use step::{Body, Invoke, Pace, Request, Start, Step};

use crate::{Authentication, Availability, ClockKind, ClusterSpec, Fault, S3, StartClock};
use neptune_fault::beyond_forwarders;

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    file: String,
    plan: Option<PlannedTest>,
    failure: Option<u32>,
    questions: Vec<Question>,
    name: String,
    about: String,
    settings: Settings,
    scripts: Vec<(LoadId, Script)>,
    availability: Availability,
    faults: Vec<Fault>,
    tls: bool,
    authentication: Authentication,
    strict: bool,
    start_clock: StartClock,
    s3: Option<S3>,
    environment: Vec<(String, String)>,
    setup: Vec<Step>,
    action: Vec<Step>,
    cleanup: Vec<Step>,
    /// Or why it has none.
    on_neptune: Result<OnNeptune, String>,
    /// The line of each section that has steps.
    lines: Vec<(&'static str, u64)>,
}

/// The steps of a section of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its key: `setup`, `action` or `cleanup`.
    pub name: &'static str,
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The words of its steps, in their order.
    pub steps: Vec<&'static str>,
}

/// A test of the plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTest {
    /// The function that the plan is about.
    pub function: String,
    /// The test's number, from 1.
    pub number: u32,
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ScenarioError`] if the file cannot be read or is not a scenario.
    pub fn read(path: &FilePath) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::unreadable("scenario", &file, &error))?;
        Self::parse(&file, &text)
    }

    /// Reads a text; `file` is what complaints call it.
    ///
    /// # Errors
    /// [`ScenarioError`] if the text is not a scenario.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        check::read(file, text).map_err(|problems| ScenarioError::new(file, text, &problems))
    }

    /// The steps that it has beside its cluster, by section. A [`cluster_spec`](Self::cluster_spec) knows nothing of them.
    pub fn sections(&self) -> Vec<Section> {
        let section = |(name, line): &(&'static str, u64)| {
            let steps = match *name {
                "setup" => &self.setup,
                "action" => &self.action,
                _ => &self.cleanup,
            };
            Section { name, line: *line, steps: steps.iter().map(Step::word).collect() }
        };
        self.lines.iter().map(section).collect()
    }

    /// The cluster that the scenario describes, named after it.
    pub fn cluster_spec(&self, clock: ClockKind) -> ClusterSpec {
        ClusterSpec {
            name: self.name.clone(),
            clock,
            start_clock: self.start_clock,
            settings: self.settings.clone(),
            scripts: self.scripts.clone(),
            availability: self.availability.clone(),
            faults: self.faults.clone(),
            tls: self.tls,
            authentication: self.authentication.clone(),
            strict: self.strict,
            s3: self.s3.clone(),
            queries: None,
            proxy: None,
        }
    }

    /// The first thing in it that needs clients which are connected to the simulator itself, in words for people: "the fault `failover/reset`
    /// resets connections". `None` if it plays through a port forwarder as well. Such a forwarder, as Docker's is that publishes a port,
    /// accepts every connection and ends it in good order, so that nobody behind it can refuse one, leave one hanging or reset one.
    pub fn needs_own_address(&self) -> Option<String> {
        let given = self.faults.iter().find_map(beyond_forwarders);
        let steps = || self.setup.iter().chain(&self.action).chain(&self.cleanup);
        closed(&self.availability).or(given).or_else(|| {
            steps().find_map(|step| match step {
                Step::Neptune(availability) => closed(availability),
                Step::Fault(fault) => beyond_forwarders(fault),
                _ => None,
            })
        })
    }

    /// Its live form: what is played on a cluster of Neptune itself.
    ///
    /// # Errors
    /// Why it has none, for people: there is no data that would bring its loads about, or it asks for what a live cluster cannot offer.
    pub fn on_neptune(&self) -> Result<OnNeptune, String> {
        self.on_neptune.clone()
    }

    /// Whether its live form needs a fault proxy in front of the cluster, because something goes wrong on the way.
    pub fn needs_fault_proxy(&self) -> bool {
        let (setup, action) = match &self.on_neptune {
            Ok(OnNeptune { setup, action, .. }) => (setup, action),
            Err(_) => (&self.setup, &self.action),
        };
        let is_of_proxy = |step: &Step| matches!(step, Step::Neptune(_) | Step::Fault(_) | Step::Heal(_));
        self.availability != Availability::Available || !self.faults.is_empty() || setup.iter().chain(action).any(is_of_proxy)
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The planned test that it encodes, if any.
    pub fn plan(&self) -> Option<&PlannedTest> {
        self.plan.as_ref()
    }

    /// The number of the failure that it shows, from 1; `None` if it shows none that users have met.
    pub fn failure(&self) -> Option<u32> {
        self.failure
    }

    /// What it asks of Neptune; `None` if it is no question.
    pub fn question(&self) -> Option<&[Question]> {
        (!self.questions.is_empty()).then_some(&self.questions)
    }

    /// The test's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is about, in one line.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Where the cluster's random choices come from.
    pub fn seed(&self) -> u64 {
        self.settings.seed
    }

    /// The region of cluster and buckets; `None` if any will do.
    pub fn region(&self) -> Option<&str> {
        self.settings.region.as_deref()
    }

    /// The ids of the scripted loads.
    pub fn scripted_loads(&self) -> impl Iterator<Item = &LoadId> {
        self.scripts.iter().map(|(id, _)| id)
    }

    /// Environment variables of the functions.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// What happens before the invocations.
    pub fn setup(&self) -> &[Step] {
        &self.setup
    }

    /// The invocations. Empty if the file is no test but a cluster for the simulator.
    pub fn action(&self) -> &[Step] {
        &self.action
    }

    /// What happens afterwards, whether or not the expectations held.
    pub fn cleanup(&self) -> &[Step] {
        &self.cleanup
    }
}

/// What no port forwarder passes on of an availability, in words.
fn closed(availability: &Availability) -> Option<String> {
    match availability {
        Availability::Refused => Some("`neptune: refused` refuses connections".to_owned()),
        Availability::Unreachable => Some("`neptune: unreachable` lets nobody connect".to_owned()),
        Availability::Available | Availability::Silent | Availability::Answers(_) => None,
    }
}

/// The JSON Schema of a scenario as its types give it: what generators of clients understand.
pub(crate) fn plain_schema() -> serde_json::Value {
    schemars::schema_for!(schema::ScenarioFile).into()
}

/// The JSON Schema of scenario files, for editors.
pub fn json_schema() -> serde_json::Value {
    schema::json_schema()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn scenario(rest: &str) -> Scenario {
        let text = format!("name: far-away\nabout: Somebody is in between\n{rest}\n");
        Scenario::parse("far-away.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[rstest]
    #[case::refused("given: {neptune: refused}", "`neptune: refused` refuses connections")]
    #[case::unreachable("given: {neptune: unreachable}", "`neptune: unreachable` lets nobody connect")]
    #[case::refused_later("setup: [{neptune: refused}]", "`neptune: refused` refuses connections")]
    #[case::a_shut_port("given: {faults: [{from: 5s, does: refuse}]}", "the fault `refuse` refuses connections")]
    #[case::a_port_out_of_reach("given: {faults: [{does: unreachable}]}", "the fault `unreachable` lets nobody connect")]
    #[case::a_restart("given: {faults: [{until: 2s, does: restart}]}", "the fault `restart` refuses connections")]
    #[case::a_reset("given: {faults: [{name: bump, does: reset}]}", "the fault `bump` resets connections")]
    #[case::a_lost_answer("given: {faults: [{does: lost_answer}]}", "the fault `lost_answer` resets connections")]
    #[case::a_reset_within_an_answer("given: {faults: [{does: reset_body}]}", "the fault `reset_body` resets connections")]
    #[case::behind_one_that_crosses(
        "given: {faults: [{does: hang_up}, {does: reset}]}",
        "the fault `reset` resets connections"
    )]
    #[case::ready_made("given: {faults: [{use: dns-flap}]}", "the fault `dns-flap` refuses connections")]
    #[case::a_sequence("given: {faults: [{use: failover}]}", "the fault `failover/reset` resets connections")]
    #[case::a_part_of_a_sequence(
        "given: {faults: [{use: restart, name: reboot}]}",
        "the fault `reboot/restart` refuses connections"
    )]
    #[case::a_fault_of_a_step("setup: [{fault: {use: reset}}]", "the fault `reset` resets connections")]
    #[case::afterwards("cleanup: [{fault: {does: refuse}}]", "the fault `refuse` refuses connections")]
    fn what_no_port_forwarder_passes_on_is_named(#[case] rest: &str, #[case] told: &str) {
        assert_eq!(scenario(rest).needs_own_address().as_deref(), Some(told));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::silent("given: {neptune: silent}")]
    #[case::canned("given: {neptune: {answers: {http: 500, code: X, message: x}}}")]
    #[case::errors("given: {faults: [{use: blip-500}, {use: gateway-502-html}]}")]
    #[case::orderly_ends("given: {faults: [{does: hang_up}, {does: cut_body}, {does: not_http}, {does: black_hole}]}")]
    #[case::spoilt_answers(
        "given: {faults: [{does: garbage}, {does: {padded: 9}}, {does: {slow_body: 1s}}, {use: shape-list}]}"
    )]
    #[case::late_answers("given: {faults: [{after: 1s, does: delay}, {does: read_only}]}")]
    #[case::trouble_with_tls("given: {tls: true, faults: [{use: tls-expired}, {use: tls-hang-up}]}")]
    #[case::steps("setup: [{neptune: silent}, {fault: {use: huge-body}}, {heal: all}]")]
    fn whatever_else_goes_wrong_crosses_one(#[case] rest: &str) {
        assert_eq!(scenario(rest).needs_own_address(), None);
    }
}
