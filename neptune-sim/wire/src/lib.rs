//! The words of Amazon Neptune's loader API that a client and a server share: load ids, status words, error codes.
//!
//! The crate makes no decisions, does no I/O and has no clock. It depends on serde and nothing else, so that the production handlers
//! share the vocabulary with the simulator without depending on it. What only a server needs (parameters, reply bodies, error
//! texts) is in `neptune-loader`.

mod error;
mod id;
mod status;

pub use error::ErrorCode;
pub use id::LoadId;
pub use status::LoadStatus;

/// The text in `status` of every successful loader answer. graph-notebook compares it byte by byte.
pub const OK_STATUS: &str = "200 OK";

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
