//! YAML in, typed values out, with the place of everything.
//!
//! The only module that knows the YAML crate. A file is read twice: into a tree of [`Node`]s that remembers where everything stands, and
//! into the wanted type. A complaint names a [`KeyPath`]; the tree turns it into a place, and a parser's place into a path.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Options, Spanned};

use crate::nearest::nearest;

/// A complaint about a file: where, what, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) place: Place,
    pub(super) path: KeyPath,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Problem {
    /// The complaint as a sentence, for where no file is shown.
    pub(super) fn in_words(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("`{}`: {}{help}", self.path, self.message)
    }
}

/// A place in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: u64,
    /// From 1, in characters.
    pub(super) column: u64,
    /// In bytes.
    pub(super) range: Range<usize>,
}

/// The way from the root of a document to a value: `given.loads.domain-load.lifecycle[1]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyPath(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

impl KeyPath {
    /// The path one key further.
    pub(super) fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    /// The path one list entry further.
    pub(super) fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The path one step back.
    fn parent(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }

    fn with(&self, segment: Segment) -> Self {
        Self(self.0.iter().cloned().chain([segment]).collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if nth == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A parsed file.
pub(super) struct Document<'a> {
    text: &'a str,
    root: Node,
}

impl<'a> Document<'a> {
    /// Reads the text as one YAML document.
    pub(super) fn parse(text: &'a str) -> Result<Self, Problem> {
        match serde_saphyr::from_str_with_options(text, options()) {
            Ok(root) => Ok(Self { text, root }),
            Err(error) => Err(problem(text, &error, None)),
        }
    }

    /// The document as a value of the wanted type.
    pub(super) fn typed<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_saphyr::from_str_with_options(self.text, options()).map_err(|error| problem(self.text, &error, Some(&self.root)))
    }

    /// A complaint about the value at a path.
    pub(super) fn problem(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        Problem { place: place(self.text, self.root.find(&path.0)), path: path.clone(), message: message.into(), help }
    }
}

/// Limits far above any scenario and far below trouble.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: 20_000,
            max_aliases: 64,
            max_anchors: 64,
            max_depth: 32,
        },
    }
}

fn problem(text: &str, error: &serde_saphyr::Error, root: Option<&Node>) -> Problem {
    use serde_saphyr::Error;
    let error = error.without_snippet();
    let mut at = error.location().unwrap_or(Location::UNKNOWN);
    let mut path = root.map(|root| root.path_to(at)).unwrap_or_default();
    if let (Error::SerdeMissingField { .. }, Some(root)) = (error, root) {
        // The parser points at the last key that is there; the complaint is about the mapping around it.
        path = path.parent();
        at = root.find(&path.0);
    }
    let place = place(text, at);
    let (message, help) = match error {
        Error::SerdeUnknownField { field, expected, .. } => (format!("unknown key `{field}`"), one_of(field, expected, "keys")),
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("unknown word `{variant}`"), one_of(variant, expected, "words"))
        }
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing here"), None),
        Error::Unexpected { expected, .. } => (format!("expected {}", plainly(expected)), None),
        Error::DuplicateMappingKey { key: Some(key), .. } => (format!("the key `{key}` stands here twice"), None),
        error if is_over_budget(error) => ("the file is larger or more nested than any scenario".to_owned(), None),
        other => {
            let text = other.to_string();
            (text.split(" at line ").next().unwrap_or(&text).lines().next().unwrap_or_default().to_owned(), None)
        }
    };
    Problem { place, path, message, help }
}

/// The parser's words in those of a scenario's author.
fn plainly(expected: &str) -> &str {
    match expected {
        "sequence start" => "a list, `[a, b]`",
        "mapping start" => "keys and values, `{key: value}`",
        other => other,
    }
}

fn is_over_budget(error: &serde_saphyr::Error) -> bool {
    use serde_saphyr::Error;
    match error {
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => true,
        Error::AliasError { error, .. } => is_over_budget(error.without_snippet()),
        _ => false,
    }
}

/// The nearest name, or all of them.
pub(super) fn one_of(given: &str, known: &[&str], what: &str) -> Option<String> {
    match nearest(given, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("the {what} here are: {}", known.join(", "))),
    }
}

fn place(text: &str, location: Location) -> Place {
    let (line, column) = (location.line(), location.column());
    let bytes = |count: Option<u64>| count.and_then(|count| usize::try_from(count).ok());
    let start = bytes(location.span().byte_offset()).unwrap_or_else(|| offset(text, line, column));
    let end = start.saturating_add(bytes(location.span().byte_len()).unwrap_or(1).max(1));
    // The parser may point between the bytes of a character, or beyond the end.
    Place { line, column, range: text.floor_char_boundary(start)..text.ceil_char_boundary(end) }
}

