//! What is noted of a poller's requests while it runs, and how the load moves on with them.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neptune_loader::LoadStatus;
use neptune_server::{ArrivedRequest, FaultOperation, GivenAnswer, Observer};
use neptune_text::cut;
use tokio::sync::Notify;

use crate::case::Case;

/// How many requests are kept from the beginning of a case, and as many of the newest.
const KEPT: usize = 100;
/// How much of a method is kept.
const METHOD_BYTES: usize = 32;
/// How much of a target is kept.
const TARGET_BYTES: usize = 512;
/// How many different targets and loads are distinguished.
const TARGETS: usize = 2000;
/// How often a poller may send the same request while trouble lasts, and how often without a pause.
const REQUESTS_IN_TROUBLE: u64 = 1000;
const HURRIED_REQUESTS_IN_TROUBLE: u64 = 100;
/// How many requests a case takes at all.
const REQUESTS: u64 = 5000;
/// A shorter pause is none.
const NO_PAUSE: Duration = Duration::from_millis(20);
/// An answer that takes longer may have come too late for a client with a short time limit, so that the same request comes again.
const PROMPT: Duration = Duration::from_millis(250);
/// How long a poller may go on asking after an end: one with several threads is answered the end in each of them, in its own time.
const TIME_AFTER_END: Duration = Duration::from_secs(10);
/// How often it may ask in a shorter time, but for the first second.
const LOOKS_IN_A_SHORT_TIME: u64 = 20;
const SHORT_TIME: Duration = Duration::from_secs(1);
/// How many pending answers may restart the patience. A poller that starts one load after the other would be waited for without end.
const PATIENT_LOOKS: u64 = 100;
/// How far the load moves with each answer.
const STEP: Duration = Duration::from_secs(1);

/// A request and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Its number in the log of the cluster.
    pub number: u64,
    /// When it arrived, since the first request of the case.
    pub at: Duration,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, without secrets, the first 512 bytes.
    pub target: String,
    /// How long after the answer before it, or after the request before it if that has no answer; `None` for the first request.
    pub pause: Option<Duration>,
    /// Whether it was answered, or its connection ended by the cluster.
    pub is_over: bool,
    /// The HTTP status of the answer; `None` if there was none.
    pub http_status: Option<u16>,
    /// The load's status in the answer.
    pub load_status: Option<String>,
    /// The fault that it met.
    pub fault: Option<String>,
}

/// What a poller has been answered last about its load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reported {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A status of a load that has not ended.
    Pending(String),
    /// A status of a load that has ended.
    Ended(String),
    /// No status: an error, or no answer.
    Trouble,
}

/// Why a poller need not be watched any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// It was answered an end, and has sent the same request several times more.
    AskedOn,
    /// It has sent the same request very often while trouble lasted.
    TriedOn,
    /// It has sent as many requests as a case takes.
    TooMany,
}

/// What was seen of a poller in one case.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// The first requests and the newest.
    pub exchanges: Vec<Exchange>,
    /// How many requests there were.
    pub requests: u64,
    /// Whether it asked for the status of its load.
    pub asked: bool,
    /// The first load that it asked for and that is not its own.
    pub other_load: Option<String>,
    /// What it was answered last.
    pub last: Reported,
    /// The first end that it was answered.
    pub end: Option<String>,
    /// Whether it met trouble.
    pub met_trouble: bool,
    /// The longest row of equal requests without a pause, each after a pending answer.
    pub hurried_in_progress: u64,
    /// The longest row of equal requests without a pause, each after trouble.
    pub hurried_in_trouble: u64,
    /// Why it need not be watched any longer.
    pub enough: Option<Enough>,
}

impl Notes {
    fn meet_trouble(&mut self) {
        self.met_trouble = true;
        self.last = Reported::Trouble;
    }
}

/// Watches the requests of one poller.
#[derive(Debug)]
pub(crate) struct Watch {
    started: Instant,
    moves_with_time: bool,
    /// The time that the clock of an execution has skipped, in milliseconds.
    skipped: AtomicU64,
    state: Mutex<State>,
    /// Signals each arrival and each answer.
    pub(crate) changed: Notify,
}

