//! The loader API of Amazon Neptune as plain data: status words, error codes, request parameters and reply bodies.
//!
//! This is the one place where Neptune's spelling lives. The crate decides nothing about loads, does no I/O and knows no clock; it
//! depends on serde and nothing else, so that the production handlers can share the vocabulary without importing the simulator.
//!
//! Neptune's documentation, its SDK models and recordings of real clusters do not always agree. Each fact here therefore says where
//! it comes from, and [`Evidence`] carries that mark along with every simulated answer.

mod error;
mod evidence;
mod flag;
mod id;
mod json;
mod query;
pub mod quirks;
mod reply;
mod start;
mod start_failure;
mod status;

pub use error::{ApiError, ErrorBody, ErrorCode};
pub use evidence::Evidence;
pub use id::LoadId;
pub use json::to_loader_json;
pub use query::{ListQuery, StatusQuery};
pub use quirks::{QUIRKS, Quirk, QuirkError, Quirks};
pub use reply::{
    CancelReply, EngineHealth, EngineStatus, EngineVersion, ErrorLog, ErrorPage, FeedCount, FeedErrorCode, FeedErrorCounter,
    LoadIdList, LoadReport, NoPayload, OK_STATUS, Reply, Role, RollingBack, StartedLoad, StatusPayload, TimeSpent,
};
pub use start::{LoadFormat, LoadMode, Parallelism, ParserConfiguration, StartRequest};
pub use start_failure::StartFailure;
pub use status::LoadStatus;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
