//! Why a request is refused, in AWS's words.

use std::time::Duration;

use neptune_loader::{ApiError, Evidence};
use neptune_sigv4::{DATE, SignatureError};
use neptune_text::cut;

use neptune_scenario::Action;

/// How much of a client's own words an answer repeats.
const QUOTED_BYTES: usize = 64;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no signature, or it is not written well, or not made for this cluster or for now.
    Signature(SignatureError),
    /// No key has this id, or the session token is not the key's.
    UnknownKey,
    /// Signed with another secret, or another request.
    WrongSignature,
    /// The user may not do this.
    NotAllowed { user: String, action: Action, resource: String },
}

impl Refusal {
    /// Where the text comes from, and the text. Inferred ones are those of AWS's other services.
    fn text(&self) -> (Evidence, String) {
        use Evidence::{Documented, Inferred, Observed};
        match self {
            Self::Signature(error) => signature_text(error),
            Self::UnknownKey => (Inferred, "The security token included in the request is invalid.".into()),
            Self::WrongSignature => (
                Observed,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details."
                    .into(),
            ),
            Self::NotAllowed { user, action, resource } => {
                (Documented, format!("User: {user} is not authorized to perform: {action} on resource: {resource}"))
            }
        }
    }
}

/// The text about a signature that is not written well, or not made for this cluster or for now.
fn signature_text(error: &SignatureError) -> (Evidence, String) {
    use Evidence::{Inferred, Observed};
    match error {
        SignatureError::Unsigned => (Observed, "Missing Authentication Token".into()),
        // Observed up to the comma. How it goes on is what AWS's other services say.
        SignatureError::WrongRegion(region) => {
            (Observed, format!("Credential should be scoped to a valid region, not '{}'.", quoted(region)))
        }
        SignatureError::WrongService => (Inferred, "Credential should be scoped to correct service: 'neptune-db'.".into()),
        SignatureError::WrongTerminator(word) => {
            (Inferred, format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.", quoted(word)))
        }
        SignatureError::WrongDate { scope, moment } => (
            Inferred,
            format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                     '{}' != '{}', from '{moment}'.",
                quoted(scope),
                moment.date(),
            ),
        ),
        SignatureError::MalformedCredential => {
            (Inferred, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.".into())
        }
        SignatureError::MalformedDate(date) => {
            (Inferred, format!("Date must be in ISO-8601 'basic format'. Got '{}'.", quoted(date)))
        }
        SignatureError::BadExpires => (Inferred, "X-Amz-Expires must be a number of seconds from 1 to 604800.".into()),
        SignatureError::UnsignedHost => {
            (Inferred, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into())
        }
        SignatureError::AbsentHeader(name) => {
            let text = format!("'{}' is named as a SignedHeader, but it does not exist in the HTTP request.", quoted(name));
            (Observed, text)
        }
        SignatureError::OtherAlgorithm(algorithm) => {
            (Inferred, format!("Unsupported AWS 'algorithm': '{}'.", quoted(algorithm)))
        }
        SignatureError::IncompleteHeader(missing) => {
            let sentences = missing.iter().map(|name| match *name {
                DATE => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned(),
                name => format!("Authorization header requires '{name}' parameter."),
            });
            (Inferred, sentences.collect::<Vec<_>>().join(" "))
        }
        SignatureError::IncompleteQuery(missing) => {
            let sentences = missing.iter().map(|name| format!("AWS query-string parameters must include '{name}'."));
            let sentences = sentences.chain(["Re-examine the query-string parameters.".to_owned()]);
            (Inferred, sentences.collect::<Vec<_>>().join(" "))
        }
        SignatureError::Expired { moment, now, lifetime } => {
            let (limit, lifetime) = (now.minus(*lifetime), span(*lifetime));
            (Observed, format!("Signature expired: {moment} is now earlier than {limit} ({now} - {lifetime}.)"))
        }
        SignatureError::NotYetCurrent { moment, now, skew } => {
            let (limit, skew) = (now.plus(*skew), span(*skew));
            (Inferred, format!("Signature not yet current: {moment} is still later than {limit} ({now} + {skew}.)"))
        }
    }
}

impl From<SignatureError> for Refusal {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (evidence, text) = refusal.text();
        Self::access_denied(evidence, text)
    }
}

