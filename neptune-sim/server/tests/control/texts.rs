//! What the control API says when it refuses: in plain words, with the place and the remedy.

use rstest::rstest;
use serde_json::{Value, json};

use super::agreement::assert_plain;
use crate::client::{ask, ask_with};
use crate::{start, started_id};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn refused(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
    let sim = start().await;
    let path = format!("/_sim/clusters{path}");
    let answer = ask_with(sim.first().address(), method, &path, headers, body).await;
    assert_eq!(answer.status, 400, "{path} {body}: {}", answer.body);
    let problem = answer.json();
    assert_plain(&problem, &json!([path, body]));
    problem
}

#[rstest]
#[case::seconds_without_a_unit(
    "clock",
    r#"{"advance": 5}"#,
    "`advance`: expected a text, not the number 5",
    "write `\"5s\"` if you mean seconds (the units are ms, s, m, h, d)"
)]
#[case::a_text_without_a_unit(
    "clock",
    r#"{"advance": "5"}"#,
    "`advance`: `5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)",
    "a duration is a number and one of the units ms, s, m, h, d: `5s`"
)]
#[case::two_at_once(
    "clock",
    r#"{"advance": "5s", "set": "real"}"#,
    "`advance` and `set` exclude each other",
    "give one of them"
)]
#[case::nothing("clock", "{}", "a key is missing", "the keys here are: advance, wait, set")]
#[case::a_slip("clock", r#"{"advanse": "5s"}"#, "`advanse`: unknown key `advanse`", "did you mean `advance`?")]
#[case::no_moment(
    "clock",
    r#"{"wait": {"at": 90}}"#,
    "`wait.at`: expected a text, not the number 90",
    "write `\"90s\"` if you mean seconds (the units are ms, s, m, h, d)"
)]
#[case::half_a_wait(
    "clock",
    r#"{"wait": {"load": "x"}}"#,
    "`wait`: a wait has either `load` and `until`, or `all_loads`, or `at`",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::empty("clock", "", "the body is empty", "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it")]
#[case::half(
    "clock",
    r#"{"advance""#,
    "the body is not whole JSON: it breaks off",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::no_json(
    "clock",
    "advance: 5s",
    "the body is not JSON: line 1, column 1 cannot be read",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::too_deep(
    "clock",
    &"[".repeat(1000),
    "the body is nested too deeply: 127 levels are read",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::a_byte_order_mark(
    "clock",
    "\u{feff}{\"advance\": \"5s\"}",
    "the body begins with a byte order mark, which JSON has not",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::twice(
    "clock",
    r#"{"set": "real", "set": "manual"}"#,
    "an object has the key `set` twice",
    "an example is `{\"advance\":\"5s\"}`; GET /_sim/openapi.json has all of it"
)]
#[case::an_unknown_effect("faults", r#"{"does": "rest"}"#, "`does`: unknown word `rest`", "did you mean `reset`?")]
#[case::an_unknown_effect_with_more(
    "faults",
    r#"{"does": {"eror": "X"}}"#,
    "`does.eror`: unknown key `eror`",
    "did you mean `error`?"
)]
#[case::a_target_that_is_a_text(
    "faults",
    r#"{"on": "status", "does": "reset"}"#,
    "`on`: expected an object, not the text `status`",
    "an example is"
)]
#[case::no_chance("faults", r#"{"chance": 2, "does": "reset"}"#, "`chance`: 2 is out of range: 0 to 1", "an example is")]
#[case::no_gateway(
    "faults",
    r#"{"does": {"gateway": 200}}"#,
    "`does.gateway`: 200 is out of range: 500 to 599",
    "an example is"
)]
#[case::a_huge_number(
    "loads",
    r#"{"id": "x", "lifecycle": ["LOAD_FAILED"], "files": 99999999999999999999}"#,
    "`files`: 1e+20 is out of range: 0 to 18446744073709551615",
    "an example is"
)]
#[case::no_id("loads", r#"{"lifecycle": ["LOAD_FAILED"]}"#, "the key `id` is missing", "an example is")]
#[case::a_number_in_a_list(
    "loads",
    r#"{"id": "x", "lifecycle": [5]}"#,
    "`lifecycle[0]`: expected a text, not the number 5",
    "an example is"
)]
#[tokio::test]
async fn a_body_that_cannot_be_used_is_explained(
    #[case] what: &str,
    #[case] body: &str,
    #[case] error: &str,
    #[case] hint: &str,
) {
    let problem = refused("POST", &format!("/first/{what}"), &[], body).await;
    assert_eq!(problem["error"], error, "{problem}");
    assert!(problem["hint"].as_str().unwrap().starts_with(hint), "{problem}");
}

