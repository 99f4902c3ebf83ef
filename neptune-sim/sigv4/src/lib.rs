//! AWS Signature Version 4: signs requests for a client, verifies them for a server, and cuts credentials out of quoted text.
//!
//! [`Signer`] signs through AWS's own crate. [`Signature`] and [`CanonicalRequest`] verify with code of their own, so that one side cannot
//! hide a mistake of the other. [`Secrets`] removes credentials from text that a server sends back. The caller passes the time in. The
//! crate knows no actions, users or texts of a service: what a refusal means to a client is the server's to say.

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

mod credentials;
mod encoding;
mod secrets;
mod sign;
mod verify;

pub use credentials::{Credentials, is_key_id};
pub use encoding::ENCODED;
pub use secrets::Secrets;
pub use sign::{NEPTUNE_DB, SignError, Signer, UnsignedRequest};
pub use verify::{
    CanonicalRequest, DATE, Expected, Scope, Signature, SignatureError, SigningKey, Timestamp, UNSIGNED_PAYLOAD, are_equal,
    hash, query_as_sent,
};
