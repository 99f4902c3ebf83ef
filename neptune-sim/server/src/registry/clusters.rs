//! The clusters of a simulator: each behind a port of its own.
//!
//! Ports and not paths, because a client that takes only host and port then works with every cluster, and because a refused
//! connection is then really refused.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use neptune_loader::{DuplicateLoadId, REMEMBERED_LOADS};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use neptune_fault::FaultError;
use neptune_text::is_name_char;

use super::app::App;
use super::options::{ControlPlace, SimOptions};
use crate::cluster::{Cluster, ClusterSetup, SpecError};
use crate::neptune_api::ClusterService;
use crate::net::{Endpoint, Limits, Port, PortHandle, PortRange, Room, Server, Serving, Tls, TlsError};
use crate::sources::SourcesError;
use crate::upstream::{TrustError, UpstreamAddress};
use neptune_scenario::ClusterSpec;

/// How many clusters a simulator serves at most: each takes a port and four tasks.
pub(crate) const CLUSTER_LIMIT: usize = 256;
/// How many streams of events may be open: each makes texts of its own.
pub(crate) const EVENT_STREAM_LIMIT: usize = 32;
/// How long a cluster's name may be.
const NAME_BYTES: usize = 128;

/// Why a cluster cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The simulator cannot listen on the address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// All ports for further clusters are in use.
    #[error("every port of {0} is taken, and further clusters may have no other: delete some, or allow more ports")]
    NoPortLeft(PortRange),
    /// The control API is to share a port that other machines can reach.
    #[error(
        "the control API cannot share {0}, which other machines can reach: give it an address of its own (`ControlPlace::At`) or none \
         (`ControlPlace::Off`)"
    )]
    ExposedControl(SocketAddr),
    /// The name cannot be part of a URL or is too long.
    #[error("`{0}` cannot name a cluster: use 1 to 128 letters, digits, `.`, `_` and `-`")]
    BadName(String),
    /// Another cluster has the name.
    #[error("there is a cluster `{0}` already: choose another name or delete that one")]
    DuplicateName(String),
    /// Two scripted loads have one id.
    #[error(transparent)]
    DuplicateLoad(#[from] DuplicateLoadId),
    /// More loads are scripted than a loader remembers.
    #[error("{0} loads are scripted: {REMEMBERED_LOADS} are the most")]
    TooManyLoads(usize),
    /// A fault is impossible.
    #[error("a fault is impossible: {0}")]
    BadFault(#[from] FaultError),
    /// The file with the CA of the S3 server cannot be used.
    #[error("the S3 server cannot be trusted: {0}")]
    S3Trust(#[source] TrustError),
    /// The folder of a bucket is not there.
    #[error("{0}")]
    BadFolder(String),
    /// No certificate can be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There are as many clusters as there may be.
    #[error("there are {CLUSTER_LIMIT} clusters already: delete some that are not needed any more")]
    TooMany,
    /// The simulator is ending.
    #[error("the simulator has ended")]
    Ended,
}

/// The clusters of a simulator, as the control API sees them.
#[derive(Debug)]
pub(crate) struct Clusters {
    /// The one that shares its port with the control API.
    shared: Option<String>,
    listen: SocketAddr,
    /// Which ports further clusters may take, if not any.
    cluster_ports: Option<PortRange>,
    /// Held from choosing a port to having the cluster that keeps it: a port that is shut for a moment looks free.
    choosing: Mutex<()>,
    tls: Option<Tls>,
    /// For clusters that speak TLS although the others do not: made when the first one begins.
    own_tls: Mutex<Option<Tls>>,
    limits: Limits,
    /// Whether what is posted may name an S3 server of another machine.
    remote_s3: bool,
    /// The S3 server of the first cluster, which the simulator's command line or file names.
    first_s3: Option<UpstreamAddress>,
    /// For bodies and answers of the control API.
    control_room: Room,
    /// For bodies and answers of all clusters.
    room: Room,
    /// For the connections of the port with the control API.
    control_permits: Arc<Semaphore>,
    /// For streams of events.
    event_permits: Arc<Semaphore>,
    /// For those of all other ports: however many hang on a silent cluster, the control API still answers.
    other_permits: Arc<Semaphore>,
    /// `None` once the simulator has ended, so that no cluster is added after that.
    entries: Mutex<Option<BTreeMap<String, Entry>>>,
}

#[derive(Debug)]
struct Entry {
    cluster: Cluster,
    server: Server,
    /// Keeps the port in the state that it should have, and reads the sources of loads, until this is dropped.
    _keeper: JoinSet<()>,
}

/// Where a cluster is to listen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ListenAt {
    /// Here; port 0 takes any free one.
    At(SocketAddr),
    /// On the first of these ports that is free.
    Within(PortRange),
}

impl From<SpecError> for StartError {
    fn from(error: SpecError) -> Self {
        match error {
            SpecError::Load(error) => Self::DuplicateLoad(error),
            SpecError::TooManyLoads(count) => Self::TooManyLoads(count),
            SpecError::Fault(error) => Self::BadFault(error),
            SpecError::Sources(SourcesError::Trust(error)) => Self::S3Trust(error),
            SpecError::Sources(error) => Self::BadFolder(error.to_string()),
        }
    }
}

impl Clusters {
    /// No clusters yet, not even the first one. It is to share its port with the control API, if the options say so.
    pub(crate) fn new(first: &ClusterSpec, options: SimOptions) -> Self {
        let SimOptions { listen, cluster_ports, tls, limits, control, remote_s3 } = options;
        let shared = (control == ControlPlace::WithFirst).then(|| first.name.clone());
        let first_s3 = first.s3.as_ref().map(|s3| s3.endpoint.clone());
        let (control_room, room) = (Room::under(limits.control_in_flight, &limits), Room::under(limits.in_flight, &limits));
        let permits = || Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let (control_permits, other_permits) = (permits(), permits());
        let (own_tls, entries) = (Mutex::default(), Mutex::new(Some(BTreeMap::new())));
        let choosing = Mutex::default();
        Self {
            shared,
            listen,
            cluster_ports,
            choosing,
            tls,
            own_tls,
            limits,
            remote_s3,
            first_s3,
            control_room,
            room,
            control_permits,
            event_permits: Arc::new(Semaphore::new(EVENT_STREAM_LIMIT)),
            other_permits,
            entries,
        }
    }

    /// How long a client may take to send a body.
    pub(crate) fn body_time(&self) -> Duration {
        self.limits.body_read
    }

    /// Where bodies and answers of the control API are.
    pub(crate) fn control_room(&self) -> &Room {
        &self.control_room
    }

    /// A permit for one more stream of events; `None` if there are too many.
    pub(crate) fn event_stream_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.event_permits).try_acquire_owned().ok()
    }

    /// Whether it is still one of them: neither deleted, nor has the simulator ended.
    pub(crate) fn serves(&self, cluster: &Cluster) -> bool {
        self.get(cluster.name()).is_some_and(|current| current.is_same(cluster))
    }

    /// Whether the cluster shares its port with the control API.
    pub(crate) fn shares_control(&self, name: &str) -> bool {
        self.shared.as_deref() == Some(name)
    }

    /// Whether a cluster that a client posts may look for sources on this S3 server.
    pub(crate) fn may_be_asked(&self, s3: &UpstreamAddress) -> bool {
        self.remote_s3 || s3.is_this_machine() || self.first_s3.as_ref() == Some(s3)
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
    pub(crate) async fn add(&self, setup: ClusterSetup) -> Result<Cluster, StartError> {
        self.add_prepared(setup, |_| {}).await
    }

    /// The same, but first calls the closure with the cluster, before clients can reach it.
    pub(crate) async fn add_prepared(
        &self,
        setup: ClusterSetup,
        prepare: impl FnOnce(&Cluster),
    ) -> Result<Cluster, StartError> {
        let at = self.cluster_ports.map_or(ListenAt::At(SocketAddr::new(self.listen.ip(), 0)), ListenAt::Within);
        let served = |host: ClusterService| {
            prepare(host.cluster());
            App::Cluster(host)
        };
        self.begin(setup, at, served).await
    }

    /// Starts a cluster that an app serves.
    ///
    /// # Errors
    /// [`StartError`] if there is no port for it or the cluster cannot begin.
    pub(crate) async fn begin(
        &self,
        setup: ClusterSetup,
        at: ListenAt,
        app: impl FnOnce(ClusterService) -> App,
    ) -> Result<Cluster, StartError> {
        let cluster = self.open_and_serve(setup, at, app)?;
        let address = cluster.address();
        cluster.apply_port_state().await.map_err(|source| StartError::Listen { address, source })?;
        Ok(cluster)
    }

    /// Serves a cluster. Takes the port first: the later steps need no undoing.
    fn open_and_serve(
        &self,
        setup: ClusterSetup,
        at: ListenAt,
        app: impl FnOnce(ClusterService) -> App,
    ) -> Result<Cluster, StartError> {
        check_name(&setup.spec.name)?;
        let _choosing = self.choosing.lock().unwrap_or_else(PoisonError::into_inner);
        let port = match at {
            ListenAt::At(address) => open(address)?,
            ListenAt::Within(range) => self.first_free(range)?,
        };
        let (port_handle, commands) = PortHandle::new();
        let tls = self.tls_of(&setup.spec)?;
        let endpoint = Endpoint { address: port.address(), secure: tls.is_some() };
        let cluster = Cluster::new(setup, endpoint, tls.as_ref(), port_handle)?;
        let app = app(ClusterService::new(cluster.clone(), self.limits, self.room.clone()));
        let permits = Arc::clone(if self.shares_control(cluster.name()) { &self.control_permits } else { &self.other_permits });
        let serving = Serving { service: app, tls, limits: self.limits, permits };
        self.insert(&cluster, || Server::start(port, commands, serving))?;
        Ok(cluster)
    }

    /// The first free port of a range.
    fn first_free(&self, range: PortRange) -> Result<Port, StartError> {
        let ours: BTreeSet<u16> = self.all().iter().map(|cluster| cluster.address().port()).collect();
        let free = range.ports().filter(|port| !ours.contains(port));
        let is_taken = |error: &StartError| matches!(error, StartError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse);
        let mut opened = free.map(|port| open(SocketAddr::new(self.listen.ip(), port)));
        opened.find(|opened| !opened.as_ref().is_err_and(is_taken)).unwrap_or(Err(StartError::NoPortLeft(range)))
    }

    /// What a cluster speaks TLS with, if it does.
    fn tls_of(&self, spec: &ClusterSpec) -> Result<Option<Tls>, TlsError> {
        if self.tls.is_some() || !spec.tls {
            return Ok(self.tls.clone());
        }
        let mut own = self.own_tls.lock().unwrap_or_else(PoisonError::into_inner);
        if own.is_none() {
            *own = Some(Tls::with_new_ca(self.listen.ip(), &[])?);
        }
        Ok(own.clone())
    }

    /// Serves the control API on a port of its own.
    ///
    /// # Errors
    /// [`StartError::Listen`] if the simulator cannot listen on the address.
    pub(crate) fn serve_control(&self, address: SocketAddr, routes: Router) -> Result<(Endpoint, Server), StartError> {
        let port = open(address)?;
        let endpoint = Endpoint { address: port.address(), secure: false };
        let permits = Arc::clone(&self.control_permits);
        let serving = Serving { service: App::Routes(routes), tls: None, limits: self.limits, permits };
        // No code keeps the port_handle: this port stays open.
        let (_, commands) = PortHandle::new();
        Ok((endpoint, Server::start(port, commands, serving)))
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
        let mut keeper = JoinSet::new();
        keeper.spawn(cluster.clone().keep_settled());
        keeper.spawn(cluster.clone().read_sources());
        entries.insert(name.to_owned(), Entry { cluster: cluster.clone(), server: start(), _keeper: keeper });
        Ok(())
    }

    /// Ends a cluster and frees its port. Returns whether there was one.
    pub(crate) async fn remove(&self, name: &str) -> bool {
        let entry = self.entries().as_mut().and_then(|entries| entries.remove(name));
        match entry {
            Some(entry) => entry.server.ended().await,
            None => return false,
        }
        true
    }

    /// Allows no further cluster to start, and returns the servers to end.
    pub(crate) fn close(&self) -> Vec<Server> {
        self.entries().take().into_iter().flat_map(BTreeMap::into_values).map(|entry| entry.server).collect()
    }

    fn entries(&self) -> MutexGuard<'_, Option<BTreeMap<String, Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(address: SocketAddr) -> Result<Port, StartError> {
    Port::open_at(address).map_err(|source| StartError::Listen { address, source })
}

fn check_name(name: &str) -> Result<(), StartError> {
    // A name of dots only would be a step in a path, not a name.
    let is_good = (1..=NAME_BYTES).contains(&name.len()) && name.chars().all(is_name_char) && name.chars().any(|c| c != '.');
    if is_good { Ok(()) } else { Err(StartError::BadName(name.chars().take(NAME_BYTES).collect())) }
}
