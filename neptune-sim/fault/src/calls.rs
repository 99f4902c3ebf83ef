//! Client calls: the requests that an SDK makes of one call share an `amz-sdk-invocation-id`.
//!
//! A cluster remembers the ids once, whatever number of faults it has. A fault that chooses by call has a [`Numbering`] of 8 KiB beside
//! them, because it counts the calls that fit it.

use std::collections::{HashMap, VecDeque};

use http::HeaderMap;
use neptune_text::cut;

/// How many calls are remembered. An older one counts as new if it goes on.
const CALLS: usize = 1024;
/// How much of an invocation id is compared.
const ID_BYTES: usize = 128;

/// The id that a client gives to all requests of one call.
pub(crate) fn invocation_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("amz-sdk-invocation-id")?.to_str().ok()?;
    Some(cut(id, ID_BYTES))
}

/// The beginning of an id's SHA-256: clients choose how long ids are, and must not choose how much memory they take.
type Key = [u8; 16];

fn key(invocation_id: &str) -> Key {
    let digest = ring::digest::digest(&ring::digest::SHA256, invocation_id.as_bytes());
    std::array::from_fn(|place| digest.as_ref()[place])
}

/// The newest client calls, each with how many of its requests came.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    known: HashMap<Key, Known>,
    /// Their ids, the oldest first.
    order: VecDeque<Key>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    place: usize,
    attempts: u64,
}

/// The position of a request among the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Which of the call's requests this is, from 1.
    pub(crate) attempt: u64,
    /// Where the call is remembered; `None` if it has no id and therefore one request.
    place: Option<usize>,
}

impl Calls {
    /// Counts a request.
    pub(crate) fn count(&mut self, invocation_id: Option<&str>) -> Call {
        let Some(key) = invocation_id.map(key) else { return Call { attempt: 1, place: None } };
        if let Some(known) = self.known.get_mut(&key) {
            known.attempts += 1;
            return Call { attempt: known.attempts, place: Some(known.place) };
        }
        let place = self.free_place();
        self.order.push_back(key);
        self.known.insert(key, Known { place, attempts: 1 });
        Call { attempt: 1, place: Some(place) }
    }

    /// A place that no call has; that of the oldest if there is no other.
    fn free_place(&mut self) -> usize {
        if self.order.len() < CALLS {
            return self.order.len();
        }
        let oldest = self.order.pop_front().and_then(|key| self.known.remove(&key));
        oldest.map_or(0, |known| known.place)
    }
}

/// The numbers that calls have for one fault: of those that fit it, the first is 1.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    count: u64,
    /// By the place of the call; 0 for a call that has no number yet.
    numbers: Vec<u64>,
}

impl Numbering {
    /// Forgets the call that had the place of a new one.
    pub(crate) fn make_room(&mut self, call: Call) {
        if let Some(number) = call.place.filter(|_| call.attempt == 1).and_then(|place| self.numbers.get_mut(place)) {
            *number = 0;
        }
    }

    /// The number of a call that fits.
    pub(crate) fn number(&mut self, call: Call) -> u64 {
        let Some(place) = call.place else {
            self.count += 1;
            return self.count;
        };
        if self.numbers.is_empty() {
            self.numbers = vec![0; CALLS];
        }
        if self.numbers[place] == 0 {
            self.count += 1;
            self.numbers[place] = self.count;
        }
        self.numbers[place]
    }
}

#[cfg(test)]
impl Calls {
    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.known.capacity() * size_of::<(Key, Known)>() + self.order.capacity() * size_of::<Key>()
    }
}

#[cfg(test)]
impl Numbering {
    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.numbers.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_call_are_its_attempts() {
        let (mut calls, mut numbering) = (Calls::default(), Numbering::default());
        let mut count = |id| {
            let call = calls.count(id);
            numbering.make_room(call);
            (numbering.number(call), call.attempt)
        };
        let seen = [Some("a"), Some("b"), Some("a"), None, None, Some("a")].map(&mut count);
        assert_eq!(seen, [(1, 1), (2, 1), (1, 2), (3, 1), (4, 1), (1, 3)]);
    }

    #[test]
    fn a_call_has_a_number_of_its_own_for_each_fault_that_it_fits() {
        let (mut calls, mut early, mut late) = (Calls::default(), Numbering::default(), Numbering::default());
        let first = calls.count(Some("a"));
        assert_eq!(early.number(first), 1);
        let second = calls.count(Some("b"));
        assert_eq!((early.number(second), late.number(second)), (2, 1));
        let again = calls.count(Some("a"));
        assert_eq!((early.number(again), late.number(again)), (1, 2));
    }

    #[test]
    fn old_calls_are_forgotten_and_their_numbers_with_them() {
        let (mut calls, mut numbering) = (Calls::default(), Numbering::default());
        let mut count = |id: usize| {
            let call = calls.count(Some(&id.to_string()));
            numbering.make_room(call);
            (numbering.number(call), call.attempt)
        };
        for number in 0..10_000 {
            assert_eq!(count(number), (number as u64 + 1, 1));
        }
        assert_eq!(count(9999), (10_000, 2));
        assert_eq!(count(10_000 - CALLS), (10_001 - CALLS as u64, 2), "the oldest that is remembered");
        assert_eq!(count(0), (10_001, 1));
        assert_eq!(count(10_000 - CALLS), (10_002, 1), "it had to make room");
        assert_eq!((calls.known.len(), calls.order.len()), (CALLS, CALLS));
    }
}
