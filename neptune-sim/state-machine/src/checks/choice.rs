//! The rules of a Choice.

use serde_json::Value;

use super::comparison::{comparisons, is_comparison};
use super::fields::{wrong_expression, wrong_value};
use super::finding::{Finding, Place, did_you_mean};
use super::state::State;

/// What has a value beside a comparison.
const PARTS: [&str; 9] = ["Comment", "Variable", "Condition", "Next", "And", "Or", "Not", "Assign", "Output"];

pub(super) fn check(state: &State<'_>) -> Result<(), Finding> {
    let rules = state.value["Choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rules.is_empty() {
        return Err(state.refused(&state.place, "is a Choice without a rule: `Choices` needs one at least"));
    }
    for (number, rule) in rules.iter().enumerate() {
        let (place, who) = (state.place.at("Choices").at(&number), format!("rule {} of its `Choices`", number + 1));
        if !rule["Next"].is_string() {
            return Err(state.refused(&place, &format!("has no `Next` in {who}")));
        }
        check_rule(state, rule, &place, &who)?;
    }
    Ok(())
}

fn check_rule(state: &State<'_>, rule: &Value, place: &Place, who: &str) -> Result<(), Finding> {
    let Some(fields) = rule.as_object() else {
        return Err(state.refused(place, &format!("has as {who} something that is not an object")));
    };
    for (field, value) in fields {
        let at = place.at(field);
        if !PARTS.contains(&field.as_str()) && !is_comparison(field) {
            let near = did_you_mean(field, comparisons().chain(PARTS));
            return Err(state.refused(&at, &format!("has in {who} a field `{field}`, which is no comparison{near}")));
        }
        if let Some(fault) = wrong_value(field, value, state.is_jsonata()) {
            return Err(state.refused(&at, &format!("has in {who}, `{field}`, {fault}")));
        }
    }
    if state.is_jsonata() { check_condition(state, rule, place, who) } else { check_comparison(state, rule, place, who) }
}

/// A rule in JSONata has a Condition, and nothing of JSONPath.
fn check_condition(state: &State<'_>, rule: &Value, place: &Place, who: &str) -> Result<(), Finding> {
    let of_jsonpath = rule.as_object().and_then(|fields| {
        fields.keys().find(|field| is_comparison(field) || ["Variable", "And", "Or", "Not"].contains(&field.as_str()))
    });
    if let Some(field) = of_jsonpath {
        let why = format!(
            "has in {who} a field `{field}`, which only JSONPath has, and the query language of the state is JSONata: write a `Condition`"
        );
        return Err(state.refused(&place.at(field), &why));
    }
    match &rule["Condition"] {
        Value::Bool(_) => Ok(()),
        Value::String(text) if text.starts_with("{%") => match wrong_expression(text, true) {
            Some(fault) => Err(state.refused(&place.at("Condition"), &format!("has in {who}, `Condition`, {fault}"))),
            None => Ok(()),
        },
        Value::Null => Err(state.refused(place, &format!("has no `Condition` in {who}"))),
        _ => {
            let why = format!("has in {who} a `Condition` that is no expression: write it between `{{%` and `%}}`");
            Err(state.refused(&place.at("Condition"), &why))
        }
    }
}

/// A rule in JSONPath has one comparison of a Variable, or one And, Or or Not.
fn check_comparison(state: &State<'_>, rule: &Value, place: &Place, who: &str) -> Result<(), Finding> {
    if !rule["Condition"].is_null() {
        let why = format!(
            "has in {who} a `Condition`, which only JSONata has, and the query language of the state is JSONPath: write `\"QueryLanguage\": \"JSONata\"`, or a comparison"
        );
        return Err(state.refused(&place.at("Condition"), &why));
    }
    let fields = rule.as_object().into_iter().flatten().map(|(field, _)| field.as_str());
    let tests: Vec<_> = fields.filter(|field| is_comparison(field) || ["And", "Or", "Not"].contains(field)).collect();
    let test = match tests[..] {
        [test] => test,
        [] => return Err(state.refused(place, &format!("has no comparison in {who}, such as `StringEquals`"))),
        [first, second, ..] => {
            let why = format!("has both `{first}` and `{second}` in {who}: join them with an `And`");
            return Err(state.refused(&place.at(second), &why));
        }
    };
    let inner: Vec<(Place, &Value)> = match &rule[test] {
        Value::Array(rules) if test != "Not" => {
            rules.iter().enumerate().map(|(number, rule)| (place.at(test).at(&number), rule)).collect()
        }
        value if test == "Not" => vec![(place.at(test), value)],
        _ => Vec::new(),
    };
    if is_comparison(test) {
        return match &rule["Variable"] {
            Value::String(_) => Ok(()),
            _ => Err(state.refused(place, &format!("has in {who} a `{test}` without a `Variable`"))),
        };
    }
    if inner.is_empty() {
        return Err(state.refused(&place.at(test), &format!("has in {who} an `{test}` without rules: it takes a list of them")));
    }
    for (place, rule) in inner {
        if !rule["Next"].is_null() {
            let why = format!("has in {who} a `Next` inside an `{test}`: only the whole rule leads on");
            return Err(state.refused(&place.at("Next"), &why));
        }
        check_rule(state, rule, &place, who)?;
    }
    Ok(())
}
