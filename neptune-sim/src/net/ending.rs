//! Answers that are none, or that end otherwise than usual: what `http` asks of the socket.

use axum::response::{IntoResponse, Response};

/// Marks a response of which the server makes something else than an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Nothing is sent, and the connection is closed.
    HangUp,
    /// Nothing is sent, and the connection is reset.
    Reset,
    /// Something is sent that is no HTTP, and the connection is closed.
    NotHttp,
    /// The response is sent. If the connection then ends, what the client is still sending is read and thrown away for a while: a client that
    /// meets a closed connection while it sends may never read why.
    HearOut,
    /// The response is sent. Its body fails, and the connection is then reset.
    ResetWhenBroken,
}

impl IntoResponse for Ending {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}
