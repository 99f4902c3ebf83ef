//! The report about all objects.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use neptune_data::Code;
use serde_json::{Value, json};

use super::error::{FileError, FileErrorName};
use super::found::{Answer, SHOWN, Shown};
use super::missing::Missing;
use super::reads::read_all;
use super::request::Merge;
use super::s3::S3;

/// How many edges without a vertex are told apart. Of those beyond, an edge counts for each of its ends that is missing.
const COUNTED: usize = 1_000_000;
/// How long the answer about one object may be, in bytes, and the list of edges of one range.
const CHECK_BYTES: usize = 1024 * 1024;
const PART_FOR_LIST: usize = 8;

/// Writes the report, and returns it.
pub(super) async fn write(s3: &S3, event: &Merge) -> Result<Value, FileError> {
    let mut all = checks(s3, event).await?;
    let (edges, further) = missing(s3, event).await?;
    let count = edges.values().map(BTreeSet::len).sum::<usize>() as u64;
    all.totals.insert_errors += count + further;
    all.error_count += count + further;
    let shown = edges.iter().flat_map(|(key, records)| records.iter().map(|record| edge(key, *record)));
    all.errors.extend(shown.take(SHOWN));
    let mut report = all.finish();
    let folder = format!("{}/missing/", event.report.prefix);
    report["missingVertices"] =
        json!({"edges": count + further, "isExact": further == 0, "bucket": event.report.bucket, "prefix": folder});
    s3.put(&event.report.bucket, &event.report.report(), format!("{report:#}\n").as_bytes()).await?;
    Ok(report)
}

/// The answers about all objects as one.
async fn checks(s3: &S3, event: &Merge) -> Result<Answer, FileError> {
    let (bucket, folder) = (&event.report.bucket, event.report.checks());
    let names = s3.list(bucket, &folder).await?;
    if names.is_empty() {
        let text =
            format!("no object was checked: there is nothing below s3://{bucket}/{folder}; is the prefix of the files right?");
        return Err(FileError::new(FileErrorName::ObjectNotFound, text));
    }
    let mut all = Answer::default();
    let mut answers = read_all(s3, bucket, &folder, names, CHECK_BYTES);
    while let Some((name, bytes)) = answers.next().await {
        let answer: Answer = parse(&bytes?, &format!("{folder}{name}"))?;
        all.totals += answer.totals;
        all.files += answer.files;
        all.error_count += answer.error_count;
        all.warning_count += answer.warning_count;
        keep(&mut all.errors, answer.errors);
        keep(&mut all.warnings, answer.warnings);
    }
    Ok(all)
}

/// Keeps the first ones by the names of their files.
fn keep(kept: &mut Vec<Shown>, more: Vec<Shown>) {
    kept.extend(more);
    kept.sort_by(|one, other| one.file.cmp(&other.file));
    kept.truncate(SHOWN);
}

/// The edges of all ranges without a vertex, and how many ends there are beyond them. An edge whose ends are in two ranges is there once.
async fn missing(s3: &S3, event: &Merge) -> Result<(BTreeMap<String, BTreeSet<u64>>, u64), FileError> {
    let bucket = &event.report.bucket;
    let keys = (0..event.ranges.get()).map(|range| event.report.missing(range)).collect();
    let (mut edges, mut count, mut further) = (BTreeMap::<String, BTreeSet<u64>>::new(), 0, 0);
    let mut lists = read_all(s3, bucket, "", keys, s3.memory() / PART_FOR_LIST);
    while let Some((key, bytes)) = lists.next().await {
        let bytes = bytes.map_err(|error| not_merged(error, &key))?;
        let list: Missing = parse(&bytes, &key)?;
        further += list.further_ends;
        for (file, records) in list.edges {
            if count >= COUNTED {
                further += records.len() as u64;
                continue;
            }
            let known = edges.entry(file).or_default();
            let before = known.len();
            known.extend(records);
            count += known.len() - before;
        }
    }
    Ok((edges, further))
}

fn not_merged(error: FileError, key: &str) -> FileError {
    if error.name != FileErrorName::ObjectNotFound {
        return error;
    }
    FileError::new(FileErrorName::DamagedReport, format!("there is no {key}: merge each range before the report is written"))
}

fn edge(key: &str, record: u64) -> Shown {
    Shown {
        code: Some(Code::MissingVertex.as_str().to_owned()),
        message: "a vertex of the edge is in none of the objects".to_owned(),
        file: key.to_owned(),
        record,
        line: None,
        column: None,
        id: None,
    }
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8], key: &str) -> Result<T, FileError> {
    let unread = |_| FileError::new(FileErrorName::DamagedReport, format!("{key} was not written by these functions"));
    serde_json::from_slice(bytes).map_err(unread)
}
