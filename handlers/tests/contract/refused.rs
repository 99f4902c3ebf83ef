//! What to do about a refusal: each text has its own remedy, and none sends people to the wrong place.

use handlers::{StatusError, status};
use rstest::rstest;
use serde_json::{Value, json};

use crate::server::{Answer, Server, http, load, refusal};
use crate::setup::{KEYS, call, config};

async fn raised(answer: fn() -> Answer, variables: &[(&str, &str)]) -> StatusError {
    let server = Server::start(move |_| answer());
    status::handle(call(config(server.port, variables), json!({"load_job_id": "x"}))).await.unwrap_err()
}

/// The names of what an operator can change.
const LEVERS: [&str; 5] =
    ["neptune-db:GetLoaderJobStatus", "NEPTUNE_IAM_AUTH", "SERVICE_REGION", "AWS_SECRET_ACCESS_KEY", "NEPTUNE_CONNECT_TO"];

#[rstest]
#[case::unsigned("Missing Authentication Token", &[], &["NEPTUNE_IAM_AUTH", "neptune-db:GetLoaderJobStatus"])]
#[case::the_signature_got_lost("Missing Authentication Token", &KEYS, &[])]
#[case::region("Credential should be scoped to a valid Region, not 'us-east-1'.", &KEYS, &["SERVICE_REGION"])]
#[case::region_in_small_letters("Credential should be scoped to a valid region, not 'us-east-1'.", &KEYS, &["SERVICE_REGION"])]
#[case::signature("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.", &KEYS, &["AWS_SECRET_ACCESS_KEY", "NEPTUNE_CONNECT_TO"])]
#[case::token("The security token included in the request is expired", &KEYS, &[])]
#[case::key("The security token included in the request is invalid.", &KEYS, &[])]
#[case::header("'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request.", &KEYS, &[])]
#[case::permission("User: arn:aws:sts::123456789012:assumed-role/reader/f is not authorized to perform: neptune-db:GetLoaderJobStatus on resource: arn:aws:neptune-db:eu-west-1:123456789012:cluster-X/*", &KEYS, &["neptune-db:GetLoaderJobStatus"])]
#[tokio::test]
async fn a_refusal_names_what_mends_it(
    #[case] text: &'static str,
    #[case] variables: &[(&str, &str)],
    #[case] levers: &[&str],
) {
    let server = Server::start(move |_| refusal(403, "AccessDeniedException", text));
    let error = status::handle(call(config(server.port, variables), json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneAccessDenied");
    let (_, remedy) = error.message.split_once("AccessDeniedException); ").expect("there is a remedy");
    let named: Vec<_> = LEVERS.into_iter().filter(|lever| remedy.contains(lever)).collect();
    let mut expected = levers.to_vec();
    expected.sort_by_key(|lever| LEVERS.iter().position(|known| known == lever));
    assert_eq!(named, expected, "{remedy}");
}

#[rstest]
#[case::api_gateway_for_a_wrong_path(|| http(403, r#"{"message":"Missing Authentication Token"}"#))]
#[case::a_firewall(|| http(403, "<html><h1>403 Forbidden</h1></html>"))]
#[case::a_proxy_that_wants_a_password(|| http(401, "login"))]
#[case::nothing(|| http(403, ""))]
#[tokio::test]
async fn a_403_that_is_not_neptunes_does_not_blame_the_role(#[case] answer: fn() -> Answer) {
    let error = raised(answer, &KEYS).await;
    assert_eq!(error.name.as_str(), "NeptuneAccessDenied");
    assert!(error.message.contains("no answer of Neptune's"), "{}", error.message);
    assert!(LEVERS.iter().all(|lever| !error.message.contains(lever)), "{}", error.message);
}

#[tokio::test]
async fn text_and_code_are_read_in_every_recorded_shape() {
    let text = "Missing Authentication Token";
    for body in [
        format!(r#"{{"code":"AccessDeniedException","requestId":"r","detailedMessage":"{text}"}}"#),
        format!(r#"{{"requestId":"r","code":"AccessDeniedException","message":"{text}","detailedMessage":"{text}"}}"#),
        format!(r#"{{"code":"AccessDeniedException","requestId":"r","detailedMessage":"","message":"{text}"}}"#),
    ] {
        let server = Server::start(move |_| http(403, &body));
        let error = status::handle(call(config(server.port, &[]), json!({"load_job_id": "x"}))).await.unwrap_err();
        assert!(error.message.contains("Missing Authentication Token (HTTP 403 AccessDeniedException)"), "{}", error.message);
        assert!(error.message.contains("NEPTUNE_IAM_AUTH"), "{}", error.message);
    }
}

#[rstest]
#[case::empty(json!({"domain_load_id": "d", "prov_load_id": "", "run_id": "r"}), &["prov_load_id is empty"])]
#[case::a_truth(json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": true}), &["run_id is a boolean; send a string"])]
#[case::two(json!({"domain_load_id": ["d"], "prov_load_id": "p", "run_id": {}}), &["domain_load_id is an array; send a string", "run_id is an object; send a string"])]
#[tokio::test]
async fn parameters_that_cannot_be_used_are_named(#[case] event: Value, #[case] problems: &[&str]) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let answer = handlers::check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!(answer["error"], "Missing required parameters", "the plan's words, and no others");
    assert_eq!(answer["invalid_parameters"], json!(problems));
}
