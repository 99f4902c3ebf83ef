//! Why a fault cannot be added, and which of its keys is wrong.

use std::time::Duration;

use neptune_text::parse_duration;

/// Why a fault cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if .keys.is_empty() { String::new() } else { format!("`{}`: ", .keys.join(".")) })]
pub struct FaultError {
    /// The keys that lead to what is wrong: `does`, `error`.
    keys: Vec<&'static str>,
    message: String,
    remedy: Option<String>,
}

impl FaultError {
    pub(crate) fn new(keys: &[&'static str], message: impl Into<String>) -> Self {
        Self { keys: keys.to_vec(), message: message.into(), remedy: None }
    }

    /// The keys that lead to what is wrong: `does`, `error`. Empty for the whole fault.
    pub fn keys(&self) -> &[&'static str] {
        &self.keys
    }

    /// What is wrong, without the keys.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, if that is not clear.
    pub fn help(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// A cluster would have more faults than it may.
    pub(crate) fn too_many(limit: usize) -> Self {
        Self::new(&[], format!("there would be more than {limit} faults")).with_help("remove some that are not needed any more")
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { remedy: Some(help.into()), ..self }
    }
}

/// A duration that these keys lead to, if there is one.
pub(crate) fn duration(keys: &[&'static str], text: Option<&str>) -> Result<Option<Duration>, FaultError> {
    text.map(|text| parse_duration(text).map_err(|error| FaultError::new(keys, error.to_string()))).transpose()
}
