//! Error answers: the text that goes with each code, and the body that carries both.

use neptune_wire::{ErrorCode, LoadId};
use serde::Serialize;

use crate::evidence::Evidence;
use crate::quirks::ErrorTexts;

/// An error answer before it has a request id: the code and Neptune's own text for it.
///
/// The texts are data, not prose of ours: exact in case and punctuation, each with its provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The exception; it decides the HTTP status.
    pub code: ErrorCode,
    /// Neptune's text.
    pub message: String,
    /// The provenance of code and text: the weaker of the two.
    pub evidence: Evidence,
}

impl ApiError {
    fn new(code: ErrorCode, evidence: Evidence, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), evidence }
    }

    /// Authentication or authorisation failed, for a reason that the caller words.
    pub fn access_denied(evidence: Evidence, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::AccessDenied, evidence, message)
    }

    /// The `Host` of the request is not the cluster's, as behind a load balancer. Observed of a query, and the loader shares the front end.
    pub fn foreign_host() -> Self {
        Self::new(ErrorCode::BadRequest, Evidence::Observed, "Bad request.")
    }

    /// No load has this id, or (for `DELETE`) it is not active any more. Text and status documented for cancelling; that reading
    /// a status answers the same is inferred.
    pub fn load_not_found(id: &LoadId) -> Self {
        let text = format!("The load with id = {id} does not exist or not active");
        Self::new(ErrorCode::BulkLoadIdNotFound, Evidence::Inferred, text)
    }

    /// The other reading of the documentation: an unknown id is a 400. The code is inferred.
    pub fn load_id_invalid(id: &LoadId) -> Self {
        Self { code: ErrorCode::InvalidParameter, ..Self::load_not_found(id) }
    }

    /// Required parameters of a start are absent. Observed with one name; that several are joined with a comma is inferred.
    pub fn missing_parameters(names: &[&str]) -> Self {
        let text = format!("Missing required parameters: [{}]", names.join(", "));
        Self::new(ErrorCode::MissingParameter, Evidence::Observed, text)
    }

    /// A parameter has a value that Neptune does not know. The code is in the model, the wording is inferred.
    pub fn invalid_parameter(name: &str, value: &str) -> Self {
        let text = format!("Invalid value for parameter '{name}': {value}");
        Self::new(ErrorCode::InvalidParameter, Evidence::Inferred, text)
    }

    /// The body of a start is not a JSON object. The code is in the model, which has a second one that would fit; the wording is inferred.
    pub fn malformed_body(reason: &str) -> Self {
        let text = format!("Request body is not a valid JSON object: {reason}");
        Self::new(ErrorCode::InvalidParameter, Evidence::Inferred, text)
    }

    /// The body of a start claims to be something else than JSON or a form. Inferred.
    pub fn unsupported_content_type(content_type: &str) -> Self {
        Self::new(ErrorCode::BadRequest, Evidence::Inferred, format!("Unsupported content type: {content_type}"))
    }

    /// A request body beyond what the simulator reads. Neptune's own limit is 157286400 bytes (documented); the wording is inferred.
    pub fn body_too_large(limit_bytes: usize) -> Self {
        Self::new(ErrorCode::BadRequest, Evidence::Inferred, format!("Request body exceeds {limit_bytes} bytes"))
    }

    /// Another load is running and this one did not ask to wait. Observed; documented in a shorter form, without source and limit.
    pub fn max_concurrent_loads(source: &str) -> Self {
        let text = format!("Failed to start new load for the source {source}. Max concurrent load limit breached. Limit is 1");
        Self::new(ErrorCode::BadRequest, Evidence::Observed, text)
    }

    /// The queue holds as many loads as it can. Observed; documented with quotes round the source.
    pub fn queue_full(source: &str, limit: usize) -> Self {
        let text = format!(
            "Failed to start new load for the source {source}. Max load task queue size limit breached. Limit is {limit}"
        );
        Self::new(ErrorCode::BadRequest, Evidence::Observed, text)
    }

    /// A start sent to a read replica. Text and 405 are documented, the code is inferred.
    pub fn start_on_reader() -> Self {
        let text = "Start new load operation not permitted on a read replica instance";
        Self::new(ErrorCode::MethodNotAllowed, Evidence::Inferred, text)
    }

    /// A cancel sent to a read replica. Text and 405 are documented, the code is inferred.
    pub fn cancel_on_reader() -> Self {
        let text = "Load cancellation is not permitted on a read replica instance.";
        Self::new(ErrorCode::MethodNotAllowed, Evidence::Inferred, text)
    }

    /// The path does not take the method. The code is in the model, the wording is inferred.
    pub fn method_not_allowed(method: &str, path: &str) -> Self {
        let text = format!("The method {method} is not allowed on {path}");
        Self::new(ErrorCode::MethodNotAllowed, Evidence::Inferred, text)
    }

    /// The simulator has no such endpoint; it says so instead of inventing an answer.
    pub fn not_simulated(path: &str) -> Self {
        let text = format!("{path} is not simulated; this simulator serves /loader and /status");
        Self::new(ErrorCode::UnsupportedOperation, Evidence::Inferred, text)
    }

    /// The HTTP status of the answer.
    pub fn http_status(&self) -> u16 {
        self.code.http_status()
    }

    /// The body of the answer.
    ///
    /// It carries the text twice, as `detailedMessage` and as `message`: observed of the loader's errors, and of a refused signature in 2024.
    /// Refused signatures of 2022 and 2023 had only the former. A quirk.
    pub fn body<'a>(&'a self, request_id: &'a str, texts: ErrorTexts) -> ErrorBody<'a> {
        let (detailed, plain) = match texts {
            ErrorTexts::Both => (true, true),
            ErrorTexts::DetailedOnly => (true, false),
            ErrorTexts::MessageOnly => (false, true),
        };
        ErrorBody {
            code: self.code.as_str(),
            request_id,
            detailed_message: detailed.then_some(&self.message),
            message: plain.then_some(&self.message),
        }
    }
}

