//! The simulator in this process, driven through its control API like any simulator elsewhere would be.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use neptune_control::{AddCluster, ClusterClient, RequestFilter};
use neptune_sim::scenario::Request;
use neptune_sim::{Availability, ClockKind, ClusterSpec, Sim};
use reqwest::Url;
use serde_json::Value;

use super::ClusterState;
use super::http::LocalClient;

/// One simulator with one cluster for one scenario, on the manual clock.
#[derive(Debug)]
pub struct SimTarget {
    /// Ends with this value.
    _sim: Sim,
    client: LocalClient,
    control: ClusterClient,
    endpoint: String,
}

impl SimTarget {
    /// Starts a simulator and gives it the scenario's cluster.
    ///
    /// The cluster is not the first one: that would share its port with the control API, and could not refuse connections.
    ///
    /// # Errors
    /// No port can be had, or the simulator does not take the scenario.
    pub async fn start(scenario: &str) -> Result<Self> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sim =
            Sim::start(ClusterSpec::new("control", ClockKind::Manual), anywhere).await.context("cannot start the simulator")?;
        let client = LocalClient::new()?;
        let control = client.control(&sim.endpoint())?;
        let cluster = control.add_cluster(scenario, &AddCluster::default()).await?;
        Ok(Self { control: control.cluster(cluster.name), endpoint: cluster.endpoint, client, _sim: sim })
    }

    /// What functions get as their Neptune endpoint.
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

    /// The requests that have reached the cluster, the harness's own among them.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn requests(&self) -> Result<Vec<Value>> {
        self.requests_since(0).await
    }

    /// Those from this number on.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn requests_since(&self, since: u64) -> Result<Vec<Value>> {
        let log = self.control.requests(&RequestFilter { since: Some(since), ..RequestFilter::default() }).await?;
        Ok(log.requests.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }
}
