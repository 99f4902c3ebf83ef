//! Checks who sends a request, and in which form, before anything else.

use std::time::SystemTime;

use neptune_control::Explanation;
use neptune_loader::quirks::ErrorTexts;
use neptune_loader::{ApiError, Quirks};

use super::in_flight::InFlight;
use super::reply::{Reply, RequestIds};
use super::{host, strict};
use crate::iam::{AuthenticationExt, Denied};
use neptune_text::cut;

/// How much of a canonical request is written to stderr.
const TOLD_BYTES: usize = 4096;

/// A refusal of the client, or of the form of its request.
pub(super) struct Refused {
    error: ApiError,
    /// Whether it has words of strict mode in it, and so is not Neptune's.
    is_strict: bool,
}

impl Refused {
    pub(super) fn by_neptune(error: ApiError) -> Self {
        Self { error, is_strict: false }
    }

    fn by_strict_mode(error: ApiError) -> Self {
        Self { error, is_strict: true }
    }

    /// The answer. Strict mode puts its hint into every field that a client may read, whatever the quirk says.
    pub(super) fn reply(self, ids: &RequestIds, quirks: &Quirks) -> Reply {
        let Self { error, is_strict } = self;
        if is_strict {
            let quirks = Quirks { error_texts: ErrorTexts::Both, ..*quirks };
            Reply { evidence: None, ..Reply::error(&error, ids, &quirks) }
        } else {
            Reply::error(&error, ids, quirks)
        }
    }
}

impl InFlight<'_> {
    /// Whether the request may pass: sent to this cluster, by a known user with the permission, and in strict mode in the form that AWS
    /// SDKs send.
    pub(super) fn admit(self, body: &[u8]) -> Result<(), Refused> {
        let Self { cluster, asked, decision, .. } = self;
        let is_strict = decision.is_strict;
        if is_strict && let Err(explanation) = host::check(cluster, asked.head) {
            self.explain(&explanation);
            return Err(Refused::by_neptune(ApiError::foreign_host()));
        }
        // Clients sign with real time, however the cluster's own passes.
        let authorised = decision.authentication.authorise(asked.head, body, asked.action(), SystemTime::now());
        authorised.map_err(|denied| self.refused(denied))?;
        if is_strict {
            strict::check(asked, body).map_err(Refused::by_strict_mode)?;
        }
        Ok(())
    }

    /// Whether the request may pass, judged by its head alone, because its body did not arrive.
    pub(super) fn check_head(self) -> Result<(), Refused> {
        let checked = self.decision.authentication.check_head(self.asked.head, SystemTime::now());
        checked.map_err(|denied| self.refused(denied))
    }

    /// A refusal of IAM, in strict mode with a hint.
    fn refused(self, denied: Denied) -> Refused {
        let Denied { error, explanation } = denied;
        self.explain(&explanation);
        if self.decision.is_strict {
            Refused::by_strict_mode(strict::with_hint(error, &explanation.hint))
        } else {
            Refused::by_neptune(error)
        }
    }

    /// Reports to people why a request is refused, in the log and on stderr. The report contains no secret.
    fn explain(self, explanation: &Explanation) {
        let Explanation { hint, canonical_request, string_to_sign } = explanation;
        tracing::info!(
            cluster = self.cluster.name(),
            hint,
            canonical_request = canonical_request.as_deref().map(|text| cut(text, TOLD_BYTES)),
            string_to_sign,
            "refused"
        );
        self.cluster.with_log(|log| log.note_explanation(self.number, explanation.clone()));
    }
}
