//! What the control API answers when something is wrong.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An error answer: `{"error": "...", "hint": "..."}`.
#[derive(Clone, Debug)]
pub(super) struct ControlError {
    status: StatusCode,
    body: ErrorBody,
}

#[derive(Clone, Debug, Serialize)]
struct ErrorBody {
    /// What is wrong.
    error: String,
    /// What to do about it, if there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl ControlError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, body: ErrorBody { error: error.into(), hint: None } }
    }

    /// The request makes no sense.
    pub(super) fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// The request makes sense, but not now or not here.
    pub(super) fn conflict(error: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error)
    }

    /// With a remedy.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.body.hint = Some(hint);
        self
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
