//! Neptune's report on a load: counters, files by status, failed files, the error log.

use std::collections::HashMap;

use neptune_wire::LoadStatus;

use crate::api::{ErrorPage, FeedCount, LoadReport, StatusPayload, StatusQuery, TimeSpent};
use crate::feed_errors::{ErrorCounts, FailedFile};
use crate::load::Load;
use crate::quirks::{EmptyErrors, EmptyFailedFeeds, Quirks, StartTime};
use crate::settings::Settings;
use crate::time::SimTime;
use crate::workload::Feed;

impl Load {
    /// What Neptune answers about the load at this moment.
    pub(crate) fn payload(&self, query: StatusQuery, now: SimTime, settings: &Settings) -> StatusPayload {
        let overall_status = self.report(now, settings);
        StatusPayload {
            feed_count: self.feed_count(now),
            failed_feeds: if query.details { self.failed_feeds(&overall_status, settings) } else { None },
            errors: if query.errors { self.error_page(query, &settings.quirks) } else { None },
            overall_status,
        }
    }

    fn report(&self, now: SimTime, settings: &Settings) -> LoadReport {
        let workload = self.workload();
        let errors = if self.shows_errors() { workload.errors.counts() } else { ErrorCounts::default() };
        LoadReport {
            full_uri: self.source().to_owned(),
            run_number: self.run_number(),
            retry_number: if self.shows_errors() { workload.retries } else { 0 },
            status: self.status().clone(),
            total_time_spent: TimeSpent { secs: self.time_spent(now).as_secs(), notation: settings.quirks.total_time_spent },
            start_time: self.start_time(settings),
            total_records: self.records(now),
            total_duplicates: self.duplicates(now),
            parsing_errors: errors.parsing,
            datatype_mismatch_errors: errors.datatype_mismatch,
            insert_errors: errors.insert,
        }
    }

    /// 0 in the queue (inferred).
    fn start_time(&self, settings: &Settings) -> Option<u64> {
        if settings.quirks.start_time == StartTime::Absent {
            return None;
        }
        let at = |moment: SimTime| settings.epoch_secs.saturating_add(moment.since_start().as_secs());
        Some(self.left_queue_at().map_or(0, at))
    }

    /// When the load left the queue, to run or to end.
    fn left_queue_at(&self) -> Option<SimTime> {
        self.history().iter().find(|change| change.status != LoadStatus::InQueue).map(|change| change.at)
    }

    /// A load's errors are visible once it has ended by itself. A load that was cancelled or lost did not get that far.
    pub(crate) fn shows_errors(&self) -> bool {
        self.is_ended() && !self.was_cut_short()
    }

    /// A page beyond the last one has the indexes 0 and 0 (inferred).
    fn error_page(&self, query: StatusQuery, quirks: &Quirks) -> Option<ErrorPage> {
        let kept = self.logged_errors();
        if kept == 0 && quirks.empty_errors == EmptyErrors::Omitted {
            return None;
        }
        let (first, mut error_logs) = match kept {
            0 => (1, Vec::new()),
            _ => self.workload().errors.page(query.page, query.errors_per_page),
        };
        for log in &mut error_logs {
            log.file_name = self.file_uri(&log.file_name);
        }
        let (start_index, end_index) = match error_logs.len() as u64 {
            0 => (0, 0),
            shown => (first, first + (shown - 1)),
        };
        Some(ErrorPage { start_index, end_index, load_id: self.id().clone(), error_logs })
    }
}

/// Files.
impl Load {
    /// Files by status, in lifecycle order. `None` in the queue (observed) and for a load whose files were never listed (inferred).
    fn feed_count(&self, now: SimTime) -> Option<Vec<FeedCount>> {
        match self.status() {
            LoadStatus::InQueue => None,
            LoadStatus::NotStarted => Some(count_by_status(vec![(LoadStatus::NotStarted, self.workload().file_count())])),
            _ if self.ended_unlisted() => None,
            _ => Some(count_by_status(self.feeds(now))),
        }
    }

    /// How many files have which status; a status may occur twice.
    fn feeds(&self, now: SimTime) -> Vec<(LoadStatus, u64)> {
        let files = self.workload().file_count();
        // A load that runs or was interrupted has at least one file that is not done.
        let done = self.files_done(now).min(files - 1);
        match self.status() {
            LoadStatus::InProgress => {
                vec![(LoadStatus::NotStarted, files - done - 1), (LoadStatus::InProgress, 1), (LoadStatus::Completed, done)]
            }
            // What was loaded stays loaded. The other files share the end of the load (inferred).
            end if self.was_cut_short() => vec![(LoadStatus::Completed, done), (end.clone(), files - done)],
            end if self.is_ended() && *end != LoadStatus::Completed => self.feeds_of_failure(files),
            shared => vec![(shared.clone(), files)],
        }
    }

    fn files_done(&self, now: SimTime) -> u64 {
        let workload = self.workload();
        match workload.feeds[..] {
            [] => self.share(now).of(workload.file_count()),
            _ => workload.read_files(self.records(now)).len() as u64,
        }
    }

    /// If the system stopped the load, the other files were never begun (observed).
    fn feeds_of_failure(&self, files: u64) -> Vec<(LoadStatus, u64)> {
        let failed = self.blamed_feeds();
        let count = failed.len() as u64;
        let loaded = match self.status() {
            LoadStatus::CancelledDueToErrors => (self.workload().feeds.len() as u64).saturating_sub(count),
            _ => files - count,
        };
        let others = [(LoadStatus::Completed, loaded), (LoadStatus::NotStarted, files - count - loaded)];
        failed.into_iter().map(|feed| (feed.status, 1)).chain(others).collect()
    }

    /// The feeds because of which the load did not complete. Without a scripted error that is one file, whose name is unknown.
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
        // A cancelled file has not failed.
        feeds.retain(|feed| !feed.status.as_str().starts_with("LOAD_CANCELLED"));
        if feeds.is_empty() && settings.quirks.empty_failed_feeds == EmptyFailedFeeds::Omitted {
            return None;
        }
        let workload = self.workload();
        let read: HashMap<&str, &Feed> = workload.feeds.iter().map(|feed| (&*feed.name, feed)).collect();
        let share = (overall.total_records / workload.file_count(), 0);
        let report = |feed: FailedFile| LoadReport {
            full_uri: self.file_uri(&feed.name),
            status: feed.status,
            total_records: read.get(&*feed.name).map_or(share.0, |feed| feed.records),
            total_duplicates: read.get(&*feed.name).map_or(share.1, |feed| feed.duplicates),
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
        let source = self.source();
        match source.strip_prefix("https://s3.").and_then(|rest| rest.split_once('/')) {
            Some((_, path)) => format!("s3://{path}{file}"),
            None => format!("{source}{file}"),
        }
    }
}

/// One entry for each status that occurs, in lifecycle order.
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
