//! What Neptune reports of a load: counters, files by status, failed files, the error log.

use std::time::Duration;

use neptune_wire::quirks::EmptyFailedFeeds;
use neptune_wire::{ErrorPage, FeedCount, FeedErrorCounter, LoadReport, LoadStatus, StatusPayload, StatusQuery};

use crate::workload::FailedFeed;
use crate::{Load, Settings, SimTime};

impl Load {
    /// What Neptune answers about the load at this moment.
    pub(crate) fn payload(&self, query: StatusQuery, now: SimTime, settings: &Settings) -> StatusPayload {
        let overall_status = self.report(now, settings.epoch_secs);
        StatusPayload {
            feed_count: self.feed_count(now),
            failed_feeds: if query.details { self.failed_feeds(&overall_status, settings) } else { None },
            errors: query.errors.then(|| self.error_page(query)),
            overall_status,
        }
    }

    /// How much of the work is done.
    pub(super) fn share(&self, now: SimTime) -> Share {
        if let Some(cut) = self.cut {
            return cut;
        }
        match (self.status(), self.next_change()) {
            (LoadStatus::InProgress, Some(end)) => {
                let done = self.time_spent(now);
                Share { done, of: done.saturating_add(end.since(now)) }
            }
            // It stays in progress for ever.
            (LoadStatus::InProgress, None) => Share::NOTHING,
            _ if self.has_run() => Share::ALL,
            _ => Share::NOTHING,
        }
    }

    fn report(&self, now: SimTime, epoch_secs: u64) -> LoadReport {
        let workload = &self.given.workload;
        let share = self.share(now);
        let count = |counter| if self.shows_errors() { workload.count(counter) } else { 0 };
        LoadReport {
            full_uri: self.given.source.clone(),
            run_number: self.given.run_number,
            retry_number: 0,
            status: self.status().clone(),
            total_time_spent: self.time_spent(now).as_secs(),
            start_time: self.left_queue_at().map_or(0, |at| epoch_secs.saturating_add(at.since_start().as_secs())),
            total_records: share.of(workload.records),
            total_duplicates: share.of(workload.duplicates),
            parsing_errors: count(FeedErrorCounter::Parsing),
            datatype_mismatch_errors: 0,
            insert_errors: count(FeedErrorCounter::Insert),
        }
    }

    /// When the load left the queue, to run or to end.
    fn left_queue_at(&self) -> Option<SimTime> {
        self.history.iter().find(|change| change.status != LoadStatus::InQueue).map(|change| change.at)
    }

    /// How long the load was in progress.
    fn time_spent(&self, now: SimTime) -> Duration {
        let mut changes = self.history.iter().skip_while(|change| change.status != LoadStatus::InProgress);
        let begun = changes.next();
        let ended = changes.next().map_or(now, |next| next.at);
        begun.map_or(Duration::ZERO, |begun| ended.since(begun.at))
    }

    /// Errors show once a load has come to its own end. A load that was ended from outside did not get that far.
    fn shows_errors(&self) -> bool {
        self.is_ended() && self.cut.is_none()
    }

    fn error_page(&self, query: StatusQuery) -> ErrorPage {
        let (first, error_logs) = if self.shows_errors() {
            self.given.workload.error_page(query.page, query.errors_per_page)
        } else {
            (1, Vec::new())
        };
        let (start_index, end_index) = match error_logs.len() as u64 {
            0 => (0, 0),
            shown => (first, first + (shown - 1)),
        };
        ErrorPage { start_index, end_index, load_id: self.given.id.clone(), error_logs }
    }
}

/// Files.
impl Load {
    /// Files by status, in the order of a load's life. `None` in the queue (observed) and for a load that never listed its files
    /// (inferred).
    fn feed_count(&self, now: SimTime) -> Option<Vec<FeedCount>> {
        let has_listed_files = *self.status() != LoadStatus::InQueue && !self.was_refused();
        has_listed_files.then(|| count_by_status(self.feeds(now)))
    }

