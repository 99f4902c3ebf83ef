//! The statements of a document, from its first to its last.

use std::collections::HashMap;
use std::io::Read;

use oxiri::Iri;

use super::end::{End, finding};
use crate::rdf::chars::Chars;
use crate::rdf::sink::Sink;
use crate::rdf::statement::{Statement, Term};
use crate::rdf::value::{RDF, Value};

/// How deep brackets may be nested. Each level takes some of the stack.
const MAX_DEPTH: usize = 256;
/// How long all prefixes and their IRIs may be together, in bytes.
const MAX_PREFIXES: usize = 16 * 1024 * 1024;

/// A document that is read.
pub(super) struct Document<'a, 'l, R> {
    pub(super) chars: Chars<R>,
    pub(super) sink: &'a mut Sink<'l>,
    /// `None` if it is no absolute IRI.
    pub(super) base: Option<Iri<String>>,
    pub(super) prefixes: HashMap<String, String>,
    prefix_bytes: usize,
    depth: usize,
    blanks: u64,
}

impl<'a, 'l, R: Read> Document<'a, 'l, R> {
    pub(super) fn new(chars: Chars<R>, sink: &'a mut Sink<'l>) -> Self {
        let base = Iri::parse(sink.options.base_uri.clone()).ok();
        Self { chars, sink, base, prefixes: HashMap::new(), prefix_bytes: 0, depth: 0, blanks: 0 }
    }

    pub(super) fn read(&mut self) -> Result<(), End> {
        while self.skip_blanks()?.is_some() {
            self.statement()?;
        }
        Ok(())
    }

    /// A directive, or what one subject is said to have.
    fn statement(&mut self) -> Result<(), End> {
        let word = self.word()?;
        let is_sparql = word.eq_ignore_ascii_case("prefix") || word.eq_ignore_ascii_case("base");
        if !is_sparql && !word.starts_with('@') {
            self.triples()?;
        } else if self.directive(&word)? {
            return Ok(());
        }
        self.skip_blanks()?;
        self.expect('.')
    }

    /// The next characters up to a blank, eight at most: as many as `@prefix` has, and one.
    fn word(&mut self) -> Result<String, End> {
        let mut word = String::new();
        for index in 0..8 {
            match self.chars.peek_at(index)? {
                Some(c) if !is_blank(c) => word.push(c),
                _ => break,
            }
        }
        Ok(word)
    }

    /// Returns whether it is one of SPARQL's, which no full stop ends.
    fn directive(&mut self, word: &str) -> Result<bool, End> {
        let begins = |name: &str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let spot = self.chars.mark();
        let Some(name) = ["@prefix", "@base", "prefix", "base"].into_iter().find(|name| begins(name)) else {
            return Err(End::Fault(format!("Unknown directive \"{word}\""), spot));
        };
        if name.starts_with('@') && !word.starts_with(name) {
            let text = format!("Cannot strictly support case-insensitive {name} directive in compliance mode.");
            return Err(End::Fault(text, spot));
        }
        for _ in name.chars() {
            self.chars.next()?;
        }
        if name.ends_with("prefix") {
            self.prefix()?;
        } else {
            self.base()?;
        }
        Ok(!name.starts_with('@'))
    }

    fn prefix(&mut self) -> Result<(), End> {
        self.skip_blanks()?;
        let mut prefix = String::new();
        while let Some(c) = self.chars.peek()?.filter(|c| *c != ':' && !is_blank(*c)) {
            self.push(&mut prefix, c)?;
        }
        self.skip_blanks()?;
        self.expect(':')?;
        self.skip_blanks()?;
        let spot = self.chars.spot();
        let iri = self.iri()?;
        self.prefix_bytes += prefix.len() + iri.len();
        if self.prefix_bytes > MAX_PREFIXES {
            return Err(End::TooMuch("The prefixes of the file take more than 16 MiB", spot));
        }
        self.prefixes.insert(prefix, iri);
        Ok(())
    }

    fn base(&mut self) -> Result<(), End> {
        self.skip_blanks()?;
        let iri = self.iri()?;
        self.base = Iri::parse(iri).ok();
        Ok(())
    }

    fn triples(&mut self) -> Result<(), End> {
        if self.chars.peek()? != Some('[') {
            let subject = self.subject()?;
            self.skip_blanks()?;
            return self.predicates(&subject);
        }
        self.chars.next()?;
        let subject = self.new_blank();
        if self.skip_blanks()? == Some(']') {
            self.chars.next()?;
            self.skip_blanks()?;
            self.predicates(&subject)?;
        } else {
            self.inside_brackets(&subject)?;
        }
        if self.skip_blanks()? == Some('.') { Ok(()) } else { self.predicates(&subject) }
    }

    fn subject(&mut self) -> Result<Value, End> {
        if self.chars.peek()? == Some('(') {
            return self.collection(None);
        }
        let spot = self.chars.mark();
        match self.value()? {
            literal @ Value::Literal { .. } => Err(End::Fault(format!("Illegal subject value: {literal}"), spot)),
            value => Ok(value),
        }
    }

