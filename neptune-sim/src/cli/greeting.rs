//! What is printed once the simulator runs: what it is, and lines to copy.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use neptune_server::{Authentication, Availability, ClockKind, Cluster, LoadTimeline, Sim, StartClock};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What a user needs to know once the simulator runs.
pub(crate) fn greeting(sim: &Sim, ca_file: Option<&Path>) -> String {
    let (version, cluster, endpoint) = (env!("CARGO_PKG_VERSION"), sim.first(), sim.endpoint());
    let shares_port = sim.control_endpoint() == Some(&endpoint);
    let mut text = format!("neptune-sim {version} listens on {endpoint}\n");
    let _ = writeln!(text, "cluster `{}`, clock {}, seed {}", cluster.name(), render_clock(cluster), cluster.seed());
    text += &render_availability(&cluster.availability(), shares_port);
    text += &render_demands(&cluster.authentication(), cluster.is_strict());
    for (bucket, folder) in cluster.buckets() {
        let _ = writeln!(text, "loads of s3://{bucket}/ read {folder}");
    }
    if let Some(endpoint) = cluster.s3_endpoint() {
        let which = if cluster.buckets().next().is_some() { "other loads" } else { "loads" };
        let _ = writeln!(text, "{which} read their sources from {endpoint}");
    }
    text += &render_faults(cluster);
    let loads = cluster.timeline();
    text += &render_loads(&loads);
    let trials = render_try_it(&Way::to(cluster, ca_file), loads.first(), &Signing::of(cluster));
    let page = render_page(sim.control_endpoint());
    let control = render_control(sim.control_endpoint(), ca_file.filter(|_| shares_port));
    let _ = write!(text, "\nTry it:\n{trials}\n{page}See what goes on: {control}\n");
    text
}

/// How time passes, and from when on.
fn render_clock(cluster: &Cluster) -> String {
    match (cluster.clock_kind(), cluster.clock_starts()) {
        (kind @ ClockKind::Manual, _) | (kind, StartClock::AtOnce) => kind.to_string(),
        (kind, StartClock::OnRequest) => format!("{kind} from the first request on"),
    }
}

/// Where the page is, unless the control API is off.
pub(super) fn render_page(endpoint: Option<&str>) -> String {
    endpoint.map_or_else(String::new, |endpoint| format!("Watch it in a browser: {endpoint}/_sim\n"))
}

/// How to send requests to the control API, or what to do without it.
pub(super) fn render_control(endpoint: Option<&str>, ca_file: Option<&Path>) -> String {
    match endpoint {
        Some(endpoint) => format!("{} {endpoint}/_sim", curl(ca_file)),
        None => "start it with --verbose; the control API is off".to_owned(),
    }
}

