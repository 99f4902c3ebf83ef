//! One simulated Neptune: its loader, its clock, its availability and what it was asked.
//!
//! [`Cluster`] is the handle that all other modules use (`handle`). Its part that waits for time and keeps the port is in `faults`.
//! All state that changes is behind one lock, in `timed`.

#[cfg(test)]
mod acts;
mod as_scenario;
mod clock;
mod explain;
mod faults;
mod handle;
mod instance_history;
mod loaded;
mod missing;
mod observer;
mod outages;
#[cfg(test)]
mod properties;
mod proxy;
mod reads;
mod reported;
mod request_log;
mod setup;
mod snapshot;
mod timed;
mod timeline;
mod wait;

pub use clock::ClockRunsByItself;
pub use faults::PassError;
pub(crate) use handle::{Arrival, SpecError};
pub use handle::{Cluster, Instance, ScriptError};
pub use observer::{ArrivedRequest, GivenAnswer, Observer};
pub(crate) use outages::Outage;
pub use proxy::Proxy;
pub(crate) use reported::{ReportedStatus, load_status_in};
pub(crate) use request_log::{Answer, LogPage};
pub use request_log::{LoggedRequest, RequestHistory};
pub use setup::ClusterSetup;
pub(crate) use snapshot::{Snapshot, Watcher};
pub(crate) use timed::{Decision, Passage};
pub use timeline::LoadTimeline;
pub use wait::{WaitError, WaitFor, WaitUntil, WaitUntilError};
