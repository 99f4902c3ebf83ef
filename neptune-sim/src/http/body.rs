//! Reads request bodies, bounded in size and time.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};

/// How much of a body that is too large is read and thrown away. A client that is still sending when the connection closes may
/// never see the answer that tells it why.
const DISCARD_BYTES: usize = 1024 * 1024;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// More bytes than allowed.
    TooLarge,
    /// It did not arrive in time, or not whole.
    TooSlow,
}

/// Reads a body of at most so many bytes that arrives within the time.
pub(crate) async fn read(body: impl HttpBody<Data = Bytes>, most_bytes: usize, within: Duration) -> Result<Bytes, BodyError> {
    // Most requests have none, and need no clock for it.
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    tokio::time::timeout(within, collect(body, most_bytes)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(body: impl HttpBody<Data = Bytes>, most_bytes: usize) -> Result<Bytes, BodyError> {
    let mut body = pin!(body);
    let (mut bytes, mut total) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // If the client has gone nobody reads the answer, so one error does for both.
        let Ok(data) = frame.map_err(|_| BodyError::TooSlow)?.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= most_bytes {
            bytes.extend_from_slice(&data);
        } else if total > DISCARD_BYTES {
            break;
        }
    }
    if total > most_bytes { Err(BodyError::TooLarge) } else { Ok(bytes.into()) }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_read() {
        assert_eq!(read(Body::from("12345"), 5, LONG).await, Ok(Bytes::from("12345")));
        assert_eq!(read(Body::from("123456"), 5, LONG).await, Err(BodyError::TooLarge));
    }
}
