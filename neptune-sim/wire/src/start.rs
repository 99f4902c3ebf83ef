//! The parameters of `POST /loader`.

use serde_json::{Map, Value};

use crate::flag::parse_json_flag;
use crate::{ApiError, LoadId};

/// Defines an enum of fixed words with `as_str` and a lookup by word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// The format of the source files (documented). Only the lower-case spelling is taken (inferred).
    LoadFormat {
        /// Gremlin CSV.
        Csv = "csv",
        /// openCypher CSV.
        OpenCypher = "opencypher",
        /// N-Triples.
        NTriples = "ntriples",
        /// N-Quads.
        NQuads = "nquads",
        /// RDF/XML.
        RdfXml = "rdfxml",
        /// Turtle.
        Turtle = "turtle",
    }
}

words! {
    /// What a start does about an earlier load of the same source (documented).
    LoadMode {
        /// Continues it; there must be one.
        Resume = "RESUME",
        /// Ignores it.
        New = "NEW",
        /// Continues it if there is one.
        Auto = "AUTO",
    }
}

words! {
    /// How many threads the load may use (documented).
    Parallelism {
        /// An eighth of the processors.
        Low = "LOW",
        /// Half of the processors.
        Medium = "MEDIUM",
        /// All processors.
        High = "HIGH",
        /// Twice the processors.
        Oversubscribe = "OVERSUBSCRIBE",
    }
}

/// A request to start a load, with Neptune's defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartRequest {
    /// Where the files are: an S3 URI, a key prefix rather than a folder. Kept word for word.
    pub source: String,
    /// Their format.
    pub format: LoadFormat,
    /// The role that Neptune reads S3 with.
    pub iam_role_arn: String,
    /// The region of cluster and bucket.
    pub region: String,
    /// About earlier loads of the source. Default `AUTO`.
    pub mode: LoadMode,
    /// Whether the first error stops the load. Default `TRUE`.
    pub fail_on_error: bool,
    /// Default `HIGH`.
    pub parallelism: Parallelism,
    /// Whether the load may wait behind others. Default `FALSE`.
    pub queue_request: bool,
    /// Loads that must complete before this one runs. Default none.
    pub dependencies: Vec<LoadId>,
}

impl StartRequest {
    /// Reads the parameters, whether they came as a JSON body or as URL-encoded text turned into strings.
    ///
    /// Flags and enums that the simulator has no use for are checked all the same; unknown keys are ignored (inferred).
    ///
    /// # Errors
    /// `MissingParameterException` naming every absent parameter, else `InvalidParameterException` for the first bad value.
    pub fn from_parameters(parameters: &Map<String, Value>) -> Result<Self, ApiError> {
        let missing: Vec<&str> = ["source", "format", "iamRoleArn", "region"]
            .into_iter()
            .filter(|name| parameters.get(*name).is_none_or(|value| value.is_null() || value.as_str() == Some("")))
            .collect();
        if !missing.is_empty() {
            return Err(ApiError::missing_parameters(&missing));
        }
        let read = Reader(parameters);
        for unused in ["updateSingleCardinalityProperties", "userProvidedEdgeIds", "edgeOnlyLoad"] {
            read.flag(unused, false)?;
        }
        Ok(Self {
            source: read.text("source")?.to_owned(),
            format: read.word("format", LoadFormat::from_word, LoadFormat::Csv)?,
            iam_role_arn: read.text("iamRoleArn")?.to_owned(),
            region: read.text("region")?.to_owned(),
            mode: read.word("mode", LoadMode::from_word, LoadMode::Auto)?,
            fail_on_error: read.flag("failOnError", true)?,
            parallelism: read.word("parallelism", Parallelism::from_word, Parallelism::High)?,
            queue_request: read.flag("queueRequest", false)?,
            dependencies: read.ids("dependencies")?,
        })
    }
}

/// Reads typed values out of the parameters; a bad value becomes an error that names the parameter and shows the value.
struct Reader<'a>(&'a Map<String, Value>);

