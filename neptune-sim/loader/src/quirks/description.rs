//! The description of a quirk.

use crate::evidence::Evidence;

/// A quirk, described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Its name in scenarios, on the control API and in `neptune-sim quirks`.
    pub name: &'static str,
    /// What it decides, as half a question.
    pub question: &'static str,
    /// What the documentation or the SDK model says.
    pub documented: &'static str,
    /// What recordings or the code of clients show.
    pub observed: &'static str,
    /// How well the default is backed.
    pub evidence: Evidence,
    /// What a run against a live cluster would do to find out.
    pub settled_by: &'static str,
    /// The values that can be chosen.
    pub choices: Choices,
}

/// The values of a quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// One of some words. The first is the default.
    Words(&'static [Choice]),
    /// A whole number from 0, up to this one. The default is 0.
    Number(u32),
}

/// A word that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Quirk {
    /// The value that holds unless another is chosen.
    pub fn default_word(&self) -> &'static str {
        match self.choices {
            Choices::Words(choices) => choices[0].word,
            Choices::Number(_) => "0",
        }
    }
}
