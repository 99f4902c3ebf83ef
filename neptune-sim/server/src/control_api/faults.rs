//! Faults: adds them, shows how often each fired, removes them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use neptune_control::{Fault, FaultReport, Operation, ReadyMadeFault, RemovedFaults};
use neptune_fault::{FaultError, ReadyFault, fault_errors, port_faults, ready_faults};

use super::body::read_checked;
use super::clusters::{OWN_PORT_HINT, port_lost};
use super::error::{ControlError, SHOWN_BYTES};
use super::extract::{FaultName, Named};
use super::fit::Misfit;
use super::route::{Route, route};
use crate::Cluster;
use crate::registry::Clusters;
use neptune_text::cut;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Operation::ListReadyMadeFaults, ready_made),
        route(Operation::ListFaults, list),
        route(Operation::AddFault, add),
        route(Operation::ClearFaults, clear),
        route(Operation::RemoveFault, remove),
    ]
}

pub(super) async fn ready_made() -> Json<Vec<ReadyMadeFault>> {
    let shown = |fault: &ReadyFault| ReadyMadeFault { name: fault.name.clone(), about: fault.about.clone() };
    Json(ready_faults().iter().map(shown).collect())
}

pub(super) async fn list(Named(cluster): Named) -> Json<Vec<FaultReport>> {
    Json(cluster.fault_reports())
}

pub(super) async fn add(
    State(clusters): State<Arc<Clusters>>,
    Named(cluster): Named,
    body: Bytes,
) -> Result<(StatusCode, Json<Vec<FaultReport>>), ControlError> {
    let check = |fault: &Fault| {
        let mistakes: Vec<_> = fault_errors(fault).iter().map(Misfit::from).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    };
    let (fault, ()) = read_checked(Operation::AddFault, &body, check)?;
    let port = port_faults(&fault);
    if clusters.shares_control(cluster.name()) && !port.lets_requests_in() {
        let error = format!("`{}` shares its port with the control API, which the fault would take away", cluster.name());
        return Err(ControlError::conflict(error, OWN_PORT_HINT));
    }
    if !cluster.is_secure() && port.tls.is_some() {
        let error = format!("`{}` speaks plain HTTP, so there is no TLS handshake", cluster.name());
        return Err(ControlError::conflict(error, "give it TLS: `given: {tls: true}`, or `--tls-ca-file`"));
    }
    let added = cluster.add_fault(&fault).map_err(|error| impossible(&error))?;
    cluster.apply_port_state().await.map_err(|error| port_lost(&error))?;
    Ok((StatusCode::CREATED, Json(added)))
}

pub(super) async fn clear(Named(cluster): Named) -> Result<Json<RemovedFaults>, ControlError> {
    let removed = cluster.clear_faults();
    settled(&cluster, removed).await
}

pub(super) async fn remove(Named(cluster): Named, FaultName(name): FaultName) -> Result<Json<RemovedFaults>, ControlError> {
    let removed = cluster.remove_fault(&name);
    if removed == 0 {
        let error = format!("there is no fault `{}`", cut(&name, SHOWN_BYTES));
        return Err(ControlError::not_found(error, "GET /_sim/clusters/{name}/faults shows those there are"));
    }
    settled(&cluster, removed).await
}

async fn settled(cluster: &Cluster, removed: usize) -> Result<Json<RemovedFaults>, ControlError> {
    cluster.apply_port_state().await.map_err(|error| port_lost(&error))?;
    Ok(Json(RemovedFaults { removed }))
}

fn impossible(error: &FaultError) -> ControlError {
    let hint = error.help().unwrap_or("GET /_sim/openapi.json shows what a fault looks like");
    ControlError::bad_request(cut(&error.to_string(), 1024), hint)
}
