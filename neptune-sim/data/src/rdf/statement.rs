//! One statement of N-Triples or N-Quads, read as Eclipse RDF4J's reader does. Neptune's reader is of that family: the one text of its error
//! log that is public, `Expected '<', found: |`, is RDF4J's.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use memchr::{memchr2, memchr3};

use super::iri::Flaw;
use crate::finding::IriFlaw;

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Statement<'a> {
    pub(super) subject: Term<'a>,
    pub(super) predicate: Term<'a>,
    pub(super) object: Term<'a>,
    /// `None`: the default one.
    pub(super) graph: Option<Term<'a>>,
}

impl Statement<'_> {
    /// Whether it has a name that means something only in its file. No predicate is one.
    pub(super) fn has_blank_node(&self) -> bool {
        [Some(&self.subject), Some(&self.object), self.graph.as_ref()]
            .into_iter()
            .flatten()
            .any(|term| matches!(term, Term::Blank(_)))
    }
}

/// The namespace of the data types.
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term<'a> {
    Iri(Cow<'a, str>),
    /// A name that means something only in its file.
    Blank(&'a str),
    /// A text with its datatype or language, as it is written.
    Literal(Cow<'a, str>, Option<Cow<'a, str>>, Option<&'a str>),
}

/// By what a graph knows it, so that it knows two ways to write one term as one: a text is an `xsd:string`, and languages are the same in any case
/// (RDF 1.1 Concepts, section 3.3).
impl Hash for Term<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Iri(iri) => (0_u8, iri).hash(state),
            Self::Blank(name) => (1_u8, name).hash(state),
            Self::Literal(text, datatype, language) => {
                let is_string = |datatype: &str| datatype.strip_prefix(XSD) == Some("string");
                (2_u8, text, datatype.as_ref().filter(|datatype| !is_string(datatype))).hash(state);
                language.unwrap_or_default().bytes().for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
            }
        }
    }
}

/// Why a line is no statement, and where in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) text: String,
    pub(super) at: usize,
}

/// How lines are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// Whether a statement may have a graph.
    pub(super) quads: bool,
    /// Whether IRIs must have no flaw.
    pub(super) verify_uri_syntax: bool,
}

/// A datatype that a text cannot have without a language.
const LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

/// Reads a line. `None` if it is empty or a comment. `flaws` gets what is taken in an IRI and others refuse, with the place of the IRI.
pub(super) fn read<'a>(line: &'a str, rules: Rules, flaws: &mut Vec<(IriFlaw, usize)>) -> Result<Option<Statement<'a>>, Fault> {
    let mut reader = Reader { line, at: 0, rules, flaws };
    reader.skip_blanks();
    if matches!(reader.peek(), None | Some('#')) {
        return Ok(None);
    }
    reader.statement().map(Some)
}

struct Reader<'a, 'o> {
    line: &'a str,
    /// Where the next character is in the line.
    at: usize,
    rules: Rules,
    flaws: &'o mut Vec<(IriFlaw, usize)>,
}

