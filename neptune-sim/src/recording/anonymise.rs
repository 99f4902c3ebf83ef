//! Takes out of an exchange what nobody else may know: secrets for good, and names by placeholders.
//!
//! The same name gets the same placeholder within a recording, so that one still sees which requests belong together. What becomes
//! of a text depends on where it stands, as far as that is known, and otherwise on what it looks like. Regions, statuses, codes,
//! counters and times stay.

use std::collections::HashMap;
use std::sync::LazyLock;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::url::{S3_URL, split_s3};
use crate::redact::{self, REDACTED};

/// What RFC 3986 calls unreserved, and what reads better as it is within a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');
/// Names shorter than this are not looked for in free texts: they would be found in half of all words.
const SHORTEST_NAME: usize = 3;
/// Words of the loader's own are no longer.
const LONGEST_WORD: usize = 64;
/// How many values have placeholders of their own at most. Beyond that, they share the last one of their kind.
const PLACES: usize = 20_000;

/// The keys of bodies and queries whose values are words of the loader's.
const WORD_KEYS: [&str; 17] = [
    "status",
    "code",
    "errorcode",
    "format",
    "mode",
    "region",
    "s3bucketregion",
    "failonerror",
    "parallelism",
    "queuerequest",
    "updatesinglecardinalityproperties",
    "userprovidededgeids",
    "edgeonlyload",
    "details",
    "errors",
    "includequeuedloads",
    "role",
];

/// What a text has in it that must go, each kind under the name of its group.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"(?P<token>(?i:x-amz-security-token)[=:]\s*[^\s&]+)",
        r"(?P<key>\b(?:A3T[A-Z0-9]|AKIA|ASIA|AROA|AIDA|AGPA|AIPA|ANPA|ANVA)[A-Z0-9]{12,}\b)",
        r"(?P<arn>\barn:aws[a-z-]*:[^\s,'`\x22<>\])}\\]+)",
        &format!("(?P<s3>{S3_URL})"),
        r"(?P<url>\bhttps?://[^\s/'`\x22<>\\]+)",
        r"(?P<uuid>\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b)",
        r"(?P<host>\b[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.amazonaws\.com(?:\.cn)?\b)",
        // Versions of engines begin with one digit.
        r"(?P<ip>\b\d{2,3}(?:\.\d{1,3}){3}\b)",
        r"(?P<account>\b\d{12}\b)",
    ];
    Regex::new(&patterns.join("|")).expect("the patterns are well formed")
});

/// What Neptune quotes in an error of a load: a value of the customer's data.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"'([^']{3,})'").expect("the pattern is well formed"));

/// Replaces names, consistently.
#[derive(Debug, Default)]
pub(super) struct Anonymiser {
    /// What stands for what.
    places: HashMap<String, String>,
    /// How many of each kind there are.
    counts: HashMap<&'static str, usize>,
    /// Names to look for in free texts, with what stands for them.
    words: Vec<(String, String)>,
    /// Secrets to look for everywhere.
    secrets: Vec<String>,
}

impl Anonymiser {
    /// Never writes this host.
    pub(super) fn host(&mut self, host: &str) -> String {
        let is_here = host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "::1";
        if is_here { host.to_owned() } else { self.named("host", &host.to_ascii_lowercase()) }
    }

    /// Never writes this secret.
    pub(super) fn secret(&mut self, secret: &str) {
        if secret.len() >= SHORTEST_NAME && self.secrets.len() < PLACES && !self.secrets.iter().any(|known| known == secret) {
            self.secrets.push(secret.to_owned());
        }
    }

    /// What stands for a load.
    pub(super) fn load(&mut self, id: &str) -> String {
        self.named("load", id)
    }

    /// What stands for the id of a request.
    pub(super) fn request(&mut self, id: &str) -> String {
        self.place("request", id)
    }

    /// What stands for a client call.
    pub(super) fn call(&mut self, id: &str) -> String {
        self.place("call", id)
    }

