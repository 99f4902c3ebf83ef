//! `get_load_status`: Neptune's envelope about one load, passed through, or a named error.

use std::collections::HashSet;

use neptune_wire::{LoadId, LoadStatus};
use serde_json::{Map, Value, json};
use tracing::warn;

use crate::error::{ErrorName, StatusError};
use crate::event::load_job_id;
use crate::flaw::{Flaw, failed_feeds};
use crate::invocation::Invocation;
use crate::logging::{Ending, log_ending};
use crate::neptune::{SHOWN_ID_BYTES, Session, subject};
use crate::panicked::caught;
use crate::reply::status_word;
use crate::text::{cut, excerpt, visible};

/// No answer is larger, in bytes of compact JSON. Step Functions takes 256 KiB of data in a state, more cannot be caught, and the
/// one state may contain the answers for two loads.
pub const MAX_ANSWER_BYTES: usize = 100 * 1024;

const FUNCTION: &str = "get_load_status";
/// The queries to try, until an answer is small enough to be read: everything, then without the list of failed files, which has an
/// entry for each of perhaps a hundred thousand, then the bare status.
const QUERIES: [&[(&str, &str)]; 3] = [
    &[("details", "TRUE"), ("errors", "TRUE"), ("page", "1"), ("errorsPerPage", "100")],
    &[("errors", "TRUE"), ("page", "1"), ("errorsPerPage", "100")],
    &[],
];
/// The mark about what was left out fits in here.
const MARK_BYTES: usize = 256;
/// A part that an answer can omit: its place and its name in the mark.
const ERROR_LOGS: (&str, &str) = ("/payload/errors/errorLogs", "errorLogs");
const FAILED_FEEDS: (&str, &str) = ("/payload/failedFeeds", "failedFeeds");

/// Serves one call.
///
/// # Errors
/// Every named error but `LoadFailed`, because a failed load is a good answer here, and those of a start.
pub async fn handle(invocation: Invocation) -> Result<Value, StatusError> {
    let read = caught(&invocation.request_id, async { Ok(read(&invocation).await) }).await;
    let (outcome, attempts) = read.unwrap_or_else(|error| (Err(error), None));
    log(&invocation, &outcome, attempts);
    outcome
}

/// The answer, and how many requests it took.
async fn read(invocation: &Invocation) -> (Result<Value, StatusError>, Option<u32>) {
    let (id, session) = match begin(invocation) {
        Ok(begun) => begun,
        Err(error) => return (Err(error), Some(0)),
    };
    let outcome = get(&session, &id).await;
    if let Some(flaw) = outcome.as_ref().ok().and_then(Flaw::of) {
        flaw.log(&invocation.request_id, FUNCTION, run_id(invocation), &id);
    }
    (outcome, Some(session.attempts()))
}

fn begin(invocation: &Invocation) -> Result<(LoadId, Session<'_>), StatusError> {
    Ok((load_job_id(invocation.parameters()?)?, invocation.session()?))
}

async fn get(session: &Session<'_>, id: &LoadId) -> Result<Value, StatusError> {
    let (mut answer, marks) = fullest(session, id).await?;
    if status_word(&answer) == Some(LoadStatus::InQueue.as_str()) {
        match queue_place(session, id).await {
            Ok(Some(place)) => answer["queue"] = place,
            // It left the queue between the two questions.
            Ok(None) => {}
            Err(error) => warn!(
                requestId = session.request_id(),
                load_id = visible(id.as_str(), SHOWN_ID_BYTES),
                cause = error.message,
                "queue position unknown"
            ),
        }
    }
    cut_to_size(answer, marks).map_err(|error| error.about(&subject(id), "read"))
}

/// The fullest answer that can be read, with the marks of what was not even asked for.
async fn fullest(session: &Session<'_>, id: &LoadId) -> Result<(Value, Map<String, Value>), StatusError> {
    let [everything, without_feeds, bare] = QUERIES;
    if let Some(answer) = session.load_if_it_fits(id, everything).await? {
        return Ok((answer, Map::new()));
    }
    let (answer, left_out) = match session.load_if_it_fits(id, without_feeds).await? {
        Some(answer) => (answer, &[FAILED_FEEDS][..]),
        None => (session.load(id, bare).await?, &[ERROR_LOGS, FAILED_FEEDS][..]),
    };
    let of = |name| if name == FAILED_FEEDS.1 { failed_feeds(&answer) } else { None };
    let marks = left_out.iter().map(|(_, name)| ((*name).to_owned(), json!({"kept": 0, "of": of(*name)}))).collect();
    Ok((answer, marks))
}

