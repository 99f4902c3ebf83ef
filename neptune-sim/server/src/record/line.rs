//! The lines of a recording.

use indexmap::IndexMap;
use neptune_control::Effect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the format.
pub(super) const FORMAT: u32 = 1;

/// The line at each start of the proxy. Numbers and placeholders begin anew behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// The version of the format: 1.
    pub recording: u32,
    /// The program that wrote it: `neptune-sim 0.1.0`.
    pub by: String,
    /// When, by the wall clock: `2026-11-22T10:00:00.000Z`.
    pub time: String,
    /// The upstream, its host replaced: `https://host-1:8182`.
    pub upstream: String,
}

/// A request and its answer. A line is written when the exchange ends, so lines need not be in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Its number, from 0, in the order of arrival.
    pub number: u64,
    /// When it arrived, in seconds since the proxy began, by the proxy's clock.
    pub at: f64,
    /// When it arrived, by the wall clock: `2026-11-22T10:00:00.000Z`.
    pub time: String,
    /// How long it took, in seconds.
    pub took: f64,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers that say something about the loader's client, in lower case.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// The request's body; `None` if it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The fault that fired for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FiredFault>,
    /// The answer, before a fault could damage it; `None` if there was none: a fault kept it from being asked for, or the client left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// A fault that fired for a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiredFault {
    /// Its name.
    pub name: String,
    /// What it does, as a scenario says it.
    pub does: Effect,
    /// How long the client waited before, as a scenario says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub http: u16,
    /// The headers that say something about the answer, in lower case.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// The body; `None` if it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// It is JSON.
    Json(Value),
    /// It is a text, or something else as far as it can be read as one.
    Text(String),
    /// It is longer than what is kept.
    Cut {
        /// How it begins.
        begins: String,
        /// How many bytes it has.
        bytes: u64,
    },
    /// It is not part of a request to the loader, and may contain anything.
    LeftOut {
        /// How many bytes it has.
        bytes: u64,
    },
}

impl Body {
    /// The JSON that it is, if it is any.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Text(_) | Self::Cut { .. } | Self::LeftOut { .. } => None,
        }
    }
}
