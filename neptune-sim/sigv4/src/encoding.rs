//! How a path and a query are spelt in a signed request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// The bytes that SigV4 percent-encodes: all but letters, digits and RFC 3986's other unreserved characters.
pub const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
