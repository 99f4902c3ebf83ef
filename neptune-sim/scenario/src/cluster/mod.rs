//! The cluster file: what any user of the simulator writes under `given`, and the [`ClusterSpec`] that it becomes.
//!
//! Nothing here knows steps, functions or expectations.

mod access_key;
mod action;
mod address;
mod authentication;
mod check;
mod clock_kind;
mod data;
mod fault_file;
mod file;
mod known;
mod load_json;
mod loads;
mod s3;
mod scripted;
mod skew;
mod work;

pub use access_key::{AccessKey, AccessKeys, AccessKeysError, EmptySecret, Secret};
pub use action::{Action, ActionPattern, ActionPatternError};
pub use address::{UpstreamAddress, UpstreamAddressError, is_this_machine};
pub use authentication::{Authentication, Iam};
pub(super) use check::{Checked, check, check_fault, format};
pub use clock_kind::{ClockKind, ClockKindError};
pub use data::{Bucket, Buckets};
pub use fault_file::{parse_faults, read_faults};
pub use file::{ClusterSpec, OPEN_LOADS};
pub(super) use file::{Given, InstanceChoice};
pub(super) use known::{Known, default_source};
pub use load_json::{LoadProblem, check_load};
pub(super) use loads::LoadEntry;
pub use s3::S3;
pub use skew::Skew;
pub(super) use work::duration;
