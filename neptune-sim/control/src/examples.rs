//! Bodies of requests, as the OpenAPI document shows them. They are values of the types, so that they are always valid.

use serde_json::{Value, json};

use crate::{
    AccessKey, Authentication, Availability, CannedAnswer, CannedBody, ClusterState, Effect, ErrorAnswer, Fault,
    FaultOperation, Health, Iam, InstanceChange, LoadError, NewLoad, NewStart, Outcome, QuirkValue, QuirkValues, Role,
    StartClock, Target,
};

/// A scenario to begin with.
pub(crate) const SCENARIO: &str = "\
name: two-loads
about: One load that completes and one that waits
given:
  loads:
    domain-load:
      lifecycle: [LOAD_IN_PROGRESS 2s, LOAD_COMPLETED]
    prov-load:
      lifecycle: [LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS 1m, LOAD_COMPLETED]
";

/// The same kind of scenario, for programs.
pub(crate) fn scenario_as_json() -> Value {
    json!({
        "name": "one-load",
        "about": "One load that completes",
        "given": {"loads": {"domain-load": {"lifecycle": ["LOAD_IN_PROGRESS 2s", "LOAD_COMPLETED"]}}},
    })
}

pub(crate) fn a_start() -> NewStart {
    NewStart { source: "s3://my-bucket/people/".into(), format: Some("csv".into()), ..NewStart::default() }
}

pub(crate) fn availabilities() -> [(&'static str, Availability); 5] {
    let body = CannedBody::Error { code: "InternalFailureException".into(), message: "down".into() };
    [
        ("available", Availability::Available),
        ("refused", Availability::Refused),
        ("unreachable", Availability::Unreachable),
        ("silent", Availability::Silent),
        ("an_error", Availability::Answers(CannedAnswer { http_status: 500, body })),
    ]
}

/// Its loader is left out: it is not written by hand.
pub(crate) fn state() -> ClusterState {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let (start_clock, availability) = (StartClock::AtOnce, Availability::Available);
    ClusterState { version, clock: "manual".into(), start_clock, availability, strict: false, loader: json!({}) }
}

pub(crate) fn authentications() -> [(&'static str, Authentication); 2] {
    let key = AccessKey {
        allow: Some(vec!["neptune-db:Get*".to_owned()]),
        ..AccessKey::new("AKIAIOSFODNN7EXAMPLE", "a secret of your choice")
    };
    [("off", Authentication::OFF), ("on", Authentication::On(Iam { keys: vec![key], ..Iam::default() }))]
}

pub(crate) fn instance_changes() -> [(&'static str, InstanceChange); 2] {
    let recovers = InstanceChange { health: Some(Health::Recovery), rolling_back: Some(3), ..InstanceChange::default() };
    [("a_read_replica", InstanceChange { role: Some(Role::Reader), ..InstanceChange::default() }), ("it_recovers", recovers)]
}

pub(crate) fn faults() -> [(&'static str, Fault); 3] {
    let error = Effect::Error(ErrorAnswer::Code("InternalFailureException".into()));
    let on = Target { operation: Some(FaultOperation::Status), load: Some("domain-load".into()), ..Target::default() };
    let window = Fault { from: Some("5s".into()), until: Some("15s".into()), does: Some(Effect::Refuse), ..Fault::default() };
    [
        ("two_errors", Fault { on, fail: Some(2), does: Some(error), ..Fault::default() }),
        ("ten_seconds_refused", window),
        ("ready_made", Fault { ready: Some("failover".into()), ..Fault::default() }),
    ]
}

pub(crate) fn quirk_values() -> QuirkValues {
    let unknown_id = ("unknown_id".to_owned(), QuirkValue::Word("bad_request".into()));
    [unknown_id, ("visible_after_seconds".to_owned(), QuirkValue::Number(2))].into()
}

pub(crate) fn failing_load() -> NewLoad {
    NewLoad {
        id: "people".into(),
        source: Some("s3://bucket/people/".into()),
        lifecycle: vec!["LOAD_IN_PROGRESS 30s".into(), "LOAD_FAILED".into()],
        errors: vec![parsing_error()],
        ..NewLoad::default()
    }
}

pub(crate) fn outcomes() -> [(&'static str, Outcome); 2] {
    let fails =
        Outcome { lifecycle: Some(vec!["LOAD_FAILED".into()]), errors: Some(vec![parsing_error()]), ..Outcome::default() };
    let goes_on = vec!["LOAD_IN_PROGRESS 1m".into(), "LOAD_COMPLETED".into()];
    [("fails_now", fails), ("completes_in_a_minute", Outcome { lifecycle: Some(goes_on), ..Outcome::default() })]
}

fn parsing_error() -> LoadError {
    LoadError {
        code: "PARSING_ERROR".into(),
        message: "Could not parse the record".into(),
        file: "people.csv".into(),
        record: 7,
        times: None,
        counts_as: None,
        feed_status: None,
    }
}
