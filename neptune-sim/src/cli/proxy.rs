//! `neptune-sim proxy`: what can be asked for, and what is printed at the start.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use clap::Args;
use neptune_server::Proxy;
use neptune_server::record::Recorder;
use neptune_server::scenario::read_faults;
use neptune_server::upstream::{HostHeader, Signer, Upstream, UpstreamAddress, UpstreamOptions};
use neptune_server::{ClockKind, ClusterSetup, ClusterSpec, Sim};

use super::addresses::{Listening, Places};
use super::exit::{EXIT_BAD_SCENARIO, EXIT_BAD_TLS, EXIT_CANNOT_RECORD};
use super::greeting::{Signing, Way, render_control, render_faults, render_page, render_try_it};
use super::tls_files::TlsFiles;

/// The name of the proxy on the control API.
const NAME: &str = "proxy";

const MORE: &str = "`neptune-sim proxy --help` has all options, examples and exit codes.";

// 80 columns: clap wraps prose, and would wrap commands in the middle.
const EXAMPLES: &str = "\
Examples:
  What goes wrong happens here; the cluster notices nothing:
    neptune-sim proxy --upstream https://my-cluster.neptune.example:8182 \\
      --faults faults.yaml
  Sign with your keys, and record without names and secrets:
    neptune-sim proxy --upstream https://my-cluster.neptune.example:8182 \\
      --sign us-east-1 --record session.ndjson
  Reach the cluster through a tunnel of yours:
    neptune-sim proxy --upstream https://my-cluster.neptune.example:8182 \\
      --connect-to 127.0.0.1:9182
  In front of another simulator:
    neptune-sim proxy --upstream http://127.0.0.1:8183

A fault file has the faults of a scenario:
  faults: [{use: failover}, {on: {operation: status, request: 3}, does: reset}]
The control API (/_sim/clusters/proxy) adds others while the proxy runs. All
durations are real time.

A client signs for the address that it asks. A cluster with IAM authentication
refuses what was signed for the proxy's, so either let the proxy sign (--sign),
or let clients reach it under the cluster's name (--keep-host): with an entry in
the hosts file, or `curl --connect-to`.

Exit codes:
  0    ended by SIGINT or SIGTERM
  2    the command line is wrong, or --sign finds no AWS_ACCESS_KEY_ID and
       AWS_SECRET_ACCESS_KEY
  102  cannot listen on the address
  103  the file with the faults is wrong; what is wrong with it is on stderr
  104  a file for TLS is absent, wrong or cannot be written
  105  the recording cannot be written";

/// What a proxy is to be.
#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = EXAMPLES)]
pub(crate) struct ProxyArguments {
    /// Where to pass requests on to
    ///
    /// `https://my-cluster.neptune.example:8182`; without a port, 8182. No other host is ever asked.
    #[arg(long, value_name = "URL")]
    upstream: UpstreamAddress,
    /// Where to open connections to it, instead of looking its name up
    ///
    /// An IP address and a port, such as those of a tunnel. Its certificate, `Host` and signatures stay those of its name.
    #[arg(long, value_name = "ADDRESS", hide_short_help = true)]
    connect_to: Option<SocketAddr>,
    /// A YAML file with the faults: `faults: [...]`
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Append every exchange to this file
    ///
    /// A line of JSON each. Names and secrets are replaced before anything is written.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(flatten)]
    listening: Listening,
    /// Sign what is passed on for this region
    ///
    /// With `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. The client's own signature is left out.
    #[arg(long, value_name = "REGION")]
    sign: Option<String>,
    /// Pass the client's `Host` on instead of the upstream's
    ///
    /// The client's own signature then stays valid.
    #[arg(long, conflicts_with = "sign")]
    keep_host: bool,
    /// A PEM file with certificates to trust beside Amazon's roots
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    upstream_ca: Option<PathBuf>,
    /// Where the chances of faults come from
    #[arg(long, value_name = "N", default_value_t = 0, hide_short_help = true)]
    seed: u64,
    /// Log every request to stderr
    ///
    /// `RUST_LOG` gives finer control.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) tls: TlsFiles,
}

/// Why there can be no proxy: the exit code, and what to print.
type Refusal = (u8, String);

impl ProxyArguments {
    /// Where the proxy and the control API listen.
    pub(crate) fn places(&self, spec: &ClusterSpec) -> Places {
        self.listening.places(spec.may_shut_its_port())
    }

