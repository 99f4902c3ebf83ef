//! The guards between a run and a cluster, in this order: select, identity, consent, health, extent, plan.
//!
//! Each is a function of what was seen, which the preflight reads. Each takes what the one before it gave, so there is no
//! other order, and the last one gives the [`RunPermit`] that a live connection asks for. None can be skipped, and none has an override.
//!
//! ```compile_fail,E0599
//! # use neptune_live::guard::{Candidate, Health, Live, Selected};
//! fn health_before_consent(candidate: Candidate<Live, Selected>, health: &Health) {
//!     let _ = candidate.is_well(health);
//! }
//! ```

mod candidate;
mod consent;
mod extent;
mod health;
mod identity;
mod refusal;
mod run_permit;
mod select;

pub use candidate::{Candidate, Live, Rehearsal};
pub use consent::{Consent, Consented, Tag};
pub use extent::{Extent, Measured};
pub use health::{Health, Healthy};
pub use identity::{Description, Identified, Identity};
pub use refusal::{Refusal, Step};
pub use run_permit::{Confirmation, RunPermit};
pub use select::{Choice, Selected};

#[cfg(test)]
pub(crate) mod tests;
