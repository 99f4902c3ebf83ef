//! The cluster: the simulator, as strict as it can be, behind an endpoint that adds a graph, under the name of a live one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use neptune_control::ClusterClient;
use neptune_control::ControlClient;
use neptune_live::Profile;
use neptune_server::scenario::Scenario;
use neptune_server::{
    AccessKey, AccessKeys, Authentication, ClockKind, Cluster, ClusterSpec, ControlPlace, Iam, S3, Secret, Sim, SimOptions, Tls,
};

use super::authority::Authority;
use super::endpoint::Endpoint;
use super::facts::Shared;
use super::front::Front;
use super::s3::Bucket;
use super::signature::Key;
use super::statements::Statements;

/// The file that says how loads go, and its name in errors.
const SCENARIO: (&str, &str) = ("tests/external/fake-aws/src/cluster.yaml", include_str!("cluster.yaml"));

/// A simulated cluster with its control API. Dropping it ends it.
#[derive(Debug)]
pub(super) struct FakeCluster {
    endpoint: Front,
    sim: Sim,
    control: ClusterClient,
    iam: Iam,
}

/// What a cluster is made of.
pub(super) struct Parts<'a> {
    pub(super) profile: &'a Profile,
    pub(super) key: &'a Key,
    pub(super) clock: ClockKind,
    pub(super) authority: &'a Authority,
    pub(super) bucket: &'a Bucket,
    pub(super) facts: &'a Shared,
    pub(super) statements: &'a Arc<Statements>,
}

impl FakeCluster {
    /// Starts it on a free port of this machine.
    ///
    /// # Errors
    /// The simulator cannot be started.
    pub(super) async fn start(parts: Parts<'_>) -> Result<Self> {
        let Parts { profile, key, clock, authority, bucket, facts, statements } = parts;
        let (file, text) = SCENARIO;
        let iam = iam(profile, key)?;
        let mut spec = ClusterSpec {
            strict: true,
            authentication: Authentication::On(iam.clone()),
            s3: Some(s3(key, bucket, authority)?),
            ..Scenario::parse(file, text)?.cluster_spec(clock)
        };
        spec.settings.region = Some(profile.region.clone());
        spec.settings.iam_roles = Some(vec![profile.role.clone()]);
        let name = spec.name.clone();
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let options = SimOptions {
            // Not on the cluster's port: a client finds nothing but the cluster there.
            control: ControlPlace::At(anywhere),
            tls: Some(Tls::from_files(&authority.certificate_file(), &authority.key_file())?),
            ..SimOptions::new(anywhere)
        };
        let sim = Sim::start_with(spec, options).await.context("cannot start the cluster")?;
        let control = ControlClient::new(sim.control_endpoint().context("the simulator has no control API")?)?.cluster(name);
        let endpoint = Endpoint {
            key: key.clone(),
            facts: facts.clone(),
            statements: Arc::clone(statements),
            cluster: sim.first().clone(),
        };
        let endpoint = endpoint.open(authority.acceptor(), authority.ca_file()).await?;
        Ok(Self { endpoint, sim, control, iam })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.endpoint.address()
    }

    /// The simulator's cluster.
    pub(super) fn simulated(&self) -> &Cluster {
        self.sim.first()
    }

    /// Whatever can be changed about a simulated cluster while it runs.
    pub(super) fn control(&self) -> &ClusterClient {
        &self.control
    }

    /// Makes its one key hold, or no more.
    pub(super) fn set_expired(&self, has_expired: bool) {
        let keys = if has_expired { AccessKeys::default() } else { self.iam.keys.clone() };
        self.sim.first().set_authentication(Authentication::On(Iam { keys, ..self.iam.clone() }));
    }
}

fn iam(profile: &Profile, key: &Key) -> Result<Iam> {
    let access_key = AccessKey::new(&key.id, Secret::try_from(key.secret.clone())?);
    Ok(Iam {
        region: profile.region.clone(),
        account: profile.account.clone(),
        resource_id: profile.cluster.resource_id.clone(),
        keys: AccessKeys::try_from(vec![access_key])?,
        skew: None,
    })
}

fn s3(key: &Key, bucket: &Bucket, authority: &Authority) -> Result<S3> {
    Ok(S3 {
        endpoint: bucket.url().parse()?,
        region: key.region.clone(),
        access_key_id: key.id.clone(),
        secret_access_key: Secret::try_from(key.secret.clone())?,
        ca_file: Some(authority.ca_file()),
    })
}
