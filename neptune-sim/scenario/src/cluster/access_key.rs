//! Access keys: the users who may sign, and their permissions.

use std::collections::BTreeSet;
use std::fmt;

use neptune_sigv4::is_key_id;
use neptune_text::redact::REDACTED;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::ActionPattern;

/// An access key, and what its user may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// The id, which requests carry: `AKIAIOSFODNN7EXAMPLE`. 1 to 128 letters, digits, `_` and `-`.
    pub id: String,
    /// The secret, which requests are signed with. It is never shown again.
    #[serde(skip_serializing)]
    pub secret: Secret,
    /// The session token that requests must carry, if the key is a temporary one. It is never shown again. Default: none.
    #[serde(default, skip_serializing)]
    pub session_token: Option<Secret>,
    /// Whose key it is, as an ARN. Default: `arn:aws:iam::<account>:user/<id>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the user may do: `neptune-db:StartLoaderJob`, `neptune-db:Get*`. Default: `[neptune-db:*]`.
    #[serde(default = "everything")]
    pub allow: Vec<ActionPattern>,
}

impl AccessKey {
    /// A key that may do everything.
    pub fn new(id: impl Into<String>, secret: Secret) -> Self {
        Self { id: id.into(), secret, session_token: None, user: None, allow: everything() }
    }
}

fn everything() -> Vec<ActionPattern> {
    vec![ActionPattern::everything()]
}

/// A text that is never shown: not by `Debug`, and it cannot be serialised.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Secret(String);

impl Secret {
    /// The text itself, to sign with.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// A secret has no characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret and a session token must not be empty")]
pub struct EmptySecret;

impl TryFrom<String> for Secret {
    type Error = EmptySecret;

    fn try_from(text: String) -> Result<Self, EmptySecret> {
        if text.is_empty() { Err(EmptySecret) } else { Ok(Self(text)) }
    }
}

/// The access keys of an account, each with an id of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<AccessKey>")]
pub struct AccessKeys(Vec<AccessKey>);

impl AccessKeys {
    /// The ids of the keys, in the order in which they were given.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    /// The key with this id.
    pub fn find(&self, id: &str) -> Option<&AccessKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// Why keys cannot be of one account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessKeysError {
    /// No signature could name such a key.
    #[error("`{0}` is no access key id: it takes 1 to 128 letters, digits, `_` and `-`")]
    BadId(String),
    /// It would not be clear which secret counts.
    #[error("the access key id `{0}` is there twice: give every key an id of its own")]
    DuplicateId(String),
}

impl TryFrom<Vec<AccessKey>> for AccessKeys {
    type Error = AccessKeysError;

    fn try_from(keys: Vec<AccessKey>) -> Result<Self, AccessKeysError> {
        let mut ids = BTreeSet::new();
        for AccessKey { id, .. } in &keys {
            if !is_key_id(id) {
                return Err(AccessKeysError::BadId(id.clone()));
            }
            if !ids.insert(id) {
                return Err(AccessKeysError::DuplicateId(id.clone()));
            }
        }
        Ok(Self(keys))
    }
}
