//! Whether a cluster authenticates its clients, and who they are.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::access_key::AccessKeys;
use super::skew::Skew;

/// Whether a cluster authenticates its clients.
///
/// In JSON and YAML: `"off"` or `{"region": "us-east-1", "keys": [{"id": "AKIAIOSFODNN7EXAMPLE", "secret": "..."}]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// Every client may do everything. Signatures are accepted and not checked (inferred).
    #[default]
    Off,
    /// Only signed requests are answered, and only those of a user who may ask that.
    On(Iam),
}

/// Who a cluster is to IAM, and who its clients are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Iam {
    /// The region that requests must be signed for. Default `us-east-1`.
    pub region: String,
    /// The account of the cluster and the keys, 12 digits. Default `123456789012`.
    pub account: String,
    /// The resource id of the cluster, for ARNs. Default `cluster-SIMULATEDSIMULATED`.
    pub resource_id: String,
    /// The access keys of its clients. Default: none, so that every request is refused.
    pub keys: AccessKeys,
    /// How far the cluster's clock for signatures is ahead of the true time, `20m`, or behind it, `-20m`. More than 5 minutes make a
    /// difference. The `Date` header of its answers has the same wrong time. Default: not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew: Option<Skew>,
}

impl Default for Iam {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            resource_id: "cluster-SIMULATEDSIMULATED".to_owned(),
            keys: AccessKeys::default(),
            skew: None,
        }
    }
}

impl Serialize for Authentication {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(iam) => iam.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Authentication {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// A word or an object. Not an untagged enum: that would forget what is wrong, and where.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Authentication;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`off`, or `region` and `keys`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Authentication, E> {
        if word == "off" { Ok(Authentication::Off) } else { Err(E::unknown_variant(word, &["off"])) }
    }

    /// YAML's old spelling of `false`.
    fn visit_bool<E: Error>(self, is_on: bool) -> Result<Authentication, E> {
        if is_on { Err(E::invalid_type(Unexpected::Bool(is_on), &self)) } else { Ok(Authentication::Off) }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Authentication, A::Error> {
        Iam::deserialize(MapAccessDeserializer::new(map)).map(Authentication::On)
    }
}

impl JsonSchema for Authentication {
    fn schema_name() -> Cow<'static, str> {
        "Authentication".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Whether a cluster authenticates its clients.",
            "oneOf": [
                {
                    "description": "Every client may do everything. Signatures are accepted and not checked.",
                    "const": "off",
                },
                generator.subschema_for::<Iam>(),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::cluster::access_key::{AccessKey, Secret};

    fn secretive() -> Authentication {
        let key = json!({"id": "AKID", "secret": "hunter2", "session_token": "IQoJb3Jp", "allow": ["neptune-db:Get*"]});
        serde_json::from_value(json!({"region": "eu-west-1", "keys": [key]})).unwrap()
    }

    #[test]
    fn everything_but_the_secrets_is_shown() {
        let shown = json!({
            "region": "eu-west-1",
            "account": "123456789012",
            "resource_id": "cluster-SIMULATEDSIMULATED",
            "keys": [{"id": "AKID", "allow": ["neptune-db:Get*"]}],
        });
        assert_eq!(serde_json::to_value(secretive()).unwrap(), shown);
        assert_eq!(serde_json::to_value(Authentication::Off).unwrap(), json!("off"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", secretive());
        assert!(shown.contains("AKID") && shown.contains("<redacted>"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("IQoJb3Jp"), "{shown}");
    }

    #[test]
    fn no_cluster_authenticates_by_default() {
        assert_eq!(Authentication::default(), Authentication::Off);
        assert_eq!(serde_json::from_value::<Authentication>(json!("off")).unwrap(), Authentication::Off);
        assert_eq!(serde_json::from_value::<Authentication>(json!({})).unwrap(), Authentication::On(Iam::default()));
    }

    #[test]
    fn a_key_may_do_everything_unless_reported_otherwise() {
        let written: AccessKey = serde_json::from_value(json!({"id": "AKID", "secret": "hunter2"})).unwrap();
        let secret = Secret::try_from("hunter2".to_owned()).unwrap();
        assert_eq!(written, AccessKey::new("AKID", secret));
        assert_eq!(serde_json::to_value(written.allow).unwrap(), json!(["neptune-db:*"]));
    }

    #[rstest]
    #[case::off("off", json!("off"))]
    #[case::quoted("'off'", json!("off"))]
    #[case::on(
        "{account: '012345678901', keys: [{id: AKID, secret: hunter2, user: me}]}",
        json!({"account": "012345678901", "keys": [{"id": "AKID", "secret": "hunter2", "user": "me"}]})
    )]
    #[case::numbers_are_texts(
        "{account: 012345678901, keys: [{id: 1, secret: 2}]}",
        json!({"account": "012345678901", "keys": [{"id": "1", "secret": "2"}]})
    )]
    #[case::a_wrong_clock("{skew: -20m}", json!({"skew": "-20m"}))]
    fn yaml_says_it_in_the_same_words(#[case] yaml: &str, #[case] json: Value) {
        let authentication: Authentication = serde_saphyr::from_str(yaml).unwrap();
        assert_eq!(authentication, serde_json::from_value(json).unwrap());
    }

