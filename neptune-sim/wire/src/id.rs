//! The name of a bulk-load job.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of one bulk-load job.
///
/// Neptune makes UUIDs. The simulator also takes the readable ids of scenarios (`domain-load-123`), so any text is an id here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoadId(String);

impl LoadId {
    /// Takes the text as it is.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for LoadId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl Borrow<str> for LoadId {
    fn borrow(&self) -> &str {
        &self.0
    }
}
