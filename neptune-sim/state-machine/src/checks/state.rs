//! A state that is checked.

use neptune_text::nearest_in_any_case;
use serde_json::{Map, Value};

use super::fields::TYPES;
use super::finding::{Finding, Place};

/// A state that is checked.
pub(super) struct State<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a Value,
    pub(super) fields: &'a Map<String, Value>,
    pub(super) kind: &'a str,
    pub(super) place: Place,
    pub(super) is_jsonata: bool,
}

impl<'a> State<'a> {
    /// A state, if it has a type that there is.
    pub(super) fn new(name: &'a str, value: &'a Value, place: Place, is_jsonata: bool) -> Result<Self, Finding> {
        let Some(fields) = value.as_object() else {
            return Err(place.refused(format!("the state `{name}` is no object")));
        };
        let is_jsonata = language(value, &place, &format!("the state `{name}`"))?.unwrap_or(is_jsonata);
        match value["Type"].as_str() {
            Some(kind) if TYPES.contains(&kind) => Ok(Self { name, value, fields, kind, place, is_jsonata }),
            Some(kind) => {
                let near = nearest_in_any_case(kind, TYPES).map(|near| format!("did you mean `{near}`?"));
                let helps = near.unwrap_or_else(|| format!("they are {}", TYPES.join(", ")));
                Err(place
                    .at("Type")
                    .refused(format!("the state `{name}` has the Type `{kind}`, which does not exist: {helps}")))
            }
            None => Err(place.refused(format!("the state `{name}` has no Type: it is one of {}", TYPES.join(", ")))),
        }
    }

    /// AWS refuses something in a field of it, or deeper.
    pub(super) fn refused(&self, place: &Place, why: &str) -> Finding {
        place.refused(format!("the state `{}` {why}", self.name))
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }
}

/// Whether the query language is JSONata, if it says.
pub(super) fn language(of: &Value, place: &Place, who: &str) -> Result<Option<bool>, Finding> {
    match &of["QueryLanguage"] {
        Value::Null => Ok(None),
        Value::String(language) if language == "JSONata" => Ok(Some(true)),
        Value::String(language) if language == "JSONPath" => Ok(Some(false)),
        other => Err(place
            .at("QueryLanguage")
            .refused(format!("{who} has the QueryLanguage {other}: AWS knows `JSONPath` and `JSONata`"))),
    }
}
