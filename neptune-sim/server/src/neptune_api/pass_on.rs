//! Passes requests on, and returns the answers of another endpoint.

use axum::body::Bytes;
use axum::http::{Response, StatusCode};
use neptune_loader::{LoadId, Quirks};
use serde_json::Value;

use super::in_flight::{InFlight, Noted};
use super::loader::refuse_as_replica;
use super::reply::Reply;
use crate::net::body::BodyError;
use crate::upstream::{Upstream, UpstreamTrouble};
use neptune_scenario::Action;

/// How large a request body may be that is passed on.
pub(super) const BODY_BYTES: usize = 16 * 1024 * 1024;

impl InFlight<'_> {
    /// What the upstream answers, or why it does not.
    pub(super) async fn pass_on(
        self,
        upstream: &Upstream,
        body: Result<Bytes, BodyError>,
        as_replica: bool,
    ) -> Response<Bytes> {
        if as_replica && let Err(error) = refuse_as_replica(self.asked) {
            let (ids, _) = self.request_ids();
            return self.note(Reply { evidence: None, ..Reply::error(&error, &ids, &Quirks::default()) }, &ids);
        }
        let answer = match body {
            Ok(body) => upstream.forward_within(self.asked.head, body, self.room).await,
            Err(error) => Err(upstream.refusal(match error {
                BodyError::TooLarge => UpstreamTrouble::Body("has more than 16 MiB"),
                BodyError::TooSlow => UpstreamTrouble::Body("did not arrive in time"),
                BodyError::Broken => UpstreamTrouble::Body("is not whole, or its chunks are malformed"),
                BodyError::NoRoom => UpstreamTrouble::NoRoomForBody(self.room.mebibytes()),
            })),
        };
        let mut answer = answer.unwrap_or_else(|error| {
            tracing::info!(%error, "the upstream did not answer");
            error.answer()
        });
        let load_id = self.started_load(&answer);
        self.note_response(&mut answer, Noted { load_id, ..Noted::default() });
        answer
    }

    /// The load that a start was answered with.
    fn started_load(self, answer: &Response<Bytes>) -> Option<LoadId> {
        if answer.status() != StatusCode::OK || self.asked.action() != Some(Action::StartLoaderJob) {
            return None;
        }
        let envelope: Value = serde_json::from_slice(answer.body()).ok()?;
        envelope.pointer("/payload/loadId")?.as_str().map(LoadId::from)
    }
}
