//! Reads bodies as the OpenAPI document describes them, and reports in plain words what is wrong.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use neptune_control::Operation;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_json::error::Category;

use super::error::ControlError;
use super::fit::{MOST, Misfit, fit};
use super::json;
use neptune_scenario::{Mistake, Scenario, ScenarioError};
use neptune_text::cut;

/// How many bytes of a mistake an answer repeats.
const COMPLAINT_BYTES: usize = 1024;
/// How many bytes of an example an answer shows.
const EXAMPLE_BYTES: usize = 256;
/// How deep a state is checked before its loader is read. Nothing that the document describes is deeper.
const STATE_LEVELS: usize = 3;

/// The OpenAPI document of the control API.
pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| neptune_control::openapi(&neptune_scenario::plain_schema()));

/// Reads the body of an operation.
///
/// # Errors
/// It is not JSON, not as the document describes it, or not possible for a reason that no schema says.
pub(super) fn read_body<T: DeserializeOwned>(operation: Operation, body: &[u8]) -> Result<T, ControlError> {
    read_checked(operation, body, |_| Ok(())).map(|(typed, ())| typed)
}

/// Reads the body of an operation, whose values a check understands, and gives what the check has made of them, too. The error has the
/// mistakes that the check finds as well, which is at least one if it fails, also behind those against the document.
///
/// # Errors
/// As [`read_body`].
pub(super) fn read_checked<T: DeserializeOwned, U>(
    operation: Operation,
    body: &[u8],
    check: impl FnOnce(&T) -> Result<U, Vec<Misfit>>,
) -> Result<(T, U), ControlError> {
    let mut value = json::read(body).map_err(|error| not_json(operation, body, &error))?;
    let mut found = fit(&DOCUMENT, schema(operation), &mut value);
    let typed: T = match typed(operation, value) {
        Ok(typed) => typed,
        Err(error) if found.is_empty() => return Err(error),
        Err(_) => return Err(does_not_fit(operation, found)),
    };
    match check(&typed) {
        Ok(checked) if found.is_empty() => return Ok((typed, checked)),
        Ok(_) => {}
        Err(mistakes) => {
            let of_values: Vec<_> = mistakes.into_iter().filter(|mistake| is_beside(mistake, &found)).collect();
            found.extend(of_values);
        }
    }
    Err(does_not_fit(operation, found))
}

/// Whether a mistake does not follow from another: what did not fit was left out when the mistake was looked for.
fn is_beside(mistake: &Misfit, found: &[Misfit]) -> bool {
    let lies_in =
        |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let follows = |other: &Misfit| {
        let overlaps = lies_in(&mistake.path, &other.path) || lies_in(&other.path, &mistake.path);
        mistake.path.is_empty() || overlaps || mistake.message.contains(&format!("`{}`", other.path))
    };
    !found.iter().any(follows)
}

/// Reads a body whose inner parts are large, and which only their own reader understands.
///
/// # Errors
/// As [`read_body`].
pub(super) fn read_state<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    let operation = Operation::ImportState;
    let mut outline = json::outline(body, STATE_LEVELS).map_err(|error| not_json(operation, body, &error))?;
    let found = fit(&DOCUMENT, schema(operation), &mut outline);
    if !found.is_empty() {
        return Err(does_not_fit(operation, found));
    }
    typed(operation, &mut serde_json::Deserializer::from_slice(body))
}

/// Reads a scenario: JSON if the client says so, else YAML.
///
/// # Errors
/// It is not a scenario.
pub(super) fn read_scenario(headers: &HeaderMap, body: &[u8]) -> Result<Scenario, ControlError> {
    if is_json(headers) {
        let operation = Operation::AddCluster;
        let mut json = json::read(body).map_err(|error| not_json(operation, body, &error))?;
        let found = fit(&DOCUMENT, schema(operation), &mut json);
        if !found.is_empty() {
            return Err(does_not_fit(operation, found));
        }
        return Scenario::of_json("scenario", &json).map_err(|error| no_scenario(&error, false));
    }
    let hint = "send the YAML of a scenario, or its JSON with `Content-Type: application/json`";
    let text = str::from_utf8(body).map_err(|_| ControlError::bad_request("the scenario is not UTF-8 text", hint))?;
    Scenario::parse("scenario", text).map_err(|error| no_scenario(&error, true))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// All that is wrong with a scenario, with lines and columns if it is a text.
fn no_scenario(error: &ScenarioError, is_text: bool) -> ControlError {
    let hint = "`neptune-sim schema` prints what a scenario looks like";
    let complaint = |mistake: &Mistake| cut(&located(&mistake.path, &mistake.message), COMPLAINT_BYTES);
    let place = |mistake: &Mistake| mistake.place.filter(|_| is_text);
    let further = |mistake: &Mistake| neptune_control::Mistake {
        error: complaint(mistake),
        hint: mistake.help.clone(),
        path: Some(mistake.path.clone()).filter(|path| !path.is_empty()),
        line: place(mistake).map(|(line, _)| line),
        column: place(mistake).map(|(_, column)| column),
    };
    let first = error.first();
    ControlError::bad_request(complaint(first), first.help.as_deref().unwrap_or(hint))
        .at(&first.path)
        .at_line(place(first))
        .and(error.shown().iter().skip(1).map(further).collect())
}

fn typed<'de, T, D>(operation: Operation, from: D) -> Result<T, ControlError>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    serde_path_to_error::deserialize(from).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "" } else { path.as_str() };
        let message = located(path, &plainly(error.inner()));
        ControlError::bad_request(cut(&message, COMPLAINT_BYTES), example(operation)).at(path)
    })
}

