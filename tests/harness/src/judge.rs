//! Whether an assertion of a scenario holds.

use std::fmt;
use std::time::Duration;

use neptune_server::scenario::{Check, Claim, Kind, Matcher, Path, Subject, ValueMatcher, Which};
use serde_json::{Value, json};

use crate::lambda::{Invocation, Outcome};

/// Everything that assertions can check. Load ids are already replaced by names.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// How each invocation ended, in the order of the events.
    pub endings: Vec<Ending>,
    /// The replies to the scenario's own requests: `http`, `headers`, `text` and perhaps `body`; or `error`, if none came.
    pub replies: Vec<Value>,
    /// Structured log lines of all invocations.
    pub log: Vec<Value>,
    /// Requests that reached Neptune meanwhile.
    pub requests: Vec<Value>,
    /// The loads before the first invocation.
    pub loads_before: Vec<Value>,
    /// The loads after the last one.
    pub loads_after: Vec<Value>,
    /// Which environments answered.
    pub environments: Vec<usize>,
    /// How long the slowest invocation took.
    pub slowest: Duration,
}

/// How one invocation ended, as far as a scenario can expect it.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With an answer.
    Answered(Value),
    /// With an error: `errorType` and `errorMessage`.
    Raised(Value),
    /// With a crash or a time-out, which no scenario expects.
    Broken(String),
}

impl From<&Invocation> for Ending {
    fn from(invocation: &Invocation) -> Self {
        match &invocation.outcome {
            Outcome::Answered(answer) => Self::Answered(answer.clone()),
            Outcome::Raised { error_type, error_message } => {
                Self::Raised(json!({"errorType": error_type, "errorMessage": error_message}))
            }
            other => Self::Broken(other.to_string()),
        }
    }
}

/// A sentence for people: `it raised LoadNotFound: load id x not found`.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |error: &Value, key: &str| error[key].as_str().map_or_else(|| error[key].to_string(), str::to_owned);
        match self {
            Self::Answered(answer) => write!(f, "it answered {answer}"),
            Self::Raised(error) => write!(f, "it raised {}: {}", part(error, "errorType"), part(error, "errorMessage")),
            Self::Broken(how) => f.write_str(how),
        }
    }
}

/// An assertion that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The plan's words.
    pub words: String,
    /// The subject, the expected value and the actual value, in one text.
    pub because: String,
    /// The subject as the scenario spells it: `answer.status`. Empty for what every scenario expects without saying so.
    pub field: String,
    /// What the subject should be. Empty where the words say it.
    pub expected: String,
    /// What it is.
    pub got: String,
    /// The line of the assertion in its file, from 1; `None` for what every scenario expects without saying so.
    pub line: Option<u64>,
}

impl Failure {
    /// What every scenario expects without saying so, and what came instead.
    pub fn unsaid(words: &str, because: String) -> Self {
        let (field, expected, line) = Default::default();
        Self { words: words.to_owned(), got: because.clone(), because, field, expected, line }
    }

    fn of(claim: &Claim, check: &Check, mismatch: Mismatch) -> Self {
        let because = format!("{}: {mismatch}", check.spelling);
        let (words, field, line) = (claim.words.clone(), check.spelling.clone(), Some(check.line));
        match mismatch {
            Mismatch::Value { expected, got } => Self { words, because, field, expected, got, line },
            Mismatch::Nothing(got) => {
                let expected = check.matchers.iter().map(wanted).collect::<Vec<_>>().join(" and ");
                Self { words, because, field, expected, got, line }
            }
        }
    }
}

/// Why a check does not hold.
#[derive(Debug, thiserror::Error)]
enum Mismatch {
    /// There is another value.
    #[error("expected {expected}, got {got}")]
    Value {
        /// What was to be there.
        expected: String,
        /// What is there.
        got: String,
    },
    /// There is nothing to look at.
    #[error("{0}")]
    Nothing(String),
}

impl Mismatch {
    fn value(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::Value { expected: expected.into(), got: got.into() }
    }
}

/// Judges the assertions and lists those that do not hold.
pub fn judge(claims: &[Claim], evidence: &Evidence) -> Vec<Failure> {
    let mut failures = unexpected_endings(claims, evidence);
    failures.extend(unexpected_silences(claims, evidence));
    for claim in claims {
        for check in &claim.checks {
            if let Err(mismatch) = judge_check(check, evidence) {
                failures.push(Failure::of(claim, check, mismatch));
            }
        }
    }
    failures
}

/// Whether all checks hold.
pub fn holds(checks: &[Check], evidence: &Evidence) -> bool {
    checks.iter().all(|check| judge_check(check, evidence).is_ok())
}

