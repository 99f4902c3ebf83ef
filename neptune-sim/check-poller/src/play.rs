//! Plays one case: a cluster of its own, the poller, and what was seen.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neptune_loader::{Script, Settings};
use neptune_scenario::AccessKeys;
use neptune_server::{Authentication, ClockKind, Cluster, ClusterSetup, ClusterSpec, Iam, Sim, StartError};
use tokio::sync::Notify;

use crate::case::{Case, Outcome};
use crate::expression::{Expressions, Said};
use crate::poller::{ACCESS_KEY, Address, Poller, REGION, signal};
use crate::watch::{Notes, Watch};

/// The id of every case's load: it has the form of Neptune's.
pub(crate) const LOAD: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";
/// How long a poller rests that has said `pending`, before it is run again.
const REST: Duration = Duration::from_millis(50);

/// How pollers are run, the same for every case.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) command: &'a [OsString],
    pub(crate) expressions: Expressions,
    pub(crate) patience: Duration,
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) iam: bool,
}

/// How a poller ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited, and said this of the load.
    Exited {
        /// What it said; `None` if the output says neither success nor failure.
        said: Option<Outcome>,
        /// Its exit code.
        code: i32,
    },
    /// A signal ended it.
    Signal(i32),
    /// It was ended, because it went on asking.
    AskedOn,
    /// It was ended, because the patience was over.
    OutOfPatience,
}

/// What was seen of a poller in a case.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Its requests, and what it was answered.
    pub notes: Notes,
    /// How it ended.
    pub ending: Ending,
    /// The end of its standard output, 64 KiB at most. If it was run several times, that of the last run.
    pub stdout: String,
    /// The end of its standard error.
    pub stderr: String,
    /// How often it was run: more than once if it said that the load was pending.
    pub runs: u64,
    /// How long all of it took.
    pub took: Duration,
}

/// Why a case could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The command cannot be started.
    #[error("the poller cannot be started: {0}")]
    Spawn(io::Error),
    /// The simulator has no cluster for it.
    #[error("no cluster for the case: {0}")]
    Cluster(#[from] StartError),
}

impl Bench<'_> {
    /// Plays a case. `begun` is signalled when the poller has sent its first request or has ended.
    ///
    /// # Errors
    /// [`PlayError`] if cluster or command cannot be started.
    pub(crate) async fn play(&self, case: &Case, begun: &Notify) -> Result<Observation, PlayError> {
        let watch = Arc::new(Watch::new(LOAD, case));
        let cluster = self.sim.add_cluster(self.setup(case, &watch)).await?;
        let observed = self.watch_runs(case, &watch, &cluster, begun).await;
        begun.notify_one();
        observed
    }

    async fn watch_runs(
        &self,
        case: &Case,
        watch: &Watch,
        cluster: &Cluster,
        begun: &Notify,
    ) -> Result<Observation, PlayError> {
        let (started, address) = (Instant::now(), Address::of(cluster, LOAD));
        let patience = self.patience * case.patience;
        for runs in 1.. {
            let mut poller = Poller::start(self.command, &address, self.ca_file).map_err(PlayError::Spawn)?;
            let end = watch_poller(&mut poller, watch, patience, begun).await;
            let [stdout, stderr] = poller.output().await;
            let ending = match end {
                Ok(status) => self.read(status, &stdout).or_else(|| why_not_again(watch, runs, patience)),
                Err(ending) => Some(ending),
            };
            let Some(ending) = ending else {
                tokio::time::sleep(REST).await;
                continue;
            };
            return Ok(Observation { notes: watch.notes(), ending, stdout, stderr, runs, took: started.elapsed() });
        }
        unreachable!("the loop has no end of its own")
    }

    /// How a poller has ended; `None` if it says that the load is pending.
    fn read(&self, status: ExitStatus, stdout: &str) -> Option<Ending> {
        if let Some(signal) = signal(status) {
            return Some(Ending::Signal(signal));
        }
        let code = status.code().unwrap_or_default();
        match self.expressions.read(code, stdout) {
            Said::Ended(outcome) => Some(Ending::Exited { said: Some(outcome), code }),
            Said::Nothing => Some(Ending::Exited { said: None, code }),
            Said::Pending => None,
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

/// Watches a poller until it ends by itself, or need not be watched any longer and is ended.
async fn watch_poller(poller: &mut Poller, watch: &Watch, patience: Duration, begun: &Notify) -> Result<ExitStatus, Ending> {
    loop {
        let (requests, enough, progress_at) = watch.progress();
        if requests > 0 {
            begun.notify_one();
        }
        let ending = tokio::select! {
            biased;
            status = poller.ended() => return status.map_err(|_| Ending::AskedOn),
            () = std::future::ready(()), if enough.is_some() => Ending::AskedOn,
            () = tokio::time::sleep_until((progress_at + patience).into()) => Ending::OutOfPatience,
            () = watch.changed.notified() => continue,
        };
        poller.kill();
        // The end is near: the kernel has been asked for it.
        let _ = poller.ended().await;
        return Err(ending);
    }
}
