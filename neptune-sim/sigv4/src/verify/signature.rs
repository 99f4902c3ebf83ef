//! What a request says about its signature, in the `Authorization` header or in the query of a presigned URL.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::request::Parts;

use super::error::{DATE, SignatureError};
use super::moment::Timestamp;

/// The one algorithm.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last word of scopes.
const TERMINATOR: &str = "aws4_request";
/// How long a presigned URL may claim to live: a week.
const LIFETIME_SECS: u64 = 604_800;

/// What a request says about its signature. Nothing of it is verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The id of the access key.
    pub key_id: String,
    /// The day, region and service that it is made for.
    pub scope: Scope,
    /// The names of the signed headers, each once and sorted, however the client wrote them.
    pub signed_headers: BTreeSet<String>,
    /// The signature itself, in hexadecimal digits.
    pub digits: String,
    /// The session token of a temporary key.
    pub session_token: Option<String>,
    /// Whether it stands in the query of a presigned URL.
    pub is_presigned: bool,
    /// When it was made.
    pub moment: Timestamp,
    /// How long after that moment a presigned URL claims to hold.
    lifetime: Option<Duration>,
}

impl Signature {
    /// Reads it from the request's head. The header counts before the query.
    ///
    /// # Errors
    /// The request is not signed, or its signature is not written as signatures are.
    pub fn read(head: &Parts) -> Result<Self, SignatureError> {
        let authorization = header(head, AUTHORIZATION.as_str()).unwrap_or_default();
        let (algorithm, fields) = authorization.split_once(' ').unwrap_or((&authorization, ""));
        if algorithm.starts_with("AWS4-") {
            check_algorithm(algorithm)?;
            Self::from_header(head, fields)
        } else {
            Self::from_query(head)
        }
    }

    fn from_header(head: &Parts, fields: &str) -> Result<Self, SignatureError> {
        let date = header(head, "x-amz-date").or_else(|| header(head, "date"));
        let find = |name: &str| match name {
            DATE => date.as_deref(),
            name => fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('=')),
        };
        let [credential, digits, signed_headers, date] =
            all(["Credential", "Signature", "SignedHeaders", DATE], find).map_err(SignatureError::IncompleteHeader)?;
        let session_token = header(head, "x-amz-security-token").map(Cow::into_owned);
        let written = Self::written(credential, date, signed_headers, digits)?;
        Ok(Self { session_token, ..written })
    }

    fn from_query(head: &Parts) -> Result<Self, SignatureError> {
        let pairs = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
        let pairs: Vec<_> = pairs.filter(|(key, _)| key.starts_with("X-Amz-")).collect();
        if pairs.is_empty() {
            return Err(SignatureError::Unsigned);
        }
        let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
        let [algorithm, credential, digits, signed_headers, date] =
            all(names, find).map_err(SignatureError::IncompleteQuery)?;
        check_algorithm(algorithm)?;
        let lifetime = find("X-Amz-Expires").map(lifetime).transpose()?;
        let session_token = find("X-Amz-Security-Token").map(str::to_owned);
        let written = Self::written(credential, date, signed_headers, digits)?;
        Ok(Self { session_token, is_presigned: true, lifetime, ..written })
    }

    /// What both forms have in common.
    fn written(credential: &str, date: &str, signed_headers: &str, digits: &str) -> Result<Self, SignatureError> {
        let (key_id, scope) = credential.split_once('/').ok_or(SignatureError::MalformedCredential)?;
        Ok(Self {
            key_id: key_id.to_owned(),
            scope: Scope::parse(scope)?,
            signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
            digits: digits.to_owned(),
            session_token: None,
            is_presigned: false,
            moment: Timestamp::parse(date).ok_or_else(|| SignatureError::MalformedDate(date.to_owned()))?,
            lifetime: None,
        })
    }

    /// Checks that every header that it names was sent.
    ///
    /// # Errors
    /// Names a header that is missing.
    pub fn check_headers(&self, head: &Parts) -> Result<(), SignatureError> {
        let absent = self.signed_headers.iter().find(|name| !head.headers.contains_key(name.as_str()));
        absent.map_or(Ok(()), |name| Err(SignatureError::AbsentHeader(name.clone())))
    }

    /// Checks that it is made for this service in this region, and for now. It does not verify the signature itself.
    ///
    /// # Errors
    /// Says what it is made for instead.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), SignatureError> {
        self.check_scope(expected)?;
        if !self.signed_headers.contains("host") {
            return Err(SignatureError::UnsignedHost);
        }
        self.check_time(expected.now, expected.tolerance)
    }

    fn check_scope(&self, expected: &Expected<'_>) -> Result<(), SignatureError> {
        let Self { scope, moment, .. } = self;
        if scope.region != expected.region {
            return Err(SignatureError::WrongRegion(scope.region.clone()));
        }
        if scope.service != expected.service {
            return Err(SignatureError::WrongService);
        }
        if scope.terminator != TERMINATOR {
            return Err(SignatureError::WrongTerminator(scope.terminator.clone()));
        }
        if scope.date != moment.date() {
            return Err(SignatureError::WrongDate { scope: scope.date.clone(), moment: *moment });
        }
        Ok(())
    }

    fn check_time(&self, now: Timestamp, tolerance: Duration) -> Result<(), SignatureError> {
        let (moment, lifetime) = (self.moment, self.lifetime.unwrap_or(tolerance).min(tolerance));
        if moment.plus(lifetime) < now {
            return Err(SignatureError::Expired { moment, now, lifetime });
        }
        if now.plus(tolerance) < moment {
            return Err(SignatureError::NotYetCurrent { moment, now, skew: tolerance });
        }
        Ok(())
    }
}

