//! The state of a cluster that changes: its loader and the faults that begin and end with time, its availability, and the log of its
//! requests.
//!
//! All of it is behind one lock, which only this module uses. Taking the lock returns an [`UpToDate`]: by then everything that was due has
//! happened, in order, at its own time. So the result does not depend on how time passed, on how often the state was read meanwhile, or on
//! what changes next.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use neptune_control::{Availability, Fault, FaultReport, StartClock};
use neptune_fault::{Arrives, FaultError, Faults, Fired, PortFaults, RequestFacts};
use neptune_loader::{
    ApiError, DuplicateLoadId, Engine, Health, LoadId, Plan, Quirks, RescriptError, Role, Script, SimTime, StartFailure,
    StartRequest, Uuid, Workload,
};

use super::clock::{Clock, ClockRunsByItself};
use super::instance_history::{InstanceHistory, ReplicaTime};
use super::outages::{Outage, Outages};
use super::request_log::{Entry, RequestLog};
use super::timeline::LoadTimeline;
use super::wait::{WaitError, WaitFor, missing};
use neptune_scenario::Authentication;
use neptune_scenario::ClockKind;

/// The parts of a cluster that its time moves.
#[derive(Debug)]
pub(super) struct Timed {
    parts: Mutex<Parts>,
    #[cfg(test)]
    locks_taken: std::sync::atomic::AtomicUsize,
}

#[derive(Debug)]
struct Parts {
    clock: Clock,
    engine: Engine,
    faults: Faults,
    /// How many requests a delay holds until when.
    held: BTreeMap<SimTime, usize>,
    availability: Availability,
    outages: Outages,
    instance: InstanceHistory,
    authentication: Arc<Authentication>,
    is_strict: bool,
    log: RequestLog,
    /// Whether loads read their sources: then a manual clock stands still while one is unread.
    reads: bool,
    /// How many commands have changed the loader or its faults: what was foreseen before one may not hold after it.
    commands: u64,
    /// How often something has changed that can be seen from outside, but for the log and for time alone.
    changes: u64,
}

/// What decides the answer to a request: all of it as it was at one moment.
#[derive(Debug)]
pub(crate) struct Decision {
    /// Whether the cluster can be reached.
    pub(crate) availability: Availability,
    /// Whether clients are authenticated.
    pub(crate) authentication: Arc<Authentication>,
    /// Whether careless requests are refused.
    pub(crate) is_strict: bool,
    /// The fault that fires, if the cluster is available.
    pub(crate) fired: Option<Fired>,
    /// For the answer, if no fault fires and the cluster is available.
    pub(crate) wording: Option<Wording>,
}

impl Decision {
    /// Whether clients are checked before they are answered.
    pub(crate) fn checks_clients(&self) -> bool {
        self.is_strict || self.authenticates()
    }

    /// Whether the client gets the answer whole, and as the cluster gives it.
    pub(crate) fn leaves_answer(&self) -> bool {
        self.fired.as_ref().is_none_or(|fired| matches!(fired.effect.traits().arrives, Arrives::Right | Arrives::Other))
    }

    /// Whether clients have to sign.
    pub(crate) fn authenticates(&self) -> bool {
        matches!(*self.authentication, Authentication::On(_))
    }
}

/// What every answer of the cluster has in it.
#[derive(Clone, Debug)]
pub(crate) struct Wording {
    /// That of the request, and the one in the body of a refusal of IAM.
    pub(crate) request_ids: [Uuid; 2],
    /// How answers are worded.
    pub(crate) quirks: Quirks,
}

/// A way to let time pass on a manual clock.
#[derive(Debug)]
pub(crate) enum Passage<'a> {
    /// So much of it.
    By(Duration),
    /// Until something has come true.
    Until(Goal<'a>),
}

impl<'a> Passage<'a> {
    /// Until something has come true.
    pub(crate) fn until(goal: &'a WaitFor) -> Self {
        Self::Until(Goal {
            wanted: goal,
            foreseen: None,
            #[cfg(test)]
            times_foreseen: 0,
        })
    }
}

/// Something that is waited for, and when it comes true.
#[derive(Debug)]
pub(crate) struct Goal<'a> {
    wanted: &'a WaitFor,
    /// Foreseeing visits every change of every load, so the result is kept.
    foreseen: Option<Foreseen>,
    #[cfg(test)]
    times_foreseen: usize,
}

