//! What a completed load has that a clean one has not. Neptune says `LOAD_COMPLETED` also of a load with errors below a threshold
//! (documented), and of one that found nothing to load.

use neptune_wire::{LoadId, LoadStatus};
use serde_json::Value;
use tracing::warn;

use crate::neptune::SHOWN_ID_BYTES;
use crate::reply::status_word;
use crate::text::visible;

/// The counters of errors in `overallStatus` (documented).
const ERRORS: [&str; 3] = ["parsingErrors", "datatypeMismatchErrors", "insertErrors"];
const RECORDS: &str = "totalRecords";

/// The counters of a load that completed with errors, or without a record. A counter that Neptune leaves out is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    errors: [Option<u64>; 3],
    records: Option<u64>,
}

impl Flaw {
    /// Looks for one in Neptune's envelope.
    pub(crate) fn of(envelope: &Value) -> Option<Self> {
        if status_word(envelope) != Some(LoadStatus::Completed.as_str()) {
            return None;
        }
        let count = |name| whole(envelope.pointer("/payload/overallStatus")?.get(name)?);
        let flaw = Self { errors: ERRORS.map(count), records: count(RECORDS) };
        (flaw.has_errors() || flaw.records == Some(0)).then_some(flaw)
    }

    fn has_errors(&self) -> bool {
        self.errors.iter().flatten().any(|count| *count > 0)
    }

    /// What is told of the load after its name.
    pub(crate) fn sentence(&self) -> String {
        if !self.has_errors() {
            let remedy = "check its source, unless it resumed a load that had nothing left";
            return format!("completed without a record ({RECORDS} 0); {remedy}");
        }
        let counts = ERRORS.iter().zip(self.errors).filter_map(|(name, count)| Some((name, count.filter(|count| *count > 0)?)));
        let counts: Vec<_> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        let records = self.records.map(|records| format!(" ({RECORDS} {records})")).unwrap_or_default();
        format!("completed with errors: {}{records}", counts.join(", "))
    }

    /// Leaves a warning about the load in the log.
    pub(crate) fn log(&self, request_id: &str, function: &str, run_id: Option<&str>, id: &LoadId) {
        let [parsing_errors, datatype_mismatch_errors, insert_errors] = self.errors;
        warn!(
            request_id,
            function,
            run_id = run_id.map(|id| visible(id, SHOWN_ID_BYTES)),
            load_id = visible(id.as_str(), SHOWN_ID_BYTES),
            status = LoadStatus::Completed.as_str(),
            parsing_errors,
            datatype_mismatch_errors,
            insert_errors,
            total_records = self.records,
            warning = self.sentence(),
            "completed, but not clean"
        );
    }
}

/// A count; Neptune's own examples write some as `3.0` (documented).
fn whole(count: &Value) -> Option<u64> {
    let from_decimal = || count.as_f64().filter(|count| (0.0..9e15).contains(count)).map(|count| format!("{count:.0}"));
    count.as_u64().or_else(|| from_decimal()?.parse().ok())
}