/// What a server expects of a signature.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The name of the service in scopes, such as `neptune-db`.
    pub service: &'a str,
    /// The region, such as `us-east-1`.
    pub region: &'a str,
    /// What the server's clock reads.
    pub now: Timestamp,
    /// How long a signature holds, and how far ahead of the server the client's clock may be. No presigned URL holds longer.
    pub tolerance: Duration,
}

/// What a signature is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The day, `20260101`.
    pub date: String,
    /// The region, such as `us-east-1`.
    pub region: String,
    /// The name of the service, such as `neptune-db`.
    pub service: String,
    /// The last word, `aws4_request`.
    pub terminator: String,
}

impl Scope {
    fn parse(text: &str) -> Result<Self, SignatureError> {
        let parts: Vec<&str> = text.splitn(5, '/').collect();
        let [date, region, service, terminator] = parts[..] else { return Err(SignatureError::MalformedCredential) };
        let [date, region, service, terminator] = [date, region, service, terminator].map(str::to_owned);
        Ok(Self { date, region, service, terminator })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, region, service, terminator } = self;
        write!(f, "{date}/{region}/{service}/{terminator}")
    }
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<Cow<'a, str>> {
    head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// The values of parameters if they are all there, otherwise the names of those that are not.
fn all<'a, const N: usize>(
    names: [&'static str; N],
    find: impl Fn(&str) -> Option<&'a str>,
) -> Result<[&'a str; N], Vec<&'static str>> {
    let missing: Vec<_> = names.into_iter().filter(|name| find(name).is_none()).collect();
    if missing.is_empty() { Ok(names.map(|name| find(name).unwrap_or_default())) } else { Err(missing) }
}

fn check_algorithm(algorithm: &str) -> Result<(), SignatureError> {
    if algorithm == ALGORITHM { Ok(()) } else { Err(SignatureError::OtherAlgorithm(algorithm.to_owned())) }
}

fn lifetime(expires: &str) -> Result<Duration, SignatureError> {
    let secs = expires.parse().ok().filter(|secs| (1..=LIFETIME_SECS).contains(secs));
    secs.map(Duration::from_secs).ok_or(SignatureError::BadExpires)
}
