//! The requests to a cluster, and its answers: the newest requests within a budget, without secrets.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Method;
use axum::http::request::Parts;
use neptune_control::{Explanation, RequestLine};
use neptune_loader::{Evidence, LoadId, SimTime};
use serde::{Serialize, Serializer};

use neptune_text::{cut, push_cut, redact};

use super::reported::{ReportedStatus, load_status_in};

/// How many bytes of text a log keeps before it forgets the oldest requests.
const BUDGET_BYTES: usize = 1024 * 1024;
/// How much of a method is shown.
const METHOD_BYTES: usize = 32;
/// How much of a target is kept.
const TARGET_BYTES: usize = 2048;
/// How much of a header value is kept.
const HEADER_BYTES: usize = 1024;
/// How much of a body is kept.
const BODY_BYTES: usize = 4096;
/// How many bytes of answers a log keeps before it forgets the oldest of them, beside the texts of the requests.
const ANSWERS_BYTES: usize = 512 * 1024;
/// What the body of a short answer may take: it is written into a buffer of this size, and shared with the client's connection.
const ANSWER_BUFFER_BYTES: usize = 1024;
/// What an entry costs beside its texts.
const ENTRY_BYTES: usize = 360;
/// What an explanation costs beside its texts.
const EXPLANATION_BYTES: usize = 96;

/// One request, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// Its number, from 0, in the order of arrival.
    pub number: u64,
    /// When its head had arrived, by the cluster's clock. In JSON: seconds.
    #[serde(serialize_with = "seconds")]
    pub at: SimTime,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, the first 2 KiB.
    pub target: String,
    /// Name and value of each header, in order, the first 1 KiB of each value. Names are in lower case.
    pub headers: Vec<(String, String)>,
    /// The first 4 KiB of the body; `None` if it is empty or did not arrive.
    pub body: Option<String>,
    /// The HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
    /// The load that it asked for or started.
    pub load_id: Option<LoadId>,
    /// The status of the load in the answer, if that arrives whole.
    pub load_status: Option<String>,
    /// How long ago the load had ended by the cluster's clock, if the answer has such a status. In JSON: seconds.
    #[serde(serialize_with = "seconds_of")]
    pub ended_ago: Option<Duration>,
    /// The first 4 KiB of the answer's body; `None` if it is empty, did not arrive whole, or made room for newer ones.
    pub answer: Option<String>,
    /// How well the answer is backed; `None` for a canned answer or none.
    pub evidence: Option<Evidence>,
    /// The fault that fired for it.
    pub fault: Option<String>,
    /// Why it was refused, if that was for its signature, its key or its `Host`.
    pub explanation: Option<Explanation>,
}

/// The newest requests, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequestHistory {
    /// How many older requests were forgotten to save space.
    pub dropped: u64,
    /// The number that the next request will have.
    pub next: u64,
    /// The others.
    pub requests: Vec<LoggedRequest>,
}

/// A ring of requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    /// Shared with pages that are being read. One that is noted on meanwhile is copied first, so that a page stays as it was.
    entries: VecDeque<Arc<Entry>>,
    used_bytes: usize,
    /// The bodies of answers, which `used_bytes` does not count.
    answers_bytes: usize,
    /// No older request has the body of its answer.
    answers_from: u64,
    dropped: u64,
    /// How many requests callers have cleared.
    cleared: u64,
    /// How often it has changed.
    revision: u64,
}

/// A part of the log as it was at a moment. It copies no text: the log is locked only as long as it takes to count
/// the requests.
#[derive(Debug)]
pub(crate) struct LogPage {
    /// How many older requests were forgotten to save space.
    pub(crate) dropped: u64,
    /// The number that the next request will have.
    pub(crate) next: u64,
    /// How many requests the log has.
    pub(crate) kept: u64,
    /// Each with its number.
    entries: Vec<(u64, Arc<Entry>)>,
}

impl LogPage {
    /// Its requests, the oldest first. Each is copied when it is asked for.
    pub(crate) fn requests(&self) -> impl Iterator<Item = LoggedRequest> {
        self.entries.iter().map(|(number, entry)| entry.reported(*number))
    }

    /// A line for each of its requests, the oldest first.
    pub(crate) fn lines(&self) -> impl Iterator<Item = RequestLine> {
        self.entries.iter().map(|(number, entry)| entry.line(*number))
    }

    /// A copy of all of it.
    pub(crate) fn history(&self) -> RequestHistory {
        RequestHistory { dropped: self.dropped, next: self.next, requests: self.requests().collect() }
    }
}

