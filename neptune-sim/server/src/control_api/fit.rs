//! Checks values against the schemas of the OpenAPI document, so that the API accepts exactly what the document describes.
//!
//! Types alone would not do: serde takes a list for any struct, refuses nulls where clients write them for what was not set, and reports
//! errors in the words of Rust. Only structure is checked here: kinds, keys, words and ranges. Lengths and patterns
//! are left to the code that reads the value, which explains them better.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::error::SHOWN_BYTES;
use neptune_text::cut;
use neptune_text::nearest;

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
pub(super) fn fit(document: &Value, schema: &Value, value: &mut Value) -> Result<(), Misfit> {
    Fitting { document }.fit(schema, value, "")
}

struct Fitting<'a> {
    document: &'a Value,
}

impl<'a> Fitting<'a> {
    fn fit(&self, schema: &'a Value, value: &mut Value, path: &str) -> Result<(), Misfit> {
        let schema = self.resolved(schema);
        for part in list(schema, "allOf") {
            self.fit(part, value, path)?;
        }
        if is_choice(schema) {
            return self.fit_choice(&self.alternatives(schema), value, path);
        }
        check_kind(schema, value, path)?;
        check_word(&[schema], value, path)?;
        check_range(schema, value, path)?;
        match value {
            Value::Object(fields) => self.fit_object(schema, fields, path),
            Value::Array(items) => self.fit_list(schema, items, path),
            _ => Ok(()),
        }
    }

    fn fit_object(&self, schema: &'a Value, fields: &mut Map<String, Value>, path: &str) -> Result<(), Misfit> {
        self.take_nulls_away(schema, fields);
        let known = schema["properties"].as_object();
        for (key, value) in fields.iter_mut() {
            let below = key_path(path, key);
            match (known.and_then(|known| known.get(key)), schema.get("additionalProperties")) {
                (Some(property), _) => self.fit(property, value, &below)?,
                (None, Some(Value::Bool(false))) => return Err(unknown_key(&names(schema), key, &below)),
                (None, Some(others)) => self.fit(others, value, &below)?,
                (None, None) => {}
            }
        }
        match list(schema, "required").iter().filter_map(Value::as_str).find(|key| !fields.contains_key(*key)) {
            Some(key) => Err(misfit(path, format!("the key `{key}` is missing"))),
            None => Ok(()),
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

    fn fit_list(&self, schema: &'a Value, items: &mut [Value], path: &str) -> Result<(), Misfit> {
        let Some(of_each) = schema.get("items") else { return Ok(()) };
        for (nth, item) in items.iter_mut().enumerate() {
            self.fit(of_each, item, &format!("{path}[{nth}]"))?;
        }
        Ok(())
    }

    /// The first alternative that fits decides. If none does, the error is about the one that the client probably meant.
    fn fit_choice(&self, alternatives: &[&'a Value], value: &mut Value, path: &str) -> Result<(), Misfit> {
        let same_kind: Vec<&Value> = alternatives.iter().copied().filter(|one| is_of_kind(one, value)).collect();
        for alternative in &same_kind {
            let mut tried = value.clone();
            if self.fit(alternative, &mut tried, path).is_ok() {
                *value = tried;
                return Ok(());
            }
        }
        match (same_kind.as_slice(), &*value) {
            ([], _) => Err(wrong_kind(alternatives, value, path)),
            ([one], _) => self.fit(one, value, path),
            (several, Value::Object(fields)) => Err(self.misfit_of_variants(several, fields, path)),
            (several, _) => check_word(several, value, path).and_then(|()| self.fit(several[0], value, path)),
        }
    }

    /// What is wrong with an object that fits none of several alternatives, which differ by their keys.
    fn misfit_of_variants(&self, variants: &[&'a Value], fields: &Map<String, Value>, path: &str) -> Misfit {
        let has_key = |variant: &&&Value| fields.keys().any(|key| variant["properties"].get(key).is_some());
        let meant: Vec<&Value> = variants.iter().filter(has_key).copied().collect();
        let known: Vec<&str> = variants.iter().flat_map(|variant| names(variant)).collect();
        if let Some(stranger) = fields.keys().find(|key| !known.contains(&key.as_str())) {
            return unknown_key(&known, stranger, &key_path(path, stranger));
        }
        match meant.as_slice() {
            [] => misfit(path, "a key is missing".to_owned()).with(one_of("keys", &known)),
            [one] => {
                let found = self.fit(one, &mut Value::Object(fields.clone()), path);
                found.err().unwrap_or_else(|| misfit(path, "this fits nothing".to_owned()))
            }
            _ => {
                let given: Vec<String> = fields.keys().map(|key| format!("`{key}`")).collect();
                misfit(path, format!("{} exclude each other", given.join(" and "))).with("give one of them".to_owned())
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
    fn with(self, help: String) -> Self {
        Self { help: Some(help), ..self }
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
        Some(near) => format!("did you mean `{near}`?"),
        None => one_of(what, known),
    }
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
