//! Replaces the names in an exchange. It keeps the words of Neptune and AWS, and replaces everything else.
//!
//! Keys, statuses, codes, counts and regions stay ([`vocabulary`](super::vocabulary)), and so do whole texts that are known
//! ([`known_texts`](super::known_texts)): of these only the values are replaced. Any other text becomes `text-1`. The same value gets
//! the same placeholder within a recording, wherever it occurs, so that a reader still sees which requests are related. Known by their
//! form alone are codes that end in `Exception`, statuses that begin with `LOAD_`, regions, versions, dates of the engine, and numbers
//! of at most six digits.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::known_texts::with_values;
use super::url::{S3Url, split_port};
use super::vocabulary::{is_key, is_number_key, is_value};
use neptune_scenario::is_this_machine;
use neptune_text::redact::{self, REDACTED};

/// What RFC 3986 calls unreserved, and what reads better as it is within a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');
/// How many values have placeholders of their own at most. Beyond that, they share the last one of their kind.
const PLACES: usize = 20_000;
/// Longer texts and values have no placeholder of their own, so that what is remembered stays small.
const LONGEST: usize = 4096;
/// Larger numbers may identify a person or an account.
const LARGEST_NUMBER: f64 = 999_999.0;
/// The extensions of files that a load reads.
const ENDINGS: [&str; 9] = ["csv", "gz", "bz2", "nt", "nq", "rdf", "ttl", "xml", "txt"];
/// The names of AWS's partitions.
const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];
/// The services whose ARNs errors of the loader name.
const SERVICES: [&str; 6] = ["iam", "sts", "s3", "rds", "neptune-db", "kms"];
/// The types of their resources.
const RESOURCES: [&str; 7] = ["role", "user", "assumed-role", "cluster", "db", "key", "federated-user"];

/// Replaces names, consistently.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    /// The placeholder of each value.
    places: HashMap<String, String>,
    /// How many of each kind there are.
    counts: HashMap<&'static str, usize>,
}

impl Redactor {
    /// The placeholder of a host; the host itself, if it is this machine.
    pub(super) fn host(&mut self, host: &str) -> String {
        let bare = host.trim_matches(['[', ']']);
        if is_this_machine(bare) { host.to_owned() } else { self.place("host", &bare.to_ascii_lowercase()) }
    }

    /// Remembers a secret, which is never shown.
    pub(super) fn secret(&mut self, secret: &str) {
        if self.places.len() < PLACES && !is_value(secret) {
            self.places.insert(secret.to_owned(), REDACTED.to_owned());
        }
    }

    /// The placeholder of a load id.
    pub(super) fn load(&mut self, id: &str) -> String {
        self.place("load", id)
    }

    /// The placeholder of a request id.
    pub(super) fn request(&mut self, id: &str) -> String {
        self.place("request", id)
    }

    /// The placeholder of the id of a client call.
    pub(super) fn call(&mut self, id: &str) -> String {
        self.place("call", id)
    }

    /// The placeholder of a name that a user chose.
    pub(super) fn name(&mut self, name: &str) -> String {
        self.place("name", name)
    }

    /// A path and query. Of paths that are not the loader's, nothing remains.
    pub(super) fn target(&mut self, target: &str) -> String {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let shown = match path.strip_prefix("/loader/") {
            Some(id) if !id.trim_matches('/').is_empty() => {
                let id = percent_decode_str(id.trim_end_matches('/')).decode_utf8_lossy().into_owned();
                format!("/loader/{}", self.load(&id))
            }
            _ if is_the_loaders(path) => path.to_owned(),
            _ => return if path == "/" && query.is_none() { path.to_owned() } else { format!("/{REDACTED}") },
        };
        query.map_or_else(|| shown.clone(), |query| format!("{shown}?{}", self.pairs(query)))
    }

