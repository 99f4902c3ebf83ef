//! A whole file, checked: a cluster, and what a test does with it.

use std::path::Path as FilePath;

use neptune_control::Availability;
use neptune_fault::beyond_forwarders;
use neptune_loader::LoadId;
use neptune_text::{is_name_char, nearest};

use super::cluster::{self, Checked, ClockKind, ClusterSpec};
use super::document::{Document, Findings, KeyPath, Problem, ScenarioError, Typed, in_order};
use super::file::ScenarioFile;
use super::test_file::{self, OnNeptune, PlannedTest, Question, Step, TestFile, TestKeys};

/// The hint for an empty file.
const BEGIN_WITH: &str = "`name: my-cluster` and `about: What it shows`";
/// The status that the quirk `cancelled_word` can choose. A file that asks about the quirk may use it.
const CANCELLED: (&str, &str) = ("cancelled_word", "LOAD_CANCELLED");

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    file: String,
    about: String,
    only_ours: Option<String>,
    cluster: ClusterSpec,
    test: TestFile,
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

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ScenarioError`] if the file cannot be read or is not a scenario.
    pub fn read(path: &FilePath) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::unreadable("scenario", &file, &error))?;
        let mut scenario = Self::parse(&file, &text)?;
        let folder = path.parent().unwrap_or(FilePath::new(""));
        scenario.cluster.data.values_mut().for_each(|bucket| bucket.begin_at(folder));
        Ok(scenario)
    }

    /// Reads a text; `file` is its name in error messages.
    ///
    /// # Errors
    /// [`ScenarioError`] if the text is not a scenario.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let document = Document::parse(text, BEGIN_WITH).map_err(|problem| vec![problem]);
        let scenario = document.and_then(|document| check(file, &document));
        scenario.map_err(|problems| ScenarioError::new(file, text, &problems))
    }

    /// Takes the values of a JSON text; `file` is its name in error messages, which have no lines.
    ///
    /// # Errors
    /// [`ScenarioError`] if the JSON is not a scenario.
    pub fn of_json(file: &str, json: &serde_json::Value) -> Result<Self, ScenarioError> {
        check(file, &Document::of_json(json)).map_err(|problems| ScenarioError::new(file, "", &problems))
    }

    /// The steps that it has beside its cluster, by section. A [`cluster_spec`](Self::cluster_spec) knows nothing of them.
    pub fn sections(&self) -> Vec<Section> {
        let section = |(name, line): &(&'static str, u64)| {
            let steps = match *name {
                "setup" => &self.test.setup,
                "action" => &self.test.action,
                _ => &self.test.cleanup,
            };
            Section { name, line: *line, steps: steps.iter().map(Step::word).collect() }
        };
        self.test.lines.iter().map(section).collect()
    }

    /// The cluster that the scenario describes, named after it.
    pub fn cluster_spec(&self, clock: ClockKind) -> ClusterSpec {
        ClusterSpec { clock, ..self.cluster.clone() }
    }

    /// The first part of it that works only for clients which are connected to the simulator itself, in words for people: "the fault
    /// `failover/reset` resets connections". `None` if the scenario also runs behind a port forwarder, such as Docker's for published
    /// ports.
    /// A forwarder accepts every connection and closes it in an orderly way. So a server behind it cannot refuse, delay or reset one.
    pub fn needs_own_address(&self) -> Option<String> {
        let given = self.cluster.faults.iter().find_map(beyond_forwarders);
        let steps = || self.test.setup.iter().chain(&self.test.action).chain(&self.test.cleanup);
        closed(&self.cluster.availability).or(given).or_else(|| {
            steps().find_map(|step| match step {
                Step::Neptune(availability) => closed(availability),
                Step::Fault(fault) => beyond_forwarders(fault),
                _ => None,
            })
        })
    }

    /// Its live form: what runs on a cluster of Neptune itself.
    ///
    /// # Errors
    /// Why it has none, for people: there is no data that would bring its loads about, or it asks for what a live cluster cannot offer.
    pub fn on_neptune(&self) -> Result<OnNeptune, String> {
        self.test.on_neptune.clone()
    }

    /// Whether its live form needs a fault proxy in front of the cluster, because something goes wrong on the way.
    pub fn needs_fault_proxy(&self) -> bool {
        let (setup, action) = match &self.test.on_neptune {
            Ok(OnNeptune { setup, action, .. }) => (setup, action),
            Err(_) => (&self.test.setup, &self.test.action),
        };
        let is_of_proxy = |step: &Step| matches!(step, Step::Neptune(_) | Step::Fault(_) | Step::ClearFault(_));
        self.cluster.availability != Availability::Available
            || !self.cluster.faults.is_empty()
            || setup.iter().chain(action).any(is_of_proxy)
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The planned test that it encodes, if any.
    pub fn plan(&self) -> Option<&PlannedTest> {
        self.test.plan.as_ref()
    }

    /// The number of the failure that it shows, from 1; `None` if it shows none that users have reported.
    pub fn failure(&self) -> Option<u32> {
        self.test.failure
    }

    /// What it asks of Neptune; `None` if it is no question.
    pub fn question(&self) -> Option<&[Question]> {
        (!self.test.questions.is_empty()).then_some(&self.test.questions)
    }

    /// The test's name.
    pub fn name(&self) -> &str {
        &self.cluster.name
    }

    /// What it is about, in one line.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Why it says nothing about a function of another contract; `None` if it says something about each.
    pub fn only_ours(&self) -> Option<&str> {
        self.only_ours.as_deref()
    }

    /// Where the cluster's random choices come from.
    pub fn seed(&self) -> u64 {
        self.cluster.settings.seed
    }

    /// The region of cluster and buckets; `None` if any will do.
    pub fn region(&self) -> Option<&str> {
        self.cluster.settings.region.as_deref()
    }

    /// The ids of the scripted loads.
    pub fn scripted_loads(&self) -> impl Iterator<Item = &LoadId> {
        self.cluster.scripts.iter().map(|(id, _)| id)
    }

    /// Environment variables of the functions.
    pub fn environment(&self) -> &[(String, String)] {
        &self.test.environment
    }

    /// What happens before the invocations.
    pub fn setup(&self) -> &[Step] {
        &self.test.setup
    }

    /// The invocations. Empty if the file is no test but a cluster for the simulator.
    pub fn action(&self) -> &[Step] {
        &self.test.action
    }

    /// What happens afterwards, whether or not the expectations held.
    pub fn cleanup(&self) -> &[Step] {
        &self.test.cleanup
    }
}

/// The effect of an availability that a port forwarder does not pass on, in words.
fn closed(availability: &Availability) -> Option<String> {
    match availability {
        Availability::Refused => Some("`neptune: refused` refuses connections".to_owned()),
        Availability::Unreachable => Some("`neptune: unreachable` lets no client connect".to_owned()),
        Availability::Available | Availability::Silent | Availability::Answers(_) => None,
    }
}

/// Turns a document into a scenario, or lists everything that is wrong with it, in the order of the text.
fn check(file: &str, document: &Document) -> Result<Scenario, Vec<Problem>> {
    let Typed { value, mut problems, amended } = document.typed();
    let Some(keys) = value else { return Err(in_order(problems)) };
    let findings = Findings::new(document);
    let scenario = scenario(file, &findings, keys, !amended.iter().any(names_loads));
    problems.extend(findings.take_beside(&amended));
    if problems.is_empty() { Ok(scenario) } else { Err(in_order(problems)) }
}

/// The scenario of these keys. It is of use only if nothing was found.
fn scenario(file: &str, findings: &Findings<'_>, keys: ScenarioFile, is_complete: bool) -> Scenario {
    let ScenarioFile { plan, failure, question, name, about, only_ours, given, setup, action, cleanup, on_neptune } = keys;
    check_name(findings, &KeyPath::default().key("name"), &name);
    if only_ours.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        let help = "say why a function of another contract is not judged by it, or leave it out";
        findings.add_at(&KeyPath::default().key("only_ours"), "there is no reason".to_owned(), Some(help));
    }
    let (quirk, status) = CANCELLED;
    let words: &[&str] = if question.contains_key(quirk) { &[status] } else { &[] };
    let Checked { known, settings, scripts } = cluster::check(findings, &given, words, is_complete);
    let keys = TestKeys { plan, failure, question, name: name.clone(), setup, action, cleanup, on_neptune };
    let test = test_file::check(findings, known, &settings.quirks, keys, &given);
    Scenario { file: file.to_owned(), about, only_ours, cluster: given.into_spec(name, settings, scripts), test }
}

fn check_name(findings: &Findings<'_>, path: &KeyPath, name: &str) {
    if !name.chars().all(is_name_char) || !name.chars().any(|c| c.is_ascii_alphanumeric()) {
        let help = "use letters, digits, `.`, `_` and `-`: the name stands in URLs and file names";
        findings.add_at(path, format!("`{name}` is not a valid name"), Some(help));
    }
}

/// Whether names of loads may stand at a path that could not be read.
fn names_loads(path: &KeyPath) -> bool {
    let segments = path.segments();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_] | ["setup" | "action" | "cleanup", _] | ["setup" | "action" | "cleanup", _, "start", ..] => true,
        ["given", key] => nearest(key, ["loads", "unknown_loads"]).is_some(),
        ["given", section, ..] => section == "unknown_loads",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn scenario(rest: &str) -> Scenario {
        let text = format!("name: far-away\nabout: A forwarder is in between\n{rest}\n");
        Scenario::parse("far-away.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[rstest]
    #[case::refused("given: {neptune: refused}", "`neptune: refused` refuses connections")]
    #[case::unreachable("given: {neptune: unreachable}", "`neptune: unreachable` lets no client connect")]
    #[case::refused_later("setup: [{neptune: refused}]", "`neptune: refused` refuses connections")]
    #[case::a_shut_port("given: {faults: [{from: 5s, does: refuse}]}", "the fault `refuse` refuses connections")]
    #[case::a_port_out_of_reach("given: {faults: [{does: unreachable}]}", "the fault `unreachable` lets no client connect")]
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
    fn what_no_port_forwarder_passes_on_is_named(#[case] rest: &str, #[case] reported: &str) {
        assert_eq!(scenario(rest).needs_own_address().as_deref(), Some(reported));
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
    #[case::steps("setup: [{neptune: silent}, {fault: {use: huge-body}}, {clear_fault: all}]")]
    fn whatever_else_goes_wrong_crosses_one(#[case] rest: &str) {
        assert_eq!(scenario(rest).needs_own_address(), None);
    }
}
