//! The rules for started loads: one runs, the others wait, first in first out.

use std::collections::VecDeque;

use neptune_wire::quirks::{DependantsFail, UnknownDependency};
use neptune_wire::{ApiError, LoadId, LoadMode, LoadStatus, StartRequest};

use crate::load::Submission;
use crate::{Engine, Load, Origin};

/// How many loads may wait (documented and observed), on top of the one that runs (inferred).
const QUEUE_LIMIT: usize = 64;

/// Who runs and who waits.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    running: Option<LoadId>,
    /// The next one in front.
    waiting: VecDeque<LoadId>,
}

impl Queue {
    /// The gap between two loads counts as busy (inferred).
    fn is_busy(&self) -> bool {
        self.running.is_some() || !self.waiting.is_empty()
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
    pub(super) fn check_capacity(&self, request: &StartRequest) -> Result<(), ApiError> {
        if self.queue.is_busy() && !request.queue_request {
            return Err(ApiError::max_concurrent_loads(&request.source));
        }
        if self.queue.waiting.len() >= QUEUE_LIMIT {
            return Err(ApiError::queue_full(&request.source, QUEUE_LIMIT));
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
        self.queue.is_busy() || (request.queue_request && self.dependencies(&request.dependencies) == Dependency::Open)
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
        self.prepare(&mut submission);
        self.loads.insert(Load::begun(submission, self.now));
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
        let has_failed = |load: &Load| load.is_ended() && *load.status() != LoadStatus::Completed;
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
        self.prepare(&mut submission);
        self.loads.change(&id, |load| load.begin(submission, self.now));
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
            Some(load) if *load.status() == LoadStatus::Completed => Dependency::Satisfied,
            Some(load) if load.origin() == Origin::Scripted && !load.is_ended() => Dependency::Open,
            _ => Dependency::Failed,
        }
    }

    /// What its mode leaves of a load whose turn has come, given the load of the same source that ran last.
    fn prepare(&self, submission: &mut Submission) {
        if submission.mode == LoadMode::New {
            return;
        }
        let ran = |load: &&Load| load.source() == submission.source && load.has_run();
        match self.loads.iter().rev().find(ran).map(Load::status) {
            Some(LoadStatus::Completed) => submission.leave_nothing(),
            None if submission.mode == LoadMode::Resume => submission.make_invalid(),
            _ => {}
        }
    }
}
