//! The simulator's image in a container, as a backend: one container for all scenarios of a run, each of which gets a cluster of its own
//! in it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bollard::Docker;
use bollard::models::{HostConfig, PortBinding};
use bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptionsBuilder};
use neptune_harness::backend::Backend as _;
use neptune_harness::play::{Played, play};
use neptune_harness::sim::{SimBackend, SimulatorAddress};
use neptune_server::scenario::Scenario;
use reqwest::Url;
use testcontainers::core::client::docker_client_instance;
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};
use tokio::sync::Semaphore;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// The label that every container of a run has, with the run as its value. `cargo xtask clean` removes whatever has it.
const RUN_LABEL: &str = "neptune-it.run";
/// The port of the control API, inside.
const CONTROL: u16 = 8183;
/// The ports of clusters, inside, if they are published. Further scenarios wait until one is free.
const CLUSTERS: RangeInclusive<u16> = 8200..=8215;
/// What the simulator prints once it listens.
const READY: &str = "listens on";
/// How long the container may take until then.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection to the container's own address may take. On one machine that is no time at all, unless it is busy.
const NEAR: Duration = Duration::from_secs(2);

/// How the container is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// At its own address. A refused connection is then refused, and a reset is a reset. Docker on Linux offers this.
    OwnAddress,
    /// Through ports that Docker publishes on this machine. Docker's forwarder accepts every connection itself and ends it politely, so
    /// scenarios about refused and reset connections cannot run.
    PublishedPorts,
}

/// A container with a simulator.
#[derive(Debug)]
pub struct Container {
    running: ContainerAsync<GenericImage>,
    simulator: SimulatorAddress,
    /// The ports here of published ports inside.
    published: HashMap<u16, u16>,
    /// Why it is not reached at its own address, if it is not.
    detour: String,
    /// How many clusters it was given.
    clusters: AtomicU64,
    /// One for each cluster that there is room for.
    slots: Semaphore,
}

impl Container {
    /// Starts a container of an image that Docker has, such as `neptune-sim:latest`. The run's name is its label. Without a route, the
    /// container's own address is tried first.
    ///
    /// # Errors
    /// There is no Docker, no such image, or the simulator does not start in time. Nothing is left of the container then.
    pub async fn start(image: &str, run: &str, route: Option<Route>) -> Result<Self> {
        let started = Self::reached(image, run, route).await;
        if started.is_err() {
            // The library leaves a container behind that it has made and could not start.
            remove_all(run).await;
        }
        started
    }

    async fn reached(image: &str, run: &str, route: Option<Route>) -> Result<Self> {
        if route == Some(Route::PublishedPorts) {
            return Self::behind_ports(image, run, "published ports were asked for".to_owned()).await;
        }
        let running = started(image, run, Route::OwnAddress).await?;
        match own_address(&running).await {
            Ok(address) => {
                let control = format!("http://{}", SocketAddr::new(address, CONTROL));
                let simulator = SimulatorAddress { control, container: Some(address) };
                Ok(Self::new(running, simulator, HashMap::new(), String::new()))
            }
            Err(error) => {
                running.rm().await?;
                if route.is_some() { Err(error) } else { Self::behind_ports(image, run, format!("{error:#}")).await }
            }
        }
    }

    async fn behind_ports(image: &str, run: &str, because: String) -> Result<Self> {
        let running = started(image, run, Route::PublishedPorts).await?;
        let published = published(&running).await?;
        let port = published.get(&CONTROL).with_context(|| format!("Docker has not published the port {CONTROL}"))?;
        let simulator = SimulatorAddress { control: format!("http://127.0.0.1:{port}"), container: None };
        Ok(Self::new(running, simulator, published, because))
    }

    fn new(
        running: ContainerAsync<GenericImage>,
        simulator: SimulatorAddress,
        published: HashMap<u16, u16>,
        detour: String,
    ) -> Self {
        let slots = if published.is_empty() { Semaphore::MAX_PERMITS } else { CLUSTERS.len() };
        Self { running, simulator, published, detour, clusters: AtomicU64::default(), slots: Semaphore::new(slots) }
    }

    /// How it is reached.
    pub fn route(&self) -> Route {
        if self.published.is_empty() { Route::OwnAddress } else { Route::PublishedPorts }
    }

    /// Removes the container.
    ///
    /// # Errors
    /// Docker refuses.
    pub async fn end(self) -> Result<()> {
        self.running.rm().await.context("cannot remove the container")
    }

    /// Runs a scenario on a cluster of its own in the container. Waits until there is room for one more.
    ///
    /// # Errors
    /// The simulator does not answer, or refuses the scenario.
    pub async fn play(&self, scenario: &Scenario, text: &str) -> Result<Played> {
        let _slot = self.slots.acquire().await?;
        let backend = SimBackend::add_to(&self.simulator, text, self.new_name()).await?;
        let endpoint = self.endpoint(backend.endpoint())?;
        let backend = backend.reached_at(endpoint);
        let played = play(scenario, &backend).await;
        backend.end().await?;
        played
    }

