//! A cluster of a simulator, driven through the control API, wherever the simulator runs.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use neptune_control::{AddCluster, ClusterClient, Fault, FaultReport, RequestFilter};
use neptune_live::Inconclusive;
use neptune_sim::scenario::{Request, Scenario};
use neptune_sim::{Availability, ClockKind, ClusterSetup, ClusterSpec, Sim};
use reqwest::Url;
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::sync::OwnedSemaphorePermit;

use super::container::Container;
use super::http::LocalClient;
use super::{ClusterState, Place};
use crate::aliases::Aliases;
use crate::binaries::handler_binary;
use crate::lambda::{Function, Lambda};
use crate::stage::{Script, Sight, Stage, StartDefaults};

/// One cluster for one scenario, on the manual clock.
#[derive(Debug)]
pub struct SimTarget {
    /// The simulator, if it is in this process: it ends with this value.
    sim: Option<Sim>,
    client: LocalClient,
    control: ClusterClient,
    endpoint: String,
    /// The CA that vouches for the cluster, if it speaks TLS.
    ca_file: Option<NamedTempFile>,
    /// Its room in a simulator that has little.
    _slot: Option<OwnedSemaphorePermit>,
}

impl SimTarget {
    /// Starts a simulator in this process and gives it the scenario's cluster.
    ///
    /// The cluster is not the first one: that would share its port with the control API, and could not refuse connections.
    ///
    /// # Errors
    /// No port can be had, or the simulator does not take the scenario.
    pub async fn start(scenario: &str) -> Result<Self> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sim =
            Sim::start(ClusterSpec::new("control", ClockKind::Manual), anywhere).await.context("cannot start the simulator")?;
        let place = Place { control: sim.endpoint(), container: None };
        let cluster = Self::added(&place, scenario, None).await?;
        Ok(Self { sim: Some(sim), ..cluster })
    }

    /// Gives the simulator in a container the scenario's cluster, under a name that no other has. It is to [`end`](Self::end), because
    /// the simulator goes on.
    ///
    /// # Errors
    /// The simulator cannot be asked, or does not take the scenario.
    pub(super) async fn start_in(container: &Container, scenario: &str) -> Result<Self> {
        let slot = container.slot().await;
        let cluster = Self::added(container.place(), scenario, Some(container.new_name())).await?;
        let endpoint = container.endpoint(&cluster.endpoint)?;
        Ok(Self { endpoint, _slot: Some(slot), ..cluster })
    }

    /// Serves a cluster of any kind, such as a proxy, from this process.
    ///
    /// # Errors
    /// No port can be had.
    pub(crate) async fn serve(setup: impl Into<ClusterSetup>) -> Result<Self> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sim =
            Sim::start(ClusterSpec::new("control", ClockKind::Manual), anywhere).await.context("cannot start the simulator")?;
        let client = LocalClient::new(None, None)?;
        let cluster = sim.add_cluster(setup).await?;
        let control = client.control(&sim.endpoint())?.cluster(cluster.name().to_owned());
        Ok(Self { endpoint: cluster.endpoint(), sim: Some(sim), client, control, ca_file: None, _slot: None })
    }

    async fn added(place: &Place, scenario: &str, name: Option<String>) -> Result<Self> {
        let client = LocalClient::new(None, place.container)?;
        let control = client.control(&place.control)?;
        let cluster = control.add_cluster(scenario, &AddCluster { name, ..AddCluster::default() }).await?;
        let control = control.cluster(cluster.name);
        let (client, ca_file) = match cluster.ca {
            Some(ca) => {
                let file = written(&ca).context("cannot write the CA's certificate")?;
                (LocalClient::new(Some(&ca), place.container)?, Some(file))
            }
            None => (client, None),
        };
        Ok(Self { sim: None, client, control, endpoint: cluster.endpoint, ca_file, _slot: None })
    }

    /// Ends the simulator; of one that serves others as well, only the cluster.
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

    /// What functions get to know about this Neptune: environment variables.
    pub fn environment(&self) -> impl Iterator<Item = (String, String)> {
        let ca_file = self.ca_file.as_ref().map(|file| ("NEPTUNE_CA_FILE", file.path().display().to_string()));
        let variables = [("NEPTUNE_ENDPOINT", self.endpoint.clone())].into_iter().chain(ca_file);
        variables.map(|(name, value)| (name.to_owned(), value))
    }

    /// Where this Neptune is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Lets simulated time pass.
    ///
    /// # Errors
    /// The simulator refuses.
    pub async fn advance(&self, by: Duration) -> Result<()> {
        Ok(self.control.advance(by).await.map(drop)?)
    }

    /// Lets simulated time pass until a load has a status.
    ///
    /// # Errors
    /// The load never gets there.
    pub async fn wait(&self, load_id: &str, until: &str) -> Result<()> {
        Ok(self.control.wait_for(load_id, until).await.map(drop)?)
    }

    /// Makes Neptune reachable or not.
    ///
    /// # Errors
    /// The simulator refuses.
    pub async fn set_availability(&self, availability: &Availability) -> Result<()> {
        Ok(self.control.set_availability(availability).await.map(drop)?)
    }

    /// Lets something go wrong on the way from now on. The load in it is an id.
    ///
    /// # Errors
    /// The simulator refuses.
    pub async fn add_fault(&self, fault: &Fault) -> Result<()> {
        Ok(self.control.add_fault(fault).await.map(drop)?)
    }

    /// Takes a fault away, or every one.
    ///
    /// # Errors
    /// There is none of this name.
    pub async fn heal(&self, name: Option<&str>) -> Result<()> {
        let healed = match name {
            Some(name) => self.control.remove_fault(name).await,
            None => self.control.clear_faults().await,
        };
        Ok(healed.map(drop)?)
    }

    /// The faults in place, and what came of each.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn faults(&self) -> Result<Vec<FaultReport>> {
        Ok(self.control.faults().await?)
    }

    /// Sends a request as a client would, and gives the reply: `http`, `headers`, `text` and perhaps `body`, or `error`.
    ///
    /// # Errors
    /// No such request can be sent.
    pub async fn exchange(&self, request: &Request) -> Result<Value> {
        let mut url = Url::parse(&self.endpoint)?;
        url.set_path(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        self.client.exchange(request, url).await
    }

    /// What the cluster is doing.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn state(&self) -> Result<ClusterState> {
        let state = self.control.describe().await?;
        let loads = state.loads.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        Ok(ClusterState { now: state.now_text, loads })
    }

    /// The number that the next request to reach the cluster will have.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn next_request(&self) -> Result<u64> {
        Ok(self.control.requests(&RequestFilter { limit: Some(0), ..RequestFilter::default() }).await?.next)
    }

    /// The requests that have reached the cluster from this number on, the harness's own among them.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn requests_since(&self, since: u64) -> Result<Vec<Value>> {
        let log = self.control.requests(&RequestFilter { since: Some(since), ..RequestFilter::default() }).await?;
        Ok(log.requests.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }
}

