//! What a load loads, worked out of what Neptune says of it.

use std::collections::BTreeSet;

use neptune_loader::{FeedErrorCode, FeedErrorCounter, LoadStatus};
use serde_json::{Map, Value, json};

use super::Remarks;

/// How many errors of one load a scenario has at most.
const ERRORS: usize = 200;
/// How many errors in a row one entry can represent.
const TIMES: u64 = 1_000_000;
/// What stands where the words of an error are not known.
const UNTOLD: &str = "Not in the recording";

/// Files, records and errors as keys of a load in a scenario.
pub(super) fn work(load: &str, payloads: &[&Value], remarks: &mut Remarks) -> Map<String, Value> {
    let mut keys = Map::new();
    let Some(last) = payloads.last() else { return keys };
    let count = |name: &str| last.pointer(&format!("/overallStatus/{name}")).and_then(whole).unwrap_or_default();
    let status = LoadStatus::from(last.pointer("/overallStatus/status").and_then(Value::as_str).unwrap_or_default());
    let errors = Errors::of(payloads);
    let files = payloads.iter().filter_map(|payload| files(payload)).max();
    keys.extend(files.filter(|files| *files > errors.files().max(1)).map(|files| ("files".to_owned(), files.into())));
    if status.is_pending() {
        if count("totalRecords") > 0 {
            remarks.add(format!(
                "{load}: how far it had come (totalRecords, feedCount); here that follows from time and `records`"
            ));
        }
        return keys;
    }
    keys.insert("records".into(), count("totalRecords").into());
    for (name, key) in [("totalDuplicates", "duplicates"), ("retryNumber", "retries")] {
        if count(name) > 0 {
            keys.insert(key.into(), count(name).into());
        }
    }
    let counters = ["parsingErrors", "datatypeMismatchErrors", "insertErrors"].map(count);
    let errors = errors.balanced(load, counters, remarks);
    if !errors.is_empty() {
        keys.insert("errors".into(), errors.into());
    }
    keys
}

/// A count, also if it is written as a fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count is a whole number, however it is written")]
pub(super) fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64))
}

/// How many files there are, by their statuses.
fn files(payload: &Value) -> Option<u64> {
    let counts = payload.get("feedCount")?.as_array()?;
    let each = counts.iter().filter_map(Value::as_object).flat_map(Map::values).filter_map(whole);
    Some(each.fold(0, u64::saturating_add))
}

/// The error log of a load, as far as it was read.
struct Errors {
    entries: Vec<Entry>,
    /// The codes whose entries name a record, which none of them does in a scenario.
    with_records: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    code: String,
    message: String,
    file: String,
    record: u64,
    times: u64,
    counts_as: Option<&'static str>,
    feed_status: Option<String>,
}

impl Errors {
    /// From every page that was read, and from the files that failed.
    fn of(payloads: &[&Value]) -> Self {
        let source =
            payloads.iter().rev().find_map(|payload| payload.pointer("/overallStatus/fullUri")?.as_str()).unwrap_or_default();
        let mut pages: Vec<(u64, &Vec<Value>)> = Vec::new();
        for payload in payloads {
            let first = payload.pointer("/errors/startIndex").and_then(whole).unwrap_or_default();
            let Some(logs) = payload.pointer("/errors/errorLogs").and_then(Value::as_array) else { continue };
            if !logs.is_empty() {
                pages.push((first, logs));
            }
        }
        pages.sort_by_key(|(first, logs)| (*first, std::cmp::Reverse(logs.len())));
        let (mut entries, mut next, mut with_records) = (Vec::<Entry>::new(), 1, BTreeSet::new());
        for (first, logs) in pages {
            // Pages may have been read twice, or with other sizes.
            let known = usize::try_from(next.max(first) - first).unwrap_or(usize::MAX);
            for log in logs.iter().skip(known) {
                let mut entry = Entry::of(log, source);
                if entry.record > 0 && !FeedErrorCode::from(entry.code.as_str()).names_record() {
                    entry.record = 0;
                    with_records.insert(entry.code.clone());
                }
                match entries.last_mut() {
                    Some(last) if last.continues_with(&entry) => last.times += 1,
                    _ => entries.push(entry),
                }
            }
            next = next.max(first.saturating_add(logs.len() as u64));
        }
        let mut errors = Self { entries, with_records };
        errors.add_failed_feeds(payloads, source);
        errors
    }

