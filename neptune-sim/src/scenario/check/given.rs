//! The simulated Neptune before the first step: loads, plans, quirks.

use std::collections::BTreeSet;
use std::time::Duration;

use indexmap::IndexMap;
use neptune_engine::{FeedError, Lifecycle, Plan, Script, Settings, Workload};
use neptune_wire::{FeedErrorCode, LoadId, LoadStatus, QUIRKS, QuirkError, Quirks};
use serde_json::Value;

use super::{Checker, default_source};
use crate::scenario::schema::{Given, LoadEntry};
use crate::scenario::yaml::{KeyPath, Problem, one_of};

impl Checker<'_> {
    pub(super) fn scripts(&mut self, given: &KeyPath, shape: &Given) -> Result<Vec<(LoadId, Script)>, Problem> {
        let mut scripts = Vec::new();
        for (id, load) in &shape.loads {
            let path = given.key("loads").key(id);
            let source = load.source.clone().unwrap_or_else(|| default_source(id));
            let stages = self.stages(&path.key("lifecycle"), &load.lifecycle)?;
            self.loads.insert(id.clone(), Some(stages.iter().map(|(status, _)| status.clone()).collect()));
            let lifecycle = self.lifecycle(&path.key("lifecycle"), stages)?;
            let workload = self.workload(&path, load, &source)?;
            scripts.push((LoadId::new(id), Script { source, lifecycle, workload }));
        }
        Ok(scripts)
    }

    pub(super) fn settings(&self, given: &KeyPath, shape: &Given) -> Result<Settings, Problem> {
        let mut plans = Vec::new();
        for (index, entry) in shape.started_loads.iter().enumerate() {
            let path = given.key("started_loads").index(index);
            let stages = self.stages(&path.key("lifecycle"), &entry.lifecycle)?;
            let lifecycle = self.lifecycle(&path.key("lifecycle"), stages)?;
            if entry.source.is_none() && !entry.errors.is_empty() {
                let help = "say which `source` is meant: the files of `errors` are relative to it";
                return Err(self.wrong(&path.key("errors"), "these files are relative to nothing", Some(help.into())));
            }
            let source = entry.source.clone().unwrap_or_default();
            let workload = self.workload(&path, entry, &source)?;
            plans.push((source, Plan { lifecycle, workload }));
        }
        let quirks = self.quirks(&given.key("quirks"), &shape.quirks)?;
        Ok(Settings { seed: shape.seed, region: shape.region.clone(), plans, quirks, ..Settings::default() })
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

    fn workload(&self, path: &KeyPath, load: &LoadEntry, source: &str) -> Result<Workload, Problem> {
        let errors = load.errors.iter().enumerate().map(|(index, error)| {
            let path = path.key("errors").index(index);
            let times = error.times.unwrap_or(1);
            if !(1..=1_000_000).contains(&times) {
                return Err(self.wrong(&path.key("times"), format!("{times} is out of range: 1 to 1000000"), None));
            }
            Ok(FeedError {
                code: self.error_code(&path.key("code"), &error.code)?,
                message: error.message.clone(),
                file: format!("{source}{}", error.file),
                record: error.record,
                times,
            })
        });
        let errors: Vec<FeedError> = errors.collect::<Result<_, _>>()?;
        let named = load.errors.iter().map(|error| &error.file).collect::<BTreeSet<_>>().len() as u64;
        let files = load.files.unwrap_or_else(|| named.max(1));
        if files < named.max(1) {
            let message = format!("{files} files are too few: `errors` names {named}");
            return Err(self.wrong(&path.key("files"), message, None));
        }
        Ok(Workload { files, records: load.records.unwrap_or(10), duplicates: load.duplicates, errors })
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
