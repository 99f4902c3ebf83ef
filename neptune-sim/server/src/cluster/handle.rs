//! One simulated Neptune: its loader, its clock, its availability and what it was asked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::request::Parts;
use neptune_control::{Availability, StartClock};
use neptune_fault::{FaultError, Faults, RequestFacts};
use neptune_loader::quirks::{QuirkError, Quirks};
use neptune_loader::{
    ApiError, DuplicateLoadId, Engine, EngineState, ErrorLog, Health, LoadId, Plan, REMEMBERED_LOADS, RescriptError, Role,
    Script, SimTime, StartFailure, StartRequest, StatusQuery,
};
use tokio::sync::watch;

use super::clock::{Clock, ClockRunsByItself};
use super::loaded::Loaded;
use super::observer::Observer;
use super::proxy::Proxy;
use super::request_log::{Entry, LogPage, RequestHistory, RequestLog};
use super::setup::ClusterSetup;
use super::timed::{Decision, Timed, UpToDate, Wording};
use super::timeline::LoadTimeline;
use super::wait::{WaitError, WaitFor};
use crate::net::{Endpoint, PortHandle, Tls};
use crate::sources::{Sources, SourcesError};
use neptune_scenario::Authentication;
use neptune_scenario::{ClockKind, ClusterSpec, OPEN_LOADS};

/// A request that has arrived.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// Its number in the log.
    pub(crate) number: u64,
    /// When its head had arrived, by the cluster's clock.
    pub(crate) at: SimTime,
    /// What becomes of it, if nothing of it is still to come.
    pub(crate) decision: Option<Decision>,
}

/// A simulated cluster. Clones are the same cluster.
#[derive(Clone, Debug)]
pub struct Cluster(pub(super) Arc<Shared>);

/// What the clones of a cluster share.
#[derive(Debug)]
pub(super) struct Shared {
    name: String,
    endpoint: Endpoint,
    ca_pem: Option<String>,
    host_names: Vec<String>,
    /// Never locked across an `await`: a caller takes the lock, decides, copies the answer and releases the lock.
    timed: Timed,
    /// Signals that the clock was moved, or that faults or availability changed.
    pub(super) changed: watch::Sender<()>,
    sources: Sources,
    /// Another one when the cluster becomes another.
    loaded: Mutex<Loaded>,
    proxy: Option<Proxy>,
    observer: Option<Arc<dyn Observer>>,
    pub(super) port: PortHandle,
}

impl Cluster {
    /// A cluster that answers without sockets, for tests and the fuzzer.
    pub(crate) fn without_port(setup: impl Into<ClusterSetup>) -> Result<Self, SpecError> {
        let endpoint = Endpoint { address: (Ipv4Addr::LOCALHOST, 1).into(), secure: false };
        Self::new(setup.into(), endpoint, None, PortHandle::new().0)
    }

    /// A cluster and the handle of its port. The code that opens the port also closes it while the cluster refuses connections: see
    /// [`Cluster::apply_port_state`]. Its clients must trust the CA of its TLS, if it has one.
    pub(crate) fn new(setup: ClusterSetup, endpoint: Endpoint, tls: Option<&Tls>, port: PortHandle) -> Result<Self, SpecError> {
        let ClusterSetup { spec, proxy, observer } = setup;
        let ClusterSpec {
            name,
            clock,
            start_clock,
            mut settings,
            scripts,
            availability,
            faults,
            tls: _,
            authentication,
            strict,
            s3,
            data,
        } = spec;
        if clock != ClockKind::Manual {
            settings.epoch_secs = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        }
        if let (None, Authentication::On(iam)) = (&settings.region, &authentication) {
            // A cluster is in one region, for signatures as for buckets.
            settings.region = Some(iam.region.clone());
        }
        if scripts.len() > REMEMBERED_LOADS {
            return Err(SpecError::TooManyLoads(scripts.len()));
        }
        let seed = settings.seed;
        let mut engine = Engine::new(settings);
        for (id, script) in scripts {
            engine.script(id, script)?;
        }
        let sources = Sources::new(data, s3)?;
        let timed = Timed::new(Clock::new(clock, start_clock), engine, Faults::new(seed), !sources.is_empty());
        let mut begun = timed.up_to_date();
        begun.set_availability(availability);
        begun.set_authentication(authentication);
        begun.set_strict(strict);
        for fault in &faults {
            begun.add_fault(fault)?;
        }
        drop(begun);
        Ok(Self(Arc::new(Shared {
            name,
            endpoint,
            ca_pem: tls.and_then(Tls::ca_pem).map(str::to_owned),
            host_names: tls.map(Tls::host_names).unwrap_or_default(),
            timed,
            changed: watch::Sender::default(),
            sources,
            loaded: Mutex::default(),
            proxy,
            observer,
            port,
        })))
    }

