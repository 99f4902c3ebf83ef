//! The control API under `/_sim`: what a test changes and reads from outside.
//!
//! It is served where [`ControlPlace`](crate::ControlPlace) says and nowhere else, and no request log contains its requests. On the first
//! cluster's port it works whatever the availability of that cluster (unless its connections are refused, which only the library can
//! do). The words and the table of routes are `neptune-control`'s.

mod body;
mod clock;
mod clusters;
mod error;
mod events;
mod extract;
mod faults;
mod fit;
mod guard;
mod json;
mod loads;
mod page;
mod query;
mod queue;
mod requests;
mod route;
mod snapshot;
mod state;
mod views;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use neptune_control::Operation;
use serde_json::Value;

use crate::registry::Clusters;
use error::{ControlError, SHOWN_BYTES};
use neptune_text::cut;
use route::{Route, route};

/// The routes of every operation.
pub(crate) fn router(clusters: Arc<Clusters>) -> Router {
    let routes = routes()
        .into_iter()
        .fold(Router::new(), |router, Route { operation, handler }| router.route(operation.path(), handler));
    routes
        .route("/_sim/", get(clusters::overview))
        .route(page::PATH, get(page::page))
        .route("/_sim/{*rest}", get(no_such_path).fallback(no_such_path))
        // What is no path of the API at all, on a port that it has to itself.
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        // The guard has its own, for each operation.
        .layer(DefaultBodyLimit::disable())
        .route_layer(from_fn_with_state(Arc::clone(&clusters), guard::admit))
        .with_state(clusters)
}

/// What serves each operation. Every module lists its own; a test compares the lists with the table of operations.
fn routes() -> Vec<Route> {
    let mut routes = vec![route(Operation::OpenApi, openapi)];
    routes.extend(clusters::routes());
    routes.extend(snapshot::routes());
    routes.extend(events::routes());
    routes.extend(state::routes());
    routes.extend(clock::routes());
    routes.extend(faults::routes());
    routes.extend(loads::routes());
    routes.extend(queue::routes());
    routes.extend(requests::routes());
    routes
}

async fn openapi() -> Json<&'static Value> {
    Json(document())
}

/// The OpenAPI document of the control API.
pub(crate) fn document() -> &'static Value {
    &body::DOCUMENT
}

async fn no_such_path(uri: Uri) -> ControlError {
    let error = format!("the control API has no path `{}`", cut(uri.path(), SHOWN_BYTES));
    ControlError::not_found(error, "GET /_sim shows the clusters; GET /_sim/openapi.json lists every path")
}

async fn no_such_method(method: Method, uri: Uri) -> ControlError {
    let (method, path) = (cut(method.as_str(), SHOWN_BYTES), cut(uri.path(), SHOWN_BYTES));
    let hint = "GET /_sim/openapi.json lists every path with its methods";
    ControlError::new(StatusCode::METHOD_NOT_ALLOWED, format!("the control API has no {method} on `{path}`"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_served_once() {
        let (mut served, mut all) = (Vec::new(), Vec::new());
        served.extend(routes().iter().map(|route| route.operation.id()));
        all.extend(Operation::ALL.iter().map(|operation| operation.id()));
        served.sort();
        all.sort();
        assert_eq!(served, all);
    }
}
