//! The values that are chosen for the quirks of one cluster.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::description::{Choices, Quirk};
use super::known::QUIRKS;
use super::open::OpenQuestion;
use super::values::{
    CancelBody, CancelledWord, EmptyErrors, EmptyFailedFeeds, ErrorContentType, ErrorTexts, OtherContentType, RestartQueue,
    RestartRunning, StartTime, TotalTimeSpent, UnknownId,
};

/// The value of every quirk of a cluster. `QUIRKS` says what each of them decides, and what is known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Default: read as JSON.
    pub other_content_type: OtherContentType,
    /// Default: 404.
    pub unknown_id: UnknownId,
    /// For how many seconds after its start a load cannot be read yet, 0 to 3600. Default 0.
    pub visible_after_seconds: u32,
    /// Default: present.
    pub start_time: StartTime,
    /// Default: a whole number.
    pub total_time_spent: TotalTimeSpent,
    /// Default: omitted.
    pub empty_failed_feeds: EmptyFailedFeeds,
    /// Default: an empty list.
    pub empty_errors: EmptyErrors,
    /// Default: the documented word.
    pub cancelled_word: CancelledWord,
    /// Default: `{"status": "200 OK"}`.
    pub cancel_body: CancelBody,
    /// Default: both keys.
    pub error_texts: ErrorTexts,
    /// Default: `application/json`.
    pub error_content_type: ErrorContentType,
    /// Default: it fails.
    pub restart_running: RestartRunning,
    /// Default: it is kept.
    pub restart_queue: RestartQueue,
    /// With how many errors a load still completes, 0 to 1,000,000. Default 0.
    pub error_threshold: u32,
}

impl Default for Quirks {
    /// The best-backed reading of each.
    fn default() -> Self {
        Self {
            other_content_type: OtherContentType::ReadAsJson,
            unknown_id: UnknownId::NotFound,
            visible_after_seconds: 0,
            start_time: StartTime::Present,
            total_time_spent: TotalTimeSpent::Integer,
            empty_failed_feeds: EmptyFailedFeeds::Omitted,
            empty_errors: EmptyErrors::Present,
            cancelled_word: CancelledWord::ByUser,
            cancel_body: CancelBody::Status,
            error_texts: ErrorTexts::Both,
            error_content_type: ErrorContentType::Json,
            restart_running: RestartRunning::Failed,
            restart_queue: RestartQueue::Kept,
            error_threshold: 0,
        }
    }
}

impl Quirk {
    /// The quirk of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        QUIRKS.iter().find(|quirk| quirk.name == name)
    }

    /// The number that a word stands for, if the quirk is a number that can be as large.
    fn number(&self, word: &str) -> Option<u32> {
        match self.choices {
            Choices::Number(most) => word.parse().ok().filter(|number| *number <= most),
            Choices::Words(_) => None,
        }
    }
}

impl Quirks {
    /// Chooses a value, by the names and words of [`QUIRKS`].
    ///
    /// # Errors
    /// [`QuirkError`] if there is no such quirk, not any more, or no such choice; nothing is changed then.
    pub fn set(&mut self, name: &str, word: &str) -> Result<(), QuirkError> {
        let quirk = Quirk::named(name).ok_or_else(|| QuirkError::without_quirk(name))?;
        let chosen = match name {
            "other_content_type" => choose(&mut self.other_content_type, OtherContentType::from_word(word)),
            "unknown_id" => choose(&mut self.unknown_id, UnknownId::from_word(word)),
            "visible_after_seconds" => choose(&mut self.visible_after_seconds, quirk.number(word)),
            "start_time" => choose(&mut self.start_time, StartTime::from_word(word)),
            "total_time_spent" => choose(&mut self.total_time_spent, TotalTimeSpent::from_word(word)),
            "empty_failed_feeds" => choose(&mut self.empty_failed_feeds, EmptyFailedFeeds::from_word(word)),
            "empty_errors" => choose(&mut self.empty_errors, EmptyErrors::from_word(word)),
            "cancelled_word" => choose(&mut self.cancelled_word, CancelledWord::from_word(word)),
            "cancel_body" => choose(&mut self.cancel_body, CancelBody::from_word(word)),
            "error_texts" => choose(&mut self.error_texts, ErrorTexts::from_word(word)),
            "error_content_type" => choose(&mut self.error_content_type, ErrorContentType::from_word(word)),
            "restart_running" => choose(&mut self.restart_running, RestartRunning::from_word(word)),
            "restart_queue" => choose(&mut self.restart_queue, RestartQueue::from_word(word)),
            "error_threshold" => choose(&mut self.error_threshold, quirk.number(word)),
            _ => None,
        };
        chosen.ok_or_else(|| QuirkError::UnknownValue { quirk, value: word.to_owned() })
    }

