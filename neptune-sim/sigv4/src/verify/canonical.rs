//! The canonical form of a request, and its signature.

use std::fmt;

use http::request::Parts;
use percent_encoding::{AsciiSet, percent_decode_str, percent_encode, utf8_percent_encode};
use ring::{digest, hmac};

use super::signature::{ALGORITHM, Signature};
use crate::ENCODED;

/// In paths the slash stays, too.
const ENCODED_IN_PATHS: &AsciiSet = &ENCODED.remove(b'/');

/// Stands in the place of the hash of a body that is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// A request as far as a signature covers it, in the one spelling that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalRequest {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path, encoded twice.
    pub path: String,
    /// The query, sorted.
    pub query: String,
    /// Names and values of the signed headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The hash of the body, in hexadecimal digits, or [`UNSIGNED_PAYLOAD`].
    pub payload: String,
}

impl CanonicalRequest {
    /// The forms of a request. There are two only if its path ends with a dot segment.
    pub fn forms(head: &Parts, body: &[u8], signature: &Signature) -> impl Iterator<Item = Self> {
        let form = Self {
            method: head.method.to_string(),
            path: String::new(),
            query: query(head.uri.query().unwrap_or_default(), signature.is_presigned),
            headers: signature.signed_headers.iter().map(|name| (name.clone(), header(head, name))).collect(),
            payload: payload(head, body),
        };
        paths(head.uri.path()).map(move |path| Self { path, ..form.clone() })
    }

    /// The text whose hash is signed.
    pub fn text(&self) -> Vec<u8> {
        let Self { method, path, query, headers, payload } = self;
        let mut text = format!("{method}\n{path}\n{query}\n").into_bytes();
        for (name, value) in headers {
            text.extend([name.as_bytes(), b":", value, b"\n"].concat());
        }
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        text.extend(format!("\n{}\n{payload}", names.join(";")).bytes());
        text
    }
}

/// The key that a secret makes for the signatures of one day, region and service.
pub struct SigningKey(Vec<u8>);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// The key for the scope of a signature.
    pub fn new(secret: &str, signature: &Signature) -> Self {
        let scope = &signature.scope;
        let parts = [&scope.date, &scope.region, &scope.service, &scope.terminator];
        let secret = format!("AWS4{secret}").into_bytes();
        Self(parts.into_iter().fold(secret, |key, part| keyed_hash(&key, part).as_ref().to_vec()))
    }

    /// The signature of a request, in hexadecimal digits.
    pub fn sign(&self, signature: &Signature, request: &CanonicalRequest) -> String {
        hex(keyed_hash(&self.0, &signature.string_to_sign(request)).as_ref())
    }

    /// Whether a request has this signature.
    pub fn made(&self, signature: &Signature, request: &CanonicalRequest) -> bool {
        are_equal(&self.sign(signature, request), &signature.digits)
    }
}

impl Signature {
    /// The text that is signed: algorithm, time, scope and the hash of the canonical request.
    pub fn string_to_sign(&self, request: &CanonicalRequest) -> String {
        let Self { scope, moment, .. } = self;
        format!("{ALGORITHM}\n{moment}\n{scope}\n{}", hash(&request.text()))
    }

    /// Whether this secret signed this request so.
    pub fn is_made_with(&self, secret: &str, head: &Parts, body: &[u8]) -> bool {
        let key = SigningKey::new(secret, self);
        CanonicalRequest::forms(head, body, self).any(|request| key.made(self, &request))
    }
}

/// Whether two texts are equal. The comparison takes the same time wherever they differ, so timing reveals nothing.
pub fn are_equal(one: &str, other: &str) -> bool {
    // Any key will do: what is compared in constant time are two hashes, of which the client does not know one.
    let key = hmac::Key::new(hmac::HMAC_SHA256, one.as_bytes());
    hmac::verify(&key, other.as_bytes(), hmac::sign(&key, one.as_bytes()).as_ref()).is_ok()
}

/// The path without dot segments and repeated slashes, encoded once more: `/loader/a%252Fb`. Only S3 does without that.
///
/// A dot segment at the end leaves no slash in botocore and in AWS's SDK for JavaScript, but leaves one in the SDK for Rust. What
/// Neptune takes is unknown, so each of them passes.
fn paths(path: &str) -> impl Iterator<Item = String> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let plain = format!("/{}", segments.join("/"));
    let ends = match path.rsplit('/').next() {
        _ if segments.is_empty() => &[""][..],
        Some("") => &["/"],
        Some("." | "..") => &["", "/"],
        _ => &[""],
    };
    ends.iter().map(move |end| utf8_percent_encode(&format!("{plain}{end}"), ENCODED_IN_PATHS).to_string())
}

/// The query, sorted and in one spelling. The signature of a presigned URL is not part of what it signs.
fn query(query: &str, is_presigned: bool) -> String {
    let mut pairs = signed_pairs(query, is_presigned);
    pairs.sort();
    joined(&pairs)
}

