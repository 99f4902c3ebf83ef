//! The values of a file, with the lines on which they stand.

use serde_json::{Map, Number, Value};

/// How deep objects and lists may be nested: as `serde_json` reads them.
pub(crate) const NESTED: usize = 127;

/// A value, and its line in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// From 1; 0 if it is not known.
    pub(crate) line: usize,
    pub(crate) content: Content,
}

/// The content of a [`Node`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// A text whose lines stand below each other in the file, the first of them on the line of the node.
    Lines(String),
    List(Vec<Node>),
    /// Keys, each once, with their values.
    Map(Vec<Entry>),
    /// What CloudFormation works out: `!GetAtt Check.Arn` is `Fn::GetAtt` of a text.
    Function(String, Box<Node>),
    /// What means one thing here and another there, or nothing. This is what is wrong with it.
    Refused(String),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Of the key, from 1; 0 if it is not known.
    pub(crate) line: usize,
    pub(crate) value: Node,
}

/// What is wrong on a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// From 1; 0 if it is not known.
    pub(crate) line: usize,
    pub(crate) message: String,
    /// Whether it is only that nobody knows here what CloudFormation will find when it deploys.
    pub(crate) is_elsewhere: bool,
}

impl Fault {
    /// What is wrong on this line, from 1; 0 if it is not known.
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into(), is_elsewhere: false }
    }

    /// The value on this line is known to CloudFormation when it deploys, and not here.
    pub(crate) fn elsewhere(line: usize, message: impl Into<String>) -> Self {
        Self { is_elsewhere: true, ..Self::new(line, message) }
    }
}

/// How many faults are looked for: most of them follow from one that is made again and again, and each is compared with many names.
const MOST: usize = 100;

/// All that is wrong with a value: one fault at least, and some hundred at most.
#[derive(Debug)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// The same, each changed.
    pub(crate) fn map(self, change: impl FnMut(Fault) -> Fault) -> Self {
        Self(self.0.into_iter().map(change).collect())
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// What is found while values are worked out.
#[derive(Debug, Default)]
pub(crate) struct Found(Vec<Fault>);

impl Found {
    /// Keeps the faults of a value that has some.
    pub(crate) fn value<T>(&mut self, value: Result<T, impl Into<Faults>>) -> Option<T> {
        value.map_err(|faults| self.0.extend(faults.into().0)).ok()
    }

    /// Whether there are so many faults that no more are looked for.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// All that was found.
    pub(crate) fn faults(self) -> Faults {
        Faults(self.0)
    }

    /// What was found, or this value if that is nothing.
    pub(crate) fn or_value<T>(self, value: T) -> Result<T, Faults> {
        if self.0.is_empty() { Ok(value) } else { Err(Faults(self.0)) }
    }

    /// The values of all of these, in which each fault is found.
    ///
    /// # Errors
    /// What was found.
    pub(crate) fn all<T, E: Into<Faults>, C: FromIterator<T>>(values: impl Iterator<Item = Result<T, E>>) -> Result<C, Faults> {
        let (mut found, mut kept) = (Self::default(), Vec::new());
        for value in values {
            kept.extend(found.value(value));
            if found.is_full() {
                break;
            }
        }
        found.or_value(kept.into_iter().collect())
    }
}

impl Node {
    /// The values of a JSON text, whose lines are those of the same text as YAML; 0 without them.
    pub(crate) fn of_json(value: Value, lines: Option<&Self>) -> Self {
        let line = lines.map_or(0, |node| node.line);
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(value),
            Value::Number(number) => Content::Number(number),
            Value::String(text) => Content::Text(text),
            Value::Array(values) => {
                let line_of = |index: usize| match lines.map(|node| &node.content) {
                    Some(Content::List(nodes)) => nodes.get(index),
                    _ => None,
                };
                Content::List(
                    values.into_iter().enumerate().map(|(index, value)| Self::of_json(value, line_of(index))).collect(),
                )
            }
            Value::Object(fields) => {
                // Both readers keep the order of keys.
                let places = lines.map(Self::entries).unwrap_or_default();
                let entries = fields.into_iter().enumerate().map(|(index, (key, value))| {
                    let place = places.get(index).filter(|place| place.key == key);
                    let line = place.map_or(0, |entry| entry.line);
                    Entry { key, line, value: Self::of_json(value, place.map(|entry| &entry.value)) }
                });
                Content::Map(entries.collect())
            }
        };
        Self { line, content }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// All keys with their values; none if it is no mapping.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Content::Map(entries) = &self.content { entries } else { &[] }
    }

    /// Its text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Content::Text(text) | Content::Lines(text) = &self.content { Some(text) } else { None }
    }

    /// The function of CloudFormation that stands here, in its short or its long form, with what it is given.
    pub(crate) fn function(&self) -> Option<(&str, &Self)> {
        match &self.content {
            Content::Function(name, given) => Some((name, given)),
            Content::Map(entries) => match &entries[..] {
                [Entry { key, value, .. }] if key == "Ref" || key.starts_with("Fn::") => Some((key, value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value as JSON. `function` says what stands for a function of CloudFormation.
    ///
    /// # Errors
    /// Some values mean nothing.
    pub(crate) fn to_json(&self, function: &impl Fn(&Self) -> Option<Result<Value, Faults>>) -> Result<Value, Faults> {
        if let Some(value) = function(self) {
            return value;
        }
        let refused = |message: String| Err(Fault::new(self.line, message).into());
        match &self.content {
            Content::Null => Ok(Value::Null),
            Content::Bool(value) => Ok(Value::Bool(*value)),
            Content::Number(number) => Ok(Value::Number(number.clone())),
            Content::Text(text) | Content::Lines(text) => Ok(Value::String(text.clone())),
            Content::List(nodes) => Found::all(nodes.iter().map(|node| node.to_json(function))).map(Value::Array),
            Content::Map(entries) => {
                let field = |entry: &Entry| Ok::<_, Faults>((entry.key.clone(), entry.value.to_json(function)?));
                Found::all::<_, _, Map<_, _>>(entries.iter().map(field)).map(Value::Object)
            }
            Content::Function(name, _) => refused(format!(
                "`{name}` is a function of CloudFormation, which is worked out in a template and not in a definition: write `${{Name}}` in its place"
            )),
            Content::Refused(why) => refused(why.clone()),
        }
    }

    /// The line of the key or element at a place: keys, and numbers of elements. If it is not there, that of the nearest one round it.
    pub(crate) fn line_at(&self, place: &[String]) -> usize {
        self.line_below(place).unwrap_or(self.line)
    }

    fn line_below(&self, place: &[String]) -> Option<usize> {
        let (key, rest) = place.split_first()?;
        let (line, node) = match &self.content {
            Content::Map(entries) => entries.iter().find(|entry| entry.key == *key).map(|entry| (entry.line, &entry.value))?,
            Content::List(nodes) => nodes.get(key.parse::<usize>().ok()?).map(|node| (node.line, node))?,
            _ => return None,
        };
        Some(node.line_below(rest).unwrap_or(line))
    }

    /// Where a text whose lines stand in the file begins, and the text: here, or in the `Fn::Sub` that stands here.
    pub(crate) fn first_of_lines(&self) -> Option<(usize, &str)> {
        match (&self.content, self.function()) {
            (Content::Lines(text), _) => Some((self.line, text)),
            (_, Some(("Fn::Sub", given))) => match &given.content {
                Content::List(nodes) => nodes.first()?.first_of_lines(),
                _ => given.first_of_lines(),
            },
            _ => None,
        }
    }
}

/// What CloudFormation writes for a single value.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
