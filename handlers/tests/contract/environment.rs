//! How a wrong environment is told.

use std::collections::HashMap;

use handlers::{Client, Config, StatusError, check, status};
use rstest::rstest;
use serde_json::json;

use crate::setup::{both, config, invocation};

#[tokio::test]
async fn a_wrong_environment_is_told_by_both_functions() {
    let wrong: StatusError = Config::from_variables(&HashMap::new()).unwrap_err().into();
    let raised = status::handle(invocation(Err(wrong.clone()), json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!(raised.name.as_str(), "ConfigurationError");
    let answer = check::handle(invocation(Err(wrong), both())).await.unwrap();
    assert_eq!((&answer["status"], &answer["error_type"]), (&json!("FAILED"), &json!("ConfigurationError")));
    assert!(answer["error"].as_str().unwrap().starts_with("NEPTUNE_ENDPOINT is not set"), "{answer}");
}

#[rstest]
#[case::absent("/nonexistent/ca.pem", "cannot be read")]
#[case::no_certificate(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "holds no PEM certificate")]
fn a_ca_file_that_cannot_be_used_is_told(#[case] path: &str, #[case] problem: &str) {
    let error = Client::new(config(1, &[("NEPTUNE_CA_FILE", path)])).unwrap_err();
    assert_eq!(error.name.as_str(), "ConfigurationError");
    assert!(error.message.contains("NEPTUNE_CA_FILE") && error.message.contains(problem), "{}", error.message);
}
