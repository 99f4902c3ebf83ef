//! The loader: commands move it, time moves it, reads look.

mod queue;
mod resume;
mod state;

use std::sync::Arc;
use std::time::Duration;

use crate::quirks::{CancelledWord, QueuedS3Checks, ReaderCheck, RestartQueue, RestartRunning, UnknownId};
use crate::{ApiError, Evidence, ListQuery, LoadMode, Quirks, Role, StartFailure, StartRequest, StatusPayload, StatusQuery};
use neptune_wire::{LoadId, LoadStatus};
use serde::{Deserialize, Serialize};

use self::queue::Queue;
pub use self::state::{EngineState, StateError};
use crate::load::Submission;
use crate::random::Random;
use crate::table::Table;
use crate::{Course, Lifecycle, Load, Origin, Plan, Settings, SimTime, Workload};

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

/// Why a load cannot take another course.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescriptError {
    /// Nobody knows it.
    #[error("there is no load `{0}`")]
    Unknown(LoadId),
    /// It has ended, and a load ends once.
    #[error("the load `{id}` has ended with {status}: script or start another one")]
    Ended {
        /// Which load.
        id: LoadId,
        /// How it ended.
        status: LoadStatus,
    },
    /// It would have to go back.
    #[error("the load `{id}` is at {status} and cannot go back to {first}")]
    Backward {
        /// Which load.
        id: LoadId,
        /// Where it is.
        status: LoadStatus,
        /// Where the course begins.
        first: LoadStatus,
    },
}

/// How the engine as a whole is, as `/status` tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// It is well.
    #[default]
    Healthy,
    /// It recovers from a shutdown with open transactions, and rolls back so many of them.
    Recovery {
        /// How many. None: nothing is told about them.
        rolling_back: u64,
    },
}

