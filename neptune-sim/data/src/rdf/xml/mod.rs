//! RDF/XML, read as Eclipse RDF4J's reader does on top of an XML reader, which is quick-xml here and Java's there: what is no XML is said in other
//! words, but for the most usual faults.

mod document;
mod element;
mod entity;
mod source;

use std::io::{self, Read};

use super::chars::Spot;
use super::sink::Sink;
use crate::finding::{Excerpt, Finding, Found, Warning};
use crate::problem::{Problem, Provenance};
use document::Document;
use source::Source;

/// Why nothing is read behind a place.
#[derive(Debug)]
enum End {
    /// What is said of it, and in whose words.
    Fault(String, Provenance),
    /// What there is too much of.
    TooMuch(&'static str),
    Io(io::Error),
}

impl End {
    /// In the words of RDF4J, or of the XML reader that it is used with.
    fn rdf4j(text: impl Into<String>) -> Self {
        Self::Fault(text.into(), Provenance::Rdf4j)
    }
}

/// Where something is in the file, and what is there.
#[derive(Clone, Debug)]
struct Near {
    spot: Spot,
    /// The begin of the tag or of the text.
    bytes: Vec<u8>,
}

impl Near {
    fn finding(&self, what: crate::finding::What, record: u64) -> Finding {
        let Spot { line, column } = self.spot;
        Finding { what, times: 1, record, line, column, id: None, excerpt: Excerpt::of(&self.bytes, 0) }
    }
}

/// Adds the statements of a file, up to its first fault.
pub(super) fn load(input: impl Read, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut source = Source::new(input)?;
    let mut document = Document::new(sink);
    let read = document.read(&mut source);
    let near = document.near;
    let record = sink.records + 1;
    if let Some(near) = source.not_utf8 {
        sink.log.warn_at(Warning::NotUtf8, |what| near.finding(what, record));
    }
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
