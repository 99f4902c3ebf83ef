//! Scenarios: YAML files that say what a simulated Neptune does, what is invoked and what must come back.
//!
//! A file is read into its `schema` (unknown keys are errors), then checked into a strict [`Scenario`]. Every complaint names
//! file, line, column and key path, and the nearest name if one comes close. The server needs the first part of a scenario; the steps
//! and expectations are data for the harness, which interprets them.

mod check;
mod claim;
mod error;
mod fault_file;
pub(crate) mod load;
mod schema;
mod step;
mod yaml;

use std::path::Path as FilePath;

use neptune_engine::{Script, Settings};
use neptune_wire::LoadId;

pub use claim::{Check, Claim, Kind, Matcher, Path, Subject, ValueMatcher, Which};
pub use error::ScenarioError;
pub use fault_file::{parse_faults, read_faults};
pub use step::{Body, Invoke, Pace, Request, Start, Step};

use crate::{Authentication, Availability, ClockKind, ClusterSpec, Fault};

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    file: String,
    plan: Option<PlannedTest>,
    failure: Option<u32>,
    name: String,
    about: String,
    settings: Settings,
    scripts: Vec<(LoadId, Script)>,
    availability: Availability,
    faults: Vec<Fault>,
    tls: bool,
    authentication: Authentication,
    strict: bool,
    environment: Vec<(String, String)>,
    setup: Vec<Step>,
    action: Vec<Step>,
    cleanup: Vec<Step>,
}

/// A test of the plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTest {
    /// The function that the plan is about.
    pub function: String,
    /// The test's number, from 1.
    pub number: u32,
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ScenarioError`] if the file cannot be read or is not a scenario.
    pub fn read(path: &FilePath) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::unreadable("scenario", &file, &error))?;
        Self::parse(&file, &text)
    }

    /// Reads a text; `file` is what complaints call it.
    ///
    /// # Errors
    /// [`ScenarioError`] if the text is not a scenario.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let document = yaml::Document::parse(text).map_err(|problem| ScenarioError::new(file, text, &problem))?;
        let scenario = document.typed().and_then(|shape| check::check(file, &document, shape));
        scenario.map_err(|problem| ScenarioError::new(file, text, &problem))
    }

    /// The cluster that the scenario describes, named after it.
    pub fn cluster_spec(&self, clock: ClockKind) -> ClusterSpec {
        ClusterSpec {
            name: self.name.clone(),
            clock,
            settings: self.settings.clone(),
            scripts: self.scripts.clone(),
            availability: self.availability.clone(),
            faults: self.faults.clone(),
            tls: self.tls,
            authentication: self.authentication.clone(),
            strict: self.strict,
            proxy: None,
        }
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The planned test that it encodes, if any.
    pub fn plan(&self) -> Option<&PlannedTest> {
        self.plan.as_ref()
    }

    /// The number of the failure that it shows, from 1; `None` if it shows none that users have met.
    pub fn failure(&self) -> Option<u32> {
        self.failure
    }

    /// The test's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is about, in one line.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Where the cluster's random choices come from.
    pub fn seed(&self) -> u64 {
        self.settings.seed
    }

    /// The region of cluster and buckets; `None` if any will do.
    pub fn region(&self) -> Option<&str> {
        self.settings.region.as_deref()
    }

    /// The ids of the scripted loads.
    pub fn scripted_loads(&self) -> impl Iterator<Item = &LoadId> {
        self.scripts.iter().map(|(id, _)| id)
    }

    /// Environment variables of the functions.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// What happens before the invocations.
    pub fn setup(&self) -> &[Step] {
        &self.setup
    }

    /// The invocations. Empty if the file is no test but a cluster for the simulator.
    pub fn action(&self) -> &[Step] {
        &self.action
    }

    /// What happens afterwards, whether or not the expectations held.
    pub fn cleanup(&self) -> &[Step] {
        &self.cleanup
    }
}

/// The JSON Schema of scenario files, for editors.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(schema::ScenarioFile).into()
}
