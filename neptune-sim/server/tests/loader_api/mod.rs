//! Quirks, strict mode, read replicas, recovery and authentication as clients see them.

use neptune_loader::{Evidence, QUIRKS};
use neptune_server::scenario::Scenario;

use super::*;

/// A cluster of which a scenario says this.
async fn given(yaml: &str) -> Sim {
    let text = format!("name: test_given\nabout: what a client meets\ngiven:\n  {}\n", yaml.replace('\n', "\n  "));
    let scenario = Scenario::parse("given", &text).unwrap_or_else(|error| panic!("{error}"));
    Sim::start(scenario.cluster_spec(ClockKind::Manual), anywhere()).await.unwrap()
}

const START: &str =
    r#"{"source": "s3://b/x/", "format": "csv", "iamRoleArn": "arn:aws:iam::123456789012:role/Load", "region": "us-east-1"}"#;

async fn post(sim: &Sim, target: &str, content_type: &str, body: &str) -> Answer {
    ask_with(sim.first().address(), "POST", target, &[("Content-Type", content_type)], body).await
}

async fn get(sim: &Sim, target: &str) -> Answer {
    ask(sim.first().address(), "GET", target).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_cancel_is_answered_in_three_ways() {
    for (word, body) in [
        ("status", Some(json!({"status": "200 OK"}))),
        ("with_payload", Some(json!({"status": "200 OK", "payload": {}}))),
        ("empty", None),
    ] {
        let sim = given(&format!("loads: {{x: {{lifecycle: [LOAD_IN_PROGRESS]}}}}\nquirks: {{cancel_body: {word}}}")).await;
        let answer = ask(sim.first().address(), "DELETE", "/loader/x").await;
        assert_eq!((answer.status, serde_json::from_str::<Value>(&answer.body).ok()), (200, body));
    }
}

#[tokio::test]
async fn errors_look_as_the_quirks_have_it() {
    let usual = get(&given("seed: 1").await, "/loader/nobody").await;
    let text = "The load with id = nobody does not exist or not active";
    assert_eq!((usual.json()["message"].as_str(), usual.json()["detailedMessage"].as_str()), (Some(text), Some(text)));
    let headers = [usual.header("content-type"), usual.header("x-amzn-errortype")];
    assert_eq!(headers, [Some("application/json"), Some("BulkLoadIdNotFoundException")]);
    assert_eq!(usual.header("x-amzn-requestid"), usual.json()["requestId"].as_str());

    let quirks = "{error_texts: message_only, error_content_type: amz_json, unknown_id: bad_request}";
    let odd = get(&given(&format!("quirks: {quirks}")).await, "/loader/nobody").await;
    assert_eq!(odd.status, 400);
    assert_eq!((odd.json()["message"].as_str(), odd.json()["detailedMessage"].as_str()), (Some(text), None));
    assert_eq!(odd.header("content-type"), Some("application/x-amz-json-1.0"));
    assert_eq!(odd.header("x-amzn-errortype"), Some("InvalidParameterException"));
}

/// As curl's maintainers recorded one in 2024.
#[rstest]
#[case::by_iam("iam: {keys: [{id: AKIDEXAMPLE, secret: s}]}")]
#[case::by_strict_mode("strict: true")]
#[case::by_a_fault("faults: [{use: missing-token}]")]
#[case::as_arranged("neptune: {answers: {http: 403, code: AccessDeniedException, message: Missing Authentication Token}}")]
#[tokio::test]
async fn a_refusal_has_the_shape_that_was_recorded(#[case] given_yaml: &str) {
    let refused = get(&given(given_yaml).await, "/loader").await;
    assert_eq!(refused.status, 403);
    let headers = [refused.header("content-type"), refused.header("x-amzn-errortype")];
    assert_eq!(headers, [Some("application/json"), Some("AccessDeniedException")]);
    let body = refused.json();
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "requestId", "detailedMessage", "message"]);
    assert_eq!(body["message"], body["detailedMessage"]);
    assert!(
        !refused.body.contains(['\n', ' ']) || refused.body.starts_with(r#"{"code":"AccessDeniedException","requestId":""#)
    );
    let (header, inside) = (refused.header("x-amzn-requestid").unwrap(), body["requestId"].as_str().unwrap());
    assert!(header.len() == 36 && inside.len() == 36 && header != inside, "{header}, {inside}");
}