    /// Everything that is said of a subject: predicates with their objects, between semicolons.
    fn predicates(&mut self, subject: &Value) -> Result<(), End> {
        self.predicate_and_objects(subject)?;
        while self.skip_blanks()? == Some(';') {
            self.chars.next()?;
            match self.skip_blanks()? {
                Some('.' | ']' | '}') => break,
                Some(';') => {}
                _ => self.predicate_and_objects(subject)?,
            }
        }
        Ok(())
    }

    fn predicate_and_objects(&mut self, subject: &Value) -> Result<(), End> {
        let predicate = self.predicate()?;
        self.skip_blanks()?;
        self.object(subject, &predicate)?;
        while self.skip_blanks()? == Some(',') {
            self.chars.next()?;
            self.skip_blanks()?;
            self.object(subject, &predicate)?;
        }
        Ok(())
    }

    fn predicate(&mut self) -> Result<String, End> {
        if self.chars.peek()? == Some('a') && self.chars.peek_at(1)?.is_some_and(is_blank) {
            self.chars.next()?;
            return Ok(format!("{RDF}type"));
        }
        let spot = self.chars.mark();
        match self.value()? {
            Value::Iri(iri) => Ok(iri),
            value => Err(End::Fault(format!("Illegal predicate value: {value}"), spot)),
        }
    }

    /// The statement of an object comes before those of what is in it.
    fn object(&mut self, subject: &Value, predicate: &str) -> Result<(), End> {
        let spot = self.chars.mark();
        match self.chars.peek()? {
            Some('(') => self.collection(Some((subject, predicate))).map(drop),
            Some('[') => {
                self.chars.next()?;
                let blank = self.new_blank();
                self.add(subject, predicate, &blank);
                if self.skip_blanks()? == Some(']') {
                    self.chars.next()?;
                    return Ok(());
                }
                self.inside_brackets(&blank)
            }
            _ => {
                let object = self.value()?;
                if object.is_number_without_digits() {
                    return Err(End::Fault("Object for statement missing".to_owned(), spot));
                }
                self.add(subject, predicate, &object);
                Ok(())
            }
        }
    }

    /// Everything between brackets, behind the first.
    fn inside_brackets(&mut self, blank: &Value) -> Result<(), End> {
        self.deeper()?;
        self.predicates(blank)?;
        self.skip_blanks()?;
        self.expect(']')?;
        self.depth -= 1;
        Ok(())
    }

    /// A list, which is the object of a statement, or a subject. Returns its first node.
    fn collection(&mut self, of: Option<(&Value, &str)>) -> Result<Value, End> {
        self.chars.next()?;
        let is_empty = self.skip_blanks()? == Some(')');
        let first = if is_empty { Value::Iri(format!("{RDF}nil")) } else { self.new_blank() };
        if let Some((subject, predicate)) = of {
            self.add(subject, predicate, &first);
        }
        if !is_empty {
            self.deeper()?;
            self.items(first.clone())?;
            self.depth -= 1;
        }
        self.chars.next()?;
        Ok(first)
    }

    fn items(&mut self, mut node: Value) -> Result<(), End> {
        let [first, rest, nil] = ["first", "rest", "nil"].map(|name| format!("{RDF}{name}"));
        self.object(&node, &first)?;
        while self.skip_blanks()? != Some(')') {
            let next = self.new_blank();
            self.add(&node, &rest, &next);
            node = next;
            self.object(&node, &first)?;
        }
        self.add(&node, &rest, &Value::Iri(nil));
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), End> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(End::TooMuch("Brackets are nested deeper than 256 levels", self.chars.spot()));
        }
        Ok(())
    }

    fn new_blank(&mut self) -> Value {
        self.blanks += 1;
        // No name in a document has a blank in it.
        Value::Blank(format!("{} ", self.blanks))
    }

    fn add(&mut self, subject: &Value, predicate: &str, object: &Value) {
        let (chars, record) = (&self.chars, self.sink.records + 1);
        let statement =
            Statement { subject: subject.term(), predicate: Term::Iri(predicate.into()), object: object.term(), graph: None };
        self.sink.add(statement, |what| finding(what, record, chars, chars.spot()));
    }

    /// Skips blanks and comments, and returns the next character.
    pub(super) fn skip_blanks(&mut self) -> Result<Option<char>, End> {
        loop {
            match self.chars.peek()? {
                Some('#') => while self.chars.next()?.is_some_and(|c| c != '\n') {},
                Some(c) if is_blank(c) => _ = self.chars.next()?,
                other => return Ok(other),
            }
        }
    }

    pub(super) fn expect(&mut self, expected: char) -> Result<(), End> {
        match self.chars.peek()? {
            Some(c) if c == expected => {
                self.chars.next()?;
                Ok(())
            }
            Some(c) => Err(End::Fault(format!("Expected '{expected}', found '{c}'"), self.chars.spot())),
            None => Err(self.end_of_file()),
        }
    }

    pub(super) fn end_of_file(&self) -> End {
        End::Fault("Unexpected end of file".to_owned(), self.chars.spot())
    }
}

/// Whether it separates words.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}
