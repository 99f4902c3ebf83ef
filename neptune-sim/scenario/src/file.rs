//! The keys at the top of a file: those of its cluster and those of its test.
//!
//! The JSON Schema for editors is generated from these types, so their documentation is what a scenario's author reads.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::cluster::Given;
use super::test_file::{OnNeptuneEntry, StepEntry};

/// A scenario: what the simulated Neptune does, what is invoked, and what must come back. One file is one test.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Scenario")]
pub(crate) struct ScenarioFile {
    /// The planned test that this file encodes: function and number, `check_bulk_load_status/12`. Left out beyond the plans.
    pub(crate) plan: Option<String>,
    /// The failure that users have met and that this file shows, `F12`: scenarios/README.md lists all 44. Left out elsewhere.
    pub(crate) failure: Option<String>,
    /// What this file asks of Neptune, in place of `plan` and `failure`: for each question the answers that there could be, each with
    /// the checks that show it.
    ///
    /// A question is a quirk, with all its choices as answers (of a number, `0` and at least one more), or bears another name in
    /// `snake_case`, with such answers as are known. The checks look at `reply.*` of the last step of `action` that expects something.
    #[serde(default)]
    pub(crate) question: IndexMap<String, IndexMap<String, IndexMap<String, Value>>>,
    /// The name of the test, `test_domain_complete_prov_pending`, and of its cluster. A planned test bears the plan's name.
    pub(crate) name: String,
    /// What the test is about, in one line.
    pub(crate) about: String,
    /// Why functions of another contract are not judged by this file with `--verdicts-only`: it is about what only this project's functions take or read.
    pub(crate) only_ours: Option<String>,
    /// The simulated Neptune before the first step.
    #[serde(default)]
    pub(crate) given: Given,
    /// What happens before the invocations.
    #[serde(default)]
    pub(crate) setup: Vec<StepEntry>,
    /// The invocations with what is expected of them. A file without is a cluster for the simulator, and no test.
    #[serde(default)]
    pub(crate) action: Vec<StepEntry>,
    /// What happens afterwards, whether or not the expectations held.
    #[serde(default)]
    pub(crate) cleanup: Vec<StepEntry>,
    /// What is different on a live cluster.
    pub(crate) on_neptune: Option<OnNeptuneEntry>,
}
