//! From the shape of a file to a scenario: everything that the types of the file cannot say.
//!
//! The rules: every load and status word is known or declared unknown, lifecycles are possible, waits can end, and every invocation
//! asserts something. A complaint names the key it is about.

mod claims;
mod given;
mod on_neptune;
mod question;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use neptune_wire::LoadStatus;

use self::on_neptune::Simulated;
use super::schema::ScenarioFile;
use super::yaml::{Document, KeyPath, Problem, one_of};
use super::{PlannedTest, Scenario};
use crate::clusters::is_name_char;
use crate::duration::parse_duration;
use crate::nearest::nearest;

/// The functions that a scenario can invoke.
const FUNCTIONS: [&str; 2] = ["check_bulk_load_status", "get_load_status"];
/// How many failures users have met.
const FAILURES: u32 = 44;

/// Turns a file into a scenario.
pub(super) fn check(file: &str, document: &Document<'_>, shape: ScenarioFile) -> Result<Scenario, Problem> {
    let words = check_status_words(document, &shape)?;
    let mut checker = Checker { document, words, loads: BTreeMap::new(), unknown: BTreeSet::new(), plan: None };
    checker.scenario(file, shape)
}

/// What is known while a file is checked.
struct Checker<'a> {
    document: &'a Document<'a>,
    /// Status words that this file may use.
    words: Vec<String>,
    /// Loads by name, with the statuses that they are known to reach; `None` for a started load, which may reach any.
    loads: BTreeMap<String, Option<Vec<LoadStatus>>>,
    /// Ids that the file declares to be nobody's.
    unknown: BTreeSet<String>,
    plan: Option<PlannedTest>,
}