impl Stage for SimTarget {
    type Function = Lambda;

    fn sight(&self) -> Sight {
        Sight::Everything
    }

    fn endpoint(&self) -> &str {
        Self::endpoint(self)
    }

    fn start_defaults(&self) -> StartDefaults {
        StartDefaults { role: "arn:aws:iam::123456789012:role/NeptuneLoadFromS3".to_owned(), region: "us-east-1".to_owned() }
    }

    fn script<'a>(&'a self, scenario: &'a Scenario) -> Script<'a> {
        Script { setup: scenario.setup(), action: scenario.action(), cleanup: scenario.cleanup() }
    }

    /// A scripted load's id is its name.
    async fn prepare(&self, scenario: &Scenario, aliases: &mut Aliases) -> Result<()> {
        for id in scenario.scripted_loads() {
            aliases.bind(id.as_str(), id.as_str());
        }
        Ok(())
    }

    fn function(&self, name: &str, scenario: &Scenario) -> Result<Lambda> {
        let environment = self.environment().chain(scenario.environment().iter().cloned()).collect();
        let function = Function { name: name.to_owned(), binary: handler_binary(name)?, environment };
        Ok(Lambda::new(function, scenario.seed()))
    }

    async fn wait(&self, load_id: &str, until: &str) -> Result<()> {
        Self::wait(self, load_id, until).await
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        Self::advance(self, by).await
    }

    async fn pause(&self, every: Duration) -> Result<()> {
        Self::advance(self, every).await
    }

    fn most_polls(&self, at_most: u32) -> u32 {
        at_most
    }

    async fn exchange(&self, request: &Request, _load: Option<&str>) -> Result<Value> {
        Self::exchange(self, request).await
    }

    async fn set_availability(&self, availability: &Availability) -> Result<()> {
        Self::set_availability(self, availability).await
    }

    async fn add_fault(&self, fault: &Fault) -> Result<()> {
        Self::add_fault(self, fault).await
    }

    async fn heal(&self, name: Option<&str>) -> Result<()> {
        Self::heal(self, name).await
    }

    async fn faults(&self) -> Result<Vec<FaultReport>> {
        Self::faults(self).await
    }

    async fn state(&self) -> Result<ClusterState> {
        Self::state(self).await
    }

    async fn next_request(&self) -> Result<u64> {
        Self::next_request(self).await
    }

    async fn requests_since(&self, since: u64) -> Result<Vec<Value>> {
        Self::requests_since(self, since).await
    }

    /// The simulator's clock stands still meanwhile.
    async fn excuse(&self) -> Result<Option<Inconclusive>> {
        Ok(None)
    }
}

fn written(text: &str) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
