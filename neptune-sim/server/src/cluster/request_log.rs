//! The requests to a cluster, and its answers: the newest requests within a budget, without secrets.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use axum::http::Method;
use axum::http::request::Parts;
use neptune_control::Explanation;
use neptune_loader::{Evidence, LoadId, SimTime};
use serde::{Serialize, Serializer};

use neptune_text::{cut, push_cut, redact};

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
/// What an entry costs beside its texts.
const ENTRY_BYTES: usize = 256;
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
    dropped: u64,
    /// How many requests callers have cleared.
    cleared: u64,
}

/// A part of the log as it was at a moment. It copies no text: the log is locked only as long as it takes to count
/// the requests.
#[derive(Debug)]
pub(crate) struct LogPage {
    /// How many older requests were forgotten to save space.
    pub(crate) dropped: u64,
    /// The number that the next request will have.
    pub(crate) next: u64,
    /// The number of the first request here.
    first: u64,
    entries: Vec<Arc<Entry>>,
}

impl LogPage {
    /// Its requests, the oldest first. Each is copied when it is asked for.
    pub(crate) fn requests(&self) -> impl Iterator<Item = LoggedRequest> {
        (self.first..).zip(&self.entries).map(|(number, entry)| entry.reported(number))
    }

    /// A copy of all of it.
    pub(crate) fn history(&self) -> RequestHistory {
        RequestHistory { dropped: self.dropped, next: self.next, requests: self.requests().collect() }
    }
}

/// One request as it is kept: without secrets, and in few pieces, since most entries are written and never read.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    at: SimTime,
    method: Method,
    /// Target and headers, a line each, as in a request: neither can have a line break in it.
    head: String,
    body: Option<String>,
    status: Option<u16>,
    load_id: Option<LoadId>,
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
        self.entries.push_back(Arc::new(Entry { at, ..entry }));
        self.shrink();
        number
    }

    /// Notes the body of a request.
    pub(crate) fn note_body(&mut self, number: u64, body: &[u8]) {
        self.update(number, |entry| entry.body = shown_body(body));
    }

    /// Notes the answer to a request, and the load that it is about if the request did not name it.
    pub(crate) fn note_answer(&mut self, number: u64, status: u16, evidence: Option<Evidence>, load_id: Option<LoadId>) {
        self.update(number, |entry| {
            (entry.status, entry.evidence) = (Some(status), evidence);
            entry.load_id = load_id.or(entry.load_id.take());
        });
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
        change(entry);
        self.used_bytes += entry.bytes();
        self.shrink();
    }

    /// What is kept from a number on, `most` requests at most.
    pub(crate) fn since(&self, number: u64, most: usize) -> LogPage {
        let (kept, count) = (self.first(), self.entries.len());
        let skipped = usize::try_from(number.saturating_sub(kept)).unwrap_or(usize::MAX).min(count);
        let entries = self.entries.range(skipped..).take(most).cloned().collect();
        LogPage { dropped: self.dropped, next: self.next(), first: kept + skipped as u64, entries }
    }

    /// Clears the log, and returns how many requests were in it. Numbers go on.
    pub(crate) fn clear(&mut self) -> u64 {
        let count = self.entries.len() as u64;
        self.entries.clear();
        self.used_bytes = 0;
        self.cleared += count;
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
            self.dropped += 1;
        }
    }
}

impl Entry {
    /// An entry for a request whose head has arrived. The log says when that was.
    pub(super) fn of(head: &Parts, load_id: Option<LoadId>) -> Self {
        let (at, method, head) = (SimTime::START, head.method.clone(), shown_head(head));
        Self { at, method, head, body: None, status: None, load_id, evidence: None, fault: None, explanation: None }
    }

    fn bytes(&self) -> usize {
        let body = self.body.as_ref().map_or(0, String::len);
        let load_id = self.load_id.as_ref().map_or(0, |id| id.as_str().len());
        let fault = self.fault.as_ref().map_or(0, String::len);
        let explanation = self.explanation.as_ref().map_or(0, |reported| {
            let others = [&reported.canonical_request, &reported.string_to_sign];
            EXPLANATION_BYTES + reported.hint.len() + others.into_iter().flatten().map(String::len).sum::<usize>()
        });
        ENTRY_BYTES + self.method.as_str().len() + self.head.capacity() + body + load_id + fault + explanation
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
        assert_eq!((page.first, page.next, page.entries.len()), (997, 1000, 3));
        assert!(
            page.entries.iter().zip(log.entries.range(997..)).all(|(page, log)| Arc::ptr_eq(page, log)),
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
        log.note_answer(number, 200, None, None);
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
        log.note_answer(first, 200, Some(Evidence::Observed), Some("x".into()));
        let reported = |entry: &LoggedRequest| (entry.body.clone(), entry.status, entry.evidence, entry.load_id.clone());
        let history = log.since(0, usize::MAX).history();
        assert_eq!(reported(&history.requests[0]), (Some("{}".into()), Some(200), Some(Evidence::Observed), Some("x".into())));
        assert_eq!(reported(&history.requests[1]), (None, None, None, None));
    }

    #[test]
    fn an_answer_that_names_no_load_leaves_the_one_that_was_asked_for() {
        let mut log = RequestLog::default();
        let number = log.open(SimTime::START, Entry::of(&head("/loader/x"), Some("x".into())));
        log.note_answer(number, 404, None, None);
        assert_eq!(log.since(0, usize::MAX).history().requests[0].load_id, Some("x".into()));
    }

    #[test]
    fn a_forgotten_request_takes_no_notes() {
        let mut log = RequestLog { dropped: 5, ..RequestLog::default() };
        log.open(SimTime::START, Entry::of(&head("/loader"), None));
        log.note_answer(3, 200, None, None);
        assert_eq!(log.since(0, usize::MAX).history().requests[0].status, None);
    }

    #[test]
    fn numbers_go_on_when_the_log_is_cleared() {
        let mut log = RequestLog::default();
        let before = log.open(SimTime::START, Entry::of(&head("/loader"), None));
        assert_eq!(log.clear(), 1);
        let after = log.open(SimTime::START, Entry::of(&head("/status"), None));
        log.note_answer(before, 404, None, None);
        log.note_answer(after, 200, None, None);
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
