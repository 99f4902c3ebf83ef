//! Client calls: the requests that an SDK makes of one call share an `amz-sdk-invocation-id`.

use std::collections::{HashMap, VecDeque};

use axum::http::HeaderMap;

use crate::request_log::cut;

/// How many calls are remembered. An older one counts as new if it goes on.
const CALLS: usize = 1024;
/// How much of an invocation id is looked at.
const ID_BYTES: usize = 128;

/// The id that a client gives to all requests of one call.
pub(super) fn invocation_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("amz-sdk-invocation-id")?.to_str().ok()?;
    Some(cut(id, ID_BYTES))
}

/// The newest client calls, each with a number and how many of its requests came.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// How many calls there were.
    count: u64,
    known: HashMap<String, Call>,
    /// Their ids, the oldest first.
    order: VecDeque<String>,
}

/// Where a request stands among the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The number of the call, from 1.
    pub(super) number: u64,
    /// Which of its requests this is, from 1.
    pub(super) attempt: u64,
}

impl Calls {
    /// Counts a request.
    pub(super) fn count(&mut self, invocation_id: Option<&str>) -> Call {
        if let Some(call) = invocation_id.and_then(|id| self.known.get_mut(id)) {
            call.attempt += 1;
            return *call;
        }
        self.count += 1;
        let call = Call { number: self.count, attempt: 1 };
        if let Some(id) = invocation_id {
            if self.order.len() >= CALLS
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
            self.order.push_back(id.to_owned());
            self.known.insert(id.to_owned(), call);
        }
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_call_are_its_attempts() {
        let mut calls = Calls::default();
        let seen = [Some("a"), Some("b"), Some("a"), None, None, Some("a")].map(|id| calls.count(id));
        let seen = seen.map(|call| (call.number, call.attempt));
        assert_eq!(seen, [(1, 1), (2, 1), (1, 2), (3, 1), (4, 1), (1, 3)]);
    }

    #[test]
    fn old_calls_are_forgotten() {
        let mut calls = Calls::default();
        for number in 0..10_000 {
            calls.count(Some(&number.to_string()));
        }
        assert_eq!((calls.known.len(), calls.order.len()), (CALLS, CALLS));
        assert_eq!(calls.count(Some("9999")).attempt, 2);
        assert_eq!(calls.count(Some("0")), Call { number: 10_001, attempt: 1 });
    }
}
