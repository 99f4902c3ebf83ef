//! What a profile says.

use std::net::SocketAddr;
use std::time::Duration;

use super::endpoint::Endpoint;
use crate::{Bucket, KeyPrefix};

/// A cluster that runs may use. Everything in it fits together; whether it is true, the guards find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Twelve digits.
    pub account: String,
    /// The region of cluster and bucket.
    pub region: String,
    /// The cluster.
    pub cluster: Cluster,
    /// Where the cluster is asked.
    pub endpoint: Endpoint,
    /// The ARN of the role that Neptune reads the bucket with.
    pub role: String,
    /// Where data is put for Neptune to load.
    pub bucket: Bucket,
    /// What all keys begin with.
    pub prefix: KeyPrefix,
    /// How many statements, and how many vertices, may be in the cluster already. Default: 100,000.
    pub max_existing: u32,
    /// How many vertices or quads the large dataset has: 1000 to 80,000, and 50,000 unless the file says otherwise.
    pub large_vertices: u32,
    /// How long a run may take: the file's `budget_minutes`, or less once [`Profile::with_budget`] has said so.
    pub budget: Duration,
    /// Where a tunnel to the cluster listens on this machine.
    pub tunnel: Option<SocketAddr>,
    /// The deployed functions.
    pub functions: Option<Functions>,
}

/// What a cluster is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its name, which can be changed, and given to another.
    pub name: String,
    /// What AWS calls it, and never another: `cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ`.
    pub resource_id: String,
}

/// The names of the deployed functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Functions {
    /// The one that judges two loads.
    pub check_bulk_load_status: String,
    /// The one that passes on what Neptune answers.
    pub get_load_status: String,
}
