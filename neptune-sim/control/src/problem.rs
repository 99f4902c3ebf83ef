//! What the control API answers when something is wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// What is wrong, in one line.
    pub error: String,
    /// What to do about it.
    pub hint: String,
    /// Where in the body it is, as a way from its root: `given.loads.people.lifecycle[0]`. Left out if the whole request is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line of a body that is a text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in that line, from 1, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What else is wrong with the body: at most 19 further mistakes. Left out if there is nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Mistake>,
}

/// A further mistake in a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// What is wrong, in one line.
    pub error: String,
    /// What to do about it, if the simulator knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where in the body it is, as a way from its root: `given.loads.people.lifecycle[0]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line of a body that is a text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in that line, from 1, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}
