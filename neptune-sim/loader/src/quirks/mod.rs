//! Quirks: points where the documentation and the observations differ, or where nobody knows.
//!
//! Each is a named knob with a default, the best-backed reading. A run against a live cluster would settle them; until then whoever
//! tests a client can choose. The knobs themselves stand in `table`.

mod table;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use table::*;

use crate::Evidence;

/// A knob, described.
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
    /// What can be chosen.
    pub choices: Choices,
}

/// What can be chosen for a quirk.
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
    /// The quirk of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        QUIRKS.iter().find(|quirk| quirk.name == name)
    }

    /// The value that holds unless another is chosen.
    pub fn default_word(&self) -> &'static str {
        match self.choices {
            Choices::Words(choices) => choices[0].word,
            Choices::Number(_) => "0",
        }
    }
}

/// Why a quirk cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuirkError {
    /// There is no quirk of this name.
    UnknownName(String),
    /// The quirk has no such choice.
    UnknownValue {
        /// Which quirk.
        quirk: &'static Quirk,
        /// What was chosen.
        value: String,
    },
}

impl fmt::Display for QuirkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => write!(f, "there is no quirk `{name}`"),
            Self::UnknownValue { quirk, value } => match quirk.choices {
                Choices::Words(choices) => {
                    let words: Vec<String> = choices.iter().map(|choice| format!("`{}`", choice.word)).collect();
                    write!(f, "the quirk `{}` cannot be `{value}`: choose {}", quirk.name, words.join(" or "))
                }
                Choices::Number(most) => {
                    write!(f, "the quirk `{}` cannot be `{value}`: choose a whole number from 0 to {most}", quirk.name)
                }
            },
        }
    }
}

impl std::error::Error for QuirkError {}

/// As a map from name to word, all of them.
impl Serialize for Quirks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.words())
    }
}

/// From a map; what is left out is the default.
impl<'de> Deserialize<'de> for Quirks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut quirks = Self::default();
        for (name, word) in BTreeMap::<String, String>::deserialize(deserializer)? {
            quirks.set(&name, &word).map_err(D::Error::custom)?;
        }
        Ok(quirks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_every_quirk_can_be_made_and_read_back() {
        for quirk in QUIRKS {
            let words: Vec<String> = match quirk.choices {
                Choices::Words(choices) => choices.iter().map(|choice| choice.word.to_owned()).collect(),
                Choices::Number(most) => vec!["0".to_owned(), "1".to_owned(), most.to_string()],
            };
            for word in words {
                let mut quirks = Quirks::default();
                quirks.set(quirk.name, &word).unwrap();
                assert_eq!(quirks.words().find(|(name, _)| *name == quirk.name), Some((quirk.name, word)));
            }
        }
    }

    #[test]
    fn the_first_choice_is_the_default() {
        for ((name, word), quirk) in Quirks::default().words().zip(QUIRKS) {
            assert_eq!((name, word.as_str()), (quirk.name, quirk.default_word()));
        }
    }

    #[test]
    fn a_quirk_says_all_there_is_to_say() {
        let mut names: Vec<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), QUIRKS.len(), "a name is given twice");
        for quirk in QUIRKS {
            for text in [quirk.question, quirk.documented, quirk.observed, quirk.settled_by] {
                assert!(text.len() > 5 && text.trim() == text && !text.ends_with('.'), "{}: {text:?}", quirk.name);
            }
            if let Choices::Words(choices) = quirk.choices {
                assert!(choices.len() > 1, "{} leaves no choice", quirk.name);
            }
        }
    }

    #[test]
    fn what_cannot_be_set_is_explained() {
        let mut quirks = Quirks::default();
        assert_eq!(quirks.set("unknwon_id", "x").unwrap_err().to_string(), "there is no quirk `unknwon_id`");
        let error = quirks.set("unknown_id", "404").unwrap_err();
        assert_eq!(error.to_string(), "the quirk `unknown_id` cannot be `404`: choose `not_found` or `bad_request`");
        let error = quirks.set("visible_after_seconds", "-1").unwrap_err();
        assert_eq!(error.to_string(), "the quirk `visible_after_seconds` cannot be `-1`: choose a whole number from 0 to 3600");
        assert_eq!(quirks, Quirks::default());
    }
}
