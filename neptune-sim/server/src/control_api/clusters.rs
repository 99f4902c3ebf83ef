//! Clusters: list, add, describe and delete them; their availability; their quirks.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use neptune_control::{
    AddCluster, AddedCluster, Availability, ClusterDescription, ClusterLine, Health, Instance, InstanceChange, Operation,
    Overview, Quirk, QuirkValues, Role, StartClockError,
};

use tokio::runtime::Handle;

use super::body::{read_body, read_scenario};
use super::error::ControlError;
use super::extract::{AskedHost, Named, Simulated};
use super::page;
use super::query::InQuery;
use super::route::{Route, route};
use super::views;
use crate::registry::Clusters;
use crate::{Authentication, Bucket, ClockKind, ClockKindError, ClusterSpec, StartError};
use neptune_text::cut;

/// The kinds of clocks.
pub(super) const CLOCK_HINT: &str = "write `real`, `scaled:60` or `manual`";

/// The hint for an operation that a cluster on the port of the control API cannot have.
pub(super) const OWN_PORT_HINT: &str =
    "start the simulator with `--control 127.0.0.1:0`, or create a cluster of its own with POST /_sim/clusters";

type All = State<Arc<Clusters>>;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Operation::Overview, overview),
        route(Operation::ListClusters, list),
        route(Operation::AddCluster, add),
        route(Operation::DescribeCluster, describe),
        route(Operation::DeleteCluster, remove),
        route(Operation::ReadAvailability, availability),
        route(Operation::SetAvailability, set_availability),
        route(Operation::ReadAuthentication, authentication),
        route(Operation::SetAuthentication, set_authentication),
        route(Operation::DescribeInstance, instance),
        route(Operation::ChangeInstance, change_instance),
        route(Operation::RestartInstance, restart),
        route(Operation::ReadStrictness, strict),
        route(Operation::SetStrictness, set_strict),
        route(Operation::ListQuirks, quirks),
        route(Operation::SetQuirks, set_quirks),
    ]
}

/// For a browser, the page.
pub(super) async fn overview(all: All, host: AskedHost, headers: HeaderMap) -> Response {
    if page::is_wanted(&headers) {
        return page::page().await;
    }
    let Json(clusters) = list(all, host).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    Json(Overview { version: env!("CARGO_PKG_VERSION").to_owned(), tasks, clusters }).into_response()
}

pub(super) async fn list(State(clusters): All, AskedHost(host): AskedHost) -> Json<Vec<ClusterLine>> {
    Json(clusters.all().iter().map(|cluster| views::line(cluster, &host)).collect())
}

pub(super) async fn add(
    State(clusters): All,
    AskedHost(host): AskedHost,
    InQuery(query): InQuery<AddCluster>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<AddedCluster>), ControlError> {
    let clock = query.clock.as_deref().map_or(Ok(ClockKind::Manual), str::parse);
    let clock = clock.map_err(|error: ClockKindError| ControlError::bad_request(error.to_string(), CLOCK_HINT))?;
    let mut spec = read_scenario(&headers, &body)?.cluster_spec(clock);
    if let Some(name) = query.name {
        spec.name = name;
    }
    if let Some(start) = query.start_clock {
        let hint = "`on-request` starts it with the first request to the cluster's port";
        let wrong = |error: StartClockError| ControlError::bad_request(error.to_string(), hint);
        spec.start_clock = start.parse().map_err(wrong)?;
    }
    check_s3(&clusters, &spec)?;
    check_folders(&spec)?;
    let cluster = clusters.add(spec.into()).await.map_err(|error| start_error(&error))?;
    Ok((StatusCode::CREATED, Json(views::added(&cluster, &host))))
}