/// Requests for the same about a load that were answered after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AskedSinceEnd {
    /// How many.
    pub(crate) count: u64,
    /// When the last of them came.
    pub(crate) last: SimTime,
}

impl AskedSinceEnd {
    const NEVER: Self = Self { count: 0, last: SimTime::START };
}

/// What is noted of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) evidence: Option<Evidence>,
    /// The load that it is about, if the request did not name it.
    pub(crate) load_id: Option<LoadId>,
    /// What it says of a load. Otherwise the body is read, if the log is.
    pub(crate) reported: Option<ReportedStatus>,
}

/// One request as it is kept: without secrets, and in few pieces, since most entries are written and never read.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    at: SimTime,
    /// The revision of the log with its last change.
    revision: u64,
    method: Method,
    /// Target and headers, a line each, as in a request: neither can have a line break in it.
    head: String,
    body: Option<String>,
    status: Option<u16>,
    load_id: Option<LoadId>,
    reported: Option<ReportedStatus>,
    /// The body of the answer, shared with the connection that it goes to. Of a long one, a copy of its beginning.
    answer: Option<Bytes>,
    evidence: Option<Evidence>,
    fault: Option<String>,
    /// Rare, and large.
    explanation: Option<Box<Explanation>>,
}

impl RequestLog {
    /// Notes a request whose head has arrived, and returns its number. Its outcome is noted later, so that a request stands in
    /// the log even if it is never answered.
    pub(super) fn open(&mut self, at: SimTime, entry: Entry) -> u64 {
        let number = self.next();
        self.used_bytes += entry.bytes();
        self.revision += 1;
        self.entries.push_back(Arc::new(Entry { at, revision: self.revision, ..entry }));
        self.shrink();
        number
    }

    /// Notes the body of a request.
    pub(crate) fn note_body(&mut self, number: u64, body: &[u8]) {
        self.update(number, |entry| entry.body = shown_body(body));
    }

    /// Notes the answer to a request, and the load that it is about if the request did not name it.
    pub(crate) fn note_answer(&mut self, number: u64, answer: Answer) {
        let Answer { status, body, evidence, load_id, reported } = answer;
        self.update(number, |entry| {
            (entry.status, entry.evidence, entry.reported) = (Some(status), evidence, reported);
            entry.answer = kept_answer(body);
            entry.load_id = load_id.or(entry.load_id.take());
        });
    }

    /// Notes that a fault has changed the answer: it is not Neptune's any more, and has this body.
    pub(crate) fn note_change(&mut self, number: u64, body: Bytes) {
        self.update(number, |entry| (entry.evidence, entry.reported, entry.answer) = (None, None, kept_answer(body)));
    }

    /// Notes that a fault keeps the answer, or a part of it, from the client.
    pub(crate) fn note_loss(&mut self, number: u64) {
        self.update(number, |entry| (entry.reported, entry.answer) = (None, None));
    }

    /// Notes why a request is refused.
    pub(crate) fn note_explanation(&mut self, number: u64, explanation: Explanation) {
        let shown = |text: String| cut(&text, BODY_BYTES);
        let Explanation { hint, canonical_request, string_to_sign } = explanation;
        let (canonical_request, string_to_sign) = (canonical_request.map(shown), string_to_sign.map(shown));
        let explanation = Explanation { hint: shown(hint), canonical_request, string_to_sign };
        self.update(number, |entry| entry.explanation = Some(Box::new(explanation)));
    }

    /// Notes the fault that fires for a request.
    pub(crate) fn note_fault(&mut self, number: u64, name: &str) {
        self.update(number, |entry| entry.fault = Some(cut(name, TARGET_BYTES)));
    }

    /// Changes the entry of a request, unless it is forgotten already.
    fn update(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        let place = number.checked_sub(self.first()).and_then(|place| usize::try_from(place).ok());
        let Some(entry) = place.and_then(|place| self.entries.get_mut(place)) else { return };
        let entry = Arc::make_mut(entry);
        self.used_bytes -= entry.bytes();
        self.answers_bytes -= entry.answer_bytes();
        change(entry);
        self.revision += 1;
        entry.revision = self.revision;
        self.used_bytes += entry.bytes();
        self.answers_bytes += entry.answer_bytes();
        if entry.answer.is_some() {
            // An answer may come long after those to newer requests.
            self.answers_from = self.answers_from.min(number);
        }
        self.shrink();
    }

