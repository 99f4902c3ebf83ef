//! The ready-made faults, from their table in YAML.

use std::sync::LazyLock;

use neptune_control::Fault;
use serde::Deserialize;

/// A fault under a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadyFault {
    /// What `use` calls it.
    pub(crate) name: String,
    /// What it is and who met it, in a sentence or two.
    pub(crate) about: String,
    /// How well it is backed: `documented`, `model`, `observed` or `inferred`.
    pub(crate) evidence: String,
    /// What it comes to.
    pub(crate) faults: Vec<Fault>,
}

/// Every ready-made fault.
pub(crate) static READY_FAULTS: LazyLock<Vec<ReadyFault>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("ready.yaml")).expect("a test reads the table"));
