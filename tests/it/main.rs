//! The integration tests: everything that runs real binaries or crosses crates.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

mod architecture;
mod catalogue;
mod check_poller;
mod checkouts;
mod circles;
mod clients;
mod datasets;
mod deployment;
mod distributed_map;
mod editor;
mod functions;
mod harness;
mod lambda;
mod links;
mod managed;
mod others;
mod packages;
mod page;
mod programs;
mod properties;
mod questions;
mod raw_neptune;
mod readme;
mod secrets;
mod state_machine;