    /// Whether another handle is of the same cluster. One that was deleted and added again is another.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.endpoint.address
    }

    /// What a client on this machine gives as its endpoint: `http://127.0.0.1:8182`, or with TLS `https://127.0.0.1:8182`.
    pub fn endpoint(&self) -> String {
        self.0.endpoint.to_string()
    }

    /// The name that was given for its certificates, `neptune.example`; of several, the first one that is a whole host name. `None` if there
    /// is none: then clients know it by its address.
    pub fn host_name(&self) -> Option<&str> {
        let is_whole = |name: &&String| !name.starts_with('*') && name.parse::<IpAddr>().is_err();
        self.0.host_names.iter().find(is_whole).map(String::as_str)
    }

    /// What a client gives as its endpoint that knows this machine by a host, which may be an address, one of version 6 in brackets.
    pub(crate) fn endpoint_by(&self, host: &str) -> String {
        self.0.endpoint.by_host(host)
    }

    /// Whether it speaks TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.endpoint.secure
    }

    /// The certificate, as PEM, of the CA that its clients must trust; `None` if it speaks plain HTTP or its certificate was given.
    pub fn ca_pem(&self) -> Option<&str> {
        self.0.ca_pem.as_deref()
    }

    /// The names that it was given for its certificates, in small letters, if a host name is among them; otherwise none.
    pub(crate) fn host_names(&self) -> &[String] {
        &self.0.host_names
    }

    /// Where its ids come from.
    pub fn seed(&self) -> u64 {
        self.engine().settings().seed
    }

    /// What the wall clock read when the cluster began, in seconds since 1970.
    pub fn epoch_secs(&self) -> u64 {
        self.engine().settings().epoch_secs
    }

    /// How its time passes.
    pub fn clock_kind(&self) -> ClockKind {
        self.engine().clock_kind()
    }

    /// Whether its clock still waits for the first request: then [`StartClock::OnRequest`].
    pub fn clock_starts(&self) -> StartClock {
        self.engine().clock_starts()
    }

    /// Changes how its time passes from now on. The time neither jumps nor goes back; what the wall clock read in the beginning stays. A clock
    /// that waits for the first request goes on waiting.
    pub fn set_clock_kind(&self, kind: ClockKind) {
        self.engine().set_clock_kind(kind);
        self.tell_change();
    }

    /// The time by its clock.
    pub fn now(&self) -> SimTime {
        self.engine().now()
    }

    /// The head of a request has arrived: the clock starts if it waits for one, and the log notes it. If nothing of the request is still
    /// to come, what becomes of it is decided at the same moment, by its facts for its number.
    pub(crate) fn arrive<'a>(
        &self,
        head: &Parts,
        load: Option<LoadId>,
        whole: Option<impl FnOnce(u64) -> RequestFacts<'a>>,
    ) -> Arrival {
        let entry = Entry::of(head, load);
        let mut engine = self.engine();
        let (at, has_started) = (engine.now(), engine.start_clock());
        let number = engine.note_arrival(entry);
        let decision = whole.map(|facts| engine.decide_on(&facts(number)));
        drop(engine);
        if has_started {
            self.tell_change();
        }
        Arrival { number, at, decision }
    }

    /// Decides how to answer a request whose body is read.
    pub(crate) fn decide_on(&self, request: &RequestFacts<'_>) -> Decision {
        self.engine().decide_on(request)
    }

    /// Reads or writes the log of requests.
    pub(crate) fn with_log<T>(&self, work: impl FnOnce(&mut RequestLog) -> T) -> T {
        self.0.timed.with_log(work)
    }

    /// New ids for a request, and how its answer is worded.
    pub(crate) fn draw_wording(&self) -> Wording {
        self.engine().draw_wording()
    }

    /// How often the lock of the cluster was taken.
    #[cfg(test)]
    pub(crate) fn locks_taken(&self) -> usize {
        self.0.timed.locks_taken()
    }

    /// Lets time pass on a manual clock, and returns the new time. What is due meanwhile happens, in order. Faults of the port follow a
    /// moment later, or when [`Cluster::apply_port_state`] has returned, and requests that a delay holds go on a moment later, too. The control API goes
    /// from one such moment to the next.
    ///
    /// # Errors
    /// [`ClockRunsByItself`] if the clock is not manual.
    pub fn advance(&self, by: Duration) -> Result<SimTime, ClockRunsByItself> {
        let now = self.engine().advance(by)?;
        self.tell_change();
        Ok(now)
    }

    /// Moves a manual clock to the moment at which something has come true, from one change to the next, and returns the time. If it is
    /// true already, or never will be, nothing moves.
    ///
    /// # Errors
    /// [`WaitError`] if the clock is not manual, the load unknown, or nothing that is due makes it true.
    pub fn wait(&self, goal: &WaitFor) -> Result<SimTime, WaitError> {
        let now = self.engine().wait(goal)?;
        self.tell_change();
        Ok(now)
    }

    /// How its time passes, whether its clock still waits for a request, and everything that its loader is now.
    pub fn export(&self) -> (ClockKind, StartClock, EngineState) {
        let engine = self.engine();
        (engine.clock_kind(), engine.clock_starts(), engine.export())
    }

    /// Makes it a cluster with another loader, at that loader's time, which may be earlier. Its faults stay where they are: one whose time
    /// is later than that begins when it has come, even if it began once before.
    pub fn import(&self, clock: ClockKind, start: StartClock, loader: Engine) {
        self.engine().import(clock, start, loader);
        *self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Loaded::default();
        self.tell_change();
    }

    /// A load with its past, and the future as far as it is known.
    pub fn load(&self, id: &LoadId) -> Option<LoadTimeline> {
        let engine = self.engine();
        engine.load(id).map(|load| LoadTimeline::of(load, engine.now()))
    }

    /// The same, even if no client can see the load yet.
    pub(crate) fn foreseen_load(&self, id: &LoadId) -> Option<LoadTimeline> {
        let engine = self.engine();
        engine.foreseen_load(id).map(|load| LoadTimeline::of(load, engine.now()))
    }

    /// How many entries the error log of a load has, and those of a page, from 1. `None` if there is no such load.
    pub(crate) fn error_log(&self, id: &LoadId, page: u64, limit: u64) -> Option<(u64, Vec<ErrorLog>)> {
        let engine = self.engine();
        let total = engine.load(id)?.logged_errors();
        let query = StatusQuery { details: false, errors: true, page, errors_per_page: limit };
        let entries = engine.status(id, &query).ok()?.errors.map(|page| page.error_logs);
        Some((total, entries.unwrap_or_default()))
    }

    /// A role that a start may name, and the region of the cluster; `None` where it takes any.
    pub(crate) fn role_and_region(&self) -> (Option<String>, Option<String>) {
        let engine = self.engine();
        let settings = engine.settings();
        (settings.iam_roles.as_ref().and_then(|roles| roles.first().cloned()), settings.region.clone())
    }

    /// Every load with its past, and the future as far as it is known.
    pub fn timeline(&self) -> Vec<LoadTimeline> {
        self.snapshot().1
    }

    /// The time and every load at that time, read under one lock: the loads include every change up to that time, and none after it.
    pub(crate) fn snapshot(&self) -> (SimTime, Vec<LoadTimeline>) {
        let engine = self.engine();
        let now = engine.now();
        (now, engine.loads().map(|load| LoadTimeline::of(load, now)).collect())
    }

    /// Whether it can be reached.
    pub fn availability(&self) -> Availability {
        self.engine().availability().clone()
    }

    /// The quirks: the choices on points where Neptune's behaviour is not known.
    pub fn quirks(&self) -> Quirks {
        *self.engine().quirks()
    }

    /// Whether it authenticates its clients.
    pub fn authentication(&self) -> Arc<Authentication> {
        Arc::clone(self.engine().authentication())
    }

    /// Makes it authenticate its clients, or not.
    pub fn set_authentication(&self, authentication: Authentication) {
        self.engine().set_authentication(authentication);
    }

    /// Whether it refuses, with a hint, what only a sloppy client sends.
    pub fn is_strict(&self) -> bool {
        self.engine().is_strict()
    }

    /// Makes it refuse what only a sloppy client sends, or not.
    pub fn set_strict(&self, strict: bool) {
        self.engine().set_strict(strict);
    }

    /// Restarts its engine, as a reboot or a failover does. Two quirks decide what happens to started loads.
    pub fn restart(&self) {
        self.engine().restart();
    }

    /// Its instance: whether it writes, how it is, and since when it is up.
    pub fn instance(&self) -> Instance {
        let engine = self.engine();
        Instance { role: engine.role(), health: engine.health(), up_since: engine.up_since() }
    }

    /// Makes its instance a writer or a read replica.
    pub fn set_role(&self, role: Role) {
        self.engine().set_role(role);
    }

    /// Sets the health of its instance.
    pub fn set_health(&self, health: Health) {
        self.engine().set_health(health);
    }

    /// Makes other choices, all or none, by the names of [`neptune_loader::quirks::QUIRKS`]. What has happened stays as it was.
    ///
    /// # Errors
    /// [`QuirkError`] if there is no such quirk or no such choice.
    pub fn set_quirks<'a>(&self, choices: impl IntoIterator<Item = (&'a str, String)>) -> Result<Quirks, QuirkError> {
        let mut engine = self.engine();
        let mut quirks = *engine.quirks();
        for (name, word) in choices {
            quirks.set(name, &word)?;
        }
        engine.set_quirks(quirks);
        Ok(quirks)
    }

    /// Adds a load whose lifecycle begins now.
    ///
    /// # Errors
    /// [`ScriptError`] if the id is taken, or too many loads have not ended.
    pub fn script(&self, id: &LoadId, script: Script) -> Result<LoadTimeline, ScriptError> {
        let mut engine = self.engine();
        if engine.foreseen_loads().filter(|load| !load.is_ended()).count() >= OPEN_LOADS {
            return Err(ScriptError::TooMany);
        }
        engine.script(id.clone(), script)?;
        Ok(LoadTimeline::of(engine.load(id).expect("a scripted load is visible at once"), engine.now()))
    }

    /// Starts a load, as `POST /loader` does. `listed` is the number of files of its source, or why it cannot be executed, if the cluster
    /// reads sources.
    ///
    /// # Errors
    /// What Neptune answers.
    pub(crate) fn start_listed(
        &self,
        request: &StartRequest,
        listed: Option<Result<u64, StartFailure>>,
    ) -> Result<LoadId, ApiError> {
        let id = self.engine().start_listed(request, listed)?;
        self.loads_have_changed();
        Ok(id)
    }

    /// Cancels a load, as `DELETE /loader/{id}` does.
    ///
    /// # Errors
    /// What Neptune answers.
    pub(crate) fn cancel(&self, id: &LoadId) -> Result<(), ApiError> {
        self.engine().cancel(id)?;
        self.loads_have_changed();
        Ok(())
    }

    /// Replaces the future of a load by the one that the closure makes of it. For a started load in the queue, that future begins at its
    /// turn.
    ///
    /// # Errors
    /// What making it says, or [`RescriptError`] if there is no such load, it has ended, or it cannot go there from where it is.
    pub fn rescript<E: From<RescriptError>>(
        &self,
        id: &LoadId,
        change: impl FnOnce(Plan) -> Result<Plan, E>,
    ) -> Result<LoadTimeline, E> {
        let mut engine = self.engine();
        let load = engine.load(id).ok_or_else(|| RescriptError::Unknown(id.clone()))?;
        let plan = change(load.plan(engine.now()))?;
        engine.rescript(id, plan)?;
        self.loads_have_changed();
        Ok(LoadTimeline::of(engine.load(id).expect("a load that was there stays for a moment"), engine.now()))
    }

    /// What it was asked, and what it answered: the newest requests within 1 MiB, without secrets.
    pub fn requests(&self) -> RequestHistory {
        self.requests_since(0, usize::MAX).history()
    }

    /// The requests from a number on, `most` at most. They are read without holding the log, so that no poll waits for it.
    pub(crate) fn requests_since(&self, number: u64, most: usize) -> LogPage {
        self.with_log(|log| log.since(number, most))
    }

    /// Clears the request log, and returns how many requests were in it.
    pub fn clear_requests(&self) -> u64 {
        self.with_log(RequestLog::clear)
    }

    /// Where its answers come from, if not from a loader of its own.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.0.proxy.as_ref()
    }

    /// The object that learns of its requests, if there is one.
    pub(crate) fn observer(&self) -> Option<&dyn Observer> {
        self.0.observer.as_deref()
    }

    /// The S3 server whose objects loads read, if there is one.
    pub fn s3_endpoint(&self) -> Option<String> {
        self.sources().s3().map(ToString::to_string)
    }

    /// The buckets that are not on an S3 server, each with where its objects are, for people.
    pub fn buckets(&self) -> impl Iterator<Item = (&str, String)> {
        self.sources().described()
    }

    /// Where the objects are that loads read.
    pub(crate) fn sources(&self) -> &Sources {
        &self.0.sources
    }

    /// What was loaded.
    pub(super) fn loaded(&self) -> Loaded {
        self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The loader, as of now. Do not hold it across an `await`.
    pub(crate) fn engine(&self) -> UpToDate<'_> {
        self.0.timed.up_to_date()
    }

    /// Wakes every task that waits for the clock, for other faults or for another availability.
    pub(super) fn tell_change(&self) {
        self.0.changed.send_replace(());
    }

    /// Wakes what reads sources, if there are any: the turn of another load may have come, or the one that is read may have ended.
    pub(crate) fn loads_have_changed(&self) {
        if !self.sources().is_empty() {
            self.tell_change();
        }
    }
}

