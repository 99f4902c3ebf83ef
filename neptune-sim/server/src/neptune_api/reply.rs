//! The replies to clients.

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use neptune_loader::quirks::{ErrorContentType, Quirks};
use neptune_loader::{ApiError, ErrorCode, Evidence, LoadId, Uuid, to_loader_json};
use serde::Serialize;
use serde_json::json;

use crate::cluster::ReportedStatus;
use crate::net::{Room, Share};

/// The ids of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestIds {
    /// In the headers of every answer, and in the body of an error.
    pub(super) request: Uuid,
    /// In the body of a refusal of IAM, whose headers have the other one (observed).
    pub(super) refusal: Uuid,
}

impl RequestIds {
    fn in_body(&self, error: &ApiError) -> String {
        if error.code == ErrorCode::AccessDenied { self.refusal.text() } else { self.request.text() }
    }
}

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// An answer before it has its headers.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) http_status: u16,
    pub(super) body: String,
    /// The load that the answer is about, if the request did not name it.
    pub(super) load_id: Option<LoadId>,
    /// What it tells of a load.
    pub(super) reported: Option<ReportedStatus>,
    /// How good the evidence for it is; `None` if it is not Neptune's but comes from a user or from strict mode.
    pub(super) evidence: Option<Evidence>,
    pub(super) content_type: HeaderValue,
    /// The header that names the code of an error.
    pub(super) error_type: Option<HeaderValue>,
    /// The room that the body takes.
    pub(super) share: Share,
}

impl Reply {
    /// A successful answer of the loader, in the loader's layout.
    pub(super) fn loader(body: &impl Serialize, evidence: Evidence) -> Self {
        Self::json(200, to_loader_json(body), Some(evidence))
    }

    /// Any JSON, about no load in particular.
    pub(super) fn json(http_status: u16, body: String, evidence: Option<Evidence>) -> Self {
        let content_type = HeaderValue::from_static("application/json");
        Self {
            http_status,
            body,
            load_id: None,
            reported: None,
            evidence,
            content_type,
            error_type: None,
            share: Share::default(),
        }
    }

    /// There is no memory left for the answer. This is no error of Neptune's, and its text must not look like one.
    pub(super) fn no_room(room: &Room) -> Self {
        let message = format!(
            "This is neptune-sim, not Neptune: bodies and answers of other requests take all of the {} MiB that there are for them. Ask \
             again, for less at a time, and read what you ask for",
            room.mebibytes()
        );
        let body = json!({"code": "NeptuneSimBusyException", "detailedMessage": message, "message": message});
        Self::json(503, body.to_string(), None)
    }

    /// An error, compact as in recordings. Two quirks decide about its body and headers.
    pub(super) fn error(error: &ApiError, ids: &RequestIds, quirks: &Quirks) -> Self {
        let id = ids.in_body(error);
        let body = error.body(&id, quirks.error_texts);
        let body = serde_json::to_string(&body).expect("an error body is three or four texts");
        let mut reply = Self::json(error.http_status(), body, Some(error.evidence));
        if quirks.error_content_type == ErrorContentType::AmzJson {
            reply.content_type = HeaderValue::from_static("application/x-amz-json-1.0");
        }
        // Observed of a refused signature; taken for every error.
        reply.error_type = HeaderValue::from_str(error.code.as_str()).ok();
        reply
    }

    /// With headers: the content type without a charset, and the request's id (documented).
    pub(super) fn into_response(self, request_id: Uuid) -> Response<Bytes> {
        let mut response = Response::new(self.share.cover(self.body));
        *response.status_mut() = StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.content_type);
        if let Some(code) = self.error_type {
            headers.insert(ERROR_TYPE, code);
        }
        if let Ok(request_id) = HeaderValue::from_maybe_shared(Bytes::from(request_id.text())) {
            headers.insert(REQUEST_ID, request_id);
        }
        response
    }
}
