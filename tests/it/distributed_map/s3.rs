//! A small S3 server in memory: objects are listed, read and written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, ETAG, IF_MATCH};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;

/// How many keys a page has for readers that go on behind a key: S3 may give fewer than it could.
const PAGE: usize = 7;

/// Objects by bucket and key: `bucket/key`.
pub(super) type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// A running server; it ends with the runtime.
pub(super) struct S3 {
    pub(super) endpoint: String,
    pub(super) objects: Objects,
}

impl S3 {
    pub(super) async fn start() -> Self {
        let objects = Objects::default();
        let app = Router::new().fallback(answer).with_state(objects.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { endpoint, objects }
    }

    pub(super) fn put(&self, path: &str, bytes: impl Into<Bytes>) {
        self.objects.lock().unwrap().insert(path.to_owned(), bytes.into());
    }

    /// Whether there is an object whose path begins so.
    pub(super) fn has(&self, beginning: &str) -> bool {
        self.objects.lock().unwrap().keys().any(|path| path.starts_with(beginning))
    }

    pub(super) fn get(&self, path: &str) -> Bytes {
        self.objects.lock().unwrap()[path].clone()
    }
}

/// Not the MD5 that S3 has, but another one for each content.
pub(super) fn etag(bytes: &[u8]) -> String {
    let sum = bytes.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    format!("\"{sum:016x}\"")
}

async fn answer(State(objects): State<Objects>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let is_signed = headers.get(AUTHORIZATION).is_some_and(|value| value.to_str().unwrap().contains("/s3/aws4_request"));
    if !is_signed {
        return (StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>").into_response();
    }
    let path = decoded(uri.path().trim_start_matches('/'));
    let mut objects = objects.lock().unwrap();
    if !path.trim_end_matches('/').contains('/') {
        return list(&objects, path.trim_end_matches('/'), uri.query().unwrap_or_default()).into_response();
    }
    if method == Method::PUT {
        objects.insert(path, body);
        return StatusCode::OK.into_response();
    }
    let Some(bytes) = objects.get(&path) else {
        return (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response();
    };
    if headers.get(IF_MATCH).is_some_and(|wanted| *wanted != etag(bytes)) {
        return (StatusCode::PRECONDITION_FAILED, "<Error><Code>PreconditionFailed</Code></Error>").into_response();
    }
    ([(ETAG, etag(bytes))], bytes.clone()).into_response()
}

fn list(objects: &BTreeMap<String, Bytes>, bucket: &str, query: &str) -> String {
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map_or_else(String::new, |(_, value)| decoded(&value.replace('+', " ")))
    };
    let (prefix, after) = (parameter("prefix"), parameter("start-after"));
    let keys = objects.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(bucket)?.strip_prefix('/')?, bytes)));
    let mut found = keys.filter(|(key, _)| key.starts_with(&prefix) && *key > after.as_str()).peekable();
    // The state machine's list has to be one page: moto asks for no other.
    let page_size = if query.contains("encoding-type") { 1000 } else { PAGE };
    let contents = |(key, bytes): (&str, &Bytes)| {
        let (key, etag, size) = (key.replace('&', "&amp;"), etag(bytes).replace('"', "&quot;"), bytes.len());
        format!(
            "<Contents><Key>{key}</Key><ETag>{etag}</ETag><Size>{size}</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
        )
    };
    let page: String = found.by_ref().take(page_size).map(contents).collect();
    let is_truncated = found.peek().is_some();
    format!("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>{is_truncated}</IsTruncated>{page}</ListBucketResult>")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}
