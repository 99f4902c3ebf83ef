//! Derives the cases: what each operation must take, refuse, answer and raise.

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::{Value, json};

use super::model::{Location, Model, Operation, Reference, Shape};

/// The operations that the simulator serves.
const OPERATIONS: [&str; 5] = ["StartLoaderJob", "GetLoaderJobStatus", "ListLoaderJobs", "CancelLoaderJob", "GetEngineStatus"];
/// A text that stands in no enumeration, is no flag and no number.
const OUTSIDER: &str = "no-such-word";
const INVALID: &str = "InvalidParameterException";
const MISSING: &str = "MissingParameterException";

/// All that is derived.
#[derive(Debug, Serialize)]
pub(super) struct Derived {
    pub(super) operations: Vec<Value>,
    pub(super) cases: Vec<Case>,
    /// All exceptions of the service, those of other operations included.
    pub(super) errors: Vec<Raised>,
}

/// One thing that must hold.
#[derive(Debug, Serialize)]
pub(super) struct Case {
    operation: &'static str,
    #[serde(flatten)]
    check: Check,
}

#[derive(Debug, Serialize)]
#[serde(tag = "check", rename_all = "lowercase")]
enum Check {
    /// The member may be sent, with this value or, if the model knows none, with any of the type.
    Takes {
        member: String,
        at: &'static str,
        r#type: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Value>,
    },
    /// The member may not be sent with this value.
    Refuses { member: String, at: &'static str, value: Value, code: &'static str },
    /// The member must be sent.
    Requires { member: String, at: &'static str, code: &'static str },
    /// The answer has the member.
    Answers { member: String, r#type: String },
    /// The operation may end with the exception.
    Raises(Raised),
}

/// An exception.
#[derive(Debug, Serialize)]
pub(super) struct Raised {
    code: String,
    http: u16,
    retryable: bool,
    /// The members that its body always has.
    members: Vec<String>,
}

/// Derives everything from a model.
pub(super) fn derive(model: &Model) -> Result<Derived> {
    let mut derived = Derived { operations: Vec::new(), cases: Vec::new(), errors: Vec::new() };
    for name in OPERATIONS {
        let operation = model.operation(name)?;
        let http = &operation.http;
        let found = json!({"operation": name, "method": http.method, "path": http.request_uri, "http": http.response_code});
        derived.operations.push(found);
        derived.cases.extend(checks(model, &operation)?.into_iter().map(|check| Case { operation: name, check }));
    }
    derived.errors = model.exceptions().map(|name| raised(model, name)).collect::<Result<_>>()?;
    Ok(derived)
}

fn checks(model: &Model, operation: &Operation) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    if let Some(input) = &operation.input {
        let input = model.shape(&input.shape)?;
        for (name, member) in &input.members {
            let is_required = input.required.contains(name);
            checks.extend(input_checks(model, name, member, is_required)?);
        }
    }
    if let Some(output) = &operation.output {
        output_checks(model, "", &model.shape(&output.shape)?, &mut checks)?;
    }
    for error in &operation.errors {
        checks.push(Check::Raises(raised(model, &error.shape)?));
    }
    Ok(checks)
}