impl Checker<'_> {
    fn scenario(&mut self, file: &str, shape: ScenarioFile) -> Result<Scenario, Problem> {
        let root = KeyPath::default();
        self.plan = shape.plan.as_deref().map(|plan| self.planned_test(&root.key("plan"), plan)).transpose()?;
        let failure = shape.failure.as_deref().map(|failure| self.failure(&root.key("failure"), failure)).transpose()?;
        if !shape.question.is_empty() && (self.plan.is_some() || failure.is_some()) {
            let message = "a question is no test of the plan, and no failure that users have met";
            return Err(self.wrong(&root.key("question"), message, Some("leave out one of them".into())));
        }
        self.name(&root.key("name"), &shape.name)?;
        let given = root.key("given");
        let scripts = self.scripts(&given, &shape.given)?;
        let settings = self.settings(&given, &shape.given)?;
        self.unknown_loads(&given.key("unknown_loads"), &shape.given.unknown_loads)?;
        self.faults(&given.key("faults"), &shape.given.faults)?;
        let setup = self.steps(&root.key("setup"), shape.setup)?;
        let action = self.steps(&root.key("action"), shape.action)?;
        if !action.is_empty() && action.iter().all(|step| step.expect().is_empty()) {
            return Err(self.wrong(&root.key("action"), "no step expects anything, so nothing would be tested", None));
        }
        let cleanup = self.steps(&root.key("cleanup"), shape.cleanup)?;
        let questions = self.questions(&shape.question, &settings.quirks, &action)?;
        let on_neptune = self.on_neptune(shape.on_neptune, &shape.given, &Simulated { setup: &setup, action: &action })?;
        Ok(Scenario {
            file: file.to_owned(),
            plan: self.plan.take(),
            failure,
            questions,
            name: shape.name,
            about: shape.about,
            settings,
            scripts,
            availability: shape.given.neptune,
            faults: shape.given.faults,
            tls: shape.given.tls,
            authentication: shape.given.iam,
            strict: shape.given.strict,
            start_clock: shape.given.start_clock,
            s3: shape.given.s3,
            environment: shape.given.environment.into_iter().collect(),
            setup,
            action,
            cleanup,
            on_neptune,
        })
    }

    fn wrong(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        self.document.problem(path, message, help)
    }

    fn planned_test(&self, path: &KeyPath, text: &str) -> Result<PlannedTest, Problem> {
        let planned = text.split_once('/').and_then(|(function, number)| {
            let number = number.parse().ok().filter(|number| (1..=20).contains(number))?;
            Some(PlannedTest { function: function.to_owned(), number })
        });
        let planned = planned.ok_or_else(|| {
            self.wrong(
                path,
                format!("`{text}` is no planned test"),
                Some("write the function and a number from 1 to 20: `get_load_status/7`".into()),
            )
        })?;
        self.function(path, &planned.function)?;
        Ok(planned)
    }

    fn failure(&self, path: &KeyPath, text: &str) -> Result<u32, Problem> {
        let number = text.strip_prefix('F').and_then(|number| number.parse().ok());
        number.filter(|number| (1..=FAILURES).contains(number) && format!("F{number}") == text).ok_or_else(|| {
            let help = format!("write a number from F1 to F{FAILURES}: scenarios/README.md lists them");
            self.wrong(path, format!("`{text}` is no failure that users have met"), Some(help))
        })
    }

    fn function(&self, path: &KeyPath, name: &str) -> Result<(), Problem> {
        if FUNCTIONS.contains(&name) {
            return Ok(());
        }
        Err(self.wrong(path, format!("there is no function `{name}`"), one_of(name, &FUNCTIONS, "functions")))
    }

    fn name(&self, path: &KeyPath, name: &str) -> Result<(), Problem> {
        if !name.chars().all(is_name_char) || !name.chars().any(|c| c.is_ascii_alphanumeric()) {
            let help = "use letters, digits, `.`, `_` and `-`: the name stands in URLs and file names";
            return Err(self.wrong(path, format!("`{name}` is no name"), Some(help.into())));
        }
        if self.plan.is_some() && !name.starts_with("test_") {
            let help = format!("the plan's names begin with `test_`: `test_{name}`");
            return Err(self.wrong(path, format!("`{name}` is no planned test"), Some(help)));
        }
        Ok(())
    }

    fn status(&self, path: &KeyPath, word: &str) -> Result<LoadStatus, Problem> {
        if self.words.iter().any(|known| known == word) {
            return Ok(LoadStatus::from(word));
        }
        let known = self.words.iter().map(String::as_str);
        let declare = "declare it in `given.undocumented_statuses` if it is meant";
        let help = match nearest(word, known) {
            Some(near) => format!("did you mean `{near}`? Or {declare}"),
            None => declare.to_owned(),
        };
        Err(self.wrong(path, format!("`{word}` is no documented status"), Some(help)))
    }

    fn duration(&self, path: &KeyPath, text: &str) -> Result<Duration, Problem> {
        parse_duration(text).map_err(|error| self.wrong(path, error.to_string(), None))
    }

    fn unknown_loads(&mut self, path: &KeyPath, ids: &[String]) -> Result<(), Problem> {
        for (index, id) in ids.iter().enumerate() {
            if self.loads.contains_key(id) {
                return Err(self.wrong(
                    &path.index(index),
                    format!("`{id}` is a load of this scenario, so it is not unknown"),
                    None,
                ));
            }
            self.unknown.insert(id.clone());
        }
        Ok(())
    }
}

fn default_source(load: &str) -> String {
    format!("s3://neptune-loads/{load}/")
}

fn check_status_words(document: &Document<'_>, shape: &ScenarioFile) -> Result<Vec<String>, Problem> {
    let ScenarioFile { given, question, .. } = shape;
    let mut words: Vec<String> = LoadStatus::DOCUMENTED.iter().map(|status| status.as_str().to_owned()).collect();
    // The quirk's word is known as soon as the quirk is chosen, or asked about.
    if given.quirks.get("cancelled_word").is_some_and(|word| word == "LOAD_CANCELLED")
        || question.contains_key("cancelled_word")
    {
        words.push("LOAD_CANCELLED".to_owned());
    }
    for (index, word) in given.undocumented_statuses.iter().enumerate() {
        if words.contains(word) {
            let path = KeyPath::default().key("given").key("undocumented_statuses").index(index);
            return Err(document.problem(&path, format!("`{word}` is known anyway: leave it out"), None));
        }
        words.push(word.clone());
    }
    Ok(words)
}
