//! The steps: loads must exist when a step names them, waits must be able to end, invocations must be clear.

use indexmap::IndexMap;
use neptune_wire::{LoadFormat, LoadStatus};
use serde_json::Value;

use super::{Checker, FUNCTIONS, default_source};
use crate::scenario::schema::{InvokeEntry, PollEntry, StartEntry, StepEntry, WaitEntry};
use crate::scenario::step::{Invoke, Pace, Start, Step};
use crate::scenario::yaml::{KeyPath, Problem, one_of};

/// The event keys that hold load ids.
const ID_KEYS: [&str; 3] = ["domain_load_id", "prov_load_id", "load_job_id"];

impl Checker<'_> {
    pub(super) fn steps(&mut self, path: &KeyPath, entries: Vec<StepEntry>) -> Result<Vec<Step>, Problem> {
        entries.into_iter().enumerate().map(|(index, entry)| self.step(&path.index(index), entry)).collect()
    }

    pub(super) fn step(&mut self, path: &KeyPath, entry: StepEntry) -> Result<Step, Problem> {
        match entry {
            StepEntry::Wait(entry) => self.wait(&path.key("wait"), entry),
            StepEntry::Advance(text) => self.duration(&path.key("advance"), &text).map(Step::Advance),
            StepEntry::Start(entry) => self.start(&path.key("start"), entry),
            StepEntry::Cancel(load) => self.cancel(&path.key("cancel"), load),
            StepEntry::Neptune(availability) => Ok(Step::Neptune(availability)),
            StepEntry::Invoke(entry) => self.invoke(&path.key("invoke"), *entry).map(Step::Invoke),
        }
    }

    pub(super) fn known_load(&self, path: &KeyPath, load: &str) -> Result<&Option<Vec<LoadStatus>>, Problem> {
        self.loads.get(load).ok_or_else(|| {
            let known: Vec<&str> = self.loads.keys().map(String::as_str).collect();
            self.wrong(path, format!("there is no load `{load}` at this point"), one_of(load, &known, "loads"))
        })
    }

    pub(super) fn wait(&self, path: &KeyPath, entry: WaitEntry) -> Result<Step, Problem> {
        let WaitEntry { load, until } = entry;
        let reaches = self.known_load(&path.key("load"), &load)?;
        let path = path.key("until");
        if until == "finished" {
            let ends = |statuses: &[LoadStatus]| statuses.last().is_some_and(|last| !last.is_pending());
            if reaches.as_deref().is_some_and(|statuses| !ends(statuses)) {
                return Err(self.wrong(&path, format!("`{load}` never finishes: its lifecycle has no end"), None));
            }
        } else {
            let status = self.status(&path, &until)?;
            if reaches.as_deref().is_some_and(|statuses| !statuses.contains(&status)) {
                return Err(self.wrong(
                    &path,
                    format!("`{load}` never becomes `{until}`: its lifecycle does not have it"),
                    None,
                ));
            }
        }
        Ok(Step::Wait { load, until })
    }

    pub(super) fn start(&mut self, path: &KeyPath, entry: StartEntry) -> Result<Step, Problem> {
        let StartEntry { load, source, format, queue, depends_on } = entry;
        for (index, dependency) in depends_on.iter().enumerate() {
            self.known_load(&path.key("depends_on").index(index), dependency)?;
        }
        if self.loads.insert(load.clone(), None).is_some() || self.unknown.contains(&load) {
            return Err(self.wrong(&path.key("load"), format!("the name `{load}` is taken"), None));
        }
        let format = format.unwrap_or_else(|| "csv".to_owned());
        let formats: Vec<&str> = LoadFormat::ALL.iter().map(|format| format.as_str()).collect();
        if !formats.contains(&format.as_str()) {
            return Err(self.wrong(
                &path.key("format"),
                format!("`{format}` is no format"),
                one_of(&format, &formats, "formats"),
            ));
        }
        let source = source.unwrap_or_else(|| default_source(&load));
        Ok(Step::Start(Start { load, source, format, queue, depends_on }))
    }

    pub(super) fn cancel(&mut self, path: &KeyPath, load: String) -> Result<Step, Problem> {
        self.known_load(path, &load)?;
        // From here on it may reach what its lifecycle does not have.
        self.loads.insert(load.clone(), None);
        Ok(Step::Cancel(load))
    }

    pub(super) fn invoke(&self, path: &KeyPath, entry: InvokeEntry) -> Result<Invoke, Problem> {
        let function = match (&entry.function, &self.plan) {
            (Some(function), _) => function.clone(),
            (None, Some(plan)) => plan.function.clone(),
            (None, None) => {
                let help = Some(format!("add `function:` with one of {}", FUNCTIONS.join(", ")));
                return Err(self.wrong(path, "which function? The scenario has no `plan` to tell", help));
            }
        };
        self.function(&path.key("function"), &function)?;
        if entry.expect.is_empty() {
            return Err(self.wrong(&path.key("expect"), "nothing is expected, so nothing would be tested", None));
        }
        let expect = self.claims(&path.key("expect"), &entry.expect)?;
        let on_neptune = self.claims(&path.key("on_neptune"), &entry.on_neptune)?;
        for claim in &on_neptune {
            if !entry.expect.contains_key(&claim.words) {
                let words: Vec<&str> = entry.expect.keys().map(String::as_str).collect();
                let message = "these words replace no assertion of `expect`";
                return Err(self.wrong(
                    &path.key("on_neptune").key(&claim.words),
                    message,
                    one_of(&claim.words, &words, "words"),
                ));
            }
        }
        Ok(Invoke { function, pace: self.pace(path, entry)?, expect, on_neptune })
    }

    pub(super) fn pace(&self, path: &KeyPath, entry: InvokeEntry) -> Result<Pace, Problem> {
        let one_way = "an invocation has one of `at_once`, `times` and `poll`, and they need `event`, not `events`";
        match (entry.event, entry.events, entry.at_once, entry.times, entry.poll) {
            (Some(event), None, None, None, None) => Ok(Pace::InTurn(vec![self.event(&path.key("event"), event)?])),
            (Some(event), None, Some(times), None, None) => {
                let event = self.event(&path.key("event"), event)?;
                Ok(Pace::AtOnce(vec![event; self.count(&path.key("at_once"), times, 50)?]))
            }
            (Some(event), None, None, Some(times), None) => {
                let event = self.event(&path.key("event"), event)?;
                Ok(Pace::InTurn(vec![event; self.count(&path.key("times"), times, 100)?]))
            }
            (Some(event), None, None, None, Some(poll)) => {
                let event = self.event(&path.key("event"), event)?;
                self.poll(&path.key("poll"), event, &poll)
            }
            (None, Some(events), None, None, None) => {
                let path = path.key("events");
                let events = events.into_iter().enumerate().map(|(index, event)| self.event(&path.index(index), event));
                events.collect::<Result<_, _>>().map(Pace::AtOnce)
            }
            (None, None, ..) => Err(self.wrong(path, "an invocation needs an `event`, or several `events`", None)),
            _ => Err(self.wrong(path, one_way, None)),
        }
    }

    pub(super) fn poll(&self, path: &KeyPath, event: Value, entry: &PollEntry) -> Result<Pace, Problem> {
        let every = self.duration(&path.key("every"), &entry.every)?;
        let until = self.checks(&path.key("until"), &entry.until)?;
        let at_most = self.count(&path.key("at_most"), entry.at_most, 1000)?;
        Ok(Pace::Poll { event, every, until, at_most: u32::try_from(at_most).unwrap_or(1000) })
    }

    pub(super) fn count(&self, path: &KeyPath, count: u32, most: u32) -> Result<usize, Problem> {
        if (2..=most).contains(&count) {
            return Ok(count as usize);
        }
        Err(self.wrong(path, format!("{count} is out of range: 2 to {most}"), None))
    }

    pub(super) fn event(&self, path: &KeyPath, event: IndexMap<String, Value>) -> Result<Value, Problem> {
        for key in ID_KEYS {
            if let Some(Value::String(id)) = event.get(key)
                && !id.trim().is_empty()
                && !self.unknown.contains(id)
            {
                self.known_load(&path.key(key), id).map_err(|problem| Problem {
                    help: problem
                        .help
                        .or_else(|| Some("declare it in `given.unknown_loads` if no load is meant to have it".into())),
                    ..problem
                })?;
            }
        }
        Ok(Value::Object(event.into_iter().collect()))
    }
}
