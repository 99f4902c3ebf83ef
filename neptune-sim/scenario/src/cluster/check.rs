//! From `given` to a cluster: everything that the types of the file cannot say.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use neptune_fault::{Fault, fault_errors};
use neptune_loader::{
    Course, LoadFormat, LoadId, Outcome, Plan, QUIRKS, QuirkError, Quirks, Role, Rule, Script, Settings, StartFailure,
};
use serde_json::Value;

use super::file::{Given, InstanceChoice, OPEN_LOADS};
use super::known::Known;
use super::loads::{LoadEntry, RuleEntry};
use super::scripted;
use super::work::{Work, WorkCheck, duration};
use crate::document::{Findings, KeyPath, Problem, one_of};

/// How long started loads are in progress of which nothing else is said.
const DEFAULT_RUN: Duration = Duration::from_secs(5);

/// The checked values of `given`.
pub(crate) struct Checked {
    /// The names that the rest of the file may use.
    pub(crate) known: Known,
    pub(crate) settings: Settings,
    pub(crate) scripts: Vec<(LoadId, Script)>,
}

/// Checks `given`. `words` are status words that the rest of the file makes known, `is_complete` says whether every load could be read.
pub(crate) fn check(findings: &Findings<'_>, given: &Given, words: &[&str], is_complete: bool) -> Checked {
    let path = KeyPath::default().key("given");
    let known = status_words(findings, &path.key("undocumented_statuses"), given, words);
    let mut check = ClusterCheck { findings, known, has_data: !given.data.is_empty() };
    let scripts = check.scripts(&path.key("loads"), &given.loads);
    let settings = check.settings(&path, given);
    check.unknown_loads(&path.key("unknown_loads"), &given.unknown_loads);
    if !is_complete {
        check.known.may_have_more();
    }
    for (index, fault) in given.faults.iter().enumerate() {
        check_fault(findings, &check.known, &path.key("faults").index(index), fault);
    }
    Checked { known: check.known, settings, scripts }
}

/// Checks that a fault is possible, and that the load it is for exists at this point.
pub(crate) fn check_fault(findings: &Findings<'_>, known: &Known, path: &KeyPath, fault: &Fault) {
    check_possible(findings, path, fault);
    if let Some(load) = &fault.on.load {
        findings.keep(known.load_or_unknown(findings, &path.key("on").key("load"), load));
    }
}

/// Checks that a fault is possible, whatever load it is for.
pub(super) fn check_possible(findings: &Findings<'_>, path: &KeyPath, fault: &Fault) {
    for error in fault_errors(fault) {
        let path = error.keys().iter().fold(path.clone(), |path, key| path.key(key));
        findings.add_at(&path, error.message(), error.help());
    }
}

/// The format of a word.
pub(crate) fn format(findings: &Findings<'_>, path: &KeyPath, word: &str) -> Result<LoadFormat, Problem> {
    let known: Vec<&str> = LoadFormat::ALL.iter().map(|format| format.as_str()).collect();
    LoadFormat::from_word(word)
        .ok_or_else(|| findings.wrong(path, format!("`{word}` is not a format"), one_of(word, &known, "formats")))
}

/// The status words that the file may use. The word of the quirk `cancelled_word` is known as soon as the quirk is set.
fn status_words(findings: &Findings<'_>, path: &KeyPath, given: &Given, words: &[&str]) -> Known {
    let mut known = Known::documented();
    let chosen = given.quirks.get("cancelled_word").and_then(Value::as_str).filter(|word| *word == "LOAD_CANCELLED");
    for word in words.iter().copied().chain(chosen) {
        known.add_word(word);
    }
    for (index, word) in given.undocumented_statuses.iter().enumerate() {
        if !known.add_word(word) {
            findings.add_at(&path.index(index), format!("`{word}` is known anyway: leave it out"), None);
        }
    }
    known
}

struct ClusterCheck<'a> {
    findings: &'a Findings<'a>,
    known: Known,
    /// Whether loads can read something.
    has_data: bool,
}

