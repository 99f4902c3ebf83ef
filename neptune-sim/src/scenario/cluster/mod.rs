//! The cluster file: what any user of the simulator writes under `given`, and the [`ClusterSpec`] that it becomes.
//!
//! Nothing here knows steps, functions or expectations.

mod check;
mod clock_kind;
mod fault_file;
mod file;
mod known;
mod load_json;
mod loads;
mod work;

pub(super) use check::{Checked, check, check_fault, format};
pub use clock_kind::{ClockKind, ClockKindError};
pub use fault_file::{parse_faults, read_faults};
pub use file::{ClusterSpec, OPEN_LOADS};
pub(super) use file::{Given, InstanceChoice};
pub(super) use known::{Known, default_source};
pub(crate) use load_json::{LoadProblem, script};
pub(super) use loads::LoadEntry;
pub(super) use work::duration;
