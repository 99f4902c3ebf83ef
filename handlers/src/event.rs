//! The events of the two functions, and the answer of the check.

use neptune_wire::LoadId;
use serde::Serialize;
use serde_json::Value;

use crate::error::{ErrorName, StatusError};

/// The event of `check_bulk_load_status` as received. The answer repeats the ids unchanged, even if they are unusable.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckEvent {
    /// The load of the domain graph, `null` if absent.
    pub domain_load_id: Value,
    /// The load of its provenance, `null` if absent.
    pub prov_load_id: Value,
    /// The run of both loads, `null` if absent.
    pub run_id: Value,
}

impl CheckEvent {
    /// Takes the three fields out of any JSON. JSON that is not an object has none of them.
    pub fn read(event: &Value) -> Self {
        let field = |name| event.get(name).cloned().unwrap_or_default();
        Self { domain_load_id: field("domain_load_id"), prov_load_id: field("prov_load_id"), run_id: field("run_id") }
    }

    /// Describes what is wrong with each parameter of an event, by its name.
    pub fn problems(event: &Value) -> Vec<String> {
        let names =
            [("domain_load_id", is_blank as fn(&str) -> bool), ("prov_load_id", is_blank), ("run_id", is_blank_to_a_machine)];
        let described = |(name, is_blank)| problem(event.get(name), is_blank).map(|problem| format!("{name} {problem}"));
        names.into_iter().filter_map(described).collect()
    }

    /// The ids of both loads, if these and the run id are usable, that is, strings that are not blank.
    pub fn load_ids(&self) -> Option<(LoadId, LoadId)> {
        self.run_id.as_str().filter(|run| !is_blank_to_a_machine(run))?;
        Some((usable_id(&self.domain_load_id)?, usable_id(&self.prov_load_id)?))
    }
}

/// The load that an event of `get_load_status` names.
///
/// # Errors
/// `MissingParameter` if `load_job_id` is absent, blank or not a text.
pub(crate) fn load_job_id(event: &Value) -> Result<LoadId, StatusError> {
    event.get("load_job_id").and_then(usable_id).ok_or_else(|| {
        let text = "load_job_id is missing, empty or not a string; send {\"load_job_id\": \"<id of the load>\"}";
        StatusError::new(ErrorName::MissingParameter, text)
    })
}

/// The answer of `check_bulk_load_status`: always this one shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckAnswer {
    /// The field that a Choice state tests.
    pub status: Verdict,
    /// As received.
    pub run_id: Value,
    /// As received.
    pub domain_load_id: Value,
    /// As received.
    pub prov_load_id: Value,
    /// Neptune's own word, or `UNKNOWN` if it could not be read.
    pub domain_status: String,
    /// The same for the provenance.
    pub prov_status: String,
    /// Present if and only if the status is `FAILED`.
    #[serde(flatten)]
    pub failure: Option<Failure>,
    /// A sentence about each load that completed with errors or without a record. Left out if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What is wrong with each unusable parameter of the event. Left out if all are usable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invalid_parameters: Vec<String>,
}

/// The verdict on both loads together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Both loads are complete.
    Success,
    /// A load failed, or its status could not be read.
    Failed,
    /// No load failed, and at least one has not ended.
    Pending,
}

impl Verdict {
    /// The word in the answer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Pending => "PENDING",
        }
    }
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// A sentence with the context that a person needs.
    pub error: String,
    /// The named error.
    pub error_type: ErrorName,
    /// Whether asking again later may lead to another verdict.
    pub retryable: bool,
}

impl Failure {
    /// A failure whose name says whether it is retryable.
    pub fn new(error_type: ErrorName, error: String) -> Self {
        Self { error, error_type, retryable: error_type.is_retryable() }
    }
}

