//! The face that a cluster shows its clients: Neptune's HTTP API.
//!
//! Reading a request and waiting happen here, in async code; deciding what to answer is a plain function of the cluster and the
//! request (`loader`, `status`), so no lock can be held across an `await`.

mod admission;
mod altered;
mod fault;
mod host;
mod loader;
mod pass_on;
mod patience;
mod portless;
mod query;
mod reply;
mod statement;
mod status;
mod strict;

use std::future::Future;
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::DATE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use neptune_control::{Availability, CannedAnswer, CannedBody};
use neptune_fault::{FaultOperation, RequestFacts};
use neptune_loader::{ApiError, ErrorCode, Evidence, LoadId, Quirks};
use neptune_text::cut;

use crate::cluster::Cluster;
use crate::iam::AuthenticationExt;
use crate::net::body::{self, BodyError};
use crate::net::{CloseMode, Limits, Room};
use crate::record::Ongoing;
use admission::Refused;
use loader::Listed;
use neptune_scenario::Action;
pub use portless::{Answered, Portless};
use query::Query;
use reply::{Reply, RequestIds};

/// How large a request body may be. A start takes a few hundred bytes.
const BODY_BYTES: usize = 64 * 1024;
/// How long an id may be. Longer ones belong to no load.
const ID_BYTES: usize = 1024;

/// A cluster as it stands on the network.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    cluster: Cluster,
    limits: Limits,
    /// Where large bodies and answers are.
    room: Room,
}

impl Host {
    pub(crate) fn new(cluster: Cluster, limits: Limits, room: Room) -> Self {
        Self { cluster, limits, room }
    }

    /// The cluster that answers.
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Answers whatever is asked as the cluster does, at the time that its clock reads.
    pub(crate) async fn answer(self, request: Request<impl HttpBody<Data = Bytes>>) -> Response {
        let cluster = self.cluster.clone();
        let mut response = self.respond(request).await;
        if let Some(date) = cluster.authentication().wrong_date(SystemTime::now()) {
            response.headers_mut().entry(DATE).or_insert(date);
        }
        response
    }

    async fn respond(self, request: Request<impl HttpBody<Data = Bytes>>) -> Response {
        let Self { cluster, limits, room } = &self;
        let (head, body) = request.into_parts();
        let asked = Asked::by(&head);
        let number = cluster.log().open(cluster.request_came(), &head, asked.load.clone());
        let tape = cluster.proxy().and_then(|proxy| proxy.recorder.as_ref());
        let tape = tape.map(|recorder| recorder.begin(number, cluster.now(), &head));
        let most_bytes = if cluster.proxy().is_some() { pass_on::BODY_BYTES } else { BODY_BYTES };
        let body = body::read(body, most_bytes, limits.body_read, room).await;
        let exchange = Exchange { cluster, asked: &asked, number, tape: tape.as_ref(), room };
        exchange.note_body(&body);
        let is_whole = body.is_ok();
        let mut response = exchange.answer(body, limits.silence).await;
        if !is_whole && response.extensions().get::<CloseMode>().is_none() {
            response.extensions_mut().insert(CloseMode::HearOut);
        }
        if let Some(tape) = tape {
            tape.end().await;
        }
        response
    }
}

impl Exchange<'_> {
    /// The answer, once the body is read. Whatever waits, waits no longer than this.
    async fn answer(self, body: Result<Bytes, BodyError>, at_most: Duration) -> Response {
        let cluster = self.cluster;
        match cluster.availability() {
            Availability::Available => {}
            Availability::Answers(canned) => {
                return self.answer_canned(&canned).await.map(Body::from);
            }
            // A cluster whose port is shut has no connections; this request is one of those being closed.
            Availability::Silent | Availability::Refused | Availability::Unreachable => {
                return keep_silent(cluster, at_most).await;
            }
        }
        match cluster.fire(&self.asked.facts(self.number)) {
            None => self.ask(body, Instance::Itself).await.map(Body::from),
            Some(fired) => self.meet(fired, body, at_most).await,
        }
    }
}

/// Waits until the cluster answers again. The request is lost even then.
async fn keep_silent(cluster: &Cluster, at_most: Duration) -> Response {
    // Whether the time ran out or the silence ended: either way the connection is closed.
    let _ = tokio::time::timeout(at_most, cluster.silence_ended()).await;
    CloseMode::HangUp.into_response()
}

/// A request on its way, and the cluster that it was sent to.
#[derive(Clone, Copy)]
struct Exchange<'a> {
    cluster: &'a Cluster,
    asked: &'a Asked<'a>,
    /// Of the request, in the log.
    number: u64,
    /// Where it is recorded.
    tape: Option<&'a Ongoing>,
    room: &'a Room,
}

/// Which instance is behind the endpoint, for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instance {
    /// The one that the cluster has.
    Itself,
    /// A read replica, whatever the cluster has.
    Replica,
}

