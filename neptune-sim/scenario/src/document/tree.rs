//! A parsed document: it becomes typed values, and knows the place of everything in it.
//!
//! serde stops at the first mistake. So the tree is read once more with that mistake out of the way, until no further one comes up.

use neptune_text::nearest;
use serde::de::DeserializeOwned;

use super::mismatch::{Kind, Mismatch};
use super::node::{Content, Entry, Node};
use super::path::KeyPath;
use super::problem::{MOST_MISTAKES, Problem, one_of};
use super::span::SourceSpan;
use super::typed::Reader;
use super::{json, yaml};

/// How often a tree is read at most: a mistake may take two goes to get out of the way.
const MOST_READINGS: usize = 2 * MOST_MISTAKES + 1;

/// A parsed document.
pub(crate) struct Document {
    root: Node,
}

/// The result of reading a document as a type.
pub(crate) struct Typed<T> {
    /// The value, with blanks where the document is wrong; `None` if too much of it is.
    pub(crate) value: Option<T>,
    /// The mistakes. The value is the document's only if there are none.
    pub(crate) problems: Vec<Problem>,
    /// The paths at which the value differs from the document.
    pub(crate) amended: Vec<KeyPath>,
}

impl Document {
    /// Parses the text as one YAML document. `begin_with` says what to write into an empty one.
    ///
    /// # Errors
    /// The text is not YAML, or beyond the limits of a scenario.
    pub(crate) fn parse(text: &str, begin_with: &str) -> Result<Self, Problem> {
        if is_empty(text) {
            return Err(Problem::of_file("the file is empty", Some(format!("begin it with {begin_with}"))));
        }
        yaml::parse(text).map(|root| Self { root })
    }

    /// A document with the values of this JSON. Its mistakes have paths, and no places.
    pub(crate) fn of_json(json: &serde_json::Value) -> Self {
        Self { root: json::tree(json) }
    }

    /// The document as a value of the wanted type, with every mistake that keeps it from being one.
    pub(crate) fn typed<T: DeserializeOwned>(&self) -> Typed<T> {
        let mut amended = Amended { root: self.root.clone(), skipped: Vec::new(), blanked: Vec::new(), added: Vec::new() };
        let mut problems = self.duplicates();
        for _ in 0..MOST_READINGS {
            let mismatch = match T::deserialize(Reader::root(&amended.root)) {
                Ok(value) => return Typed { value: Some(value), problems, amended: amended.paths() },
                Err(mismatch) => mismatch,
            };
            let at = mismatch.at.clone().unwrap_or_default();
            if !amended.explains(&at, &mismatch.kind) {
                problems.push(self.problem_of(&at, &mismatch));
            }
            if problems.len() >= MOST_MISTAKES || !amended.amend(&at, &mismatch.kind) {
                break;
            }
        }
        Typed { value: None, problems, amended: amended.paths() }
    }

    /// A mistake in the value at a path.
    pub(crate) fn problem(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        Problem { span: self.root.find(path).clone(), path: path.clone(), message: message.into(), help }
    }

    /// A mistake in the key at the end of a path, whatever its value.
    pub(crate) fn problem_of_key(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        Problem { span: self.root.find_key(path).clone(), path: path.clone(), message: message.into(), help }
    }

    /// The line of the key at the end of a path, from 1.
    pub(crate) fn line(&self, path: &KeyPath) -> u64 {
        self.root.find_key(path).line
    }

    fn problem_of(&self, at: &KeyPath, mismatch: &Mismatch) -> Problem {
        let message = mismatch.to_string();
        match &mismatch.kind {
            Kind::UnknownKey { key, known } => self.problem_of_key(at, message, one_of(key, known, "keys")),
            Kind::UnknownWord { word, known } => {
                let is_key = self.root.at(&at.0).is_some_and(|node| matches!(node.content, Content::Map(_)));
                let help = one_of(word, known, "words");
                if is_key { self.problem_of_key(&at.key(word), message, help) } else { self.problem(at, message, help) }
            }
            Kind::SecondKey(_) => self.problem_of_key(at, message, None),
            Kind::MissingKey(_) | Kind::Value(_) => self.problem(at, message, None),
        }
    }

    /// A mistake for each key that its mapping has already.
    fn duplicates(&self) -> Vec<Problem> {
        let problem = |entry: &Entry| Problem {
            span: entry.key_span.clone(),
            path: KeyPath::default(),
            message: format!("the key `{}` stands here twice", entry.key),
            help: None,
        };
        self.root.duplicates().into_iter().take(MOST_MISTAKES).map(problem).collect()
    }
}

