//! What is sent back.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use neptune_wire::quirks::ErrorTexts;
use neptune_wire::{ApiError, Evidence, LoadId, to_loader_json};
use serde::Serialize;

/// An answer before it has its headers.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) http_status: u16,
    pub(super) body: String,
    /// The load that the answer is about, if the request did not name it.
    pub(super) load_id: Option<LoadId>,
    /// How well it is backed; `None` if a user made it up.
    pub(super) evidence: Option<Evidence>,
}

impl Reply {
    /// A successful answer of the loader, in the loader's layout.
    pub(super) fn loader(body: &impl Serialize, evidence: Evidence) -> Self {
        Self { http_status: 200, body: to_loader_json(body), load_id: None, evidence: Some(evidence) }
    }

    /// An error, compact as in recordings.
    pub(super) fn error(error: &ApiError, request_id: &str, texts: ErrorTexts) -> Self {
        let body = serde_json::to_string(&error.body(request_id, texts)).expect("an error body is three or four texts");
        Self { http_status: error.http_status(), body, load_id: None, evidence: Some(error.evidence) }
    }

    /// With headers: the content type without a charset (documented for errors with another type, observed as JSON) and the
    /// request's id (documented).
    pub(super) fn into_response(self, request_id: &str) -> Response {
        let status = StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(request_id) = HeaderValue::from_str(request_id) {
            headers.insert("x-amzn-requestid", request_id);
        }
        response
    }
}
