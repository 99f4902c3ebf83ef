//! The command line: what can be asked for, and what is printed at the start.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use neptune_engine::Plan;
use neptune_sim::scenario::{Scenario, ScenarioError};
use neptune_sim::{Availability, ClockKind, Cluster, ClusterSpec, LoadTimeline, Tls, TlsError, parse_duration};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The simulator cannot listen on the address.
pub(crate) const EXIT_CANNOT_LISTEN: u8 = 102;
/// The scenario cannot be read or is wrong.
pub(crate) const EXIT_BAD_SCENARIO: u8 = 103;
/// A file for TLS cannot be used.
pub(crate) const EXIT_BAD_TLS: u8 = 104;

const EXAMPLES: &str = "\
Examples:
  neptune-sim                              a healthy cluster on 127.0.0.1:8182; loads run for 5 s and complete
  neptune-sim --load-duration 2m --clock scaled:60
                                           loads take two minutes that pass in two seconds
  neptune-sim my-scenario.yaml             the cluster of a scenario, with its loads
  neptune-sim --listen 127.0.0.1:0         on any free port
  neptune-sim --tls-ca-file ca.pem         over HTTPS, for clients that trust ca.pem
  neptune-sim schema > scenario.schema.json

Exit codes:
  0    ended by SIGINT or SIGTERM
  2    the command line is wrong
  102  the address cannot be listened on
  103  the scenario is wrong; what is wrong with it is on stderr
  104  a file for TLS is absent, wrong or cannot be written";

/// A simulator of Amazon Neptune's bulk loader.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of scenario files, for editors
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A scenario file: what the cluster does. Without one, started loads run for a while and complete
    scenario: Option<PathBuf>,
    /// The address to listen on. Port 0 takes any free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8182")]
    pub(crate) listen: SocketAddr,
    /// How long started loads run: 250ms, 5s, 2m, 1h [default: 5s, or as the scenario says]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    load_duration: Option<Duration>,
    /// How time passes: real, scaled:60 (60 times as fast) or manual (moved through POST /_sim/clusters/<name>/clock)
    #[arg(long, value_name = "CLOCK", default_value_t = ClockKind::Real)]
    clock: ClockKind,
    /// Where ids come from: the same seed and requests give the same ids [default: 0, or as the scenario says]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Tell about every request on stderr. `RUST_LOG` says more exactly what is told
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) tls: TlsFiles,
}

impl Serve {
    /// The cluster to begin with.
    pub(crate) fn cluster_spec(&self) -> Result<ClusterSpec, ScenarioError> {
        let mut spec = match &self.scenario {
            Some(path) => Scenario::read(path)?.cluster_spec(self.clock),
            None => ClusterSpec::new("default", self.clock),
        };
        if let Some(duration) = self.load_duration {
            spec.settings.default_plan = Plan::completing_after(duration.max(Duration::from_millis(1)));
        }
        if let Some(seed) = self.seed {
            spec.settings.seed = seed;
        }
        Ok(spec)
    }
}

/// Whether and how the clusters speak TLS.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS (plain HTTP without these)")]
pub(crate) struct TlsFiles {
    /// Speak TLS with the certificate in this PEM file, and the chain behind it
    #[arg(long = "tls-cert", value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of that certificate, as PEM
    #[arg(long = "tls-key", value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Speak TLS with a certificate that a new CA issues. The CA's certificate is written to this file, for clients to trust
    #[arg(long = "tls-ca-file", value_name = "FILE", conflicts_with = "cert")]
    ca_file: Option<PathBuf>,
    /// A further name that clients ask for, beside localhost and the addresses: a host name or an IP address. May be repeated
    #[arg(long = "tls-name", value_name = "NAME", requires = "ca_file")]
    names: Vec<String>,
}

impl TlsFiles {
    /// What the clusters are to their clients, if TLS is asked for.
    pub(crate) fn tls(&self, listen: SocketAddr) -> Result<Option<Tls>, TlsError> {
        match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Tls::from_files(cert, key).map(Some),
            _ => self.ca_file.as_ref().map(|_| Tls::with_new_ca(listen.ip(), &self.names)).transpose(),
        }
    }

    /// The file that clients are to trust, if it is ours.
    pub(crate) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}

/// What a user needs to know once the simulator runs.
pub(crate) fn greeting(cluster: &Cluster, ca_file: Option<&Path>) -> String {
    let (version, endpoint) = (env!("CARGO_PKG_VERSION"), cluster.endpoint());
    let mut text = format!("neptune-sim {version} listens on {endpoint}\n");
    let _ = writeln!(text, "cluster `{}`, clock {}, seed {}", cluster.name(), cluster.clock_kind(), cluster.seed());
    text += &told_availability(&cluster.availability());
    let loads = cluster.timeline();
    text += &told_loads(&loads);
    let curl = curl(ca_file);
    let trials = told_trials(&endpoint, loads.first(), ca_file);
    let _ = write!(text, "\nTry it:\n{trials}\nSee what goes on: {curl} {endpoint}/_sim\n");
    text
}

