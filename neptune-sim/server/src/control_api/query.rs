//! Reads queries, as the OpenAPI document describes them.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::Method;
use axum::http::request::Parts;
use neptune_control::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::body::{DOCUMENT, described};
use super::error::{ControlError, SHOWN_BYTES};
use super::fit::fit;
use neptune_text::cut;
use neptune_text::nearest;

/// The query of a request.
pub(super) struct InQuery<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for InQuery<T> {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ControlError> {
        let parameters = operation(parts).map(|operation| in_query(described(operation))).unwrap_or_default();
        let mut fields = Map::new();
        for (name, text) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            let (schema, names) = (parameters.get(name.as_ref()), || parameters.keys().map(String::as_str));
            let schema = *schema.ok_or_else(|| unknown(&name, names()))?;
            let value = value(&name, &text, schema)?;
            if fields.insert(name.clone().into_owned(), value).is_some() {
                let error = format!("the parameter `{name}` stands in the query twice");
                return Err(ControlError::bad_request(error, "give it once"));
            }
        }
        serde_json::from_value(fields.into()).map(Self).map_err(|_| {
            ControlError::bad_request("the query cannot be used", "GET /_sim/openapi.json says which parameters there are")
        })
    }
}

/// The operation that a request is for.
fn operation(parts: &Parts) -> Option<Operation> {
    let path = parts.extensions.get::<MatchedPath>()?.as_str();
    // A `HEAD` request is allowed wherever `GET` is.
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let is_it = |operation: &&Operation| operation.path() == path && operation.method().as_str() == method;
    Operation::ALL.iter().find(is_it).copied()
}

/// The schemas of the parameters in the query, by name.
fn in_query(operation: &'static Value) -> indexmap::IndexMap<String, &'static Value> {
    let all = operation["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query");
    all.filter_map(|parameter| Some((parameter["name"].as_str()?.to_owned(), &parameter["schema"]))).collect()
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> ControlError {
    let known: Vec<&str> = known.collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the parameters here are: {}", known.join(", ")),
    };
    ControlError::bad_request(format!("unknown parameter `{}`", cut(name, SHOWN_BYTES)), hint)
}

/// The value of a parameter, which is a text in the query whatever it is.
fn value(name: &str, text: &str, schema: &'static Value) -> Result<Value, ControlError> {
    let is_number = matches!(schema["type"].as_str(), Some("integer" | "number" | "boolean"));
    let mut value = if is_number { serde_json::from_str(text).unwrap_or_else(|_| text.into()) } else { text.into() };
    let Some(found) = fit(&DOCUMENT, schema, &mut value).into_iter().next() else { return Ok(value) };
    let hint = found.help.unwrap_or_else(|| format!("GET /_sim/openapi.json says what `{name}` can be"));
    Err(ControlError::bad_request(format!("`{name}`: {}", found.message), hint))
}