    /// The proxy as a cluster. The recording begins here.
    pub(crate) fn cluster_setup(&self) -> Result<ClusterSetup, Refusal> {
        let faults = self.faults.as_deref().map(read_faults).transpose();
        let faults = faults.map_err(|error| (EXIT_BAD_SCENARIO, error.to_string()))?.unwrap_or_default();
        if self.leads_to_itself() {
            let text = format!(
                "error: the proxy would pass on to itself: it listens on {}\nhint: give it another --listen",
                self.listening.addresses.listen
            );
            return Err((2, text));
        }
        let upstream = Upstream::new(UpstreamOptions {
            connect_to: self.connect_to,
            ca_file: self.upstream_ca.clone(),
            host: if self.keep_host { HostHeader::Clients } else { HostHeader::Upstreams },
            signer: self.sign.as_deref().map(signer).transpose()?,
            ..UpstreamOptions::new(self.upstream.clone())
        });
        let upstream = upstream.map_err(|error| (EXIT_BAD_TLS, format!("error: {error}")))?;
        let recorder = self.record.as_deref().map(|path| Recorder::append(path, &self.upstream)).transpose();
        let recorder = recorder.map_err(|error| (EXIT_CANNOT_RECORD, format!("error: {error}")))?;
        let mut spec = ClusterSpec::new(NAME, ClockKind::Real);
        spec.settings.seed = self.seed;
        spec.faults = faults;
        Ok(ClusterSetup { proxy: Some(Proxy { upstream, recorder }), ..spec.into() })
    }

    /// Whether the upstream is where the proxy listens, by whatever name: each request would come back for ever.
    fn leads_to_itself(&self) -> bool {
        let upstream = (self.upstream.host().trim_matches(['[', ']']), self.upstream.port());
        // A name that DNS does not know yet may resolve later, to another host.
        let addresses: Vec<_> = match self.connect_to {
            Some(address) => vec![address],
            None => upstream.to_socket_addrs().into_iter().flatten().collect(),
        };
        let is_here = |ip: IpAddr| {
            ip == self.listening.addresses.listen.ip()
                || self.listening.addresses.listen.ip().is_unspecified() && ip.is_loopback()
        };
        self.listening.addresses.listen.port() != 0
            && addresses
                .into_iter()
                .any(|address| address.port() == self.listening.addresses.listen.port() && is_here(address.ip()))
    }

    /// What to say if strangers can reach the proxy.
    pub(crate) fn exposure_warnings(&self, places: &Places) -> Vec<String> {
        let signed = if self.sign.is_some() { ", signed with your credentials" } else { "" };
        let deeds = format!("ask {} whatever they like{signed}", self.upstream);
        places.exposure_warnings("the proxy", &deeds)
    }

    /// What a user needs to know once the proxy runs.
    pub(crate) fn greeting(&self, sim: &Sim, ca_file: Option<&Path>) -> String {
        let (version, endpoint) = (env!("CARGO_PKG_VERSION"), sim.endpoint());
        let shares_port = sim.control_endpoint() == Some(&endpoint);
        let mut text = format!("neptune-sim {version} listens on {endpoint}\n");
        let signed = self.sign.as_ref().map(|region| format!(", signed for the region {region}")).unwrap_or_default();
        let way = self.connect_to.map(|address| format!(" at {address}")).unwrap_or_default();
        let _ = writeln!(text, "proxy: everything is passed on to {}{way}{signed}", self.upstream);
        let faults = render_faults(sim.first());
        text += if faults.is_empty() { "no faults yet: add some with POST /_sim/clusters/proxy/faults\n" } else { &faults };
        if let Some(file) = &self.record {
            let _ = writeln!(text, "every exchange is appended to {}, without names and secrets", file.display());
        }
        let trials = render_try_it(&Way::to(sim.first(), ca_file), None, &Signing::Optional);
        let page = render_page(sim.control_endpoint());
        let control = render_control(sim.control_endpoint(), ca_file.filter(|_| shares_port));
        let _ = write!(text, "\nTry it:\n{trials}\n{page}See what goes on: {control}\n");
        text
    }
}

/// Signs with the credentials of the environment.
fn signer(region: &str) -> Result<Signer, Refusal> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        (Some(id), Some(secret)) => Ok(Signer::new(&id, &secret, variable("AWS_SESSION_TOKEN").as_deref(), region)),
        _ => Err((2, "error: --sign needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\nhint: `aws configure export-credentials --format env` prints them".to_owned())),
    }
}
