//! The function `merge_load_files`.

use futures::StreamExt as _;
use neptune_data::runs::{BadRun, Entries, RunReader, Vertices};
use serde_json::{Value, json};

use super::call::Call;
use super::error::{FileError, FileErrorName};
use super::missing::Missing;
use super::reads::read_all;
use super::request::{self, Merge, invalid};
use super::s3::S3;
use super::summary;
use crate::logging::{Ending, log_ending};
use crate::panicked::caught;
use crate::text::cut;

/// Which part of the memory the ids of a range may take, and which one run.
const PART_FOR_IDS: usize = 2;
const PART_FOR_RUN: usize = 32;

/// Merges one range of the runs of all objects, or, without a range, writes the report.
///
/// # Errors
/// Any [`FileErrorName`].
pub async fn merge(call: Call) -> Result<Value, FileError> {
    let merged = caught(&call.request_id, answer(&call)).await;
    let (answer, error) = (merged.as_ref().ok(), merged.as_ref().err());
    log_ending!(
        Ending::of(error.map(|error| error.name.is_retryable())),
        requestId = call.request_id,
        tenantId = call.tenant_id,
        function = "merge_load_files",
        duration_ms = call.duration_ms(),
        range = answer.and_then(|answer| answer["range"].as_u64()),
        verdict = answer.and_then(|answer| answer["verdict"].as_str()),
        error_type = error.map(|error| error.name.as_str()),
        error = error.map(|error| cut(&error.message, 1000)),
        "merged"
    );
    merged
}

async fn answer(call: &Call) -> Result<Value, FileError> {
    let event: Merge = request::read(call.readable())?;
    let s3 = call.client.clone()?;
    match event.range {
        None => summary::write(&s3, &event).await,
        Some(range) if range >= event.ranges.get() => Err(invalid("`range` counts from 0 and is less than `ranges`")),
        Some(range) => merge_range(&s3, &event, range).await,
    }
}

async fn merge_range(s3: &S3, event: &Merge, range: u16) -> Result<Value, FileError> {
    let Merge { report, .. } = event;
    let folder = report.runs(range);
    let names = s3.list(&report.bucket, &folder).await?;
    let (of_vertices, of_ends): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.starts_with('v'));
    let mut merging =
        Merging { vertices: Vertices::with_room_for(s3.memory() / PART_FOR_IDS / 16), missing: Missing::default() };
    for names in [of_vertices, of_ends] {
        let mut runs = read_all(s3, &report.bucket, &folder, names, s3.memory() / PART_FOR_RUN);
        while let Some((name, run)) = runs.next().await {
            merging.add(&run?).map_err(|problem| problem.about(&format!("{folder}{name}")))?;
        }
    }
    let missing = merging.finish();
    let key = report.missing(range);
    let json = serde_json::to_vec(&missing).expect("it is JSON");
    s3.put(&report.bucket, &key, &json).await?;
    let Missing { vertices, listed, further_ends, .. } = missing;
    Ok(
        json!({"range": range, "vertices": vertices, "missing": listed, "furtherEnds": further_ends, "bucket": report.bucket, "key": key}),
    )
}

/// A range that is merged.
struct Merging {
    vertices: Vertices,
    missing: Missing,
}

/// Why a run cannot be merged.
enum Problem {
    Bad(BadRun),
    NoRoom(String),
}

impl Problem {
    fn about(self, key: &str) -> FileError {
        match self {
            Self::Bad(bad) => FileError::new(FileErrorName::DamagedReport, format!("the run {key} cannot be merged: {bad}")),
            Self::NoRoom(problem) => {
                let text = format!("{problem}; start the check with more `ranges`, or give merge_load_files more memory");
                FileError::new(FileErrorName::TooManyIds, text)
            }
        }
    }
}

impl Merging {
    /// Adds a run of vertices, or looks for the ends of one of ends. All those of vertices come first.
    fn add(&mut self, run: &[u8]) -> Result<(), Problem> {
        let RunReader { name, entries } = RunReader::open(run).map_err(Problem::Bad)?;
        match entries {
            Entries::Vertices(ids) => {
                for id in ids {
                    let added = self.vertices.add(id.map_err(Problem::Bad)?);
                    added.map_err(|no_room| Problem::NoRoom(no_room.to_string()))?;
                }
                Ok(())
            }
            Entries::Ends(ends) => {
                let missing = &mut self.missing;
                self.vertices.missing(ends, |end| missing.note(&name, end.record)).map_err(Problem::Bad)
            }
        }
    }

    fn finish(mut self) -> Missing {
        self.missing.vertices = self.vertices.count() as u64;
        self.missing
    }
}
