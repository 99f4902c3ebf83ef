//! The command line: options and commands, and what is printed at the start.

mod addresses;
mod check;
mod columns;
mod draft;
mod health;
mod proxy;
mod unplayed;

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use neptune_loader::Plan;
use neptune_sim::scenario::Scenario;
use neptune_sim::{
    Authentication, Availability, ClockKind, Cluster, ClusterSpec, ControlPlace, Iam, LoadTimeline, S3, Sim, StartClock, Tls,
    TlsError, parse_duration,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

pub(crate) use addresses::{Addresses, Listening, Places};
pub(crate) use check::check;
pub(crate) use columns::{columns, message, wrapped};
pub(crate) use draft::draft;
pub(crate) use health::HealthArguments;
use neptune_text::nearest;
pub(crate) use proxy::ProxyArguments;
pub(crate) use unplayed::told_unplayed;

/// No simulator answers.
pub(crate) const EXIT_UNHEALTHY: u8 = 1;
/// The simulator cannot listen on the address.
pub(crate) const EXIT_CANNOT_LISTEN: u8 = 102;
/// The scenario cannot be read or is wrong.
pub(crate) const EXIT_BAD_SCENARIO: u8 = 103;
/// A file for TLS cannot be used.
pub(crate) const EXIT_BAD_TLS: u8 = 104;
/// A recording cannot be written.
pub(crate) const EXIT_CANNOT_RECORD: u8 = 105;

const MORE: &str = "`neptune-sim --help` has all options, examples and exit codes.";

// 80 columns: clap wraps prose, and would wrap commands in the middle.
const EXAMPLES: &str = "\
Examples:
  A healthy cluster on 127.0.0.1:8182. Loads run for 5 s and complete:
    neptune-sim
  Loads take two minutes, which pass in two seconds:
    neptune-sim --load-duration 2m --clock scaled:60
  The cluster of a scenario, with its loads:
    neptune-sim my-scenario.yaml
  On any free port:
    neptune-sim --listen 127.0.0.1:0
  For other machines too; the control API stays on this one:
    neptune-sim --listen 0.0.0.0:8182
  In a container, with the control API on port 8183:
    docker run -p 127.0.0.1:8182:8182 -p 127.0.0.1:8183:8183 neptune-sim
  Over HTTPS, for clients that trust ca.pem:
    neptune-sim --tls-ca-file ca.pem
  Faults in front of a live cluster, and a recording without names:
    neptune-sim proxy --upstream https://my-cluster.neptune.example:8182 \\
      --faults faults.yaml --record session.ndjson
  A scenario that replays a recording:
    neptune-sim scenario session.ndjson
  All mistakes in scenario files, without starting anything:
    neptune-sim check my-scenario.yaml scenarios/
  The schema of scenario files, for editors:
    neptune-sim schema > scenario.schema.json
  What a ready-made fault expands to, and what is known of a quirk:
    neptune-sim faults failover
    neptune-sim quirks unknown_id

In a container, say where to listen with NEPTUNE_SIM_LISTEN and
NEPTUNE_SIM_CONTROL, which the health check reads as well. Clusters that the
control API adds are reached from outside if NEPTUNE_SIM_CLUSTER_PORTS keeps
them to ports that the container publishes.

Exit codes:
  0    ended by SIGINT or SIGTERM
  1    only `health`: no simulator answers
  2    the command line is wrong
  102  cannot listen on the address
  103  the scenario, the recording, or the file with keys or faults is wrong;
       what is wrong with it is on stderr
  104  a file for TLS is absent, wrong or cannot be written
  105  a recording or a scenario cannot be written";

const CHECK_CODES: &str = "\
Exit codes:
  0    every file is right
  2    the command line is wrong
  103  there are mistakes, or a file cannot be read; they are on stderr";

/// A simulator of Amazon Neptune's bulk loader.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = MORE,
    after_long_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

impl Cli {
    /// Reads the command line. Help is as wide as the terminal.
    pub(crate) fn read() -> Self {
        let mut command = <Self as CommandFactory>::command().term_width(columns());
        let matches = command.try_get_matches_from_mut(std::env::args_os()).unwrap_or_else(|error| {
            // With arguments behind it, clap takes a mistyped command for a scenario, and its error is about the arguments.
            let word = std::env::args_os().nth(1).map(PathBuf::from);
            match word.as_deref().filter(|_| error.use_stderr()).and_then(no_such_command) {
                Some(hint) => command.error(ErrorKind::InvalidSubcommand, hint).exit(),
                None => error.exit(),
            }
        });
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Pass everything on to another endpoint, with faults on the way
    Proxy(Box<ProxyArguments>),
    /// Make a scenario of a recording, or of one status of a load
    Scenario {
        /// A recording of `neptune-sim proxy --record`, or the JSON of one status, as Neptune answers or the AWS CLI prints it; `-` for
        /// stdin
        file: PathBuf,
        /// Where to write the scenario [default: stdout]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Check scenario files and show all mistakes
    #[command(after_help = CHECK_CODES)]
    Check {
        /// Scenario files, and folders: of these every .yaml and .yml file
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Check whether a simulator answers here, for containers
    Health(HealthArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// List the ready-made faults, or show what they expand to
    Faults {
        /// Only these
        names: Vec<String>,
    },
    /// List what is unsure about Neptune, and what can be chosen
    Quirks {
        /// Only these
        names: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A scenario file: what the cluster does. Without one, started loads run for a while and complete
    #[arg(hide_short_help = true)]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    listening: Listening,
    /// How long started loads run [default: 5s]
    ///
    /// 250ms, 5s, 2m, 1h, or as the scenario says.
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    load_duration: Option<Duration>,
    /// `real`, `scaled:60` or `manual` [default: real]
    ///
    /// How time passes: as it does, 60 times as fast, or when POST /_sim/clusters/<name>/clock moves it.
    #[arg(long, value_name = "CLOCK", default_value_t = ClockKind::Real, hide_default_value = true)]
    clock: ClockKind,
    /// `at-once` or `on-request` [default: at-once]
    ///
    /// When a clock starts that is real or scaled: at once, or with the first request to the cluster's port. Until then it reads 0. Requests to
    /// the control API do not start it, nor do connections without a request, so `neptune-sim health` does not; a health check that asks the
    /// cluster's port for /status does. Default: at-once, or as the scenario says.
    #[arg(long, value_name = "WHEN")]
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
    /// Look sources up on the S3 server in this YAML file
    ///
    /// Starts whose bucket or files are not there are refused: `endpoint: http://127.0.0.1:5000`, `access_key_id`, `secret_access_key`, and
    /// `region` if it is not us-east-1. Default: as the scenario says, else every source is there.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    s3: Option<PathBuf>,
    /// Refuse requests that AWS SDKs never send
    ///
    /// Unsigned requests, unknown parameters, a wrong content type: each is refused with a hint. Another `Host` than the cluster's is refused
    /// as Neptune does it, and each refusal of --iam says what is wrong with the signature.
    #[arg(long, hide_short_help = true)]
    strict: bool,
    /// Log every request to stderr
    ///
    /// For a refused signature, the log says what was expected. `RUST_LOG` gives finer control.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) tls: TlsFiles,
}

impl Serve {
    /// Where the cluster and the control API listen.
    pub(crate) fn places(&self, spec: &ClusterSpec) -> Places {
        self.listening.places(spec)
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

    /// The scenario, if there is one.
    ///
    /// # Errors
    /// What to print if it is wrong, or if there is no such file.
    pub(crate) fn scenario(&self) -> Result<Option<Scenario>, String> {
        let Some(path) = &self.scenario else { return Ok(None) };
        let scenario = Scenario::read(path).map_err(|error| match no_such_command(path) {
            Some(hint) => format!("{error}\nhint: {hint}"),
            None => error.to_string(),
        });
        scenario.map(Some)
    }

    /// The cluster to begin with.
    pub(crate) fn cluster_spec(&self, scenario: Option<&Scenario>) -> ClusterSpec {
        let mut spec = match scenario {
            Some(scenario) => scenario.cluster_spec(self.clock),
            None => ClusterSpec::new("default", self.clock),
        };
        spec.strict |= self.strict;
        spec.start_clock = self.start_clock.unwrap_or(spec.start_clock);
        if let Some(duration) = self.load_duration {
            spec.settings.default_plan = Plan::completing_after(duration.max(Duration::from_millis(1)));
        }
        if let Some(seed) = self.seed {
            spec.settings.seed = seed;
        }
        spec
    }
}

/// The hint if a word that is no file may have been meant as a command.
fn no_such_command(word: &Path) -> Option<String> {
    let text = word.to_str().filter(|text| !text.starts_with('-') && !text.contains(['.', '/', '\\']) && !word.exists())?;
    let command = <Cli as CommandFactory>::command();
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if names.contains(&text) || text == "help" {
        return None;
    }
    Some(match nearest(text, names.iter().copied()) {
        Some(near) => format!("did you mean the command `{near}`?"),
        None => format!("it is neither a file nor a command: the commands are {}", names.join(", ")),
    })
}

/// Reads a YAML file with secrets in it.
fn read_secretive<T: DeserializeOwned>(path: &Path, hint: &str) -> Result<T, String> {
    let file = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {file}: {error}"))?;
    // Only the first line of the message: the others show the text of the file, and with it secrets.
    let explain = |message: &str| message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    serde_saphyr::from_str(&text).map_err(|error| format!("{file}: {}\n{hint}", explain(&error.to_string())))
}

/// Whether and how the clusters speak TLS.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS (plain HTTP without these)")]
pub(crate) struct TlsFiles {
    /// Speak TLS with the certificate in this PEM file, and the chain behind it
    #[arg(long = "tls-cert", value_name = "FILE", requires = "key", hide_short_help = true)]
    cert: Option<PathBuf>,
    /// The key of that certificate, as PEM
    #[arg(long = "tls-key", value_name = "FILE", requires = "cert", hide_short_help = true)]
    key: Option<PathBuf>,
    /// Speak TLS with a certificate that a new CA issues. The CA's certificate is written to this file, for clients to trust
    #[arg(long = "tls-ca-file", value_name = "FILE", conflicts_with = "cert", hide_short_help = true)]
    ca_file: Option<PathBuf>,
    /// A further name that clients ask for, beside localhost, the addresses, and this machine's own name if it listens on all of them: a host
    /// name or an IP address. May be repeated
    #[arg(long = "tls-name", value_name = "NAME", requires = "ca_file", hide_short_help = true)]
    names: Vec<String>,
}

impl TlsFiles {
    /// The TLS identity of the clusters, if the options ask for TLS.
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
pub(crate) fn greeting(sim: &Sim, ca_file: Option<&Path>) -> String {
    let (version, cluster, endpoint) = (env!("CARGO_PKG_VERSION"), sim.first(), sim.endpoint());
    let shares_port = sim.control_endpoint() == Some(&endpoint);
    let mut text = format!("neptune-sim {version} listens on {endpoint}\n");
    let _ = writeln!(text, "cluster `{}`, clock {}, seed {}", cluster.name(), told_clock(cluster), cluster.seed());
    text += &told_availability(&cluster.availability(), shares_port);
    text += &told_demands(&cluster.authentication(), cluster.is_strict());
    if let Some(endpoint) = cluster.s3_endpoint() {
        let _ = writeln!(text, "the sources of loads are looked up on {endpoint}");
    }
    text += &told_faults(cluster);
    let loads = cluster.timeline();
    text += &told_loads(&loads);
    let trials = told_trials(&endpoint, loads.first(), ca_file, &Signer::of(cluster));
    let control = told_control(sim.control_endpoint(), ca_file.filter(|_| shares_port));
    let _ = write!(text, "\nTry it:\n{trials}\nSee what goes on: {control}\n");
    text
}

/// How time passes, and from when on.
fn told_clock(cluster: &Cluster) -> String {
    match (cluster.clock_kind(), cluster.clock_starts()) {
        (kind @ ClockKind::Manual, _) | (kind, StartClock::AtOnce) => kind.to_string(),
        (kind, StartClock::OnRequest) => format!("{kind} from the first request on"),
    }
}

/// How to send requests to the control API, or what to do without it.
fn told_control(endpoint: Option<&str>, ca_file: Option<&Path>) -> String {
    match endpoint {
        Some(endpoint) => format!("{} {endpoint}/_sim", curl(ca_file)),
        None => "start it with --verbose; the control API is off".to_owned(),
    }
}

/// What a client sees while Neptune is unavailable.
fn told_availability(availability: &Availability, shares_port: bool) -> String {
    let what = match availability {
        Availability::Available => return String::new(),
        Availability::Refused if shares_port => {
            "it refuses connections; so does the control API, which shares its port".to_owned()
        }
        Availability::Refused => "it refuses connections".to_owned(),
        Availability::Unreachable if shares_port => {
            "it is out of reach; so is the control API, which shares its port".to_owned()
        }
        Availability::Unreachable => "it is out of reach: connecting to it hangs".to_owned(),
        Availability::Silent if shares_port => "it is silent: no request is answered, except by the control API".to_owned(),
        Availability::Silent => "it is silent: no request is answered".to_owned(),
        Availability::Answers(canned) => format!("it answers every request with HTTP {}", canned.http_status),
    };
    format!("as the scenario says, {what}\n")
}

/// What a client must know if the cluster refuses some requests.
fn told_demands(authentication: &Authentication, strict: bool) -> String {
    let mut text = String::new();
    if let Authentication::On(iam) = authentication {
        let ids: Vec<&str> = iam.keys.ids().take(5).collect();
        let keys = if ids.is_empty() { "there are none".to_owned() } else { ids.join(", ") };
        let _ = writeln!(text, "requests must be signed for the region {} with one of the keys: {keys}", iam.region);
    }
    if strict {
        text += "strict mode: requests that AWS SDKs never send are refused with a hint\n";
    }
    text
}

/// The faults of the cluster.
fn told_faults(cluster: &Cluster) -> String {
    let names: Vec<String> = cluster.fault_reports().into_iter().map(|report| report.name).collect();
    if names.is_empty() { String::new() } else { format!("faults: {}\n", names.join(", ")) }
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

/// How a client has to sign.
enum Signer {
    /// It need not sign. The simulator accepts any signature.
    Anyhow,
    /// It has to sign, with any key.
    Somehow,
    /// For this region, with the key of this id.
    With { region: String, key: String },
}

impl Signer {
    fn of(cluster: &Cluster) -> Self {
        match &*cluster.authentication() {
            Authentication::On(iam) => {
                let key = iam.keys.ids().next().unwrap_or("<id>").to_owned();
                Self::With { region: iam.region.clone(), key }
            }
            Authentication::Off if cluster.is_strict() => Self::Somehow,
            Authentication::Off => Self::Anyhow,
        }
    }

    /// What curl needs to sign.
    fn for_curl(&self) -> String {
        match self {
            Self::With { region, key } => format!(" --aws-sigv4 aws:amz:{region}:neptune-db \\\n  -u {key}:'<its secret>'"),
            Self::Somehow => " --aws-sigv4 aws:amz:us-east-1:neptune-db \\\n  -u any:any".to_owned(),
            Self::Anyhow => String::new(),
        }
    }

    /// What boto3 needs in its environment. It requires credentials even where the simulator does not check them.
    fn environment(&self) -> String {
        match self {
            Self::With { region, key } => {
                format!("AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY='<its secret>'")
            }
            Self::Anyhow | Self::Somehow => {
                "AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any".to_owned()
            }
        }
    }
}

/// Lines to copy: curl and boto3.
fn told_trials(endpoint: &str, load: Option<&LoadTimeline>, ca_file: Option<&Path>, signer: &Signer) -> String {
    let (path, call) = match load {
        Some(load) => {
            let id = load.id.as_str();
            let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%5F", "_");
            (format!("/loader/{encoded}"), format!("get_loader_job_status(\n  loadId={id:?})"))
        }
        None => ("/loader".to_owned(), "list_loader_jobs()".to_owned()),
    };
    let client = "import boto3; neptune = boto3.client(\"neptunedata\")";
    let program = format!("{client}\nprint(neptune.{call}[\"payload\"])").replace('\'', r"'\''");
    let bundle = ca_file.map_or_else(String::new, |file| format!("  AWS_CA_BUNDLE={} \\\n", quoted(file)));
    let curl = format!("  {}{} {endpoint}{path}\n", curl(ca_file), signer.for_curl());
    let environment = signer.environment();
    // Short lines: a terminal breaks long ones within a word.
    format!("{curl}{bundle}  AWS_ENDPOINT_URL_NEPTUNEDATA={endpoint} \\\n  {environment} \\\n  python3 -c '{program}'\n")
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

/// What to do if the simulator cannot listen on an address.
pub(crate) fn listen_remedy(address: SocketAddr, control: ControlPlace, error: &io::Error) -> String {
    let option = if control == ControlPlace::At(address) { "--control" } else { "--listen" };
    let ip = ip_text(address);
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program has the port, perhaps another neptune-sim: end it (Ctrl-C where it runs), or choose another port with {option} \
             {ip}:PORT, or any free one with PORT 0"
        ),
        io::ErrorKind::PermissionDenied => {
            format!("ports below 1024 are for root: choose a higher one with {option} {ip}:PORT, or any free one with PORT 0")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!(
                "this machine has no address {ip}: choose one of its own with {option}, such as 127.0.0.1:{}",
                address.port()
            )
        }
        _ => format!("choose another address with {option} {ip}:PORT, or any free one with PORT 0"),
    }
}

fn ip_text(address: SocketAddr) -> String {
    if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn the_remedy_names_the_option_that_gave_the_address() {
        let address = "127.0.0.1:8183".parse().unwrap();
        let taken = io::ErrorKind::AddrInUse.into();
        assert!(listen_remedy(address, ControlPlace::WithFirst, &taken).contains("--listen 127.0.0.1:PORT"));
        assert!(listen_remedy(address, ControlPlace::At(address), &taken).contains("--control 127.0.0.1:PORT"));
    }

    #[rstest]
    #[case::refused(Availability::Refused, "it refuses connections", "; so does the control API, which shares its port")]
    #[case::silent(Availability::Silent, "it is silent: no request is answered", ", except by the control API")]
    fn a_cluster_that_cannot_be_reached_says_so(#[case] availability: Availability, #[case] what: &str, #[case] shared: &str) {
        assert_eq!(told_availability(&availability, false), format!("as the scenario says, {what}\n"));
        assert_eq!(told_availability(&availability, true), format!("as the scenario says, {what}{shared}\n"));
    }

    #[test]
    fn a_healthy_cluster_needs_no_words() {
        assert_eq!(told_availability(&Availability::Available, true), "");
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
            origin: neptune_loader::Origin::Scripted,
            source: String::new(),
            format: None,
            records: 0,
            is_ended: false,
            history: Vec::new(),
            ahead: Vec::new(),
        };
        let text = told_trials("http://x", Some(&load), None, &Signer::Anyhow);
        assert!(text.contains("curl -s http://x/loader/it%27s%20a%2Fb\n"), "{text}");
        assert!(text.contains(r#"loadId="it'\''s a/b""#), "{text}");
    }
}