/// An error must be expected by some check, and nothing else than answers and errors can be.
fn unexpected_endings(claims: &[Claim], evidence: &Evidence) -> Vec<Failure> {
    let expects_errors = claims.iter().flat_map(|claim| &claim.checks).any(|check| matches!(check.subject, Subject::Raised(_)));
    let unexpected = |ending: &Ending| match ending {
        Ending::Answered(_) => None,
        Ending::Raised(_) if expects_errors => None,
        Ending::Raised(_) | Ending::Broken(_) => Some(ending.to_string()),
    };
    let failure = |because| Failure::unsaid("(the function ended in a way that nothing expects)", because);
    evidence.endings.iter().filter_map(unexpected).map(failure).collect()
}

/// That a reply did not come must be expected by some check, too.
fn unexpected_silences(claims: &[Claim], evidence: &Evidence) -> Vec<Failure> {
    let asks_why = |subject: &Subject| matches!(subject, Subject::Reply(path) if path.0[0] == "error");
    if claims.iter().flat_map(|claim| &claim.checks).any(|check| asks_why(&check.subject)) {
        return Vec::new();
    }
    let failure = |error: &Value| Failure::unsaid("(no reply came)", show(Some(error)));
    evidence.replies.iter().filter_map(|reply| reply.get("error").map(failure)).collect()
}

fn judge_check(check: &Check, evidence: &Evidence) -> Result<(), Mismatch> {
    if let Subject::Answer(Which::Nth(nth), Path(path)) = &check.subject
        && path.is_empty()
        && *nth >= evidence.endings.len()
        && check.matchers.iter().all(|matcher| *matcher == Matcher::Each(ValueMatcher::Is(Kind::Absent)))
    {
        return Ok(());
    }
    let values = look(&check.subject, evidence).map_err(Mismatch::Nothing)?;
    check.matchers.iter().try_for_each(|matcher| judge_matcher(matcher, &values, evidence))
}

/// The values that a subject names, one for each answer or request; `None` where there is none.
fn look(subject: &Subject, evidence: &Evidence) -> Result<Vec<Option<Value>>, String> {
    match subject {
        Subject::Answer(which, path) => {
            let chosen = choose(*which, &evidence.endings)?;
            chosen.iter().map(|ending| inside_answer(ending, path)).collect()
        }
        Subject::Answers => evidence.endings.iter().map(whole).collect::<Result<Vec<_>, _>>().map(|all| vec![Some(all.into())]),
        Subject::Raised(path) => evidence.endings.iter().map(|ending| inside_error(ending, path)).collect(),
        Subject::Reply(path) => Ok(evidence.replies.iter().map(|reply| path.find(reply).cloned()).collect()),
        Subject::Log => Ok(vec![Some(Value::Array(evidence.log.clone()))]),
        Subject::Requests => Ok(vec![Some(json!(evidence.requests.len()))]),
        Subject::Request(_) if evidence.requests.is_empty() => Err("no request reached Neptune".to_owned()),
        Subject::Request(path) => Ok(evidence.requests.iter().map(|request| path.find(request).cloned()).collect()),
        Subject::Environments => Ok(vec![Some(json!(distinct(&evidence.environments)))]),
        Subject::Loads => Ok(vec![Some(json!(evidence.loads_after))]),
        Subject::Took => Ok(vec![Some(json!(evidence.slowest.as_secs_f64() * 1000.0))]),
    }
}

fn choose(which: Which, endings: &[Ending]) -> Result<&[Ending], String> {
    let count = endings.len();
    let range = match which {
        Which::Each => 0..count,
        Which::First => 0..1,
        Which::Last => count.saturating_sub(1)..count,
        Which::Earlier => 0..count.saturating_sub(1),
        Which::Nth(nth) => nth..nth.saturating_add(1),
    };
    match endings.get(range) {
        Some(chosen) if !chosen.is_empty() => Ok(chosen),
        _ => Err(format!("there is no such answer among {count}")),
    }
}

fn whole(ending: &Ending) -> Result<Value, String> {
    match ending {
        Ending::Answered(value) | Ending::Raised(value) => Ok(value.clone()),
        Ending::Broken(how) => Err(format!("there is no answer: {how}")),
    }
}

fn inside_answer(ending: &Ending, path: &Path) -> Result<Option<Value>, String> {
    match ending {
        Ending::Answered(answer) => Ok(path.find(answer).cloned()),
        Ending::Raised(error) => Err(format!("there is no answer, it raised {error}")),
        Ending::Broken(how) => Err(format!("there is no answer: {how}")),
    }
}

fn inside_error(ending: &Ending, path: &Path) -> Result<Option<Value>, String> {
    match ending {
        Ending::Raised(error) => Ok(path.find(error).cloned()),
        Ending::Answered(answer) => Err(format!("nothing was raised, it answered {answer}")),
        Ending::Broken(how) => Err(format!("nothing was raised: {how}")),
    }
}

fn distinct(environments: &[usize]) -> usize {
    environments.iter().collect::<std::collections::BTreeSet<_>>().len()
}

/// What a matcher asks for, in words.
fn wanted(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Identical => "the same everywhere".to_owned(),
        Matcher::InOrder(order) => format!("only {} in this order", json!(order)),
        Matcher::Unchanged => "no change".to_owned(),
        Matcher::Each(matcher) => wanted_value(matcher),
    }
}

