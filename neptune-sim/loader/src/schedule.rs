//! The rules for started loads: one runs, the others wait, first in first out.

use neptune_wire::{LoadId, LoadStatus};

use crate::api::{ApiError, StartRequest};
use crate::engine::Engine;
use crate::load::{Load, Origin, Submission};

/// How many loads may wait (documented and observed), on top of the one that runs (inferred).
const QUEUE_LIMIT: usize = 64;

/// The state of the loads that a load depends on. Together they are in the worst state of any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dependency {
    Satisfied,
    /// A scripted load that has not ended: the dependant waits for it.
    Open,
    /// It did not complete, or is unknown, or waits behind the load that depends on it and could never run first.
    Failed,
}

/// Checks of a start, and what follows from them.
impl Engine {
    pub(crate) fn check_capacity(&self, request: &StartRequest) -> Result<(), ApiError> {
        if !request.queue_request && self.queue.is_busy() {
            return Err(ApiError::max_concurrent_loads(&request.source));
        }
        if request.queue_request && self.queue.waiting.len() >= QUEUE_LIMIT {
            return Err(ApiError::queue_full(&request.source, QUEUE_LIMIT));
        }
        Ok(())
    }

    /// Whether the load waits behind other loads, or for a scripted one. The dependencies of a load that may not wait are judged at
    /// once (inferred).
    pub(crate) fn has_to_wait(&self, request: &StartRequest) -> bool {
        self.queue.is_busy() || (request.queue_request && self.dependencies(&request.dependencies) == Dependency::Open)
    }

    pub(crate) fn enqueue(&mut self, submission: Submission) {
        self.queue.waiting.push_back(submission.id.clone());
        self.loads.insert(Load::queued(submission, self.now));
    }

    pub(crate) fn run(&mut self, mut submission: Submission) {
        if self.dependencies(&submission.dependencies) != Dependency::Satisfied {
            self.loads.insert(Load::refused(submission, LoadStatus::DependencyNotSatisfied, self.now));
            return;
        }
        self.queue.running = Some(submission.id.clone());
        let lifecycle = self.prepare(&mut submission);
        self.loads.insert(Load::begun(submission, &lifecycle, self.now));
    }
}

/// What follows when a load has changed.
impl Engine {
    /// Starts the next load if there is room, and fails the loads whose dependencies have failed.
    pub(crate) fn run_queue(&mut self) {
        let has_ended = |id: &LoadId| self.loads.get(id).is_none_or(Load::is_ended);
        self.queue.running.take_if(|id| has_ended(id));
        self.queue.waiting.retain(|id| !has_ended(id));
        self.fail_dependants();
        while self.queue.running.is_none()
            && let Some(id) = self.take_next()
        {
            self.start_next(id);
            self.fail_dependants();
        }
    }

    /// Fails every waiting load that depends on a failed one, as soon as that has failed (inferred). A load depends on earlier ones, so one
    /// pass from the front also fails the loads that depend on those.
    fn fail_dependants(&mut self) {
        for id in std::mem::take(&mut self.queue.waiting) {
            if self.depends_on_failed(&id) {
                self.fail_by_dependency(&id);
            } else {
                self.queue.waiting.push_back(id);
            }
        }
    }

    /// Whether a load it depends on has ended without completing. Unknown ones are judged when the load's turn comes (inferred).
    fn depends_on_failed(&self, id: &LoadId) -> bool {
        let has_failed = |load: &Load| load.is_ended() && !satisfies(load);
        let dependencies = self.loads.get(id).map_or(&[][..], Load::dependencies);
        dependencies.iter().any(|id| self.loads.get(id).is_some_and(has_failed))
    }

    /// Takes the first load out of the queue, unless it still waits for a scripted one.
    fn take_next(&mut self) -> Option<LoadId> {
        let dependencies = self.loads.get(self.queue.waiting.front()?).map_or(&[][..], Load::dependencies);
        if self.dependencies(dependencies) == Dependency::Open {
            return None;
        }
        self.queue.waiting.pop_front()
    }

    fn start_next(&mut self, id: LoadId) {
        let Some(load) = self.loads.get(&id) else { return };
        if self.dependencies(load.dependencies()) == Dependency::Failed {
            self.fail_by_dependency(&id);
            return;
        }
        let mut submission = load.submission().clone();
        let lifecycle = self.prepare(&mut submission);
        self.loads.change(&id, |load| load.begin(submission, &lifecycle, self.now));
        if self.loads.get(&id).is_some_and(|load| !load.is_ended()) {
            self.queue.running = Some(id);
        }
    }

    fn fail_by_dependency(&mut self, id: &LoadId) {
        self.loads.change(id, |load| load.cut_short(LoadStatus::DependencyNotSatisfied, self.now));
    }

    fn dependencies(&self, ids: &[LoadId]) -> Dependency {
        ids.iter().map(|id| self.dependency(id)).max().unwrap_or(Dependency::Satisfied)
    }

    fn dependency(&self, id: &LoadId) -> Dependency {
        match self.loads.get(id) {
            Some(load) if load.is_ended() && satisfies(load) => Dependency::Satisfied,
            Some(load) if load.origin() == Origin::Scripted && !load.is_ended() => Dependency::Open,
            _ => Dependency::Failed,
        }
    }
}

/// Whether loads that depend on the load may run. One that was committed with write conflicts does not satisfy them (inferred).
fn satisfies(load: &Load) -> bool {
    *load.status() == LoadStatus::Completed
}
