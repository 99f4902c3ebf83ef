//! The simulator's control API as plain data: every request and answer, the table of routes, and the OpenAPI document made from both.
//!
//! The API lives under `/_sim` and changes or shows what no client of Neptune could: time, reachability, the outcome of loads, the
//! requests that came. Its words are its own. Where Neptune's words occur (statuses, ids, codes) they are texts, because this crate
//! does not know the loader: a program that drives a simulator with it reads Neptune's answers as JSON.
//!
//! With the feature `client` there is a typed client as well, `ControlClient`.

mod authentication;
mod availability;
#[cfg(feature = "client")]
mod client;
mod clock;
mod cluster;
mod examples;
mod exchange;
mod explanation;
mod instance;
mod load;
mod openapi;
mod operation;
mod problem;
mod quirk;
mod requests;
mod snapshot;
mod spelling;
mod start;
mod state;

pub use authentication::*;
pub use availability::*;
#[cfg(feature = "client")]
pub use client::{ClientError, ClusterClient, ControlClient};
pub use clock::*;
pub use cluster::*;
pub use exchange::EVENT_STREAM;
pub use explanation::*;
pub use instance::*;
pub use load::*;
pub use neptune_fault::{
    Effect, ErrorAnswer, Fault, FaultAnswer, FaultClock, FaultOperation, FaultReport, FullError, FullGateway, GatewayAnswer,
    GatewayBody, Numbers, PastFault, RemovedFaults, Shape, Target, TlsTrouble,
};
pub use openapi::openapi;
pub use operation::{Method, Operation};
pub use problem::*;
pub use quirk::*;
pub use requests::*;
pub use snapshot::*;
pub use start::*;
pub use state::*;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
