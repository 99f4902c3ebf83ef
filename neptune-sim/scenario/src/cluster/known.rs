//! The status words and load ids that a file may use.

use std::collections::{BTreeMap, BTreeSet};

use neptune_loader::LoadStatus;
use neptune_text::{nearest, nearest_beginning};

use crate::document::{Findings, KeyPath, Problem, one_of};

/// Every name that a check has come across so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Status words that this file may use.
    words: Vec<String>,
    /// Loads by their name, each with the statuses that it reaches; `None` if it may reach any.
    loads: BTreeMap<String, Option<Vec<LoadStatus>>>,
    /// Ids that the file declares to be unknown.
    unknown: BTreeSet<String>,
    /// Whether a step that may start a load could not be read, so that further names may exist.
    is_incomplete: bool,
}

impl Known {
    /// The words that Neptune documents, and no loads.
    pub(crate) fn documented() -> Self {
        let words = LoadStatus::DOCUMENTED.iter().map(|status| status.as_str().to_owned()).collect();
        Self { words, ..Self::default() }
    }

    /// Lets the file use one more status word. `false` if it could already.
    pub(crate) fn add_word(&mut self, word: &str) -> bool {
        let is_new = !self.words.iter().any(|known| known == word);
        if is_new {
            self.words.push(word.to_owned());
        }
        is_new
    }

    /// Adds a load with the statuses that it reaches; `None` if it may reach any. `false` if the name is taken.
    pub(crate) fn add_load(&mut self, name: &str, reaches: Option<Vec<LoadStatus>>) -> bool {
        self.loads.insert(name.to_owned(), reaches).is_none() && !self.unknown.contains(name)
    }

    /// Adds an id that no load has. `false` if a load has it.
    pub(crate) fn add_unknown(&mut self, id: &str) -> bool {
        self.unknown.insert(id.to_owned());
        !self.loads.contains_key(id)
    }

    /// From here on there may be loads of any name.
    pub(crate) fn may_have_more(&mut self) {
        self.is_incomplete = true;
    }

    /// The same words and unknown ids with the same loads, each of which may reach any status.
    pub(crate) fn with_any_course(&self) -> Self {
        let loads = self.loads.keys().map(|name| (name.clone(), None)).collect();
        Self { loads, ..self.clone() }
    }

    /// Whether the file declares that no load has this id.
    pub(crate) fn is_unknown(&self, id: &str) -> bool {
        self.unknown.contains(id)
    }

    /// The status of a word.
    pub(crate) fn status(&self, findings: &Findings<'_>, path: &KeyPath, word: &str) -> Result<LoadStatus, Problem> {
        if self.words.iter().any(|known| known == word) {
            return Ok(LoadStatus::from(word));
        }
        let declare = "declare it in `given.undocumented_statuses` if it is meant";
        let words = || self.words.iter().map(String::as_str);
        let help = match nearest(word, words()).or_else(|| nearest_beginning(word, words())) {
            Some(near) => format!("did you mean `{near}`? Or {declare}"),
            None => declare.to_owned(),
        };
        Err(findings.wrong(path, format!("`{word}` is not a documented status"), Some(help)))
    }

    /// The statuses that a load reaches; `None` if it may reach any.
    pub(crate) fn load(&self, findings: &Findings<'_>, path: &KeyPath, name: &str) -> Result<Option<&[LoadStatus]>, Problem> {
        match self.loads.get(name) {
            Some(reaches) => Ok(reaches.as_deref()),
            None if self.is_incomplete => Ok(None),
            None => {
                let known: Vec<&str> = self.loads.keys().map(String::as_str).collect();
                let help = one_of(name, &known, "loads");
                Err(findings.wrong(path, format!("there is no load `{name}` at this point"), help))
            }
        }
    }

    /// Checks that an id is a load's, or declared to be unknown.
    pub(crate) fn load_or_unknown(&self, findings: &Findings<'_>, path: &KeyPath, id: &str) -> Result<(), Problem> {
        if self.is_unknown(id) {
            return Ok(());
        }
        let help = "name it in a step behind the one that starts it, or declare it in `given.unknown_loads` if no load is meant to have it";
        let known = self.load(findings, path, id).map(drop);
        known.map_err(|problem| Problem { help: problem.help.or_else(|| Some(help.to_owned())), ..problem })
    }
}

/// The source of a load of which the file names none.
pub(crate) fn default_source(load: &str) -> String {
    format!("s3://neptune-loads/{load}/")
}
