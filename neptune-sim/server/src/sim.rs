//! A running simulator: its clusters, and the control API on the port of the first or on one of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::cluster::{Cluster, ClusterSetup};
use crate::control_api;
use crate::net::Server;
use crate::record::Recorder;
use crate::registry::{App, Clusters, ControlPlace, ListenAt, SimOptions, StartError};

/// How long recordings may take to be written at the end.
const FLUSH_WITHIN: Duration = Duration::from_secs(2);

/// A running simulator. Dropping it ends it: every port is freed and every connection closed.
#[derive(Debug)]
pub struct Sim {
    clusters: Arc<Clusters>,
    first: Cluster,
    control_endpoint: Option<String>,
    /// Serves the control API if it has a port of its own.
    control: Option<Server>,
}

impl Sim {
    /// Starts a simulator with its first cluster, and the control API [beside](ControlPlace::beside) it. Port 0 takes any free one.
    ///
    /// # Errors
    /// [`StartError`] if the simulator cannot listen on the address or cannot start the cluster.
    pub async fn start(setup: impl Into<ClusterSetup>, listen: SocketAddr) -> Result<Self, StartError> {
        Self::start_with(setup, SimOptions::new(listen)).await
    }

    /// Starts a simulator with the given options.
    ///
    /// # Errors
    /// As [`Sim::start`]; and [`StartError::ExposedControl`] if other machines could reach the control API and the options do not allow
    /// that.
    pub async fn start_with(setup: impl Into<ClusterSetup>, options: SimOptions) -> Result<Self, StartError> {
        let setup = setup.into();
        let SimOptions { listen, control, .. } = options;
        if control == ControlPlace::WithFirst && !listen.ip().is_loopback() {
            return Err(StartError::ExposedControl(listen));
        }
        let clusters = Arc::new(Clusters::new(&setup.spec, options));
        let routes = control_api::router(Arc::clone(&clusters));
        let place = ListenAt::At(listen);
        Ok(match control {
            ControlPlace::WithFirst => {
                let first = clusters.begin(setup, place, |cluster| App::Both(cluster, routes)).await?;
                Self { control_endpoint: Some(first.endpoint()), control: None, clusters, first }
            }
            ControlPlace::At(address) => {
                let (endpoint, server) = clusters.serve_control(address, routes)?;
                let first = clusters.begin(setup, place, App::Cluster).await?;
                Self { control_endpoint: Some(endpoint.to_string()), control: Some(server), clusters, first }
            }
            ControlPlace::Off => {
                let first = clusters.begin(setup, place, App::Cluster).await?;
                Self { control_endpoint: None, control: None, clusters, first }
            }
        })
    }

    /// Starts a further cluster, on a free port of the same address; on one of [`SimOptions::cluster_ports`] if those are given.
    ///
    /// # Errors
    /// [`StartError`] if the cluster cannot begin; [`StartError::NoPortLeft`] if all those ports are taken.
    pub async fn add_cluster(&self, setup: impl Into<ClusterSetup>) -> Result<Cluster, StartError> {
        self.clusters.add(setup.into()).await
    }

    /// The first cluster, even if a client has deleted it through the control API.
    pub fn first(&self) -> &Cluster {
        &self.first
    }

    /// The first cluster's endpoint: `http://127.0.0.1:8182`, or with TLS `https://127.0.0.1:8182`.
    pub fn endpoint(&self) -> String {
        self.first.endpoint()
    }

    /// The URL of the control API, without `/_sim`; `None` if it is off.
    pub fn control_endpoint(&self) -> Option<&str> {
        self.control_endpoint.as_deref()
    }

    /// A cluster by name.
    pub fn cluster(&self, name: &str) -> Option<Cluster> {
        self.clusters.get(name)
    }

