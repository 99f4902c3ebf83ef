//! The steps of a live form: a cluster cannot be told how its time passes, and loads end as their data has it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::dataset;
use crate::scenario::check::Checker;
use crate::scenario::check::steps::ID_KEYS;
use crate::scenario::document::{KeyPath, Problem, one_of};
use crate::scenario::schema::{Given, LiveLoadEntry};
use crate::scenario::step::{Pace, Start};
use crate::scenario::{Dataset, LiveLoad, Step};

/// What a start says by itself on a live cluster.
const STARTERS: [&str; 2] = ["iamRoleArn", "region"];

/// What is known of the cluster while the steps are gone through.
pub(super) struct Cluster<'a> {
    pub(super) checker: &'a Checker<'a>,
    /// What the file says of loads.
    pub(super) entries: &'a IndexMap<String, LiveLoadEntry>,
    /// Whether the file says how started loads go, so that nobody can guess their data.
    has_rules: bool,
    /// Every load that has a name by now.
    known: BTreeMap<String, Reach>,
    loads: Vec<LiveLoad>,
}

/// Which statuses a load may come to.
#[derive(Clone, Copy)]
enum Reach {
    /// None: nothing is loaded.
    Nothing,
    /// Those that its data has it come to.
    Of(Dataset),
    /// Any, because it was cancelled.
    Any,
}

impl<'a> Cluster<'a> {
    pub(super) fn new(checker: &'a Checker<'a>, entries: &'a IndexMap<String, LiveLoadEntry>, given: &Given) -> Self {
        let has_rules = !given.started_loads.is_empty();
        Self { checker, entries, has_rules, known: BTreeMap::new(), loads: Vec::new() }
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
    pub(super) fn plays(&mut self, path: &KeyPath, steps: &[Step]) {
        for (index, step) in steps.iter().enumerate() {
            let played = self.step(&path.index(index), step);
            if let (None, Step::Start(Start { load: Some(load), .. })) = (self.checker.keep(played), step) {
                self.may_come_to_anything(load);
            }
        }
    }

    /// The loads, once every step was gone through.
    pub(super) fn finish(self) -> Vec<LiveLoad> {
        for name in self.entries.keys().filter(|name| !self.known.contains_key(*name)) {
            let path = KeyPath::default().key("on_neptune").key("loads").key(name);
            self.checker.complain(self.no_load(&path, name));
        }
        self.loads
    }

    fn step(&mut self, path: &KeyPath, step: &Step) -> Result<(), Problem> {
        match step {
            Step::Wait { load, until } => self.wait(&path.key("wait"), load, until),
            Step::Advance(_) => {
                let help =
                    "wait for a status instead, here or in `on_neptune.setup`: `wait: {load: x, until: LOAD_IN_PROGRESS}`";
                Err(self.checker.wrong(&path.key("advance"), "nobody moves the clock of a live cluster", Some(help.into())))
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
            Step::Neptune(_) | Step::Heal(_) => Ok(()),
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
                let message = format!("on a live cluster, `{load}` may have been `{until}` before anybody looks");
                let help = match until {
                    "LOAD_IN_PROGRESS" => Some(format!("let it read `large` data: `on_neptune: {{loads: {{{load}: large}}}}`")),
                    _ => None,
                };
                Err(self.checker.wrong(&path.key("until"), message, help))
            }
            until if until == end => Ok(()),
            _ => {
                let message = format!("on a live cluster, `{load}` never becomes `{until}`: its data is {}", dataset.as_str());
                Err(self.checker.wrong(&path.key("until"), message, None))
            }
        }
    }

    fn start(&mut self, path: &KeyPath, start: &Start) -> Result<(), Problem> {
        let Some(name) = &start.load else {
            return Err(self.checker.wrong(path, "a load without a name has no data on a live cluster", None));
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
            return Err(self.checker.wrong(&here, format!("a step starts `{name}`, with format and parameters"), help));
        }
        let dataset = match said.map(|said| dataset(said.dataset)) {
            Some(Some(dataset)) => dataset,
            Some(None) => {
                return Err(self.checker.wrong(
                    &here,
                    format!("a step starts `{name}`, so that it has to read something"),
                    None,
                ));
            }
            None if self.has_rules => {
                let help = format!("say `on_neptune: {{loads: {{{name}: valid}}}}`, or `malformed` or `large`");
                let message = format!("nobody says which data `{name}` reads on a live cluster");
                return Err(self.checker.wrong(path, message, Some(help)));
            }
            None => Dataset::Valid,
        };
        let (format, source, parameters) = (start.format.clone(), start.source.clone(), start.parameters.clone());
        self.loaded(path, LiveLoad { name: name.clone(), dataset, format, source, parameters, scripted: false })
    }

    /// A start reads what lies in the folder of its load, with the role of whoever plays the scenario.
    fn only_own_data(&self, path: &KeyPath, start: &Start, parameters: &Map<String, Value>) -> Result<(), Problem> {
        if let Some(key) = STARTERS.iter().find(|key| parameters.contains_key(**key)) {
            let message = format!("`{key}` is for whoever plays the scenario to say on a live cluster");
            return Err(self.checker.wrong(&path.key(key), message, None));
        }
        let is_own = |value: &Value| value.as_str().is_some_and(|text| text.starts_with(&start.source));
        let are_own = |value: &Value| is_own(value) || value.as_array().is_some_and(|list| list.iter().all(is_own));
        match parameters.get("source").filter(|value| !are_own(value)) {
            Some(_) => {
                let help = format!("on a live cluster it has to begin with the load's own, `{}`", start.source);
                Err(self.checker.wrong(&path.key("source"), "this source is somebody else's", Some(help)))
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

    /// Complains of an id that is neither a load's nor declared to be nobody's.
    pub(super) fn must_be_named(&self, path: &KeyPath, name: &str) -> Result<(), Problem> {
        if self.known.contains_key(name) || self.checker.unknown.contains(name) {
            return Ok(());
        }
        Err(self.no_load(path, name))
    }

    /// Complains of a name behind which there is no load.
    fn must_be_loaded(&self, path: &KeyPath, name: &str) -> Result<Reach, Problem> {
        match self.known.get(name) {
            Some(Reach::Nothing) => {
                let message = format!("nothing is loaded for `{name}` on a live cluster, so that it never has a status");
                Err(self.checker.wrong(path, message, None))
            }
            Some(reach) => Ok(*reach),
            None => Err(self.no_load(path, name)),
        }
    }

    fn no_load(&self, path: &KeyPath, name: &str) -> Problem {
        let known: Vec<&str> = self.known.keys().map(String::as_str).collect();
        let message = format!("on a live cluster there is no load `{name}` at this point");
        self.checker.wrong(path, message, one_of(name, &known, "loads"))
    }
}
