//! Starting a load as a client of Neptune does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A load to start, in the names of `POST /loader`. The role and the region are the cluster's own, so that a start cannot fail for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewStart {
    /// What it loads, `s3://bucket/prefix`.
    #[schemars(length(min = 1, max = 1024))]
    pub source: String,
    /// `csv`, `opencypher`, `ntriples`, `nquads`, `rdfxml` or `turtle`. Default `csv`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `NEW`, `RESUME` or `AUTO`. Default `AUTO`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Whether the load ends with the first error. Default true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on_error: Option<bool>,
    /// Whether it waits if another load runs. Otherwise the start is then refused. Default true, so that it does not depend on other loads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_request: Option<bool>,
    /// The ids of loads whose end it waits for. At most 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub dependencies: Vec<String>,
}

/// A ready-made fault, which a fault names with `use`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadyMadeFault {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
}
