//! Checks values against the schemas of the OpenAPI document, so that the API accepts exactly what the document describes.
//!
//! Types alone would not do: serde takes a list for any struct, refuses nulls where clients write them for what was not set, and reports
//! errors in the words of Rust. Only structure is checked here: kinds, keys, words and ranges. Lengths and patterns
//! are left to the code that reads the value, which explains them better.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::error::SHOWN_BYTES;
use neptune_fault::FaultError;
use neptune_scenario::LoadProblem;
use neptune_text::cut;
use neptune_text::nearest;

/// How many mistakes are reported at most.
pub(super) const MOST: usize = 20;

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Where: `given.loads.people.lifecycle[0]`. Empty for the whole.
    pub(super) path: String,
    /// What is wrong there.
    pub(super) message: String,
    /// A hint, if there is more to say than what was expected.
    pub(super) help: Option<String>,
}

/// Checks a value against a schema of the document, and normalises it: a null for something that may be left out is removed, and a number
/// such as `2.0` becomes a whole one where the schema wants that.
///
/// Everything that does not fit is returned, up to [`MOST`]. What can be left out is removed from the value where it does not fit, so that
/// the rest of the value can still be read and checked.
pub(super) fn fit(document: &Value, schema: &Value, value: &mut Value) -> Vec<Misfit> {
    let mut found = Vec::new();
    Fitting { document }.fit(schema, value, "", &mut found);
    found
}

struct Fitting<'a> {
    document: &'a Value,
}

impl<'a> Fitting<'a> {
    /// Whether the value fits, perhaps without the parts that were removed.
    fn fit(&self, schema: &'a Value, value: &mut Value, path: &str, found: &mut Vec<Misfit>) -> bool {
        let schema = self.resolved(schema);
        let mut fits = true;
        for part in list(schema, "allOf") {
            fits &= self.fit(part, value, path, found);
        }
        if is_choice(schema) {
            return self.fit_choice(&self.alternatives(schema), value, path, found) && fits;
        }
        let scalar = check_kind(schema, value, path)
            .and_then(|()| check_word(&[schema], value, path))
            .and_then(|()| check_range(schema, value, path));
        if let Err(misfit) = scalar {
            found.push(misfit);
            return false;
        }
        match value {
            Value::Object(fields) => self.fit_object(schema, fields, path, found) && fits,
            Value::Array(items) => self.fit_list(schema, items, path, found) && fits,
            _ => fits,
        }
    }

