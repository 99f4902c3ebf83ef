//! The requests that a cluster answers beside the loader's: queries of the graph. The simulator itself has no graph.

use std::fmt;

use serde_json::Value;

use super::timeline::LoadTimeline;

/// Answers what is posted to a cluster's `/sparql` and `/openCypher`, in place of a graph.
///
/// A simulator knows loads and no graph. A test that needs one, for example to count what a load has added, gives the cluster an object of
/// this trait. The cluster calls it only after availability, faults, authentication and strict mode have let the request pass. An
/// openCypher statement or a SPARQL update that may add or change something takes the action `neptune-db:WriteDataViaQuery`, one that may
/// erase something `neptune-db:DeleteDataViaQuery`, and any other form `neptune-db:ReadDataViaQuery`.
/// A proxy never calls it.
pub trait Queries: fmt::Debug + Send + Sync {
    /// The HTTP status and the body that answer a form posted to `path`, which is `/sparql` or `/openCypher`. The loads are those that the
    /// cluster knows now, as [`Cluster::timeline`](crate::Cluster::timeline) returns them. It must not block: other requests wait
    /// meanwhile.
    fn answer(&self, loads: &[LoadTimeline], path: &str, form: &[(String, String)]) -> (u16, Value);
}
