//! Loads that read objects of an S3 server: one that does as S3 does, and those that do otherwise. Whatever a server does, no file is lost
//! without a word.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use neptune_control::ControlClient;
use neptune_server::{ClockKind, ClusterSpec, S3, Sim};
use percent_encoding::percent_decode_str;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// In what a server differs from S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    None,
    /// A page is full, more follows, and there is no token.
    NoToken,
    /// A page is full, and it says that nothing follows.
    FullPageIsLast,
    /// The same, and it begins again if it is asked for what follows.
    BeginsAgain,
    /// The first page again, whatever the token is, and a token.
    SamePage,
    /// Each object stands twice on a page.
    Twice,
    /// Pages without an object, each with a token.
    EmptyPages,
    /// Pages in an order of its own, and tokens that are keys.
    OtherOrder,
    /// Lists and heads without `ETag`s.
    NoEtag,
    /// An object is another one each time it is asked for, whatever the request demands.
    ChangesAndIgnoresIfMatch,
    /// The same, and it refuses what the request demands.
    Changes,
    /// An object is gone when it is asked for.
    Deleted,
    /// It may not be read.
    Denied,
    /// The body ends early, and the head says so.
    Short,
    /// It knows no HEAD.
    NoHead,
}

struct Store {
    objects: BTreeMap<String, String>,
    oddity: Oddity,
    gets: Mutex<u64>,
}

impl Store {
    fn etag(&self, key: &str, time: u64) -> String {
        let changes = matches!(self.oddity, Oddity::ChangesAndIgnoresIfMatch | Oddity::Changes);
        format!("\"{}-{}\"", key.len(), if changes { time } else { 0 })
    }

    fn list(&self, query: &BTreeMap<String, String>) -> String {
        let (prefix, behind) = (&query["prefix"], query.get("continuation-token").or_else(|| query.get("start-after")));
        if self.oddity == Oddity::EmptyPages {
            let token = query.get("continuation-token").map_or(0, |token| token.parse::<u64>().unwrap());
            let token = format!("<NextContinuationToken>{}</NextContinuationToken>", token + 1);
            return format!("<ListBucketResult><IsTruncated>true</IsTruncated>{token}</ListBucketResult>");
        }
        let behind =
            behind.filter(|_| !matches!(self.oddity, Oddity::BeginsAgain | Oddity::SamePage)).map_or("", String::as_str);
        let mut keys: Vec<&String> = self.objects.keys().filter(|key| key.starts_with(prefix)).collect();
        if self.oddity == Oddity::OtherOrder {
            keys.sort_by_key(|key| key.chars().rev().collect::<String>());
        }
        keys.retain(|key| key.as_str() > behind);
        let is_truncated = keys.len() > 1000;
        keys.truncate(1000);
        let says_so = is_truncated && !matches!(self.oddity, Oddity::FullPageIsLast | Oddity::BeginsAgain);
        let mut page = format!("<ListBucketResult><IsTruncated>{says_so}</IsTruncated>");
        if says_so && self.oddity != Oddity::NoToken {
            write!(page, "<NextContinuationToken>{}</NextContinuationToken>", keys[999]).unwrap();
        }
        let times = if self.oddity == Oddity::Twice { 2 } else { 1 };
        for key in keys.into_iter().flat_map(|key| std::iter::repeat_n(key, times)) {
            let (etag, size) = (self.etag(key, 0), self.objects[key].len());
            let etag = if self.oddity == Oddity::NoEtag { String::new() } else { format!("<ETag>{etag}</ETag>") };
            write!(page, "<Contents><Key>{}</Key>{etag}<Size>{size}</Size></Contents>", key.replace('&', "&amp;")).unwrap();
        }
        page + "</ListBucketResult>"
    }

    fn object(&self, method: &Method, key: &str) -> Response {
        let Some(text) = self.objects.get(key) else { return StatusCode::NOT_FOUND.into_response() };
        let time = {
            let mut gets = self.gets.lock().unwrap();
            *gets += 1;
            *gets
        };
        let status = match self.oddity {
            Oddity::Deleted => StatusCode::NOT_FOUND,
            Oddity::Denied => StatusCode::FORBIDDEN,
            Oddity::Changes if time > 1 => StatusCode::PRECONDITION_FAILED,
            Oddity::NoHead if method == Method::HEAD => StatusCode::NOT_IMPLEMENTED,
            _ => StatusCode::OK,
        };
        if status != StatusCode::OK {
            return status.into_response();
        }
        let text = if self.oddity == Oddity::Short { text[..text.len() / 2].to_owned() } else { text.clone() };
        let etag = if self.oddity == Oddity::NoEtag { String::new() } else { self.etag(key, time - 1) };
        let length = text.len().to_string();
        ([("etag", etag), ("content-length", length)], Body::from(text)).into_response()
    }
}

async fn serve(
    State(store): State<Arc<Store>>,
    method: Method,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    match uri.path().strip_prefix("/my-bucket").map(|key| key.trim_start_matches('/')) {
        Some("") => store.list(&query).into_response(),
        Some(key) => store.object(&method, &percent_decode_str(key).decode_utf8().unwrap()),
        None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchBucket</Code></Error>").into_response(),
    }
}

