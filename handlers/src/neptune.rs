//! The client of the loader API: requests within a time budget. What only reads is repeated after temporary errors.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use neptune_sigv4::Secrets;
use neptune_wire::LoadId;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, Url, redirect};
use serde_json::Value;
use tokio::sync::OnceCell;
use tracing::warn;

use crate::attempt::Attempts;
use crate::config::Config;
use crate::config_error::ConfigError;
use crate::connect_to::ConnectTo;
use crate::endpoint::host_header;
use crate::error::{ErrorName, StatusError};
use crate::reply::{NotStarted, Reply};
use crate::retry::Jitter;
use crate::sign::Signer;
use crate::text::{excerpt, visible};
use crate::tls;

/// Nothing is read beyond this. The largest page of the error log that is asked for stays far below it.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
/// A longer id is not sent: Neptune's are UUIDs of 36 bytes.
pub const MAX_LOAD_ID_BYTES: usize = 1024;
/// As much of an id as goes into a sentence or a log line.
pub(crate) const SHOWN_ID_BYTES: usize = 200;

/// How the messages of errors about one load begin.
pub(crate) fn subject(id: &LoadId) -> String {
    format!("load id `{}`", visible(id.as_str(), SHOWN_ID_BYTES))
}

/// Asks one Neptune cluster. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<Config>,
}

impl Client {
    /// A client that follows no redirect and takes no proxy from the environment: both could lead signed requests elsewhere.
    ///
    /// # Errors
    /// `ConfigurationError` if the CA file cannot be used.
    pub fn new(config: Config) -> Result<Self, StatusError> {
        tls::install_provider();
        let builder = reqwest::Client::builder();
        let builder = match &config.connect_to {
            Some(way) => builder.dns_resolver(way.clone()),
            None => builder,
        };
        let http = builder
            .tls_certs_only(trusted_roots(&config)?)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(config.connect_timeout)
            .user_agent(concat!("neptune-load-status/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ca_file_error(&config, &format!("holds a certificate that cannot be used: {}", causes(&error))))?;
        Ok(Self { http, config: Arc::new(config) })
    }

    /// How the client is set up.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Begins the requests of one invocation; they must end within `budget`.
    pub fn session<'a>(&'a self, request_id: &'a str, budget: Duration) -> Session<'a> {
        Session {
            client: self,
            request_id,
            ends: Instant::now() + budget,
            attempts: AtomicU32::new(0),
            speaks_tls: OnceCell::new(),
        }
    }
}

/// The requests of one invocation, which share one time budget.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    request_id: &'a str,
    ends: Instant,
    attempts: AtomicU32,
    /// Whether Neptune speaks TLS where it is asked without it, once that was tried.
    speaks_tls: OnceCell<bool>,
}

impl Session<'_> {
    /// Neptune's envelope about one load, as it came.
    ///
    /// # Errors
    /// Any of the named errors about Neptune; the message begins with the load id.
    pub async fn load(&self, id: &LoadId, query: &[(&str, &str)]) -> Result<Value, StatusError> {
        self.ask_for(id, query, |reply| reply.load_envelope(id)).await
    }

    /// The same; `None` stands for an answer that is too large to be read.
    ///
    /// # Errors
    /// As for [`Session::load`].
    pub(crate) async fn load_if_it_fits(&self, id: &LoadId, query: &[(&str, &str)]) -> Result<Option<Value>, StatusError> {
        self.ask_for(id, query, |reply| reply.load_envelope_if_it_fits(id)).await
    }

    async fn ask_for<T>(
        &self,
        id: &LoadId,
        query: &[(&str, &str)],
        read: impl Fn(&Reply) -> Result<T, StatusError>,
    ) -> Result<T, StatusError> {
        let subject = subject(id);
        if id.as_str().len() > MAX_LOAD_ID_BYTES {
            let text = format!("an id of {} bytes cannot be Neptune's", id.as_str().len());
            return Err(StatusError::new(ErrorName::LoadNotFound, text).about(&subject, "read"));
        }
        let url = self.client.config.endpoint.load(id, query);
        self.ask(&url, &subject, read).await
    }

    /// The ids of the loads that Neptune remembers, waiting ones first, then the newest first.
    ///
    /// # Errors
    /// Any of the named errors about Neptune.
    pub async fn load_ids(&self, query: &[(&str, &str)]) -> Result<Vec<String>, StatusError> {
        let url = self.client.config.endpoint.loads(query);
        self.ask(&url, "the list of loads", Reply::load_ids).await
    }

    /// How the client is set up.
    pub(crate) fn config(&self) -> &Config {
        &self.client.config
    }

    /// Lambda's id of the invocation.
    pub fn request_id(&self) -> &str {
        self.request_id
    }

