//! A file of statements, from its first line to its last.

use std::borrow::Cow;
use std::io::{self, Read};

use super::lines::Lines;
use super::options::Options;
use super::statement::{self, Rules, Statement, Term};
use crate::finding::{Found, Warning};
use crate::graph::Graph;
use crate::log::Log;
use crate::place::Place;
use crate::problem::Problem;
use crate::totals::Totals;

/// A format with a statement on each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `ntriples`
    NTriples,
    /// `nquads`
    NQuads,
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
    sink: &mut dyn FnMut(Found<'_>),
) -> io::Result<Totals> {
    let mut lines = Lines::new(input);
    let file = File { number: graph.new_file(), format, options };
    let (mut log, mut records) = (Log::new(options.stop, sink), 0);
    while !log.has_stopped()
        && let Some(line) = lines.read()?
    {
        let text = String::from_utf8_lossy(line.bytes);
        let place = Place { bytes: text.as_bytes(), line: line.number, record: records + 1, at: 0, id: None };
        if line.is_too_long {
            log.records(1);
            log.error(place, Problem::RecordTooLong);
            break;
        }
        if let Cow::Owned(_) = text {
            log.warn(place, Warning::NotUtf8);
        }
        records += u64::from(file.load_line(&text, place, graph, &mut log));
    }
    Ok(log.end())
}

/// A file whose lines are read.
struct File<'a> {
    /// Under which the names of its blank nodes are known.
    number: u64,
    format: Format,
    options: &'a Options,
}

impl File<'_> {
    /// Returns whether the line is a record: no comment, and not empty.
    fn load_line(&self, line: &str, place: Place<'_>, graph: &mut Graph, log: &mut Log<'_>) -> bool {
        let mut flaws = Vec::new();
        let rules = Rules { quads: self.format == Format::NQuads, verify_uri_syntax: self.options.verify_uri_syntax };
        let statement = statement::read(line, rules, &mut flaws);
        for (flaw, at) in flaws {
            log.warn(Place { at, ..place }, Warning::Iri { flaw });
        }
        match statement {
            Ok(None) => return false,
            Ok(Some(statement)) => self.add(statement, place, graph, log),
            Err(fault) => {
                log.records(1);
                log.error(Place { at: fault.at, ..place }, Problem::Statement { text: fault.text });
            }
        }
        true
    }

    fn add<'a>(&'a self, mut statement: Statement<'a>, place: Place<'_>, graph: &mut Graph, log: &mut Log<'_>) {
        statement.graph.get_or_insert(Term::Iri(Cow::Borrowed(&self.options.named_graph_uri)));
        let has_blank = statement.has_blank_node();
        if has_blank {
            log.warn(place, Warning::BlankNodes);
        }
        // The name of a blank node means another node in each file.
        log.fact(graph.statement((has_blank.then_some(self.number), statement)));
    }
}
