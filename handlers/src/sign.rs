//! AWS Signature Version 4 for the requests to Neptune. The time is passed in.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::credentials::{CredentialEndpoint, Credentials};
use crate::endpoint::host_header;
use crate::error::StatusError;
use crate::secrets::Secrets;

/// The service name in a signature's scope (model). It is not the `neptune` of the management API.
const SERVICE: &str = "neptune-db";

/// Who signs, and for which region.
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
        let source = Source::Environment(Credentials::new(key_id, secret, session_token, None));
        Self { source, region: region.to_owned() }
    }

    /// Signs with the access keys that an endpoint hands out.
    pub(crate) fn from_endpoint(endpoint: CredentialEndpoint, region: &str) -> Self {
        Self { source: Source::Endpoint(endpoint), region: region.to_owned() }
    }

    /// The access key to sign with now.
    ///
    /// # Errors
    /// It has to be fetched, and cannot be had.
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

    /// Drops keys that Neptune refuses, where others can be had. Tells whether that is so.
    pub(crate) fn renew(&self) -> bool {
        match &self.source {
            Source::Environment(_) => false,
            Source::Endpoint(endpoint) => {
                endpoint.forget();
                true
            }
        }
    }

    /// The headers that make a `GET` of this URL a signed one. The port counts: it stands in the signed `Host` as it is sent.
    ///
    /// # Errors
    /// The URL or a credential cannot stand in a request.
    pub(crate) fn headers(&self, credentials: &Credentials, url: &Url, time: SystemTime) -> Result<HeaderMap, SignError> {
        let params = SigningParams::builder()
            .identity(&credentials.identity)
            .region(&self.region)
            .name(SERVICE)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .expect("every field of the parameters is set")
            .into();
        let host = host_header(url);
        let headers = [("host", host.as_str())].into_iter();
        let request =
            SignableRequest::new("GET", url.as_str(), headers, SignableBody::Bytes(&[])).map_err(|_| SignError::Request)?;
        let (instructions, _) = sign(request, &params).map_err(|_| SignError::Credential)?.into_parts();
        instructions.headers().map(|(name, value)| secret_header(name, value)).collect()
    }
}

/// What an answer to a request with these headers may quote and nobody may see: a refused signature is answered with what was signed, and
/// that holds the session token.
pub(crate) fn secrets(credentials: &Credentials, headers: &HeaderMap) -> Secrets {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature = authorization.rsplit("Signature=").next().unwrap_or_default();
    Secrets::of(credentials.secrets.iter().map(String::as_str).chain([authorization, signature]))
}

/// Shows the region only: credentials do not belong into logs.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).finish_non_exhaustive()
    }
}

/// Why a request could not be signed. The causes are left out: they may quote a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignError {
    #[error("cannot be signed: its URL is not a valid request target")]
    Request,
    #[error(
        "cannot be signed: a credential holds characters that no HTTP header takes; check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN"
    )]
    Credential,
}

fn secret_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SignError> {
    let name = HeaderName::try_from(name).map_err(|_| SignError::Credential)?;
    let mut value = HeaderValue::try_from(value).map_err(|_| SignError::Credential)?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use rstest::rstest;

    use super::*;

    /// 2015-08-30T12:36:00Z, the moment of AWS's own examples.
    fn moment() -> SystemTime {
        UNIX_EPOCH + Duration::from_mins(24_015_636)
    }

    fn signed(url: &str, token: Option<&str>) -> Result<HeaderMap, SignError> {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token, None);
        Signer::new("", "", None, "us-east-1").headers(&credentials, &Url::parse(url).unwrap(), moment())
    }

    // The expected signatures were computed with botocore 1.44.5 for the same keys, moment and URLs.
    #[rstest]
    #[case::plain_id(
        "https://cluster.example.com:8182/loader/0a237328-afd5-4574-a0bc-c29ce5f54802?details=TRUE&errors=TRUE&page=1&errorsPerPage=100",
        None,
        "11e4d2243b6b99057924ac47c4f7576b13f8bac11fd7ebd2ba97c1a3bca5b4d8"
    )]
    #[case::slash_in_the_id(
        "https://cluster.example.com:8182/loader/a%2Fb?details=TRUE&errors=TRUE&errorsPerPage=3",
        None,
        "d606a4a7e88aa75797236f18be64dbe89bfc372bf22e3a7c83ee3d10504bb3ee"
    )]
    #[case::session_token(
        "https://cluster.example.com:8182/loader/a%2Fb?details=TRUE&errors=TRUE&errorsPerPage=3",
        Some("session-token/with+signs="),
        "1e177e8d940ba9478bbddefc69188835f743c70cabe225aa5b8d61c00ad3c6f1"
    )]
    #[case::standard_port(
        "https://cluster.example.com/loader?loadId=..&details=TRUE",
        None,
        "8cc704f6506705217b482adebcab127ea19d33cd6b3e21a6a8f888bbc032c850"
    )]
    fn signatures_equal_botocores(#[case] url: &str, #[case] token: Option<&str>, #[case] signature: &str) {
        let headers = signed(url, token).unwrap();
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(authorization.contains("/20150830/us-east-1/neptune-db/aws4_request"), "{authorization}");
        assert!(authorization.ends_with(&format!("Signature={signature}")), "{authorization}");
        assert_eq!(headers["x-amz-date"], "20150830T123600Z");
        assert_eq!(headers.get("x-amz-security-token").map(|value| value.to_str().unwrap()), token);
    }

    #[test]
    fn a_token_that_no_header_takes_is_an_error_without_the_token() {
        let error = signed("https://db:8182/loader", Some("line\nbreak")).unwrap_err();
        assert_eq!(error, SignError::Credential);
        assert!(!error.to_string().contains("break"));
    }

    #[test]
    fn debug_shows_no_credential() {
        let signer = Signer::new("AKIDEXAMPLE", "wJalrXUtnFEMI", Some("session-token"), "us-east-1");
        assert_eq!(format!("{signer:?}"), r#"Signer { region: "us-east-1", .. }"#);
    }
}
