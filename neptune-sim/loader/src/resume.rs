//! How a load continues earlier loads of its source.

use std::sync::Arc;

use neptune_wire::{LoadId, LoadStatus};

use crate::api::{LoadMode, StartRequest};
use crate::engine::Engine;
use crate::feed_errors::FeedErrors;
use crate::lifecycle::Lifecycle;
use crate::load::{Load, Origin, Submission};
use crate::plan::{Course, Plan};
use crate::workload::Workload;

impl Engine {
    /// The load that a start asks for, with an id of its own, also if it continues another load (inferred).
    pub(crate) fn submission(&mut self, request: &StartRequest) -> Submission {
        Submission {
            id: self.unused_load_id(),
            origin: Origin::Started,
            source: request.source.clone(),
            format: Some(request.format),
            mode: request.mode,
            fail_on_error: request.fail_on_error,
            run_number: self.continued(&request.source, request.mode).map_or(1, run_number_after),
            dependencies: request.dependencies.clone(),
            plan: self.settings.plan_for(request).clone(),
            is_invalid: false,
        }
    }

    /// A scripted load may have taken the next id: a user who knows the seed can predict it.
    fn unused_load_id(&mut self) -> LoadId {
        loop {
            let id = LoadId::new(self.load_ids.uuid().text());
            if self.loads.get(&id).is_none() {
                return id;
            }
        }
    }

    /// Adjusts a load whose turn has come to what earlier loads of its source have left, and says which statuses it goes through.
    pub(crate) fn prepare(&self, submission: &mut Submission) -> Lifecycle {
        let earlier = self.continued(&submission.source, submission.mode);
        let has_nothing_to_resume = submission.mode == LoadMode::Resume && earlier.is_none();
        if submission.is_invalid || has_nothing_to_resume {
            let workload = Workload { errors: FeedErrors::default(), ..(*submission.plan.workload).clone() };
            submission.plan.workload = Arc::new(workload);
            return Lifecycle::staying(LoadStatus::InvalidRequest);
        }
        if let Some(earlier) = earlier {
            // Again, because that load may have run while this one waited. A number that was reported never shrinks.
            submission.run_number = submission.run_number.max(run_number_after(earlier));
            if *earlier.status() == LoadStatus::Completed {
                submission.plan.workload = Arc::new(left_of(earlier.workload()));
                if matches!(submission.plan.course, Course::Reads(_)) {
                    submission.plan.course = Course::Runs(self.settings.reading_time(0));
                }
                return self.lifecycle(&submission.plan, submission.fail_on_error).completing();
            }
            if let Course::Reads(reading) = &mut submission.plan.course {
                reading.loaded = earlier.loaded_files(self.now);
            }
        }
        self.lifecycle(&submission.plan, submission.fail_on_error)
    }

    /// The load that a start with this mode continues: the latest one of the source that has run, whatever its format (inferred).
    fn continued(&self, source: &str, mode: LoadMode) -> Option<&Load> {
        let mut candidates = self.loads.iter().rev().filter(|_| mode != LoadMode::New);
        candidates.find(|load| load.source() == source && load.has_run())
    }

    /// The statuses that follow from a plan.
    pub(crate) fn lifecycle(&self, plan: &Plan, fail_on_error: bool) -> Lifecycle {
        match &plan.course {
            Course::Lifecycle(lifecycle) => lifecycle.clone(),
            Course::Runs(duration) => Course::running_to(self.natural_end(&plan.workload, fail_on_error), *duration),
            Course::Reads(_) => Lifecycle::in_progress(),
        }
    }

    /// The last status of a load whose plan leaves that open (inferred from recordings).
    fn natural_end(&self, workload: &Workload, fail_on_error: bool) -> LoadStatus {
        let errors = &workload.errors;
        if errors.total() <= u64::from(self.settings.quirks.error_threshold) {
            return LoadStatus::Completed;
        }
        // Stopped before all files were begun (observed).
        let is_stopped = fail_on_error && workload.file_count() > workload.begun_files();
        if is_stopped { LoadStatus::CancelledDueToErrors } else { LoadStatus::Failed }
    }
}

/// One more than that of the load it continues (documented: it grows when a load is restarted).
fn run_number_after(earlier: &Load) -> u64 {
    earlier.run_number().saturating_add(1)
}

/// The work that is left when everything was loaded before: the files are counted, but no records (inferred).
fn left_of(earlier: &Workload) -> Workload {
    Workload { files: earlier.file_count(), records: 0, ..Workload::default() }
}
