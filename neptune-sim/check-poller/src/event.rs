//! The event that a function is invoked with.

use std::fs;
use std::str::FromStr;

use serde_json::Value;

use crate::address::Address;

/// What a function is invoked with unless the command line says otherwise.
pub(crate) const USUAL_EVENT: &str = r#"{"load_id": "{load_id}"}"#;

/// A JSON document, in whose texts the address of a case is filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event(Value);

/// A text is no event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}")]
    File { file: String, source: std::io::Error },
    /// It is no JSON.
    #[error("it is not JSON ({0}): write a document such as '{{\"load_id\": \"{{load_id}}\"}}', or @FILE")]
    NotJson(#[from] serde_json::Error),
}

impl FromStr for Event {
    type Err = EventError;

    /// Reads a JSON document, or with `@` before it the file that has one.
    fn from_str(text: &str) -> Result<Self, EventError> {
        let read = |file: &str| fs::read_to_string(file).map_err(|source| EventError::File { file: file.to_owned(), source });
        let document = text.strip_prefix('@').map(read).transpose()?;
        Ok(Self(serde_json::from_str(document.as_deref().unwrap_or(text))?))
    }
}

impl Event {
    /// The event for a cluster.
    pub(crate) fn at(&self, address: &Address) -> Value {
        fill_in(&self.0, address)
    }
}

/// Names of fields stay as they are.
fn fill_in(value: &Value, address: &Address) -> Value {
    match value {
        Value::String(text) => address.fill_in(text).into(),
        Value::Array(values) => values.iter().map(|value| fill_in(value, address)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), fill_in(value, address))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
