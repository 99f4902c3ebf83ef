//! The answer that is none.

use axum::response::{IntoResponse, Response};

/// Marks a response that must not be sent: the connection is closed without an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HangUp;

impl IntoResponse for HangUp {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}
