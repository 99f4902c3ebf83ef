//! Whether a cluster can be reached, and what it answers while Neptune is unavailable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whether a cluster can be reached.
///
/// In JSON and YAML: `"available"`, `"refused"`, `"unreachable"`, `"silent"`, `{"answers": {"http": 500, "code": "InternalFailureException",
/// "message": "..."}}` or `{"answers": {"http": 200, "body": {...}}}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Availability {
    /// It answers as Neptune does.
    #[default]
    Available,
    /// Connections are refused, as if no process listened; open ones are closed. The port stays reserved.
    Refused,
    /// Connections are neither accepted nor refused, as behind a firewall that drops packets; open ones are closed. The port stays
    /// reserved.
    Unreachable,
    /// Connections are accepted and requests read, but nothing is ever answered. The connection is closed when the availability
    /// changes, when the client leaves, or after 15 minutes.
    Silent,
    /// Every request gets the same answer, and no load is started or cancelled.
    Answers(CannedAnswer),
}

impl Availability {
    /// What a timeline says of it: `available`, `refused`, `unreachable`, `silent`, or `answers` with the HTTP status, such as `answers 503`.
    pub fn word(&self) -> String {
        match self {
            Self::Available => "available".to_owned(),
            Self::Refused => "refused".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Silent => "silent".to_owned(),
            Self::Answers(canned) => format!("answers {}", canned.http_status),
        }
    }
}

/// The one answer to every request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenAnswer", into = "WrittenAnswer")]
pub struct CannedAnswer {
    /// The HTTP status, 200 to 599.
    pub http_status: u16,
    /// The body.
    pub body: CannedBody,
}

/// The body of a [`CannedAnswer`].
#[derive(Clone, Debug, PartialEq)]
pub enum CannedBody {
    /// An error as Neptune writes it: with the request's id, and the text twice.
    Error {
        /// The exception's name, such as `InternalFailureException`.
        code: String,
        /// The text.
        message: String,
    },
    /// This very JSON.
    Json(Value),
}

/// A canned answer as it is written: `http` with either `code` and `message`, or `body`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenAnswer {
    /// The HTTP status, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    http: u16,
    /// The name of Neptune's exception, such as `InternalFailureException`. Goes with `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The text of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The JSON to answer, instead of `code` and `message`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    body: Option<Value>,
}

/// Keeps a body that is `null` apart from no body.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Why a canned answer is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum CannedAnswerError {
    #[error("`http: {0}` cannot be answered: an HTTP status goes from 200 to 599")]
    ImpossibleStatus(u16),
    #[error("an answer has either `code` and `message` (an error of Neptune's) or `body` (any JSON)")]
    ImpossibleBody,
}

impl TryFrom<WrittenAnswer> for CannedAnswer {
    type Error = CannedAnswerError;

    fn try_from(written: WrittenAnswer) -> Result<Self, CannedAnswerError> {
        if !(200..=599).contains(&written.http) {
            return Err(CannedAnswerError::ImpossibleStatus(written.http));
        }
        let body = match (written.code, written.message, written.body) {
            // Clients that write `null` for whatever is not set do so for `body`, too.
            (Some(code), Some(message), None | Some(Value::Null)) => CannedBody::Error { code, message },
            (None, None, Some(body)) => CannedBody::Json(body),
            _ => return Err(CannedAnswerError::ImpossibleBody),
        };
        Ok(Self { http_status: written.http, body })
    }
}

impl From<CannedAnswer> for WrittenAnswer {
    fn from(answer: CannedAnswer) -> Self {
        let http = answer.http_status;
        match answer.body {
            CannedBody::Error { code, message } => Self { http, code: Some(code), message: Some(message), body: None },
            CannedBody::Json(body) => Self { http, code: None, message: None, body: Some(body) },
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::available(json!("available"), Availability::Available)]
    #[case::refused(json!("refused"), Availability::Refused)]
    #[case::unreachable(json!("unreachable"), Availability::Unreachable)]
    #[case::silent(json!("silent"), Availability::Silent)]
    #[case::error(
        json!({"answers": {"http": 500, "code": "InternalFailureException", "message": "down"}}),
        Availability::Answers(CannedAnswer {
            http_status: 500,
            body: CannedBody::Error { code: "InternalFailureException".into(), message: "down".into() },
        })
    )]
    #[case::body(
        json!({"answers": {"http": 200, "body": {"status": "503 Service Unavailable", "payload": {}}}}),
        Availability::Answers(CannedAnswer {
            http_status: 200,
            body: CannedBody::Json(json!({"status": "503 Service Unavailable", "payload": {}})),
        })
    )]
    #[case::null_body(
        json!({"answers": {"http": 200, "body": null}}),
        Availability::Answers(CannedAnswer { http_status: 200, body: CannedBody::Json(Value::Null) })
    )]
    fn an_availability_reads_back_as_itself(#[case] written: Value, #[case] availability: Availability) {
        assert_eq!(serde_json::from_value::<Availability>(written.clone()).unwrap(), availability);
        assert_eq!(serde_json::to_value(&availability).unwrap(), written);
    }

    #[test]
    fn a_body_that_was_not_set_is_not_one_beside_an_error() {
        let written = json!({"answers": {"http": 500, "code": "X", "message": "m", "body": null}});
        let read: Availability = serde_json::from_value(written).unwrap();
        let body = CannedBody::Error { code: "X".into(), message: "m".into() };
        assert_eq!(read, Availability::Answers(CannedAnswer { http_status: 500, body }));
    }

    #[rstest]
    #[case::unknown_word(json!("asleep"), "unknown variant `asleep`, expected one of `available`, `refused`, `unreachable`, `silent`, `answers`")]
    #[case::unknown_field(json!({"answers": {"http": 500, "bdy": {}}}), "unknown field `bdy`, expected one of `http`, `code`, `message`, `body`")]
    #[case::impossible_status(json!({"answers": {"http": 99, "body": {}}}), "`http: 99` cannot be answered: an HTTP status goes from 200 to 599")]
    #[case::both(json!({"answers": {"http": 500, "code": "X", "message": "x", "body": {}}}), "an answer has either `code` and `message` (an error of Neptune's) or `body` (any JSON)")]
    #[case::neither(json!({"answers": {"http": 500}}), "an answer has either `code` and `message` (an error of Neptune's) or `body` (any JSON)")]
    #[case::half(json!({"answers": {"http": 500, "code": "X"}}), "an answer has either `code` and `message` (an error of Neptune's) or `body` (any JSON)")]
    fn a_wrong_availability_is_explained(#[case] written: Value, #[case] message: &str) {
        assert_eq!(serde_json::from_value::<Availability>(written).unwrap_err().to_string(), message);
    }

    #[test]
    fn the_schema_describes_what_is_written() {
        let schema = schemars::schema_for!(Availability).to_value().to_string();
        for word in ["available", "refused", "silent", "answers", "http", "code", "message", "body"] {
            assert!(schema.contains(&format!("\"{word}\"")), "{word} in {schema}");
        }
        assert!(!schema.contains("http_status"), "{schema}");
    }
}