    /// How many requests were made so far.
    pub fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    async fn ask<T>(
        &self,
        url: &Url,
        subject: &str,
        read: impl Fn(&Reply) -> Result<T, StatusError>,
    ) -> Result<T, StatusError> {
        let retry = &self.client.config.retry;
        let attempts = Attempts::new(self.request_id, url, retry.max_attempts);
        let mut jitter = Jitter::seeded(&[self.request_id, subject]);
        let (mut made, mut latest) = (0, no_time_to_ask());
        loop {
            let timeout = self.client.config.request_timeout.min(self.time_left());
            if timeout.is_zero() {
                return Err(after(latest, made).about(subject, "read"));
            }
            made += 1;
            let reply = self.request(Asked::get(url), attempts.headers(made), timeout).await;
            latest = match reply.map_err(|unanswered| unanswered.error).and_then(|reply| read(&reply)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            warn!(
                requestId = self.request_id,
                subject,
                attempt = made,
                error_type = latest.name.as_str(),
                cause = latest.message,
                "attempt failed"
            );
            match retry.pause(made, self.time_left(), &mut jitter) {
                Some(pause) if latest.retryable => tokio::time::sleep(pause).await,
                _ => return Err(after(latest, made).about(subject, "read")),
            }
        }
    }

    /// Asks Neptune to start a load, once.
    ///
    /// # Errors
    /// Any of the named errors about Neptune, and whether the load may have been started all the same.
    pub(crate) async fn start(&self, load: &Value) -> Result<LoadId, NotStarted> {
        let url = self.client.config.endpoint.loads(&[]);
        let body = load.to_string();
        let timeout = self.client.config.request_timeout.min(self.time_left());
        if timeout.is_zero() {
            return Err(NotStarted::surely(no_time_to_ask()));
        }
        let mut headers = Attempts::new(self.request_id, &url, 1).headers(1);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let asked = Asked { method: Method::POST, url: &url, body: body.into_bytes() };
        match self.request(asked, headers, timeout).await {
            Ok(reply) => reply.started(),
            Err(Unanswered { error, was_sent }) => Err(NotStarted { error, is_sure: !was_sent }),
        }
    }

    async fn request(&self, asked: Asked<'_>, mut headers: HeaderMap, timeout: Duration) -> Result<Reply, Unanswered> {
        let (signature, secrets) = self.signature(&asked).await.map_err(Unanswered::unsent)?;
        headers.extend(signature);
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let config = &self.client.config;
        let Asked { method, url, body } = asked;
        let mut way = url.clone();
        if let Some(other) = &config.connect_to {
            headers.extend(reroute(&mut way, other));
        }
        let request = self.client.http.request(method, way).headers(headers).body(body).timeout(timeout);
        let answer = async { read_reply(url, request.send().await?).await };
        let reply = match answer.await {
            Ok(reply) => reply,
            Err(error) if broke(&error) && self.tls_is_spoken().await => return Err(Unanswered::unsent(self.tls_is_needed())),
            Err(error) => {
                return Err(Unanswered { was_sent: !error.is_connect(), error: self.transport_error(error, timeout) });
            }
        };
        if reply.is_foreign_400() && self.tls_is_spoken().await {
            return Err(Unanswered::unsent(self.tls_is_needed()));
        }
        let has_new_keys = reply.refuses_the_token() && config.signer.as_ref().is_some_and(Signer::renew);
        Ok(Reply {
            has_new_keys,
            body: secrets.cut_from_body(&reply.body).unwrap_or(reply.body),
            location: reply.location.map(|location| excerpt(&secrets.cut_from(&location), SHOWN_ID_BYTES)),
            is_signed: config.signer.is_some(),
            way_remedy: config.endpoint.port_remedy(),
            secrets,
            ..reply
        })
    }

    /// The headers of a signature, if requests are signed, and what has to be cut out of answers to it.
    async fn signature(&self, asked: &Asked<'_>) -> Result<(HeaderMap, Secrets), StatusError> {
        let Some(signer) = &self.client.config.signer else {
            return Ok((HeaderMap::new(), Secrets::default()));
        };
        let now = (self.client.config.clock)();
        let credentials = signer.credentials(&self.client.http, now, self.time_left()).await?;
        let signature = signer
            .headers(&credentials, asked.method.as_str(), asked.url, &asked.body, now)
            .map_err(|error| StatusError::new(ErrorName::ConfigurationError, error.to_string()))?;
        let secrets = credentials.secrets.with_signature(&signature);
        Ok((signature, secrets))
    }

    /// Whether Neptune speaks TLS where it is asked without it. That is tried once, with the beginning of a handshake and no request:
    /// servers with TLS answer a plain request in too many ways to recognise them by the answer: an alert, a page or a reset.
    async fn tls_is_spoken(&self) -> bool {
        let Config { endpoint, connect_to, .. } = &*self.client.config;
        if endpoint.has_tls() {
            return false;
        }
        let way = connect_to.clone().unwrap_or_else(|| ConnectTo::to(endpoint));
        *self.speaks_tls.get_or_init(|| tls::is_spoken(&way, endpoint.host(), self.time_left())).await
    }

    fn tls_is_needed(&self) -> StatusError {
        let endpoint = &self.client.config.endpoint;
        let text = format!("Neptune speaks TLS at {endpoint}; write https:// in the endpoint instead of http://");
        StatusError::new(ErrorName::ConfigurationError, text)
    }

    fn transport_error(&self, error: reqwest::Error, timeout: Duration) -> StatusError {
        let Config { endpoint, connect_to, .. } = &*self.client.config;
        // Without the URL: the text names the endpoint itself, and the query is our own.
        let error = error.without_url();
        let causes = excerpt(&causes(&error), 500);
        // A retry changes neither the trusted certificates nor the scheme of the endpoint.
        let remedy = tls::remedy(&error);
        let name = if remedy.is_some() { ErrorName::ConfigurationError } else { ErrorName::NeptuneUnavailable };
        let mut text = if error.is_connect() {
            let (way, usual_remedy) = match connect_to {
                Some(way) => {
                    (format!(" at {way}"), "check NEPTUNE_CONNECT_TO, and that the tunnel or balancer to the cluster is open")
                }
                None => (String::new(), "check the endpoint, and that the function's subnets and security groups reach it"),
            };
            format!("cannot connect to {endpoint}{way}: {causes}; {}", remedy.unwrap_or(usual_remedy))
        } else if error.is_timeout() {
            format!("no answer from {endpoint} within {} ms", timeout.as_millis())
        } else {
            format!("the connection to {endpoint} broke: {causes}")
        };
        if let Some(remedy) = endpoint.port_remedy() {
            text = format!("{text}; {remedy}");
        }
        StatusError::new(name, text)
    }

    fn time_left(&self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }
}

/// A request before it is signed.
struct Asked<'a> {
    method: Method,
    url: &'a Url,
    body: Vec<u8>,
}

