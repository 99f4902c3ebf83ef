//! The provenance of facts about Neptune's answers.

use serde::{Deserialize, Serialize};

/// How well a simulated answer is backed, from the strongest to the weakest.
///
/// Nothing in this project was compared with a live cluster yet, so there is no variant for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The Neptune user guide or the Data API reference says so.
    Documented,
    /// The service model that AWS generates its SDKs from says so.
    Model,
    /// A real response shows it: recorded in a public issue, README or source comment.
    Observed,
    /// Our conclusion from the others.
    Inferred,
}

impl Evidence {
    /// The word used in logs and on the control API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Model => "model",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
        }
    }
}
