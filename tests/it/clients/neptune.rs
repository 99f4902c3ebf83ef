//! The simulator that the clients call.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use neptune_server::scenario::Scenario;
use neptune_server::{
    AccessKey, AccessKeys, Authentication, Availability, CannedAnswer, CannedBody, ClockKind, Iam, Secret, Sim, SimOptions, Tls,
};
use tempfile::TempDir;

/// An access key and its secret, which AWS's documentation signs with.
pub(super) const KEYS: (&str, &str) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The cluster for every client: it has a failed load, and each load that a client starts takes five minutes.
const CLUSTER: &str = "
name: test_clients
about: a load that has failed, and loads that clients start
given:
  loads:
    broken:
      lifecycle: [LOAD_IN_PROGRESS 10s, LOAD_FAILED]
      files: 3
      records: 120
      errors:
        - {code: PARSING_ERROR, message: Record has more columns than header, file: knows.csv, record: 60, times: 4}
        - {code: S3_ACCESS_DENIED_ERROR, message: Access denied to S3 object, file: people.csv}
  started_loads:
    - {lifecycle: [LOAD_IN_PROGRESS 5m, LOAD_COMPLETED], files: 3, records: 90}
";

/// How the clients reach the simulator.
#[derive(Clone, Copy, Debug)]
pub(super) enum Face {
    /// Plain HTTP, and signatures that are not checked.
    Http,
    /// TLS with an authority of the simulator's own.
    Tls,
    /// TLS, and answers for requests that [`KEYS`] have signed.
    Iam,
}

/// Where clients are sent, and what they need for it.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) url: String,
    /// The authority to trust, with TLS.
    pub(super) ca_file: Option<PathBuf>,
    /// Access key and secret.
    pub(super) keys: (&'static str, &'static str),
}

/// A running simulator; it ends with this value.
pub(super) struct Neptune {
    pub(super) sim: Sim,
    pub(super) endpoint: Endpoint,
    /// Holds the authority's file.
    _folder: TempDir,
}

impl Neptune {
    /// Starts a simulator and lets ten seconds pass.
    pub(super) async fn start(face: Face) -> Self {
        let mut spec = Scenario::parse("clients", CLUSTER).unwrap().cluster_spec(ClockKind::Manual);
        if let Face::Iam = face {
            spec.authentication = Authentication::On(iam());
        }
        let tls = matches!(face, Face::Tls | Face::Iam).then(|| Tls::with_new_ca(HERE, &[]).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let ca_file = tls.as_ref().map(|tls| {
            let file = folder.path().join("ca.pem");
            tls.write_ca(&file).unwrap();
            file
        });
        let options = SimOptions { tls, ..SimOptions::new((HERE, 0).into()) };
        let sim = Sim::start_with(spec, options).await.unwrap();
        sim.first().advance(Duration::from_secs(10)).unwrap();
        let endpoint = Endpoint { url: sim.endpoint(), ca_file, keys: KEYS };
        Self { sim, endpoint, _folder: folder }
    }

    /// A simulator that answers everything with this error.
    pub(super) async fn in_trouble(http_status: u16, code: &str) -> Self {
        let neptune = Self::start(Face::Http).await;
        let body = CannedBody::Error { code: code.to_owned(), message: "as arranged".to_owned() };
        let trouble = Availability::Answers(CannedAnswer { http_status, body });
        neptune.sim.first().set_availability(trouble).await.unwrap();
        neptune
    }
}

/// One call, asked of five simulators in different states. It is the model, not the status, that decides what AWS's clients retry.
pub(super) struct Asked(pub(super) [Neptune; 5]);

impl Asked {
    pub(super) async fn of_all() -> Self {
        Self([
            Neptune::start(Face::Http).await,
            Neptune::in_trouble(400, "BadRequestException").await,
            Neptune::in_trouble(400, "ConstraintViolationException").await,
            Neptune::in_trouble(429, "TooManyRequestsException").await,
            Neptune::in_trouble(500, "InternalFailureException").await,
        ])
    }

    pub(super) fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.iter().map(|neptune| &neptune.endpoint)
    }

    /// How many requests have reached each of them.
    pub(super) fn counts(&self) -> [usize; 5] {
        self.0.each_ref().map(|neptune| neptune.sim.first().requests().requests.len())
    }
}

/// What the standard retry mode makes of an unknown load, then of the errors of [`Asked::of_all`] in their order.
pub(super) const STANDARD_RETRIES: [usize; 5] = [3, 1, 3, 3, 3];

/// One key, which may do everything.
fn iam() -> Iam {
    let (id, secret) = KEYS;
    let key = AccessKey::new(id, Secret::try_from(secret.to_owned()).unwrap());
    Iam { keys: AccessKeys::try_from(vec![key]).unwrap(), ..Iam::default() }
}
