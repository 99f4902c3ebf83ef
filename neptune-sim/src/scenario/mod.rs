//! A placeholder for the scenario format: it reads `name` and `given.loads`, and nothing else.

use std::path::Path;
use std::time::Duration;

use neptune_engine::{Lifecycle, Script, Workload};
use neptune_wire::{LoadId, LoadStatus};
use serde_json::Value;

use crate::{ClockKind, ClusterSpec, parse_duration};

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    name: String,
    scripts: Vec<(LoadId, Script)>,
}

/// A scenario that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(String);

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let value: Value = serde_saphyr::from_str(text).map_err(|error| ScenarioError(format!("{file}: {error}")))?;
        let name = value["name"].as_str().ok_or_else(|| ScenarioError(format!("{file}: `name` is missing")))?.to_owned();
        let loads = value["given"]["loads"].as_object().cloned().unwrap_or_default();
        let scripts =
            loads.iter().map(|(id, load)| Ok((LoadId::from(id.as_str()), script(load)?))).collect::<Result<_, _>>()?;
        Ok(Self { name, scripts })
    }

    /// Reads a scenario file.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(path).map_err(|error| ScenarioError(format!("{}: {error}", path.display())))?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// The cluster that it describes.
    pub fn cluster_spec(&self, clock: ClockKind) -> ClusterSpec {
        ClusterSpec { scripts: self.scripts.clone(), ..ClusterSpec::new(&self.name, clock) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn script(load: &Value) -> Result<Script, ScenarioError> {
    let stages = load["lifecycle"].as_array().into_iter().flatten().filter_map(Value::as_str).map(stage);
    let stages = stages.collect::<Result<_, ScenarioError>>()?;
    let lifecycle = Lifecycle::new(stages).map_err(|error| ScenarioError(error.to_string()))?;
    Ok(Script { source: load["source"].as_str().unwrap_or_default().to_owned(), lifecycle, workload: Workload::default() })
}

fn stage(text: &str) -> Result<(LoadStatus, Option<Duration>), ScenarioError> {
    let Some((word, lasts)) = text.split_once(' ') else { return Ok((text.into(), None)) };
    Ok((word.into(), Some(parse_duration(lasts).map_err(|error| ScenarioError(error.to_string()))?)))
}

/// The JSON Schema of the format.
pub fn json_schema() -> Value {
    serde_json::json!({"$schema": "https://json-schema.org/draft/2020-12/schema"})
}
