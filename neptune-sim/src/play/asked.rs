//! Notes which loads a user's function or poller asks for while a step waits for that.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use neptune_loader::LoadStatus;
use neptune_server::{ArrivedRequest, Cluster, FaultOperation, GivenAnswer, Observer};
use tokio::sync::Notify;

/// How many requests may be open before the oldest is taken for one whose client has left.
const OPEN_REQUESTS: usize = 1024;

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Each load was asked for as often as the step says, or one of them once more: then the invocations before are over.
    Asked,
    /// The last answer about each load says that it has ended, or that there is no such load.
    Ended,
}

/// A clock that moves with a poll.
#[derive(Debug)]
pub(crate) struct MovingClock {
    /// Whose clock it is. It is manual.
    pub(crate) cluster: Cluster,
    /// How far it moves before a load is asked for again.
    pub(crate) every: Duration,
}

/// What the cluster was asked while a step waited. It counts nothing at other times.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    watched: Mutex<Watched>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Watched {
    is_on: bool,
    /// By the ids of the loads. Empty if the step names none: then every request counts, as one for the load of no id.
    loads: IndexMap<String, Count>,
    names_none: bool,
    /// The requests that are not over, with the place of their load.
    open: VecDeque<(u64, usize)>,
    clock: Option<MovingClock>,
}

#[derive(Debug, Default)]
struct Count {
    wanted: usize,
    arrived: usize,
    over: usize,
    has_ended: bool,
    /// Whether it was asked for since the clock last moved.
    is_asked: bool,
}

impl Asked {
    /// Begins to count requests for these loads, each of which is to be asked for so often.
    pub(crate) fn begin(&self, loads: impl Iterator<Item = (String, usize)>, clock: Option<MovingClock>) {
        let mut loads: IndexMap<_, _> = loads.map(|(id, wanted)| (id, Count { wanted, ..Count::default() })).collect();
        let names_none = loads.is_empty();
        if names_none {
            loads.insert(String::new(), Count { wanted: 1, ..Count::default() });
        }
        *self.watched() = Watched { is_on: true, loads, names_none, open: VecDeque::new(), clock };
    }

    /// Ends the counting.
    pub(crate) fn end(&self) {
        *self.watched() = Watched::default();
    }

    /// Returns when what was asked is enough.
    pub(crate) async fn is_enough(&self, until: Until) {
        while !self.watched().is_enough(until) {
            self.changed.notified().await;
        }
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn is_enough(&self, until: Until) -> bool {
        let mut counts = self.loads.values();
        match until {
            Until::Asked => {
                counts.clone().all(|count| count.over >= count.wanted) || counts.any(|count| count.arrived > count.wanted)
            }
            Until::Ended => counts.all(|count| count.has_ended),
        }
    }

    fn place_of(&self, request: &ArrivedRequest<'_>) -> Option<usize> {
        if self.names_none {
            return Some(0);
        }
        let load = request.load.filter(|_| request.operation == Some(FaultOperation::Status))?;
        self.loads.get_index_of(load)
    }

    /// Notes a request for the load at this place. Returns whose clock is to move, and how far, because it was asked for before.
    fn arrive(&mut self, number: u64, place: usize) -> Option<(Cluster, Duration)> {
        if self.open.len() == OPEN_REQUESTS {
            self.open.pop_front();
        }
        self.open.push_back((number, place));
        let is_again = self.loads[place].is_asked;
        if is_again {
            self.loads.values_mut().for_each(|count| count.is_asked = false);
        }
        let count = &mut self.loads[place];
        (count.arrived, count.is_asked) = (count.arrived + 1, true);
        self.clock.as_ref().filter(|_| is_again).map(|clock| (clock.cluster.clone(), clock.every))
    }

    fn answer(&mut self, answer: &GivenAnswer) {
        let Some(at) = self.open.iter().position(|(number, _)| *number == answer.number) else { return };
        let Some((_, place)) = self.open.remove(at) else { return };
        let count = &mut self.loads[place];
        count.over += 1;
        count.has_ended = match &answer.load_status {
            Some(word) => !LoadStatus::from(word.as_str()).is_pending(),
            None => answer.fault.is_none() && answer.http_status.is_some_and(|status| (400..500).contains(&status)),
        };
    }
}

impl Observer for Asked {
    fn arrived(&self, request: &ArrivedRequest<'_>) {
        let mut watched = self.watched();
        let Some(place) = watched.place_of(request).filter(|_| watched.is_on) else { return };
        let moves = watched.arrive(request.number, place);
        drop(watched);
        if let Some((cluster, every)) = moves {
            // Any other clock moves by itself.
            let _ = cluster.advance(every);
        }
        self.changed.notify_one();
    }

    fn answered(&self, answer: &GivenAnswer) -> Option<Duration> {
        self.watched().answer(answer);
        self.changed.notify_one();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(asked: &Asked, number: u64, load: &str, status: Option<&str>) {
        let operation = Some(FaultOperation::Status);
        asked.arrived(&ArrivedRequest { number, method: "GET", target: "/loader/x", operation, load: Some(load) });
        if let Some(status) = status {
            let load_status = Some(status.to_owned());
            asked.answered(&GivenAnswer { number, http_status: Some(200), load_status, ..GivenAnswer::default() });
        }
    }

    fn watching(loads: &[(&str, usize)]) -> Asked {
        let asked = Asked::default();
        asked.begin(loads.iter().map(|(id, wanted)| ((*id).to_owned(), *wanted)), None);
        asked
    }

    #[test]
    fn each_load_is_asked_for_or_one_of_them_again() {
        let asked = watching(&[("a", 1), ("b", 1)]);
        ask(&asked, 0, "a", Some("LOAD_IN_PROGRESS"));
        ask(&asked, 1, "c", Some("LOAD_IN_PROGRESS"));
        assert!(!asked.watched().is_enough(Until::Asked));
        ask(&asked, 2, "b", None);
        assert!(!asked.watched().is_enough(Until::Asked), "it is not answered yet");
        ask(&asked, 3, "a", None);
        assert!(asked.watched().is_enough(Until::Asked), "a client that asks again has its first answer");
    }

    #[test]
    fn an_end_counts_until_the_load_is_pending_again() {
        let asked = watching(&[("a", 1)]);
        for (number, status, is_enough) in
            [(0, "LOAD_IN_PROGRESS", false), (1, "LOAD_FAILED", true), (2, "LOAD_IN_QUEUE", false)]
        {
            ask(&asked, number, "a", Some(status));
            assert_eq!(asked.watched().is_enough(Until::Ended), is_enough, "{status}");
        }
    }

    #[test]
    fn without_a_load_every_request_counts_and_outside_of_a_step_none() {
        let asked = watching(&[]);
        assert!(!asked.watched().is_enough(Until::Asked));
        ask(&asked, 0, "any", Some("LOAD_COMPLETED"));
        assert!(asked.watched().is_enough(Until::Asked));
        asked.end();
        ask(&asked, 1, "any", Some("LOAD_COMPLETED"));
        assert!(asked.watched().open.is_empty() && asked.watched().loads.is_empty());
    }

    #[test]
    fn requests_that_are_never_answered_take_no_memory() {
        let asked = watching(&[("a", 1)]);
        (0..5000).for_each(|number| ask(&asked, number, "a", None));
        assert_eq!(asked.watched().open.len(), OPEN_REQUESTS);
    }
}
