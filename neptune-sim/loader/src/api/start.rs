//! The parameters of `POST /loader`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::words::{parse_json_flag, words};
use neptune_wire::LoadId;

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
#[expect(clippy::struct_excessive_bools, reason = "Neptune has as many flags")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// Where the files are: an S3 URI, a key prefix rather than a folder. Kept as it was sent.
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
    /// How the files are read.
    pub parser: ParserConfiguration,
    /// Whether a new value replaces the old one of a single-valued property. Default `FALSE`.
    pub update_single_cardinality_properties: bool,
    /// Whether openCypher relationship files have ids. Default `TRUE`.
    pub user_provided_edge_ids: bool,
    /// Whether files are loaded in the order in which they are listed, vertices first or not. Default `FALSE`.
    pub edge_only_load: bool,
}

/// The parameter `parserConfiguration` (documented).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParserConfiguration {
    /// The graph of RDF statements without one.
    pub named_graph_uri: String,
    /// What relative IRIs in RDF/XML and Turtle are relative to.
    pub base_uri: String,
    /// Whether an empty text in a Gremlin CSV file is a value. Default `FALSE`: it counts as absent.
    pub allow_empty_strings: bool,
}

impl Default for ParserConfiguration {
    /// Neptune's defaults (documented).
    fn default() -> Self {
        Self {
            named_graph_uri: "http://aws.amazon.com/neptune/vocab/v01/DefaultNamedGraph".to_owned(),
            base_uri: "http://aws.amazon.com/neptune/default".to_owned(),
            allow_empty_strings: false,
        }
    }
}

impl StartRequest {
    /// Every parameter that is documented, the deprecated ones last.
    pub const PARAMETERS: [&str; 15] = [
        "source",
        "format",
        "iamRoleArn",
        "region",
        "mode",
        "failOnError",
        "parallelism",
        "parserConfiguration",
        "updateSingleCardinalityProperties",
        "queueRequest",
        "dependencies",
        "userProvidedEdgeIds",
        "edgeOnlyLoad",
        "accessKey",
        "secretKey",
    ];

