//! What a start makes of earlier loads of its source, and how it goes on from there.

use std::sync::Arc;

use crate::quirks::{
    NothingToResume, ResumeMatches, ResumeWithoutPredecessor, ResumedLoadId, ResumedRunNumber, StoppedByError,
};
use crate::{ApiError, LoadFormat, LoadMode, StartRequest};
use neptune_wire::LoadStatus;

use crate::load::Submission;
use crate::{Course, Engine, FeedErrors, Lifecycle, Load, Origin, Plan, Workload};

impl Engine {
    /// Whether there is something to resume, if the quirk asks for it at once.
    pub(super) fn check_predecessor(&self, request: &StartRequest) -> Result<(), ApiError> {
        let asks = self.settings.quirks.resume_without_predecessor == ResumeWithoutPredecessor::Refused;
        if asks && request.mode == LoadMode::Resume && self.predecessor(&request.source, Some(request.format)).is_none() {
            return Err(ApiError::nothing_to_resume(&request.source));
        }
        Ok(())
    }

    pub(super) fn submission(&mut self, request: &StartRequest) -> Submission {
        let (run_number, replaces) = self.continued(request);
        let id = match &replaces {
            Some(load) => load.id().clone(),
            None => self.unused_load_id(),
        };
        Submission {
            id,
            origin: Origin::Started,
            source: request.source.clone(),
            format: Some(request.format),
            mode: request.mode,
            fail_on_error: request.fail_on_error,
            run_number,
            dependencies: request.dependencies.clone(),
            plan: self.settings.plan_for(request).clone(),
            is_invalid: false,
            replaces,
        }
    }

    /// The number of the run as far as it is known, and the load whose id it takes over.
    fn continued(&mut self, request: &StartRequest) -> (u64, Option<Box<Load>>) {
        let earlier = self.predecessor(&request.source, Some(request.format)).filter(|_| request.mode != LoadMode::New);
        let Some(earlier) = earlier else { return (1, None) };
        let run_number = self.run_number_after(earlier);
        let takes_id = self.settings.quirks.resumed_load_id == ResumedLoadId::Same && earlier.is_ended();
        let id = takes_id.then(|| earlier.id().clone());
        (run_number, id.and_then(|id| self.loads.remove(&id)).map(Load::without_past).map(Box::new))
    }

    /// One more than that of the load it continues (documented: it grows when a load is restarted; a quirk).
    fn run_number_after(&self, earlier: &Load) -> u64 {
        match self.settings.quirks.resumed_run_number {
            ResumedRunNumber::Counts => earlier.run_number().saturating_add(1),
            ResumedRunNumber::AlwaysOne => 1,
        }
    }

    /// Takes a load whose turn has come for what earlier loads of the source have left of it.
    pub(super) fn prepare(&self, submission: &mut Submission) -> Lifecycle {
        let replaced = submission.replaces.as_deref().filter(|load| load.has_run());
        let remembered = self.predecessor(&submission.source, submission.format);
        // Whichever was at work last; others may have run while this one waited.
        let earlier = remembered.into_iter().chain(replaced).max_by_key(|load| load.changed_at());
        let is_over = |load: &Load| *load.status() == LoadStatus::Completed;
        let has_nothing_to_resume = submission.mode == LoadMode::Resume && earlier.is_none();
        if submission.is_invalid || has_nothing_to_resume {
            let workload = Workload { errors: FeedErrors::default(), ..(*submission.plan.workload).clone() };
            submission.plan.workload = Arc::new(workload);
            return Lifecycle::ended(LoadStatus::InvalidRequest);
        }
        let earlier = earlier.filter(|_| submission.mode != LoadMode::New);
        if let Some(earlier) = earlier {
            // It may have run while this one waited.
            submission.run_number = self.run_number_after(earlier);
        }
        if let Some(earlier) = earlier.filter(|earlier| is_over(earlier)) {
            submission.plan.workload = Arc::new(self.left_of(earlier.workload()));
            return self.lifecycle(&submission.plan, submission.fail_on_error).completing();
        }
        self.lifecycle(&submission.plan, submission.fail_on_error)
    }

    /// What is left when everything was loaded before.
    fn left_of(&self, earlier: &Workload) -> Workload {
        let (records, duplicates) = match self.settings.quirks.nothing_to_resume {
            NothingToResume::NoRecords => (0, 0),
            NothingToResume::EarlierTotals => (earlier.records, earlier.duplicates),
        };
        Workload { files: earlier.file_count(), records, duplicates, retries: 0, errors: FeedErrors::default() }
    }

    /// The statuses that a plan comes to.
    pub(super) fn lifecycle(&self, plan: &Plan, fail_on_error: bool) -> Lifecycle {
        match &plan.course {
            Course::Lifecycle(lifecycle) => lifecycle.clone(),
            Course::Runs(duration) => Course::running_to(self.natural_end(&plan.workload, fail_on_error), *duration),
        }
    }

    /// How a load ends that nothing else decides about (inferred from recordings).
    fn natural_end(&self, workload: &Workload, fail_on_error: bool) -> LoadStatus {
        let errors = &workload.errors;
        if errors.total() <= u64::from(self.settings.quirks.error_threshold) {
            return LoadStatus::Completed;
        }
        let is_stopped = fail_on_error && workload.file_count() > errors.files().len() as u64;
        match self.settings.quirks.stopped_by_error {
            StoppedByError::CancelledDueToErrors if is_stopped => LoadStatus::CancelledDueToErrors,
            _ => LoadStatus::Failed,
        }
    }

    /// The latest load of the source that has run.
    fn predecessor<'a>(&'a self, source: &str, format: Option<LoadFormat>) -> Option<&'a Load> {
        let has_format = |load: &Load| match self.settings.quirks.resume_matches {
            ResumeMatches::Source => true,
            ResumeMatches::SourceAndFormat => load.format().is_none() || load.format() == format,
        };
        self.loads.iter().rev().find(|load| load.source() == source && has_format(load) && load.has_run())
    }
}
