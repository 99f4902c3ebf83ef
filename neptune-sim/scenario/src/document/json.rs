//! Turns JSON into a tree, for bodies of the control API. Its values have no place in a text.

use serde_json::Value;

use super::node::{Content, Entry, Node, Plain, Scalar};
use super::span::SourceSpan;

/// A tree with the values of the JSON.
pub(super) fn tree(json: &Value) -> Node {
    let content = match json {
        Value::Array(items) => Content::List(items.iter().map(tree).collect()),
        Value::Object(fields) => Content::Map(fields.iter().map(|(key, value)| entry(key, value)).collect()),
        Value::String(text) => Content::Scalar(Scalar { text: text.clone(), value: Plain::Text }),
        plain => Content::Scalar(Scalar { text: plain.to_string(), value: taken(plain) }),
    };
    Node { span: SourceSpan::START, content }
}

fn entry(key: &str, value: &Value) -> Entry {
    Entry { key: key.to_owned(), key_span: SourceSpan::START, value: tree(value) }
}

fn taken(plain: &Value) -> Plain {
    let signed = || plain.as_i64().map(Plain::Signed);
    let float = || plain.as_f64().map(Plain::Float);
    let number = || plain.as_u64().map(Plain::Unsigned).or_else(signed).or_else(float);
    plain.as_bool().map(Plain::Bool).or_else(number).unwrap_or(Plain::Null)
}
