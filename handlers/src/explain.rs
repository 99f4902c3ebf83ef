//! The sentence about a load that failed: enough to find the bad file and row without opening Neptune.

use neptune_wire::LoadStatus;
use serde_json::Value;

use crate::text::excerpt;

/// The counters of `overallStatus` that say what happened (documented).
const COUNTERS: [&str; 5] = ["totalRecords", "totalDuplicates", "parsingErrors", "datatypeMismatchErrors", "insertErrors"];
/// How many failed feeds and error-log entries the sentence names at most. `get_load_status` returns all of them.
const SHOWN_ENTRIES: usize = 3;
/// How many bytes of one of Neptune's texts the sentence quotes at most.
const SHOWN_BYTES: usize = 250;

/// Describes how a load ended, from Neptune's envelope: its status, the counters that are not zero, the failed feeds, the first error-log
/// entries and the usual remedy.
pub(crate) fn how_it_ended(status: &LoadStatus, envelope: &Value) -> String {
    let payload = envelope.get("payload").unwrap_or(&Value::Null);
    let remedy = remedy(status).or_else(|| remedy_for_feeds(payload)).map(str::to_owned);
    let parts = [counters(payload), failed_feeds(payload), first_errors(payload), remedy];
    let details: Vec<_> = parts.into_iter().flatten().collect();
    let word = excerpt(status.as_str(), SHOWN_BYTES);
    if details.is_empty() { format!("ended with {word}") } else { format!("ended with {word}: {}", details.join("; ")) }
}

fn counters(payload: &Value) -> Option<String> {
    let overall = payload.get("overallStatus")?;
    let shown: Vec<_> = COUNTERS
        .iter()
        .filter_map(|name| Some((name, overall.get(name)?)))
        .filter(|(_, count)| count.as_f64().is_some_and(|count| count != 0.0))
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

fn failed_feeds(payload: &Value) -> Option<String> {
    let feeds = payload.get("failedFeeds")?.as_array()?;
    listed("failed feeds", feeds, |feed| format!("{} ({})", shown(feed, "fullUri"), shown(feed, "status")))
}

fn first_errors(payload: &Value) -> Option<String> {
    let entries = payload["errors"]["errorLogs"].as_array()?;
    listed("first errors", entries, |entry| {
        // Neptune writes 0 if it does not know the record (documented).
        let has_record = entry.get("recordNum").is_none_or(|number| number.as_f64() != Some(0.0));
        let record = if has_record { format!(", record {}", shown(entry, "recordNum")) } else { String::new() };
        format!("{} `{}` in {}{record}", shown(entry, "errorCode"), shown(entry, "errorMessage"), shown(entry, "fileName"))
    })
}

fn listed(title: &str, entries: &[Value], show: impl Fn(&Value) -> String) -> Option<String> {
    let mut shown: Vec<_> = entries.iter().take(SHOWN_ENTRIES).map(show).collect();
    if entries.len() > SHOWN_ENTRIES {
        shown.push(format!("and {} more", entries.len() - SHOWN_ENTRIES));
    }
    (!shown.is_empty()).then(|| format!("{title}: {}", shown.join(", ")))
}

fn shown(entry: &Value, key: &str) -> String {
    match entry.get(key) {
        Some(Value::String(text)) => excerpt(text, SHOWN_BYTES),
        Some(Value::Number(number)) => number.to_string(),
        _ => "?".to_owned(),
    }
}

/// The remedy of the first failed feed that has one. Neptune reports S3 errors and changed files as the status of a feed, and the load's own
/// status is then `LOAD_FAILED` (documented).
fn remedy_for_feeds(payload: &Value) -> Option<&'static str> {
    let words = payload.get("failedFeeds")?.as_array()?.iter().filter_map(|feed| feed.get("status")?.as_str());
    words.map(LoadStatus::from).find_map(|status| remedy(&status))
}

