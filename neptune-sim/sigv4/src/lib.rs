//! AWS Signature Version 4: signs requests for a client, verifies them for a server, and cuts credentials out of quoted text.
//!
//! [`Signer`] signs through AWS's own crate. [`Signature`] and [`CanonicalRequest`] verify with code of their own, so that one side cannot
//! hide a mistake of the other. [`Secrets`] removes credentials from text that a server sends back. The caller passes the time in. The
//! crate knows no actions, users or texts of a service: what a refusal means to a client is the server's to say.

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

mod credentials;
mod secrets;
mod sign;
mod verify;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

pub use credentials::{Credentials, is_key_id};
pub use secrets::Secrets;
pub use sign::{SignError, Signer, UnsignedRequest};
pub use verify::{
    CanonicalRequest, DATE, Expected, Scope, Signature, SignatureError, SigningKey, Timestamp, UNSIGNED_PAYLOAD, are_equal,
    hash, query_as_sent,
};

/// The name of Neptune's data API in a signature's scope (model). The management API is signed for as `rds`.
pub const NEPTUNE_DB: &str = "neptune-db";

/// The bytes that SigV4 percent-encodes: all but letters, digits and RFC 3986's other unreserved characters.
pub const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