/// Why a cluster cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpecError {
    /// Two scripted loads have one id.
    #[error(transparent)]
    Load(#[from] DuplicateLoadId),
    /// More loads are scripted than a loader remembers.
    #[error("{0} loads are scripted: {REMEMBERED_LOADS} are the most")]
    TooManyLoads(usize),
    /// A fault is impossible.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// A folder is not there, or the S3 server's CA cannot be trusted.
    #[error(transparent)]
    Sources(#[from] SourcesError),
}

/// The instance behind a cluster's endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Whether it is a writer or a read replica.
    pub role: Role,
    /// How it is.
    pub health: Health,
    /// When it started: at the beginning, or at its last restart.
    pub up_since: SimTime,
}

/// Why a load cannot be scripted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The id is taken.
    #[error(transparent)]
    Duplicate(#[from] DuplicateLoadId),
    /// Too many have not ended.
    #[error("{OPEN_LOADS} loads have not ended yet: cancel some, or let time pass")]
    TooMany,
}

#[cfg(test)]
mod tests {
    use neptune_loader::{Lifecycle, LoadStatus, StartRequest};
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::cluster::wait::WaitUntil;

    fn script(stages: &[(&str, u64)]) -> Script {
        let stage = |(word, secs): &(&str, u64)| (LoadStatus::from(*word), (*secs > 0).then(|| Duration::from_secs(*secs)));
        let lifecycle = Lifecycle::new(stages.iter().map(stage).collect()).unwrap();
        Script::new("s3://bucket/in/", lifecycle)
    }

