//! The S3 server on which a cluster lists the sources of started loads.

use std::path::PathBuf;

use neptune_sigv4::is_key_id;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::access_key::Secret;
use super::address::UpstreamAddress;

/// An S3 server, and the key that may list its buckets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// Where it is: `http://127.0.0.1:5000`. Buckets are asked for in the path. Over HTTPS, Amazon's roots are trusted.
    #[serde(deserialize_with = "endpoint")]
    #[schemars(with = "String")]
    pub endpoint: UpstreamAddress,
    /// The region that requests are signed for, and that its buckets are in unless it says otherwise. Default `us-east-1`.
    #[serde(default = "usual_region")]
    pub region: String,
    /// The id of the key: 1 to 128 letters, digits, `_` and `-`.
    #[serde(deserialize_with = "key_id")]
    pub access_key_id: String,
    /// The secret of the key. It is never shown again.
    pub secret_access_key: Secret,
    /// A PEM file with certificates to trust beside Amazon's roots. Only a program that makes the cluster itself can name one: a scenario
    /// says nothing of files of a machine. Default: none.
    #[serde(skip)]
    pub ca_file: Option<PathBuf>,
}

fn usual_region() -> String {
    "us-east-1".to_owned()
}

fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UpstreamAddress, D::Error> {
    let text = String::deserialize(deserializer)?;
    // Not shown: there may be a password in it.
    let wrong = |_| D::Error::custom("an S3 server's address is scheme, host and port: write `http://127.0.0.1:5000`");
    UpstreamAddress::of_web_server(&text).map_err(wrong)
}

fn key_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = "an access key id takes 1 to 128 letters, digits, `_` and `-`";
    if is_key_id(&text) { Ok(text) } else { Err(D::Error::custom(wrong)) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn s3(change: impl FnOnce(&mut Value)) -> Result<S3, String> {
        let mut value =
            json!({"endpoint": "http://127.0.0.1:5000", "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2"});
        change(&mut value);
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case::a_path("endpoint", "http://127.0.0.1:5000/bucket", "an S3 server's address is scheme, host and port")]
    #[case::a_password("endpoint", "http://me:hunter2@127.0.0.1", "an S3 server's address is scheme, host and port")]
    #[case::an_odd_id("access_key_id", "line\nbreak", "an access key id takes")]
    #[case::no_secret("secret_access_key", "", "a secret and a session token must not be empty")]
    #[case::a_typing_error("secret", "hunter2", "unknown field `secret`")]
    fn what_is_wrong_is_reported_without_secrets(#[case] key: &str, #[case] value: &str, #[case] message: &str) {
        let error = s3(|s3| s3[key] = value.into()).unwrap_err();
        assert!(error.starts_with(message) && !error.contains("hunter2"), "{error}");
    }
}