    /// Why this scenario cannot run here, if it cannot.
    pub fn cannot_run(&self, scenario: &Scenario) -> Option<String> {
        let what = match self.route() {
            Route::OwnAddress => None,
            Route::PublishedPorts => scenario.needs_own_address(),
        };
        what.map(|what| format!("{what}, which does not cross a published port ({})", self.detour))
    }

    /// A name for a cluster: two scenarios may have the same.
    fn new_name(&self) -> String {
        format!("scenario-{}", self.clusters.fetch_add(1, Ordering::Relaxed))
    }

    /// Where a cluster is reached that the simulator has reported. It names the host that it was asked by, and the port inside.
    fn endpoint(&self, reported: &str) -> Result<String> {
        let mut url = Url::parse(reported)?;
        if self.route() == Route::PublishedPorts {
            let here = url.port().and_then(|inside| self.published.get(&inside).copied());
            let here = here.with_context(|| format!("Docker does not publish the port of {reported}"))?;
            let _ = url.set_port(Some(here));
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

async fn started(image: &str, run: &str, route: Route) -> Result<ContainerAsync<GenericImage>> {
    request(image, run, route).start().await.with_context(|| format!("cannot start {image} in a container"))
}

/// What the container is to be: as locked up as the image allows, and reached by this machine only.
fn request(image: &str, run: &str, route: Route) -> testcontainers::ContainerRequest<GenericImage> {
    // What stands behind the colon of a registry's port is no tag.
    let (name, tag) = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((image, "latest"));
    let ports: Vec<u16> = match route {
        Route::OwnAddress => Vec::new(),
        Route::PublishedPorts => [CONTROL].into_iter().chain(CLUSTERS).collect(),
    };
    let mut image = GenericImage::new(name, tag).with_wait_for(WaitFor::message_on_stdout(READY));
    for port in &ports {
        image = image.with_exposed_port(port.tcp());
    }
    let request = image
        .with_cmd(["--clock", "manual"])
        .with_label(RUN_LABEL, run)
        .with_readonly_rootfs(true)
        .with_cap_drop("ALL")
        .with_startup_timeout(PATIENCE)
        .with_host_config_modifier(move |config| publish(config, &ports));
    match route {
        Route::OwnAddress => request,
        Route::PublishedPorts => {
            request.with_env_var("NEPTUNE_SIM_CLUSTER_PORTS", format!("{}-{}", CLUSTERS.start(), CLUSTERS.end()))
        }
    }
}

/// On any free port, but of this machine's own address only: a client that reaches the control API can change everything.
fn publish(config: &mut HostConfig, ports: &[u16]) {
    let here = || Some(vec![PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) }]);
    config.publish_all_ports = Some(false);
    config.port_bindings = Some(ports.iter().map(|port| (format!("{port}/tcp"), here())).collect());
    config.network_mode = Some("bridge".to_owned());
}

async fn published(container: &ContainerAsync<GenericImage>) -> Result<HashMap<u16, u16>> {
    let ports = container.ports().await?;
    let pair = |inside: u16| Some((inside, ports.map_to_host_port_ipv4(inside.tcp())?));
    Ok([CONTROL].into_iter().chain(CLUSTERS).filter_map(pair).collect())
}

/// The container's address, if a server listens there.
async fn own_address(container: &ContainerAsync<GenericImage>) -> Result<IpAddr> {
    let address = container.get_bridge_ip_address().await?;
    let connected = tokio::time::timeout(NEAR, tokio::net::TcpStream::connect((address, CONTROL))).await;
    match connected {
        Ok(Ok(_)) => Ok(address),
        Ok(Err(error)) => bail!("the container cannot be reached at {address}: {error}"),
        Err(_) => bail!("the container cannot be reached at {address}: no server answers"),
    }
}

/// Removes every container of a run, running or not. Whatever resists is left to `cargo xtask clean`.
async fn remove_all(run: &str) {
    let Ok(docker) = docker_client_instance().await else { return };
    for id in containers_of(&docker, run).await {
        let by_force = RemoveContainerOptionsBuilder::new().force(true).build();
        let _ = docker.remove_container(&id, Some(by_force)).await;
    }
}

async fn containers_of(docker: &Docker, run: &str) -> Vec<String> {
    let with_label = HashMap::from([("label", vec![format!("{RUN_LABEL}={run}")])]);
    let filter = ListContainersOptionsBuilder::new().all(true).filters(&with_label).build();
    let listed = docker.list_containers(Some(filter)).await.unwrap_or_default();
    listed.into_iter().filter_map(|container| container.id).collect()
}
