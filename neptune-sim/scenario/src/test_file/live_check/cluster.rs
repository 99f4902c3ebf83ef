//! A live cluster while the steps of a test are gone through: its clock cannot be moved, and each load ends as its data makes it end.

use std::collections::BTreeMap;
use std::path::Path as FilePath;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::cluster::{Given, Known, LoadEntry, default_source};
use crate::document::{Findings, KeyPath, Problem, one_of};
use crate::test_file::live::{Dataset, LiveLoad};
use crate::test_file::live_file::{DatasetChoice, LiveLoadEntry};
use crate::test_file::step::{Pace, Start, Step};
use crate::test_file::suite::ID_KEYS;

/// The formats in which there is data.
const FORMATS: [&str; 2] = ["csv", "nquads"];
/// The parameters that the live run sets for a start, so that no scenario can.
const OWN_PARAMETERS: [&str; 6] = ["source", "format", "iamRoleArn", "region", "queueRequest", "dependencies"];
/// The parameters that the live run itself sets for a start.
const STARTERS: [&str; 2] = ["iamRoleArn", "region"];

/// What is known of the cluster at the step that is being checked.
pub(super) struct LiveCluster<'a> {
    pub(super) findings: &'a Findings<'a>,
    /// The ids that the file declares to be unknown.
    names: &'a Known,
    /// What the file says of loads.
    pub(super) entries: &'a IndexMap<String, LiveLoadEntry>,
    /// Whether the file says how started loads go, so that their data cannot be guessed.
    has_rules: bool,
    /// Every load that has a name by now.
    known: BTreeMap<String, Reach>,
    loads: Vec<LiveLoad>,
}

/// Which statuses a load may reach.
#[derive(Clone, Copy)]
enum Reach {
    /// None: nothing is loaded.
    Nothing,
    /// Those that follow from its data.
    Of(Dataset),
    /// Any, because it was cancelled.
    Any,
}

impl<'a> LiveCluster<'a> {
    pub(super) fn new(
        findings: &'a Findings<'a>,
        names: &'a Known,
        entries: &'a IndexMap<String, LiveLoadEntry>,
        given: &Given,
    ) -> Self {
        let has_rules = !given.started_loads.is_empty();
        Self { findings, names, entries, has_rules, known: BTreeMap::new(), loads: Vec::new() }
    }

    /// Takes note of a load that is a name and nothing else.
    pub(super) fn not_loaded(&mut self, name: &str) {
        self.known.insert(name.to_owned(), Reach::Nothing);
    }

    /// Takes note of a load of which nothing is known but its name.
    pub(super) fn may_come_to_anything(&mut self, name: &str) {
        self.known.insert(name.to_owned(), Reach::Any);
    }

    /// A load that reads other data from this source.
    pub(super) fn reader_of(&self, source: &str, dataset: Dataset) -> Option<&str> {
        let other = self.loads.iter().find(|other| other.source == source && other.dataset != dataset);
        other.map(|other| other.name.as_str())
    }

    /// Takes note of a load that reads data.
    pub(super) fn reads(&mut self, load: LiveLoad) {
        self.known.insert(load.name.clone(), Reach::Of(load.dataset));
        self.loads.push(load);
    }

    /// Goes through the steps of a section.
    pub(super) fn run(&mut self, path: &KeyPath, steps: &[Step]) {
        for (index, step) in steps.iter().enumerate() {
            let played = self.step(&path.index(index), step);
            if let (None, Step::Start(Start { load: Some(load), .. })) = (self.findings.keep(played), step) {
                self.may_come_to_anything(load);
            }
        }
    }

    /// The loads, once every step was gone through.
    pub(super) fn finish(self) -> Vec<LiveLoad> {
        for name in self.entries.keys().filter(|name| !self.known.contains_key(*name)) {
            let path = KeyPath::default().key("on_neptune").key("loads").key(name);
            self.findings.add(self.no_load(&path, name));
        }
        self.loads
    }

    fn step(&mut self, path: &KeyPath, step: &Step) -> Result<(), Problem> {
        match step {
            Step::Wait { load, until } => self.wait(&path.key("wait"), load, until),
            Step::Advance(_) => {
                let help =
                    "wait for a status instead, here or in `on_neptune.setup`: `wait: {load: x, until: LOAD_IN_PROGRESS}`";
                Err(self.findings.wrong(&path.key("advance"), "the clock of a live cluster cannot be moved", Some(help.into())))
            }
            Step::Start(start) => self.start(&path.key("start"), start),
            Step::Cancel(load) => {
                self.must_be_loaded(&path.key("cancel"), load)?;
                self.known.insert(load.clone(), Reach::Any);
                Ok(())
            }
            Step::Request(request) => self.request(&path.key("request"), request),
            Step::Invoke(invoke) => self.events(&path.key("invoke"), &invoke.pace),
            Step::Fault(fault) => match &fault.on.load {
                Some(load) => self.must_be_named(&path.key("fault").key("on").key("load"), load),
                None => Ok(()),
            },
            Step::Neptune(_) | Step::ClearFault(_) => Ok(()),
        }
    }