    /// What is kept from a number on, `most` requests at most.
    pub(crate) fn since(&self, number: u64, most: usize) -> LogPage {
        let (kept, count) = (self.first(), self.entries.len());
        let skipped = usize::try_from(number.saturating_sub(kept)).unwrap_or(usize::MAX).min(count);
        let entries = (kept + skipped as u64..).zip(self.entries.range(skipped..).take(most).cloned()).collect();
        LogPage { dropped: self.dropped, next: self.next(), kept: self.entries.len() as u64, entries }
    }

    /// What has come or changed since a revision.
    pub(crate) fn changed_since(&self, revision: u64) -> LogPage {
        let numbered = (self.first()..).zip(&self.entries).filter(|(_, entry)| entry.revision > revision);
        let entries = numbered.map(|(number, entry)| (number, Arc::clone(entry))).collect();
        LogPage { dropped: self.dropped, next: self.next(), kept: self.entries.len() as u64, entries }
    }

    /// How often it has changed.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// How often a load was asked the same about after its end, as far as the log goes back. Whoever reads the pages of an error log asks for
    /// each once.
    pub(crate) fn asked_since_end(&self, id: &LoadId) -> AskedSinceEnd {
        let is_late = |entry: &&Arc<Entry>| {
            entry.load_id.as_ref() == Some(id) && entry.reported.as_ref().is_some_and(|reported| reported.ended_ago.is_some())
        };
        let mut by_target: HashMap<&str, AskedSinceEnd> = HashMap::new();
        for entry in self.entries.iter().filter(is_late) {
            let asked = by_target.entry(entry.target()).or_insert(AskedSinceEnd::NEVER);
            (asked.count, asked.last) = (asked.count + 1, entry.at);
        }
        by_target.into_values().max_by_key(|asked| (asked.count, asked.last)).unwrap_or(AskedSinceEnd::NEVER)
    }

    /// Whether it has every request that came.
    pub(crate) fn is_whole(&self) -> bool {
        self.first() == 0
    }

    /// Clears the log, and returns how many requests were in it. Numbers go on.
    pub(crate) fn clear(&mut self) -> u64 {
        let count = self.entries.len() as u64;
        self.entries.clear();
        (self.used_bytes, self.answers_bytes) = (0, 0);
        self.cleared += count;
        self.revision += 1;
        count
    }

    /// The number of the oldest request that is kept.
    fn first(&self) -> u64 {
        self.dropped + self.cleared
    }

    /// The number of the next request.
    fn next(&self) -> u64 {
        self.first() + self.entries.len() as u64
    }

    fn shrink(&mut self) {
        while self.used_bytes > BUDGET_BYTES
            && let Some(oldest) = self.entries.pop_front()
        {
            self.used_bytes -= oldest.bytes();
            self.answers_bytes -= oldest.answer_bytes();
            self.dropped += 1;
        }
        while self.answers_bytes > ANSWERS_BYTES {
            self.forget_oldest_answer();
        }
    }

    /// Forgets the body of the oldest answer whose body is kept.
    fn forget_oldest_answer(&mut self) {
        let first = self.first();
        self.answers_from = self.answers_from.max(first);
        let place = usize::try_from(self.answers_from - first).unwrap_or(usize::MAX);
        let Some(entry) = self.entries.get_mut(place) else {
            // Unreachable as long as the count is right; a wrong one must not spin.
            self.answers_bytes = 0;
            return;
        };
        self.answers_from += 1;
        if entry.answer.is_some() {
            let entry = Arc::make_mut(entry);
            self.answers_bytes -= entry.answer_bytes();
            entry.keep_status();
            entry.answer = None;
        }
    }
}

impl Entry {
    /// An entry for a request whose head has arrived. The log says when that was.
    pub(super) fn of(head: &Parts, load_id: Option<LoadId>) -> Self {
        let (at, method, head) = (SimTime::START, head.method.clone(), shown_head(head));
        let (revision, body, status, reported, answer, evidence, fault, explanation) = Default::default();
        Self { at, revision, method, head, body, status, load_id, reported, answer, evidence, fault, explanation }
    }

    fn target(&self) -> &str {
        self.head.split('\n').next().unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        let body = self.body.as_ref().map_or(0, String::len);
        let load_id = self.load_id.as_ref().map_or(0, |id| id.as_str().len());
        let reported = self.reported.as_ref().map_or(0, |reported| reported.status.as_str().len());
        let fault = self.fault.as_ref().map_or(0, String::len);
        let explanation = self.explanation.as_ref().map_or(0, |reported| {
            let others = [&reported.canonical_request, &reported.string_to_sign];
            EXPLANATION_BYTES + reported.hint.len() + others.into_iter().flatten().map(String::len).sum::<usize>()
        });
        ENTRY_BYTES + self.method.as_str().len() + self.head.capacity() + body + load_id + reported + fault + explanation
    }

