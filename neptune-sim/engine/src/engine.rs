//! The loader: commands move it, time moves it, reads look.

use std::collections::VecDeque;
use std::time::Duration;

use neptune_wire::{ApiError, Evidence, ListQuery, LoadId, LoadMode, LoadStatus, StartRequest, StatusPayload, StatusQuery};

use crate::load::Submission;
use crate::random::Random;
use crate::table::Table;
use crate::{DependantsFail, Lifecycle, Load, Origin, Settings, SimTime, UnknownDependency, UnknownIdCode, Workload};

/// How many loads may wait (documented and observed), on top of the one that runs (inferred).
const QUEUE_LIMIT: usize = 64;

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

/// One simulated loader.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    now: SimTime,
    /// Draws load ids.
    random: Random,
    /// Draws request ids. They have a sequence of their own, so that polls do not change the ids of later loads.
    request_ids: Random,
    loads: Table,
    /// Started loads that wait, the next one in front.
    queue: VecDeque<LoadId>,
    /// The started load that runs.
    running: Option<LoadId>,
}

/// Commands and time: what moves the loader.
impl Engine {
    /// A loader without loads, at [`SimTime::START`].
    pub fn new(settings: Settings) -> Self {
        let random = Random::from_seed(settings.seed);
        let request_ids = Random::from_seed(!settings.seed);
        let (now, loads, queue, running) = (SimTime::START, Table::default(), VecDeque::new(), None);
        Self { settings, now, random, request_ids, loads, queue, running }
    }

    /// Lets time pass until `moment`: everything due by then happens, in order. A moment in the past changes nothing.
    pub fn advance_to(&mut self, moment: SimTime) {
        while let Some((at, id)) = self.loads.next_change().filter(|(at, _)| *at <= moment) {
            self.now = self.now.max(at);
            self.load_mut(&id).step();
            self.settle(&id);
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
        let run_number = 1;
        let (origin, dependencies) = (Origin::Scripted, Vec::new());
        let submission = Submission { id, origin, source, run_number, dependencies, lifecycle, workload };
        self.loads.insert(Load::begun(submission, self.now));
        Ok(())
    }

    /// Starts a load, as `POST /loader` does: it runs at once, waits, or is refused.
    ///
    /// # Errors
    /// The error that Neptune answers: another region, an unknown dependency (a quirk), a load that runs already, a full queue.
    pub fn start(&mut self, request: &StartRequest) -> Result<LoadId, ApiError> {
        self.check_region(request)?;
        self.check_dependencies(request)?;
        self.check_capacity(request)?;
        let id = LoadId::new(self.random.uuid());
        let submission = self.submission(id.clone(), request);
        if self.is_busy() {
            self.queue.push_back(id.clone());
            self.loads.insert(Load::queued(submission, self.now));
        } else if self.unsatisfied(&submission.dependencies) {
            self.loads.insert(Load::refused(submission, LoadStatus::DependencyNotSatisfied, self.now));
        } else {
            self.running = Some(id.clone());
            self.loads.insert(Load::begun(submission, self.now));
            self.settle(&id);
        }
        Ok(id)
    }

    /// Cancels a load that has not ended, as `DELETE /loader` does.
    ///
    /// # Errors
    /// The error that Neptune answers when the load is unknown or not active.
    pub fn cancel(&mut self, id: &LoadId) -> Result<(), ApiError> {
        let status = self.settings.quirks.cancelled_word.status();
        let now = self.now;
        if self.load(id).is_none_or(Load::is_ended) {
            // For a cancel the text and the 404 are documented.
            return Err(ApiError { evidence: Evidence::Documented, ..ApiError::load_not_found(id) });
        }
        self.load_mut(id).cut_short(status, now);
        self.queue.retain(|queued| queued != id);
        self.settle(id);
        Ok(())
    }

    /// A fresh request id.
    pub fn draw_request_id(&mut self) -> String {
        self.request_ids.uuid()
    }
}

/// Reads: they take `&self` and move nothing.
impl Engine {
    /// The moment up to which the loader has come.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// The next moment at which something happens by itself.
    pub fn next_change(&self) -> Option<SimTime> {
        self.loads.next_change().map(|(at, _)| at)
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
            UnknownIdCode::NotFound => ApiError::load_not_found(id),
            UnknownIdCode::BadRequest => ApiError::load_id_invalid(id),
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
            Origin::Started => self.settings.quirks.visible_after,
        };
        self.now >= load.submitted().plus(delay)
    }
}

/// The rules of the queue.
impl Engine {
    fn is_busy(&self) -> bool {
        self.running.is_some() || !self.queue.is_empty()
    }

