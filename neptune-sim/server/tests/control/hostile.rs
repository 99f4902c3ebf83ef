//! Whatever is sent to the control API, it says what is wrong and goes on.

use std::sync::LazyLock;

use neptune_control::Operation;
use neptune_server::{ClockKind, ClusterSpec, Sim};
use proptest::prelude::*;
use proptest::sample::select;
use rstest::rstest;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use super::agreement::assert_plain;
use crate::client::{Answer, ask, ask_with, exchange};
use crate::{anywhere, script, spec, start, started_id};

static DOCUMENT: LazyLock<Value> = LazyLock::new(neptune_server::openapi);
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SIM: LazyLock<Sim> = LazyLock::new(|| {
    RUNTIME.block_on(async {
        let sim = Sim::start(spec("first"), anywhere()).await.unwrap();
        sim.add_cluster(ClusterSpec::new("other", ClockKind::Manual)).await.unwrap();
        sim
    })
});

/// Words that mean something somewhere.
fn word() -> impl Strategy<Value = String> {
    let known: &'static [&'static str] = &[
        "advance",
        "wait",
        "set",
        "load",
        "until",
        "all_loads",
        "at",
        "id",
        "lifecycle",
        "source",
        "files",
        "records",
        "duplicates",
        "errors",
        "code",
        "message",
        "file",
        "record",
        "times",
        "undocumented_statuses",
        "answers",
        "http",
        "body",
        "unknown_id",
        "visible_after_seconds",
        "finished",
        "manual",
        "real",
        "scaled:4294967295",
        "5s",
        "36500d",
        "LOAD_IN_PROGRESS",
        "LOAD_IN_PROGRESS 36500d",
        "LOAD_COMPLETED",
        "domain-load",
        "silent",
        "available",
        "PARSING_ERROR",
        "name",
        "given",
        "loads",
    ];
    prop_oneof![4 => select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6)
                .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A body that would be taken, with one value in it replaced.
fn nearly_right(operation: Operation) -> BoxedStrategy<Value> {
    let method = operation.method().as_str().to_ascii_lowercase();
    let content = &DOCUMENT["paths"][operation.path()][method]["requestBody"]["content"]["application/json"];
    let examples: Vec<Value> =
        content["examples"].as_object().into_iter().flatten().map(|(_, example)| example["value"].clone()).collect();
    if examples.is_empty() {
        return anything().boxed();
    }
    let replaced = |(mut example, place, value): (Value, prop::sample::Index, Value)| {
        let places = pointers(&example, String::new());
        if let Some(old) = example.pointer_mut(&places[place.index(places.len())]) {
            *old = value;
        }
        example
    };
    (select(examples), any::<prop::sample::Index>(), anything()).prop_map(replaced).boxed()
}

/// The place of every value within a value.
fn pointers(value: &Value, here: String) -> Vec<String> {
    let inner: Vec<String> = match value {
        Value::Object(fields) => fields.iter().flat_map(|(key, field)| pointers(field, format!("{here}/{key}"))).collect(),
        Value::Array(items) => items.iter().enumerate().flat_map(|(n, item)| pointers(item, format!("{here}/{n}"))).collect(),
        _ => Vec::new(),
    };
    [here].into_iter().chain(inner).collect()
}

fn request() -> impl Strategy<Value = (Operation, String, String)> {
    // A stream of events has no end.
    let ending: Vec<Operation> =
        Operation::ALL.iter().copied().filter(|operation| *operation != Operation::StreamEvents).collect();
    select(ending).prop_flat_map(|operation| {
        let cluster = select(vec!["first", "other", "other", "nobody", "%ff", "%2e%2e"]);
        let load = select(vec!["domain-load", "x", "%00", "a%2Fb", "7", "99999999999999999999"]);
        let query = prop_oneof![
            3 => Just(String::new()),
            1 => (word(), word()).prop_map(|(key, value)| {
                format!("?{}", form_urlencoded::Serializer::new(String::new()).append_pair(&key, &value).finish())
            })
        ];
        let body = prop_oneof![2 => nearly_right(operation), 1 => anything()];
        (Just(operation), cluster, load, query, body).prop_map(|(operation, cluster, load, query, body)| {
            let path = operation.path().replace("{name}", cluster).replace("{id}", load).replace("{number}", load);
            (operation, path + &query, body.to_string())
        })
    })
}