#[rstest]
#[case::by_iam("iam: {keys: [{id: AKIDEXAMPLE, secret: s}]}")]
#[case::by_a_fault("faults: [{use: missing-token}]")]
#[case::as_arranged("neptune: {answers: {http: 403, code: AccessDeniedException, message: Missing Authentication Token}}")]
#[tokio::test]
async fn a_refusal_has_the_older_shape_if_the_quirk_says_so(#[case] given_yaml: &str) {
    let sim = given(&format!("{given_yaml}\nquirks: {{error_texts: detailed_only}}")).await;
    let body = get(&sim, "/loader").await.json();
    assert_eq!((&body["message"], &body["detailedMessage"]), (&Value::Null, &json!("Missing Authentication Token")));
}

#[tokio::test]
async fn starts_are_refused_in_the_words_of_real_clusters() {
    let sim = given("roles: ['arn:aws:iam::123456789012:role/Another']").await;
    let body = post(&sim, "/loader", "application/json", START).await.json();
    assert_eq!(body["message"], "Couldn't find the aws credential for iam_role_arn");
    let sim = given("seed: 1").await;
    assert_eq!(post(&sim, "/loader", "application/json", START).await.status, 200);
    let body = post(&sim, "/loader", "application/json", START).await.json();
    let text = "Failed to start new load for the source s3://b/x/. Max concurrent load limit breached. Limit is 1";
    assert_eq!(body["detailedMessage"], text);
}

#[tokio::test]
async fn the_body_of_a_start_wins_over_the_query() {
    let sim = given("seed: 1").await;
    assert_eq!(post(&sim, "/loader?format=nonsense", "application/json", START).await.status, 200);
}

#[tokio::test]
async fn a_start_of_another_content_type_is_read_or_refused() {
    for (word, status) in [("read_as_json", 200), ("refused", 400)] {
        let sim = given(&format!("quirks: {{other_content_type: {word}}}")).await;
        assert_eq!(post(&sim, "/loader", "text/plain", START).await.status, status, "{word}");
    }
}

#[tokio::test]
async fn a_start_that_is_no_object_is_an_invalid_parameter() {
    let sim = given("seed: 1").await;
    let answer = post(&sim, "/loader", "application/json", "[]").await;
    assert_eq!(code(&answer), (400, "InvalidParameterException".to_owned()));
}

#[tokio::test]
async fn a_parser_configuration_may_come_in_a_form() {
    let sim = given("seed: 1").await;
    let form = "source=s3%3A%2F%2Fb%2Fx%2F&format=csv&iamRoleArn=arn&region=us-east-1&parserConfiguration=";
    let content_type = "application/x-www-form-urlencoded";
    let good = post(&sim, "/loader", content_type, &format!("{form}%7B%22allowEmptyStrings%22%3A%22TRUE%22%7D")).await;
    assert_eq!(good.status, 200, "{}", good.body);
    let bad = post(&sim, "/loader", content_type, &format!("{form}%7B%22allowEmptyStrings%22%3A1%7D")).await;
    assert_eq!(code(&bad), (400, "InvalidParameterException".to_owned()));
}

#[tokio::test]
async fn a_read_replica_says_so_and_refuses() {
    let sim = given("instance: reader").await;
    assert_eq!(get(&sim, "/status").await.json()["role"], "reader");
    assert_eq!(code(&post(&sim, "/loader", "application/json", START).await), (405, "MethodNotAllowedException".to_owned()));
    assert_eq!(code(&post(&sim, "/loader", "application/json", "{}").await), (400, "MissingParameterException".to_owned()));
    let cancel = ask(sim.first().address(), "DELETE", "/loader/x").await;
    assert_eq!(code(&cancel), (405, "MethodNotAllowedException".to_owned()));
}

#[tokio::test]
async fn recovery_is_reported_with_200() {
    let sim = given("seed: 1").await;
    assert_eq!(get(&sim, "/status").await.status, 200);
    sim.first().set_health(neptune_loader::Health::Recovery { rolling_back: 2 });
    let answer = get(&sim, "/status").await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("recovery")));
    assert_eq!(answer.json()["rollingBackTrxCount"], 2);
}