impl ClusterCheck<'_> {
    fn scripts(&mut self, path: &KeyPath, loads: &IndexMap<String, LoadEntry>) -> Vec<(LoadId, Script)> {
        if loads.len() > OPEN_LOADS {
            let help = "a cluster keeps each of them until it has ended; script some later, through the control API";
            let message = format!("{} loads are too many: {OPEN_LOADS} are the most", loads.len());
            self.findings.add_at(path, message, Some(help));
        }
        loads.iter().filter_map(|(id, load)| self.script(&path.key(id), id, load)).collect()
    }

    fn script(&mut self, path: &KeyPath, id: &str, load: &LoadEntry) -> Option<(LoadId, Script)> {
        let (script, reaches) = scripted::script(&self.work(), path, id, load);
        if load.reads.is_some() && !self.has_data {
            let help = "say under `given.data` where the objects of its bucket are";
            self.findings.add_at(&path.key("reads"), "there is no data for it to read", Some(help));
        }
        self.known.add_load(id, reaches);
        script.map(|script| (LoadId::new(id), script))
    }

    fn settings(&self, path: &KeyPath, given: &Given) -> Settings {
        let rules = given.started_loads.iter().enumerate();
        let rules = rules.filter_map(|(index, entry)| self.rule(&path.key("started_loads").index(index), entry));
        let role = match given.instance {
            InstanceChoice::Writer => Role::Writer,
            InstanceChoice::Reader => Role::Reader,
        };
        Settings {
            seed: given.seed,
            region: given.region.clone(),
            iam_roles: given.roles.clone(),
            role,
            rules: rules.collect(),
            records_per_second: given.records_per_second,
            quirks: self.quirks(&path.key("quirks"), &given.quirks),
            ..Settings::default()
        }
    }

    fn unknown_loads(&mut self, path: &KeyPath, ids: &[String]) {
        for (index, id) in ids.iter().enumerate() {
            if !self.known.add_unknown(id) {
                let message = format!("`{id}` is a load of this scenario, so it is not unknown");
                self.findings.add_at(&path.index(index), message, None);
            }
        }
    }

    fn rule(&self, path: &KeyPath, entry: &RuleEntry) -> Option<Rule> {
        let findings = self.findings;
        let format = entry.format.as_deref();
        let format = format.and_then(|word| findings.keep(self::format(findings, &path.key("format"), word)));
        let (source, tag) = (entry.source.clone().unwrap_or_default(), entry.tag.clone());
        let folder = entry.folder.as_deref().and_then(|name| findings.keep(self.folder(&path.key("folder"), name)));
        let outcome = match &entry.refused {
            Some(word) => Outcome::Refused(findings.keep(self.refusal(path, entry, word))?),
            None => Outcome::Load(self.plan(path, entry)?),
        };
        Some(Rule { source, format, tag, folder, outcome })
    }

    /// A name that a segment of a key can have. Another one would fit no source, or nearly every one.
    fn folder(&self, path: &KeyPath, name: &str) -> Result<String, Problem> {
        if !name.is_empty() && !name.contains('/') {
            return Ok(name.to_owned());
        }
        let help = "write what stands between two slashes of the source: `broken` fits `s3://bucket/run-1/broken/`".to_owned();
        Err(self.findings.wrong(path, format!("`{name}` is not the name of a folder"), Some(help)))
    }

    fn refusal(&self, path: &KeyPath, entry: &RuleEntry, word: &str) -> Result<StartFailure, Problem> {
        let path = path.key("refused");
        if entry.lifecycle.is_some() || entry.runs.is_some() {
            let help = "leave out either `refused`, or `lifecycle` and `runs`".to_owned();
            return Err(self.findings.wrong(&path, "a start that is refused becomes no load", Some(help)));
        }
        let known: Vec<&str> = StartFailure::ALL.iter().map(|failure| failure.as_word()).collect();
        StartFailure::from_word(word).ok_or_else(|| {
            let message = format!("`{word}` is not a reason to refuse a start");
            self.findings.wrong(&path, message, one_of(word, &known, "reasons"))
        })
    }

    fn plan(&self, path: &KeyPath, entry: &RuleEntry) -> Option<Plan> {
        let course = match (&entry.lifecycle, &entry.runs) {
            (Some(_), Some(_)) => {
                let help = "leave out one of the two: a lifecycle says itself how long a load is in progress";
                self.findings.add_at(&path.key("runs"), "`lifecycle` and `runs` exclude each other", Some(help));
                None
            }
            (Some(lifecycle), None) => {
                self.work().lifecycle(&path.key("lifecycle"), lifecycle).map(|(lifecycle, _)| Course::Lifecycle(lifecycle))
            }
            (None, Some(runs)) => self.findings.keep(duration(self.findings, &path.key("runs"), runs)).map(Course::Runs),
            (None, None) => Some(Course::Runs(DEFAULT_RUN)),
        };
        let RuleEntry { files, records, duplicates, retries, ref errors, .. } = *entry;
        let workload = Arc::new(self.work().workload(path, &Work { files, records, duplicates, retries, errors }));
        Some(Plan { course: course?, workload })
    }

    fn quirks(&self, path: &KeyPath, choices: &IndexMap<String, Value>) -> Quirks {
        let mut quirks = Quirks::default();
        for (name, value) in choices {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let set = quirks.set(name, &word).map_err(|error| {
                let names: Vec<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
                let help = match error {
                    QuirkError::UnknownName(_) => one_of(name, &names, "quirks"),
                    QuirkError::NoLongerAChoice(_) => Some("leave it out".to_owned()),
                    QuirkError::UnknownValue { .. } => None,
                };
                self.findings.wrong(&path.key(name), error.to_string(), help)
            });
            self.findings.keep(set);
        }
        quirks
    }

    fn work(&self) -> WorkCheck<'_> {
        WorkCheck { findings: self.findings, known: &self.known }
    }
}
