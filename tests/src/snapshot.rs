//! The answers of a scenario, compared with those that were reviewed: value by value, whatever the order of their keys.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::judge::Ending;
use crate::play::{Heard, Played, StepAnswers};
use crate::redact::{in_part, redact};
use crate::values::{Difference, differences, in_order_of};

/// How many differences a complaint tells before it only counts.
const TOLD: usize = 10;
/// How many lines of answers that nobody has reviewed yet a complaint quotes.
const QUOTED_LINES: usize = 60;
/// How much of a value a complaint shows, in characters.
const SHOWN_CHARS: usize = 120;

/// Compares the answers with the snapshot `<folder>/<name>.snap` among these.
///
/// A difference leaves a `.snap.new` file beside it, for `cargo xtask snapshots`.
///
/// # Errors
/// What differs.
pub fn compare(snapshots: &Path, folder: &str, name: &str, about: &str, played: &Played) -> Result<(), String> {
    let answers = answers(played);
    let accepted = snapshots.join(folder).join(format!("{name}.snap"));
    let pending = snapshots.join(folder).join(format!("{name}.snap.new"));
    let shown = format!("tests/snapshots/{folder}/{name}.snap");
    let (to_review, complaint) = match reviewed(&accepted).map_err(|error| format!("{shown}: {error}"))? {
        Some(reviewed) if reviewed == answers => {
            // Left by an earlier run, perhaps.
            let _ = fs::remove_file(pending);
            return Ok(());
        }
        Some(reviewed) => {
            let found = differences(&reviewed, &answers);
            (in_order_of(&reviewed, &answers), format!("the answers are not the reviewed ones ({shown}), {}", told(&found)))
        }
        None => (answers.clone(), format!("nobody has reviewed these answers yet ({shown}){}", quoted(&answers))),
    };
    let text = format!("---\nsource: tests/src/snapshot.rs\ndescription: {}\n---\n{to_review:#}\n", scalar(about));
    let written = fs::create_dir_all(snapshots.join(folder)).and_then(|()| fs::write(&pending, text));
    let trouble = written.err().map(|error| format!("\ncannot write {}: {error}", pending.display())).unwrap_or_default();
    Err(format!("{complaint}\nreview them with `cargo xtask snapshots`{trouble}"))
}

/// The answers that were reviewed; `None` if there are none.
fn reviewed(file: &Path) -> Result<Option<Value>, String> {
    match fs::read_to_string(file) {
        Ok(text) => content(&text).map(Some).ok_or_else(|| "this is no snapshot".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// What stands behind the head of a snapshot.
pub(crate) fn content(text: &str) -> Option<Value> {
    let (_, rest) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    serde_json::from_str(rest).ok()
}

/// The first difference in the same line, so that a report of one line has it; the others below.
fn told(found: &[Difference]) -> String {
    let line = |found: &Difference| {
        let same = found.one.chars().zip(found.other.chars()).take_while(|(one, other)| one == other).count();
        let [one, other] = [&found.one, &found.other].map(|text| around(text, same));
        format!("{}: expected {one}, got {other}", found.path.join("."))
    };
    let more = found.len().saturating_sub(TOLD);
    let lines: Vec<String> = found.iter().take(TOLD).map(line).collect();
    let rest = if more > 0 { format!("\n    … and {more} more differences") } else { String::new() };
    lines.join("\n    ") + &rest
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
    let lines: String = text.lines().take(QUOTED_LINES).map(|line| format!("\n{line}")).collect();
    if more > 0 { format!("{lines}\n… and {more} more lines") } else { lines }
}

/// A text as a YAML scalar.
fn scalar(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " _-?".contains(c));
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(' ');
    if is_plain && begins_well { text.to_owned() } else { json!(text).to_string() }
}

/// The answers as snapshots have them.
pub(crate) fn answers(played: &Played) -> Value {
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
        let line = told(&[found]);
        let tail = "x".repeat(30);
        assert!(line.starts_with(&format!("a: expected …{tail}uno, got …{tail}otherx")) && line.ends_with("x…"), "{line}");
        assert_eq!(around("", 0), "nothing");
    }
}
