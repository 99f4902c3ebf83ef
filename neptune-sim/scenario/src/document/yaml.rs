//! From text to tree. The only module that knows the YAML crate.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, Options, Spanned};

use super::node::{Content, Entry, Node, Plain, Scalar};
use super::path::KeyPath;
use super::problem::Problem;
use super::span::SourceSpan;

/// Parses a text that is not empty.
///
/// # Errors
/// The text is not YAML, has two documents, or is beyond the limits.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let parsed: Result<Spanned<Parsed>, Error> = serde_saphyr::from_str_with_options(text, options());
    parsed.map(|parsed| node(text, parsed)).map_err(|error| problem(text, &error))
}

/// Limits far above any scenario and far below a denial of service.
fn options() -> Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        budget: serde_saphyr::budget! {
            max_nodes: 20_000,
            max_aliases: 64,
            max_anchors: 64,
            max_depth: 32,
        },
    }
}

/// The parser's message in the words of a file's author.
fn problem(text: &str, error: &Error) -> Problem {
    let error = error.without_snippet();
    let span = span(text, error.location().unwrap_or(Location::UNKNOWN));
    let message = if is_over_limit(error) {
        "the file is larger or more nested than any scenario".to_owned()
    } else {
        let complaint = error.to_string();
        let complaint = complaint.split(" at line ").next().unwrap_or(&complaint).lines().next().unwrap_or_default();
        authors_words(complaint)
    };
    Problem { span, path: KeyPath::default(), message, help: None }
}

/// Replaces messages that are about Rust programs and not about YAML.
fn authors_words(complaint: &str) -> String {
    match complaint {
        text if text.contains("weak recursion types") => "an anchor that holds itself cannot be read".to_owned(),
        text if text.contains("multiple YAML documents") => "there is a second document: a file holds one scenario".to_owned(),
        text => text.to_owned(),
    }
}

/// Whether the parser gave up because of a limit.
fn is_over_limit(error: &Error) -> bool {
    match error.without_snippet() {
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => true,
        Error::AliasError { error, .. } => is_over_limit(error.without_snippet()),
        _ => false,
    }
}

fn node(text: &str, parsed: Spanned<Parsed>) -> Node {
    let content = match parsed.value {
        Parsed::Text(text) => Content::Scalar(Scalar { text, value: Plain::Text }),
        // The parser says what it is, and not how it is written.
        Parsed::Plain(value) => {
            let written = &text[span(text, parsed.defined).range];
            Content::Scalar(Scalar { text: written.trim().to_owned(), value })
        }
        Parsed::List(items) => Content::List(items.into_iter().map(|item| node(text, item)).collect()),
        Parsed::Map(entries) => Content::Map(
            entries
                .into_iter()
                .map(|(key, value)| Entry { key_span: span(text, key.referenced), key: key.value, value: node(text, value) })
                .collect(),
        ),
    };
    Node { span: span(text, parsed.referenced), content }
}

fn span(text: &str, location: Location) -> SourceSpan {
    let (line, column) = (location.line(), location.column());
    let bytes = |count: Option<u64>| count.and_then(|count| usize::try_from(count).ok());
    let start = bytes(location.span().byte_offset()).unwrap_or_else(|| offset(text, line, column));
    let end = start.saturating_add(bytes(location.span().byte_len()).unwrap_or(1).max(1));
    // The parser may point between the bytes of a character, or beyond the end.
    SourceSpan { line, column, range: text.floor_char_boundary(start)..text.ceil_char_boundary(end) }
}

/// The byte offset of a line and a column.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let within: usize = text[before..].chars().take(column - 1).take_while(|c| *c != '\n').map(char::len_utf8).sum();
    before + within
}

/// A value as the parser returns it.
enum Parsed {
    Text(String),
    Plain(Plain),
    List(Vec<Spanned<Parsed>>),
    Map(Vec<(Spanned<String>, Spanned<Parsed>)>),
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ParsedVisitor)
    }
}

struct ParsedVisitor;

impl<'de> Visitor<'de> for ParsedVisitor {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parsed, E> {
        Ok(Parsed::Plain(Plain::Bool(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Parsed, E> {
        Ok(Parsed::Plain(Plain::Signed(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Parsed, E> {
        Ok(Parsed::Plain(Plain::Unsigned(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Parsed, E> {
        Ok(Parsed::Plain(Plain::Float(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Parsed, E> {
        Ok(Parsed::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Plain(Plain::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Parsed, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Parsed::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Parsed::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_number("a: 7 # seven\n", "7", Plain::Unsigned(7))]
    #[case::a_negative_one("[-7]", "-7", Plain::Signed(-7))]
    #[case::a_version("a: 1.50\nb: x\n", "1.50", Plain::Float(1.5))]
    #[case::hexadecimal("{a: 0x1f, b: 2}", "0x1f", Plain::Unsigned(31))]
    #[case::a_word_for_true("a: yes\n", "yes", Plain::Bool(true))]
    #[case::nothing("a: ~\n", "~", Plain::Null)]
    #[case::a_word("a: word\n", "word", Plain::Text)]
    #[case::quoted("a: \"7\"\n", "7", Plain::Text)]
    #[case::behind_wide_characters("ä: 'ß€'\n\u{1f600}: 12\n", "ß€", Plain::Text)]
    #[case::behind_an_alias("a: &one 1\nb: *one\n", "1", Plain::Unsigned(1))]
    fn a_scalar_is_known_as_it_is_written_and_as_yaml_takes_it(
        #[case] text: &str,
        #[case] written: &str,
        #[case] taken: Plain,
    ) {
        let root = parse(text).unwrap();
        let scalars = match &root.content {
            Content::Map(entries) => entries.iter().map(|entry| &entry.value).collect::<Vec<_>>(),
            Content::List(nodes) => nodes.iter().collect(),
            other => panic!("{other:?}"),
        };
        let Content::Scalar(scalar) = &scalars[0].content else { panic!("{scalars:?}") };
        assert_eq!((scalar.text.as_str(), scalar.value), (written, taken));
    }

    #[test]
    fn a_number_behind_wide_characters_keeps_its_spelling() {
        let root = parse("ä: 'ß€'\n\u{1f600}: 0012.50\n").unwrap();
        let Content::Map(entries) = &root.content else { panic!("{root:?}") };
        let Content::Scalar(scalar) = &entries[1].value.content else { panic!("{root:?}") };
        assert_eq!(scalar.text, "0012.50");
    }
}