    /// URL-encoded pairs.
    fn pairs(&mut self, text: &str) -> String {
        let decoded: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let pair = |(key, value): (String, String)| {
            let (shown, key) = (self.field(&key, &value), self.key(&key));
            // A placeholder that is no word would otherwise be encoded.
            if shown == REDACTED {
                format!("{}={REDACTED}", encoded(&key))
            } else {
                format!("{}={}", encoded(&key), encoded(&shown))
            }
        };
        decoded.into_iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// A body that is not JSON: URL-encoded pairs. `None` for any other text, which may hold anything.
    pub(super) fn body_text(&mut self, text: &str) -> Option<String> {
        let is_form = text.contains('=') && !text.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '"' | '<'));
        is_form.then(|| self.pairs(text))
    }

    /// A body that is JSON.
    pub(super) fn json(&mut self, value: Value) -> Value {
        self.value("", value)
    }

    fn value(&mut self, key: &str, value: Value) -> Value {
        match value {
            Value::String(text) => self.field(key, &text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.value(key, item)).collect(),
            Value::Object(_) | Value::Number(_) | Value::Bool(_) if redact::is_secret_parameter(key) => REDACTED.into(),
            Value::Object(fields) => {
                let field = |(key, value): (String, Value)| (self.key(&key), self.value(&key, value));
                Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>())
            }
            Value::Number(number) => {
                let is_small = number.as_f64().is_some_and(|number| number.abs() <= LARGEST_NUMBER);
                let is_kept = is_number_key(key) || (is_key(key) && is_small);
                if is_kept { number.into() } else { REDACTED.into() }
            }
            other => other,
        }
    }

    /// The key of a value: one of Neptune's, or a placeholder.
    fn key(&mut self, key: &str) -> String {
        if is_key(key) { key.to_owned() } else { self.place("field", key) }
    }

    /// A text under a key of a body or a query.
    fn field(&mut self, key: &str, text: &str) -> String {
        let lower = key.to_ascii_lowercase();
        match lower.as_str() {
            _ if redact::is_secret_parameter(key) => REDACTED.to_owned(),
            _ if text.is_empty() => String::new(),
            "loadid" | "loadids" | "dependencies" => text.split(',').map(|id| self.load(id)).collect::<Vec<_>>().join(","),
            "requestid" => self.request(text),
            "iamrolearn" => text.split(',').map(|role| self.role(role)).collect::<Vec<_>>().join(","),
            "message" | "detailedmessage" | "errormessage" | "text" => self.text(text),
            "location" => self.location(text),
            "content-type" => media_type(text),
            "source" | "fulluri" | "filename" => self.file(text),
            _ if !is_key(key) => self.place("value", text),
            _ if is_value(text) => text.to_owned(),
            _ => self.foreign(text),
        }
    }

    /// A role, as an ARN or in any other way.
    fn role(&mut self, role: &str) -> String {
        if role.starts_with("arn:") { self.arn(role) } else { self.place("role", role) }
    }

    /// A text that a server wrote for people: a known one with its values replaced, or a placeholder for the whole text.
    pub(super) fn text(&mut self, text: &str) -> String {
        with_values(text, |values| self.values(values)).unwrap_or_else(|| self.place("text", text))
    }

    /// The values in a text, which commas may separate.
    fn values(&mut self, values: &str) -> String {
        values.split(", ").map(|value| self.word(value)).collect::<Vec<_>>().join(", ")
    }

    /// One word of a protocol, such as a code or a number: itself, if it is known, or a placeholder.
    pub(super) fn word(&mut self, word: &str) -> String {
        if is_key(word) || is_value(word) { word.to_owned() } else { self.foreign(word) }
    }

    /// A value of the customer's: an ARN or a URL keeps its shape.
    fn foreign(&mut self, text: &str) -> String {
        if text.starts_with("arn:") {
            self.arn(text)
        } else if text.contains("://") {
            self.url(text)
        } else {
            self.place("value", text)
        }
    }

    /// The target of a redirect, a URL or a path, with its names replaced.
    pub(super) fn location(&mut self, text: &str) -> String {
        if text.contains("://") { self.url(text) } else { self.path(text) }
    }

    /// Scheme and host; of the rest only what is the loader's.
    fn url(&mut self, url: &str) -> String {
        if let Some(S3Url { before, bucket, between, key }) = S3Url::of(url) {
            let key = self.object_key(key);
            return format!("{before}{}{between}{key}", self.place("bucket", bucket));
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        if !matches!(scheme, "http" | "https") {
            return self.place("value", url);
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        // A URL may have a name and a password before the host.
        let (_, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = split_port(authority);
        format!("{scheme}://{}{port}{}", self.host(host), self.path(path))
    }

    /// The path of a URL, without its query.
    fn path(&mut self, path: &str) -> String {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() { String::new() } else { self.target(path) }
    }

    /// A file, by its URL or, as errors have it, by its name alone.
    fn file(&mut self, text: &str) -> String {
        if text.contains("://") { self.url(text) } else { self.object_key(text) }
    }

    /// `arn:aws:iam::000000000001:role/role-1`
    fn arn(&mut self, arn: &str) -> String {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, service, region, account, resource] = parts[..] else { return self.place("arn", arn) };
        let is_known =
            PARTITIONS.contains(&partition) && SERVICES.contains(&service) && (region.is_empty() || is_value(region));
        if !is_known {
            return self.place("arn", arn);
        }
        let account = if account.is_empty() { String::new() } else { self.account(account) };
        let resource = match resource.split_once(['/', ':']) {
            Some(("role", name)) => format!("role/{}", self.place("role", name)),
            Some((kind, name)) if RESOURCES.contains(&kind) => format!("{kind}/{}", self.place("name", name)),
            Some((bucket, _)) if service == "s3" => format!("{}/*", self.place("bucket", bucket)),
            None if service == "s3" => self.place("bucket", resource),
            _ => self.place("name", resource),
        };
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// The key of an object in S3.
    fn object_key(&mut self, key: &str) -> String {
        key.split('/').map(|part| self.key_part(part)).collect::<Vec<_>>().join("/")
    }

    /// A part of a key keeps what says which kind of file it is.
    fn key_part(&mut self, part: &str) -> String {
        if part.is_empty() {
            return String::new();
        }
        let ending = part.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ENDINGS.contains(ending));
        let place = self.place("key", part);
        ending.map_or_else(|| place.clone(), |ending| format!("{place}.{ending}"))
    }

    fn account(&mut self, account: &str) -> String {
        let place = self.place("account", account);
        let number: usize = place.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        // It still looks like one.
        format!("{number:012}")
    }

    /// The placeholder of a value.
    fn place(&mut self, kind: &'static str, value: &str) -> String {
        if let Some(place) = self.places.get(value) {
            return place.clone();
        }
        if value.len() > LONGEST {
            return REDACTED.to_owned();
        }
        let count = self.counts.entry(kind).or_default();
        if *count < PLACES {
            *count += 1;
        }
        let place = format!("{kind}-{count}");
        if *count < PLACES {
            self.places.insert(value.to_owned(), place.clone());
        }
        place
    }
}

/// Whether a path is one of those that this project is about.
pub(super) fn is_the_loaders(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == "/status" || path == "/loader" || path.starts_with("/loader/")
}

/// What a body is, without the parameters, which may be anything.
pub(super) fn media_type(text: &str) -> String {
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = [
        "application/json",
        "application/x-www-form-urlencoded",
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.1",
        "application/octet-stream",
        "application/xml",
        "text/html",
        "text/plain",
        "text/xml",
    ];
    if known.contains(&kind.as_str()) { kind } else { REDACTED.to_owned() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::a_load("/loader/0a237328-afd5-4574-a0bc-c29ce5f54802?details=TRUE", "/loader/load-1?details=TRUE")]
    #[case::an_encoded_load("/loader/a%2Fb", "/loader/load-1")]
    #[case::as_graph_notebook("/loader?loadId=abc&errors=True", "/loader?loadId=load-1&errors=True")]
    #[case::the_list("/loader/?limit=3", "/loader/?limit=3")]
    #[case::a_start(
        "/loader?source=s3%3A%2F%2Fmine%2Fin%2Fpeople.csv&iamRoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2FMine",
        "/loader?source=s3://bucket-1/key-1/key-2.csv&iamRoleArn=arn:aws:iam::000000000001:role/role-1"
    )]
    #[case::a_presigned_one(
        "/loader?X-Amz-Signature=5d67&X-Amz-Credential=AKID%2F2026",
        "/loader?X-Amz-Signature=<redacted>&X-Amz-Credential=<redacted>"
    )]
    #[case::the_status("/status", "/status")]
    #[case::a_query_language("/gremlin?gremlin=g.V('patient-7')", "/<redacted>")]
    #[case::unknown_parameters("/loader?acme=jane&limit=jane", "/loader?field-1=value-1&limit=value-1")]
    #[case::somewhere("/patients/Smith", "/<redacted>")]
    #[case::the_root("/", "/")]
    fn targets_keep_their_shape_and_lose_their_names(#[case] target: &str, #[case] shown: &str) {
        assert_eq!(Redactor::default().target(target), shown);
    }

    #[test]
    fn the_same_name_has_one_placeholder_wherever_it_stands() {
        let mut redactor = Redactor::default();
        let start = json!({
            "source": "s3://mine/in/a b.csv", "format": "csv", "iamRoleArn": "arn:aws:iam::210987654321:role/team/Mine", "region": "us-east-1",
            "dependencies": ["x-load"], "accessKey": "AKIAABCDEFGHIJKLMNOP", "secretKey": 7,
        });
        assert_eq!(
            redactor.json(start),
            json!({
                "source": "s3://bucket-1/key-1/key-2.csv", "format": "csv", "iamRoleArn": "arn:aws:iam::000000000001:role/role-1",
                "region": "us-east-1", "dependencies": ["load-1"], "accessKey": "<redacted>", "secretKey": "<redacted>",
            })
        );
        let error = json!({
            "requestId": "a8c8e4f2-6b1d-4f3a-9b1e-2f5c7d9e0a11", "code": "BadRequestException",
            "message": "The source s3://mine/in/ does not exist/not reachable",
        });
        assert_eq!(
            redactor.json(error),
            json!({
                "requestId": "request-1", "code": "BadRequestException",
                "message": "The source s3://bucket-1/key-1/ does not exist/not reachable",
            })
        );
    }

    #[rstest]
    #[case::a_cluster("https://db.cluster-abc.us-east-1.neptune.amazonaws.com:8182/status", "https://host-1:8182/status")]
    #[case::an_address("10.1.2.3", "value-1")]
    #[case::a_private_host("http://ip-10-1-2-3.ec2.internal:80", "http://host-1:80")]
    #[case::of_ipv6("http://[fd00::1:2]:80/", "http://host-1:80/")]
    #[case::a_look_alike("http://127.jane.example/", "http://host-1/")]
    #[case::a_page("https://login.acme.internal/jane?token=SEKRIT#jane", "https://host-1/<redacted>")]
    #[case::a_key_of_aws("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "value-1")]
    #[case::an_address_of_mail("jane.doe@example.com", "value-1")]
    #[case::a_file("people/jane.csv", "value-1")]
    #[case::a_cluster_of_an_arn(
        "arn:aws:neptune-db:us-east-1:210987654321:cluster-ABCDEFGHIJ/*",
        "arn:aws:neptune-db:us-east-1:000000000001:name-1"
    )]
    #[case::an_unknown_arn("arn:acme:jane:us-east-1:210987654321:x", "arn-1")]
    #[case::another_s3("https://s3.acme.corp/jane/x", "https://host-1/<redacted>")]
    #[case::a_large_number("4915112345678", "value-1")]
    #[case::this_machine("http://127.0.0.1:8182/", "http://127.0.0.1:8182/")]
    #[case::a_password("http://me:hunter2@10.1.2.3/", "http://host-1/")]
    #[case::an_engine("1.3.0.0.R1", "1.3.0.0.R1")]
    #[case::an_access_key("AKIAABCDEFGHIJKLMNOP", "value-1")]
    #[case::a_parameter("mode", "mode")]
    #[case::a_code("ThrottlingException", "ThrottlingException")]
    #[case::a_count("64", "64")]
    fn values_keep_their_shape_and_lose_their_names(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(Redactor::default().word(text), shown);
    }

    #[rstest]
    #[case::known("Missing Authentication Token", "Missing Authentication Token")]
    #[case::with_values("Missing required parameters: [source, acme]", "Missing required parameters: [source, value-1]")]
    #[case::unknown("Neptune could not do that for Jane", "text-1")]
    #[case::a_quoted_token("host:x\nx-amz-security-token:IQoJb3/+=\n\nhost", "text-1")]
    fn a_text_that_is_not_known_goes_as_a_whole(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(Redactor::default().text(text), shown);
    }

    #[test]
    fn a_very_long_text_is_not_remembered() {
        let mut redactor = Redactor::default();
        assert_eq!(redactor.text(&"x".repeat(LONGEST + 1)), REDACTED);
        assert!(redactor.places.is_empty());
    }

    #[test]
    fn what_a_load_error_quotes_is_the_customers() {
        let log = json!({"errorMessage": "Either from vertex, 'patient-7', or to vertex, 'patient-8', is not present.", "recordNum": 3});
        let shown =
            json!({"errorMessage": "Either from vertex, 'value-1', or to vertex, 'value-2', is not present.", "recordNum": 3});
        assert_eq!(Redactor::default().json(log), shown);
    }

    #[test]
    fn names_like_our_own_words_do_no_harm() {
        let mut redactor = Redactor::default();
        redactor.word("s3://bucket/key/");
        assert_eq!(redactor.word("arn:aws:iam::210987654321:role/role"), "arn:aws:iam::000000000001:role/role-1");
        assert_eq!(redactor.word("bucket"), "bucket-1");
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let mut redactor = Redactor::default();
        redactor.secret("IQoJ");
        assert_eq!(
            redactor.text("The load with id = IQoJ does not exist or not active"),
            "The load with id = <redacted> does not exist or not active"
        );
        assert_eq!(redactor.text("it is IQoJ: xIQoJy"), "text-1");
    }

    #[test]
    fn an_id_has_its_placeholder_whichever_place_it_is_seen_in_first() {
        for is_first in [true, false] {
            let mut redactor = Redactor::default();
            let text = json!({"detailedMessage": "The load with id = jane.doe@example.com does not exist or not active"});
            let target = is_first.then(|| redactor.target("/loader/jane.doe@example.com"));
            let shown = redactor.json(text);
            let target = target.unwrap_or_else(|| redactor.target("/loader/jane.doe%40example.com"));
            let place = target.rsplit('/').next().unwrap();
            assert_eq!(shown["detailedMessage"], format!("The load with id = {place} does not exist or not active"));
        }
    }

    #[test]
    fn what_is_not_the_loaders_goes_with_its_keys() {
        let body = json!({"tags": "owner=jane", "jane": {"age": 7}, "mode": "jane", "region": 4_915_112_345_678_u64, "status": ["jane"],
            "recordNum": 4_915_112_345_678_u64, "failOnError": "FALSE", "parserConfiguration": {"baseUri": "http://acme.corp/x"}});
        let shown = Redactor::default().json(body).to_string();
        assert!(!shown.contains("jane") && !shown.contains("owner") && !shown.contains("acme"), "{shown}");
        let kept = [
            r#""failOnError":"FALSE""#,
            r#""recordNum":4915112345678"#,
            r#""region":"<redacted>""#,
            r#""baseUri":"http://host-1/<redacted>""#,
        ];
        assert!(kept.iter().all(|kept| shown.contains(kept)), "{shown}");
    }

    #[test]
    fn very_many_names_take_bounded_space() {
        let mut redactor = Redactor::default();
        for number in 0..3 * PLACES {
            redactor.request(&number.to_string());
        }
        assert!(redactor.places.len() <= PLACES);
        assert_eq!(redactor.request("one more"), format!("request-{PLACES}"));
    }
}
