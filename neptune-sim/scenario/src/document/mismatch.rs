//! Why a value does not fit a Rust type, in the words of a file's author.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::path::KeyPath;

/// A value that does not fit.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// Where it is, as soon as that is known.
    pub(super) at: Option<KeyPath>,
    pub(super) kind: Kind,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The type has no such key.
    UnknownKey { key: String, known: &'static [&'static str] },
    /// The type has no such choice.
    UnknownWord { word: String, known: &'static [&'static str] },
    /// The type needs this key.
    MissingKey(&'static str),
    /// Only one key may stand here, and this is one more.
    SecondKey(String),
    /// Anything else, in words.
    Value(String),
}

impl Mismatch {
    /// A value of another kind than this is there.
    pub(super) fn expected(what: &str) -> Self {
        Kind::Value(format!("expected {what}")).into()
    }

    /// The same, at this path unless its path is known already: the innermost value says it first.
    pub(super) fn at(self, path: &KeyPath) -> Self {
        Self { at: Some(self.at.unwrap_or_else(|| path.clone())), kind: self.kind }
    }
}

impl From<Kind> for Mismatch {
    fn from(kind: Kind) -> Self {
        Self { at: None, kind }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::UnknownKey { key, .. } => write!(f, "unknown key `{key}`"),
            Kind::UnknownWord { word, .. } => write!(f, "unknown word `{word}`"),
            Kind::MissingKey(key) => write!(f, "the key `{key}` is missing here"),
            Kind::SecondKey(key) => write!(f, "`{key}` is one key too many: only one can stand here"),
            Kind::Value(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Mismatch {}

impl Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Kind::Value(message.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(&expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(&expected.to_string())
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Kind::UnknownWord { word: word.to_owned(), known }.into()
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Kind::UnknownKey { key: key.to_owned(), known }.into()
    }

    fn missing_field(key: &'static str) -> Self {
        Kind::MissingKey(key).into()
    }
}
