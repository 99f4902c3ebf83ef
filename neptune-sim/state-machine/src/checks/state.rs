//! A state that is checked.

use neptune_text::nearest_in_any_case;
use serde_json::{Map, Value};

use super::fields::{TYPES, of_type, wrong_value};
use super::finding::{Finding, Findings, Place};

/// A state that is checked.
pub(super) struct State<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a Value,
    pub(super) fields: Fields<'a>,
    pub(super) kind: &'a str,
    pub(super) place: Place,
    pub(super) language: Language,
}

/// The fields of a state, or of an object in it.
pub(super) struct Fields<'a> {
    pub(super) all: &'a Map<String, Value>,
    /// What the misspelt ones are meant for.
    meant: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Those of an object that may have the known ones.
    pub(super) fn new(all: &'a Map<String, Value>, known: impl Iterator<Item = &'static str>) -> Self {
        Self { all, meant: misspelt(all, known).into_iter().map(|(_, near)| near).collect() }
    }

    pub(super) fn have(&self, field: &str) -> bool {
        self.all.contains_key(field)
    }

    /// Whether they do not have a field, nor one that is meant for it.
    pub(super) fn lack(&self, field: &str) -> bool {
        !self.have(field) && !self.meant.contains(&field)
    }
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
            Some(kind) if TYPES.contains(&kind) => {
                let fields = Fields::new(fields, of_type(kind));
                return Some(Self { name, value, fields, kind, place, language });
            }
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

    /// The same, because something is written in the query language that the state does not have.
    pub(super) fn refused_language(&self, place: &Place, why: &str) -> Finding {
        self.refused(place, why).because_of(self.language.fault.as_ref().unwrap_or(&self.place.at("QueryLanguage")))
    }

    /// What is wrong with the value of a field of it, or of an object in it, which `who` introduces.
    pub(super) fn check_value(&self, field: &str, value: &Value, place: &Place, who: &str, findings: &mut Findings) {
        let Some(fault) = wrong_value(field, value, self.is_jsonata()) else { return };
        let why = format!("has in {who} {fault}");
        let is_of_other_language = !self.is_jsonata() && value.as_str().is_some_and(|text| text.starts_with("{%"));
        findings.add(if is_of_other_language { self.refused_language(place, &why) } else { self.refused(place, &why) });
    }

    pub(super) fn is_jsonata(&self) -> bool {
        self.language.is_jsonata
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.have(field)
    }

    pub(super) fn lacks(&self, field: &str) -> bool {
        self.fields.lack(field)
    }
}

/// The names in an object that are near to a field, each with that field.
pub(super) fn misspelt(given: &Map<String, Value>, known: impl Iterator<Item = &'static str>) -> Vec<(&str, &'static str)> {
    let known: Vec<_> = known.collect();
    let unknown = given.keys().map(String::as_str).filter(|field| !known.contains(field));
    unknown.filter_map(|field| Some((field, nearest_in_any_case(field, known.iter().copied())?))).collect()
}

/// The query language of a machine or a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Language {
    is_jsonata: bool,
    /// Where it is said in a word that is none, so that nobody knows which it is.
    fault: Option<Place>,
}

impl Language {
    /// That of a machine or a state inside, which may say its own.
    pub(super) fn inside(&self, of: &Value, place: &Place, who: &str, findings: &mut Findings) -> Self {
        match &of["QueryLanguage"] {
            Value::Null => self.clone(),
            Value::String(language) if language == "JSONata" => Self { is_jsonata: true, fault: None },
            Value::String(language) if language == "JSONPath" => Self { is_jsonata: false, fault: None },
            other => {
                let place = place.at("QueryLanguage");
                findings.add(place.refused(format!("{who} has the QueryLanguage {other}: AWS knows `JSONPath` and `JSONata`")));
                Self { fault: Some(place), ..self.clone() }
            }
        }
    }
}
