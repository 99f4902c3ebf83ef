//! A running simulator: its clusters, and the control API on the port of the first.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::clusters::{Clusters, StartError};
use crate::{Cluster, ClusterSpec, Limits, Tls, control, http};

/// How a simulator is served.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// The first cluster's address; further clusters take free ports of the same IP address. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// With it, every cluster speaks TLS and nothing else. Default: plain HTTP.
    pub tls: Option<Tls>,
    /// Bounds on what clients can take.
    pub limits: Limits,
}

impl SimOptions {
    /// The defaults, at an address.
    pub fn new(listen: SocketAddr) -> Self {
        Self { listen, tls: None, limits: Limits::default() }
    }
}

/// A running simulator. Dropping it ends it: every port is freed and every connection closed.
#[derive(Debug)]
pub struct Sim {
    clusters: Arc<Clusters>,
    first: Cluster,
}

impl Sim {
    /// Starts a simulator with its first cluster, which shares its port with the control API. Port 0 takes any free one.
    ///
    /// # Errors
    /// [`StartError`] if the address cannot be listened on or the cluster cannot begin.
    pub async fn start(spec: ClusterSpec, listen: SocketAddr) -> Result<Self, StartError> {
        Self::start_with(spec, SimOptions::new(listen)).await
    }

    /// Starts a simulator with options of one's own.
    ///
    /// # Errors
    /// As [`Sim::start`].
    pub async fn start_with(spec: ClusterSpec, options: SimOptions) -> Result<Self, StartError> {
        let listen = options.listen;
        let clusters = Arc::new(Clusters::new(spec.name.clone(), options));
        let control = control::router(Arc::clone(&clusters));
        let first = clusters.begin(spec, listen, |cluster, limits| control.merge(http::app(cluster, limits))).await?;
        Ok(Self { clusters, first })
    }

    /// Starts a further cluster, on a free port of the same address.
    ///
    /// # Errors
    /// [`StartError`] if the cluster cannot begin.
    pub async fn add_cluster(&self, spec: ClusterSpec) -> Result<Cluster, StartError> {
        self.clusters.add(spec).await
    }

    /// The first cluster.
    pub fn first(&self) -> &Cluster {
        &self.first
    }

    /// The first cluster's endpoint: `http://127.0.0.1:8182`, or with TLS `https://127.0.0.1:8182`.
    pub fn endpoint(&self) -> String {
        self.first.endpoint()
    }

    /// A cluster by name.
    pub fn cluster(&self, name: &str) -> Option<Cluster> {
        self.clusters.get(name)
    }

    /// Ends the simulator: open requests may end within a second. When this returns, every port is free.
    pub async fn shutdown(self) {
        let servers = self.clusters.close();
        for server in &servers {
            server.begin_shutdown();
        }
        for server in servers {
            server.ended().await;
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
    use std::time::Duration;

    use rstest::rstest;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::clusters::CLUSTER_LIMIT;
    use crate::{Availability, ClockKind};

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