async fn queue_place(session: &Session<'_>, id: &LoadId) -> Result<Option<Value>, StatusError> {
    let (all, without_queued) = tokio::join!(session.load_ids(&[]), session.load_ids(&[("includeQueuedLoads", "FALSE")]));
    let place = place_in_queue(&all?, &without_queued?, id);
    Ok(place.map(|(position, length)| json!({"position": position, "length": length})))
}

/// The position of a load in the queue, 1 being the next to run, and how many wait; `None` if it does not wait.
///
/// No answer of Neptune's says so. The list with waiting loads minus the list without leaves the waiting ones, the most recently
/// queued first (documented order), so the place is counted from the end.
fn place_in_queue(all: &[String], without_queued: &[String], id: &LoadId) -> Option<(usize, usize)> {
    let others: HashSet<_> = without_queued.iter().collect();
    let queued: Vec<_> = all.iter().filter(|listed| !others.contains(listed)).collect();
    let index = queued.iter().position(|listed| *listed == id.as_str())?;
    Some((queued.len() - index, queued.len()))
}

/// Leaves entries out from the end until the answer fits, and reports that beside the payload. Public only for the fuzzer.
///
/// # Errors
/// `NeptuneBadResponse` if it is large without any entries.
#[doc(hidden)]
pub fn capped(answer: Value) -> Result<Value, StatusError> {
    cut_to_size(answer, Map::new())
}

/// The same with marks that the answer has already. Of two lists that do not fit, each gets half of the room, and what the other does
/// not need: the error log says why files have failed, the list of feeds which.
fn cut_to_size(mut answer: Value, mut marks: Map<String, Value>) -> Result<Value, StatusError> {
    let size = json_bytes(&answer);
    if marks.is_empty() && size <= MAX_ANSWER_BYTES {
        return Ok(answer);
    }
    if size + if marks.is_empty() { 0 } else { MARK_BYTES } > MAX_ANSWER_BYTES {
        let [logs, feeds] = [ERROR_LOGS, FAILED_FEEDS].map(|(place, _)| entry_bytes(&answer, place));
        let room = (MAX_ANSWER_BYTES - MARK_BYTES).saturating_sub(size - logs - feeds);
        let for_logs = logs.min((room / 2).max(room.saturating_sub(feeds)));
        for ((place, name), room) in [(ERROR_LOGS, for_logs), (FAILED_FEEDS, room - for_logs)] {
            if let Some((kept, of)) = shortened(&mut answer, place, room) {
                marks.insert(name.to_owned(), json!({"kept": kept, "of": of}));
            }
        }
    }
    if !marks.is_empty() {
        answer["truncated"] = Value::Object(marks);
    }
    if json_bytes(&answer) > MAX_ANSWER_BYTES {
        let text = format!("Neptune's answer has {size} bytes and cannot be cut to {MAX_ANSWER_BYTES}");
        return Err(StatusError::new(ErrorName::NeptuneBadResponse, text));
    }
    Ok(answer)
}

/// The size of the entries of a list, each with its comma.
fn entry_bytes(answer: &Value, place: &str) -> usize {
    let entries = answer.pointer(place).and_then(Value::as_array);
    entries.map_or(0, |entries| entries.iter().map(|entry| json_bytes(entry) + ",".len()).sum())
}

/// Keeps the first entries of a list, as many as there is room for. How many are left of how many, if some had to go.
fn shortened(answer: &mut Value, place: &str, room: usize) -> Option<(usize, usize)> {
    let entries = answer.pointer_mut(place)?.as_array_mut()?;
    let of = entries.len();
    let mut taken = 0;
    let kept = entries.iter().take_while(|entry| {
        taken += json_bytes(entry) + ",".len();
        taken <= room
    });
    let kept = kept.count();
    entries.truncate(kept);
    (kept < of).then_some((kept, of))
}

fn json_bytes(value: &Value) -> usize {
    value.to_string().len()
}

fn run_id(invocation: &Invocation) -> Option<&str> {
    invocation.event.get("run_id").and_then(Value::as_str)
}

