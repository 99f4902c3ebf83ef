//! The clusters of a simulator by name, the port of each, and what serves it.

mod app;
mod clusters;
mod options;

pub(crate) use app::App;
#[cfg(test)]
pub(crate) use clusters::CLUSTER_LIMIT;
pub use clusters::StartError;
pub(crate) use clusters::{Clusters, EVENT_STREAM_LIMIT, ListenAt};
pub use options::{ControlPlace, SimOptions};
