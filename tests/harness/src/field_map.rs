//! Other names for the fields of events and answers, and other words for verdicts: a YAML file, for functions whose contract is not ours.
//!
//! ```yaml
//! event: {domain_load_id: loadId}          # the scenario's key: the function's
//! answer: {status: result.state}           # the scenario's field: the function's
//! values: {SUCCESS: done, FAILED: [failed, cancelled], PENDING: running}
//! raised: FAILED                           # or by the type of the error: {FAILED: LoadFailed, PENDING: [StillLoading]}
//! ```
//!
//! A field of an answer is a path with dots. `values` are for the fields under `answer`, and for `status`. `raised` is for functions that raise an error where
//! the scenario expects an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use neptune_text::{nearest, nearest_in_any_case};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::verdict::field;

/// The field of the verdict, to which `values` always apply.
const VERDICT: &str = "status";
/// The verdicts of a function about loads.
const VERDICTS: [&str; 3] = ["SUCCESS", "FAILED", "PENDING"];

/// The map. The empty one changes nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldMap {
    event: BTreeMap<String, String>,
    answer: BTreeMap<String, String>,
    /// The scenario's word for each of the function's.
    values: Vec<(Value, String)>,
    /// The scenario's word for each type of error that the function raises; for all of them, without a type.
    raised: Vec<(Option<String>, String)>,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldMapFile {
    #[serde(default)]
    event: BTreeMap<String, String>,
    #[serde(default)]
    answer: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, OneOrMany>,
    raised: Option<Raised>,
}

/// What errors mean: all of them the same, or each what its type says.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "`raised` is one verdict for all errors, or has the types of errors for each: `{FAILED: LoadFailed, PENDING: [Busy]}`"
)]
enum Raised {
    Always(String),
    ByType(BTreeMap<String, OneOrMany>),
}

/// A word of a function's, or several that mean the same.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Value>),
    One(Value),
}

impl FieldMap {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, has an unknown or a duplicate key, or gives one name or word two meanings.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read the map {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("the map {} is wrong", file.display()))
    }

    /// Reads a text.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn parse(text: &str) -> Result<Self> {
        let file: FieldMapFile = serde_saphyr::from_str(text).map_err(|error| anyhow!(yaml_fault(&error.to_string())))?;
        if let Some(path) = file.answer.iter().flat_map(|(ours, theirs)| [ours, theirs]).find(|path| !is_path(path)) {
            bail!("`answer`: `{path}` is no path: write names with one dot between them, such as `result.state`");
        }
        for (section, names) in [("event", &file.event), ("answer", &file.answer)] {
            if let Some((one, other, name)) = doubled(names) {
                bail!("`{section}`: `{one}` and `{other}` are both called `{name}`: give each a name of its own");
            }
        }
        let raised = match file.raised {
            None => Vec::new(),
            Some(Raised::Always(verdict)) => vec![(None, verdict)],
            Some(Raised::ByType(types)) => words("raised", types)?.into_iter().map(of_type).collect::<Result<_>>()?,
        };
        Ok(Self { event: file.event, answer: file.answer, values: words("values", file.values)?, raised })
    }

    /// Checks that every key of events and every field of answers is one that some scenario uses, and that errors mean a verdict.
    ///
    /// # Errors
    /// A name that no scenario uses, or one that is taken by another key of the same events; or a word that is no verdict.
    pub fn check(
        &self,
        event_keys: &BTreeSet<String>,
        answer_fields: &BTreeSet<String>,
        verdicts: &BTreeSet<String>,
    ) -> Result<()> {
        let known: BTreeSet<_> = VERDICTS.into_iter().chain(verdicts.iter().map(String::as_str)).collect();
        if let Some((_, word)) = self.raised.iter().find(|(_, word)| !known.contains(word.as_str())) {
            let hint = match nearest_in_any_case(word, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("they are {}", known.into_iter().collect::<Vec<_>>().join(", ")),
            };
            bail!("the map's `raised` has `{word}`, which is no verdict of a scenario: {hint}");
        }
        for (section, names, known) in [("event", &self.event, event_keys), ("answer", &self.answer, answer_fields)] {
            if let Some(name) = names.keys().find(|name| !known.contains(*name)) {
                let hint = match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("they use {}", known.iter().cloned().collect::<Vec<_>>().join(", ")),
                };
                bail!("the map's `{section}: {name}` is in no scenario: {hint}");
            }
        }
        let taken = self.event.values().find(|name| event_keys.contains(*name) && !self.event.contains_key(*name));
        match taken {
            Some(name) => {
                bail!("the map's `event` gives the name `{name}`, which another key of the events has: rename that one, too")
            }
            None => Ok(()),
        }
    }

    /// An event as the function knows it.
    pub fn event_out(&self, event: &Value) -> Value {
        let Value::Object(keys) = event else { return event.clone() };
        let renamed = |(key, value): (&String, &Value)| (self.event.get(key).unwrap_or(key).clone(), value.clone());
        Value::Object(keys.iter().map(renamed).collect())
    }

    /// An answer as scenarios know it. What the map does not name stays as it is.
    pub fn answer_in(&self, answer: &Value) -> Value {
        let mut known = answer.clone();
        let found: Vec<_> = self.answer.iter().map(|(ours, theirs)| (ours, take(&mut known, theirs))).collect();
        for (ours, value) in found {
            if let Some(value) = value {
                put(&mut known, ours, value);
            }
        }
        for field in self.answer.keys().map(String::as_str).chain([VERDICT]) {
            let pointer = pointer(field);
            let word = known.pointer(&pointer).and_then(|value| self.values.iter().find(|(theirs, _)| theirs == value));
            if let (Some((_, ours)), Some(value)) = (word, known.pointer_mut(&pointer)) {
                *value = Value::String(ours.clone());
            }
        }
        known
    }

    /// What an error that this function has raised is as an answer, if the map says so.
    pub fn raised_in(&self, function: &str, error_type: &str, error_message: &str) -> Option<Value> {
        let is_meant = |of: &Option<String>| of.as_deref().is_none_or(|of| of == error_type);
        let (_, verdict) = self.raised.iter().find(|(of, _)| is_meant(of))?;
        let mut answer = json!({"error_type": error_type, "error": error_message});
        put(&mut answer, field(function), Value::String(verdict.clone()));
        Some(answer)
    }
}

