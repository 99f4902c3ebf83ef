//! Commands and time: everything that changes a loader.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use neptune_wire::{LoadId, LoadStatus};

use crate::api::{ApiError, LoadMode, Role, StartFailure, StartRequest};
use crate::engine::{Engine, Health};
use crate::evidence::Evidence;
use crate::lifecycle::Lifecycle;
use crate::load::{Load, Origin, Submission};
use crate::plan::{Course, Plan, Reading};
use crate::quirks::{CancelledWord, Quirks, RestartQueue, RestartRunning};
use crate::random::Uuid;
use crate::time::SimTime;
use crate::workload::Workload;

/// The course of a scripted load, from the moment at which it is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The source that it reports.
    pub source: String,
    /// The statuses it goes through. If it reads its source, they end with `LOAD_IN_PROGRESS`.
    pub lifecycle: Lifecycle,
    /// What it loads.
    pub workload: Workload,
    /// With it, the load reads its source once it is in progress, and goes on as that has it.
    pub reads: Option<Box<StartRequest>>,
    /// How long after it is added its lifecycle begins. Until then nobody can see it.
    pub begins: Duration,
}

impl Script {
    /// A load that begins at once, does not read its source and loads what is loaded by default.
    pub fn new(source: impl Into<String>, lifecycle: Lifecycle) -> Self {
        Self { source: source.into(), lifecycle, workload: Workload::default(), reads: None, begins: Duration::ZERO }
    }
}

/// A load with this id exists already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a load `{0}` already")]
pub struct DuplicateLoadId(pub LoadId);

/// Why a load cannot take another course.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescriptError {
    /// There is no such load.
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
        /// Its status now.
        status: LoadStatus,
        /// The first status of the course.
        first: LoadStatus,
    },
}

impl Engine {
    /// Lets time pass until `moment`: everything due by then happens, in order. A moment in the past changes nothing.
    pub fn advance_to(&mut self, moment: SimTime) {
        while let Some(at) = self.loads.step_until(moment) {
            self.now = self.now.max(at);
            self.run_queue();
        }
        self.now = self.now.max(moment);
    }

    /// Adds a load that follows a lifecycle from now on, or from a later moment.
    ///
    /// # Errors
    /// [`DuplicateLoadId`] if the id is taken.
    pub fn script(&mut self, id: LoadId, script: Script) -> Result<(), DuplicateLoadId> {
        if self.loads.get(&id).is_some() {
            return Err(DuplicateLoadId(id));
        }
        let Script { source, lifecycle, workload, reads, begins } = script;
        let fail_on_error = reads.as_ref().is_none_or(|request| request.fail_on_error);
        let course = match reads {
            Some(request) => Course::Reads(Reading { request: *request, loaded: BTreeSet::new() }.into()),
            None => Course::Lifecycle(lifecycle.clone()),
        };
        let submission = Submission {
            id,
            origin: Origin::Scripted,
            source,
            format: None,
            mode: LoadMode::New,
            fail_on_error,
            run_number: 1,
            dependencies: Vec::new(),
            plan: Plan { course, workload: Arc::new(workload) },
            is_invalid: false,
        };
        self.loads.insert(match begins {
            Duration::ZERO => Load::begun(submission, &lifecycle, self.now),
            later => Load::to_begin(submission, &lifecycle, self.now, self.now.plus(later)),
        });
        self.run_queue();
        Ok(())
    }