/// A client that can post a scenario must not be able to send the simulator's requests to any machine that it reaches.
fn check_s3(clusters: &Clusters, spec: &ClusterSpec) -> Result<(), ControlError> {
    match &spec.s3 {
        Some(s3) if !clusters.may_be_asked(&s3.endpoint) => {
            let error =
                format!("`given.s3.endpoint`: {} is on another machine, which a posted scenario may not name", s3.endpoint);
            let hint = "name one on 127.0.0.1, or start the simulator with `--allow-remote-s3`, or with `--s3` and that server";
            Err(ControlError::new(StatusCode::FORBIDDEN, error, hint).at("given.s3.endpoint"))
        }
        _ => Ok(()),
    }
}

/// Nor must it be able to read what this machine has.
fn check_folders(spec: &ClusterSpec) -> Result<(), ControlError> {
    match spec.data.iter().find(|(_, bucket)| matches!(bucket, Bucket::Folder(_))) {
        Some((name, _)) => {
            let path = format!("given.data.{name}");
            let error = format!("`{path}`: a posted scenario may not name a folder");
            let hint = "write the objects in it, `{people.csv: \"~id\\nv1\"}`, or start the simulator with that file";
            Err(ControlError::new(StatusCode::FORBIDDEN, error, hint).at(&path))
        }
        None => Ok(()),
    }
}

pub(super) fn start_error(error: &StartError) -> ControlError {
    let status = match error {
        StartError::BadName(_)
        | StartError::DuplicateLoad(_)
        | StartError::TooManyLoads(_)
        | StartError::BadFault(_)
        | StartError::BadFolder(_) => StatusCode::BAD_REQUEST,
        StartError::DuplicateName(_) | StartError::TooMany | StartError::NoPortLeft(_) => StatusCode::CONFLICT,
        StartError::Listen { .. }
        | StartError::ExposedControl(_)
        | StartError::S3Trust(_)
        | StartError::Tls(_)
        | StartError::Ended => StatusCode::SERVICE_UNAVAILABLE,
    };
    ControlError::new(status, error.to_string(), start_hint(error))
}

fn start_hint(error: &StartError) -> &str {
    match error {
        StartError::BadName(_) => "the name is the scenario's unless the query says `name`",
        StartError::BadFolder(_) => "name a folder that is there",
        StartError::DuplicateLoad(_) => "give each load an id of its own",
        StartError::TooManyLoads(_) => {
            "loads that a client needs later can be scripted at run time: POST /_sim/clusters/{name}/loads"
        }
        StartError::BadFault(error) if error.help().is_some() => error.help().unwrap_or_default(),
        StartError::BadFault(_) => "GET /_sim/openapi.json shows what a fault looks like",
        StartError::DuplicateName(_) | StartError::TooMany => {
            "DELETE /_sim/clusters/{name} deletes one; GET /_sim shows those there are"
        }
        StartError::NoPortLeft(_) => {
            "DELETE /_sim/clusters/{name} gives a port back; `--cluster-ports` (NEPTUNE_SIM_CLUSTER_PORTS) says which ones there are"
        }
        StartError::Listen { .. } => "try again: another program may have taken the port",
        StartError::S3Trust(_) | StartError::Tls(_) | StartError::ExposedControl(_) => "start the simulator with other options",
        StartError::Ended => "start the simulator again",
    }
}

pub(super) async fn describe(AskedHost(host): AskedHost, Named(cluster): Named) -> Json<ClusterDescription> {
    Json(views::description(&cluster, &host))
}