impl Exchange<'_> {
    /// What the cluster answers, or the endpoint behind it.
    async fn ask(self, body: Result<Bytes, BodyError>, instance: Instance) -> axum::http::Response<Bytes> {
        match self.cluster.proxy() {
            Some(proxy) => self.pass_on(&proxy.upstream, body, instance).await,
            None => self.ask_loader(body, instance).await,
        }
    }

    /// What the cluster's own loader answers.
    async fn ask_loader(self, body: Result<Bytes, BodyError>, instance: Instance) -> axum::http::Response<Bytes> {
        let (ids, quirks) = self.request_ids();
        let mut reply = match body {
            Ok(body) => self.with_room(|| self.decide(&body, instance, &ids, &quirks)).await,
            Err(error) => {
                let refused = self.check_head().err().or_else(|| body_error(error).map(Refused::by_neptune));
                refused.map_or_else(|| Reply::no_room(self.room), |refused| refused.reply(&ids, &quirks))
            }
        };
        if quirks != Quirks::default() {
            // Another reading than the best-backed one may show anywhere.
            reply.evidence = reply.evidence.map(|evidence| evidence.max(Evidence::Inferred));
        }
        self.note(reply, &ids)
    }

    /// What somebody has told the cluster to answer.
    async fn answer_canned(self, canned: &CannedAnswer) -> axum::http::Response<Bytes> {
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

    /// The answer that is made, and room for it. While there is none, one that is only read is made anew.
    async fn with_room<F: Future<Output = Reply>>(self, mut make: impl FnMut() -> F) -> Reply {
        if self.asked.head.method == Method::GET {
            let reply = self.room.make(make, |reply| reply.body.len()).await;
            return reply.map_or_else(|| Reply::no_room(self.room), |(reply, share)| Reply { share, ..reply });
        }
        let reply = make().await;
        match self.room.take(reply.body.len()) {
            Some(share) => Reply { share, ..reply },
            None => Reply::no_room(self.room),
        }
    }

    /// New ids for the request, and how answers are worded.
    fn request_ids(self) -> (RequestIds, Quirks) {
        let mut engine = self.cluster.engine();
        let ids = RequestIds { request: engine.draw_request_id(), refusal: engine.draw_request_id() };
        (ids, *engine.quirks())
    }

    fn note_body(self, body: &Result<Bytes, BodyError>) {
        let Some(body) = body.as_ref().ok().filter(|body| !body.is_empty()) else { return };
        self.cluster.log().note_body(self.number, body);
        if let Some(tape) = self.tape {
            tape.note_body(body);
        }
    }

    /// Notes the answer, and gives it its headers.
    fn note(self, reply: Reply, ids: &RequestIds) -> axum::http::Response<Bytes> {
        let (evidence, load_id) = (reply.evidence, reply.load_id.clone());
        let response = reply.into_response(&ids.request);
        self.note_response(&response, evidence, load_id);
        response
    }

    fn note_response(self, response: &axum::http::Response<Bytes>, evidence: Option<Evidence>, load_id: Option<LoadId>) {
        let Self { cluster, asked, number, tape, .. } = self;
        let status = response.status().as_u16();
        cluster.log().note_answer(number, status, evidence, load_id);
        if let Some(tape) = tape {
            tape.note_answer(response);
        }
        if tracing::enabled!(tracing::Level::INFO) {
            // Never the query, the headers or the body: they may hold secrets.
            let (method, path) = (&asked.head.method, cut(asked.head.uri.path(), ID_BYTES));
            let load_status = told_status(response.body()).map(|word| format!(" {word}")).unwrap_or_default();
            tracing::info!(
                cluster = cluster.name(),
                "{} {method} {} {status}{load_status}",
                cluster.now(),
                path.escape_debug()
            );
        }
    }

    /// What Neptune says of who asks, then strict mode of how it is asked, then Neptune of what is asked.
    async fn decide(self, body: &[u8], instance: Instance, ids: &RequestIds, quirks: &Quirks) -> Reply {
        let Self { cluster, asked, .. } = self;
        let query = Query::of(cluster, asked.head, body);
        if let Err(refused) = self.admit(query.as_ref(), body) {
            return refused.reply(ids, quirks);
        }
        let refuse = |error: ApiError| Reply::error(&error, ids, quirks);
        if instance == Instance::Replica
            && let Err(error) = refuse_as_replica(asked)
        {
            return refuse(error);
        }
        if let Some(query) = query {
            return query.answer(cluster);
        }
        let listed = loader::list_source(cluster, asked, body).await;
        answer_as_neptune(cluster, asked, body, listed).unwrap_or_else(refuse)
    }
}

/// A read replica changes nothing.
fn refuse_as_replica(asked: &Asked<'_>) -> Result<(), ApiError> {
    match asked.action() {
        Some(Action::StartLoaderJob) => Err(ApiError::start_on_reader()),
        Some(Action::CancelLoaderJob) => Err(ApiError::cancel_on_reader()),
        Some(
            Action::GetLoaderJobStatus
            | Action::ListLoaderJobs
            | Action::GetEngineStatus
            | Action::ReadDataViaQuery
            | Action::WriteDataViaQuery
            | Action::DeleteDataViaQuery,
        )
        | None => Ok(()),
    }
}

/// What Neptune says of a body, if the fault lies with that.
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

