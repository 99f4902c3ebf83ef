//! What can happen to a cluster, for tests that try much of it in any order.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use neptune_control::{Availability, CannedAnswer, CannedBody};
use neptune_loader::{Lifecycle, LoadStatus, Role, Script, StartRequest};
use neptune_scenario::Scenario;
use proptest::prelude::*;
use serde_json::json;

use super::{Answer, Cluster};
use crate::{ClockKind, ClusterSpec};

/// A cluster on the manual clock, without loads.
pub(super) fn cluster() -> Cluster {
    Cluster::without_port(ClusterSpec::new("test", ClockKind::Manual)).unwrap()
}

/// Something that changes what can be seen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Advance(u64),
    Script(u64),
    Start,
    CancelFirst,
    AddFault(u64),
    ClearFaults,
    Arrive,
    /// To the request that is so many before the newest.
    Answer(u64),
    ClearLog,
    ChangeAvailability,
    Restart,
    /// To the other one.
    ChangeRole,
}

pub(super) fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..9_u64).prop_map(Act::Advance),
        2 => (1..9_u64).prop_map(Act::Script),
        3 => Just(Act::Start),
        1 => Just(Act::CancelFirst),
        1 => (0..9_u64).prop_map(Act::AddFault),
        1 => Just(Act::ClearFaults),
        4 => Just(Act::Arrive),
        4 => (0..3_u64).prop_map(Act::Answer),
        1 => Just(Act::ClearLog),
        1 => Just(Act::ChangeAvailability),
        1 => Just(Act::Restart),
        1 => Just(Act::ChangeRole),
    ]
}

/// A start that waits for its turn in the queue.
pub(super) fn start_request() -> StartRequest {
    let all = json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1", "queueRequest": true});
    StartRequest::from_parameters(all.as_object().unwrap()).unwrap()
}

fn start(cluster: &Cluster) {
    // A read replica refuses it.
    cluster.start_listed(&start_request(), None).ok();
}

pub(super) fn act_all(cluster: &Cluster, acts: &[Act]) {
    for one in acts {
        act(cluster, *one);
    }
}

fn act(cluster: &Cluster, act: Act) {
    let first = || cluster.timeline().first().map(|load| load.id.clone());
    match act {
        Act::Advance(by) => drop(cluster.advance(Duration::from_secs(by)).unwrap()),
        Act::Script(runs) => {
            let stages = vec![(LoadStatus::InProgress, Some(Duration::from_secs(runs))), (LoadStatus::Failed, None)];
            let lifecycle = Lifecycle::new(stages).unwrap();
            let script = Script::new("", lifecycle);
            cluster.script(&format!("load-{}", cluster.timeline().len()).as_str().into(), script).ok();
        }
        Act::Start => start(cluster),
        Act::CancelFirst => drop(first().map(|id| cluster.cancel(&id))),
        Act::AddFault(from) => {
            let fault = json!({"does": "refuse", "from": format!("{from}s"), "until": format!("{}s", from + 1)});
            cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
        }
        Act::ClearFaults => drop(cluster.clear_faults()),
        Act::Arrive => {
            let head = Request::get("/loader/x").body(()).unwrap().into_parts().0;
            cluster.arrive(&head, first(), None::<fn(u64) -> neptune_fault::RequestFacts<'static>>);
        }
        Act::Answer(back) => {
            let body = Bytes::from_static(br#"{"payload": {"overallStatus": {"status": "LOAD_FAILED"}}}"#);
            let answer = Answer { status: 200, body, evidence: None, load_id: None, reported: None };
            cluster.with_log(|log| log.note_answer(log.since(0, 0).next.saturating_sub(1 + back), answer));
        }
        Act::ClearLog => drop(cluster.clear_requests()),
        Act::ChangeAvailability => {
            let answers = |body: CannedBody| Availability::Answers(CannedAnswer { http_status: 503, body });
            let next = match cluster.availability() {
                Availability::Available => Availability::Silent,
                Availability::Silent => answers(CannedBody::Error { code: "Down".into(), message: "It is down".into() }),
                Availability::Answers(CannedAnswer { body: CannedBody::Error { .. }, .. }) => {
                    answers(CannedBody::Json(json!({"message": null})))
                }
                _ => Availability::Available,
            };
            cluster.engine().set_availability(next);
        }
        Act::Restart => cluster.restart(),
        Act::ChangeRole => cluster.set_role(match cluster.instance().role {
            Role::Writer => Role::Reader,
            Role::Reader => Role::Writer,
        }),
    }
}

/// A cluster made from the scenario of another.
pub(super) fn played_back(text: &str) -> Cluster {
    let scenario = Scenario::parse("copied.yaml", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Cluster::without_port(scenario.cluster_spec(ClockKind::Manual)).unwrap()
}

/// The comments at the beginning of a copied scenario, without the line that heads them.
pub(super) fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("# - ")).collect()
}