/// Whether there is nothing in a text but blanks, comments and marks of documents.
fn is_empty(text: &str) -> bool {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut content = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    content.all(|line| matches!(line, "---" | "..."))
}

/// A tree with its mistakes out of the way.
struct Amended {
    root: Node,
    /// Keys and list entries that are not read.
    skipped: Vec<KeyPath>,
    /// Values that read as empty ones.
    blanked: Vec<KeyPath>,
    /// Keys that the document lacks and that read as empty values.
    added: Vec<KeyPath>,
}

impl Amended {
    /// Whether a mismatch is only the consequence of one that was found before.
    fn explains(&self, at: &KeyPath, kind: &Kind) -> bool {
        match kind {
            // It is there, misspelt.
            Kind::MissingKey(key) => self.skipped_keys(at).any(|skipped| nearest(skipped, [*key]).is_some()),
            Kind::UnknownKey { .. } | Kind::SecondKey(_) => false,
            Kind::UnknownWord { .. } | Kind::Value(_) => self.blanked.contains(at),
        }
    }

    /// Puts a mistake out of the way. `false` if it is already, or cannot be.
    fn amend(&mut self, at: &KeyPath, kind: &Kind) -> bool {
        match kind {
            Kind::UnknownKey { .. } | Kind::SecondKey(_) => self.skip(at),
            Kind::MissingKey(key) if !self.blanked.contains(at) => self.add(at, key),
            // A blank value may be wrong as well. Then nothing is read in its place.
            _ => !at.0.is_empty() && (self.blank(at) || self.skip(at)),
        }
    }

    /// Every path at which the tree is not the document.
    fn paths(self) -> Vec<KeyPath> {
        [self.skipped, self.blanked, self.added].concat()
    }

    fn skipped_keys<'a>(&'a self, parent: &'a KeyPath) -> impl Iterator<Item = &'a str> {
        self.skipped.iter().filter(|path| path.parent() == *parent).filter_map(KeyPath::last_key)
    }

    fn skip(&mut self, at: &KeyPath) -> bool {
        set(&mut self.root, at, Content::Skipped) && push(&mut self.skipped, at.clone())
    }

    fn blank(&mut self, at: &KeyPath) -> bool {
        !self.blanked.contains(at) && set(&mut self.root, at, Content::Blank) && push(&mut self.blanked, at.clone())
    }

    fn add(&mut self, at: &KeyPath, key: &'static str) -> bool {
        let Some(Content::Map(entries)) = self.root.at_mut(&at.0).map(|node| &mut node.content) else { return false };
        let value = Node { span: SourceSpan::START, content: Content::Blank };
        entries.push(Entry { key: key.to_owned(), key_span: SourceSpan::START, value });
        push(&mut self.added, at.key(key))
    }
}

/// Puts something else in the place of a value. `false` if there is no such value.
fn set(root: &mut Node, at: &KeyPath, content: Content) -> bool {
    let Some(node) = root.at_mut(&at.0) else { return false };
    node.content = content;
    true
}

fn push(paths: &mut Vec<KeyPath>, path: KeyPath) -> bool {
    let is_new = !paths.contains(&path);
    if is_new {
        paths.push(path);
    }
    is_new
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

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
        assert_eq!((problem.span.line, problem.span.column), (3, 25));
        assert_eq!(&TEXT[problem.span.range], "TWO");
        assert_eq!(path.to_string(), "loads.a.lifecycle[1]");
    }

    #[test]
    fn an_unknown_key_has_a_path_a_place_and_a_near_name() {
        let problem = first(Document::parse("loads:\n  a:\n    lifecylce: [X]\n", "it").unwrap().typed::<Loads>());
        assert_eq!(problem.message, "unknown key `lifecylce`");
        assert_eq!(problem.path.to_string(), "loads.a.lifecylce");
        assert_eq!((problem.span.line, problem.span.column), (3, 5));
        assert_eq!(problem.help.as_deref(), Some("did you mean `lifecycle`?"));
    }

    #[test]
    fn a_wrong_type_has_a_path() {
        let problem = first(Document::parse("loads:\n  a:\n    lifecycle: 7\n", "it").unwrap().typed::<Loads>());
        assert_eq!(problem.path.to_string(), "loads.a.lifecycle");
        assert_eq!(problem.span.line, 3);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let bombs = (1..9).map(|n| format!("b{n}: &b{n} [{}]", vec![format!("*b{}", n - 1); 9].join(", ")));
        let lines: Vec<String> = std::iter::once("b0: &b0 [x]".to_owned()).chain(bombs).collect();
        let problem = Document::parse(&lines.join("\n"), "it").err().unwrap();
        assert_eq!(problem.message, "the file is larger or more nested than any scenario");
    }
}