fn quoted(text: &str) -> String {
    cut(text, QUOTED_BYTES)
}

/// `5 min`, or `90 sec` if it is not whole minutes.
fn span(duration: Duration) -> String {
    match duration.as_secs() {
        secs if secs % 60 == 0 => format!("{} min", secs / 60),
        secs => format!("{secs} sec"),
    }
}

#[cfg(test)]
mod tests {
    use neptune_loader::quirks::ErrorTexts;
    use rstest::rstest;
    use serde_json::json;

    use super::super::Authentication;
    use super::super::signers::{KEY_ID, SECRET, Sent, Signer, cluster, moment, with_key};
    use super::*;

    const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                            Access Key and signing method. Consult the service documentation for details.";

    fn list() -> Sent {
        Sent::new("GET", "/loader", &[], "")
    }

    fn signed() -> Sent {
        Signer::default().sign(list())
    }

    /// A signed request with another text in its `Authorization`.
    fn altered(from: &str, to: &str) -> Sent {
        let mut sent = signed();
        assert!(sent.header("authorization").contains(from), "{from}");
        *sent.header("authorization") = sent.header("authorization").replace(from, to);
        sent
    }

    /// A presigned request with another text in its query.
    fn presigned(from: &str, to: &str) -> Sent {
        let mut sent = Signer::presigning(Duration::from_secs(90)).sign(list());
        assert!(sent.target.contains(from), "{from} in {}", sent.target);
        sent.target = sent.target.replace(from, to);
        sent
    }

