//! What the cluster answers: its own loader, the endpoint behind it, or what a user has set.

use axum::body::Bytes;
use axum::http::{Method, Response};
use neptune_control::{CannedAnswer, CannedBody};
use neptune_loader::{ApiError, ErrorCode, Evidence, Quirks};
use neptune_text::cut;

use super::admission::Refused;
use super::in_flight::InFlight;
use super::loader::{self, Listed, refuse_as_replica};
use super::parsed_request::{ID_BYTES, ParsedRequest, Route};
use super::reply::{Reply, RequestIds};
use super::status;
use crate::cluster::Cluster;
use crate::net::body::BodyError;

/// How large a request body may be. A start takes a few hundred bytes.
pub(super) const BODY_BYTES: usize = 64 * 1024;

/// Which instance is behind the endpoint, for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instance {
    /// The one that the cluster has.
    Itself,
    /// A read replica, whatever the cluster has.
    Replica,
}

impl InFlight<'_> {
    /// What the cluster answers, or the endpoint behind it.
    pub(super) async fn ask(self, body: Result<Bytes, BodyError>, instance: Instance) -> Response<Bytes> {
        match self.cluster.proxy() {
            Some(proxy) => Box::pin(self.pass_on(&proxy.upstream, body, instance == Instance::Replica)).await,
            None => self.ask_loader(body, instance).await,
        }
    }

    /// What the cluster's own loader answers.
    async fn ask_loader(self, body: Result<Bytes, BodyError>, instance: Instance) -> Response<Bytes> {
        let (ids, quirks) = self.request_ids();
        let mut reply = match body {
            Ok(body) => self.with_room(|| self.decide(&body, instance, &ids, &quirks)).await,
            Err(error) => {
                let refused = self.check_head().err().or_else(|| body_error(error).map(Refused::by_neptune));
                refused.map_or_else(|| Reply::no_room(self.room), |refused| refused.reply(&ids, &quirks))
            }
        };
        if quirks != Quirks::default() {
            // A quirk that is not at its default may affect any answer.
            reply.evidence = reply.evidence.map(|evidence| evidence.max(Evidence::Inferred));
        }
        self.note(reply, &ids)
    }

    /// What a user has set for every request.
    pub(super) async fn answer_canned(self, canned: &CannedAnswer) -> Response<Bytes> {
        let (ids, quirks) = self.request_ids();
        let made = async || match &canned.body {
            CannedBody::Json(body) => Reply::json(canned.http_status, body.to_string(), None),
            CannedBody::Error { code, message } => {
                let error = ApiError { code: code.as_str().into(), message: message.clone(), evidence: Evidence::Inferred };
                Reply { http_status: canned.http_status, evidence: None, ..Reply::error(&error, &ids, &quirks) }
            }
        };
        let reply = self.with_room(made).await;
        self.note(reply, &ids)
    }

    /// First checks who sends the request, then (in strict mode) its form, then answers what it asks.
    async fn decide(self, body: &[u8], instance: Instance, ids: &RequestIds, quirks: &Quirks) -> Reply {
        let Self { cluster, asked, .. } = self;
        if self.decision.checks_clients()
            && let Err(refused) = self.admit(body)
        {
            return refused.reply(ids, quirks);
        }
        let refuse = |error: ApiError| Reply::error(&error, ids, quirks);
        if instance == Instance::Replica
            && let Err(error) = refuse_as_replica(asked)
        {
            return refuse(error);
        }
        let listed = loader::list_source(cluster, asked, body).await;
        answer_as_neptune(cluster, asked, body, listed).unwrap_or_else(refuse)
    }
}

/// Neptune's refusal of a body, if the body is at fault.
fn body_error(error: BodyError) -> Option<ApiError> {
    match error {
        BodyError::TooLarge => Some(ApiError::body_too_large(BODY_BYTES)),
        BodyError::TooSlow => Some(ApiError {
            code: ErrorCode::ClientTimeout,
            message: "The request body did not arrive in time".to_owned(),
            evidence: Evidence::Inferred,
        }),
        BodyError::Broken => Some(ApiError {
            code: ErrorCode::BadRequest,
            message: "The request body is not whole, or its chunks are malformed".to_owned(),
            evidence: Evidence::Inferred,
        }),
        BodyError::NoRoom => None,
    }
}

fn answer_as_neptune(cluster: &Cluster, asked: &ParsedRequest<'_>, body: &[u8], listed: Listed) -> Result<Reply, ApiError> {
    let ParsedRequest { head, route, .. } = asked;
    let path = head.uri.path();
    match (route, &head.method) {
        (Route::Loads | Route::Load(_), &Method::GET) => loader::read(cluster, asked),
        (Route::Loads | Route::Load(_), &Method::DELETE) => loader::cancel(cluster, asked),
        (Route::Loads, &Method::POST) => loader::start(cluster, head, body, listed),
        (Route::Status, &Method::GET) => Ok(status::read(cluster)),
        (Route::Elsewhere, _) => Err(ApiError::not_simulated(&cut(path, ID_BYTES))),
        (_, method) => Err(ApiError::method_not_allowed(&cut(method.as_str(), 32), &cut(path, ID_BYTES))),
    }
}
