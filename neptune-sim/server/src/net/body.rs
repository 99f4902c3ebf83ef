//! Reads request bodies, bounded in size and time.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};

use super::room::{Gathered, Room};

/// How much of a body that is too large is read and thrown away. A client that is still sending when the connection closes may
/// never see the answer that says why.
const DISCARD_BYTES: usize = 1024 * 1024;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// More bytes than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before it was complete, or its chunks are malformed.
    Broken,
    /// Bodies of other requests take all the memory that there is for bodies.
    NoRoom,
}

/// Reads a body that is no larger than the limit and arrives in time. A large one takes room for as long as it is kept.
pub(crate) async fn read(
    body: impl HttpBody<Data = Bytes>,
    most_bytes: usize,
    within: Duration,
    room: &Room,
) -> Result<Bytes, BodyError> {
    // Most requests have none, and need no clock for it.
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    tokio::time::timeout(within, collect(body, most_bytes, room)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(body: impl HttpBody<Data = Bytes>, most_bytes: usize, room: &Room) -> Result<Bytes, BodyError> {
    let mut body = pin!(body);
    let is_known_as_too_large = body.size_hint().lower() > most_bytes as u64;
    let mut bytes =
        if is_known_as_too_large { Gathered::default() } else { Gathered::of(&*body, room).ok_or(BodyError::NoRoom)? };
    let mut total = 0_usize;
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= most_bytes && !is_known_as_too_large {
            bytes.add(&data, room).ok_or(BodyError::NoRoom)?;
        } else if total > DISCARD_BYTES {
            break;
        } else {
            bytes = Gathered::default();
        }
    }
    if is_known_as_too_large || total > most_bytes { Err(BodyError::TooLarge) } else { Ok(bytes.done()) }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_read() {
        let room = Room::unbounded();
        assert_eq!(read(Body::from("12345"), 5, LONG, &room).await, Ok(Bytes::from("12345")));
        assert_eq!(read(Body::from("123456"), 5, LONG, &room).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_finds_no_room_is_not_kept_and_one_that_is_kept_takes_room() {
        const LARGE: usize = 20_000;
        let room = Room::new(LARGE, LONG);
        let large = || read(Body::from(vec![b'x'; LARGE]), LARGE, LONG, &room);
        let first = large().await.unwrap();
        assert_eq!(large().await, Err(BodyError::NoRoom));
        assert_eq!(read(Body::from("small"), LARGE, LONG, &room).await, Ok(Bytes::from("small")));
        drop(first);
        assert!(large().await.is_ok());
    }
}