/// A moment that holds as long as no command follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreseen {
    pub(super) moment: SimTime,
    /// How many commands there were before.
    commands: u64,
}

impl Timed {
    pub(super) fn new(clock: Clock, engine: Engine, faults: Faults, reads: bool) -> Self {
        let (availability, authentication, log) = (Availability::default(), Arc::default(), RequestLog::default());
        let (held, is_strict, commands, changes) = (BTreeMap::new(), false, 0, 0);
        let mut instance = InstanceHistory::default();
        instance.begin(engine.role(), engine.up_since(), engine.now());
        Self {
            parts: Mutex::new(Parts {
                clock,
                engine,
                faults,
                held,
                availability,
                outages: Outages::default(),
                instance,
                authentication,
                is_strict,
                log,
                reads,
                commands,
                changes,
            }),
            #[cfg(test)]
            locks_taken: 0.into(),
        }
    }

    /// How often the lock was taken.
    #[cfg(test)]
    pub(super) fn locks_taken(&self) -> usize {
        self.locks_taken.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// All of it, as it is now.
    pub(super) fn up_to_date(&self) -> UpToDate<'_> {
        let mut parts = self.lock();
        parts.catch_up();
        UpToDate(parts)
    }

    /// Reads or writes the log. It does not depend on the time, so nothing has to happen before.
    pub(super) fn with_log<T>(&self, work: impl FnOnce(&mut RequestLog) -> T) -> T {
        work(&mut self.lock().log)
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        #[cfg(test)]
        self.locks_taken.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // A panic inside the engine is a bug; the others' answers are still worth more than none.
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts {
    /// Executes everything that is due by now.
    fn catch_up(&mut self) {
        if self.clock.starts() == StartClock::OnRequest && !self.faults.port(self.clock.now().since_start()).lets_requests_in()
        {
            // The request that is waited for could never come.
            self.clock.start();
            self.changes += 1;
        }
        let (before, now) = (self.engine.now(), self.clock.now());
        while step(&mut self.engine, &self.faults, now) {
            self.changes += 1;
        }
        self.engine.advance_to(now);
        if self.faults.pass(before.since_start(), now.since_start()) {
            self.changes += 1;
        }
    }
}

/// The next moment at which something is due in a loader.
fn next_due(engine: &Engine, faults: &Faults) -> Option<SimTime> {
    [engine.next_change(), next_restart(engine, faults)].into_iter().flatten().min()
}

/// The next moment at which a fault restarts the loader.
fn next_restart(engine: &Engine, faults: &Faults) -> Option<SimTime> {
    faults.next_restart(engine.now().since_start()).map(SimTime::after)
}

/// Goes to the next moment at which something is due in a loader, if that is not too late. Of what is due at one moment, the loads' own
/// changes come first: a load that ends when the engine restarts has ended. Several restarts at one moment are one.
fn step(engine: &mut Engine, faults: &Faults, until: SimTime) -> bool {
    let Some(next) = next_due(engine, faults).filter(|next| *next <= until) else { return false };
    let restarts = next_restart(engine, faults) == Some(next);
    engine.advance_to(next);
    if restarts {
        engine.restart();
    }
    true
}

/// A cluster in which everything has happened that was due. Not to be held across an `await`.
///
/// It reads as an [`Engine`]; what changes the loader goes through the methods here, none of which moves its time.
#[derive(Debug)]
pub(crate) struct UpToDate<'a>(MutexGuard<'a, Parts>);

impl Deref for UpToDate<'_> {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.0.engine
    }
}

