//! A cluster whose answers come from another endpoint.

use crate::record::Recorder;
use crate::upstream::Upstream;

/// What makes a cluster a proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Where the answers come from.
    pub upstream: Upstream,
    /// What keeps them. Default: nothing.
    pub recorder: Option<Recorder>,
}
