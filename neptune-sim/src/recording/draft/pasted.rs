//! A scenario of one status: a cluster with that load, in that state.

use neptune_loader::{Engine, LoadId, LoadStatus, Settings, StatusQuery};
use serde_json::{Deserializer, Map, Value, json};

use super::work::work;
use super::{DraftError, Remarks, insert_list, python, written};
use crate::ClockKind;
use crate::scenario::Scenario;

/// What a load is called whose id was not pasted along.
const NAME: &str = "pasted-load";
/// How many statuses are counted at most.
const STATUSES: usize = 1000;
/// Fields that follow from the time that has passed.
const TIMES: [&str; 2] = ["totalTimeSpent", "startTime"];

/// A scenario of the first status that stands in a text.
///
/// # Errors
/// [`DraftError`] if there is none, or if it cannot be read.
pub(super) fn scenario(name: &str, text: &str) -> Result<String, DraftError> {
    let mut found = Vec::new();
    find(text, 0, &mut found);
    let Some(payload) = found.first() else {
        return Err(python::status_error(text).map_or(DraftError::Nothing, DraftError::Python));
    };
    let mut remarks = Remarks::default();
    if found.len() > 1 {
        remarks.add(format!("there are {} statuses in it, and this is the first: the others are left out", found.len()));
    }
    let id = payload.pointer("/errors/loadId").and_then(Value::as_str).filter(|id| !id.is_empty()).unwrap_or(NAME);
    let status = payload.pointer("/overallStatus/status").and_then(Value::as_str).unwrap_or_default();
    let mut load = Map::from_iter([("lifecycle".to_owned(), json!([status]))]);
    if let Some(source) = payload.pointer("/overallStatus/fullUri") {
        load.insert("source".into(), source.clone());
    }
    load.extend(work(id, &[payload], &mut remarks));
    let mut given = Map::from_iter([("loads".to_owned(), json!({id: load}))]);
    if !LoadStatus::from(status).is_documented() {
        insert_list(&mut given, "undocumented_statuses", vec![status.into()]);
    }
    let scenario = json!({"name": name, "about": format!("A load that is {status}, as Neptune told it"), "given": given});
    tell_differences(&written("", &Remarks::default(), &scenario), id, payload, &mut remarks);
    Ok(written("from a status that Neptune answered with", &remarks, &scenario))
}

/// The payloads of the statuses in a text, whatever stands around them: in JSON, in a text that is JSON, or in Python's notation.
fn find(text: &str, depth: usize, found: &mut Vec<Value>) {
    let mut done = 0;
    while let Some(at) = text[done..].find(['{', '"']).map(|at| done + at) {
        let json = read_json(&text[at..]);
        let read = json.or_else(|| python::read(&text[at..]).ok());
        // What begins with a quotation mark may also end something, and only JSON within it matters.
        done = match read {
            Some((Value::String(text), _)) if !text.contains('{') => at + 1,
            Some((value, length)) => {
                payloads(&value, depth, found);
                at + length
            }
            None => at + 1,
        };
        if found.len() >= STATUSES {
            break;
        }
    }
}

fn read_json(text: &str) -> Option<(Value, usize)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

/// The payloads within a value: at any depth, also in a text that is JSON itself, as logs have it.
fn payloads(value: &Value, depth: usize, found: &mut Vec<Value>) {
    match value {
        Value::Object(_) if value.pointer("/overallStatus/status").is_some_and(Value::is_string) => found.push(value.clone()),
        Value::Object(fields) => fields.values().for_each(|field| payloads(field, depth, found)),
        Value::Array(items) => items.iter().for_each(|item| payloads(item, depth, found)),
        Value::String(text) if depth < 3 => find(text, depth + 1, found),
        _ => {}
    }
}

/// Plays the scenario, and tells what its load says otherwise.
fn tell_differences(text: &str, id: &str, pasted: &Value, remarks: &mut Remarks) {
    let Ok(scenario) = Scenario::parse("scenario", text) else { return };
    let spec = scenario.cluster_spec(ClockKind::Manual);
    let mut engine = Engine::new(Settings { ..spec.settings });
    for (id, script) in spec.scripts {
        // A file has each id once.
        let _ = engine.script(id, script);
    }
    let logs = pasted.pointer("/errors/errorLogs").and_then(Value::as_array).map_or(0, Vec::len);
    let errors_per_page = logs.max(1) as u64;
    let query = StatusQuery {
        details: pasted.get("failedFeeds").is_some(),
        errors: pasted.get("errors").is_some(),
        page: 1,
        errors_per_page,
    };
    let Ok(played) = engine.status(&LoadId::from(id), &query) else { return };
    let played = serde_json::to_value(played).unwrap_or_default();
    differences("", pasted, &played, remarks);
}

fn differences(path: &str, pasted: &Value, played: &Value, remarks: &mut Remarks) {
    match (pasted, played) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                if !TIMES.contains(&key.as_str()) {
                    differences(&format!("{path}.{key}"), value, other.get(key).unwrap_or(&Value::Null), remarks);
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}[{index}]"), one, other, remarks);
            }
        }
        (one, other) if one == other || (one.is_number() && one.as_f64() == other.as_f64()) => {}
        (one, other) => {
            remarks.add(format!("{}: it was {}, and is {}", path.trim_start_matches('.'), brief(one), brief(other)));
        }
    }
}

