//! Time: reads a clock, moves it, and changes how it goes.

use axum::Json;
use axum::body::Bytes;
use neptune_control::{ClockReading, MoveClock, Wait};
use neptune_engine::SimTime;

use super::clusters::port_lost;
use super::error::ControlError;
use super::extract::{Named, read_json};
use super::views;
use crate::cluster::{PassError, Passage};
use crate::{ClockKind, Cluster, Goal, Until, parse_duration};

pub(super) async fn read(Named(cluster): Named) -> Json<ClockReading> {
    Json(views::clock(&cluster))
}

pub(super) async fn change(Named(cluster): Named, body: Bytes) -> Result<Json<ClockReading>, ControlError> {
    match read_json(&body)? {
        MoveClock::Advance(by) => {
            let by = parse_duration(&by).map_err(|error| ControlError::bad_request(error.to_string()))?;
            cluster.pass(Passage::By(by)).await.map_err(|error| stopped(&cluster, &error))?;
        }
        MoveClock::Wait(wait) => {
            let goal = goal(wait)?;
            cluster.pass(Passage::Until(&goal)).await.map_err(|error| stopped(&cluster, &error))?;
        }
        MoveClock::Set(kind) => {
            cluster.set_clock_kind(kind.parse().map_err(|error| ControlError::bad_request(format!("{error}")))?);
            cluster.settle().await.map_err(|error| port_lost(&error))?;
        }
    }
    Ok(Json(views::clock(&cluster)))
}

fn stopped(cluster: &Cluster, error: &PassError) -> ControlError {
    let error = match error {
        PassError::Port(error) => return port_lost(error),
        PassError::Wait(error) => ControlError::conflict(error.to_string()),
    };
    if cluster.clock_kind() == ClockKind::Manual { error } else { error.hint(r#"make it manual first: {"set": "manual"}"#) }
}

fn goal(wait: Wait) -> Result<Goal, ControlError> {
    Ok(match wait {
        Wait::Load { load, until } => {
            let until: Until = until.parse().map_err(|error| ControlError::bad_request(format!("{error}")))?;
            Goal::Load(load.as_str().into(), until)
        }
        Wait::AllLoads(neptune_control::AllLoads::Finished) => Goal::AllEnded,
        Wait::At(at) => {
            let at = parse_duration(&at).map_err(|error| ControlError::bad_request(error.to_string()))?;
            Goal::At(SimTime::after(at))
        }
    })
}
