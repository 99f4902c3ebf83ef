//! Whether a cluster authenticates its clients, and who they are.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a cluster authenticates its clients: `"off"`, or an object that says who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Authentication {
    /// Every client may do everything.
    Off(Off),
    /// Only requests that are signed with a known key are answered, and only if its user may ask that.
    On(Iam),
}

impl Authentication {
    /// Every client may do everything.
    pub const OFF: Self = Self::Off(Off::Off);
}

/// The word `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Off {
    /// No authentication.
    Off,
}

/// Who a cluster is to IAM, and who its clients are. What is left out has its default, not what was set before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Iam {
    /// The region that requests must be signed for. Default `us-east-1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The account of the cluster and the keys, 12 digits. Default `123456789012`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The resource id of the cluster, for ARNs. Default `cluster-SIMULATEDSIMULATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// The access keys of its clients. Default: none, so that every request is refused.
    pub keys: Vec<AccessKey>,
    /// How far the cluster's clock for signatures is ahead of the true time, `20m`, or behind it, `-20m`. More than 5 minutes make a
    /// difference. The `Date` header of its answers has the same wrong time. Default: not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew: Option<String>,
}

/// An access key, and what its user may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// The id, which requests carry: `AKIAIOSFODNN7EXAMPLE`. 1 to 128 letters, digits, `_` and `-`.
    pub id: String,
    /// The secret, which requests are signed with. It must be given, and is never shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("writeOnly" = true))]
    pub secret: Option<Secret>,
    /// The session token that requests must carry, if the key is a temporary one. It is never shown again. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("writeOnly" = true))]
    pub session_token: Option<Secret>,
    /// Whose key it is, as an ARN. Default: `arn:aws:iam::<account>:user/<id>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the user may do: `neptune-db:StartLoaderJob`, `neptune-db:Get*`. Default: `["neptune-db:*"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<Vec<String>>,
}

impl AccessKey {
    /// A key that may do everything.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: Some(Secret(secret.into())), session_token: None, user: None, allow: None }
    }
}

/// A text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_authentication_reads_back_as_itself() {
        let on = Authentication::On(Iam { keys: vec![AccessKey::new("AKID", "hunter2")], ..Iam::default() });
        for (authentication, written) in
            [(Authentication::OFF, json!("off")), (on, json!({"keys": [{"id": "AKID", "secret": "hunter2"}]}))]
        {
            assert_eq!(serde_json::to_value(&authentication).unwrap(), written);
            assert_eq!(serde_json::from_value::<Authentication>(written).unwrap(), authentication);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", AccessKey::new("AKID", "hunter2")).contains("hunter2"));
    }
}