/// The scenario's word for each of the function's.
fn words(section: &str, words: BTreeMap<String, OneOrMany>) -> Result<Vec<(Value, String)>> {
    let mut known: Vec<(Value, String)> = Vec::new();
    for (ours, theirs) in words {
        let theirs = match theirs {
            OneOrMany::One(word) => vec![word],
            OneOrMany::Many(words) => words,
        };
        for word in theirs {
            if let Some((_, other)) = known.iter().find(|(known, _)| *known == word) {
                bail!("`{section}`: {word} stands for `{other}` and for `{ours}`: leave out one of them");
            }
            known.push((word, ours.clone()));
        }
    }
    Ok(known)
}

fn of_type((error_type, verdict): (Value, String)) -> Result<(Option<String>, String)> {
    match error_type {
        Value::String(error_type) => Ok((Some(error_type), verdict)),
        other => bail!("`raised`: {other} is no type of an error: write the text that stands in `errorType`"),
    }
}

/// What a YAML reader says, without what only a programmer can do.
pub fn yaml_fault(said: &str) -> String {
    said.replace(", set DuplicateKeyPolicy in Options if acceptable", ": leave out one of the two")
}

fn is_path(path: &str) -> bool {
    path.split('.').all(|name| !name.is_empty())
}

/// Two keys with one name.
fn doubled(names: &BTreeMap<String, String>) -> Option<(&str, &str, &str)> {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    names.iter().find_map(|(key, name)| known.insert(name, key).map(|other| (other, key.as_str(), name.as_str())))
}

fn pointer(path: &str) -> String {
    path.split('.').flat_map(|key| ["/".to_owned(), key.replace('~', "~0").replace('/', "~1")]).collect()
}

/// Takes a value out of an object.
fn take(value: &mut Value, path: &str) -> Option<Value> {
    let (folder, key) = path.rsplit_once('.').map_or(("", path), |(folder, key)| (folder, key));
    let inside = if folder.is_empty() { Some(value) } else { value.pointer_mut(&pointer(folder)) };
    inside?.as_object_mut()?.shift_remove(key)
}

