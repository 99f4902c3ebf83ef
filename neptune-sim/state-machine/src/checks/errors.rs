//! Retry and Catch.

use serde_json::Value;

use super::finding::{Findings, Place, did_you_mean};
use super::state::{Fields, State};

const RETRY: [&str; 7] =
    ["Comment", "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"];
const CATCH: [&str; 6] = ["Comment", "ErrorEquals", "Next", "ResultPath", "Output", "Assign"];
/// The names that AWS gives: no function may give one that begins so.
const NAMES: [&str; 17] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

pub(super) fn check(state: &State<'_>, findings: &mut Findings) {
    for (field, known) in [("Retry", &RETRY[..]), ("Catch", &CATCH[..])] {
        let Some(rules) = state.value[field].as_array() else { continue };
        for (number, value) in rules.iter().enumerate() {
            let (place, who) = (state.place.at(field).at(&number), format!("rule {} of its `{field}`", number + 1));
            let Some(fields) = value.as_object() else {
                findings.add(state.refused(&place, &format!("has as {who} something that is not an object")));
                continue;
            };
            let fields = Fields::new(fields, known.iter().copied());
            let rule = Rule { state, fields, known, place, who, is_last: number + 1 == rules.len() };
            rule.check_fields(findings);
            rule.check_names(findings);
            if field == "Catch" && rule.fields.lack("Next") {
                findings.add(state.refused(&rule.place.at("Next"), &format!("has no `Next` in {}", rule.who)));
            }
        }
    }
}

/// A rule of a Retry or a Catch.
struct Rule<'a> {
    state: &'a State<'a>,
    fields: Fields<'a>,
    known: &'static [&'static str],
    place: Place,
    who: String,
    is_last: bool,
}

impl Rule<'_> {
    fn check_fields(&self, findings: &mut Findings) {
        let Self { state, known, who, .. } = self;
        for (field, value) in self.fields.all {
            let place = self.place.at(field);
            if !known.contains(&field.as_str()) {
                let near = did_you_mean(field, known.iter().copied());
                let near = if near.is_empty() { format!("; it may have {}", known.join(", ")) } else { near };
                findings.add(state.refused(&place, &format!("has in {who} a field `{field}`, which does not exist{near}")));
                continue;
            }
            state.check_value(field, value, &place, &format!("{who}, `{field}`,"), findings);
            if field == "JitterStrategy" && value != "FULL" && value != "NONE" {
                let why = format!("has in {who}, `{field}`, {value}, where AWS takes `FULL` or `NONE`");
                findings.add(state.refused(&place, &why));
            }
        }
    }

    /// `States.ALL` stands alone, and in the last rule.
    fn check_names(&self, findings: &mut Findings) {
        let Self { state, who, .. } = self;
        let place = self.place.at("ErrorEquals");
        let names = self
            .fields
            .all
            .get("ErrorEquals")
            .and_then(Value::as_array)
            .filter(|names| !names.is_empty() && names.iter().all(Value::is_string));
        let Some(names) = names else {
            if self.fields.have("ErrorEquals") || self.fields.lack("ErrorEquals") {
                let why =
                    format!("has in {who} no `ErrorEquals`, which is a list of names of errors, such as `[\"States.ALL\"]`");
                findings.add(state.refused(&place, &why));
            }
            return;
        };
        for (number, name) in names.iter().filter_map(Value::as_str).enumerate() {
            let near = did_you_mean(name, NAMES);
            if name.starts_with("States.") && !NAMES.contains(&name) && !near.is_empty() {
                let why = format!("has in {who} the name `{name}`, which AWS gives to no error{near}");
                findings.add(state.refused(&place.at(&number), &why));
            }
        }
        if names.iter().any(|name| name == "States.ALL") {
            let why = match (names.len(), self.is_last) {
                (1, true) => return,
                (1, false) => "that is not the last: move it to the end, because no rule behind it would be used",
                _ => "together with other names: it stands for all of them, and has to stand alone in the last rule",
            };
            findings.add(state.refused(&place, &format!("has `States.ALL` in {who} {why}")));
        }
    }
}