    fn fit_object(&self, schema: &'a Value, fields: &mut Map<String, Value>, path: &str, found: &mut Vec<Misfit>) -> bool {
        self.take_nulls_away(schema, fields);
        let (before, mut wrong) = (found.len(), Vec::new());
        for (key, value) in fields.iter_mut() {
            if found.len() >= MOST {
                return false;
            }
            if !self.fit_property(schema, key, value, path, found) {
                wrong.push(key.clone());
            }
        }
        let required: Vec<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
        let missing: Vec<&&str> = required.iter().filter(|key| !fields.contains_key(**key)).collect();
        // A key that is there, but misspelt, was reported as such.
        let is_misspelt = |key: &str| found[before..].iter().any(|misfit| misfit.help == Some(did_you_mean(key)));
        let absent = missing.iter().filter(|key| !is_misspelt(key));
        let absent: Vec<Misfit> = absent.map(|key| misfit(path, format!("the key `{key}` is missing"))).collect();
        found.extend(absent);
        let (needed, spare): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|key| required.contains(&key.as_str()));
        for key in spare {
            fields.shift_remove(&key);
        }
        missing.is_empty() && needed.is_empty()
    }

    fn fit_property(&self, schema: &'a Value, key: &str, value: &mut Value, path: &str, found: &mut Vec<Misfit>) -> bool {
        let below = key_path(path, key);
        match (schema["properties"].get(key), schema.get("additionalProperties")) {
            (Some(property), _) => self.fit(property, value, &below, found),
            (None, Some(Value::Bool(false))) => {
                found.push(unknown_key(&names(schema), key, &below));
                false
            }
            (None, Some(others)) => self.fit(others, value, &below, found),
            (None, None) => true,
        }
    }

    /// Clients that generators made write null for whatever was not set. Where any JSON may stand, null is a value, unless such a client
    /// wrote it: then there are others.
    fn take_nulls_away(&self, schema: &'a Value, fields: &mut Map<String, Value>) {
        let Some(known) = schema["properties"].as_object() else { return };
        let required = list(schema, "required");
        let is_null = |(key, value): &(&String, &Value)| {
            value.is_null() && known.contains_key(*key) && !required.iter().any(|name| name.as_str() == Some(key))
        };
        let nulls: Vec<String> = fields.iter().filter(is_null).map(|(key, _)| key.clone()).collect();
        let is_value = |key: &String| nulls.len() == 1 && takes_any(self.resolved(&known[key]));
        for key in nulls.iter().filter(|key| !is_value(key)) {
            fields.shift_remove(key);
        }
    }

    fn fit_list(&self, schema: &'a Value, items: &mut [Value], path: &str, found: &mut Vec<Misfit>) -> bool {
        let Some(of_each) = schema.get("items") else { return true };
        let mut fits = true;
        for (nth, item) in items.iter_mut().enumerate() {
            if found.len() >= MOST {
                return false;
            }
            fits &= self.fit(of_each, item, &format!("{path}[{nth}]"), found);
        }
        fits
    }

    /// The first alternative that fits decides. If none does, the errors are about the one that the client probably meant.
    fn fit_choice(&self, alternatives: &[&'a Value], value: &mut Value, path: &str, found: &mut Vec<Misfit>) -> bool {
        let same_kind: Vec<&Value> = alternatives.iter().copied().filter(|one| is_of_kind(one, value)).collect();
        for alternative in &same_kind {
            let (mut tried, mut misfits) = (value.clone(), Vec::new());
            self.fit(alternative, &mut tried, path, &mut misfits);
            if misfits.is_empty() {
                *value = tried;
                return true;
            }
        }
        match (same_kind.as_slice(), &*value) {
            ([one], _) => return self.fit(one, value, path, found),
            ([], _) => found.push(wrong_kind(alternatives, value, path)),
            (several, Value::Object(fields)) => self.misfits_of_variants(several, fields, path, found),
            (several, _) => match check_word(several, value, path) {
                Ok(()) => return self.fit(several[0], value, path, found),
                Err(misfit) => found.push(misfit),
            },
        }
        false
    }

    /// What is wrong with an object that fits none of several alternatives, which differ by their keys.
    fn misfits_of_variants(&self, variants: &[&'a Value], fields: &Map<String, Value>, path: &str, found: &mut Vec<Misfit>) {
        let has_key = |variant: &&&Value| fields.keys().any(|key| variant["properties"].get(key).is_some());
        let meant: Vec<&Value> = variants.iter().filter(has_key).copied().collect();
        let known: Vec<&str> = variants.iter().flat_map(|variant| names(variant)).collect();
        let strangers: Vec<&String> = fields.keys().filter(|key| !known.contains(&key.as_str())).collect();
        if !strangers.is_empty() {
            return found.extend(strangers.iter().map(|key| unknown_key(&known, key, &key_path(path, key))));
        }
        match meant.as_slice() {
            [] => found.push(misfit(path, "a key is missing".to_owned()).with(one_of("keys", &known))),
            [one] => {
                self.fit(one, &mut Value::Object(fields.clone()), path, found);
            }
            _ => {
                let given: Vec<String> = fields.keys().map(|key| format!("`{key}`")).collect();
                let misfit = misfit(path, format!("{} exclude each other", given.join(" and ")));
                found.push(misfit.with("give one of them".to_owned()));
            }
        }
    }

    /// Every schema that a choice is between, those of choices within it among them.
    fn alternatives(&self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolved(schema);
        if is_choice(schema) {
            ["oneOf", "anyOf"].iter().flat_map(|key| list(schema, key)).flat_map(|one| self.alternatives(one)).collect()
        } else {
            vec![schema]
        }
    }

    /// What a reference leads to.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let target = schema["$ref"].as_str().and_then(|target| self.document.pointer(target.strip_prefix('#')?));
        target.map_or(schema, |target| self.resolved(target))
    }
}

impl Misfit {
    /// A mistake in the value of a key.
    pub(super) fn at(key: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: key.to_owned(), message: message.into(), help: Some(help.into()) }
    }

    fn with(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }
}

impl From<&FaultError> for Misfit {
    fn from(error: &FaultError) -> Self {
        let help = error.help().map(str::to_owned);
        Self { path: error.keys().join("."), message: error.message().to_owned(), help }
    }
}

impl From<LoadProblem> for Misfit {
    fn from(LoadProblem { path, message, help }: LoadProblem) -> Self {
        Self { path, message, help }
    }
}

fn misfit(path: &str, message: String) -> Misfit {
    Misfit { path: path.to_owned(), message, help: None }
}

/// Alternatives beside a type of the schema's own narrow it, and are left to what reads the value.
fn is_choice(schema: &Value) -> bool {
    schema.get("type").is_none() && (schema.get("oneOf").is_some() || schema.get("anyOf").is_some())
}

fn takes_any(schema: &Value) -> bool {
    ["type", "enum", "const", "oneOf", "anyOf", "$ref"].iter().all(|key| schema.get(*key).is_none())
}

fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema[key].as_array().map_or(&[], Vec::as_slice)
}

fn names(schema: &Value) -> Vec<&str> {
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn key_path(path: &str, key: &str) -> String {
    let key = cut(key, SHOWN_BYTES);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        // Words say their kind themselves.
        _ if schema.get("enum").is_some() || schema.get("const").is_some() => vec!["string"],
        _ => Vec::new(),
    }
}

/// Whether a value is of one of the kinds that a schema takes. A whole number may be written as `2.0`.
fn is_of_kind(schema: &Value, value: &Value) -> bool {
    let kinds = kinds(schema);
    let fits = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    kinds.is_empty() || kinds.iter().any(fits)
}

