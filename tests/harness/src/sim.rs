//! The simulator as a backend: one cluster for each scenario, on the manual clock, in this process or in a simulator elsewhere.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use neptune_control::{AddCluster, ClusterClient, Fault, FaultReport, RequestFilter};
use neptune_server::scenario::{Request, Scenario};
use neptune_server::{Availability, ClockKind, ClusterSetup, ClusterSpec, Sim};
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::backend::{Backend, ClusterState, StartDefaults, Visibility};
use crate::local_client::LocalClient;
use crate::play::{Played, play};
use crate::under_test::{Deployed, UnderTest};

/// How a function learns where Neptune is: first our own name, then the AWS SDKs'.
const ENDPOINT_NAMES: [&str; 2] = ["NEPTUNE_ENDPOINT", "AWS_ENDPOINT_URL_NEPTUNEDATA"];
/// And which CA it must trust: our own name, then those of AWS's SDKs, OpenSSL, Python's requests and Node.
const CA_NAMES: [&str; 5] = ["NEPTUNE_CA_FILE", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// One cluster of a simulator, for one scenario.
#[derive(Debug)]
pub struct SimBackend {
    /// The simulator, if it is in this process: it ends with this value.
    sim: Option<Sim>,
    client: LocalClient,
    control: ClusterClient,
    endpoint: String,
    /// The CA of the cluster's certificate, if it speaks TLS.
    ca_file: Option<NamedTempFile>,
    /// `None`: this project's own functions.
    under_test: Option<Arc<UnderTest>>,
}

/// Where a simulator outside this process is reached.
#[derive(Clone, Debug)]
pub struct SimulatorAddress {
    /// Its control API: `http://127.0.0.1:8183`.
    pub control: String,
    /// The address of its container, if it is reached there and not at an address of this machine's own.
    pub container: Option<IpAddr>,
}

/// Runs a scenario on a simulator in this process, which ends with it.
///
/// # Errors
/// The simulator cannot be started, or does not answer at the end.
pub async fn play_on_sim(scenario: &Scenario) -> Result<Played> {
    play_alone(scenario, SimBackend::start(scenario).await?).await
}

/// The same with other functions.
///
/// # Errors
/// As for [`play_on_sim`].
pub async fn play_on_sim_with(scenario: &Scenario, under_test: &Arc<UnderTest>) -> Result<Played> {
    play_alone(scenario, SimBackend::start(scenario).await?.with(under_test)).await
}

async fn play_alone(scenario: &Scenario, backend: SimBackend) -> Result<Played> {
    let played = play(scenario, &backend).await;
    backend.end().await?;
    played
}

impl SimBackend {
    /// Starts a simulator in this process with the scenario's cluster.
    ///
    /// # Errors
    /// No port is free, or the cluster cannot be made.
    pub async fn start(scenario: &Scenario) -> Result<Self> {
        Self::serve(scenario.cluster_spec(ClockKind::Manual)).await
    }

    /// Starts a simulator in this process with any cluster, such as a proxy.
    ///
    /// The cluster is not the simulator's first one: that shares its port with the control API, and could not refuse connections.
    ///
    /// # Errors
    /// No port is free, or the cluster cannot be made.
    pub async fn serve(setup: impl Into<ClusterSetup>) -> Result<Self> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sim =
            Sim::start(ClusterSpec::new("control", ClockKind::Manual), any_port).await.context("cannot start the simulator")?;
        let cluster = sim.add_cluster(setup).await?;
        let control = LocalClient::new(None, None)?.control(&sim.endpoint())?.cluster(cluster.name().to_owned());
        let (client, ca_file) = trusting(cluster.ca_pem(), None)?;
        Ok(Self { endpoint: cluster.endpoint(), sim: Some(sim), client, control, ca_file, under_test: None })
    }

    /// Adds the scenario's cluster, under this name, to a simulator that runs already. [`end`](Self::end) removes the cluster.
    ///
    /// # Errors
    /// The simulator does not answer, or refuses the scenario.
    pub async fn add_to(simulator: &SimulatorAddress, scenario: &str, name: String) -> Result<Self> {
        let control = LocalClient::new(None, simulator.container)?.control(&simulator.control)?;
        let cluster = control.add_cluster(scenario, &AddCluster { name: Some(name), ..AddCluster::default() }).await?;
        let (client, ca_file) = trusting(cluster.ca.as_deref(), simulator.container)?;
        Ok(Self {
            sim: None,
            client,
            control: control.cluster(cluster.name),
            endpoint: cluster.endpoint,
            ca_file,
            under_test: None,
        })
    }

    /// The same cluster with other functions in front of it.
    #[must_use]
    pub fn with(self, under_test: &Arc<UnderTest>) -> Self {
        Self { under_test: Some(Arc::clone(under_test)), ..self }
    }

    /// The same cluster behind another address, where a port is published under another number.
    #[must_use]
    pub fn reached_at(self, endpoint: String) -> Self {
        Self { endpoint, ..self }
    }

    /// Ends the simulator if it is in this process, and otherwise removes the cluster.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn end(self) -> Result<()> {
        match self.sim {
            Some(sim) => drop(sim),
            None => self.control.delete().await?,
        }
        Ok(())
    }

    /// The environment variables that lead a function to this Neptune: this project's own names, and those of AWS's SDKs and usual HTTP
    /// clients for a function that is given.
    pub fn environment(&self) -> impl Iterator<Item = (String, String)> {
        let ca_file = self.ca_file.as_ref().map(|file| file.path().display().to_string());
        let is_given = self.under_test().is_given();
        let [endpoint_names, ca_names]: [&[&str]; 2] =
            if is_given { [&ENDPOINT_NAMES, &CA_NAMES] } else { [&ENDPOINT_NAMES[..1], &CA_NAMES[..1]] };
        let named = |names: &'static [&str], value: String| names.iter().map(move |name| ((*name).to_owned(), value.clone()));
        let ca = ca_file.into_iter().flat_map(move |file| named(ca_names, file));
        named(endpoint_names, self.endpoint.clone()).chain(ca)
    }
}

