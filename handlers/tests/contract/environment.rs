//! How a function reports a wrong environment.

use std::collections::HashMap;

use handlers::{Config, StatusError, check, status};
use serde_json::json;

use crate::setup::{both, invocation};

#[tokio::test]
async fn a_wrong_environment_is_reported_by_both_functions() {
    let wrong: StatusError = Config::from_variables(&HashMap::new()).unwrap_err().into();
    let raised = status::handle(invocation(Err(wrong.clone()), json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!(raised.name.as_str(), "ConfigurationError");
    let answer = check::handle(invocation(Err(wrong), both())).await.unwrap();
    assert_eq!((&answer["status"], &answer["error_type"]), (&json!("FAILED"), &json!("ConfigurationError")));
    assert!(answer["error"].as_str().unwrap().starts_with("NEPTUNE_ENDPOINT is not set"), "{answer}");
}
