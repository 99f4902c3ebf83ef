//! A simulator of Amazon Neptune's bulk loader, for tests of whatever starts, polls and cancels loads.
//!
//! A [`Sim`] serves one or more [`Cluster`]s, each behind a port of its own, over HTTP or HTTPS. It runs inside a test process, as
//! here, or as the program `neptune-sim`. Time passes as the cluster's [`ClockKind`] says; with a manual clock a load that takes an
//! hour is over at once:
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//! use neptune_loader::{Lifecycle, Script, Workload};
//! use neptune_sim::{ClockKind, ClusterSpec, Sim};
//! use neptune_loader::LoadStatus;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let lifecycle = Lifecycle::new(vec![
//!     (LoadStatus::InProgress, Some(Duration::from_hours(1))),
//!     (LoadStatus::Completed, None),
//! ])?;
//! let script = Script { source: "s3://bucket/domain/".into(), lifecycle, workload: Workload::default() };
//! let spec = ClusterSpec { scripts: vec![("domain-load".into(), script)], ..ClusterSpec::new("demo", ClockKind::Manual) };
//!
//! let runtime = tokio::runtime::Runtime::new()?;
//! let sim = runtime.block_on(Sim::start(spec, "127.0.0.1:0".parse()?))?;
//! sim.first().advance(Duration::from_hours(1))?;
//!
//! let mut client = TcpStream::connect(sim.first().address())?;
//! client.write_all(b"GET /loader/domain-load HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert!(answer.contains(r#""status" : "LOAD_COMPLETED""#));
//! # Ok(())
//! # }
//! ```
//!
//! What the loader does, and how its answers look, is decided by `neptune-loader`; this crate brings them to the
//! network and adds what goes wrong there.

mod app;
mod calendar;
mod clock;
mod cluster;
mod clusters;
mod control;
mod ending;
mod endpoint;
mod fault;
mod goal;
mod http;
mod iam;
mod limits;
mod options;
mod port_range;
mod portless;
pub mod proxy;
mod queries;
pub mod recording;
mod redact;
mod request_log;
mod room;
mod s3;
pub mod scenario;
mod server;
mod sim;
mod timeline;
mod tls;

pub use clock::{ClockKind, ClockKindError, ClockRunsByItself};
pub use cluster::{Cluster, ClusterSpec, Instance, ScriptError};
pub use clusters::StartError;
pub use endpoint::reachable;
pub use fault::{FaultError, ReadyFault, ready_faults};
pub use goal::{Goal, Until, UntilError, WaitError};
pub use iam::{
    AccessKey, AccessKeys, AccessKeysError, ActionPattern, ActionPatternError, Authentication, EmptySecret, Iam, Secret, Skew,
};
pub use limits::Limits;
pub use neptune_control::{Availability, CannedAnswer, CannedBody, Fault, FaultReport, StartClock};
pub use neptune_text::{DurationError, parse_duration};
pub use options::{ControlPlace, SimOptions};
pub use port_range::{PortRange, PortRangeError};
#[doc(hidden)]
pub use portless::{Answered, Portless};
pub use queries::Queries;
pub use request_log::{LoggedRequest, RequestHistory};
pub use s3::S3;
pub use sim::Sim;
pub use timeline::LoadTimeline;
pub use tls::{Tls, TlsError};

/// The OpenAPI 3.1 document of the control API, as `GET /_sim/openapi.json` answers it.
pub fn openapi() -> serde_json::Value {
    control::document().clone()
}
