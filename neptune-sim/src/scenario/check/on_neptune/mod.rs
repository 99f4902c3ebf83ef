//! The live form: every load has data, every wait can end there, and nothing is asked for that a live cluster cannot offer.
//!
//! A file with the key `on_neptune` means to have a live form, so that whatever is in its way is a mistake with a place. In any other
//! file it is the reason why there is none.

mod requests;
mod steps;

use std::path::Path as FilePath;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use self::steps::Cluster;
use super::{Checker, default_source};
use crate::Authentication;
use crate::scenario::document::{KeyPath, Problem, one_of};
use crate::scenario::schema::{DatasetChoice, Given, InstanceChoice, LiveLoadEntry, LoadEntry, OnNeptuneEntry, StepEntry};
use crate::scenario::{Dataset, LiveLoad, OnNeptune, Step, Varying};

/// The formats in which there is data.
const FORMATS: [&str; 2] = ["csv", "nquads"];
/// What whoever plays a scenario on a cluster says of a start, so that no scenario can.
const OWN_PARAMETERS: [&str; 6] = ["source", "format", "iamRoleArn", "region", "queueRequest", "dependencies"];

/// The steps that are played on the simulator, and on a live cluster too unless `on_neptune` has others.
pub(super) struct Simulated<'a> {
    pub(super) setup: &'a [Step],
    pub(super) action: &'a [Step],
}

impl Checker<'_> {
    /// The live form, or in words why there is none.
    pub(super) fn on_neptune(
        &self,
        entry: Option<OnNeptuneEntry>,
        given: &Given,
        simulated: &Simulated<'_>,
    ) -> Result<OnNeptune, String> {
        let is_meant = entry.is_some();
        let (form, problems) = self.live_form(entry.unwrap_or_default(), given, simulated);
        let Some(first) = problems.first() else { return Ok(form) };
        let why = first.in_words();
        if is_meant {
            self.problems.borrow_mut().extend(problems);
        }
        Err(why)
    }

    /// The live form, and what is in its way.
    fn live_form(&self, entry: OnNeptuneEntry, given: &Given, simulated: &Simulated<'_>) -> (OnNeptune, Vec<Problem>) {
        let here = KeyPath::default().key("on_neptune");
        let checker = self.afresh(given);
        checker.keep(checker.must_be_offered(&KeyPath::default().key("given"), given));
        if simulated.action.is_empty() {
            let message = "without `action` there is nothing to play on a live cluster";
            checker.complain(checker.wrong(&here, message, None));
        }
        let mut cluster = Cluster::new(&checker, &entry.loads, given);
        for (name, load) in &given.loads {
            let stands = cluster.stands_for(name, load);
            if checker.keep(stands).is_none() {
                cluster.may_come_to_anything(name);
            }
        }
        let mut writer = Checker { problems: Rc::clone(&checker.problems), ..self.afresh(given) };
        let (setup_path, setup) = writer.section("setup", entry.setup, simulated.setup);
        let (action_path, action) = writer.section("action", entry.action, simulated.action);
        cluster.plays(&setup_path, &setup);
        cluster.plays(&action_path, &action);
        let loads = cluster.finish();
        let varies = checker.varies(&here.key("varies"), entry.varies);
        let problems = checker.problems.take();
        (OnNeptune { loads, setup, action, varies }, problems)
    }

    /// A checker of the same file that has seen no step and no mistake.
    fn afresh(&self, given: &Given) -> Self {
        Checker {
            document: self.document,
            words: self.words.clone(),
            loads: given.loads.keys().map(|name| (name.clone(), None)).collect(),
            unknown: self.unknown.clone(),
            plan: self.plan.clone(),
            knows_loads: self.knows_loads,
            problems: Rc::default(),
        }
    }

    /// The steps of a section with their place: those of the live form, or those that are simulated.
    fn section(&mut self, name: &str, entries: Option<Vec<StepEntry>>, simulated: &[Step]) -> (KeyPath, Vec<Step>) {
        let Some(entries) = entries else {
            self.loads.extend(simulated.iter().filter_map(started).map(|name| (name.to_owned(), None)));
            return (KeyPath::default().key(name), simulated.to_vec());
        };
        let path = KeyPath::default().key("on_neptune").key(name);
        let steps = self.steps(&path, entries);
        (path, steps)
    }

    /// Complains of the first thing that a live cluster cannot be asked to be.
    fn must_be_offered(&self, path: &KeyPath, given: &Given) -> Result<(), Problem> {
        let asked = [
            ("instance", matches!(given.instance, InstanceChoice::Reader), "a read replica"),
            ("iam", given.iam != Authentication::Off, "keys and clocks of the scenario's own"),
            ("tls", given.tls, "a certificate that nobody knows"),
            ("strict", given.strict, "hints for sloppy clients"),
            ("s3", given.s3.is_some(), "an S3 server of the scenario's own"),
            ("region", given.region.is_some(), "a region of the scenario's choice"),
            ("roles", given.roles.is_some(), "roles of the scenario's choice"),
            ("undocumented_statuses", !given.undocumented_statuses.is_empty(), "words that Neptune does not have"),
        ];
        match asked.iter().find(|(_, is_asked, _)| *is_asked) {
            Some((key, _, what)) => Err(self.wrong(&path.key(key), format!("a live cluster does not offer {what}"), None)),
            None => Ok(()),
        }
    }

    fn varies(&self, path: &KeyPath, entries: IndexMap<String, String>) -> Vec<Varying> {
        let varying = |(way, reason): (String, String)| {
            let segments: Vec<String> = way.split('.').map(str::to_owned).collect();
            let here = path.key(&way);
            if segments.iter().any(String::is_empty) || ["answer", "raised"].contains(&segments[0].as_str()) {
                let help = "write the keys from the answer on: `prov_status`, `payload.failedFeeds.*.fullUri`";
                return Err(self.wrong(&here, format!("`{way}` is not a way into an answer"), Some(help.into())));
            }
            if reason.trim().is_empty() {
                return Err(self.wrong(&here, "there is no reason why it differs", None));
            }
            Ok(Varying { path: segments, reason })
        };
        entries.into_iter().filter_map(|entry| self.keep(varying(entry))).collect()
    }
}