fn check_kind(schema: &Value, value: &mut Value, path: &str) -> Result<(), Misfit> {
    if !is_of_kind(schema, value) {
        return Err(wrong_kind(&[schema], value, path));
    }
    if kinds(schema).contains(&"integer")
        && let Some(whole) = whole(value)
    {
        *value = whole.into();
    }
    Ok(())
}

/// A number such as `2.0` or `1e3` as a whole one, as far as 63 bits go. Any others are out of range.
fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it is held against the range in which it is exact")]
    let whole = |number: f64| number as i64;
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= 9_223_372_036_854_774_784.0;
    if value.is_f64() { value.as_f64().filter(exact).map(whole) } else { None }
}

fn wrong_kind(schemas: &[&Value], value: &Value, path: &str) -> Misfit {
    let mut words = Vec::new();
    for schema in schemas {
        words.extend(kinds(schema).into_iter().filter(|kind| *kind != "null").map(|kind| in_words(kind, schema)));
    }
    words.dedup();
    let shown = if may_be_secret(path) { "something else".to_owned() } else { shown(value) };
    let found = misfit(path, format!("expected {}, not {shown}", words.join(" or ")));
    match schemas.iter().find_map(|schema| example(schema, value)) {
        Some(help) => found.with(help),
        None => found,
    }
}

/// How it is written, from the example of a schema. A bare number where a duration belongs is one of seconds.
fn example(schema: &Value, value: &Value) -> Option<String> {
    let example = list(schema, "examples").first()?;
    let is_duration = example.as_str().is_some_and(|text| neptune_text::parse_duration(text).is_ok());
    match value {
        Value::Number(number) if is_duration => {
            Some(format!("write `\"{number}s\"` if you mean seconds (the units are ms, s, m, h, d)"))
        }
        _ => Some(format!("write something like `{example}`")),
    }
}

fn in_words(kind: &str, schema: &Value) -> String {
    let word = match kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        _ => "an object",
    };
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(least), Value::Number(most)) if kind == "integer" && most.as_u64() != Some(u64::MAX) => {
            format!("{word} from {least} to {most}")
        }
        _ => word.to_owned(),
    }
}

/// Whether an error must not repeat the value at this place.
fn may_be_secret(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or_default();
    ["secret", "token"].iter().any(|word| key.contains(word))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(word) => word.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text `{}`", cut(text, SHOWN_BYTES)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Whether a value is one of the words, where there are any.
fn check_word(schemas: &[&Value], value: &Value, path: &str) -> Result<(), Misfit> {
    let words: Vec<&Value> = schemas.iter().flat_map(|schema| list(schema, "enum").iter().chain(schema.get("const"))).collect();
    if words.is_empty() || words.contains(&value) {
        return Ok(());
    }
    let known: Vec<&str> = words.into_iter().filter_map(Value::as_str).collect();
    let found = misfit(path, format!("unknown word {}", quoted(value)));
    Err(found.with(near(value.as_str().unwrap_or_default(), "words", &known)))
}

fn quoted(value: &Value) -> String {
    value.as_str().map_or_else(|| shown(value), |text| format!("`{}`", cut(text, SHOWN_BYTES)))
}

fn unknown_key(known: &[&str], key: &str, path: &str) -> Misfit {
    misfit(path, format!("unknown key `{}`", cut(key, SHOWN_BYTES))).with(near(key, "keys", known))
}

/// The nearest of the names, or all of them.
fn near(given: &str, what: &str, known: &[&str]) -> String {
    match nearest(given, known.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => one_of(what, known),
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn one_of(what: &str, known: &[&str]) -> String {
    if known.is_empty() { format!("there are no {what} here") } else { format!("the {what} here are: {}", known.join(", ")) }
}

fn check_range(schema: &Value, value: &Value, path: &str) -> Result<(), Misfit> {
    if !value.is_number() {
        return Ok(());
    }
    let (least, most) = (schema.get("minimum"), schema.get("maximum"));
    // What is beyond whole numbers of 64 bits is a float here, and larger or smaller than all of them.
    let is_within = least.is_none_or(|least| !is_less(value, least)) && most.is_none_or(|most| !is_less(most, value));
    let is_counted = !kinds(schema).contains(&"integer") || value.is_u64() || value.is_i64();
    if is_within && is_counted {
        return Ok(());
    }
    let mut message = format!("{value} is out of range");
    match (least, most) {
        (Some(least), Some(most)) if most.as_u64() != Some(u64::MAX) || !is_less(value, least) => {
            let _ = write!(message, ": {} to {}", bound(least), bound(most));
        }
        (Some(least), _) => {
            let _ = write!(message, ": {} is the least", bound(least));
        }
        (None, _) => {}
    }
    Err(misfit(path, message))
}

/// A bound as people write it: `1` and not `1.0`.
fn bound(value: &Value) -> String {
    whole(value).map_or_else(|| value.to_string(), |whole| whole.to_string())
}

fn is_less(one: &Value, other: &Value) -> bool {
    match (counted(one), counted(other)) {
        (Some(one), Some(other)) => one < other,
        _ => one.as_f64() < other.as_f64(),
    }
}

fn counted(value: &Value) -> Option<i128> {
    value.as_u64().map(i128::from).or_else(|| value.as_i64().map(i128::from))
}
