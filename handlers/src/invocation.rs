//! One call of a function: the event and what is needed to serve it.

use std::time::{Instant, SystemTime};

use serde_json::Value;

use crate::error::StatusError;
use crate::neptune::{Client, Session};
use crate::retry::time_budget;

/// One call of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The JSON that the caller sent.
    pub event: Value,
    /// Lambda's id of the call.
    pub request_id: String,
    /// When Lambda kills the function, in milliseconds since 1970.
    pub deadline_ms: u64,
    /// When the call arrived.
    pub received_at: SystemTime,
    /// The same moment on the clock that never jumps.
    pub started: Instant,
    /// The client, or why there is none.
    pub neptune: Result<Client, StatusError>,
}

impl Invocation {
    /// Begins the requests of this call, within the configured time and the time that Lambda leaves.
    ///
    /// # Errors
    /// `ConfigurationError` if the environment allows no client.
    pub fn session(&self) -> Result<Session<'_>, StatusError> {
        let client = self.neptune.as_ref().map_err(Clone::clone)?;
        let budget = time_budget(client.config().time_budget, self.deadline_ms, self.received_at);
        Ok(client.session(&self.request_id, budget))
    }

    /// Milliseconds since the call arrived.
    pub(crate) fn duration_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