#[tokio::test]
async fn a_restart_shows_in_the_start_time() {
    let sim = given("seed: 1").await;
    let before = get(&sim, "/status").await.json();
    sim.first().advance(Duration::from_hours(1)).unwrap();
    sim.first().restart();
    let after = get(&sim, "/status").await.json();
    assert_eq!(
        (&before["startTime"], &after["startTime"]),
        (&json!("Thu Jan 01 00:00:00 UTC 2026"), &json!("Thu Jan 01 01:00:00 UTC 2026"))
    );
}

#[tokio::test]
async fn a_rule_refuses_a_start_by_tag_and_lets_others_run() {
    let sim = given("started_loads:\n  - {tag: gone, refused: bucket_not_found}\n  - {tag: bad, runs: 2s, errors: [{code: PARSING_ERROR, message: broken, file: e.csv, record: 1}]}").await;
    let tagged = |tag: &str| START.replace("s3://b/x/", &format!("s3://b/tag={tag}/"));
    let refused = post(&sim, "/loader", "application/json", &tagged("gone")).await;
    assert_eq!(code(&refused), (400, "BadRequestException".to_owned()));
    assert_eq!(refused.json()["message"], "S3 bucket not found for source");
    let id = post(&sim, "/loader", "application/json", &tagged("bad")).await.json()["payload"]["loadId"]
        .as_str()
        .unwrap()
        .to_owned();
    sim.first().advance(Duration::from_secs(2)).unwrap();
    let reported = get(&sim, &format!("/loader/{id}?details=true&errors=true")).await.json();
    assert_eq!(reported["payload"]["overallStatus"]["status"], "LOAD_FAILED");
    assert_eq!(reported["payload"]["errors"]["errorLogs"][0]["fileName"], "s3://b/tag=bad/e.csv");
}

#[tokio::test]
async fn a_folder_of_the_source_decides_what_becomes_of_a_load() {
    let sim = given("started_loads:\n  - {folder: malformed, refused: bucket_not_found}").await;
    let status =
        async |source: &str| post(&sim, "/loader", "application/json", &START.replace("s3://b/x/", source)).await.status;
    assert_eq!(status("s3://b/team/run-1/load/malformed/").await, 400);
    assert_eq!(status("s3://b/team/run-1/load/well-malformed/").await, 200);
}

#[tokio::test]
async fn an_answer_is_as_well_backed_as_its_weakest_part() {
    for (quirks, evidence) in [("{}", Evidence::Documented), ("{start_time: absent}", Evidence::Inferred)] {
        let sim = given(&format!("quirks: {quirks}")).await;
        get(&sim, "/loader").await;
        assert_eq!(sim.first().requests().requests[0].evidence, Some(evidence), "{quirks}");
    }
}

#[tokio::test]
async fn strict_mode_refuses_with_a_hint_that_cannot_be_taken_for_neptunes() {
    let sim = given("strict: true").await;
    let answer = get(&sim, "/status").await;
    assert_eq!(code(&answer), (403, "AccessDeniedException".to_owned()));
    let text = answer.json()["detailedMessage"].as_str().unwrap().to_owned();
    assert!(text.starts_with("Refused by the simulator's strict mode: ") && text.contains("Hint: sign it"), "{text}");
    assert_eq!(sim.first().requests().requests[0].evidence, None);
    sim.first().set_strict(false);
    assert_eq!(get(&sim, "/status").await.status, 200);
}

#[tokio::test]
async fn a_cluster_with_iam_refuses_the_unsigned_and_says_that_it_is_on() {
    let sim = given("iam: {keys: [{id: AKIDEXAMPLE, secret: wJalrXUtnFEMI}]}").await;
    let refused = get(&sim, "/loader").await;
    assert_eq!((refused.status, refused.json()["detailedMessage"].as_str()), (403, Some("Missing Authentication Token")));
    let strict = given("iam: {keys: [{id: AKIDEXAMPLE, secret: wJalrXUtnFEMI}]}\nstrict: true").await;
    let refused = get(&strict, "/loader").await;
    let text = refused.json()["message"].as_str().unwrap().to_owned();
    let begin =
        "Missing Authentication Token Hint of the simulator's strict mode: sign the request with AWS Signature Version 4";
    assert!(text.starts_with(begin), "Neptune's own words come first: {text}");
    let open = given("iam: off").await;
    assert_eq!(get(&open, "/status").await.json()["features"]["IAMAuthentication"], "disabled");
}

