//! The loader: commands move it, time moves it, reads look.

mod queue;

use std::time::Duration;

use neptune_wire::quirks::{CancelledWord, Quirks, UnknownId};
use neptune_wire::{ApiError, Evidence, ListQuery, LoadId, LoadMode, LoadStatus, StartRequest, StatusPayload, StatusQuery};

use self::queue::Queue;
use crate::load::Submission;
use crate::random::Random;
use crate::table::Table;
use crate::{Lifecycle, LifecycleErrorKind, Load, Origin, Plan, Settings, SimTime, Workload};

/// What a scripted load does, from the moment it is scripted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// What it claims to load.
    pub source: String,
    /// The statuses it goes through.
    pub lifecycle: Lifecycle,
    /// What it loads.
    pub workload: Workload,
}

/// A load with this id exists already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a load `{0}` already")]
pub struct DuplicateLoadId(pub LoadId);

/// What is ahead of a load cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescriptError {
    /// There is no such load, or it cannot be seen yet.
    #[error("there is no load `{0}`")]
    Unknown(LoadId),
    /// What has ended stays so.
    #[error("the load `{0}` has ended: nothing can become of it any more")]
    Ended(LoadId),
    /// The first status cannot follow the one that holds now.
    #[error(transparent)]
    Order(LifecycleErrorKind),
}

/// One simulated loader.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    now: SimTime,
    load_ids: Random,
    /// Apart from the load ids: how many requests were answered must not decide what the next load is called.
    request_ids: Random,
    loads: Table,
    queue: Queue,
}

/// Commands and time: what moves the loader.
impl Engine {
    /// A loader without loads, at [`SimTime::START`].
    pub fn new(settings: Settings) -> Self {
        let (load_ids, request_ids) = (Random::from_seed(settings.seed), Random::from_seed(!settings.seed));
        let (loads, queue) = (Table::default(), Queue::default());
        Self { settings, now: SimTime::START, load_ids, request_ids, loads, queue }
    }

    /// Lets time pass until `moment`: everything due by then happens, in order. A moment in the past changes nothing.
    pub fn advance_to(&mut self, moment: SimTime) {
        while let Some(at) = self.loads.step_until(moment) {
            self.now = self.now.max(at);
            self.settle();
        }
        self.now = self.now.max(moment);
    }

    /// Adds a load that plays a lifecycle from now on.
    ///
    /// # Errors
    /// [`DuplicateLoadId`] if the id is taken.
    pub fn script(&mut self, id: LoadId, script: Script) -> Result<(), DuplicateLoadId> {
        if self.loads.get(&id).is_some() {
            return Err(DuplicateLoadId(id));
        }
        let Script { source, lifecycle, workload } = script;
        let (mode, run_number, dependencies) = (LoadMode::New, 1, Vec::new());
        let submission =
            Submission { id, origin: Origin::Scripted, source, mode, run_number, dependencies, lifecycle, workload };
        self.loads.insert(Load::begun(submission, self.now));
        self.settle();
        Ok(())
    }

    /// Starts a load, as `POST /loader` does: it runs at once, waits, or is refused.
    ///
    /// A load that has to wait is not looked at closely until its turn comes (inferred): it then ends with
    /// `LOAD_FAILED_INVALID_REQUEST` where one that runs at once is refused.
    ///
    /// # Errors
    /// The error that Neptune answers: a load that runs already, a full queue, an unknown dependency (a quirk), another region.
    pub fn start(&mut self, request: &StartRequest) -> Result<LoadId, ApiError> {
        self.check_capacity(request)?;
        self.check_dependencies(request)?;
        let waits = self.has_to_wait(request);
        if !waits && self.is_elsewhere(request) {
            return Err(ApiError::wrong_region(&request.region));
        }
        let id = self.unused_load_id();
        let submission = self.submission(id.clone(), request);
        if waits {
            self.line_up(submission);
        } else {
            self.run(submission);
        }
        self.settle();
        Ok(id)
    }

    /// Cancels a load that has not ended, as `DELETE /loader` does.
    ///
    /// # Errors
    /// The error that Neptune answers when the load is unknown or not active.
    pub fn cancel(&mut self, id: &LoadId) -> Result<(), ApiError> {
        if self.load(id).is_none_or(Load::is_ended) {
            // For a cancel the text and the 404 are documented.
            return Err(ApiError { evidence: Evidence::Documented, ..ApiError::load_not_found(id) });
        }
        let status = match self.settings.quirks.cancelled_word {
            CancelledWord::ByUser => LoadStatus::CancelledByUser,
            CancelledWord::Bare => LoadStatus::Other("LOAD_CANCELLED".to_owned()),
        };
        self.loads.change(id, |load| load.cut_short(status, self.now));
        self.settle();
        Ok(())
    }

