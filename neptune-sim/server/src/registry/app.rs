//! What serves a port: a cluster, routes such as the control API's, or both.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use crate::neptune_api::ClusterService;
use crate::net::Service;

/// What serves a port. A cluster gets its requests directly and not through a router, because most requests are polls.
#[derive(Clone, Debug)]
pub(crate) enum App {
    /// A cluster alone.
    Cluster(ClusterService),
    /// Routes alone.
    Routes(Router),
    /// A cluster that shares its port with the control API.
    Both(ClusterService, Router),
}

impl Service for App {
    async fn answer(self, request: Request<Incoming>) -> Response {
        match self {
            Self::Both(_, routes) if is_control_path(request.uri().path()) => Box::pin(route(routes, request)).await,
            Self::Cluster(cluster) | Self::Both(cluster, _) => cluster.answer(request).await,
            Self::Routes(routes) => Box::pin(route(routes, request)).await,
        }
    }
}

/// Whether a path is the control API's.
fn is_control_path(path: &str) -> bool {
    path.strip_prefix("/_sim").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn route(routes: Router, request: Request<Incoming>) -> Response {
    let answer = TowerToHyperService::new(routes).call(request).await;
    answer.unwrap_or_else(|never: Infallible| match never {})
}
