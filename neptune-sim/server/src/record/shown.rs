//! How the parts of an exchange look in a recording: without names and secrets.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use indexmap::IndexMap;
use neptune_control::Effect;
use serde_json::Value;

use super::line::{Body, FiredFault};
use super::redactor::{Redactor, media_type};
use neptune_fault::is_given_name;
use neptune_text::cut;

/// How much of a body is kept, once it is without names. Neptune's largest useful page of errors is smaller.
const BODY_BYTES: usize = 1024 * 1024;
/// How much of a longer body is shown.
const SHOWN_BYTES: usize = 4096;
/// How much of a header's value is kept.
const HEADER_BYTES: usize = 256;

/// Remembers what a client signs or logs in with, so that it is not written where an answer quotes it.
pub(super) fn learn_secrets(headers: &HeaderMap, redactor: &mut Redactor) {
    let names = ["authorization", "x-amz-security-token", "cookie", "proxy-authorization", "x-api-key"];
    for value in names.into_iter().flat_map(|name| headers.get_all(name)) {
        let value = String::from_utf8_lossy(value.as_bytes());
        redactor.secret(&value);
        for (name, value) in value.split([',', ' ']).filter_map(|field| field.split_once('=')) {
            match name {
                "Signature" => redactor.secret(value),
                "Credential" => redactor.secret(value.split('/').next().unwrap_or_default()),
                _ => {}
            }
        }
    }
}

/// Of the headers with these names, what is known to be no secret.
pub(super) fn shown_headers(headers: &HeaderMap, kept: &[&str], redactor: &mut Redactor) -> IndexMap<String, String> {
    let mut shown = IndexMap::new();
    for name in kept {
        let Some(value) = headers.get(*name) else { continue };
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = match *name {
            "amz-sdk-invocation-id" => redactor.call(&value),
            "x-amzn-requestid" => redactor.request(&value),
            "content-type" => media_type(&value),
            "location" => redactor.location(&value),
            "amz-sdk-request" => shown_attempt(&value),
            // What may stand behind the code is the address of its definition.
            "x-amzn-errortype" => redactor.word(value.split(':').next().unwrap_or_default()),
            _ => redactor.word(&value),
        };
        shown.insert((*name).to_owned(), cut(&value, HEADER_BYTES));
    }
    shown
}

/// A method of HTTP. Any other becomes `OTHER`, because a client may have chosen it freely.
pub(super) fn shown_method(method: &Method) -> String {
    let known = [Method::GET, Method::POST, Method::DELETE, Method::PUT, Method::PATCH, Method::HEAD, Method::OPTIONS];
    if known.contains(method) { method.to_string() } else { "OTHER".to_owned() }
}

