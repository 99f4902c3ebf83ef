//! Whether a test can run on a live cluster, and how.

mod cluster;
mod form;
mod requests;

pub(crate) use form::{LiveCheck, Simulated};
