//! What Neptune reports of a load: counters, files by status, failed files, the error log.

use std::time::Duration;

use crate::quirks::{
    CancelledFeeds, EmptyErrors, EmptyFailedFeeds, NotStartedFeedCount, PagePastEnd, QueuedFeedCount, QueuedStartTime,
    StartTime, UnexecutedFeedCount,
};
use crate::{ApiError, ErrorPage, FeedCount, LoadReport, Quirks, StatusPayload, StatusQuery, TimeSpent};
use neptune_wire::LoadStatus;
use serde::{Deserialize, Serialize};

use crate::feed_errors::{ErrorCounts, FailedFile};
use crate::{Load, Settings, SimTime};

impl Load {
    /// What Neptune answers about the load at this moment.
    ///
    /// # Errors
    /// The error for a page beyond the last one, if the quirk asks for it.
    pub(crate) fn payload(&self, query: StatusQuery, now: SimTime, settings: &Settings) -> Result<StatusPayload, ApiError> {
        let overall_status = self.report(now, settings);
        Ok(StatusPayload {
            feed_count: self.feed_count(now, &settings.quirks),
            failed_feeds: if query.details { self.failed_feeds(&overall_status, settings) } else { None },
            errors: if query.errors { self.error_page(query, &settings.quirks)? } else { None },
            overall_status,
        })
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

    fn report(&self, now: SimTime, settings: &Settings) -> LoadReport {
        let workload = self.workload();
        let share = self.share(now);
        let errors = if self.shows_errors() { workload.errors.counts() } else { ErrorCounts::default() };
        LoadReport {
            full_uri: self.given.source.clone(),
            run_number: self.given.run_number,
            retry_number: if self.shows_errors() { workload.retries } else { 0 },
            status: self.status().clone(),
            total_time_spent: TimeSpent { secs: self.time_spent(now).as_secs(), notation: settings.quirks.total_time_spent },
            start_time: self.start_time(settings),
            total_records: self.records(now),
            total_duplicates: share.of(workload.duplicates),
            parsing_errors: errors.parsing,
            datatype_mismatch_errors: errors.datatype_mismatch,
            insert_errors: errors.insert,
        }
    }

    fn start_time(&self, settings: &Settings) -> Option<u64> {
        if settings.quirks.start_time == StartTime::Absent {
            return None;
        }
        let at = |moment: SimTime| settings.epoch_secs.saturating_add(moment.since_start().as_secs());
        match (self.left_queue_at(), settings.quirks.queued_start_time) {
            (Some(moment), _) => Some(at(moment)),
            (None, QueuedStartTime::Zero) => Some(0),
            (None, QueuedStartTime::Submitted) => Some(at(self.submitted)),
            (None, QueuedStartTime::Absent) => None,
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

    fn error_page(&self, query: StatusQuery, quirks: &Quirks) -> Result<Option<ErrorPage>, ApiError> {
        let kept = if self.shows_errors() { self.workload().errors.kept() } else { 0 };
        let (first, mut error_logs) = match kept {
            0 => (1, Vec::new()),
            _ => self.workload().errors.page(query.page, query.errors_per_page),
        };
        for log in &mut error_logs {
            log.file_name = self.file_uri(&log.file_name);
        }
        let is_past_end = error_logs.is_empty() && query.page > 1;
        let (start_index, end_index) = match (error_logs.len() as u64, quirks.page_past_end) {
            (0, PagePastEnd::Refused) if is_past_end => {
                return Err(ApiError::invalid_parameter("page", &query.page.to_string()));
            }
            (0, PagePastEnd::Asked) if is_past_end => {
                ((query.page - 1).saturating_mul(query.errors_per_page).saturating_add(1), kept)
            }
            (0, _) => (0, 0),
            (shown, _) => (first, first + (shown - 1)),
        };
        if kept == 0 && quirks.empty_errors == EmptyErrors::Omitted {
            return Ok(None);
        }
        Ok(Some(ErrorPage { start_index, end_index, load_id: self.given.id.clone(), error_logs }))
    }
}

/// Files.
impl Load {
    /// Files by status, in the order of a load's life. `None` in the queue (observed) and for a load that never listed its files
    /// (inferred); three quirks.
    fn feed_count(&self, now: SimTime, quirks: &Quirks) -> Option<Vec<FeedCount>> {
        let untouched = || count_by_status(vec![(LoadStatus::NotStarted, self.workload().file_count())]);
        match self.status() {
            LoadStatus::InQueue => (quirks.queued_feed_count == QueuedFeedCount::NotStarted).then(untouched),
            LoadStatus::NotStarted => (quirks.not_started_feed_count == NotStartedFeedCount::Present).then(untouched),
            _ if self.ended_unseen() => (quirks.unexecuted_feed_count == UnexecutedFeedCount::NotStarted).then(untouched),
            _ => Some(count_by_status(self.feeds(now, quirks.cancelled_feeds))),
        }
    }

    /// How many files have which status; a status may occur twice.
    fn feeds(&self, now: SimTime, cancelled: CancelledFeeds) -> Vec<(LoadStatus, u64)> {
        let files = self.workload().file_count();
        // Whatever is loading or was interrupted has one file at least that is not done.
        let done = self.share(now).of(files).min(files - 1);
        match (self.status(), cancelled) {
            (LoadStatus::InProgress, _) => {
                vec![(LoadStatus::NotStarted, files - done - 1), (LoadStatus::InProgress, 1), (LoadStatus::Completed, done)]
            }
            // What was loaded stays loaded.
            (end, CancelledFeeds::NotStarted) if self.cut.is_some() => {
                vec![(LoadStatus::Completed, done), (end.clone(), 1), (LoadStatus::NotStarted, files - done - 1)]
            }
            (end, _) if self.cut.is_some() => vec![(LoadStatus::Completed, done), (end.clone(), files - done)],
            (end, _) if self.is_ended() && *end != LoadStatus::Completed => self.feeds_of_failure(files),
            (shared, _) => vec![(shared.clone(), files)],
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
    fn blamed_feeds(&self) -> Vec<FailedFile> {
        let failed = self.workload().errors.files();
        if !failed.is_empty() {
            return failed.to_vec();
        }
        let status = match self.status() {
            // The load was cancelled because the file had failed (observed).
            LoadStatus::CancelledDueToErrors => LoadStatus::Failed,
            end => end.clone(),
        };
        vec![FailedFile { name: "".into(), status, counts: ErrorCounts::default() }]
    }

    fn failed_feeds(&self, overall: &LoadReport, settings: &Settings) -> Option<Vec<LoadReport>> {
        let has_failed = self.shows_errors() && !self.was_refused() && *self.status() != LoadStatus::Completed;
        let mut feeds = if has_failed { self.blamed_feeds() } else { Vec::new() };
        // A file that somebody cancelled has not failed.
        feeds.retain(|feed| !feed.status.as_str().starts_with("LOAD_CANCELLED"));
        if feeds.is_empty() && settings.quirks.empty_failed_feeds == EmptyFailedFeeds::Omitted {
            return None;
        }
        let records = overall.total_records / self.workload().file_count();
        let report = |feed: FailedFile| LoadReport {
            full_uri: self.file_uri(&feed.name),
            status: feed.status,
            total_records: records,
            total_duplicates: 0,
            parsing_errors: feed.counts.parsing,
            datatype_mismatch_errors: feed.counts.datatype_mismatch,
            insert_errors: feed.counts.insert,
            ..overall.clone()
        };
        Some(feeds.into_iter().map(report).collect())
    }

    /// The full URI of a file: an S3 URI, in whichever form the source was given.
    fn file_uri(&self, file: &str) -> String {
        if file.contains("://") {
            return file.to_owned();
        }
        let source = &self.given.source;
        match source.strip_prefix("https://s3.").and_then(|rest| rest.split_once('/')) {
            Some((_, path)) => format!("s3://{path}{file}"),
            None => format!("{source}{file}"),
        }
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
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Share {
    done: Duration,
    of: Duration,
}

impl Share {
    pub(super) const NOTHING: Self = Self { done: Duration::ZERO, of: Duration::MAX };
    pub(super) const ALL: Self = Self { done: Duration::MAX, of: Duration::MAX };

    /// This share of an amount, rounded down.
    pub(super) fn of(self, amount: u64) -> u64 {
        if self.done == self.of {
            return amount;
        }
        // A stage lasts at most 100 years, so neither product nor quotient grows too large.
        let part = u128::from(amount).saturating_mul(self.done.as_nanos()) / self.of.as_nanos().max(1);
        u64::try_from(part).unwrap_or(amount).min(amount)
    }
}
