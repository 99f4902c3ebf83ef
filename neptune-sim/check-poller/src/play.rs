//! Plays one case: a cluster of its own, the poller, and what was seen.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neptune_loader::{Script, Settings};
use neptune_scenario::AccessKeys;
use neptune_server::{Authentication, ClockKind, ClusterSetup, ClusterSpec, Iam, Sim, SimOptions};
use tokio::sync::{Notify, Semaphore};

use crate::address::{ACCESS_KEY, Address, REGION};
use crate::case::{Case, Outcome};
use crate::ending::{End, Ending, How, PlayError, Run};
use crate::expression::{Expressions, Said};
use crate::poller::{Poller, Subject};
use crate::watch::{Notes, Watch};

/// The id of every case's load: it has the form of Neptune's.
pub(crate) const LOAD: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";
/// How long the other pollers wait for the first request of one. If it runs for so long, it can be started.
pub(crate) const FIRST_REQUEST: Duration = Duration::from_secs(5);
/// How long it may keep others from starting. Many pollers pause before their first request.
const TURN: Duration = Duration::from_millis(500);
/// How long a poller rests that has said `pending`, before it is run again.
const REST: Duration = Duration::from_millis(50);
/// How often in a row a function may raise an error that `--pending` knows. One more is a failure, as for a Retry rule of a state machine,
/// which has an end, too.
const ERRORS_IN_A_ROW: u32 = 2;

/// How pollers are run, the same for every case.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    /// Where each case has a simulator of its own.
    pub(crate) options: SimOptions,
    pub(crate) subject: &'a Subject,
    /// How many pollers may start at a time: more would keep each other, and those that wait for a time limit, from going on.
    pub(crate) starts: Semaphore,
    pub(crate) expressions: Expressions,
    pub(crate) patience: Duration,
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) iam: bool,
}

/// What was seen of a poller in a case.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Its requests, and what it was answered.
    pub notes: Notes,
    /// How it ended.
    pub ending: Ending,
    /// Whether it is a function.
    pub is_function: bool,
    /// The end of its standard output, 64 KiB at most; of a function, its answer. If it was run several times, that of the last run.
    pub stdout: String,
    /// The end of its standard error; of a function, its log.
    pub stderr: String,
    /// How often it was run: more than once if it said that the load was pending.
    pub runs: u64,
    /// How long all of it took.
    pub took: Duration,
}