fn log(invocation: &Invocation, outcome: &Result<Value, StatusError>, attempts: Option<u32>) {
    let error = outcome.as_ref().err();
    log_ending!(
        Ending::of(error.map(|error| error.retryable)),
        requestId = invocation.request_id,
        tenantId = invocation.tenant_id,
        function = FUNCTION,
        load_id = load_job_id(&invocation.event).ok().map(|id| visible(id.as_str(), SHOWN_ID_BYTES)),
        run_id = run_id(invocation).map(|id| visible(id, SHOWN_ID_BYTES)),
        status = outcome.as_ref().ok().and_then(status_word).map(|word| excerpt(word, SHOWN_ID_BYTES)),
        duration_ms = invocation.duration_ms(),
        attempts,
        error_type = error.map(|error| error.name.as_str()),
        error = error.map(|error| cut(&error.message, 1000)),
        "read"
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn ids(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[rstest]
    #[case::next_to_run("q3 q2 q1 run old", "run old", "q1", Some((1, 3)))]
    #[case::last("q3 q2 q1 run old", "run old", "q3", Some((3, 3)))]
    #[case::alone("q1 run", "run", "q1", Some((1, 1)))]
    #[case::started_meanwhile("q2 q1 run", "q1 run", "q1", None)]
    #[case::list_cut_to_its_limit("q2 q1 run", "run old older", "q2", Some((2, 2)))]
    #[case::forgotten("run", "run", "q1", None)]
    fn the_place_is_counted_from_the_end(
        #[case] all: &str,
        #[case] without_queued: &str,
        #[case] id: &str,
        #[case] place: Option<(usize, usize)>,
    ) {
        assert_eq!(place_in_queue(&ids(all), &ids(without_queued), &id.into()), place);
    }

    fn envelope(logs: &[usize], feeds: &[usize], more: usize) -> Value {
        let texts = |sizes: &[usize]| sizes.iter().map(|size| json!({"errorMessage": "x".repeat(*size)})).collect::<Vec<_>>();
        json!({"status": "200 OK", "payload": {
            "errors": {"errorLogs": texts(logs)}, "failedFeeds": texts(feeds), "new": "ü".repeat(more / 2),
        }})
    }

    #[test]
    fn an_answer_that_fits_is_untouched() {
        let answer = envelope(&[1000; 90], &[10], 0);
        assert_eq!(capped(answer.clone()).unwrap(), answer);
    }

    fn kept(answer: &Value) -> [usize; 2] {
        [ERROR_LOGS, FAILED_FEEDS].map(|(place, _)| answer.pointer(place).unwrap().as_array().unwrap().len())
    }

    #[test]
    fn a_list_that_takes_less_than_its_half_stays_whole() {
        let answer = capped(envelope(&[2000; 100], &[100; 5], 0)).unwrap();
        let [logs, feeds] = kept(&answer);
        assert!((48..51).contains(&logs) && feeds == 5, "{logs}, {feeds}");
        assert_eq!(answer["truncated"], json!({"errorLogs": {"kept": logs, "of": 100}}));
        let answer = capped(envelope(&[10; 2], &[2000; 100], 0)).unwrap();
        let [logs, feeds] = kept(&answer);
        assert!(logs == 2 && (48..51).contains(&feeds), "{logs}, {feeds}");
        assert_eq!(answer["truncated"], json!({"failedFeeds": {"kept": feeds, "of": 100}}));
    }

    #[test]
    fn two_long_lists_get_half_of_the_room_each() {
        let answer = capped(envelope(&[2000; 100], &[1000; 200], 20_000)).unwrap();
        let [logs, feeds] = kept(&answer);
        assert!((19..21).contains(&logs) && (38..41).contains(&feeds), "{logs}, {feeds}");
        let marks = json!({"errorLogs": {"kept": logs, "of": 100}, "failedFeeds": {"kept": feeds, "of": 200}});
        assert_eq!(answer["truncated"], marks);
    }

    #[test]
    fn what_cannot_be_cut_is_a_bad_response() {
        let error = capped(envelope(&[10], &[], 2 * MAX_ANSWER_BYTES)).unwrap_err();
        assert_eq!(error.name, ErrorName::NeptuneBadResponse);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_capped_answer_always_fits(
            logs in prop::collection::vec(0..3000_usize, 0..100), feeds in prop::collection::vec(0..3000_usize, 0..60),
            more in 0..(MAX_ANSWER_BYTES - 1000),
        ) {
            let answer = capped(envelope(&logs, &feeds, more)).unwrap();
            prop_assert!(json_bytes(&answer) <= MAX_ANSWER_BYTES);
        }
    }
}