    #[rstest]
    #[case::unsigned(list(), "observed", "Missing Authentication Token")]
    #[case::another_scheme(Sent::new("GET", "/loader", &[("authorization", "Bearer AWS4-")], ""), "observed", "Missing Authentication Token")]
    #[case::another_algorithm(
        altered("HMAC", "ECDSA-P256"),
        "inferred",
        "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."
    )]
    #[case::another_algorithm_in_the_query(
        presigned("HMAC", "RSA"),
        "inferred",
        "Unsupported AWS 'algorithm': 'AWS4-RSA-SHA256'."
    )]
    #[case::wrong_region(
        Signer { region: "eu-west-1", ..Signer::default() }.sign(list()),
        "observed",
        "Credential should be scoped to a valid region, not 'eu-west-1'."
    )]
    #[case::wrong_service(
        Signer { service: "neptune", ..Signer::default() }.sign(list()),
        "inferred",
        "Credential should be scoped to correct service: 'neptune-db'."
    )]
    #[case::wrong_terminator(
        altered("aws4_request", "aws3_request"),
        "inferred",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'."
    )]
    #[case::wrong_date(
        altered("/20150830/", "/20150829/"),
        "inferred",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', \
         from '20150830T123600Z'."
    )]
    #[case::too_few_parts(
        altered("/aws4_request", ""),
        "inferred",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
    )]
    #[case::no_parts(
        altered("Credential=", "Credential=,"),
        "inferred",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
    )]
    #[case::unknown_key(
        Signer { key_id: "AKIDOTHER", ..Signer::default() }.sign(list()),
        "inferred",
        "The security token included in the request is invalid."
    )]
    #[case::a_token_too_many(
        Signer { token: Some("token"), ..Signer::default() }.sign(list()),
        "inferred",
        "The security token included in the request is invalid."
    )]
    #[case::wrong_secret(Signer { secret: "another", ..Signer::default() }.sign(list()), "observed", MISMATCH)]
    #[case::half_a_signature(altered("Signature=", "Signature=0, Old="), "observed", MISMATCH)]
    #[case::wrong_signature_in_the_query(presigned("X-Amz-Expires=90", "X-Amz-Expires=91"), "observed", MISMATCH)]
    #[case::a_header_that_was_not_sent(
        Signer { token: Some("token"), ..Signer::default() }.sign(list()).without("x-amz-security-token"),
        "observed",
        "'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request."
    )]
    #[case::unsigned_host(
        altered("host;", ""),
        "inferred",
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    )]
    #[case::no_credential(
        altered("Credential=", "Credentials="),
        "inferred",
        "Authorization header requires 'Credential' parameter."
    )]
    #[case::nothing_but_the_algorithm(
        Sent::new("GET", "/loader", &[("authorization", "AWS4-HMAC-SHA256")], ""),
        "inferred",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
         'X-Amz-Date' or a 'Date' header."
    )]
    #[case::no_date(
        signed().without("x-amz-date"),
        "inferred",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    )]
    #[case::no_query_parameters(
        presigned("X-Amz-Credential=", "Credential=").without_parameter("X-Amz-Date"),
        "inferred",
        "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Date'. \
         Re-examine the query-string parameters."
    )]
    #[case::a_date_that_is_none(
        presigned("20150830T123600Z", "tomorrow"),
        "inferred",
        "Date must be in ISO-8601 'basic format'. Got 'tomorrow'."
    )]
    #[case::no_time_to_live(
        presigned("X-Amz-Expires=90", "X-Amz-Expires=0"),
        "inferred",
        "X-Amz-Expires must be a number of seconds from 1 to 604800."
    )]
    #[case::more_than_a_week_to_live(
        presigned("X-Amz-Expires=90", "X-Amz-Expires=604801"),
        "inferred",
        "X-Amz-Expires must be a number of seconds from 1 to 604800."
    )]
    fn a_refusal_has_the_words_of_aws(#[case] sent: Sent, #[case] evidence: &str, #[case] text: &str) {
        assert_refused(&sent.to(&cluster()).unwrap_err(), evidence, text);
    }

    #[rstest]
    #[case::the_token_is_missing(None)]
    #[case::the_token_is_another(Some("another"))]
    fn a_temporary_key_is_nothing_without_its_token(#[case] token: Option<&'static str>) {
        let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "session_token": "token"}));
        let sent = Signer { token, ..Signer::default() }.sign(list());
        assert_refused(&sent.to(&cluster).unwrap_err(), "inferred", "The security token included in the request is invalid.");
    }

    #[test]
    fn who_may_not_do_it_learns_what_and_where() {
        let key = json!({"id": KEY_ID, "secret": SECRET, "allow": ["neptune-db:Get*", "neptune-db:StartLoaderJob"]});
        let cluster: Authentication = serde_json::from_value(json!({"resource_id": "cluster-ABC", "keys": [key]})).unwrap();
        let text = "User: arn:aws:iam::123456789012:user/AKIDEXAMPLE is not authorized to perform: neptune-db:ListLoaderJobs on \
                    resource: arn:aws:neptune-db:us-east-1:123456789012:cluster-ABC/*";
        assert_refused(&signed().to(&cluster).unwrap_err(), "documented", text);
    }

    #[test]
    fn a_wrong_signature_is_not_reported_what_it_may_do() {
        let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "allow": []}));
        let wrong = Signer { secret: "another", ..Signer::default() }.sign(list());
        assert_refused(&wrong.to(&cluster).unwrap_err(), "observed", MISMATCH);
    }

    /// A presigned request that does not say how long it is valid.
    fn presigned_without_end() -> Sent {
        presigned("", "").without_parameter("X-Amz-Expires")
    }

    /// A presigned request that claims to live for a week.
    fn presigned_for_a_week() -> Sent {
        Signer::presigning(Duration::from_hours(168)).sign(list())
    }

    #[rstest]
    #[case::just_made(signed(), 0)]
    #[case::nearly_five_minutes_old(signed(), 299)]
    #[case::five_minutes_old(signed(), 300)]
    #[case::nearly_five_minutes_ahead(signed(), -299)]
    #[case::five_minutes_ahead(signed(), -300)]
    #[case::presigned_and_ahead(presigned("", ""), -300)]
    #[case::presigned_and_just_alive(presigned("", ""), 90)]
    #[case::presigned_for_a_week(presigned_for_a_week(), 300)]
    fn the_clocks_may_differ_by_five_minutes(#[case] sent: Sent, #[case] late_secs: i64) {
        assert!(sent.to_at(&cluster(), after(late_secs)).is_ok());
    }

    #[rstest]
    #[case::expired(
        signed(),
        301,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
    )]
    #[case::presigned_and_expired(
        presigned("", ""),
        91,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123731Z - 90 sec.)"
    )]
    #[case::presigned_without_end_and_expired(
        presigned_without_end(),
        301,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
    )]
    #[case::presigned_for_a_week_and_expired(
        presigned_for_a_week(),
        301,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
    )]
    fn a_signature_is_dead_after_five_minutes(#[case] sent: Sent, #[case] late_secs: i64, #[case] text: &str) {
        assert_refused(&sent.to_at(&cluster(), after(late_secs)).unwrap_err(), "observed", text);
    }

    #[rstest]
    #[case::not_yet_current(
        signed(),
        -301,
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
    )]
    #[case::presigned(
        presigned_for_a_week(),
        -301,
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
    )]
    #[case::long_ago(
        signed(),
        -1_440_938_160,
        "Signature not yet current: 20150830T123600Z is still later than 19700101T000500Z (19700101T000000Z + 5 min.)"
    )]
    fn a_signature_from_the_future_does_not_hold_yet(#[case] sent: Sent, #[case] late_secs: i64, #[case] text: &str) {
        assert_refused(&sent.to_at(&cluster(), after(late_secs)).unwrap_err(), "inferred", text);
    }

    #[rstest]
    #[case::ahead(
        "20m",
        "observed",
        "Signature expired: 20150830T123600Z is now earlier than 20150830T125100Z (20150830T125600Z - 5 min.)"
    )]
    #[case::behind(
        "-20m",
        "inferred",
        "Signature not yet current: 20150830T123600Z is still later than 20150830T122100Z (20150830T121600Z + 5 min.)"
    )]
    fn a_cluster_with_a_wrong_clock_refuses_good_signatures(#[case] skew: &str, #[case] evidence: &str, #[case] text: &str) {
        let cluster = json!({"keys": [{"id": KEY_ID, "secret": SECRET}], "skew": skew});
        assert_refused(&signed().to(&serde_json::from_value(cluster).unwrap()).unwrap_err(), evidence, text);
    }

    /// A recording of 2024 has a `Content-Length` of 473; those of 2022 and 2023, without `message`, are 191 bytes shorter.
    #[test]
    fn the_body_of_a_wrong_signature_is_as_long_as_those_that_were_recorded() {
        let error = Signer { secret: "another", ..Signer::default() }.sign(list()).to(&cluster()).unwrap_err();
        let bytes = |texts| serde_json::to_string(&error.body("10c7bc2f-7ed5-4b1c-a41a-1f0fb8f0ba29", texts)).unwrap().len();
        assert_eq!((bytes(ErrorTexts::Both), bytes(ErrorTexts::DetailedOnly)), (473, 282));
    }

    #[test]
    fn long_words_are_not_repeated() {
        let error = altered("us-east-1", &"x".repeat(10_000)).to(&cluster()).unwrap_err();
        assert!(error.message.len() < 150, "{}", error.message);
    }

    fn after(secs: i64) -> std::time::SystemTime {
        let by = Duration::from_secs(secs.unsigned_abs());
        if secs < 0 { moment() - by } else { moment() + by }
    }

    /// 403, and the text twice.
    fn assert_refused(error: &ApiError, evidence: &str, text: &str) {
        let body = serde_json::to_value(error.body("r", ErrorTexts::Both)).unwrap();
        let expected = json!({"code": "AccessDeniedException", "requestId": "r", "detailedMessage": text, "message": text});
        assert_eq!(body, expected);
        assert_eq!((error.http_status(), error.evidence.as_str()), (403, evidence));
    }
}
