//! What becomes of a right answer on its way: it is cut, slowed down, spoilt.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use axum::response::IntoResponse;
use hyper::body::Frame;
use neptune_control::{FaultClock, Shape};
use neptune_loader::LoadId;
use serde_json::{Value, json};

use super::Exchange;
use super::patience::Patience;
use crate::fault::Damage;
use crate::net::Ending;
use crate::net::in_place_of;

/// How much white space is sent in one piece.
const PIECE_BYTES: usize = 64 * 1024;
static SPACES: [u8; PIECE_BYTES] = [b' '; PIECE_BYTES];
/// How long a body of random bytes is.
const GARBAGE_BYTES: usize = 512;

/// The answer as the client gets it.
pub(super) fn damaged(
    answer: Response<Bytes>,
    damage: Damage,
    exchange: Exchange<'_>,
    clock: FaultClock,
    patience: Patience,
) -> axum::response::Response {
    let half = answer.body().len() / 2;
    match damage {
        Damage::None => answer.map(Body::from),
        Damage::Lost => Ending::Reset.into_response(),
        // Nothing can break off that has no middle.
        Damage::Cut if half == 0 => Ending::HangUp.into_response(),
        Damage::CutByReset if half == 0 => Ending::Reset.into_response(),
        Damage::Cut => cut_off(answer, half),
        Damage::CutByReset => {
            let mut response = cut_off(answer, half);
            response.extensions_mut().insert(Ending::ResetWhenBroken);
            response
        }
        Damage::Slow(duration) => {
            let cluster = exchange.cluster.clone();
            let delay = Box::pin(async move { patience.outlasts(cluster.sleep(duration, clock)).await });
            in_pieces(answer, |body| {
                vec![Piece::Bytes(body.slice(..half)), Piece::Delay(delay), Piece::Bytes(body.slice(half..))]
            })
        }
        Damage::Garbage => answer.map(|_| Body::from(garbage(exchange))),
        Damage::ContentType(value) => with_content_type(answer, value).map(Body::from),
        Damage::Shape(shape) => answer.map(|body| Body::from(in_place_of(body.clone(), shaped(&body, shape, exchange)))),
        Damage::Padded(bytes) => {
            let missing = bytes.saturating_sub(answer.body().len() as u64);
            in_pieces(answer, |body| vec![Piece::Bytes(body), Piece::Spaces(missing)])
        }
    }
}

fn with_content_type(mut answer: Response<Bytes>, value: HeaderValue) -> Response<Bytes> {
    answer.headers_mut().insert(CONTENT_TYPE, value);
    answer
}

/// The answer as far as this byte, and then a failure.
fn cut_off(answer: Response<Bytes>, end: usize) -> axum::response::Response {
    in_pieces(answer, |body| vec![Piece::Bytes(body.slice(..end)), Piece::pause(), Piece::Failure])
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

/// A body that comes in pieces, or not to its end.
struct InPieces(VecDeque<Piece>);

enum Piece {
    Bytes(Bytes),
    Spaces(u64),
    /// Tells whether the body goes on.
    Delay(Pin<Box<dyn Future<Output = bool> + Send>>),
    Failure,
}

impl Piece {
    /// Gives what came before it the time to be sent.
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
fn garbage(exchange: Exchange<'_>) -> Vec<u8> {
    let seed = format!("{}/{}", exchange.cluster.seed(), exchange.number);
    let mut bytes = vec![0xff];
    while bytes.len() < GARBAGE_BYTES {
        let text = [seed.as_bytes(), &bytes.len().to_le_bytes()].concat();
        bytes.extend_from_slice(ring::digest::digest(&ring::digest::SHA256, &text).as_ref());
    }
    bytes.truncate(GARBAGE_BYTES);
    bytes
}

/// The body with something wrong about its shape, or as it was if it does not have that part.
fn shaped(body: &Bytes, shape: Shape, exchange: Exchange<'_>) -> Vec<u8> {
    let Ok(mut envelope @ Value::Object(_)) = serde_json::from_slice(body) else { return body.to_vec() };
    match shape {
        Shape::List => {
            let ids: Vec<&str> = exchange.asked.load.iter().map(LoadId::as_str).collect();
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

/// Replaces a field, or takes it away, where there is one.
fn change(envelope: &mut Value, place: &str, key: &str, value: Option<Value>) {
    let Some(fields) = envelope.pointer_mut(place).and_then(Value::as_object_mut) else { return };
    match (fields.get_mut(key), value) {
        (Some(field), Some(value)) => *field = value,
        (Some(_), None) => drop(fields.shift_remove(key)),
        (None, _) => {}
    }
}
