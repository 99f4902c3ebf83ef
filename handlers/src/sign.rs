//! Signs the requests to Neptune. The caller passes the time in.

use std::fmt;
use std::time::{Duration, SystemTime};

use neptune_sigv4::{SignError, UnsignedRequest};
use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::credentials::{CredentialEndpoint, Credentials};
use crate::endpoint::host_header;
use crate::error::StatusError;

/// Signs requests to Neptune in one region, with a key of the environment or of an endpoint.
#[derive(Clone)]
pub struct Signer {
    source: Source,
    region: String,
}

/// Where the access key comes from.
#[derive(Clone)]
enum Source {
    Environment(Credentials),
    Endpoint(CredentialEndpoint),
}

impl Signer {
    /// Signs with an access key, for the region of the cluster.
    pub fn new(key_id: &str, secret: &str, session_token: Option<&str>, region: &str) -> Self {
        let source = Source::Environment(Credentials::lasting(key_id, secret, session_token));
        Self { source, region: region.to_owned() }
    }

    /// Signs with the access keys that an endpoint gives.
    pub(crate) fn from_endpoint(endpoint: CredentialEndpoint, region: &str) -> Self {
        Self { source: Source::Endpoint(endpoint), region: region.to_owned() }
    }

    /// The access key to sign with now.
    ///
    /// # Errors
    /// The key has to be fetched, and the endpoint does not give it.
    pub(crate) async fn credentials(
        &self,
        http: &reqwest::Client,
        now: SystemTime,
        time_left: Duration,
    ) -> Result<Credentials, StatusError> {
        match &self.source {
            Source::Environment(credentials) => Ok(credentials.clone()),
            Source::Endpoint(endpoint) => endpoint.credentials(http, now, time_left).await,
        }
    }

    /// Forgets a key that Neptune refuses, if the endpoint can give another. Returns whether it can.
    pub(crate) fn renew(&self) -> bool {
        match &self.source {
            Source::Environment(_) => false,
            Source::Endpoint(endpoint) => {
                endpoint.forget();
                true
            }
        }
    }

    /// The headers that make this a signed request to Neptune. The port counts: it stands in the signed `Host` as it is sent.
    ///
    /// # Errors
    /// The URL or a credential cannot be part of a request.
    pub(crate) fn headers(
        &self,
        credentials: &Credentials,
        method: &str,
        url: &Url,
        body: &[u8],
        time: SystemTime,
    ) -> Result<HeaderMap, SignError> {
        let request = UnsignedRequest { method, url: url.as_str(), host: &host_header(url), body };
        neptune_sigv4::Signer::for_neptune(credentials.key.clone(), &self.region).headers(&request, time)
    }

    /// The headers that make this a signed request to S3.
    ///
    /// # Errors
    /// The URL or a credential cannot be part of a request.
    pub(crate) fn s3_headers(
        &self,
        credentials: &Credentials,
        request: &UnsignedRequest<'_>,
        time: SystemTime,
    ) -> Result<HeaderMap, SignError> {
        neptune_sigv4::Signer::for_s3(credentials.key.clone(), &self.region).headers(request, time)
    }
}

/// Shows the region only: credentials must not appear in logs.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_credential() {
        let signer = Signer::new("AKIDEXAMPLE", "wJalrXUtnFEMI", Some("session-token"), "us-east-1");
        assert_eq!(format!("{signer:?}"), r#"Signer { region: "us-east-1", .. }"#);
    }
}
