//! `check_bulk_load_status`: one verdict on the loads of a domain graph and its provenance. It always answers.

use neptune_wire::{LoadId, LoadStatus};
use serde_json::{Value, json};
use tracing::warn;

use crate::error::{ErrorName, StatusError};
use crate::event::{CheckAnswer, CheckEvent, Failure, Verdict};
use crate::explain::how_it_ended;
use crate::flaw::Flaw;
use crate::invocation::Invocation;
use crate::logging::{Ending, log_ending};
use crate::neptune::{SHOWN_ID_BYTES, Session};
use crate::panicked::caught;
use crate::reply::{has_failed, status_word};
use crate::text::{cut, excerpt, visible};

/// The longest `error`, with all ids and texts that it quotes.
pub const MAX_ERROR_BYTES: usize = 8 * 1024;
/// The placeholder for the status of a load that could not be read.
pub const UNKNOWN: &str = "UNKNOWN";

const FUNCTION: &str = "check_bulk_load_status";
/// What is asked about a load that has failed, for the sentence about it: first with the list of its failed files, which may be too
/// large to be read, then without.
const EXPLANATIONS: [&[(&str, &str)]; 2] =
    [&[("details", "TRUE"), ("errors", "TRUE"), ("errorsPerPage", "3")], &[("errors", "TRUE"), ("errorsPerPage", "3")]];
/// Two sentences and the text between them fit into the limit.
const SENTENCE_BYTES: usize = MAX_ERROR_BYTES / 2 - 8;

/// Serves one call. The answer says in its `status` what is wrong, if anything is.
///
/// # Errors
/// Never: a state machine must always find `$.status`.
pub async fn handle(invocation: Invocation) -> Result<Value, StatusError> {
    let event = || CheckEvent::read(&invocation.event);
    let checked = caught(&invocation.request_id, async { Ok(check(&invocation, event()).await) }).await;
    let (answer, attempts) = checked.unwrap_or_else(|error: StatusError| (not_requested(event(), &error), None));
    log(&invocation, &answer, attempts);
    Ok(json!(answer))
}

/// The result of reading the status of one load: Neptune's envelope, or why there is none.
pub type Reading = Result<Value, StatusError>;

/// The verdict on both loads.
///
/// A load that has not ended is pending; `LOAD_COMPLETED` is success; everything else has failed, unknown words included, so that no
/// state machine waits forever for a status that it does not know. If one load has failed, the verdict is `FAILED`.
pub fn judge(event: CheckEvent, domain: &Reading, prov: &Reading) -> CheckAnswer {
    let sides = Side::both(&event, domain, prov);
    verdict_on(event, sides)
}

fn verdict_on(event: CheckEvent, [domain, prov]: [Side; 2]) -> CheckAnswer {
    let [domain_status, prov_status] = [&domain, &prov].map(|side| cut(side.status.as_str(), SHOWN_ID_BYTES));
    let all_complete = [&domain, &prov].iter().all(|side| side.status == LoadStatus::Completed);
    let failure = joined(domain.failure, prov.failure);
    let status = match &failure {
        Some(_) => Verdict::Failed,
        None if all_complete => Verdict::Success,
        None => Verdict::Pending,
    };
    let warnings = [domain.warning, prov.warning].into_iter().flatten().collect();
    CheckAnswer { domain_status, prov_status, warnings, ..answer(event, status, failure) }
}

/// An answer without the status of either load.
fn answer(event: CheckEvent, status: Verdict, failure: Option<Failure>) -> CheckAnswer {
    let CheckEvent { domain_load_id, prov_load_id, run_id } = event;
    CheckAnswer {
        status,
        run_id,
        domain_load_id,
        prov_load_id,
        domain_status: UNKNOWN.to_owned(),
        prov_status: UNKNOWN.to_owned(),
        failure,
        warnings: Vec::new(),
        invalid_parameters: Vec::new(),
    }
}

/// The verdict if neither status could be requested, or is known.
fn not_requested(event: CheckEvent, error: &StatusError) -> CheckAnswer {
    let failure = Failure::new(error.name, cut(&error.message, MAX_ERROR_BYTES));
    answer(event, Verdict::Failed, Some(failure))
}