/// What a client sees while Neptune is unavailable.
fn render_availability(availability: &Availability, shares_port: bool) -> String {
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
fn render_demands(authentication: &Authentication, strict: bool) -> String {
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
pub(super) fn render_faults(cluster: &Cluster) -> String {
    let names: Vec<String> = cluster.fault_reports().into_iter().map(|report| report.name).collect();
    if names.is_empty() { String::new() } else { format!("faults: {}\n", names.join(", ")) }
}

fn render_loads(loads: &[LoadTimeline]) -> String {
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
pub(super) enum Signing {
    /// It need not sign. The simulator accepts any signature.
    Optional,
    /// It has to sign, with any key.
    AnyKey,
    /// For this region, with the key of this id.
    With { region: String, key: String },
}

impl Signing {
    fn of(cluster: &Cluster) -> Self {
        match &*cluster.authentication() {
            Authentication::On(iam) => {
                let key = iam.keys.ids().next().unwrap_or("<id>").to_owned();
                Self::With { region: iam.region.clone(), key }
            }
            Authentication::Off if cluster.is_strict() => Self::AnyKey,
            Authentication::Off => Self::Optional,
        }
    }

    /// What curl needs to sign.
    fn for_curl(&self) -> String {
        match self {
            Self::With { region, key } => format!(" --aws-sigv4 aws:amz:{region}:neptune-db \\\n  -u {key}:'<its secret>'"),
            Self::AnyKey => " --aws-sigv4 aws:amz:us-east-1:neptune-db \\\n  -u any:any".to_owned(),
            Self::Optional => String::new(),
        }
    }

    /// What boto3 needs in its environment. It requires credentials even where the simulator does not check them.
    fn environment(&self) -> String {
        match self {
            Self::With { region, key } => {
                format!("AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY='<its secret>'")
            }
            Self::Optional | Self::AnyKey => {
                "AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any".to_owned()
            }
        }
    }
}

/// How clients reach a cluster.
pub(super) struct Way<'a> {
    endpoint: String,
    /// Its host name and port, and the address that they stand for, if certificates were made for a name: `neptune.example:8182:127.0.0.1`.
    resolve: Option<String>,
    ca_file: Option<&'a Path>,
}

impl<'a> Way<'a> {
    /// By its name, if it has one: in strict mode it refuses requests under another.
    pub(super) fn to(cluster: &Cluster, ca_file: Option<&'a Path>) -> Self {
        let Some(name) = cluster.host_name() else { return Self { endpoint: cluster.endpoint(), resolve: None, ca_file } };
        let address = cluster.address();
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let (port, resolve) = (address.port(), Some(format!("{name}:{}:{ip}", address.port())));
        Self { endpoint: format!("https://{name}:{port}"), resolve, ca_file }
    }

    /// What curl needs to know beside the URL.
    fn for_curl(&self) -> String {
        let resolve = self.resolve.as_ref().map_or_else(String::new, |resolve| format!(" --resolve {resolve} \\\n "));
        curl(self.ca_file) + &resolve
    }

    /// What must hold before boto3 gets there.
    fn condition(&self) -> String {
        let names = self.resolve.as_ref().and_then(|resolve| resolve.split_once(':'));
        names.map_or_else(String::new, |(name, rest)| {
            let ip = rest.split_once(':').map_or(rest, |(_, ip)| ip);
            format!("  # boto3 needs an entry in /etc/hosts: {ip} {name}\n")
        })
    }
}

/// Lines to copy: curl and boto3.
pub(super) fn render_try_it(way: &Way<'_>, load: Option<&LoadTimeline>, signer: &Signing) -> String {
    let (path, call) = match load {
        Some(load) => {
            let id = load.id.as_str();
            let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%5F", "_");
            (format!("/loader/{encoded}"), format!("get_loader_job_status(\n  loadId={id:?})"))
        }
        None => ("/loader".to_owned(), "list_loader_jobs()".to_owned()),
    };
    let endpoint = &way.endpoint;
    let client = "import boto3; neptune = boto3.client(\"neptunedata\")";
    let program = format!("{client}\nprint(neptune.{call}[\"payload\"])").replace('\'', r"'\''");
    let bundle = way.ca_file.map_or_else(String::new, |file| format!("  AWS_CA_BUNDLE={} \\\n", quoted(file)));
    let curl = format!("  {}{} {endpoint}{path}\n{}", way.for_curl(), signer.for_curl(), way.condition());
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::refused(Availability::Refused, "it refuses connections", "; so does the control API, which shares its port")]
    #[case::silent(Availability::Silent, "it is silent: no request is answered", ", except by the control API")]
    fn a_cluster_that_cannot_be_reached_says_so(#[case] availability: Availability, #[case] what: &str, #[case] shared: &str) {
        assert_eq!(render_availability(&availability, false), format!("as the scenario says, {what}\n"));
        assert_eq!(render_availability(&availability, true), format!("as the scenario says, {what}{shared}\n"));
    }

    #[test]
    fn a_healthy_cluster_needs_no_words() {
        assert_eq!(render_availability(&Availability::Available, true), "");
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
            depends_on: Vec::new(),
            format: None,
            records: 0,
            duplicates: 0,
            is_ended: false,
            history: Vec::new(),
            ahead: Vec::new(),
        };
        let way = Way { endpoint: "http://x".to_owned(), resolve: None, ca_file: None };
        let text = render_try_it(&way, Some(&load), &Signing::Optional);
        assert!(text.contains("curl -s http://x/loader/it%27s%20a%2Fb\n"), "{text}");
        assert!(text.contains(r#"loadId="it'\''s a/b""#), "{text}");
    }
}
