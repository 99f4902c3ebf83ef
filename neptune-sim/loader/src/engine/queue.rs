//! The rules for started loads: one runs, the others wait, first in first out.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::quirks::{ConflictsAsDependency, DependantsFail, StartBetweenLoads, UnknownDependency, UnqueuedDependencies};
use crate::{ApiError, StartRequest};
use neptune_wire::{LoadId, LoadStatus};
use serde::{Deserialize, Serialize};

use crate::load::Submission;
use crate::{Engine, Load, Origin};

/// How many loads may wait (documented and observed), on top of the one that runs (inferred).
const QUEUE_LIMIT: usize = 64;

/// Who runs and who waits.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Queue {
    running: Option<LoadId>,
    /// The next one in front.
    waiting: VecDeque<LoadId>,
}

impl Queue {
    /// Forgets those who wait, and tells who they were.
    pub(super) fn clear(&mut self) -> VecDeque<LoadId> {
        std::mem::take(&mut self.waiting)
    }

    /// A load that the queue has in the wrong place, if there is one.
    pub(super) fn misfit(&self, waits: impl Fn(&LoadId) -> bool, runs: impl Fn(&LoadId) -> bool) -> Option<LoadId> {
        let waiting = self.waiting.iter().filter(|id| !waits(id));
        waiting.chain(self.running.iter().filter(|id| !runs(id))).next().cloned()
    }

    pub(super) fn running(&self) -> Option<LoadId> {
        self.running.clone()
    }
}

/// How the loads stand that a load depends on; together they stand as the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dependency {
    Satisfied,
    /// A scripted load that has not ended: worth waiting for.
    Open,
    /// It did not complete, nobody knows it, or it waits behind the load that depends on it and could never come first.
    Failed,
}

