//! The bodies of successful answers. Fields are in the order that recordings show.

use neptune_wire::{LoadId, LoadStatus, OK_STATUS};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::quirks::TotalTimeSpent;

/// The envelope around every successful loader answer but that of a cancel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply<P> {
    /// Always [`OK_STATUS`]. (Error answers have no `status`.)
    pub status: &'static str,
    /// What was asked for.
    pub payload: P,
}

impl<P> Reply<P> {
    /// A successful answer.
    pub fn ok(payload: P) -> Self {
        Self { status: OK_STATUS, payload }
    }
}

/// The answer to a cancel. Documented as "no body", but graph-notebook parses it as JSON and tests it for truth; the SDK model
/// has an optional `status` (inferred). A quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CancelReply {
    /// Always [`OK_STATUS`].
    pub status: &'static str,
}

impl Default for CancelReply {
    fn default() -> Self {
        Self { status: OK_STATUS }
    }
}

/// A payload without anything in it: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoPayload {}

/// Payload of an answered start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartedLoad {
    /// The new load.
    pub load_id: LoadId,
}

/// Payload of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadIdList {
    /// Waiting loads first, the latest of them first; then the others, the latest first.
    pub load_ids: Vec<LoadId>,
}

/// Payload of one load's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusPayload {
    /// Files by status; absent while the load waits in the queue (observed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_count: Option<Vec<FeedCount>>,
    /// The load as a whole.
    pub overall_status: LoadReport,
    /// The feeds that failed: only with `details=TRUE`, and only if there are any (documented; left out when none: inferred).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_feeds: Option<Vec<LoadReport>>,
    /// Error-log entries: only with `errors=TRUE`, but then also when there are none (a public client indexes it blindly).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<ErrorPage>,
}

/// How many files of a load have one status; on the wire `{"LOAD_COMPLETED": 3}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCount {
    /// The status they have.
    pub status: LoadStatus,
    /// How many, 1 or more.
    pub files: u64,
}

impl Serialize for FeedCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.status.as_str(), &self.files)?;
        map.end()
    }
}

/// What Neptune reports of a load as a whole, or of one of its feeds. All numbers are JSON integers (observed; the documentation's
/// examples also show `totalTimeSpent` as `3.0`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadReport {
    /// The requested source to the letter; of a feed, `s3://bucket/key`.
    pub full_uri: String,
    /// 1 for the first run, one more for each restart.
    pub run_number: u64,
    /// How often the loader itself tried again.
    pub retry_number: u64,
    /// The status.
    pub status: LoadStatus,
    /// Seconds spent on parsing and inserting.
    pub total_time_spent: TimeSpent,
    /// Seconds since 1970 at the start; 0 while queued (inferred). A quirk leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<u64>,
    /// Records loaded or attempted: facts, not rows.
    pub total_records: u64,
    /// Records that were there already.
    pub total_duplicates: u64,
    /// Errors of parsing.
    pub parsing_errors: u64,
    /// Values that did not fit their type.
    pub datatype_mismatch_errors: u64,
    /// Errors of inserting.
    pub insert_errors: u64,
}

/// Whole seconds, written as recordings or as the documentation's examples write them (a quirk).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpent {
    /// How many.
    pub secs: u64,
    /// Whether to write `3` or `3.0`.
    pub notation: TotalTimeSpent,
}

impl Serialize for TimeSpent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.notation {
            TotalTimeSpent::Integer => serializer.serialize_u64(self.secs),
            #[expect(clippy::cast_precision_loss, reason = "no load takes 285 million years")]
            TotalTimeSpent::Float => serializer.serialize_f64(self.secs as f64),
        }
    }
}

/// One page of a load's error log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorPage {
    /// Number of the first entry shown, from 1; 0 when none is.
    pub start_index: u64,
    /// Number of the last entry shown; 0 when none is.
    pub end_index: u64,
    /// The load.
    pub load_id: LoadId,
    /// The entries.
    pub error_logs: Vec<ErrorLog>,
}

/// One entry of a load's error log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorLog {
    /// What kind of error.
    pub error_code: FeedErrorCode,
    /// What went wrong, in Neptune's words.
    pub error_message: String,
    /// The feed, `s3://bucket/key`.
    pub file_name: String,
    /// The record within the file, from 1; 0 if that cannot be said, and for every code but `PARSING_ERROR`.
    pub record_num: u64,
}

/// The kind of an error-log entry (documented). The set is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FeedErrorCode {
    /// A record could not be parsed, or a value did not fit its type.
    Parsing,
    /// An edge names a vertex that does not exist.
    FromOrToVertexMissing,
    /// A single-valued property has another value already.
    SingleCardinalityViolation,
    /// An edge id is used for two edges.
    IdAssignedToMultipleEdges,
    /// S3 refused access.
    S3AccessDenied,
    /// A file changed or went away while it was loaded.
    FileModificationOrDeletion,
    /// Out of memory; resuming usually helps.
    OutOfMemory,
    /// Something failed inside.
    Internal,
    /// A word that is not documented, as it came.
    Other(String),
}