/// The byte offset of a line and a column.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let within: usize = text[before..].chars().take(column - 1).take_while(|c| *c != '\n').map(char::len_utf8).sum();
    before + within
}

/// A YAML node with its place.
struct Node {
    at: Location,
    content: Content,
}

enum Content {
    Scalar,
    List(Vec<Node>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// The place of the node at a path, or of the last node on the way that exists. A key is shown rather than a whole mapping.
    fn find(&self, path: &[Segment]) -> Location {
        let Some((segment, rest)) = path.split_first() else { return self.at };
        match (segment, &self.content) {
            (Segment::Index(index), Content::List(nodes)) => nodes.get(*index).map_or(self.at, |node| node.find(rest)),
            (Segment::Key(key), Content::Map(entries)) => match entries.iter().find(|(name, _)| name.value == *key) {
                Some((name, node)) if rest.is_empty() && !matches!(node.content, Content::Scalar) => name.referenced,
                Some((_, node)) => node.find(rest),
                None => self.at,
            },
            _ => self.at,
        }
    }

    /// The path to the innermost key or value that begins at a place or before it.
    fn path_to(&self, at: Location) -> KeyPath {
        let mut path = KeyPath::default();
        let mut node = self;
        loop {
            let next = match &node.content {
                Content::Scalar => None,
                Content::List(nodes) => {
                    let index = nodes.iter().rposition(|node| is_before(node.at, at));
                    index.map(|index| (path.index(index), &nodes[index]))
                }
                Content::Map(entries) => {
                    let entry = entries.iter().rev().find(|(name, _)| is_before(name.referenced, at));
                    entry.map(|(name, node)| (path.key(&name.value), node))
                }
            };
            match next {
                Some((longer, inner)) => (path, node) = (longer, inner),
                None => return path,
            }
        }
    }
}

fn is_before(one: Location, other: Location) -> bool {
    (one.line(), one.column()) <= (other.line(), other.column())
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Spanned::<Content>::deserialize(deserializer)?;
        Ok(Self { at: node.referenced, content: node.value })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

/// Scalars need no more than their place.
macro_rules! scalars {
    ($($visit:ident($type:ty)),* $(,)?) => {
        $(fn $visit<E>(self, _: $type) -> Result<Content, E> { Ok(Content::Scalar) })*
    };
}

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML node")
    }

    scalars!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_i128(i128),
        visit_u128(u128),
        visit_f64(f64),
        visit_str(&str)
    );

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar)
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Content::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Content::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Loads {
        #[expect(dead_code, reason = "read to provoke errors only")]
        loads: std::collections::BTreeMap<String, Load>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Load {
        #[expect(dead_code, reason = "read to provoke errors only")]
        lifecycle: Vec<String>,
    }

    const TEXT: &str = "loads:\n  a:\n    lifecycle: [ONE 2s, TWO]\n";

    #[test]
    fn a_path_leads_to_its_place() {
        let document = Document::parse(TEXT).unwrap();
        let path = KeyPath::default().key("loads").key("a").key("lifecycle").index(1);
        let problem = document.problem(&path, "bad", None);
        assert_eq!((problem.place.line, problem.place.column), (3, 25));
        assert_eq!(&TEXT[problem.place.range], "TWO");
        assert_eq!(path.to_string(), "loads.a.lifecycle[1]");
    }

    #[test]
    fn an_unknown_key_has_a_path_a_place_and_a_near_name() {
        let problem = Document::parse("loads:\n  a:\n    lifecylce: [X]\n").unwrap().typed::<Loads>().unwrap_err();
        assert_eq!(problem.message, "unknown key `lifecylce`");
        assert_eq!(problem.path.to_string(), "loads.a.lifecylce");
        assert_eq!((problem.place.line, problem.place.column), (3, 5));
        assert_eq!(problem.help.as_deref(), Some("did you mean `lifecycle`?"));
    }

    #[test]
    fn a_wrong_type_has_a_path() {
        let problem = Document::parse("loads:\n  a:\n    lifecycle: 7\n").unwrap().typed::<Loads>().unwrap_err();
        assert_eq!(problem.path.to_string(), "loads.a.lifecycle");
        assert_eq!(problem.place.line, 3);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let bombs = (1..9).map(|n| format!("b{n}: &b{n} [{}]", vec![format!("*b{}", n - 1); 9].join(", ")));
        let lines: Vec<String> = std::iter::once("b0: &b0 [x]".to_owned()).chain(bombs).collect();
        let problem = Document::parse(&lines.join("\n")).err().unwrap();
        assert_eq!(problem.message, "the file is larger or more nested than any scenario");
    }
}
