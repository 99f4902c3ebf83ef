//! A proxy: a cluster whose answers come from another endpoint, a live cluster or a simulator.
//!
//! It passes on what its clients ask, byte for byte, and the answers with it; it asks nothing of its own accord. To
//! each request it adds a `Via` that names it, and refuses what comes back with that. What goes wrong on the
//! way is the business of the cluster's faults, and what is kept of it that of [`record`](crate::record).

mod error;
mod remote;
mod sign;
mod trust;
mod upstream;

pub use error::{UpstreamError, UpstreamTrouble};
pub use neptune_scenario::{UpstreamAddress, UpstreamAddressError};
pub use neptune_sigv4::{SignError, Signer};
pub(crate) use remote::Remote;
pub(crate) use sign::sign_request;
pub use trust::{TrustError, amazon_roots};
pub use upstream::{HostHeader, Upstream, UpstreamOptions};
