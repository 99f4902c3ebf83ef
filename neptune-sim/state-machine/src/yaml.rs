//! From YAML to a tree. It refuses what programs read in different ways: AWS does not say which YAML it reads.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::Number;

use crate::tree::{Content, Entry, Fault, NESTED, Node};

/// The prefix of YAML's own tags.
const OF_YAML: &str = "tag:yaml.org,2002:";
const NO_ALIAS: &str =
    "anchors, aliases and merges are not read here, as CloudFormation does not read them: write out what is meant";
/// What YAML 1.1 takes for true or false, and YAML 1.2 for a text.
const OLD_TRUTHS: [&str; 8] = ["yes", "no", "on", "off", "y", "n", "true", "false"];

/// Parses a text. An empty one is null.
///
/// # Errors
/// It is not YAML, has a key twice in one mapping, a key that is no single value, or two documents, or is nested too deep.
pub(crate) fn parse(text: &str) -> Result<Node, Fault> {
    // Another crate may have switched them on.
    let options = granit_parser::options! { emit_comments: false };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options) };
    let mut root = None;
    loop {
        let (event, line) = reader.next()?;
        match event {
            Event::StreamEnd => return Ok(root.unwrap_or(Node { line: 1, content: Content::Null })),
            Event::DocumentStart(..) if root.is_some() => {
                return Err(Fault::new(line, "a second document begins here: a file holds one"));
            }
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            event => root = Some(reader.node(event, line, 0)?),
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    /// The next event and its line. There is always one: the stream has an end.
    fn next(&mut self) -> Result<(Event<'a>, usize), Fault> {
        let next: Option<Result<(Event<'a>, Span), _>> = self.events.next();
        match next {
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(error)) => Err(Fault::new(error.marker().line(), format!("it is not YAML: {}", error.info()))),
            None => Ok((Event::StreamEnd, 1)),
        }
    }

    /// The value that begins with this event, `depth` levels deep.
    fn node(&mut self, event: Event<'a>, mut line: usize, depth: usize) -> Result<Node, Fault> {
        if depth >= NESTED && !matches!(event, Event::Scalar(..)) {
            return Err(Fault::new(line, format!("it is nested too deep: {NESTED} levels of objects and lists are read here")));
        }
        let (content, tag) = match event {
            Event::Scalar(text, ScalarStyle::Literal, _, tag) => {
                // The parser says where the first line stands that is not blank.
                line = line.saturating_sub(text.bytes().take_while(|byte| *byte == b'\n').count());
                (Content::Lines(text.into_owned()), tag)
            }
            Event::Scalar(text, style, _, tag) => (scalar(text, style, tag.as_deref()), tag),
            Event::SequenceStart(_, _, tag) => (self.list(depth)?, tag),
            Event::MappingStart(_, _, tag) => (self.map(depth)?, tag),
            _ => (Content::Refused(NO_ALIAS.to_owned()), None),
        };
        Ok(Node { line, content: tagged(content, line, tag.as_deref()) })
    }

    fn list(&mut self, depth: usize) -> Result<Content, Fault> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(Content::List(nodes)),
                (event, line) => nodes.push(self.node(event, line, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Content, Fault> {
        let (mut entries, mut lines) = (Vec::new(), HashMap::new());
        loop {
            let (key, line) = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(Content::Map(entries)),
                (Event::Scalar(key, _, _, None), line) => (key.into_owned(), line),
                (_, line) => return Err(Fault::new(line, "a key has to be a text")),
            };
            if let Some(first) = lines.insert(key.clone(), line) {
                return Err(Fault::new(line, format!("the key `{key}` stands twice in one mapping, first in line {first}")));
            }
            let (event, value_line) = self.next()?;
            let mut value = self.node(event, value_line, depth + 1)?;
            if key == "<<" {
                value = Node { line, content: Content::Refused(NO_ALIAS.to_owned()) };
            }
            entries.push(Entry { key, line, value });
        }
    }
}

/// A value with a tag of CloudFormation in front is a function of what is behind.
fn tagged(content: Content, line: usize, tag: Option<&Tag>) -> Content {
    match tag {
        Some(tag) if tag.handle() == "!" && !tag.suffix().is_empty() => {
            let name = match tag.suffix() {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            Content::Function(name, Box::new(Node { line, content }))
        }
        Some(tag) if tag.handle() != "!" && !matches!(tag.suffix(), "str" | "seq" | "map") => {
            Content::Refused(format!("the tag `!!{}` is not read here: write the value without it", tag.suffix()))
        }
        _ => content,
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Content {
    let is_text = tag.is_some_and(|tag| tag.handle() == "!" || tag.handle() == OF_YAML && tag.suffix() == "str");
    if style == ScalarStyle::Plain && !is_text { plain(text) } else { Content::Text(text.into_owned()) }
}

/// What a value without quotes means.
fn plain(text: Cow<'_, str>) -> Content {
    let ambiguous = |meaning: &str| {
        Content::Refused(format!(
            "`{text}` is {meaning} in one version of YAML and a text in another: write it in quotes, or as JSON has it"
        ))
    };
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        word if OLD_TRUTHS.contains(&word.to_lowercase().as_str()) => ambiguous("true or false"),
        number if begins_as_number(number) => match as_json_has_it(number) {
            Some(number) => Content::Number(number),
            None if may_be_number(number) => ambiguous("a number"),
            None => Content::Text(text.into_owned()),
        },
        _ => Content::Text(text.into_owned()),
    }
}

fn begins_as_number(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-' | '.'))
}

/// A number that every version of YAML reads as JSON does: `30`, `-1`, `2.0`.
fn as_json_has_it(text: &str) -> Option<Number> {
    let is_short = text.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '-' | '.'));
    is_short.then(|| serde_json::from_str(text).ok()).flatten()
}

/// `0x1f`, `017`, `0o17`, `1_000`, `1e3`, `1:30` (90 in base 60), `+1`, `.5`, `1.`, `.inf`
fn may_be_number(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let special = [".inf", ".nan"].contains(&unsigned.to_lowercase().as_str());
    let hexadecimal =
        unsigned.strip_prefix("0x").is_some_and(|rest| rest.chars().all(|sign| sign.is_ascii_hexdigit() || sign == '_'));
    let number = unsigned.strip_prefix("0o").or_else(|| unsigned.strip_prefix("0b")).unwrap_or(unsigned);
    let has_digits = number.contains(|sign: char| sign.is_ascii_digit());
    let parts = number.matches('.').count() <= 1;
    let signs = number.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '_' | ':' | '.' | 'e' | 'E' | '+' | '-'));
    // A date has two dashes, and no exponent in front of them.
    let exponent = number.contains(['e', 'E']) || !number.contains(['+', '-']);
    special || hexadecimal || has_digits && parts && signs && exponent
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::tree::Faults;

    fn value(text: &str) -> Result<Value, Faults> {
        parse(text)?.to_json(&|_| None)
    }

    #[rstest]
    #[case::block("A:\n  B: [1, -2.5, x]\n  C: {D: true}\n", json!({"A": {"B": [1, -2.5, "x"], "C": {"D": true}}}))]
    #[case::json("{\"A\": [\"1\", null, 2.0, {}]}", json!({"A": ["1", null, 2.0, {}]}))]
    #[case::texts("A: '5'\nB: \"yes\"\nC: !!str 5\nD: |\n  5\nE: $.a[0]\nF: 1 x\n", json!({"A": "5", "B": "yes", "C": "5", "D": "5\n", "E": "$.a[0]", "F": "1 x"}))]
    #[case::keys_are_texts("5: a\nyes: b\n", json!({"5": "a", "yes": "b"}))]
    #[case::times_are_texts("A: 2030-01-01T00:00:00Z\nB: 2030-01-01\n", json!({"A": "2030-01-01T00:00:00Z", "B": "2030-01-01"}))]
    #[case::addresses_are_texts("A: 10.0.0.1\nB: arn:aws:states:::lambda:invoke\n", json!({"A": "10.0.0.1", "B": "arn:aws:states:::lambda:invoke"}))]
    #[case::nothing("", Value::Null)]
    #[case::nothing_is_null("A:\nB: ~\n", json!({"A": null, "B": null}))]
    fn what_all_read_alike_is_read(#[case] text: &str, #[case] wanted: Value) {
        assert_eq!(value(text).unwrap(), wanted);
    }

    #[rstest]
    #[case::a_word("A: 1\nB: yes\n", 2, "`yes` is true or false in one version of YAML")]
    #[case::another_word("A: Off\n", 1, "`Off` is true or false")]
    #[case::octal("A: 017\n", 1, "`017` is a number")]
    #[case::hexadecimal("A: 0x1f\n", 1, "`0x1f` is a number")]
    #[case::grouped("A: 1_000\n", 1, "`1_000` is a number")]
    #[case::an_exponent("A: 1e3\n", 1, "`1e3` is a number")]
    #[case::base_60("A: 1:30\n", 1, "`1:30` is a number")]
    #[case::infinite("A: -.inf\n", 1, "`-.inf` is a number")]
    #[case::an_alias("A: &a 1\nB: *a\n", 2, "aliases and merges are not read here")]
    #[case::a_merge("A: &a {C: 1}\nB:\n  <<: *a\n", 3, "aliases and merges are not read here")]
    #[case::a_key_twice("A: 1\nB: 2\nA: 3\n", 3, "the key `A` stands twice in one mapping, first in line 1")]
    #[case::a_key_that_is_a_list("[1]: 2\n", 1, "a key has to be a text")]
    #[case::a_tag("A: !!binary aGk=\n", 1, "the tag `!!binary` is not read here")]
    #[case::a_function("A:\n  B: !GetAtt C.Arn\n", 2, "`Fn::GetAtt` is a function of CloudFormation")]
    #[case::a_second_document("A: 1\n---\nB: 2\n", 2, "a second document begins here")]
    #[case::no_yaml("A: 1\nB: [\n", 2, "it is not YAML: ")]
    #[case::a_tab("A:\n\tB: 1\n", 2, "it is not YAML: ")]
    fn what_is_read_in_different_ways_is_refused_with_its_line(#[case] text: &str, #[case] line: usize, #[case] said: &str) {
        let Fault { line: found, message, .. } = value(text).unwrap_err().0.swap_remove(0);
        assert!(message.contains(said) && found == line, "line {found}: {message}");
    }

    #[rstest]
    #[case::a_literal("A: |\n  x\n  y\n", 2)]
    #[case::after_blank_lines("A:\n  B: |-\n\n\n    x\n", 3)]
    #[case::with_a_tag("A: !Sub |\n  x\n", 2)]
    #[case::with_a_comment("A: | # why\n  x\n", 2)]
    fn the_lines_of_a_literal_are_known(#[case] text: &str, #[case] line: usize) {
        fn lines(node: &Node) -> Option<usize> {
            match &node.content {
                Content::Lines(_) => Some(node.line),
                Content::Function(_, given) => lines(given),
                _ => node.entries().iter().find_map(|entry| lines(&entry.value)),
            }
        }
        assert_eq!(lines(&parse(text).unwrap()), Some(line));
    }

    #[test]
    fn a_text_that_is_nested_too_deep_is_refused() {
        let message = value(&format!("{}{}", "[".repeat(200), "]".repeat(200))).unwrap_err().0.swap_remove(0).message;
        assert!(message.contains("it is nested too deep: 127 levels"), "{message}");
        assert!(value(&"[".repeat(100_000)).is_err());
        assert!(value(&"- ".repeat(100_000)).is_err());
    }
}
