//! A request on its way: where it is noted, and what its answer needs.

use std::future::Future;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use neptune_loader::{Evidence, LoadId, Quirks};
use neptune_text::cut;

use super::parsed_request::{ID_BYTES, ParsedRequest};
use super::reply::{Reply, RequestIds};
use crate::cluster::{Answer, Cluster, Decision, ReportedStatus, load_status_in};
use crate::net::Room;
use crate::record::Ongoing;

/// What an answer reports, for an observer: goes with the response.
#[derive(Clone, Debug, Default)]
pub(super) struct Reported {
    /// The load that it is about, if the request did not name it.
    pub(super) load: Option<LoadId>,
    pub(super) load_status: Option<String>,
}

/// What is noted of an answer beside its status and its body.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    pub(super) evidence: Option<Evidence>,
    /// The load that it is about, if the request did not name it.
    pub(super) load_id: Option<LoadId>,
    /// What it tells of a load, if that is known without reading the body.
    pub(super) reported: Option<ReportedStatus>,
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
        let noted = Noted { evidence: reply.evidence, load_id: reply.load_id.clone(), reported: reply.reported.clone() };
        let mut response = reply.into_response(ids.request);
        self.note_response(&mut response, noted);
        response
    }

    pub(super) fn note_response(self, response: &mut Response<Bytes>, noted: Noted) {
        let Self { cluster, number, recording, .. } = self;
        let Noted { evidence, load_id, reported } = noted;
        let is_traced = tracing::enabled!(tracing::Level::INFO);
        let is_shown = (is_traced || cluster.observer().is_some()) && self.decision.leaves_answer();
        let load_status =
            is_shown.then(|| reported.as_ref().map_or_else(|| load_status_in(response.body()), ReportedStatus::word)).flatten();
        if is_traced {
            self.trace(
                response.status().as_u16(),
                load_status.as_deref(),
                reported.as_ref().and_then(|reported| reported.ended_ago),
            );
        }
        if cluster.observer().is_some() {
            response.extensions_mut().insert(Reported { load: load_id.clone(), load_status });
        }
        let answer = Answer { status: response.status().as_u16(), body: response.body().clone(), evidence, load_id, reported };
        cluster.with_log(|log| log.note_answer(number, answer));
        if let Some(recording) = recording {
            recording.note_answer(response);
        }
    }

    /// A line about the answer for people: `30s GET /loader/people 200 LOAD_FAILED (ended 2.5 s ago)`.
    fn trace(self, status: u16, load_status: Option<&str>, ended_ago: Option<Duration>) {
        // Never the query, the headers or the body: they may hold secrets.
        let (method, path) = (&self.asked.head.method, cut(self.asked.head.uri.path(), ID_BYTES));
        let reported = load_status.map(|word| format!(" {word}{}", ended_text(ended_ago))).unwrap_or_default();
        tracing::info!(
            cluster = self.cluster.name(),
            "{} {method} {} {status}{reported}",
            self.cluster.now(),
            path.escape_debug()
        );
    }
}

/// ` (ended 2.5 s ago)`
fn ended_text(ago: Option<Duration>) -> String {
    ago.map(|ago| format!(" (ended {} s ago)", (ago.as_secs_f64() * 10.0).round() / 10.0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_since_an_end_is_told_in_tenths_of_a_second() {
        let text = |millis| ended_text(Some(Duration::from_millis(millis)));
        assert_eq!([0, 2449, 90_000].map(text), [" (ended 0 s ago)", " (ended 2.4 s ago)", " (ended 90 s ago)"]);
        assert_eq!(ended_text(None), "");
    }
}