    /// What the body of the answer takes, or a little less.
    fn answer_bytes(&self) -> usize {
        self.answer.as_ref().map_or(0, |body| match body.len() {
            len if len > BODY_BYTES => len,
            len => len.next_power_of_two().max(ANSWER_BUFFER_BYTES),
        })
    }

    /// Reads the status of the load from the body of the answer, if it is not known otherwise.
    fn keep_status(&mut self) {
        if self.reported.is_none() {
            let status = self.answer.as_deref().and_then(load_status_in);
            self.reported = status.map(|status| ReportedStatus { status: status.as_str().into(), ended_ago: None });
        }
    }

    fn load_status(&self) -> Option<String> {
        match &self.reported {
            Some(reported) => reported.word(),
            None => load_status_in(self.answer.as_deref()?),
        }
    }

    fn line(&self, number: u64) -> RequestLine {
        RequestLine {
            number,
            at: self.at.since_start().as_secs_f64(),
            method: cut(self.method.as_str(), METHOD_BYTES),
            target: self.target().to_owned(),
            status: self.status,
            load_id: self.load_id.as_ref().map(ToString::to_string),
            load_status: self.load_status(),
            ended_ago: self.reported.as_ref().and_then(|reported| reported.ended_ago).map(|ago| ago.as_secs_f64()),
            fault: self.fault.clone(),
        }
    }

    fn reported(&self, number: u64) -> LoggedRequest {
        let mut lines = self.head.split('\n');
        let target = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        LoggedRequest {
            number,
            at: self.at,
            method: cut(self.method.as_str(), METHOD_BYTES),
            target,
            headers: lines.filter_map(header).collect(),
            body: self.body.clone(),
            status: self.status,
            load_id: self.load_id.clone(),
            load_status: self.load_status(),
            ended_ago: self.reported.as_ref().and_then(|reported| reported.ended_ago),
            answer: self.answer.as_deref().map(shown_answer),
            evidence: self.evidence,
            fault: self.fault.clone(),
            explanation: self.explanation.as_deref().cloned(),
        }
    }
}

/// What the log keeps of a head.
fn shown_head(head: &Parts) -> String {
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers: usize = head.headers.iter().map(|(name, value)| "\n: ".len() + name.as_str().len() + value.len()).sum();
    let mut text = String::with_capacity(target.len() + headers);
    push_cut(&mut text, &redact::target(target), TARGET_BYTES);
    for (name, value) in &head.headers {
        text.push('\n');
        push_cut(&mut text, name.as_str(), HEADER_BYTES);
        text.push_str(": ");
        let value = value.to_str().map_or_else(|_| String::from_utf8_lossy(value.as_bytes()), Cow::Borrowed);
        push_cut(&mut text, &redact::header(name.as_str(), &value), HEADER_BYTES);
    }
    text
}

/// What the log keeps of a body.
fn shown_body(body: &[u8]) -> Option<String> {
    (!body.is_empty()).then(|| cut(&redact::body(&String::from_utf8_lossy(body)), BODY_BYTES))
}

/// What the log keeps of an answer: no copy of a short one. It has one byte more than is shown, so that it shows that it is cut; and a long one
/// must not keep the room that it takes on its way.
fn kept_answer(body: Bytes) -> Option<Bytes> {
    match body.len() {
        0 => None,
        len if len > BODY_BYTES => Some(Bytes::copy_from_slice(&body[..=BODY_BYTES])),
        _ => Some(body),
    }
}

/// What readers of the log see of an answer.
fn shown_answer(body: &[u8]) -> String {
    cut(&redact::answer(&String::from_utf8_lossy(body)), BODY_BYTES)
}

#[expect(clippy::ref_option, reason = "serde passes it so")]
fn seconds_of<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs_f64()).serialize(serializer)
}

