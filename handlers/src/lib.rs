//! AWS Lambda functions for Amazon Neptune bulk loads: two report on loads, one starts a load, and two check load files in S3 before it
//! ([`files`]).
//!
//! # `check_bulk_load_status`
//!
//! One verdict on two loads, a *domain* graph and its *provenance*. The event:
//!
//! ```json
//! {"domain_load_id": "0a237328-…", "prov_load_id": "ef478d76-…", "run_id": "run-789"}
//! ```
//!
//! The answer has one shape, always. `error`, `error_type` and `retryable` are there exactly when the status is `FAILED`, `warnings`
//! exactly when a load completed with errors or without a record, and `invalid_parameters` exactly when the event lacks something:
//!
//! ```json
//! {"status": "FAILED", "run_id": "run-789", "domain_load_id": "0a237328-…", "prov_load_id": "ef478d76-…",
//!  "domain_status": "LOAD_FAILED", "prov_status": "LOAD_IN_PROGRESS",
//!  "error": "domain load `0a237328-…` ended with LOAD_FAILED: parsingErrors 1; …", "error_type": "LoadFailed", "retryable": false}
//! ```
//!
//! `status` is `SUCCESS`, `FAILED` or `PENDING`. The two statuses are Neptune's own words, or `UNKNOWN` for a load that could not be
//! read. The function never raises.
//!
//! # `get_load_status`
//!
//! Neptune's own envelope about one load, untouched. The event:
//!
//! ```json
//! {"load_job_id": "0a237328-…"}
//! ```
//!
//! The answer; `queue` is there when the load waits, `truncated` when entries were left out to stay below 100 KiB:
//!
//! ```json
//! {"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_IN_QUEUE"}}, "queue": {"position": 1, "length": 3}}
//! ```
//!
//! Everything else is raised as one of the named errors of [`ErrorName`].
//!
//! # `start_bulk_load`
//!
//! Starts one load, and never twice. It is called without `load` first, which answers the ids that are there, and then with them:
//!
//! ```json
//! {"load": {"source": "s3://bucket/run-789/", "format": "nquads"}, "known_load_ids": ["0a237328-…"]}
//! ```
//!
//! ```json
//! {"load_id": "3cbf1b9e-…", "already_started": false}
//! ```

pub mod check;
pub mod files;
pub mod start;
pub mod status;

mod attempt;
mod config;
mod config_error;
mod connect_to;
mod credentials;
mod denial;
mod endpoint;
mod error;
mod event;
mod explain;
mod flaw;
mod invocation;
mod logging;
mod neptune;
mod panicked;
mod refusal;
mod reply;
mod retry;
mod runtime_api;
mod serve;
mod sign;
mod text;
mod tls;

pub use config::Config;
pub use config_error::ConfigError;
pub use connect_to::ConnectTo;
pub use endpoint::Endpoint;
pub use error::{ErrorName, StatusError};
pub use event::{CheckAnswer, CheckEvent, Failure, Verdict};
pub use invocation::Invocation;
pub use logging::subscriber;
pub use neptune::{Client, MAX_BODY_BYTES, MAX_LOAD_ID_BYTES, Session};
#[doc(hidden)]
pub use reply::Reply;
pub use retry::RetryPolicy;
pub use serve::{run, run_on_files};
pub use sign::Signer;
