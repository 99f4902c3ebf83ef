//! AWS's old way of talking: a form with an `Action`, and XML. STS and the management API of Neptune speak it.

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::signature::Refusal;

/// The id of every request: no log of AWS's exists in which a rehearsal could be looked up.
const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// What is asked: an action with its parameters.
#[derive(Debug)]
pub(super) struct Call(Vec<(String, String)>);

impl Call {
    /// Reads a form.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The action.
    pub(super) fn action(&self) -> &str {
        self.parameter("Action").unwrap_or_default()
    }

    /// A parameter, if it is there.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The answer to an action: what it results in, as XML.
pub(super) fn answer(namespace: &str, action: &str, result: &str) -> Response {
    let body = format!(
        "<{action}Response xmlns=\"{namespace}\"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>{REQUEST_ID}\
         </RequestId></ResponseMetadata></{action}Response>"
    );
    xml(StatusCode::OK, body)
}

/// An error of the caller's.
pub(super) fn error(status: StatusCode, namespace: &str, code: &str, message: &str) -> Response {
    let message = escaped(message);
    let body = format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    );
    xml(status, body)
}

/// The action is unknown.
pub(super) fn unknown_action(namespace: &str, call: &Call) -> Response {
    let message = format!("Could not find operation {}", call.action());
    error(StatusCode::BAD_REQUEST, namespace, "InvalidAction", &message)
}

/// What a signature that does not hold is answered with.
pub(super) fn refused(namespace: &str, refusal: Refusal) -> Response {
    let code = match refusal {
        Refusal::UnknownKey => "InvalidClientTokenId",
        Refusal::WrongSignature => "SignatureDoesNotMatch",
        Refusal::Expired => "ExpiredToken",
    };
    error(StatusCode::FORBIDDEN, namespace, code, refusal.message())
}

/// A text as it stands in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [("content-type", HeaderValue::from_static("text/xml"))], body).into_response()
}
