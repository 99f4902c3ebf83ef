//! The tree of values: each knows its place in the text.

use std::collections::HashSet;

use super::path::{KeyPath, Segment};
use super::span::SourceSpan;

/// A value and its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: SourceSpan,
    pub(super) content: Content,
}

/// The content of a [`Node`].
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in their order. A key may occur twice.
    Map(Vec<Entry>),
    /// Stands where a mistake was: reads as an empty value of any type.
    Blank,
    /// Stands where a mistake was: is not read at all.
    Skipped,
}

/// A single value as it is written and as YAML understands it.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    /// As it is written, without quotes.
    pub(super) text: String,
    /// What YAML takes it for.
    pub(super) value: Plain,
}

/// The type that YAML gives a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: SourceSpan,
    pub(super) value: Node,
}

impl Node {
    /// The place of the value at a path, or of the last value on the way that exists. Of a list or a mapping it is the key in front.
    pub(super) fn find(&self, path: &KeyPath) -> &SourceSpan {
        self.find_from(&path.0)
    }

    fn find_from(&self, path: &[Segment]) -> &SourceSpan {
        let Some((segment, rest)) = path.split_first() else { return &self.span };
        match (self.entry(segment), self.child(segment)) {
            (Some(entry), Some(node)) if rest.is_empty() && !matches!(node.content, Content::Scalar(_)) => &entry.key_span,
            (_, Some(node)) => node.find_from(rest),
            (_, None) => &self.span,
        }
    }

    /// The place of the key at the end of a path, or of the last value on the way that exists.
    pub(super) fn find_key(&self, path: &KeyPath) -> &SourceSpan {
        let key = path.0.split_last().and_then(|(last, rest)| self.at(rest)?.entry(last));
        key.map_or_else(|| self.find(path), |entry| &entry.key_span)
    }

    /// The value at a path.
    pub(super) fn at(&self, path: &[Segment]) -> Option<&Self> {
        path.iter().try_fold(self, |node, segment| node.child(segment))
    }

    /// The value at a path, to be changed. If a key occurs twice, the first one counts.
    pub(super) fn at_mut(&mut self, path: &[Segment]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, segment| match (segment, &mut node.content) {
            (Segment::Index(index), Content::List(nodes)) => nodes.get_mut(*index),
            (Segment::Key(key), Content::Map(entries)) => {
                entries.iter_mut().find(|entry| entry.key == *key).map(|entry| &mut entry.value)
            }
            _ => None,
        })
    }

    /// The keys that repeat an earlier key of their mapping, at any depth.
    pub(super) fn duplicates(&self) -> Vec<&Entry> {
        match &self.content {
            Content::Scalar(_) | Content::Blank | Content::Skipped => Vec::new(),
            Content::List(nodes) => nodes.iter().flat_map(Self::duplicates).collect(),
            Content::Map(entries) => {
                let mut seen = HashSet::new();
                let found = entries.iter().flat_map(|entry| {
                    let is_duplicate = !seen.insert(entry.key.as_str());
                    is_duplicate.then_some(entry).into_iter().chain(entry.value.duplicates())
                });
                found.collect()
            }
        }
    }

    fn child(&self, segment: &Segment) -> Option<&Self> {
        match (segment, &self.content) {
            (Segment::Index(index), Content::List(nodes)) => nodes.get(*index),
            _ => self.entry(segment).map(|entry| &entry.value),
        }
    }

    fn entry(&self, segment: &Segment) -> Option<&Entry> {
        match (segment, &self.content) {
            (Segment::Key(key), Content::Map(entries)) => entries.iter().find(|entry| entry.key == *key),
            _ => None,
        }
    }
}
