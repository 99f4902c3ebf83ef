//! The steps of a scenario that replays a recording: the same requests at the same times, and their answers.

use std::collections::HashMap;
use std::time::Duration;

use neptune_control::{Effect, FaultOperation};
use neptune_fault::Arrives;
use neptune_loader::LoadStatus;
use neptune_text::duration_text;
use serde_json::{Map, Value, json};

use super::Remarks;
use super::asked::Asked;
use super::loads::{RecordedLoads, contradicts};
use super::outcome::fault_effect;

/// How many requests a scenario repeats at most: a file has only so much room.
const REQUESTS: usize = 600;
/// What every step expects is called.
const WORDS: &str = "as recorded";

/// The steps, or none if there are too many.
pub(super) fn steps(asked: &[Asked<'_>], loads: &RecordedLoads, remarks: &mut Remarks) -> Vec<Value> {
    if asked.len() > REQUESTS {
        remarks.add(format!(
            "the {} requests: a scenario has room for {REQUESTS}. Play them with a client of your own",
            asked.len()
        ));
        return Vec::new();
    }
    let (mut steps, mut now) = (Vec::new(), Duration::ZERO);
    let mut named: Vec<&str> = Vec::new();
    let mut lasts: HashMap<&str, LoadStatus> = HashMap::new();
    for asked in asked {
        let number = asked.exchange.number;
        let is_named = |id: &String| loads.is_scripted(id) || loads.is_unknown(id) || named.contains(&id.as_str());
        if !asked.load.as_ref().is_none_or(is_named) {
            remarks.add(format!("request {number}: it is about a load that no step has started"));
            continue;
        }
        if asked.at > now {
            steps.push(json!({"advance": duration_text(asked.at.saturating_sub(now))}));
            now = asked.at;
        }
        // The faults have noted already what could not be taken over.
        let meets = fault_effect(asked, loads, &mut Remarks::default());
        if let (Some(id), None) = (asked.started(), &meets) {
            named.push(id);
            steps.push(json!({"start": start(asked, id, &named)}));
        } else {
            let is_reported = is_reported(asked, &mut lasts);
            steps.push(json!({"request": request(asked, meets.as_ref(), is_reported)}));
        }
    }
    steps
}

/// Whether the scenario's load has the status that was seen, too: not if it went back from where it had been.
fn is_reported<'a>(asked: &'a Asked<'_>, lasts: &mut HashMap<&'a str, LoadStatus>) -> bool {
    let (Some(id), Some(seen)) = (&asked.load, asked.seen_status()) else { return true };
    let status = LoadStatus::from(seen.status);
    if lasts.get(id.as_str()).is_some_and(|last| contradicts(last, &status)) {
        return false;
    }
    lasts.insert(id, status);
    true
}

/// A start that succeeds: its load is called by its placeholder from then on.
fn start(asked: &Asked<'_>, id: &str, named: &[&str]) -> Value {
    let mut with = asked.parameters();
    let mut start = Map::from_iter([("load".to_owned(), json!(id))]);
    for key in ["source", "format"] {
        start.extend(with.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    if let Some(queue) = with.shift_remove("queueRequest") {
        let is_yes = queue == json!(true) || queue.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if is_yes {
            start.insert("queue".into(), json!(true));
        }
    }
    if let Some(Value::Array(ids)) = with.shift_remove("dependencies") {
        let known: Vec<Value> = ids.into_iter().filter(|id| id.as_str().is_some_and(|id| named.contains(&id))).collect();
        if !known.is_empty() {
            start.insert("depends_on".into(), known.into());
        }
    }
    if !with.is_empty() {
        start.insert("with".into(), with.into());
    }
    start.insert("expect".into(), json!({WORDS: expectation(asked, None, true)}));
    start.into()
}

fn request(asked: &Asked<'_>, meets: Option<&Effect>, is_reported: bool) -> Value {
    let mut request = Map::new();
    if asked.exchange.method != "GET" {
        request.insert("method".into(), json!(asked.exchange.method));
    }
    request.insert("path".into(), json!(asked.path));
    if asked.operation == FaultOperation::Start {
        request.insert("body".into(), asked.parameters().into());
    } else if !asked.query.is_empty() {
        request.insert(
            "query".into(),
            asked.query.iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>().into(),
        );
    }
    request.insert("expect".into(), json!({WORDS: expectation(asked, meets, is_reported)}));
    request.into()
}

/// What the client saw.
fn expectation(asked: &Asked<'_>, meets: Option<&Effect>, is_reported: bool) -> Map<String, Value> {
    let check = |key: &str, value: Value| Map::from_iter([(key.to_owned(), value)]);
    match meets.map(|effect| effect.traits().arrives) {
        None | Some(Arrives::Other | Arrives::Right) => {
            let answer = asked.exchange.answer.as_ref();
            let mut checks = check("reply.http", answer.map_or(200, |answer| answer.http).into());
            let code = answer.and_then(|answer| answer.body.as_ref()?.json()?.get("code")?.as_str());
            checks.extend(code.map(|code| ("reply.body.code".to_owned(), code.into())));
            let status = asked.seen_status().filter(|_| is_reported).map(|seen| seen.status.into());
            checks.extend(status.map(|status| ("reply.body.payload.overallStatus.status".to_owned(), status)));
            checks
        }
        Some(Arrives::Changed) => check("reply.http", 200.into()),
        Some(Arrives::Nothing) => check("reply.error", json!({"is": "text"})),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario;

    fn exchange(number: u64, status: &str) -> String {
        format!(
            r#"{{"number":{number},"at":{number}.0,"time":"t","took":0.0,"method":"GET","target":"/loader/load-1","answer":{{"http":200,"body":{{"json":{{"status":"200 OK","payload":{{"overallStatus":{{"status":"{status}","fullUri":"s3://b/"}}}}}}}}}}}}"#
        )
    }

    #[test]
    fn a_load_that_goes_back_is_not_asserted_to() {
        let title = r#"{"recording":1,"by":"b","time":"t","upstream":"u"}"#;
        let lines = [exchange(0, "LOAD_IN_PROGRESS"), exchange(1, "LOAD_COMPLETED"), exchange(2, "LOAD_IN_PROGRESS")];
        let written = scenario("back", &format!("{title}\n{}", lines.join("\n"))).unwrap();
        assert!(written.contains("it was LOAD_IN_PROGRESS at 2s although it had been LOAD_COMPLETED"), "{written}");
        assert_eq!(written.matches("reply.body.payload.overallStatus.status").count(), 2, "{written}");
        assert_eq!(written.matches("reply.http").count(), 3, "{written}");
    }
}
