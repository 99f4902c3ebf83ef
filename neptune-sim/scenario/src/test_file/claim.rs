//! What a scenario expects: assertions in the plan's words, each with the checks that it stands for.

use std::time::Duration;

use serde_json::Value;

use neptune_text::parse_duration;

/// One assertion of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The plan's words.
    pub words: String,
    /// Their checks. All must hold.
    pub checks: Vec<Check>,
}

/// A subject and what must hold for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The subject as the file spells it, for reports.
    pub spelling: String,
    /// The subject.
    pub subject: Subject,
    /// What it must be like. All must hold.
    pub matchers: Vec<Matcher>,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// The subject of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Values in the answers.
    Answer(Which, Path),
    /// The list of all answers, with the errors that were raised in place of some.
    Answers,
    /// Values in what the function raised instead: `errorType`, `errorMessage`.
    Raised(Path),
    /// Values in the replies to requests of the scenario's own: `http`, `headers`, `body`, `text`, `error`.
    Reply(Path),
    /// The structured log lines of all invocations.
    Log,
    /// How many requests reached Neptune.
    Requests,
    /// Values in each of these requests: `method`, `target`, `status`.
    Request(Path),
    /// How many environments answered.
    Environments,
    /// The loads with their statuses, before and after.
    Loads,
    /// How long the slowest answer took, in milliseconds of real time.
    Took,
}

/// Which answers of a step are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    Each,
    /// The first.
    First,
    /// The last.
    Last,
    /// All but the last.
    Earlier,
    /// The n-th, from 0.
    Nth(usize),
}

/// Keys and list indices from a value to one inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The value at the path, if there is one.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, segment| match value {
            Value::Object(map) => map.get(segment),
            Value::Array(list) => segment.parse::<usize>().ok().and_then(|index| list.get(index)),
            _ => None,
        })
    }
}

/// The condition for the values of a subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// Each of them is like this.
    Each(ValueMatcher),
    /// They are all the same.
    Identical,
    /// In the order of the answers they only ever move forward in this list.
    InOrder(Vec<Value>),
    /// The subject is the same before and after the step.
    Unchanged,
}

/// The condition for one value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueMatcher {
    /// Equal to this.
    Equals(Value),
    /// Equal to one of these.
    OneOf(Vec<Value>),
    /// A text with each of these in it, whatever the case.
    Contains(Vec<String>),
    /// A text that begins so.
    StartsWith(String),
    /// A list with an object that has at least these fields.
    Includes(serde_json::Map<String, Value>),
    /// A number not below this.
    AtLeast(f64),
    /// A number not above this.
    AtMost(f64),
    /// A text, list or object of this length.
    Length(usize),
    /// There, or not, or of a type.
    Is(Kind),
    /// Quicker than this.
    Under(Duration),
}

/// See [`ValueMatcher::Is`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not there.
    Absent,
    /// There, whatever it is.
    Present,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A number that is written without a point, `3`.
    Whole,
    /// A number that is written with one, `3.0`.
    Decimal,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("absent", Self::Absent),
        ("present", Self::Present),
        ("text", Self::Text),
        ("number", Self::Number),
        ("whole", Self::Whole),
        ("decimal", Self::Decimal),
        ("list", Self::List),
        ("object", Self::Object),
    ];
}

/// Why a check cannot be read: a message and perhaps the names it could have been.
#[derive(Debug)]
pub(crate) struct ClaimError {
    pub(crate) message: String,
    pub(crate) known: Vec<&'static str>,
}

impl ClaimError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), known: Vec::new() }
    }
}

const SUBJECTS: [&str; 13] = [
    "answer",
    "answers",
    "first",
    "last",
    "earlier",
    "raised",
    "reply",
    "log",
    "requests",
    "request",
    "environments",
    "loads",
    "took",
];

/// The parts of a reply.
const REPLY_PARTS: [&str; 5] = ["http", "headers", "body", "text", "error"];

const MATCHERS: [&str; 12] = [
    "one_of",
    "contains",
    "starts_with",
    "includes",
    "in_order",
    "at_least",
    "at_most",
    "length",
    "is",
    "identical",
    "unchanged",
    "under",
];

impl Subject {
    /// Whether only an invocation has it.
    pub(crate) fn is_of_invocations(&self) -> bool {
        matches!(self, Self::Answer(..) | Self::Answers | Self::Raised(_) | Self::Log | Self::Environments)
    }

