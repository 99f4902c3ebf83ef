//! Requests to S3: signed, within time, and repeated after trouble that passes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use neptune_s3::{PAGE, PAGE_BYTES, is_same_etag};
use neptune_sigv4::UnsignedRequest;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_MATCH};
use reqwest::{Method, Response, redirect};

use super::error::{FileError, FileErrorName};
use super::listing::{self, Page};
use super::setup::Setup;
use super::trouble::{body, broken, changed, refusal};
use super::wanted::Wanted;
use crate::endpoint::host_header;
use crate::retry::{Jitter, RetryPolicy};
use crate::text::visible;
use crate::tls;

/// Time to open a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// How long the next piece of an answer may take.
const SILENCE: Duration = Duration::from_secs(30);

/// Asks S3. Clones share their connections.
#[derive(Clone)]
pub struct S3 {
    http: reqwest::Client,
    setup: Arc<Setup>,
    retry: RetryPolicy,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3({})", self.setup.endpoint)
    }
}

impl S3 {
    /// A client that follows no redirect and takes no proxy from the environment: both could lead signed requests elsewhere.
    ///
    /// # Errors
    /// `ConfigurationError` names the variable that is missing or wrong.
    pub fn from_variables(variables: &HashMap<String, String>) -> Result<Self, FileError> {
        tls::install_provider();
        let setup = Setup::from_variables(variables)?;
        let http = reqwest::Client::builder()
            .tls_certs_only(setup.roots.clone())
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(concat!("neptune-load-files/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                FileError::new(FileErrorName::ConfigurationError, "AWS_CA_BUNDLE holds a certificate that cannot be used")
            })?;
        Ok(Self { http, setup: Arc::new(setup), retry: RetryPolicy { max_attempts: 4, ..RetryPolicy::default() } })
    }

    /// How much memory the function has, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.setup.memory
    }

    /// Begins to read an object. With an `etag`, it has to be this version of it.
    pub(super) async fn open(&self, bucket: &str, key: &str, etag: Option<&str>) -> Result<Response, FileError> {
        let wanted = self.wanted(Method::GET, bucket, key, &[])?;
        let subject = wanted.subject.clone();
        let response = self.send(Wanted { if_match: etag, ..wanted }).await?;
        // Some servers pass over the condition.
        let given = response.headers().get(ETAG).and_then(|value| value.to_str().ok());
        match (etag, given) {
            (Some(listed), Some(given)) if !is_same_etag(listed, given) => Err(changed(&subject)),
            _ => Ok(response),
        }
    }

    /// All of an object that has at most so many bytes.
    pub(super) async fn get(&self, bucket: &str, key: &str, most: usize) -> Result<Vec<u8>, FileError> {
        let wanted = self.wanted(Method::GET, bucket, key, &[])?;
        let subject = wanted.subject.clone();
        body(self.send(wanted).await?, most, &subject).await
    }

    /// Writes an object.
    pub(super) async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<(), FileError> {
        let wanted = self.wanted(Method::PUT, bucket, key, &[])?;
        self.send(Wanted { body: bytes, ..wanted }).await.map(drop)
    }

    /// The names of all objects whose keys begin with the prefix, without it. Keys that have a `/` behind it are of something else.
    pub(super) async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<String>, FileError> {
        let mut names: Vec<String> = Vec::new();
        loop {
            // Behind the last name, and not by a token: what some servers say of tokens is not true.
            let after = names.last().map(|last| format!("{prefix}{last}"));
            let page = self.page(bucket, prefix, after.as_deref()).await?;
            let (count, before) = (page.names.len(), names.len());
            for name in page.names {
                if names.last().is_some_and(|last| *last >= name) {
                    return Err(FileError::new(
                        FileErrorName::S3BadResponse,
                        format!("the list of `{prefix}` is not in order"),
                    ));
                }
                names.push(name);
            }
            match page.is_truncated {
                // A full page that claims to be the last one: the next shows whether it is.
                false if count < PAGE => return Ok(names),
                true if names.len() == before => return Err(unlike(prefix, "says that more follows, and has nothing")),
                _ => {}
            }
        }
    }

    async fn page(&self, bucket: &str, prefix: &str, after: Option<&str>) -> Result<Page, FileError> {
        let mut query = vec![("list-type", "2"), ("prefix", prefix)];
        query.extend(after.map(|after| ("start-after", after)));
        let wanted = self.wanted(Method::GET, bucket, "", &query)?;
        let subject = wanted.subject.clone();
        let page = body(self.send(wanted).await?, PAGE_BYTES, &subject).await?;
        listing::page(&page).ok_or_else(|| {
            FileError::new(FileErrorName::S3BadResponse, format!("{subject} cannot be read: the answer is no whole list"))
        })
    }

    fn wanted(&self, method: Method, bucket: &str, key: &str, query: &[(&str, &str)]) -> Result<Wanted<'static>, FileError> {
        Wanted::new(&self.setup.endpoint, method, bucket, key, query)
    }

    async fn send(&self, wanted: Wanted<'_>) -> Result<Response, FileError> {
        let mut jitter = Jitter::seeded(&[wanted.url.as_str()]);
        for failures in 1.. {
            let error = match self.try_once(&wanted).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            match self.retry.pause(failures, SILENCE, &mut jitter) {
                Some(pause) if error.name.is_retryable() => tokio::time::sleep(pause).await,
                _ => return Err(error),
            }
        }
        unreachable!("the policy gives up")
    }

    async fn try_once(&self, wanted: &Wanted<'_>) -> Result<Response, FileError> {
        let Wanted { method, url, body, if_match, subject } = wanted;
        let mut request = self.http.request(method.clone(), url.clone()).headers(self.signature(wanted).await?);
        if let Some(etag) = if_match.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(IF_MATCH, etag);
        }
        if method == Method::PUT {
            request = request.body(body.to_vec());
        }
        let response = request.send().await.map_err(|error| broken(subject, &error))?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(subject, response).await) }
    }

    async fn signature(&self, wanted: &Wanted<'_>) -> Result<HeaderMap, FileError> {
        let now = SystemTime::now();
        let credentials = self.setup.signer.credentials(&self.http, now, SILENCE).await?;
        let (method, url, host) = (wanted.method.as_str(), wanted.url.as_str(), host_header(&wanted.url));
        let request = UnsignedRequest { method, url, host: &host, body: wanted.body };
        let headers = self.setup.signer.s3_headers(&credentials, &request, now);
        headers.map_err(|error| FileError::new(FileErrorName::ConfigurationError, error.to_string()))
    }
}

fn unlike(prefix: &str, problem: &str) -> FileError {
    FileError::new(
        FileErrorName::S3BadResponse,
        format!("the list of `{}` {problem}, so it may not be whole", visible(prefix, 300)),
    )
}
