//! A real S3 server, on which the sources of started loads are listed, so that a missing bucket or an empty prefix is refused as Neptune
//! refuses it. The simulator only ever requests one page of one list.

mod answer;

use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderValue, Request, Response};
use neptune_loader::{StartFailure, StartRequest};
use neptune_scenario::{S3, UpstreamAddress};
use neptune_sigv4::{Credentials, ENCODED, Signer};
use percent_encoding::utf8_percent_encode;

use crate::net::Room;
use crate::upstream::{Remote, TrustError, UpstreamTrouble, sign_request};

/// How long a list may take, connecting included.
const LISTED_WITHIN: Duration = Duration::from_secs(5);
/// How large a list may be.
const LIST_BYTES: usize = 1024 * 1024;
/// How large all answers together may be that are on their way.
const ROOM_BYTES: usize = 16 * LIST_BYTES;
/// How long a key may be (documented).
const KEY_BYTES: usize = 1024;

/// Lists sources on an S3 server.
#[derive(Debug)]
pub(crate) struct Lister {
    remote: Remote,
    signer: Signer,
    region: String,
    listed_within: Duration,
    /// For its answers, those of all starts together.
    room: Room,
}

impl Lister {
    /// This sends no request yet.
    ///
    /// # Errors
    /// [`TrustError`] if the file with certificates cannot be used.
    pub(crate) fn new(s3: S3) -> Result<Self, TrustError> {
        let S3 { endpoint, region, access_key_id, secret_access_key, ca_file } = s3;
        let signer = Signer::for_s3(Credentials::new(&access_key_id, secret_access_key.reveal(), None), &region);
        let remote = Remote::new(endpoint, ca_file.as_deref(), LISTED_WITHIN, LIST_BYTES)?;
        let room = Room::new(ROOM_BYTES, LISTED_WITHIN);
        Ok(Self { remote, signer, region, listed_within: LISTED_WITHIN, room })
    }

    /// Where the server is.
    pub(crate) fn address(&self) -> &UpstreamAddress {
        self.remote.address()
    }

    /// How many objects the source of a start names, 1000 at most, or why Neptune would not execute it.
    pub(crate) async fn list(&self, request: &StartRequest) -> Result<u64, StartFailure> {
        let (bucket, prefix) = request.bucket_and_prefix();
        if !is_bucket(bucket) {
            return Err(StartFailure::BucketNotFound);
        }
        if prefix.len() > KEY_BYTES {
            return Err(StartFailure::SourceNotFound);
        }
        let within = self.listed_within;
        let answer = tokio::time::timeout(within, self.ask(bucket, prefix)).await;
        match answer.unwrap_or(Err(UpstreamTrouble::Timeout(within))) {
            Ok(answer) => answer::objects(&answer, &request.region, &self.region),
            Err(trouble) => {
                tracing::warn!(s3 = %self.address(), %trouble, "S3 did not list a source");
                Err(failure(&trouble))
            }
        }
    }

    async fn ask(&self, bucket: &str, prefix: &str) -> Result<Response<Bytes>, UpstreamTrouble> {
        let address = self.address();
        let prefix = utf8_percent_encode(prefix, ENCODED);
        let target = format!("/{bucket}?list-type=2&max-keys=1000&prefix={prefix}");
        let mut request = Request::get(target).body(Bytes::new()).expect("bucket and prefix are spelt as URLs take them");
        request.headers_mut().insert(HOST, address.host_header());
        // S3 judges signatures by the true time, however the cluster's own passes.
        sign_request(&self.signer, &mut request, &address.to_string(), SystemTime::now())?;
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        self.remote.ask(request, &self.room).await
    }
}

/// Whether the text has the form of a bucket's name (documented): only such a one is put into a path.
fn is_bucket(name: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=255).contains(&bytes.len())
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// What Neptune would say. Neptune gets no answer in this case and cannot know why.
fn failure(trouble: &UpstreamTrouble) -> StartFailure {
    match trouble {
        UpstreamTrouble::Connect(_)
        | UpstreamTrouble::ConnectTimeout(_)
        | UpstreamTrouble::Handshake(_)
        | UpstreamTrouble::Timeout(_) => StartFailure::S3Unreachable,
        _ => StartFailure::S3Unknown,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn s3(endpoint: &str) -> S3 {
        let value = json!({"endpoint": endpoint, "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2"});
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn neither_the_server_nor_its_lister_shows_the_secret() {
        let s3 = s3("http://127.0.0.1:5000");
        assert_eq!(s3.region, "us-east-1");
        let shown = format!("{s3:?} {:?}", Lister::new(s3.clone()).unwrap());
        assert!(shown.contains("5000") && !shown.contains("hunter2"), "{shown}");
    }

    #[tokio::test]
    async fn a_server_that_never_answers_is_given_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let lister = Lister { listed_within: Duration::from_millis(50), ..Lister::new(s3(&endpoint)).unwrap() };
        let request = json!({"source": "s3://my-bucket/in/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"});
        let request = StartRequest::from_parameters(request.as_object().unwrap()).unwrap();
        assert_eq!(lister.list(&request).await, Err(StartFailure::S3Unreachable));
    }

    #[rstest]
    #[case::usual("my-bucket.1", true)]
    #[case::an_old_one("My_Bucket", true)]
    #[case::a_step_up("..", false)]
    #[case::steps_up("...", false)]
    #[case::short("ab", false)]
    #[case::a_query("bucket?acl", false)]
    #[case::a_control_character("buc\r\nket", false)]
    fn only_names_of_buckets_are_put_into_a_path(#[case] name: &str, #[case] is: bool) {
        assert_eq!(is_bucket(name), is);
    }
}
