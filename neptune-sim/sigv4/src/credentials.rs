//! Access keys, as a client has them.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::identity::Identity;

/// An access key: its id, its secret and, for a temporary key, its session token. Clones share them, and `Debug` shows none of them.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) identity: Identity,
    secrets: Arc<[String]>,
}

impl Credentials {
    /// The key with this id. Texts that no HTTP header takes are found only when a request is signed.
    pub fn new(key_id: &str, secret: &str, session_token: Option<&str>) -> Self {
        let token = session_token.map(str::to_owned);
        let identity = aws_credential_types::Credentials::new(key_id, secret, token, None, "given").into();
        let secrets = [Some(secret), session_token].into_iter().flatten().map(str::to_owned).collect();
        Self { identity, secrets }
    }

    /// The secret and the session token.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// Whether an access key could have this id: 1 to 128 letters, digits, `_` and `-`.
pub fn is_key_id(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    is_plain && (1..=128).contains(&text.len())
}
