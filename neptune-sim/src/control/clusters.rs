//! What the control API does.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ControlError;
use super::views::{AddQuery, Added, ClusterLine, Description, MoveClock, Now, Overview};
use crate::clusters::Clusters;
use crate::request_log::cut;
use crate::scenario::Scenario;
use crate::{Availability, ClockKind, Cluster, RequestHistory, StartError, Until, parse_duration};

type All = State<Arc<Clusters>>;

/// `GET /_sim`: the version and the clusters.
pub(super) async fn overview(State(clusters): All) -> Json<Overview> {
    let lines = clusters.all().iter().map(ClusterLine::of).collect();
    Json(Overview { version: env!("CARGO_PKG_VERSION"), clusters: lines })
}

/// `POST /_sim/clusters?name=&clock=`: a new cluster from the scenario in the body.
pub(super) async fn add(
    State(clusters): All,
    query: Result<Query<AddQuery>, QueryRejection>,
    body: Bytes,
) -> Result<(StatusCode, Json<Added>), ControlError> {
    let Query(query) = query.map_err(|error| ControlError::bad_request(error.body_text()))?;
    let clock = query.clock.as_deref().map_or(Ok(ClockKind::Manual), str::parse);
    let clock = clock.map_err(|error| ControlError::bad_request(error.to_string()))?;
    let text = str::from_utf8(&body).map_err(|_| ControlError::bad_request("the scenario is not UTF-8 text"))?;
    let scenario = Scenario::parse("scenario", text).map_err(|error| ControlError::bad_request(error.to_string()))?;
    let mut spec = scenario.cluster_spec(clock);
    if let Some(name) = query.name {
        spec.name = name;
    }
    let cluster = clusters.add(spec).await.map_err(|error| start_error(&error))?;
    Ok((StatusCode::CREATED, Json(Added::of(&cluster))))
}

fn start_error(error: &StartError) -> ControlError {
    let status = match error {
        StartError::BadName(_) | StartError::DuplicateLoad(_) => StatusCode::BAD_REQUEST,
        StartError::DuplicateName(_) | StartError::TooMany => StatusCode::CONFLICT,
        StartError::Listen { .. } | StartError::ExposedControl(_) | StartError::Ended => StatusCode::SERVICE_UNAVAILABLE,
    };
    ControlError::new(status, error.to_string())
}

/// `GET /_sim/clusters/{name}`: its clock, its availability and the life of every load.
pub(super) async fn describe(Named(cluster): Named) -> Json<Description> {
    Json(Description::of(&cluster))
}

/// `DELETE /_sim/clusters/{name}`: ends a cluster and frees its port.
pub(super) async fn remove(State(clusters): All, Named(cluster): Named) -> Result<StatusCode, ControlError> {
    if clusters.shares_control(cluster.name()) {
        let error = format!("`{}` shares its port with the control API and cannot be deleted", cluster.name());
        return Err(ControlError::conflict(error).hint("end the simulator instead"));
    }
    // Two requests may delete it at once; either way it is gone.
    clusters.remove(cluster.name()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /_sim/clusters/{name}/clock`: moves a manual clock.
pub(super) async fn move_clock(Named(cluster): Named, body: Bytes) -> Result<Json<Now>, ControlError> {
    let now = match read_json(&body)? {
        MoveClock::Advance(by) => {
            let by = parse_duration(&by).map_err(|error| ControlError::bad_request(error.to_string()))?;
            cluster.advance(by).map_err(|error| ControlError::conflict(error.to_string()))?
        }
        MoveClock::Wait(wait) => {
            let until: Until = wait.until.parse().map_err(|error| ControlError::bad_request(format!("{error}")))?;
            cluster.wait_until(&wait.load, &until).map_err(|error| ControlError::conflict(error.to_string()))?
        }
    };
    Ok(Json(Now::of(now)))
}

/// `PUT /_sim/clusters/{name}/availability`: makes it reachable or not.
pub(super) async fn set_availability(
    State(clusters): All,
    Named(cluster): Named,
    body: Bytes,
) -> Result<Json<Availability>, ControlError> {
    let availability: Availability = read_json(&body)?;
    if availability == Availability::Refused && clusters.shares_control(cluster.name()) {
        let error = format!("`{}` cannot refuse connections: it shares its port with the control API", cluster.name());
        return Err(ControlError::conflict(error).hint("create a cluster of its own with POST /_sim/clusters"));
    }
    cluster
        .set_availability(availability.clone())
        .await
        .map_err(|error| ControlError::new(StatusCode::SERVICE_UNAVAILABLE, format!("cannot take the port again: {error}")))?;
    Ok(Json(availability))
}

/// `GET /_sim/clusters/{name}/requests`: what it was asked.
pub(super) async fn requests(Named(cluster): Named) -> Json<RequestHistory> {
    Json(cluster.requests())
}

/// The cluster that the path names.
pub(super) struct Named(Cluster);

impl FromRequestParts<Arc<Clusters>> for Named {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, clusters: &Arc<Clusters>) -> Result<Self, ControlError> {
        let name = Path::<String>::from_request_parts(parts, clusters).await.map(|Path(name)| name).unwrap_or_default();
        clusters.get(&name).map(Self).ok_or_else(|| {
            let error = format!("there is no cluster `{}`", cut(&name, 128));
            ControlError::new(StatusCode::NOT_FOUND, error).hint("GET /_sim shows those there are")
        })
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::bad_request(format!("the body cannot be used: {error}")))
}
