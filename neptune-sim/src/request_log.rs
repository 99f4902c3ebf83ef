//! What a cluster was asked, and what it answered: the newest requests within a budget, without secrets.

use std::collections::VecDeque;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use neptune_engine::SimTime;
use neptune_wire::{Evidence, LoadId};
use serde::{Serialize, Serializer};

use crate::redact;

/// How many bytes of text a log keeps before it forgets the oldest requests.
const BUDGET_BYTES: usize = 1024 * 1024;
/// How much of a target is kept.
const TARGET_BYTES: usize = 2048;
/// How much of a header value is kept.
const HEADER_BYTES: usize = 1024;
/// How much of a body is kept.
const BODY_BYTES: usize = 4096;
/// What an entry costs beside its texts.
const ENTRY_BYTES: usize = 256;

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
    entries: VecDeque<LoggedRequest>,
    used_bytes: usize,
    dropped: u64,
    /// How many were forgotten because somebody said so.
    cleared: u64,
}

impl RequestLog {
    /// Notes a request whose head has arrived, and tells its number. What comes of it is noted with [`RequestLog::update`], so
    /// that a request stands in the log even if it is never answered.
    pub(crate) fn open(&mut self, at: SimTime, head: &Parts, load_id: Option<LoadId>) -> u64 {
        let number = self.next();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let entry = LoggedRequest {
            number,
            at,
            method: cut(head.method.as_str(), 32),
            target: cut(&redact::target(target), TARGET_BYTES),
            headers: shown_headers(&head.headers),
            body: None,
            status: None,
            load_id,
            evidence: None,
        };
        self.used_bytes += size(&entry);
        self.entries.push_back(entry);
        self.shrink();
        number
    }

    /// Notes more about a request, unless it is forgotten already.
    pub(crate) fn update(&mut self, number: u64, change: impl FnOnce(&mut LoggedRequest)) {
        let place = number.checked_sub(self.dropped + self.cleared).and_then(|place| usize::try_from(place).ok());
        let Some(entry) = place.and_then(|place| self.entries.get_mut(place)) else { return };
        self.used_bytes -= size(entry);
        change(entry);
        self.used_bytes += size(entry);
        self.shrink();
    }

    /// A copy of all that is kept.
    pub(crate) fn history(&self) -> RequestHistory {
        RequestHistory { dropped: self.dropped, next: self.next(), requests: self.entries.iter().cloned().collect() }
    }

    /// Forgets every request so far, and tells how many those were. Numbers go on.
    pub(crate) fn clear(&mut self) -> u64 {
        let count = self.entries.len() as u64;
        self.entries.clear();
        self.used_bytes = 0;
        self.cleared += count;
        count
    }

    /// The number of the next request.
    fn next(&self) -> u64 {
        self.dropped + self.cleared + self.entries.len() as u64
    }

    fn shrink(&mut self) {
        while self.used_bytes > BUDGET_BYTES
            && let Some(oldest) = self.entries.pop_front()
        {
            self.used_bytes -= size(&oldest);
            self.dropped += 1;
        }
    }
}

/// What the log keeps of a body.
pub(crate) fn shown_body(body: &[u8]) -> Option<String> {
    (!body.is_empty()).then(|| cut(&redact::body(&String::from_utf8_lossy(body)), BODY_BYTES))
}

/// A text, or its beginning and `…` if it has more bytes than this.
pub(crate) fn cut(text: &str, most_bytes: usize) -> String {
    if text.len() <= most_bytes {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(most_bytes)])
}

fn shown_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |value: &[u8], name: &str| cut(&redact::header(name, &String::from_utf8_lossy(value)), HEADER_BYTES);
    headers.iter().map(|(name, value)| (cut(name.as_str(), HEADER_BYTES), shown(value.as_bytes(), name.as_str()))).collect()
}

fn size(entry: &LoggedRequest) -> usize {
    let headers: usize = entry.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    let body = entry.body.as_ref().map_or(0, String::len);
    let load_id = entry.load_id.as_ref().map_or(0, |id| id.as_str().len());
    ENTRY_BYTES + entry.method.len() + entry.target.len() + headers + body + load_id
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
            log.open(SimTime::START, &head(&target), None);
        }
        let history = log.history();
        assert!(history.dropped > 0, "nothing was dropped");
        assert_eq!(history.dropped + history.requests.len() as u64, 1000);
        assert_eq!(history.requests[0].number, history.dropped);
        assert!(log.used_bytes <= BUDGET_BYTES);
    }

    #[test]
    fn what_comes_of_a_request_is_noted_later() {
        let mut log = RequestLog::default();
        let first = log.open(SimTime::START, &head("/loader"), None);
        log.open(SimTime::START, &head("/status"), None);
        log.update(first, |entry| entry.status = Some(200));
        let statuses: Vec<_> = log.history().requests.iter().map(|entry| entry.status).collect();
        assert_eq!(statuses, [Some(200), None]);
    }

    #[test]
    fn a_forgotten_request_takes_no_notes() {
        let mut log = RequestLog { dropped: 5, ..RequestLog::default() };
        log.open(SimTime::START, &head("/loader"), None);
        log.update(3, |entry| entry.status = Some(200));
        assert_eq!(log.history().requests[0].status, None);
    }

    #[test]
    fn numbers_go_on_when_the_log_is_cleared() {
        let mut log = RequestLog::default();
        let before = log.open(SimTime::START, &head("/loader"), None);
        assert_eq!(log.clear(), 1);
        let after = log.open(SimTime::START, &head("/status"), None);
        log.update(before, |entry| entry.status = Some(404));
        log.update(after, |entry| entry.status = Some(200));
        let history = log.history();
        assert_eq!((history.dropped, history.next), (0, 2));
        assert_eq!((history.requests[0].number, history.requests[0].status), (1, Some(200)));
    }

    #[test]
    fn headers_are_redacted_on_the_way_in() {
        let mut log = RequestLog::default();
        log.open(SimTime::START, &head("/loader"), None);
        assert_eq!(log.history().requests[0].headers, [("cookie".to_owned(), "<redacted>".to_owned())]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "ä…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(shown_body(&[b'x'; 5000]).unwrap().len(), 4096 + "…".len());
        assert_eq!(shown_body(b""), None);
    }
}
