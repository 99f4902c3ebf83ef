//! The simulated Neptune before the first step: loads, plans, quirks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use neptune_control::Fault;
use neptune_engine::{Course, FeedError, FeedErrors, Lifecycle, Outcome, Plan, Rule, Script, Settings, Workload};
use neptune_wire::{
    FeedErrorCode, FeedErrorCounter, LoadFormat, LoadId, LoadStatus, QUIRKS, QuirkError, Quirks, Role, StartFailure,
};
use serde_json::Value;

use super::{Checker, default_source};
use crate::cluster::OPEN_LOADS;
use crate::scenario::fault_file::check_fault;
use crate::scenario::schema::{CounterChoice, Given, InstanceChoice, LoadEntry, LoadError, RuleEntry};
use crate::scenario::yaml::{KeyPath, Problem, one_of};

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
    pub(super) fn scripts(&mut self, given: &KeyPath, shape: &Given) -> Result<Vec<(LoadId, Script)>, Problem> {
        let (all, count) = (given.key("loads"), shape.loads.len());
        if count > OPEN_LOADS {
            let help = "a cluster keeps each of them until it has ended; script some later, through the control API";
            return Err(self.wrong(&all, format!("{count} loads are too many: {OPEN_LOADS} are the most"), Some(help.into())));
        }
        let mut scripts = Vec::new();
        for (id, load) in &shape.loads {
            let path = all.key(id);
            let source = load.source.clone().unwrap_or_else(|| default_source(id));
            let stages = self.stages(&path.key("lifecycle"), &load.lifecycle)?;
            self.loads.insert(id.clone(), Some(stages.iter().map(|(status, _)| status.clone()).collect()));
            let lifecycle = self.lifecycle(&path.key("lifecycle"), stages)?;
            let LoadEntry { files, records, duplicates, retries, ref errors, .. } = *load;
            let workload = self.workload(&path, &Work { files, records, duplicates, retries, errors })?;
            scripts.push((LoadId::new(id), Script { source, lifecycle, workload }));
        }
        Ok(scripts)
    }

    pub(super) fn settings(&self, given: &KeyPath, shape: &Given) -> Result<Settings, Problem> {
        let rules = shape.started_loads.iter().enumerate();
        let rules = rules.map(|(index, entry)| self.rule(&given.key("started_loads").index(index), entry));
        let role = match shape.instance {
            InstanceChoice::Writer => Role::Writer,
            InstanceChoice::Reader => Role::Reader,
        };
        Ok(Settings {
            seed: shape.seed,
            region: shape.region.clone(),
            iam_roles: shape.roles.clone(),
            role,
            rules: rules.collect::<Result<_, _>>()?,
            quirks: self.quirks(&given.key("quirks"), &shape.quirks)?,
            ..Settings::default()
        })
    }

    pub(super) fn faults(&self, path: &KeyPath, faults: &[Fault]) -> Result<(), Problem> {
        faults.iter().enumerate().try_for_each(|(index, fault)| self.fault(&path.index(index), fault))
    }

    /// Complains of a fault that is impossible, or that is for a load that nobody knows at this point.
    pub(super) fn fault(&self, path: &KeyPath, fault: &Fault) -> Result<(), Problem> {
        check_fault(self.document, path, fault)?;
        match &fault.on.load {
            Some(load) => self.load_or_unknown(&path.key("on").key("load"), load),
            None => Ok(()),
        }
    }

    fn rule(&self, path: &KeyPath, entry: &RuleEntry) -> Result<Rule, Problem> {
        let format = entry.format.as_deref().map(|word| self.format(&path.key("format"), word)).transpose()?;
        let (source, tag) = (entry.source.clone().unwrap_or_default(), entry.tag.clone());
        let folder = entry.folder.as_deref().map(|name| self.folder(&path.key("folder"), name)).transpose()?;
        let outcome = match &entry.refused {
            Some(word) => Outcome::Refused(self.refusal(path, entry, word)?),
            None => Outcome::Load(self.plan(path, entry)?),
        };
        Ok(Rule { source, format, tag, folder, outcome })
    }

    /// A name that a segment of a key can have. Another one would fit no source, or nearly every one.
    fn folder(&self, path: &KeyPath, name: &str) -> Result<String, Problem> {
        if !name.is_empty() && !name.contains('/') {
            return Ok(name.to_owned());
        }
        let help = "write what stands between two slashes of the source: `broken` fits `s3://bucket/run-1/broken/`".to_owned();
        Err(self.wrong(path, format!("`{name}` is no folder's name"), Some(help)))
    }

    pub(super) fn format(&self, path: &KeyPath, word: &str) -> Result<LoadFormat, Problem> {
        let known: Vec<&str> = LoadFormat::ALL.iter().map(|format| format.as_str()).collect();
        LoadFormat::from_word(word)
            .ok_or_else(|| self.wrong(path, format!("`{word}` is no format"), one_of(word, &known, "formats")))
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
                format!("`{word}` is no reason to refuse a start"),
                one_of(word, &known, "reasons"),
            )
        })
    }

    fn plan(&self, path: &KeyPath, entry: &RuleEntry) -> Result<Plan, Problem> {
        let course = match (&entry.lifecycle, &entry.runs) {
            (Some(_), Some(_)) => {
                let help = "leave out one of the two: a lifecycle says itself how long a load is in progress".to_owned();
                return Err(self.wrong(&path.key("runs"), "`lifecycle` and `runs` exclude each other", Some(help)));
            }
            (Some(lifecycle), None) => {
                let path = path.key("lifecycle");
                Course::Lifecycle(self.lifecycle(&path, self.stages(&path, lifecycle)?)?)
            }
            (None, Some(runs)) => Course::Runs(self.duration(&path.key("runs"), runs)?),
            (None, None) => Course::Runs(DEFAULT_RUN),
        };
        let RuleEntry { files, records, duplicates, retries, ref errors, .. } = *entry;
        let workload = Arc::new(self.workload(path, &Work { files, records, duplicates, retries, errors })?);
        Ok(Plan { course, workload })
    }

    fn quirks(&self, path: &KeyPath, choices: &IndexMap<String, Value>) -> Result<Quirks, Problem> {
        let mut quirks = Quirks::default();
        for (name, value) in choices {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            quirks.set(name, &word).map_err(|error| {
                let names: Vec<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
                let help = matches!(error, QuirkError::UnknownName(_)).then(|| one_of(name, &names, "quirks")).flatten();
                self.wrong(&path.key(name), error.to_string(), help)
            })?;
        }
        Ok(quirks)
    }

    fn stages(&self, path: &KeyPath, entries: &[String]) -> Result<Vec<(LoadStatus, Option<Duration>)>, Problem> {
        let stage = |(index, entry): (usize, &String)| {
            let path = path.index(index);
            let (word, lasts) = match entry.trim().split_once(char::is_whitespace) {
                Some((word, lasts)) => (word, Some(self.duration(&path, lasts.trim())?)),
                None => (entry.trim(), None),
            };
            Ok((self.status(&path, word)?, lasts))
        };
        entries.iter().enumerate().map(stage).collect()
    }

    fn lifecycle(&self, path: &KeyPath, stages: Vec<(LoadStatus, Option<Duration>)>) -> Result<Lifecycle, Problem> {
        Lifecycle::new(stages).map_err(|error| self.wrong(&path.index(error.stage), error.kind.to_string(), None))
    }

    fn workload(&self, path: &KeyPath, work: &Work<'_>) -> Result<Workload, Problem> {
        let errors = work.errors.iter().enumerate().map(|(index, error)| {
            let path = path.key("errors").index(index);
            let times = error.times.unwrap_or(1);
            if !(1..=1_000_000).contains(&times) {
                return Err(self.wrong(&path.key("times"), format!("{times} is out of range: 1 to 1000000"), None));
            }
            Ok(FeedError {
                code: self.error_code(&path.key("code"), &error.code)?,
                counter: error.counts_as.map(counter),
                message: error.message.clone(),
                file: error.file.clone(),
                record: error.record,
                times,
                feed_status: error
                    .feed_status
                    .as_deref()
                    .map(|word| self.status(&path.key("feed_status"), word))
                    .transpose()?,
            })
        });
        let errors: FeedErrors = errors.collect::<Result<Vec<_>, _>>()?.into();
        let named = work.errors.iter().map(|error| &error.file).collect::<BTreeSet<_>>().len() as u64;
        let files = work.files.unwrap_or_else(|| named.max(1));
        if files < named.max(1) {
            let message = format!("{files} files are too few: `errors` names {named}");
            return Err(self.wrong(&path.key("files"), message, None));
        }
        let Work { duplicates, retries, .. } = *work;
        Ok(Workload { files, records: work.records.unwrap_or(10), duplicates, retries, errors })
    }

    fn error_code(&self, path: &KeyPath, word: &str) -> Result<FeedErrorCode, Problem> {
        match FeedErrorCode::from(word) {
            FeedErrorCode::Other(_) => {
                let known: Vec<&str> = FeedErrorCode::DOCUMENTED.iter().map(FeedErrorCode::as_str).collect();
                Err(self.wrong(path, format!("`{word}` is no error code of Neptune's"), one_of(word, &known, "codes")))
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