async fn check(invocation: &Invocation, event: CheckEvent) -> (CheckAnswer, Option<u32>) {
    let Some((domain_id, prov_id)) = event.load_ids() else {
        // The plan's words; a field of its own says which.
        let error = StatusError::new(ErrorName::MissingParameter, "Missing required parameters");
        let invalid_parameters = invocation.readable().map_or_else(|why| vec![why.to_owned()], CheckEvent::problems);
        return (CheckAnswer { invalid_parameters, ..not_requested(event, &error) }, Some(0));
    };
    let session = match invocation.session() {
        Ok(session) => session,
        Err(error) => return (not_requested(event, &error), Some(0)),
    };
    let (domain, prov) = tokio::join!(read(&session, &domain_id), read(&session, &prov_id));
    let sides = Side::both(&event, &domain, &prov);
    for (id, side) in [&domain_id, &prov_id].into_iter().zip(&sides) {
        if let Some(flaw) = side.flaw {
            flaw.log(&invocation.request_id, FUNCTION, event.run_id.as_str(), id);
        }
    }
    (verdict_on(event, sides), Some(session.attempts()))
}

/// Neptune's envelope about one load. Only a failed load is read with its lists of files and errors: a load of many files may have more than
/// can be read.
async fn read(session: &Session<'_>, id: &LoadId) -> Reading {
    let envelope = session.load(id, &[]).await?;
    if has_failed(&status_of(&envelope)) { Ok(explained(session, id, envelope).await) } else { Ok(envelope) }
}

/// The same envelope with the reasons of the failure, as far as they can be read.
async fn explained(session: &Session<'_>, id: &LoadId, envelope: Value) -> Value {
    for query in EXPLANATIONS {
        match session.load_if_it_fits(id, query).await {
            Ok(Some(fuller)) if status_word(&fuller) == status_word(&envelope) => return fuller,
            Ok(Some(_)) => return envelope,
            Ok(None) => {}
            Err(error) => {
                warn!(requestId = session.request_id(), cause = error.message, "the reasons of the failure are unknown");
                return envelope;
            }
        }
    }
    envelope
}

fn status_of(envelope: &Value) -> LoadStatus {
    status_word(envelope).unwrap_or(UNKNOWN).into()
}

/// One of the two loads.
struct Side {
    status: LoadStatus,
    failure: Option<Failure>,
    /// What is wrong with it although it completed.
    flaw: Option<Flaw>,
    warning: Option<String>,
}

impl Side {
    /// What was read of the domain graph's load and of that of its provenance.
    fn both(event: &CheckEvent, domain: &Reading, prov: &Reading) -> [Self; 2] {
        [Self::new("domain", &event.domain_load_id, domain), Self::new("provenance", &event.prov_load_id, prov)]
    }

    fn new(graph: &str, id: &Value, reading: &Reading) -> Self {
        match reading {
            Ok(envelope) => Self::read(graph, id.as_str().unwrap_or_default(), envelope),
            Err(error) => {
                let sentence = cut(&format!("{graph} {}", error.message), SENTENCE_BYTES);
                let failure = Failure { retryable: error.retryable, ..Failure::new(error.name, sentence) };
                Self { status: UNKNOWN.into(), failure: Some(failure), flaw: None, warning: None }
            }
        }
    }

    fn read(graph: &str, id: &str, envelope: &Value) -> Self {
        let about_load = |end: String| format!("{graph} load `{}` {end}", visible(id, SHOWN_ID_BYTES));
        let status = status_of(envelope);
        let failure = has_failed(&status).then(|| {
            let sentence = about_load(how_it_ended(&status, envelope));
            Failure::new(ErrorName::LoadFailed, cut(&sentence, SENTENCE_BYTES))
        });
        let flaw = Flaw::of(envelope);
        let warning = flaw.map(|flaw| about_load(flaw.sentence()));
        Self { status, failure, flaw, warning }
    }
}