/// Time.
impl UpToDate<'_> {
    pub(super) fn clock_kind(&self) -> ClockKind {
        self.0.clock.kind()
    }

    pub(super) fn clock_starts(&self) -> StartClock {
        self.0.clock.starts()
    }

    /// When the clock was to start, whether it has or not.
    pub(super) fn clock_began(&self) -> StartClock {
        self.0.clock.began()
    }

    /// How long it takes until a moment has come; `None` if it does not come by itself.
    pub(super) fn real_time_until(&self, moment: SimTime) -> Option<Duration> {
        self.0.clock.real_time_until(moment)
    }

    /// Starts the clock if it waits for the first request, and returns whether it did.
    pub(super) fn start_clock(&mut self) -> bool {
        let has_started = self.0.clock.start();
        self.0.changes += u64::from(has_started);
        has_started
    }

    pub(super) fn set_clock_kind(&mut self, kind: ClockKind) {
        self.0.changes += 1;
        self.0.clock.set_kind(kind);
    }

    /// Lets time pass on a manual clock, and returns the new time.
    pub(super) fn advance(&mut self, by: Duration) -> Result<SimTime, ClockRunsByItself> {
        let moment = self.now().plus(by);
        self.move_to(moment)
    }

    /// Moves a manual clock to the moment at which something has come true, and returns the time.
    pub(super) fn wait(&mut self, goal: &WaitFor) -> Result<SimTime, WaitError> {
        self.0.clock.check_manual()?;
        let moment = self.foresee(goal)?;
        Ok(self.move_to(moment)?)
    }

    /// Goes on until the passage is over, or until the next moment before that at which the port changes or a held request goes on.
    /// Returns whether it is over.
    pub(super) fn pass(&mut self, passage: &mut Passage<'_>) -> Result<bool, WaitError> {
        self.0.clock.check_manual()?;
        let before = self.now();
        let end = match passage {
            Passage::By(left) => before.plus(*left),
            Passage::Until(goal) => self.end_of(goal)?,
        };
        if self.holds_for_reading() {
            return Ok(false);
        }
        let held = self.0.held.keys().copied().find(|until| *until > before);
        let stops = [self.next_port_change(), held, self.next_reading()];
        let moment = stops.into_iter().flatten().fold(end, SimTime::min);
        let now = self.move_to(moment)?;
        if let Passage::By(left) = passage {
            *left -= now.since(before);
        }
        Ok(now >= end && !self.holds_for_reading())
    }

    /// Whether a source is being read for which a manual clock stands still.
    pub(super) fn holds_for_reading(&self) -> bool {
        self.0.reads && self.unread().is_some()
    }

    /// The next moment at which the turn of a load may come that reads its source.
    fn next_reading(&self) -> Option<SimTime> {
        let may_come = self.0.reads && self.has_waiting();
        if may_come { next_due(self, &self.0.faults) } else { None }
    }

    /// A delay holds a request until then.
    pub(super) fn hold(&mut self, until: SimTime) {
        *self.0.held.entry(until).or_default() += 1;
    }

    /// A request that a delay held until then has been executed, or is lost.
    pub(super) fn let_go(&mut self, until: SimTime) {
        if let Some(count) = self.0.held.get_mut(&until) {
            *count -= 1;
            if *count == 0 {
                self.0.held.remove(&until);
            }
        }
    }

    /// Whether a request is held that is to go on by now.
    pub(super) fn holds_due(&self) -> bool {
        self.0.held.first_key_value().is_some_and(|(until, _)| *until <= self.now())
    }

    fn move_to(&mut self, moment: SimTime) -> Result<SimTime, ClockRunsByItself> {
        self.0.clock.move_to(moment)?;
        self.0.changes += 1;
        self.0.catch_up();
        Ok(self.now())
    }

    /// When the goal is reached, foreseen anew only if a command has come since the last time.
    fn end_of(&self, goal: &mut Goal<'_>) -> Result<SimTime, WaitError> {
        let commands = self.0.commands;
        if let Some(foreseen) = goal.foreseen.filter(|foreseen| foreseen.commands == commands) {
            return Ok(foreseen.moment);
        }
        let moment = self.foresee(goal.wanted)?;
        goal.foreseen = Some(Foreseen { moment, commands });
        #[cfg(test)]
        {
            goal.times_foreseen += 1;
        }
        Ok(moment)
    }

    /// The loader when nothing is due any more, unless a command follows. A load that reads its source stays in progress.
    pub(super) fn at_the_end(&self) -> Engine {
        let mut engine = self.0.engine.clone();
        while step(&mut engine, &self.0.faults, SimTime::after(Duration::MAX)) {}
        engine
    }

    /// When a goal is reached, unless a command follows.
    pub(super) fn foreseen(&self, goal: &WaitFor) -> Result<Foreseen, WaitError> {
        Ok(Foreseen { moment: self.foresee(goal)?, commands: self.0.commands })
    }

    /// Whether no command has followed.
    pub(super) fn still_holds(&self, foreseen: Foreseen) -> bool {
        foreseen.commands == self.0.commands
    }

    /// Runs a copy of the loader forward until the goal is reached.
    fn foresee(&self, goal: &WaitFor) -> Result<SimTime, WaitError> {
        if let WaitFor::At(moment) = goal {
            return Ok(*moment);
        }
        let mut engine = self.0.engine.clone();
        loop {
            let (load, until) = match missing(&engine, goal) {
                Ok(Some(missing)) => missing,
                Ok(None) => return Ok(engine.now()),
                Err(WaitError::UnknownLoad { id, .. }) if self.foreseen_load(&id).is_some() => {
                    return Err(WaitError::Forgotten { id, at: engine.now() });
                }
                Err(error) => return Err(error),
            };
            if self.0.reads && engine.unread().is_some() {
                // What comes then is known when it is read.
                return Ok(engine.now());
            }
            if next_due(&engine, &self.0.faults).is_none() {
                return Err(WaitError::Never { until, load: Box::new(LoadTimeline::of(load, engine.now())) });
            }
            step(&mut engine, &self.0.faults, SimTime::after(Duration::MAX));
        }
    }

    /// Becomes another loader, at that loader's time. The faults stay: what of them is due later than that will happen.
    pub(super) fn import(&mut self, kind: ClockKind, start: StartClock, loader: Engine) {
        let before = self.now();
        let parts = self.command();
        parts.clock = Clock::at(loader.now(), kind, start);
        parts.engine = loader;
        parts.faults.jump(before.since_start(), parts.engine.now().since_start());
        parts.outages.begin(&parts.availability, parts.engine.now());
        parts.instance.begin(parts.engine.role(), parts.engine.up_since(), parts.engine.now());
    }
}

