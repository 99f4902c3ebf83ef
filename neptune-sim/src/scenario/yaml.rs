//! YAML in, typed values out, with the place of everything.
//!
//! The only module that knows the YAML crate. A file is read twice: into a tree of [`Node`]s that remembers where everything stands, and
//! into the wanted type. A complaint names a [`KeyPath`]; the tree turns it into a place, and a parser's place into a path. Where the type
//! does not fit, the file is read once more without the part that is wrong, until no further mistake comes up.

mod amended;
mod blank;

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};

use self::amended::{Amended, Amendments, Failure};
use neptune_text::nearest;

/// How many mistakes of one file are shown. Each costs a look at the whole file.
pub(super) const MOST_MISTAKES: usize = 20;
/// How often a file is read at most: a mistake may take two goes to get out of the way.
const MOST_READINGS: usize = 2 * MOST_MISTAKES + 1;

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

impl Place {
    const START: Self = Self { line: 1, column: 1, range: 0..0 };
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

    /// Whether one of the two leads through the other, or both to the same.
    pub(super) fn is_on_the_way(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }

    /// Its first keys and indices, as they are written in a path: `["setup", "2"]`.
    pub(super) fn segments(&self) -> Vec<String> {
        let word = |segment: &Segment| match segment {
            Segment::Key(key) => key.clone(),
            Segment::Index(index) => index.to_string(),
        };
        self.0.iter().map(word).collect()
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

/// What became of a document that was read into a type.
pub(super) struct Typed<T> {
    /// The value, with blanks where the document is wrong; `None` if too much of it is.
    pub(super) value: Option<T>,
    /// What is wrong. The value is the document's only if nothing is.
    pub(super) problems: Vec<Problem>,
    /// Where the value is not what stands in the document.
    pub(super) amended: Vec<KeyPath>,
}

impl<'a> Document<'a> {
    /// Reads the text as one YAML document. `begin_with` tells what to write into an empty one.
    pub(super) fn parse(text: &'a str, begin_with: &str) -> Result<Self, Problem> {
        if is_empty(text) {
            let help = Some(format!("begin it with {begin_with}"));
            return Err(Problem { place: Place::START, path: KeyPath::default(), message: "the file is empty".into(), help });
        }
        match serde_saphyr::from_str_with_options(text, options(DuplicateKeyPolicy::PassThrough)) {
            Ok(root) => Ok(Self { text, root }),
            Err(error) => Err(problem(text, &error, None)),
        }
    }

    /// The document as a value of the wanted type, with everything that stands in the way of that.
    pub(super) fn typed<T: DeserializeOwned>(&self) -> Typed<T> {
        let mut amendments = Amendments::default();
        let mut problems = self.duplicates();
        for _ in 0..MOST_READINGS {
            let options = options(DuplicateKeyPolicy::FirstWins);
            let read = serde_saphyr::with_deserializer_from_str_with_options(self.text, options, |yaml| {
                T::deserialize(Amended::root(yaml, &amendments))
            });
            let error = match read {
                Ok(value) => return Typed { value: Some(value), problems, amended: amendments.places() },
                Err(error) => error,
            };
            let (at, failure) = (amendments.take_failure(), failure(&error));
            if !is_follow_up(&amendments, &at, failure) {
                problems.push(self.untyped(&error, &at));
            }
            if problems.len() >= MOST_MISTAKES || is_beyond_help(&error) || !amendments.amend(&at, failure) {
                break;
            }
        }
        Typed { value: None, problems, amended: amendments.places() }
    }

    /// What is wrong with the value at this path, or on the way to it, so that it is not of its type.
    fn untyped(&self, error: &serde_saphyr::Error, at: &KeyPath) -> Problem {
        let problem = problem(self.text, error, Some(&self.root));
        match error.without_snippet() {
            // The parser points at what it read last, which need not be the word.
            serde_saphyr::Error::SerdeUnknownVariant { variant, .. } => {
                let is_key = self.root.node(&at.0).is_some_and(|node| matches!(node.content, Content::Map(_)));
                let path = if is_key { at.key(variant) } else { at.clone() };
                let place = place(self.text, if is_key { self.root.find_key(&path.0) } else { self.root.find(&path.0) });
                Problem { place, path, ..problem }
            }
            _ => problem,
        }
    }

    /// A complaint about the value at a path.
    pub(super) fn problem(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        Problem { place: place(self.text, self.root.find(&path.0)), path: path.clone(), message: message.into(), help }
    }

    /// A complaint about the key at the end of a path, whatever its value.
    pub(super) fn problem_of_key(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        Problem { place: place(self.text, self.root.find_key(&path.0)), path: path.clone(), message: message.into(), help }
    }

    /// The line of the key at the end of a path, from 1.
    pub(super) fn line(&self, path: &KeyPath) -> u64 {
        self.root.find_key(&path.0).line()
    }

    /// A complaint about each key that a mapping has already.
    fn duplicates(&self) -> Vec<Problem> {
        let complaint = |name: &Spanned<String>| Problem {
            place: place(self.text, name.referenced),
            path: KeyPath::default(),
            message: format!("the key `{}` stands here twice", name.value),
            help: None,
        };
        let mut keys = Vec::new();
        self.root.collect_duplicates(&mut keys);
        keys.into_iter().take(MOST_MISTAKES).map(complaint).collect()
    }
}

/// Whether there is nothing in a text but blanks, comments and marks of documents.
fn is_empty(text: &str) -> bool {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut content = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    content.all(|line| matches!(line, "---" | "..."))
}

/// Whether an error is but the consequence of one that was told before.
fn is_follow_up(amendments: &Amendments, at: &KeyPath, failure: Failure) -> bool {
    match failure {
        // It is there, misspelt.
        Failure::MissingKey(key) => amendments.unknown_keys(at).any(|unknown| nearest(unknown, [key]).is_some()),
        Failure::UnknownKey => false,
        Failure::Value => amendments.is_replaced(at),
    }
}

fn failure(error: &serde_saphyr::Error) -> Failure {
    match error.without_snippet() {
        serde_saphyr::Error::SerdeUnknownField { .. } => Failure::UnknownKey,
        serde_saphyr::Error::SerdeMissingField { field, .. } => Failure::MissingKey(field),
        _ => Failure::Value,
    }
}

/// Limits far above any scenario and far below trouble.
fn options(duplicate_keys: DuplicateKeyPolicy) -> Options {
    serde_saphyr::options! {
        duplicate_keys: duplicate_keys,
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
        error if is_beyond_help(error) => ("the file is larger or more nested than any scenario".to_owned(), None),
        other => {
            let text = other.to_string();
            (authors_words(text.split(" at line ").next().unwrap_or(&text).lines().next().unwrap_or_default()), None)
        }
    };
    Problem { place, path, message, help }
}

/// The parser's words in those of a scenario's author.
fn plainly(expected: &str) -> &str {
    match expected {
        "sequence start" => "a list, `[a, b]`",
        "string scalar" => "a text",
        "mapping start" => "keys and values, `{key: value}`",
        other => other,
    }
}

/// A complaint of the parser's, where it is about Rust programs and not about YAML.
fn authors_words(complaint: &str) -> String {
    match complaint {
        text if text.contains("weak recursion types") => "an anchor that holds itself cannot be read".to_owned(),
        text if text.contains("multiple YAML documents") => "there is a second document: a file holds one scenario".to_owned(),
        text => text.to_owned(),
    }
}

/// Whether the parser gave up because of a limit.
fn is_beyond_help(error: &serde_saphyr::Error) -> bool {
    use serde_saphyr::Error;
    match error.without_snippet() {
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => true,
        Error::AliasError { error, .. } => is_beyond_help(error.without_snippet()),
        _ => false,
    }
}

/// Complaints in the order of the text, each once.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.place.range.start);
    problems.dedup();
    problems
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

    /// The place of the key at the end of a path, or of the last node on the way that exists.
    fn find_key(&self, path: &[Segment]) -> Location {
        let Some((Segment::Key(key), rest)) = path.split_last() else { return self.find(path) };
        match self.node(rest).map(|node| &node.content) {
            Some(Content::Map(entries)) => {
                entries.iter().find(|(name, _)| name.value == *key).map_or_else(|| self.find(path), |(name, _)| name.referenced)
            }
            _ => self.find(path),
        }
    }

    fn node(&self, path: &[Segment]) -> Option<&Self> {
        let Some((segment, rest)) = path.split_first() else { return Some(self) };
        let inner = match (segment, &self.content) {
            (Segment::Index(index), Content::List(nodes)) => nodes.get(*index),
            (Segment::Key(key), Content::Map(entries)) => {
                entries.iter().find(|(name, _)| name.value == *key).map(|(_, node)| node)
            }
            _ => None,
        };
        inner?.node(rest)
    }

    /// Every key that stands in its mapping already.
    fn collect_duplicates<'n>(&'n self, keys: &mut Vec<&'n Spanned<String>>) {
        match &self.content {
            Content::Scalar => {}
            Content::List(nodes) => nodes.iter().for_each(|node| node.collect_duplicates(keys)),
            Content::Map(entries) => {
                let mut seen = HashSet::new();
                for (name, node) in entries {
                    if !seen.insert(name.value.as_str()) {
                        keys.push(name);
                    }
                    node.collect_duplicates(keys);
                }
            }
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

    fn first<T>(typed: Typed<T>) -> Problem {
        let [problem] = <[Problem; 1]>::try_from(typed.problems).unwrap();
        problem
    }

    #[test]
    fn a_path_leads_to_its_place() {
        let document = Document::parse(TEXT, "it").unwrap();
        let path = KeyPath::default().key("loads").key("a").key("lifecycle").index(1);
        let problem = document.problem(&path, "bad", None);
        assert_eq!((problem.place.line, problem.place.column), (3, 25));
        assert_eq!(&TEXT[problem.place.range], "TWO");
        assert_eq!(path.to_string(), "loads.a.lifecycle[1]");
    }

    #[test]
    fn an_unknown_key_has_a_path_a_place_and_a_near_name() {
        let problem = first(Document::parse("loads:\n  a:\n    lifecylce: [X]\n", "it").unwrap().typed::<Loads>());
        assert_eq!(problem.message, "unknown key `lifecylce`");
        assert_eq!(problem.path.to_string(), "loads.a.lifecylce");
        assert_eq!((problem.place.line, problem.place.column), (3, 5));
        assert_eq!(problem.help.as_deref(), Some("did you mean `lifecycle`?"));
    }

    #[test]
    fn a_wrong_type_has_a_path() {
        let problem = first(Document::parse("loads:\n  a:\n    lifecycle: 7\n", "it").unwrap().typed::<Loads>());
        assert_eq!(problem.path.to_string(), "loads.a.lifecycle");
        assert_eq!(problem.place.line, 3);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let bombs = (1..9).map(|n| format!("b{n}: &b{n} [{}]", vec![format!("*b{}", n - 1); 9].join(", ")));
        let lines: Vec<String> = std::iter::once("b0: &b0 [x]".to_owned()).chain(bombs).collect();
        let problem = Document::parse(&lines.join("\n"), "it").err().unwrap();
        assert_eq!(problem.message, "the file is larger or more nested than any scenario");
    }
}