/// An error with everything that was found, which is at least one mistake.
pub(super) fn does_not_fit(operation: Operation, found: Vec<Misfit>) -> ControlError {
    let mut mistakes = found.into_iter().take(MOST);
    let Misfit { path, message, help } = mistakes.next().expect("it has a mistake");
    let hint = help.unwrap_or_else(|| example(operation));
    let first = ControlError::bad_request(cut(&located(&path, &message), COMPLAINT_BYTES), cut(&hint, COMPLAINT_BYTES));
    first.at(&path).and(mistakes.map(further).collect())
}

fn further(Misfit { path, message, help }: Misfit) -> neptune_control::Mistake {
    neptune_control::Mistake {
        error: cut(&located(&path, &message), COMPLAINT_BYTES),
        hint: help.map(|help| cut(&help, COMPLAINT_BYTES)),
        path: Some(path).filter(|path| !path.is_empty()),
        line: None,
        column: None,
    }
}

/// An error with its place in the body.
fn located(path: &str, message: &str) -> String {
    if path.is_empty() { message.to_owned() } else { format!("`{path}`: {message}") }
}

fn not_json(operation: Operation, body: &[u8], error: &serde_json::Error) -> ControlError {
    let message = match error.classify() {
        _ if body.iter().all(u8::is_ascii_whitespace) => "the body is empty".to_owned(),
        Category::Data => without_place(&error.to_string()).to_owned(),
        Category::Eof => "the body is not whole JSON: it breaks off".to_owned(),
        _ if body.starts_with(b"\xef\xbb\xbf") => "the body begins with a byte order mark, which JSON has not".to_owned(),
        Category::Syntax if error.to_string().starts_with("recursion limit exceeded") => {
            "the body is nested too deeply: 127 levels are read".to_owned()
        }
        Category::Io | Category::Syntax => {
            format!("the body is not JSON: line {}, column {} cannot be read", error.line(), error.column())
        }
    };
    let place = Some((error.line() as u64, error.column() as u64));
    ControlError::bad_request(cut(&message, COMPLAINT_BYTES), example(operation)).at_line(place)
}

/// The libraries' error texts, in the words of a client that sends JSON. Our own types already use these words.
fn plainly(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = without_place(&text);
    let first_name = |rest: &str| rest.split(',').next().unwrap_or(rest).to_owned();
    if let Some(rest) = text.strip_prefix("missing field ") {
        return format!("the key {rest} is missing");
    }
    if let Some(rest) = text.strip_prefix("unknown field ") {
        return format!("unknown key {}", first_name(rest));
    }
    if let Some(rest) = text.strip_prefix("unknown variant ") {
        return format!("unknown word {}", first_name(rest));
    }
    let of_serde =
        ["invalid type", "invalid value", "invalid length", "data did not match", "duplicate field", "invalid number"];
    // That it is JSON was seen before.
    if error.classify() != Category::Data || of_serde.iter().any(|beginning| text.starts_with(beginning)) {
        return "this is not what belongs here".to_owned();
    }
    text.to_owned()
}

/// The text without ` at line 1 column 5`.
fn without_place(text: &str) -> &str {
    text.rfind(" at line ").map_or(text, |end| &text[..end])
}

fn schema(operation: Operation) -> &'static Value {
    &content(operation)["schema"]
}

fn content(operation: Operation) -> &'static Value {
    &described(operation)["requestBody"]["content"]["application/json"]
}

/// The document's description of an operation.
pub(super) fn described(operation: Operation) -> &'static Value {
    &DOCUMENT["paths"][operation.path()][operation.method().as_str().to_ascii_lowercase()]
}

/// An example of a valid body.
fn example(operation: Operation) -> String {
    let first = content(operation)["examples"].as_object().and_then(|examples| examples.values().next());
    let shown = first.map(|example| cut(&example["value"].to_string(), EXAMPLE_BYTES)).unwrap_or_default();
    format!("an example is `{shown}`; GET /_sim/openapi.json has all of it")
}
