//! Signs requests.

use std::fmt;
use std::time::SystemTime;

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Credentials;

/// The name of Neptune's data API in a signature's scope (model). The management API is signed for as `rds`.
pub const NEPTUNE_DB: &str = "neptune-db";

/// Signs requests to one service in one region with one access key.
#[derive(Clone)]
pub struct Signer {
    credentials: Credentials,
    service: Service,
    region: String,
}

/// The service that requests are signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Neptune,
    /// It takes paths as they are, and wants the hash of the body in a header (documented).
    S3,
}

/// The parts of a request that a signature covers.
#[derive(Clone, Copy, Debug)]
pub struct UnsignedRequest<'a> {
    /// `GET`, `POST`, ...
    pub method: &'a str,
    /// Scheme, host, port, path and query.
    pub url: &'a str,
    /// The `Host` header exactly as it is sent, with its port if it has one.
    pub host: &'a str,
    /// The whole body; empty if there is none.
    pub body: &'a [u8],
}

/// Why a request cannot be signed. The causes are left out: they may quote a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The request's host, path or query could not stand in a signature.
    #[error("cannot be signed: its URL is not a valid request target")]
    Request,
    /// A credential could not stand in a header.
    #[error(
        "cannot be signed: a credential holds characters that no HTTP header takes; check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN"
    )]
    Credential,
}

impl Service {
    /// The name in a signature's scope (model).
    fn name(self) -> &'static str {
        match self {
            Self::Neptune => NEPTUNE_DB,
            Self::S3 => "s3",
        }
    }

    fn settings(self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self == Self::S3 {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        settings
    }
}

impl Signer {
    /// Signs for Neptune's data API in the region of the cluster.
    pub fn new(key_id: &str, secret: &str, session_token: Option<&str>, region: &str) -> Self {
        Self::for_neptune(Credentials::new(key_id, secret, session_token), region)
    }

    /// Signs for Neptune's data API in the region of the cluster.
    pub fn for_neptune(credentials: Credentials, region: &str) -> Self {
        Self { credentials, service: Service::Neptune, region: region.to_owned() }
    }

    /// Signs for the S3 of a region.
    pub fn for_s3(credentials: Credentials, region: &str) -> Self {
        Self { credentials, service: Service::S3, region: region.to_owned() }
    }

    /// The key that it signs with.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The region that it signs for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The headers that make this a request signed at this time. They are marked as sensitive.
    ///
    /// # Errors
    /// The URL or a credential cannot stand in a request.
    pub fn headers(&self, request: &UnsignedRequest<'_>, time: SystemTime) -> Result<HeaderMap, SignError> {
        let params = SigningParams::builder()
            .identity(&self.credentials.identity)
            .region(&self.region)
            .name(self.service.name())
            .time(time)
            .settings(self.service.settings())
            .build()
            .expect("every field of the parameters is set")
            .into();
        let UnsignedRequest { method, url, host, body } = *request;
        let headers = [("host", host)].into_iter();
        let signable = SignableRequest::new(method, url, headers, SignableBody::Bytes(body)).map_err(|_| SignError::Request)?;
        let (instructions, _) = sign(signable, &params).map_err(|_| SignError::Credential)?.into_parts();
        instructions.headers().map(|(name, value)| secret_header(name, value)).collect()
    }
}

/// Shows the region only: credentials must not appear in logs.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).finish_non_exhaustive()
    }
}

fn secret_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SignError> {
    let name = HeaderName::try_from(name).map_err(|_| SignError::Credential)?;
    let mut value = HeaderValue::try_from(value).map_err(|_| SignError::Credential)?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use rstest::rstest;

    use super::*;

    const KEY_ID: &str = "AKIDEXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// 2015-08-30T12:36:00Z, the moment of AWS's own examples.
    fn moment() -> SystemTime {
        UNIX_EPOCH + Duration::from_mins(24_015_636)
    }

    /// A signed `GET` of a URL, whose authority is the `Host` that is sent.
    fn signed(url: &str, token: Option<&str>) -> Result<HeaderMap, SignError> {
        let host = url.split('/').nth(2).unwrap();
        let request = UnsignedRequest { method: "GET", url, host, body: &[] };
        Signer::new(KEY_ID, SECRET, token, "us-east-1").headers(&request, moment())
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
    fn s3_is_signed_for_as_its_documentation_shows() {
        let host = "examplebucket.s3.amazonaws.com";
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None);
        let request = UnsignedRequest { method: "GET", url: &format!("https://{host}/?max-keys=2&prefix=J"), host, body: &[] };
        let time = UNIX_EPOCH + Duration::from_hours(380_376);
        let headers = Signer::for_s3(credentials, "us-east-1").headers(&request, time).unwrap();
        let authorization = headers["authorization"].to_str().unwrap();
        let signature = "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        assert!(authorization.ends_with(signature), "{authorization}");
        assert!(authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"), "{authorization}");
    }

    #[test]
    fn a_token_that_no_header_takes_is_an_error_without_the_token() {
        let error = signed("https://db:8182/loader", Some("line\nbreak")).unwrap_err();
        assert_eq!(error, SignError::Credential);
        assert!(!error.to_string().contains("break"));
    }

    #[test]
    fn debug_shows_no_credential() {
        let signer = Signer::new(KEY_ID, SECRET, Some("session-token"), "us-east-1");
        assert_eq!(format!("{signer:?}"), r#"Signer { region: "us-east-1", .. }"#);
        assert_eq!(format!("{:?}", signer.credentials()), "Credentials(..)");
    }
}