impl<'a> Asked<'a> {
    fn get(url: &'a Url) -> Self {
        Self { method: Method::GET, url, body: Vec::new() }
    }
}

/// Why a request has no answer.
struct Unanswered {
    error: StatusError,
    /// Whether Neptune may have received it.
    was_sent: bool,
}

impl Unanswered {
    fn unsent(error: StatusError) -> Self {
        Self { error, was_sent: false }
    }
}

/// Whether a connection was there and ended without an answer.
fn broke(error: &reqwest::Error) -> bool {
    !error.is_connect() && !error.is_timeout()
}

/// Changes the port of a URL, and returns the header that keeps its host. The HTTP client looks up the other name by itself, but takes the
/// port from the URL alone.
fn reroute(url: &mut Url, way: &ConnectTo) -> Option<(HeaderName, HeaderValue)> {
    let host = HeaderValue::try_from(host_header(url)).ok()?;
    url.set_port(Some(way.port())).ok()?;
    Some((HOST, host))
}

async fn read_reply(asked: &Url, mut response: reqwest::Response) -> Result<Reply, reqwest::Error> {
    let mut reply = Reply {
        http_status: response.status().as_u16(),
        encoding: foreign_encoding(response.headers()),
        location: redirect_target(asked, response.headers()),
        ..Reply::default()
    };
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_BODY_BYTES - reply.body.len();
        reply.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            reply.is_cut = true;
            break;
        }
    }
    Ok(reply)
}

/// The encoding of a body, if it is encoded.
fn foreign_encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = String::from_utf8_lossy(headers.get(CONTENT_ENCODING)?.as_bytes()).into_owned();
    (!encoding.trim().is_empty() && !encoding.trim().eq_ignore_ascii_case("identity")).then(|| excerpt(&encoding, 100))
}

/// The target of a redirect: scheme, host, port and path. User, password and query are left out: they may be secret.
fn redirect_target(asked: &Url, headers: &HeaderMap) -> Option<String> {
    let target = asked.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    let origin = target.origin();
    origin.is_tuple().then(|| format!("{}{}", origin.ascii_serialization(), target.path()))
}

/// Adds the number of attempts to a retryable error, and to any error after more than one attempt.
fn after(error: StatusError, attempts: u32) -> StatusError {
    let text = match attempts {
        0 => return error,
        1 if !error.retryable => return error,
        1 => "1 attempt".to_owned(),
        _ => format!("{attempts} attempts"),
    };
    StatusError { message: format!("{} (after {text})", error.message), ..error }
}

fn no_time_to_ask() -> StatusError {
    let text = "no time left to ask; raise the function's time-out or NEPTUNE_TIME_BUDGET";
    StatusError::new(ErrorName::NeptuneUnavailable, text)
}

/// The messages of an error and all its sources: reqwest's own says little more than that a request failed.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

fn trusted_roots(config: &Config) -> Result<Vec<reqwest::Certificate>, StatusError> {
    let read = |path| fs::read(path).map_err(|error| ca_file_error(config, &format!("cannot be read: {error}")));
    let extra = config.ca_file.as_ref().map(read).transpose()?;
    tls::trusted_roots(extra.as_deref()).map_err(|problem| ca_file_error(config, problem))
}

fn ca_file_error(config: &Config, problem: &str) -> StatusError {
    let path = config.ca_file.as_deref().unwrap_or(Path::new("")).to_string_lossy();
    let problem = format!("{problem}; name a readable PEM file with certificates, or leave the variable out");
    ConfigError::invalid("NEPTUNE_CA_FILE", &path, &problem).into()
}
