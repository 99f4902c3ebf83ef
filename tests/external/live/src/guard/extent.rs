//! Guard 4: the cluster holds so little data that it cannot be in use.

use super::{Candidate, Healthy, Refusal, Step};

/// How much the cluster holds. Counting may stop at one more than the profile's `max_existing`.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// RDF statements.
    pub statements: u64,
    /// Vertices of the property graph.
    pub nodes: u64,
}

/// The cluster holds little.
#[derive(Debug)]
pub struct Measured {
    pub(super) engine_version: String,
}

impl<Mode> Candidate<Mode, Healthy> {
    /// The guard after [`Candidate::is_well`].
    ///
    /// # Errors
    /// There are more statements or vertices than the profile's `max_existing`.
    pub fn is_small(self, seen: Extent) -> Result<Candidate<Mode, Measured>, Refusal> {
        let limit = self.profile.max_existing;
        for (count, what) in [(seen.statements, "statements"), (seen.nodes, "vertices")] {
            if count > u64::from(limit) {
                let (found, expected) = (format!("at least {count} {what}"), format!("{limit} at most"));
                let remedy = "that may be data in use: choose another cluster, or raise `max_existing` if you know whose it is";
                return Err(Refusal::new(Step::Extent, found, expected, remedy));
            }
        }
        let engine_version = self.passed.engine_version.clone();
        Ok(self.past(Measured { engine_version }))
    }
}