    /// Reads `answer.payload.status` and the like.
    pub(crate) fn parse(text: &str) -> Result<Self, ClaimError> {
        let (root, path) = text.split_once('.').unwrap_or((text, ""));
        let path = Path(path.split('.').filter(|segment| !segment.is_empty()).map(str::to_owned).collect());
        let alone = |subject: Self| {
            if path.0.is_empty() {
                Ok(subject)
            } else {
                Err(ClaimError::new(format!("`{root}` takes no path: write `{root}` alone")))
            }
        };
        match root {
            "answer" => Ok(Self::Answer(Which::Each, path)),
            "first" => Ok(Self::Answer(Which::First, path)),
            "last" => Ok(Self::Answer(Which::Last, path)),
            "earlier" => Ok(Self::Answer(Which::Earlier, path)),
            "answers" if path.0.is_empty() => Ok(Self::Answers),
            "answers" => match path.0.split_first().and_then(|(nth, rest)| Some((nth.parse().ok()?, rest))) {
                Some((nth, rest)) => Ok(Self::Answer(Which::Nth(nth), Path(rest.to_vec()))),
                None => Err(ClaimError::new(
                    "`answers` needs a number: `answers.0.status` is the status of the first answer, and `answers: {length: 3}` counts them",
                )),
            },
            "raised" => Ok(Self::Raised(path)),
            "request" => Ok(Self::Request(path)),
            "reply" => match path.0.first() {
                Some(part) if REPLY_PARTS.contains(&part.as_str()) => Ok(Self::Reply(path)),
                Some(part) => {
                    Err(ClaimError { message: format!("`{part}` is not a part of a reply"), known: REPLY_PARTS.to_vec() })
                }
                None => Err(ClaimError::new("`reply` needs a part: `reply.http`, `reply.body.code`")),
            },
            "log" => alone(Self::Log),
            "requests" => alone(Self::Requests),
            "environments" => alone(Self::Environments),
            "loads" => alone(Self::Loads),
            "took" => alone(Self::Took),
            _ => Err(ClaimError { message: format!("unknown subject `{root}`"), known: SUBJECTS.to_vec() }),
        }
    }
}

impl Matcher {
    /// Reads a plain value (equality) or an object of matchers, each with its name there.
    pub(crate) fn parse_all(value: &Value) -> Vec<(Option<&str>, Result<Self, ClaimError>)> {
        match value {
            Value::Object(matchers) if matchers.is_empty() => {
                vec![(None, Err(ClaimError::new("an empty matcher checks nothing")))]
            }
            Value::Object(matchers) => {
                matchers.iter().map(|(name, argument)| (Some(name.as_str()), Self::parse(name, argument))).collect()
            }
            plain => vec![(None, Ok(Self::Each(ValueMatcher::Equals(plain.clone()))))],
        }
    }

    fn parse(name: &str, argument: &Value) -> Result<Self, ClaimError> {
        let wrong = |wanted: &str| ClaimError::new(format!("`{name}` takes {wanted}"));
        let list = || argument.as_array().filter(|list| !list.is_empty()).cloned().ok_or_else(|| wrong("a list of values"));
        let number = || argument.as_f64().ok_or_else(|| wrong("a number"));
        let text = || argument.as_str().map(str::to_owned).ok_or_else(|| wrong("a text"));
        let yes = |matcher: Self| if *argument == Value::Bool(true) { Ok(matcher) } else { Err(wrong("`true`")) };
        let each = match name {
            "identical" => return yes(Self::Identical),
            "unchanged" => return yes(Self::Unchanged),
            "in_order" => return list().map(Self::InOrder),
            "one_of" => ValueMatcher::OneOf(list()?),
            "contains" => ValueMatcher::Contains(texts(argument).ok_or_else(|| wrong("a text or a list of texts"))?),
            "starts_with" => ValueMatcher::StartsWith(text()?),
            "includes" => ValueMatcher::Includes(argument.as_object().cloned().ok_or_else(|| wrong("an object of fields"))?),
            "at_least" => ValueMatcher::AtLeast(number()?),
            "at_most" => ValueMatcher::AtMost(number()?),
            "length" => ValueMatcher::Length(whole(argument).ok_or_else(|| wrong("a whole number"))?),
            "is" => ValueMatcher::Is(kind(argument)?),
            "under" => ValueMatcher::Under(parse_duration(&text()?).map_err(|error| ClaimError::new(error.to_string()))?),
            _ => return Err(ClaimError { message: format!("unknown matcher `{name}`"), known: MATCHERS.to_vec() }),
        };
        Ok(Self::Each(each))
    }
}

fn whole(argument: &Value) -> Option<usize> {
    argument.as_u64().and_then(|number| usize::try_from(number).ok())
}

fn texts(argument: &Value) -> Option<Vec<String>> {
    match argument {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(texts) if !texts.is_empty() => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn kind(argument: &Value) -> Result<Kind, ClaimError> {
    let word = argument.as_str().unwrap_or_default();
    let known = Kind::ALL.iter().find(|(name, _)| *name == word);
    known.map(|(_, kind)| *kind).ok_or_else(|| ClaimError {
        message: format!("`is` does not know {argument}"),
        known: Kind::ALL.iter().map(|(name, _)| *name).collect(),
    })
}