/// The JSON of an error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody<'a> {
    /// The exception's name. (The SDK's documentation calls it the HTTP status; recordings show the name.)
    pub code: &'a str,
    /// The id of the request. The `x-amzn-RequestId` header has the same one, but for refused signatures, whose headers have another
    /// (observed).
    pub request_id: &'a str,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed_message: Option<&'a str>,
    /// The text again: boto3 shows this one and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_stands_in_two_places_whatever_the_error() {
        let text = "The load with id = x does not exist or not active";
        let denied = "Missing Authentication Token";
        let errors = [ApiError::load_not_found(&"x".into()), ApiError::access_denied(Evidence::Observed, denied)];
        for (error, text) in errors.iter().zip([text, denied]) {
            let body = error.body("r", ErrorTexts::Both);
            assert_eq!((body.detailed_message, body.message), (Some(text), Some(text)));
        }
    }

    #[test]
    fn the_wording_is_that_of_real_clusters() {
        let busy = ApiError::max_concurrent_loads("s3://b/").message;
        assert_eq!(busy, "Failed to start new load for the source s3://b/. Max concurrent load limit breached. Limit is 1");
        let full = ApiError::queue_full("s3://b/", 64).message;
        let limit = "Max load task queue size limit breached. Limit is 64";
        assert_eq!(full, format!("Failed to start new load for the source s3://b/. {limit}"));
    }

    #[test]
    fn a_quirk_says_where_the_text_is() {
        let error = ApiError::load_not_found(&"x".into());
        let keys = |texts| {
            let body = error.body("r", texts);
            (body.detailed_message.is_some(), body.message.is_some())
        };
        assert_eq!(keys(ErrorTexts::DetailedOnly), (true, false));
        assert_eq!(keys(ErrorTexts::MessageOnly), (false, true));
    }
}
