//! What a cluster says that is not itself.

use neptune_wire::quirks::ErrorTexts;
use neptune_wire::{ApiError, ErrorCode, Evidence};

use crate::{CannedAnswer, CannedBody};

/// The text of a canned answer's body, for the request with this id.
pub(crate) fn canned_text(answer: &CannedAnswer, request_id: &str) -> String {
    match &answer.body {
        CannedBody::Json(body) => body.to_string(),
        CannedBody::Error { code, message } => {
            let (code, message) = (ErrorCode::from(code.as_str()), message.clone());
            let error = ApiError { code, message, evidence: Evidence::Inferred };
            serde_json::to_string(&error.body(request_id, ErrorTexts::Both)).expect("an error body is three or four texts")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Availability;

    #[test]
    fn yaml_says_it_in_the_same_words() {
        let yaml = "answers: {http: 200, body: {status: 503 Service Unavailable}}";
        let body = CannedBody::Json(json!({"status": "503 Service Unavailable"}));
        let availability: Availability = serde_saphyr::from_str(yaml).unwrap();
        assert_eq!(availability, Availability::Answers(CannedAnswer { http_status: 200, body }));
        assert_eq!(serde_saphyr::from_str::<Availability>("silent").unwrap(), Availability::Silent);
    }
}
