//! JSON as it was sent: no key twice, and no more of it in memory than is read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Far more levels than the parser goes down.
const ALL: usize = usize::MAX;
/// How many keys of an object an outline has: more than any object that is described.
const OUTLINE_KEYS: usize = 64;

/// Reads a body.
///
/// # Errors
/// It is not JSON, or an object has a key twice.
pub(super) fn read(body: &[u8]) -> Result<Value, serde_json::Error> {
    read_levels(body, ALL)
}

/// Reads a body whose inner parts are large: what lies deeper than the given level is left out, and lists and objects there are empty.
///
/// # Errors
/// As [`read`].
pub(super) fn outline(body: &[u8], levels: usize) -> Result<Value, serde_json::Error> {
    read_levels(body, levels)
}

fn read_levels(body: &[u8], levels: usize) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Levels(levels).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// How many levels are wanted.
#[derive(Clone, Copy)]
struct Levels(usize);

impl Levels {
    fn below(self) -> Self {
        if self.0 == ALL { self } else { Self(self.0.saturating_sub(1)) }
    }

    /// How many keys of an object are wanted here.
    fn most_keys(self) -> usize {
        match self.0 {
            ALL => usize::MAX,
            0 => 0,
            _ => OUTLINE_KEYS,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Scalars are values as they are.
macro_rules! scalars {
    ($($visit:ident($type:ty)),* $(,)?) => {
        $(fn $visit<E>(self, value: $type) -> Result<Value, E> { Ok(value.into()) })*
    };
}

impl<'de> Visitor<'de> for Levels {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    scalars!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str), visit_string(String));

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        if self.0 == ALL {
            while let Some(item) = list.next_element_seed(self)? {
                items.push(item);
            }
        } else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format_args!("an object has the key `{key}` twice")));
            }
            if fields.len() < self.most_keys() {
                let value = map.next_value_seed(self.below())?;
                fields.insert(key, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_read_as_it_was_sent() {
        let body = br#" {"b": [1, -2, 2.5, {"a": null}], "a": "\u00e4", "c": true} "#;
        assert_eq!(read(body).unwrap(), json!({"b": [1, -2, 2.5, {"a": null}], "a": "ä", "c": true}));
    }

    #[test]
    fn an_outline_has_so_many_levels_and_no_lists() {
        let body = br#"{"a": 1, "loader": {"loads": [{"x": 1}], "now": {"secs": 5}}}"#;
        assert_eq!(outline(body, 2).unwrap(), json!({"a": 1, "loader": {"loads": [], "now": {}}}));
        let wide: Vec<_> = (0..100_000).map(|n| format!("\"k{n}\": 0")).collect();
        let wide = format!("{{{}}}", wide.join(", "));
        assert_eq!(outline(wide.as_bytes(), 2).unwrap().as_object().map(Map::len), Some(OUTLINE_KEYS));
    }

    #[rstest]
    #[case::twice(br#"{"a": 1, "b": {"c": 1, "c": 1}}"#, "an object has the key `c` twice")]
    #[case::more_behind_it(b"{} {}", "trailing characters")]
    #[case::deep(&[b'['; 1000], "recursion limit exceeded")]
    fn what_cannot_be_read_is_refused(#[case] body: &[u8], #[case] message: &str) {
        let error = read(body).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}
