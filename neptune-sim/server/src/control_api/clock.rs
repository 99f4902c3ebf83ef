//! Time: reads a clock, moves it, and changes how it goes.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use neptune_control::{ClockReading, MoveClock, Operation, Wait};
use neptune_loader::SimTime;

use super::body::read_body;
use super::clusters::{CLOCK_HINT, port_lost};
use super::error::ControlError;
use super::extract::Named;
use super::route::{Route, route};
use super::views;
use crate::cluster::{PassError, Passage};
use crate::{ClockKind, ClockKindError, Cluster, WaitFor, WaitUntil, WaitUntilError, parse_duration};

pub(super) fn routes() -> Vec<Route> {
    vec![route(Operation::ReadClock, read), route(Operation::MoveClock, change)]
}

pub(super) async fn read(Named(cluster): Named) -> Json<ClockReading> {
    Json(views::clock(&cluster))
}

pub(super) async fn change(Named(cluster): Named, body: Bytes) -> Result<Json<ClockReading>, ControlError> {
    match read_body(Operation::MoveClock, &body)? {
        MoveClock::Advance(by) => {
            let by = duration("advance", &by)?;
            cluster.pass(Passage::By(by)).await.map_err(|error| stopped(&cluster, &error))?;
        }
        MoveClock::Wait(wait) => {
            let goal = goal(wait)?;
            cluster.pass(Passage::until(&goal)).await.map_err(|error| stopped(&cluster, &error))?;
        }
        MoveClock::Set(kind) => {
            let wrong = |error: ClockKindError| ControlError::bad_request(error.to_string(), CLOCK_HINT).at("set");
            cluster.set_clock_kind(kind.parse().map_err(wrong)?);
            cluster.apply_port_state().await.map_err(|error| port_lost(&error))?;
        }
    }
    Ok(Json(views::clock(&cluster)))
}

fn stopped(cluster: &Cluster, error: &PassError) -> ControlError {
    let error = match error {
        PassError::Port(error) => return port_lost(error),
        PassError::Wait(error) => error,
    };
    let hint = match cluster.clock_kind() {
        ClockKind::Manual => "GET /_sim/clusters/{name}/loads shows what is ahead",
        _ => r#"make it manual first: {"set": "manual"}"#,
    };
    ControlError::conflict(error.to_string(), hint)
}

fn goal(wait: Wait) -> Result<WaitFor, ControlError> {
    Ok(match wait {
        Wait::Load { load, until } => {
            let wrong = |error: WaitUntilError| {
                ControlError::bad_request(error.to_string(), "`finished` is however it ends").at("wait.until")
            };
            let until: WaitUntil = until.parse().map_err(wrong)?;
            WaitFor::Load(load.as_str().into(), until)
        }
        Wait::AllLoads(neptune_control::AllLoads::Finished) => WaitFor::AllEnded,
        Wait::At(at) => {
            let at = duration("wait.at", &at)?;
            WaitFor::At(SimTime::after(at))
        }
    })
}

fn duration(path: &str, text: &str) -> Result<Duration, ControlError> {
    let hint = "a duration is a number and one of the units ms, s, m, h, d: `5s`";
    parse_duration(text).map_err(|error| ControlError::bad_request(format!("`{path}`: {error}"), hint).at(path))
}