    /// Gives a load that has not ended another course and workload from now on. A waiting load follows it when its turn comes,
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
        self.run_queue();
        Ok(())
    }

    /// Starts a load, as `POST /loader` does: it runs at once, waits, or is refused.
    ///
    /// A load that has to wait is not checked against S3 until its turn comes (inferred). It then ends with
    /// `LOAD_FAILED_INVALID_REQUEST`, while a load that runs at once is refused.
    ///
    /// # Errors
    /// The error that Neptune answers: a read replica, a load that runs already, a full queue, another region or role, or what a rule says.
    pub fn start(&mut self, request: &StartRequest) -> Result<LoadId, ApiError> {
        self.start_listed(request, None)
    }

    /// Starts a load whose source was listed: `listed` is the number of files there, which replaces the plan's, or why the start cannot be
    /// executed. The load reads them, unless a rule says how it goes. The cluster's own reasons to refuse it, and those of a rule, come first.
    ///
    /// # Errors
    /// As [`Engine::start`], and the failure in `listed`.
    pub fn start_listed(
        &mut self,
        request: &StartRequest,
        listed: Option<Result<u64, StartFailure>>,
    ) -> Result<LoadId, ApiError> {
        self.check_writer()?;
        self.check_capacity(request)?;
        let waits = self.has_to_wait(request);
        let has_rule = self.settings.rule_for(request).is_some();
        let is_read = listed.is_some() && !has_rule;
        // A load that goes as a rule says needs no bucket that is there.
        let unlisted = listed.and_then(Result::err).filter(|failure| !(has_rule && *failure == StartFailure::BucketNotFound));
        // What a waiting load reads is listed again when its turn has come.
        let failure = self.settings.failure_of(request).or(unlisted.filter(|_| !(waits && is_read)));
        if let Some(failure) = failure.filter(|_| !waits) {
            return Err(failure.error(&request.source, &request.region));
        }
        let mut submission = self.submission(request);
        if is_read {
            submission.plan.course = Course::Reads(Reading { request: request.clone(), loaded: BTreeSet::new() }.into());
        }
        if let Some(Ok(files)) = listed {
            submission.plan.set_files(files);
        }
        submission.is_invalid = failure.is_some();
        let id = submission.id.clone();
        if waits {
            self.enqueue(submission);
        } else {
            self.run(submission);
        }
        self.run_queue();
        Ok(id)
    }

    /// Cancels a load that has not ended, as `DELETE /loader` does.
    ///
    /// # Errors
    /// The error that Neptune answers on a read replica, or when the load is unknown or not active.
    pub fn cancel(&mut self, id: &LoadId) -> Result<(), ApiError> {
        if self.settings.role == Role::Reader {
            return Err(ApiError::cancel_on_reader());
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

    /// Restarts the engine, as a reboot or a failover does. What happens to started loads is unknown, so two quirks decide it.
    /// Scripted loads follow their lifecycle, restart or not.
    pub fn restart(&mut self) {
        self.up_since = self.now;
        if self.settings.quirks.restart_queue == RestartQueue::Lost {
            for id in std::mem::take(&mut self.queue.waiting) {
                self.loads.remove(&id);
            }
        }
        let status = match self.settings.quirks.restart_running {
            RestartRunning::Failed => Some(LoadStatus::Failed),
            RestartRunning::UnexpectedError => Some(LoadStatus::UnexpectedError),
            RestartRunning::GoesOn => None,
        };
        if let (Some(status), Some(id)) = (status, self.queue.running.clone()) {
            self.end(&id, status);
        }
    }

    /// Makes it a writer or a read replica.
    pub fn set_role(&mut self, role: Role) {
        self.settings.role = role;
    }

    /// Sets the health that `/status` reports.
    pub fn set_health(&mut self, health: Health) {
        self.health = health;
    }

    /// Chooses quirks. They hold from now on; what has happened does not change.
    pub fn set_quirks(&mut self, quirks: Quirks) {
        self.settings.quirks = quirks;
    }

    /// A fresh request id. It leaves the ids of later loads alone.
    pub fn draw_request_id(&mut self) -> Uuid {
        self.request_ids.uuid()
    }

    fn check_writer(&self) -> Result<(), ApiError> {
        match self.settings.role {
            Role::Writer => Ok(()),
            Role::Reader => Err(ApiError::start_on_reader()),
        }
    }

    /// Ends a load from outside.
    pub(crate) fn end(&mut self, id: &LoadId, status: LoadStatus) {
        self.loads.change(id, |load| load.cut_short(status, self.now));
        self.run_queue();
    }
}
