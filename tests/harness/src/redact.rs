//! What differs from run to run or from target to target, taken out of answers in one place.
//!
//! Load ids are not redacted but replaced by the names that the scenario gives them, so that a mix-up of loads shows in a snapshot.

use serde_json::{Map, Value, json};

use crate::aliases::map_texts;

/// A list with more entries than this is shown in part.
const LONGEST_LIST: usize = 10;
/// How many entries are shown of such a list.
const SHOWN_ENTRIES: usize = 2;

/// An answer as it goes into a snapshot.
pub fn redact(answer: &Value, endpoint: &str) -> Value {
    let address = endpoint.trim_start_matches("http://").trim_start_matches("https://");
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let without_address = map_texts(answer, &|text| {
        let text = text.replace(endpoint, "<neptune>").replace(address, "<neptune>").replace(host, "<host>");
        without_races(&without_moments(&text))
    });
    redact_value(&without_address)
}

/// Two layers of an HTTP client check one time-out, and the first to notice it reports it in words of its own.
fn without_races(text: &str) -> String {
    text.replace("tcp connect error: deadline has elapsed", "operation timed out")
}

/// A text without moments of the real time: those that signatures name, `20260101T123000Z`, seconds since 1970, and how long ago it was.
fn without_moments(text: &str) -> String {
    let parts: Vec<&str> = text.split(" seconds ago").collect();
    let (last, earlier) = parts.split_last().map_or((text, &parts[..]), |(last, earlier)| (*last, earlier));
    let ago = |part: &&str| format!("{}<some> seconds ago", part.trim_end_matches(|c: char| c.is_ascii_digit()));
    let text = earlier.iter().map(ago).collect::<String>() + last;
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(|part| {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_moment(word) { part.replace(word, "<moment>") } else { part.to_owned() }
    });
    parts.collect()
}

fn is_moment(word: &str) -> bool {
    let is_time_of_day = |(at, c)| [(8, 'T'), (15, 'Z')].contains(&(at, c)) || c.is_ascii_digit();
    match word.len() {
        10 => word.chars().all(|c| c.is_ascii_digit()),
        16 => word.char_indices().all(is_time_of_day),
        _ => false,
    }
}

/// A list as far as a snapshot shows it.
pub fn in_part(list: &Value) -> Value {
    match list {
        Value::Array(list) if list.len() > LONGEST_LIST => {
            let rest = json!(format!("<{} more>", list.len() - SHOWN_ENTRIES));
            list.iter().take(SHOWN_ENTRIES).cloned().chain([rest]).collect()
        }
        short => short.clone(),
    }
}

fn redact_value(value: &Value) -> Value {
    match value {
        Value::Array(list) => in_part(&list.iter().map(redact_value).collect()),
        Value::Object(map) => Value::Object(map.iter().map(redact_entry).collect::<Map<_, _>>()),
        other => other.clone(),
    }
}

/// Times keep their type: a number that became a text would still show.
fn redact_entry((key, value): (&String, &Value)) -> (String, Value) {
    let redacted = match (key.as_str(), value) {
        ("startTime", Value::Number(_)) => json!("<epoch seconds>"),
        ("totalTimeSpent", Value::Number(_)) => json!("<seconds>"),
        ("requestId", Value::String(_)) => json!("<request id>"),
        _ => redact_value(value),
    };
    (key.clone(), redacted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_the_address_go_and_everything_else_stays() {
        let answer = json!({
            "error": "http://172.17.0.2:40001/loader/x refused; connect to 172.17.0.2:40001 failed; not valid for \"172.17.0.2\"",
            "signed": "20260101T123000Z is earlier than 20260101T124500Z (20260101T125000Z - 5 min.), not 20260101T12300000",
            "expired": "time 1795318185 (UNIX), 86400 seconds ago",
            "requestId": "of no interest",
            "slow": ["client error (Connect): operation timed out", "client error (Connect): tcp connect error: deadline has elapsed"],
            "payload": {"overallStatus": {"startTime": 1_767_225_600, "totalTimeSpent": 3, "totalRecords": 10}, "feedCount": [{"X": 1}]},
            "startTime": "a text where a number belongs",
        });
        let expected = json!({
            "error": "<neptune>/loader/x refused; connect to <neptune> failed; not valid for \"<host>\"",
            "signed": "<moment> is earlier than <moment> (<moment> - 5 min.), not 20260101T12300000",
            "expired": "time <moment> (UNIX), <some> seconds ago",
            "requestId": "<request id>",
            "slow": ["client error (Connect): operation timed out", "client error (Connect): operation timed out"],
            "payload": {"overallStatus": {"startTime": "<epoch seconds>", "totalTimeSpent": "<seconds>", "totalRecords": 10}, "feedCount": [{"X": 1}]},
            "startTime": "a text where a number belongs",
        });
        assert_eq!(redact(&answer, "http://172.17.0.2:40001"), expected);
    }
}