    /// How many files have which status; a status may occur twice.
    fn feeds(&self, now: SimTime) -> Vec<(LoadStatus, u64)> {
        let files = self.given.workload.file_count();
        // Whatever is loading or was interrupted has one file at least that is not done.
        let done = self.share(now).of(files).min(files - 1);
        match self.status() {
            LoadStatus::InProgress => {
                vec![(LoadStatus::NotStarted, files - done - 1), (LoadStatus::InProgress, 1), (LoadStatus::Completed, done)]
            }
            // What was loaded stays loaded.
            end if self.cut.is_some() => vec![(LoadStatus::Completed, done), (end.clone(), files - done)],
            end if self.is_ended() && *end != LoadStatus::Completed => self.feeds_of_failure(files),
            shared => vec![(shared.clone(), files)],
        }
    }

    /// If the system stopped the load, the other files were never begun (observed).
    fn feeds_of_failure(&self, files: u64) -> Vec<(LoadStatus, u64)> {
        let failed = self.blamed_feeds();
        let others = match self.status() {
            LoadStatus::CancelledDueToErrors => LoadStatus::NotStarted,
            _ => LoadStatus::Completed,
        };
        let others = (others, files - failed.len() as u64);
        failed.into_iter().map(|feed| (feed.status, 1)).chain([others]).collect()
    }

    /// The feeds because of which the load did not complete. Without a scripted error that is one file, and nobody knows which.
    fn blamed_feeds(&self) -> Vec<FailedFeed> {
        let failed = self.given.workload.failed_feeds();
        if !failed.is_empty() {
            return failed;
        }
        let status = match self.status() {
            // The load was cancelled because the file had failed (observed).
            LoadStatus::CancelledDueToErrors => LoadStatus::Failed,
            end => end.clone(),
        };
        vec![FailedFeed { file: self.given.source.clone(), status, parsing_errors: 0, insert_errors: 0 }]
    }

    fn failed_feeds(&self, overall: &LoadReport, settings: &Settings) -> Option<Vec<LoadReport>> {
        let has_failed = self.shows_errors() && !self.was_refused() && *self.status() != LoadStatus::Completed;
        let mut feeds = if has_failed { self.blamed_feeds() } else { Vec::new() };
        // A file that somebody cancelled has not failed.
        feeds.retain(|feed| !feed.status.as_str().starts_with("LOAD_CANCELLED"));
        if feeds.is_empty() && settings.quirks.empty_failed_feeds == EmptyFailedFeeds::Omitted {
            return None;
        }
        let records = overall.total_records / self.given.workload.file_count();
        let report = |feed: FailedFeed| LoadReport {
            full_uri: feed.file,
            status: feed.status,
            total_records: records,
            total_duplicates: 0,
            parsing_errors: feed.parsing_errors,
            insert_errors: feed.insert_errors,
            ..overall.clone()
        };
        Some(feeds.into_iter().map(report).collect())
    }
}

/// One entry for each status that occurs, in the order of a load's life.
fn count_by_status(feeds: Vec<(LoadStatus, u64)>) -> Vec<FeedCount> {
    let mut counts: Vec<FeedCount> = Vec::new();
    for (status, files) in feeds.into_iter().filter(|(_, files)| *files > 0) {
        match counts.iter_mut().find(|count| count.status == status) {
            Some(count) => count.files += files,
            None => counts.push(FeedCount { status, files }),
        }
    }
    counts.sort_by_key(|count| count.status.rank());
    counts
}

/// A part of a whole, measured in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    done: Duration,
    of: Duration,
}

impl Share {
    pub(super) const NOTHING: Self = Self { done: Duration::ZERO, of: Duration::MAX };
    pub(super) const ALL: Self = Self { done: Duration::MAX, of: Duration::MAX };

    /// This share of an amount, rounded down.
    fn of(self, amount: u64) -> u64 {
        if self.done == self.of {
            return amount;
        }
        // A stage lasts at most 100 years, so neither product nor quotient grows too large.
        let part = u128::from(amount).saturating_mul(self.done.as_nanos()) / self.of.as_nanos().max(1);
        u64::try_from(part).unwrap_or(amount).min(amount)
    }
}