fn send(method: &str, target: &str, body: &str) -> Answer {
    let first = SIM.first().address();
    RUNTIME.block_on(ask_with(first, method, target, &[], body))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_the_control_api_fail((operation, target, body) in request()) {
        let answer = send(operation.method().as_str(), &target, &body);
        prop_assert!(answer.status < 500, "{target} {body}: {} {}", answer.status, answer.body);
        if answer.status >= 400 {
            assert_plain(&answer.json(), &json!([target, body]));
        }
    }
}

/// A state with two started loads and a scripted one.
static STATE: LazyLock<Value> = LazyLock::new(|| {
    RUNTIME.block_on(async {
        let sim = start().await;
        started_id(sim.first(), "s3://b/1/").await;
        started_id(sim.first(), "s3://b/2/").await;
        ask(sim.first().address(), "GET", "/_sim/clusters/first/state").await.json()
    })
});

/// The state with one value in it replaced: by anything, or by a number that is hard to count with.
fn broken_state() -> impl Strategy<Value = Value> {
    let numbers = prop_oneof![Just(0), Just(1), Just(u64::MAX), any::<u64>()].prop_map(Value::from);
    let value = prop_oneof![3 => numbers, 1 => anything(), 1 => Just(json!([]))];
    (any::<prop::sample::Index>(), value).prop_map(|(place, value)| {
        let mut state = STATE.clone();
        let places = pointers(&state, String::new());
        if let Some(old) = state.pointer_mut(&places[place.index(places.len())]) {
            *old = value;
        }
        state
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_state_is_refused_or_can_be_lived_with(state in broken_state()) {
        let put = send("PUT", "/_sim/clusters/broken/state", &state.to_string());
        prop_assert!(put.status < 500, "{state}: {} {}", put.status, put.body);
        if put.status >= 400 {
            assert_plain(&put.json(), &state);
            return Ok(());
        }
        let cluster = SIM.cluster("broken").unwrap();
        send("PUT", "/_sim/clusters/broken/availability", r#""available""#);
        send("POST", "/_sim/clusters/broken/clock", r#"{"set": "manual"}"#);
        for body in [r#"{"advance": "1s"}"#, r#"{"wait": {"all_loads": "finished"}}"#, r#"{"advance": "36500d"}"#] {
            let moved = send("POST", "/_sim/clusters/broken/clock", body);
            prop_assert!(moved.status < 500, "{state}: {}", moved.body);
            for id in cluster.timeline().iter().map(|load| load.id.clone()) {
                let path = format!("/loader/{}?details=TRUE&errors=TRUE", form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect::<String>());
                let read = RUNTIME.block_on(ask(cluster.address(), "GET", &path));
                prop_assert!(read.status < 500, "{state}: {}", read.body);
            }
        }
        for (method, path) in [("GET", "/status"), ("GET", "/loader"), ("POST", "/loader?source=s3://b/3/&format=csv&iamRoleArn=r&region=us-east-1&queueRequest=TRUE")] {
            let answer = RUNTIME.block_on(ask(cluster.address(), method, path));
            prop_assert!(answer.status < 500 || state["loader"]["health"] != json!("Healthy"), "{state}: {}", answer.body);
        }
        prop_assert_eq!(send("GET", "/_sim/clusters/broken/state", "").status, 200);
    }
}

#[tokio::test]
async fn deep_and_long_bodies_are_refused() {
    let sim = start().await;
    let deep = "[".repeat(100_000);
    let long = json!({"id": "x", "lifecycle": vec!["LOAD_IN_PROGRESS 1s"; 5000]}).to_string();
    let many = json!({"lifecycle": ["LOAD_FAILED"], "undocumented_statuses": vec!["x"; 100_000]}).to_string();
    let takes_a_body = |operation: &&Operation| {
        let method = operation.method().as_str().to_ascii_lowercase();
        DOCUMENT["paths"][operation.path()][method].get("requestBody").is_some()
    };
    for operation in Operation::ALL.iter().filter(takes_a_body) {
        let path = operation.path().replace("{name}", "first").replace("{id}", "domain-load");
        for body in [&deep, &long, &many] {
            let answer = ask_with(sim.first().address(), operation.method().as_str(), &path, &[], body).await;
            assert!((400..500).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
            assert!(answer.body.len() < 4096, "{path}: {} bytes", answer.body.len());
        }
    }
}

#[rstest]
#[case::none("GET /_sim HTTP/1.0\r\n\r\n", "400", "the request has no Host header", "such as `Host: localhost:8182`")]
#[case::unreadable(
    "GET /_sim HTTP/1.0\r\nHost: h\u{f6}st\r\n\r\n",
    "400",
    "the Host header cannot be read",
    "such as `Host: localhost:8182`"
)]
#[case::a_web_pages(
    "GET /_sim HTTP/1.0\r\nHost: evil.example\r\n\r\n",
    "403",
    "the Host header names `evil.example`, which could be a web page's",
    "use an IP address"
)]
#[tokio::test]
async fn who_names_no_host_learns_what_is_missing(
    #[case] request: &str,
    #[case] status: &str,
    #[case] error: &str,
    #[case] hint: &str,
) {
    let sim = start().await;
    let answer = exchange(sim.first().address(), request.as_bytes()).await;
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((answer.split(' ').nth(1), body["error"].as_str()), (Some(status), Some(error)), "{answer}");
    assert!(body["hint"].as_str().unwrap().contains(hint), "{answer}");
}

#[tokio::test]
async fn http_1_0_is_spoken_with_who_names_a_host() {
    let sim = start().await;
    let answer = exchange(sim.first().address(), b"GET /_sim HTTP/1.0\r\nHost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"), "{answer}");
}

