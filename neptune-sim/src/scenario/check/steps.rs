//! The steps: loads must exist when a step names them, waits must be able to end, requests and invocations must be clear.

use indexmap::IndexMap;
use neptune_wire::LoadStatus;
use serde_json::Value;

use super::{Checker, FUNCTIONS, default_source};
use crate::scenario::claim::{Claim, Subject};
use crate::scenario::schema::{InvokeEntry, PollEntry, RequestEntry, StartEntry, StepEntry, WaitEntry};
use crate::scenario::step::{Body, Invoke, Pace, Request, Start, Step};
use crate::scenario::yaml::{KeyPath, Problem, one_of};

/// The event keys that hold load ids.
pub(super) const ID_KEYS: [&str; 3] = ["domain_load_id", "prov_load_id", "load_job_id"];
/// The methods of requests.
const METHODS: [&str; 7] = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"];
/// How many requests a step sends at most.
const MOST_REQUESTS: u32 = 2000;

impl Checker<'_> {
    pub(super) fn steps(&mut self, path: &KeyPath, entries: Vec<StepEntry>) -> Result<Vec<Step>, Problem> {
        entries.into_iter().enumerate().map(|(index, entry)| self.step(&path.index(index), entry)).collect()
    }

    pub(super) fn step(&mut self, path: &KeyPath, entry: StepEntry) -> Result<Step, Problem> {
        match entry {
            StepEntry::Wait(entry) => self.wait(&path.key("wait"), entry),
            StepEntry::Advance(text) => self.duration(&path.key("advance"), &text).map(Step::Advance),
            StepEntry::Start(entry) => self.start(&path.key("start"), *entry).map(Step::Start),
            StepEntry::Cancel(load) => self.cancel(&path.key("cancel"), load),
            StepEntry::Neptune(availability) => Ok(Step::Neptune(availability)),
            StepEntry::Fault(fault) => self.fault(&path.key("fault"), &fault).map(|()| Step::Fault(fault)),
            StepEntry::Heal(name) => Ok(Step::Heal((name != "all").then_some(name))),
            StepEntry::Request(entry) => self.request(&path.key("request"), *entry).map(Step::Request),
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

    pub(super) fn start(&mut self, path: &KeyPath, entry: StartEntry) -> Result<Start, Problem> {
        for (index, dependency) in entry.depends_on.iter().enumerate() {
            self.known_load(&path.key("depends_on").index(index), dependency)?;
        }
        let expect = self.reply_claims(&path.key("expect"), &entry.expect)?;
        if let Some(load) = &entry.load {
            self.new_load(&path.key("load"), load, entry.times.is_some())?;
        }
        let format = entry.format.unwrap_or_else(|| "csv".to_owned());
        self.format(&path.key("format"), &format)?;
        Ok(Start {
            source: entry.source.unwrap_or_else(|| default_source(entry.load.as_deref().unwrap_or("unnamed"))),
            load: entry.load,
            format,
            queue: entry.queue,
            depends_on: entry.depends_on,
            parameters: entry.parameters.into_iter().collect(),
            query: entry.query.into_iter().map(|(name, value)| (name, plain(&value))).collect(),
            headers: entry.headers.into_iter().collect(),
            times: self.times(&path.key("times"), entry.times)?,
            expect,
        })
    }

    /// Takes note of a name for a load that is started.
    fn new_load(&mut self, path: &KeyPath, load: &str, is_one_of_many: bool) -> Result<(), Problem> {
        if is_one_of_many {
            return Err(self.wrong(path, "so many loads cannot have one name", Some("leave out `load` or `times`".into())));
        }
        if self.loads.insert(load.to_owned(), None).is_some() || self.unknown.contains(load) {
            return Err(self.wrong(path, format!("the name `{load}` is taken"), None));
        }
        Ok(())
    }

    pub(super) fn request(&self, path: &KeyPath, entry: RequestEntry) -> Result<Request, Problem> {
        let method = entry.method.unwrap_or_else(|| "GET".to_owned());
        if !METHODS.contains(&method.as_str()) {
            let help = one_of(&method, &METHODS, "methods");
            return Err(self.wrong(&path.key("method"), format!("`{method}` is no method"), help));
        }
        self.request_path(&path.key("path"), &entry.path)?;
        let query: Vec<(String, String)> = entry.query.into_iter().map(|(name, value)| (name, plain(&value))).collect();
        for (_, id) in query.iter().filter(|(name, _)| name == "loadId") {
            self.load_or_unknown(&path.key("query").key("loadId"), id)?;
        }
        let body = match (entry.body, entry.text) {
            (Some(_), Some(_)) => {
                let help = "leave out one of the two: `body` is sent as JSON, `text` as it is".to_owned();
                return Err(self.wrong(&path.key("text"), "a request has one body", Some(help)));
            }
            (Some(json), None) => Body::Json(json),
            (None, Some(text)) => Body::Text(text),
            (None, None) => Body::Empty,
        };
        Ok(Request {
            method,
            path: entry.path,
            query,
            headers: entry.headers.into_iter().collect(),
            body,
            times: self.times(&path.key("times"), entry.times)?,
            expect: self.reply_claims(&path.key("expect"), &entry.expect)?,
        })
    }

    fn request_path(&self, path: &KeyPath, text: &str) -> Result<(), Problem> {
        if !text.starts_with('/') || text.contains(['?', '#']) {
            let help = "begin it with `/`, and write what follows a `?` under `query`".to_owned();
            return Err(self.wrong(path, format!("`{text}` is no path"), Some(help)));
        }
        match text.strip_prefix("/loader/").filter(|id| !id.is_empty()) {
            Some(id) => self.load_or_unknown(path, id),
            None => Ok(()),
        }
    }

    /// What replies must be like: no function is there to look at.
    fn reply_claims(&self, path: &KeyPath, claims: &IndexMap<String, IndexMap<String, Value>>) -> Result<Vec<Claim>, Problem> {
        let claims = self.claims(path, claims)?;
        let wrong = claims.iter().find_map(|claim| {
            let check = claim.checks.iter().find(|check| check.subject.is_of_invocations())?;
            Some((path.key(&claim.words).key(&check.spelling), &check.spelling))
        });
        let Some((path, spelling)) = wrong else { return Ok(claims) };
        let help =
            "look at `reply.http`, `reply.body.<path>`, `reply.headers.<name>`, `reply.text` or `reply.error`".to_owned();
        Err(self.wrong(&path, format!("`{spelling}` is about a function, and none is invoked here"), Some(help)))
    }

    fn times(&self, path: &KeyPath, times: Option<u32>) -> Result<usize, Problem> {
        times.map_or(Ok(1), |times| self.count(path, times, MOST_REQUESTS))
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
        let mut checks = expect.iter().chain(&on_neptune).flat_map(|claim| &claim.checks);
        if let Some(check) = checks.find(|check| matches!(check.subject, Subject::Reply(_))) {
            let help = Some("a function has `answer.<path>`, or `raised.errorType` and `raised.errorMessage`".to_owned());
            let message = format!("`{}` is about a request of the scenario's own", check.spelling);
            return Err(self.wrong(&path.key("expect"), message, help));
        }
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
            {
                self.load_or_unknown(&path.key(key), id)?;
            }
        }
        Ok(Value::Object(event.into_iter().collect()))
    }

    /// An id that is asked for is a load's, or declared to be nobody's.
    pub(super) fn load_or_unknown(&self, path: &KeyPath, id: &str) -> Result<(), Problem> {
        if self.unknown.contains(id) {
            return Ok(());
        }
        let help = "name it in a step behind the one that starts it, or declare it in `given.unknown_loads` if no load is meant to have it";
        let known = self.known_load(path, id).map(drop);
        known.map_err(|problem| Problem { help: problem.help.or_else(|| Some(help.to_owned())), ..problem })
    }
}

/// A value of a query, as it is written there.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