/// Faults.
impl UpToDate<'_> {
    pub(super) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    pub(super) fn add_fault(&mut self, fault: &Fault) -> Result<Vec<FaultReport>, FaultError> {
        let now = self.now();
        let parts = self.command();
        let added = parts.faults.add(fault, now.since_start())?;
        if added.restarts {
            parts.engine.restart();
        }
        Ok(added.reports)
    }

    pub(super) fn remove_fault(&mut self, name: &str) -> usize {
        let now = self.now().since_start();
        self.command().faults.remove(name, now)
    }

    pub(super) fn clear_faults(&mut self) -> usize {
        let now = self.now().since_start();
        self.command().faults.clear(now)
    }

    /// What the faults make of the port now.
    pub(super) fn port_faults(&self) -> PortFaults {
        self.0.faults.port(self.now().since_start())
    }

    /// The next moment at which the port may change.
    pub(super) fn next_port_change(&self) -> Option<SimTime> {
        self.0.faults.next_port_change(self.now().since_start()).map(SimTime::after)
    }
}

/// Commands to the loader: see [`Engine`].
impl UpToDate<'_> {
    /// All of it, to be changed by a command.
    fn command(&mut self) -> &mut Parts {
        self.0.commands += 1;
        self.0.changes += 1;
        &mut self.0
    }

    pub(crate) fn start_listed(
        &mut self,
        request: &StartRequest,
        listed: Option<Result<u64, StartFailure>>,
    ) -> Result<LoadId, ApiError> {
        self.command().engine.start_listed(request, listed)
    }

    pub(super) fn finish_reading(&mut self, id: &LoadId, read: Result<Workload, StartFailure>) {
        self.command().engine.finish_reading(id, read);
    }

    pub(crate) fn cancel(&mut self, id: &LoadId) -> Result<(), ApiError> {
        self.command().engine.cancel(id)
    }

    pub(super) fn script(&mut self, id: LoadId, script: Script) -> Result<(), DuplicateLoadId> {
        self.command().engine.script(id, script)
    }

    pub(super) fn rescript(&mut self, id: &LoadId, plan: Plan) -> Result<(), RescriptError> {
        self.command().engine.rescript(id, plan)
    }

    pub(super) fn restart(&mut self) {
        let now = self.now();
        let parts = self.command();
        parts.engine.restart();
        parts.instance.note_restart(now);
    }

    pub(super) fn set_role(&mut self, role: Role) {
        let now = self.now();
        let parts = self.command();
        parts.engine.set_role(role);
        parts.instance.note_role(role, now);
    }

    pub(super) fn set_health(&mut self, health: Health) {
        self.command().engine.set_health(health);
    }

    pub(super) fn set_quirks(&mut self, quirks: Quirks) {
        self.command().engine.set_quirks(quirks);
    }
}

