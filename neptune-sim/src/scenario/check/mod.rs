//! From the shape of a file to a scenario: everything that the types of the file cannot say.
//!
//! The rules: every load and status word is known or declared unknown, lifecycles are possible, waits can end, and every invocation
//! asserts something. A complaint names the key it is about.

mod claims;
mod given;
mod on_neptune;
mod question;
mod steps;

pub(super) use self::steps::METHODS;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use neptune_loader::LoadStatus;

use self::on_neptune::Simulated;
use super::document::{Document, KeyPath, Problem, Typed, in_order, one_of};
use super::schema::ScenarioFile;
use super::{PlannedTest, Scenario, Step};
use neptune_text::is_name_char;
use neptune_text::nearest;
use neptune_text::parse_duration;

/// The functions that a scenario can invoke.
pub(super) const FUNCTIONS: [&str; 2] = ["check_bulk_load_status", "get_load_status"];
/// What to write into an empty file.
const BEGIN_WITH: &str = "`name: my-cluster` and `about: What it shows`";
/// How many failures users have met.
pub(super) const FAILURES: u32 = 44;

/// Turns a text into a scenario, or tells everything that is wrong with it, in the order of the text.
pub(super) fn read(file: &str, text: &str) -> Result<Scenario, Vec<Problem>> {
    let document = Document::parse(text, BEGIN_WITH).map_err(|problem| vec![problem])?;
    let Typed { value, mut problems, amended } = document.typed();
    let checked = value.map(|shape| check(file, &document, shape, &amended));
    let scenario = match checked {
        Some((scenario, found)) => {
            // What was read otherwise than it is written says nothing about the file.
            problems.extend(found.into_iter().filter(|problem| !amended.iter().any(|at| at.overlaps(&problem.path))));
            Some(scenario)
        }
        None => None,
    };
    match scenario {
        Some(scenario) if problems.is_empty() => Ok(scenario),
        _ => Err(in_order(problems)),
    }
}

/// The scenario, and what is wrong with it. Only if nothing is, it is to be used.
fn check(file: &str, document: &Document, shape: ScenarioFile, amended: &[KeyPath]) -> (Scenario, Vec<Problem>) {
    let mut checker = Checker {
        document,
        words: Vec::new(),
        loads: BTreeMap::new(),
        unknown: BTreeSet::new(),
        plan: None,
        knows_loads: !amended.iter().any(names_loads),
        problems: Rc::default(),
    };
    checker.words = checker.status_words(&shape);
    let scenario = checker.scenario(file, shape);
    (scenario, checker.problems.take())
}

/// Whether names of loads may stand at a place that could not be read.
fn names_loads(path: &KeyPath) -> bool {
    let segments = path.segments();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_] | ["setup" | "action" | "cleanup", _] | ["setup" | "action" | "cleanup", _, "start", ..] => true,
        ["given", key] => nearest(key, ["loads", "unknown_loads"]).is_some(),
        ["given", section, ..] => section == "unknown_loads",
        _ => false,
    }
}

/// What is known while a file is checked.
struct Checker<'a> {
    document: &'a Document,
    /// Status words that this file may use.
    words: Vec<String>,
    /// Loads by name, with the statuses that they are known to reach; `None` for a started load, which may reach any.
    loads: BTreeMap<String, Option<Vec<LoadStatus>>>,
    /// Ids that the file declares to be nobody's.
    unknown: BTreeSet<String>,
    plan: Option<PlannedTest>,
    /// Whether each of them is known: `false` if a step that may start one could not be read.
    knows_loads: bool,
    /// What is wrong so far. What is made of wrong words is never used.
    problems: Rc<RefCell<Vec<Problem>>>,
}

impl Checker<'_> {
    fn scenario(&mut self, file: &str, shape: ScenarioFile) -> Scenario {
        let root = KeyPath::default();
        self.plan = shape.plan.as_deref().and_then(|plan| self.keep(self.planned_test(&root.key("plan"), plan)));
        let failure = shape.failure.as_deref();
        let failure = failure.and_then(|failure| self.keep(self.failure(&root.key("failure"), failure)));
        if !shape.question.is_empty() && (self.plan.is_some() || failure.is_some()) {
            let message = "a question is neither a test of the plan nor a failure that users have met";
            self.complain(self.wrong(&root.key("question"), message, Some("leave out one of them".into())));
        }
        self.keep(self.name(&root.key("name"), &shape.name));
        let given = root.key("given");
        let scripts = self.scripts(&given, &shape.given);
        let settings = self.settings(&given, &shape.given);
        self.unknown_loads(&given.key("unknown_loads"), &shape.given.unknown_loads);
        self.faults(&given.key("faults"), &shape.given.faults);
        let before = self.problems.borrow().len();
        let setup = self.steps(&root.key("setup"), shape.setup);
        let action = self.steps(&root.key("action"), shape.action);
        let are_steps_right = self.problems.borrow().len() == before;
        // An invocation without is complained of where it stands.
        let expects = |step: &Step| matches!(step, Step::Invoke(_)) || !step.expect().is_empty();
        if !action.is_empty() && !action.iter().any(expects) {
            self.complain(self.wrong(&root.key("action"), "no step expects anything, so nothing would be tested", None));
        }
        let cleanup = self.steps(&root.key("cleanup"), shape.cleanup);
        let questions = self.questions(&shape.question, &settings.quirks, &action);
        // A step that is wrong is wrong on a live cluster as well: once is enough.
        let on_neptune = if are_steps_right {
            self.on_neptune(shape.on_neptune, &shape.given, &Simulated { setup: &setup, action: &action })
        } else {
            Err(String::new())
        };
        let lines = [("setup", &setup), ("action", &action), ("cleanup", &cleanup)];
        let lines = lines.into_iter().filter(|(_, steps)| !steps.is_empty());
        let lines = lines.map(|(name, _)| (name, self.document.line(&root.key(name)))).collect();
        Scenario {
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
            lines,
        }
    }

    /// The value, unless there is a complaint in its place, which is kept for the end.
    fn keep<T>(&self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.complain(problem)).ok()
    }

    fn complain(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
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
                format!("`{text}` is not a planned test"),
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
            self.wrong(path, format!("`{text}` is not a failure that users have met"), Some(help))
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
            return Err(self.wrong(path, format!("`{name}` is not a valid name"), Some(help.into())));
        }
        if self.plan.is_some() && !name.starts_with("test_") {
            let help = format!("the plan's names begin with `test_`: `test_{name}`");
            return Err(self.wrong(path, format!("`{name}` is not a planned test"), Some(help)));
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
        Err(self.wrong(path, format!("`{word}` is not a documented status"), Some(help)))
    }

    fn duration(&self, path: &KeyPath, text: &str) -> Result<Duration, Problem> {
        parse_duration(text).map_err(|error| self.wrong(path, error.to_string(), None))
    }

    fn unknown_loads(&mut self, path: &KeyPath, ids: &[String]) {
        for (index, id) in ids.iter().enumerate() {
            if self.loads.contains_key(id) {
                let message = format!("`{id}` is a load of this scenario, so it is not unknown");
                self.complain(self.wrong(&path.index(index), message, None));
            }
            self.unknown.insert(id.clone());
        }
    }

    /// The status words that the file may use.
    fn status_words(&self, shape: &ScenarioFile) -> Vec<String> {
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
                self.complain(self.wrong(&path, format!("`{word}` is known anyway: leave it out"), None));
            } else {
                words.push(word.clone());
            }
        }
        words
    }
}

fn default_source(load: &str) -> String {
    format!("s3://neptune-loads/{load}/")
}
