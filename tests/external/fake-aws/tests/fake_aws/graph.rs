//! The graph of the cluster: counted and removed by the seven statements, and by nothing else.

use axum::http::Request;
use neptune_fake_aws::Left;
use neptune_live::{IdPrefix, RunGraph, Statement};
use rstest::rstest;
use serde_json::json;

use crate::{Asker, KEY_ID, KNOWN, RUN, Rehearsal, SECRET};

#[tokio::test]
async fn statements_of_a_run_are_counted_until_they_are_removed() {
    let rehearsal = Rehearsal::begin().await;
    let graph = RunGraph::of(&RUN.parse().unwrap());
    let count = Statement::CountGraph(graph.clone());
    assert_eq!(rehearsal.count(&count).await, 0);
    let load = rehearsal.load("valid", "nquads").await;
    rehearsal.ended(&load).await;
    assert_eq!(rehearsal.count(&count).await, 10);
    assert_eq!(rehearsal.fake_aws.left().await.unwrap().statements, 10);
    let removed = rehearsal.say(&Statement::DropGraph(graph)).await;
    assert_eq!(removed[0]["type"], "UpdateEvent");
    assert_eq!(rehearsal.count(&count).await, 0);
    assert_eq!(rehearsal.fake_aws.left().await.unwrap().statements, 0);
    // The simulator's graph forgets nothing: what is loaded again is a duplicate there, and adds nothing.
    let again = rehearsal.load("again/valid", "nquads").await;
    assert_eq!(rehearsal.ended(&again).await["overallStatus"]["totalDuplicates"], 10);
    assert_eq!(rehearsal.count(&count).await, 0);
}

#[tokio::test]
async fn vertices_of_a_run_are_removed_ten_thousand_at_a_time() {
    let rehearsal = Rehearsal::begin().await;
    let ids = IdPrefix::of(&RUN.parse().unwrap());
    let load = rehearsal.load("large", "csv").await;
    rehearsal.ended(&load).await;
    for left in [50_000, 40_000, 30_000, 20_000, 10_000, 0] {
        assert_eq!(rehearsal.count(&Statement::CountRunNodes(ids.clone())).await, left);
        assert_eq!(rehearsal.fake_aws.left().await.unwrap().vertices, left);
        assert_eq!(rehearsal.say(&Statement::DeleteNodes(ids.clone())).await, json!({"results": []}));
    }
    let objects = rehearsal.fake_aws.left().await.unwrap().objects;
    assert_eq!(rehearsal.fake_aws.left().await.unwrap(), Left { objects, ..Left::default() });
}

#[tokio::test]
async fn other_runs_have_nothing_of_it() {
    let rehearsal = Rehearsal::begin().await;
    let load = rehearsal.load("valid", "nquads").await;
    rehearsal.ended(&load).await;
    let other = "20261122-073000-000000".parse().unwrap();
    assert_eq!(rehearsal.count(&Statement::CountGraph(RunGraph::of(&other))).await, 0);
    rehearsal.say(&Statement::DropGraph(RunGraph::of(&other))).await;
    assert_eq!(rehearsal.fake_aws.left().await.unwrap().statements, 10);
}

#[tokio::test]
async fn what_others_have_in_the_cluster_is_counted_as_far_as_one_more() {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_foreign_statements(7);
    rehearsal.fake_aws.world().set_foreign_vertices(200);
    assert_eq!(rehearsal.count(&Statement::CountStatements { max_existing: 100 }).await, 7);
    assert_eq!(rehearsal.count(&Statement::CountNodes { max_existing: 100 }).await, 101);
    assert_eq!(rehearsal.count(&Statement::CountNodes { max_existing: u32::MAX }).await, 200);
    let load = rehearsal.load("valid", "nquads").await;
    rehearsal.ended(&load).await;
    assert_eq!(rehearsal.count(&Statement::CountStatements { max_existing: 100 }).await, 17);
}

#[rstest]
#[case::everything("/sparql", "update", "DROP ALL")]
#[case::another_graph("/sparql", "update", "DROP SILENT GRAPH <urn:of-others>")]
#[case::a_question_as_an_update("/sparql", "update", "ASK { GRAPH <urn:neptune-harness:consent> { ?s ?p ?o } }")]
#[case::all_vertices("/openCypher", "query", "MATCH (n) DETACH DELETE n")]
#[case::another_language("/openCypher", "query", "ASK { GRAPH <urn:neptune-harness:consent> { ?s ?p ?o } }")]
#[case::more_than_a_statement("/sparql", "query", "ASK { GRAPH <urn:neptune-harness:consent> { ?s ?p ?o } } ")]
#[tokio::test]
async fn anything_else_is_not_understood(#[case] path: &str, #[case] field: &str, #[case] text: &str) {
    let rehearsal = Rehearsal::begin().await;
    let (http, body) = rehearsal.post(path, field, text).await;
    assert_eq!((http, body["code"].as_str()), (400, Some("MalformedQueryException")), "{body}");
    assert!(body["detailedMessage"].is_string() && body["requestId"].is_string(), "{body}");
}

const FORM: &str = "application/x-www-form-urlencoded";
const CONSENT: &str = "query=ASK+%7B+GRAPH+%3Curn%3Aneptune-harness%3Aconsent%3E+%7B+%3Fs+%3Fp+%3Fo+%7D+%7D";

#[rstest]
#[case::signed_as_a_form(Some(KNOWN), FORM, 200)]
#[case::not_signed(None, FORM, 403)]
#[case::with_another_key(Some(["AKIAOTHER", SECRET, "eu-west-1"]), FORM, 403)]
#[case::with_another_secret(Some([KEY_ID, "guessed", "eu-west-1"]), FORM, 403)]
#[case::for_another_region(Some([KEY_ID, SECRET, "us-east-1"]), FORM, 403)]
#[case::as_something_else(Some(KNOWN), "application/json", 400)]
#[tokio::test]
async fn a_statement_has_to_be_signed_and_sent_as_a_form(
    #[case] asker: Option<Asker<'_>>,
    #[case] content_type: &str,
    #[case] status: u16,
) {
    let rehearsal = Rehearsal::begin().await;
    let request = Request::post("/sparql").header("content-type", content_type);
    let (http, body) = rehearsal.ask_signed(asker, request, CONSENT.to_owned()).await;
    assert_eq!(http, status, "{body}");
    let code = [(403, "AccessDeniedException"), (400, "BadRequestException")].iter().find(|(error, _)| *error == status);
    assert_eq!(body["code"].as_str(), code.map(|(_, code)| *code), "{body}");
}

#[tokio::test]
async fn a_key_that_has_expired_signs_no_statement() {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_credentials_expired(true);
    let request = Request::post("/sparql").header("content-type", FORM);
    assert_eq!(rehearsal.ask(request, CONSENT.to_owned()).await.0, 403);
}

#[rstest]
#[case::no_form("GET", "/sparql")]
#[case::a_longer_path("POST", "/sparql/status")]
#[case::another_language("POST", "/gremlin")]
#[tokio::test]
async fn the_simulator_answers_whatever_is_no_statement(#[case] method: &str, #[case] path: &str) {
    let rehearsal = Rehearsal::begin().await;
    let (http, body) = rehearsal.ask(Request::builder().method(method).uri(path), String::new()).await;
    assert_eq!(http, 400, "{body}");
    assert!(body["detailedMessage"].as_str().unwrap().contains(path), "{body}");
}
