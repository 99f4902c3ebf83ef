//! The terms of statements: IRIs, names, texts and numbers.

use std::io::Read;

use super::document::{Document, is_blank};
use super::end::{End, finding};
use crate::finding::Warning;
use crate::rdf::iri::{Flaw, LONG_NAME, MAX_NAME, resolve};
use crate::rdf::value::Value;
use crate::stream::MAX_RECORD;

const LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
/// What a backslash may stand before in a name.
const ESCAPED: &str = "!#$%&'()*+,-./;=?@_~";

impl<R: Read> Document<'_, '_, R> {
    pub(super) fn value(&mut self) -> Result<Value, End> {
        match self.chars.peek()? {
            Some('<') => self.iri().map(Value::Iri),
            Some(c) if c == ':' || is_letter(c) => self.name_or_boolean(),
            Some('_') => self.blank(),
            Some('"' | '\'') => self.literal(),
            Some('0'..='9' | '.' | '+' | '-') => self.number(),
            Some(c) => Err(End::Fault(format!("Expected an RDF value here, found '{c}'"), self.chars.spot())),
            None => Err(self.end_of_file()),
        }
    }

    /// Reads the next character, `c`, into a name.
    pub(super) fn push(&mut self, name: &mut String, c: char) -> Result<(), End> {
        if name.len() >= MAX_NAME {
            return Err(End::TooMuch(LONG_NAME, self.chars.spot()));
        }
        name.push(c);
        self.chars.next()?;
        Ok(())
    }

    /// Reads from `<` to `>`.
    pub(super) fn iri(&mut self) -> Result<String, End> {
        self.chars.mark();
        self.expect('<')?;
        let mut iri = String::new();
        loop {
            let spot = self.chars.spot();
            match self.chars.peek()? {
                Some('>') => break,
                Some(' ') => return Err(End::Fault("IRI included an unencoded space: '32'".to_owned(), spot)),
                Some('\\') => {
                    let escaped = self.chars.peek_at(1)?.ok_or_else(|| self.end_of_file())?;
                    if !matches!(escaped, 'u' | 'U') {
                        let text = format!("IRI includes string escapes: '\\{}'", u32::from(escaped));
                        return Err(End::Fault(text, spot));
                    }
                    self.push(&mut iri, '\\')?;
                }
                Some(c) => self.push(&mut iri, c)?,
                None => return Err(self.end_of_file()),
            }
        }
        self.chars.next()?;
        let iri = unescaped(&iri).unwrap_or(iri);
        self.resolved(iri)
    }

    fn resolved(&mut self, iri: String) -> Result<String, End> {
        let is_relative = !iri.contains(':');
        let resolved = resolve(iri, self.base.as_ref()).map_err(|text| End::Fault(text, self.chars.marked()))?;
        if is_relative {
            let (chars, record) = (&self.chars, self.sink.records + 1);
            self.sink.note_own_base(&resolved, |what| finding(what, record, chars, chars.marked()));
        }
        // RDF4J verifies those only that are written in full.
        if is_relative && self.sink.options.verify_uri_syntax { Ok(resolved) } else { self.checked(resolved) }
    }

    fn checked(&mut self, iri: String) -> Result<String, End> {
        let spot = self.chars.marked();
        if iri.len() > 2 * MAX_NAME {
            return Err(End::TooMuch(LONG_NAME, spot));
        }
        match Flaw::of(&iri) {
            Some(flaw) if flaw.is_refused(self.sink.options.verify_uri_syntax) => Err(End::Fault(flaw.text(&iri), spot)),
            Some(Flaw { kind, .. }) => {
                let (chars, record) = (&self.chars, self.sink.records + 1);
                self.sink.log.warn_at(Warning::Iri { flaw: kind }, |what| finding(what, record, chars, spot));
                Ok(iri)
            }
            None => Ok(iri),
        }
    }

