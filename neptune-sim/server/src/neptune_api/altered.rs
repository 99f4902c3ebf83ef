//! Right answers that a fault changes on their way: they break off, slow down, or have other content.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Response;
use axum::http::header::CONTENT_LENGTH;
use axum::response::IntoResponse;
use hyper::body::Frame;
use neptune_fault::Shape;
use neptune_loader::LoadId;
use serde_json::{Value, json};

use super::in_flight::InFlight;
use crate::net::CloseMode;

/// How much white space is sent in one piece.
const PIECE_BYTES: usize = 64 * 1024;
static SPACES: [u8; PIECE_BYTES] = [b' '; PIECE_BYTES];
/// How long a body of random bytes is.
const GARBAGE_BYTES: usize = 512;

/// The right answer up to half of its body. Then the connection ends in this way. An answer that is too short to cut is not sent at all.
pub(super) fn broken_off(answer: Response<Bytes>, end: CloseMode) -> axum::response::Response {
    let half = answer.body().len() / 2;
    if half == 0 {
        return end.into_response();
    }
    let mut response = in_pieces(answer, |body| vec![Piece::Bytes(body.slice(..half)), Piece::pause(), Piece::Failure]);
    if end == CloseMode::Reset {
        response.extensions_mut().insert(CloseMode::ResetWhenBroken);
    }
    response
}

/// The right answer, whose second half waits for this. If the future returns `false`, the body breaks off.
pub(super) fn slow_body(
    answer: Response<Bytes>,
    wait: impl Future<Output = bool> + Send + 'static,
) -> axum::response::Response {
    let half = answer.body().len() / 2;
    let wait = Piece::Delay(Box::pin(wait));
    in_pieces(answer, |body| vec![Piece::Bytes(body.slice(..half)), wait, Piece::Bytes(body.slice(half..))])
}

/// The right answer with white space behind it, so that its body has at least the given number of bytes.
pub(super) fn padded(answer: Response<Bytes>, bytes: u64) -> axum::response::Response {
    let missing = bytes.saturating_sub(answer.body().len() as u64);
    in_pieces(answer, |body| vec![Piece::Bytes(body), Piece::Spaces(missing)])
}

/// The same head, with the length of the whole body, and the body in pieces.
fn in_pieces(answer: Response<Bytes>, pieces: impl FnOnce(Bytes) -> Vec<Piece>) -> axum::response::Response {
    let (mut head, body) = answer.into_parts();
    let whole = body.len() as u64;
    let pieces = pieces(body);
    let length = pieces.iter().map(|piece| if let Piece::Spaces(count) = piece { *count } else { 0 }).sum::<u64>() + whole;
    head.headers.insert(CONTENT_LENGTH, length.into());
    Response::from_parts(head, Body::new(InPieces(pieces.into())))
}

/// A body that is sent in pieces, or not completely.
struct InPieces(VecDeque<Piece>);

enum Piece {
    Bytes(Bytes),
    Spaces(u64),
    /// Returns whether the body goes on.
    Delay(Pin<Box<dyn Future<Output = bool> + Send>>),
    Failure,
}

impl Piece {
    /// Gives the earlier pieces the time to be sent.
    fn pause() -> Self {
        Self::Delay(Box::pin(async {
            tokio::task::yield_now().await;
            true
        }))
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            let Some(piece) = self.0.front_mut() else { return Poll::Ready(None) };
            let frame = match piece {
                Piece::Bytes(bytes) => Ok(Frame::data(std::mem::take(bytes))),
                Piece::Delay(delay) => {
                    if ready!(delay.as_mut().poll(context)) {
                        self.0.pop_front();
                        continue;
                    }
                    Err(io::Error::other("the fault has held the answer for as long as it may"))
                }
                Piece::Spaces(left) => {
                    let count = usize::try_from(*left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
                    *left -= count as u64;
                    let frame = Frame::data(Bytes::from_static(&SPACES).slice(..count));
                    if *left > 0 {
                        return Poll::Ready(Some(Ok(frame)));
                    }
                    Ok(frame)
                }
                Piece::Failure => Err(io::Error::other("the body breaks off, as a fault has it")),
            };
            self.0.pop_front();
            return Poll::Ready(Some(frame));
        }
    }
}

/// Bytes that are neither JSON nor UTF-8, always the same for the same request of the same cluster.
pub(super) fn garbage(request: InFlight<'_>) -> Vec<u8> {
    let seed = format!("{}/{}", request.cluster.seed(), request.number);
    let mut bytes = vec![0xff];
    while bytes.len() < GARBAGE_BYTES {
        let text = [seed.as_bytes(), &bytes.len().to_le_bytes()].concat();
        bytes.extend_from_slice(ring::digest::digest(&ring::digest::SHA256, &text).as_ref());
    }
    bytes.truncate(GARBAGE_BYTES);
    bytes
}

/// The body with a wrong structure, or unchanged if it does not have the part in question.
pub(super) fn shaped(body: &Bytes, shape: Shape, request: InFlight<'_>) -> Vec<u8> {
    let Ok(mut envelope @ Value::Object(_)) = serde_json::from_slice(body) else { return body.to_vec() };
    match shape {
        Shape::List => {
            let ids: Vec<&str> = request.asked.load.iter().map(LoadId::as_str).collect();
            envelope = json!({"status": "200 OK", "payload": {"loadIds": ids}});
        }
        Shape::Array => envelope = json!([]),
        Shape::Null => envelope = Value::Null,
        Shape::EmptyObject => envelope = json!({}),
        Shape::NoStatus => change(&mut envelope, "", "status", None),
        Shape::NoPayload => change(&mut envelope, "", "payload", None),
        Shape::NullPayload => change(&mut envelope, "", "payload", Some(Value::Null)),
        Shape::NoOverallStatus => change(&mut envelope, "/payload", "overallStatus", None),
        Shape::NullOverallStatus => change(&mut envelope, "/payload", "overallStatus", Some(Value::Null)),
        Shape::NoLoadStatus => change(&mut envelope, "/payload/overallStatus", "status", None),
        Shape::NullLoadStatus => change(&mut envelope, "/payload/overallStatus", "status", Some(Value::Null)),
        Shape::NumberLoadStatus => change(&mut envelope, "/payload/overallStatus", "status", Some(json!(7))),
    }
    envelope.to_string().into_bytes()
}

/// Replaces or removes a field, if it is there.
fn change(envelope: &mut Value, place: &str, key: &str, value: Option<Value>) {
    let Some(fields) = envelope.pointer_mut(place).and_then(Value::as_object_mut) else { return };
    match (fields.get_mut(key), value) {
        (Some(field), Some(value)) => *field = value,
        (Some(_), None) => drop(fields.shift_remove(key)),
        (None, _) => {}
    }
}
