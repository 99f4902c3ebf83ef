//! A cluster as a service of the network: takes a request through the cluster's availability and faults to its answer.

use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::DATE;
use axum::response::{IntoResponse, Response};
use neptune_control::Availability;

use super::answer::{BODY_BYTES, Instance};
use super::in_flight::InFlight;
use super::parsed_request::ParsedRequest;
use super::pass_on;
use crate::cluster::{Arrival, Cluster};
use crate::iam::AuthenticationExt;
use crate::net::body::{self, BodyError};
use crate::net::{CloseMode, Limits, Room};

/// A cluster as the network serves it.
#[derive(Clone, Debug)]
pub(crate) struct ClusterService {
    cluster: Cluster,
    limits: Limits,
    /// Where large bodies and answers are.
    room: Room,
}

impl ClusterService {
    pub(crate) fn new(cluster: Cluster, limits: Limits, room: Room) -> Self {
        Self { cluster, limits, room }
    }

    /// The cluster that answers.
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Answers a request as the cluster does, at the time of its clock.
    pub(crate) async fn answer(self, request: Request<impl HttpBody<Data = Bytes>>) -> Response {
        let Self { cluster, limits, room } = &self;
        let (head, body) = request.into_parts();
        let asked = ParsedRequest::new(&head);
        let has_no_body = body.is_end_stream();
        let Arrival { number, at, decision } = cluster.arrive(&head, &asked.facts(0), has_no_body);
        let recording = cluster.proxy().and_then(|proxy| proxy.recorder.as_ref());
        let recording = recording.map(|recorder| recorder.begin(number, at, &head));
        let most_bytes = if cluster.proxy().is_some() { pass_on::BODY_BYTES } else { BODY_BYTES };
        let body = if has_no_body { Ok(Bytes::new()) } else { body::read(body, most_bytes, limits.body_read, room).await };
        if let Some(body) = body.as_ref().ok().filter(|body| !body.is_empty()) {
            cluster.with_log(|log| log.note_body(number, body));
            if let Some(recording) = &recording {
                recording.note_body(body);
            }
        }
        let is_whole = body.is_ok();
        let decision = decision.unwrap_or_else(|| cluster.decide_on(&asked.facts(number)));
        let in_flight = InFlight { cluster, asked: &asked, decision: &decision, number, recording: recording.as_ref(), room };
        let mut response = in_flight.answer(body, limits.silence).await;
        if !is_whole && response.extensions().get::<CloseMode>().is_none() {
            response.extensions_mut().insert(CloseMode::HearOut);
        }
        if let Some(recording) = recording {
            recording.end().await;
        }
        if decision.authenticates()
            && let Some(date) = decision.authentication.wrong_date(SystemTime::now())
        {
            response.headers_mut().entry(DATE).or_insert(date);
        }
        response
    }
}

impl InFlight<'_> {
    /// The answer, once the body is read. All waits together end at this limit.
    async fn answer(self, body: Result<Bytes, BodyError>, at_most: Duration) -> Response {
        match &self.decision.availability {
            Availability::Available => {}
            Availability::Answers(canned) => return self.answer_canned(canned).await.map(Body::from),
            // A cluster whose port is closed has no connections; the connection of this request is being closed.
            Availability::Silent | Availability::Refused | Availability::Unreachable => {
                return keep_silent(self.cluster, at_most).await;
            }
        }
        match &self.decision.fired {
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

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use neptune_loader::{Lifecycle, LoadStatus, Script, Workload};

    use super::*;
    use crate::net::{Endpoint, PortHandle};
    use neptune_scenario::{ClockKind, ClusterSpec};

    #[tokio::test]
    async fn a_healthy_poll_takes_three_locks() {
        let lifecycle = Lifecycle::new(vec![(LoadStatus::InProgress, None)]).unwrap();
        let script = Script { source: "s3://bucket/in/".into(), lifecycle, workload: Workload::default() };
        let spec = ClusterSpec { scripts: vec![("x".into(), script)], ..ClusterSpec::new("test", ClockKind::Real) };
        let endpoint = Endpoint { address: ([127, 0, 0, 1], 1).into(), secure: false };
        let cluster = Cluster::new(spec.into(), endpoint, None, PortHandle::new().0).unwrap();
        let service = ClusterService::new(cluster.clone(), Limits::default(), Room::unbounded());
        for (path, status) in [("/loader/x", 200), ("/loader/unknown", 404), ("/loader", 200)] {
            let before = cluster.locks_taken();
            let response = service.clone().answer(Request::get(path).body(Body::empty()).unwrap()).await;
            assert_eq!((response.status().as_u16(), cluster.locks_taken() - before), (status, 3), "{path}");
        }
    }
}
