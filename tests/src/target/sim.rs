//! The simulator in this process, driven through its control API like any simulator elsewhere would be.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use neptune_control::{AddCluster, ClusterClient, RequestFilter};
use neptune_sim::scenario::Start;
use neptune_sim::{Availability, ClockKind, ClusterSpec, Sim};
use reqwest::{Method, Url};
use serde_json::{Value, json};

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

    /// Starts a load as a client in a region would, and gives its id. The dependencies are ids.
    ///
    /// # Errors
    /// Neptune refuses.
    pub async fn start_load(&self, start: &Start, region: &str, dependencies: &[String]) -> Result<String> {
        let request = json!({
            "source": start.source,
            "format": start.format,
            "iamRoleArn": "arn:aws:iam::123456789012:role/NeptuneLoadFromS3",
            "region": region,
            "queueRequest": if start.queue { "TRUE" } else { "FALSE" },
            "dependencies": dependencies,
        });
        let reply = self.client.send(Method::POST, &format!("{}/loader", self.endpoint), request.to_string()).await?;
        let id = reply["payload"]["loadId"].as_str();
        id.map(str::to_owned).with_context(|| format!("Neptune started a load without telling its id: {reply}"))
    }

    /// Cancels a load as a client would.
    ///
    /// # Errors
    /// Neptune refuses.
    pub async fn cancel_load(&self, load_id: &str) -> Result<()> {
        let mut url = Url::parse(&format!("{}/loader", self.endpoint))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(load_id);
        }
        self.client.send(Method::DELETE, url.as_str(), String::new()).await.map(drop)
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

    /// Every request that has reached the cluster, the harness's own among them.
    ///
    /// # Errors
    /// The simulator does not tell.
    pub async fn requests(&self) -> Result<Vec<Value>> {
        let log = self.control.requests(&RequestFilter::default()).await?;
        Ok(log.requests.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }
}