impl<'a> Reader<'a, '_> {
    fn statement(&mut self) -> Result<Statement<'a>, Fault> {
        let subject = self.resource()?;
        self.skip_blanks();
        let predicate = self.predicate()?;
        self.skip_blanks();
        let object = self.object()?;
        self.skip_blanks();
        let graph = if self.rules.quads && matches!(self.peek(), Some('<' | '_')) { Some(self.resource()?) } else { None };
        self.skip_blanks();
        self.full_stop()?;
        Ok(Statement { subject, predicate, object, graph })
    }

    fn resource(&mut self) -> Result<Term<'a>, Fault> {
        match self.peek() {
            Some('<') => self.iri().map(Term::Iri),
            Some('_') => self.blank(),
            _ => Err(self.expected("'<' or '_'")),
        }
    }

    fn predicate(&mut self) -> Result<Term<'a>, Fault> {
        if self.peek() == Some('<') { self.iri().map(Term::Iri) } else { Err(self.expected("'<'")) }
    }

    fn object(&mut self) -> Result<Term<'a>, Fault> {
        if self.peek() == Some('"') { self.literal() } else { self.resource() }
    }

    fn full_stop(&mut self) -> Result<(), Fault> {
        self.expect('.')?;
        self.skip_blanks();
        match self.peek() {
            None | Some('#') => Ok(()),
            Some(_) => Err(self.fault("Content after '.' is not allowed".to_owned())),
        }
    }

    /// Reads from `<` to `>`.
    fn iri(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at;
        self.at += 1;
        let iri = self.until('>')?;
        let flaw = Flaw::of(&iri);
        if let Some(flaw) = flaw.filter(|flaw| flaw.is_refused(self.rules.verify_uri_syntax)) {
            return Err(Fault { text: flaw.text(&iri), at: start });
        }
        if !iri.contains(':') {
            return Err(Fault { text: format!("Not a valid (absolute) IRI: {iri}"), at: start });
        }
        self.flaws.extend(flaw.map(|flaw| (flaw.kind, start)));
        Ok(iri)
    }

    fn blank(&mut self) -> Result<Term<'a>, Fault> {
        self.at += 1;
        self.expect(':')?;
        let start = self.at;
        if !self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(self.expected("a letter or number or underscore"));
        }
        // RDF4J knows no letters of other alphabets here, which the grammar has.
        let is_part = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
        };
        loop {
            self.skip(is_part);
            // A full stop is a part of the name before another part, and otherwise ends the statement.
            if self.peek() != Some('.') || !self.line[self.at..].trim_start_matches('.').starts_with(is_part) {
                break;
            }
            self.skip(|c| c == '.');
        }
        Ok(Term::Blank(&self.line[start..self.at]))
    }

    fn literal(&mut self) -> Result<Term<'a>, Fault> {
        let start = self.at;
        self.at += 1;
        let text = self.until('"')?;
        match self.peek() {
            Some('@') => Ok(Term::Literal(text, None, Some(self.language()?))),
            Some('^') => {
                self.at += 1;
                self.expect('^')?;
                let datatype = if self.peek() == Some('<') { self.iri()? } else { return Err(self.expected("'<'")) };
                if datatype == LANG_STRING {
                    let text = "datatype rdf:langString requires a language tag".to_owned();
                    return Err(Fault { text, at: start });
                }
                Ok(Term::Literal(text, Some(datatype), None))
            }
            _ => Ok(Term::Literal(text, None, None)),
        }
    }

    fn language(&mut self) -> Result<&'a str, Fault> {
        self.at += 1;
        let start = self.at;
        if !self.peek().is_some_and(char::is_alphabetic) {
            return Err(self.expected("a letter"));
        }
        self.skip(|c| c.is_ascii_alphanumeric() || c == '-');
        Ok(&self.line[start..self.at])
    }

    /// Reads the text before the character that ends an IRI or a literal, and skips that.
    fn until(&mut self, end: char) -> Result<Cow<'a, str>, Fault> {
        let start = self.at;
        let (mut from, mut unescaped, mut bad_escape) = (start, None::<String>, None);
        loop {
            let rest = &self.line.as_bytes()[from..];
            let stop = if end == '>' { memchr3(b'>', b'\\', b' ', rest) } else { memchr2(b'"', b'\\', rest) };
            let Some(stop) = stop else {
                self.at = self.line.len();
                return Err(self.end_of_line());
            };
            let (part, at) = (&self.line[from..from + stop], from + stop);
            self.at = at + 1;
            match rest[stop] {
                b'\\' => {
                    let c = self.escape(end, at, &mut bad_escape)?;
                    let text = unescaped.get_or_insert_default();
                    text.push_str(part);
                    text.push(c);
                    from = self.at;
                }
                b' ' => return Err(Fault { text: "IRI included an unencoded space:  ".to_owned(), at }),
                _ if let Some(bad) = bad_escape => {
                    return Err(Fault { text: text_of_bad_escape(&self.line[start..at], bad - start), at: bad });
                }
                _ => return Ok(unescaped.map_or(Cow::Borrowed(part), |text| Cow::Owned(text + part))),
            }
        }
    }

    /// The character that is meant by what stands behind a backslash. An IRI is read on behind a `\u` that means none, as RDF4J looks for the
    /// end of an IRI first: `bad_escape` gets the place of the first.
    fn escape(&mut self, end: char, at: usize, bad_escape: &mut Option<usize>) -> Result<char, Fault> {
        let c = self.peek().ok_or_else(|| self.end_of_line())?;
        self.at += c.len_utf8();
        let in_literal = end == '"';
        let illegal = || Fault { text: "Illegal unicode escape sequence".to_owned(), at };
        match c {
            'u' | 'U' => match self.code_point(if c == 'u' { 4 } else { 8 }) {
                Some(meant) => Ok(meant),
                None if in_literal => Err(illegal()),
                None => {
                    bad_escape.get_or_insert(at);
                    Ok(char::REPLACEMENT_CHARACTER)
                }
            },
            '"' | '\'' | '\\' if in_literal => Ok(c),
            't' if in_literal => Ok('\t'),
            'b' if in_literal => Ok('\u{8}'),
            'n' if in_literal => Ok('\n'),
            'r' if in_literal => Ok('\r'),
            'f' if in_literal => Ok('\u{c}'),
            _ if in_literal => Err(illegal()),
            _ => Err(Fault { text: format!("IRI includes string escapes: '\\{c}'"), at }),
        }
    }

    /// Half of a pair of surrogates, which the parser takes, becomes the replacement character.
    fn code_point(&mut self, digits: usize) -> Option<char> {
        let text = self.line.get(self.at..self.at + digits)?;
        let number = text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok())??;
        self.at += digits;
        match number {
            0xd800..=0xdfff => Some(char::REPLACEMENT_CHARACTER),
            number => char::from_u32(number),
        }
    }

    fn skip_blanks(&mut self) {
        self.skip(|c| matches!(c, ' ' | '\t'));
    }

    fn peek(&self) -> Option<char> {
        match self.line.as_bytes().get(self.at)? {
            byte @ ..0x80 => Some(char::from(*byte)),
            _ => self.line[self.at..].chars().next(),
        }
    }

    /// Skips characters of a kind.
    fn skip(&mut self, is_of_kind: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| is_of_kind(*c)) {
            self.at += c.len_utf8();
        }
    }

    fn expect(&mut self, c: char) -> Result<(), Fault> {
        if self.peek() != Some(c) {
            return Err(self.expected(&format!("'{c}'")));
        }
        self.at += c.len_utf8();
        Ok(())
    }

    fn expected(&self, what: &str) -> Fault {
        match self.peek() {
            Some(found) => self.fault(format!("Expected {what}, found: {found}")),
            None => self.end_of_line(),
        }
    }

    fn end_of_line(&self) -> Fault {
        self.fault("Unexpected end of file".to_owned())
    }

    fn fault(&self, text: String) -> Fault {
        Fault { text, at: self.at }
    }
}

