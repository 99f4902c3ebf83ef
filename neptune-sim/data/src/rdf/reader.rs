//! A file of statements, from its first line to its last.

use std::borrow::Cow;
use std::io::{self, Read};

use super::lines::Lines;
use super::options::Options;
use super::sink::Sink;
use super::statement::{self, Rules};
use super::{turtle, xml};
use crate::finding::Warning;
use crate::found::Found;
use crate::graph::Graph;
use crate::log::Log;
use crate::place::Place;
use crate::problem::Problem;
use crate::totals::Totals;

/// A format of RDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `ntriples`
    NTriples,
    /// `nquads`
    NQuads,
    /// `turtle`
    Turtle,
    /// `rdfxml`
    RdfXml,
}

/// Adds the statements of a file to a graph, and returns what a load counts. Every finding goes to `sink` as it comes, and warnings at the
/// end.
///
/// # Errors
/// The stream cannot be read.
pub fn load(
    input: impl Read,
    format: Format,
    options: &Options,
    graph: &mut Graph,
    sink: &mut (dyn FnMut(Found<'_>) + Send),
) -> io::Result<Totals> {
    let mut sink = Sink::new(Log::new(options.stop, sink), graph, options);
    match format {
        Format::NTriples | Format::NQuads => load_lines(input, format, &mut sink)?,
        Format::Turtle => turtle::load(input, &mut sink)?,
        Format::RdfXml => xml::load(input, &mut sink)?,
    }
    if sink.log.has_counted_nothing() {
        sink.log.warn(Place { bytes: b"", line: 1, record: 0, at: 0, id: None }, Warning::NoStatements);
    }
    Ok(sink.log.end())
}

fn load_lines(input: impl Read, format: Format, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let rules = Rules { quads: format == Format::NQuads, verify_uri_syntax: sink.options.verify_uri_syntax };
    if lines.skip_mark()? {
        let place = Place { bytes: b"", line: 1, record: 1, at: 0, id: None };
        sink.log.warn(place, Warning::ByteOrderMark);
    }
    while !sink.log.has_stopped()
        && let Some(line) = lines.read()?
    {
        let text = String::from_utf8_lossy(line.bytes);
        let place = Place { bytes: text.as_bytes(), line: line.number, record: sink.records + 1, at: 0, id: None };
        if line.is_too_long {
            sink.log.records(1);
            sink.log.error(place, Problem::RecordTooLong);
            break;
        }
        if let Cow::Owned(_) = text {
            sink.log.warn(place, Warning::NotUtf8);
        }
        load_line(&text, rules, place, sink);
    }
    Ok(())
}

fn load_line(line: &str, rules: Rules, place: Place<'_>, sink: &mut Sink<'_>) {
    let mut flaws = Vec::new();
    let statement = statement::read(line, rules, &mut flaws);
    for (flaw, at) in flaws {
        sink.log.warn(Place { at, ..place }, Warning::Iri { flaw });
    }
    match statement {
        Ok(None) => {}
        Ok(Some(statement)) => sink.add(statement, |what| place.finding(what)),
        Err(fault) => {
            sink.records += 1;
            sink.log.records(1);
            sink.log.error(Place { at: fault.at, ..place }, Problem::Statement { text: fault.text });
        }
    }
}
