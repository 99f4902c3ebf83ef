//! Why a fault cannot be put in, and which of its keys is to blame.

use std::time::Duration;

use neptune_text::parse_duration;

/// Why a fault cannot be put in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if .keys.is_empty() { String::new() } else { format!("`{}`: ", .keys.join(".")) })]
pub struct FaultError {
    /// The keys that lead to what is wrong: `does`, `error`.
    pub(crate) keys: Vec<&'static str>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it, if that is not clear.
    pub(crate) remedy: Option<String>,
}

impl FaultError {
    pub(super) fn new(keys: &[&'static str], message: impl Into<String>) -> Self {
        Self { keys: keys.to_vec(), message: message.into(), remedy: None }
    }

    /// What to do about it, if that is not clear.
    pub fn help(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// There are as many as there may be.
    pub(super) fn too_many(limit: usize) -> Self {
        Self::new(&[], format!("there would be more than {limit} faults")).with_help("remove some that are not needed any more")
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { remedy: Some(help.into()), ..self }
    }
}

/// A duration that these keys lead to, if there is one.
pub(super) fn duration(keys: &[&'static str], text: Option<&str>) -> Result<Option<Duration>, FaultError> {
    text.map(|text| parse_duration(text).map_err(|error| FaultError::new(keys, error.to_string()))).transpose()
}
