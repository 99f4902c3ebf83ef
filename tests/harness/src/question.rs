//! What a scenario that asks something of Neptune got to hear: which of the answers that there could be are shown.

use neptune_server::scenario::Question;

use crate::judge::{Evidence, Failure, holds};

/// The result of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The question's name.
    pub question: String,
    /// The answers whose checks hold: one, if all is clear. None if Neptune did something that no answer describes, or if what was
    /// waited for had passed.
    pub shown: Vec<String>,
}

impl Seen {
    /// What is shown, in words.
    fn words(&self) -> String {
        let quoted: Vec<String> = self.shown.iter().map(|answer| format!("`{answer}`")).collect();
        if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
    }
}

/// Looks for the answers in what the asking step got.
pub fn seen(questions: &[Question], heard: &Evidence) -> Vec<Seen> {
    let shown = |question: &Question| {
        let shown = question.answers.iter().filter(|(_, checks)| holds(checks, heard));
        Seen { question: question.name.clone(), shown: shown.map(|(answer, _)| answer.clone()).collect() }
    };
    questions.iter().map(shown).collect()
}

/// Checks that a simulated cluster gives the answer that its quirks are set to. Otherwise the question could not show what a live one does.
pub fn unlike_simulated<'a>(questions: &'a [Question], seen: &'a [Seen]) -> impl Iterator<Item = Failure> + 'a {
    questions.iter().zip(seen).filter_map(|(question, seen)| {
        let simulated = question.simulated.as_ref()?;
        let because = format!("{}: expected `{simulated}` and no other answer, got {}", question.name, seen.words());
        let unlike = || Failure::unsaid("(the question does not show what the cluster does)", because);
        (seen.shown != [simulated.as_str()]).then(unlike)
    })
}
