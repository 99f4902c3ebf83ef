//! Takes secrets out of requests before they are stored or shown.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What stands where a secret was.
pub const REDACTED: &str = "<redacted>";

/// A header is secret if its name has one of these in it.
const SECRET_HEADERS: [&str; 6] = ["cookie", "token", "secret", "password", "api-key", "authorization"];

/// Query and body parameters that are secret: those of presigned URLs, and the loader's deprecated keys.
const SECRET_PARAMETERS: [&str; 5] = ["x-amz-signature", "x-amz-credential", "x-amz-security-token", "accesskey", "secretkey"];

/// A header's value without secrets. Of an AWS signature the algorithm, the scope and the signed headers remain: they are what one
/// needs to see why a request was signed wrongly.
pub fn header<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if name.eq_ignore_ascii_case("authorization") {
        signature(value).map_or(REDACTED.into(), Cow::Owned)
    } else if is_secret_header(name.as_bytes()) {
        REDACTED.into()
    } else {
        value.into()
    }
}

/// Whether a header of this name is secret. It runs for every header of every request, so it looks for the first letters first.
fn is_secret_header(name: &[u8]) -> bool {
    let begins_with =
        |rest: &[u8], secret: &str| rest.get(..secret.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(secret.as_bytes()));
    let is_first_letter = |letter: &u8| matches!(letter | 0x20, b'c' | b't' | b's' | b'p' | b'a');
    let mut places = name.iter().enumerate().filter(|(_, letter)| is_first_letter(letter));
    places.any(|(at, _)| SECRET_HEADERS.iter().any(|secret| begins_with(&name[at..], secret)))
}

/// `AWS4-HMAC-SHA256 Credential=<redacted>/<scope>, SignedHeaders=..., Signature=<redacted>`
fn signature(value: &str) -> Option<String> {
    let (algorithm, fields) = value.split_once(' ').filter(|(algorithm, _)| algorithm.starts_with("AWS4-"))?;
    let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
    let (_, scope) = field("Credential")?.split_once('/')?;
    let signed_headers = field("SignedHeaders")?;
    Some(format!("{algorithm} Credential={REDACTED}/{scope}, SignedHeaders={signed_headers}, Signature={REDACTED}"))
}

/// A path and query without secrets.
pub fn target(target: &str) -> Cow<'_, str> {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", pairs(query)).into(),
        None => target.into(),
    }
}

/// URL-encoded pairs without secrets, otherwise to the letter.
fn pairs(text: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if is_secret_parameter(key) => format!("{key}={REDACTED}"),
        _ => pair.to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// Whether a parameter of this name, URL-encoded or not, is secret.
pub fn is_secret_parameter(encoded_key: &str) -> bool {
    let key = percent_decode_str(encoded_key).decode_utf8_lossy().to_ascii_lowercase();
    SECRET_PARAMETERS.contains(&key.as_str())
}

/// A body without secrets. One that cannot be taken apart but names a secret, or may name one in escapes, is not shown at all.
pub fn body(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match serde_json::from_str::<Value>(text) {
        Ok(mut value) => {
            if redact_fields(&mut value) {
                value.to_string()
            } else {
                text.to_owned()
            }
        }
        Err(_) if lower.contains('=') && !lower.contains(['{', '"']) => pairs(text),
        Err(_) if lower.contains(r"\u") || SECRET_PARAMETERS.iter().any(|secret| lower.contains(secret)) => REDACTED.to_owned(),
        Err(_) => text.to_owned(),
    }
}

/// The body of an answer without secrets. An answer has no reason to name one, so one that does is not shown at all: a server may quote the
/// headers of a request in it.
pub fn answer(text: &str) -> Cow<'_, str> {
    let names_secret = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("authorization") || SECRET_PARAMETERS.iter().any(|secret| lower.contains(secret))
    };
    let hides_in_escapes =
        || text.contains(r"\u") && serde_json::from_str::<Value>(text).map_or(true, |value| names_secret(&value.to_string()));
    if names_secret(text) || hides_in_escapes() { REDACTED.into() } else { text.into() }
}

