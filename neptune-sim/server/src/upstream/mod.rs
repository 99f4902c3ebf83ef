//! A proxy: a cluster whose answers come from another endpoint, a live cluster or a simulator.
//!
//! It passes on requests and answers byte for byte, and sends no requests of its own. It adds a `Via` header with its name to each request,
//! and refuses a request that comes back with that header. The cluster's faults apply to its requests, and [`record`](crate::record) keeps
//! the exchanges.

mod error;
mod remote;
mod sign;
mod trust;
#[expect(clippy::module_inception, reason = "it holds the type of that name")]
mod upstream;

pub use error::{UpstreamError, UpstreamTrouble};
pub use neptune_scenario::{UpstreamAddress, UpstreamAddressError};
pub use neptune_sigv4::{SignError, Signer};
pub(crate) use remote::{AnswerStream, Remote};
pub(crate) use sign::sign_request;
pub use trust::{TrustError, amazon_roots};
pub use upstream::{HostHeader, Upstream, UpstreamOptions};
