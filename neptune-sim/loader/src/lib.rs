//! Amazon Neptune's bulk loader, seen from the server: requests, replies, the queue, and loads as a function of commands and time.
//!
//! [`Engine::advance_to`] moves the loader; everything that reads takes `&self`. Reading a status therefore never changes it, which is
//! why concurrent, repeated and skipped polls agree. The crate has no I/O, no threads, no wall clock, and one seeded source of
//! randomness: the same seed and commands give the same bytes.
//!
//! A load is *scripted* (it follows the lifecycle of a scenario, whatever other loads do) or *started* (it came in by `POST /loader` and
//! obeys the queue: one runs, 64 wait, first in first out).
//!
//! Neptune's documentation, its SDK models and recordings of real clusters do not always agree. Each fact here therefore says where
//! it comes from, and every simulated answer carries that provenance as [`Evidence`].
//!
//! ```
//! use std::time::Duration;
//! use neptune_loader::{Engine, Lifecycle, LoadStatus, Script, Settings, SimTime, StatusQuery, Workload};
//!
//! let mut engine = Engine::new(Settings::default());
//! let lifecycle = Lifecycle::new(vec![
//!     (LoadStatus::InProgress, Some(Duration::from_secs(2))),
//!     (LoadStatus::Completed, None),
//! ])?;
//! engine.script("domain-load".into(), Script::new("s3://bucket/domain/", lifecycle))?;
//! engine.advance_to(SimTime::after(Duration::from_secs(2)));
//! let payload = engine.status(&"domain-load".into(), &StatusQuery::default()).expect("it was scripted above");
//! assert_eq!(payload.overall_status.status, LoadStatus::Completed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod commands;
mod engine;
mod evidence;
mod feed_errors;
mod lifecycle;
mod load;
mod newest_errors;
mod plan;
mod queue;
pub mod quirks;
mod random;
mod reading;
mod report;
mod resume;
mod schedule;
mod settings;
mod share;
mod state;
mod table;
mod time;
mod words;
mod workload;

pub use api::{
    ApiError, CancelReply, EngineHealth, EngineStatus, EngineVersion, ErrorBody, ErrorLog, ErrorPage, FeedCount, FeedErrorCode,
    FeedErrorCounter, ListQuery, LoadFormat, LoadIdList, LoadMode, LoadReport, NoPayload, Parallelism, ParserConfiguration,
    Reply, Role, RollingBack, StartFailure, StartRequest, StartedLoad, StatusPayload, StatusQuery, TimeSpent, to_loader_json,
};
pub use commands::{DuplicateLoadId, RescriptError, Script};
pub use engine::{Engine, Health};
pub use evidence::Evidence;
pub use feed_errors::{FeedError, FeedErrors};
pub use lifecycle::{Lifecycle, LifecycleError, LifecycleErrorKind};
pub use load::{Change, Load, Origin};
pub use neptune_wire::{ErrorCode, LoadId, LoadStatus, OK_STATUS};
pub use newest_errors::NewestErrors;
pub use plan::{Course, Outcome, Plan, Reading, Rule};
pub use quirks::{QUIRKS, Quirk, QuirkError, Quirks};
pub use random::Uuid;
pub use settings::Settings;
pub use state::{EngineState, StateError};
pub use table::REMEMBERED_LOADS;
pub use time::SimTime;
pub use workload::{Feed, Workload};
