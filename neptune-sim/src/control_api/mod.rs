//! The control API under `/_sim`: what a test changes and reads from outside.
//!
//! It is served where [`ControlPlace`](crate::ControlPlace) says and nowhere else, and no request log contains its requests. On the first
//! cluster's port it works whatever the availability of that cluster (unless its connections are refused, which only the library can
//! do). The words and the table of routes are `neptune-control`'s.

mod body;
mod clock;
mod clusters;
mod error;
mod extract;
mod faults;
mod fit;
mod guard;
mod json;
mod loads;
mod query;
mod requests;
mod state;
mod views;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, get, on};
use axum::{Json, Router};
use neptune_control::Operation;
use serde_json::Value;

use crate::registry::Clusters;
use error::{ControlError, SHOWN_BYTES};
use neptune_text::cut;

/// The routes of every operation.
pub(crate) fn router(clusters: Arc<Clusters>) -> Router {
    let routes =
        Operation::ALL.iter().fold(Router::new(), |router, operation| router.route(operation.path(), handler(*operation)));
    routes
        .route("/_sim/", get(clusters::overview))
        .route("/_sim/{*rest}", get(no_such_path).fallback(no_such_path))
        // What is no path of the API at all, on a port that it has to itself.
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        // The guard has its own, for each operation.
        .layer(DefaultBodyLimit::disable())
        .route_layer(from_fn_with_state(Arc::clone(&clusters), guard::admit))
        .with_state(clusters)
}

/// What serves an operation.
fn handler(operation: Operation) -> MethodRouter<Arc<Clusters>> {
    let method = filter(operation.method());
    match operation {
        Operation::Overview => on(method, clusters::overview),
        Operation::OpenApi => on(method, openapi),
        Operation::ListClusters => on(method, clusters::list),
        Operation::AddCluster => on(method, clusters::add),
        Operation::DescribeCluster => on(method, clusters::describe),
        Operation::DeleteCluster => on(method, clusters::remove),
        Operation::ExportState => on(method, state::export),
        Operation::ImportState => on(method, state::import),
        Operation::ReadClock => on(method, clock::read),
        Operation::MoveClock => on(method, clock::change),
        Operation::ReadAvailability => on(method, clusters::availability),
        Operation::SetAvailability => on(method, clusters::set_availability),
        Operation::ReadAuthentication => on(method, clusters::authentication),
        Operation::SetAuthentication => on(method, clusters::set_authentication),
        Operation::DescribeInstance => on(method, clusters::instance),
        Operation::ChangeInstance => on(method, clusters::change_instance),
        Operation::RestartInstance => on(method, clusters::restart),
        Operation::ReadStrictness => on(method, clusters::strict),
        Operation::SetStrictness => on(method, clusters::set_strict),
        Operation::ListQuirks => on(method, clusters::quirks),
        Operation::SetQuirks => on(method, clusters::set_quirks),
        Operation::ListFaults => on(method, faults::list),
        Operation::AddFault => on(method, faults::add),
        Operation::ClearFaults => on(method, faults::clear),
        Operation::RemoveFault => on(method, faults::remove),
        Operation::ListLoads => on(method, loads::list),
        Operation::ScriptLoad => on(method, loads::add),
        Operation::DescribeLoad => on(method, loads::describe),
        Operation::SetOutcome => on(method, loads::set_outcome),
        Operation::ListRequests => on(method, requests::list),
        Operation::ClearRequests => on(method, requests::clear),
        Operation::DescribeRequest => on(method, requests::describe),
    }
}

fn filter(method: neptune_control::Method) -> MethodFilter {
    match method {
        neptune_control::Method::Get => MethodFilter::GET,
        neptune_control::Method::Post => MethodFilter::POST,
        neptune_control::Method::Put => MethodFilter::PUT,
        neptune_control::Method::Patch => MethodFilter::PATCH,
        neptune_control::Method::Delete => MethodFilter::DELETE,
    }
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