fn brief(value: &Value) -> String {
    neptune_text::cut(&value.to_string(), 200)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FAILED: &str = include_str!("../../../loader/tests/golden/status_failed.json");

    fn parsed(text: &str) -> Scenario {
        let written = scenario("pasted", text).expect("there is a status in it");
        Scenario::parse("pasted.yaml", &written).unwrap_or_else(|error| panic!("{error}\n{written}"))
    }

    #[test]
    fn a_failed_load_is_taken_over_with_its_errors() {
        let written = scenario("pasted", FAILED).unwrap();
        let expected = r#"# Made by `neptune-sim scenario` from a status that Neptune answered with. Read it, and change what you like.
#
# Not taken over:
# - failedFeeds[0].totalRecords: it was 4, and is 6
name: pasted
about: "A load that is LOAD_FAILED, as Neptune told it"
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
    #[case::completed(include_str!("../../../loader/tests/golden/status_completed.json"), 0)]
    #[case::failed(FAILED, 1)]
    #[case::queued(include_str!("../../../loader/tests/golden/status_queued.json"), 0)]
    #[case::no_errors(include_str!("../../../loader/tests/golden/status_no_errors.json"), 0)]
    #[case::cancelled(include_str!("../../../loader/tests/golden/status_cancelled.json"), 1)]
    #[case::stopped(include_str!("../../../loader/tests/golden/status_stopped.json"), 1)]
    #[case::in_progress(include_str!("../../../loader/tests/golden/status_in_progress.json"), 1)]
    #[case::second_page(include_str!("../../../loader/tests/golden/status_second_page.json"), 1)]
    fn every_status_becomes_a_scenario_and_what_is_not_taken_over_is_told(#[case] body: &str, #[case] tells: usize) {
        let written = scenario("pasted", body).unwrap();
        assert_eq!(written.contains("# Not taken over:"), tells > 0, "{written}");
        parsed(body);
    }

    #[rstest]
    #[case::alone("BODY")]
    #[case::in_a_log("2026-11-22 10:00:00 INFO {request: 1} the answer was BODY and so on }")]
    #[case::of_boto3(r#"{"ResponseMetadata": {"HTTPStatusCode": 200}, "status": "200 OK", "payload": PAYLOAD}"#)]
    #[case::the_payload("PAYLOAD")]
    #[case::within_a_text(r#"{"level": "INFO", "message": "it was ESCAPED"}"#)]
    #[case::a_text_alone("\"ESCAPED\"")]
    #[case::quotes_before_it("it \"said\" 5\" BODY")]
    #[case::in_a_list(r#"[{"a": 1}, BODY]"#)]
    fn a_status_is_found_whatever_stands_around_it(#[case] text: &str) {
        let body: Value = serde_json::from_str(FAILED).unwrap();
        let escaped = Value::from(body.to_string()).to_string();
        let text = text
            .replace("BODY", FAILED)
            .replace("PAYLOAD", &body["payload"].to_string())
            .replace("ESCAPED", escaped.trim_matches('"'));
        let mut found = Vec::new();
        find(&text, 0, &mut found);
        assert_eq!(found, [body["payload"].clone()]);
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_list_of_loads(r#"{"status": "200 OK", "payload": {"loadIds": ["x"]}}"#)]
    #[case::half_a_status(r#"{"payload": {"overallStatus": {"status": "LOAD_FAILED""#)]
    #[case::a_status_that_is_no_text(r#"{"payload": {"overallStatus": {"status": 7}}}"#)]
    fn where_there_is_none_none_is_made(#[case] text: &str) {
        assert_eq!(scenario("pasted", text), Err(DraftError::Nothing));
    }

    #[rstest]
    #[case::whole(
        "{'ResponseMetadata': {'RetryAttempts': 0, 'at': datetime.datetime(2026, 11, 22, tzinfo=tzutc())}, 'status': '200 OK', 'payload': PAYLOAD}"
    )]
    #[case::the_payload("PAYLOAD")]
    #[case::in_a_log("it said: PAYLOAD, and ended")]
    fn what_python_prints_is_read(#[case] text: &str) {
        let payload = r#"{'feedCount': [{'LOAD_COMPLETED': 1}], 'overallStatus': {'status': 'LOAD_COMPLETED', 'fullUri': "s3://it's/", 'x': None, 'y': [True, False, -1.5]}}"#;
        parsed(&text.replace("PAYLOAD", payload));
    }

    #[test]
    fn what_is_no_literal_of_pythons_is_named() {
        let error =
            scenario("pasted", "{'payload': {'overallStatus': {'status': 'LOAD_FAILED', 'x': <object at 0x7f>}}}").unwrap_err();
        assert!(error.to_string().ends_with("there is no literal at `<object at 0x7f>}}}`"), "{error}");
    }

    #[test]
    fn the_second_of_two_statuses_is_told_of() {
        let written = scenario("pasted", &format!("{FAILED}\n{FAILED}")).unwrap();
        assert!(written.contains("# - there are 2 statuses in it, and this is the first"), "{written}");
    }

    #[rstest]
    #[case::with_a_time("LOAD FAILED 5s")]
    fn a_status_that_no_scenario_can_have_is_refused(#[case] status: &str) {
        let body = json!({"payload": {"overallStatus": {"status": status}}}).to_string();
        let error = crate::record::scenario("pasted", &body).unwrap_err();
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
    fn a_record_that_no_scenario_can_have_is_left_out_and_told_of() {
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
