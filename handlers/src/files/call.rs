//! One call of a function that reads files in S3.

use std::time::Instant;

use serde_json::Value;

use super::error::FileError;
use super::s3::S3;

/// One call of a function that reads files in S3.
#[derive(Clone, Debug)]
pub struct Call {
    /// The JSON that the caller sent.
    pub event: Value,
    /// Lambda's id of the call.
    pub request_id: String,
    /// When the call arrived.
    pub started: Instant,
    /// The client, or why there is none.
    pub s3: Result<S3, FileError>,
}

impl Call {
    /// Milliseconds since the call arrived.
    pub(super) fn duration_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
