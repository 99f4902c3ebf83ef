//! The client of the loader API: GET requests within a time budget, repeated while the trouble may pass.

use std::cell::Cell;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use neptune_wire::LoadId;
use reqwest::{Url, redirect};
use serde_json::Value;
use tracing::warn;

use crate::config::{Config, ConfigError};
use crate::error::{ErrorName, StatusError};
use crate::reply::Reply;
use crate::retry::Jitter;
use crate::text::excerpt;
use crate::tls;

/// Nothing is read beyond this. The largest page of the error log that is asked for stays far below it.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
/// A longer id is not sent: Neptune's are UUIDs of 36 bytes.
pub const MAX_LOAD_ID_BYTES: usize = 1024;
/// As much of an id as goes into a sentence or a log line.
pub(crate) const SHOWN_ID_BYTES: usize = 200;

/// How the messages of errors about one load begin.
pub(crate) fn subject(id: &LoadId) -> String {
    format!("load id `{}`", excerpt(id.as_str(), SHOWN_ID_BYTES))
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
        let http = reqwest::Client::builder()
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
        Session { client: self, request_id, ends: Instant::now() + budget, attempts: Cell::new(0) }
    }
}

/// The requests of one invocation, which share one time budget.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    request_id: &'a str,
    ends: Instant,
    attempts: Cell<u32>,
}

impl Session<'_> {
    /// Neptune's envelope about one load, as it came.
    ///
    /// # Errors
    /// Any of the named errors about Neptune; the message begins with the load id.
    pub async fn load(&self, id: &LoadId, query: &[(&str, &str)]) -> Result<Value, StatusError> {
        let subject = subject(id);
        if id.as_str().len() > MAX_LOAD_ID_BYTES {
            let text = format!("not found: an id of {} bytes cannot be Neptune's", id.as_str().len());
            return Err(StatusError::new(ErrorName::LoadNotFound, text).about(&subject));
        }
        let url = self.client.config.endpoint.load(id, query);
        self.ask(&url, &subject, Reply::load_envelope).await
    }

    /// The ids of the loads that Neptune remembers, waiting ones first, then the newest first.
    ///
    /// # Errors
    /// Any of the named errors about Neptune.
    pub async fn load_ids(&self, query: &[(&str, &str)]) -> Result<Vec<String>, StatusError> {
        let url = self.client.config.endpoint.loads(query);
        self.ask(&url, "the list of loads", Reply::load_ids).await
    }

    /// Lambda's id of the invocation.
    pub fn request_id(&self) -> &str {
        self.request_id
    }

    /// How many requests were made so far.
    pub fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    async fn ask<T>(&self, url: &Url, subject: &str, read: fn(&Reply) -> Result<T, StatusError>) -> Result<T, StatusError> {
        let mut jitter = Jitter::seeded(&[self.request_id, subject]);
        let mut failures = 0;
        loop {
            let error = match self.request(url).await.and_then(|reply| read(&reply)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failures += 1;
            warn!(
                request_id = self.request_id,
                subject,
                attempt = failures,
                error_type = error.name.as_str(),
                cause = error.message,
                "attempt failed"
            );
            match self.client.config.retry.pause(failures, self.time_left(), &mut jitter) {
                Some(pause) if error.name.is_retryable() => tokio::time::sleep(pause).await,
                _ => return Err(after(error, failures).about(subject)),
            }
        }
    }

    async fn request(&self, url: &Url) -> Result<Reply, StatusError> {
        let timeout = self.client.config.request_timeout.min(self.time_left());
        if timeout.is_zero() {
            let text = "could not be read: no time left to ask; raise the function's time-out or NEPTUNE_TIME_BUDGET";
            return Err(StatusError::new(ErrorName::NeptuneUnavailable, text));
        }
        let mut request = self.client.http.get(url.clone()).timeout(timeout);
        if let Some(signer) = &self.client.config.signer {
            let headers = signer
                .headers(url, SystemTime::now())
                .map_err(|error| StatusError::new(ErrorName::ConfigurationError, error.to_string()))?;
            request = request.headers(headers);
        }
        self.attempts.set(self.attempts.get() + 1);
        let answer = async { read_reply(request.send().await?).await };
        let reply = answer.await.map_err(|error| self.transport_error(error, timeout))?;
        Ok(match &self.client.config.signer {
            Some(signer) => Reply { body: signer.without_secrets(reply.body), ..reply },
            None => reply,
        })
    }

    fn transport_error(&self, error: reqwest::Error, timeout: Duration) -> StatusError {
        let endpoint = &self.client.config.endpoint;
        // The address is left out: its query belongs to us, and the endpoint stands in our own words.
        let error = error.without_url();
        let causes = excerpt(&causes(&error), 500);
        let text = if error.is_connect() {
            let remedy = tls::remedy(&error)
                .unwrap_or("check the endpoint, and that the function's subnets and security groups reach it");
            format!("cannot connect to {endpoint}: {causes}; {remedy}")
        } else if error.is_timeout() {
            format!("no answer from {endpoint} within {} ms", timeout.as_millis())
        } else {
            format!("the connection to {endpoint} broke: {causes}")
        };
        StatusError::new(ErrorName::NeptuneUnavailable, format!("could not be read: {text}"))
    }

    fn time_left(&self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }
}

async fn read_reply(mut response: reqwest::Response) -> Result<Reply, reqwest::Error> {
    let http_status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_BODY_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok(Reply { http_status, body, is_cut: true });
        }
    }
    Ok(Reply { http_status, body, is_cut: false })
}

fn after(error: StatusError, attempts: u32) -> StatusError {
    match attempts {
        1 => error,
        _ => StatusError { message: format!("{} (after {attempts} attempts)", error.message), ..error },
    }
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
