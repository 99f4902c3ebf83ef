//! The world around a rehearsal, and how it is changed while that runs.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use neptune_control::{Health, InstanceChange, NewLoad, QuirkValue, Role};
use neptune_server::Cluster;

use super::cluster::FakeCluster;
use super::facts::{Facts, Shared};

/// The state of the fake AWS, which a test may change. Each guard of a live run finds something here to refuse.
#[derive(Debug)]
pub struct World {
    facts: Shared,
    /// What they were in the beginning.
    first: Facts,
    cluster: FakeCluster,
    /// How many times as fast as real time the cluster's passes in the beginning.
    scale: u32,
    /// The ids of the loads of others that have begun.
    foreign: Mutex<BTreeSet<String>>,
}

impl World {
    pub(super) fn new(facts: Shared, cluster: FakeCluster, scale: u32) -> Self {
        let first = facts.now().clone();
        Self { facts, first, cluster, scale, foreign: Mutex::default() }
    }

    /// Whose credentials these are, twelve digits.
    pub fn set_account(&self, account: &str) {
        account.clone_into(&mut self.facts.now().account);
    }

    /// Whether the credentials hold no more: AWS and the cluster refuse them then.
    pub fn set_credentials_expired(&self, has_expired: bool) {
        self.facts.now().has_expired = has_expired;
        self.cluster.set_expired(has_expired);
    }

    /// Where the bucket is.
    pub fn set_bucket_region(&self, region: &str) {
        region.clone_into(&mut self.facts.now().bucket_region);
    }

    /// What the cluster is called. It is found by this name only.
    pub fn set_cluster_name(&self, name: &str) {
        name.clone_into(&mut self.facts.now().cluster.name);
    }

    /// What AWS calls the cluster, and never another.
    pub fn set_resource_id(&self, resource_id: &str) {
        resource_id.clone_into(&mut self.facts.now().cluster.resource_id);
    }

    /// The host of the cluster's endpoint, as AWS describes it. Where it is connected to stays as it is.
    pub fn set_host(&self, host: &str) {
        host.clone_into(&mut self.facts.now().cluster.host);
    }

    /// The ARNs of the roles that are attached to the cluster, as AWS describes it. Which ones it takes stays as it is.
    pub fn set_roles(&self, roles: &[&str]) {
        self.facts.now().cluster.roles = roles.iter().map(|role| (*role).to_owned()).collect();
    }

    /// Whether the credentials may not read the description of the cluster.
    pub fn set_description_denied(&self, is_denied: bool) {
        self.facts.now().is_description_denied = is_denied;
    }

    /// The value of the cluster's tag `neptune-harness`; `None` if it has none.
    pub fn set_tag(&self, value: Option<&str>) {
        self.facts.now().tag = value.map(str::to_owned);
    }

    /// Whether the credentials may not read the tags of the cluster.
    pub fn set_tags_denied(&self, is_denied: bool) {
        self.facts.now().are_tags_denied = is_denied;
    }

    /// Whether the graph is there that consents to runs.
    pub fn set_consent_graph(&self, is_there: bool) {
        self.facts.now().has_consent_graph = is_there;
    }

    /// How many vertices of others the cluster holds.
    pub fn set_foreign_vertices(&self, count: u64) {
        self.facts.now().vertices = count;
    }

    /// How many statements of others the cluster holds.
    pub fn set_foreign_statements(&self, count: u64) {
        self.facts.now().statements = count;
    }

    /// Makes the instance a read replica, or a writer.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn set_reader(&self, is_reader: bool) -> Result<()> {
        let role = Some(if is_reader { Role::Reader } else { Role::Writer });
        self.change(&InstanceChange { role, ..InstanceChange::default() }).await
    }

    /// Sets the instance to recover from a shutdown, or to be healthy.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn set_recovering(&self, is_recovering: bool) -> Result<()> {
        let health = Some(if is_recovering { Health::Recovery } else { Health::Healthy });
        self.change(&InstanceChange { health, ..InstanceChange::default() }).await
    }

    /// Sets the cluster's quirks: choices on points where Neptune's behaviour is not known.
    ///
    /// # Errors
    /// There is no such quirk or choice.
    pub async fn set_quirk(&self, name: &str, choice: &str) -> Result<()> {
        let choices = [(name.to_owned(), QuirkValue::Word(choice.to_owned()))].into();
        Ok(self.cluster.control().set_quirks(&choices).await.map(drop)?)
    }

    /// Makes the cluster's time pass this many times as fast as real time.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn set_speed(&self, scale: u32) -> Result<()> {
        Ok(self.cluster.control().set_clock(format!("scaled:{scale}")).await.map(drop)?)
    }

    /// Adds a load of another user, in progress for days by the cluster's clock.
    ///
    /// # Errors
    /// The id is taken.
    pub async fn begin_foreign_load(&self, id: &str) -> Result<()> {
        let load = NewLoad {
            id: id.to_owned(),
            lifecycle: vec!["LOAD_IN_PROGRESS 30d".to_owned(), "LOAD_COMPLETED".to_owned()],
            source: Some("s3://data-of-others/in/".to_owned()),
            ..NewLoad::default()
        };
        self.cluster.control().script(&load).await?;
        self.foreign().insert(id.to_owned());
        Ok(())
    }

    /// Whether the load of the other user is still in progress.
    ///
    /// # Errors
    /// There is no such load.
    pub async fn foreign_load_runs(&self, id: &str) -> Result<bool> {
        Ok(self.cluster.control().load(id).await?.status == "LOAD_IN_PROGRESS")
    }

    /// Makes everything as it was in the beginning, and has the cluster forget the loads of others. What runs have left stays.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn restore(&self) -> Result<()> {
        self.facts.now().clone_from(&self.first);
        self.cluster.set_expired(self.first.has_expired);
        self.change(&InstanceChange { role: Some(Role::Writer), health: Some(Health::Healthy), rolling_back: None }).await?;
        self.set_speed(self.scale).await?;
        let changed = self.cluster.control().quirks().await?.into_iter().filter(|quirk| quirk.value != quirk.default);
        let defaults = changed.map(|quirk| (quirk.name, QuirkValue::Word(quirk.default))).collect();
        self.cluster.control().set_quirks(&defaults).await?;
        self.forget_foreign_loads().await
    }

    pub(super) fn cluster_address(&self) -> SocketAddr {
        self.cluster.address()
    }

    pub(super) fn simulated(&self) -> &Cluster {
        self.cluster.simulated()
    }

    async fn change(&self, change: &InstanceChange) -> Result<()> {
        Ok(self.cluster.control().change_instance(change).await.map(drop)?)
    }

    /// A load cannot be taken away from a loader, but a loader can be replaced by one that never had it.
    async fn forget_foreign_loads(&self) -> Result<()> {
        let foreign = std::mem::take(&mut *self.foreign());
        if foreign.is_empty() {
            return Ok(());
        }
        let mut state = self.cluster.control().export().await?;
        let loads = state.loader["loads"].as_array_mut().context("the simulator's loader has no list of loads")?;
        loads.retain(|load| load["given"]["id"].as_str().is_none_or(|id| !foreign.contains(id)));
        Ok(self.cluster.control().import(&state).await.map(drop)?)
    }

    fn foreign(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.foreign.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
