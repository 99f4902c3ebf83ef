//! How a connection ends with, or instead of, an answer: what `http` asks of the socket.

use axum::response::{IntoResponse, Response};

/// Marks a response: the server sends none of it, or ends the connection in another way than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseMode {
    /// Nothing is sent, and the connection is closed.
    HangUp,
    /// Nothing is sent, and the connection is reset.
    Reset,
    /// Bytes that are not HTTP are sent, and the connection is closed.
    NotHttp,
    /// The response is sent. If the connection then ends, what the client is still sending is read and thrown away for a while: a client that
    /// finds the connection closed while it sends may never read why.
    HearOut,
    /// The response is sent. Its body fails, and the connection is then reset.
    ResetWhenBroken,
}

impl IntoResponse for CloseMode {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}