impl Backend for SimBackend {
    type Function = Deployed;

    fn under_test(&self) -> &UnderTest {
        self.under_test.as_deref().unwrap_or(UnderTest::OURS)
    }

    fn visibility(&self) -> Visibility {
        Visibility::Everything
    }

    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn start_defaults(&self) -> StartDefaults {
        StartDefaults::made_up()
    }

    fn function(&self, name: &str, scenario: &Scenario) -> Result<Deployed> {
        let environment = self.environment().chain(scenario.environment().iter().cloned()).collect();
        self.under_test().deploy(name, environment, scenario)
    }

    async fn wait(&self, load_id: &str, until: &str) -> Result<()> {
        Ok(self.control.wait_for(load_id, until).await.map(drop)?)
    }

    async fn pause(&self, every: Duration) -> Result<()> {
        self.advance(every).await
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        Ok(self.control.advance(by).await.map(drop)?)
    }

    async fn exchange(&self, request: &Request, _load: Option<&str>) -> Result<Value> {
        self.client.exchange(request, &self.endpoint).await
    }

    async fn set_availability(&self, availability: &Availability) -> Result<()> {
        Ok(self.control.set_availability(availability).await.map(drop)?)
    }

    async fn add_fault(&self, fault: &Fault) -> Result<()> {
        Ok(self.control.add_fault(fault).await.map(drop)?)
    }

    async fn clear_fault(&self, name: Option<&str>) -> Result<()> {
        let cleared = match name {
            Some(name) => self.control.remove_fault(name).await,
            None => self.control.clear_faults().await,
        };
        Ok(cleared.map(drop)?)
    }

    async fn faults(&self) -> Result<Vec<FaultReport>> {
        Ok(self.control.faults().await?)
    }

    async fn state(&self) -> Result<ClusterState> {
        let state = self.control.describe().await?;
        let loads = state.loads.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        Ok(ClusterState { now: state.now_text, loads })
    }

    async fn now(&self) -> Result<Option<f64>> {
        Ok(Some(self.control.clock().await?.now))
    }

    async fn snapshot(&self) -> Result<Option<Value>> {
        Ok(Some(serde_json::to_value(self.control.snapshot().await?)?))
    }

    async fn next_request(&self) -> Result<u64> {
        Ok(self.control.requests(&RequestFilter { limit: Some(0), ..RequestFilter::default() }).await?.next)
    }

    /// The harness's own requests are among them.
    async fn requests_since(&self, since: u64) -> Result<Vec<Value>> {
        let log = self.control.requests(&RequestFilter { since: Some(since), ..RequestFilter::default() }).await?;
        Ok(log.requests.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }
}

/// A client that trusts this CA, and a file of it for the functions.
fn trusting(ca: Option<&str>, container: Option<IpAddr>) -> Result<(LocalClient, Option<NamedTempFile>)> {
    let file = ca.map(written).transpose().context("cannot write the CA's certificate")?;
    Ok((LocalClient::new(ca, container)?, file))
}

fn written(text: &str) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
