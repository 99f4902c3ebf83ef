//! Finds flaws in a completed load. Neptune reports `LOAD_COMPLETED` also for a load with errors below a threshold (documented), and for one
//! that found nothing to load.

use neptune_wire::{LoadId, LoadStatus};
use serde_json::Value;
use tracing::warn;

use crate::neptune::SHOWN_ID_BYTES;
use crate::reply::{has_failed, status_word};
use crate::text::visible;

/// The counters of errors in `overallStatus` (documented).
const ERRORS: [&str; 3] = ["parsingErrors", "datatypeMismatchErrors", "insertErrors"];
const RECORDS: &str = "totalRecords";

/// The counters of a load that completed with errors, with failed files or without a record. A counter that Neptune leaves out is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    errors: [Option<u64>; 3],
    failed_feeds: Option<u64>,
    records: Option<u64>,
}

impl Flaw {
    /// The flaw of the load in Neptune's envelope; `None` if the load has none, or has not completed.
    pub(crate) fn of(envelope: &Value) -> Option<Self> {
        if status_word(envelope) != Some(LoadStatus::Completed.as_str()) {
            return None;
        }
        let overall = &envelope["payload"]["overallStatus"];
        let count = |name: &str| whole(&overall[name]);
        let flaw = Self { errors: ERRORS.map(count), failed_feeds: failed_feeds(envelope), records: count(RECORDS) };
        (flaw.has_errors() || flaw.records == Some(0)).then_some(flaw)
    }

    fn has_errors(&self) -> bool {
        self.errors.iter().chain([&self.failed_feeds]).flatten().any(|count| *count > 0)
    }

    /// The sentence about the load, to follow its name.
    pub(crate) fn sentence(&self) -> String {
        if !self.has_errors() {
            let remedy = "check its source, unless it resumed a load that had nothing left";
            return format!("completed without a record ({RECORDS} 0); {remedy}");
        }
        let counts = ERRORS.into_iter().zip(self.errors).chain([("failed feeds", self.failed_feeds)]);
        let counts = counts.filter_map(|(name, count)| Some((name, count.filter(|count| *count > 0)?)));
        let counts: Vec<_> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        let records = self.records.map(|records| format!(" ({RECORDS} {records})")).unwrap_or_default();
        format!("completed with errors: {}{records}", counts.join(", "))
    }

    /// Writes a warning about the load to the log.
    pub(crate) fn log(&self, request_id: &str, function: &str, run_id: Option<&str>, id: &LoadId) {
        let [parsing_errors, datatype_mismatch_errors, insert_errors] = self.errors;
        warn!(
            requestId = request_id,
            function,
            run_id = run_id.map(|id| visible(id, SHOWN_ID_BYTES)),
            load_id = visible(id.as_str(), SHOWN_ID_BYTES),
            status = LoadStatus::Completed.as_str(),
            parsing_errors,
            datatype_mismatch_errors,
            insert_errors,
            failed_feeds = self.failed_feeds.filter(|count| *count > 0),
            total_records = self.records,
            warning = self.sentence(),
            "completed, but not clean"
        );
    }
}

/// How many feeds have failed, by the counts that Neptune gives for each status.
pub(crate) fn failed_feeds(answer: &Value) -> Option<u64> {
    let counts = answer["payload"]["feedCount"].as_array()?.iter().filter_map(Value::as_object).flatten();
    Some(counts.filter(|(word, _)| has_failed(&word.as_str().into())).filter_map(|(_, count)| count.as_u64()).sum())
}

/// A count; Neptune's own examples write some as `3.0` (documented).
fn whole(count: &Value) -> Option<u64> {
    let from_decimal = || count.as_f64().filter(|count| (0.0..9e15).contains(count)).map(|count| format!("{count:.0}"));
    count.as_u64().or_else(|| from_decimal()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn failed_feeds_are_counted_by_their_statuses() {
        let counts = json!([{"LOAD_NOT_STARTED": 1}, {"LOAD_COMPLETED": 2}, {"LOAD_FAILED": 3}, {"LOAD_S3_READ_ERROR": 4}, 5]);
        assert_eq!(failed_feeds(&json!({"payload": {"feedCount": counts}})), Some(7));
        assert_eq!(failed_feeds(&json!({"payload": {}})), None);
    }
}
