//! The events.

use std::num::NonZero;

use neptune_data::table::Options;
use neptune_data::{Format, rdf};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::{FileError, FileErrorName};
use super::places::Report;

/// How many ranges there are without a word for it.
const RANGES: NonZero<u16> = NonZero::new(16).unwrap();
/// How many there may be: as long may an array of `States.ArrayRange` be.
const MOST_RANGES: u16 = 1000;

/// The event of `check_load_file`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Check {
    pub(super) bucket: String,
    pub(super) object: Object,
    pub(super) load: Load,
    pub(super) report: Report,
    #[serde(default = "default_ranges")]
    pub(super) ranges: NonZero<u16>,
}

/// An object as S3 lists it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Object {
    pub(super) key: String,
    /// Then the object has to be the same still. Step Functions and AWS's SDKs spell it in two ways.
    #[serde(alias = "ETag")]
    pub(super) etag: Option<String>,
}

/// The event of `merge_load_files`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Merge {
    pub(super) report: Report,
    #[serde(default = "default_ranges")]
    pub(super) ranges: NonZero<u16>,
    /// Which range is merged, from 0. Without it, all are, and the report is written.
    pub(super) range: Option<u16>,
}

fn default_ranges() -> NonZero<u16> {
    RANGES
}

/// What is sent to the loader to start the load, as far as it changes how files are read. The rest is passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Load {
    format: Word,
    #[serde(default)]
    update_single_cardinality_properties: Switch,
    user_provided_edge_ids: Option<Switch>,
    #[serde(default)]
    parser_configuration: Parser,
}

/// The loader's word for a format.
#[derive(Clone, Copy, Debug)]
struct Word(Format);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Format::from_word(&word).map(Self).ok_or_else(|| D::Error::unknown_variant(&word, &Format::WORDS))
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parser {
    #[serde(default)]
    allow_empty_strings: Switch,
    base_uri: Option<String>,
    named_graph_uri: Option<String>,
}

/// `true`, `"TRUE"`, or neither.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
struct Switch(bool);

impl TryFrom<Value> for Switch {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match value {
            Value::Bool(on) => Ok(Self(on)),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Self(true)),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Self(false)),
            _ => Err("a switch is \"TRUE\" or \"FALSE\""),
        }
    }
}

impl Load {
    pub(super) fn format(&self) -> Format {
        self.format.0.with_edge_ids(self.user_provided_edge_ids.is_none_or(|switch| switch.0))
    }

    pub(super) fn options(&self) -> Options {
        Options {
            allow_empty_strings: self.parser_configuration.allow_empty_strings.0,
            update_single_cardinality: self.update_single_cardinality_properties.0,
            ..Options::default()
        }
    }

    pub(super) fn rdf(&self) -> rdf::Options {
        let (Parser { base_uri, named_graph_uri, .. }, defaults) = (&self.parser_configuration, rdf::Options::default());
        rdf::Options {
            base_uri: base_uri.clone().unwrap_or(defaults.base_uri),
            named_graph_uri: named_graph_uri.clone().unwrap_or(defaults.named_graph_uri),
            ..defaults
        }
    }
}

/// Reads an event.
///
/// # Errors
/// `InvalidEvent` names what is missing or wrong.
pub(super) fn read<T: DeserializeOwned>(event: Result<&Value, &str>) -> Result<T, FileError> {
    let event = event.map_err(invalid)?;
    let ranges = event.get("ranges").and_then(Value::as_u64).unwrap_or(1);
    if ranges > u64::from(MOST_RANGES) {
        return Err(invalid(&format!("`ranges` is {ranges}; write 1 to {MOST_RANGES}")));
    }
    T::deserialize(event).map_err(|error| invalid(&error.to_string()))
}

pub(super) fn invalid(problem: &str) -> FileError {
    let text = crate::text::excerpt(problem, 300);
    FileError::new(
        FileErrorName::InvalidEvent,
        format!("the event cannot be used: {text}; see statemachine/CHECK_FILES.md for its form"),
    )
}
