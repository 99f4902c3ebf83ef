//! A proxy in front of an endpoint: what it passes on, what it keeps to itself, and what it records.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[path = "../client/mod.rs"]
mod client;
mod control;
mod endpoint;
mod forwarding;
#[path = "../key/mod.rs"]
mod key;
mod recording;
mod setup;
mod signing;
mod trouble;
mod tunnel;
