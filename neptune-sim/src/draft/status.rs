//! A scenario of one status: a cluster with that load, in that state.

use neptune_loader::LoadStatus;
use serde_json::{Map, Value, json};

use super::work::work;
use super::{DraftError, Remarks, insert_list, written};

/// The name of a load whose id is not in the answer.
const NAME: &str = "pasted-load";

/// A scenario of the answer to a status request: its JSON, or that of an object around it, such as the output of the AWS CLI.
///
/// # Errors
/// [`DraftError::Nothing`] if the text is no such JSON.
pub(super) fn scenario(name: &str, text: &str) -> Result<String, DraftError> {
    let answer: Value = serde_json::from_str(text).map_err(|_| DraftError::Nothing)?;
    let payload = answer.get("payload").unwrap_or(&answer);
    let status = payload.pointer("/overallStatus/status").and_then(Value::as_str).ok_or(DraftError::Nothing)?;
    let mut remarks = Remarks::default();
    let id = payload.pointer("/errors/loadId").and_then(Value::as_str).filter(|id| !id.is_empty()).unwrap_or(NAME);
    let mut load = Map::from_iter([("lifecycle".to_owned(), json!([status]))]);
    if let Some(source) = payload.pointer("/overallStatus/fullUri") {
        load.insert("source".into(), source.clone());
    }
    load.extend(work(id, &[payload], &mut remarks));
    let mut given = Map::from_iter([("loads".to_owned(), json!({id: load}))]);
    if !LoadStatus::from(status).is_documented() {
        insert_list(&mut given, "undocumented_statuses", vec![status.into()]);
    }
    let scenario = json!({"name": name, "about": format!("A load that is {status}, as Neptune answered"), "given": given});
    Ok(written("from a status that Neptune answered with", &remarks, &scenario))
}

#[cfg(test)]
mod tests {
    use neptune_loader::LoadId;
    use neptune_server::scenario::Scenario;
    use rstest::rstest;

    use super::*;

    const FAILED: &str = include_str!("../../loader/tests/golden/status_failed.json");

    fn parsed(text: &str) -> Scenario {
        let written = scenario("pasted", text).expect("there is a status in it");
        Scenario::parse("pasted.yaml", &written).unwrap_or_else(|error| panic!("{error}\n{written}"))
    }

    #[test]
    fn a_failed_load_is_taken_over_with_its_errors() {
        let written = scenario("pasted", FAILED).unwrap();
        let expected = r#"# Made by `neptune-sim scenario` from a status that Neptune answered with. Read it, and change what you like.
name: pasted
about: "A load that is LOAD_FAILED, as Neptune answered"
given:
  loads:
    "0a237328-afd5-4574-a0bc-c29ce5f54802":
      lifecycle: [LOAD_FAILED]
      source: "s3://b/in/"
      files: 2
      records: 12
      errors: [{code: PARSING_ERROR, message: Record has more columns than header, file: e.csv, record: 3}]
"#;
        assert_eq!(written, expected);
        parsed(FAILED);
    }

    #[rstest]
    #[case::completed(include_str!("../../loader/tests/golden/status_completed.json"))]
    #[case::failed(FAILED)]
    #[case::queued(include_str!("../../loader/tests/golden/status_queued.json"))]
    #[case::no_errors(include_str!("../../loader/tests/golden/status_no_errors.json"))]
    #[case::cancelled(include_str!("../../loader/tests/golden/status_cancelled.json"))]
    #[case::stopped(include_str!("../../loader/tests/golden/status_stopped.json"))]
    #[case::in_progress(include_str!("../../loader/tests/golden/status_in_progress.json"))]
    #[case::second_page(include_str!("../../loader/tests/golden/status_second_page.json"))]
    fn every_status_becomes_a_scenario(#[case] body: &str) {
        parsed(body);
    }

    #[rstest]
    #[case::of_boto3(r#"{"ResponseMetadata": {"HTTPStatusCode": 200}, "status": "200 OK", "payload": PAYLOAD}"#)]
    #[case::the_payload("PAYLOAD")]
    fn a_status_is_found_in_each_form_of_its_answer(#[case] text: &str) {
        let body: Value = serde_json::from_str(FAILED).unwrap();
        let text = text.replace("PAYLOAD", &body["payload"].to_string());
        assert_eq!(scenario("pasted", &text), scenario("pasted", FAILED));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_line_of_a_log("it was {\"payload\": {\"overallStatus\": {\"status\": \"LOAD_FAILED\"}}}")]
    #[case::a_list_of_loads(r#"{"status": "200 OK", "payload": {"loadIds": ["x"]}}"#)]
    #[case::half_a_status(r#"{"payload": {"overallStatus": {"status": "LOAD_FAILED""#)]
    #[case::a_status_that_is_no_text(r#"{"payload": {"overallStatus": {"status": 7}}}"#)]
    fn where_there_is_none_none_is_made(#[case] text: &str) {
        assert_eq!(scenario("pasted", text), Err(DraftError::Nothing));
    }

    #[rstest]
    #[case::with_a_time("LOAD FAILED 5s")]
    fn a_status_that_no_scenario_can_have_is_refused(#[case] status: &str) {
        let body = json!({"payload": {"overallStatus": {"status": status}}}).to_string();
        let error = super::super::scenario("pasted", &body).unwrap_err();
        assert!(matches!(error, DraftError::Refused(_)), "{error}");
    }

    #[rstest]
    #[case::nothing("", NAME)]
    #[case::signs("a/b?c\n", "a/b?c\n")]
    fn odd_ids_still_make_a_scenario(#[case] id: &str, #[case] called: &str) {
        let body = json!({"payload": {"overallStatus": {"status": "LOAD_FAILED"}, "errors": {"loadId": id}}});
        let scenario = parsed(&body.to_string());
        assert_eq!(scenario.scripted_loads().map(LoadId::as_str).collect::<Vec<_>>(), [called]);
    }

    #[test]
    fn a_record_that_no_scenario_can_have_is_left_out_and_reported() {
        let log =
            json!({"errorCode": "SINGLE_CARDINALITY_VIOLATION", "errorMessage": "m", "fileName": "s3://b/f", "recordNum": 7});
        let body = json!({"payload": {
            "overallStatus": {"fullUri": "s3://b/", "status": "LOAD_FAILED", "insertErrors": 1},
            "errors": {"startIndex": 1, "errorLogs": [log]},
        }});
        let written = scenario("pasted", &body.to_string()).unwrap();
        assert!(
            written.contains("the recordNum of its SINGLE_CARDINALITY_VIOLATION; here only PARSING_ERROR has one"),
            "{written}"
        );
        parsed(&body.to_string());
    }

    #[test]
    fn odd_words_and_names_still_make_a_scenario() {
        let body = json!({"payload": {
            "overallStatus": {"fullUri": "s3://b/\u{7}\"#: {", "status": "LOAD_PAUSED", "totalRecords": 3.0, "parsingErrors": 2, "insertErrors": "x"},
            "feedCount": [{"LOAD_FAILED": 3}, 7, {"LOAD_COMPLETED": -1}],
            "errors": {"loadId": "a: b\n# c", "errorLogs": [{"errorCode": "WHAT", "recordNum": -3}, 5, {"errorCode": "PARSING_ERROR", "errorMessage": "m"}]},
        }});
        let scenario = parsed(&body.to_string());
        assert_eq!(scenario.scripted_loads().map(LoadId::as_str).collect::<Vec<_>>(), ["a: b\n# c"]);
    }
}
