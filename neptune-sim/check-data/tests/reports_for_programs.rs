//! The reports that other programs read: SARIF and JUnit.

mod common;

use std::fs;
use std::io::Read;

use common::{flat, folder, report};
use serde_json::Value;

const PEOPLE: &str = "~id,age:Int,active:Bool\nv1,41.0,True\nv2,é,true\nv3,x,false\n";

/// Checks a folder with files of every kind, and returns the report that the option asks for.
fn written(option: &str, more: &[&str]) -> String {
    let files = folder(&[("people é.csv", PEOPLE), ("fine.csv", "~id\nv9\n"), ("_SUCCESS", "")]);
    let to = tempfile::tempdir().expect("a folder for the report");
    let file = to.path().join("report");
    report(&[files.path()], &[&[option, &file.display().to_string()], more].concat());
    fs::read_to_string(file).expect("the report").replace(&files.path().display().to_string(), "/files")
}

/// The schema that OASIS publishes, as Microsoft's package `@microsoft/jest-sarif` (MIT) has it.
fn schema() -> Value {
    let (path, mut text) = ("tests/files/sarif-2.1.0-rtm.5.json.gz", String::new());
    let packed = fs::File::open(path).expect("the schema");
    neptune_data::unpacked(packed, Some(path)).expect("gzip").read_to_string(&mut text).expect("text");
    serde_json::from_str(&text).expect("JSON")
}

/// Every way in which a value is none of a schema, with its place: what the schema of SARIF uses of JSON Schema.
fn faults(value: &Value, schema: &Value, root: &Value, place: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(value, root.pointer(name.trim_start_matches('#')).expect("a definition"), root, place);
    }
    let mut found = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{place}: {what}: {value}"));
        }
    };
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::Null => "null",
    };
    let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    check(schema["type"].is_null() || kinds.iter().any(|known| known == kind), "type");
    check(schema["enum"].as_array().is_none_or(|words| words.contains(value)), "enum");
    check(schema["minimum"].as_i64().is_none_or(|least| value.as_i64().is_some_and(|number| number >= least)), "minimum");
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        check(value.get(key).is_some(), &format!("required {key}"));
    }
    for key in value.as_object().into_iter().flat_map(|object| object.keys()) {
        let known = schema["properties"].get(key);
        check(known.is_some() || schema["additionalProperties"] != Value::Bool(false), &format!("unknown key {key}"));
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        if let Some(known) = schema["properties"].get(key) {
            found.extend(faults(inner, known, root, &format!("{place}/{key}")));
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(faults(inner, &schema["items"], root, &format!("{place}/{index}")));
    }
    found
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = schema();
    let log: Value = serde_json::from_str(&written("--sarif", &["--max-errors", "2"])).expect("JSON");
    assert_eq!(faults(&log, &schema, &schema, ""), Vec::<String>::new());
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    wrong["runs"][0]["results"][0]["file"] = "x".into();
    wrong["runs"][0]["tool"]["driver"]["name"].take();
    assert_eq!(faults(&wrong, &schema, &schema, "").len(), 3, "the check can fail");
}

#[test]
fn sarif_has_rules_places_and_hints_and_says_what_is_left_out() {
    let log: Value = serde_json::from_str(&written("--sarif", &["--max-errors", "2"])).expect("JSON");
    let run = &log["runs"][0];
    let rules: Vec<_> = run["tool"]["driver"]["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| rule["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(rules, ["no-header", "datatype", "true-in-other-case"]);
    let result = &run["results"][1];
    assert_eq!((&result["ruleId"], &result["ruleIndex"], &result["level"]), (&"datatype".into(), &1.into(), &"error".into()));
    assert!(
        result["message"]["text"].as_str().is_some_and(|text| text.contains("\nHint: a column of whole numbers")),
        "{result}"
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "file:///files/people%20%C3%A9.csv");
    assert_eq!(place["region"], serde_json::json!({"startLine": 2, "startColumn": 4, "snippet": {"text": "41.0,True"}}));
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        note["message"]["text"].as_str().is_some_and(|text| text.starts_with("--max-errors leaves out 2 more findings")),
        "{note}"
    );
}

#[test]
fn sarif_names_what_cannot_be_read() {
    let files = folder(&[("a.csv", "~id\nv1\n")]);
    std::os::unix::fs::symlink("nothing", files.path().join("gone.csv")).expect("a link");
    let (schema, file) = (schema(), files.path().join("report.sarif"));
    report(&[files.path()], &["--sarif", &file.display().to_string()]);
    let log: Value = serde_json::from_slice(&fs::read(file).expect("the report")).expect("JSON");
    assert_eq!(faults(&log, &schema, &schema, ""), Vec::<String>::new());
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(
        (&invocation["executionSuccessful"], &invocation["toolExecutionNotifications"][0]["level"]),
        (&false.into(), &"error".into())
    );
}

#[test]
fn json_that_is_cut_says_so_and_has_the_totals() {
    let report: Value = serde_json::from_str(&written("--json", &["--max-errors", "1"])).expect("JSON");
    assert_eq!(report["leftOut"], 3, "{report:#}");
    assert_eq!([report["errors"].as_array(), report["warnings"].as_array()].map(|list| list.map(Vec::len)), [Some(1), Some(1)]);
    assert_eq!(report["totals"]["datatypeMismatchErrors"], 3);
}

