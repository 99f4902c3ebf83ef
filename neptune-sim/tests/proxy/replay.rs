//! A session is recorded, turned into a scenario, and replayed: clients then see the same answers.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use neptune_server::record::{Body, Recorder, Recording};
use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, Fault, Sim};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::exchange;
use crate::running::{program, text};
use crate::setup::{anywhere, options, spec};

/// The scenario that the program makes of a recording.
fn scenario(recording: &Path) -> String {
    let output = program().arg("scenario").arg(recording).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// What a client does.
#[derive(Clone, Debug)]
enum Deed {
    /// Asks for one of the loads that it knows.
    Status(prop::sample::Index),
    List,
    Start {
        queue: bool,
    },
    Cancel(prop::sample::Index),
    Absent,
    Engine,
}

/// A session: the cluster, what goes wrong on the way to it, and what the client does with how much time between.
#[derive(Clone, Debug)]
struct Session {
    given: Value,
    faults: Vec<Value>,
    deeds: Vec<(u64, Deed)>,
}

/// What a client sees: an HTTP status and a body, or nothing.
type Seen = Option<(u16, Value)>;

fn lifecycle(rule: bool) -> impl Strategy<Value = Vec<String>> {
    let stages = (
        0..4_u64,
        0..3_u64,
        1..9_u64,
        prop::sample::select(vec!["LOAD_COMPLETED", "LOAD_FAILED", "LOAD_CANCELLED_DUE_TO_ERRORS", ""]),
    );
    stages.prop_map(move |(queued, waiting, runs, end)| {
        let mut words = Vec::new();
        if queued > 0 && !rule {
            words.push(format!("LOAD_IN_QUEUE {queued}s"));
        }
        if waiting > 0 {
            words.push(format!("LOAD_NOT_STARTED {waiting}s"));
        }
        match end {
            "" => words.push("LOAD_IN_PROGRESS".to_owned()),
            end => words.extend([format!("LOAD_IN_PROGRESS {runs}s"), end.to_owned()]),
        }
        words
    })
}

prop_compose! {
    fn load(rule: bool)(
        lifecycle in lifecycle(rule), files in 3..6_u64, records in 1..100_u64, duplicates in 0..3_u64, retries in 0..3_u64,
        errors in prop::collection::vec((0..3_usize, 0..3_usize, 0..5_u64, 1..4_u64), 0..4),
    ) -> Value {
        let codes = ["PARSING_ERROR", "FROM_OR_TO_VERTEX_ARE_MISSING", "S3_ACCESS_DENIED_ERROR"];
        let errors: Vec<Value> = errors.into_iter().map(|(code, file, record, times)| {
            // Only errors of parsing name the record.
            let record = if code == 0 { record } else { 0 };
            json!({"code": codes[code], "message": "Record has more columns than header", "file": format!("f{file}.csv"), "record": record, "times": times})
        }).collect();
        // Only what has failed has errors to show.
        let has_failed = lifecycle.last().is_some_and(|end| end == "LOAD_FAILED" || end == "LOAD_CANCELLED_DUE_TO_ERRORS");
        let errors = if has_failed { errors } else { Vec::new() };
        json!({"lifecycle": lifecycle, "files": files, "records": records, "duplicates": duplicates, "retries": retries, "errors": errors})
    }
}

fn fault() -> impl Strategy<Value = Value> {
    let does = prop::sample::select(vec![
        json!("reset"),
        json!("hang_up"),
        json!("lost_answer"),
        json!("cut_body"),
        json!({"shape": "list"}),
        json!({"error": "TooManyRequestsException"}),
        json!({"error": {"code": "BadRequestException", "message": "No", "http": 400}}),
        json!({"gateway": 502}),
        json!({"gateway": {"http": 503, "body": "empty"}}),
        json!({"answer": {"http": 302, "headers": {"location": "http://127.0.0.1:1/"}}}),
        json!({"answer": {"http": 200, "json": {"status": "200 OK", "payload": null}}}),
    ]);
    let operation = prop::sample::select(vec!["status", "list", "start", "cancel"]);
    (does, operation, 1..6_u64)
        .prop_map(|(does, operation, nth)| json!({"does": does, "on": {"operation": operation, "request": nth}}))
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => any::<prop::sample::Index>().prop_map(Deed::Status),
        2 => Just(Deed::List),
        3 => any::<bool>().prop_map(|queue| Deed::Start { queue }),
        1 => any::<prop::sample::Index>().prop_map(Deed::Cancel),
        1 => Just(Deed::Absent),
        1 => Just(Deed::Engine),
    ]
}

