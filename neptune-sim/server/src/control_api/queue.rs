//! Starts and cancels loads as clients of Neptune do.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use neptune_control::{Load, NewStart, Operation};
use neptune_loader::{ApiError, StartRequest};
use serde_json::{Map, Value, json};

use super::body::read_body;
use super::error::ControlError;
use super::extract::{Id, Simulated, no_such_load};
use super::route::{Route, route};
use super::views;
use crate::Cluster;

/// What stands for the role and the region of a cluster that takes any.
const ANY_ROLE: &str = "arn:aws:iam::123456789012:role/NeptuneLoadFromS3";
const ANY_REGION: &str = "us-east-1";

pub(super) fn routes() -> Vec<Route> {
    vec![route(Operation::StartLoad, start), route(Operation::CancelLoad, cancel)]
}

pub(super) async fn start(Simulated(cluster): Simulated, body: Bytes) -> Result<(StatusCode, Json<Load>), ControlError> {
    let start: NewStart = read_body(Operation::StartLoad, &body)?;
    let request = StartRequest::from_parameters(&parameters(&cluster, start)).map_err(refused)?;
    let sources = cluster.sources();
    let listed = if sources.is_empty() { None } else { Some(Box::pin(sources.list(&request)).await) };
    let id = cluster.start_listed(&request, listed).map_err(refused)?;
    let load = cluster.foreseen_load(&id).ok_or_else(|| no_such_load(&id))?;
    Ok((StatusCode::CREATED, Json(views::load(load))))
}

pub(super) async fn cancel(Simulated(cluster): Simulated, Id(id): Id) -> Result<Json<Load>, ControlError> {
    if cluster.load(&id).is_none() {
        return Err(no_such_load(&id));
    }
    cluster.cancel(&id).map_err(refused)?;
    cluster.load(&id).map(|load| Json(views::load(load))).ok_or_else(|| no_such_load(&id))
}

/// The parameters of Neptune's start: what is given, and a role and a region that the cluster takes.
fn parameters(cluster: &Cluster, start: NewStart) -> Map<String, Value> {
    let NewStart { source, format, mode, fail_on_error, queue_request, dependencies } = start;
    let (role, region) = cluster.role_and_region();
    let (role, region) = (role.unwrap_or_else(|| ANY_ROLE.to_owned()), region.unwrap_or_else(|| ANY_REGION.to_owned()));
    let all = json!({
        "source": source, "format": format.unwrap_or_else(|| "csv".to_owned()), "iamRoleArn": role, "region": region, "mode": mode,
        "failOnError": fail_on_error, "queueRequest": queue_request.unwrap_or(true), "dependencies": dependencies,
    });
    let Value::Object(all) = all else { return Map::new() };
    all.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn refused(error: ApiError) -> ControlError {
    let hint = format!("Neptune would answer this with {}", error.code);
    ControlError::conflict(error.message, hint)
}
