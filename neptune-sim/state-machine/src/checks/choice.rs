//! The rules of a Choice.

use serde_json::{Map, Value};

use super::comparison::{comparisons, is_comparison};
use super::fields::wrong_expression;
use super::finding::{Finding, Findings, Place, did_you_mean};
use super::state::State;

/// What has a value beside a comparison.
const PARTS: [&str; 9] = ["Comment", "Variable", "Condition", "Next", "And", "Or", "Not", "Assign", "Output"];

pub(super) fn check(state: &State<'_>, findings: &mut Findings) {
    let rules = state.value["Choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rules.is_empty() && (state.has("Choices") || state.lacks("Choices")) {
        let why = "is a Choice without a rule: `Choices` needs one at least";
        findings.add(state.refused(&state.place.at("Choices"), why));
    }
    for (number, rule) in rules.iter().enumerate() {
        let place = state.place.at("Choices").at(&number);
        let who = format!("rule {} of its `Choices`", number + 1);
        let Some(rule) = Rule::new(state, rule, place, &who, findings) else { continue };
        if rule.lacks("Next") {
            findings.add(state.refused(&rule.place.at("Next"), &format!("has no `Next` in {who}")));
        }
        rule.check(findings);
    }
}

/// A rule, or one inside of a rule.
struct Rule<'a> {
    state: &'a State<'a>,
    fields: &'a Map<String, Value>,
    place: Place,
    who: &'a str,
}

impl<'a> Rule<'a> {
    fn new(state: &'a State<'a>, value: &'a Value, place: Place, who: &'a str, findings: &mut Findings) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            findings.add(state.refused(&place, &format!("has as {who} something that is not an object")));
            return None;
        };
        Some(Self { state, fields, place, who })
    }

    fn refused(&self, field: &str, why: &str) -> Finding {
        self.state.refused(&self.place.at(field), why)
    }

    fn refused_language(&self, field: &str, why: &str) -> Finding {
        self.state.refused_language(&self.place.at(field), why)
    }

    /// Whether it does not have a field. Where one is unknown, that one may be meant for it.
    fn lacks(&self, field: &str) -> bool {
        !self.fields.contains_key(field) && self.fields.keys().all(|field| is_known(field))
    }

    fn check(&self, findings: &mut Findings) {
        let who = self.who;
        for (field, value) in self.fields {
            if is_known(field) {
                self.state.check_value(field, value, &self.place.at(field), &format!("{who}, `{field}`,"), findings);
            } else {
                let near = did_you_mean(field, comparisons().chain(PARTS));
                let why = format!("has in {who} a field `{field}`, which is no comparison{near}");
                findings.add(self.refused(field, &why));
            }
        }
        if self.state.is_jsonata() { self.check_condition(findings) } else { self.check_comparison(findings) }
    }

    /// A rule in JSONata has a Condition, and nothing of JSONPath.
    fn check_condition(&self, findings: &mut Findings) {
        let who = self.who;
        let is_of_jsonpath = |field: &str| is_comparison(field) || ["Variable", "And", "Or", "Not"].contains(&field);
        if let Some(field) = self.fields.keys().find(|field| is_of_jsonpath(field)) {
            let why = format!(
                "has in {who} a field `{field}`, which only JSONPath has, and the query language of the state is JSONata: write a `Condition`"
            );
            return findings.add(self.refused_language(field, &why));
        }
        match self.fields.get("Condition") {
            Some(Value::Bool(_)) => {}
            Some(Value::String(text)) if text.starts_with("{%") => {
                if let Some(fault) = wrong_expression(text, true) {
                    findings.add(self.refused("Condition", &format!("has in {who}, `Condition`, {fault}")));
                }
            }
            Some(_) => {
                let why = format!("has in {who} a `Condition` that is no expression: write it between `{{%` and `%}}`");
                findings.add(self.refused("Condition", &why));
            }
            None if self.lacks("Condition") => {
                findings.add(self.refused("Condition", &format!("has no `Condition` in {who}")));
            }
            None => {}
        }
    }

    /// A rule in JSONPath has one comparison of a Variable, or one And, Or or Not.
    fn check_comparison(&self, findings: &mut Findings) {
        let who = self.who;
        if self.fields.contains_key("Condition") {
            let why = format!(
                "has in {who} a `Condition`, which only JSONata has, and the query language of the state is JSONPath: write `\"QueryLanguage\": \"JSONata\"`, or a comparison"
            );
            return findings.add(self.refused_language("Condition", &why));
        }
        let is_test = |field: &str| is_comparison(field) || ["And", "Or", "Not"].contains(&field);
        let tests: Vec<_> = self.fields.keys().map(String::as_str).filter(|field| is_test(field)).collect();
        match tests[..] {
            [] if self.lacks("StringEquals") => {
                let why = format!("has no comparison in {who}, such as `StringEquals`");
                findings.add(self.state.refused(&self.place, &why));
            }
            [test] if !is_comparison(test) => self.check_inner(test, findings),
            [test] if self.lacks("Variable") => {
                findings.add(self.refused("Variable", &format!("has in {who} a `{test}` without a `Variable`")));
            }
            [] | [_] => {}
            [first, second, ..] => {
                let why = format!("has both `{first}` and `{second}` in {who}: join them with an `And`");
                findings.add(self.refused(second, &why));
            }
        }
    }

    /// The rules in an And, an Or or a Not.
    fn check_inner(&self, test: &str, findings: &mut Findings) {
        let (who, place) = (self.who, self.place.at(test));
        let inner: Vec<(Place, &Value)> = match &self.fields[test] {
            value if test == "Not" => vec![(place, value)],
            Value::Array(rules) => rules.iter().enumerate().map(|(number, rule)| (place.at(&number), rule)).collect(),
            _ => Vec::new(),
        };
        if inner.is_empty() {
            let why = format!("has in {who} an `{test}` without rules: it takes a list of them");
            findings.add(self.refused(test, &why));
        }
        for (place, rule) in inner {
            let Some(rule) = Rule::new(self.state, rule, place, who, findings) else { continue };
            if rule.fields.contains_key("Next") {
                let why = format!("has in {who} a `Next` inside an `{test}`: only the whole rule leads on");
                findings.add(rule.refused("Next", &why));
            }
            rule.check(findings);
        }
    }
}

fn is_known(field: &str) -> bool {
    PARTS.contains(&field) || is_comparison(field)
}
