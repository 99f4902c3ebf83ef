//! Finds the access key: in the environment, or at the endpoint that Lambda names there if it restores a function from a snapshot
//! (`SnapStart`). The caller passes the time in.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use neptune_sigv4::Secrets;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::config_error::ConfigError;
use crate::error::{ErrorName, StatusError};

/// The variable that names the endpoint, and the one with the token for it (documented).
pub(crate) const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
pub(crate) const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
/// The endpoint is on the same machine.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long before they expire the keys are fetched again.
const MARGIN: Duration = Duration::from_mins(5);
/// The longest answer that is read. Keys and token take about 1.5 KiB.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// An access key. Clones share its texts.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// What requests are signed with.
    pub(crate) key: neptune_sigv4::Credentials,
    /// What must not leave the process: the key's id, its secret, its session token, and the token that it was fetched with.
    pub(crate) secrets: Secrets,
    /// `None` for a key that does not expire while the process runs.
    expires: Option<SystemTime>,
}

impl Credentials {
    /// A key that does not expire while the process runs.
    pub(crate) fn lasting(key_id: &str, secret: &str, session_token: Option<&str>) -> Self {
        Self::new([key_id, secret], session_token, None, None)
    }

    /// A key that was fetched with a token, if there is one.
    fn new(
        [key_id, secret]: [&str; 2],
        session_token: Option<&str>,
        fetched_with: Option<&str>,
        expires: Option<SystemTime>,
    ) -> Self {
        let key = neptune_sigv4::Credentials::new(key_id, secret, session_token);
        let secrets = Secrets::of([Some(key_id), Some(secret), session_token, fetched_with].into_iter().flatten());
        Self { key, secrets, expires }
    }

    fn lasts(&self, now: SystemTime, margin: Duration) -> bool {
        self.expires.is_none_or(|expires| now + margin < expires)
    }
}

/// The endpoint that gives the function its keys. Clones share the keys that were fetched last.
#[derive(Clone)]
pub(crate) struct CredentialEndpoint {
    url: Url,
    token: Option<HeaderValue>,
    latest: Arc<Mutex<Option<Credentials>>>,
}

/// Shows the address only.
impl fmt::Debug for CredentialEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialEndpoint({})", self.url)
    }
}

/// An answer of the endpoint (documented).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

impl CredentialEndpoint {
    /// Takes the values of the two variables. The token is a secret, so it must not leave this machine: the address has to be one of it,
    /// or of the link that it hangs on.
    ///
    /// # Errors
    /// Names the variable that cannot be used.
    pub(crate) fn new(url: &str, token: Option<&str>) -> Result<Self, ConfigError> {
        let invalid = |variable, problem: &str| ConfigError::Invalid { variable, problem: problem.to_owned() };
        let mut parsed = Url::parse(url).map_err(|_| invalid(FULL_URI, "is no URL; leave it as Lambda sets it"))?;
        if parsed.host_str() == Some("localhost") {
            // No name is looked up: the answer could lead elsewhere.
            parsed.set_host(Some("127.0.0.1")).map_err(|_| invalid(FULL_URI, "is no URL; leave it as Lambda sets it"))?;
        }
        if parsed.scheme() != "http" || !is_near(&parsed) {
            let problem = "is not http:// at a loopback or link-local address, and its token is sent nowhere else; leave it as Lambda \
                           sets it";
            return Err(invalid(FULL_URI, problem));
        }
        let header = |token: &str| {
            let mut header =
                HeaderValue::from_str(token).map_err(|_| invalid(TOKEN, "holds characters that no HTTP header takes"))?;
            header.set_sensitive(true);
            Ok(header)
        };
        Ok(Self { url: parsed, token: token.map(header).transpose()?, latest: Arc::default() })
    }