impl Bench<'_> {
    /// Plays a case. `begun` is signalled when the poller has sent its first request or has ended.
    ///
    /// # Errors
    /// [`PlayError`] if cluster or poller cannot be started, or do not end.
    pub(crate) async fn play(&self, case: &Case, begun: &Notify) -> Result<Observation, PlayError> {
        let watch = Arc::new(Watch::new(LOAD, case));
        let sim = Sim::start_with(self.setup(case, &watch), self.options.clone()).await?;
        let mut poller = self.subject.at(Address::of(sim.first(), LOAD, self.ca_file), &self.starts).await?;
        // A poller that waits for its turn does not wait for an answer.
        let turn = if self.subject.is_function() { None } else { self.starts.acquire().await.ok() };
        watch.begin();
        let started = Notify::new();
        let observed = async {
            let observed = self.watch_runs(case, &watch, &mut poller, &started).await;
            started.notify_one();
            observed
        };
        let starts = async {
            let is_quick = tokio::time::timeout(TURN, started.notified()).await.is_ok();
            drop(turn);
            if !is_quick {
                let _ = tokio::time::timeout(FIRST_REQUEST, started.notified()).await;
            }
            begun.notify_one();
        };
        let (observed, ()) = tokio::join!(observed, starts);
        // Whatever still asks is refused from here on.
        if self.options.listen.port() == 0 {
            drop(sim);
        } else {
            // The next case takes the same port.
            sim.shutdown().await;
        }
        poller.end(self.patience).await?;
        observed
    }

    async fn watch_runs(
        &self,
        case: &Case,
        watch: &Watch,
        poller: &mut Poller<'_>,
        begun: &Notify,
    ) -> Result<Observation, PlayError> {
        let (started, patience, mut errors) = (Instant::now(), self.patience * case.patience, 0);
        for runs in 1.. {
            let Run { end, stdout, stderr } = poller.run(enough(watch, patience, begun)).await?;
            errors = if matches!(end, End::Raised(_)) { errors + 1 } else { 0 };
            let Some(ending) = self.read(end, &stdout, errors).or_else(|| why_not_again(watch, runs, patience)) else {
                tokio::time::sleep(REST).await;
                continue;
            };
            let (is_function, notes, took) = (self.subject.is_function(), watch.notes(), started.elapsed());
            return Ok(Observation { notes, ending, is_function, stdout, stderr, runs, took });
        }
        unreachable!("the loop has no end of its own")
    }

    /// How a poller has ended; `None` if it says that the load is pending, or raises an error after which it is run again.
    fn read(&self, end: End, stdout: &str, errors: u32) -> Option<Ending> {
        let (said, how) = match end {
            End::Exited(code) => (self.expressions.read_output(code, stdout), How::Exit(code)),
            End::Answered(answer) => (self.expressions.read_answer(&answer), How::Answer),
            End::Raised(error) => (self.expressions.read_error(&error), How::of_error(&error)),
            End::Crashed(instead) => return Some(Ending::Crashed(instead)),
            End::Stopped(ending) => return Some(ending),
        };
        match said {
            Said::Pending if errors <= ERRORS_IN_A_ROW => None,
            Said::Pending => Some(Ending::Ended { said: Some(Outcome::Failure), how }),
            Said::Ended(outcome) => Some(Ending::Ended { said: Some(outcome), how }),
            Said::Nothing => Some(Ending::Ended { said: None, how }),
        }
    }

    fn setup(&self, case: &Case, watch: &Arc<Watch>) -> ClusterSetup {
        let script =
            Script { source: "s3://bucket/in/".to_owned(), lifecycle: case.lifecycle.clone(), workload: case.workload() };
        let settings = Settings { default_plan: case.plan(), ..Settings::default() };
        let spec = ClusterSpec {
            settings,
            scripts: vec![(LOAD.into(), script)],
            faults: case.faults.clone(),
            authentication: if self.iam { authentication() } else { Authentication::Off },
            ..ClusterSpec::new(case.name.clone(), ClockKind::Manual)
        };
        ClusterSetup { observer: Some(Arc::clone(watch) as Arc<_>), ..spec.into() }
    }
}

/// Why a poller is not run again that says that the load is pending.
fn why_not_again(watch: &Watch, runs: u64, patience: Duration) -> Option<Ending> {
    let (requests, enough, progress_at) = watch.progress();
    let is_over = progress_at.elapsed() >= patience;
    // A run without a request makes no difference to the next one.
    (enough.is_some() || requests < runs).then_some(Ending::AskedOn).or(is_over.then_some(Ending::OutOfPatience))
}

/// Only requests that are signed with the poller's key are answered.
fn authentication() -> Authentication {
    let keys: AccessKeys =
        serde_json::from_value(serde_json::json!([{"id": ACCESS_KEY.0, "secret": ACCESS_KEY.1}])).expect("a key as data");
    Authentication::On(Iam { region: REGION.to_owned(), keys, ..Iam::default() })
}

/// Returns when a poller need not be watched any longer.
async fn enough(watch: &Watch, patience: Duration, begun: &Notify) -> Ending {
    loop {
        let (requests, enough, progress_at) = watch.progress();
        if requests > 0 {
            begun.notify_one();
        }
        if enough.is_some() {
            return Ending::AskedOn;
        }
        tokio::select! {
            biased;
            () = watch.changed.notified() => {}
            () = tokio::time::sleep_until((progress_at + patience).into()) => return Ending::OutOfPatience,
        }
    }
}
