//! Turns an HTTP answer of the loader into a JSON envelope or a named error.

use neptune_sigv4::Secrets;
use neptune_wire::{LoadId, LoadStatus, OK_STATUS};
use serde_json::Value;

use crate::error::{ErrorName, StatusError};
use crate::refusal::{Refusal, RequestFacts, StartRefusal};
use crate::text::excerpt;

/// How many bytes of a message our sentences quote at most.
const EXCERPT_BYTES: usize = 1000;
/// How many bytes of a body that is not the loader's they quote at most.
const SHOWN_BYTES: usize = 200;
/// No body with more values is taken apart: each costs up to a hundred bytes of memory and more, but two in the body. The largest body
/// that is read has fewer if it is Neptune's: an entry about a failed file has 12 in some 280 bytes.
const MAX_VALUES: usize = 200_000;

/// One answer as it came, its body read up to a limit.
///
/// Public only for the fuzzer. It is not behind a feature, because the tests would then build another crate than the deployed one.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub(crate) http_status: u16,
    pub(crate) body: Vec<u8>,
    /// Whether the body was longer than the limit. `body` holds its beginning.
    pub(crate) is_cut: bool,
    /// How the body is encoded, if it is. No request accepts an encoding.
    pub(crate) encoding: Option<String>,
    /// Where a redirect points to, without secrets.
    pub(crate) location: Option<String>,
    /// Whether the request was signed.
    pub(crate) is_signed: bool,
    /// Whether the next request is signed with other keys, because these were refused.
    pub(crate) has_new_keys: bool,
    /// The remedy to add if the answer is not Neptune's.
    pub(crate) way_remedy: Option<String>,
    /// The credentials and signatures that the answer may quote. They are cut out.
    pub(crate) secrets: Secrets,
}

impl Reply {
    /// An answer with nothing special about it.
    pub fn new(http_status: u16, body: Vec<u8>) -> Self {
        Self { http_status, body, ..Self::default() }
    }

    /// The envelope about one load.
    ///
    /// # Errors
    /// The named errors of the crate, without the load id.
    pub fn load_envelope(&self, id: &LoadId) -> Result<Value, StatusError> {
        let read = self.envelope(Some(id)).and_then(|envelope| match status_word(&envelope) {
            Some(_) => Ok(envelope),
            None => Err(bad_response("Neptune's answer has no `payload.overallStatus.status`")),
        });
        read.map_err(|error| self.with_way_remedy(error))
    }

    /// The same; `None` stands for an answer that is too large to be read.
    ///
    /// # Errors
    /// The named errors of the crate, without the load id.
    pub(crate) fn load_envelope_if_it_fits(&self, id: &LoadId) -> Result<Option<Value>, StatusError> {
        let is_too_large = self.http_status == 200 && (self.is_cut || self.has_too_many_values());
        if is_too_large { Ok(None) } else { self.load_envelope(id).map(Some) }
    }

    /// The ids of a list.
    ///
    /// # Errors
    /// The named errors of the crate.
    pub fn load_ids(&self) -> Result<Vec<String>, StatusError> {
        let envelope = self.envelope(None)?;
        let ids = envelope["payload"]["loadIds"].as_array();
        let texts = ids.and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
        texts.ok_or_else(|| bad_response("Neptune's answer has no list of texts in `payload.loadIds`"))
    }

    /// The id of the load that was started.
    ///
    /// # Errors
    /// The named errors of the crate, and whether the load may have been started all the same: an answer that cannot be read, and one of
    /// trouble within Neptune or in between, do not say.
    pub(crate) fn started(&self) -> Result<LoadId, NotStarted> {
        if let Some(refusal) = self.refused_start() {
            return Err(refusal);
        }
        let envelope = self.envelope(None).map_err(|error| NotStarted { error, is_sure: false })?;
        let id = envelope["payload"]["loadId"].as_str().filter(|id| !id.is_empty());
        let unread = || bad_response("Neptune's answer has no text in `payload.loadId`");
        id.map(LoadId::from).ok_or_else(|| NotStarted { error: unread(), is_sure: false })
    }

