//! A cluster as a service of the network: takes a request through the cluster's availability and faults to its answer.

use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::DATE;
use axum::response::{IntoResponse, Response};
use neptune_control::Availability;
use neptune_fault::RequestFacts;

use super::answer::{BODY_BYTES, Instance};
use super::in_flight::{InFlight, Reported};
use super::parsed_request::ParsedRequest;
use super::pass_on;
use crate::cluster::{Arrival, ArrivedRequest, Cluster, Decision, GivenAnswer};
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
        let Arrival { number, at, decision } =
            cluster.arrive(&head, asked.load.clone(), has_no_body.then_some(|number| asked.facts(number)));
        if let Some(observer) = cluster.observer() {
            let RequestFacts { operation, load, .. } = asked.facts(number);
            let (method, target) = (head.method.as_str(), &asked.target());
            observer.arrived(&ArrivedRequest { number, method, target, operation, load });
        }
        let recording = cluster.proxy().and_then(|proxy| proxy.recorder.as_ref());
        let recording = recording.map(|recorder| recorder.begin(number, at, &head));
        let most_bytes = if cluster.proxy().is_some() { pass_on::BODY_BYTES } else { BODY_BYTES };
        // The ways that few requests go are boxed, here and below: otherwise each poll would move and keep a future as large as theirs.
        let body =
            if has_no_body { Ok(Bytes::new()) } else { Box::pin(body::read(body, most_bytes, limits.body_read, room)).await };
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
            Box::pin(recording.end()).await;
        }
        if decision.authenticates()
            && let Some(date) = decision.authentication.wrong_date(SystemTime::now())
        {
            response.headers_mut().entry(DATE).or_insert(date);
        }
        if let Some(observer) = cluster.observer()
            && let Some(by) = observer.answered(&given_answer(number, &decision, &response))
        {
            // Any other clock moves by itself.
            let _ = cluster.advance(by);
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
                return Box::pin(keep_silent(self.cluster, at_most)).await;
            }
        }
        match &self.decision.fired {
            None => self.ask(body, Instance::Itself).await.map(Body::from),
            Some(fired) => Box::pin(self.meet(fired, body, at_most)).await,
        }
    }
}

/// The answer as an observer learns of it.
fn given_answer(number: u64, decision: &Decision, response: &Response) -> GivenAnswer {
    let is_sent =
        !matches!(response.extensions().get::<CloseMode>(), Some(CloseMode::HangUp | CloseMode::Reset | CloseMode::NotHttp));
    let http_status = is_sent.then(|| response.status().as_u16());
    let Reported { load, load_status } = response.extensions().get().cloned().unwrap_or_default();
    let fault = decision.fired.as_ref().map(|fired| fired.name.clone());
    GivenAnswer { number, http_status, load, load_status: load_status.filter(|_| is_sent), fault }
}

/// Waits until the cluster answers again. The request is lost even then.
async fn keep_silent(cluster: &Cluster, at_most: Duration) -> Response {
    // Whether the time ran out or the silence ended: either way the connection is closed.
    let _ = tokio::time::timeout(at_most, cluster.silence_ended()).await;
    CloseMode::HangUp.into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::http::Request;
    use neptune_control::Fault;
    use neptune_loader::{Lifecycle, LoadStatus, Script};

    use super::*;
    use crate::cluster::{ClusterSetup, Observer};
    use neptune_scenario::{ClockKind, ClusterSpec};

    #[tokio::test]
    async fn a_healthy_poll_takes_three_locks() {
        let lifecycle = Lifecycle::new(vec![(LoadStatus::InProgress, None)]).unwrap();
        let script = Script::new("s3://bucket/in/", lifecycle);
        let spec = ClusterSpec { scripts: vec![("x".into(), script)], ..ClusterSpec::new("test", ClockKind::Real) };
        let cluster = Cluster::without_port(spec).unwrap();
        let service = ClusterService::new(cluster.clone(), Limits::default(), Room::unbounded());
        for (path, status) in [("/loader/x", 200), ("/loader/unknown", 404), ("/loader", 200)] {
            let before = cluster.locks_taken();
            let response = service.clone().answer(Request::get(path).body(Body::empty()).unwrap()).await;
            assert_eq!((response.status().as_u16(), cluster.locks_taken() - before), (status, 3), "{path}");
        }
    }

    #[test]
    fn the_future_of_an_answer_is_small() {
        let cluster = Cluster::without_port(ClusterSpec::new("test", ClockKind::Real)).unwrap();
        let service = ClusterService::new(cluster, Limits::default(), Room::unbounded());
        let answer = service.answer(Request::new(Body::empty()));
        // Three times as much before the ways that few requests go were boxed.
        assert!(size_of_val(&answer) <= 4096, "{} bytes", size_of_val(&answer));
    }

    /// Keeps what it learns, and lets a second pass with each answer.
    #[derive(Debug, Default)]
    struct Notebook(Mutex<Vec<String>>);

    impl Observer for Notebook {
        fn arrived(&self, request: &ArrivedRequest<'_>) {
            self.0.lock().unwrap().push(format!("{} {} {:?}", request.method, request.target, request.load));
        }

        fn answered(&self, answer: &GivenAnswer) -> Option<Duration> {
            let GivenAnswer { number, http_status, load_status, fault, .. } = answer;
            self.0.lock().unwrap().push(format!("{number} {http_status:?} {load_status:?} {fault:?}"));
            Some(Duration::from_secs(1))
        }
    }

    fn fault(does: &serde_json::Value) -> Fault {
        serde_json::from_value(serde_json::json!({"fail": 1, "does": does})).unwrap()
    }

    #[tokio::test]
    async fn an_observer_learns_of_requests_and_of_what_clients_can_read() {
        let stages = vec![(LoadStatus::InProgress, Some(Duration::from_secs(4))), (LoadStatus::Failed, None)];
        let script = Script::new("", Lifecycle::new(stages).unwrap());
        let faults = [serde_json::json!("reset"), "cut_body".into(), serde_json::json!({"shape": "no_load_status"})]
            .map(|does| fault(&does));
        let spec = ClusterSpec {
            scripts: vec![("x".into(), script)],
            faults: faults.into(),
            ..ClusterSpec::new("test", ClockKind::Manual)
        };
        let notebook = Arc::new(Notebook::default());
        let setup = ClusterSetup { observer: Some(Arc::clone(&notebook) as Arc<dyn Observer>), ..spec.into() };
        let cluster = Cluster::without_port(setup).unwrap();
        let service = ClusterService::new(cluster, Limits::default(), Room::unbounded());
        for _ in 0..5 {
            service.clone().answer(Request::get("/loader?loadId=x").body(Body::empty()).unwrap()).await;
        }
        let answers = [
            "0 None None Some(\"reset\")",
            "1 Some(200) None Some(\"cut_body\")",
            "2 Some(200) None Some(\"shape\")",
            "3 Some(200) Some(\"LOAD_IN_PROGRESS\") None",
            "4 Some(200) Some(\"LOAD_FAILED\") None",
        ];
        let expected: Vec<&str> = answers.into_iter().flat_map(|answer| ["GET /loader?loadId=x Some(\"x\")", answer]).collect();
        assert_eq!(*notebook.0.lock().unwrap(), expected);
    }
}