#[rstest]
#[case::no_secret(json!({"keys": [{"id": "AKID"}]}), "`keys[0]`: the key `secret` is missing")]
#[case::a_secret_that_is_a_number(
    json!({"keys": [{"id": "AKID", "secret": 4711}]}),
    "`keys[0].secret`: expected a text, not something else"
)]
#[case::a_kind(json!({"keys": "AKID"}), "`keys`: expected a list, not the text `AKID`")]
#[case::a_word(json!("on"), "unknown word `on`")]
#[case::another_kind(json!(false), "expected a text or an object, not false")]
#[tokio::test]
async fn an_authentication_that_cannot_be_used_is_explained(#[case] body: Value, #[case] error: &str) {
    let problem = refused("PUT", "/first/authentication", &[], &body.to_string()).await;
    assert_eq!(problem["error"], error, "{problem}");
}

#[tokio::test]
async fn a_scenario_that_cannot_be_used_is_explained_with_line_column_and_path() {
    let yaml = "name: odd\nabout: x\ngiven:\n  load: {}\n";
    let problem = refused("POST", "", &[], yaml).await;
    let expected = json!({
        "error": "`given.load`: unknown key `load`", "hint": "did you mean `loads`?", "path": "given.load", "line": 4, "column": 3,
    });
    assert_eq!(problem, expected);
    assert_eq!(refused("POST", "", &[], "x").await["line"], 1);
    let json = json!({"name": "odd", "about": "x", "given": {"loads": {"a": {"lifecycle": ["LOAD_FAILD"]}}}}).to_string();
    let problem = refused("POST", "", &[JSON], &json).await;
    assert_eq!(problem["path"], "given.loads.a.lifecycle[0]", "{problem}");
    assert!(problem.get("line").is_none(), "{problem}");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_scenario_is_explained_at_once() {
    let yaml = "name: odd\nabout: x\ngiven:\n  load: {}\n  faults:\n    - {does: reset, fail: 0}\n";
    let problem = refused("POST", "", &[], yaml).await;
    assert_eq!(problem["path"], "given.load", "{problem}");
    let more = json!([{
        "error": "`given.faults[0].fail`: 0 requests are none", "hint": "leave it out, or say 1 or more",
        "path": "given.faults[0].fail", "line": 6, "column": 27,
    }]);
    assert_eq!(problem["more"], more, "{problem}");
    let loads = json!({"a": {"lifecycle": ["LOAD_FAILD"]}, "b": {"lifecycle": ["LOAD_COMPLETD"]}});
    let json = json!({"name": "odd", "about": "x", "given": {"loads": loads}}).to_string();
    let problem = refused("POST", "", &[JSON], &json).await;
    assert_eq!(problem["more"][0]["path"], "given.loads.b.lifecycle[0]", "{problem}");
    assert!(problem["more"][0].get("line").is_none(), "{problem}");
}

/// Every mistake of a problem: path, text and hint.
fn mistakes(problem: &Value) -> Vec<[&str; 3]> {
    let more = problem["more"].as_array().into_iter().flatten();
    let all = std::iter::once(problem).chain(more);
    all.map(|one| ["path", "error", "hint"].map(|key| one[key].as_str().unwrap_or_default())).collect()
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_fault_is_explained_at_once() {
    let fault = json!({
        "doess": "reset", "on": {"operation": "stats", "requst": 1, "call": "4..2"}, "from": "5", "until": 5, "chance": 2, "fail": 0,
        "does": {"gateway": 200},
    });
    let problem = refused("POST", "/first/faults", &[], &fault.to_string()).await;
    let found = mistakes(&problem);
    let places: Vec<&str> = found.iter().map(|[path, ..]| *path).collect();
    let expected = ["doess", "on.operation", "on.requst", "until", "chance", "fail", "does.gateway", "from", "on.call"];
    assert_eq!(places, expected, "{problem}");
    assert_eq!(found[0], ["doess", "`doess`: unknown key `doess`", "did you mean `does`?"]);
    assert_eq!(found[1], ["on.operation", "`on.operation`: unknown word `stats`", "did you mean `status`?"]);
    assert_eq!(found[2][2], "did you mean `request`?");
    assert_eq!(found[6][1], "`does.gateway`: 200 is out of range: 500 to 599");
    assert!(found[7][1].starts_with("`from`: `5` has no unit"), "{problem}");
}

#[tokio::test]
async fn everything_that_is_impossible_about_a_fault_is_explained_at_once() {
    let fault = json!({"from": "5s", "until": "1s", "pass": 1, "does": "delay", "name": "a/b", "on": {"attempt": "x"}});
    let problem = refused("POST", "/first/faults", &[], &fault.to_string()).await;
    let places: Vec<&str> = mistakes(&problem).iter().map(|[path, ..]| *path).collect();
    assert_eq!(places, ["name", "until", "pass", "does", "on.attempt"], "{problem}");
    let fault = json!({"use": "failovr", "does": "reset"});
    let problem = refused("POST", "/first/faults", &[], &fault.to_string()).await;
    let found = mistakes(&problem);
    assert_eq!(found.iter().map(|[path, ..]| *path).collect::<Vec<_>>(), ["does", "use"], "{problem}");
    assert!(found[1][2].starts_with("did you mean `failover`?"), "{problem}");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_load_is_explained_at_once() {
    let error = json!({"code": "PARSING_EROR", "mesage": "m", "file": "f", "record": -1});
    let load = json!({
        "id": "..", "lifecyle": [], "lifecycle": ["LOAD_IN_PROGRES 2s", "LOAD_FAILD"], "files": "two", "errors": [error],
    });
    let problem = refused("POST", "/first/loads", &[], &load.to_string()).await;
    let found = mistakes(&problem);
    let places: Vec<&str> = found.iter().map(|[path, ..]| *path).collect();
    let expected = ["lifecyle", "files", "errors[0].mesage", "errors[0].record", "id", "lifecycle[0]", "lifecycle[1]"];
    assert_eq!(places, expected, "{problem}");
    assert!(found[6][2].starts_with("did you mean `LOAD_FAILED`?"), "{problem}");
    let outcome = json!({"runs": "5", "lifecycle": ["LOAD_FAILD"], "record": 5});
    let problem = refused("PUT", "/first/loads/domain-load/outcome", &[], &outcome.to_string()).await;
    let places: Vec<&str> = mistakes(&problem).iter().map(|[path, ..]| *path).collect();
    assert_eq!(places, ["record", "runs", "lifecycle[0]"], "{problem}");
}

#[tokio::test]
async fn a_mistake_that_follows_from_another_is_not_reported() {
    for (fault, places) in [
        (json!({"fail": "2", "pass": 1, "does": "reset"}), ["fail"]),
        (json!({"after": 5, "does": "delay"}), ["after"]),
        (json!({"fail": 2, "dose": "reset"}), ["dose"]),
    ] {
        let problem = refused("POST", "/first/faults", &[], &fault.to_string()).await;
        assert_eq!(mistakes(&problem).iter().map(|[path, ..]| *path).collect::<Vec<_>>(), places, "{problem}");
    }
}

#[tokio::test]
async fn of_very_many_mistakes_the_first_twenty_are_explained() {
    let fault: serde_json::Map<String, Value> = (0..200).map(|n| (format!("k{n}"), json!(n))).collect();
    let problem = refused("POST", "/first/faults", &[], &Value::from(fault).to_string()).await;
    assert_eq!(mistakes(&problem).len(), 20, "{problem}");
}

#[tokio::test]
async fn a_state_that_cannot_be_used_is_explained_with_the_way_to_what_is_wrong() {
    let sim = start().await;
    started_id(sim.first(), "s3://b/1/").await;
    let state = ask(sim.first().address(), "GET", "/_sim/clusters/first/state").await.json();
    for (pointer, value, path) in [
        ("/loader/loads/0/history", json!(5), "loader.loads[0].history"),
        ("/loader/loads/1/given", json!({}), "loader.loads[1].given"),
        ("/loader/now/secs", json!("x"), "loader.now.secs"),
        ("/loader/queue", json!([]), "loader.queue"),
        ("/clock", json!("sundial"), "clock"),
        ("/strict", json!("yes"), "strict"),
    ] {
        let mut state = state.clone();
        *state.pointer_mut(pointer).expect(pointer) = value;
        let problem = refused("PUT", "/twin/state", &[], &state.to_string()).await;
        assert_eq!(problem["path"], path, "{problem}");
    }
}

#[rstest]
#[case::too_large(
    "limit=99999999999999999999",
    "`limit`: 1e+20 is out of range: 0 to 18446744073709551615",
    "GET /_sim/openapi.json says"
)]
#[case::no_number("limit=all", "`limit`: expected a whole number, not the text `all`", "GET /_sim/openapi.json says")]
#[case::negative("since=-1", "`since`: -1 is out of range: 0 is the least", "GET /_sim/openapi.json says")]
#[case::no_status("status=70000", "`status`: 70000 is out of range: 0 to 65535", "GET /_sim/openapi.json says")]
#[case::a_slip("limt=5", "unknown parameter `limt`", "did you mean `limit`?")]
#[case::a_stranger("page=5", "unknown parameter `page`", "the parameters here are: method, path, load, status, since, limit")]
#[case::twice("limit=5&limit=6", "the parameter `limit` stands in the query twice", "give it once")]
#[tokio::test]
async fn a_query_that_cannot_be_used_is_explained(#[case] query: &str, #[case] error: &str, #[case] hint: &str) {
    let problem = refused("GET", &format!("/first/requests?{query}"), &[], "").await;
    assert_eq!(problem["error"], error, "{problem}");
    assert!(problem["hint"].as_str().unwrap().starts_with(hint), "{problem}");
}

#[tokio::test]
async fn a_number_that_no_request_has_is_a_request_that_has_not_come() {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", "/_sim/clusters/first/requests/99999999999999999999999").await;
    assert_eq!((answer.status, &answer.json()["hint"]), (404, &json!("it has not come yet")));
}
