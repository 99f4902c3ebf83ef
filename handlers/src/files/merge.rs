//! The function `merge_load_files`.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, Stream, StreamExt as _};
use neptune_data::runs::{BadRun, Entries, RunReader, Vertices};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::{info, warn};

use super::call::Call;
use super::error::{FileError, FileErrorName};
use super::request::{self, Merge, invalid};
use super::s3::S3;
use super::summary;
use crate::text::cut;

/// How many objects are read at once.
pub(super) const READS: usize = 8;
/// How many edges without a vertex are listed for a range.
const LISTED: usize = 100_000;
/// Which part of the memory the ids of a range may take, and which one run.
const PART_FOR_IDS: usize = 2;
const PART_FOR_RUN: usize = 32;

/// The edges of one range that have no vertex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Missing {
    /// How many different ids of vertices are in the range.
    pub(super) vertices: u64,
    /// The records of edges, by the keys of their objects.
    pub(super) edges: BTreeMap<String, BTreeSet<u64>>,
    /// How many of them there are.
    pub(super) listed: u64,
    /// How many ends there are beyond them.
    pub(super) further_ends: u64,
}

/// Merges one range of the runs of all objects, or, without a range, writes the report.
///
/// # Errors
/// Any [`FileErrorName`].
pub async fn merge(call: Call) -> Result<Value, FileError> {
    let merged = answer(&call).await;
    let (request_id, duration_ms) = (&call.request_id, call.duration_ms());
    match &merged {
        Ok(answer) => {
            let (range, verdict) = (answer["range"].as_u64(), answer["verdict"].as_str());
            info!(request_id, duration_ms, range, verdict, "merged");
        }
        Err(error) => {
            warn!(request_id, duration_ms, error_type = error.name.as_str(), error = cut(&error.message, 1000), "not merged");
        }
    }
    merged
}

async fn answer(call: &Call) -> Result<Value, FileError> {
    let event: Merge = request::read(&call.event)?;
    let s3 = call.s3.clone()?;
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

/// The objects with these names, in their order, each of so many bytes at most.
pub(super) fn read_all<'a>(
    s3: &'a S3,
    bucket: &'a str,
    folder: &'a str,
    names: Vec<String>,
    most: usize,
) -> impl Stream<Item = (String, Result<Vec<u8>, FileError>)> + Unpin + 'a {
    let get = move |name: String| async move {
        let read = s3.get(bucket, &format!("{folder}{name}"), most).await;
        (name, read)
    };
    Box::pin(stream::iter(names).map(get).buffered(READS))
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

impl Missing {
    /// Notes an end without a vertex.
    fn note(&mut self, key: &str, record: u64) {
        if self.listed >= LISTED as u64 {
            self.further_ends += 1;
        } else if !self.edges.contains_key(key) {
            self.edges.insert(key.to_owned(), BTreeSet::from([record]));
            self.listed += 1;
        } else if let Some(records) = self.edges.get_mut(key) {
            self.listed += u64::from(records.insert(record));
        }
    }
}