#[test]
fn junit_has_a_case_a_file() {
    let xml = written("--junit", &[]);
    let flat = flat(&xml);
    assert!(flat.contains("tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\""), "{xml}");
    assert!(flat.contains("<testcase name=\"/files/fine.csv\" classname=\"check-data\""), "{xml}");
    assert!(flat.contains("<failure message=\"3 errors, 1 warning\" type=\"failed\">"), "{xml}");
    assert!(flat.contains("people é.csv:2:4: error: Value") || flat.contains("people é.csv:2:4: error:"), "{xml}");
}

#[test]
fn junit_that_is_cut_says_so() {
    let xml = written("--junit", &["--max-errors", "0"]);
    let of_people = flat(xml.split("<testcase name=\"/files/people é.csv").nth(1).expect("the file"));
    assert!(of_people.contains("--max-errors leaves out 4 more findings"), "{xml}");
    assert!(!written("--junit", &[]).contains("leaves out"));
}

#[test]
fn warnings_fail_a_case_only_if_the_check_is_strict() {
    let files = folder(&[("a.csv", "~id,a:Bool\nv1,True\n")]);
    let to = tempfile::tempdir().expect("a folder for the report");
    let file = to.path().join("report");
    for (strict, failures) in [(&[][..], "failures=\"0\""), (&["--strict"][..], "failures=\"1\"")] {
        report(&[files.path()], &[&["--junit", &file.display().to_string()], strict].concat());
        assert!(fs::read_to_string(&file).expect("the report").contains(failures));
    }
}

/// The data of a page, which stands in it as JSON.
fn shown(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"<script type="application/json" id="data">"#).expect("data");
    serde_json::from_str(rest.split_once("</script>").expect("its end").0).expect("JSON")
}

#[test]
fn a_page_has_each_finding_with_its_row_the_caret_and_the_hint() {
    let page = shown(&written("--html", &[]));
    assert_eq!(page["remarks"][0], serde_json::json!({"text": "LOAD_FAILED: 4 errors, 1 warning in 3 files", "style": "bad"}));
    let words: Vec<_> =
        page["totals"].as_array().expect("totals").iter().map(|total| (&total["word"], &total["count"])).collect();
    assert_eq!(words, [(&"with errors".into(), &2.into()), (&"no findings".into(), &1.into())]);
    let file =
        page["items"].as_array().expect("items").iter().find(|item| item["name"] == "/files/people é.csv").expect("the file");
    let message = file["message"].as_str().expect("a message");
    assert!(message.starts_with("3 errors, 1 warning; line 2: ") && file["style"] == "bad", "{file}");
    let first = &file["sections"][0];
    let title = first["title"].as_str().expect("a title");
    assert!(title.starts_with("line 2, character 4: error: "), "{title}");
    assert!(first["note"].as_str().is_some_and(|note| note.starts_with("record 1, id ")), "{first}");
    let lines: Vec<&str> = first["text"].as_str().expect("a text").lines().collect();
    assert_eq!((lines.len(), lines[1]), (2, "   ^"), "the caret stands below the fourth character: {lines:?}");
    assert!(first["hint"].is_string(), "{first}");
    let counted = file["sections"].as_array().expect("sections").last().expect("counters");
    assert_eq!((&counted["kind"], &counted["columns"][0]), (&"facts".into(), &"records".into()));
    assert_eq!(counted["title"], "What a load of it counts");
}

#[test]
fn a_page_says_that_a_load_counts_no_errors_behind_the_one_at_which_it_stops() {
    let files = folder(&[("a.csv", "~id,a:Nope,b:Nope\nv1,1,2\n")]);
    let file = files.path().join("report.html");
    report(&[&files.path().join("a.csv")], &["--html", &file.display().to_string()]);
    let item = &shown(&fs::read_to_string(&file).expect("the report"))["items"][0];
    assert!(item["message"].as_str().is_some_and(|message| message.starts_with("2 errors; ")), "{item}");
    let counted = item["sections"].as_array().expect("sections").last().expect("counters");
    assert_eq!(counted["title"], "What a load counts until it stops: errors behind that place are not among them", "{counted}");
    assert_eq!(counted["rows"][0][2], "1", "{counted}");
}

#[test]
fn a_page_of_ten_thousand_findings_is_small_and_says_what_it_leaves_out() {
    let rows: Vec<String> = (0..10_000).map(|row| format!("v{row},<x{row}>\n")).collect();
    let rows = rows.concat();
    let files = folder(&[("a.csv", &format!("~id,a:Int\n{rows}"))]);
    let to = tempfile::tempdir().expect("a folder for the report");
    let file = to.path().join("report.html");
    report(&[files.path()], &["--max-errors", "10000", "--html", &file.display().to_string()]);
    let page = fs::read_to_string(&file).expect("the report");
    assert!(page.len() <= 1024 * 1024, "{} bytes", page.len());
    let item = &shown(&page)["items"][0];
    let (kept, left_out) =
        (item["sections"].as_array().expect("sections").len() as u64, item["left_out"].as_u64().expect("a count"));
    assert!(kept > 1000 && kept + left_out == 10_001, "{kept} findings are shown, and {left_out} left out");
    let cut = shown(&written("--html", &["--max-errors", "1"]));
    let said = cut["remarks"][1]["text"].as_str().expect("a remark");
    assert!(said.starts_with("--max-errors leaves out 3 more findings"), "{said}");
}