fn seconds<S: Serializer>(at: &SimTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(at.since_start().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn head(target: &str) -> Parts {
        Request::get(target).header("Cookie", "a=b").body(()).unwrap().into_parts().0
    }

    fn answer(status: u16, evidence: Option<Evidence>, load_id: Option<LoadId>) -> Answer {
        Answer { status, body: Bytes::new(), evidence, load_id, reported: None }
    }

    fn with_body(body: &Bytes) -> Answer {
        Answer { body: body.clone(), ..answer(200, None, None) }
    }

    #[test]
    fn the_oldest_answers_make_room_and_their_requests_stay() {
        let mut log = RequestLog::default();
        let body = Bytes::from(r#"{"payload": {"overallStatus": {"status": "LOAD_FAILED"}}}"#);
        for _ in 0..1000 {
            let number = log.open(SimTime::START, Entry::of(&head("/loader/x"), None));
            log.note_answer(number, with_body(&body));
        }
        let requests = log.since(0, usize::MAX).history().requests;
        assert_eq!(requests.len(), 1000);
        let kept = requests.iter().filter(|request| request.answer.is_some()).count();
        assert_eq!(kept, ANSWERS_BYTES / ANSWER_BUFFER_BYTES);
        assert!(requests[999].answer.is_some() && requests[1000 - kept - 1].answer.is_none());
        assert!(requests.iter().all(|request| request.load_status.as_deref() == Some("LOAD_FAILED")));
        // One that comes late is the oldest again.
        log.note_answer(0, with_body(&Bytes::from(vec![b'x'; 4096])));
        assert!(log.answers_bytes <= ANSWERS_BYTES && log.since(0, 1).history().requests[0].answer.is_none());
        log.clear();
        assert_eq!((log.used_bytes, log.answers_bytes), (0, 0));
    }

    #[test]
    fn a_short_answer_is_shared_and_a_long_one_kept_in_part() {
        let (short, long) = (Bytes::from(vec![b'x'; 4096]), Bytes::from(vec![b'x'; 1_000_000]));
        assert_eq!(kept_answer(short.clone()).unwrap().as_ptr(), short.as_ptr(), "it was copied");
        let kept = kept_answer(long).unwrap();
        assert_eq!((kept.len(), shown_answer(&kept).len()), (4097, 4096 + "…".len()));
        assert_eq!(kept_answer(Bytes::new()), None);
    }

    #[test]
    fn what_a_fault_changes_or_keeps_back_is_not_what_neptune_said() {
        let mut log = RequestLog::default();
        let body = Bytes::from(r#"{"payload": {"overallStatus": {"status": "LOAD_FAILED"}}}"#);
        let reported =
            ReportedStatus { status: neptune_loader::LoadStatus::Failed, ended_ago: Some(Duration::from_millis(1500)) };
        for number in 0..3 {
            log.open(SimTime::START, Entry::of(&head("/loader/x"), None));
            let evidence = Some(Evidence::Observed);
            log.note_answer(number, Answer { reported: Some(reported.clone()), evidence, ..with_body(&body) });
        }
        log.note_change(1, Bytes::from("[]"));
        log.note_loss(2);
        let requests = log.since(0, usize::MAX).history().requests;
        let reported = |at: usize| {
            let LoggedRequest { load_status, ended_ago, answer, evidence, .. } = &requests[at];
            (load_status.as_deref(), *ended_ago, answer.as_deref(), *evidence)
        };
        let ended = Some(Duration::from_millis(1500));
        assert_eq!(
            reported(0),
            (Some("LOAD_FAILED"), ended, Some(std::str::from_utf8(&body).unwrap()), Some(Evidence::Observed))
        );
        assert_eq!(reported(1), (None, None, Some("[]"), None));
        assert_eq!(reported(2), (None, None, None, Some(Evidence::Observed)));
    }

    #[test]
    fn the_oldest_requests_make_room_and_are_counted() {
        let mut log = RequestLog::default();
        let target = format!("/loader?x={}", "x".repeat(2000));
        for _ in 0..1000 {
            log.open(SimTime::START, Entry::of(&head(&target), None));
        }
        let history = log.since(0, usize::MAX).history();
        assert!(history.dropped > 0, "nothing was dropped");
        assert_eq!(history.dropped + history.requests.len() as u64, 1000);
        assert_eq!(history.requests[0].number, history.dropped);
        assert!(log.used_bytes <= BUDGET_BYTES);
    }

    #[test]
    fn a_page_shares_the_texts_of_the_log_and_has_none_that_no_client_asked_for() {
        let mut log = RequestLog::default();
        for n in 0..1000 {
            log.open(SimTime::START, Entry::of(&head(&format!("/loader/{n}")), None));
        }
        let page = log.since(997, usize::MAX);
        assert_eq!((page.entries[0].0, page.next, page.entries.len()), (997, 1000, 3));
        assert!(
            page.entries.iter().zip(log.entries.range(997..)).all(|((_, page), log)| Arc::ptr_eq(page, log)),
            "texts were copied"
        );
        let shared = log.entries.iter().filter(|entry| Arc::strong_count(entry) > 1).count();
        assert_eq!(shared, 3, "a page of three holds three");
        assert_eq!((log.since(997, 1).entries.len(), log.since(997, 0).entries.len()), (1, 0));
        assert_eq!((log.since(1000, usize::MAX).entries.len(), log.since(u64::MAX, usize::MAX).entries.len()), (0, 0));
    }

    #[test]
    fn a_page_stays_as_it_was_when_the_log_goes_on() {
        let mut log = RequestLog::default();
        let number = log.open(SimTime::START, Entry::of(&head("/loader"), None));
        let page = log.since(0, usize::MAX);
        log.note_answer(number, answer(200, None, None));
        log.clear();
        let reported: Vec<_> = page.requests().map(|request| (request.number, request.status)).collect();
        assert_eq!(reported, [(0, None)]);
        assert_eq!((log.since(0, usize::MAX).next, log.since(0, usize::MAX).entries.len()), (1, 0));
    }

    #[test]
    fn what_comes_of_a_request_is_noted_later() {
        let mut log = RequestLog::default();
        let first = log.open(SimTime::START, Entry::of(&head("/loader"), None));
        log.open(SimTime::START, Entry::of(&head("/status"), None));
        log.note_body(first, b"{}");
        log.note_answer(first, answer(200, Some(Evidence::Observed), Some("x".into())));
        let reported = |entry: &LoggedRequest| (entry.body.clone(), entry.status, entry.evidence, entry.load_id.clone());
        let history = log.since(0, usize::MAX).history();
        assert_eq!(reported(&history.requests[0]), (Some("{}".into()), Some(200), Some(Evidence::Observed), Some("x".into())));
        assert_eq!(reported(&history.requests[1]), (None, None, None, None));
    }

    #[test]
    fn an_answer_that_names_no_load_leaves_the_one_that_was_asked_for() {
        let mut log = RequestLog::default();
        let number = log.open(SimTime::START, Entry::of(&head("/loader/x"), Some("x".into())));
        log.note_answer(number, answer(404, None, None));
        assert_eq!(log.since(0, usize::MAX).history().requests[0].load_id, Some("x".into()));
    }

    #[test]
    fn a_forgotten_request_takes_no_notes() {
        let mut log = RequestLog { dropped: 5, ..RequestLog::default() };
        log.open(SimTime::START, Entry::of(&head("/loader"), None));
        log.note_answer(3, answer(200, None, None));
        assert_eq!(log.since(0, usize::MAX).history().requests[0].status, None);
    }

    #[test]
    fn numbers_go_on_when_the_log_is_cleared() {
        let mut log = RequestLog::default();
        let before = log.open(SimTime::START, Entry::of(&head("/loader"), None));
        assert_eq!(log.clear(), 1);
        let after = log.open(SimTime::START, Entry::of(&head("/status"), None));
        log.note_answer(before, answer(404, None, None));
        log.note_answer(after, answer(200, None, None));
        let history = log.since(0, usize::MAX).history();
        assert_eq!((history.dropped, history.next), (0, 2));
        assert_eq!((history.requests[0].number, history.requests[0].status), (1, Some(200)));
    }

    #[test]
    fn a_head_reads_back_as_it_was_but_for_its_secrets() {
        let mut log = RequestLog::default();
        let request = Request::post("/loader?a=b&secretKey=c")
            .header("Cookie", "a=b")
            .header("X-Empty", "")
            .header("X-Colons", "a: b: c")
            .header("X-Twice", "1")
            .header("X-Twice", b"\xff".as_slice());
        log.open(SimTime::START, Entry::of(&request.body(()).unwrap().into_parts().0, None));
        let LoggedRequest { method, target, headers, .. } = log.since(0, usize::MAX).history().requests.remove(0);
        assert_eq!((method.as_str(), target.as_str()), ("POST", "/loader?a=b&secretKey=<redacted>"));
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            headers,
            [("cookie", "<redacted>"), ("x-empty", ""), ("x-colons", "a: b: c"), ("x-twice", "1"), ("x-twice", "\u{fffd}")]
        );
    }

    #[test]
    fn long_bodies_are_cut() {
        assert_eq!(shown_body(&[b'x'; 5000]).unwrap().len(), 4096 + "…".len());
        assert_eq!(shown_body(b""), None);
    }
}