    /// Replaces what is ahead of a load. Of a started load that waits, it is what happens at its turn; of any other, the plan begins now.
    ///
    /// # Errors
    /// [`RescriptError`] if there is no such load, it has ended, or it cannot go there from where it is.
    pub fn rescript(&mut self, id: &LoadId, plan: Plan) -> Result<(), RescriptError> {
        let load = self.load(id).ok_or_else(|| RescriptError::Unknown(id.clone()))?;
        load.check_plan(&plan)?;
        self.loads.change(id, |load| load.rescript(plan, self.now));
        self.settle();
        Ok(())
    }

    /// Makes other choices about what nobody knows. What has happened stays as it was.
    pub fn set_quirks(&mut self, quirks: Quirks) {
        self.settings.quirks = quirks;
    }

    /// A fresh request id. It leaves the ids of later loads alone.
    pub fn draw_request_id(&mut self) -> String {
        self.request_ids.uuid()
    }

    /// A scripted load may have taken the next id: whoever knows the seed can tell it in advance.
    fn unused_load_id(&mut self) -> LoadId {
        loop {
            let id = LoadId::new(self.load_ids.uuid());
            if self.loads.get(&id).is_none() {
                return id;
            }
        }
    }

    fn submission(&self, id: LoadId, request: &StartRequest) -> Submission {
        let plan = self.settings.plan_for(&request.source).clone();
        let mut submission = Submission {
            id,
            origin: Origin::Started,
            source: request.source.clone(),
            mode: request.mode,
            run_number: self.run_number(request),
            dependencies: request.dependencies.clone(),
            lifecycle: plan.lifecycle,
            workload: plan.workload,
        };
        if self.is_elsewhere(request) {
            submission.make_invalid();
        }
        submission
    }

    fn is_elsewhere(&self, request: &StartRequest) -> bool {
        self.settings.region.as_ref().is_some_and(|region| *region != request.region)
    }

    /// One more than the latest load of the source, unless that is ignored (documented) or never became a run (inferred).
    fn run_number(&self, request: &StartRequest) -> u64 {
        if request.mode == LoadMode::New {
            return 1;
        }
        let is_earlier_run = |load: &&Load| load.source() == request.source && !load.was_refused();
        self.loads.iter().rev().find(is_earlier_run).map_or(1, |load| load.run_number().saturating_add(1))
    }
}

/// Reads: they take `&self` and move nothing.
impl Engine {
    /// The moment up to which the loader has come.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// What is chosen where nobody knows.
    pub fn quirks(&self) -> Quirks {
        self.settings.quirks
    }

    /// The next moment at which something happens by itself.
    pub fn next_change(&self) -> Option<SimTime> {
        self.loads.next_change()
    }

    /// A load that can be seen.
    pub fn load(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(id).filter(|load| self.is_visible(load))
    }

    /// Every load that can be seen, in the order in which they came.
    pub fn loads(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter().filter(|load| self.is_visible(load))
    }

    /// The payload of a status answer.
    ///
    /// # Errors
    /// The error that Neptune answers for an unknown id.
    pub fn status(&self, id: &LoadId, query: &StatusQuery) -> Result<StatusPayload, ApiError> {
        let load = self.load(id).ok_or_else(|| match self.settings.quirks.unknown_id {
            UnknownId::NotFound => ApiError::load_not_found(id),
            UnknownId::BadRequest => ApiError::load_id_invalid(id),
        })?;
        Ok(load.payload(*query, self.now, &self.settings))
    }

    /// The ids of a list answer: waiting loads first, the latest of them first (documented); then the others, the latest first.
    pub fn list(&self, query: ListQuery) -> Vec<LoadId> {
        let (queued, others): (Vec<&Load>, Vec<&Load>) =
            self.loads().rev().partition(|load| *load.status() == LoadStatus::InQueue);
        let queued = queued.into_iter().filter(|_| query.include_queued_loads);
        queued.chain(others).take(query.limit).map(|load| load.id().clone()).collect()
    }

    fn is_visible(&self, load: &Load) -> bool {
        let delay = match load.origin() {
            Origin::Scripted => Duration::ZERO,
            Origin::Started => Duration::from_secs(self.settings.quirks.visible_after_seconds.into()),
        };
        self.now >= load.submitted().plus(delay)
    }
}
