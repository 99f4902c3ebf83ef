//! Carries out the fault that fires for a request.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use neptune_fault::{Arrives, Effect, ErrorAnswer, Fired, GatewayAnswer, GatewayBody, Reach};
use neptune_loader::{ApiError, Evidence};
use neptune_text::parse_duration;

use super::altered::{broken_off, garbage, padded, shaped, slow_body};
use super::answer::Instance;
use super::in_flight::{InFlight, Noted};
use super::patience::Patience;
use super::reply::Reply;
use crate::net::body::BodyError;
use crate::net::{CloseMode, in_place_of};
use crate::record::FiredFault;

impl InFlight<'_> {
    /// Carries out a fault, and notes that it fired. All waits together take no longer than this.
    pub(super) async fn meet(self, fired: &Fired, body: Result<Bytes, BodyError>, at_most: Duration) -> Response {
        self.note_fault(fired);
        let patience = Patience::from_now(at_most);
        // Until the request has been executed, the clock is not moved beyond its time.
        let held = (!fired.after.is_zero()).then(|| self.cluster.hold(fired.after, fired.clock));
        if let Some(held) = &held
            && !patience.outlasts(held.is_over()).await
        {
            return CloseMode::HangUp.into_response();
        }
        // A request that is not executed does not keep time from passing.
        let _held = held.filter(|_| fired.effect.traits().reach != Reach::InsteadOfRequest);
        self.carry_out(fired, body, patience).await
    }

    fn note_fault(self, Fired { name, fault, effect, .. }: &Fired) {
        self.cluster.with_log(|log| log.note_fault(self.number, name));
        if let Some(recording) = self.recording {
            recording.note_fault(FiredFault { name: name.clone(), does: effect.clone(), after: fault.after.clone() });
        }
    }

    /// What each kind of fault does to the answer. No other place decides that.
    async fn carry_out(self, fired: &Fired, body: Result<Bytes, BodyError>, patience: Patience) -> Response {
        match &fired.effect {
            Effect::Error(error) => self.answer_error(error).await,
            Effect::Gateway(gateway) => self.answer_as_gateway(gateway),
            Effect::Answer(answer) => self.answer_foreign(answer.http, answer.headers(), answer.body().into()),
            // Those after the first act on the port and fire for no request.
            Effect::HangUp | Effect::Refuse | Effect::Unreachable | Effect::Restart | Effect::Tls(_) => {
                CloseMode::HangUp.into_response()
            }
            Effect::BlackHole => {
                patience.outlasts(std::future::pending()).await;
                CloseMode::HangUp.into_response()
            }
            Effect::Reset => CloseMode::Reset.into_response(),
            Effect::NotHttp => CloseMode::NotHttp.into_response(),
            Effect::ReadOnly => self.ask(body, Instance::Replica).await.map(Body::from),
            Effect::Delay => self.right_answer(body, fired).await.map(Body::from),
            Effect::LostAnswer => {
                self.right_answer(body, fired).await;
                CloseMode::Reset.into_response()
            }
            Effect::CutBody => broken_off(self.right_answer(body, fired).await, CloseMode::HangUp),
            Effect::ResetBody => broken_off(self.right_answer(body, fired).await, CloseMode::Reset),
            Effect::SlowBody(period) => {
                let answer = self.right_answer(body, fired).await;
                // It was checked when the fault was added.
                let period = parse_duration(period).unwrap_or_default();
                let (cluster, clock) = (self.cluster.clone(), fired.clock);
                slow_body(answer, async move { patience.outlasts(cluster.sleep(period, clock)).await })
            }
            Effect::Padded(bytes) => padded(self.right_answer(body, fired).await, *bytes),
            Effect::Garbage => {
                let garbage = Bytes::from(garbage(self));
                self.right_answer(body, fired).await.map(|_| Body::from(self.changed(garbage)))
            }
            Effect::ContentType(kind) => {
                let mut answer = self.right_answer(body, fired).await.map(|body| self.changed(body));
                if let Ok(kind) = HeaderValue::from_str(kind) {
                    answer.headers_mut().insert(CONTENT_TYPE, kind);
                }
                answer.map(Body::from)
            }
            Effect::Shape(shape) => {
                let answer = self.right_answer(body, fired).await;
                answer.map(|body| {
                    let shaped = self.changed(shaped(&body, *shape, self).into());
                    Body::from(in_place_of(body, shaped))
                })
            }
        }
    }

    /// Neptune's answer, which a fault may change afterwards, or keep from the client in whole or in part.
    async fn right_answer(self, body: Result<Bytes, BodyError>, fired: &Fired) -> axum::http::Response<Bytes> {
        let answer = self.ask(body, Instance::Itself).await;
        if fired.effect.traits().arrives == Arrives::Nothing {
            self.cluster.with_log(|log| log.note_loss(self.number));
        }
        answer
    }

    /// The body of an answer that a fault has made of Neptune's. The log says so.
    fn changed(self, body: Bytes) -> Bytes {
        self.cluster.with_log(|log| log.note_change(self.number, body.clone()));
        body
    }

    async fn answer_error(self, error: &ErrorAnswer) -> Response {
        let http_status = error.http_status();
        let error = ApiError { code: error.code(), message: error.message(), evidence: Evidence::Inferred };
        let (ids, quirks) = self.request_ids();
        let make = async || Reply { http_status, evidence: None, ..Reply::error(&error, &ids, &quirks) };
        let reply = self.with_room(make).await;
        self.note(reply, &ids).map(Body::from)
    }

    fn answer_as_gateway(self, gateway: &GatewayAnswer) -> Response {
        let http_status = gateway.http_status();
        let (kind, body) = match gateway.body() {
            GatewayBody::Html => (Some("text/html"), Bytes::from(gateway_page(http_status))),
            GatewayBody::Empty => (None, Bytes::new()),
        };
        let headers = kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind)));
        self.answer_foreign(http_status, headers.into_iter().collect(), body)
    }

    /// An answer that is not Neptune's and has none of its headers.
    fn answer_foreign(self, http_status: u16, headers: HeaderMap, body: Bytes) -> Response {
        let status = StatusCode::from_u16(http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = axum::http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        self.note_response(&mut response, Noted::default());
        response.map(Body::from)
    }
}

/// A page as a load balancer sends it.
fn gateway_page(http_status: u16) -> String {
    let status = StatusCode::from_u16(http_status).unwrap_or(StatusCode::BAD_GATEWAY);
    let title = format!("{http_status} {}", status.canonical_reason().unwrap_or("Error"));
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
}
