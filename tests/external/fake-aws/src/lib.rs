//! What stands in for AWS in a rehearsal of a live run: the cluster and everything beside it, on this machine.
//!
//! All of it speaks TLS with a certificate of one CA, and answers only what is signed with the one key that there is. Real clients ask it
//! as they ask AWS. A test changes the [`World`] while that goes on: each guard of a live run finds something there to refuse.

mod authority;
mod aws_services;
mod cluster;
mod endpoint;
mod facts;
mod front;
mod functions;
mod management;
mod query;
mod rehearsal_profile;
mod s3;
mod services;
mod signature;
mod statements;
mod sts;
mod world;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use neptune_live::Profile;
use neptune_server::ClockKind;

use authority::Authority;
use aws_services::AwsServices;
use cluster::FakeCluster;
use facts::Facts;
use functions::Functions;
pub use rehearsal_profile::profile_text;
use s3::Bucket;
pub use services::Services;
use signature::Key;
use statements::Statements;
pub use world::World;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// How a fake AWS is to be.
#[derive(Clone)]
pub struct Options {
    /// The id of the one access key.
    pub key_id: String,
    /// Its secret.
    pub secret: String,
    /// How many times as fast as real time the cluster's passes, 1 or more.
    pub scale: u32,
}

impl std::fmt::Debug for Options {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("key_id", &self.key_id).field("scale", &self.scale).finish_non_exhaustive()
    }
}

/// A cluster with everything beside it. Dropping it ends them all.
#[derive(Debug)]
pub struct FakeAws {
    authority: Authority,
    bucket: Bucket,
    services: AwsServices,
    statements: Arc<Statements>,
    world: World,
    /// Where runs put their objects.
    prefix: String,
}

/// What runs have left behind. It is the default if they have cleaned up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The keys of objects.
    pub objects: Vec<String>,
    /// How many statements are in graphs of runs.
    pub statements: u64,
    /// How many vertices have ids of runs.
    pub vertices: u64,
    /// The ids of loads of runs that run or wait.
    pub pending_loads: Vec<String>,
}

impl FakeAws {
    /// Starts everything, as a profile says it is.
    ///
    /// # Errors
    /// Ports, files or certificates cannot be had, or the profile names functions and the handlers are not built.
    pub async fn start(profile: &Profile, options: Options) -> Result<Self> {
        let Options { key_id, secret, scale } = options;
        let key = Key { id: key_id, secret, region: profile.region.clone() };
        let facts = facts::Shared::new(Facts::of(profile));
        let authority = Authority::new(profile.endpoint.host())?;
        let bucket = Bucket::open(profile.bucket.as_str(), &key, facts.clone(), authority.acceptor()).await?;
        let statements = Arc::new(Statements::new(facts.clone()));
        let cluster = FakeCluster::start(cluster::Parts {
            profile,
            key: &key,
            clock: ClockKind::Scaled(scale.max(1)),
            authority: &authority,
            bucket: &bucket,
            facts: &facts,
            statements: &statements,
        })
        .await?;
        let functions = Functions::deploy(profile, &key, cluster.address(), &authority.ca_file())?;
        let services = AwsServices::open(&key, &facts, functions, &authority.acceptor()).await?;
        let prefix = format!("{}/neptune-harness/", profile.prefix.as_str());
        Ok(Self { authority, bucket, services, statements, world: World::new(facts, cluster, scale.max(1)), prefix })
    }

    /// Where everything is.
    pub fn services(&self) -> Services {
        Services {
            cluster: self.world.cluster_address(),
            sts: self.services.sts.url(),
            neptune: self.services.management.url(),
            s3: self.bucket.url(),
            lambda: self.services.lambda.url(),
            ca_file: self.authority.ca_file(),
        }
    }

    /// Writes down where everything is, for a program that is to find it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_services(&self, file: &Path) -> Result<()> {
        let json = serde_json::to_vec_pretty(&self.services())?;
        fs::write(file, json).with_context(|| format!("cannot write {}", file.display()))
    }

    /// What is around a rehearsal, to be changed.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What runs have left behind so far.
    ///
    /// # Errors
    /// The bucket cannot be looked into.
    pub async fn left(&self) -> Result<Left> {
        let loads = self.world.simulated().timeline();
        let pending = loads.iter().filter(|load| !load.is_ended && statements::run_of(&load.source).is_some());
        let statements::Content { statements, vertices } = self.statements.left(&loads);
        Ok(Left {
            objects: self.bucket.objects_under(&self.prefix).await?,
            statements,
            vertices,
            pending_loads: pending.map(|load| load.id.to_string()).collect(),
        })
    }
}