    fn check_region(&self, request: &StartRequest) -> Result<(), ApiError> {
        match &self.settings.region {
            Some(region) if *region != request.region => Err(ApiError::wrong_region(&request.region)),
            _ => Ok(()),
        }
    }

    fn check_dependencies(&self, request: &StartRequest) -> Result<(), ApiError> {
        if self.settings.quirks.unknown_dependency == UnknownDependency::FailsAtTurn {
            return Ok(());
        }
        let unknown = request.dependencies.iter().find(|id| self.loads.get(id).is_none());
        unknown.map_or(Ok(()), |id| Err(ApiError::load_not_found(id)))
    }

    fn check_capacity(&self, request: &StartRequest) -> Result<(), ApiError> {
        if self.is_busy() && !request.queue_request {
            return Err(ApiError::max_concurrent_loads(&request.source));
        }
        if self.queue.len() >= QUEUE_LIMIT {
            return Err(ApiError::queue_full(&request.source, QUEUE_LIMIT));
        }
        Ok(())
    }

    fn submission(&self, id: LoadId, request: &StartRequest) -> Submission {
        let plan = self.settings.plan_for(&request.source);
        let predecessor = match request.mode {
            LoadMode::New => None,
            LoadMode::Resume | LoadMode::Auto => self.loads.iter().rev().find(|load| load.source() == request.source),
        };
        let mut plan = plan.clone();
        if predecessor.is_some_and(|load| *load.status() == LoadStatus::Completed) {
            // Nothing is left to load: the files count, the records do not (inferred).
            plan.workload = Workload { records: 0, duplicates: 0, ..plan.workload };
        }
        if request.mode == LoadMode::Resume && predecessor.is_none() {
            // There is nothing to resume, which shows when the load's turn comes (inferred).
            plan.lifecycle = Lifecycle::ended(LoadStatus::InvalidRequest);
        }
        Submission {
            id,
            origin: Origin::Started,
            source: request.source.clone(),
            run_number: predecessor.map_or(1, |load| load.run_number() + 1),
            dependencies: request.dependencies.clone(),
            lifecycle: plan.lifecycle,
            workload: plan.workload,
        }
    }

    fn unsatisfied(&self, dependencies: &[LoadId]) -> bool {
        dependencies.iter().any(|id| self.loads.get(id).is_none_or(|load| *load.status() != LoadStatus::Completed))
    }

    /// Draws the consequences of a load's change: dependants fail, and the queue moves up.
    fn settle(&mut self, changed: &LoadId) {
        if self.loads.get(changed).is_some_and(|load| !load.is_ended()) {
            return;
        }
        if self.running.as_ref() == Some(changed) {
            self.running = None;
        }
        if self.settings.quirks.dependants_fail == DependantsFail::AtOnce {
            self.fail_dependants();
        }
        self.move_up();
    }

    /// Fails every waiting load that depends on a failed one, and those that depend on it, and so on.
    fn fail_dependants(&mut self) {
        while let Some(place) = self.queue.iter().position(|id| self.is_doomed(id)) {
            if let Some(id) = self.queue.remove(place) {
                self.refuse(&id);
            }
        }
    }

    /// Whether a load it depends on has ended without completing.
    fn is_doomed(&self, id: &LoadId) -> bool {
        let has_failed = |load: &Load| load.is_ended() && *load.status() != LoadStatus::Completed;
        let dependencies = self.loads.get(id).map_or(&[][..], Load::dependencies);
        dependencies.iter().any(|id| self.loads.get(id).is_some_and(has_failed))
    }

    /// Begins the next waiting load, unless one runs. Loads whose turn it is but that cannot run fail on the way.
    fn move_up(&mut self) {
        while self.running.is_none()
            && let Some(id) = self.queue.pop_front()
        {
            let dependencies = self.load_mut(&id).dependencies().to_vec();
            if self.unsatisfied(&dependencies) {
                self.refuse(&id);
                continue;
            }
            let now = self.now;
            let load = self.load_mut(&id);
            load.begin(now);
            if !load.is_ended() {
                self.running = Some(id);
            }
        }
    }

    fn refuse(&mut self, id: &LoadId) {
        let now = self.now;
        self.load_mut(id).cut_short(LoadStatus::DependencyNotSatisfied, now);
    }

    /// A load that the queue, the timetable or the caller has just named.
    fn load_mut(&mut self, id: &LoadId) -> &mut Load {
        self.loads.get_mut(id).expect("only ended loads are forgotten, and this one was just named")
    }
}