/// The load of everything below `in/` of a server with these objects, once it has ended. `None` if its start is refused.
async fn load(objects: impl IntoIterator<Item = (String, String)>, oddity: Oddity) -> Option<Value> {
    let store = Store { objects: objects.into_iter().collect(), oddity, gets: Mutex::default() };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(anywhere).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut task = JoinSet::new();
    task.spawn(async move { axum::serve(listener, Router::new().fallback(serve).with_state(Arc::new(store))).await.unwrap() });
    let s3 = json!({"endpoint": endpoint, "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2"});
    let s3: S3 = serde_json::from_value(s3).unwrap();
    // An error means that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sim = Sim::start(ClusterSpec { s3: Some(s3), ..ClusterSpec::new("first", ClockKind::Manual) }, anywhere).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let start = json!({"source": "s3://my-bucket/in/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1", "failOnError": false});
    let started = client.post(format!("{}/loader", sim.endpoint())).json(&start).send().await.unwrap();
    let started: Value = started.json().await.unwrap();
    let id = started["payload"]["loadId"].as_str()?;
    ControlClient::new(&sim.endpoint()).unwrap().cluster("first").wait_for(id, "finished").await.unwrap();
    let answer = client.get(format!("{}/loader/{id}?details=TRUE&errors=TRUE", sim.endpoint())).send().await.unwrap();
    Some(answer.json::<Value>().await.unwrap()["payload"].clone())
}

/// So many files with a vertex each.
fn files(count: usize) -> impl Iterator<Item = (String, String)> {
    (0..count).map(|n| (format!("in/{n:04}.csv"), format!("~id,~label\nv{n},Person\n")))
}

fn status_and_records(payload: &Value) -> (&str, u64) {
    let overall = &payload["overallStatus"];
    (overall["status"].as_str().unwrap(), overall["totalRecords"].as_u64().unwrap())
}

#[rstest]
#[case::one(1, Oddity::None)]
#[case::a_full_page(1000, Oddity::None)]
#[case::several_pages(1005, Oddity::None)]
#[case::no_etags(3, Oddity::NoEtag)]
#[case::no_head(3, Oddity::NoHead)]
#[case::few_enough_for_a_page_in_any_order(1000, Oddity::OtherOrder)]
#[tokio::test]
async fn every_object_is_read(#[case] count: usize, #[case] oddity: Oddity) {
    let payload = load(files(count), oddity).await.unwrap();
    assert_eq!(status_and_records(&payload), ("LOAD_COMPLETED", count as u64));
    assert_eq!(payload["feedCount"], json!([{"LOAD_COMPLETED": count}]));
}

#[rstest]
#[case::no_token(Oddity::NoToken)]
#[case::a_full_page_that_claims_to_be_the_last(Oddity::FullPageIsLast)]
#[case::and_begins_again(Oddity::BeginsAgain)]
#[case::the_same_page_again(Oddity::SamePage)]
#[case::each_object_twice(Oddity::Twice)]
#[case::pages_without_an_object(Oddity::EmptyPages)]
#[case::pages_out_of_order(Oddity::OtherOrder)]
#[tokio::test]
async fn a_list_that_may_not_be_whole_fails_the_load(#[case] oddity: Oddity) {
    let payload = load(files(1005), oddity).await.unwrap();
    assert_eq!(status_and_records(&payload), ("LOAD_FAILED_INVALID_REQUEST", 0));
}

#[rstest]
#[case::changed(Oddity::Changes, "FILE_MODIFICATION_OR_DELETION_ERROR", "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED")]
#[case::changed_unnoticed(
    Oddity::ChangesAndIgnoresIfMatch,
    "FILE_MODIFICATION_OR_DELETION_ERROR",
    "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED"
)]
#[case::deleted(Oddity::Deleted, "FILE_MODIFICATION_OR_DELETION_ERROR", "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED")]
#[case::cut_off(Oddity::Short, "FILE_MODIFICATION_OR_DELETION_ERROR", "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED")]
#[case::denied(Oddity::Denied, "S3_ACCESS_DENIED_ERROR", "LOAD_S3_ACCESS_DENIED_ERROR")]
#[tokio::test]
async fn an_object_that_cannot_be_read_as_it_was_listed_fails_its_feed(
    #[case] oddity: Oddity,
    #[case] code: &str,
    #[case] feed: &str,
) {
    let payload = load(files(1), oddity).await.unwrap();
    assert_eq!(status_and_records(&payload).0, "LOAD_FAILED");
    assert_eq!(payload["errors"]["errorLogs"][0]["errorCode"], code);
    assert_eq!(payload["failedFeeds"][0]["status"], feed);
}

#[tokio::test]
async fn keys_of_every_kind_are_read() {
    let names = ["a b.csv", "a+b.csv", "a%41.csv", "é/ü.csv", "a&b.csv", "x?y=z#1.csv", "sl//a.csv"];
    let objects = names.iter().enumerate().map(|(n, name)| (format!("in/{name}"), format!("~id\nv{n}\n")));
    let payload = load(objects, Oddity::None).await.unwrap();
    assert_eq!(status_and_records(&payload), ("LOAD_COMPLETED", names.len() as u64));
}