/// What RDF4J says of a `\u` or `\U` at this place of an IRI that means no character.
fn text_of_bad_escape(iri: &str, at: usize) -> String {
    let length = if iri[at..].starts_with("\\u") { 6 } else { 10 };
    let escape: String = iri[at..].chars().take(length).collect();
    if escape.chars().count() < length {
        return format!("Incomplete Unicode escape sequence in: {iri}");
    }
    // Java's numbers have a sign.
    match i32::from_str_radix(&escape[2..], 16) {
        Ok(number @ 0x11_0000..) => format!("Not a valid Unicode code point: 0x{number:X}"),
        _ => format!("Illegal Unicode escape sequence '{escape}' in: {iri}"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn fault(line: &str, quads: bool) -> (String, usize) {
        let fault = read(line, Rules { quads, ..Rules::default() }, &mut Vec::new()).unwrap_err();
        (fault.text, fault.at)
    }

    const QUADS: Rules = Rules { quads: true, verify_uri_syntax: false };

    fn statement(line: &str) -> Statement<'_> {
        read(line, QUADS, &mut Vec::new()).unwrap().unwrap()
    }

    #[test]
    fn a_statement_is_read() {
        let Statement { subject, predicate, object, graph } = statement("<e:a> <e:p>\t\"x\\t\\u00e9\"@en-US _:g. # why not");
        assert_eq!(subject, Term::Iri("e:a".into()));
        assert_eq!(predicate, Term::Iri("e:p".into()));
        assert_eq!(object, Term::Literal("x\té".into(), None, Some("en-US")));
        assert_eq!(graph, Some(Term::Blank("g")));
    }

    #[rstest]
    #[case::no_blanks("<e:a><e:p>\"x\"<e:g>.")]
    #[case::names_that_begin_with_a_digit("_:1a <e:p> _:2 .")]
    #[case::a_full_stop_in_a_name("_:a.b..c <e:p> _:a.b.")]
    #[case::a_datatype("<e:a> <e:p> \"abc\"^^<http://www.w3.org/2001/XMLSchema#integer> .")]
    #[case::another_scheme("<urn:a> <mailto:x@y.z> <HTTP://E> .")]
    #[case::an_escaped_letter_in_an_iri("<http://e/\\u00e9> <e:p> <e:c> .")]
    #[case::half_a_pair_of_surrogates("<e:a> <e:p> \"\\uD83D\" .")]
    fn these_are_statements(#[case] line: &str) {
        assert!(read(line, QUADS, &mut Vec::new()).is_ok_and(|read| read.is_some()), "{line}");
    }

    #[rstest]
    #[case::empty("")]
    #[case::blank(" \t ")]
    #[case::comment("  # <e:a>")]
    fn these_are_no_statements(#[case] line: &str) {
        assert_eq!(read(line, Rules::default(), &mut Vec::new()).unwrap(), None);
    }

    #[rstest]
    #[case::the_text_of_a_real_log("<e:a> |oops <e:c> .", "Expected '<', found: |", 6)]
    #[case::turtle("@prefix e: <http://e/> .", "Expected '<' or '_', found: @", 0)]
    #[case::a_prefixed_name("<e:a> x:p <e:c> .", "Expected '<', found: x", 6)]
    #[case::a_literal_as_subject("\"x\" <e:p> <e:c> .", "Expected '<' or '_', found: \"", 0)]
    #[case::a_blank_node_as_predicate("<e:a> _:p <e:c> .", "Expected '<', found: _", 6)]
    #[case::single_quotes("<e:a> <e:p> 'x' .", "Expected '<' or '_', found: '", 12)]
    #[case::no_object("<e:a> <e:p> .", "Expected '<' or '_', found: .", 12)]
    #[case::no_full_stop("<e:a> <e:p> <e:c>", "Unexpected end of file", 17)]
    #[case::a_graph("<e:a> <e:p> <e:c> <e:g> .", "Expected '.', found: <", 18)]
    #[case::two_statements("<e:a> <e:p> <e:c> . <e:a> <e:p> <e:d> .", "Content after '.' is not allowed", 20)]
    #[case::a_blank_in_an_iri("<http://e/a b> <e:p> <e:c> .", "IRI included an unencoded space:  ", 11)]
    #[case::no_scheme("<a> <e:p> <e:c> .", "Not a valid (absolute) IRI: a", 0)]
    #[case::an_escape_in_an_iri("<http://e/\\n> <e:p> <e:c> .", "IRI includes string escapes: '\\n'", 10)]
    #[case::an_unknown_escape("<e:a> <e:p> \"a\\xb\" .", "Illegal unicode escape sequence", 14)]
    #[case::a_bad_digit_in_an_iri(
        "<e:a\\u0|20b> <e:p> <e:c> .",
        "Illegal Unicode escape sequence '\\u0|20' in: e:a\\u0|20b",
        4
    )]
    #[case::few_digits_in_an_iri("<e:\\u0041\\u0> <e:p> <e:c> .", "Incomplete Unicode escape sequence in: e:\\u0041\\u0", 9)]
    #[case::no_code_point_in_an_iri("<e:\\U00110000> <e:p> <e:c> .", "Not a valid Unicode code point: 0x110000", 3)]
    #[case::no_number_of_java_in_an_iri(
        "<e:\\UFFFFFFFF> <e:p> <e:c> .",
        "Illegal Unicode escape sequence '\\UFFFFFFFF' in: e:\\UFFFFFFFF",
        3
    )]
    #[case::another_escape_behind_it("<e:\\u0\\n> <e:p> <e:c> .", "IRI includes string escapes: '\\n'", 6)]
    #[case::a_bad_digit_in_a_literal("<e:a> <e:p> \"\\u0|20\" .", "Illegal unicode escape sequence", 13)]
    #[case::an_open_literal("<e:a> <e:p> \"one", "Unexpected end of file", 16)]
    #[case::one_caret("<e:a> <e:p> \"x\"^<e:t> .", "Expected '^', found: <", 16)]
    #[case::no_colon("_a <e:p> <e:c> .", "Expected ':', found: a", 1)]
    #[case::a_letter_of_another_alphabet("<e:a> <e:p> _:Zoë .", "Expected '.', found: ë", 16)]
    #[case::a_name_that_begins_with_one("_:é <e:p> <e:c> .", "Expected a letter or number or underscore, found: é", 2)]
    #[case::an_empty_name("_: <e:p> <e:c> .", "Expected a letter or number or underscore, found:  ", 2)]
    #[case::an_underscore_in_a_language("<e:a> <e:p> \"x\"@en_US .", "Expected '.', found: _", 18)]
    #[case::no_language("<e:a> <e:p> \"x\"@ .", "Expected a letter, found:  ", 16)]
    #[case::a_text_without_its_language(
        "<e:a> <e:p> \"x\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .",
        "datatype rdf:langString requires a language tag",
        12
    )]
    fn a_fault_has_the_words_of_rdf4j(#[case] line: &str, #[case] text: &str, #[case] at: usize) {
        assert_eq!(fault(line, false), (text.to_owned(), at));
    }

    #[rstest]
    #[case::five_terms("<e:a> <e:p> <e:c> <e:g> <e:h> .", "Expected '.', found: <", 24)]
    #[case::a_literal_as_graph("<e:a> <e:p> <e:c> \"g\" .", "Expected '.', found: \"", 18)]
    #[case::a_word_as_graph("<e:a> <e:p> <e:c> <g> .", "Not a valid (absolute) IRI: g", 18)]
    #[case::trig("GRAPH <e:g> { <e:a> <e:p> <e:c> . }", "Expected '<' or '_', found: G", 0)]
    fn a_fault_in_quads_has_them_too(#[case] line: &str, #[case] text: &str, #[case] at: usize) {
        assert_eq!(fault(line, true), (text.to_owned(), at));
    }

    #[rstest]
    #[case::two_hashes("<http://e/#a#b> <e:p> <e:c> .", IriFlaw::SecondHash)]
    #[case::braces("<http://e/{a}> <e:p> <e:c> .", IriFlaw::Character)]
    #[case::an_escaped_blank("<http://e/a\\u0020b> <e:p> <e:c> .", IriFlaw::Character)]
    #[case::percent("<http://e/a%zz> <e:p> <e:c> .", IriFlaw::Percent)]
    #[case::an_ampersand_of_xml("<http://e/?a=1&amp;b=2> <e:p> <e:c> .", IriFlaw::Entity)]
    #[case::a_number_of_xml("<http://e/?a=1&#38;b=2> <e:p> <e:c> .", IriFlaw::Entity)]
    #[case::another_flaw_first("<http://e/?a={1}&amp;b=2> <e:p> <e:c> .", IriFlaw::Character)]
    fn an_iri_that_others_refuse_is_taken_and_noted(#[case] line: &str, #[case] kind: IriFlaw) {
        let mut flaws = Vec::new();
        assert!(read(line, Rules::default(), &mut flaws).unwrap().is_some());
        assert_eq!(flaws, [(kind, 0)]);
    }

    #[rstest]
    #[case::braces("<http://e/{a}> <e:p> <e:c> .", "Unexpected character U+7B at index 9: http://e/{a}", 0)]
    #[case::a_bar("<e:a> <http://e/a|b> <e:c> .", "Unexpected character U+7C at index 10: http://e/a|b", 6)]
    #[case::an_escaped_blank("<http://e/a\\u0020b> <e:p> <e:c> .", "Unexpected character U+20 at index 10: http://e/a b", 0)]
    #[case::percent("<http://e/a%zz> <e:p> <e:c> .", "Illegal percent encoding U+25 at index 10: http://e/a%zz", 0)]
    fn it_is_refused_where_uris_are_verified(#[case] line: &str, #[case] text: &str, #[case] at: usize) {
        let rules = Rules { quads: false, verify_uri_syntax: true };
        assert_eq!(read(line, rules, &mut Vec::new()), Err(Fault { text: text.to_owned(), at }));
    }
}