    fn wait(&self, path: &KeyPath, load: &str, until: &str) -> Result<(), Problem> {
        let dataset = match self.must_be_loaded(&path.key("load"), load)? {
            Reach::Of(dataset) => dataset,
            Reach::Any | Reach::Nothing => return Ok(()),
        };
        let end = if dataset == Dataset::Malformed { "LOAD_FAILED" } else { "LOAD_COMPLETED" };
        match until {
            "finished" | "LOAD_IN_QUEUE" => Ok(()),
            "LOAD_IN_PROGRESS" if dataset == Dataset::Large => Ok(()),
            "LOAD_IN_PROGRESS" | "LOAD_NOT_STARTED" => {
                let message = format!("on a live cluster, `{load}` may have been `{until}` before the first poll");
                let help = match until {
                    "LOAD_IN_PROGRESS" => Some(format!("let it read `large` data: `on_neptune: {{loads: {{{load}: large}}}}`")),
                    _ => None,
                };
                Err(self.findings.wrong(&path.key("until"), message, help))
            }
            until if until == end => Ok(()),
            _ => {
                let message = format!("on a live cluster, `{load}` never becomes `{until}`: its data is {}", dataset.as_str());
                Err(self.findings.wrong(&path.key("until"), message, None))
            }
        }
    }

    fn start(&mut self, path: &KeyPath, start: &Start) -> Result<(), Problem> {
        let Some(name) = &start.load else {
            return Err(self.findings.wrong(path, "a load without a name has no data on a live cluster", None));
        };
        for (index, load) in start.depends_on.iter().enumerate() {
            self.must_be_loaded(&path.key("depends_on").index(index), load)?;
        }
        self.only_own_data(&path.key("with"), start, &start.parameters)?;
        let query = start.query.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        self.only_own_data(&path.key("query"), start, &query)?;
        let here = KeyPath::default().key("on_neptune").key("loads").key(name);
        let said = self.entries.get(name).map(|LiveLoadEntry(entry)| entry);
        if said.is_some_and(|said| said.format.is_some() || !said.parameters.is_empty()) {
            let help = Some("say it in the step, and here the data alone".to_owned());
            return Err(self.findings.wrong(&here, format!("a step starts `{name}`, with format and parameters"), help));
        }
        let dataset = match said.map(|said| dataset(said.dataset)) {
            Some(Some(dataset)) => dataset,
            Some(None) => {
                return Err(self.findings.wrong(
                    &here,
                    format!("a step starts `{name}`, so that it has to read something"),
                    None,
                ));
            }
            None if self.has_rules => {
                let help = format!("say `on_neptune: {{loads: {{{name}: valid}}}}`, or `malformed` or `large`");
                let message = format!("the file does not say which data `{name}` reads on a live cluster");
                return Err(self.findings.wrong(path, message, Some(help)));
            }
            None => Dataset::Valid,
        };
        let (format, source, parameters) = (start.format.clone(), start.source.clone(), start.parameters.clone());
        self.loaded(path, LiveLoad { name: name.clone(), dataset, format, source, parameters, scripted: false })
    }

    /// A start reads what lies in the folder of its load, with the role of the live run.
    fn only_own_data(&self, path: &KeyPath, start: &Start, parameters: &Map<String, Value>) -> Result<(), Problem> {
        if let Some(key) = STARTERS.iter().find(|key| parameters.contains_key(**key)) {
            let message = format!("`{key}` is set by the run on a live cluster, not by the scenario");
            return Err(self.findings.wrong(&path.key(key), message, None));
        }
        let is_own = |value: &Value| value.as_str().is_some_and(|text| text.starts_with(&start.source));
        let are_own = |value: &Value| is_own(value) || value.as_array().is_some_and(|list| list.iter().all(is_own));
        match parameters.get("source").filter(|value| !are_own(value)) {
            Some(_) => {
                let help = format!("on a live cluster it has to begin with the load's own, `{}`", start.source);
                Err(self.findings.wrong(&path.key("source"), "this source is not the load's own", Some(help)))
            }
            None => Ok(()),
        }
    }

    fn events(&self, path: &KeyPath, pace: &Pace) -> Result<(), Problem> {
        let events = match pace {
            Pace::InTurn(events) | Pace::AtOnce(events) => events.as_slice(),
            Pace::Poll { event, .. } => std::slice::from_ref(event),
        };
        let ids = |event: &Value| ID_KEYS.into_iter().filter_map(|key| event.get(key)?.as_str().map(str::to_owned)).collect();
        let mut ids = events.iter().flat_map(|event| -> Vec<String> { ids(event) });
        ids.try_for_each(|id| if id.trim().is_empty() { Ok(()) } else { self.must_be_named(path, &id) })
    }