    /// Reads the parameters, whether they came as a JSON body or as URL-encoded text turned into strings. Unknown keys are ignored
    /// (inferred).
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
        // Deprecated, and of no use to a server that does not read S3 with them.
        for unused in ["accessKey", "secretKey"] {
            // A secret, so that no answer quotes it.
            read.optional_text(unused).map_err(|_| ApiError::invalid_parameter(unused, "<redacted>"))?;
        }
        Ok(Self {
            source: read.source()?,
            format: read.word("format", LoadFormat::from_word, LoadFormat::Csv)?,
            iam_role_arn: read.text("iamRoleArn")?.to_owned(),
            region: read.region()?,
            mode: read.word("mode", LoadMode::from_word, LoadMode::Auto)?,
            fail_on_error: read.flag("failOnError", true)?,
            parallelism: read.word("parallelism", Parallelism::from_word, Parallelism::High)?,
            queue_request: read.flag("queueRequest", false)?,
            dependencies: read.ids("dependencies")?,
            parser: read.parser()?,
            update_single_cardinality_properties: read.flag("updateSingleCardinalityProperties", false)?,
            user_provided_edge_ids: read.flag("userProvidedEdgeIds", true)?,
            edge_only_load: read.flag("edgeOnlyLoad", false)?,
        })
    }

    /// The tags that the source carries: `people` for a key with the segment `tag=people`. They mean nothing to Neptune. The rules of a
    /// simulated cluster select loads by them.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.source.split('/').filter_map(|segment| segment.strip_prefix("tag="))
    }

    /// The folders that the source passes through: `in` and `people` for `s3://bucket/in/people/`. The part after the last slash
    /// is one of them, too: it may be a file or the beginning of a folder's name, and there is no way to know.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.bucket_and_prefix().1.split('/')
    }

    /// The bucket of the source and the prefix of the keys in it, as they are written there. Everything in a bucket has the empty prefix.
    pub fn bucket_and_prefix(&self) -> (&str, &str) {
        let path = path_of(&self.source).unwrap_or_default();
        path.split_once('/').unwrap_or((path, ""))
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

    fn optional_text(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        self.value(name).map(|value| value.as_str().ok_or_else(|| invalid(name, value))).transpose()
    }

    /// A list of sources is refused (inferred).
    fn source(&self) -> Result<String, ApiError> {
        let value = self.value("source").unwrap_or(&Value::Null);
        value.as_str().filter(|source| is_source(source)).map(str::to_owned).ok_or_else(|| invalid("source", value))
    }

    fn region(&self) -> Result<String, ApiError> {
        let region = self.text("region")?;
        if is_region(region) { Ok(region.to_owned()) } else { Err(ApiError::invalid_parameter("region", &shown(region))) }
    }

    /// Unknown keys are ignored (inferred).
    fn parser(&self) -> Result<ParserConfiguration, ApiError> {
        let mut parser = ParserConfiguration::default();
        let Some(value) = self.value("parserConfiguration") else { return Ok(parser) };
        let given = value.as_object().ok_or_else(|| invalid("parserConfiguration", value))?;
        let read = Reader(given);
        if let Some(uri) = read.optional_text("namedGraphUri")? {
            uri.clone_into(&mut parser.named_graph_uri);
        }
        if let Some(uri) = read.optional_text("baseUri")? {
            uri.clone_into(&mut parser.base_uri);
        }
        parser.allow_empty_strings = read.flag("allowEmptyStrings", false)?;
        Ok(parser)
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

/// Whether the text has one of the documented forms of a source: `s3://bucket/prefix`, or the same over HTTPS with a global or
/// regional host. The bucket's name is not checked.
fn is_source(source: &str) -> bool {
    path_of(source).is_some_and(|path| path.split('/').next().is_some_and(|bucket| !bucket.is_empty()))
}

/// Bucket and prefix of a source, with a slash in between.
fn path_of(source: &str) -> Option<&str> {
    source.strip_prefix("s3://").or_else(|| {
        let (host, path) = source.strip_prefix("https://s3.")?.split_once('/')?;
        let region = host.strip_suffix("amazonaws.com.cn").or_else(|| host.strip_suffix("amazonaws.com"))?;
        (region.is_empty() || region.strip_suffix('.').is_some_and(is_region)).then_some(path)
    })
}

/// Whether the text has the form of a region's name, `us-gov-west-1`. The documentation's list and the SDK's differ, and both grow.
fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words)) if words.len() >= 2 => {
            words.iter().all(is_word) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

fn invalid(name: &str, value: &Value) -> ApiError {
    ApiError::invalid_parameter(name, &value.as_str().map_or_else(|| shown(&value.to_string()), shown))
}

/// The client's own value, at most 200 characters of it.
fn shown(value: &str) -> String {
    value.chars().take(200).collect()
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
        fn any_json_is_a_request_or_a_short_error(values in prop::collection::vec(any_json(), 12)) {
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

    #[test]
    fn the_parser_defaults_are_neptunes() {
        let start = request(&json!({"parserConfiguration": {}})).unwrap();
        assert_eq!(start.parser, ParserConfiguration::default());
        assert!(start.user_provided_edge_ids);
        assert!(!start.update_single_cardinality_properties && !start.edge_only_load);
    }

    #[test]
    fn every_parameter_is_kept() {
        let start = request(&json!({
            "parserConfiguration": {"namedGraphUri": "urn:g", "baseUri": "urn:b", "allowEmptyStrings": "True", "other": 1},
            "updateSingleCardinalityProperties": "TRUE", "userProvidedEdgeIds": false, "edgeOnlyLoad": "true",
            "accessKey": "a", "secretKey": "b", "dependencies": ["x"], "mode": "RESUME", "parallelism": "LOW",
        }))
        .unwrap();
        let parser =
            ParserConfiguration { named_graph_uri: "urn:g".into(), base_uri: "urn:b".into(), allow_empty_strings: true };
        assert_eq!(start.parser, parser);
        assert!(start.update_single_cardinality_properties && !start.user_provided_edge_ids && start.edge_only_load);
        assert_eq!((start.mode, start.parallelism), (LoadMode::Resume, Parallelism::Low));
        assert_eq!(start.dependencies, ["x".into()]);
    }

    #[rstest]
    #[case::s3("s3://bucket/in/people.csv", true)]
    #[case::a_whole_bucket("s3://bucket", true)]
    #[case::global_host("https://s3.amazonaws.com/bucket/in/", true)]
    #[case::regional_host("https://s3.us-east-1.amazonaws.com/bucket/in/", true)]
    #[case::china("https://s3.cn-north-1.amazonaws.com.cn/bucket/in/", true)]
    #[case::no_bucket("s3:///in/", false)]
    #[case::no_bucket_on_a_host("https://s3.amazonaws.com/", false)]
    #[case::another_host("https://s3.us-east-1.example.com/bucket/", false)]
    #[case::another_name_on_the_host("https://s3.evil.amazonaws.com/bucket/", false)]
    #[case::plain_http("http://s3.amazonaws.com/bucket/", false)]
    #[case::a_path("/tmp/people.csv", false)]
    fn a_source_has_one_of_three_forms(#[case] source: &str, #[case] good: bool) {
        assert_eq!(request(&json!({"source": source})).is_ok(), good);
    }

    #[rstest]
    #[case::usual("us-east-1", true)]
    #[case::long("us-gov-west-1", true)]
    #[case::new("mx-central-1", true)]
    #[case::no_number("us-east", false)]
    #[case::capitals("US-EAST-1", false)]
    #[case::a_zone("us-east-1a", false)]
    fn a_region_has_the_form_of_one(#[case] region: &str, #[case] good: bool) {
        assert_eq!(request(&json!({"region": region})).is_ok(), good);
    }

    #[rstest]
    #[case::a_folder("s3://bucket/in/people/", "bucket", "in/people/")]
    #[case::as_it_is_written("s3://bucket//a%20b", "bucket", "/a%20b")]
    #[case::a_whole_bucket("s3://bucket", "bucket", "")]
    #[case::over_https("https://s3.us-east-1.amazonaws.com/bucket/in/", "bucket", "in/")]
    fn a_source_is_a_bucket_and_a_prefix(#[case] source: &str, #[case] bucket: &str, #[case] prefix: &str) {
        assert_eq!(request(&json!({"source": source})).unwrap().bucket_and_prefix(), (bucket, prefix));
    }

    #[test]
    fn tags_are_segments_of_the_source() {
        let start = request(&json!({"source": "s3://bucket/tag=bad/x/tag=slow/f.csv"})).unwrap();
        assert_eq!(start.tags().collect::<Vec<_>>(), ["bad", "slow"]);
    }

    #[test]
    fn folders_are_segments_of_the_key_and_the_bucket_is_none() {
        let start = request(&json!({"source": "s3://bucket/in/tag=bad/f.csv"})).unwrap();
        assert_eq!(start.folders().collect::<Vec<_>>(), ["in", "tag=bad", "f.csv"]);
    }

    #[test]
    fn the_flag_for_single_values_is_ignored_with_opencypher() {
        assert!(request(&json!({"format": "opencypher", "updateSingleCardinalityProperties": true})).is_ok());
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
    #[case::no_source(json!({"source": "people.csv"}), "Invalid value for parameter 'source': people.csv")]
    #[case::region(json!({"region": "Frankfurt"}), "Invalid value for parameter 'region': Frankfurt")]
    #[case::parser(json!({"parserConfiguration": "{}"}), "Invalid value for parameter 'parserConfiguration': {}")]
    #[case::parser_flag(json!({"parserConfiguration": {"allowEmptyStrings": 2}}), "Invalid value for parameter 'allowEmptyStrings': 2")]
    #[case::deprecated(json!({"secretKey": 7}), "Invalid value for parameter 'secretKey': <redacted>")]
    #[case::dependency(json!({"dependencies": [7]}), "Invalid value for parameter 'dependencies': 7")]
    fn a_bad_value_is_named_and_shown(#[case] extra: Value, #[case] message: &str) {
        assert_eq!(request(&extra).unwrap_err().message, message);
    }
}