    /// How Neptune, or something in between, refused to start a load; `None` if it did not.
    fn refused_start(&self) -> Option<NotStarted> {
        let json = self.json();
        let body = self.body_start();
        let refusal = Refusal::new(self.http_status, json.as_ref().ok(), &body);
        if self.http_status == 200 && refusal.code().is_none() {
            return None;
        }
        let StartRefusal { name, remedy, is_sure } = refusal.of_start();
        let error = self.refusal(None);
        let retryable = name.is_retryable() || (name == error.name && error.retryable);
        let message = remedy.iter().fold(error.message, |text, remedy| format!("{text}; {remedy}"));
        Some(NotStarted { error: StatusError { name, message, retryable }, is_sure })
    }

    /// Whether it is a 400 that is not Neptune's. Servers with TLS answer so to plain HTTP.
    pub(crate) fn is_foreign_400(&self) -> bool {
        self.http_status == 400 && self.refusal(None).name == ErrorName::NeptuneBadResponse
    }

    /// Whether Neptune refuses the session token because it has expired or is not known.
    pub(crate) fn refuses_the_token(&self) -> bool {
        // Only these can refuse a token, and parsing a large answer takes time and memory.
        matches!(self.http_status, 400 | 401 | 403) && {
            let (json, body) = (self.json(), self.body_start());
            Refusal::new(self.http_status, json.as_ref().ok(), &body).is_about_the_token()
        }
    }

    fn envelope(&self, id: Option<&LoadId>) -> Result<Value, StatusError> {
        if self.http_status != 200 {
            return Err(self.refusal(id));
        }
        if self.is_cut {
            let text = format!("Neptune's answer is larger than the {} bytes that are read", self.body.len());
            return Err(bad_response(&text));
        }
        let envelope = self.json().map_err(|problem| bad_response(&format!("Neptune's answer {problem}")))?;
        match envelope.get("status").and_then(Value::as_str) {
            Some(OK_STATUS) => Ok(envelope),
            Some(other) => {
                let text = format!("Neptune's envelope says `{}` instead of `{OK_STATUS}`", excerpt(other, EXCERPT_BYTES));
                Err(StatusError::new(ErrorName::LoadStatusNotOk, text))
            }
            // An error in spite of the status, for example from a proxy: its code counts first here, too.
            None if envelope.get("code").is_some_and(Value::is_string) => Err(self.refusal(id)),
            None => Err(bad_response(&format!("Neptune's answer is no envelope with a `status`: {}", shown_json(&envelope)))),
        }
    }

    /// The body as JSON, or what is wrong with it.
    fn json(&self) -> Result<Value, String> {
        if let Some(encoding) = &self.encoding {
            return Err(format!("is encoded as `{encoding}`, which the request does not accept"));
        }
        if self.has_too_many_values() {
            return Err(format!("has more than the {MAX_VALUES} values that are read"));
        }
        let mut value =
            serde_json::from_slice(&self.body).map_err(|error| format!("is not JSON ({error}): {}", self.shown_body()))?;
        // What stands in the body as it is was cut out of it; only an escape can still hide a secret.
        if self.body.contains(&b'\\') {
            self.secrets.cut_from_json(&mut value);
        }
        Ok(value)
    }

    /// Every value stands behind one of these; those in texts are counted as well, far from the limit.
    fn has_too_many_values(&self) -> bool {
        let values = || self.body.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
        self.body.len() > MAX_VALUES && values() > MAX_VALUES
    }

    fn refusal(&self, id: Option<&LoadId>) -> StatusError {
        let json = self.json();
        let body = self.body_start();
        let refusal = Refusal::new(self.http_status, json.as_ref().ok(), &body);
        let name = refusal.name(id);
        let mut text = self.shown_refusal(json.as_ref(), &refusal);
        let remedy = refusal.remedy(name, RequestFacts { id, is_signed: self.is_signed }).map(str::to_owned);
        if let Some(remedy) = remedy.or_else(|| self.redirect_remedy()) {
            text = format!("{text}; {remedy}");
        }
        let error = StatusError::new(name, text);
        if refusal.may_pass() || self.has_new_keys { error.worth_a_retry() } else { error }
    }

    /// Adds the remedy to an answer that may come from another server.
    fn with_way_remedy(&self, error: StatusError) -> StatusError {
        match &self.way_remedy {
            Some(remedy) if error.name == ErrorName::NeptuneBadResponse => {
                StatusError { message: format!("{}; {remedy}", error.message), ..error }
            }
            _ => error,
        }
    }