/// One failure out of two. Its name is that of a failed load, if there is one, else that of an error that is not retryable: a retry cannot
/// help while one of the two is final. The sentence names both.
fn joined(domain: Option<Failure>, prov: Option<Failure>) -> Option<Failure> {
    let failures: Vec<_> = [domain, prov].into_iter().flatten().collect();
    let first = failures.iter().min_by_key(|failure| (failure.error_type != ErrorName::LoadFailed, failure.retryable))?;
    let sentences: Vec<_> = failures.iter().map(|failure| failure.error.as_str()).collect();
    Some(Failure { error: sentences.join("; "), ..first.clone() })
}

fn log(invocation: &Invocation, answer: &CheckAnswer, attempts: Option<u32>) {
    let failure = answer.failure.as_ref();
    log_ending!(
        Ending::of(failure.map(|failure| failure.retryable)),
        requestId = invocation.request_id,
        tenantId = invocation.tenant_id,
        function = FUNCTION,
        run_id = shown(&answer.run_id),
        domain_load_id = shown(&answer.domain_load_id),
        prov_load_id = shown(&answer.prov_load_id),
        domain_status = excerpt(&answer.domain_status, SHOWN_ID_BYTES),
        prov_status = excerpt(&answer.prov_status, SHOWN_ID_BYTES),
        status = answer.status.as_str(),
        duration_ms = invocation.duration_ms(),
        attempts,
        error_type = failure.map(|failure| failure.error_type.as_str()),
        error = failure.map(|failure| cut(&failure.error, 1000)),
        invalid_parameters = (!answer.invalid_parameters.is_empty()).then(|| answer.invalid_parameters.join(", ")),
        "checked"
    );
}

