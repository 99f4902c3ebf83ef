//! A simulator of Amazon Neptune's bulk loader, for tests of programs that start, poll and cancel loads.
//!
//! A [`Sim`] serves one or more [`Cluster`]s, each behind a port of its own, over HTTP or HTTPS. It runs inside a test process, as
//! here, or as the program `neptune-sim`, which is a package of its own. Time passes as the cluster's [`ClockKind`] says; with a manual clock a load that takes an
//! hour is over at once:
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//! use neptune_loader::{Lifecycle, Script, Workload};
//! use neptune_server::{ClockKind, ClusterSpec, Sim};
//! use neptune_loader::LoadStatus;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let lifecycle = Lifecycle::new(vec![
//!     (LoadStatus::InProgress, Some(Duration::from_hours(1))),
//!     (LoadStatus::Completed, None),
//! ])?;
//! let script = Script::new("s3://bucket/domain/", lifecycle);
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
//! The crate `neptune-loader` decides what the loader does and how its answers look. This crate serves those answers on the
//! network and adds the faults that happen there.
//!
//! The crate consists of top-level modules. Each one imports only modules below it in this table:
//!
//! | module | content |
//! |---|---|
//! | `sim` | [`Sim`]: start and stop |
//! | `control_api` | the control API over HTTP, `/_sim` |
//! | `registry` | all clusters by name, their ports, and what serves each port |
//! | `neptune_api` | Neptune's API over HTTP |
//! | `cluster` | one cluster: clock, waits, request log, availability |
//! | `sources` | the sources of loads: buckets that are folders or texts, and an S3 server |
//! | `record` | recorder and redactor of a proxy |
//! | `upstream` | the endpoint behind a proxy |
//! | `iam` | authentication and permissions: signatures, access keys, IAM's actions |
//! | `net` | ports, sockets, TLS, limits |

mod cluster;
mod control_api;
mod iam;
mod neptune_api;
mod net;
pub mod record;
mod registry;
mod sim;
mod sources;
pub mod upstream;

pub use cluster::{
    ArrivedRequest, ClockRunsByItself, Cluster, ClusterSetup, GivenAnswer, Instance, LoadTimeline, LoggedRequest, Observer,
    PassError, Proxy, RequestHistory, ScriptError, WaitError, WaitFor, WaitUntil, WaitUntilError,
};
#[doc(hidden)]
pub use neptune_api::{Answered, FuzzCluster};
pub use neptune_control::{Availability, CannedAnswer, CannedBody, Fault, FaultReport, StartClock};
pub use neptune_fault::{FaultError, FaultOperation, ReadyFault, ready_faults};
/// The file format.
pub use neptune_scenario as scenario;
pub use neptune_scenario::{
    AccessKey, AccessKeys, AccessKeysError, ActionPattern, ActionPatternError, Authentication, Bucket, Buckets, ClockKind,
    ClockKindError, ClusterSpec, EmptySecret, Iam, S3, Secret, Skew,
};
pub use neptune_text::{DurationError, parse_duration};
pub use net::{Limits, PortRange, PortRangeError, ReservedPort, Tls, TlsError, reachable};
pub use registry::{ControlPlace, SimOptions, StartError};
pub use sim::Sim;

/// The OpenAPI 3.1 document of the control API, as `GET /_sim/openapi.json` answers it.
pub fn openapi() -> serde_json::Value {
    control_api::document().clone()
}
