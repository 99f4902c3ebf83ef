//! IAM database authentication: whether a request is signed by a user who has the permission for it.
//!
//! AWS Signature Version 4 is verified as the services of AWS do it, except S3. The wall clock's time is passed in: clients sign with
//! real time, however the cluster's own passes.

mod explain;
mod refusal;
#[cfg(test)]
mod signers;

use std::time::{Duration, SystemTime};

use axum::http::HeaderValue;
use axum::http::request::Parts;
use neptune_control::Explanation;
use neptune_loader::ApiError;
use neptune_scenario::{AccessKey, Action, Authentication, Iam};
use neptune_sigv4::{Expected, NEPTUNE_DB, Signature, Timestamp, are_equal};

use refusal::Refusal;

/// How long a signature holds, and how far ahead of the cluster the client's clock may be. Neptune says `5 min.` (observed); most services
/// of AWS take 15 minutes. No presigned URL holds longer either, whatever it says (inferred).
const TOLERANCE: Duration = Duration::from_mins(5);

/// A request that may not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denied {
    /// What Neptune says.
    pub(crate) error: ApiError,
    /// What is wrong with it, for people.
    pub(crate) explanation: Box<Explanation>,
}

/// What the server does with an [`Authentication`].
pub(crate) trait AuthenticationExt {
    /// Lets a request pass whose user may do this, and returns the user's ARN if that is known. With no action, the user has to be known
    /// and no more. `now` is the wall clock's time.
    ///
    /// # Errors
    /// Why the request is refused.
    fn authorise(&self, head: &Parts, body: &[u8], action: Option<Action>, now: SystemTime) -> Result<Option<String>, Denied>;

    /// Refuses a request whose body did not arrive, as far as its head shows that it may not pass.
    ///
    /// # Errors
    /// Why the request is refused.
    fn check_head(&self, head: &Parts, now: SystemTime) -> Result<(), Denied>;

    /// The `Date` of its answers, if its clock is a wrong one: clients correct their own clock by it.
    fn wrong_date(&self, now: SystemTime) -> Option<HeaderValue>;
}

impl AuthenticationExt for Authentication {
    fn authorise(&self, head: &Parts, body: &[u8], action: Option<Action>, now: SystemTime) -> Result<Option<String>, Denied> {
        let Self::On(iam) = self else { return Ok(None) };
        authorise(iam, head, body, action, now).map(Some).map_err(|refusal| denied(iam, refusal, head, body))
    }

    fn check_head(&self, head: &Parts, now: SystemTime) -> Result<(), Denied> {
        let Self::On(iam) = self else { return Ok(()) };
        identify(iam, head, now).map(drop).map_err(|refusal| denied(iam, refusal, head, &[]))
    }

    fn wrong_date(&self, now: SystemTime) -> Option<HeaderValue> {
        let Self::On(Iam { skew: Some(skew), .. }) = self else { return None };
        HeaderValue::from_str(&skew.shift(now.into()).http_date()).ok()
    }
}

/// Whose request it is.
fn authorise(iam: &Iam, head: &Parts, body: &[u8], action: Option<Action>, now: SystemTime) -> Result<String, Refusal> {
    let key = authenticate(iam, head, body, now)?;
    let user = key.user.clone().unwrap_or_else(|| format!("arn:aws:iam::{}:user/{}", iam.account, key.id));
    let is_allowed = |action: &Action| key.allow.iter().any(|pattern| pattern.covers(*action));
    match action.filter(|action| !is_allowed(action)) {
        None => Ok(user),
        Some(action) => Err(Refusal::NotAllowed { user, action, resource: resource(iam) }),
    }
}

/// The key that the request is signed with.
fn authenticate<'a>(iam: &'a Iam, head: &Parts, body: &[u8], now: SystemTime) -> Result<&'a AccessKey, Refusal> {
    let (key, signature) = identify(iam, head, now)?;
    if signature.is_made_with(key.secret.reveal(), head, body) { Ok(key) } else { Err(Refusal::WrongSignature) }
}

/// The key that the request claims to be signed with, if everything is right but, perhaps, the signature itiam.
fn identify<'a>(iam: &'a Iam, head: &Parts, now: SystemTime) -> Result<(&'a AccessKey, Signature), Refusal> {
    let signature = Signature::read(head)?;
    signature.check(&expected(iam, now.into()))?;
    signature.check_headers(head)?;
    let key = iam.keys.find(&signature.key_id).ok_or(Refusal::UnknownKey)?;
    let has_token = match (&key.session_token, &signature.session_token) {
        (Some(token), Some(sent)) => are_equal(token.reveal(), sent),
        (expected, sent) => expected.is_none() && sent.is_none(),
    };
    if has_token { Ok((key, signature)) } else { Err(Refusal::UnknownKey) }
}

/// What it expects of a signature at this time.
fn expected(iam: &Iam, now: Timestamp) -> Expected<'_> {
    let now = iam.skew.as_ref().map_or(now, |skew| skew.shift(now));
    Expected { service: NEPTUNE_DB, region: &iam.region, now, tolerance: TOLERANCE }
}

fn denied(iam: &Iam, refusal: Refusal, head: &Parts, body: &[u8]) -> Denied {
    let explanation = explain::explain(iam, &refusal, head, body);
    Denied { error: refusal.into(), explanation: Box::new(explanation) }
}

/// Everything in the cluster, as an ARN (documented).
fn resource(iam: &Iam) -> String {
    format!("arn:aws:neptune-db:{}:{}:{}/*", iam.region, iam.account, iam.resource_id)
}
