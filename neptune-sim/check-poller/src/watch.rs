//! What is noted of a poller's requests while it runs, and how the load moves on with them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neptune_loader::LoadStatus;
use neptune_server::{ArrivedRequest, Cluster, FaultOperation, GivenAnswer, Observer};
use neptune_text::cut;
use tokio::sync::Notify;

/// How many requests are kept from the beginning of a case, and as many of the newest.
const KEPT: usize = 100;
/// How much of a target is kept.
const TARGET_BYTES: usize = 512;
/// How many different targets and loads are told apart.
const TARGETS: usize = 2000;
/// How often a poller may send the same request again after it was answered an end.
const LOOKS_AFTER_END: u64 = 3;
/// How often it may send the same request while trouble lasts.
const REQUESTS_IN_TROUBLE: u64 = 100;
/// How many requests a case takes at all.
const REQUESTS: u64 = 5000;
/// A shorter pause is none.
const NO_PAUSE: Duration = Duration::from_millis(20);
/// How many pending answers may restart the patience. A poller that starts one load after the other would be waited for without end.
const PATIENT_LOOKS: u64 = 100;
/// How far the load moves with each answer.
const STEP: Duration = Duration::from_secs(1);

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    number: u64,
    /// When it arrived, since the poller was started.
    pub at: Duration,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, without secrets, the first 512 bytes.
    pub target: String,
    /// How long after the answer before it; `None` for the first request.
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
pub enum Told {
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
    /// It has sent the same request a hundred times while trouble lasted.
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
    /// What it was answered last.
    pub last: Told,
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
        self.last = Told::Trouble;
    }
}

/// Watches the requests of one poller.
#[derive(Debug)]
pub(crate) struct Watch {
    started: Instant,
    moves_with_time: bool,
    state: Mutex<State>,
    /// Signals each arrival and each answer.
    pub(crate) changed: Notify,
}

#[derive(Debug)]
struct State {
    notes: Notes,
    /// The loads whose status counts: that of the case, and those that the poller starts.
    loads: HashSet<String>,
    /// Requests for a status that are not over.
    open: HashMap<u64, Look>,
    answered_at: Option<Duration>,
    row: Row,
    after_end: HashMap<String, u64>,
    in_trouble: HashMap<String, u64>,
    patient_looks: u64,
    progress_at: Instant,
}

/// A request for the status of the load.
#[derive(Debug)]
struct Look {
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
    pub(crate) fn new(load: &str, moves_with_time: bool) -> Self {
        let started = Instant::now();
        let state = State {
            notes: Notes::default(),
            loads: HashSet::from([load.to_owned()]),
            open: HashMap::new(),
            answered_at: None,
            row: Row::default(),
            after_end: HashMap::new(),
            in_trouble: HashMap::new(),
            patient_looks: 0,
            progress_at: started,
        };
        Self { started, moves_with_time, state: Mutex::new(state), changed: Notify::new() }
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
        self.state().note_arrival(request, self.started.elapsed());
        self.changed.notify_one();
    }

    fn answered(&self, cluster: &Cluster, answer: &GivenAnswer) {
        let pause = self.state().note_answer(answer, self.started.elapsed());
        if let Some(pause) = pause {
            let by = if self.moves_with_time { STEP + pause } else { STEP };
            // The clock of a case is manual.
            let _ = cluster.advance(by);
        }
        self.changed.notify_one();
    }
}

impl State {
    fn note_arrival(&mut self, request: &ArrivedRequest<'_>, at: Duration) {
        let pause = self.answered_at.map(|answered| at.saturating_sub(answered));
        let target = cut(request.target, TARGET_BYTES);
        if self.notes.requests == 0 {
            self.progress_at = Instant::now();
        }
        self.notes.requests += 1;
        if self.notes.requests >= REQUESTS {
            self.notes.enough = self.notes.enough.or(Some(Enough::TooMany));
        }
        if request.operation == Some(FaultOperation::Status) && request.load.is_some_and(|load| self.loads.contains(load)) {
            self.notes.asked = true;
            if !self.open.is_empty() {
                // It has not waited any longer for the answer to the request before.
                self.notes.meet_trouble();
            }
            self.open.insert(request.number, Look { target: target.clone(), at, pause });
        }
        self.keep(Exchange {
            number: request.number,
            at,
            method: cut(request.method, 32),
            target,
            pause,
            is_over: false,
            http_status: None,
            load_status: None,
            fault: None,
        });
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
        self.answered_at = Some(at);
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
        let told = match load_status {
            Some(word) if LoadStatus::from(word.as_str()).is_pending() => Told::Pending(word.clone()),
            Some(word) => Told::Ended(word.clone()),
            None => Told::Trouble,
        };
        self.note_row(&look, at);
        self.note_told(&told, look.target);
        let reports = told != Told::Trouble;
        self.notes.last = told;
        reports.then(|| look.pause.unwrap_or_default())
    }

    /// Notes whether the request came without a pause after one like it.
    fn note_row(&mut self, look: &Look, answered_at: Duration) {
        let hurries = look.target == self.row.target && look.at.saturating_sub(self.row.answered_at) < NO_PAUSE;
        let (pending, trouble) = match self.notes.last {
            Told::Pending(_) if hurries => (self.row.pending + 1, 0),
            Told::Trouble if hurries => (0, self.row.trouble + 1),
            _ => (0, 0),
        };
        self.row = Row { target: look.target.clone(), answered_at, pending, trouble };
        self.notes.hurried_in_progress = self.notes.hurried_in_progress.max(pending);
        self.notes.hurried_in_trouble = self.notes.hurried_in_trouble.max(trouble);
    }

    fn note_told(&mut self, told: &Told, target: String) {
        match told {
            Told::Nothing => {}
            Told::Pending(_) => {
                self.patient_looks += 1;
                if self.patient_looks <= PATIENT_LOOKS {
                    self.progress_at = Instant::now();
                }
            }
            Told::Ended(word) => {
                if self.notes.end.is_none() {
                    self.notes.end = Some(word.clone());
                    self.progress_at = Instant::now();
                }
                if count(&mut self.after_end, target) > LOOKS_AFTER_END {
                    self.notes.enough = self.notes.enough.or(Some(Enough::AskedOn));
                }
            }
            Told::Trouble => {
                if !self.notes.met_trouble {
                    self.notes.met_trouble = true;
                    self.progress_at = Instant::now();
                }
                if count(&mut self.in_trouble, target) >= REQUESTS_IN_TROUBLE {
                    self.notes.enough = self.notes.enough.or(Some(Enough::TriedOn));
                }
            }
        }
    }
}

/// Counts one more of a target, and returns how many there were.
fn count(targets: &mut HashMap<String, u64>, target: String) -> u64 {
    if targets.len() >= TARGETS && !targets.contains_key(&target) {
        return 0;
    }
    let count = targets.entry(target).or_default();
    *count += 1;
    *count
}