/// Redacts secret fields at any depth, and returns whether there were any.
fn redact_fields(value: &mut Value) -> bool {
    let mut found = false;
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                if is_secret_parameter(key) {
                    *field = REDACTED.into();
                    found = true;
                } else {
                    found |= redact_fields(field);
                }
            }
        }
        // Keys and values one after the other.
        Value::Array(items) if items.iter().filter_map(Value::as_str).any(is_secret_parameter) => {
            *items = vec![REDACTED.into()];
            found = true;
        }
        Value::Array(items) => {
            for item in items {
                found |= redact_fields(item);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

/// The text of a scenario with stars in place of the secrets of access keys, so that every other character stays where it is.
pub fn scenario(text: &str) -> String {
    let mut shown = text.as_bytes().to_vec();
    for key in ["secret", "session_token"] {
        for (place, _) in text.match_indices(key) {
            let value = yaml_value(text, place + key.len());
            // A star is a whole character wherever it stands, so the text stays UTF-8.
            shown[value].fill(b'*');
        }
    }
    String::from_utf8(shown).unwrap_or_else(|_| REDACTED.to_owned())
}

/// Where the value stands of a key that ends here, on the same line; nothing if it is no key.
fn yaml_value(text: &str, key_end: usize) -> Range<usize> {
    let rest = text[key_end..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
    let Some(value) = rest.strip_prefix(':') else { return key_end..key_end };
    let value = value.trim_start_matches(' ');
    let (value, ends): (&str, &[char]) = match value.chars().next() {
        Some('"') => (&value[1..], &['"', '\n']),
        Some('\'') => (&value[1..], &['\'', '\n']),
        _ => (value, &[',', '}', '\n', '\r']),
    };
    let begin = text.len() - value.len();
    begin..begin + value.find(ends).unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain(r#"{"status": "200 OK"}"#, true)]
    #[case::escapes_of_letters(r#"{"source": "s3://b/\u00e4"}"#, true)]
    #[case::quoted_headers(r#"{"message": "the canonical string is 'x-amz-security-token:abc'"}"#, false)]
    #[case::in_escapes(r#"{"message": "x-amz-security-\u0074oken:abc"}"#, false)]
    #[case::cut_off_behind_an_escape(r#"{"message": "\u0074"#, false)]
    #[case::a_page("<html>Authorization: abc</html>", false)]
    fn an_answer_that_names_a_secret_is_not_shown(#[case] text: &str, #[case] is_shown: bool) {
        assert_eq!(answer(text), if is_shown { text } else { REDACTED });
    }

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/neptune-db/aws4_request, \
                          SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6";

    #[rstest]
    #[case::signature(
        "Authorization",
        SIGNED,
        "AWS4-HMAC-SHA256 Credential=<redacted>/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host;x-amz-date, Signature=<redacted>"
    )]
    #[case::other_scheme("authorization", "Bearer hunter2", "<redacted>")]
    #[case::half_a_signature("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE", "<redacted>")]
    #[case::session("X-Amz-Security-Token", "IQoJ", "<redacted>")]
    #[case::cookie("cookie", "a=b", "<redacted>")]
    #[case::set_cookie("Set-Cookie", "a=b", "<redacted>")]
    #[case::secret_at_the_end("x-client-secret", "a", "<redacted>")]
    #[case::password("x-password-hint", "a", "<redacted>")]
    #[case::api_key("X-Api-Key", "a", "<redacted>")]
    #[case::proxy("Proxy-Authorization", "Basic a", "<redacted>")]
    #[case::harmless("amz-sdk-request", "attempt=1; max=3", "attempt=1; max=3")]
    fn headers_lose_their_secrets(#[case] name: &str, #[case] value: &str, #[case] shown: &str) {
        assert_eq!(header(name, value), shown);
    }

    #[rstest]
    #[case::flow("keys: [{id: A, secret: hunter2, allow: []}]", "keys: [{id: A, secret: *******, allow: []}]")]
    #[case::block("secret: hunter2\nid: A\n", "secret: *******\nid: A\n")]
    #[case::quoted("secret: \"a,b}\", id: A", "secret: \"****\", id: A")]
    #[case::json(r#"{"secret":"hunter2","session_token":"IQoJ"}"#, r#"{"secret":"*******","session_token":"****"}"#)]
    #[case::not_ascii("secret: hüä,", "secret: *****,")]
    #[case::to_the_end("session_token: x", "session_token: *")]
    #[case::no_key("about: the secret of it", "about: the secret of it")]
    #[case::no_end("secret: \"abc", "secret: \"***")]
    fn scenarios_keep_their_shape_and_lose_their_secrets(#[case] given: &str, #[case] shown: &str) {
        assert_eq!(scenario(given), shown);
    }

    #[rstest]
    #[case::presigned(
        "/loader?X-Amz-Credential=AKID%2F2026&details=TRUE&X-Amz-Signature=5d67",
        "/loader?X-Amz-Credential=<redacted>&details=TRUE&X-Amz-Signature=<redacted>"
    )]
    #[case::encoded_key("/loader?secret%4Bey=s3cr3t", "/loader?secret%4Bey=<redacted>")]
    #[case::no_query("/loader/x", "/loader/x")]
    fn targets_lose_their_secrets(#[case] given: &str, #[case] shown: &str) {
        assert_eq!(target(given), shown);
    }

    #[rstest]
    #[case::json(r#"{"source": "s3://b/", "secretKey": "s3cr3t"}"#, r#"{"source":"s3://b/","secretKey":"<redacted>"}"#)]
    #[case::nested(r#"[{"a": {"ACCESSKEY": 1}}]"#, r#"[{"a":{"ACCESSKEY":"<redacted>"}}]"#)]
    #[case::a_list_of_pairs(r#"["secretKey", "s3cr3t"]"#, r#"["<redacted>"]"#)]
    #[case::escaped(r#"{"secret\u004bey": "s3cr3t"}"#, r#"{"secretKey":"<redacted>"}"#)]
    #[case::without_secrets_to_the_letter(r#"{"source":  "s3://b/"}"#, r#"{"source":  "s3://b/"}"#)]
    #[case::form("source=s3%3A%2F%2Fb&accessKey=AKID", "source=s3%3A%2F%2Fb&accessKey=<redacted>")]
    #[case::broken_json(r#"{"secretKey": "s3cr3t""#, "<redacted>")]
    #[case::broken_json_with_escapes(r#"{"secret\u004bey": "s3cr3t""#, "<redacted>")]
    #[case::garbage("hello", "hello")]
    fn bodies_lose_their_secrets(#[case] given: &str, #[case] shown: &str) {
        assert_eq!(body(given), shown);
    }
}