prop_compose! {
    fn session()(
        scripted in prop::collection::vec(load(false), 0..4),
        rules in prop::collection::vec(load(true), 6),
        faults in prop::collection::vec(fault(), 0..4),
        deeds in prop::collection::vec((0..2500_u64, deed()), 1..30),
    ) -> Session {
        let loads: BTreeMap<String, Value> = scripted.into_iter().enumerate().map(|(nth, load)| {
            let mut load = load;
            load["source"] = format!("s3://mine/scripted-{nth}/").into();
            (format!("my-load-{nth}"), load)
        }).collect();
        let rules: Vec<Value> = rules.into_iter().enumerate().map(|(nth, mut rule)| {
            rule["source"] = format!("s3://mine/started-{nth}/").into();
            rule
        }).collect();
        Session { given: json!({"loads": loads, "started_loads": rules}), faults, deeds }
    }
}

fn parsed(file: &str, text: &str) -> Scenario {
    Scenario::parse(file, text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Sends a request, and returns the outcome.
async fn ask(sim: &Sim, method: &str, target: &str, body: Option<&Value>) -> Seen {
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = exchange(sim.first().address(), format!("{head}{body}").as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    if body.len() < length {
        return None;
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or_else(|_| body.into())))
}

/// Runs a session through a recording proxy.
async fn record(session: &Session, path: &Path) -> Vec<Seen> {
    let text = json!({"name": "behind", "about": "", "given": session.given}).to_string();
    let behind = Sim::start(parsed("behind", &text).cluster_spec(ClockKind::Manual), anywhere()).await.unwrap();
    let options = options(behind.first().address());
    let recorder = Recorder::append(path, &options.address).unwrap();
    let proxy = Sim::start(spec(options, Some(recorder)), anywhere()).await.unwrap();
    for fault in &session.faults {
        proxy.first().add_fault(&serde_json::from_value::<Fault>(fault.clone()).unwrap()).unwrap();
    }
    let mut known: Vec<String> = session.given["loads"].as_object().unwrap().keys().cloned().collect();
    let (mut seen, mut started) = (Vec::new(), 0);
    for (millis, deed) in &session.deeds {
        for sim in [&behind, &proxy] {
            sim.first().advance(Duration::from_millis(*millis)).unwrap();
        }
        let one = |index: &prop::sample::Index| if known.is_empty() { "nobody".to_owned() } else { index.get(&known).clone() };
        let answer = match deed {
            Deed::Status(load) => {
                ask(&proxy, "GET", &format!("/loader/{}?details=TRUE&errors=TRUE&errorsPerPage=100", one(load)), None).await
            }
            Deed::List => ask(&proxy, "GET", "/loader", None).await,
            Deed::Start { queue } => {
                let source = format!("s3://mine/started-{started}/");
                started += 1;
                let start = json!({"source": source, "format": "csv", "iamRoleArn": "arn:aws:iam::210987654321:role/Mine", "region": "us-east-1", "queueRequest": queue});
                let answer = ask(&proxy, "POST", "/loader", Some(&start)).await;
                let id = answer.as_ref().and_then(|(_, body)| body.pointer("/payload/loadId")?.as_str());
                known.extend(id.map(str::to_owned));
                answer
            }
            Deed::Cancel(load) => ask(&proxy, "DELETE", &format!("/loader/{}", one(load)), None).await,
            Deed::Absent => ask(&proxy, "GET", "/loader/no-such-load", None).await,
            Deed::Engine => ask(&proxy, "GET", "/status", None).await,
        };
        seen.push(answer);
    }
    seen
}

/// Replays the requests of a recording on the cluster of the scenario that was made from it.
async fn replay(recording: &Recording, scenario: &str) -> Vec<Seen> {
    let sim = Sim::start(parsed("made", scenario).cluster_spec(ClockKind::Manual), anywhere()).await.unwrap();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let (mut seen, mut now) = (Vec::new(), Duration::ZERO);
    for exchange in &recording.exchanges {
        let at = Duration::from_secs_f64(exchange.at);
        sim.first().advance(at.saturating_sub(now)).unwrap();
        now = at;
        // What was started has another id now.
        let (path, query) = exchange.target.split_once('?').unwrap_or((&exchange.target, ""));
        let id = path.strip_prefix("/loader/").map(|id| ids.get(id).map_or(id, String::as_str));
        let path = id.map_or_else(|| path.to_owned(), |id| format!("/loader/{id}"));
        let body = exchange.body.as_ref().and_then(Body::json);
        let answer = ask(&sim, &exchange.method, &format!("{path}?{query}"), body).await;
        let id_of = |body: &Value| body.pointer("/payload/loadId").and_then(Value::as_str).map(str::to_owned);
        let recorded = exchange.answer.as_ref().and_then(|answer| id_of(answer.body.as_ref()?.json()?));
        let now_called = answer.as_ref().and_then(|(_, body)| id_of(body));
        ids.extend(recorded.zip(now_called));
        seen.push(answer);
    }
    seen
}

/// What does not depend on ids, names, and how much time has passed.
fn without_ids_and_times(seen: &Seen) -> Seen {
    let (http, body) = seen.as_ref()?;
    let mut body = body.clone();
    strip(&mut body);
    Some((*http, body))
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let word = fields.get("status").and_then(Value::as_str).unwrap_or_default();
            let is_under_way =
                ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS", "LOAD_CANCELLED_BY_USER"].contains(&word);
            if is_under_way {
                // How far it has come follows from the time that it takes in all.
                fields.retain(|key, _| !["totalRecords", "totalDuplicates"].contains(&key.as_str()));
            }
            let word = fields.get("overallStatus").and_then(|load| load["status"].as_str()).unwrap_or_default();
            if ["LOAD_IN_PROGRESS", "LOAD_NOT_STARTED", "LOAD_CANCELLED_BY_USER"].contains(&word) {
                fields.remove("feedCount");
            }
            for (key, field) in fields.iter_mut() {
                match key.as_str() {
                    "loadId" | "requestId" | "fullUri" | "fileName" | "message" | "detailedMessage" => *field = "...".into(),
                    "totalTimeSpent" | "startTime" => *field = 0.into(),
                    "loadIds" => *field = field.as_array().map_or(0, Vec::len).into(),
                    _ => strip(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_recorded_session_can_be_played_again(session in session()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.ndjson");
        let (recorded, made, replayed) = runtime.block_on(async {
            let recorded = record(&session, &path).await;
            let text = std::fs::read_to_string(&path).unwrap();
            let made = scenario(&path);
            let replayed = replay(&Recording::parse(&text).unwrap(), &made).await;
            (recorded, made, replayed)
        });
        prop_assert_eq!(recorded.len(), replayed.len());
        for (nth, (recorded, replayed)) in recorded.iter().zip(&replayed).enumerate() {
            let (one, other) = (without_ids_and_times(recorded), without_ids_and_times(replayed));
            prop_assert_eq!(one, other, "request {} of\n{}\n{}", nth, std::fs::read_to_string(&path).unwrap(), made);
        }
    }
}
