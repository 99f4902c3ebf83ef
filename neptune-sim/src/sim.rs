//! A simulator: clusters, each behind a port of its own.
//!
//! Ports and not paths, because a client that takes only host and port then works with every cluster, and because a refused
//! connection is then really refused.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use neptune_engine::DuplicateLoadId;
use tokio::sync::Semaphore;

use crate::server::{Door, Port, Server};
use crate::{Availability, Cluster, ClusterSpec, Limits, control, http};

/// How many clusters a simulator serves at most: each takes a port and two tasks.
const CLUSTER_LIMIT: usize = 256;
/// How long a cluster's name may be.
const NAME_BYTES: usize = 128;

/// A running simulator. Dropping it ends it: every port is freed and every connection closed.
#[derive(Debug)]
pub struct Sim {
    clusters: Arc<Clusters>,
    first: Cluster,
}

/// Why a cluster cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The name could not stand in a URL or is too long.
    #[error("`{0}` cannot name a cluster: use 1 to 128 letters, digits, `.`, `_` and `-`")]
    BadName(String),
    /// Another cluster has the name.
    #[error("there is a cluster `{0}` already: choose another name or delete that one")]
    DuplicateName(String),
    /// Two scripted loads have one id.
    #[error(transparent)]
    DuplicateLoad(#[from] DuplicateLoadId),
    /// There are as many clusters as there may be.
    #[error("there are {CLUSTER_LIMIT} clusters already: delete some that are not needed any more")]
    TooMany,
    /// The simulator is ending.
    #[error("the simulator has ended")]
    Ended,
}

impl Sim {
    /// Starts a simulator with its first cluster, which shares its port with the control API. Port 0 takes any free one.
    ///
    /// # Errors
    /// [`StartError`] if the address cannot be listened on or the cluster cannot begin.
    pub async fn start(spec: ClusterSpec, listen: SocketAddr) -> Result<Self, StartError> {
        Self::start_with(spec, listen, Limits::default()).await
    }

    /// Starts a simulator with limits of one's own.
    ///
    /// # Errors
    /// As [`Sim::start`].
    pub async fn start_with(spec: ClusterSpec, listen: SocketAddr, limits: Limits) -> Result<Self, StartError> {
        let permits = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let (first, entries) = (spec.name.clone(), Mutex::new(Some(BTreeMap::new())));
        let clusters = Arc::new(Clusters { first, listen, limits, permits, entries });
        let first = clusters.add_first(spec).await?;
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

    /// The first cluster's endpoint: `http://127.0.0.1:8182`.
    pub fn endpoint(&self) -> String {
        self.first.endpoint()
    }

    /// A cluster by name.
    pub fn cluster(&self, name: &str) -> Option<Cluster> {
        self.clusters.get(name)
    }

    /// Ends the simulator: open requests may end within a second. When this returns, every port is free.
    pub async fn shutdown(self) {
        let entries = self.clusters.close();
        for entry in &entries {
            entry.server.begin_shutdown();
        }
        for entry in entries {
            entry.server.ended().await;
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.clusters.close();
    }
}

/// The clusters of a simulator, as the control API sees them.
#[derive(Debug)]
pub(crate) struct Clusters {
    first: String,
    listen: SocketAddr,
    limits: Limits,
    permits: Arc<Semaphore>,
    /// `None` once the simulator has ended, so that nothing is added behind its back.
    entries: Mutex<Option<BTreeMap<String, Entry>>>,
}

#[derive(Debug)]
struct Entry {
    cluster: Cluster,
    server: Server,
}

impl Clusters {
    /// How long a client may take to send a body.
    pub(crate) fn body_time(&self) -> Duration {
        self.limits.body_read
    }

    /// Whether the cluster shares its port with the control API.
    pub(crate) fn is_first(&self, name: &str) -> bool {
        self.first == name
    }

    /// Every cluster, by name.
    pub(crate) fn all(&self) -> Vec<Cluster> {
        self.entries().iter().flatten().map(|(_, entry)| entry.cluster.clone()).collect()
    }

    /// A cluster by name.
    pub(crate) fn get(&self, name: &str) -> Option<Cluster> {
        self.entries().as_ref()?.get(name).map(|entry| entry.cluster.clone())
    }

    /// Starts a cluster on a port of its own.
    pub(crate) async fn add(&self, spec: ClusterSpec) -> Result<Cluster, StartError> {
        let address = SocketAddr::new(self.listen.ip(), 0);
        self.begin(spec, address, http::app).await
    }

    /// Starts the cluster that shares its port with the control API.
    async fn add_first(self: &Arc<Self>, spec: ClusterSpec) -> Result<Cluster, StartError> {
        let control = control::router(Arc::clone(self));
        self.begin(spec, self.listen, |cluster, limits| control.merge(http::app(cluster, limits))).await
    }

    /// Takes the port first: what comes after it costs nothing to undo.
    async fn begin(
        &self,
        spec: ClusterSpec,
        address: SocketAddr,
        app: impl FnOnce(Cluster, Limits) -> axum::Router,
    ) -> Result<Cluster, StartError> {
        check_name(&spec.name)?;
        let port = Port::open_at(address).map_err(|source| StartError::Listen { address, source })?;
        let (door, orders) = Door::new();
        let cluster = Cluster::new(spec, port.address(), door)?;
        let app = app(cluster.clone(), self.limits);
        self.insert(&cluster, || Server::start(port, orders, app, self.limits, Arc::clone(&self.permits)))?;
        if cluster.availability() == Availability::Refused {
            let address = cluster.address();
            cluster.set_availability(Availability::Refused).await.map_err(|source| StartError::Listen { address, source })?;
        }
        Ok(cluster)
    }

    fn insert(&self, cluster: &Cluster, start: impl FnOnce() -> Server) -> Result<(), StartError> {
        let mut entries = self.entries();
        let entries = entries.as_mut().ok_or(StartError::Ended)?;
        let name = cluster.name();
        if entries.contains_key(name) {
            return Err(StartError::DuplicateName(name.to_owned()));
        }
        if entries.len() >= CLUSTER_LIMIT {
            return Err(StartError::TooMany);
        }
        entries.insert(name.to_owned(), Entry { cluster: cluster.clone(), server: start() });
        Ok(())
    }

    /// Ends a cluster and frees its port. Tells whether there was one.
    pub(crate) async fn remove(&self, name: &str) -> bool {
        let entry = self.entries().as_mut().and_then(|entries| entries.remove(name));
        match entry {
            Some(entry) => entry.server.ended().await,
            None => return false,
        }
        true
    }

    fn close(&self) -> Vec<Entry> {
        self.entries().take().into_iter().flat_map(BTreeMap::into_values).collect()
    }

    fn entries(&self) -> MutexGuard<'_, Option<BTreeMap<String, Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_name(name: &str) -> Result<(), StartError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // A name of dots only would be a step in a path, not a name.
    let is_good = (1..=NAME_BYTES).contains(&name.len()) && name.chars().all(is_plain) && name.chars().any(|c| c != '.');
    if is_good { Ok(()) } else { Err(StartError::BadName(name.chars().take(NAME_BYTES).collect())) }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rstest::rstest;

    use super::*;
    use crate::ClockKind;

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
