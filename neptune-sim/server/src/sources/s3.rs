//! An S3 server whose objects loads read.
//!
//! The servers that tests use are not S3 itself. Some give a list that is not whole and say that it is, some forget the conditions of a request. So a list
//! of several pages is taken only if its order shows that nothing was left out, and an object only if it is the same before and behind its
//! last byte: a file that a load loses without a word would be worse than a load that fails.

mod answer;
mod listing;

use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, ETAG, HOST, IF_MATCH};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use neptune_loader::{StartFailure, StartRequest};
use neptune_s3::{PAGE, PAGE_BYTES, Page, is_same_etag, object_path};
use neptune_scenario::{S3, UpstreamAddress};
use neptune_sigv4::{Credentials, ENCODED, Signer};
use percent_encoding::utf8_percent_encode;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::bucket::{Bucket, KEY_BYTES, Object, ObjectError};
use crate::net::Room;
use crate::upstream::{AnswerStream, Remote, TrustError, UpstreamTrouble, sign_request};
use listing::{Listing, Next};

/// How long a page of a list may take, or the head of an object, connecting included; and how long the next piece of an object.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// How large all pages together may be that are on their way.
const ROOM_BYTES: usize = 4 * PAGE_BYTES;

/// An S3 server, and the key that may read there.
#[derive(Debug)]
pub(crate) struct Server {
    remote: Remote,
    signer: Signer,
    region: String,
    answered_within: Duration,
    /// For pages of lists, those of all loads together.
    room: Room,
}