fn input_checks(model: &Model, name: &str, member: &Reference, is_required: bool) -> Result<Vec<Check>> {
    let shape = model.shape(&member.shape)?;
    let wire_name = member.location_name.as_deref().unwrap_or(name);
    let (r#type, at) = (type_name(model, &shape)?, member.location.name());
    let required = is_required.then(|| Check::Requires { member: wire_name.to_owned(), at, code: MISSING });
    let taken = taken(&shape, member.location).into_iter();
    let taken = taken.map(|value| Check::Takes { member: wire_name.to_owned(), at, r#type: r#type.clone(), value });
    let refused = refused(&shape, member.location)?.into_iter();
    let refused = refused.map(|value| Check::Refuses { member: wire_name.to_owned(), at, value, code: INVALID });
    Ok(required.into_iter().chain(taken).chain(refused).collect())
}

/// Values that must be taken; `None` is any value of the type.
fn taken(shape: &Shape, location: Location) -> Vec<Option<Value>> {
    if !shape.words.is_empty() {
        return shape.words.iter().map(|word| Some(json!(word))).collect();
    }
    if shape.is_integer() {
        return [shape.min.unwrap_or(0), shape.max.unwrap_or(i32::MAX.into())]
            .map(|bound| Some(number(bound, location)))
            .into();
    }
    match (shape.kind.as_str(), location) {
        // The documentation spells flags as texts in capitals, SDKs send JSON.
        ("boolean", Location::Body) => {
            some([json!(true), json!(false), json!("TRUE"), json!("FALSE"), json!("true"), json!("false")])
        }
        ("boolean", _) => some([json!("true"), json!("false"), json!("TRUE"), json!("FALSE")]),
        _ => vec![None],
    }
}

fn some<const N: usize>(values: [Value; N]) -> Vec<Option<Value>> {
    values.map(Some).into()
}

/// Values that must be refused: beyond a bound, outside an enumeration, of another type. A text in a path can be anything.
fn refused(shape: &Shape, location: Location) -> Result<Vec<Value>> {
    let is_word = !shape.words.is_empty() || matches!(shape.kind.as_str(), "boolean" | "integer" | "long");
    let mut values = Vec::new();
    values.extend(shape.min.map(|bound| number(bound - 1, location)));
    values.extend(shape.max.map(|bound| number(bound + 1, location)));
    values.extend(is_word.then(|| json!(OUTSIDER)));
    if location == Location::Body {
        values.extend(of_other_types(&shape.kind)?);
    }
    Ok(values)
}

/// A value of every JSON type but those that the type is written as, and but null, which says nothing.
fn of_other_types(kind: &str) -> Result<Vec<Value>> {
    let (text, number, flag, list, map) = (json!(OUTSIDER), json!(7), json!(true), json!([]), json!({}));
    Ok(match kind {
        "string" => vec![number, flag, list, map],
        "boolean" => vec![number, list, map],
        "integer" | "long" => vec![flag, list, map],
        "list" => vec![text, number.clone(), flag, map, json!([number])],
        "map" => vec![text, number, flag, list],
        _ => bail!("a member of a request is a {kind}: no case is derived from it"),
    })
}

/// A number as it is written in that place.
fn number(number: i64, location: Location) -> Value {
    if location == Location::Body { json!(number) } else { json!(number.to_string()) }
}

/// The members of an answer, and the members of those that are structures.
fn output_checks(model: &Model, prefix: &str, output: &Shape, checks: &mut Vec<Check>) -> Result<()> {
    for (name, member) in &output.members {
        if member.location != Location::Body {
            bail!("a member of an answer is no part of its body: {name}");
        }
        let member_name = format!("{prefix}{}", member.location_name.as_deref().unwrap_or(name));
        let shape = model.shape(&member.shape)?;
        checks.push(Check::Answers { member: member_name.clone(), r#type: type_name(model, &shape)? });
        output_checks(model, &format!("{member_name}."), &shape, checks)?;
    }
    Ok(())
}

fn raised(model: &Model, name: &str) -> Result<Raised> {
    let shape = model.shape(name)?;
    let Some(thrown) = shape.error.filter(|_| shape.exception) else { bail!("{name} is no exception with an HTTP status") };
    let mut members = shape.required;
    members.sort();
    Ok(Raised { code: name.to_owned(), http: thrown.http_status_code, retryable: shape.retryable.is_some(), members })
}

/// `string`, `integer`, `list of string`, `map of document` and the like.
fn type_name(model: &Model, shape: &Shape) -> Result<String> {
    let of = |element: &Option<Reference>| match element {
        Some(element) => type_name(model, &model.shape(&element.shape)?),
        None => bail!("a {} of nothing", shape.kind),
    };
    Ok(match shape.kind.as_str() {
        "list" => format!("list of {}", of(&shape.member)?),
        "map" => format!("map of {}", of(&shape.value)?),
        "structure" if shape.document => "document".to_owned(),
        kind => kind.to_owned(),
    })
}