/// What a client finds that finds no Neptune.
fn told_availability(availability: &Availability) -> String {
    let what = match availability {
        Availability::Available => return String::new(),
        Availability::Refused => "it refuses connections; so does the control API, which shares its port".to_owned(),
        Availability::Silent => "it is silent: no request is answered, except by the control API".to_owned(),
        Availability::Answers(canned) => format!("it answers every request with HTTP {}", canned.http_status),
    };
    format!("as the scenario says, {what}\n")
}

fn told_loads(loads: &[LoadTimeline]) -> String {
    if loads.is_empty() {
        return "no loads yet: start one with POST /loader\n".to_owned();
    }
    let mut text = "\nLoads:\n".to_owned();
    for load in loads {
        let _ = writeln!(text, "  {}  {}\n    {load}", load.id, load.source);
    }
    text
}

/// Two lines to copy: curl and boto3. boto3 wants credentials even where nobody checks them.
fn told_trials(endpoint: &str, load: Option<&LoadTimeline>, ca_file: Option<&Path>) -> String {
    let (path, call) = match load {
        Some(load) => {
            let id = load.id.as_str();
            let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%5F", "_");
            (format!("/loader/{encoded}"), format!("get_loader_job_status(loadId={id:?})"))
        }
        None => ("/loader".to_owned(), "list_loader_jobs()".to_owned()),
    };
    let program = format!("import boto3; print(boto3.client(\"neptunedata\").{call}[\"payload\"])").replace('\'', r"'\''");
    let bundle = ca_file.map_or_else(String::new, |file| format!("AWS_CA_BUNDLE={} ", quoted(file)));
    format!(
        "  {} {endpoint}{path}\n  {bundle}AWS_ENDPOINT_URL_NEPTUNEDATA={endpoint} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any \
         AWS_SECRET_ACCESS_KEY=any python3 -c '{program}'\n",
        curl(ca_file)
    )
}

/// The beginning of a curl line.
fn curl(ca_file: Option<&Path>) -> String {
    ca_file.map_or_else(|| "curl -s".to_owned(), |file| format!("curl -s --cacert {}", quoted(file)))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// What to do about an address that cannot be listened on.
pub(crate) fn listen_remedy(listen: SocketAddr) -> String {
    format!("another program may have the port: choose one with --listen {}:PORT, or any free one with PORT 0", ip_text(listen))
}

/// What to say if strangers can reach the simulator.
pub(crate) fn exposure_warning(listen: SocketAddr) -> Option<String> {
    (!listen.ip().is_loopback()).then(|| {
        format!(
            "warning: {listen} can be reached from other machines, and the simulator asks nobody for a password: \
             anyone there can start, cancel and script loads"
        )
    })
}

fn ip_text(address: SocketAddr) -> String {
    if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn only_addresses_that_others_can_reach_are_warned_about() {
        assert_eq!(exposure_warning("127.0.0.1:8182".parse().unwrap()), None);
        assert_eq!(exposure_warning("[::1]:8182".parse().unwrap()), None);
        assert!(exposure_warning("0.0.0.0:8182".parse().unwrap()).is_some());
    }

    #[test]
    fn a_cluster_that_cannot_be_reached_says_so() {
        assert_eq!(told_availability(&Availability::Available), "");
        let told = told_availability(&Availability::Refused);
        assert_eq!(told, "as the scenario says, it refuses connections; so does the control API, which shares its port\n");
    }

    #[test]
    fn odd_paths_survive_the_shell() {
        assert_eq!(curl(Some(Path::new("/tmp/ca.pem"))), "curl -s --cacert /tmp/ca.pem");
        assert_eq!(curl(Some(Path::new("it's a/b"))), r"curl -s --cacert 'it'\''s a/b'");
    }

    #[test]
    fn odd_ids_survive_the_shell() {
        let load = LoadTimeline {
            id: "it's a/b".into(),
            origin: neptune_engine::Origin::Scripted,
            source: String::new(),
            is_ended: false,
            history: Vec::new(),
            ahead: Vec::new(),
        };
        let text = told_trials("http://x", Some(&load), None);
        assert!(text.contains("curl -s http://x/loader/it%27s%20a%2Fb\n"), "{text}");
        assert!(text.contains(r#"loadId="it'\''s a/b""#), "{text}");
    }
}