    /// The function's keys: the last ones until shortly before they expire, then fetched again. If that fails, the last ones are used until
    /// they expire.
    ///
    /// # Errors
    /// `NeptuneUnavailable` for temporary errors, `ConfigurationError` for an answer without keys.
    pub(crate) async fn credentials(
        &self,
        http: &reqwest::Client,
        now: SystemTime,
        time_left: Duration,
    ) -> Result<Credentials, StatusError> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(credentials) = latest.as_ref().filter(|credentials| credentials.lasts(now, MARGIN)) {
            return Ok(credentials.clone());
        }
        match self.fetch(http, PATIENCE.min(time_left)).await {
            Ok(credentials) => {
                *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(credentials.clone());
                Ok(credentials)
            }
            Err(error) => latest.filter(|credentials| credentials.lasts(now, Duration::ZERO)).ok_or(error),
        }
    }

    /// Forgets the keys, so that the next request fetches others: Neptune refused these before they expired.
    pub(crate) fn forget(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn fetch(&self, http: &reqwest::Client, timeout: Duration) -> Result<Credentials, StatusError> {
        let passes = |problem: &str| self.error(ErrorName::NeptuneUnavailable, problem);
        let lasts = |problem: &str| self.error(ErrorName::ConfigurationError, problem);
        let mut request = http.get(self.url.clone()).timeout(timeout);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token.clone());
        }
        let mut response = request
            .send()
            .await
            .map_err(|error| passes(if error.is_timeout() { "it does not answer in time" } else { "it cannot be reached" }))?;
        match response.status().as_u16() {
            200 => {}
            status @ (408 | 429 | 500..=599) => return Err(passes(&format!("it answers HTTP {status}"))),
            status => return Err(lasts(&format!("it answers HTTP {status}"))),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| passes("its answer broke off"))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY_BYTES {
                return Err(lasts("its answer is too large"));
            }
        }
        // The error quotes nothing of the answer: it may hold the keys.
        self.read(&body).ok_or_else(|| lasts("its answer holds no access key, or none whose `Expiration` can be read"))
    }

    fn read(&self, body: &[u8]) -> Option<Credentials> {
        let Answer { access_key_id, secret_access_key, token, expiration } = serde_json::from_slice(body).ok()?;
        if access_key_id.is_empty() || secret_access_key.is_empty() {
            return None;
        }
        let expires = match expiration {
            Some(text) => Some(OffsetDateTime::parse(&text, &Rfc3339).ok()?.into()),
            None => None,
        };
        let token = token.as_deref().filter(|token| !token.is_empty());
        let fetched_with = self.token.as_ref().and_then(|token| token.to_str().ok());
        Some(Credentials::new([&access_key_id, &secret_access_key], token, fetched_with, expires))
    }

    fn error(&self, name: ErrorName, problem: &str) -> StatusError {
        let host = self.url.host_str().unwrap_or_default();
        let text = format!(
            "requests cannot be signed, because the function's credentials cannot be had from {FULL_URI} ({host}): \
             {problem}"
        );
        StatusError::new(name, text)
    }
}

/// Whether an address is a loopback or link-local one.
fn is_near(url: &Url) -> bool {
    match url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse().ok()) {
        Some(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // The last one is EKS's (documented).
        Some(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unicast_link_local()
                || address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23]
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::lambda("http://127.0.0.1:9001/2021-08-23/credentials")]
    #[case::localhost("http://localhost:9001/c")]
    #[case::ipv6("http://[::1]:9001/c")]
    #[case::ecs("http://169.254.170.2/v2/credentials/x")]
    #[case::eks("http://[fd00:ec2::23]/v1/credentials")]
    fn an_endpoint_is_near(#[case] url: &str) {
        CredentialEndpoint::new(url, Some("token")).unwrap();
    }

    #[rstest]
    #[case::elsewhere("http://192.0.2.1/c", "loopback")]
    #[case::a_name("http://localhost.example.com/c", "loopback")]
    #[case::a_password("http://127.0.0.1@example.com/c", "loopback")]
    #[case::a_private_address("http://10.0.0.1/c", "loopback")]
    #[case::another_scheme("ftp://127.0.0.1/c", "loopback")]
    #[case::no_url("127.0.0.1", "no URL")]
    fn a_token_is_sent_nowhere_else(#[case] url: &str, #[case] problem: &str) {
        let error = CredentialEndpoint::new(url, Some("secret-token")).unwrap_err().to_string();
        assert!(error.starts_with(FULL_URI) && error.contains(problem) && !error.contains("secret-token"), "{error}");
    }

    #[rstest]
    #[case::lambda(
        r#"{"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-28T12:00:00Z"}"#,
        Some(1_795_867_200)
    )]
    #[case::a_fraction(
        r#"{"AccessKeyId":"ASIA","SecretAccessKey":"s","Expiration":"2026-11-28T13:00:00.000+01:00"}"#,
        Some(1_795_867_200)
    )]
    #[case::for_good(r#"{"AccessKeyId":"ASIA","SecretAccessKey":"s"}"#, None)]
    fn keys_expire_when_they_say(#[case] body: &str, #[case] expires: Option<u64>) {
        let credentials = CredentialEndpoint::new("http://127.0.0.1/", None).unwrap().read(body.as_bytes()).unwrap();
        assert_eq!(credentials.expires, expires.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_refusal(r#"{"code":"x","message":"y"}"#)]
    #[case::an_empty_key(r#"{"AccessKeyId":"","SecretAccessKey":"s"}"#)]
    #[case::no_moment(r#"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"soon"}"#)]
    #[case::long_ago(r#"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":7}"#)]
    fn what_holds_no_key_is_none(#[case] body: &str) {
        assert!(CredentialEndpoint::new("http://127.0.0.1/", None).unwrap().read(body.as_bytes()).is_none());
    }
}
