//! The steps: loads must exist when a step names them, waits must be able to end, requests and invocations must be clear.

use indexmap::IndexMap;
use neptune_loader::LoadStatus;
use serde_json::Value;

use super::checker::{TestCheck, function as function_exists};
use crate::cluster::{check_fault, default_source, duration, format as known_format};
use crate::document::{KeyPath, Problem, one_of};
use crate::test_file::claim::{Claim, Subject};
use crate::test_file::file::{InvokeEntry, PollEntry, RequestEntry, StartEntry, StepEntry, WaitEntry};
use crate::test_file::step::{Body, Invoke, METHODS, Pace, Request, Start, Step};
use crate::test_file::suite::{FUNCTIONS, ID_KEYS};

/// How many requests a step sends at most.
const MOST_REQUESTS: u32 = 2000;

impl TestCheck<'_> {
    /// The steps of a section.
    pub(crate) fn steps(&mut self, path: &KeyPath, entries: Vec<StepEntry>) -> Vec<Step> {
        entries.into_iter().enumerate().map(|(index, entry)| self.step(&path.index(index), entry)).collect()
    }

    fn step(&mut self, path: &KeyPath, entry: StepEntry) -> Step {
        match entry {
            StepEntry::Wait(entry) => self.wait(&path.key("wait"), entry),
            StepEntry::Advance(text) => {
                Step::Advance(self.findings.keep(duration(self.findings, &path.key("advance"), &text)).unwrap_or_default())
            }
            StepEntry::Start(entry) => Step::Start(self.start(&path.key("start"), *entry)),
            StepEntry::Cancel(load) => self.cancel(&path.key("cancel"), load),
            StepEntry::Neptune(availability) => Step::Neptune(availability),
            StepEntry::Fault(fault) => {
                check_fault(self.findings, &self.known, &path.key("fault"), &fault);
                Step::Fault(fault)
            }
            StepEntry::ClearFault(name) => Step::ClearFault((name != "all").then_some(name)),
            StepEntry::Request(entry) => Step::Request(self.request(&path.key("request"), *entry)),
            StepEntry::Invoke(entry) => Step::Invoke(self.invoke(&path.key("invoke"), *entry)),
        }
    }

    fn wait(&self, path: &KeyPath, entry: WaitEntry) -> Step {
        let WaitEntry { load, until } = entry;
        let reaches = self.findings.keep(self.known.load(self.findings, &path.key("load"), &load)).flatten();
        let path = path.key("until");
        if until == "finished" {
            let ends = |statuses: &[LoadStatus]| statuses.last().is_some_and(|last| !last.is_pending());
            if reaches.is_some_and(|statuses| !ends(statuses)) {
                self.findings.add(self.findings.wrong(
                    &path,
                    format!("`{load}` never finishes: its lifecycle has no end"),
                    None,
                ));
            }
        } else if let Some(status) = self.findings.keep(self.known.status(self.findings, &path, &until))
            && reaches.is_some_and(|statuses| !statuses.contains(&status))
        {
            let message = format!("`{load}` never becomes `{until}`: its lifecycle does not have it");
            self.findings.add(self.findings.wrong(&path, message, None));
        }
        Step::Wait { load, until }
    }

    fn start(&mut self, path: &KeyPath, entry: StartEntry) -> Start {
        for (index, dependency) in entry.depends_on.iter().enumerate() {
            self.findings.keep(self.known.load(self.findings, &path.key("depends_on").index(index), dependency));
        }
        let expect = self.reply_claims(&path.key("expect"), &entry.expect);
        if let Some(load) = &entry.load {
            let taken = self.new_load(&path.key("load"), load, entry.times.is_some());
            self.findings.keep(taken);
        }
        let format = entry.format.unwrap_or_else(|| "csv".to_owned());
        self.findings.keep(known_format(self.findings, &path.key("format"), &format));
        Start {
            source: entry.source.unwrap_or_else(|| default_source(entry.load.as_deref().unwrap_or("unnamed"))),
            load: entry.load,
            format,
            queue: entry.queue,
            depends_on: entry.depends_on,
            parameters: entry.parameters.into_iter().collect(),
            query: entry.query.into_iter().map(|(name, value)| (name, plain(&value))).collect(),
            headers: entry.headers.into_iter().collect(),
            times: self.times(&path.key("times"), entry.times),
            expect,
        }
    }

    /// Takes note of a name for a load that is started.
    fn new_load(&mut self, path: &KeyPath, load: &str, is_one_of_many: bool) -> Result<(), Problem> {
        if is_one_of_many {
            return Err(self.findings.wrong(
                path,
                "several loads cannot have one name",
                Some("leave out `load` or `times`".into()),
            ));
        }
        if !self.known.add_load(load, None) {
            return Err(self.findings.wrong(path, format!("the name `{load}` is taken"), None));
        }
        Ok(())
    }

    fn request(&self, path: &KeyPath, entry: RequestEntry) -> Request {
        let method = entry.method.unwrap_or_else(|| "GET".to_owned());
        if !METHODS.contains(&method.as_str()) {
            let help = one_of(&method, &METHODS, "methods");
            self.findings.add(self.findings.wrong(&path.key("method"), format!("`{method}` is not a method"), help));
        }
        self.findings.keep(self.request_path(&path.key("path"), &entry.path));
        let query: Vec<(String, String)> = entry.query.into_iter().map(|(name, value)| (name, plain(&value))).collect();
        for (_, id) in query.iter().filter(|(name, _)| name == "loadId") {
            self.findings.keep(self.known.load_or_unknown(self.findings, &path.key("query").key("loadId"), id));
        }
        let body = match (entry.body, entry.text) {
            (Some(_), Some(_)) => {
                let help = "leave out one of the two: `body` is sent as JSON, `text` as it is".to_owned();
                self.findings.add(self.findings.wrong(&path.key("text"), "a request has one body", Some(help)));
                Body::Empty
            }
            (Some(json), None) => Body::Json(json),
            (None, Some(text)) => Body::Text(text),
            (None, None) => Body::Empty,
        };
        Request {
            method,
            path: entry.path,
            query,
            headers: entry.headers.into_iter().collect(),
            body,
            times: self.times(&path.key("times"), entry.times),
            expect: self.reply_claims(&path.key("expect"), &entry.expect),
        }
    }

    fn request_path(&self, path: &KeyPath, text: &str) -> Result<(), Problem> {
        if !text.starts_with('/') || text.contains(['?', '#']) {
            let help = "begin it with `/`, and write what follows a `?` under `query`".to_owned();
            return Err(self.findings.wrong(path, format!("`{text}` is not a path"), Some(help)));
        }
        match text.strip_prefix("/loader/").filter(|id| !id.is_empty()) {
            Some(id) => self.known.load_or_unknown(self.findings, path, id),
            None => Ok(()),
        }
    }

    /// The expectations for replies, which no function gives.
    fn reply_claims(&self, path: &KeyPath, claims: &IndexMap<String, IndexMap<String, Value>>) -> Vec<Claim> {
        let claims = self.claims(path, claims);
        for claim in &claims {
            for check in claim.checks.iter().filter(|check| check.subject.is_of_invocations()) {
                let help = "look at `reply.http`, `reply.body.<path>`, `reply.headers.<name>`, `reply.text` or `reply.error`";
                let message = format!("`{}` is about a function, and none is invoked here", check.spelling);
                self.findings.add(self.findings.wrong(
                    &path.key(&claim.words).key(&check.spelling),
                    message,
                    Some(help.into()),
                ));
            }
        }
        claims
    }

    fn times(&self, path: &KeyPath, times: Option<u32>) -> usize {
        times.map_or(1, |times| self.count(path, times, MOST_REQUESTS))
    }

    fn cancel(&mut self, path: &KeyPath, load: String) -> Step {
        if self.findings.keep(self.known.load(self.findings, path, &load)).is_some() {
            // From here on it may reach what its lifecycle does not have.
            self.known.add_load(&load, None);
        }
        Step::Cancel(load)
    }

    fn invoke(&self, path: &KeyPath, entry: InvokeEntry) -> Invoke {
        let function = match (&entry.function, &self.plan) {
            (Some(function), _) => function.clone(),
            (None, Some(plan)) => plan.function.clone(),
            (None, None) => {
                let help = Some(format!("add `function:` with one of {}", FUNCTIONS.join(", ")));
                let message = "`function` is missing: it may be left out only where the scenario has a `plan`";
                self.findings.add(self.findings.wrong(path, message, help));
                FUNCTIONS[0].to_owned()
            }
        };
        self.findings.keep(function_exists(self.findings, &path.key("function"), &function));
        if entry.expect.is_empty() {
            self.findings.add(self.findings.wrong(
                &path.key("expect"),
                "nothing is expected, so nothing would be tested",
                None,
            ));
        }
        let expect = self.function_claims(&path.key("expect"), &entry.expect);
        let on_neptune = self.function_claims(&path.key("on_neptune"), &entry.on_neptune);
        for claim in on_neptune.iter().filter(|claim| !entry.expect.contains_key(&claim.words)) {
            let words: Vec<&str> = entry.expect.keys().map(String::as_str).collect();
            let help = one_of(&claim.words, &words, "words");
            let path = path.key("on_neptune").key(&claim.words);
            self.findings.add(self.findings.wrong(&path, "these words replace no assertion of `expect`", help));
        }
        Invoke { function, pace: self.pace(path, entry), expect, on_neptune }
    }

    /// The expectations for the answers of a function.
    fn function_claims(&self, path: &KeyPath, claims: &IndexMap<String, IndexMap<String, Value>>) -> Vec<Claim> {
        let claims = self.claims(path, claims);
        for check in claims.iter().flat_map(|claim| &claim.checks).filter(|check| matches!(check.subject, Subject::Reply(_))) {
            let help = "a function has `answer.<path>`, or `raised.errorType` and `raised.errorMessage`".to_owned();
            let message = format!("`{}` is about a request of the scenario's own", check.spelling);
            self.findings.add(self.findings.wrong(path, message, Some(help)));
        }
        claims
    }

    fn pace(&self, path: &KeyPath, entry: InvokeEntry) -> Pace {
        let ways = [entry.at_once.is_some(), entry.times.is_some(), entry.poll.is_some()];
        let ways = ways.into_iter().filter(|is_given| *is_given).count();
        match (&entry.event, &entry.events) {
            (Some(_), None) if ways <= 1 => {}
            (None, Some(_)) if ways == 0 => {}
            (None, None) => {
                self.findings.add(self.findings.wrong(path, "an invocation needs an `event`, or several `events`", None));
            }
            _ => {
                let message = "an invocation has one of `at_once`, `times` and `poll`, and they need `event`, not `events`";
                self.findings.add(self.findings.wrong(path, message, None));
            }
        }
        if let Some(events) = entry.events {
            let path = path.key("events");
            let events = events.into_iter().enumerate().map(|(index, event)| self.event(&path.index(index), event));
            return Pace::AtOnce(events.collect());
        }
        let event = self.event(&path.key("event"), entry.event.unwrap_or_default());
        match (entry.at_once, entry.times, entry.poll) {
            (Some(times), ..) => Pace::AtOnce(vec![event; self.count(&path.key("at_once"), times, 50)]),
            (_, Some(times), _) => Pace::InTurn(vec![event; self.count(&path.key("times"), times, 100)]),
            (.., Some(poll)) => self.poll(&path.key("poll"), event, &poll),
            (None, None, None) => Pace::InTurn(vec![event]),
        }
    }

    fn poll(&self, path: &KeyPath, event: Value, entry: &PollEntry) -> Pace {
        let every = self.findings.keep(duration(self.findings, &path.key("every"), &entry.every)).unwrap_or_default();
        let until = self.checks(&path.key("until"), &entry.until);
        let at_most = self.count(&path.key("at_most"), entry.at_most, 1000);
        Pace::Poll { event, every, until, at_most: u32::try_from(at_most).unwrap_or(1000) }
    }

    /// A number of repetitions; 1 in place of one that is out of range.
    fn count(&self, path: &KeyPath, count: u32, most: u32) -> usize {
        if (2..=most).contains(&count) {
            return count as usize;
        }
        self.findings.add(self.findings.wrong(path, format!("{count} is out of range: 2 to {most}"), None));
        1
    }

    fn event(&self, path: &KeyPath, event: IndexMap<String, Value>) -> Value {
        for key in ID_KEYS {
            if let Some(Value::String(id)) = event.get(key)
                && !id.trim().is_empty()
            {
                self.findings.keep(self.known.load_or_unknown(self.findings, &path.key(key), id));
            }
        }
        Value::Object(event.into_iter().collect())
    }
}

/// A value of a query, as it is written there.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
