//! The command line of `neptune-sim check-poller`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use neptune_text::parse_duration;

use crate::expression::{Expression, Expressions};

/// Judge a poller: run it against every status of a load and every kind of trouble
///
/// Each case is a simulated cluster of its own. The load of a case moves on whenever the poller was answered its status, so the poller may
/// pause as it likes. The poller finds its load in `AWS_ENDPOINT_URL_NEPTUNEDATA` (a URL), `NEPTUNE_ENDPOINT` (a host), `NEPTUNE_PORT` and
/// `NEPTUNE_LOAD_ID`, with `AWS_REGION` and throw-away access keys. In its arguments, `{load_id}`, `{endpoint}`, `{host}` and `{port}` are
/// replaced: `-- env NeptuneEndpoint={endpoint} python poll.py {load_id}`. It may also start a load itself.
///
/// Exit codes: 0 right in every case, 1 not right, 2 bad usage, 106 the poller sends no request for its load, 107 a report cannot be written, 108 the
/// simulator cannot start, 130 interrupted.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Play only this case: a name, a status such as `LOAD_FAILED`, or a group. May be repeated
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// Leave this case out: a name, a status or a group. May be repeated
    ///
    /// `--skip passing` is for a poller whose caller tries again after trouble.
    #[arg(long, value_name = "NAME")]
    pub(crate) skip: Vec<String>,
    /// List the cases, and what is right in each
    #[arg(long)]
    pub(crate) list: bool,
    /// Success is what the poller's output says: `$.status == "SUCCESS"`. Default: exit code 0
    ///
    /// A comparison in JSONPath over the last line of the output that is a JSON object. With --success and --failure, an output that says
    /// neither counts as a crash.
    #[arg(long, value_name = "EXPR")]
    success: Option<Expression>,
    /// Failure is what the poller's output says: `$.status == "FAILED"`. Default: any other exit code
    #[arg(long, value_name = "EXPR")]
    failure: Option<Expression>,
    /// The load is pending when the poller's output says so: then it is run again, as a state machine does
    #[arg(long, value_name = "EXPR", hide_short_help = true)]
    pending: Option<Expression>,
    /// How long to wait for a poller whose load has ended or does not move
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = read_patience, hide_short_help = true)]
    pub(crate) patience: Duration,
    /// How many cases to play side by side. Default: 16 for each core
    #[arg(long, value_name = "COUNT", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Speak TLS. Clients find the CA in `AWS_CA_BUNDLE`, `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `NODE_EXTRA_CA_CERTS`
    #[arg(long)]
    pub(crate) tls: bool,
    /// Answer only requests that are signed with the access keys in the poller's environment
    #[arg(long, hide_short_help = true)]
    pub(crate) iam: bool,
    /// Write the verdicts as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the verdicts as JUnit XML
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) junit: Option<PathBuf>,
    /// Write the verdicts as Markdown
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) markdown: Option<PathBuf>,
    /// The poller, with its arguments
    #[arg(last = true, required_unless_present = "list", value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

impl Arguments {
    /// How the output is read.
    pub(crate) fn expressions(&self) -> Expressions {
        Expressions { success: self.success.clone(), failure: self.failure.clone(), pending: self.pending.clone() }
    }

    /// How many cases run side by side. Pollers mostly sleep.
    pub(crate) fn jobs(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or(16 * cores, usize::from)
    }
}

fn read_patience(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(patience) if !patience.is_zero() => Ok(patience),
        Ok(_) => Err("no poller ends in no time: write for example `2m`".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