impl Cluster<'_> {
    /// Takes note of what stands for a scripted load.
    fn stands_for(&mut self, name: &str, load: &LoadEntry) -> Result<(), Problem> {
        let said = self.entries.get(name).map(|LiveLoadEntry(entry)| entry);
        let last = load.lifecycle.last().and_then(|stage| stage.split_whitespace().next());
        let dataset = match (said.map(|said| said.dataset), last) {
            (Some(choice), _) => dataset(choice),
            (None, Some("LOAD_COMPLETED")) => Some(Dataset::Valid),
            (None, Some("LOAD_FAILED")) => Some(Dataset::Malformed),
            (None, _) => return Err(self.without_data(name)),
        };
        let Some(dataset) = dataset else {
            self.not_loaded(name);
            return Ok(());
        };
        let here = KeyPath::default().key("on_neptune").key("loads").key(name);
        let parameters: Map<String, Value> = said.map(|said| said.parameters.clone()).unwrap_or_default().into_iter().collect();
        if let Some(own) = parameters.keys().find(|key| OWN_PARAMETERS.contains(&key.as_str())) {
            let message = format!("`{own}` is for whoever plays the scenario to say");
            return Err(self.checker.wrong(&here.key("with").key(own), message, None));
        }
        let format = said.and_then(|said| said.format.clone()).unwrap_or_else(|| format_of(load).to_owned());
        let source = load.source.clone().unwrap_or_else(|| default_source(name));
        let load = LiveLoad { name: name.to_owned(), dataset, format, source, parameters, scripted: true };
        self.loaded(&here, load)
    }

    /// A load that has to read something, and nobody says what.
    fn without_data(&self, name: &str) -> Problem {
        let path = KeyPath::default().key("given").key("loads").key(name);
        let help = format!("say `on_neptune: {{loads: {{{name}: valid}}}}`, or `malformed`, `large` or `none`");
        self.checker.wrong(&path, format!("nobody says which data stands for `{name}` on a live cluster"), Some(help))
    }

    /// Takes note of a load that reads data, if there is such data.
    fn loaded(&mut self, path: &KeyPath, load: LiveLoad) -> Result<(), Problem> {
        let known: &[&str] = if load.dataset == Dataset::Large { &FORMATS[..1] } else { &FORMATS };
        if !known.contains(&load.format.as_str()) {
            let message = format!("there is no {} data in the format `{}`", load.dataset.as_str(), load.format);
            return Err(self.checker.wrong(&path.key("format"), message, one_of("", known, "formats")));
        }
        if !load.source.ends_with('/') {
            let message = format!("`{}` reads one file, and a live cluster reads a folder", load.name);
            let help = format!("end the source with a slash: `{}/`", load.source);
            return Err(self.checker.wrong(path, message, Some(help)));
        }
        if let Some(other) = self.reader_of(&load.source, load.dataset) {
            let message = format!("`{}` and `{other}` have one source, and different data", load.name);
            return Err(self.checker.wrong(path, message, Some("let both read the same, or give one another source".into())));
        }
        self.reads(load);
        Ok(())
    }
}

fn dataset(choice: DatasetChoice) -> Option<Dataset> {
    match choice {
        DatasetChoice::Valid => Some(Dataset::Valid),
        DatasetChoice::Malformed => Some(Dataset::Malformed),
        DatasetChoice::Large => Some(Dataset::Large),
        DatasetChoice::None => None,
    }
}

/// The format of a scripted load, which says none: that of the first file with an error.
fn format_of(load: &LoadEntry) -> &'static str {
    let ends_so = |file: &str| FilePath::new(file).extension().is_some_and(|ending| ending == "nq");
    if load.errors.first().is_some_and(|error| ends_so(&error.file)) { "nquads" } else { "csv" }
}

/// The name of the load that a step starts.
fn started(step: &Step) -> Option<&str> {
    match step {
        Step::Start(start) => start.load.as_deref(),
        _ => None,
    }
}