fn judge_matcher(matcher: &Matcher, values: &[Option<Value>], evidence: &Evidence) -> Result<(), Mismatch> {
    match matcher {
        Matcher::Identical => match values.iter().find(|value| **value != values[0]) {
            Some(other) => {
                let got = format!("{} and {}", show(values[0].as_ref()), show(other.as_ref()));
                Err(Mismatch::value(wanted(matcher), got))
            }
            None => Ok(()),
        },
        Matcher::InOrder(order) => judge_order(order, values),
        Matcher::Unchanged if evidence.loads_before == evidence.loads_after => Ok(()),
        Matcher::Unchanged => {
            let got = format!("{}, which became {}", json!(evidence.loads_before), json!(evidence.loads_after));
            Err(Mismatch::value(wanted(matcher), got))
        }
        Matcher::Each(matcher) => values.iter().try_for_each(|value| judge_value(matcher, value.as_ref())),
    }
}

fn judge_order(order: &[Value], values: &[Option<Value>]) -> Result<(), Mismatch> {
    let mut reached = 0;
    for value in values {
        let place = order.iter().position(|known| Some(known) == value.as_ref());
        match place {
            Some(place) if place >= reached => reached = place,
            Some(_) => return Err(Mismatch::value(format!("no step back in {}", json!(order)), show_all(values))),
            None => return Err(Mismatch::value(format!("only {}", json!(order)), show(value.as_ref()))),
        }
    }
    Ok(())
}

fn judge_value(matcher: &ValueMatcher, value: Option<&Value>) -> Result<(), Mismatch> {
    if holds_of(matcher, value) { Ok(()) } else { Err(Mismatch::value(wanted_value(matcher), show(value))) }
}

fn holds_of(matcher: &ValueMatcher, value: Option<&Value>) -> bool {
    let text = || value.and_then(Value::as_str);
    let number = || value.and_then(Value::as_f64);
    match matcher {
        ValueMatcher::Equals(wanted) => value == Some(wanted),
        ValueMatcher::OneOf(wanted) => value.is_some_and(|value| wanted.contains(value)),
        ValueMatcher::Contains(parts) => {
            let lower = text().map(str::to_lowercase);
            lower.is_some_and(|text| parts.iter().all(|part| text.contains(&part.to_lowercase())))
        }
        ValueMatcher::StartsWith(start) => text().is_some_and(|text| text.starts_with(start)),
        ValueMatcher::Includes(fields) => includes(value, fields),
        ValueMatcher::AtLeast(least) => number().is_some_and(|number| number >= *least),
        ValueMatcher::AtMost(most) => number().is_some_and(|number| number <= *most),
        ValueMatcher::Length(length) => self::length(value) == Some(*length),
        ValueMatcher::Is(kind) => is(value, *kind),
        ValueMatcher::Under(limit) => number().is_some_and(|millis| millis < limit.as_secs_f64() * 1000.0),
    }
}

fn wanted_value(matcher: &ValueMatcher) -> String {
    match matcher {
        ValueMatcher::Equals(wanted) => wanted.to_string(),
        ValueMatcher::OneOf(wanted) => format!("one of {}", json!(wanted)),
        ValueMatcher::Contains(parts) => format!("a text with {} in it", json!(parts)),
        ValueMatcher::StartsWith(start) => format!("a text that starts with {start:?}"),
        ValueMatcher::Includes(fields) => format!("an entry with {}", json!(fields)),
        ValueMatcher::AtLeast(least) => format!("at least {least}"),
        ValueMatcher::AtMost(most) => format!("at most {most}"),
        ValueMatcher::Length(length) => format!("a length of {length}"),
        ValueMatcher::Is(kind) => format!("to be {kind:?}").to_lowercase(),
        ValueMatcher::Under(limit) => format!("under {} ms", limit.as_millis()),
    }
}

fn includes(value: Option<&Value>, fields: &serde_json::Map<String, Value>) -> bool {
    let has_all = |entry: &Value| fields.iter().all(|(key, wanted)| entry.get(key) == Some(wanted));
    value.and_then(Value::as_array).is_some_and(|entries| entries.iter().any(has_all))
}

fn length(value: Option<&Value>) -> Option<usize> {
    match value? {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(list) => Some(list.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

fn is(value: Option<&Value>, kind: Kind) -> bool {
    match kind {
        Kind::Absent => value.is_none(),
        Kind::Present => value.is_some(),
        Kind::Text => value.is_some_and(Value::is_string),
        Kind::Number => value.is_some_and(Value::is_number),
        Kind::Whole => value.is_some_and(|value| value.is_i64() || value.is_u64()),
        Kind::Decimal => value.is_some_and(Value::is_f64),
        Kind::List => value.is_some_and(Value::is_array),
        Kind::Object => value.is_some_and(Value::is_object),
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

fn show_all(values: &[Option<Value>]) -> String {
    values.iter().map(|value| show(value.as_ref())).collect::<Vec<_>>().join(", ")
}