/// From where a page of a list goes on.
#[derive(Clone, Copy, Debug)]
enum From<'a> {
    Beginning,
    Token(&'a str),
    /// Behind this key.
    Key(&'a str),
}

impl Server {
    /// This sends no request yet.
    ///
    /// # Errors
    /// [`TrustError`] if the file with certificates cannot be used.
    pub(crate) fn new(s3: S3) -> Result<Self, TrustError> {
        let S3 { endpoint, region, access_key_id, secret_access_key, ca_file } = s3;
        let signer = Signer::for_s3(Credentials::new(&access_key_id, secret_access_key.reveal(), None), &region);
        let remote = Remote::new(endpoint, ca_file.as_deref(), ANSWERED_WITHIN, PAGE_BYTES)?;
        let room = Room::new(ROOM_BYTES, ANSWERED_WITHIN);
        Ok(Self { remote, signer, region, answered_within: ANSWERED_WITHIN, room })
    }

    /// Where the server is.
    pub(crate) fn address(&self) -> &UpstreamAddress {
        self.remote.address()
    }

    /// How many objects the first page of the source of a start has, or why Neptune would not execute it.
    pub(super) async fn count(&self, request: &StartRequest) -> Result<u64, StartFailure> {
        let (bucket, prefix) = request.bucket_and_prefix();
        if !is_bucket(bucket) {
            return Err(StartFailure::BucketNotFound);
        }
        if prefix.len() > KEY_BYTES {
            return Err(StartFailure::SourceNotFound);
        }
        let page = self.page(bucket, prefix, From::Beginning, &request.region).await?;
        let files = page.objects.iter().filter(|object| !object.key.ends_with('/')).count() as u64;
        if files == 0 && !page.is_truncated { Err(StartFailure::SourceNotFound) } else { Ok(files.max(1)) }
    }

    /// A bucket of it, as a start of this region sees it. To be used on a thread that may block.
    pub(super) fn bucket(self: &Arc<Self>, name: &str, region: &str) -> Result<BucketOfServer, StartFailure> {
        if !is_bucket(name) {
            return Err(StartFailure::BucketNotFound);
        }
        let (server, name, region) = (Arc::clone(self), name.to_owned(), region.to_owned());
        Ok(BucketOfServer { server, name, region, runtime: Handle::current() })
    }

    /// One page of the list of a prefix.
    async fn page(&self, bucket: &str, prefix: &str, from: From<'_>, region: &str) -> Result<Page, StartFailure> {
        let encoded = |text| utf8_percent_encode(text, ENCODED);
        let from = match from {
            From::Beginning => String::new(),
            From::Token(token) => format!("&continuation-token={}", encoded(token)),
            From::Key(key) => format!("&start-after={}", encoded(key)),
        };
        // No key is asked for encoded: some servers say that they do it, and do not.
        let target = format!("/{bucket}?list-type=2&max-keys={PAGE}&prefix={}{from}", encoded(prefix));
        let asked = async { self.remote.ask(self.request(&Method::GET, target, None)?, &self.room).await };
        match self.in_time(asked).await {
            Ok(answer) => answer::page(&answer, region, &self.region),
            Err(trouble) => {
                tracing::warn!(s3 = %self.address(), %trouble, "S3 did not list a source");
                Err(failure(&trouble))
            }
        }
    }

    /// All objects of a prefix.
    async fn list(&self, bucket: &str, prefix: &str, region: &str) -> Result<Vec<Object>, StartFailure> {
        let mut listing = Listing::default();
        let mut page = self.page(bucket, prefix, From::Beginning, region).await?;
        loop {
            page = match listing.add(&page).map_err(|flaw| self.distrust(bucket, flaw))? {
                Next::Nothing => return Ok(listing.objects),
                Next::Token(token) => self.page(bucket, prefix, From::Token(&token), region).await?,
                Next::Behind(key) => {
                    let behind = self.page(bucket, prefix, From::Key(&key), region).await?;
                    listing.check_end(&behind).map_err(|flaw| self.distrust(bucket, flaw))?;
                    return Ok(listing.objects);
                }
            };
        }
    }

    fn distrust(&self, bucket: &str, flaw: &str) -> StartFailure {
        tracing::warn!(s3 = %self.address(), bucket, "the list of the bucket may not be whole, so it is not used: {flaw}");
        StartFailure::S3Unknown
    }

    /// The head of the answer about an object, and its body as it comes.
    async fn object(&self, method: &Method, bucket: &str, object: &Object) -> Result<Response<AnswerStream>, UpstreamTrouble> {
        let etag = Version::of(object).etag;
        let request = self.request(method, object_path(bucket, &object.key), (!etag.is_empty()).then_some(etag))?;
        self.in_time(self.remote.open_answer(request)).await
    }

    fn request(&self, method: &Method, target: String, if_match: Option<&str>) -> Result<Request<Bytes>, UpstreamTrouble> {
        let address = self.address();
        let request = Request::builder().method(method).uri(target).body(Bytes::new());
        let mut request = request.expect("bucket, key and prefix are spelt as URLs take them");
        request.headers_mut().insert(HOST, address.host_header());
        // S3 judges signatures by the true time, however the cluster's own passes.
        sign_request(&self.signer, &mut request, &address.to_string(), SystemTime::now())?;
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        if let Some(etag) = if_match.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request.headers_mut().insert(IF_MATCH, etag);
        }
        Ok(request)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, UpstreamTrouble>>) -> Result<T, UpstreamTrouble> {
        let within = self.answered_within;
        tokio::time::timeout(within, work).await.unwrap_or(Err(UpstreamTrouble::Timeout(within)))
    }
}

/// The parts of an object's version. A server may leave out each.
struct Version<'a> {
    size: &'a str,
    etag: &'a str,
}

impl<'a> Version<'a> {
    fn of(object: &'a Object) -> Self {
        let (size, etag) = object.version.split_once(' ').unwrap_or_default();
        Self { size, etag }
    }

    /// Whether the head of an answer is about another version.
    fn differs_from<B>(&self, answer: &Response<B>) -> bool {
        let header = |name| answer.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let is_other_size = |given| !self.size.is_empty() && given != self.size;
        let is_other_etag = |given| !self.etag.is_empty() && !is_same_etag(given, self.etag);
        header(CONTENT_LENGTH).is_some_and(is_other_size) || header(ETAG).is_some_and(is_other_etag)
    }
}

/// A bucket of a server, for a thread that may block.
#[derive(Clone, Debug)]
pub(super) struct BucketOfServer {
    server: Arc<Server>,
    name: String,
    region: String,
    runtime: Handle,
}

impl Bucket for BucketOfServer {
    fn describe(&self) -> String {
        self.server.address().to_string()
    }

