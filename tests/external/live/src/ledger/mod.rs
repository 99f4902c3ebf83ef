//! The validation ledger: which scenario was last validated on a live cluster, when, and on what. It is checked in, a file a scenario.
//!
//! Writing takes the permit of a live run. A rehearsal has another type of permit, and so no way to write:
//!
//! ```compile_fail,E0308
//! # use neptune_live::{Finding, Ledger, guard::{Rehearsal, RunPermit}};
//! fn rehearsed(ledger: &mut Ledger, permit: &RunPermit<Rehearsal>, finding: Finding) {
//!     let _ = ledger.record(permit, finding);
//! }
//! ```
//!
//! With the permit of a live run, the same compiles:
//!
//! ```
//! # use neptune_live::{Finding, Ledger, guard::{Live, RunPermit}};
//! fn validated(ledger: &mut Ledger, permit: &RunPermit<Live>, finding: Finding) {
//!     let _ = ledger.record(permit, finding);
//! }
//! ```

mod hash;
mod planned;
mod record;
mod standing;
mod store;
mod text;

pub use hash::scenario_hash;
pub use planned::{PlannedScenario, planned_scenarios};
pub use record::{Finding, Record, Via};
pub use standing::{Age, Standing};
pub use store::{Ledger, LedgerError};

#[cfg(test)]
mod tests;
