//! The answers of a scenario, compared with those that were reviewed: value by value, whatever the order of their keys.

use std::any::Any;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::judge::Ending;
use crate::play::{Heard, Played, StepAnswers};
use crate::redact::{in_part, redact};
use crate::values::{Difference, differences, in_order_of};

/// How many differences a message lists before it only counts them.
const SHOWN_DIFFERENCES: usize = 10;
/// How many lines of answers without a review a message quotes.
const QUOTED_LINES: usize = 60;
/// How much of a value a message shows, in characters.
const SHOWN_CHARS: usize = 120;

/// Where the snapshots of a run are kept.
#[derive(Clone, Debug)]
pub struct Snapshots {
    /// The folder, with a folder in it for each folder of scenarios.
    pub folder: PathBuf,
    /// How reports name it.
    pub shown: String,
    /// The command that reviews them.
    pub review: String,
}

impl Snapshots {
    /// Those of a project, with this root.
    pub fn of_project(root: &Path) -> Self {
        let (shown, review) = ("tests/snapshots".to_owned(), "cargo xtask snapshots".to_owned());
        Self { folder: root.join(&shown), shown, review }
    }

    /// Those of other functions, in a folder of their own.
    pub fn of_functions(folder: &Path) -> Self {
        let shown = folder.display().to_string();
        let review =
            format!("cargo xtask snapshots --folder {shown}`, or accept one by renaming it from `.snap.new` to `.snap");
        Self { folder: folder.to_owned(), shown, review }
    }
}

/// The answers are not the reviewed ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// What differs, and how to review it, for people.
    pub text: String,
    /// Where they differ. Empty if no answers were reviewed yet, or the snapshot cannot be read.
    pub differences: Vec<Difference>,
}

/// Compares the answers with the snapshot `<folder>/<name>.snap` among these.
///
/// A difference leaves a `.snap.new` file beside it, for a review.
///
/// # Errors
/// What differs.
pub fn compare(snapshots: &Snapshots, folder: &str, name: &str, about: &str, played: &Played) -> Result<(), Unlike> {
    let answers = answers(played);
    let shown = format!("{}/{folder}/{name}.snap", snapshots.shown);
    let folder = snapshots.folder.join(folder);
    let unreadable = |error: String| Unlike { text: format!("{shown}: {error}"), differences: Vec::new() };
    let reviewed = reviewed(&folder.join(format!("{name}.snap"))).map_err(unreadable)?;
    // insta compares texts. In the order of the reviewed keys, equal answers are equal texts, and a review shows only what differs.
    let ordered = reviewed.as_ref().map_or_else(|| answers.clone(), |reviewed| in_order_of(reviewed, &answers));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    let assertion = || settings.bind(|| insta::assert_json_snapshot!(name, ordered));
    catch_unwind(AssertUnwindSafe(assertion)).map_err(|panic| {
        let differences = reviewed.as_ref().map(|reviewed| differences(reviewed, &answers));
        let complaint = match &differences {
            Some(differences) => format!("the answers are not the reviewed ones ({shown}), {}", reported(differences)),
            None => format!("these answers are not reviewed yet ({shown}){}", quoted(&answers)),
        };
        let text = format!("{complaint}\nreview them with `{}`{}", snapshots.review, trouble(panic.as_ref()));
        Unlike { text, differences: differences.unwrap_or_default() }
    })
}

/// What insta says beyond the fact that the snapshots differ: that it could not write one, for example.
fn trouble(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let text = text.unwrap_or_default().lines().next().unwrap_or_default();
    if text.starts_with("snapshot assertion for") { String::new() } else { format!(" ({text})") }
}