    fn list(&self, prefix: &str) -> Result<Vec<Object>, StartFailure> {
        let (bucket, prefix) = (self.clone(), prefix.to_owned());
        let list = async move { bucket.server.list(&bucket.name, &prefix, &bucket.region).await };
        let mut objects = self.wait_for(list).unwrap_or(Err(StartFailure::S3Unknown))?;
        objects.sort();
        Ok(objects)
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let answer = self.ask(Method::GET, object)?;
        check(object, &answer)?;
        let stream = Some(answer.into_body());
        Ok(Box::new(Download { bucket: self.clone(), object: object.clone(), stream, piece: Bytes::new(), bytes: 0 }))
    }
}

impl BucketOfServer {
    /// Waits for something that the runtime does. `None` if the runtime ends before.
    fn wait_for<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (give, take) = oneshot::channel();
        self.runtime.spawn(async move { give.send(work.await) });
        take.blocking_recv().ok()
    }

    fn ask(&self, method: Method, object: &Object) -> io::Result<Response<AnswerStream>> {
        let (bucket, object) = (self.clone(), object.clone());
        let answer = self.wait_for(async move { bucket.server.object(&method, &bucket.name, &object).await });
        answer.ok_or_else(ended)?.map_err(|trouble| unread(&trouble))
    }
}

/// An object as it comes from the server.
struct Download {
    bucket: BucketOfServer,
    object: Object,
    /// `None` while the runtime has it.
    stream: Option<AnswerStream>,
    /// What has come and was not read yet.
    piece: Bytes,
    /// How many bytes have come.
    bytes: u64,
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !buffer.is_empty() {
            let Some(piece) = self.next()? else {
                self.check_end()?;
                return Ok(0);
            };
            self.piece = piece;
            self.bytes += self.piece.len() as u64;
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

impl Download {
    /// The next piece; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        let (server, mut stream) = (Arc::clone(&self.bucket.server), self.stream.take().ok_or_else(ended)?);
        let next = async move {
            let next = server.in_time(async { stream.next().await.transpose() }).await;
            (stream, next)
        };
        let (stream, next) = self.bucket.wait_for(next).ok_or_else(ended)?;
        self.stream = Some(stream);
        next.map_err(|trouble| unread(&trouble))
    }

    /// Whether the object was whole, and is still the same.
    fn check_end(&self) -> io::Result<()> {
        let size = Version::of(&self.object).size;
        if !size.is_empty() && size != self.bytes.to_string() {
            return Err(ObjectError::Changed.into());
        }
        let answer = self.bucket.ask(Method::HEAD, &self.object)?;
        match answer.status() {
            // The server knows no such request, and the size was right.
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => Ok(()),
            _ => check(&self.object, &answer),
        }
    }
}

fn ended() -> io::Error {
    io::Error::other("the simulator ends")
}

/// Whether an answer is about the object as it was listed.
fn check<B>(object: &Object, answer: &Response<B>) -> io::Result<()> {
    match answer.status() {
        StatusCode::OK if Version::of(object).differs_from(answer) => Err(ObjectError::Changed.into()),
        StatusCode::OK => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::PRECONDITION_FAILED => Err(ObjectError::Changed.into()),
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Err(ObjectError::Denied.into()),
        status => Err(io::Error::other(format!("S3 answered with HTTP {}", status.as_u16()))),
    }
}

fn unread(trouble: &UpstreamTrouble) -> io::Error {
    io::Error::other(format!("S3 did not give an object: {trouble}"))
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
    fn neither_the_setting_nor_the_server_shows_the_secret() {
        let s3 = s3("http://127.0.0.1:5000");
        assert_eq!(s3.region, "us-east-1");
        let shown = format!("{s3:?} {:?}", Server::new(s3.clone()).unwrap());
        assert!(shown.contains("5000") && !shown.contains("hunter2"), "{shown}");
    }

    #[tokio::test]
    async fn a_server_that_never_answers_is_given_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = Server { answered_within: Duration::from_millis(50), ..Server::new(s3(&endpoint)).unwrap() };
        let request = json!({"source": "s3://my-bucket/in/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"});
        let request = StartRequest::from_parameters(request.as_object().unwrap()).unwrap();
        assert_eq!(server.count(&request).await, Err(StartFailure::S3Unreachable));
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
