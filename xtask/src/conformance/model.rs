//! The part of a service model that cases are derived from.
//!
//! What is read is read strictly: a property that nothing is derived from is an error and not a hole in the cases.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A service.
#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub(super) metadata: Metadata,
    operations: BTreeMap<String, Value>,
    shapes: BTreeMap<String, Value>,
}

/// The name of the service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) api_version: String,
    pub(super) service_id: String,
}

/// A call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    pub(super) http: Http,
    pub(super) input: Option<Reference>,
    pub(super) output: Option<Reference>,
    #[serde(default)]
    pub(super) errors: Vec<Reference>,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "idempotent")]
    _idempotent: Option<IgnoredAny>,
    #[serde(rename = "readonly")]
    _readonly: Option<IgnoredAny>,
    #[serde(rename = "documentation")]
    _documentation: Option<IgnoredAny>,
}

/// How the call goes over the wire.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Http {
    pub(super) method: String,
    pub(super) request_uri: String,
    pub(super) response_code: u16,
}

/// A use of a shape.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) shape: String,
    #[serde(default)]
    pub(super) location: Location,
    /// The name on the wire, if it differs from the member's.
    pub(super) location_name: Option<String>,
    #[serde(rename = "documentation")]
    _documentation: Option<IgnoredAny>,
}

/// The part of the message in which a member is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Location {
    #[default]
    #[serde(rename = "body")]
    Body,
    #[serde(rename = "querystring")]
    Query,
    #[serde(rename = "uri")]
    Path,
}

impl Location {
    /// The word in the cases.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
        }
    }
}

/// A type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) members: BTreeMap<String, Reference>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default, rename = "enum")]
    pub(super) words: Vec<String>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    /// The element of a list.
    pub(super) member: Option<Reference>,
    /// The value of a map.
    pub(super) value: Option<Reference>,
    /// Any JSON.
    #[serde(default)]
    pub(super) document: bool,
    pub(super) error: Option<Thrown>,
    pub(super) retryable: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) exception: bool,
    #[serde(rename = "key")]
    _key: Option<IgnoredAny>,
    #[serde(rename = "box")]
    _box: Option<IgnoredAny>,
    #[serde(rename = "fault")]
    _fault: Option<IgnoredAny>,
    #[serde(rename = "documentation")]
    _documentation: Option<IgnoredAny>,
}

/// How an exception travels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Thrown {
    pub(super) http_status_code: u16,
    #[serde(rename = "senderFault")]
    _sender_fault: Option<IgnoredAny>,
}

impl Model {
    /// Reads the JSON.
    pub(super) fn read(text: &[u8]) -> Result<Self> {
        serde_json::from_slice(text).context("this is no service model of AWS's")
    }

    /// An operation by name.
    pub(super) fn operation(&self, name: &str) -> Result<Operation> {
        let operation = self.operations.get(name).with_context(|| format!("the model has no operation {name}"))?;
        Operation::deserialize(operation)
            .with_context(|| format!("operation {name} has something that no case is derived from"))
    }

    /// A shape by name.
    pub(super) fn shape(&self, name: &str) -> Result<Shape> {
        let shape = self.shapes.get(name).with_context(|| format!("the model has no shape {name}"))?;
        let shape =
            Shape::deserialize(shape).with_context(|| format!("shape {name} has something that no case is derived from"))?;
        let is_bounded = shape.min.is_some() || shape.max.is_some();
        if is_bounded && !shape.is_integer() {
            bail!("shape {name} bounds a {}: only integers with bounds are derived from", shape.kind);
        }
        Ok(shape)
    }

    /// The names of all exceptions of the service, in alphabetical order.
    pub(super) fn exceptions(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().filter(|(_, shape)| shape["exception"] == true).map(|(name, _)| name.as_str())
    }
}

impl Shape {
    pub(super) fn is_integer(&self) -> bool {
        matches!(self.kind.as_str(), "integer" | "long")
    }
}
