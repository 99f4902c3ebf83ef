//! What a cluster answers beside its loader: questions about the graph, which nobody has here.

use std::fmt;

use serde_json::Value;

use super::timeline::LoadTimeline;

/// Answers what is posted to a cluster's `/sparql` and `/openCypher`, in place of a graph.
///
/// A simulator knows loads and no graph. Whoever needs one, to count what a load has brought, say, gives the cluster its own idea of it. It
/// is asked after everything else that the cluster has to say: availability, faults, authentication and strict mode. An
/// openCypher statement or a SPARQL update that may add or change something takes the action `neptune-db:WriteDataViaQuery`, one that may
/// erase something `neptune-db:DeleteDataViaQuery`, and any other form `neptune-db:ReadDataViaQuery`.
/// A proxy never asks it.
pub trait Queries: fmt::Debug + Send + Sync {
    /// The HTTP status and the body that answer a form posted to `path`, which is `/sparql` or `/openCypher`. The loads are those that the
    /// cluster knows now, as [`Cluster::timeline`](crate::Cluster::timeline) tells them. It must not block: others wait meanwhile.
    fn answer(&self, loads: &[LoadTimeline], path: &str, form: &[(String, String)]) -> (u16, Value);
}
