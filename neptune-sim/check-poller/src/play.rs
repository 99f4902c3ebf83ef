//! Plays one case: a cluster of its own, the poller, and what was seen.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neptune_loader::{Script, Settings};
use neptune_scenario::AccessKeys;
use neptune_server::{Authentication, ClockKind, ClusterSetup, ClusterSpec, Iam, Sim, SimOptions};
use serde_json::Value;
use tokio::sync::{Notify, SemaphorePermit};

use crate::address::{ACCESS_KEY, Address, REGION};
use crate::case::{Case, Outcome};
use crate::ending::{End, Ending, How, Kind, PlayError, Run};
use crate::expression::{Expressions, Said};
use crate::poller::{Poller, Subject};
use crate::timeline::timeline;
use crate::trouble::MachineTrouble;
use crate::watch::{Notes, Watch};

/// The id of every case's load: it has the form of Neptune's.
pub(crate) const LOAD: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";
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
    pub(crate) expressions: Expressions,
    pub(crate) patience: Duration,
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) iam: bool,
}

/// The turn of a poller to start. It ends with the poller's first request, or when it has lasted for so long.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) permit: SemaphorePermit<'a>,
    pub(crate) lasts: Duration,
}

/// What was seen of a poller in a case.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Its requests, and what it was answered.
    pub notes: Notes,
    /// How it ended.
    pub ending: Ending,
    /// What kind of poller it is.
    pub kind: Kind,
    /// The end of its standard output, 64 KiB at most; of a function, its answer; of a state machine, how its execution ended. If it was run several times, that of the last run.
    pub stdout: String,
    /// The end of its standard error; of a function, its log.
    pub stderr: String,
    /// How often it was run: more than once if it said that the load was pending.
    pub runs: u64,
    /// How long all of it took.
    pub took: Duration,
    /// What went wrong in a state machine, beside what its load met.
    pub trouble: Option<MachineTrouble>,
    /// What happened when, as the page of a report draws it.
    pub timeline: Value,
}

impl Bench<'_> {
    /// Plays a case.
    ///
    /// # Errors
    /// [`PlayError`] if cluster or poller cannot be started, or do not end.
    pub(crate) async fn play(&self, case: &Case, turn: Turn<'_>) -> Result<Observation, PlayError> {
        let watch = Arc::new(Watch::new(LOAD, case));
        let sim = Sim::start_with(self.setup(case, &watch), self.options.clone()).await?;
        let mut poller = self.subject.at(Address::of(sim.first(), LOAD, self.ca_file), &watch).await?;
        watch.begin();
        let started = Notify::new();
        let observed = async {
            let observed = self.watch_runs(case, &watch, &mut poller, &started).await;
            started.notify_one();
            observed
        };
        let turn_ends = async {
            let _ = tokio::time::timeout(turn.lasts, started.notified()).await;
            drop(turn.permit);
        };
        let (observed, ()) = tokio::join!(observed, turn_ends);
        let observed = observed.map(|seen| {
            let timeline = timeline(sim.first(), &seen.notes, seen.took);
            Observation { timeline, ..seen }
        });
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
        started: &Notify,
    ) -> Result<Observation, PlayError> {
        let (began, patience, mut errors) = (Instant::now(), self.patience * case.patience, 0);
        for runs in 1.. {
            let stop = async || enough(watch, patience, started, self.subject.kind()).await;
            let Run { end, stdout, stderr, trouble } = Box::pin(poller.run(stop)).await?;
            errors = if matches!(end, End::Raised(_)) { errors + 1 } else { 0 };
            let Some(ending) = self.read(end, &stdout, errors).or_else(|| why_not_again(watch, runs, patience)) else {
                tokio::time::sleep(REST).await;
                continue;
            };
            let (kind, notes, took) = (self.subject.kind(), watch.notes(), began.elapsed());
            return Ok(Observation { notes, ending, kind, stdout, stderr, runs, took, trouble, timeline: Value::Null });
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
            End::Succeeded => {
                return Some(Ending::Ended { said: Some(Outcome::Success), how: How::Execution("SUCCEEDED".to_owned()) });
            }
            End::Failed(error) => {
                return Some(Ending::Ended { said: Some(Outcome::Failure), how: How::of_failure(&error) });
            }
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
        let script = Script { workload: case.workload(), ..Script::new("s3://bucket/in/", case.lifecycle.clone()) };
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
async fn enough(watch: &Watch, patience: Duration, started: &Notify, kind: Kind) -> Ending {
    loop {
        let (requests, enough, progress_at) = watch.progress();
        if requests > 0 {
            started.notify_one();
        }
        // An execution has an end in any case, and no time passes until then.
        if enough.is_some() && kind != Kind::StateMachine {
            return Ending::AskedOn;
        }
        tokio::select! {
            biased;
            () = watch.changed.notified() => {}
            () = tokio::time::sleep_until((progress_at + patience).into()) => return Ending::OutOfPatience,
        }
    }
}
