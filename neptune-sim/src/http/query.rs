//! `/sparql` and `/openCypher`: passed to whoever answers them for the cluster, if anybody does.

use axum::http::Method;
use axum::http::request::Parts;

use super::loader::pairs;
use super::reply::Reply;
use crate::iam::Action;
use crate::{Cluster, Queries};

/// A form posted to a cluster that has somebody to answer it.
#[derive(Debug)]
pub(super) struct Query<'a> {
    queries: &'a dyn Queries,
    path: &'static str,
    form: Vec<(String, String)>,
}

impl<'a> Query<'a> {
    /// `None` if the request is anything else, or nobody answers such forms here.
    pub(super) fn of(cluster: &'a Cluster, head: &Parts, body: &[u8]) -> Option<Self> {
        let queries = cluster.queries()?;
        let path = match head.uri.path().trim_end_matches('/') {
            "/sparql" => "/sparql",
            "/openCypher" => "/openCypher",
            _ => return None,
        };
        (head.method == Method::POST).then(|| Self { queries, path, form: pairs(body) })
    }

    /// What it does, as IAM policies call it. Whatever may change the graph takes the stronger action.
    pub(super) fn action(&self) -> Action {
        // Keywords of openCypher are the same in upper and lower case.
        let erases = |text: &str| text.to_ascii_uppercase().contains("DELETE");
        let changes = |(key, value): &(String, String)| match self.path {
            "/openCypher" => key == "query" && erases(value),
            _ => key == "update",
        };
        if self.form.iter().any(changes) { Action::DeleteDataViaQuery } else { Action::ReadDataViaQuery }
    }

    /// The answer. No evidence backs it: it is whatever the simulator's user makes it.
    pub(super) fn answer(&self, cluster: &Cluster) -> Reply {
        let (status, body) = self.queries.answer(&cluster.timeline(), self.path, &self.form);
        Reply::json(status, body.to_string(), None)
    }
}
