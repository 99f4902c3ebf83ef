//! Scenarios: YAML files that say what a simulated Neptune does, what is invoked and what must come back.
//!
//! | module | content |
//! |---|---|
//! | `schema` | the JSON Schema for editors |
//! | `folder` | [`files_in`]: the files in a folder |
//! | `scenario` | [`Scenario`]: the whole file, checked |
//! | `test_file` | steps, expectations, questions, the live form: data for the harness, which runs them |
//! | `cluster` | the keys under `given`, as a [`ClusterSpec`]: all that a simulator needs |
//! | `written` | [`yaml_text`]: a value as YAML that people read |
//! | `document` | the text as a tree of values that know their place, and the mistakes in it |
//!
//! A room uses only rooms that stand below it here. Unknown keys are errors, and every error names file, line, column and key, and the
//! nearest name if one comes close.

mod cluster;
mod document;
mod file;
mod folder;
mod scenario;
mod schema;
mod test_file;
mod written;

pub use cluster::{
    AccessKey, AccessKeys, AccessKeysError, Action, ActionPattern, ActionPatternError, Authentication, Bucket, Buckets,
    ClockKind, ClockKindError, ClusterSpec, EmptySecret, Iam, LoadProblem, OPEN_LOADS, S3, Secret, Skew, UpstreamAddress,
    UpstreamAddressError, check_load, is_this_machine, parse_faults, read_faults,
};
pub use document::{Mistake, ScenarioError};
pub use folder::files_in;
pub use scenario::{Scenario, Section};
pub use schema::{json_schema, plain_schema};
pub use test_file::{
    Body, Check, Claim, Dataset, Invoke, Kind, LiveLoad, Matcher, OnNeptune, Pace, Path, PlannedTest, Question, Request, Start,
    Step, Subject, ValueMatcher, Varying, Which,
};
pub use written::yaml_text;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