    /// Neptune's text with code and HTTP status, or what came instead of it.
    fn shown_refusal(&self, json: Result<&Value, &String>, refusal: &Refusal<'_>) -> String {
        let code = refusal.raw_code.map(|code| format!(" {}", excerpt(code, 100))).unwrap_or_default();
        let without_text = || format!("HTTP {}{code} without Neptune's error text", self.http_status);
        match (refusal.text, json) {
            (Some(text), _) => format!("{} (HTTP {}{code})", excerpt(text, EXCERPT_BYTES), self.http_status),
            (None, _) if self.body.is_empty() => format!("HTTP {} with an empty body", self.http_status),
            (None, Ok(json)) => format!("{}: {}", without_text(), shown_json(json)),
            (None, Err(problem)) if self.encoding.is_some() => format!("{}: the answer {problem}", without_text()),
            (None, Err(_)) => format!("{}: {}", without_text(), self.shown_body()),
        }
    }

    fn body_start(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(4 * EXCERPT_BYTES)]).into_owned()
    }

    fn shown_body(&self) -> String {
        excerpt(&self.body_start(), SHOWN_BYTES)
    }

    fn redirect_remedy(&self) -> Option<String> {
        match (self.http_status, &self.location) {
            (300..=399, Some(location)) => {
                Some(format!("it points to {location}, but redirects are not followed; check the endpoint"))
            }
            (300..=399, None) => Some("redirects are not followed; check the endpoint".to_owned()),
            _ => None,
        }
    }
}

/// Why no load was started.
#[derive(Debug)]
pub(crate) struct NotStarted {
    pub(crate) error: StatusError,
    /// Whether there is no load for sure.
    pub(crate) is_sure: bool,
}

impl NotStarted {
    pub(crate) fn surely(error: StatusError) -> Self {
        Self { error, is_sure: true }
    }
}

fn shown_json(value: &Value) -> String {
    excerpt(&value.to_string(), SHOWN_BYTES)
}

/// Neptune's own word for the load's status, if the envelope has one.
pub(crate) fn status_word(envelope: &Value) -> Option<&str> {
    envelope["payload"]["overallStatus"]["status"].as_str().filter(|word| !word.is_empty())
}

/// Whether a load has ended in any way but `LOAD_COMPLETED`. Unknown statuses count as ended, so that no state machine waits for them for ever.
pub(crate) fn has_failed(status: &LoadStatus) -> bool {
    !status.is_pending() && *status != LoadStatus::Completed
}

