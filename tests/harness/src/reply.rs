//! A reply to a request of a scenario's own, as assertions see it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

/// `http`, `headers`, `text` and, if the text is JSON, `body`.
pub fn reply(http: u16, headers: &HeaderMap, bytes: &[u8]) -> Value {
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned().into())
    };
    let headers: Map<String, Value> = headers.iter().map(header).collect();
    let mut reply = json!({"http": http, "headers": headers, "text": String::from_utf8_lossy(bytes)});
    if let Ok(body) = serde_json::from_slice::<Value>(bytes) {
        reply["body"] = body;
    }
    reply
}