/// The answers that were reviewed; `None` if there are none.
fn reviewed(file: &Path) -> Result<Option<Value>, String> {
    match fs::read_to_string(file) {
        Ok(text) => content(&text).map(Some).ok_or_else(|| "this is no snapshot".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The part of a snapshot after its head.
pub fn content(text: &str) -> Option<Value> {
    let (_, rest) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    serde_json::from_str(rest).ok()
}

/// The first difference in the same line, so that a report of one line has it; the others below.
fn reported(found: &[Difference]) -> String {
    let line = |found: &Difference| {
        let same = found.one.chars().zip(found.other.chars()).take_while(|(one, other)| one == other).count();
        let [one, other] = [&found.one, &found.other].map(|text| around(text, same));
        format!("{}: expected {one}, got {other}", found.path.join("."))
    };
    let more = found.len().saturating_sub(SHOWN_DIFFERENCES);
    let lines: Vec<String> = found.iter().take(SHOWN_DIFFERENCES).map(line).collect();
    let rest = if more > 0 { format!("\n    … and {more} more differences") } else { String::new() };
    if found.is_empty() { "but only in how the file is laid out".to_owned() } else { lines.join("\n    ") + &rest }
}

/// A value in part, from a little before the place where it begins to differ: a long one may differ only at its end.
fn around(text: &str, same: usize) -> String {
    let skipped = if same > SHOWN_CHARS / 2 { same - SHOWN_CHARS / 4 } else { 0 };
    let shown: String = text.chars().skip(skipped).take(SHOWN_CHARS).collect();
    let (before, behind) =
        (["", "…"][usize::from(skipped > 0)], ["", "…"][usize::from(text.chars().count() > skipped + SHOWN_CHARS)]);
    if text.is_empty() { "nothing".to_owned() } else { format!("{before}{shown}{behind}") }
}

fn quoted(answers: &Value) -> String {
    let text = format!("{answers:#}");
    let more = text.lines().count().saturating_sub(QUOTED_LINES);
    let lines: Vec<_> = text.lines().take(QUOTED_LINES).collect();
    let lines = format!("\n{}", lines.join("\n"));
    if more > 0 { format!("{lines}\n… and {more} more lines") } else { lines }
}

/// The answers as snapshots have them.
pub fn answers(played: &Played) -> Value {
    let ending = |ending: &Ending| match ending {
        Ending::Answered(answer) => json!({"answer": redact(answer, &played.endpoint)}),
        Ending::Raised(error) => json!({"raised": redact(error, &played.endpoint)}),
        Ending::Broken(how) => json!({"broken": how}),
    };
    let endings = |endings: &[Ending]| endings.iter().map(ending).collect::<Vec<Value>>();
    let step = |StepAnswers { step, heard }: &StepAnswers| match heard {
        Heard::Function(function, answers) => json!({"step": step, "function": function, "endings": endings(answers)}),
        Heard::Neptune(request, replies) => {
            let replies: Value = replies.iter().map(|reply| redact(&shown(reply), &played.endpoint)).collect();
            json!({"step": step, "request": request, "replies": in_part(&replies)})
        }
    };
    played.answers.iter().map(step).collect()
}

/// A reply without what every reply has: of its headers the content type, and the text only where it is no JSON.
fn shown(reply: &Value) -> Value {
    let mut shown = Map::new();
    for key in ["error", "http"] {
        shown.extend(reply.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    let kind = reply.pointer("/headers/content-type");
    shown.extend(kind.map(|kind| ("content-type".to_owned(), kind.clone())));
    let body = reply.get("body").map(|body| ("body".to_owned(), body.clone()));
    shown.extend(body.or_else(|| reply.get("text").map(|text| ("text".to_owned(), text.clone()))));
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_shown_from_where_it_begins_to_differ() {
        let same = "x".repeat(400);
        let found = Difference { path: vec!["a".to_owned()], one: format!("{same}uno"), other: format!("{same}other{same}") };
        let line = reported(&[found]);
        let tail = "x".repeat(30);
        assert!(line.starts_with(&format!("a: expected …{tail}uno, got …{tail}otherx")) && line.ends_with("x…"), "{line}");
        assert_eq!(around("", 0), "nothing");
    }
}