/// `attempt=2; max=3`, without the other fields of an SDK.
fn shown_attempt(value: &str) -> String {
    let is_kept = |(name, number): &(&str, &str)| {
        matches!(*name, "attempt" | "max")
            && (1..=4).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let fields = value.split(';').filter_map(|field| field.trim().split_once('=')).filter(is_kept);
    fields.map(|(name, number)| format!("{name}={number}")).collect::<Vec<_>>().join("; ")
}

/// A body without names, if it is kept at all. First they are replaced and then it is cut, so that no half of a name remains.
pub(super) fn shown_body(bytes: &Bytes, is_kept: bool, redactor: &mut Redactor) -> Option<Body> {
    if bytes.is_empty() {
        return None;
    }
    let count = bytes.len() as u64;
    let body = if is_kept { without_names(bytes, redactor) } else { None };
    Some(body.map_or(Body::LeftOut { bytes: count }, |body| bounded(body, count)))
}

/// JSON and URL-encoded pairs. `None` for anything else, which may hold any name.
fn without_names(bytes: &Bytes, redactor: &mut Redactor) -> Option<Body> {
    match serde_json::from_slice(bytes) {
        Ok(Value::String(_)) => None,
        Ok(value) => Some(Body::Json(redactor.json(value))),
        Err(_) => redactor.body_text(&String::from_utf8_lossy(bytes)).map(Body::Text),
    }
}

/// How a body begins that is too long to be kept, and any other as it is.
fn bounded(body: Body, bytes: u64) -> Body {
    let text = match &body {
        Body::Json(value) => &value.to_string(),
        Body::Text(text) => text,
        Body::Cut { .. } | Body::LeftOut { .. } => return body,
    };
    if text.len() > BODY_BYTES { Body::Cut { begins: cut(text, SHOWN_BYTES), bytes } } else { body }
}

/// A fault without the names that it, or the answer that it gives, may hold.
pub(super) fn shown_fault(fault: FiredFault, redactor: &mut Redactor) -> FiredFault {
    let name = if is_given_name(&fault.name, &fault.does) { fault.name } else { redactor.name(&fault.name) };
    let does = match fault.does {
        Effect::ContentType(kind) => Effect::ContentType(media_type(&kind)),
        does if does.traits().has_text => {
            let written = serde_json::to_value(&does).map(|written| redactor.json(written));
            // A string stays a string, so the fault keeps its shape.
            written.and_then(serde_json::from_value).unwrap_or(Effect::HangUp)
        }
        does => does,
    };
    FiredFault { name, does, ..fault }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn long_bodies_are_cut_and_others_paths_are_left_out() {
        let long = Bytes::from(json!({"loadIds": vec!["mine"; BODY_BYTES / 4]}).to_string());
        let Some(Body::Cut { begins, bytes }) = shown_body(&long, true, &mut Redactor::default()) else { panic!("it is cut") };
        assert!(begins.len() <= SHOWN_BYTES + "…".len() && !begins.contains("mine"), "{begins}");
        assert_eq!(bytes, long.len() as u64);
        let left_out = Some(Body::LeftOut { bytes: 6 });
        assert_eq!(shown_body(&Bytes::from_static(b"g.V(\"x"), false, &mut Redactor::default()), left_out);
    }

    #[rstest]
    #[case::form("source=s3%3A%2F%2Fmine%2F&secretKey=hunter2", "source=s3://bucket-1/&secretKey=<redacted>")]
    #[case::html("<p>db.neptune.amazonaws.com = away</p>", None)]
    #[case::a_text("jane", None)]
    #[case::a_text_in_json(r#""jane""#, None)]
    #[case::broken_json(r#"{"secretKey": "hunter2""#, None)]
    fn of_what_is_no_json_object_only_pairs_stay<'a>(#[case] given: &'static str, #[case] shown: impl Into<Option<&'a str>>) {
        let left_out = Body::LeftOut { bytes: given.len() as u64 };
        let expected = shown.into().map_or(left_out, |text| Body::Text(text.into()));
        assert_eq!(shown_body(&Bytes::from(given), true, &mut Redactor::default()), Some(expected));
    }

    #[test]
    fn headers_keep_only_what_is_known_of_them() {
        let mut headers = HeaderMap::new();
        let given = [
            ("content-type", "text/html; name=jane"),
            ("amz-sdk-request", "attempt=2; jane=1; max=3; ttl=jane"),
            ("location", "/x?jane"),
            ("retry-after", "jane"),
            ("x-amzn-errortype", "AccessDeniedException:http://jane/"),
        ];
        for (name, value) in given {
            headers.insert(name, value.parse().unwrap());
        }
        let names = given.map(|(name, _)| name);
        let shown = shown_headers(&headers, &names, &mut Redactor::default());
        let expected = ["text/html", "attempt=2; max=3", "/<redacted>", "value-1", "AccessDeniedException"];
        assert_eq!(shown.values().collect::<Vec<_>>(), expected);
        assert_eq!(shown_method(&"JANE".parse().unwrap()), "OTHER");
    }

    #[rstest]
    #[case::given("reset 2", "reset 2")]
    #[case::given_by_a_user("jane", "name-1")]
    fn a_fault_keeps_a_name_that_no_user_chose(#[case] name: &str, #[case] shown: &str) {
        let fault = FiredFault { name: name.into(), does: Effect::Reset, after: None };
        assert_eq!(shown_fault(fault, &mut Redactor::default()).name, shown);
    }
}
