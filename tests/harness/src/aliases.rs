//! The names that a scenario gives to loads, and the ids that they have.

use serde_json::Value;

/// Names and ids. A scripted load's id is its name; a started load's id comes from Neptune.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    pairs: Vec<(String, String)>,
}

impl Aliases {
    /// Notes the id of a load.
    pub fn bind(&mut self, name: &str, id: &str) {
        self.pairs.push((name.to_owned(), id.to_owned()));
    }

    /// The id of a load; a name that is not bound stands for itself.
    pub fn id<'a>(&'a self, name: &'a str) -> &'a str {
        self.pairs.iter().find(|(known, _)| known == name).map_or(name, |(_, id)| id)
    }

    /// A value with every text that is a load's name replaced by its id.
    pub fn to_ids(&self, value: &Value) -> Value {
        map_texts(value, &|text| self.id(text).to_owned())
    }

    /// A value with every id in its texts replaced by the load's name: the same id gives the same name everywhere, so that a mix-up
    /// of loads shows.
    pub fn to_names(&self, value: &Value) -> Value {
        map_texts(value, &|text| self.text_to_names(text))
    }

    /// A text with every id in it replaced by the load's name.
    pub fn text_to_names(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id.as_str(), name))
    }
}

/// A value with each of its texts changed; keys stay.
pub fn map_texts(value: &Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(list) => list.iter().map(|value| map_texts(value, change)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), map_texts(value, change))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_ids_and_ids_become_names_again() {
        let mut aliases = Aliases::default();
        aliases.bind("first", "1111-aaaa");
        aliases.bind("second", "2222-bbbb");
        assert_eq!(
            aliases.to_ids(&json!({"a": "first", "b": ["second", "third"]})),
            json!({"a": "1111-aaaa", "b": ["2222-bbbb", "third"]})
        );
        assert_eq!(aliases.to_names(&json!({"error": "load 2222-bbbb failed"})), json!({"error": "load second failed"}));
    }
}