    /// Every quirk with its value, in the order of [`QUIRKS`].
    pub fn words(&self) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("other_content_type", self.other_content_type.as_str().to_owned()),
            ("unknown_id", self.unknown_id.as_str().to_owned()),
            ("visible_after_seconds", self.visible_after_seconds.to_string()),
            ("start_time", self.start_time.as_str().to_owned()),
            ("total_time_spent", self.total_time_spent.as_str().to_owned()),
            ("empty_failed_feeds", self.empty_failed_feeds.as_str().to_owned()),
            ("empty_errors", self.empty_errors.as_str().to_owned()),
            ("cancelled_word", self.cancelled_word.as_str().to_owned()),
            ("cancel_body", self.cancel_body.as_str().to_owned()),
            ("error_texts", self.error_texts.as_str().to_owned()),
            ("error_content_type", self.error_content_type.as_str().to_owned()),
            ("restart_running", self.restart_running.as_str().to_owned()),
            ("restart_queue", self.restart_queue.as_str().to_owned()),
            ("error_threshold", self.error_threshold.to_string()),
        ]
        .into_iter()
    }
}

fn choose<T>(current: &mut T, chosen: Option<T>) -> Option<()> {
    *current = chosen?;
    Some(())
}

/// Why a quirk cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuirkError {
    /// There is no quirk of this name.
    UnknownName(String),
    /// It was a quirk once. Now the simulator takes one reading.
    NoLongerAChoice(&'static OpenQuestion),
    /// The quirk has no such choice.
    UnknownValue {
        /// Which quirk.
        quirk: &'static Quirk,
        /// What was chosen.
        value: String,
    },
}

impl QuirkError {
    /// What to report about a name that no quirk has.
    pub fn without_quirk(name: &str) -> Self {
        OpenQuestion::named(name).map_or_else(|| Self::UnknownName(name.to_owned()), Self::NoLongerAChoice)
    }
}

impl fmt::Display for QuirkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => write!(f, "there is no quirk `{name}`"),
            Self::NoLongerAChoice(open) => write!(
                f,
                "`{}` is no longer a quirk: the simulator always takes the reading `{}`, see scenarios/OPEN_QUESTIONS.md",
                open.name, open.reading.word
            ),
            Self::UnknownValue { quirk, value } => {
                let choices = match quirk.choices {
                    Choices::Words(choices) => {
                        choices.iter().map(|choice| format!("`{}`", choice.word)).collect::<Vec<_>>().join(" or ")
                    }
                    Choices::Number(most) => format!("a whole number from 0 to {most}"),
                };
                write!(f, "the quirk `{}` cannot be `{value}`: choose {choices}", quirk.name)
            }
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

/// From a map; a quirk that is left out has its default.
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
    use std::collections::BTreeSet;

    use super::super::open::OPEN_QUESTIONS;
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
        let defaults: Vec<(&str, String)> = Quirks::default().words().collect();
        let described: Vec<(&str, String)> = QUIRKS.iter().map(|quirk| (quirk.name, quirk.default_word().to_owned())).collect();
        assert_eq!(defaults, described);
    }

    #[test]
    fn a_quirk_and_an_open_question_say_all_there_is_to_say() {
        let open =
            OPEN_QUESTIONS.iter().map(|open| (open.name, [open.question, open.documented, open.observed, open.settled_by]));
        let quirks =
            QUIRKS.iter().map(|quirk| (quirk.name, [quirk.question, quirk.documented, quirk.observed, quirk.settled_by]));
        let mut names = BTreeSet::new();
        for (name, texts) in quirks.chain(open) {
            assert!(names.insert(name), "the name {name} is given twice");
            for text in texts {
                assert!(text.len() > 5 && text.trim() == text && !text.ends_with('.'), "{name}: {text:?}");
            }
        }
        for quirk in QUIRKS {
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
        let error = quirks.set("format_case", "any").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`format_case` is no longer a quirk: the simulator always takes the reading `lower_only`, see scenarios/OPEN_QUESTIONS.md"
        );
        assert_eq!(quirks, Quirks::default());
    }
}
