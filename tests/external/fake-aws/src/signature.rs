//! Whether a request is signed by the one key that there is: AWS Signature Version 4, verified by signing it again.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The one access key, and the region that requests are signed for.
#[derive(Clone)]
pub(super) struct Key {
    /// Its id, which requests carry.
    pub(super) id: String,
    /// Its secret, which requests are signed with.
    pub(super) secret: String,
    /// Where everything is.
    pub(super) region: String,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not signed, or with another key.
    UnknownKey,
    /// It is signed, but not so: with another secret, or for another region, service or content.
    WrongSignature,
    /// The key holds no more.
    Expired,
}

/// What an `Authorization` header says.
struct Authorization<'a> {
    key_id: &'a str,
    scope: [&'a str; 4],
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl Key {
    /// That a request is signed with this key, for this service.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn check(&self, service: &str, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        let said = Authorization::read(&head.headers).ok_or(Refusal::UnknownKey)?;
        // The key is no temporary one, so nobody can have a token for it.
        if said.key_id != self.id || head.headers.contains_key("x-amz-security-token") {
            return Err(Refusal::UnknownKey);
        }
        let is_scope = matches!(said.scope, [_, region, named, "aws4_request"] if region == self.region && named == service);
        let expected = self.signature(service, head, body, &said.signed_headers);
        if is_scope && expected.as_deref() == Some(said.signature) { Ok(()) } else { Err(Refusal::WrongSignature) }
    }

    /// The signature that the request should have. `None` if it could have none.
    fn signature(&self, service: &str, head: &Parts, body: &[u8], signed: &[&str]) -> Option<String> {
        let text = |name: &str| head.headers.get(name)?.to_str().ok();
        let identity = Credentials::new(&self.id, &self.secret, None, None, "rehearsal").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(moment(text("x-amz-date")?)?)
            .settings(SigningSettings::default())
            .build()
            .ok()?
            .into();
        let headers: Vec<(&str, &str)> = signed.iter().map(|name| Some((*name, text(name)?))).collect::<Option<_>>()?;
        let url = format!("https://{}{}", text("host")?, head.uri);
        let request = SignableRequest::new(head.method.as_str(), url, headers.into_iter(), SignableBody::Bytes(body)).ok()?;
        Some(sign(request, &params).ok()?.into_parts().1)
    }
}

impl fmt::Debug for Key {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("region", &self.region).finish_non_exhaustive()
    }
}

impl Refusal {
    /// What AWS says to humans, from observation.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::UnknownKey => "The security token included in the request is invalid.",
            Self::WrongSignature => {
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
                 signing method. Consult the service documentation for details."
            }
            Self::Expired => "The security token included in the request is expired",
        }
    }
}

impl<'a> Authorization<'a> {
    fn read(headers: &'a HeaderMap) -> Option<Self> {
        let fields = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let (key_id, scope) = field("Credential")?.split_once('/')?;
        let scope = scope.split('/').collect::<Vec<_>>().try_into().ok()?;
        let signed_headers = field("SignedHeaders")?.split(';').collect();
        Some(Self { key_id, scope, signed_headers, signature: field("Signature")? })
    }
}

/// The time of an `X-Amz-Date`.
fn moment(text: &str) -> Option<SystemTime> {
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().into())
}
