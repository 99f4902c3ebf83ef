//! Quirks: the choices on points where documentation and observation differ, or say nothing.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A quirk and what is chosen for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quirk {
    /// Its name.
    pub name: String,
    /// What holds now.
    pub value: String,
    /// What holds unless another is chosen.
    pub default: String,
    /// What it decides.
    pub question: String,
    /// What the documentation or the SDK model says.
    pub documented: String,
    /// What recordings or the code of clients show.
    pub observed: String,
    /// How well the default is backed: `documented`, `model`, `observed` or `inferred`.
    pub evidence: String,
    /// What a run against a live cluster would do to find out.
    pub settled_by: String,
    /// The words that can be chosen. Empty for a number.
    pub choices: Vec<QuirkChoice>,
    /// The largest number that can be chosen, if it is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<u32>,
}

/// A word that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuirkChoice {
    /// The word.
    pub word: String,
    /// What it means.
    pub meaning: String,
}

/// Choices by the names of quirks, `{"unknown_id": "bad_request", "visible_after_seconds": 2}`. All are made, or none.
pub type QuirkValues = BTreeMap<String, QuirkValue>;

/// What to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum QuirkValue {
    /// A whole number.
    Number(u32),
    /// A word, or a number in quotes.
    Word(String),
}

impl fmt::Display for QuirkValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}
