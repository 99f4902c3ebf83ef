//! A route: an operation with the function that serves it.

use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use neptune_control::{Method, Operation};

use crate::registry::Clusters;

/// An operation with what serves it.
pub(super) struct Route {
    pub(super) operation: Operation,
    pub(super) handler: MethodRouter<Arc<Clusters>>,
}

/// The route of an operation: its method and path come from the table.
pub(super) fn route<H: Handler<T, Arc<Clusters>>, T: 'static>(operation: Operation, handler: H) -> Route {
    Route { operation, handler: on(filter(operation.method()), handler) }
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    }
}
