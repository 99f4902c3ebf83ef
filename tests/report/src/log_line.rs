//! Lines of a structured log, as people read them.

use serde_json::Value;

/// How much of a value is shown, in characters.
const VALUE: usize = 100;
/// Fields that are the same in all lines, or stand elsewhere.
const LEFT_OUT: [&str; 6] = ["level", "message", "timestamp", "target", "span", "spans"];

/// A line of a function's log for people: level, message and the other fields, without what Lambda adds to each. What is no JSON stays, but for
/// the end of a long line.
pub fn for_people(line: &str) -> String {
    let Ok(Value::Object(logged)) = serde_json::from_str(line) else { return cut(line, 4 * VALUE) };
    let word = |value: &Value| cut(&value.as_str().map_or_else(|| value.to_string(), str::to_owned), VALUE);
    let fields = logged.get("fields").and_then(Value::as_object).unwrap_or(&logged);
    let message = fields.get("message").map(&word).unwrap_or_default();
    let level = logged.get("level").map(&word).unwrap_or_default();
    let others = fields.iter().filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()));
    let others = others.map(|(key, value)| format!("{key}={}", word(value)));
    let words: Vec<_> = [level, message].into_iter().filter(|word| !word.is_empty()).chain(others).collect();
    words.join(" ")
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_shown_without_what_is_the_same_in_all() {
        let long = "x".repeat(500);
        let logged = json!({
            "timestamp": "2026-01-01T00:00:00Z", "level": "INFO", "fields": {"message": "checked", "status": "FAILED", "millis": 3, "error": long},
            "target": "handlers", "span": {"requestId": "r", "name": "Lambda runtime invoke"},
        });
        let expected = format!("INFO checked status=FAILED millis=3 error={}…", "x".repeat(VALUE));
        assert_eq!(for_people(&logged.to_string()), expected);
        assert_eq!(for_people("thread main panicked"), "thread main panicked");
        assert_eq!(for_people(&json!({"level": "WARN", "message": "m", "a": {"b": 1}}).to_string()), r#"WARN m a={"b":1}"#);
    }
}
