//! What a request says about its signature, in the `Authorization` header or in the query of a presigned URL.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::refusal::{DATE, Refusal};
use super::timestamp::Timestamp;

/// The one algorithm.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The service name in scopes (model).
pub(super) const SERVICE: &str = "neptune-db";
/// The last word of scopes.
const TERMINATOR: &str = "aws4_request";
/// How long a signature holds, and how far ahead of the server the client's clock may be. Neptune says `5 min.` (observed); most services
/// of AWS take 15 minutes. No presigned URL holds longer either, whatever it says (inferred).
pub(super) const SKEW: Duration = Duration::from_mins(5);
/// How long a presigned URL may claim to live: a week.
const LIFETIME_SECS: u64 = 604_800;

/// What a request says about its signature. Nothing of it is verified yet.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) key_id: String,
    pub(super) scope: Scope,
    /// The names of the signed headers, each once and sorted, however the client wrote them.
    pub(super) signed_headers: BTreeSet<String>,
    /// The signature itself, in hexadecimal digits.
    pub(super) digits: String,
    pub(super) session_token: Option<String>,
    pub(super) is_presigned: bool,
    /// When it was made.
    pub(super) moment: Timestamp,
    /// How long after that moment the request may arrive.
    lifetime: Duration,
}

impl Signature {
    /// Reads it from the request's head. The header counts before the query.
    pub(super) fn read(head: &Parts) -> Result<Self, Refusal> {
        let authorization = header(head, AUTHORIZATION.as_str()).unwrap_or_default();
        let (algorithm, fields) = authorization.split_once(' ').unwrap_or((&authorization, ""));
        if algorithm.starts_with("AWS4-") {
            check_algorithm(algorithm)?;
            Self::from_header(head, fields)
        } else {
            Self::from_query(head)
        }
    }

    fn from_header(head: &Parts, fields: &str) -> Result<Self, Refusal> {
        let date = header(head, "x-amz-date").or_else(|| header(head, "date"));
        let find = |name: &str| match name {
            DATE => date.as_deref(),
            name => fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('=')),
        };
        let [credential, digits, signed_headers, date] =
            all(["Credential", "Signature", "SignedHeaders", DATE], find).map_err(Refusal::IncompleteHeader)?;
        let session_token = header(head, "x-amz-security-token").map(Cow::into_owned);
        let written = Self::written(credential, date, signed_headers, digits)?;
        Ok(Self { session_token, ..written })
    }

    fn from_query(head: &Parts) -> Result<Self, Refusal> {
        let pairs = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
        let pairs: Vec<_> = pairs.filter(|(key, _)| key.starts_with("X-Amz-")).collect();
        if pairs.is_empty() {
            return Err(Refusal::Unsigned);
        }
        let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
        let [algorithm, credential, digits, signed_headers, date] = all(names, find).map_err(Refusal::IncompleteQuery)?;
        check_algorithm(algorithm)?;
        let lifetime = find("X-Amz-Expires").map_or(Ok(SKEW), lifetime)?.min(SKEW);
        let session_token = find("X-Amz-Security-Token").map(str::to_owned);
        let written = Self::written(credential, date, signed_headers, digits)?;
        Ok(Self { session_token, is_presigned: true, lifetime, ..written })
    }

    /// What both forms have in common.
    fn written(credential: &str, date: &str, signed_headers: &str, digits: &str) -> Result<Self, Refusal> {
        let (key_id, scope) = credential.split_once('/').ok_or(Refusal::MalformedCredential)?;
        Ok(Self {
            key_id: key_id.to_owned(),
            scope: Scope::parse(scope)?,
            signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
            digits: digits.to_owned(),
            session_token: None,
            is_presigned: false,
            moment: Timestamp::parse(date).ok_or_else(|| Refusal::MalformedDate(date.to_owned()))?,
            lifetime: SKEW,
        })
    }

    /// Whether every header that it names was sent.
    pub(super) fn check_headers(&self, head: &Parts) -> Result<(), Refusal> {
        let absent = self.signed_headers.iter().find(|name| !head.headers.contains_key(name.as_str()));
        absent.map_or(Ok(()), |name| Err(Refusal::AbsentHeader(name.clone())))
    }

    /// Whether it is made for a cluster in this region, and for now.
    pub(super) fn check(&self, region: &str, now: Timestamp) -> Result<(), Refusal> {
        let Self { scope, moment, lifetime, .. } = self;
        if scope.region != region {
            return Err(Refusal::WrongRegion(scope.region.clone()));
        }
        if scope.service != SERVICE {
            return Err(Refusal::WrongService);
        }
        if scope.terminator != TERMINATOR {
            return Err(Refusal::WrongTerminator(scope.terminator.clone()));
        }
        if scope.date != moment.date() {
            return Err(Refusal::WrongDate { scope: scope.date.clone(), moment: *moment });
        }
        if !self.signed_headers.contains("host") {
            return Err(Refusal::UnsignedHost);
        }
        if moment.plus(*lifetime) < now {
            return Err(Refusal::Expired { moment: *moment, now, lifetime: *lifetime });
        }
        if now.plus(SKEW) < *moment {
            return Err(Refusal::NotYetCurrent { moment: *moment, now, skew: SKEW });
        }
        Ok(())
    }
}

/// What a signature is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The day, `20260101`.
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) terminator: String,
}

impl Scope {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = text.splitn(5, '/').collect();
        let [date, region, service, terminator] = parts[..] else { return Err(Refusal::MalformedCredential) };
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

fn check_algorithm(algorithm: &str) -> Result<(), Refusal> {
    if algorithm == ALGORITHM { Ok(()) } else { Err(Refusal::OtherAlgorithm(algorithm.to_owned())) }
}

fn lifetime(expires: &str) -> Result<Duration, Refusal> {
    let secs = expires.parse().ok().filter(|secs| (1..=LIFETIME_SECS).contains(secs));
    secs.map(Duration::from_secs).ok_or(Refusal::BadExpires)
}