/// The query in one spelling and in the order in which it was sent, as some clients sign it.
pub fn query_as_sent(query: &str, is_presigned: bool) -> String {
    joined(&signed_pairs(query, is_presigned))
}

fn signed_pairs(query: &str, is_presigned: bool) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (respelt(key), respelt(value))
    });
    pairs.filter(|(key, _)| !(is_presigned && key == "X-Amz-Signature")).collect()
}

fn joined(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

/// Key or value in the one spelling: `+` is a space, as the loader reads it, and percent-encoding has capital digits.
fn respelt(text: &str) -> String {
    let text = text.replace('+', " ");
    let bytes: Vec<u8> = percent_decode_str(&text).collect();
    percent_encode(&bytes, ENCODED).to_string()
}

/// The values of a header with commas, without spaces around them and with single ones within.
fn header(head: &Parts, name: &str) -> Vec<u8> {
    let words = |value: &[u8]| {
        let words: Vec<&[u8]> = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
        words.join(&b' ')
    };
    let values: Vec<Vec<u8>> = head.headers.get_all(name).iter().map(|value| words(value.as_bytes())).collect();
    values.join(&b',')
}

/// The hash of the body. Another one in `x-amz-content-sha256` makes the signature a wrong one.
fn payload(head: &Parts, body: &[u8]) -> String {
    let is_unsigned = head.headers.get("x-amz-content-sha256").is_some_and(|hash| hash == UNSIGNED_PAYLOAD);
    if is_unsigned { UNSIGNED_PAYLOAD.to_owned() } else { hash(body) }
}

/// The SHA-256 of these bytes in 64 hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn keyed_hash(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use http::Request;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("/loader", "/loader")]
    #[case::the_root("/", "/")]
    #[case::nothing("", "/")]
    #[case::a_slash_at_the_end("/loader/", "/loader/")]
    #[case::encoded_once_more("/loader/a%2Fb%20c", "/loader/a%252Fb%2520c")]
    #[case::unreserved("/a-b_c.d~e", "/a-b_c.d~e")]
    #[case::reserved("/a+b=c:d", "/a%2Bb%3Dc%3Ad")]
    #[case::repeated_slashes("//loader///x", "/loader/x")]
    #[case::dot_segments("/a/./b/../c/..", "/a")]
    #[case::a_dot_at_the_end("/loader/.", "/loader")]
    #[case::above_the_root("/../../loader", "/loader")]
    fn paths_have_one_form(#[case] given: &str, #[case] canonical: &str) {
        assert_eq!(paths(given).next().as_deref(), Some(canonical));
    }

    #[rstest]
    #[case::nothing("", "")]
    #[case::sorted("page=1&details=TRUE", "details=TRUE&page=1")]
    #[case::sorted_by_value("a=2&a=1", "a=1&a=2")]
    #[case::capitals_first("b=1&A=1&a=1", "A=1&a=1&b=1")]
    #[case::no_value("b&a", "a=&b=")]
    #[case::empty_pairs("&&a=1&", "a=1")]
    #[case::a_second_equals_sign("a=b=c", "a=b%3Dc")]
    #[case::small_digits("loadId=a%2fb", "loadId=a%2Fb")]
    #[case::needlessly_encoded("load%49d=%61", "loadId=a")]
    #[case::spaces("a=b+c%20d", "a=b%20c%20d")]
    #[case::no_utf_8("a=%ff", "a=%FF")]
    #[case::signature_in_the_header("X-Amz-Signature=1", "X-Amz-Signature=1")]
    fn queries_have_one_form(#[case] given: &str, #[case] canonical: &str) {
        assert_eq!(query(given, false), canonical);
    }

    #[test]
    fn a_presigned_query_is_signed_without_its_signature() {
        assert_eq!(query("b=1&X-Amz-Signature=5d67&a=1", true), "a=1&b=1");
    }

    #[rstest]
    #[case::as_it_is(&["text/plain"], "text/plain")]
    #[case::spaces(&["  a   b  c "], "a b c")]
    #[case::repeated(&["b", " a "], "b,a")]
    #[case::absent(&[], "")]
    fn headers_have_one_form(#[case] values: &[&str], #[case] canonical: &str) {
        let request = values.iter().fold(Request::get("/"), |request, value| request.header("my-header", *value));
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(header(&head, "my-header"), canonical.as_bytes());
    }

    #[rstest]
    #[case::equal("abc", "abc", true)]
    #[case::different("abc", "abd", false)]
    #[case::shorter("abc", "ab", false)]
    #[case::empty("abc", "", false)]
    #[case::both_empty("", "", true)]
    fn texts_are_compared_whole(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
        assert_eq!(are_equal(one, other), equal);
    }

    #[test]
    fn a_path_with_a_dot_at_its_end_has_two_forms() {
        assert_eq!(paths("/loader/.").collect::<Vec<_>>(), ["/loader", "/loader/"]);
        assert_eq!(paths("/loader/").collect::<Vec<_>>(), ["/loader/"]);
        assert_eq!(paths("/loader/..").collect::<Vec<_>>(), ["/"]);
    }
}
