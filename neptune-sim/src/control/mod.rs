//! The control API under `/_sim`: what a test changes and looks at from outside.
//!
//! It is served where [`ControlPlace`](crate::ControlPlace) says and nowhere else, and stands in no request log. On the first
//! cluster's port it works whatever the availability of that cluster (unless its connections are refused, which only the library can
//! do).

mod clusters;
mod error;
mod guard;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};

use crate::clusters::Clusters;
use error::ControlError;

/// The routes, as [`clusters`] describes them.
pub(crate) fn router(clusters: Arc<Clusters>) -> Router {
    Router::new()
        .route("/_sim", get(clusters::overview))
        .route("/_sim/", get(clusters::overview))
        .route("/_sim/clusters", post(clusters::add))
        .route("/_sim/clusters/{name}", get(clusters::describe).delete(clusters::remove))
        .route("/_sim/clusters/{name}/clock", post(clusters::move_clock))
        .route("/_sim/clusters/{name}/availability", put(clusters::set_availability))
        .route("/_sim/clusters/{name}/requests", get(clusters::requests))
        .route("/_sim/{*rest}", get(no_such_path).fallback(no_such_path))
        .method_not_allowed_fallback(no_such_method)
        .route_layer(from_fn_with_state(Arc::clone(&clusters), guard::admit))
        .with_state(clusters)
}

async fn no_such_path(uri: Uri) -> ControlError {
    ControlError::new(StatusCode::NOT_FOUND, format!("the control API has no path `{}`", uri.path()))
        .hint("GET /_sim shows the clusters; the README lists every path")
}

async fn no_such_method(method: Method, uri: Uri) -> ControlError {
    let error = format!("the control API has no {method} on `{}`", uri.path());
    ControlError::new(StatusCode::METHOD_NOT_ALLOWED, error).hint("the README lists every path with its methods")
}