    /// A path and query. Of paths that are not the loader's, little remains.
    pub(super) fn target(&mut self, target: &str) -> String {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let path = match path.strip_prefix("/loader/") {
            Some(id) if !id.trim_matches('/').is_empty() => {
                let id = percent_decode_str(id.trim_end_matches('/')).decode_utf8_lossy().into_owned();
                format!("/loader/{}", self.load(&id))
            }
            _ if is_the_loaders(path) => path.to_owned(),
            _ => plain_path(path),
        };
        match query {
            Some(query) if is_the_loaders(&path) => format!("{path}?{}", self.pairs(query)),
            Some(_) => format!("{path}?{REDACTED}"),
            None => path,
        }
    }

    /// URL-encoded pairs.
    fn pairs(&mut self, text: &str) -> String {
        let decoded: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let pair = |(key, value): (String, String)| {
            let shown = self.field(&key, &value);
            let key = self.key(&key);
            // A placeholder that is no word would otherwise be encoded.
            if shown == REDACTED {
                format!("{}={REDACTED}", encoded(&key))
            } else {
                format!("{}={}", encoded(&key), encoded(&shown))
            }
        };
        decoded.into_iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// A body that is no JSON: URL-encoded pairs, or a text.
    pub(super) fn body_text(&mut self, text: &str) -> String {
        let is_form = text.contains('=') && !text.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '"' | '<'));
        if is_form { self.pairs(text) } else { self.text(&redact::body(text)) }
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
            other => other,
        }
    }

    /// The key of a value: a word, unless somebody uses data as keys.
    fn key(&mut self, key: &str) -> String {
        let is_word = key.len() <= LONGEST_WORD && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if is_word && !NAMES.is_match(key) { key.to_owned() } else { self.text(key) }
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
            "errormessage" => self.message(text),
            // A key may have spaces in it.
            "source" | "fulluri" | "filename" if split_s3(text).is_some() => self.s3(text),
            word if WORD_KEYS.contains(&word) && is_word(text) => text.to_owned(),
            _ => self.text(text),
        }
    }

    /// Neptune's words about an error in the data: what it quotes is the customer's.
    fn message(&mut self, text: &str) -> String {
        let text = self.text(text);
        let value = |captures: &Captures<'_>| format!("'{}'", self.place("value", &captures[1]));
        QUOTED.replace_all(&text, value).into_owned()
    }

    /// A role, as an ARN or in any other way.
    fn role(&mut self, role: &str) -> String {
        if role.starts_with("arn:") { self.text(role) } else { self.named("role", role) }
    }

    /// A text of any kind.
    pub(super) fn text(&mut self, text: &str) -> String {
        let text = self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED));
        let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
        while let Some(found) = NAMES.find_at(&text, done) {
            shown += &self.known_words(&text[done..found.start()]);
            // Finding is quick, and taking apart is not.
            shown += &NAMES.captures_at(&text, found.start()).map_or_else(|| REDACTED.to_owned(), |parts| self.name(&parts));
            done = found.end();
        }
        shown + &self.known_words(&text[done..])
    }

    /// A text in which only names can stand that were seen elsewhere.
    fn known_words(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (word, place)| replace_word(text, word, place))
    }

    fn name(&mut self, captures: &Captures<'_>) -> String {
        let group = |name| captures.name(name).map(|found| found.as_str());
        if let Some(arn) = group("arn") {
            self.arn(arn)
        } else if let Some(url) = group("s3") {
            self.s3(url)
        } else if let Some(url) = group("url") {
            let (scheme, authority) = url.split_once("://").unwrap_or(("", url));
            // Names and passwords may stand before the host.
            let (_, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
            let (host, port) = split_port(authority);
            format!("{scheme}://{}{port}", self.host(host))
        } else if let Some(id) = group("uuid") {
            self.place("id", id)
        } else if let Some(host) = group("host").or_else(|| group("ip")) {
            self.host(host)
        } else if let Some(account) = group("account") {
            self.account(account)
        } else {
            REDACTED.to_owned()
        }
    }

    /// `arn:aws:iam::000000000001:role/role-1`
    fn arn(&mut self, arn: &str) -> String {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, service, region, account, resource] = parts[..] else { return self.named("arn", arn) };
        let account = if account.is_empty() { String::new() } else { self.account(account) };
        let (kind, name) = resource.split_once(['/', ':']).unwrap_or(("", resource));
        let resource = match kind {
            "role" => format!("role/{}", self.named("role", name)),
            kind if is_word(kind) && !kind.is_empty() => format!("{kind}/{}", self.named("name", name)),
            _ => self.named("name", resource),
        };
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// Bucket and key, each part of its own: files of one folder stay files of one folder.
    fn s3(&mut self, url: &str) -> String {
        let Some((before, bucket, after_bucket, key)) = split_s3(url) else { return REDACTED.to_owned() };
        let key: Vec<String> = key.split('/').map(|part| self.key_part(part)).collect();
        format!("{before}{}{after_bucket}{}", self.named("bucket", bucket), key.join("/"))
    }

    /// A part of a key keeps what says which kind of file it is.
    fn key_part(&mut self, part: &str) -> String {
        if part.is_empty() {
            return String::new();
        }
        let is_ending = |ending: &str| (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_lowercase());
        let ending = part.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| is_ending(ending));
        let place = self.place("key", part);
        ending.map_or_else(|| place.clone(), |ending| format!("{place}.{ending}"))
    }

    fn account(&mut self, account: &str) -> String {
        let place = self.named("account", account);
        let number: usize = place.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        // It still looks like one.
        format!("{number:012}")
    }

    /// The placeholder of a name that may also stand in the middle of a text.
    fn named(&mut self, kind: &'static str, name: &str) -> String {
        let is_new = !self.places.contains_key(name);
        let place = self.place(kind, name);
        if is_new && name.len() >= SHORTEST_NAME && kind != "account" {
            self.words.push((name.to_owned(), place.clone()));
        }
        place
    }

    /// The placeholder of a value.
    fn place(&mut self, kind: &'static str, value: &str) -> String {
        if let Some(place) = self.places.get(value) {
            return place.clone();
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

/// What is shown of any other path: the words at its beginning.
fn plain_path(path: &str) -> String {
    let is_plain = |part: &&str| part.len() <= LONGEST_WORD && part.chars().all(|c| c.is_ascii_lowercase());
    let shown: Vec<&str> = path.split('/').take_while(is_plain).collect();
    let rest = path.split('/').count() > shown.len();
    let shown = shown.join("/");
    if rest { format!("{shown}/{REDACTED}") } else { shown }
}

fn is_word(text: &str) -> bool {
    text.len() <= LONGEST_WORD && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
}

/// `host` and `:port`
fn split_port(authority: &str) -> (&str, &str) {
    let is_port = |port: &str| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => authority.split_at(host.len()),
        _ => (authority, ""),
    }
}

/// Replaces a word wherever it stands for itself and is no part of a longer one.
fn replace_word(text: String, word: &str, place: &str) -> String {
    if !text.contains(word) {
        return text;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
    for (at, _) in text.match_indices(word) {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        if at >= done && !before.ends_with(is_part) && !after.starts_with(is_part) {
            shown.push_str(&text[done..at]);
            shown.push_str(place);
            done = at + word.len();
        }
    }
    shown.push_str(&text[done..]);
    shown
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
    #[case::a_query_language("/gremlin?gremlin=g.V('patient-7')", "/gremlin?<redacted>")]
    #[case::somewhere("/patients/Smith", "/patients/<redacted>")]
    #[case::the_root("/", "/")]
    fn targets_keep_their_shape_and_lose_their_names(#[case] target: &str, #[case] shown: &str) {
        assert_eq!(Anonymiser::default().target(target), shown);
    }

    #[test]
    fn the_same_name_has_one_placeholder_wherever_it_stands() {
        let mut anonymiser = Anonymiser::default();
        let start = json!({
            "source": "s3://mine/in/a b.csv", "format": "csv", "iamRoleArn": "arn:aws:iam::210987654321:role/team/Mine", "region": "us-east-1",
            "dependencies": ["x-load"], "accessKey": "AKIAABCDEFGHIJKLMNOP", "secretKey": 7,
        });
        assert_eq!(
            anonymiser.json(start),
            json!({
                "source": "s3://bucket-1/key-1/key-2.csv", "format": "csv", "iamRoleArn": "arn:aws:iam::000000000001:role/role-1",
                "region": "us-east-1", "dependencies": ["load-1"], "accessKey": "<redacted>", "secretKey": "<redacted>",
            })
        );
        let error = json!({
            "requestId": "a8c8e4f2-6b1d-4f3a-9b1e-2f5c7d9e0a11", "code": "BadRequestException",
            "message": "S3 bucket mine of 210987654321 not found for s3://mine/in/: ask team/Mine about x-load, mined",
        });
        assert_eq!(
            anonymiser.json(error),
            json!({
                "requestId": "request-1", "code": "BadRequestException",
                "message": "S3 bucket bucket-1 of 000000000001 not found for s3://bucket-1/key-1/: ask role-1 about load-1, mined",
            })
        );
    }

    #[rstest]
    #[case::a_cluster(
        "ask https://db.cluster-abc.us-east-1.neptune.amazonaws.com:8182/status",
        "ask https://host-1:8182/status"
    )]
    #[case::a_bare_host("db.cluster-abc.us-east-1.neptune.amazonaws.com is away", "host-1 is away")]
    #[case::an_address("10.1.2.3 is away", "host-1 is away")]
    #[case::this_machine("http://127.0.0.1:8182/", "http://127.0.0.1:8182/")]
    #[case::a_password("http://me:hunter2@10.1.2.3/", "http://host-1/")]
    #[case::an_engine("engine 1.3.0.0.R1", "engine 1.3.0.0.R1")]
    #[case::an_access_key("AKIAABCDEFGHIJKLMNOP", "<redacted>")]
    #[case::a_quoted_token("host:x\nx-amz-security-token:IQoJb3/+=\n\nhost", "host:x\n<redacted>\n\nhost")]
    #[case::any_id("see 0a237328-afd5-4574-a0bc-c29ce5f54802", "see id-1")]
    #[case::a_count("1767225600 records", "1767225600 records")]
    fn texts_lose_what_looks_like_a_name(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(Anonymiser::default().text(text), shown);
    }

    #[test]
    fn what_a_load_error_quotes_is_the_customers() {
        let log = json!({"errorMessage": "Either from vertex, 'patient-7', or to vertex, 'patient-8', is not present.", "recordNum": 3});
        let shown =
            json!({"errorMessage": "Either from vertex, 'value-1', or to vertex, 'value-2', is not present.", "recordNum": 3});
        assert_eq!(Anonymiser::default().json(log), shown);
    }

    #[test]
    fn names_like_our_own_words_do_no_harm() {
        let mut anonymiser = Anonymiser::default();
        anonymiser.text("s3://bucket/key/ arn:aws:iam::210987654321:role/role");
        let shown = anonymiser.text("s3://bucket/key/ arn:aws:iam::210987654321:role/role");
        assert_eq!(shown, "s3://bucket-1/key-1/ arn:aws:iam::000000000001:role/role-1");
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let mut anonymiser = Anonymiser::default();
        anonymiser.secret("IQoJ");
        assert_eq!(anonymiser.json(json!({"detail": "xIQoJy"})), json!({"detail": "x<redacted>y"}));
    }

    #[test]
    fn very_many_names_take_bounded_space() {
        let mut anonymiser = Anonymiser::default();
        for number in 0..3 * PLACES {
            anonymiser.request(&number.to_string());
        }
        assert!(anonymiser.places.len() <= PLACES);
        assert_eq!(anonymiser.request("one more"), format!("request-{PLACES}"));
    }
}