    /// A file may have failed with another status than the one that its error leads to, or without an error in the log.
    fn add_failed_feeds(&mut self, payloads: &[&Value], source: &str) {
        let Some(feeds) = payloads.iter().rev().find_map(|payload| payload.get("failedFeeds")?.as_array()) else { return };
        for feed in feeds {
            let (Some(uri), Some(status)) = (feed["fullUri"].as_str(), feed["status"].as_str()) else { continue };
            let (file, status) = (relative(uri, source), LoadStatus::from(status));
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.file == file) {
                let usual = FeedErrorCode::from(entry.code.as_str()).feed_status();
                entry.feed_status = (status.is_documented() && status != usual).then(|| status.to_string());
                continue;
            }
            for counter in &COUNTERS {
                let count = feed.get(counter.field).and_then(whole).unwrap_or_default();
                self.entries.extend((count > 0).then(|| counter.entry(&file, count)));
            }
        }
    }

    fn files(&self) -> u64 {
        self.entries.iter().map(|entry| entry.file.as_str()).collect::<BTreeSet<_>>().len() as u64
    }

    /// The entries as a scenario has them, such that they add up to these counters as far as they can.
    fn balanced(mut self, load: &str, counters: [u64; 3], remarks: &mut Remarks) -> Vec<Value> {
        self.entries.retain(|entry| {
            let is_known = !matches!(FeedErrorCode::from(entry.code.as_str()), FeedErrorCode::Other(_));
            if !is_known {
                remarks.add(format!("{load}: errors with the code {}, which is not documented", entry.code));
            }
            is_known
        });
        for code in &self.with_records {
            remarks.add(format!("{load}: the recordNum of its {code}; here only PARSING_ERROR has one"));
        }
        self.count_as_mismatches(counters);
        let file = self.entries.last().map_or_else(|| "unknown".to_owned(), |entry| entry.file.clone());
        for (counter, wanted) in COUNTERS.iter().zip(counters) {
            let logged: u64 =
                self.entries.iter().filter(|entry| entry.counter() == Some(counter.kind)).map(|entry| entry.times).sum();
            if wanted > logged {
                remarks.add(format!("{load}: the log of {} of its {wanted} {}", wanted - logged, counter.field));
                self.entries.push(counter.entry(&file, wanted - logged));
            } else if wanted < logged {
                remarks.add(format!("{load}: it counted {wanted} {}, and its log has {logged}", counter.field));
            }
        }
        if self.entries.len() > ERRORS {
            remarks.add(format!("{load}: {} of its kinds of errors", self.entries.len() - ERRORS));
            self.entries.truncate(ERRORS);
        }
        self.entries.iter().map(Entry::written).collect()
    }

    /// Some parsing errors count as values of a wrong type: the log does not say which.
    fn count_as_mismatches(&mut self, counters: [u64; 3]) {
        let [parsing, mismatch, _] = counters;
        let logged: u64 = self
            .entries
            .iter()
            .filter(|entry| entry.counter() == Some(FeedErrorCounter::Parsing))
            .map(|entry| entry.times)
            .sum();
        let mut open = mismatch.min(logged.saturating_sub(parsing));
        for entry in self.entries.iter_mut().rev().filter(|entry| entry.counter() == Some(FeedErrorCounter::Parsing)) {
            if entry.times <= open {
                entry.counts_as = Some("datatype_mismatch");
                open -= entry.times;
            }
        }
    }
}

/// A counter, and an error that adds to it.
struct Counter {
    kind: FeedErrorCounter,
    field: &'static str,
    code: &'static str,
    counts_as: Option<&'static str>,
}

const COUNTERS: [Counter; 3] = [
    Counter { kind: FeedErrorCounter::Parsing, field: "parsingErrors", code: "PARSING_ERROR", counts_as: None },
    Counter {
        kind: FeedErrorCounter::DatatypeMismatch,
        field: "datatypeMismatchErrors",
        code: "PARSING_ERROR",
        counts_as: Some("datatype_mismatch"),
    },
    Counter { kind: FeedErrorCounter::Insert, field: "insertErrors", code: "INTERNAL_ERROR", counts_as: None },
];

impl Counter {
    /// Errors of which only the number is known.
    fn entry(&self, file: &str, times: u64) -> Entry {
        let (code, message) = (self.code.to_owned(), UNTOLD.to_owned());
        Entry { code, message, file: file.to_owned(), record: 0, times, counts_as: self.counts_as, feed_status: None }
    }
}

impl Entry {
    fn of(log: &Value, source: &str) -> Self {
        let text = |key: &str| log.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            code: text("errorCode"),
            message: text("errorMessage"),
            file: relative(&text("fileName"), source),
            record: log.get("recordNum").and_then(whole).unwrap_or_default(),
            times: 1,
            counts_as: None,
            feed_status: None,
        }
    }

    /// Whether another entry is the next one of the same kind: of the next record, or of an unknown record, as this one.
    fn continues_with(&self, next: &Self) -> bool {
        let expected = if self.record == 0 { 0 } else { self.record + self.times };
        self.times < TIMES
            && next.record == expected
            && (&self.code, &self.message, &self.file) == (&next.code, &next.message, &next.file)
    }

    fn counter(&self) -> Option<FeedErrorCounter> {
        match self.counts_as {
            Some(_) => Some(FeedErrorCounter::DatatypeMismatch),
            None => FeedErrorCode::from(self.code.as_str()).counter(),
        }
    }

    fn written(&self) -> Value {
        let mut entry = json!({"code": self.code, "message": self.message, "file": self.file});
        if self.record > 0 {
            entry["record"] = self.record.into();
        }
        if self.times > 1 {
            entry["times"] = self.times.min(TIMES).into();
        }
        for (key, value) in [("counts_as", self.counts_as), ("feed_status", self.feed_status.as_deref())] {
            if let Some(value) = value {
                entry[key] = value.into();
            }
        }
        entry
    }
}

/// A file within the source.
fn relative(uri: &str, source: &str) -> String {
    let rest = if source.is_empty() { None } else { uri.strip_prefix(source) };
    rest.unwrap_or(uri).to_owned()
}
