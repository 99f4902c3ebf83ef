//! A state that is checked.

use neptune_text::nearest_in_any_case;
use serde_json::{Map, Value};

use super::fields::TYPES;
use super::finding::{Finding, Findings, Place};

/// A state that is checked.
pub(super) struct State<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a Value,
    pub(super) fields: &'a Map<String, Value>,
    pub(super) kind: &'a str,
    pub(super) place: Place,
    pub(super) language: Language,
}

impl<'a> State<'a> {
    /// A state, if it has a type that there is.
    pub(super) fn new(
        name: &'a str,
        value: &'a Value,
        place: Place,
        outer: &Language,
        findings: &mut Findings,
    ) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            findings.add(place.refused(format!("the state `{name}` is no object")));
            return None;
        };
        let language = outer.inside(value, &place, &format!("the state `{name}`"), findings);
        match value["Type"].as_str() {
            Some(kind) if TYPES.contains(&kind) => return Some(Self { name, value, fields, kind, place, language }),
            Some(kind) => {
                let near = nearest_in_any_case(kind, TYPES).map(|near| format!("did you mean `{near}`?"));
                let helps = near.unwrap_or_else(|| format!("they are {}", TYPES.join(", ")));
                findings.add(
                    place
                        .at("Type")
                        .refused(format!("the state `{name}` has the Type `{kind}`, which does not exist: {helps}")),
                );
            }
            None => {
                let says = format!("the state `{name}` has no Type: it is one of {}", TYPES.join(", "));
                findings.add(place.at("Type").refused(says));
            }
        }
        None
    }

    /// AWS refuses something in a field of it, or deeper.
    pub(super) fn refused(&self, place: &Place, why: &str) -> Finding {
        place.refused(format!("the state `{}` {why}", self.name))
    }

    pub(super) fn is_jsonata(&self) -> bool {
        self.language.is_jsonata
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }
}

/// The query language of a machine or a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Language {
    is_jsonata: bool,
}

impl Language {
    /// That of a machine or a state inside, which may say its own.
    pub(super) fn inside(&self, of: &Value, place: &Place, who: &str, findings: &mut Findings) -> Self {
        match &of["QueryLanguage"] {
            Value::Null => self.clone(),
            Value::String(language) if language == "JSONata" => Self { is_jsonata: true },
            Value::String(language) if language == "JSONPath" => Self { is_jsonata: false },
            other => {
                let says = format!("{who} has the QueryLanguage {other}: AWS knows `JSONPath` and `JSONata`");
                findings.add(place.at("QueryLanguage").refused(says));
                self.clone()
            }
        }
    }
}