    fn cluster(clock: ClockKind) -> Cluster {
        let scripts = vec![
            ("quick".into(), script(&[("LOAD_IN_PROGRESS", 2), ("LOAD_COMPLETED", 0)])),
            ("slow".into(), script(&[("LOAD_IN_QUEUE", 3), ("LOAD_IN_PROGRESS", 60), ("LOAD_FAILED", 0)])),
            ("stuck".into(), script(&[("LOAD_IN_QUEUE", 0)])),
        ];
        let spec = ClusterSpec { scripts, ..ClusterSpec::new("test", clock) };
        Cluster::without_port(spec).unwrap()
    }

    fn after(secs: u64) -> SimTime {
        SimTime::after(Duration::from_secs(secs))
    }

    #[rstest]
    #[case::finished("quick", "finished", 2)]
    #[case::a_status_on_the_way("slow", "LOAD_IN_PROGRESS", 3)]
    #[case::the_last_status("slow", "LOAD_FAILED", 63)]
    #[case::true_already("slow", "LOAD_IN_QUEUE", 0)]
    fn waiting_jumps_to_the_moment(#[case] load: &str, #[case] until: &str, #[case] secs: u64) {
        let cluster = cluster(ClockKind::Manual);
        assert_eq!(cluster.wait(&WaitFor::Load(load.into(), until.parse().unwrap())), Ok(after(secs)));
        assert_eq!(cluster.now(), after(secs));
    }

