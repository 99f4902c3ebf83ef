//! The requests of public clients that speak HTTP themselves, to the letter, and what they read of the answers.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Face, Neptune};

const ROLE: &str = "arn:aws:iam::123456789012:role/NeptuneLoadFromS3";

/// A client's way with the loader.
struct Habits {
    content_type: &'static str,
    start: Value,
    /// Asks for a status; `ID` stands for the load.
    status: &'static str,
    /// What it reads of a status, and cannot go on without.
    reads: &'static [&'static str],
    /// Cancels; `ID` stands for the load.
    cancel: Option<&'static str>,
}

fn graph_notebook() -> Habits {
    Habits {
        content_type: "application/json",
        start: json!({
            "source": "s3://bucket/people/", "format": "csv", "region": "us-east-1", "iamRoleArn": ROLE, "failOnError": "TRUE",
            "parallelism": "HIGH", "updateSingleCardinalityProperties": "FALSE", "queueRequest": "FALSE", "mode": "AUTO",
            "parserConfiguration": {"allowEmptyStrings": true}, "edgeOnlyLoad": "FALSE", "dependencies": [],
        }),
        status: "/loader?details=True&errors=False&page=1&errorsPerPage=10&loadId=ID",
        reads: &["/payload/overallStatus/status", "/payload/overallStatus/totalTimeSpent", "/payload/feedCount/0"],
        cancel: Some("/loader?loadId=ID"),
    }
}

/// Its parser configuration is empty unless a cell of the notebook says more.
fn graph_notebook_without_choices() -> Habits {
    let mut habits = graph_notebook();
    habits.start["parserConfiguration"] = json!({});
    habits
}

fn awswrangler() -> Habits {
    Habits {
        content_type: "application/json; charset=utf-8",
        start: json!({
            "source": "s3://bucket/people/", "format": "csv", "iamRoleArn": ROLE, "mode": "AUTO", "region": "us-east-1",
            "failOnError": "TRUE", "parallelism": "HIGH", "updateSingleCardinalityProperties": "FALSE", "queueRequest": "FALSE",
        }),
        status: "/loader/ID",
        reads: &["/payload/overallStatus/status"],
        cancel: None,
    }
}

fn neptune_python_utils() -> Habits {
    let parser = json!({
        "baseUri": "http://aws.amazon.com/neptune/default",
        "namedGraphUri": "http://aws.amazon.com/neptune/vocab/v01/DefaultNamedGraph",
    });
    Habits {
        content_type: "application/json",
        start: json!({
            "source": "s3://bucket/people/", "format": "csv", "iamRoleArn": ROLE, "mode": "AUTO", "region": "us-east-1",
            "failOnError": "FALSE", "parallelism": "OVERSUBSCRIBE", "parserConfiguration": parser,
            "updateSingleCardinalityProperties": "FALSE", "queueRequest": "FALSE", "dependencies": [],
        }),
        status: "/loader/ID?errors=FALSE&details=FALSE&page=1&errorsPerPage=10",
        reads: &["/payload/overallStatus/status", "/payload/overallStatus/totalRecords"],
        cancel: None,
    }
}

#[rstest]
#[case::graph_notebook(graph_notebook())]
#[case::graph_notebook_without_choices(graph_notebook_without_choices())]
#[case::awswrangler(awswrangler())]
#[case::neptune_python_utils(neptune_python_utils())]
#[tokio::test]
async fn a_public_client_gets_what_it_reads(#[case] habits: Habits) {
    let neptune = Neptune::start(Face::Http).await;
    let started = ask(&neptune, Method::POST, "/loader", Some((habits.content_type, &habits.start))).await;
    let id = started["payload"]["loadId"].as_str().unwrap_or_else(|| panic!("no id: {started}"));

    let status = ask(&neptune, Method::GET, &habits.status.replace("ID", id), None).await;
    assert_eq!(
        (&status["status"], &status["payload"]["overallStatus"]["status"]),
        (&json!("200 OK"), &json!("LOAD_IN_PROGRESS"))
    );
    for place in habits.reads {
        assert!(status.pointer(place).is_some_and(|value| !value.is_null()), "no {place}: {status}");
    }
    if let Some(cancel) = habits.cancel {
        let cancelled = ask(&neptune, Method::DELETE, &cancel.replace("ID", id), None).await;
        assert!(cancelled.as_object().is_some_and(|answer| !answer.is_empty()), "it tests the JSON for truth: {cancelled}");
    } else {
        neptune.sim.first().advance(Duration::from_mins(5)).unwrap();
        let status = ask(&neptune, Method::GET, &habits.status.replace("ID", id), None).await;
        assert_eq!(status["payload"]["overallStatus"]["status"], "LOAD_COMPLETED", "{status}");
    }
    let list = ask(&neptune, Method::GET, "/loader", None).await;
    assert_eq!(list["payload"], json!({"loadIds": [id, "broken"]}));
}

#[rstest]
#[case::a_poller("/loader/broken?errors=TRUE", 5)]
#[case::a_notebook("/loader?details=True&errors=True&page=2&errorsPerPage=3&loadId=broken", 2)]
#[tokio::test]
async fn what_went_wrong_is_read_without_looking_first(#[case] target: &str, #[case] entries: usize) {
    let neptune = Neptune::start(Face::Http).await;
    let status = ask(&neptune, Method::GET, target, None).await;
    for counter in ["totalRecords", "insertErrors", "parsingErrors", "datatypeMismatchErrors", "totalTimeSpent"] {
        assert!(status["payload"]["overallStatus"][counter].is_u64(), "{counter}: {status}");
    }
    assert_eq!(status["payload"]["errors"]["errorLogs"].as_array().map(Vec::len), Some(entries), "{status}");
}

/// Asks as the client would, and gives the JSON of the answer, which must be a success.
async fn ask(neptune: &Neptune, method: Method, target: &str, body: Option<(&str, &Value)>) -> Value {
    // reqwest asks for a TLS provider even if it only ever speaks HTTP. An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let mut request = client.request(method, format!("{}{target}", neptune.endpoint.url));
    if let Some((content_type, body)) = body {
        request = request.header(CONTENT_TYPE, content_type).body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{target}: {status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{target}: {error}: {text}"))
}
