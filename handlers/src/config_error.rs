//! What is wrong with the environment of a function.

use crate::error::{ErrorName, StatusError};
use crate::text::excerpt;

/// A variable that is missing or cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A needed variable is not set.
    #[error("{variable} is not set; {remedy}")]
    Missing {
        /// Its name.
        variable: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A variable has a value that cannot be used.
    #[error("{variable} {problem}")]
    Invalid {
        /// Its name.
        variable: &'static str,
        /// What is wrong and what to write instead. Never quotes what may be a secret.
        problem: String,
    },
}

impl ConfigError {
    /// An error that quotes the value, which must be no secret.
    pub(crate) fn invalid(variable: &'static str, value: &str, problem: &str) -> Self {
        Self::Invalid { variable, problem: format!("`{}` {problem}", excerpt(value, 100)) }
    }
}

impl From<ConfigError> for StatusError {
    fn from(error: ConfigError) -> Self {
        Self::new(ErrorName::ConfigurationError, error.to_string())
    }
}