/// What a start meets.
impl Engine {
    /// The start with the dependencies that count: a quirk says what becomes of them if it may not wait.
    pub(super) fn read_dependencies<'a>(&self, request: &'a StartRequest) -> Result<Cow<'a, StartRequest>, ApiError> {
        if request.queue_request || request.dependencies.is_empty() {
            return Ok(Cow::Borrowed(request));
        }
        match self.settings.quirks.unqueued_dependencies {
            UnqueuedDependencies::Checked => Ok(Cow::Borrowed(request)),
            UnqueuedDependencies::Ignored => Ok(Cow::Owned(StartRequest { dependencies: Vec::new(), ..request.clone() })),
            UnqueuedDependencies::Refused => Err(ApiError::invalid_parameter("dependencies", request.dependencies[0].as_str())),
        }
    }

    /// The gap between two loads counts as busy (inferred; a quirk).
    fn is_busy(&self, may_wait: bool) -> bool {
        let gap_counts = may_wait || self.settings.quirks.start_between_loads == StartBetweenLoads::Refused;
        self.queue.running.is_some() || (gap_counts && !self.queue.waiting.is_empty())
    }

    pub(super) fn check_capacity(&self, request: &StartRequest) -> Result<(), ApiError> {
        if !request.queue_request {
            let is_busy = self.is_busy(false);
            return if is_busy {
                Err(ApiError::max_concurrent_loads(&request.source, self.settings.quirks.error_wording))
            } else {
                Ok(())
            };
        }
        if self.queue.waiting.len() >= QUEUE_LIMIT {
            return Err(ApiError::queue_full(&request.source, QUEUE_LIMIT, self.settings.quirks.error_wording));
        }
        Ok(())
    }

    pub(super) fn check_dependencies(&self, request: &StartRequest) -> Result<(), ApiError> {
        if self.settings.quirks.unknown_dependency == UnknownDependency::FailsAtTurn {
            return Ok(());
        }
        let unknown = request.dependencies.iter().find(|id| self.loads.get(id).is_none());
        unknown.map_or(Ok(()), |id| Err(ApiError::load_not_found(id)))
    }

    /// Behind other loads, or for a scripted one. A load that may not wait is told at once what it depends on (inferred).
    pub(super) fn has_to_wait(&self, request: &StartRequest) -> bool {
        self.is_busy(request.queue_request)
            || (request.queue_request && self.dependencies(&request.dependencies) == Dependency::Open)
    }

    pub(super) fn line_up(&mut self, submission: Submission) {
        self.queue.waiting.push_back(submission.id.clone());
        self.loads.insert(Load::queued(submission, self.now));
    }

    pub(super) fn run(&mut self, mut submission: Submission) {
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
    /// The running load may have made room, loads may have failed that others depend on, and the queue may move up.
    pub(super) fn settle(&mut self) {
        let has_ended = |id: &LoadId| self.loads.get(id).is_none_or(Load::is_ended);
        self.queue.running.take_if(|id| has_ended(id));
        self.queue.waiting.retain(|id| !has_ended(id));
        self.fail_dependants();
        while self.queue.running.is_none()
            && let Some(id) = self.next_in_line()
        {
            self.take_turn(id);
            self.fail_dependants();
        }
    }

    /// Fails every waiting load that depends on a failed one. A load depends on earlier ones, so one pass from the front carries
    /// the failure on to those that depend on it.
    fn fail_dependants(&mut self) {
        if self.settings.quirks.dependants_fail == DependantsFail::AtTurn {
            return;
        }
        for id in std::mem::take(&mut self.queue.waiting) {
            if self.is_doomed(&id) {
                self.refuse(&id);
            } else {
                self.queue.waiting.push_back(id);
            }
        }
    }

    /// Whether a load it depends on has ended without completing. Unknown ones count when the turn comes.
    fn is_doomed(&self, id: &LoadId) -> bool {
        let has_failed = |load: &Load| load.is_ended() && !self.satisfies(load);
        let dependencies = self.loads.get(id).map_or(&[][..], Load::dependencies);
        dependencies.iter().any(|id| self.loads.get(id).is_some_and(has_failed))
    }

    /// Takes the load out of the queue whose turn it is, unless it still waits for a scripted one.
    fn next_in_line(&mut self) -> Option<LoadId> {
        let dependencies = self.loads.get(self.queue.waiting.front()?).map_or(&[][..], Load::dependencies);
        if self.dependencies(dependencies) == Dependency::Open {
            return None;
        }
        self.queue.waiting.pop_front()
    }

    fn take_turn(&mut self, id: LoadId) {
        let Some(load) = self.loads.get(&id) else { return };
        if self.dependencies(load.dependencies()) == Dependency::Failed {
            self.refuse(&id);
            return;
        }
        let mut submission = load.submission().clone();
        let lifecycle = self.prepare(&mut submission);
        self.loads.change(&id, |load| load.begin(submission, &lifecycle, self.now));
        if self.loads.get(&id).is_some_and(|load| !load.is_ended()) {
            self.queue.running = Some(id);
        }
    }

    fn refuse(&mut self, id: &LoadId) {
        self.loads.change(id, |load| load.cut_short(LoadStatus::DependencyNotSatisfied, self.now));
    }

    fn dependencies(&self, ids: &[LoadId]) -> Dependency {
        ids.iter().map(|id| self.dependency(id)).max().unwrap_or(Dependency::Satisfied)
    }

    fn dependency(&self, id: &LoadId) -> Dependency {
        match self.loads.get(id) {
            Some(load) if load.is_ended() && self.satisfies(load) => Dependency::Satisfied,
            Some(load) if load.origin() == Origin::Scripted && !load.is_ended() => Dependency::Open,
            _ => Dependency::Failed,
        }
    }

    /// Whether those who depend on the load may run.
    fn satisfies(&self, load: &Load) -> bool {
        let quirk = self.settings.quirks.conflicts_as_dependency;
        match load.status() {
            LoadStatus::Completed => true,
            LoadStatus::CommittedWithWriteConflicts => quirk == ConflictsAsDependency::Satisfied,
            _ => false,
        }
    }
}
