//! What helps to understand a load: a sentence about it, and its error log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a load is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadExplanation {
    /// A few sentences: how the load stands and why, what a poller is told now and what is right to do about it, and whether somebody goes on
    /// asking although the load has ended.
    pub text: String,
}

/// The query of a request for a load's error log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ErrorLogPage {
    /// Which page, from 1. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub page: Option<u64>,
    /// How many entries a page has, 1 to 1000. Default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u64>,
}

/// A page of a load's error log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorLog {
    /// How many entries the whole log has. It shows once the load has ended by itself, and has the newest 10,000 at most.
    pub total: u64,
    /// Which page this is, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// The entries of this page.
    pub errors: Vec<LoggedError>,
}

/// An entry of an error log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedError {
    /// Neptune's code, `PARSING_ERROR`.
    pub code: String,
    /// What went wrong, in Neptune's words.
    pub message: String,
    /// The file, `s3://bucket/key`.
    pub file: String,
    /// The record within the file, from 1; 0 if that cannot be said.
    pub record: u64,
}
