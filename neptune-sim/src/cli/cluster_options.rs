//! The options of a cluster, whatever its scenario and its clock are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use neptune_harness::field_map::yaml_fault;
use neptune_loader::Plan;
use neptune_server::scenario::Scenario;
use neptune_server::{Authentication, ClockKind, ClusterSpec, Iam, S3, StartClock, parse_duration};
use serde::de::DeserializeOwned;

use super::addresses::{Listening, Places};
use super::data::GivenBucket;
use super::loads::{self, GivenLoad};
use super::tls_files::TlsFiles;

/// What a cluster is, beside its scenario.
#[derive(Debug, Args)]
pub(crate) struct ClusterOptions {
    /// A load: `LOAD_IN_PROGRESS 30s, LOAD_FAILED`
    ///
    /// Its statuses, and how long each lasts but the last. An id may stand before it: `people=LOAD_COMPLETED`; the default is `load`. May be
    /// given several times, and beside a scenario.
    #[arg(long, value_name = "LIFECYCLE")]
    load: Vec<GivenLoad>,
    #[command(flatten)]
    listening: Listening,
    /// How long started loads run [default: 5s]
    ///
    /// 250ms, 1.5s, 2m, 1h, or as the scenario says.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, hide_short_help = true)]
    load_duration: Option<Duration>,
    /// `at-once` or `on-request` [default: at-once]
    ///
    /// When a clock starts that is real or scaled: at once, or with the first request to the cluster's port. Until then it reads 0. Requests to
    /// the control API do not start it, nor do connections without a request, so `neptune-sim health` does not; a health check that asks the
    /// cluster's port for /status does. Default: at-once, or as the scenario says.
    #[arg(long, value_name = "WHEN", hide_short_help = true)]
    start_clock: Option<StartClock>,
    /// Where ids come from [default: 0]
    ///
    /// The same seed and requests give the same ids. Default: 0, or as the scenario says.
    #[arg(long, value_name = "N", hide_short_help = true)]
    seed: Option<u64>,
    /// Verify AWS signatures against the keys in this YAML file
    ///
    /// `keys: [{id: AKIDEXAMPLE, secret: ...}]`. Default: as the scenario says, else signatures are accepted and not checked.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    iam: Option<PathBuf>,
    /// Read the sources of loads: the objects of a bucket are the files of a folder
    ///
    /// `my-bucket=./data`: a load of `s3://my-bucket/people/` reads the files in `./data/people`, and goes as they have it. Loads that the scenario
    /// scripts, or that an entry of its `started_loads` fits, read nothing. May be given several times, and beside a scenario.
    #[arg(long, value_name = "BUCKET=FOLDER", hide_short_help = true)]
    data: Vec<GivenBucket>,
    /// Read the sources of loads from the S3 server in this YAML file
    ///
    /// Loads go as their files have it, and starts whose bucket or files are not there are refused: `endpoint: http://127.0.0.1:5000`, `access_key_id`, `secret_access_key`, and
    /// `region` if it is not us-east-1. Default: as the scenario says, else every source is there.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    s3: Option<PathBuf>,
    /// Refuse requests that AWS SDKs never send
    ///
    /// Unsigned requests, unknown parameters, a wrong content type: each is refused with a hint. Another `Host` than the cluster's is refused
    /// as Neptune does it, and each refusal of --iam says what is wrong with the signature.
    #[arg(long, hide_short_help = true)]
    strict: bool,
    /// End when standard input ends, too
    ///
    /// A program that starts the simulator with a pipe there never leaves it behind, even if that program is killed.
    #[arg(long, hide_short_help = true)]
    pub(crate) end_with_stdin: bool,
    /// Log every request to stderr
    ///
    /// For a refused signature, the log says what was expected. `RUST_LOG` gives finer control.
    #[arg(long, short, hide_short_help = true)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) tls: TlsFiles,
}

impl ClusterOptions {
    /// Where the cluster and the control API listen.
    pub(crate) fn places(&self, spec: &ClusterSpec, scenario: Option<&Scenario>) -> Places {
        let may_shut = spec.may_shut_its_port() || scenario.is_some_and(may_shut_the_port);
        self.listening.places(may_shut)
    }

    /// Whether the cluster authenticates its clients, if the command line says so.
    pub(crate) fn authentication(&self) -> Result<Option<Authentication>, String> {
        let Some(path) = &self.iam else { return Ok(None) };
        let hint = "hint: write `keys: [{id: ..., secret: ...}]`";
        let iam: Iam = read_secretive(path, hint)?;
        if iam.keys.ids().next().is_none() {
            return Err(format!("{}: there is no key in it, so no request could be signed\n{hint}", path.display()));
        }
        Ok(Some(Authentication::On(iam)))
    }

    /// Where sources are listed, if the command line says so.
    pub(crate) fn s3(&self) -> Result<Option<S3>, String> {
        let hint = "hint: write `endpoint: http://127.0.0.1:5000`, `access_key_id: ...` and `secret_access_key: ...`";
        self.s3.as_deref().map(|path| read_secretive(path, hint)).transpose()
    }

    /// The cluster to begin with.
    ///
    /// # Errors
    /// What to print if a load of the command line is wrong.
    pub(crate) fn cluster_spec(&self, scenario: Option<&Scenario>, clock: ClockKind) -> Result<ClusterSpec, String> {
        let mut spec = match scenario {
            Some(scenario) => scenario.cluster_spec(clock),
            None => ClusterSpec::new("default", clock),
        };
        spec.strict |= self.strict;
        spec.start_clock = self.start_clock.unwrap_or(spec.start_clock);
        if let Some(duration) = self.load_duration {
            spec.settings.default_plan = Plan::completing_after(duration.max(Duration::from_millis(1)));
        }
        if let Some(seed) = self.seed {
            spec.settings.seed = seed;
        }
        spec.data.extend(self.data.iter().map(GivenBucket::to_bucket));
        let loads = loads::scripts(&self.load, &spec.scripts)?;
        spec.scripts.extend(loads);
        Ok(spec)
    }
}

/// Whether a step of the scenario may close the port of its cluster.
fn may_shut_the_port(scenario: &Scenario) -> bool {
    let words = scenario.sections().into_iter().flat_map(|section| section.steps);
    words.into_iter().any(|word| matches!(word, "neptune" | "fault"))
}

/// Reads a YAML file with secrets in it.
fn read_secretive<T: DeserializeOwned>(path: &Path, hint: &str) -> Result<T, String> {
    let file = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {file}: {error}"))?;
    // Only the first line of the message: the others show the text of the file, and with it secrets.
    let explain = |message: &str| yaml_fault(message.lines().next().unwrap_or_default().trim_start_matches("error: "));
    serde_saphyr::from_str(&text).map_err(|error| format!("{file}: {}\n{hint}", explain(&error.to_string())))
}
