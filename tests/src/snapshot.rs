//! The answers of a scenario, compared with those that were reviewed.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::checkout;
use crate::judge::Ending;
use crate::play::{Heard, Played, StepAnswers};
use crate::redact::{in_part, redact};

/// Compares the answers with the snapshot `snapshots/<folder>/<name>.snap`.
///
/// A difference leaves a `.snap.new` file beside it, for `cargo xtask snapshots`.
///
/// # Errors
/// What differs.
pub fn compare(folder: &str, name: &str, about: &str, played: &Played) -> Result<(), String> {
    compare_in(&all_snapshots().map_err(|error| error.to_string())?, folder, name, about, played)
}

/// The same with snapshots that lie elsewhere.
///
/// # Errors
/// What differs.
pub fn compare_in(snapshots: &Path, folder: &str, name: &str, about: &str, played: &Played) -> Result<(), String> {
    let answers = answers(played);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(snapshots.join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    let reviewed = snapshots.join(folder).join(format!("{name}.snap")).is_file();
    let assertion = || settings.bind(|| insta::assert_json_snapshot!(name, answers));
    catch_unwind(AssertUnwindSafe(assertion)).map_err(|panic| {
        let what = if reviewed { "the answers are not the reviewed ones" } else { "nobody has reviewed these answers yet" };
        let why = panic_text(panic.as_ref());
        format!("{what} (tests/snapshots/{folder}/{name}.snap): review them with `cargo xtask snapshots`{why}\n{answers:#}")
    })
}

/// Where the accepted snapshots lie, a folder for each folder of scenarios.
///
/// # Errors
/// This process was started outside a checkout.
pub(crate) fn all_snapshots() -> io::Result<PathBuf> {
    Ok(checkout::root()?.join("tests/snapshots"))
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

/// What insta says beyond the fact that the snapshots differ: that it could not read or write one, for example.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let text = text.unwrap_or_default().lines().next().unwrap_or_default();
    if text.starts_with("snapshot assertion for") { String::new() } else { format!(" ({text})") }
}
