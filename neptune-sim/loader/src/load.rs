//! One load: its history and its future.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use neptune_wire::{LoadId, LoadStatus};
use serde::{Deserialize, Serialize};

use crate::api::{LoadFormat, LoadMode};
use crate::feed_errors::FeedError;
use crate::lifecycle::Lifecycle;
use crate::plan::{Course, Plan};
use crate::share::Share;
use crate::time::SimTime;
use crate::workload::Workload;

/// Where a load comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A scenario: it follows its lifecycle whatever other loads do.
    Scripted,
    /// `POST /loader`: it obeys the queue.
    Started,
}

/// A status and the moment from which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The moment.
    pub at: SimTime,
    /// The status.
    pub status: LoadStatus,
}

/// One bulk-load job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    given: Submission,
    submitted: SimTime,
    /// What has happened; the last entry holds now.
    history: Vec<Change>,
    /// What will happen unless the load is cancelled.
    ahead: VecDeque<Change>,
    /// How much was done when the load was ended from outside.
    cut: Option<Share>,
}

/// What a load is made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) id: LoadId,
    pub(crate) origin: Origin,
    pub(crate) source: String,
    /// `None` for a scripted load, which needs none.
    pub(crate) format: Option<LoadFormat>,
    pub(crate) mode: LoadMode,
    pub(crate) fail_on_error: bool,
    pub(crate) run_number: u64,
    pub(crate) dependencies: Vec<LoadId>,
    pub(crate) plan: Plan,
    /// It cannot be executed, which shows when its turn comes (inferred).
    pub(crate) is_invalid: bool,
}

/// Changes.
impl Load {
    /// A load that waits in the queue, until [`Load::begin`].
    pub(crate) fn queued(given: Submission, now: SimTime) -> Self {
        Self::new(given, now, vec![Change { at: now, status: LoadStatus::InQueue }])
    }

    /// A load that begins at once.
    pub(crate) fn begun(given: Submission, lifecycle: &Lifecycle, now: SimTime) -> Self {
        let mut load = Self::new(given, now, Vec::new());
        load.play(lifecycle, now);
        load
    }

    /// A load that nobody can see before the moment at which it begins.
    pub(crate) fn to_begin(given: Submission, lifecycle: &Lifecycle, now: SimTime, begin: SimTime) -> Self {
        // It has a status even now, which gives way to its first one.
        let mut load = Self::new(given, begin, vec![Change { at: now, status: LoadStatus::NotStarted }]);
        load.ahead = lifecycle.changes(begin).map(|(at, status)| Change { at, status }).collect();
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

    /// Begins a waiting load, adjusted to what earlier loads of its source have left.
    pub(crate) fn begin(&mut self, given: Submission, lifecycle: &Lifecycle, now: SimTime) {
        self.given = given;
        self.play(lifecycle, now);
    }

    /// Replaces what is ahead.
    pub(crate) fn play(&mut self, lifecycle: &Lifecycle, now: SimTime) {
        self.ahead = lifecycle.changes(now).map(|(at, status)| Change { at, status }).collect();
        self.step();
    }

    /// Its source was read: it goes as if this had been its plan when it began.
    pub(crate) fn finish_reading(&mut self, plan: Plan, lifecycle: &Lifecycle) {
        let begun = self.history.last().map_or(self.submitted, |change| change.at);
        self.given.plan = plan;
        self.play(lifecycle, begun);
    }

    /// Forgets the entries of its error log, and keeps their number.
    pub(crate) fn forget_error_log(&mut self) {
        let workload = Arc::make_mut(&mut self.given.plan.workload);
        workload.errors = workload.errors.without_entries();
    }

    /// Takes the next change from what is ahead. A change to the same status is not recorded.
    pub(crate) fn step(&mut self) {
        if self.is_to_begin() {
            self.history.clear();
        }
        let next = self.ahead.pop_front();
        self.history.extend(next.filter(|next| self.history.last().is_none_or(|last| last.status != next.status)));
    }

    /// Gives the load another plan. What is ahead stays as it is.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.given.plan = plan;
        self.given.mode = LoadMode::New;
        self.given.is_invalid = false;
    }

    /// Ends the load from outside: what was ahead will not happen.
    pub(crate) fn cut_short(&mut self, status: LoadStatus, now: SimTime) {
        self.cut = Some(self.share(now));
        self.ahead.clear();
        self.history.push(Change { at: now, status });
    }
}

/// Reading a load.
impl Load {
    /// The load's id.
    pub fn id(&self) -> &LoadId {
        &self.given.id
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.given.origin
    }

    /// The source, exactly as it was given.
    pub fn source(&self) -> &str {
        &self.given.source
    }

    /// The format that its start named. `None` for a scripted load.
    pub fn format(&self) -> Option<LoadFormat> {
        self.given.format
    }

    /// How many records it has read at a moment that is not before its last change, as `totalRecords` reports it.
    pub fn records(&self, now: SimTime) -> u64 {
        self.share(now).of(self.workload().records)
    }

