//! Carries out what a fault has decided about a request.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use neptune_control::{Fault, GatewayBody};

use super::damage::damaged;
use super::patience::Patience;
use super::reply::Reply;
use super::{Exchange, Instance};
use crate::fault::{Action, Instead, Strike};
use crate::net::Ending;
use crate::net::body::BodyError;
use crate::record::Struck;

impl Exchange<'_> {
    /// Notes which fault strikes the request.
    pub(super) fn note_fault(self, name: String, fault: &Fault) {
        self.cluster.log().note_fault(self.number, &name);
        if let (Some(tape), Some(does)) = (self.tape, &fault.does) {
            tape.note_fault(Struck { name, does: does.clone(), after: fault.after.clone() });
        }
    }

    /// Has the request suffer what a fault does. Whatever waits, waits no longer than this.
    pub(super) async fn suffer(self, strike: Strike, body: Result<Bytes, BodyError>, at_most: Duration) -> Response {
        let Strike { after, clock, action } = strike;
        let patience = Patience::from_now(at_most);
        // Until it has been executed, the clock is not moved beyond its time.
        let held = (!after.is_zero()).then(|| self.cluster.hold(after, clock));
        if let Some(held) = &held
            && !patience.outlasts(held.is_over()).await
        {
            return Ending::HangUp.into_response();
        }
        match action {
            Action::Instead(instead) => {
                // It is not executed, and a black hole would keep time from passing.
                drop(held);
                self.answer_instead(instead, patience).await
            }
            Action::ReadOnly => self.ask(body, Instance::Replica).await.map(Body::from),
            Action::Answered(damage) => {
                let answer = self.ask(body, Instance::Itself).await;
                if damage.spoils() {
                    // What arrives is not what Neptune said.
                    self.cluster.log().note_answer(self.number, answer.status().as_u16(), None, None);
                }
                damaged(answer, damage, self, clock, patience)
            }
        }
    }

    async fn answer_instead(self, instead: Instead, patience: Patience) -> Response {
        match instead {
            Instead::HangUp => Ending::HangUp.into_response(),
            Instead::Reset => Ending::Reset.into_response(),
            Instead::NotHttp => Ending::NotHttp.into_response(),
            Instead::BlackHole => {
                patience.outlasts(std::future::pending()).await;
                Ending::HangUp.into_response()
            }
            Instead::Error { error, http_status } => {
                let (ids, quirks) = self.request_ids();
                let told = async || Reply { http_status, evidence: None, ..Reply::error(&error, &ids, &quirks) };
                let reply = self.with_room(told).await;
                self.note(reply, &ids).map(Body::from)
            }
            Instead::Gateway { http_status, body } => {
                let (kind, body) = match body {
                    GatewayBody::Html => (Some("text/html"), Bytes::from(gateway_page(http_status))),
                    GatewayBody::Empty => (None, Bytes::new()),
                };
                let headers = kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind)));
                self.answer_foreign(http_status, headers.into_iter().collect(), body)
            }
            Instead::Answer { http_status, headers, body } => self.answer_foreign(http_status, headers, body),
        }
    }

    /// An answer that is not Neptune's and has none of its headers.
    fn answer_foreign(self, http_status: u16, headers: HeaderMap, body: Bytes) -> Response {
        let status = StatusCode::from_u16(http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = axum::http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        self.note_response(&response, None, None);
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
