//! The bulk loader of Amazon Neptune as a function of commands and time.
//!
//! [`Engine::advance_to`] moves the loader; everything that reads takes `&self`. Reading a status therefore never moves it, which is
//! what makes concurrent, repeated and skipped polls agree. The crate has no I/O, no threads, no wall clock, and one seeded source of
//! randomness: the same seed and commands give the same bytes.
//!
//! A load is *scripted* (it plays the lifecycle of a scenario, whatever other loads do) or *started* (it came in by `POST /loader` and
//! obeys the queue: one runs, 64 wait, first in first out).
//!
//! ```
//! use std::time::Duration;
//! use neptune_engine::{Engine, Lifecycle, Script, Settings, SimTime, Workload};
//! use neptune_wire::{LoadStatus, StatusQuery};
//!
//! let mut engine = Engine::new(Settings::default());
//! let lifecycle = Lifecycle::new(vec![
//!     (LoadStatus::InProgress, Some(Duration::from_secs(2))),
//!     (LoadStatus::Completed, None),
//! ])?;
//! engine.script("domain-load".into(), Script { source: "s3://bucket/domain/".into(), lifecycle, workload: Workload::default() })?;
//! engine.advance_to(SimTime::after(Duration::from_secs(2)));
//! let payload = engine.status(&"domain-load".into(), &StatusQuery::default()).expect("it was scripted above");
//! assert_eq!(payload.overall_status.status, LoadStatus::Completed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod engine;
mod feed_errors;
mod lifecycle;
mod load;
mod plan;
mod random;
mod settings;
mod table;
mod time;
mod workload;

pub use engine::{DuplicateLoadId, Engine, EngineState, Health, RescriptError, Script, StateError};
pub use feed_errors::{FeedError, FeedErrors};
pub use lifecycle::{Lifecycle, LifecycleError, LifecycleErrorKind};
pub use load::{Change, Load, Origin};
pub use plan::{Course, Outcome, Plan, Rule};
pub use settings::Settings;
pub use table::REMEMBERED_LOADS;
pub use time::SimTime;
pub use workload::Workload;