/// A quirk that no code reads would change nothing, whatever its value.
#[test]
fn every_quirk_is_read_by_the_code() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs this test");
    let mut code = String::new();
    for folder in ["server/src/neptune_api", "loader/src"] {
        for entry in std::fs::read_dir(format!("{root}/../{folder}")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                code += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    for quirk in QUIRKS {
        let reads = ["quirks", "quirks()"].iter().any(|quirks| code.contains(&format!("{quirks}.{}", quirk.name)));
        assert!(reads, "no code reads `{}`", quirk.name);
    }
}

#[tokio::test]
async fn a_cluster_with_iam_is_in_the_region_that_it_is_signed_for() {
    let sim = given("iam: {region: eu-west-1, keys: [{id: AKIDEXAMPLE, secret: wJalrXUtnFEMI}]}").await;
    sim.first().set_authentication(neptune_server::Authentication::Off);
    let refused = post(&sim, "/loader", "application/json", START).await;
    assert_eq!(refused.json()["message"], "Bucket is not in provided Region (us-east-1)");
}

const UNSEEN_SIGNATURE: &str =
    "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, Signature=0";

/// Whatever a client says beside its question, the answer is the same.
#[rstest]
#[case::plain("/loader/x?details=TRUE&errors=TRUE", &[])]
#[case::lower_case_flags("/loader/x?details=true&errors=true", &[])]
#[case::python_flags("/loader/x?details=True&errors=True", &[])]
#[case::odd_flags("/loader/x?details=tRuE&errors=TRUe", &[])]
#[case::a_slash_at_the_end("/loader/x/?details=TRUE&errors=TRUE", &[])]
#[case::the_id_in_the_query("/loader?loadId=x&details=TRUE&errors=TRUE", &[])]
#[case::both_slash_and_query("/loader/?loadId=x&details=TRUE&errors=TRUE", &[])]
#[case::unknown_parameters("/loader/x?details=TRUE&errors=TRUE&verbose=1", &[])]
#[case::another_host("/loader/x?details=TRUE&errors=TRUE", &[("Host", "my-cluster.us-east-1.neptune.amazonaws.com:8182")])]
#[case::another_type_wanted("/loader/x?details=TRUE&errors=TRUE", &[("Accept", "text/html")])]
#[case::a_signature_that_is_not_checked("/loader/x?details=TRUE&errors=TRUE", &[("Authorization", UNSEEN_SIGNATURE)])]
#[tokio::test]
async fn the_same_question_has_the_same_answer(#[case] target: &str, #[case] headers: &[(&str, &str)]) {
    let loads = "loads: {x: {lifecycle: [LOAD_FAILED], errors: [{code: PARSING_ERROR, message: m, file: f.csv, record: 2}]}}";
    let sim = given(loads).await;
    let plain = get(&sim, "/loader/x?details=TRUE&errors=TRUE").await;
    assert_eq!(plain.json()["payload"]["errors"]["errorLogs"][0]["recordNum"], 2);
    let answer = ask_with(sim.first().address(), "GET", target, headers, "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.body, plain.body);
}

#[tokio::test]
async fn a_load_that_cannot_be_seen_yet_can_be_waited_for() {
    let sim = given("quirks: {visible_after_seconds: 2}").await;
    let answer = post(&sim, "/loader", "application/json", START).await.json();
    let id = answer["payload"]["loadId"].as_str().unwrap();
    assert_eq!(get(&sim, &format!("/loader/{id}")).await.status, 404);
    let finished = neptune_server::WaitFor::Load(id.into(), neptune_server::WaitUntil::Finished);
    assert_eq!(sim.first().wait(&finished).unwrap().to_string(), "5s");
}
