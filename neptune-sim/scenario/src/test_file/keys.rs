//! All keys of a test together: as a file writes them, and checked.

use indexmap::IndexMap;
use serde_json::Value;

use super::file::StepEntry;
use super::live::OnNeptune;
use super::live_file::OnNeptuneEntry;
use super::question::Question;
use super::step::Step;

/// A test of the plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTest {
    /// The function that the plan is about.
    pub function: String,
    /// The test's number, from 1.
    pub number: u32,
}

/// A checked test: everything of a file but its cluster.
#[derive(Clone, Debug)]
pub(crate) struct TestFile {
    pub(crate) plan: Option<PlannedTest>,
    pub(crate) failure: Option<u32>,
    pub(crate) questions: Vec<Question>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) setup: Vec<Step>,
    pub(crate) action: Vec<Step>,
    pub(crate) cleanup: Vec<Step>,
    /// The live form, or why there is none.
    pub(crate) on_neptune: Result<OnNeptune, String>,
    /// The line of each section that has steps.
    pub(crate) lines: Vec<(&'static str, u64)>,
}

/// The keys of a test as a file writes them.
pub(crate) struct TestKeys {
    pub(crate) plan: Option<String>,
    pub(crate) failure: Option<String>,
    pub(crate) question: IndexMap<String, IndexMap<String, IndexMap<String, Value>>>,
    pub(crate) name: String,
    pub(crate) setup: Vec<StepEntry>,
    pub(crate) action: Vec<StepEntry>,
    pub(crate) cleanup: Vec<StepEntry>,
    pub(crate) on_neptune: Option<OnNeptuneEntry>,
}