pub(super) async fn remove(State(clusters): All, Named(cluster): Named) -> Result<StatusCode, ControlError> {
    if clusters.shares_control(cluster.name()) {
        let error = format!("`{}` shares its port with the control API and cannot be deleted", cluster.name());
        return Err(ControlError::conflict(error, "end the simulator instead"));
    }
    // Two requests may delete it at once; either way it is gone.
    clusters.remove(cluster.name()).await;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn availability(Named(cluster): Named) -> Json<Availability> {
    Json(cluster.availability())
}

pub(super) async fn set_availability(
    State(clusters): All,
    Named(cluster): Named,
    body: Bytes,
) -> Result<Json<Availability>, ControlError> {
    let availability: Availability = read_body(Operation::SetAvailability, &body)?;
    check_reachable(&clusters, cluster.name(), &availability)?;
    cluster.set_availability(availability.clone()).await.map_err(|error| port_lost(&error))?;
    Ok(Json(availability))
}

/// The port is not in the state that it should have.
pub(super) fn port_lost(error: &std::io::Error) -> ControlError {
    ControlError::unavailable(
        format!("cannot take the port again: {error}"),
        "set the availability again once the port is free",
    )
}

/// A cluster that shares its port with the control API must not take it away.
pub(super) fn check_reachable(clusters: &Clusters, name: &str, availability: &Availability) -> Result<(), ControlError> {
    if matches!(availability, Availability::Refused | Availability::Unreachable) && clusters.shares_control(name) {
        let error = format!("`{name}` cannot shut its port: it shares its port with the control API");
        return Err(ControlError::conflict(error, OWN_PORT_HINT));
    }
    Ok(())
}

/// It serialises without secrets.
pub(super) async fn authentication(Simulated(cluster): Simulated) -> Json<Authentication> {
    Json(Authentication::clone(&cluster.authentication()))
}

pub(super) async fn set_authentication(
    Simulated(cluster): Simulated,
    body: Bytes,
) -> Result<Json<Authentication>, ControlError> {
    let authentication: Authentication = read_body(Operation::SetAuthentication, &body)?;
    cluster.set_authentication(authentication.clone());
    Ok(Json(authentication))
}

pub(super) async fn instance(Simulated(cluster): Simulated) -> Json<Instance> {
    Json(views::instance(cluster.instance()))
}

pub(super) async fn change_instance(Simulated(cluster): Simulated, body: Bytes) -> Result<Json<Instance>, ControlError> {
    let change: InstanceChange = read_body(Operation::ChangeInstance, &body)?;
    let health = match (change.health, change.rolling_back) {
        (None, None) => None,
        (Some(Health::Healthy), None) => Some(neptune_loader::Health::Healthy),
        (Some(Health::Recovery), count) => Some(neptune_loader::Health::Recovery { rolling_back: count.unwrap_or(0) }),
        (None | Some(Health::Healthy), Some(_)) => {
            let hint = r#"say `"health": "recovery"` along with `rolling_back`"#;
            let error = "only an instance that recovers rolls transactions back";
            return Err(ControlError::bad_request(error, hint).at("rolling_back"));
        }
    };
    if let Some(role) = change.role {
        cluster.set_role(match role {
            Role::Writer => neptune_loader::Role::Writer,
            Role::Reader => neptune_loader::Role::Reader,
        });
    }
    if let Some(health) = health {
        cluster.set_health(health);
    }
    Ok(Json(views::instance(cluster.instance())))
}

pub(super) async fn restart(Simulated(cluster): Simulated) -> Json<Instance> {
    cluster.restart();
    Json(views::instance(cluster.instance()))
}

pub(super) async fn strict(Simulated(cluster): Simulated) -> Json<bool> {
    Json(cluster.is_strict())
}

pub(super) async fn set_strict(Simulated(cluster): Simulated, body: Bytes) -> Result<Json<bool>, ControlError> {
    cluster.set_strict(read_body(Operation::SetStrictness, &body)?);
    Ok(Json(cluster.is_strict()))
}

pub(super) async fn quirks(Simulated(cluster): Simulated) -> Json<Vec<Quirk>> {
    Json(views::quirks(cluster.quirks()))
}

pub(super) async fn set_quirks(Simulated(cluster): Simulated, body: Bytes) -> Result<Json<Vec<Quirk>>, ControlError> {
    let values: QuirkValues = read_body(Operation::SetQuirks, &body)?;
    let choices = values.iter().map(|(name, value)| (name.as_str(), value.to_string()));
    let quirks = cluster.set_quirks(choices).map_err(|error| {
        let hint = "GET /_sim/clusters/{name}/quirks shows what can be chosen";
        ControlError::bad_request(cut(&error.to_string(), 1024), hint)
    })?;
    Ok(Json(views::quirks(quirks)))
}
