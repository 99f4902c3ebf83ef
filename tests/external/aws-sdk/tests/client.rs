//! AWS's SDK for Rust, with the HTTP connector that live runs have, against the simulator.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

/// The simulator that the clients of the root workspace call.
#[path = "../../../it/clients/neptune.rs"]
mod neptune;
/// What each of them must have understood.
#[path = "../../../it/clients/seen.rs"]
mod seen;

use std::fmt::Debug;
use std::fs;
use std::time::Duration;

use aws_sdk_neptunedata::Client;
use aws_sdk_neptunedata::config::retry::RetryConfig;
use aws_sdk_neptunedata::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_neptunedata::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_neptunedata::operation::get_loader_job_status::GetLoaderJobStatusOutput;
use aws_sdk_neptunedata::operation::list_loader_jobs::ListLoaderJobsOutput;
use aws_sdk_neptunedata::operation::start_loader_job::StartLoaderJobOutput;
use aws_sdk_neptunedata::operation::start_loader_job::builders::StartLoaderJobFluentBuilder;
use aws_sdk_neptunedata::types::{Format, LoaderIdResult, Mode, Parallelism, S3BucketRegion};
use aws_smithy_types::{Document, Number};
use neptune_aws_sdk::http_client;
use rstest::rstest;
use serde_json::{Value, json};

use crate::neptune::{Asked, Endpoint, Face, KEYS, Neptune, STANDARD_RETRIES};

#[rstest]
#[case::http(Face::Http)]
#[case::tls(Face::Tls)]
#[case::iam(Face::Iam)]
#[tokio::test]
async fn the_aws_sdk_starts_reads_lists_and_cancels_loads(#[case] face: Face) {
    let neptune = Neptune::start(face).await;
    let client = client(&neptune.endpoint, RetryConfig::disabled());
    seen::assert_understood(&make_calls(&client).await);
}

#[tokio::test]
async fn the_aws_sdk_asks_again_as_the_model_tells_it_to() {
    let asked = Asked::of_all().await;
    for endpoint in asked.endpoints() {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        client(endpoint, retries).get_loader_job_status().load_id("unheard-of").send().await.unwrap_err();
    }
    assert_eq!(asked.counts(), STANDARD_RETRIES);
}

#[tokio::test]
async fn the_aws_sdk_hears_that_its_key_is_wrong() {
    let neptune = Neptune::start(Face::Iam).await;
    let endpoint = Endpoint { keys: (KEYS.0, "another secret"), ..neptune.endpoint.clone() };
    let refused = reported(client(&endpoint, RetryConfig::disabled()).list_loader_jobs().send().await, list_json);
    // The model lists no such error for the calls of the loader.
    assert_eq!((&refused["raised"], &refused["http"]), (&json!("Unhandled"), &json!(403)), "{refused}");
}

async fn make_calls(client: &Client) -> Value {
    let status = |load: &str| client.get_loader_job_status().load_id(load);
    let cancel = async |load: &str| {
        reported(client.cancel_loader_job().load_id(load).send().await, |answer| json!({"status": answer.status()}))
    };
    let list = || client.list_loader_jobs();
    let engine = reported(client.get_engine_status().send().await, |answer| json!({"status": answer.status()}));
    let started = start(client).fail_on_error(false).parser_configuration("allowEmptyStrings", "true");
    let started = reported(started.send().await, start_json);
    let busy = reported(start(client).send().await, start_json);
    let odd_mode = reported(start(client).mode(Mode::from("FRESH")).send().await, start_json);
    let running = started["payload"]["loadId"].as_str().unwrap_or_default();
    let queued =
        start(client).queue_request(true).mode(Mode::New).parallelism(Parallelism::Oversubscribe).dependencies(running);
    let queued = reported(queued.send().await, start_json);
    let waiting = queued["payload"]["loadId"].as_str().unwrap_or_default();
    json!({
        "engine": engine, "started": started, "busy": busy, "odd_mode": odd_mode, "queued": queued,
        "running": reported(status(running).details(true).errors(true).page(1).errors_per_page(3).send().await, status_json),
        "waiting": reported(status(waiting).send().await, status_json),
        "broken": reported(status("broken").details(true).errors(true).page(2).errors_per_page(3).send().await, status_json),
        "all": reported(list().send().await, list_json),
        "without_waiting": reported(list().include_queued_loads(false).send().await, list_json),
        "newest": reported(list().limit(1).send().await, list_json),
        "odd_limit": reported(list().limit(500).send().await, list_json),
        "cancelled": cancel(waiting).await,
        "afterwards": reported(status(waiting).send().await, status_json),
        "unknown": reported(status("unheard-of").send().await, status_json),
        "cancelled_unknown": cancel("unheard-of").await,
    })
}

fn start(client: &Client) -> StartLoaderJobFluentBuilder {
    client
        .start_loader_job()
        .source("s3://neptune-loads/people/")
        .format(Format::Csv)
        .s3_bucket_region(S3BucketRegion::UsEast1)
        .iam_role_arn("arn:aws:iam::123456789012:role/NeptuneLoadFromS3")
}

fn start_json(answer: &StartLoaderJobOutput) -> Value {
    json!({"status": answer.status(), "payload": answer.payload()})
}

fn status_json(answer: &GetLoaderJobStatusOutput) -> Value {
    json!({"status": answer.status(), "payload": document_json(answer.payload())})
}

fn list_json(answer: &ListLoaderJobsOutput) -> Value {
    let ids = answer.payload().map(LoaderIdResult::load_ids);
    json!({"status": answer.status(), "payload": {"loadIds": ids}})
}

fn document_json(document: &Document) -> Value {
    match document {
        Document::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), document_json(value))).collect(),
        Document::Array(values) => values.iter().map(document_json).collect(),
        Document::Number(Number::PosInt(number)) => json!(number),
        Document::Number(Number::NegInt(number)) => json!(number),
        Document::Number(Number::Float(number)) => json!(number),
        Document::String(text) => json!(text),
        Document::Bool(flag) => json!(flag),
        Document::Null => Value::Null,
    }
}

/// The outcome of a call. An error is named by its type, so that one that the SDK does not know shows as `Unhandled`.
fn reported<O, E: ProvideErrorMetadata + Debug>(result: Result<O, SdkError<E>>, answer: impl Fn(&O) -> Value) -> Value {
    match result {
        Ok(output) => answer(&output),
        Err(SdkError::ServiceError(error)) => {
            let name = format!("{:?}", error.err());
            json!({"raised": name.split('(').next(), "http": error.raw().status().as_u16(), "text": error.err().message()})
        }
        Err(error) => json!(format!("{error:?}")),
    }
}

fn client(endpoint: &Endpoint, retries: RetryConfig) -> Client {
    let (key, secret) = endpoint.keys;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&endpoint.url)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(key, secret, None, None, "test"))
        .retry_config(retries)
        .http_client(http_client(https(endpoint)));
    Client::from_conf(config.build())
}

/// Speaks TLS only with a server whose certificate the endpoint's authority has signed.
fn https(endpoint: &Endpoint) -> reqwest::Client {
    // An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authorities = endpoint.ca_file.iter().map(|file| reqwest::Certificate::from_pem(&fs::read(file).unwrap()).unwrap());
    reqwest::Client::builder().no_proxy().tls_certs_only(authorities).build().unwrap()
}