    #[rstest]
    #[case::another_word(json!("on"), "unknown variant `on`, expected `off`")]
    #[case::another_kind(json!(true), "invalid type: boolean `true`, expected `off`, or `region` and `keys`")]
    #[case::unknown_key(
        json!({"regoin": "us-east-1"}),
        "unknown field `regoin`, expected one of `region`, `account`, `resource_id`, `keys`, `skew`"
    )]
    #[case::unknown_key_of_a_key(
        key(&json!({"tokn": "x"})),
        "unknown field `tokn`, expected one of `id`, `secret`, `session_token`, `user`, `allow`"
    )]
    #[case::no_secret(json!({"keys": [{"id": "AKID"}]}), "missing field `secret`")]
    #[case::empty_id(key(&json!({"id": ""})), "`` is no access key id: it takes 1 to 128 letters, digits, `_` and `-`")]
    #[case::slash_in_the_id(key(&json!({"id": "a/b"})), "`a/b` is no access key id: it takes 1 to 128 letters, digits, `_` and `-`")]
    #[case::empty_secret(key(&json!({"secret": ""})), "a secret and a session token must not be empty")]
    #[case::empty_token(key(&json!({"session_token": ""})), "a secret and a session token must not be empty")]
    #[case::another_service(
        key(&json!({"allow": ["s3:GetObject"]})),
        "`s3:GetObject` is no action of Neptune's: write `neptune-db:GetLoaderJobStatus`, or `neptune-db:Get*` for all that begin so"
    )]
    #[case::no_skew(
        json!({"skew": "late"}),
        "`late` is not a duration: write a number and a unit, such as `250ms`, `1.5s` or `2m`"
    )]
    #[case::duplicate(
        json!({"keys": [{"id": "A", "secret": "1"}, {"id": "B", "secret": "1"}, {"id": "A", "secret": "2"}]}),
        "the access key id `A` is there twice: give every key an id of its own"
    )]
    fn a_wrong_setting_is_explained(#[case] written: Value, #[case] message: &str) {
        assert_eq!(serde_json::from_value::<Authentication>(written).unwrap_err().to_string(), message);
    }

    /// Settings with a key that differs in some fields from a good one.
    fn key(fields: &Value) -> Value {
        let mut key = json!({"id": "AKID", "secret": "hunter2"});
        key.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"keys": [key]})
    }

    #[rstest]
    #[case::in_the_settings("iam:\n  region: us-east-1\n  kyes: []\n", 3, "kyes")]
    #[case::in_a_key("iam:\n  keys:\n    - id: AKID\n      secret: x\n      alow: []\n", 5, "alow")]
    #[case::in_an_action("iam:\n  keys:\n    - id: AKID\n      secret: x\n      allow:\n        - s3:Get*\n", 6, "s3:Get*")]
    #[case::a_word("seed: 1\niam: maybe\n", 2, "maybe")]
    #[case::on_without_keys("seed: 1\niam: on\n", 2, "true")]
    fn yaml_errors_have_a_place(#[case] yaml: &str, #[case] line: u64, #[case] word: &str) {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        struct Given {
            seed: u64,
            iam: Authentication,
        }
        let error = serde_saphyr::from_str::<Given>(yaml).unwrap_err();
        assert_eq!(error.location().map(|at| at.line()), Some(line), "{error}");
        assert!(error.to_string().contains(&format!("`{word}`")), "{error}");
    }

    #[test]
    fn the_schema_describes_what_is_written() {
        let schema = schemars::schema_for!(Authentication).to_value().to_string();
        for word in
            ["off", "region", "account", "resource_id", "keys", "skew", "id", "secret", "session_token", "user", "allow"]
        {
            assert!(schema.contains(&format!("\"{word}\"")), "{word} in {schema}");
        }
    }
}
