//! Loads: their timelines, and the requests that change them.

use neptune_text::DURATION_PATTERN;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The life of a load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it loads, or claims to.
    pub source: String,
    /// The loads whose end it waits for, as its start names them.
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// The status that holds now, in Neptune's word.
    pub status: String,
    /// Whether it has ended for good.
    pub ended: bool,
    /// Every status so far. The last one holds now.
    pub history: Vec<Moment>,
    /// What will happen unless a request changes it. Empty while a started load waits for its turn.
    pub ahead: Vec<Moment>,
}

/// Where a load comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A scenario or this API: it follows its lifecycle whatever other loads do.
    Scripted,
    /// `POST /loader`: it obeys Neptune's queue.
    Started,
}

/// A status and the moment from which it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// In seconds since the cluster began, by its clock.
    pub at: f64,
    /// Neptune's word.
    pub status: String,
}

/// A load to script, in the words of a scenario. It begins at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLoad {
    /// Its id, 1 to 256 bytes, which no other load has.
    #[schemars(length(min = 1, max = 256))]
    pub id: String,
    /// The statuses it goes through, each with how long it lasts: `["LOAD_IN_QUEUE 2s", "LOAD_IN_PROGRESS 1m", "LOAD_COMPLETED"]`. The
    /// last one stays for ever and has no duration. 1 to 32.
    #[schemars(length(min = 1, max = 32))]
    pub lifecycle: Vec<String>,
    /// What it claims to load. Default `s3://neptune-loads/<id>/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How many files. Default: as many as `errors` names, at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// How many records in all. Default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// How many of the records are there already. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<u64>,
    /// How often the loader itself tried again, `retryNumber`. It shows once the load has ended. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// What goes wrong. It shows once the load has ended. At most 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub errors: Vec<LoadError>,
    /// Status words in `lifecycle` that Neptune does not document. Without this list they are taken for typing errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undocumented_statuses: Vec<String>,
}

/// An error that a load reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadError {
    /// Neptune's code, `PARSING_ERROR`.
    pub code: String,
    /// Neptune's words.
    pub message: String,
    /// The file, relative to the load's source.
    pub file: String,
    /// The record within the file, from 1; 0 if that cannot be said. Only `PARSING_ERROR` has one. Default 0.
    #[serde(default)]
    pub record: u64,
    /// How many records in a row have the error, 1 to 1000000. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub times: Option<u64>,
    /// Which of Neptune's counters it adds to, if not the one of its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_as: Option<Counter>,
    /// The status that its file ends with, if not the one of its code: `LOAD_S3_READ_ERROR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_status: Option<String>,
}

/// One of Neptune's counters of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// `parsingErrors`
    Parsing,
    /// `datatypeMismatchErrors`
    DatatypeMismatch,
    /// `insertErrors`
    Insert,
}

/// What is to become of a load that has not ended. Whatever is left out stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Outcome {
    /// The statuses from now on, the one that holds now among them if it is to last: `["LOAD_IN_PROGRESS 10s", "LOAD_FAILED"]`, or
    /// `["LOAD_FAILED"]` for at once. Of a started load that waits: the statuses from the moment its turn has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 32))]
    pub lifecycle: Option<Vec<String>>,
    /// Instead of `lifecycle`: how much longer it is in progress, `5s`. It then completes, or ends as its errors and the `failOnError`
    /// of its start have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))]
    pub runs: Option<String>,
    /// How many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// How many records in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// How many of the records are there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<u64>,
    /// How often the loader itself tried again. It shows once the load has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// What goes wrong; an empty list for nothing. It shows once the load has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub errors: Option<Vec<LoadError>>,
    /// Status words in `lifecycle` that Neptune does not document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undocumented_statuses: Vec<String>,
}