fn usable_id(value: &Value) -> Option<LoadId> {
    value.as_str().filter(|text| !is_blank(text)).map(LoadId::from)
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether a text has blanks of ASCII only. A state machine can see no others, and it has started the loads of a run whose id it takes.
fn is_blank_to_a_machine(text: &str) -> bool {
    text.is_ascii() && is_blank(text)
}

/// Why a value is not usable. The `None` that goes in stands for a missing parameter.
fn problem(value: Option<&Value>, is_blank: impl Fn(&str) -> bool) -> Option<String> {
    match value {
        None => Some("is missing".to_owned()),
        Some(Value::Null) => Some("is null".to_owned()),
        Some(Value::String(text)) if text.is_empty() => Some("is empty".to_owned()),
        Some(Value::String(text)) => is_blank(text).then(|| "is blank".to_owned()),
        Some(Value::Number(number)) => Some(format!("is the number {number}; send a string, \"{number}\"")),
        Some(Value::Bool(_)) => Some("is a boolean; send a string".to_owned()),
        Some(Value::Array(_)) => Some("is an array; send a string".to_owned()),
        Some(Value::Object(_)) => Some("is an object; send a string".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::absent(json!({}))]
    #[case::null(json!({"load_job_id": null}))]
    #[case::empty(json!({"load_job_id": ""}))]
    #[case::blank(json!({"load_job_id": " \t\u{3000}"}))]
    #[case::number(json!({"load_job_id": 7}))]
    #[case::nested(json!({"load_job_id": {"load_job_id": "x"}}))]
    #[case::other_name(json!({"load_id": "x"}))]
    #[case::array(json!(["load_job_id"]))]
    #[case::text(json!("load_job_id"))]
    #[case::nothing(json!(null))]
    fn an_event_without_a_usable_id_is_refused(#[case] event: Value) {
        let error = load_job_id(&event).unwrap_err();
        assert_eq!(error.name, ErrorName::MissingParameter);
        assert!(error.message.contains("load_job_id"));
    }

    #[test]
    fn a_run_that_a_state_machine_takes_is_taken() {
        for (run, is_taken) in
            [("\u{a0}", true), ("\u{3000}", true), ("r", true), (" \u{1}", true), (" \t", false), ("", false)]
        {
            let event = json!({"run_id": run, "domain_load_id": "d", "prov_load_id": "p"});
            assert_eq!(CheckEvent::read(&event).load_ids().is_some(), is_taken, "{run:?}");
            assert_eq!(CheckEvent::problems(&event).is_empty(), is_taken, "{run:?}");
        }
    }

    #[test]
    fn an_id_is_taken_as_it_is() {
        assert_eq!(load_job_id(&json!({"load_job_id": " a/b ", "more": 1})).unwrap(), LoadId::from(" a/b "));
    }

    #[test]
    fn the_failure_fields_stand_beside_the_others() {
        let mut answer = CheckAnswer {
            status: Verdict::Failed,
            run_id: json!("r"),
            domain_load_id: json!(null),
            prov_load_id: json!("p"),
            domain_status: "UNKNOWN".into(),
            prov_status: "UNKNOWN".into(),
            failure: Some(Failure::new(ErrorName::NeptuneThrottled, "why".into())),
            warnings: Vec::new(),
            invalid_parameters: Vec::new(),
        };
        let failed = r#"{"status":"FAILED","run_id":"r","domain_load_id":null,"prov_load_id":"p","domain_status":"UNKNOWN","prov_status":"UNKNOWN","error":"why","error_type":"NeptuneThrottled","retryable":true}"#;
        assert_eq!(serde_json::to_string(&answer).unwrap(), failed);
        answer.failure = None;
        assert!(serde_json::to_string(&answer).unwrap().ends_with(r#""prov_status":"UNKNOWN"}"#));
    }

    #[rstest]
    #[case::success(Verdict::Success)]
    #[case::failed(Verdict::Failed)]
    #[case::pending(Verdict::Pending)]
    fn verdicts_are_spelt_the_same_in_logs_and_answers(#[case] verdict: Verdict) {
        assert_eq!(json!(verdict), verdict.as_str());
    }
}
