//! The harness: plays scenarios against a target and runs the real handler binaries the way AWS Lambda does, so that a test sees
//! what a caller of the function sees.
//!
//! [`play`](mod@play) takes a scenario through its steps, [`lambda`] runs the functions, [`judge`](mod@judge) holds the answers against
//! the plan's assertions, [`snapshot`] against what was reviewed; [`question`] tells what Neptune was seen to do. The harness reads Neptune's and the functions' JSON like a stranger:
//! it shares no types with either.

pub mod aliases;
pub mod binaries;
pub mod catalogue;
pub mod checkout;
pub mod judge;
pub mod lambda;
pub mod live;
pub mod play;
pub mod question;
pub mod redact;
pub mod rehearsal;
mod reply;
pub mod report;
pub mod scenario_test;
pub mod snapshot;
mod stage;
pub mod stand_in;
pub mod target;
mod values;
