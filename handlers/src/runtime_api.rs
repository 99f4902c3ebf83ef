//! Serves one event of Lambda's Runtime API without `lambda_runtime`, which cannot read every context that Lambda's documentation allows.
//!
//! The functions use neither the client context nor the identity of a caller, so these two headers are not looked at here.

use std::collections::HashMap;
use std::fmt;

use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::error;

/// The id of the attempt at an invocation, which answers repeat.
const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// The Runtime API of this process.
pub(crate) struct RuntimeApi {
    http: reqwest::Client,
    address: String,
}

impl RuntimeApi {
    /// The Runtime API that `AWS_LAMBDA_RUNTIME_API` names.
    pub(crate) fn from_variables(variables: &HashMap<String, String>) -> Result<Self, Error> {
        let address = variables.get("AWS_LAMBDA_RUNTIME_API").ok_or("AWS_LAMBDA_RUNTIME_API is not set")?;
        crate::tls::install_provider();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        Ok(Self { http, address: address.clone() })
    }

    /// Serves the event that Lambda hands out now. While an event has no answer, that is this event (observed in AWS's emulator).
    /// `unread` is why `lambda_runtime` could not read it.
    ///
    /// # Errors
    /// The API cannot be reached, or says something else.
    pub(crate) async fn serve_one<Answer, E>(
        &self,
        answer: impl Fn(LambdaEvent<Box<RawValue>>) -> Answer,
        unread: Option<&(dyn std::error::Error + 'static)>,
    ) -> Result<(), Error>
    where
        Answer: Future<Output = Result<Value, E>>,
        E: Into<Diagnostic> + fmt::Debug,
    {
        let event = self.http.get(self.url("next")).send().await?.error_for_status()?;
        let context = context(event.headers())?;
        if let Some(unread) = unread {
            error!(
                requestId = context.request_id,
                tenantId = context.tenant_id,
                cause = cause(unread),
                "the runtime could not read the event"
            );
        }
        let id = context.request_id.clone();
        let attempt = event.headers().get(INVOCATION_ID).cloned();
        // Not JSON at all: the same as JSON that cannot be used.
        let payload = serde_json::from_slice(&event.bytes().await?).unwrap_or_else(|_| RawValue::NULL.to_owned());
        let request = match answer(LambdaEvent::new(payload, context)).await {
            Ok(answer) => self.http.post(self.url(&format!("{id}/response"))).json(&answer),
            Err(error) => self.report(&id, &error.into()),
        };
        let request = attempt.into_iter().fold(request, |request, attempt| request.header(INVOCATION_ID, attempt));
        request.send().await.and_then(Response::error_for_status)?;
        Ok(())
    }

    fn report(&self, id: &str, error: &Diagnostic) -> RequestBuilder {
        let request = self.http.post(self.url(&format!("{id}/error")));
        request.header("lambda-runtime-function-error-type", &error.error_type).json(error)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/2018-06-01/runtime/invocation/{path}", self.address)
    }
}

/// What the functions use of an event's headers.
fn context(headers: &HeaderMap) -> Result<Context, Error> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut context = Context::default();
    context.request_id = header("lambda-runtime-aws-request-id").ok_or("the Runtime API's answer is no event")?;
    context.deadline = header("lambda-runtime-deadline-ms").and_then(|deadline| deadline.parse().ok()).unwrap_or(0);
    context.tenant_id = header("lambda-runtime-aws-tenant-id");
    Ok(context)
}

/// Why an event could not be read. The text of an error about JSON may quote what the caller sent, so it is left out.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    if error.is::<serde_json::Error>() {
        "its client context or identity is not what lambda_runtime reads".to_owned()
    } else {
        error.to_string()
    }
}
