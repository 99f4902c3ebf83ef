//! A request on its way: where it is noted, and what its answer needs.

use std::future::Future;

use axum::body::Bytes;
use axum::http::{Method, Response};
use neptune_loader::{Evidence, LoadId, Quirks};
use neptune_text::cut;

use super::parsed_request::{ID_BYTES, ParsedRequest};
use super::reply::{Reply, RequestIds};
use crate::cluster::{Cluster, Decision};
use crate::net::Room;
use crate::record::Ongoing;

/// What an answer reports, for an observer: goes with the response.
#[derive(Clone, Debug, Default)]
pub(super) struct Reported {
    /// The load that it is about, if the request did not name it.
    pub(super) load: Option<LoadId>,
    pub(super) load_status: Option<String>,
}

/// A request on its way, and the cluster that it was sent to.
#[derive(Clone, Copy)]
pub(super) struct InFlight<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) asked: &'a ParsedRequest<'a>,
    /// What the cluster has decided about it.
    pub(super) decision: &'a Decision,
    /// Of the request, in the log.
    pub(super) number: u64,
    /// Where it is recorded.
    pub(super) recording: Option<&'a Ongoing>,
    pub(super) room: &'a Room,
}

impl InFlight<'_> {
    /// Produces the answer, and reserves room for it. While there is none, the answer to a request that only reads is produced again.
    pub(super) async fn with_room<F: Future<Output = Reply>>(self, mut make: impl FnMut() -> F) -> Reply {
        if self.asked.head.method == Method::GET {
            let size = |reply: &Reply| reply.body.len();
            let reply = if self.asked.wants_report() {
                Box::pin(self.room.make(|| self.room.make_in_turn(make()), size)).await
            } else {
                self.room.make(make, size).await
            };
            return reply.map_or_else(|| Reply::no_room(self.room), |(reply, share)| Reply { share, ..reply });
        }
        let reply = make().await;
        match self.room.take(reply.body.len()) {
            Some(share) => Reply { share, ..reply },
            None => Reply::no_room(self.room),
        }
    }

    /// New ids for the request, and how answers are worded.
    pub(super) fn request_ids(self) -> (RequestIds, Quirks) {
        // Drawn with the decision, if that was to have the cluster itself answer.
        let drawn = self.decision.wording.clone().unwrap_or_else(|| self.cluster.draw_wording());
        let [request, refusal] = drawn.request_ids;
        (RequestIds { request, refusal }, drawn.quirks)
    }

    /// Notes the answer, and gives it its headers.
    pub(super) fn note(self, reply: Reply, ids: &RequestIds) -> Response<Bytes> {
        let (evidence, load_id) = (reply.evidence, reply.load_id.clone());
        let mut response = reply.into_response(ids.request);
        self.note_response(&mut response, evidence, load_id);
        response
    }

    pub(super) fn note_response(self, response: &mut Response<Bytes>, evidence: Option<Evidence>, load_id: Option<LoadId>) {
        let Self { cluster, asked, number, recording, .. } = self;
        let status = response.status().as_u16();
        if cluster.observer().is_some() {
            let load_status = load_status_in(response.body());
            response.extensions_mut().insert(Reported { load: load_id.clone(), load_status });
        }
        cluster.with_log(|log| log.note_answer(number, status, evidence, load_id));
        if let Some(recording) = recording {
            recording.note_answer(response);
        }
        if tracing::enabled!(tracing::Level::INFO) {
            // Never the query, the headers or the body: they may hold secrets.
            let (method, path) = (&asked.head.method, cut(asked.head.uri.path(), ID_BYTES));
            let load_status = load_status_in(response.body()).map(|word| format!(" {word}")).unwrap_or_default();
            tracing::info!(
                cluster = cluster.name(),
                "{} {method} {} {status}{load_status}",
                cluster.now(),
                path.escape_debug()
            );
        }
    }
}

/// The status of the load that an answer reports, if it has the form of a status of Neptune's.
fn load_status_in(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let word = answer.pointer("/payload/overallStatus/status")?.as_str()?;
    let is_word = word.len() <= ID_BYTES && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_word.then(|| word.to_owned())
}
