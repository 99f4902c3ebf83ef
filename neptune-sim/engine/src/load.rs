//! One load: where it is in its life, and what Neptune reports of it.

use std::collections::VecDeque;
use std::time::Duration;

use neptune_wire::{
    ErrorPage, FeedCount, FeedErrorCode, FeedErrorCounter, LoadId, LoadReport, LoadStatus, StatusPayload, StatusQuery,
};

use crate::{EmptyFailedFeeds, Lifecycle, Settings, SimTime, Workload};

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
    id: LoadId,
    origin: Origin,
    source: String,
    run_number: u64,
    dependencies: Vec<LoadId>,
    lifecycle: Lifecycle,
    workload: Workload,
    submitted: SimTime,
    /// What has happened; the last entry holds now.
    history: Vec<Change>,
    /// What will happen unless somebody cancels.
    ahead: VecDeque<Change>,
    /// How much was done when the load was ended from outside.
    cut: Option<Share>,
}

/// What a new load is made from.
pub(crate) struct Submission {
    pub(crate) id: LoadId,
    pub(crate) origin: Origin,
    pub(crate) source: String,
    pub(crate) run_number: u64,
    pub(crate) dependencies: Vec<LoadId>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) workload: Workload,
}

impl Load {
    /// A load that waits in the queue. [`Load::begin`] calls it out.
    pub(crate) fn queued(submission: Submission, now: SimTime) -> Self {
        let mut load = Self::new(submission, now);
        load.history.push(Change { at: now, status: LoadStatus::InQueue });
        load
    }

    /// A load that begins at once.
    pub(crate) fn begun(submission: Submission, now: SimTime) -> Self {
        let mut load = Self::new(submission, now);
        load.begin(now);
        load
    }

    /// A load that ends before it could begin.
    pub(crate) fn refused(submission: Submission, status: LoadStatus, now: SimTime) -> Self {
        let mut load = Self::new(submission, now);
        load.cut_short(status, now);
        load
    }

    fn new(submission: Submission, submitted: SimTime) -> Self {
        let Submission { id, origin, source, run_number, dependencies, lifecycle, workload } = submission;
        let (history, ahead, cut) = (Vec::new(), VecDeque::new(), None);
        Self { id, origin, source, run_number, dependencies, lifecycle, workload, submitted, history, ahead, cut }
    }

    /// Plays the lifecycle from now on.
    pub(crate) fn begin(&mut self, now: SimTime) {
        self.ahead = self.lifecycle.changes(now).map(|(at, status)| Change { at, status }).collect();
        self.step();
    }

    /// Takes the next change from what is ahead.
    pub(crate) fn step(&mut self) {
        self.history.extend(self.ahead.pop_front());
    }

    /// Ends the load from outside: what was ahead will not happen.
    pub(crate) fn cut_short(&mut self, status: LoadStatus, now: SimTime) {
        self.cut = Some(if self.history.is_empty() { Share::NOTHING } else { self.share(now) });
        self.ahead.clear();
        self.history.push(Change { at: now, status });
    }

    /// When the load changes next by itself.
    pub(crate) fn next_change(&self) -> Option<SimTime> {
        self.ahead.front().map(|change| change.at)
    }

    pub(crate) fn dependencies(&self) -> &[LoadId] {
        &self.dependencies
    }

    pub(crate) fn run_number(&self) -> u64 {
        self.run_number
    }

    pub(crate) fn submitted(&self) -> SimTime {
        self.submitted
    }