/// What the user guide advises for this final status, if it advises one thing (documented).
fn remedy(status: &LoadStatus) -> Option<&'static str> {
    match status {
        LoadStatus::CommittedWithWriteConflicts => Some("load again with mode RESUME to write what conflicted"),
        LoadStatus::DataDeadlock => Some("load again with a lower parallelism"),
        LoadStatus::FeedModifiedOrDeleted => Some("load again, and leave the files alone meanwhile"),
        LoadStatus::S3ReadError => Some("load again: S3 could not be read for a while"),
        LoadStatus::DependencyNotSatisfied => Some("look at the loads it depends on"),
        LoadStatus::InvalidRequest => Some("check source, format and the region of the bucket"),
        LoadStatus::S3AccessDeniedError => Some("let the load's role read the bucket"),
        LoadStatus::InQueue
        | LoadStatus::NotStarted
        | LoadStatus::InProgress
        | LoadStatus::Completed
        | LoadStatus::CancelledByUser
        | LoadStatus::CancelledDueToErrors
        | LoadStatus::UnexpectedError
        | LoadStatus::Failed
        | LoadStatus::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failed_load_is_explained() {
        let envelope = json!({"payload": {
            "overallStatus": {"totalRecords": 12, "totalDuplicates": 0, "parsingErrors": 1.0, "insertErrors": 0, "runNumber": 1},
            "failedFeeds": [{"fullUri": "s3://b/in/e.csv", "status": "LOAD_FAILED"}],
            "errors": {"errorLogs": [{"errorCode": "PARSING_ERROR", "errorMessage": "Record has more columns than header",
                "fileName": "s3://b/in/e.csv", "recordNum": 3}]},
        }});
        assert_eq!(
            how_it_ended(&LoadStatus::Failed, &envelope),
            "ended with LOAD_FAILED: totalRecords 12, parsingErrors 1.0; failed feeds: s3://b/in/e.csv (LOAD_FAILED); first errors: \
             PARSING_ERROR `Record has more columns than header` in s3://b/in/e.csv, record 3"
        );
    }

    #[test]
    fn a_bare_envelope_leaves_the_word() {
        assert_eq!(how_it_ended(&LoadStatus::CancelledByUser, &json!({})), "ended with LOAD_CANCELLED_BY_USER");
    }

    #[test]
    fn a_remedy_closes_the_sentence() {
        let text = how_it_ended(&LoadStatus::DataDeadlock, &json!({}));
        assert_eq!(text, "ended with LOAD_DATA_DEADLOCK: load again with a lower parallelism");
    }

    #[test]
    fn a_feed_has_its_remedy_too_and_a_record_that_is_not_known_is_left_out() {
        let envelope = json!({"payload": {
            "failedFeeds": [{"fullUri": "a", "status": "LOAD_FAILED"}, {"fullUri": "b", "status": "LOAD_S3_ACCESS_DENIED_ERROR"}],
            "errors": {"errorLogs": [{"errorCode": "S3_ACCESS_DENIED_ERROR", "errorMessage": "no", "fileName": "b", "recordNum": 0}]},
        }});
        assert_eq!(
            how_it_ended(&LoadStatus::Failed, &envelope),
            "ended with LOAD_FAILED: failed feeds: a (LOAD_FAILED), b (LOAD_S3_ACCESS_DENIED_ERROR); first errors: \
             S3_ACCESS_DENIED_ERROR `no` in b; let the load's role read the bucket"
        );
    }

    #[test]
    fn long_lists_are_counted_and_odd_entries_survive() {
        let feeds = json!([{"fullUri": "a", "status": "S"}, 5, {"fullUri": null}, {}, {}]);
        let text = how_it_ended(&LoadStatus::Failed, &json!({"payload": {"failedFeeds": feeds}}));
        assert_eq!(text, "ended with LOAD_FAILED: failed feeds: a (S), ? (?), ? (?), and 2 more");
    }
}