    /// Reads `prefix:name`, `true` or `false`.
    fn name_or_boolean(&mut self) -> Result<Value, End> {
        let spot = self.chars.mark();
        let mut prefix = String::new();
        while let Some(c) = self.chars.peek()?.filter(|c| is_part_of_name(*c) || *c == '.') {
            // The full stop of the statement.
            if matches!(prefix.as_str(), "true" | "false") && c == '.' {
                break;
            }
            self.push(&mut prefix, c)?;
        }
        if matches!(prefix.as_str(), "true" | "false") && self.chars.peek()? != Some(':') {
            return Ok(Value::typed(prefix, "boolean"));
        }
        if prefix.ends_with('.') && self.chars.peek()? == Some(':') {
            return Err(End::Fault("prefix can not end with with '.'".to_owned(), spot));
        }
        self.expect(':')?;
        let Some(namespace) = self.prefixes.get(&prefix).cloned() else {
            let text = match prefix.as_str() {
                "" => "Default namespace used but not defined".to_owned(),
                prefix => format!("Namespace prefix '{prefix}' used but not defined"),
            };
            return Err(End::Fault(text, spot));
        };
        let name = self.local_name()?;
        if has_half_a_percent_sign(&name) {
            return Err(End::Fault(format!("Found incomplete percent-encoded sequence: {name}"), spot));
        }
        self.checked(namespace + &name).map(Value::Iri)
    }

    fn local_name(&mut self) -> Result<String, End> {
        let mut name = String::new();
        let is_part = |c: char| is_part_of_name(c) || matches!(c, '.' | ':' | '\\' | '%');
        while let Some(c) = self.chars.peek()?.filter(|c| is_part(*c)) {
            // It cannot be the first, and the last one ends the statement.
            let is_begin = name.is_empty() && (matches!(c, '.' | '-') || !(is_letter(c) || c.is_ascii() || c == '_'));
            if is_begin || c == '.' && !self.chars.peek_at(1)?.is_some_and(is_part) {
                break;
            }
            if c == '\\' {
                self.chars.next()?;
                let escaped = self.chars.peek()?.ok_or_else(|| self.end_of_file())?;
                if !ESCAPED.contains(escaped) {
                    let list: Vec<String> = ESCAPED.chars().map(String::from).collect();
                    let text = format!("found '{escaped}', expected one of: [{}]", list.join(", "));
                    return Err(End::Fault(text, self.chars.spot()));
                }
                self.push(&mut name, escaped)?;
            } else {
                self.push(&mut name, c)?;
            }
        }
        Ok(name)
    }

    fn blank(&mut self) -> Result<Value, End> {
        self.expect('_')?;
        self.expect(':')?;
        let mut name = String::new();
        let first = self.chars.peek()?.ok_or_else(|| self.end_of_file())?;
        if !is_part_of_name(first) {
            return Err(End::Fault(format!("Expected a letter, found '{first}'"), self.chars.spot()));
        }
        while let Some(c) = self.chars.peek()?.filter(|c| is_part_of_name(*c) || *c == '.') {
            // Before anything else, RDF4J takes the full stop for a part of the name.
            if c == '.' && matches!(self.chars.peek_at(1)?, None | Some(' ' | '\t' | '\r' | '\n' | '<' | '_')) {
                break;
            }
            self.push(&mut name, c)?;
        }
        Ok(Value::Blank(name))
    }

    /// Reads a text with its language or datatype.
    fn literal(&mut self) -> Result<Value, End> {
        let spot = self.chars.mark();
        let text = self.text()?;
        match self.chars.peek()? {
            Some('@') => {
                self.chars.next()?;
                Ok(Value::Literal { text, datatype: None, language: Some(self.language()?) })
            }
            Some('^') => {
                self.chars.next()?;
                self.expect('^')?;
                self.skip_blanks()?;
                match self.value()? {
                    Value::Iri(iri) if iri == LANG_STRING => {
                        Err(End::Fault("datatype rdf:langString requires a language tag".to_owned(), spot))
                    }
                    Value::Iri(iri) => Ok(Value::Literal { text, datatype: Some(iri), language: None }),
                    value => Err(End::Fault(format!("Illegal datatype value: {value}"), self.chars.marked())),
                }
            }
            _ => Ok(Value::Literal { text, datatype: None, language: None }),
        }
    }

    fn language(&mut self) -> Result<String, End> {
        let mut language = String::new();
        let first = self.chars.peek()?.ok_or_else(|| self.end_of_file())?;
        if !first.is_ascii_alphabetic() {
            return Err(End::Fault(format!("Expected a letter, found '{first}'"), self.chars.spot()));
        }
        while let Some(c) = self.chars.peek()?.filter(|c| !is_blank(*c) && !matches!(c, '.' | ';' | ',' | ')' | ']')) {
            if !c.is_ascii_alphanumeric() && c != '-' {
                return Err(End::Fault(format!("Illegal language tag char: '{c}'"), self.chars.spot()));
            }
            self.push(&mut language, c)?;
        }
        Ok(language)
    }

