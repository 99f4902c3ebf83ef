//! The shape of `on_neptune`: what else holds, or is done, on a live cluster.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde_json::Value;

use super::file::StepEntry;

/// The live form: what is different on a cluster of Neptune itself.
///
/// There, scripted loads with data are started before `setup`, one after the other, and wait for each other. `cleanup` does not run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OnNeptuneEntry {
    /// The data that loads read, by the loads' names. Default: `valid` for a scripted load that ends with `LOAD_COMPLETED` and
    /// `malformed` for one that ends with `LOAD_FAILED`; any other has none until it is said. A load that a step starts reads `valid`
    /// data unless `given.started_loads` says how loads go.
    pub(crate) loads: IndexMap<String, LiveLoadEntry>,
    /// What happens before the invocations, instead of `setup`. A `wait` polls, a `cancel` takes its time, and `advance` is not possible.
    pub(crate) setup: Option<Vec<StepEntry>>,
    /// The invocations instead of `action`. Better write an `action` that can run everywhere.
    pub(crate) action: Option<Vec<StepEntry>>,
    /// What of the answers, or of the errors that are raised, differs from the snapshot, and why:
    /// `{payload.overallStatus.totalRecords: other files are loaded}`. A `*` stands for every entry of a list.
    pub(crate) varies: IndexMap<String, String>,
}

/// The data that a load reads on a live cluster: one word, or more than that.
#[derive(Clone, Debug)]
pub(crate) struct LiveLoadEntry(pub(crate) DatasetEntry);

/// The data that a load reads on a live cluster, and how it is read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatasetEntry {
    /// The data.
    pub(crate) dataset: DatasetChoice,
    /// The format of a scripted load, `csv` or `nquads`. Default: what it `reads`, or as the first file of its `errors` ends, else `csv`.
    pub(crate) format: Option<String>,
    /// Further parameters of a scripted load in Neptune's words, `{failOnError: 'FALSE'}`. Default: those of its `reads`.
    #[serde(default, rename = "with")]
    pub(crate) parameters: IndexMap<String, Value>,
}

/// See `loads`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DatasetChoice {
    /// Ten good records. The load completes.
    Valid,
    /// The same with a bad one. The load fails.
    Malformed,
    /// Enough good ones that the load can be seen in progress.
    Large,
    /// Nothing is loaded. Only the name is used.
    None,
}

impl JsonSchema for LiveLoadEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LiveLoadEntry".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (word, whole) = (generator.subschema_for::<DatasetChoice>(), generator.subschema_for::<DatasetEntry>());
        schemars::json_schema!({"description": "The data that a load reads: its name alone, or more.", "anyOf": [word, whole]})
    }
}

impl<'de> Deserialize<'de> for LiveLoadEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrWhole).map(Self)
    }
}

/// Takes either. An error is about the form that the file uses.
struct WordOrWhole;

impl<'de> Visitor<'de> for WordOrWhole {
    type Value = DatasetEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`valid`, `malformed`, `large`, `none`, or `{dataset: valid, format: nquads}`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<DatasetEntry, E> {
        let dataset = DatasetChoice::deserialize(word.into_deserializer())?;
        Ok(DatasetEntry { dataset, format: None, parameters: IndexMap::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DatasetEntry, A::Error> {
        DatasetEntry::deserialize(MapAccessDeserializer::new(map))
    }
}
