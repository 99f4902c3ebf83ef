//! What the functions read out of an answer.

use handlers::check::{MAX_ERROR_BYTES, Reading, judge};
use handlers::status::{MAX_ANSWER_BYTES, capped};
use handlers::{CheckEvent, ErrorName, Reply, StatusError, Verdict};
use serde_json::{Value, json};

/// The first line is the HTTP status, the rest the body.
pub(crate) fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let Some(status) = str::from_utf8(&bytes[..end]).ok().and_then(|line| line.trim().parse().ok()) else { return };
    let body = bytes.get(end + 1..).unwrap_or_default();
    let reply = Reply::new(status, body.to_vec());
    let reading = reply.load_envelope(&"d".into());
    match &reading {
        Ok(envelope) => check_envelope(status, body, envelope),
        Err(error) => check_error(error),
    }
    match reply.load_ids() {
        Ok(_) => assert_eq!(status, 200),
        Err(error) => check_error(&error),
    }
    check_verdicts(&reading);
}

fn check_envelope(status: u16, body: &[u8], envelope: &Value) {
    assert_eq!(status, 200, "no success but 200");
    assert_eq!(envelope["status"], "200 OK");
    assert_eq!(serde_json::from_slice::<Value>(body).ok().as_ref(), Some(envelope), "the envelope is handed on as it came");
    match capped(envelope.clone()) {
        Ok(answer) => assert!(answer.to_string().len() <= MAX_ANSWER_BYTES),
        Err(error) => check_error(&error),
    }
}

fn check_error(error: &StatusError) {
    assert!(ErrorName::ALL.contains(&error.name) && error.name != ErrorName::LoadFailed, "{error:?}");
    assert!(!error.message.is_empty() && error.message.len() < 2000, "{} bytes: {error:?}", error.message.len());
    assert!(!error.message.contains(|c: char| c.is_control() || c == '\u{202e}'), "not one line: {error:?}");
}

fn check_verdicts(reading: &Reading) {
    let others = [
        Ok(json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_COMPLETED"}}})),
        Ok(json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_IN_QUEUE"}}})),
        Err(StatusError::new(ErrorName::NeptuneThrottled, "slow down")),
    ];
    let event = CheckEvent::read(&json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "r"}));
    for other in &others {
        for (domain, prov) in [(reading, other), (other, reading)] {
            let answer = judge(event.clone(), domain, prov);
            let expected = match [domain, prov].map(alone) {
                [Verdict::Failed, _] | [_, Verdict::Failed] => Verdict::Failed,
                [Verdict::Success, Verdict::Success] => Verdict::Success,
                _ => Verdict::Pending,
            };
            assert_eq!(answer.status, expected, "{answer:?}");
            assert_eq!(answer.status == Verdict::Failed, answer.failure.is_some(), "{answer:?}");
            let error = answer.failure.map(|failure| failure.error).unwrap_or_default();
            assert!(error.len() <= MAX_ERROR_BYTES && !error.contains(char::is_control), "{error:?}");
        }
    }
}

/// The verdict on one load, by a second table.
fn alone(reading: &Reading) -> Verdict {
    match reading.as_ref().map(|envelope| envelope["payload"]["overallStatus"]["status"].as_str()) {
        Ok(Some("LOAD_COMPLETED")) => Verdict::Success,
        Ok(Some("LOAD_IN_QUEUE" | "LOAD_NOT_STARTED" | "LOAD_IN_PROGRESS")) => Verdict::Pending,
        _ => Verdict::Failed,
    }
}
