//! Reads what Python prints of a value, as boto3's users paste it: dictionaries, lists, texts, numbers, `True`, `False` and `None`.

use serde_json::{Map, Value};

/// How deep values may be within each other.
const DEPTH: usize = 64;
/// How much of what cannot be read is shown.
const SHOWN: usize = 40;

/// Reads the literal at the beginning of a text, and tells how many bytes it has. Moments become `null`: nobody needs them.
///
/// # Errors
/// What cannot be read, as it stands there.
pub(super) fn read(text: &str) -> Result<(Value, usize), String> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    Ok((value, text.len() - reader.rest.len()))
}

/// What cannot be read of a status that is written in Python's way; `None` if there is none.
pub(super) fn status_error(text: &str) -> Option<String> {
    if !text.contains("'overallStatus'") {
        return None;
    }
    read(&text[text.find('{')?..]).err()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, String> {
        self.rest = self.rest.trim_start();
        let is_deep = depth > DEPTH;
        match self.rest.chars().next() {
            Some('{') if !is_deep => self.fields(depth),
            Some('[') if !is_deep => self.items(']', depth),
            Some('(') if !is_deep => self.items(')', depth),
            Some('\'' | '"') => self.text().map(Value::from),
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            _ => self.word(),
        }
    }

    fn fields(&mut self, depth: usize) -> Result<Value, String> {
        self.rest = &self.rest[1..];
        let mut fields = Map::new();
        while !self.takes('}') {
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            self.expect(':')?;
            fields.insert(key, self.value(depth + 1)?);
            if !self.takes(',') {
                self.expect('}')?;
                break;
            }
        }
        Ok(fields.into())
    }

    fn items(&mut self, close: char, depth: usize) -> Result<Value, String> {
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        while !self.takes(close) {
            items.push(self.value(depth + 1)?);
            if !self.takes(',') {
                self.expect(close)?;
                break;
            }
        }
        Ok(items.into())
    }

    /// A text in either kind of quotation marks.
    fn text(&mut self) -> Result<String, String> {
        let quote = self.rest.chars().next();
        let mut chars = self.rest[1..].chars();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                c if Some(c) == quote => {
                    self.rest = chars.as_str();
                    return Ok(text);
                }
                '\n' => break,
                '\\' => text += &escaped(&mut chars).ok_or_else(|| self.trouble())?,
                c => text.push(c),
            }
        }
        Err(self.trouble())
    }

    fn number(&mut self) -> Result<Value, String> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let number = serde_json::from_str(&self.rest[..end]).map_err(|_| self.trouble())?;
        self.rest = &self.rest[end..];
        Ok(number)
    }

    /// `True`, `False`, `None`, or a moment: `datetime.datetime(2026, 11, 22, tzinfo=tzutc())`.
    fn word(&mut self) -> Result<Value, String> {
        let words = [("True", Value::Bool(true)), ("False", Value::Bool(false)), ("None", Value::Null)];
        for (word, value) in words {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        let arguments = self.rest.strip_prefix("datetime.datetime(").ok_or_else(|| self.trouble())?;
        let mut open = 1;
        let end = arguments.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        self.rest = &arguments[end.ok_or_else(|| self.trouble())? + 1..];
        Ok(Value::Null)
    }

    fn takes(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start();
        rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(self.trouble()) }
    }

    fn trouble(&self) -> String {
        format!("there is no literal at `{}`", neptune_text::cut(self.rest.trim_start(), SHOWN))
    }
}

/// What stands behind a backslash: a character, or no text for a line that goes on. `None` if it is nothing that Python knows.
fn escaped(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let digits = match chars.next()? {
        'n' => return Some("\n".to_owned()),
        't' => return Some("\t".to_owned()),
        'r' => return Some("\r".to_owned()),
        '\n' => return Some(String::new()),
        c @ ('\\' | '\'' | '"') => return Some(c.to_string()),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let code = chars.as_str().get(..digits)?;
    *chars = chars.as_str()[digits..].chars();
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32).map(String::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::everything(r#"{'a': [1, -2.5, True], "b'": (None, {}), 3: 'x\'\n\x41\u00e9',} rest"#, json!({"a": [1, -2.5, true], "b'": [null, {}], "3": "x'\nA\u{e9}"}), " rest")]
    #[case::a_moment("[datetime.datetime(2026, 1, 2, tzinfo=tzutc())]", json!([null]), "")]
    fn literals_are_read(#[case] text: &str, #[case] value: Value, #[case] rest: &str) {
        assert_eq!(read(text), Ok((value, text.len() - rest.len())));
    }

    #[rstest]
    #[case::a_name("[x]")]
    #[case::a_call("os.system('x')")]
    #[case::half_a_text("['x")]
    #[case::half_an_escape(r"['\x4")]
    #[case::too_deep(&"[".repeat(1_000_000))]
    fn whatever_else_there_is_is_an_error(#[case] text: &str) {
        assert!(read(text).is_err_and(|error| error.starts_with("there is no literal at `")));
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
