//! What is posted to `/sparql` and `/openCypher`: which users may send it, what answers it, and which arguments that gets.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use neptune_loader::LoadFormat;
use neptune_server::Proxy;
use neptune_server::upstream::{Upstream, UpstreamOptions};
use neptune_server::{
    Authentication, Availability, CannedAnswer, CannedBody, ClockKind, ClusterSetup, ClusterSpec, LoadTimeline, Queries, Sim,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{Answer, ask, ask_with};
use crate::key::{KEY_ID, SECRET, signed, signer};
use crate::{anywhere, spec, start_load};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Answers with what it was told.
#[derive(Debug)]
struct Echo;

impl Queries for Echo {
    fn answer(&self, loads: &[LoadTimeline], path: &str, form: &[(String, String)]) -> (u16, Value) {
        let reported = |load: &LoadTimeline| {
            let format = load.format.map(LoadFormat::as_str);
            json!([load.source, format, load.status().to_string(), load.records])
        };
        (203, json!({"loads": loads.iter().map(reported).collect::<Vec<_>>(), "path": path, "form": form}))
    }
}

fn answering(setup: impl Into<ClusterSetup>) -> ClusterSetup {
    ClusterSetup { queries: Some(Arc::new(Echo)), ..setup.into() }
}

async fn started(setup: impl Into<ClusterSetup>) -> Sim {
    Sim::start(setup, anywhere()).await.unwrap()
}

async fn post(sim: &Sim, path: &str, form: &str) -> Answer {
    ask_with(sim.first().address(), "POST", path, &[FORM], form).await
}

/// Posts as a client with a key.
async fn post_signed(sim: &Sim, path: &str, form: &str) -> Answer {
    let signature = signed(&signer(None), ("POST", path), "localhost", form, SystemTime::now());
    let signature = signature.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers: Vec<_> = signature.chain([("Host", "localhost"), FORM]).collect();
    ask_with(sim.first().address(), "POST", path, &headers, form).await
}

#[tokio::test]
async fn the_form_and_the_loads_as_they_are_now_are_handed_on() {
    let sim = started(answering(spec("first"))).await;
    assert_eq!(start_load(sim.first(), "s3://bucket/in/", true).await.status, 200);
    sim.first().advance(Duration::from_secs(1)).unwrap();
    let answer = post(&sim, "/sparql", "query=SELECT+*%20%7B%7D&x=").await;
    assert_eq!((answer.status, answer.header("content-type")), (203, Some("application/json")));
    let loads =
        json!([["s3://bucket/domain/", null, "LOAD_IN_PROGRESS", 5], ["s3://bucket/in/", "csv", "LOAD_IN_PROGRESS", 2],]);
    assert_eq!(answer.json(), json!({"loads": loads, "path": "/sparql", "form": [["query", "SELECT * {}"], ["x", ""]]}));
    let answer = post(&sim, "/openCypher/", "query=x").await;
    assert_eq!(answer.json()["path"], "/openCypher");
    assert_eq!(sim.first().requests().requests.last().unwrap().evidence, None, "nobody says that Neptune answers so");
}

#[rstest]
#[case::nobody_answers(ClusterSpec::new("first", ClockKind::Manual), "POST", "/sparql")]
#[case::no_form(answering(ClusterSpec::new("first", ClockKind::Manual)), "GET", "/sparql")]
#[case::a_longer_path(answering(ClusterSpec::new("first", ClockKind::Manual)), "POST", "/sparql/status")]
#[case::another_language(answering(ClusterSpec::new("first", ClockKind::Manual)), "POST", "/gremlin")]
#[tokio::test]
async fn everything_else_is_still_not_simulated(
    #[case] spec: impl Into<ClusterSetup>,
    #[case] method: &str,
    #[case] path: &str,
) {
    let sim = started(spec).await;
    let answer = ask_with(sim.first().address(), method, path, &[FORM], "query=x").await;
    let unknown = ask(sim.first().address(), "GET", "/elsewhere").await;
    assert_eq!((answer.status, &answer.json()["code"]), (unknown.status, &unknown.json()["code"]), "{}", answer.body);
}

#[rstest]
#[case::a_query("/sparql", "query=SELECT+1", "ReadDataViaQuery")]
#[case::a_query_about_erasing("/sparql", "query=DELETE", "ReadDataViaQuery")]
#[case::an_update_that_adds("/sparql", "update=INSERT+DATA+%7B%3Ca%3E+%3Cb%3E+%27DELETE%27%7D", "WriteDataViaQuery")]
#[case::an_update("/sparql", "update=DROP+GRAPH+%3Curn%3Ax%3E", "DeleteDataViaQuery")]
#[case::both("/sparql", "query=x&update=y", "DeleteDataViaQuery")]
#[case::a_match("/openCypher", "query=MATCH+(n)+RETURN+n", "ReadDataViaQuery")]
#[case::an_erasing_match("/openCypher", "query=MATCH+(n)+DETACH+DELETE+n", "DeleteDataViaQuery")]
#[case::creating("/openCypher", "query=CREATE+(n)", "WriteDataViaQuery")]
#[case::merging("/openCypher", "query=MERGE+(n%3AA)", "WriteDataViaQuery")]
#[case::setting("/openCypher", "query=MATCH+(n)+SET+n.a%3D1", "WriteDataViaQuery")]
#[case::removing("/openCypher", "query=MATCH+(n)+REMOVE+n.a", "DeleteDataViaQuery")]
#[case::a_property_about_erasing("/openCypher", "query=MATCH+(n)+WHERE+n.deleted+RETURN+n.set", "ReadDataViaQuery")]
#[case::a_string_about_erasing("/openCypher", "query=MATCH+(n)+RETURN+%27DELETE+n%27+AS+t", "ReadDataViaQuery")]
#[case::in_lower_case("/openCypher", "query=MATCH+(n)+delete+n", "DeleteDataViaQuery")]
#[tokio::test]
async fn a_key_needs_the_action_that_the_form_takes(#[case] path: &str, #[case] form: &str, #[case] action: &str) {
    let other = if action == "ReadDataViaQuery" { "DeleteDataViaQuery" } else { "ReadDataViaQuery" };
    for (allowed, status) in [(action, 203), (other, 403)] {
        let keys = json!([{"id": KEY_ID, "secret": SECRET, "allow": [format!("neptune-db:{allowed}")]}]);
        let authentication: Authentication = serde_json::from_value(json!({"keys": keys})).unwrap();
        let sim = started(answering(ClusterSpec { authentication, strict: true, ..spec("first") })).await;
        let answer = post_signed(&sim, path, form).await;
        assert_eq!(answer.status, status, "{allowed}: {}", answer.body);
        if status == 403 {
            assert!(answer.body.contains(&format!("neptune-db:{action}")), "{}", answer.body);
        }
        assert_eq!(post(&sim, path, form).await.status, 403, "nobody signed it");
    }
}

#[tokio::test]
async fn a_statement_that_adds_and_erases_takes_both_actions() {
    let form = "query=MATCH+(n)+SET+n.a%3D1+WITH+n+DELETE+n";
    for (allow, status) in [(vec!["Write*"], 403), (vec!["Delete*"], 403), (vec!["Write*", "Delete*"], 203), (vec!["*"], 203)] {
        let allow: Vec<String> = allow.iter().map(|name| format!("neptune-db:{name}")).collect();
        let keys = json!([{"id": KEY_ID, "secret": SECRET, "allow": allow}]);
        let authentication: Authentication = serde_json::from_value(json!({"keys": keys})).unwrap();
        let sim = started(answering(ClusterSpec { authentication, ..spec("first") })).await;
        assert_eq!(post_signed(&sim, "/openCypher", form).await.status, status, "{allow:?}");
    }
}

#[tokio::test]
async fn strict_mode_takes_signed_forms_only() {
    let sim = started(answering(ClusterSpec { strict: true, ..spec("first") })).await;
    assert_eq!(post_signed(&sim, "/sparql", "query=x").await.status, 203);
    let unsigned = post(&sim, "/sparql", "query=x").await;
    assert!(unsigned.status == 403 && unsigned.body.contains("the request is not signed"), "{}", unsigned.body);
    let headers = [("Authorization", "AWS4-HMAC-SHA256 Credential=x"), ("Content-Type", "application/json")];
    let json = ask_with(sim.first().address(), "POST", "/sparql", &headers, "{}").await;
    assert!(json.status == 400 && json.body.contains("the body does not say that it is a form"), "{}", json.body);
}

#[tokio::test]
async fn availability_and_faults_come_first() {
    let sim = started(answering(spec("first"))).await;
    let fault = json!({"on": {"request": 1}, "does": {"error": "ThrottlingException"}});
    sim.first().add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
    assert_ne!(post(&sim, "/sparql", "query=x").await.status, 203);
    assert_eq!(post(&sim, "/sparql", "query=x").await.status, 203);
    let away = CannedAnswer { http_status: 503, body: CannedBody::Json(json!({})) };
    sim.first().set_availability(Availability::Answers(away)).await.unwrap();
    assert_eq!(post(&sim, "/sparql", "query=x").await.status, 503);
}

#[tokio::test]
async fn a_proxy_passes_a_form_on_and_asks_nobody_here() {
    let behind = started(spec("behind")).await;
    let upstream = Upstream::new(UpstreamOptions::new(behind.endpoint().parse().unwrap())).unwrap();
    let sim =
        started(answering(ClusterSetup { proxy: Some(Proxy { upstream, recorder: None }), ..spec("first").into() })).await;
    assert_ne!(post(&sim, "/sparql", "query=x").await.status, 203);
    assert_eq!(behind.first().requests().requests.len(), 1);
}
