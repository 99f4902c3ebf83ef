//! The simulated Neptune before the first step: loads, plans, quirks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use neptune_control::Fault;
use neptune_loader::{
    Course, FeedError, FeedErrorCode, FeedErrorCounter, FeedErrors, Lifecycle, LoadFormat, LoadId, LoadStatus, Outcome, Plan,
    QUIRKS, QuirkError, Quirks, Role, Rule, Script, Settings, StartFailure, Workload,
};
use serde_json::Value;

use super::{Checker, default_source};
use crate::cluster::OPEN_LOADS;
use crate::scenario::document::{KeyPath, Problem, one_of};
use crate::scenario::fault_file::check_fault;
use crate::scenario::schema::{CounterChoice, Given, InstanceChoice, LoadEntry, LoadError, RuleEntry};

/// How long started loads are in progress of which nothing else is said.
const DEFAULT_RUN: Duration = Duration::from_secs(5);

/// The work of a load, wherever it is written.
struct Work<'a> {
    files: Option<u64>,
    records: Option<u64>,
    duplicates: u64,
    retries: u64,
    errors: &'a [LoadError],
}

impl Checker<'_> {
    pub(super) fn scripts(&mut self, given: &KeyPath, shape: &Given) -> Vec<(LoadId, Script)> {
        let (all, count) = (given.key("loads"), shape.loads.len());
        if count > OPEN_LOADS {
            let help = "a cluster keeps each of them until it has ended; script some later, through the control API";
            let message = format!("{count} loads are too many: {OPEN_LOADS} are the most");
            self.complain(self.wrong(&all, message, Some(help.into())));
        }
        let mut scripts = Vec::new();
        for (id, load) in &shape.loads {
            let path = all.key(id);
            let source = load.source.clone().unwrap_or_else(|| default_source(id));
            let lifecycle = self.lifecycle(&path.key("lifecycle"), &load.lifecycle);
            let reaches = lifecycle.as_ref().map(|(_, statuses)| statuses.clone());
            self.loads.insert(id.clone(), reaches);
            let LoadEntry { files, records, duplicates, retries, ref errors, .. } = *load;
            let workload = self.workload(&path, &Work { files, records, duplicates, retries, errors });
            if let Some((lifecycle, _)) = lifecycle {
                scripts.push((LoadId::new(id), Script { source, lifecycle, workload }));
            }
        }
        scripts
    }

    pub(super) fn settings(&self, given: &KeyPath, shape: &Given) -> Settings {
        let rules = shape.started_loads.iter().enumerate();
        let rules = rules.filter_map(|(index, entry)| self.rule(&given.key("started_loads").index(index), entry));
        let role = match shape.instance {
            InstanceChoice::Writer => Role::Writer,
            InstanceChoice::Reader => Role::Reader,
        };
        Settings {
            seed: shape.seed,
            region: shape.region.clone(),
            iam_roles: shape.roles.clone(),
            role,
            rules: rules.collect(),
            quirks: self.quirks(&given.key("quirks"), &shape.quirks),
            ..Settings::default()
        }
    }

    pub(super) fn faults(&self, path: &KeyPath, faults: &[Fault]) {
        for (index, fault) in faults.iter().enumerate() {
            self.fault(&path.index(index), fault);
        }
    }

    /// Complains of a fault that is impossible, or that is for a load that nobody knows at this point.
    pub(super) fn fault(&self, path: &KeyPath, fault: &Fault) {
        self.keep(check_fault(self.document, path, fault));
        if let Some(load) = &fault.on.load {
            self.keep(self.load_or_unknown(&path.key("on").key("load"), load));
        }
    }

    fn rule(&self, path: &KeyPath, entry: &RuleEntry) -> Option<Rule> {
        let format = entry.format.as_deref().and_then(|word| self.keep(self.format(&path.key("format"), word)));
        let (source, tag) = (entry.source.clone().unwrap_or_default(), entry.tag.clone());
        let folder = entry.folder.as_deref().and_then(|name| self.keep(self.folder(&path.key("folder"), name)));
        let outcome = match &entry.refused {
            Some(word) => Outcome::Refused(self.keep(self.refusal(path, entry, word))?),
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
        Err(self.wrong(path, format!("`{name}` is not the name of a folder"), Some(help)))
    }

    pub(super) fn format(&self, path: &KeyPath, word: &str) -> Result<LoadFormat, Problem> {
        let known: Vec<&str> = LoadFormat::ALL.iter().map(|format| format.as_str()).collect();
        LoadFormat::from_word(word)
            .ok_or_else(|| self.wrong(path, format!("`{word}` is not a format"), one_of(word, &known, "formats")))
    }

    fn refusal(&self, path: &KeyPath, entry: &RuleEntry, word: &str) -> Result<StartFailure, Problem> {
        if entry.lifecycle.is_some() || entry.runs.is_some() {
            let help = "leave out either `refused`, or `lifecycle` and `runs`".to_owned();
            return Err(self.wrong(&path.key("refused"), "a start that is refused becomes no load", Some(help)));
        }
        let known: Vec<&str> = StartFailure::ALL.iter().map(|failure| failure.as_word()).collect();
        StartFailure::from_word(word).ok_or_else(|| {
            self.wrong(
                &path.key("refused"),
                format!("`{word}` is not a reason to refuse a start"),
                one_of(word, &known, "reasons"),
            )
        })
    }

    fn plan(&self, path: &KeyPath, entry: &RuleEntry) -> Option<Plan> {
        let course = match (&entry.lifecycle, &entry.runs) {
            (Some(_), Some(_)) => {
                let help = "leave out one of the two: a lifecycle says itself how long a load is in progress".to_owned();
                self.complain(self.wrong(&path.key("runs"), "`lifecycle` and `runs` exclude each other", Some(help)));
                None
            }
            (Some(lifecycle), None) => {
                self.lifecycle(&path.key("lifecycle"), lifecycle).map(|(lifecycle, _)| Course::Lifecycle(lifecycle))
            }
            (None, Some(runs)) => self.keep(self.duration(&path.key("runs"), runs)).map(Course::Runs),
            (None, None) => Some(Course::Runs(DEFAULT_RUN)),
        };
        let RuleEntry { files, records, duplicates, retries, ref errors, .. } = *entry;
        let workload = Arc::new(self.workload(path, &Work { files, records, duplicates, retries, errors }));
        Some(Plan { course: course?, workload })
    }

    fn quirks(&self, path: &KeyPath, choices: &IndexMap<String, Value>) -> Quirks {
        let mut quirks = Quirks::default();
        for (name, value) in choices {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let set = quirks.set(name, &word).map_err(|error| {
                let names: Vec<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
                let help = matches!(error, QuirkError::UnknownName(_)).then(|| one_of(name, &names, "quirks")).flatten();
                self.wrong(&path.key(name), error.to_string(), help)
            });
            self.keep(set);
        }
        quirks
    }

    /// A lifecycle and the statuses in it.
    fn lifecycle(&self, path: &KeyPath, entries: &[String]) -> Option<(Lifecycle, Vec<LoadStatus>)> {
        let stages: Vec<_> = entries.iter().enumerate().map(|(index, entry)| self.stage(&path.index(index), entry)).collect();
        let stages: Vec<(LoadStatus, Option<Duration>)> = stages.into_iter().collect::<Option<_>>()?;
        let statuses = stages.iter().map(|(status, _)| status.clone()).collect();
        let lifecycle = Lifecycle::new(stages);
        let lifecycle = lifecycle.map_err(|error| self.wrong(&path.index(error.stage), error.kind.to_string(), None));
        Some((self.keep(lifecycle)?, statuses))
    }

    fn stage(&self, path: &KeyPath, entry: &str) -> Option<(LoadStatus, Option<Duration>)> {
        let (word, lasts) = match entry.trim().split_once(char::is_whitespace) {
            Some((word, lasts)) => (word, Some(self.keep(self.duration(path, lasts.trim())))),
            None => (entry.trim(), None),
        };
        let status = self.keep(self.status(path, word))?;
        match lasts {
            Some(lasts) => Some((status, Some(lasts?))),
            None => Some((status, None)),
        }
    }

    fn workload(&self, path: &KeyPath, work: &Work<'_>) -> Workload {
        let errors = work.errors.iter().enumerate();
        let errors = errors.filter_map(|(index, error)| self.load_error(&path.key("errors").index(index), error));
        let errors: FeedErrors = errors.collect::<Vec<_>>().into();
        let named = work.errors.iter().map(|error| &error.file).collect::<BTreeSet<_>>().len() as u64;
        let files = work.files.unwrap_or_else(|| named.max(1));
        if files < named.max(1) {
            let message = format!("{files} files are too few: `errors` names {named}");
            self.complain(self.wrong(&path.key("files"), message, None));
        }
        let Work { duplicates, retries, .. } = *work;
        Workload { files, records: work.records.unwrap_or(10), duplicates, retries, errors }
    }

    fn load_error(&self, path: &KeyPath, error: &LoadError) -> Option<FeedError> {
        let times = error.times.unwrap_or(1);
        if !(1..=1_000_000).contains(&times) {
            self.complain(self.wrong(&path.key("times"), format!("{times} is out of range: 1 to 1000000"), None));
        }
        let feed_status = error.feed_status.as_deref();
        let feed_status = feed_status.and_then(|word| self.keep(self.status(&path.key("feed_status"), word)));
        let code = self.keep(self.error_code(&path.key("code"), &error.code))?;
        if error.record > 0 && !code.names_record() {
            let message = format!("`{}` never names a record: its `recordNum` is 0", error.code);
            let help = "leave `record` out; only `PARSING_ERROR` has one".to_owned();
            self.complain(self.wrong(&path.key("record"), message, Some(help)));
        }
        Some(FeedError {
            code,
            counter: error.counts_as.map(counter),
            message: error.message.clone(),
            file: error.file.clone(),
            record: error.record,
            times,
            feed_status,
        })
    }

    fn error_code(&self, path: &KeyPath, word: &str) -> Result<FeedErrorCode, Problem> {
        match FeedErrorCode::from(word) {
            FeedErrorCode::Other(_) => {
                let known: Vec<&str> = FeedErrorCode::DOCUMENTED.iter().map(FeedErrorCode::as_str).collect();
                Err(self.wrong(path, format!("`{word}` is not an error code of Neptune's"), one_of(word, &known, "codes")))
            }
            code => Ok(code),
        }
    }
}

fn counter(choice: CounterChoice) -> FeedErrorCounter {
    match choice {
        CounterChoice::Parsing => FeedErrorCounter::Parsing,
        CounterChoice::DatatypeMismatch => FeedErrorCounter::DatatypeMismatch,
        CounterChoice::Insert => FeedErrorCounter::Insert,
    }
}