/// One simulated loader.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    now: SimTime,
    /// When the engine started: at the beginning, or at its last restart.
    up_since: SimTime,
    health: Health,
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
        let (now, up_since, health) = (SimTime::START, SimTime::START, Health::Healthy);
        Self { settings, now, up_since, health, load_ids, request_ids, loads: Table::default(), queue: Queue::default() }
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
        let submission = Submission {
            id,
            origin: Origin::Scripted,
            source,
            format: None,
            mode: LoadMode::New,
            fail_on_error: true,
            run_number: 1,
            dependencies: Vec::new(),
            plan: Plan { course: Course::Lifecycle(lifecycle.clone()), workload: Arc::new(workload) },
            is_invalid: false,
            replaces: None,
        };
        self.loads.insert(Load::begun(submission, &lifecycle, self.now));
        self.settle();
        Ok(())
    }

    /// Gives a load that has not ended another course from now on, and other work. One that waits takes it when its turn comes,
    /// whatever was loaded before.
    ///
    /// # Errors
    /// [`RescriptError`] if the load is unknown, has ended or would have to go back; nothing is changed then.
    pub fn rescript(&mut self, id: &LoadId, plan: Plan) -> Result<(), RescriptError> {
        let load = self.loads.get(id).ok_or_else(|| RescriptError::Unknown(id.clone()))?;
        let (id, status) = (id.clone(), load.status().clone());
        if load.is_ended() {
            return Err(RescriptError::Ended { id, status });
        }
        if load.is_waiting() {
            self.loads.change(&id, |load| load.set_plan(plan));
            return Ok(());
        }
        let lifecycle = self.lifecycle(&plan, load.submission().fail_on_error);
        let first = lifecycle.first().clone();
        if status.is_documented() && first.is_documented() && first.rank() < status.rank() {
            return Err(RescriptError::Backward { id, status, first });
        }
        self.loads.change(&id, |load| {
            load.set_plan(plan);
            load.play(&lifecycle, self.now);
        });
        self.settle();
        Ok(())
    }

    /// Starts a load, as `POST /loader` does: it runs at once, waits, or is refused.
    ///
    /// A load that has to wait is not looked at closely until its turn comes (inferred; a quirk): it then ends with
    /// `LOAD_FAILED_INVALID_REQUEST` where one that runs at once is refused.
    ///
    /// # Errors
    /// The error that Neptune answers: a read replica, a load that runs already, a full queue, an unknown dependency, nothing to
    /// resume (both quirks), another region or role, or what a rule says.
    pub fn start(&mut self, request: &StartRequest) -> Result<LoadId, ApiError> {
        self.start_listed(request, None)
    }

    /// Starts a load whose source somebody has listed: how many files there are, whatever the plan of the load says, or why the start
    /// cannot be executed. The cluster's own reasons, and those of a rule, come first.
    ///
    /// # Errors
    /// As [`Engine::start`], and what the list says.
    pub fn start_listed(
        &mut self,
        request: &StartRequest,
        listed: Option<Result<u64, StartFailure>>,
    ) -> Result<LoadId, ApiError> {
        self.check_writer()?;
        let request = &self.read_dependencies(request)?;
        self.check_capacity(request)?;
        self.check_dependencies(request)?;
        self.check_predecessor(request)?;
        let waits = self.has_to_wait(request);
        let (files, unlisted) = listed.transpose().map_or_else(|failure| (None, Some(failure)), |files| (files, None));
        let failure = self.settings.failure_of(request).or(unlisted);
        let is_told_now = !waits || self.settings.quirks.queued_s3_checks == QueuedS3Checks::AtOnce;
        if let Some(failure) = failure.filter(|_| is_told_now) {
            return Err(failure.error(&request.source, &request.region, self.settings.quirks.error_wording));
        }
        let mut submission = self.submission(request);
        if let Some(files) = files {
            submission.plan.set_files(files);
        }
        submission.is_invalid = failure.is_some();
        let id = submission.id.clone();
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
    /// The error that Neptune answers on a read replica, or when the load is unknown or not active.
    pub fn cancel(&mut self, id: &LoadId) -> Result<(), ApiError> {
        if self.settings.role == Role::Reader {
            return Err(ApiError::cancel_on_reader(self.settings.quirks.reader_error));
        }
        if self.load(id).is_none_or(Load::is_ended) {
            // For a cancel the text and the 404 are documented.
            return Err(ApiError { evidence: Evidence::Documented, ..ApiError::load_not_found(id) });
        }
        let status = match self.settings.quirks.cancelled_word {
            CancelledWord::ByUser => LoadStatus::CancelledByUser,
            CancelledWord::Bare => LoadStatus::Other("LOAD_CANCELLED".to_owned()),
        };
        self.end(id, status);
        Ok(())
    }

    /// Restarts the engine, as a reboot or a failover does. What that makes of started loads is unknown, so two quirks say it.
    /// Scripted loads do as they are told, restart or not.
    pub fn restart(&mut self) {
        self.up_since = self.now;
        if self.settings.quirks.restart_queue == RestartQueue::Lost {
            for id in self.queue.clear() {
                self.loads.remove(&id);
            }
        }
        let status = match self.settings.quirks.restart_running {
            RestartRunning::Failed => Some(LoadStatus::Failed),
            RestartRunning::UnexpectedError => Some(LoadStatus::UnexpectedError),
            RestartRunning::GoesOn => None,
        };
        if let (Some(status), Some(id)) = (status, self.queue.running()) {
            self.end(&id, status);
        }
    }

    /// Makes it a writer or a read replica.
    pub fn set_role(&mut self, role: Role) {
        self.settings.role = role;
    }

    /// Makes it well or not.
    pub fn set_health(&mut self, health: Health) {
        self.health = health;
    }

    /// Chooses quirks. They hold from now on; what has happened stays as it is.
    pub fn set_quirks(&mut self, quirks: Quirks) {
        self.settings.quirks = quirks;
    }

    /// A fresh request id. It leaves the ids of later loads alone.
    pub fn draw_request_id(&mut self) -> String {
        self.request_ids.uuid()
    }

    /// Refuses starts on a read replica. [`Engine::start`] does so by itself; whoever reads the parameters of a start asks first, if the
    /// quirk says that the replica does.
    ///
    /// # Errors
    /// The error that a read replica answers.
    pub fn check_before_parameters(&self) -> Result<(), ApiError> {
        match self.settings.quirks.reader_check {
            ReaderCheck::AfterParameters => Ok(()),
            ReaderCheck::BeforeParameters => self.check_writer(),
        }
    }

    fn check_writer(&self) -> Result<(), ApiError> {
        match self.settings.role {
            Role::Writer => Ok(()),
            Role::Reader => Err(ApiError::start_on_reader(self.settings.quirks.reader_error)),
        }
    }

    /// Ends a load from outside.
    fn end(&mut self, id: &LoadId, status: LoadStatus) {
        self.loads.change(id, |load| load.cut_short(status, self.now));
        self.settle();
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
}

/// Reads: they take `&self` and move nothing.
impl Engine {
    /// The moment up to which the loader has come.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// When the engine started: at the beginning, or at its last restart.
    pub fn up_since(&self) -> SimTime {
        self.up_since
    }

    /// Whether it is a writer or a read replica.
    pub fn role(&self) -> Role {
        self.settings.role
    }

    /// How it is.
    pub fn health(&self) -> Health {
        self.health
    }

    /// The quirks that hold.
    pub fn quirks(&self) -> &Quirks {
        &self.settings.quirks
    }

    /// The next moment at which something happens by itself.
    pub fn next_change(&self) -> Option<SimTime> {
        self.loads.next_change()
    }

    /// A load that can be seen.
    pub fn load(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(id).filter(|load| self.is_visible(load))
    }

    /// A load, even if it cannot be seen yet.
    pub fn foreseen_load(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(id)
    }

    /// Every load, even those that cannot be seen yet, in the order in which they came.
    pub fn foreseen_loads(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter()
    }

    /// Every load that can be seen, in the order in which they came.
    pub fn loads(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter().filter(|load| self.is_visible(load))
    }

    /// The payload of a status answer.
    ///
    /// # Errors
    /// The error that Neptune answers for an unknown id, or for a page beyond the last one (a quirk).
    pub fn status(&self, id: &LoadId, query: &StatusQuery) -> Result<StatusPayload, ApiError> {
        let load = self.load(id).ok_or_else(|| match self.settings.quirks.unknown_id {
            UnknownId::NotFound => ApiError::load_not_found(id),
            UnknownId::BadRequest => ApiError::load_id_invalid(id),
        })?;
        load.payload(*query, self.now, &self.settings)
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
