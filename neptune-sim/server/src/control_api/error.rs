//! What the control API answers when something is wrong.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use neptune_control::{Mistake, Problem};

/// How much of a name an error repeats.
pub(super) const SHOWN_BYTES: usize = 128;

/// An error answer: `{"error": "...", "hint": "..."}`. Every error has a hint.
#[derive(Clone, Debug)]
pub(super) struct ControlError {
    status: StatusCode,
    body: Box<Problem>,
}

impl ControlError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>, hint: impl Into<String>) -> Self {
        let (error, hint) = (error.into(), hint.into());
        let body = Box::new(Problem { error, hint, path: None, line: None, column: None, more: Vec::new() });
        Self { status, body }
    }

    /// The request is invalid.
    pub(super) fn bad_request(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, hint)
    }

    /// There is no such thing.
    pub(super) fn not_found(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, hint)
    }

    /// The request is valid, but not in the present state or not for this cluster.
    pub(super) fn conflict(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error, hint)
    }

    /// The simulator cannot do now what it can do at other times.
    pub(super) fn unavailable(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error, hint)
    }

    /// With the path to the wrong part of the body, unless all of it is wrong.
    pub(super) fn at(mut self, path: &str) -> Self {
        self.body.path = (!path.is_empty()).then(|| path.to_owned());
        self
    }

    /// With everything else that is wrong.
    pub(super) fn and(mut self, more: Vec<Mistake>) -> Self {
        self.body.more = more;
        self
    }

    /// With the line and the column of a text.
    pub(super) fn at_line(mut self, place: Option<(u64, u64)>) -> Self {
        (self.body.line, self.body.column) = place.unzip();
        self
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