fn answer_as_neptune(cluster: &Cluster, asked: &Asked<'_>, body: &[u8], listed: Listed) -> Result<Reply, ApiError> {
    let Asked { head, place, .. } = asked;
    let path = head.uri.path();
    match (place, &head.method) {
        (Place::Loads | Place::Load(_), &Method::GET) => loader::read(cluster, asked),
        (Place::Loads | Place::Load(_), &Method::DELETE) => loader::cancel(cluster, asked),
        (Place::Loads, &Method::POST) => loader::start(cluster, head, body, listed),
        (Place::Status, &Method::GET) => Ok(status::read(cluster)),
        (Place::Elsewhere, _) => Err(ApiError::not_simulated(&cut(path, ID_BYTES))),
        (_, method) => Err(ApiError::method_not_allowed(&cut(method.as_str(), 32), &cut(path, ID_BYTES))),
    }
}

/// What a request is about, worked out once.
#[derive(Debug)]
struct Asked<'a> {
    head: &'a Parts,
    place: Place,
    /// The load that it names.
    load: Option<LoadId>,
}

impl<'a> Asked<'a> {
    fn by(head: &'a Parts) -> Self {
        let place = Place::of(head.uri.path());
        let load = loader::named_load(&place, head);
        Self { head, place, load }
    }

    /// What decides whether a fault is for it.
    fn facts(&self, number: u64) -> RequestFacts<'_> {
        let operation = self.action().and_then(|action| match action {
            Action::StartLoaderJob => Some(FaultOperation::Start),
            Action::GetLoaderJobStatus => Some(FaultOperation::Status),
            Action::ListLoaderJobs => Some(FaultOperation::List),
            Action::CancelLoaderJob => Some(FaultOperation::Cancel),
            Action::GetEngineStatus => Some(FaultOperation::EngineStatus),
            Action::ReadDataViaQuery | Action::WriteDataViaQuery | Action::DeleteDataViaQuery => None,
        });
        RequestFacts { number, operation, load: self.load.as_ref().map(LoadId::as_str), headers: &self.head.headers }
    }

    /// What it does to loader and engine, if it does anything.
    fn action(&self) -> Option<Action> {
        match (&self.place, &self.head.method) {
            (Place::Loads | Place::Load(_), &Method::GET) if self.load.is_some() => Some(Action::GetLoaderJobStatus),
            (Place::Loads, &Method::GET) => Some(Action::ListLoaderJobs),
            (Place::Loads | Place::Load(_), &Method::DELETE) => Some(Action::CancelLoaderJob),
            (Place::Loads, &Method::POST) => Some(Action::StartLoaderJob),
            (Place::Status, &Method::GET) => Some(Action::GetEngineStatus),
            _ => None,
        }
    }
}

/// What a path means. Slashes at its end mean nothing: boto3 sends `/loader/` for an empty id.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// `/loader`
    Loads,
    /// `/loader/{id}`
    Load(LoadId),
    /// `/status`
    Status,
    Elsewhere,
}

impl Place {
    fn of(path: &str) -> Self {
        match path.trim_end_matches('/') {
            "/loader" => Self::Loads,
            "/status" => Self::Status,
            path => match path.strip_prefix("/loader/") {
                // boto3 writes a slash within an id as `%2F`, so a bare one is not part of an id.
                Some(id) if !id.is_empty() && !id.contains('/') => Self::Load(load_id(id)),
                _ => Self::Elsewhere,
            },
        }
    }
}

/// An id as it stands in a path. One that is not UTF-8 or too long becomes one that no load has.
fn load_id(encoded: &str) -> LoadId {
    let id = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    LoadId::new(cut(&id, ID_BYTES))
}

/// The status of the load that an answer tells of, if it is a word of Neptune's form.
fn told_status(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let word = answer.pointer("/payload/overallStatus/status")?.as_str()?;
    let is_word = word.len() <= ID_BYTES && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_word.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::loads("/loader", Place::Loads)]
    #[case::an_empty_id("/loader/", Place::Loads)]
    #[case::one_load("/loader/x", Place::Load("x".into()))]
    #[case::one_load_and_a_slash("/loader/x/", Place::Load("x".into()))]
    #[case::an_encoded_slash("/loader/a%2Fb", Place::Load("a/b".into()))]
    #[case::not_utf_8("/loader/%ff", Place::Load("\u{fffd}".into()))]
    #[case::a_bare_slash("/loader/a/b", Place::Elsewhere)]
    #[case::status("/status", Place::Status)]
    #[case::status_and_a_slash("/status/", Place::Status)]
    #[case::the_root("/", Place::Elsewhere)]
    #[case::a_longer_word("/loaders", Place::Elsewhere)]
    fn a_path_means_one_place(#[case] path: &str, #[case] place: Place) {
        assert_eq!(Place::of(path), place);
    }

    #[test]
    fn a_very_long_id_is_cut() {
        let Place::Load(id) = Place::of(&format!("/loader/{}", "x".repeat(5000))) else { panic!("it is an id") };
        assert_eq!(id.as_str().len(), ID_BYTES + "…".len());
    }
}