    #[rstest]
    #[case::another_end(
        "quick",
        "LOAD_FAILED",
        "the load `quick` will never be LOAD_FAILED: LOAD_IN_PROGRESS at 0s, LOAD_COMPLETED at 2s"
    )]
    #[case::nothing_due("stuck", "finished", "the load `stuck` will never be finished: LOAD_IN_QUEUE at 0s; nothing is due")]
    #[case::unknown("slwo", "finished", "there is no load `slwo` (there are: quick, slow, stuck)")]
    fn a_wait_in_vain_says_where_the_load_stands_and_moves_nothing(
        #[case] load: &str,
        #[case] until: &str,
        #[case] message: &str,
    ) {
        let cluster = cluster(ClockKind::Manual);
        let error = cluster.wait(&WaitFor::Load(load.into(), until.parse().unwrap())).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(cluster.now(), SimTime::START);
    }

    #[test]
    fn a_clock_that_runs_by_itself_does_not_jump() {
        let error = cluster(ClockKind::Real).wait(&WaitFor::AllEnded).unwrap_err();
        assert_eq!(error.to_string(), "the clock is `real` and runs by itself: only a `manual` clock can be moved");
    }

    #[test]
    fn a_started_load_can_be_waited_for_though_others_run_before_it() {
        let cluster = cluster(ClockKind::Manual);
        let request =
            json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1", "queueRequest": true});
        let request = StartRequest::from_parameters(request.as_object().unwrap()).unwrap();
        cluster.engine().start_listed(&request, None).unwrap();
        let second = cluster.engine().start_listed(&request, None).unwrap();
        assert_eq!(cluster.wait(&WaitFor::Load(second, WaitUntil::Finished)), Ok(after(10)));
    }

    #[test]
    fn all_loads_can_be_waited_for() {
        let cluster = cluster(ClockKind::Manual);
        let error = cluster.wait(&WaitFor::AllEnded).unwrap_err();
        assert!(error.to_string().starts_with("the load `stuck` will never be finished: "), "{error}");
        assert_eq!(cluster.now(), SimTime::START);
        cluster.engine().cancel(&"stuck".into()).unwrap();
        assert_eq!(cluster.wait(&WaitFor::AllEnded), Ok(after(63)));
    }

    #[test]
    fn a_moment_can_be_waited_for_and_is_not_waited_for_twice() {
        let cluster = cluster(ClockKind::Manual);
        assert_eq!(cluster.wait(&WaitFor::At(after(90))), Ok(after(90)));
        assert_eq!(cluster.wait(&WaitFor::At(after(5))), Ok(after(90)));
        assert_eq!(cluster.load(&"slow".into()).unwrap().status(), &LoadStatus::Failed);
    }

    #[test]
    fn a_timeline_tells_past_and_future() {
        let cluster = cluster(ClockKind::Manual);
        cluster.advance(Duration::from_secs(4)).unwrap();
        let reported: Vec<String> = cluster.timeline().iter().map(|load| format!("{}: {load}", load.id)).collect();
        assert_eq!(
            reported,
            [
                "quick: LOAD_IN_PROGRESS at 0s, LOAD_COMPLETED at 2s",
                "slow: LOAD_IN_QUEUE at 0s, LOAD_IN_PROGRESS at 3s; then LOAD_FAILED at 63s",
                "stuck: LOAD_IN_QUEUE at 0s; nothing is due",
            ]
        );
    }

    #[test]
    fn only_a_manual_clock_keeps_the_epoch_of_the_settings() {
        assert_eq!(cluster(ClockKind::Manual).epoch_secs(), neptune_loader::Settings::default().epoch_secs);
        assert_ne!(cluster(ClockKind::Real).epoch_secs(), neptune_loader::Settings::default().epoch_secs);
    }
}