    /// Reads a text in quotes, in one of either kind or in three.
    fn text(&mut self) -> Result<String, End> {
        let start = self.chars.spot();
        let quote = self.chars.next()?.ok_or_else(|| self.end_of_file())?;
        let is_long = self.chars.peek()? == Some(quote) && self.chars.peek_at(1)? == Some(quote);
        if is_long {
            self.chars.next()?;
            self.chars.next()?;
        }
        let mut text = String::new();
        let mut quotes = 0;
        loop {
            let spot = self.chars.spot();
            let open = || End::Fault("Unexpected end of file".to_owned(), start);
            let c = self.chars.next()?.ok_or_else(open)?;
            quotes = if c == quote { quotes + 1 } else { 0 };
            text.push(c);
            match c {
                _ if quotes == if is_long { 3 } else { 1 } => break,
                '\\' => text.push(self.chars.next()?.ok_or_else(open)?),
                '\n' | '\r' if !is_long => {
                    return Err(End::Fault("Illegal carriage return or new line in literal".to_owned(), spot));
                }
                _ if text.len() > MAX_RECORD => return Err(End::TooMuch("A text is longer than 16 MiB", start)),
                _ => {}
            }
        }
        text.truncate(text.len() - quotes);
        Ok(if text.contains('\\') { unescaped(&text).unwrap_or(text) } else { text })
    }

    fn number(&mut self) -> Result<Value, End> {
        let spot = self.chars.mark();
        let (mut text, mut datatype) = (String::new(), "integer");
        if let Some(sign @ ('+' | '-')) = self.chars.peek()? {
            self.push(&mut text, sign)?;
        }
        self.digits(&mut text)?;
        // A full stop before a blank ends the statement.
        if self.chars.peek()? == Some('.') && !self.chars.peek_at(1)?.is_some_and(is_blank) {
            self.push(&mut text, '.')?;
            self.digits(&mut text)?;
            datatype = "decimal";
        }
        if text == "." || text.is_empty() && matches!(self.chars.peek()?, Some('e' | 'E')) {
            return Err(End::Fault("Object for statement missing".to_owned(), spot));
        }
        if let Some(e @ ('e' | 'E')) = self.chars.peek()? {
            datatype = "double";
            self.push(&mut text, e)?;
            if let Some(sign @ ('+' | '-')) = self.chars.peek()? {
                self.push(&mut text, sign)?;
            }
            if !self.chars.peek()?.is_some_and(|c| c.is_ascii_digit()) {
                return Err(End::Fault("Exponent value missing".to_owned(), self.chars.spot()));
            }
            self.digits(&mut text)?;
        }
        Ok(Value::typed(text, datatype))
    }

    fn digits(&mut self, text: &mut String) -> Result<(), End> {
        while let Some(digit) = self.chars.peek()?.filter(char::is_ascii_digit) {
            self.push(text, digit)?;
        }
        Ok(())
    }
}

/// A text without its escapes; `None` if one of them is none. Then RDF4J takes the text as it is.
fn unescaped(text: &str) -> Option<String> {
    let (mut result, mut rest) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = rest.next() {
        if c != '\\' {
            result.push(c);
            continue;
        }
        result.push(match rest.next()? {
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            kept @ ('"' | '\'' | '\\' | '>') => kept,
            'u' => numbered(&mut rest, 4)?,
            'U' => numbered(&mut rest, 8)?,
            _ => return None,
        });
    }
    Some(result)
}

/// The character with the number of so many hexadecimal digits. Half a pair of surrogates is none, and is U+FFFD.
fn numbered(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut number = 0;
    for _ in 0..digits {
        number = 16 * number + rest.next()?.to_digit(16)?;
    }
    if matches!(number, 0xd800..=0xdfff) { Some(char::REPLACEMENT_CHARACTER) } else { char::from_u32(number) }
}

fn has_half_a_percent_sign(name: &str) -> bool {
    let is_half = |at: usize| !name.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    name.match_indices('%').any(|(at, _)| is_half(at))
}

/// `PN_CHARS_BASE` of the grammar.
fn is_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// `PN_CHARS` of the grammar.
fn is_part_of_name(c: char) -> bool {
    is_letter(c) || matches!(c, '_' | '-' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
