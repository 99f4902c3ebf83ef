//! `/sparql` and `/openCypher`: passed to the object that answers them for the cluster, if it has one.

use axum::http::Method;
use axum::http::request::Parts;

use super::parsed_request::pairs;
use super::reply::Reply;
use super::statement::{self, Effects};
use crate::cluster::{Cluster, Queries};
use neptune_scenario::Action;

/// A form posted to a cluster that has an object to answer it.
#[derive(Debug)]
pub(super) struct Query<'a> {
    queries: &'a dyn Queries,
    path: &'static str,
    form: Vec<(String, String)>,
}

impl<'a> Query<'a> {
    /// `None` if the request is anything else.
    pub(super) fn of(queries: &'a dyn Queries, head: &Parts, body: &[u8]) -> Option<Self> {
        let path = match head.uri.path().trim_end_matches('/') {
            "/sparql" => "/sparql",
            "/openCypher" => "/openCypher",
            _ => return None,
        };
        (head.method == Method::POST).then(|| Self { queries, path, form: pairs(body) })
    }

    /// All that it may do, as IAM policies call it. A statement that changes the graph takes the actions for what it changes alone
    /// (inferred: Neptune may want the one for reading beside them).
    pub(super) fn actions(&self) -> Vec<Action> {
        let effects = self.form.iter().map(|(key, value)| match (self.path, key.as_str()) {
            ("/openCypher", "query") => statement::of_opencypher(value),
            ("/sparql", "update") => statement::of_sparql_update(value),
            _ => Effects::default(),
        });
        let Effects { writes, deletes } = Effects::of_all(effects);
        let actions = [(writes, Action::WriteDataViaQuery), (deletes, Action::DeleteDataViaQuery)];
        let actions: Vec<Action> = actions.into_iter().filter_map(|(takes, action)| takes.then_some(action)).collect();
        if actions.is_empty() { vec![Action::ReadDataViaQuery] } else { actions }
    }

    /// The answer. No evidence backs it: it is whatever the simulator's user makes it.
    pub(super) fn answer(&self, cluster: &Cluster) -> Reply {
        let (status, body) = self.queries.answer(&cluster.timeline(), self.path, &self.form);
        Reply::json(status, body.to_string(), None)
    }
}