fn bad_response(text: &str) -> StatusError {
    StatusError::new(ErrorName::NeptuneBadResponse, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn reply(http_status: u16, body: &str) -> Reply {
        Reply::new(http_status, body.into())
    }

    #[rstest]
    #[case::too_many_requests(429, "TooManyRequestsException", "NeptuneThrottled")]
    #[case::bare_429(429, "", "NeptuneThrottled")]
    #[case::throttling_is_a_500_in_the_model(500, "ThrottlingException", "NeptuneThrottled")]
    #[case::access_denied(403, "AccessDeniedException", "NeptuneAccessDenied")]
    #[case::bare_401(401, "", "NeptuneAccessDenied")]
    #[case::bare_403(403, "", "NeptuneAccessDenied")]
    #[case::unknown_id(404, "BulkLoadIdNotFoundException", "LoadNotFound")]
    #[case::unknown_id_as_400(400, "BulkLoadIdNotFoundException", "LoadNotFound")]
    #[case::bare_404(404, "", "NeptuneBadResponse")]
    #[case::invalid_parameter(400, "InvalidParameterException", "LoadStatusNotOk")]
    #[case::bad_request(400, "BadRequestException", "LoadStatusNotOk")]
    #[case::bare_400(400, "", "NeptuneBadResponse")]
    #[case::a_word_of_a_gateway(404, "NOT_FOUND", "NeptuneBadResponse")]
    #[case::an_expired_request(400, "RequestExpired", "NeptuneClockSkew")]
    #[case::client_timeout(408, "ClientTimeoutException", "NeptuneUnavailable")]
    #[case::bare_408(408, "", "NeptuneUnavailable")]
    #[case::constraint_violation(400, "ConstraintViolationException", "NeptuneUnavailable")]
    #[case::s3(400, "S3Exception", "NeptuneUnavailable")]
    #[case::shutdown_as_403(403, "ServerShutdownException", "NeptuneUnavailable")]
    #[case::internal_failure(500, "InternalFailureException", "NeptuneUnavailable")]
    #[case::shutdown(500, "ServerShutdownException", "NeptuneUnavailable")]
    #[case::internal_failure_as_400(400, "InternalFailureException", "NeptuneUnavailable")]
    #[case::bare_503(503, "", "NeptuneUnavailable")]
    #[case::other_400(400, "IllegalArgumentException", "LoadStatusNotOk")]
    #[case::unheard_of_400(400, "NewException", "LoadStatusNotOk")]
    #[case::method(405, "MethodNotAllowedException", "LoadStatusNotOk")]
    #[case::redirect(302, "", "LoadStatusNotOk")]
    #[case::created(201, "", "LoadStatusNotOk")]
    #[case::teapot(418, "", "LoadStatusNotOk")]
    fn refusals_have_names(#[case] http_status: u16, #[case] code: &str, #[case] name: &str) {
        let body = if code.is_empty() { String::new() } else { format!(r#"{{"code":"{code}","detailedMessage":"why"}}"#) };
        let error = reply(http_status, &body).load_envelope(&"x".into()).unwrap_err();
        assert_eq!(error.name.as_str(), name);
        for part in [format!("HTTP {http_status}"), code.to_owned()] {
            assert!(error.message.contains(&part), "{}", error.message);
        }
    }

    #[rstest]
    #[case::not_json("<html>", "NeptuneBadResponse", "is not JSON")]
    #[case::empty("", "NeptuneBadResponse", "is not JSON")]
    #[case::cut_json(r#"{"status":"200 OK","payl"#, "NeptuneBadResponse", "is not JSON")]
    #[case::no_object("[1]", "NeptuneBadResponse", "is no envelope")]
    #[case::null("null", "NeptuneBadResponse", "is no envelope")]
    #[case::no_status(r#"{"payload":{"overallStatus":{"status":"LOAD_COMPLETED"}}}"#, "NeptuneBadResponse", "is no envelope")]
    #[case::no_payload(r#"{"status":"200 OK"}"#, "NeptuneBadResponse", "no `payload.overallStatus.status`")]
    #[case::null_overall(r#"{"status":"200 OK","payload":{"overallStatus":null}}"#, "NeptuneBadResponse", "overallStatus")]
    #[case::empty_word(
        r#"{"status":"200 OK","payload":{"overallStatus":{"status":""}}}"#,
        "NeptuneBadResponse",
        "overallStatus"
    )]
    #[case::a_list(r#"{"status":"200 OK","payload":{"loadIds":[]}}"#, "NeptuneBadResponse", "overallStatus")]
    #[case::other_envelope(r#"{"status":"500 Oops","payload":{}}"#, "LoadStatusNotOk", "says `500 Oops`")]
    #[case::a_code_that_passes(r#"{"code":"ThrottlingException"}"#, "NeptuneThrottled", "HTTP 200 ThrottlingException")]
    #[case::a_code_that_stays(r#"{"code":"NewException","message":"why"}"#, "LoadStatusNotOk", "why (HTTP 200 NewException)")]
    #[case::very_deep(&"[".repeat(100_000), "NeptuneBadResponse", "recursion limit exceeded")]
    #[case::very_full(&format!("[{}0]", "0,".repeat(MAX_VALUES)), "NeptuneBadResponse", "more than the 200000 values")]
    #[case::a_number_beyond_all(r#"{"status":"200 OK","payload":1e999}"#, "NeptuneBadResponse", "number out of range")]
    #[case::half_a_character("\"\\ud800\"", "NeptuneBadResponse", "is not JSON")]
    fn a_200_must_be_an_envelope(#[case] body: &str, #[case] name: &str, #[case] message: &str) {
        let error = reply(200, body).load_envelope(&"x".into()).unwrap_err();
        assert_eq!(error.name.as_str(), name);
        assert!(error.message.contains(message), "{}", error.message);
    }

    #[test]
    fn an_unknown_word_is_a_good_envelope() {
        let body = r#"{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_NEW"}},"extra":1.0}"#;
        let envelope = reply(200, body).load_envelope(&"x".into()).unwrap();
        assert_eq!(status_word(&envelope), Some("LOAD_NEW"));
        assert_eq!(envelope.to_string(), body);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let body = r#"{"status":"500 Oops","status":"200 OK","payload":{"overallStatus":{"status":"A","status":"B"}}}"#;
        assert_eq!(status_word(&reply(200, body).load_envelope(&"x".into()).unwrap()), Some("B"));
    }

    #[rstest]
    #[case::answered(200, "NeptuneBadResponse", "Neptune's answer is encoded as `gzip`, which the request does not accept")]
    #[case::in_trouble(
        503,
        "NeptuneUnavailable",
        "HTTP 503 without Neptune's error text: the answer is encoded as `gzip`, which the request does not accept"
    )]
    fn an_encoding_no_client_asked_for_is_reported(#[case] http_status: u16, #[case] name: &str, #[case] message: &str) {
        let encoded = Reply { encoding: Some("gzip".into()), ..reply(http_status, "\u{1f}\u{8b}") };
        let error = encoded.load_envelope(&"x".into()).unwrap_err();
        assert_eq!((error.name.as_str(), error.message.as_str()), (name, message));
    }

    #[test]
    fn a_secret_is_cut_out_however_it_is_escaped() {
        let secrets = Secrets::of(["session/token+of=role"]);
        let quoted = r#"{"code":"X","message":"signed session\u002ftoken\u002bof\u003drole"}"#;
        for reply in [reply(403, quoted), reply(200, quoted), reply(200, &quoted.replace("code", "text"))] {
            let error = Reply { secrets: secrets.clone(), ..reply }.load_envelope(&"x".into()).unwrap_err();
            assert!(error.message.contains("signed <redacted>"), "{}", error.message);
        }
    }

    #[test]
    fn a_body_beyond_the_limit_is_a_bad_response() {
        let error = Reply { http_status: 200, body: vec![b' '; 10], is_cut: true, ..Reply::default() }
            .load_envelope(&"x".into())
            .unwrap_err();
        assert_eq!(error.name, ErrorName::NeptuneBadResponse);
        assert!(error.message.contains("larger than the 10 bytes"), "{}", error.message);
    }

    #[test]
    fn neptunes_text_is_quoted_and_message_stands_in_for_it() {
        let error = reply(404, r#"{"code":"BulkLoadIdNotFoundException","detailedMessage":" ","message":"no such\nload"}"#);
        let message = error.load_envelope(&"x".into()).unwrap_err().message;
        assert_eq!(message, "no such load (HTTP 404 BulkLoadIdNotFoundException)");
    }

    #[rstest]
    #[case::a_page(200, "<html>", true)]
    #[case::a_page_that_is_not_there(404, "<html>", true)]
    #[case::no_status(200, r#"{"status":"200 OK","payload":{}}"#, true)]
    #[case::neptune_itself(404, r#"{"code":"BulkLoadIdNotFoundException","message":"why"}"#, false)]
    fn what_is_not_neptunes_is_reported_with_what_may_be_wrong_on_the_way(
        #[case] http_status: u16,
        #[case] body: &str,
        #[case] has_remedy: bool,
    ) {
        let reply = Reply { way_remedy: Some("write the port".into()), ..reply(http_status, body) };
        let message = reply.load_envelope(&"x".into()).unwrap_err().message;
        assert_eq!(message.ends_with("; write the port"), has_remedy, "{message}");
    }

    #[test]
    fn html_from_a_proxy_is_shown_in_short() {
        let error = reply(502, &format!("<html>\n{}", "x".repeat(5000))).load_envelope(&"x".into()).unwrap_err();
        assert_eq!(error.name, ErrorName::NeptuneUnavailable);
        assert!(error.message.starts_with("HTTP 502 without Neptune's error text: <html> xxx"));
        assert!(error.message.len() < 300);
    }

    #[rstest]
    #[case::no_list(r#"{"status":"200 OK","payload":{}}"#)]
    #[case::numbers(r#"{"status":"200 OK","payload":{"loadIds":["a",1]}}"#)]
    fn a_list_must_hold_texts(#[case] body: &str) {
        assert_eq!(reply(200, body).load_ids().unwrap_err().name, ErrorName::NeptuneBadResponse);
    }

    proptest! {
        #[test]
        fn no_answer_panics_and_every_sentence_stays_short(http_status in 100..600_u16, body in prop::collection::vec(any::<u8>(), 0..6000)) {
            if let Err(error) = Reply::new(http_status, body).load_envelope(&"x".into()) {
                prop_assert!(error.message.len() < 2000);
            }
        }
    }
}