    /// Ends the simulator. Open requests have a second to end, and recordings two seconds to be written. When this returns, every port is
    /// free.
    pub async fn shutdown(mut self) {
        let recorders = self.clusters.all().into_iter().filter_map(|cluster| cluster.proxy()?.recorder.clone());
        let recorders: Vec<Recorder> = recorders.collect();
        let servers: Vec<Server> = self.clusters.close().into_iter().chain(self.control.take()).collect();
        for server in &servers {
            server.begin_shutdown();
        }
        for server in servers {
            server.ended().await;
        }
        for recorder in recorders {
            // On a thread that may block. The result is not needed here: a caller can ask the recorder for it.
            let _ = tokio::task::spawn_blocking(move || recorder.finish(FLUSH_WITHIN)).await;
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.clusters.close();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rstest::rstest;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::registry::CLUSTER_LIMIT;
    use crate::{Availability, ClockKind, ClusterSpec, Limits, PortRange};

    fn anywhere() -> SocketAddr {
        (Ipv4Addr::LOCALHOST, 0).into()
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_path("a/b")]
    #[case::dots("..")]
    #[case::a_space("a b")]
    #[case::too_long(&"x".repeat(129))]
    #[tokio::test]
    async fn names_that_could_not_stand_in_a_url_are_refused(#[case] name: &str) {
        let error = Sim::start(ClusterSpec::new(name, ClockKind::Manual), anywhere()).await.unwrap_err();
        assert!(matches!(error, StartError::BadName(_)), "{error}");
    }

    #[tokio::test]
    async fn a_name_is_given_once() {
        let sim = Sim::start(ClusterSpec::new("a", ClockKind::Manual), anywhere()).await.unwrap();
        let error = sim.add_cluster(ClusterSpec::new("a", ClockKind::Manual)).await.unwrap_err();
        assert_eq!(error.to_string(), "there is a cluster `a` already: choose another name or delete that one");
    }

    /// Ports in a row of which the first one is free, and perhaps the others. The listener keeps that port until a caller takes it.
    fn ports(count: u16) -> (PortRange, std::net::TcpListener) {
        let listener = std::net::TcpListener::bind(anywhere()).unwrap();
        let first = listener.local_addr().unwrap().port();
        (format!("{first}-{}", first + count - 1).parse().unwrap(), listener)
    }

    async fn start_within(range: PortRange) -> Sim {
        let options = SimOptions { cluster_ports: Some(range), ..SimOptions::new(anywhere()) };
        Sim::start_with(ClusterSpec::new("first", ClockKind::Manual), options).await.unwrap()
    }

    #[tokio::test]
    async fn further_clusters_take_the_first_free_ports_of_a_range_and_give_them_back() {
        let (range, keeper) = ports(50);
        let sim = start_within(range).await;
        let add = async |name: &str| {
            let cluster = sim.add_cluster(ClusterSpec::new(name, ClockKind::Manual)).await.unwrap();
            cluster.address().port()
        };
        // Another process has this port, so skip it.
        let (taken, a) = (keeper.local_addr().unwrap().port(), add("a").await);
        drop(keeper);
        let (b, c) = (add("b").await, add("c").await);
        assert!(range.ports().any(|port| port == a) && a > taken, "{a} in {range}");
        assert_eq!(b, taken);
        assert!(range.ports().any(|port| port == c) && c > a, "{c} in {range}");
        sim.clusters.remove("a").await;
        assert_eq!(add("d").await, a);
    }

    #[tokio::test]
    async fn a_port_that_refuses_is_not_given_to_another_cluster() {
        let (range, keeper) = ports(1);
        drop(keeper);
        let sim = start_within(range).await;
        let refusing = ClusterSpec { availability: Availability::Refused, ..ClusterSpec::new("a", ClockKind::Manual) };
        sim.add_cluster(refusing).await.unwrap();
        let error = sim.add_cluster(ClusterSpec::new("b", ClockKind::Manual)).await.unwrap_err();
        let reported = "taken, and further clusters may have no other: delete some, or allow more ports";
        assert_eq!(error.to_string(), format!("every port of {range} is {reported}"));
        sim.clusters.remove("a").await;
        sim.add_cluster(ClusterSpec::new("b", ClockKind::Manual)).await.unwrap();
    }

    #[tokio::test]
    async fn there_is_a_limit_to_the_number_of_clusters() {
        let sim = Sim::start(ClusterSpec::new("first", ClockKind::Manual), anywhere()).await.unwrap();
        for number in 1..CLUSTER_LIMIT {
            sim.add_cluster(ClusterSpec::new(format!("n{number}"), ClockKind::Manual)).await.unwrap();
        }
        let error = sim.add_cluster(ClusterSpec::new("one-more", ClockKind::Manual)).await.unwrap_err();
        assert!(matches!(error, StartError::TooMany), "{error}");
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let sim = Sim::start(ClusterSpec::new("a", ClockKind::Manual), anywhere()).await.unwrap();
        let address = sim.first().address();
        let error = Sim::start(ClusterSpec::new("b", ClockKind::Manual), address).await.unwrap_err();
        assert!(error.to_string().starts_with(&format!("cannot listen on {address}: ")), "{error}");
    }

    #[tokio::test]
    async fn clients_of_a_silent_cluster_leave_the_control_api_alone() {
        let limits = Limits { connections: 2, ..Limits::default() };
        let options = SimOptions { limits, ..SimOptions::new(anywhere()) };
        let sim = Sim::start_with(ClusterSpec::new("a", ClockKind::Manual), options).await.unwrap();
        let silent = ClusterSpec { availability: Availability::Silent, ..ClusterSpec::new("b", ClockKind::Manual) };
        let silent = sim.add_cluster(silent).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let mut client = tokio::net::TcpStream::connect(silent.address()).await.unwrap();
            client.write_all(b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            waiting.push(client);
        }
        let mut client = tokio::net::TcpStream::connect(sim.first().address()).await.unwrap();
        client.write_all(b"GET /_sim HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        let read = client.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(10), read).await.expect("the control API answers").unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }

    #[tokio::test]
    async fn shutting_down_frees_every_port() {
        let sim = Sim::start(ClusterSpec::new("a", ClockKind::Manual), anywhere()).await.unwrap();
        let other = sim.add_cluster(ClusterSpec::new("b", ClockKind::Manual)).await.unwrap();
        let addresses = [sim.first().address(), other.address()];
        sim.shutdown().await;
        for address in addresses {
            std::net::TcpListener::bind(address).unwrap();
        }
    }

    #[tokio::test]
    async fn dropping_a_simulator_ends_it() {
        let sim = Sim::start(ClusterSpec::new("a", ClockKind::Manual), anywhere()).await.unwrap();
        let address = sim.first().address();
        drop(sim);
        let refused = async {
            while tokio::net::TcpStream::connect(address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), refused).await.expect("the port is given up");
    }

    #[tokio::test]
    async fn a_cluster_that_outlives_its_simulator_says_so() {
        let sim = Sim::start(ClusterSpec::new("a", ClockKind::Manual), anywhere()).await.unwrap();
        let cluster = sim.first().clone();
        sim.shutdown().await;
        let error = cluster.set_availability(Availability::Silent).await.unwrap_err();
        assert_eq!(error.to_string(), "the simulator has ended");
    }
}
