//! RDF/XML, read as Eclipse RDF4J's reader does on top of an XML reader, which is quick-xml here and Java's there: what is no XML is said in other
//! words, but for the most usual faults.

mod doctype;
mod document;
mod element;
mod encoding;
mod end;
mod entity;
mod names;
mod reference;
mod source;
mod statements;

use std::io::{self, Read};

use super::sink::Sink;
use crate::found::Found;
use crate::problem::Problem;
use document::Document;
use end::End;
use source::Source;

/// Adds the statements of a file, up to its first fault.
pub(super) fn load(input: impl Read, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut source = Source::new(input)?;
    let mut document = Document::new(sink);
    let read = document.read(&mut source);
    let near = document.near;
    let record = sink.records + 1;
    let problem = match read {
        Ok(()) => return Ok(()),
        Err(End::Io(error)) => return Err(error),
        Err(End::Fault(text, words)) => Problem::Document { text, words },
        Err(End::TooMuch(what)) => Problem::TooMuch { what },
    };
    sink.log.records(1);
    sink.log.error_at(problem, |what| Found::from(near.finding(what, record)));
    Ok(())
}
