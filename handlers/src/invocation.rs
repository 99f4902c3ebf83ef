//! One call of a function: the event and what is needed to serve it.

use std::time::{Instant, SystemTime};

use lambda_runtime::LambdaEvent;
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::warn;

use crate::error::StatusError;
use crate::neptune::{Client, Session};
use crate::retry::time_budget;

/// One call of a function that asks a server: Neptune, or S3.
#[derive(Clone, Debug)]
pub struct Invocation<C = Result<Client, StatusError>> {
    /// The JSON that the caller sent.
    pub event: Value,
    /// Lambda's id of the call.
    pub request_id: String,
    /// The tenant for whom the call is made, where Lambda isolates tenants.
    pub tenant_id: Option<String>,
    /// When Lambda kills the function, in milliseconds since 1970.
    pub deadline_ms: u64,
    /// When the call arrived.
    pub received_at: SystemTime,
    /// The same moment on the clock that never jumps.
    pub started: Instant,
    /// The client of the server, or why there is none.
    pub client: C,
}

impl<C> Invocation<C> {
    /// The call that Lambda passes on now. An event that cannot be read counts as empty.
    pub(crate) fn now(event: LambdaEvent<Box<RawValue>>, client: C) -> Self {
        let LambdaEvent { payload, context } = event;
        // Left to the runtime crate, an event that is nested too deeply would be an error without a name that a state machine could match.
        let event = serde_json::from_str(payload.get()).unwrap_or_else(|error| {
            warn!(requestId = context.request_id, cause = %error, "the event cannot be read and counts as empty");
            Value::Null
        });
        Self {
            event,
            request_id: context.request_id,
            tenant_id: context.tenant_id,
            deadline_ms: context.deadline,
            received_at: SystemTime::now(),
            started: Instant::now(),
            client,
        }
    }

    /// Milliseconds since the call arrived.
    pub(crate) fn duration_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Invocation {
    /// Begins the requests of this call, within the configured time and the time that Lambda leaves.
    ///
    /// # Errors
    /// `ConfigurationError` if the environment allows no client.
    pub fn session(&self) -> Result<Session<'_>, StatusError> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let budget = time_budget(client.config().time_budget, self.deadline_ms, self.received_at);
        Ok(client.session(&self.request_id, budget))
    }
}