    /// The files that are loaded without an error, of this load or of those that it continues.
    pub(crate) fn loaded_files(&self, now: SimTime) -> BTreeSet<Box<str>> {
        self.workload().loaded_files(self.records(now)).map(|feed| feed.name.clone()).collect()
    }

    /// How many of them were there already, as `totalDuplicates` reports it.
    pub fn duplicates(&self, now: SimTime) -> u64 {
        self.share(now).of(self.workload().duplicates)
    }

    /// How much of the work is done.
    pub(crate) fn share(&self, now: SimTime) -> Share {
        if let Some(cut) = self.cut {
            return cut;
        }
        match (self.status(), self.next_change()) {
            (LoadStatus::InProgress, Some(end)) => {
                let done = self.time_spent(now);
                Share { done, of: done.saturating_add(end.since(now)) }
            }
            // It stays in progress forever.
            (LoadStatus::InProgress, None) => Share::NOTHING,
            _ if self.has_run() => Share::ALL,
            _ => Share::NOTHING,
        }
    }

    /// How long the load was in progress.
    pub(crate) fn time_spent(&self, now: SimTime) -> Duration {
        let mut changes = self.history.iter().skip_while(|change| change.status != LoadStatus::InProgress);
        let begun = changes.next();
        let ended = changes.next().map_or(now, |next| next.at);
        begun.map_or(Duration::ZERO, |begun| ended.since(begun.at))
    }

    /// The status that holds now.
    pub fn status(&self) -> &LoadStatus {
        &self.history.last().expect("a load has a status from its first moment").status
    }

    /// Every status so far, with its moment.
    pub fn history(&self) -> &[Change] {
        &self.history
    }

    /// What will happen unless the load is cancelled. Empty while a started load waits for its turn.
    pub fn ahead(&self) -> impl Iterator<Item = &Change> {
        self.ahead.iter()
    }

    /// What happens from now on; of a load that waits for its turn, what happens when that has come.
    pub fn plan(&self, now: SimTime) -> Plan {
        let ahead = self.ahead.iter().map(|change| (change.at, change.status.clone()));
        let course = if self.is_waiting() {
            self.given.plan.course.clone()
        } else {
            Course::Lifecycle(Lifecycle::rest(now, self.status().clone(), ahead))
        };
        Plan { course, workload: Arc::clone(&self.given.plan.workload) }
    }

    /// Whether the load has ended for good.
    pub fn is_ended(&self) -> bool {
        self.ahead.is_empty() && !self.status().is_pending()
    }

    /// How many entries its error log has: 0 until it has ended by itself.
    pub fn logged_errors(&self) -> u64 {
        if self.shows_errors() { self.workload().errors.kept() } else { 0 }
    }

    /// The oldest entry of its error log that is kept. `None` for a load that has read no file, and until it has ended by itself.
    pub fn first_error_of_files(&self) -> Option<FeedError> {
        let workload = self.workload();
        if workload.feeds.is_empty() || !self.shows_errors() { None } else { workload.errors.kept_errors().next() }
    }

    pub(crate) fn submission(&self) -> &Submission {
        &self.given
    }

    /// The loads that its start names as `dependencies`: it waits for their end.
    pub fn dependencies(&self) -> &[LoadId] {
        &self.given.dependencies
    }

    pub(crate) fn workload(&self) -> &Workload {
        &self.given.plan.workload
    }

    pub(crate) fn run_number(&self) -> u64 {
        self.given.run_number
    }

    /// Whether it begins later: its next change is that it does.
    pub(crate) fn is_to_begin(&self) -> bool {
        self.history.first().is_some_and(|first| first.at < self.submitted)
    }

    pub(crate) fn submitted(&self) -> SimTime {
        self.submitted
    }

    /// When the load changes next by itself.
    pub(crate) fn next_change(&self) -> Option<SimTime> {
        self.ahead.front().map(|change| change.at)
    }

    /// Whether it is in the queue of the loader: it was started, and its turn has not come.
    pub fn is_waiting(&self) -> bool {
        self.given.origin == Origin::Started && *self.status() == LoadStatus::InQueue && self.ahead.is_empty()
    }

    /// Whether it ended in a way that says that it was never executed.
    pub(crate) fn was_refused(&self) -> bool {
        self.status().is_unexecuted()
    }

    /// Whether it ended before its files were listed: refused, or ended from outside while it was in the queue.
    pub(crate) fn ended_unlisted(&self) -> bool {
        let before = &self.history[..self.history.len().saturating_sub(1)];
        let was_cut_in_queue = self.cut.is_some() && before.iter().all(|change| change.status == LoadStatus::InQueue);
        self.was_refused() || was_cut_in_queue
    }

    /// Whether it has been in progress, or has ended with a status that implies it.
    pub(crate) fn has_run(&self) -> bool {
        let was_in_progress = self.history.iter().any(|change| change.status == LoadStatus::InProgress);
        was_in_progress || (self.is_ended() && self.cut.is_none() && !self.was_refused())
    }

    /// Whether it was ended from outside, by a cancel, a restart or a failed dependency.
    pub fn was_cut_short(&self) -> bool {
        self.cut.is_some()
    }
}