// ---- how many loads there can be -----------------------------------------------------------------------------------------------

/// A scenario with the given number of loads, which never end.
fn scenario_with(loads: usize) -> String {
    let entries: Vec<String> = (0..loads).map(|load| format!("    l{load}: {{lifecycle: [LOAD_IN_QUEUE]}}\n")).collect();
    format!("name: many\nabout: Many loads\ngiven:\n  loads:\n{}", entries.concat())
}

#[tokio::test]
async fn a_posted_scenario_scripts_as_many_loads_as_may_be_open_and_no_more() {
    let sim = start().await;
    let add = async |loads| ask_with(sim.first().address(), "POST", "/_sim/clusters", &[], &scenario_with(loads)).await;
    let refused = add(257).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    let error = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("257 loads are too many: 256 are the most"), "{error}");
    assert!(
        error.starts_with("`given.loads`: ") && refused.json()["line"] == 4 && refused.json()["column"] == 3,
        "{}",
        refused.body
    );
    assert_eq!(add(256).await.status, 201);
    let one_more = r#"{"id": "x", "lifecycle": ["LOAD_IN_QUEUE"]}"#;
    let refused = ask_with(sim.first().address(), "POST", "/_sim/clusters/many/loads", &[], one_more).await;
    let error = "256 loads have not ended yet: cancel some, or let time pass";
    assert_eq!((refused.status, refused.json()["error"].as_str()), (409, Some(error)));
}

#[tokio::test]
async fn a_state_with_more_loads_than_are_remembered_is_refused() {
    let sim = start().await;
    let mut state = ask(sim.first().address(), "GET", "/_sim/clusters/first/state").await.json();
    let loads = state["loader"]["loads"].as_array_mut().unwrap();
    let one = loads[0].clone();
    loads.extend((1..1025).map(|number| {
        let mut load = one.clone();
        load["given"]["id"] = number.to_string().into();
        load
    }));
    let import = async |state: &serde_json::Value| {
        ask_with(sim.first().address(), "PUT", "/_sim/clusters/first/state", &[], &state.to_string()).await
    };
    let refused = import(&state).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("the state has 1025 loads: 1024 are the most")));
    state["loader"]["loads"].as_array_mut().unwrap().pop();
    assert_eq!(import(&state).await.status, 200);
    assert_eq!(sim.first().timeline().len(), 1024);
}

#[tokio::test]
async fn a_program_scripts_no_more_loads_than_are_remembered() {
    let sim = start().await;
    let scripts =
        |count: usize| (0..count).map(|load| (load.to_string().as_str().into(), script(&[("LOAD_IN_QUEUE", 0)]))).collect();
    let error = sim.add_cluster(ClusterSpec { scripts: scripts(1025), ..spec("a") }).await.unwrap_err();
    assert_eq!(error.to_string(), "1025 loads are scripted: 1024 are the most");
    sim.add_cluster(ClusterSpec { scripts: scripts(1024), ..spec("b") }).await.unwrap();
}