    /// The load's id.
    pub fn id(&self) -> &LoadId {
        &self.id
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The source, to the letter.
    pub fn source(&self) -> &str {
        &self.source
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

    /// What Neptune answers about the load at this moment.
    pub(crate) fn payload(&self, query: StatusQuery, now: SimTime, settings: &Settings) -> StatusPayload {
        StatusPayload {
            feed_count: self.feed_count(now),
            overall_status: self.report(now, settings.epoch_secs),
            failed_feeds: if query.details { self.failed_feeds(now, settings) } else { None },
            errors: query.errors.then(|| self.error_page(query)),
        }
    }

    fn report(&self, now: SimTime, epoch_secs: u64) -> LoadReport {
        let share = self.share(now);
        let shows_errors = self.shows_errors();
        let count = |counter| if shows_errors { self.workload.count(counter, None) } else { 0 };
        LoadReport {
            full_uri: self.source.clone(),
            run_number: self.run_number,
            retry_number: 0,
            status: self.status().clone(),
            total_time_spent: self.time_spent(now).as_secs(),
            start_time: self.begun_at().map_or(0, |at| epoch_secs.saturating_add(at.since_start().as_secs())),
            total_records: share.of(self.workload.records),
            total_duplicates: share.of(self.workload.duplicates),
            parsing_errors: count(FeedErrorCounter::Parsing),
            datatype_mismatch_errors: 0,
            insert_errors: count(FeedErrorCounter::Insert),
        }
    }

    /// Files by status, in the order of a load's life. `None` in the queue (observed) and for a load that never listed its files
    /// (inferred).
    fn feed_count(&self, now: SimTime) -> Option<Vec<FeedCount>> {
        let files = self.workload.file_count();
        let mut counts: Vec<FeedCount> = Vec::new();
        let mut add = |status: LoadStatus, files: u64| match counts.iter_mut().find(|count| count.status == status) {
            Some(count) => count.files += files,
            None if files > 0 => counts.push(FeedCount { status, files }),
            None => {}
        };
        match self.status() {
            LoadStatus::InQueue | LoadStatus::DependencyNotSatisfied | LoadStatus::InvalidRequest => return None,
            LoadStatus::NotStarted => add(LoadStatus::NotStarted, files),
            LoadStatus::InProgress => {
                let done = self.share(now).of(files).min(files - 1);
                add(LoadStatus::NotStarted, files - done - 1);
                add(LoadStatus::InProgress, 1);
                add(LoadStatus::Completed, done);
            }
            LoadStatus::Completed => add(LoadStatus::Completed, files),
            end => {
                let failed = self.failed_feed_statuses(end);
                let others = files - failed.len() as u64;
                match self.cut {
                    // Cancelled: what was loaded stays loaded.
                    Some(share) => {
                        let done = share.of(files).min(others);
                        add(LoadStatus::Completed, done);
                        add(end.clone(), others - done);
                    }
                    // The system stopped it: the other files were never begun (observed).
                    None if *end == LoadStatus::CancelledDueToErrors => add(LoadStatus::NotStarted, others),
                    None => add(LoadStatus::Completed, others),
                }
                for (_, status) in failed {
                    add(status, 1);
                }
            }
        }
        counts.sort_by_key(|count| count.status.rank());
        Some(counts)
    }

    /// The feeds that failed, with their status. A load that failed without a scripted error blames one file.
    fn failed_feed_statuses(&self, end: &LoadStatus) -> Vec<(String, LoadStatus)> {
        if self.cut.is_some() {
            return Vec::new();
        }
        let files = self.workload.failed_files();
        if files.is_empty() {
            return vec![(self.source.clone(), end.clone())];
        }
        files
            .into_iter()
            .map(|file| {
                let first = self.workload.errors.iter().find(|error| error.file == file);
                (file.to_owned(), first.map_or(LoadStatus::Failed, |error| FeedErrorCode::feed_status(&error.code)))
            })
            .collect()
    }

    fn failed_feeds(&self, now: SimTime, settings: &Settings) -> Option<Vec<LoadReport>> {
        let status = self.status();
        let feeds = if self.shows_errors() && *status != LoadStatus::Completed && self.feed_count(now).is_some() {
            self.failed_feed_statuses(status)
        } else {
            Vec::new()
        };
        if feeds.is_empty() {
            return match settings.quirks.empty_failed_feeds {
                EmptyFailedFeeds::Omitted => None,
                EmptyFailedFeeds::EmptyList => Some(Vec::new()),
            };
        }
        let overall = self.report(now, settings.epoch_secs);
        let records = self.workload.records / self.workload.file_count();
        let report = |(uri, status): (String, LoadStatus)| LoadReport {
            parsing_errors: self.workload.count(FeedErrorCounter::Parsing, Some(&uri)),
            insert_errors: self.workload.count(FeedErrorCounter::Insert, Some(&uri)),
            total_records: records,
            total_duplicates: 0,
            full_uri: uri,
            status,
            ..overall.clone()
        };
        Some(feeds.into_iter().map(report).collect())
    }

    fn error_page(&self, query: StatusQuery) -> ErrorPage {
        let (first, logs) =
            if self.shows_errors() { self.workload.error_page(query.page, query.errors_per_page) } else { (1, Vec::new()) };
        let shown = logs.len() as u64;
        ErrorPage {
            start_index: if shown == 0 { 0 } else { first },
            end_index: if shown == 0 { 0 } else { first + shown - 1 },
            load_id: self.id.clone(),
            error_logs: logs,
        }
    }

    /// Errors show once a load has come to its own end. A load that was ended from outside did not get that far.
    fn shows_errors(&self) -> bool {
        self.is_ended() && self.cut.is_none()
    }

    /// When the load left the queue.
    fn begun_at(&self) -> Option<SimTime> {
        self.history.iter().find(|change| change.status != LoadStatus::InQueue).map(|change| change.at)
    }

    /// How long the load was in progress.
    fn time_spent(&self, now: SimTime) -> Duration {
        let Some(begun) = self.history.iter().position(|change| change.status == LoadStatus::InProgress) else {
            return Duration::ZERO;
        };
        self.history.get(begun + 1).map_or(now, |next| next.at).since(self.history[begun].at)
    }

    /// How much of the work is done.
    fn share(&self, now: SimTime) -> Share {
        if let Some(cut) = self.cut {
            return cut;
        }
        match (self.status(), self.next_change()) {
            (LoadStatus::InQueue | LoadStatus::NotStarted, _) | (LoadStatus::InProgress, None) => Share::NOTHING,
            (LoadStatus::InProgress, Some(end)) => {
                let done = self.time_spent(now);
                Share { done, of: done + end.since(now) }
            }
            _ => Share::ALL,
        }
    }
}

/// A part of a whole, measured in time.
#[derive(Clone, Copy, Debug)]
struct Share {
    done: Duration,
    of: Duration,
}

impl Share {
    const NOTHING: Self = Self { done: Duration::ZERO, of: Duration::MAX };
    const ALL: Self = Self { done: Duration::MAX, of: Duration::MAX };

    /// This share of an amount, rounded down.
    fn of(self, amount: u64) -> u64 {
        if self.done == self.of {
            return amount;
        }
        let part = u128::from(amount).saturating_mul(self.done.as_millis()) / self.of.as_millis().max(1);
        u64::try_from(part).unwrap_or(amount).min(amount)
    }
}
