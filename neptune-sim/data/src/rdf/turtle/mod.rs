//! Turtle, read as Eclipse RDF4J's reader does: Neptune's is of that family. It is a reader of our own, because the words of RDF4J, the number of
//! statements before a fault and a bound for nesting cannot be had from a parser that follows the grammar.

mod document;
mod end;
mod value;

use std::io::{self, Read};

use super::chars::{Chars, Spot};
use super::sink::Sink;
use crate::finding::{Finding, Warning};
use crate::found::Found;
use crate::problem::{Problem, Provenance};
use document::Document;
use end::{End, finding};

/// Adds the statements of a file, up to its first fault.
pub(super) fn load(input: impl Read, sink: &mut Sink<'_>) -> io::Result<()> {
    let (chars, has_mark) = Chars::new(input)?;
    if has_mark {
        sink.log.warn_at(Warning::ByteOrderMark, |what| finding(what, 1, &chars, chars.spot()));
    }
    let mut document = Document::new(chars, sink);
    let read = document.read();
    let mut chars = document.chars;
    let record = sink.records + 1;
    if let Some((Spot { line, column }, excerpt)) = chars.not_utf8.clone() {
        sink.log.warn_at(Warning::NotUtf8, |what| Finding { what, times: 1, record, line, column, id: None, excerpt });
    }
    let (problem, spot) = match read {
        Ok(()) => return Ok(()),
        Err(End::Io(error)) => return Err(error),
        Err(End::Fault(text, spot)) => (Problem::Document { text, words: Provenance::Rdf4j }, spot),
        Err(End::TooMuch(what, spot)) => (Problem::TooMuch { what }, spot),
    };
    // So that the excerpt does not depend on how the bytes came. What cannot be read is not shown.
    let _ = chars.look_ahead();
    sink.log.records(1);
    sink.log.error_at(problem, |what| Found::from(finding(what, record, &chars, spot)));
    Ok(())
}
