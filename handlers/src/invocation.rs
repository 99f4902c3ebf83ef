//! One call of a function: the event and what is needed to serve it.

use std::time::{Instant, SystemTime};

use lambda_runtime::LambdaEvent;
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::warn;

use crate::error::{ErrorName, StatusError};
use crate::neptune::{Client, Session};
use crate::retry::time_budget;

/// One call of a function that asks a server: Neptune, or S3.
#[derive(Clone, Debug)]
pub struct Invocation<C = Result<Client, StatusError>> {
    /// The JSON that the caller sent.
    pub event: Value,
    /// Why it cannot be read: a part of a character (`"\ud83d"`), a number that is too large, or too many levels. The event is `null` then.
    pub unreadable: Option<String>,
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
    /// The call that Lambda passes on now.
    pub(crate) fn now(event: LambdaEvent<Box<RawValue>>, client: C) -> Self {
        let LambdaEvent { payload, context } = event;
        // Left to the runtime crate, an event that is nested too deeply would be an error without a name that a state machine could match.
        let (event, unreadable) = match serde_json::from_str(payload.get()) {
            Ok(event) => (event, None),
            Err(error) => (Value::Null, Some(format!("the event cannot be read as JSON: {error}"))),
        };
        if let Some(cause) = &unreadable {
            warn!(requestId = context.request_id, cause, "the event cannot be read");
        }
        Self {
            event,
            unreadable,
            request_id: context.request_id,
            tenant_id: context.tenant_id,
            deadline_ms: context.deadline,
            received_at: SystemTime::now(),
            started: Instant::now(),
            client,
        }
    }

    /// The event.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    pub(crate) fn readable(&self) -> Result<&Value, &str> {
        self.unreadable.as_deref().map_or(Ok(&self.event), Err)
    }

    /// Milliseconds since the call arrived.
    pub(crate) fn duration_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Invocation {
    /// The event.
    ///
    /// # Errors
    /// `MissingParameter` if it cannot be read.
    pub(crate) fn parameters(&self) -> Result<&Value, StatusError> {
        self.readable().map_err(|why| StatusError::new(ErrorName::MissingParameter, why))
    }

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

#[cfg(test)]
mod tests {
    use lambda_runtime::Context;
    use rstest::rstest;

    use super::*;
    use crate::{check, start, status};

    fn call(event: &str) -> Invocation {
        let event = RawValue::from_string(event.to_owned()).unwrap();
        let client = Err(StatusError::new(ErrorName::ConfigurationError, "no request is made"));
        Invocation::now(LambdaEvent::new(event, Context::default()), client)
    }

    fn deep() -> String {
        format!("{{\"run_id\": \"r\", \"more\": {}1{}}}", "[".repeat(200), "]".repeat(200))
    }

    #[rstest]
    #[case::half_a_character(
        r#"{"load": {"source": "s3://b/x/", "note": "\ud83d"}, "known_load_ids": [], "load_job_id": "x"}"#,
        "hex escape"
    )]
    #[case::a_number_that_is_too_large(r#"{"load_job_id": "x", "note": 1e999}"#, "number out of range")]
    #[case::many_levels(&deep(), "recursion limit exceeded")]
    #[tokio::test]
    async fn each_function_says_of_an_event_that_it_cannot_be_read(#[case] event: &str, #[case] why: &str) {
        let started = start::handle(call(event)).await.unwrap_err();
        let read = status::handle(call(event)).await.unwrap_err();
        for error in [started, read] {
            assert_eq!(error.name, ErrorName::MissingParameter);
            assert!(error.message.starts_with("the event cannot be read as JSON: ") && error.message.contains(why), "{error}");
        }
        let checked = check::handle(call(event)).await.unwrap();
        assert_eq!(checked["error_type"], "MissingParameter");
        assert!(checked["invalid_parameters"][0].as_str().unwrap().contains(why), "{checked}");
    }

    #[tokio::test]
    async fn an_event_that_can_be_read_is_not_complained_about() {
        let error = status::handle(call(r#"{"load_job_id": "x"}"#)).await.unwrap_err();
        assert_eq!(error.name, ErrorName::ConfigurationError);
    }
}
