//! Loads as a file writes them: scripted ones under `loads`, and rules for started ones under `started_loads`.

use neptune_loader::StartFailure;
use neptune_text::DURATION_PATTERN;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A load: the statuses it goes through, and what it loads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadEntry {
    /// The statuses it goes through, each with how long it lasts: `[LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS 1m, LOAD_COMPLETED]`. The
    /// last one stays for ever and has no duration. With `reads`, the last one is `LOAD_IN_PROGRESS`, and the default is that alone.
    pub(crate) lifecycle: Option<Vec<String>>,
    /// It reads its source out of `data`, and its numbers and its end follow from what is there: the parameters of its start by Neptune's
    /// names, `{format: nquads, failOnError: false}`. The format is `csv` unless it says otherwise.
    pub(crate) reads: Option<Map<String, Value>>,
    /// When its lifecycle begins, from the beginning of the cluster. Until then the load is not there. Default `0s`.
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["30s"]))]
    pub(crate) begins: Option<String>,
    /// What it claims to load. Default `s3://neptune-loads/<id>/`.
    pub(crate) source: Option<String>,
    /// How many files. Default: as many as `errors` names, at least 1.
    pub(crate) files: Option<u64>,
    /// How many records in all. Default 10.
    pub(crate) records: Option<u64>,
    /// How many of the records are there already. Default 0.
    #[serde(default)]
    pub(crate) duplicates: u64,
    /// How often the loader itself tried again, `retryNumber`. It shows once the load has ended. Default 0.
    #[serde(default)]
    pub(crate) retries: u64,
    /// What goes wrong. It shows once the load has ended.
    #[serde(default)]
    pub(crate) errors: Vec<LoadError>,
}

/// How certain started loads go. It fits a start if everything fits that it says of source, format, tag and folder.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RuleEntry {
    /// It fits sources that begin so. Default: every one.
    pub(crate) source: Option<String>,
    /// It fits this format, `csv`. Default: every one.
    pub(crate) format: Option<String>,
    /// It fits sources with a segment `tag=<this>`: `s3://bucket/tag=broken/people.csv`. Default: every one.
    pub(crate) tag: Option<String>,
    /// It fits sources with this very segment behind the bucket: `broken` fits `s3://bucket/run-1/broken/`. Default: every one.
    pub(crate) folder: Option<String>,
    /// The statuses that such a load goes through from the moment its turn has come, as for scripted loads.
    pub(crate) lifecycle: Option<Vec<String>>,
    /// Instead of `lifecycle`: how long it is in progress. It then completes, or ends as its `errors` and the start's `failOnError`
    /// have it. Default 5s.
    pub(crate) runs: Option<String>,
    /// Instead of both: such a start cannot be executed. Neptune refuses it, or ends it with `LOAD_FAILED_INVALID_REQUEST` if it
    /// had to wait.
    #[schemars(schema_with = "failure_schema")]
    pub(crate) refused: Option<String>,
    /// How many files. Default: as many as `errors` names, at least 1.
    pub(crate) files: Option<u64>,
    /// How many records in all. Default 10.
    pub(crate) records: Option<u64>,
    /// How many of the records are there already. Default 0.
    pub(crate) duplicates: u64,
    /// How often the loader itself tried again, `retryNumber`. It shows once the load has ended. Default 0.
    pub(crate) retries: u64,
    /// What goes wrong. It shows once the load has ended.
    pub(crate) errors: Vec<LoadError>,
}

fn failure_schema(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = StartFailure::ALL.iter().map(|failure| failure.as_word()).collect();
    json_schema!({"type": ["string", "null"], "enum": words})
}

/// An error that a load reports.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadError {
    /// Neptune's code, `PARSING_ERROR`.
    pub(crate) code: String,
    /// Neptune's words.
    pub(crate) message: String,
    /// The file, relative to the load's source.
    pub(crate) file: String,
    /// The record within the file, from 1; 0 if that cannot be said. Only `PARSING_ERROR` has one. Default 0.
    #[serde(default)]
    pub(crate) record: u64,
    /// How many records in a row have the error, 1 to 1000000. Default 1.
    pub(crate) times: Option<u64>,
    /// Which counter it adds to, if not the one of its code.
    pub(crate) counts_as: Option<CounterChoice>,
    /// The status that its file ends with, if not the one of its code: `LOAD_S3_READ_ERROR`.
    pub(crate) feed_status: Option<String>,
}

/// See `counts_as`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CounterChoice {
    /// `parsingErrors`
    Parsing,
    /// `datatypeMismatchErrors`
    DatatypeMismatch,
    /// `insertErrors`
    Insert,
}
