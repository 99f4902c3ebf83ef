//! `neptune-sim proxy` and `neptune-sim scenario` as their users see them: a session is recorded, and a recording becomes a scenario.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[path = "../../server/tests/client/mod.rs"]
#[expect(dead_code, reason = "the tests of the library use all of it")]
mod client;
#[path = "../../server/tests/proxy/endpoint.rs"]
#[expect(dead_code, reason = "the tests of the library use all of it")]
mod endpoint;
mod program;
mod replay;
#[path = "../running/mod.rs"]
mod running;
#[path = "../../server/tests/proxy/setup.rs"]
#[expect(dead_code, reason = "the tests of the library use all of it")]
mod setup;