/// Requests.
impl UpToDate<'_> {
    pub(super) fn decide_on(&mut self, request: &RequestFacts<'_>) -> Decision {
        let is_available = self.0.availability == Availability::Available;
        let now = self.now().since_start();
        let fired = if is_available { self.0.faults.fire(request, now) } else { None };
        let wording = (is_available && fired.is_none()).then(|| self.draw_wording());
        let Parts { availability, authentication, is_strict, .. } = &*self.0;
        let (availability, authentication) = (availability.clone(), Arc::clone(authentication));
        Decision { availability, authentication, is_strict: *is_strict, fired, wording }
    }

    pub(super) fn draw_wording(&mut self) -> Wording {
        let request_ids = [self.0.engine.draw_request_id(), self.0.engine.draw_request_id()];
        Wording { request_ids, quirks: *self.0.engine.quirks() }
    }

    /// Notes a request whose head has arrived, and tells its number.
    pub(super) fn note_arrival(&mut self, entry: Entry) -> u64 {
        let now = self.now();
        self.0.log.open(now, entry)
    }

    /// The log of its requests.
    pub(super) fn log(&self) -> &RequestLog {
        &self.0.log
    }

    /// How often something has changed that can be seen from outside, but for the log and for time alone. What is not yet visible may change
    /// it, too.
    pub(super) fn changes(&self) -> u64 {
        self.0.changes
    }

    pub(super) fn availability(&self) -> &Availability {
        &self.0.availability
    }

    /// When it was not available.
    pub(super) fn outages(&self) -> impl Iterator<Item = &Outage> {
        self.0.outages.all()
    }

    /// When its instance was a read replica.
    pub(super) fn replica_times(&self) -> impl Iterator<Item = ReplicaTime> {
        self.0.instance.replica_times()
    }

    /// When its instance was restarted, but for restarts by faults.
    pub(super) fn restarts(&self) -> impl Iterator<Item = SimTime> {
        self.0.instance.restarts()
    }

    pub(super) fn set_availability(&mut self, availability: Availability) {
        let now = self.now();
        self.0.changes += 1;
        self.0.outages.note(&availability, now);
        self.0.availability = availability;
    }

    pub(crate) fn authentication(&self) -> &Arc<Authentication> {
        &self.0.authentication
    }

    pub(super) fn set_authentication(&mut self, authentication: Authentication) {
        self.0.changes += 1;
        self.0.authentication = Arc::new(authentication);
    }

    pub(super) fn is_strict(&self) -> bool {
        self.0.is_strict
    }

    pub(super) fn set_strict(&mut self, is_strict: bool) {
        self.0.changes += 1;
        self.0.is_strict = is_strict;
    }
}

#[cfg(test)]
mod tests {
    use neptune_fault::FAULT_LIMIT;
    use neptune_loader::{Lifecycle, LoadStatus, Settings};
    use serde_json::json;

    use super::*;

    fn secs(secs: usize) -> Duration {
        Duration::from_secs(secs as u64)
    }

    /// A cluster with a load that runs for so long, and the most faults of the port, one a second.
    fn with_port_faults(runs: Duration) -> Timed {
        let mut engine = Engine::new(Settings::default());
        let lifecycle = Lifecycle::new(vec![(LoadStatus::InProgress, Some(runs)), (LoadStatus::Completed, None)]).unwrap();
        let script = Script::new("s3://bucket/in/", lifecycle);
        engine.script("x".into(), script).unwrap();
        let timed = Timed::new(Clock::new(ClockKind::Manual, StartClock::AtOnce), engine, Faults::new(0), false);
        for n in 1..=FAULT_LIMIT {
            let fault = json!({"does": "refuse", "from": format!("{n}s"), "until": format!("{n}500ms")});
            timed.up_to_date().add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
        }
        timed
    }

    #[test]
    fn a_wait_foresees_its_end_once_and_again_after_a_command() {
        let (timed, goal) = (with_port_faults(secs(FAULT_LIMIT + 1)), WaitFor::AllEnded);
        let mut passage = Passage::until(&goal);
        let mut stops = 0;
        while !timed.up_to_date().pass(&mut passage).unwrap() {
            stops += 1;
            if stops == FAULT_LIMIT {
                timed.up_to_date().cancel(&"x".into()).unwrap();
            }
        }
        let Passage::Until(Goal { foreseen, times_foreseen, .. }) = passage else { unreachable!("it waits for a load") };
        let ended = SimTime::after(secs(FAULT_LIMIT / 2) + Duration::from_millis(500));
        assert_eq!((stops, times_foreseen, foreseen.map(|foreseen| foreseen.moment)), (FAULT_LIMIT, 2, Some(ended)));
    }
}
