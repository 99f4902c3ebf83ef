//! Signs what goes to servers elsewhere: what a proxy passes on, in place of its clients, and what S3 is asked. The time is passed in.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request};

use neptune_text::redact::REDACTED;

/// The headers of a client's own signature: they would contradict ours.
const OF_SIGNATURES: [&str; 4] = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

/// Signs requests to one service with one access key.
#[derive(Clone)]
pub struct Signer {
    identity: Identity,
    service: Service,
    region: String,
    /// What must never come out again, also as JSON may write it.
    secrets: Vec<String>,
}

/// Whom requests are signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Neptune,
    /// It takes paths as they are, and wants the hash of the body in a header (documented).
    S3,
}

impl Service {
    /// The name in a signature's scope (model).
    fn name(self) -> &'static str {
        match self {
            Self::Neptune => "neptune-db",
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

/// Why a request cannot be signed. The causes are left out: they may quote a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The request's path or query could not stand in a signature.
    #[error("the request cannot be signed: its path or query is not valid in a URL")]
    Request,
    /// A credential could not stand in a header.
    #[error(
        "the request cannot be signed: a credential holds characters that no HTTP header takes; check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN"
    )]
    Credential,
}

impl Signer {
    /// Signs with an access key, for the region of the cluster.
    pub fn new(key_id: &str, secret: &str, session_token: Option<&str>, region: &str) -> Self {
        Self::of(Service::Neptune, key_id, secret, session_token, region)
    }

    /// Signs with an access key, for the S3 of a region.
    pub(crate) fn for_s3(key_id: &str, secret: &str, region: &str) -> Self {
        Self::of(Service::S3, key_id, secret, None, region)
    }

    fn of(service: Service, key_id: &str, secret: &str, session_token: Option<&str>, region: &str) -> Self {
        let credentials = Credentials::new(key_id, secret, session_token.map(str::to_owned), None, "environment");
        let plain = [Some(secret), session_token].into_iter().flatten().filter(|secret| !secret.is_empty());
        let secrets = plain.flat_map(|secret| [secret.to_owned(), secret.replace('/', r"\/")]).collect();
        Self { identity: credentials.into(), service, region: region.to_owned(), secrets }
    }

    /// The region that it signs for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Puts a signature of its own in the place of the client's. `origin` is scheme, host and port of the upstream, as in a URL.
    pub(crate) fn sign(&self, request: &mut Request<Bytes>, origin: &str, time: SystemTime) -> Result<(), SignError> {
        for name in OF_SIGNATURES {
            request.headers_mut().remove(name);
        }
        let signature = self.signature(request, origin, time)?;
        request.headers_mut().extend(signature);
        Ok(())
    }

    /// A body without the secrets that the request was signed with: a refused signature is answered with what was signed, and that
    /// holds the session token.
    pub(super) fn without_secrets(&self, body: Bytes) -> Bytes {
        let text = String::from_utf8_lossy(&body);
        if !self.secrets.iter().any(|secret| text.contains(secret)) {
            return body;
        }
        self.secrets.iter().fold(text.into_owned(), |text, secret| text.replace(secret, REDACTED)).into()
    }

    fn signature(&self, request: &Request<Bytes>, origin: &str, time: SystemTime) -> Result<HeaderMap, SignError> {
        let params = SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name(self.service.name())
            .time(time)
            .settings(self.service.settings())
            .build()
            .expect("every field of the parameters is set")
            .into();
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).ok_or(SignError::Request)?;
        let url = format!("{origin}{}", request.uri());
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), &url, [("host", host)].into_iter(), body);
        let signable = signable.map_err(|_| SignError::Request)?;
        let (instructions, _) = sign(signable, &params).map_err(|_| SignError::Credential)?.into_parts();
        instructions.headers().map(|(name, value)| secret_header(name, value)).collect()
    }
}

/// Shows the region only: credentials do not belong into logs.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).finish_non_exhaustive()
    }
}

/// Whether a client has signed the `Host` that it sent, so that its signature holds for no other.
pub(super) fn signs_host(headers: &HeaderMap) -> bool {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = authorization.split(',').find_map(|field| field.trim().strip_prefix("SignedHeaders="));
    signed.is_some_and(|names| names.split(';').any(|name| name.eq_ignore_ascii_case("host")))
}

fn secret_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SignError> {
    let name = HeaderName::try_from(name).map_err(|_| SignError::Credential)?;
    let mut value = HeaderValue::try_from(value).map_err(|_| SignError::Credential)?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::*;

    fn signer(token: Option<&str>) -> Signer {
        Signer::new("AKIDEXAMPLE", "wJalrXUtnFEMI", token, "us-east-1")
    }

    #[test]
    fn the_clients_own_signature_goes_and_everything_else_stays() {
        let mut request = Request::post("/loader?a=b")
            .header("host", "db.example:8182")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=theirs")
            .header("x-amz-security-token", "theirs")
            .header("x-amz-content-sha256", "theirs")
            .header("content-type", "application/json")
            .body(Bytes::from("{}"))
            .unwrap();
        signer(None).sign(&mut request, "https://db.example:8182", SystemTime::UNIX_EPOCH).unwrap();
        let headers = request.headers();
        let names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["host", "content-type", "x-amz-date", "authorization"]);
        let authorization = headers["authorization"].to_str().unwrap();
        let begin = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/us-east-1/neptune-db/aws4_request, SignedHeaders=host;x-amz-date, ";
        assert!(authorization.starts_with(begin), "{authorization}");
    }

    #[test]
    fn s3_is_signed_for_as_its_documentation_shows() {
        let (host, target) = ("examplebucket.s3.amazonaws.com", "/?max-keys=2&prefix=J");
        let mut request = Request::get(target).header("host", host).body(Bytes::new()).unwrap();
        let signer = Signer::for_s3("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");
        let time = SystemTime::UNIX_EPOCH + Duration::from_hours(380_376);
        signer.sign(&mut request, &format!("https://{host}"), time).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        let signature = "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        assert!(authorization.ends_with(signature), "{authorization}");
        assert!(authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"), "{authorization}");
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_credential() {
        let signer = signer(Some("line\nbreak"));
        assert_eq!(format!("{signer:?}"), r#"Signer { region: "us-east-1", .. }"#);
        let mut request = Request::get("/loader").header("host", "db").body(Bytes::new()).unwrap();
        let error = signer.sign(&mut request, "https://db:8182", SystemTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(error, SignError::Credential);
        assert!(!error.to_string().contains("break"), "{error}");
    }

    #[rstest]
    #[case::signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;x-amz-date, Signature=c", true)]
    #[case::something_else_signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=x-amz-date, Signature=c", false)]
    #[case::another_scheme("Bearer host", false)]
    fn a_signature_for_a_host_is_seen(#[case] authorization: &str, #[case] signs: bool) {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, authorization.parse().unwrap())]);
        assert_eq!(signs_host(&headers), signs);
    }
}
