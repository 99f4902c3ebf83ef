//! Writes YAML that people read: plain words where they are safe, short things on one line.

use std::fmt::Write as _;

use serde_json::Value;

/// How wide a line may become for a whole value to stand on it.
const COLUMNS: usize = 130;
/// Down to this depth, everything has lines of its own.
const ROOMY: usize = 2;
/// Words that YAML, or a reader of it, takes for something else than a text.
const TAKEN: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A value as the text of a whole YAML document.
pub fn yaml_text(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

/// A value in lines of its own.
fn block(text: &mut String, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let _ = write!(text, "{indent}{}:", scalar(key));
                child(text, value, depth);
            }
        }
        Value::Array(items) => {
            for item in items {
                let line = flow(item);
                if indent.len() + line.chars().count() <= COLUMNS || !is_nested(item) {
                    let _ = writeln!(text, "{indent}- {line}");
                } else {
                    let mut lines = String::new();
                    block(&mut lines, item, depth + 1);
                    // The dash takes the place of the first line's indentation.
                    let _ = writeln!(text, "{indent}- {}", lines.trim());
                }
            }
        }
        other => {
            let _ = writeln!(text, "{indent}{}", flow(other));
        }
    }
}

/// The value of a key.
fn child(text: &mut String, value: &Value, depth: usize) {
    let line = flow(value);
    let is_roomy = depth < ROOMY && is_nested(value) && !is_list_of_words(value);
    if !is_nested(value) || (!is_roomy && 2 * depth + line.chars().count() + 20 <= COLUMNS) {
        let _ = writeln!(text, " {line}");
    } else {
        text.push('\n');
        block(text, value, depth + 1);
    }
}

/// Whether there is something in it that could have lines of its own.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn is_list_of_words(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// A text: plain if no reader of YAML takes it for another kind of value.
fn scalar(text: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(is_safe)
        && !text.ends_with(' ')
        && text.parse::<f64>().is_err()
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// A text in quotes: JSON's are YAML's. What cannot be seen is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in Value::from(text).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn short_things_stand_on_a_line_and_long_ones_below_each_other() {
        let long = "x".repeat(100);
        let value = json!({
            "name": "a",
            "given": {"loads": {"l-1": {"lifecycle": ["LOAD_IN_PROGRESS 2s", "LOAD_FAILED"], "source": "s3://b/"}, "l-2": {"source": long, "more": long}}},
            "action": [{"advance": "5s"}, {"request": {"path": long, "expect": {"as": {"reply.http": 200, "x": long}}}}],
        });
        let text = format!(
            "name: a\ngiven:\n  loads:\n    l-1: {{lifecycle: [LOAD_IN_PROGRESS 2s, LOAD_FAILED], source: \"s3://b/\"}}\n    l-2:\n      source: {long}\n      \
             more: {long}\naction:\n  - {{advance: \"5s\"}}\n  - request:\n      path: {long}\n      expect:\n        as:\n          reply.http: 200\n          x: {long}\n"
        );
        assert_eq!(yaml_text(&value), text);
    }

    #[rstest]
    #[case::a_word("LOAD_FAILED", "LOAD_FAILED")]
    #[case::words("LOAD_IN_PROGRESS 2s", "LOAD_IN_PROGRESS 2s")]
    #[case::a_path("/loader/load-1", "/loader/load-1")]
    #[case::a_number("12", "\"12\"")]
    #[case::infinity("inf", "\"inf\"")]
    #[case::a_truth("Yes", "\"Yes\"")]
    #[case::nothing("", "\"\"")]
    #[case::a_colon("a: b", "\"a: b\"")]
    #[case::a_comment("a #b", "\"a #b\"")]
    #[case::a_line("a\nb", "\"a\\nb\"")]
    #[case::a_byte_order_mark("a\u{feff}", "\"a\\ufeff\"")]
    fn texts_are_plain_where_that_is_safe(#[case] text: &str, #[case] written: &str) {
        assert_eq!(scalar(text), written);
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[a-zA-Z0-9_./: #-]{0,12}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text.clone().prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((text.clone(), inner), 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_back_as_itself(value in json_value()) {
            let text = yaml_text(&json!({"value": value}));
            let back: Value = serde_saphyr::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(back, json!({"value": value}), "{}", text);
        }
    }
}
