//! What a cluster begins with, beyond what a file can say.

use std::sync::Arc;

use super::observer::Observer;
use super::proxy::Proxy;
use neptune_scenario::ClusterSpec;

/// A cluster as a program starts it. A [`ClusterSpec`] becomes one by `into()`.
#[derive(Clone, Debug, Default)]
pub struct ClusterSetup {
    /// What a file can say.
    pub spec: ClusterSpec,
    /// With it, its answers come from another endpoint, and there is no loader here.
    pub proxy: Option<Proxy>,
    /// The object that learns of its requests and answers. Default: none.
    pub observer: Option<Arc<dyn Observer>>,
}

impl From<ClusterSpec> for ClusterSetup {
    fn from(spec: ClusterSpec) -> Self {
        Self { spec, ..Self::default() }
    }
}
