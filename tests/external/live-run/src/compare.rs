//! Holds what a live cluster has answered against the snapshot that was accepted. It only reads: a live run changes no snapshot.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use neptune_live::report::Difference;
use neptune_server::scenario::{OnNeptune, Pace, Step, Varying};
use serde_json::{Map, Value};

use neptune_harness::{snapshot, values};

/// What differs from the snapshot of a scenario, but for what its live form says may differ.
///
/// # Errors
/// There is no such snapshot, or it cannot be read.
pub(super) fn with_snapshot(snapshots: &Path, name: &str, answers: &Value, form: &OnNeptune) -> Result<Vec<Difference>> {
    let path = snapshots.join(format!("{name}.snap"));
    let text = fs::read_to_string(&path).with_context(|| format!("there are no accepted answers of `{name}` yet"))?;
    let accepted = snapshot::content(&text).with_context(|| format!("{} is no snapshot", path.display()))?;
    Ok(differences(&accepted, answers, form))
}

/// Writes answers down that are not the accepted ones, in the shape of a snapshot, so that they can be laid beside the accepted one.
///
/// # Errors
/// The file cannot be written.
pub(super) fn leave_for_review(pending: &Path, name: &str, answers: &Value) -> Result<()> {
    let file = pending.join(format!("{name}.snap.new"));
    let text = format!("---\nsource: a live run\n---\n{answers:#}\n");
    let written = fs::create_dir_all(pending).and_then(|()| fs::write(&file, text));
    written.with_context(|| format!("cannot write {}", file.display()))
}

fn differences(accepted: &Value, live: &Value, form: &OnNeptune) -> Vec<Difference> {
    let (accepted, live) = (by_step(accepted), by_step(live));
    let mut found = Vec::new();
    for (step, wanted) in &accepted {
        // What happens before differs on purpose.
        if !step.starts_with("action[") {
            continue;
        }
        let polled = is_poll(&form.action, step);
        let seen = live.get(step).cloned().unwrap_or_default();
        let (wanted, seen) = (shown(wanted, polled), shown(&seen, polled));
        let here = values::differences(&wanted, &seen).into_iter().filter(|found| !may_vary(&found.path, &form.varies));
        found.extend(here.map(|values::Difference { path, one, other }| Difference {
            step: step.clone(),
            path: path.join("."),
            accepted: one,
            live: other,
        }));
    }
    found
}

/// The steps by their names.
fn by_step(answers: &Value) -> Map<String, Value> {
    let steps = answers.as_array().map(Vec::as_slice).unwrap_or_default();
    steps.iter().filter_map(|step| Some((step["step"].as_str()?.to_owned(), step.clone()))).collect()
}

/// What of a step is compared: how many answers a poll has depends on time, so that only its last one counts.
fn shown(step: &Value, polled: bool) -> Value {
    let heard = step.get("endings").or_else(|| step.get("replies")).cloned().unwrap_or_default();
    match heard {
        Value::Array(list) if polled => list.into_iter().next_back().into_iter().collect(),
        other => other,
    }
}

fn is_poll(action: &[Step], step: &str) -> bool {
    let index = step.trim_start_matches("action[").trim_end_matches(']').parse::<usize>();
    let step = index.ok().and_then(|index| action.get(index));
    matches!(step, Some(Step::Invoke(invoke)) if matches!(invoke.pace, Pace::Poll { .. }))
}

/// Whether a path leads to, or into, what may vary. It begins with the number of the answer and with how that ended.
fn may_vary(path: &[String], varies: &[Varying]) -> bool {
    let inside = path.get(2..).unwrap_or_default();
    if inside.last().is_some_and(|part| part == "totalDuplicates") {
        // All loads of a run that read one dataset read the same: what an earlier one has loaded is a duplicate.
        return true;
    }
    varies.iter().any(|varying| {
        varying.path.len() <= inside.len() && varying.path.iter().zip(inside).all(|(word, part)| word == "*" || word == part)
    })
}

#[cfg(test)]
mod tests {
    use neptune_server::scenario::Scenario;
    use serde_json::json;

    use super::*;

    const SCENARIO: &str = "
name: test_x
about: x
given: {loads: {a: {lifecycle: [LOAD_COMPLETED]}}}
action:
  - invoke: {function: get_load_status, event: {load_job_id: a}, expect: {x: {answer.status: 200 OK}}}
  - invoke:
      function: get_load_status
      event: {load_job_id: a}
      poll: {every: 1s, until: {answer.status: 200 OK}, at_most: 3}
      expect: {x: {answer.status: 200 OK}}
on_neptune:
  varies:
    payload.totalRecords: counts differ
    payload.failedFeeds.*.fullUri: files differ
";

    fn form() -> OnNeptune {
        Scenario::parse("x.yaml", SCENARIO).unwrap().on_neptune().unwrap()
    }

    fn answers(first: &Value, polled: &[Value]) -> Value {
        let ending = |answer: &Value| json!({"answer": answer});
        let polled: Vec<_> = polled.iter().map(ending).collect();
        json!([
            {"step": "setup[0]", "request": "GET /loader", "replies": [{"http": 200}]},
            {"step": "action[0]", "function": "get_load_status", "endings": [ending(first)]},
            {"step": "action[1]", "function": "get_load_status", "endings": polled},
        ])
    }

    fn reported_of(live: &Value) -> Vec<String> {
        let accepted = answers(
            &json!({"status": "200 OK", "payload": {"totalRecords": 10, "totalDuplicates": 0, "failedFeeds": [{"fullUri": "a", "status": "LOAD_FAILED"}]}}),
            &[json!({"status": 1}), json!({"status": 2})],
        );
        differences(&accepted, live, &form())
            .into_iter()
            .map(|Difference { step, path, accepted, live }| format!("{step} {path}: {accepted} -> {live}"))
            .collect()
    }

    #[test]
    fn what_may_vary_is_no_difference_and_a_poll_is_judged_by_its_end() {
        let live = answers(
            &json!({"status": "200 OK", "payload": {"totalRecords": 99, "totalDuplicates": 99, "failedFeeds": [{"fullUri": "b", "status": "LOAD_FAILED"}]}}),
            &[json!({"status": 7}), json!({"status": 8}), json!({"status": 2})],
        );
        assert_eq!(reported_of(&live), [""; 0]);
    }

    #[test]
    fn everything_else_is_reported_field_by_field() {
        let live = answers(
            &json!({"status": "200 OK", "payload": {"totalDuplicates": 0, "failedFeeds": [{"fullUri": "b", "status": "LOAD_S3_READ_ERROR"}], "new": 1}}),
            &[json!({"status": 3})],
        );
        let expected = [
            r#"action[0] 0.answer.payload.failedFeeds.0.status: "LOAD_FAILED" -> "LOAD_S3_READ_ERROR""#,
            "action[0] 0.answer.payload.new:  -> 1",
            "action[1] 0.answer.status: 2 -> 3",
        ];
        assert_eq!(reported_of(&live), expected);
    }

    #[test]
    fn a_step_that_is_missing_is_a_difference() {
        assert_eq!(reported_of(&json!([])).len(), 2);
    }

    #[test]
    fn a_snapshot_is_read_behind_its_head() {
        assert_eq!(snapshot::content("---\nsource: x\n---\n[1]\n"), Some(json!([1])));
        assert_eq!(snapshot::content("[1]"), None);
    }
}
