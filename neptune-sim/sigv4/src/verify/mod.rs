//! Verifies signatures, as the services of AWS do it, except S3.

mod canonical;
mod error;
mod moment;
mod signature;

pub use canonical::{CanonicalRequest, SigningKey, UNSIGNED_PAYLOAD, are_equal, hash, query_as_sent};
pub use error::{DATE, SignatureError};
pub use moment::Timestamp;
pub use signature::{Expected, Scope, Signature};
