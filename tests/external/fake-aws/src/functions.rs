//! Lambda, as far as it invokes functions: the real programs of the handlers, which ask the cluster that stands in.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use neptune_live::Profile;
use serde_json::{Value, json};

use super::signature::{Key, Refusal};
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Deadline, Function, Lambda, Outcome};

/// The functions of a profile, by their names.
#[derive(Debug)]
pub(super) struct Functions(BTreeMap<String, Lambda>);

impl Functions {
    /// Deploys them with what they need to know of the cluster at this address. Nothing is started yet.
    ///
    /// # Errors
    /// A handler is not built, or before its sources were last changed.
    pub(super) fn deploy(profile: &Profile, key: &Key, cluster: SocketAddr, ca_file: &Path) -> Result<Self> {
        let environment = [
            ("NEPTUNE_ENDPOINT", profile.endpoint.to_string()),
            ("NEPTUNE_CONNECT_TO", cluster.to_string()),
            ("NEPTUNE_CA_FILE", ca_file.display().to_string()),
            ("NEPTUNE_IAM_AUTH", "on".to_owned()),
            ("AWS_REGION", key.region.clone()),
            ("AWS_ACCESS_KEY_ID", key.id.clone()),
            ("AWS_SECRET_ACCESS_KEY", key.secret.clone()),
        ];
        let environment: BTreeMap<_, _> = environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let named = profile.functions.iter().flat_map(|functions| {
            [("check_bulk_load_status", &functions.check_bulk_load_status), ("get_load_status", &functions.get_load_status)]
        });
        let deployed = named.map(|(handler, name)| {
            let function =
                Function { name: name.clone(), program: handler_binary(handler)?.into(), environment: environment.clone() };
            Ok((name.clone(), Lambda::new(function, 0)))
        });
        Ok(Self(deployed.collect::<Result<_>>()?))
    }

    /// Answers a request whose signature holds.
    pub(super) async fn answered(&self, head: &Parts, body: &[u8]) -> Response {
        let name = head.uri.path().strip_prefix("/2015-03-31/functions/").and_then(|rest| rest.strip_suffix("/invocations"));
        let Some(lambda) = name.and_then(|name| self.0.get(name)) else {
            let message = format!("Function not found: {}", name.unwrap_or(head.uri.path()));
            return error(StatusCode::NOT_FOUND, "ResourceNotFoundException", &message);
        };
        let Ok(event) = serde_json::from_slice(body) else {
            let message = "Could not parse request body into json";
            return error(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message);
        };
        reported(lambda.invoke(&event, Deadline::default()).await.outcome)
    }
}

/// What a signature that does not hold is answered with.
pub(super) fn refused(refusal: Refusal) -> Response {
    let code = match refusal {
        Refusal::UnknownKey => "UnrecognizedClientException",
        Refusal::WrongSignature => "InvalidSignatureException",
        Refusal::Expired => "ExpiredTokenException",
    };
    error(StatusCode::FORBIDDEN, code, refusal.message())
}

/// The answer to the caller: Lambda answers with 200 whatever the outcome of the function.
fn reported(outcome: Outcome) -> Response {
    let raised = |error_type: &str, message: &str| {
        let payload = json!({"errorType": error_type, "errorMessage": message});
        ([("x-amz-function-error", "Unhandled")], payload.to_string()).into_response()
    };
    match outcome {
        Outcome::Answered(answer) => answer.to_string().into_response(),
        Outcome::Raised { error_type, error_message } | Outcome::InitFailed { error_type, error_message } => {
            raised(&error_type, &error_message)
        }
        Outcome::NotJson { problem } => raised("Runtime.MarshalError", &problem),
        Outcome::Exited { status } => raised("Runtime.ExitError", &format!("Runtime exited with error: {status}")),
        Outcome::TimedOut => raised("Sandbox.Timedout", "Task timed out"),
    }
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"Type": "User", "Message": Value::from(message)}).to_string();
    (status, [("x-amzn-errortype", code.to_owned()), ("content-type", "application/json".to_owned())], body).into_response()
}