    /// Reports an id that is neither a load's nor declared to be unknown.
    pub(super) fn must_be_named(&self, path: &KeyPath, name: &str) -> Result<(), Problem> {
        if self.known.contains_key(name) || self.names.is_unknown(name) {
            return Ok(());
        }
        Err(self.no_load(path, name))
    }

    /// Reports a name that no load has.
    fn must_be_loaded(&self, path: &KeyPath, name: &str) -> Result<Reach, Problem> {
        match self.known.get(name) {
            Some(Reach::Nothing) => {
                let message = format!("nothing is loaded for `{name}` on a live cluster, so that it never has a status");
                Err(self.findings.wrong(path, message, None))
            }
            Some(reach) => Ok(*reach),
            None => Err(self.no_load(path, name)),
        }
    }

    fn no_load(&self, path: &KeyPath, name: &str) -> Problem {
        let known: Vec<&str> = self.known.keys().map(String::as_str).collect();
        let message = format!("on a live cluster there is no load `{name}` at this point");
        self.findings.wrong(path, message, one_of(name, &known, "loads"))
    }
}

impl LiveCluster<'_> {
    /// Adds what stands for a scripted load.
    pub(super) fn add_scripted(&mut self, name: &str, load: &LoadEntry) {
        let added = self.stands_for(name, load);
        if self.findings.keep(added).is_none() {
            self.may_come_to_anything(name);
        }
    }

    fn stands_for(&mut self, name: &str, load: &LoadEntry) -> Result<(), Problem> {
        let said = self.entries.get(name).map(|LiveLoadEntry(entry)| entry);
        let last = load.lifecycle.iter().flatten().last().and_then(|stage| stage.split_whitespace().next());
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
        if load.begins.is_some() {
            let place = KeyPath::default().key("given").key("loads").key(name).key("begins");
            let help = format!("start it in a step, or say `on_neptune: {{loads: {{{name}: none}}}}`");
            return Err(self.findings.wrong(&place, "on a live cluster, a load begins when it is started", Some(help)));
        }
        let here = KeyPath::default().key("on_neptune").key("loads").key(name);
        // As the load reads on the simulator, unless the live form says otherwise.
        let mut parameters = load.reads.clone().unwrap_or_default();
        parameters.remove("format");
        parameters.extend(said.map(|said| said.parameters.clone()).unwrap_or_default());
        if let Some(own) = parameters.keys().find(|key| OWN_PARAMETERS.contains(&key.as_str())) {
            let message = format!("`{own}` is set by the run, not by the scenario");
            return Err(self.findings.wrong(&here.key("with").key(own), message, None));
        }
        let format = said.and_then(|said| said.format.clone()).unwrap_or_else(|| format_of(load));
        let source = load.source.clone().unwrap_or_else(|| default_source(name));
        let load = LiveLoad { name: name.to_owned(), dataset, format, source, parameters, scripted: true };
        self.loaded(&here, load)
    }

    /// The problem of a load whose data the file does not name.
    fn without_data(&self, name: &str) -> Problem {
        let path = KeyPath::default().key("given").key("loads").key(name);
        let help = format!("say `on_neptune: {{loads: {{{name}: valid}}}}`, or `malformed`, `large` or `none`");
        self.findings.wrong(
            &path,
            format!("the file does not say which data stands for `{name}` on a live cluster"),
            Some(help),
        )
    }

    /// Takes note of a load that reads data, if there is such data.
    fn loaded(&mut self, path: &KeyPath, load: LiveLoad) -> Result<(), Problem> {
        let known: &[&str] = if load.dataset == Dataset::Large { &FORMATS[..1] } else { &FORMATS };
        if !known.contains(&load.format.as_str()) {
            let message = format!("there is no {} data in the format `{}`", load.dataset.as_str(), load.format);
            return Err(self.findings.wrong(&path.key("format"), message, one_of("", known, "formats")));
        }
        if !load.source.ends_with('/') {
            let message = format!("`{}` reads one file, and a live cluster reads a folder", load.name);
            let help = format!("end the source with a slash: `{}/`", load.source);
            return Err(self.findings.wrong(path, message, Some(help)));
        }
        if let Some(other) = self.reader_of(&load.source, load.dataset) {
            let message = format!("`{}` and `{other}` have one source, and different data", load.name);
            return Err(self.findings.wrong(path, message, Some("let both read the same, or give one another source".into())));
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

/// The format of a scripted load: what it reads, or that of the first file with an error.
fn format_of(load: &LoadEntry) -> String {
    if let Some(reads) = &load.reads {
        return reads.get("format").and_then(Value::as_str).unwrap_or("csv").to_owned();
    }
    let ends_so = |file: &str| FilePath::new(file).extension().is_some_and(|ending| ending == "nq");
    if load.errors.first().is_some_and(|error| ends_so(&error.file)) { "nquads".to_owned() } else { "csv".to_owned() }
}