/// Puts a value into an object, with the objects on the way to it.
fn put(value: &mut Value, path: &str, new: Value) {
    let mut inside = value;
    for key in path.split('.') {
        if !inside.is_object() {
            *inside = Value::Object(Map::new());
        }
        let Value::Object(map) = inside else { return };
        inside = map.entry(key).or_insert(Value::Null);
    }
    *inside = new;
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "
event: {domain_load_id: loadId}
answer: {status: result.state, payload.overallStatus.status: loader}
values: {SUCCESS: [done, true], FAILED: failed}
";

    #[test]
    fn events_go_out_and_answers_come_in_under_their_names() {
        let map = FieldMap::parse(MAP).unwrap();
        assert_eq!(map.event_out(&json!({"domain_load_id": "x", "run_id": "r"})), json!({"loadId": "x", "run_id": "r"}));
        let answer = json!({"result": {"state": "done", "more": 1}, "loader": "LOAD_COMPLETED"});
        let known =
            json!({"result": {"more": 1}, "status": "SUCCESS", "payload": {"overallStatus": {"status": "LOAD_COMPLETED"}}});
        assert_eq!(map.answer_in(&answer), known);
        assert_eq!(map.answer_in(&json!({"result": {"state": true}}))["status"], "SUCCESS");
        assert_eq!(map.answer_in(&json!({"status": "failed"}))["status"], "FAILED", "a field that keeps its name");
        for other in [json!("text"), json!({"result": {"state": "busy"}}), json!(null)] {
            assert!(map.answer_in(&other).get("status").is_none_or(|status| status == "busy"), "{other}");
        }
        assert_eq!(FieldMap::default().answer_in(&answer), answer);
    }

    #[test]
    fn an_error_is_an_answer_where_the_map_says_so() {
        let raised = |map: &str, function: &str, error_type: &str| {
            FieldMap::parse(map).unwrap().raised_in(function, error_type, "it failed")
        };
        let failed = json!({"error_type": "LoadFailed", "error": "it failed", "status": "FAILED"});
        assert_eq!(raised("raised: FAILED", "check_bulk_load_status", "LoadFailed"), Some(failed));
        let by_type = "raised: {LOAD_FAILED: LoadFailed, LOAD_IN_PROGRESS: [Busy, StillLoading]}";
        let found = raised(by_type, "get_load_status", "StillLoading").unwrap();
        assert_eq!(found["payload"]["overallStatus"]["status"], "LOAD_IN_PROGRESS");
        assert_eq!(raised(by_type, "get_load_status", "KeyError"), None);
        assert_eq!(raised("event: {}", "get_load_status", "LoadFailed"), None);
    }

    #[test]
    fn names_may_be_exchanged() {
        let map = FieldMap::parse("answer: {status: state, state: status}").unwrap();
        assert_eq!(map.answer_in(&json!({"state": 1, "status": 2})), json!({"status": 1, "state": 2}));
    }

    // Lists and no rstest: the first table of the 40 would wait until that is built.
    const WRONG: [(&str, &str); 10] = [
        (
            "raised: {FAILED: LoadFailed, PENDING: [Busy, LoadFailed]}",
            "`raised`: \"LoadFailed\" stands for `FAILED` and for `PENDING`",
        ),
        ("raised: {FAILED: 7}", "`raised`: 7 is no type of an error"),
        ("raised: [FAILED]", "`raised` is one verdict for all errors, or has the types of errors for each"),
        ("events: {a: b}", "events"),
        ("event: {a: b, a: c}", "duplicate mapping key: a: leave out one of the two"),
        ("answer: {status: result..state}", "`answer`: `result..state` is no path: write names with one dot between them"),
        ("answer: {status: .state}", "`answer`: `.state` is no path"),
        ("event: {a: x, b: x}", "`a` and `b` are both called `x`"),
        ("values: {SUCCESS: done, FAILED: [bad, done]}", "\"done\" stands for `FAILED` and for `SUCCESS`"),
        ("event: {a: [b]}", "line 1"),
    ];
    const STRANGE: [(&str, Option<&str>); 8] = [
        ("raised: FAILD", Some("`raised` has `FAILD`, which is no verdict of a scenario: did you mean `FAILED`?")),
        ("raised: failed", Some("`raised` has `failed`, which is no verdict of a scenario: did you mean `FAILED`?")),
        ("raised: {lost: Error}", Some("they are FAILED, LOAD_FAILED, PENDING, SUCCESS")),
        ("raised: {LOAD_FAILED: Error}", None),
        ("event: {domain_loadid: x}", Some("`event: domain_loadid` is in no scenario: did you mean `domain_load_id`?")),
        ("answer: {zzz: x}", Some("`answer: zzz` is in no scenario: they use status")),
        ("event: {domain_load_id: run_id}", Some("gives the name `run_id`")),
        ("event: {domain_load_id: run_id, run_id: domain_load_id}", None),
    ];

    #[test]
    fn a_wrong_map_says_what_is_wrong() {
        for (text, wanted) in WRONG {
            let error = format!("{:#}", FieldMap::parse(text).unwrap_err());
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn a_name_must_be_in_some_scenario() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        for (text, wanted) in STRANGE {
            let checked = FieldMap::parse(text).unwrap().check(
                &set(&["domain_load_id", "run_id"]),
                &set(&["status"]),
                &set(&["LOAD_FAILED"]),
            );
            let error = checked.err().map(|error| error.to_string());
            assert_eq!(error.is_some(), wanted.is_some(), "{text}: {error:?}");
            assert!(error.unwrap_or_default().contains(wanted.unwrap_or_default()), "{text}");
        }
    }
}
