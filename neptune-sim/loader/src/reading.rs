//! Loads that read their source. The loader has no I/O: it says what is to be read, and learns what was there.

use std::sync::Arc;
use std::time::Duration;

use neptune_wire::{LoadId, LoadStatus};

use crate::api::StartFailure;
use crate::engine::Engine;
use crate::load::Load;
use crate::plan::{Course, Plan, Reading};
use crate::settings::Settings;
use crate::workload::Workload;

/// How much memory the error logs of all loads may take.
const ERROR_LOG_BYTES: usize = 64 * 1024 * 1024;

impl Engine {
    /// A load whose turn has come and whose source has not been read yet; of several the first. It stays in progress, with no record, until
    /// [`Engine::finish_reading`].
    pub fn unread(&self) -> Option<(&LoadId, &Reading)> {
        self.loads.iter().find_map(|load| Some((load.id(), load.unread()?)))
    }

    /// Forgets the error logs of loads that have ended, the oldest first, until all together take no more memory than they may. A file can have
    /// another text in each of its errors, and a loader remembers a thousand loads.
    fn forget_error_logs(&mut self) {
        let bytes = |load: &Load| load.workload().errors.bytes();
        let mut all: usize = self.loads.iter().map(bytes).sum();
        while all > ERROR_LOG_BYTES {
            let has_log = |load: &&Load| load.is_ended() && bytes(load) > 0;
            let Some((id, freed)) = self.loads.iter().find(has_log).map(|load| (load.id().clone(), bytes(load))) else {
                return;
            };
            self.loads.change(&id, Load::forget_error_log);
            all -= freed;
        }
    }

    /// Whether a load waits for its turn.
    pub fn has_waiting(&self) -> bool {
        !self.queue.waiting.is_empty()
    }

    /// Says what the source of a load has: from now on the load goes as if that had been known at its beginning. It does not end before
    /// this moment, however. A source that cannot be read ends the load with `LOAD_FAILED_INVALID_REQUEST` (inferred). A load that
    /// has ended otherwise meanwhile stays as it is.
    pub fn finish_reading(&mut self, id: &LoadId, read: Result<Workload, StartFailure>) {
        let Some(load) = self.loads.get(id).filter(|load| load.unread().is_some()) else { return };
        let Ok(workload) = read else { return self.end(id, LoadStatus::InvalidRequest) };
        let lasts = self.settings.reading_time(workload.records).max(load.time_spent(self.now));
        let plan = Plan { course: Course::Runs(lasts), workload: Arc::new(workload) };
        let lifecycle = self.lifecycle(&plan, load.submission().fail_on_error);
        self.loads.change(id, |load| load.finish_reading(plan, &lifecycle));
        self.forget_error_logs();
        self.advance_to(self.now);
    }
}

impl Settings {
    /// How long a load is in progress that reads so many records: as long as any other, and what the records take.
    pub(crate) fn reading_time(&self, records: u64) -> Duration {
        let own = match &self.default_plan.course {
            Course::Runs(duration) => *duration,
            Course::Lifecycle(_) | Course::Reads(_) => Duration::ZERO,
        };
        let nanos = self.records_per_second.map_or(0, |rate| u128::from(records) * 1_000_000_000 / u128::from(rate.get()));
        own.saturating_add(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }
}

impl Load {
    /// What it still has to read.
    pub(crate) fn unread(&self) -> Option<&Reading> {
        match &self.submission().plan.course {
            Course::Reads(reading) if *self.status() == LoadStatus::InProgress && self.next_change().is_none() => Some(reading),
            _ => None,
        }
    }
}
