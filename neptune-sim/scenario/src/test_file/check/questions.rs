//! Questions: each quirk with all its choices, and checks of what the asking step got.

use indexmap::IndexMap;
use neptune_loader::quirks::{Choices, OPEN_QUESTIONS, OpenQuestion};
use neptune_loader::{QUIRKS, Quirk, Quirks};
use serde_json::Value;

use super::checker::TestCheck;
use crate::document::{KeyPath, Problem, one_of};
use crate::test_file::claim::{Check, Subject};
use crate::test_file::question::Question;
use crate::test_file::step::Step;
use neptune_text::nearest;

type Answers = IndexMap<String, IndexMap<String, Value>>;

impl TestCheck<'_> {
    /// The questions of a file, which are put by the last step of the action that expects something.
    pub(crate) fn questions(&self, entries: &IndexMap<String, Answers>, quirks: &Quirks, action: &[Step]) -> Vec<Question> {
        let path = KeyPath::default().key("question");
        if entries.is_empty() {
            return Vec::new();
        }
        let asking = action.iter().rev().find(|step| !step.expect().is_empty());
        if !matches!(asking, Some(Step::Request(_) | Step::Start(_))) {
            let help =
                "end the action with a `request` or a `start` that expects something: `it answers: {reply.http: {is: number}}`";
            self.findings.add(self.findings.wrong(&path, "nothing asks this of Neptune", Some(help.into())));
        }
        entries.iter().map(|(name, answers)| self.question(&path.key(name), name, answers, quirks)).collect()
    }

    fn question(&self, path: &KeyPath, name: &str, answers: &Answers, quirks: &Quirks) -> Question {
        let (quirk, open) = (Quirk::named(name), OpenQuestion::named(name));
        match (quirk, open) {
            (Some(quirk), _) => self.choices(path, quirk, answers),
            (None, Some(open)) => {
                let is_missing = !answers.contains_key(open.reading.word);
                self.require_answer(path, is_missing.then_some(open.reading.word));
            }
            (None, None) => drop(self.findings.keep(self.name_of_its_own(path, name))),
        }
        let chosen = quirks.words().find(|(quirk, _)| *quirk == name).map(|(_, word)| word);
        let checks = |(word, checks): (&String, &IndexMap<String, Value>)| {
            (word.clone(), self.checks_of_replies(&path.key(word), checks))
        };
        Question {
            name: name.to_owned(),
            simulated: chosen.or_else(|| open.map(|open| open.reading.word.to_owned())),
            is_quirk: quirk.is_some(),
            answers: answers.iter().map(checks).collect(),
        }
    }

    /// The answers to a quirk's question are its choices.
    fn choices(&self, path: &KeyPath, quirk: &Quirk, answers: &Answers) {
        for word in answers.keys() {
            if let Err(error) = Quirks::default().set(quirk.name, word) {
                self.findings.add(self.findings.wrong(&path.key(word), error.to_string(), None));
                // The one that is missing is this one, misspelt.
                return;
            }
        }
        let missing = match quirk.choices {
            Choices::Words(choices) => choices.iter().map(|choice| choice.word).find(|word| !answers.contains_key(*word)),
            Choices::Number(_) if !answers.contains_key("0") => Some("0"),
            Choices::Number(_) => (answers.len() < 2).then_some("1"),
        };
        self.require_answer(path, missing);
    }

    fn require_answer(&self, path: &KeyPath, missing: Option<&str>) {
        if let Some(word) = missing {
            let help = format!("say what shows it: `{word}: {{reply.http: 400}}`");
            self.findings.add(self.findings.wrong(path, format!("the answer `{word}` is missing here"), Some(help)));
        }
    }

    /// A question that is neither a quirk nor listed as open must not look like one.
    fn name_of_its_own(&self, path: &KeyPath, name: &str) -> Result<(), Problem> {
        let known = QUIRKS.iter().map(|quirk| quirk.name).chain(OPEN_QUESTIONS.iter().map(|open| open.name));
        if let Some(near) = nearest(name, known) {
            let help = Some(format!("did you mean `{near}`?"));
            return Err(self.findings.wrong(path, format!("there is no quirk or open question `{name}`"), help));
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_plain) {
            return Ok(());
        }
        let help = Some("write small letters, digits and `_`: `trailing_slash`".to_owned());
        Err(self.findings.wrong(path, format!("`{name}` is not a name for a question"), help))
    }

    fn checks_of_replies(&self, path: &KeyPath, checks: &IndexMap<String, Value>) -> Vec<Check> {
        let checks = self.checks(path, checks);
        for check in checks.iter().filter(|check| !matches!(check.subject, Subject::Reply(_))) {
            let help = one_of("", &["reply.http", "reply.body.<path>", "reply.headers.<name>", "reply.text"], "subjects");
            let message = format!("`{}` is not a part of a reply, and nothing else shows what Neptune does", check.spelling);
            self.findings.add(self.findings.wrong(&path.key(&check.spelling), message, help));
        }
        checks
    }
}
