//! Cuts known secrets out of text that a server sent: credentials and signatures, in each spelling in which a server may quote them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use neptune_text::redact::REDACTED;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use crate::ENCODED;

/// Shorter texts are not cut: credentials are longer, and a short made-up one would cut innocent words out of every text.
const LEAST_BYTES: usize = 8;

/// As much of a secret is looked for before any of its spellings. No answer holds as much of it by chance.
const MARK_BYTES: usize = 16;

/// Texts that must not leave the process. They are cut out of the answers of servers.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Those of all requests. Clones share them.
    lasting: Arc<[Secret]>,
    /// Those of one request.
    own: Vec<Secret>,
}

/// One of them.
#[derive(Clone)]
struct Secret {
    text: String,
    /// Where in the text a part is that no spelling changes. Nearly all answers are without it, and then none is spelt.
    mark: Range<usize>,
}

impl Secret {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), mark: mark(text) }
    }

    fn mark(&self) -> &str {
        &self.text[self.mark.clone()]
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// Secrets as they are, with a slash as JSON may write it, and percent-encoded.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        Self { lasting: worthwhile(secrets).collect(), own: Vec::new() }
    }

    /// The same, and the signature of a request that was sent with these headers. A server answers a wrong signature with the text that it
    /// verified.
    #[must_use]
    pub fn with_signature(&self, headers: &HeaderMap) -> Self {
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let signature = authorization.rsplit("Signature=").next().unwrap_or_default();
        Self { lasting: Arc::clone(&self.lasting), own: worthwhile([authorization, signature]).collect() }
    }

    fn all(&self) -> impl Iterator<Item = &Secret> {
        self.lasting.iter().chain(&self.own)
    }

    /// A text without the secrets.
    pub fn cut_from<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.all().any(|secret| text.contains(secret.mark())) {
            return text.into();
        }
        let spellings = self.spellings();
        let found = spellings.iter().filter(|spelling| text.contains(spelling.as_str()));
        found.fold(text.into(), |text, spelling| text.replace(spelling, REDACTED).into())
    }

    fn spellings(&self) -> Vec<String> {
        let mut spellings: Vec<_> = self.all().flat_map(|secret| spellings(&secret.text)).collect();
        // One secret may contain another: a whole header has the signature in it.
        spellings.sort_by_key(|spelling| Reverse(spelling.len()));
        spellings.dedup();
        spellings
    }

    /// A body without the secrets; `None` if none of them is in it.
    pub fn cut_from_body(&self, body: &[u8]) -> Option<Vec<u8>> {
        // To read it as UTF-8 takes half of the time of reading it whatever it is.
        let text = str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
        match self.cut_from(&text) {
            Cow::Owned(text) => Some(text.into_bytes()),
            Cow::Borrowed(_) => None,
        }
    }

    /// Cuts the secrets out of all strings of a value. The escapes of JSON do not hide them.
    pub fn cut_from_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(cut) = self.cut_from(text) {
                    *text = cut;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.cut_from_json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.cut_from_json(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Those that are long enough to be cut.
fn worthwhile<'a>(secrets: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Secret> {
    secrets.into_iter().filter(|secret| secret.len() >= LEAST_BYTES).map(Secret::new)
}

/// Where the longest run of characters is that every spelling leaves as they are, of those that are long enough the beginning of the first;
/// empty if there is none, and any text has that.
fn mark(secret: &str) -> Range<usize> {
    let (mut longest, mut start) = (0..0, 0);
    for run in secret.as_bytes().split(|byte| !is_plain(*byte)) {
        if run.len() > longest.len() {
            longest = start..start + run.len().min(MARK_BYTES);
        }
        if longest.len() == MARK_BYTES {
            break;
        }
        start += run.len() + 1;
    }
    longest
}

/// Whether it is written as it is in each spelling.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn spellings(secret: &str) -> [String; 4] {
    let in_small_digits = |byte: u8| {
        if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }
    };
    [
        secret.to_owned(),
        secret.replace('/', r"\/"),
        utf8_percent_encode(secret, ENCODED).to_string(),
        secret.bytes().map(in_small_digits).collect(),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const TOKEN: &str = "session/token+of=role";

    #[rstest]
    #[case::plain("a session/token+of=role b", "a <redacted> b")]
    #[case::twice("session/token+of=role,session/token+of=role", "<redacted>,<redacted>")]
    #[case::slash_of_json(r#"{"a":"session\/token+of=role"}"#, r#"{"a":"<redacted>"}"#)]
    #[case::percent_encoded("?t=session%2Ftoken%2Bof%3Drole", "?t=<redacted>")]
    #[case::percent_encoded_in_small_digits("?t=session%2ftoken%2bof%3drole", "?t=<redacted>")]
    #[case::other_text("session token", "session token")]
    fn a_secret_is_cut_out_in_every_spelling(#[case] text: &str, #[case] shown: &str) {
        let secrets = Secrets::of([TOKEN]);
        assert_eq!(secrets.cut_from(text), shown);
        let cut = secrets.cut_from_body(text.as_bytes());
        assert_eq!(cut.as_deref(), (text != shown).then_some(shown.as_bytes()));
    }

    #[test]
    fn a_secret_without_a_letter_is_cut_out() {
        assert_eq!(Secrets::of(["//++//++"]).cut_from("a %2F%2F%2B%2B%2F%2F%2B%2B //++//++"), "a <redacted> <redacted>");
    }

    proptest! {
        #[test]
        fn no_spelling_is_without_the_mark(secret in ".{8,60}", around in ".{0,5}") {
            for spelling in spellings(&secret) {
                prop_assert!(spelling.contains(Secret::new(&secret).mark()));
                let cut = Secrets::of([secret.as_str()]).cut_from(&format!("{around}{spelling}")).into_owned();
                prop_assert!(cut.contains(REDACTED), "{cut}");
            }
        }
    }

    #[test]
    fn a_longer_secret_goes_before_its_part() {
        assert_eq!(Secrets::of(["signature", "Key=a, Sig=signature"]).cut_from("x Key=a, Sig=signature"), "x <redacted>");
    }

    #[test]
    fn escapes_of_json_hide_no_secret() {
        let mut value = serde_json::from_str(r#"{"a":["session\u002ftoken\u002bof\u003drole", 5]}"#).unwrap();
        Secrets::of([TOKEN]).cut_from_json(&mut value);
        assert_eq!(value, json!({"a": ["<redacted>", 5]}));
    }

    #[test]
    fn the_signature_of_a_request_is_cut_out_with_its_header_and_alone() {
        let mut headers = HeaderMap::new();
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20261129/us-east-1, Signature=11e4d2243b6b9905";
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        let secrets = Secrets::of([TOKEN]).with_signature(&headers);
        let said = format!("{TOKEN} `{header}` is not 11e4d2243b6b9905");
        assert_eq!(secrets.cut_from(&said), "<redacted> `<redacted>` is not <redacted>");
        assert_eq!(Secrets::default().with_signature(&HeaderMap::new()).cut_from("any text"), "any text");
        headers.insert(AUTHORIZATION, "Bearer a, Signature=short".parse().unwrap());
        assert_eq!(Secrets::default().with_signature(&headers).cut_from("Bearer a, Signature=short"), "<redacted>");
    }

    #[test]
    fn short_words_are_no_secrets() {
        assert_eq!(Secrets::of(["any", ""]).cut_from("any load"), "any load");
    }

    #[test]
    fn a_body_that_is_no_text_stays_as_it_is() {
        assert_eq!(Secrets::of([TOKEN]).cut_from_body(&[0xff, 0xfe]), None);
    }
}