#[derive(Debug)]
struct State {
    notes: Notes,
    /// The loads whose status counts: that of the case, and those that the poller starts.
    loads: HashSet<String>,
    /// Those that were pending when the poller was last answered about them.
    pending: HashSet<String>,
    /// How often a poller may send the same request again after it was answered an end.
    looks_after_end: u64,
    /// Requests for a status that are not over.
    open: HashMap<u64, Look>,
    /// How many of them there were at once: each may be of another thread, which asks by itself.
    most_open: usize,
    first_at: Option<Duration>,
    /// When the last answer was given, or the last request arrived.
    before_at: Option<Duration>,
    row: Row,
    after_end: HashMap<String, Repetition>,
    in_trouble: HashMap<String, Repetition>,
    patient_looks: u64,
    progress_at: Instant,
}

/// Equal requests for a status that were answered in the same way.
#[derive(Clone, Copy, Debug)]
struct Repetition {
    first_at: Duration,
    count: u64,
}

/// A request for the status of the load.
#[derive(Debug)]
struct Look {
    load: String,
    target: String,
    at: Duration,
    pause: Option<Duration>,
}

/// Equal requests for a status, each without a pause after the answer to the one before, whatever else was asked meanwhile.
#[derive(Debug, Default)]
struct Row {
    target: String,
    answered_at: Duration,
    /// How many came after a pending answer, and how many after trouble.
    pending: u64,
    trouble: u64,
}

impl Watch {
    /// Watches for a case whose load has this id.
    pub(crate) fn new(load: &str, case: &Case) -> Self {
        let started = Instant::now();
        let state = State {
            notes: Notes::default(),
            loads: HashSet::from([load.to_owned()]),
            pending: HashSet::new(),
            looks_after_end: case.looks_after_end,
            open: HashMap::new(),
            most_open: 0,
            first_at: None,
            before_at: None,
            row: Row::default(),
            after_end: HashMap::new(),
            in_trouble: HashMap::new(),
            patient_looks: 0,
            progress_at: started,
        };
        let skipped = AtomicU64::new(0);
        Self { started, moves_with_time: case.moves_with_time, skipped, state: Mutex::new(state), changed: Notify::new() }
    }

    /// The poller starts now, or goes on after a call that hung: its patience begins.
    pub(crate) fn begin(&self) {
        self.state().progress_at = Instant::now();
    }

