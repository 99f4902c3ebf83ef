//! Guard 3: the cluster is a healthy writer that loads nothing.

use super::{Candidate, Consented, Refusal, Step};

/// What `/status` and the list of loads say.
#[derive(Clone, Debug)]
pub struct Health {
    /// `healthy`, or something else.
    pub status: String,
    /// `writer` or `reader`.
    pub role: String,
    /// The version of the engine, like `1.4.5.0`.
    pub engine_version: String,
    /// The ids of loads that run or wait, those in the journal of a run that is swept left out.
    pub busy_with: Vec<String>,
}

/// The cluster is well, and free.
#[derive(Debug)]
pub struct Healthy {
    pub(super) engine_version: String,
}

impl<Mode> Candidate<Mode, Consented> {
    /// The guard after [`Candidate::is_welcome`].
    ///
    /// # Errors
    /// The cluster is not healthy or a reader, or a load runs or waits: there can be one at a time, so it would break or be broken.
    pub fn is_well(self, seen: &Health) -> Result<Candidate<Mode, Healthy>, Refusal> {
        if seen.status != "healthy" {
            let found = format!("the status `{}`", seen.status);
            return Err(Refusal::new(Step::Health, found, "`healthy`", "wait until the cluster is well"));
        }
        if seen.role != "writer" {
            let found = format!("the role `{}`", seen.role);
            return Err(Refusal::new(
                Step::Health,
                found,
                "`writer`",
                "name the cluster's own endpoint, or wait for the failover",
            ));
        }
        if !seen.busy_with.is_empty() {
            let found = format!("loads that run or wait ({})", seen.busy_with.join(", "));
            let remedy = "wait until they have ended; if a run of ours has left them behind, `cargo xtask sweep` cancels them";
            return Err(Refusal::new(Step::Health, found, "none", remedy));
        }
        Ok(self.past(Healthy { engine_version: seen.engine_version.clone() }))
    }
}
