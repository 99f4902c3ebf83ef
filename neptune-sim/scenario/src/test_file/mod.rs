//! The test file: what is invoked on a cluster, what must come back, and what of it runs on a live cluster.
//!
//! It knows the cluster file. [`suite`] holds what is specific to this project's own tests.

mod check;
mod claim;
mod file;
mod keys;
mod live;
mod live_check;
mod live_file;
mod question;
mod step;
pub(super) mod suite;
mod whole;

pub use claim::{Check, Claim, Kind, Matcher, Path, Subject, ValueMatcher, Which};
pub(super) use file::StepEntry;
pub use keys::PlannedTest;
pub(super) use keys::{TestFile, TestKeys};
pub use live::{Dataset, LiveLoad, OnNeptune, Varying};
pub(super) use live_file::OnNeptuneEntry;
pub use question::Question;
pub(super) use step::METHODS;
pub use step::{Body, Invoke, Pace, Request, Start, Step};
pub(super) use whole::check;
