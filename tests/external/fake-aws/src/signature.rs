//! Checks that a request is signed with the one key of the rehearsal.

use std::fmt;
use std::time::{Duration, SystemTime};

use axum::http::request::Parts;
use neptune_sigv4::{Expected, Signature};

/// How long a signature holds, and how far ahead the client's clock may be, as in most services of AWS (documented).
const TOLERANCE: Duration = Duration::from_mins(15);

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

impl Key {
    /// Checks that a request is signed with this key, for this service and for now.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn check(&self, service: &str, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        let signature = Signature::read(head).map_err(|_| Refusal::UnknownKey)?;
        // The key is not a temporary one, so it has no session token.
        if signature.key_id != self.id || signature.session_token.is_some() {
            return Err(Refusal::UnknownKey);
        }
        let expected = Expected { service, region: &self.region, now: SystemTime::now().into(), tolerance: TOLERANCE };
        let is_for_this = signature.check(&expected).is_ok() && signature.check_headers(head).is_ok();
        let is_signed = is_for_this && signature.is_made_with(&self.secret, head, body);
        if is_signed { Ok(()) } else { Err(Refusal::WrongSignature) }
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