    /// A poller whose waits take no time has waited for so long.
    pub(crate) fn skip(&self, time: Duration) {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.skipped.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// How long a poller whose waits take no time has waited so far.
    pub(crate) fn skipped(&self) -> Duration {
        Duration::from_millis(self.skipped.load(Ordering::Relaxed))
    }

    /// The time since the start, as the poller has lived through it.
    fn elapsed(&self) -> Duration {
        self.started.elapsed() + self.skipped()
    }

    /// What was seen so far.
    pub(crate) fn notes(&self) -> Notes {
        let state = self.state();
        let mut notes = state.notes.clone();
        if !state.open.is_empty() {
            notes.meet_trouble();
        }
        notes
    }

    /// How many requests there were, and why the poller need not be watched any longer.
    pub(crate) fn progress(&self) -> (u64, Option<Enough>, Instant) {
        let state = self.state();
        (state.notes.requests, state.notes.enough, state.progress_at)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Watch {
    fn arrived(&self, request: &ArrivedRequest<'_>) {
        self.state().note_arrival(request, self.elapsed());
        self.changed.notify_one();
    }

    fn answered(&self, answer: &GivenAnswer) -> Option<Duration> {
        let pause = self.state().note_answer(answer, self.elapsed());
        self.changed.notify_one();
        pause.map(|pause| if self.moves_with_time { STEP + pause } else { STEP })
    }
}

impl State {
    fn note_arrival(&mut self, request: &ArrivedRequest<'_>, at: Duration) {
        if self.notes.requests == 0 {
            self.progress_at = Instant::now();
        }
        self.notes.requests += 1;
        if self.notes.requests >= REQUESTS {
            self.notes.enough = self.notes.enough.or(Some(Enough::TooMany));
        }
        let first_at = *self.first_at.get_or_insert(at);
        let exchange = Exchange {
            number: request.number,
            at: at.saturating_sub(first_at),
            method: cut(request.method, METHOD_BYTES),
            target: cut(request.target, TARGET_BYTES),
            pause: self.before_at.replace(at).map(|before| at.saturating_sub(before)),
            ..Exchange::default()
        };
        if request.operation == Some(FaultOperation::Status) {
            self.note_look(request, &exchange, at);
        }
        self.keep(exchange);
    }

    /// Notes a request for a status, if it is for one of the poller's loads.
    fn note_look(&mut self, request: &ArrivedRequest<'_>, exchange: &Exchange, at: Duration) {
        let Some(load) = request.load else { return };
        if !self.loads.contains(load) {
            self.notes.other_load.get_or_insert_with(|| cut(load, TARGET_BYTES));
            return;
        }
        self.notes.asked = true;
        if !self.open.is_empty() {
            // It has not waited any longer for the answer to the request before.
            self.notes.meet_trouble();
        }
        let look = Look { load: load.to_owned(), target: exchange.target.clone(), at, pause: exchange.pause };
        self.open.insert(request.number, look);
        self.most_open = self.most_open.max(self.open.len());
    }

    fn keep(&mut self, exchange: Exchange) {
        let exchanges = &mut self.notes.exchanges;
        if exchanges.len() == 2 * KEPT {
            exchanges.remove(KEPT);
        }
        exchanges.push(exchange);
    }

    /// Notes an answer. If it reports the status of the load, returns how long the poller had paused before it asked.
    fn note_answer(&mut self, answer: &GivenAnswer, at: Duration) -> Option<Duration> {
        self.before_at = Some(at);
        let GivenAnswer { number, http_status, load, load_status, fault } = answer;
        if let Some(exchange) = self.notes.exchanges.iter_mut().rev().find(|exchange| exchange.number == *number) {
            exchange.is_over = true;
            exchange.http_status = *http_status;
            exchange.load_status.clone_from(load_status);
            exchange.fault.clone_from(fault);
        }
        if let (Some(id), Some(200)) = (load, http_status)
            && self.loads.len() < TARGETS
        {
            self.loads.insert(id.to_string());
        }
        let look = self.open.remove(number)?;
        let reported = match load_status {
            Some(word) if LoadStatus::from(word.as_str()).is_pending() => Reported::Pending(word.clone()),
            Some(word) => Reported::Ended(word.clone()),
            None => Reported::Trouble,
        };
        self.note_row(&look, at);
        if at.saturating_sub(look.at) <= PROMPT {
            self.note_repetition(&reported, &look);
        }
        self.note_reported(&reported, look.load);
        let reports = reported != Reported::Trouble;
        self.notes.last = reported;
        reports.then(|| look.pause.unwrap_or_default())
    }

    /// Notes whether the request came without a pause after one like it.
    fn note_row(&mut self, look: &Look, answered_at: Duration) {
        let hurries = look.target == self.row.target && look.at.saturating_sub(self.row.answered_at) < NO_PAUSE;
        let (pending, trouble) = match self.notes.last {
            Reported::Pending(_) if hurries => (self.row.pending + 1, 0),
            Reported::Trouble if hurries => (0, self.row.trouble + 1),
            _ => (0, 0),
        };
        self.row = Row { target: look.target.clone(), answered_at, pending, trouble };
        self.notes.hurried_in_progress = self.notes.hurried_in_progress.max(pending);
        self.notes.hurried_in_trouble = self.notes.hurried_in_trouble.max(trouble);
    }

    fn note_reported(&mut self, reported: &Reported, load: String) {
        match reported {
            Reported::Nothing => {}
            Reported::Pending(_) => self.note_pending(load),
            Reported::Ended(word) => self.note_end(word, &load),
            Reported::Trouble => self.note_trouble(),
        }
    }

    /// Counts equal requests, and notes whether there were enough.
    fn note_repetition(&mut self, reported: &Reported, look: &Look) {
        // A poller that waits for several loads asks for the ended ones again, too.
        let waits = self.pending.iter().any(|pending| *pending != look.load);
        let enough = match reported {
            Reported::Ended(_) if !waits => {
                let Repetition { first_at, count } = repeat(&mut self.after_end, look);
                let looks = self.looks_after_end * self.most_open as u64;
                let time = look.at.saturating_sub(first_at);
                let is_often = count > looks.max(LOOKS_IN_A_SHORT_TIME) && time >= SHORT_TIME;
                (is_often || count > looks && time >= TIME_AFTER_END).then_some(Enough::AskedOn)
            }
            Reported::Trouble => {
                let is_often = repeat(&mut self.in_trouble, look).count >= REQUESTS_IN_TROUBLE;
                (is_often || self.row.trouble >= HURRIED_REQUESTS_IN_TROUBLE).then_some(Enough::TriedOn)
            }
            _ => None,
        };
        self.notes.enough = self.notes.enough.or(enough);
    }

    fn note_pending(&mut self, load: String) {
        self.pending.insert(load);
        self.patient_looks += 1;
        if self.patient_looks <= PATIENT_LOOKS {
            self.progress_at = Instant::now();
        }
    }

    fn note_end(&mut self, word: &str, load: &str) {
        self.pending.remove(load);
        if self.notes.end.is_none() {
            self.notes.end = Some(word.to_owned());
            self.progress_at = Instant::now();
        }
    }

    fn note_trouble(&mut self) {
        if !self.notes.met_trouble {
            self.notes.met_trouble = true;
            self.progress_at = Instant::now();
        }
    }
}

/// Counts one more request like this, and returns how many there were. One that there is no room for counts as the first.
fn repeat(targets: &mut HashMap<String, Repetition>, look: &Look) -> Repetition {
    let first = Repetition { first_at: look.at, count: 0 };
    if targets.len() >= TARGETS && !targets.contains_key(&look.target) {
        return first;
    }
    let repetition = targets.entry(look.target.clone()).or_insert(first);
    repetition.count += 1;
    *repetition
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::case::cases;

    const LOAD: &str = "the-load";

    /// A poller whose requests come by the second.
    struct Poller {
        watch: Watch,
        number: u64,
        at: Duration,
    }

    impl Poller {
        fn new() -> Self {
            Self { watch: Watch::new(LOAD, &cases()[0]), number: 0, at: Duration::ZERO }
        }

        fn send(&mut self, operation: FaultOperation, load: Option<&str>, target: &str) -> u64 {
            let request = ArrivedRequest { number: self.number, method: "GET", target, operation: Some(operation), load };
            self.watch.state().note_arrival(&request, self.at);
            self.number += 1;
            request.number
        }

        fn get(&mut self, number: u64, http_status: Option<u16>, load_status: Option<&str>) {
            let load_status = load_status.map(str::to_owned);
            let answer = GivenAnswer { number, http_status, load_status, ..GivenAnswer::default() };
            self.watch.state().note_answer(&answer, self.at);
        }

        /// Asks for a load after a pause, and gets this.
        fn ask(&mut self, load: &str, pause: Duration, http_status: Option<u16>, load_status: Option<&str>) {
            self.at += pause;
            let number = self.send(FaultOperation::Status, Some(load), &format!("/loader/{load}"));
            self.get(number, http_status, load_status);
        }

        fn notes(&self) -> Notes {
            self.watch.notes()
        }
    }

    const SECOND: Duration = Duration::from_secs(1);
    const NONE: Duration = Duration::from_millis(1);

    #[test]
    fn three_more_requests_after_the_end_are_enough() {
        let mut poller = Poller::new();
        poller.ask(LOAD, SECOND, Some(200), Some("LOAD_IN_PROGRESS"));
        for enough in [None, None, None, Some(Enough::AskedOn)] {
            poller.ask(LOAD, 4 * SECOND, Some(200), Some("LOAD_FAILED"));
            assert_eq!(poller.notes().enough, enough);
        }
        assert_eq!(poller.notes().end.as_deref(), Some("LOAD_FAILED"));
    }

    #[rstest]
    #[case::within_a_second(Duration::from_millis(10), 101)]
    #[case::with_short_pauses(Duration::from_millis(100), 21)]
    #[case::with_pauses_of_a_second(SECOND, 11)]
    fn in_a_short_time_more_requests_are_enough(#[case] pause: Duration, #[case] requests: u64) {
        let mut poller = Poller::new();
        while poller.notes().enough.is_none() {
            poller.ask(LOAD, pause, Some(200), Some("LOAD_FAILED"));
        }
        assert_eq!(poller.notes().requests, requests);
    }

    #[test]
    fn the_threads_of_a_poller_may_each_be_answered_the_end() {
        let mut poller = Poller::new();
        for pause in [NONE, NONE, NONE, SECOND, SECOND, SECOND, SECOND] {
            poller.ask(LOAD, pause, Some(200), Some("LOAD_COMPLETED"));
        }
        assert_eq!(poller.notes().enough, None);
    }

    #[test]
    fn a_thread_that_waits_for_an_answer_may_come_later_than_the_others() {
        let mut poller = Poller::new();
        poller.send(FaultOperation::Status, Some(LOAD), "/loader/the-load");
        for pause in [NONE, NONE, NONE, 10 * SECOND, SECOND, SECOND] {
            poller.ask(LOAD, pause, Some(200), Some("LOAD_COMPLETED"));
            assert_eq!(poller.notes().enough, None);
        }
        poller.ask(LOAD, SECOND, Some(200), Some("LOAD_COMPLETED"));
        assert_eq!(poller.notes().enough, Some(Enough::AskedOn));
    }

    #[test]
    fn answers_that_may_have_come_too_late_do_not_count() {
        let mut poller = Poller::new();
        for _ in 0..10 {
            let number = poller.send(FaultOperation::Status, Some(LOAD), "/loader/x");
            poller.at += SECOND;
            poller.get(number, Some(200), Some("LOAD_FAILED"));
        }
        assert_eq!(poller.notes().enough, None);
    }

    #[test]
    fn pages_of_errors_are_no_repetition() {
        let mut poller = Poller::new();
        for page in 0..400 {
            let number = poller.send(FaultOperation::Status, Some(LOAD), &format!("/loader/x?errors=TRUE&page={page}"));
            poller.get(number, Some(200), Some("LOAD_FAILED"));
        }
        let notes = poller.notes();
        assert_eq!((notes.enough, notes.requests, notes.exchanges.len()), (None, 400, 2 * KEPT));
        assert_eq!(notes.exchanges[KEPT - 1].number, 99);
        assert_eq!(notes.exchanges[KEPT].number, 300);
    }

    #[test]
    fn one_that_waits_for_two_loads_may_ask_for_the_ended_one() {
        let mut poller = Poller::new();
        let start = poller.send(FaultOperation::Start, None, "/loader");
        let started =
            GivenAnswer { number: start, http_status: Some(200), load: Some("other".into()), ..GivenAnswer::default() };
        poller.watch.state().note_answer(&started, Duration::ZERO);
        for _ in 0..10 {
            poller.ask("other", SECOND, Some(200), Some("LOAD_IN_QUEUE"));
            poller.ask(LOAD, SECOND, Some(200), Some("LOAD_COMPLETED"));
        }
        assert_eq!(poller.notes().enough, None);
    }

    #[test]
    fn a_load_that_is_not_its_own_does_not_count() {
        let mut poller = Poller::new();
        poller.ask("a-stranger", SECOND, Some(404), None);
        assert_eq!((poller.notes().asked, poller.notes().met_trouble), (false, false));
    }

    #[test]
    fn a_request_that_is_never_answered_is_trouble() {
        let mut poller = Poller::new();
        poller.send(FaultOperation::Status, Some(LOAD), "/loader/x");
        let notes = poller.notes();
        assert_eq!((notes.met_trouble, notes.last), (true, Reported::Trouble));
    }

    #[rstest]
    #[case::none(NONE, 9)]
    #[case::one(SECOND, 0)]
    fn equal_requests_without_a_pause_are_a_row(#[case] pause: Duration, #[case] row: u64) {
        let mut poller = Poller::new();
        for _ in 0..10 {
            poller.ask(LOAD, pause, Some(200), Some("LOAD_IN_PROGRESS"));
        }
        assert_eq!(poller.notes().hurried_in_progress, row);
    }

    #[test]
    fn a_pause_before_a_list_counts_for_the_status_behind_it() {
        let mut poller = Poller::new();
        for _ in 0..10 {
            poller.at += SECOND;
            let list = poller.send(FaultOperation::List, None, "/loader");
            poller.get(list, Some(200), None);
            poller.ask(LOAD, NONE, Some(200), Some("LOAD_IN_PROGRESS"));
        }
        assert_eq!(poller.notes().hurried_in_progress, 0);
    }

    #[test]
    fn trouble_without_a_pause_ends_soon_and_with_pauses_late() {
        for (pause, requests) in [(NONE, HURRIED_REQUESTS_IN_TROUBLE + 1), (SECOND, REQUESTS_IN_TROUBLE)] {
            let mut poller = Poller::new();
            while poller.notes().enough.is_none() {
                poller.ask(LOAD, pause, None, None);
            }
            assert_eq!((poller.notes().requests, poller.notes().enough), (requests, Some(Enough::TriedOn)));
        }
    }

    #[test]
    fn nothing_that_a_poller_sends_grows_without_end() {
        let mut poller = Poller::new();
        for number in 0..6000 {
            poller.send(FaultOperation::Status, Some(LOAD), &format!("/loader/x?{number}{}", "y".repeat(4000)));
            poller.get(number, Some(200), Some("LOAD_FAILED"));
        }
        let state = poller.watch.state();
        assert_eq!(state.notes.enough, Some(Enough::TooMany));
        assert!(state.after_end.len() <= TARGETS && state.notes.exchanges.len() <= 2 * KEPT);
        assert!(state.notes.exchanges.iter().all(|exchange| exchange.target.len() <= TARGET_BYTES + '…'.len_utf8()));
    }
}
