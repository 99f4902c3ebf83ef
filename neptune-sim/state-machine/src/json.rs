//! From JSON to a value. A key that stands twice in one object is refused: RFC 8259 says that programs take the one or the other.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::tree::{Fault, NESTED};

/// Parses a text.
///
/// # Errors
/// It is not JSON, has a key twice in one object, or is nested too deep.
pub(crate) fn parse(text: &str) -> Result<Value, Fault> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Unique.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let said = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let what = said.strip_suffix(&place).unwrap_or(&said);
        let message = if what.starts_with("recursion limit exceeded") {
            format!("it is nested too deep: {NESTED} levels of objects and lists are read here")
        } else if error.is_data() {
            what.to_owned()
        } else {
            let placeholder = "a substitution `${…}` has to stand inside a text, unless a template says what it is";
            format!("it is not JSON: {what} at column {}; {placeholder}", error.column())
        };
        Fault::new(error.line(), message)
    })
}

/// Reads any value whose objects have each key once.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Unique)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key `{key}` stands twice in one object: programs take the one or the other, so leave out one of them"
                )));
            }
            fields.insert(key, entries.next_value_seed(Unique)?);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_read() {
        let value = json!({"a": [null, true, -1, 18_446_744_073_709_551_615_u64, 2.5, "ü\n"], "b": {"a": {}}, "": []});
        assert_eq!(parse(&value.to_string()).unwrap(), value);
        assert_eq!(parse("2.0").unwrap().to_string(), "2.0");
    }

    #[rstest]
    #[case::a_key_twice("{\n\"a\": 1,\n\"a\": 2}", 3, "the key `a` stands twice in one object")]
    #[case::a_key_twice_in_a_list("[{\"b\": {}},\n{\"b\": 1, \"b\": 2}]", 2, "the key `b` stands twice in one object")]
    #[case::the_same_key_written_otherwise("{\"a\": 1, \"\\u0061\": 2}", 1, "the key `a` stands twice")]
    #[case::no_json("{\n\"a\": x}", 2, "it is not JSON: expected value at column 6; a substitution `${…}`")]
    #[case::more_than_one_value("{}\n{}", 2, "it is not JSON: trailing characters at column 1")]
    #[case::nothing("", 1, "it is not JSON: EOF while parsing a value")]
    #[case::too_large_a_number("1e999", 1, "it is not JSON: number out of range")]
    fn what_cannot_be_read_is_said_with_its_line(#[case] text: &str, #[case] line: usize, #[case] said: &str) {
        let Fault { line: found, message, .. } = parse(text).unwrap_err();
        assert!(message.contains(said) && !message.contains("line"), "{message}");
        assert_eq!(found, line);
    }
}