impl<'a> Reader<'a> {
    fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<&'a str, ApiError> {
        let value = self.value(name).unwrap_or(&Value::Null);
        value.as_str().ok_or_else(|| invalid(name, value))
    }

    fn flag(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        self.value(name).map_or(Ok(default), |value| parse_json_flag(value).ok_or_else(|| invalid(name, value)))
    }

    fn word<T>(&self, name: &str, from_word: impl Fn(&str) -> Option<T>, default: T) -> Result<T, ApiError> {
        self.value(name).map_or(Ok(default), |value| value.as_str().and_then(from_word).ok_or_else(|| invalid(name, value)))
    }

    fn ids(&self, name: &str) -> Result<Vec<LoadId>, ApiError> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let ids = value.as_array().ok_or_else(|| invalid(name, value))?;
        ids.iter().map(|id| id.as_str().map(LoadId::from).ok_or_else(|| invalid(name, id))).collect()
    }
}

fn invalid(name: &str, value: &Value) -> ApiError {
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // A client's own value comes back to it, but not without end.
    let shown: String = shown.chars().take(200).collect();
    ApiError::invalid_parameter(name, &shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "TRUE|False|csv|AUTO|HIGH|.{0,300}".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::from))
    }

    proptest! {
        #[test]
        fn whatever_a_stranger_sends_is_a_request_or_a_short_error(values in prop::collection::vec(any_json(), 12)) {
            let names = ["source", "format", "iamRoleArn", "region", "mode", "failOnError", "parallelism", "queueRequest",
                "dependencies", "edgeOnlyLoad", "userProvidedEdgeIds", "anything"];
            let parameters: Map<String, Value> = names.into_iter().map(str::to_owned).zip(values).collect();
            match StartRequest::from_parameters(&parameters) {
                Ok(start) => prop_assert_eq!(Some(start.source.as_str()), parameters["source"].as_str()),
                Err(error) => prop_assert!(error.message.chars().count() < 300, "{}", error.message),
            }
        }
    }

    fn request(extra: &Value) -> Result<StartRequest, ApiError> {
        let mut parameters = json!({
            "source": "s3://bucket/in/", "format": "csv", "iamRoleArn": "arn:aws:iam::123456789012:role/Load", "region": "us-east-1",
        });
        let all = parameters.as_object_mut().unwrap();
        all.extend(extra.as_object().unwrap().clone());
        all.retain(|_, value| *value != json!("(absent)"));
        StartRequest::from_parameters(all)
    }

    #[test]
    fn the_defaults_are_neptunes() {
        let start = request(&json!({})).unwrap();
        assert_eq!(start.mode, LoadMode::Auto);
        assert_eq!(start.parallelism, Parallelism::High);
        assert!(start.fail_on_error);
        assert!(!start.queue_request);
        assert!(start.dependencies.is_empty());
    }

    #[rstest]
    #[case::boto3(json!({"queueRequest": true, "failOnError": false}))]
    #[case::awswrangler(json!({"queueRequest": "TRUE", "failOnError": "FALSE", "dependencies": []}))]
    #[case::python(json!({"queueRequest": "True", "failOnError": "False"}))]
    fn flags_come_as_booleans_and_as_words(#[case] extra: Value) {
        let start = request(&extra).unwrap();
        assert!(start.queue_request && !start.fail_on_error);
    }

    #[test]
    fn every_absent_parameter_is_named() {
        let error = request(&json!({"region": "(absent)", "format": ""})).unwrap_err();
        assert_eq!(error.message, "Missing required parameters: [format, region]");
    }

    #[rstest]
    #[case::format(json!({"format": "CSV"}), "Invalid value for parameter 'format': CSV")]
    #[case::mode(json!({"mode": "FRESH"}), "Invalid value for parameter 'mode': FRESH")]
    #[case::flag(json!({"queueRequest": 1}), "Invalid value for parameter 'queueRequest': 1")]
    #[case::unused_flag(json!({"edgeOnlyLoad": "maybe"}), "Invalid value for parameter 'edgeOnlyLoad': maybe")]
    #[case::several_sources(json!({"source": ["s3://a", "s3://b"]}), r#"Invalid value for parameter 'source': ["s3://a","s3://b"]"#)]
    #[case::dependency(json!({"dependencies": [7]}), "Invalid value for parameter 'dependencies': 7")]
    fn a_bad_value_is_named_and_shown(#[case] extra: Value, #[case] message: &str) {
        assert_eq!(request(&extra).unwrap_err().message, message);
    }
}