/// A value of the event in a log line; an absent one stays out.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(visible(text, SHOWN_ID_BYTES)),
        other => Some(visible(&other.to_string(), SHOWN_ID_BYTES)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn event() -> CheckEvent {
        CheckEvent::read(&json!({"domain_load_id": "d-1", "prov_load_id": "p-1", "run_id": "r-1"}))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands where a reading may have failed")]
    fn word(word: &str) -> Reading {
        Ok(json!({"status": "200 OK", "payload": {"overallStatus": {"status": word}}}))
    }

    fn unread(name: ErrorName) -> Reading {
        Err(StatusError::new(name, format!("load id `x` unread {name}")))
    }

    fn failure_of(domain: &Reading, prov: &Reading) -> Failure {
        judge(event(), domain, prov).failure.unwrap()
    }

    #[rstest]
    #[case::both_complete("LOAD_COMPLETED", "LOAD_COMPLETED", Verdict::Success)]
    #[case::both_running("LOAD_IN_PROGRESS", "LOAD_IN_PROGRESS", Verdict::Pending)]
    #[case::one_queued("LOAD_COMPLETED", "LOAD_IN_QUEUE", Verdict::Pending)]
    #[case::one_not_started("LOAD_NOT_STARTED", "LOAD_COMPLETED", Verdict::Pending)]
    #[case::domain_failed("LOAD_FAILED", "LOAD_IN_PROGRESS", Verdict::Failed)]
    #[case::prov_cancelled("LOAD_IN_QUEUE", "LOAD_CANCELLED_BY_USER", Verdict::Failed)]
    #[case::cancelled_as_samples_spell_it("LOAD_CANCELLED", "LOAD_COMPLETED", Verdict::Failed)]
    #[case::unheard_of("LOAD_REHEATED", "LOAD_COMPLETED", Verdict::Failed)]
    #[case::wrong_case("load_completed", "LOAD_COMPLETED", Verdict::Failed)]
    fn two_words_make_a_verdict(#[case] domain: &str, #[case] prov: &str, #[case] verdict: Verdict) {
        let answer = judge(event(), &word(domain), &word(prov));
        assert_eq!(answer.status, verdict);
        assert_eq!((answer.domain_status.as_str(), answer.prov_status.as_str()), (domain, prov));
        assert_eq!(answer.failure.is_some(), verdict == Verdict::Failed);
    }

    #[test]
    fn every_documented_word_has_its_verdict() {
        for status in LoadStatus::DOCUMENTED {
            let expected = match status.as_str() {
                "LOAD_COMPLETED" => Verdict::Success,
                "LOAD_IN_QUEUE" | "LOAD_NOT_STARTED" | "LOAD_IN_PROGRESS" => Verdict::Pending,
                _ => Verdict::Failed,
            };
            assert_eq!(judge(event(), &word("LOAD_COMPLETED"), &word(status.as_str())).status, expected, "{status}");
        }
    }

    #[test]
    fn a_failed_load_is_named_and_final() {
        let failure = failure_of(&word("LOAD_COMPLETED"), &word("LOAD_FAILED"));
        assert_eq!(failure.error, "provenance load `p-1` ended with LOAD_FAILED");
        assert_eq!((failure.error_type, failure.retryable), (ErrorName::LoadFailed, false));
    }

    #[test]
    fn one_failed_load_decides_though_the_other_is_out_of_reach() {
        let answer = judge(event(), &unread(ErrorName::NeptuneUnavailable), &word("LOAD_FAILED"));
        assert_eq!((answer.domain_status.as_str(), answer.prov_status.as_str()), ("UNKNOWN", "LOAD_FAILED"));
        let failure = answer.failure.unwrap();
        assert_eq!((failure.error_type, failure.retryable), (ErrorName::LoadFailed, false));
        let both = "domain load id `x` unread NeptuneUnavailable; provenance load `p-1` ended with LOAD_FAILED";
        assert_eq!(failure.error, both);
    }

    #[test]
    fn the_side_that_was_read_keeps_its_word() {
        let answer = judge(event(), &word("LOAD_IN_PROGRESS"), &unread(ErrorName::LoadNotFound));
        assert_eq!(answer.status, Verdict::Failed);
        assert_eq!((answer.domain_status.as_str(), answer.prov_status.as_str()), ("LOAD_IN_PROGRESS", "UNKNOWN"));
    }

    #[rstest]
    #[case::both_pass(ErrorName::NeptuneThrottled, ErrorName::NeptuneUnavailable, "NeptuneThrottled", true)]
    #[case::prov_lasts(ErrorName::NeptuneThrottled, ErrorName::LoadNotFound, "LoadNotFound", false)]
    #[case::domain_lasts(ErrorName::NeptuneAccessDenied, ErrorName::NeptuneUnavailable, "NeptuneAccessDenied", false)]
    fn lasting_trouble_gives_the_name(
        #[case] domain: ErrorName,
        #[case] prov: ErrorName,
        #[case] name: &str,
        #[case] retryable: bool,
    ) {
        let failure = failure_of(&unread(domain), &unread(prov));
        assert_eq!((failure.error_type.as_str(), failure.retryable), (name, retryable));
        assert!(failure.error.contains(&format!("domain load id `x` unread {domain}")));
        assert!(failure.error.contains(&format!("provenance load id `x` unread {prov}")));
    }

    fn any_reading() -> impl Strategy<Value = Reading> {
        prop_oneof![
            ".{0,300}".prop_map(|text| word(&text)),
            prop::sample::select(LoadStatus::DOCUMENTED.to_vec()).prop_map(|status| word(status.as_str())),
            (prop::sample::select(ErrorName::ALL.to_vec()), "ü{0,9000}")
                .prop_map(|(name, text)| Err(StatusError::new(name, text))),
        ]
    }

    proptest! {
        #[test]
        fn every_answer_keeps_the_shape(domain in any_reading(), prov in any_reading(), id in ".{0,3000}") {
            let event = CheckEvent::read(&json!({"domain_load_id": id, "prov_load_id": id, "run_id": id}));
            let answer = judge(event, &domain, &prov);
            prop_assert_eq!(&answer.run_id, &json!(id));
            prop_assert_eq!(answer.failure.is_some(), answer.status == Verdict::Failed);
            if let Some(failure) = answer.failure {
                prop_assert!(failure.error.len() <= MAX_ERROR_BYTES);
                prop_assert_eq!(failure.retryable, failure.error_type.is_retryable());
            }
        }
    }
}
