//! One load: where it is in its life.

mod report;

use std::collections::VecDeque;

use neptune_wire::{LoadId, LoadMode, LoadStatus};

use self::report::Share;
use crate::{Lifecycle, Plan, RescriptError, SimTime, Workload};

/// Where a load comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A scenario: it plays its lifecycle whatever other loads do.
    Scripted,
    /// `POST /loader`: it obeys the queue.
    Started,
}

/// A status and the moment from which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The moment.
    pub at: SimTime,
    /// The status.
    pub status: LoadStatus,
}

/// One bulk-load job.
#[derive(Clone, Debug)]
pub struct Load {
    given: Submission,
    submitted: SimTime,
    /// What has happened; the last entry holds now.
    history: Vec<Change>,
    /// What will happen unless somebody cancels.
    ahead: VecDeque<Change>,
    /// How much was done when the load was ended from outside.
    cut: Option<Share>,
}

/// What a load is made from.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) id: LoadId,
    pub(crate) origin: Origin,
    pub(crate) source: String,
    pub(crate) mode: LoadMode,
    pub(crate) run_number: u64,
    pub(crate) dependencies: Vec<LoadId>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) workload: Workload,
}

impl Submission {
    /// It cannot be executed, which shows when its turn comes (inferred).
    pub(crate) fn make_invalid(&mut self) {
        self.lifecycle = Lifecycle::ended(LoadStatus::InvalidRequest);
        self.workload.errors.clear();
    }

    /// Everything was loaded before: the files count, the records do not (inferred).
    pub(crate) fn leave_nothing(&mut self) {
        self.workload.records = 0;
        self.workload.duplicates = 0;
    }
}

/// What moves a load.
impl Load {
    /// A load that waits in the queue. [`Load::begin`] calls it out.
    pub(crate) fn queued(given: Submission, now: SimTime) -> Self {
        Self::new(given, now, vec![Change { at: now, status: LoadStatus::InQueue }])
    }

    /// A load that begins at once.
    pub(crate) fn begun(given: Submission, now: SimTime) -> Self {
        let mut load = Self::new(given, now, Vec::new());
        load.play(now);
        load
    }

    /// A load that ends before it could begin.
    pub(crate) fn refused(given: Submission, status: LoadStatus, now: SimTime) -> Self {
        let history = vec![Change { at: now, status }];
        Self { cut: Some(Share::NOTHING), ..Self::new(given, now, history) }
    }

    fn new(given: Submission, submitted: SimTime, history: Vec<Change>) -> Self {
        Self { given, submitted, history, ahead: VecDeque::new(), cut: None }
    }

    /// Begins a waiting load, as what the loads before it have left of it.
    pub(crate) fn begin(&mut self, given: Submission, now: SimTime) {
        self.given = given;
        self.play(now);
    }

    fn play(&mut self, now: SimTime) {
        self.ahead = self.given.lifecycle.changes(now).map(|(at, status)| Change { at, status }).collect();
        self.step();
    }

    /// Takes the next change from what is ahead.
    pub(crate) fn step(&mut self) {
        self.history.extend(self.ahead.pop_front());
    }

    /// Ends the load from outside: what was ahead will not happen.
    pub(crate) fn cut_short(&mut self, status: LoadStatus, now: SimTime) {
        self.cut = Some(self.share(now));
        self.ahead.clear();
        self.history.push(Change { at: now, status });
    }
}

/// What becomes of it.
impl Load {
    /// What happens from now on; while a started load waits, what happens from its turn on.
    pub fn plan(&self, now: SimTime) -> Plan {
        let ahead = self.ahead.iter().map(|change| (change.at, change.status.clone()));
        let lifecycle = if self.waits_for_its_turn() {
            self.given.lifecycle.clone()
        } else {
            Lifecycle::rest(now, self.status().clone(), ahead)
        };
        Plan { lifecycle, workload: self.given.workload.clone() }
    }

    pub(crate) fn check_plan(&self, plan: &Plan) -> Result<(), RescriptError> {
        if self.is_ended() {
            return Err(RescriptError::Ended(self.given.id.clone()));
        }
        if self.waits_for_its_turn() {
            return Ok(());
        }
        plan.lifecycle.check_after(self.status()).map_err(RescriptError::Order)
    }

    /// Replaces what is ahead by a checked plan.
    pub(crate) fn rescript(&mut self, plan: Plan, now: SimTime) {
        self.given.lifecycle = plan.lifecycle;
        self.given.workload = plan.workload;
        if self.waits_for_its_turn() {
            return;
        }
        self.ahead = self.given.lifecycle.changes(now).map(|(at, status)| Change { at, status }).collect();
        if self.ahead.front().is_some_and(|first| first.status == *self.status()) {
            self.ahead.pop_front();
        } else {
            self.step();
        }
    }

    fn waits_for_its_turn(&self) -> bool {
        self.given.origin == Origin::Started && *self.status() == LoadStatus::InQueue && self.ahead.is_empty()
    }
}

/// Where it is.
impl Load {
    /// The load's id.
    pub fn id(&self) -> &LoadId {
        &self.given.id
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.given.origin
    }

    /// The source, to the letter.
    pub fn source(&self) -> &str {
        &self.given.source
    }

    /// The status that holds now.
    pub fn status(&self) -> &LoadStatus {
        &self.history.last().expect("a load has a status from its first moment").status
    }

    /// Every status so far, with its moment.
    pub fn history(&self) -> &[Change] {
        &self.history
    }

    /// What will happen unless somebody cancels. Empty while a started load waits for its turn.
    pub fn ahead(&self) -> impl Iterator<Item = &Change> {
        self.ahead.iter()
    }

    /// Whether the load has ended for good.
    pub fn is_ended(&self) -> bool {
        self.ahead.is_empty() && !self.status().is_pending()
    }

    pub(crate) fn submission(&self) -> &Submission {
        &self.given
    }

    pub(crate) fn dependencies(&self) -> &[LoadId] {
        &self.given.dependencies
    }

    pub(crate) fn run_number(&self) -> u64 {
        self.given.run_number
    }

    pub(crate) fn submitted(&self) -> SimTime {
        self.submitted
    }

    /// When the load changes next by itself.
    pub(crate) fn next_change(&self) -> Option<SimTime> {
        self.ahead.front().map(|change| change.at)
    }

    /// Whether it ended in a way that says that it was never executed.
    pub(crate) fn was_refused(&self) -> bool {
        matches!(self.status(), LoadStatus::DependencyNotSatisfied | LoadStatus::InvalidRequest)
    }

    /// Whether it has been in progress, or has come to an end of its own that says so.
    pub(crate) fn has_run(&self) -> bool {
        let was_in_progress = self.history.iter().any(|change| change.status == LoadStatus::InProgress);
        was_in_progress || (self.is_ended() && self.cut.is_none() && !self.was_refused())
    }
}
