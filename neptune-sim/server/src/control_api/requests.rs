//! The request log: shows it, whole or in part, and clears it.

use axum::Json;
use neptune_control::{Cleared, LoggedRequest, Operation, RequestFilter, RequestHistory};

use super::error::ControlError;
use super::extract::{Named, Number};
use super::query::InQuery;
use super::route::{Route, route};
use super::views;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Operation::ListRequests, list),
        route(Operation::ClearRequests, clear),
        route(Operation::DescribeRequest, describe),
    ]
}

pub(super) async fn list(Named(cluster): Named, InQuery(filter): InQuery<RequestFilter>) -> Json<RequestHistory> {
    // What is read and then filtered may be all of it, unless nothing is wanted.
    let most = if filter.limit == Some(0) { 0 } else { usize::MAX };
    Json(views::requests(&cluster.requests_since(filter.since.unwrap_or(0), most), &filter))
}

pub(super) async fn clear(Named(cluster): Named) -> Json<Cleared> {
    Json(Cleared { cleared: cluster.clear_requests() })
}

pub(super) async fn describe(Named(cluster): Named, Number(number): Number) -> Result<Json<LoggedRequest>, ControlError> {
    let page = cluster.requests_since(number, 1);
    let request = page.requests().next().filter(|request| request.number == number);
    request.map(|request| Json(views::request(request))).ok_or_else(|| {
        let why = if number < page.next { "it was forgotten" } else { "it has not come yet" };
        ControlError::not_found(format!("there is no request {number}"), why)
    })
}