/// Which counter of a [`LoadReport`] an error-log entry adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedErrorCounter {
    /// `parsingErrors`
    Parsing,
    /// `datatypeMismatchErrors`
    DatatypeMismatch,
    /// `insertErrors`
    Insert,
}

impl FeedErrorCode {
    /// Every documented code.
    pub const DOCUMENTED: [Self; 8] = [
        Self::Parsing,
        Self::FromOrToVertexMissing,
        Self::SingleCardinalityViolation,
        Self::IdAssignedToMultipleEdges,
        Self::S3AccessDenied,
        Self::FileModificationOrDeletion,
        Self::OutOfMemory,
        Self::Internal,
    ];

    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Parsing => "PARSING_ERROR",
            Self::FromOrToVertexMissing => "FROM_OR_TO_VERTEX_ARE_MISSING",
            Self::SingleCardinalityViolation => "SINGLE_CARDINALITY_VIOLATION",
            Self::IdAssignedToMultipleEdges => "ID_ASSIGNED_TO_MULTIPLE_EDGES",
            Self::S3AccessDenied => "S3_ACCESS_DENIED_ERROR",
            Self::FileModificationOrDeletion => "FILE_MODIFICATION_OR_DELETION_ERROR",
            Self::OutOfMemory => "OUT_OF_MEMORY_ERROR",
            Self::Internal => "INTERNAL_ERROR",
            Self::Other(word) => word,
        }
    }

    /// The counter that the entry adds to, if any (parsing documented, inserting observed for two codes, the rest inferred).
    pub fn counter(&self) -> Option<FeedErrorCounter> {
        match self {
            Self::Parsing => Some(FeedErrorCounter::Parsing),
            Self::FromOrToVertexMissing
            | Self::SingleCardinalityViolation
            | Self::IdAssignedToMultipleEdges
            | Self::OutOfMemory
            | Self::Internal => Some(FeedErrorCounter::Insert),
            Self::S3AccessDenied | Self::FileModificationOrDeletion | Self::Other(_) => None,
        }
    }

    /// Whether an entry may name a record: only of a record that could not be parsed. `recordNum` is 0 in every other entry that is known
    /// from a real load (observed for three codes, inferred for the rest).
    pub fn names_record(&self) -> bool {
        matches!(self, Self::Parsing)
    }

    /// The status of a feed that ends with this error (documented for S3 and changed files).
    pub fn feed_status(&self) -> LoadStatus {
        match self {
            Self::S3AccessDenied => LoadStatus::S3AccessDeniedError,
            Self::FileModificationOrDeletion => LoadStatus::FeedModifiedOrDeleted,
            Self::Parsing
            | Self::FromOrToVertexMissing
            | Self::SingleCardinalityViolation
            | Self::IdAssignedToMultipleEdges
            | Self::OutOfMemory
            | Self::Internal
            | Self::Other(_) => LoadStatus::Failed,
        }
    }
}

impl From<&str> for FeedErrorCode {
    fn from(word: &str) -> Self {
        Self::DOCUMENTED.into_iter().find(|code| code.as_str() == word).unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

impl<'de> Deserialize<'de> for FeedErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(Self::from(word.as_str()))
    }
}

impl Serialize for FeedErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The body of `GET /status` (documented). Compact JSON without an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineStatus {
    /// `healthy` or `recovery`.
    pub status: EngineHealth,
    /// `Thu Feb 08 01:22:14 UTC 2024`
    pub start_time: String,
    /// `1.3.0.0.R1`
    pub db_engine_version: &'static str,
    /// `writer` or `reader`.
    pub role: Role,
    /// `viaQueryHint` or `enabled`.
    pub dfe_query_engine: &'static str,
    /// Version of Gremlin.
    pub gremlin: EngineVersion,
    /// Version of SPARQL.
    pub sparql: EngineVersion,
    /// Version of openCypher.
    pub opencypher: EngineVersion,
    /// What is still rolled back after a shutdown with open transactions. Only then.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub rolling_back: Option<RollingBack>,
    /// Lab mode settings, text to text.
    pub lab_mode: serde_json::Value,
    /// Features: texts and objects mixed.
    pub features: serde_json::Value,
    /// Settings, text to text: numbers are texts here.
    pub settings: serde_json::Value,
}

/// What `/status` says of the engine (documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineHealth {
    /// It serves requests.
    #[default]
    Healthy,
    /// It recovers: transactions of the last shutdown are still active.
    Recovery,
}

/// What an instance may do (documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It reads and writes.
    #[default]
    Writer,
    /// A read replica: it starts and cancels no loads.
    Reader,
}

/// Transactions that are rolled back (documented).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollingBack {
    /// How many.
    #[serde(rename = "rollingBackTrxCount")]
    pub count: u64,
    /// When the first of them began, `Thu Feb 08 01:22:14 UTC 2024`.
    #[serde(rename = "rollingBackTrxEarliestStartTime")]
    pub earliest_start_time: String,
}

/// The version of one query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EngineVersion {
    /// `tinkerpop-3.6.4`
    pub version: &'static str,
}
