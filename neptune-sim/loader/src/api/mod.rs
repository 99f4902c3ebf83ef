//! The server's side of the loader API: request parameters, reply bodies, error texts, and how all of them are spelled.

mod error;
mod json;
mod query;
mod reply;
mod start;
mod start_failure;

pub use error::{ApiError, ErrorBody};
pub use json::to_loader_json;
pub use query::{ListQuery, StatusQuery};
pub use reply::{
    CancelReply, EngineHealth, EngineStatus, EngineVersion, ErrorLog, ErrorPage, FeedCount, FeedErrorCode, FeedErrorCounter,
    LoadIdList, LoadReport, NoPayload, Reply, Role, RollingBack, StartedLoad, StatusPayload, TimeSpent,
};
pub use start::{LoadFormat, LoadMode, Parallelism, ParserConfiguration, StartRequest};
pub use start_failure::StartFailure;
