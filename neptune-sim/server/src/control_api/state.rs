//! Exports a whole cluster as data, and imports it again.

use std::io::{self, Write};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use neptune_control::{ClusterDescription, Operation};
use neptune_loader::{Engine, EngineState};
use serde::{Deserialize, Deserializer, Serialize};

use super::body::read_state;
use super::clusters::{CLOCK_HINT, check_reachable, port_lost, start_error};
use super::error::ControlError;
use super::extract::{AskedHost, Name, Simulated, check_simulated};
use super::guard::STATE_BYTES;
use super::route::{Route, route};
use super::views;
use crate::registry::Clusters;
use crate::{Availability, ClockKind, ClockKindError, ClusterSpec, StartClock};

/// A [`neptune_control::ClusterState`] with a parsed loader.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClusterState {
    version: String,
    clock: String,
    #[serde(default, deserialize_with = "or_default")]
    start_clock: StartClock,
    availability: Availability,
    strict: bool,
    loader: EngineState,
}

/// A field that may be left out may also be null.
fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

pub(super) fn routes() -> Vec<Route> {
    vec![route(Operation::ExportState, export), route(Operation::ImportState, import)]
}

pub(super) async fn export(Simulated(cluster): Simulated) -> Result<Response, ControlError> {
    let (clock, start_clock, loader) = cluster.export();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let (availability, strict) = (cluster.availability(), cluster.is_strict());
    let state = ClusterState { version, clock: clock.to_string(), start_clock, availability, strict, loader };
    let mut written = Bounded(Vec::new());
    serde_json::to_writer(&mut written, &state).map_err(|_| {
        let error = format!("the state takes more than {STATE_BYTES} bytes");
        ControlError::conflict(error, "loads with fewer errors take less")
    })?;
    Ok(([(CONTENT_TYPE, "application/json")], written.0).into_response())
}

pub(super) async fn import(
    State(clusters): State<Arc<Clusters>>,
    AskedHost(host): AskedHost,
    Name(name): Name,
    body: Bytes,
) -> Result<(StatusCode, Json<ClusterDescription>), ControlError> {
    let ClusterState { clock, start_clock, availability, strict, loader, .. } = read_state(&body)?;
    let wrong_clock = |error: ClockKindError| ControlError::bad_request(error.to_string(), CLOCK_HINT).at("clock");
    let clock: ClockKind = clock.parse().map_err(wrong_clock)?;
    let hint = "send the loader as GET /_sim/clusters/{name}/state gave it";
    let engine = Engine::import(loader).map_err(|error| ControlError::bad_request(error.to_string(), hint).at("loader"))?;
    check_reachable(&clusters, &name, &availability)?;
    let Some(cluster) = clusters.get(&name) else {
        let spec = ClusterSpec { availability, strict, ..ClusterSpec::new(name, clock) };
        // Before its port is open: no client may see the cluster without its loads.
        let added = clusters.add_prepared(spec.into(), |cluster| cluster.import(clock, start_clock, engine)).await;
        let cluster = added.map_err(|error| start_error(&error))?;
        return Ok((StatusCode::CREATED, Json(views::description(&cluster, &host))));
    };
    check_simulated(&cluster)?;
    cluster.import(clock, start_clock, engine);
    cluster.set_strict(strict);
    cluster.set_availability(availability).await.map_err(|error| port_lost(&error))?;
    Ok((StatusCode::OK, Json(views::description(&cluster, &host))))
}

/// A writer that takes a limited number of bytes: loads may share text that the JSON repeats for each.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > STATE_BYTES {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
