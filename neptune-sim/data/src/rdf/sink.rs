//! Where the statements of a file go, whatever its format.

use std::borrow::Cow;

use neptune_text::cut;

use super::lexical::flaw_of;
use super::options::Options;
use super::statement::{Statement, Term};
use crate::finding::{Finding, SHOWN, Warning, What};
use crate::graph::Graph;
use crate::log::Log;
use crate::value::is_null;

/// Adds the statements of one file to a graph, and counts them.
pub(super) struct Sink<'a> {
    pub(super) log: Log<'a>,
    graph: &'a mut Graph,
    pub(super) options: &'a Options,
    /// Under which the names of its blank nodes are known.
    file: u64,
    /// How many statements there were.
    pub(super) records: u64,
}

impl<'a> Sink<'a> {
    pub(super) fn new(log: Log<'a>, graph: &'a mut Graph, options: &'a Options) -> Self {
        Self { log, file: graph.new_file(), graph, options, records: 0 }
    }

    /// Warns of an IRI that was relative, if it is one of the loader's own now, for want of a base. `finding` is what is said of it, with its place.
    pub(super) fn note_own_base(&mut self, resolved: &str, finding: impl FnOnce(What) -> Finding) {
        if self.options.is_of_own_base(resolved) {
            self.log.warn_at(Warning::OwnBase { iri: cut(resolved, SHOWN) }, finding);
        }
    }

    /// Adds a statement. `finding` is what is said of it, with its place.
    pub(super) fn add<'s>(&'s mut self, mut statement: Statement<'s>, finding: impl Fn(What) -> Finding) {
        self.records += 1;
        let has_blank = statement.has_blank_node();
        if has_blank {
            self.log.warn_at(Warning::BlankNodes, &finding);
        }
        if let Term::Literal(text, datatype, language) = &statement.object
            && let Some(warning) = of_literal(text, datatype.as_deref(), *language)
        {
            self.log.warn_at(warning, &finding);
        }
        statement.graph.get_or_insert(Term::Iri(Cow::Borrowed(&self.options.named_graph_uri)));
        // The name of a blank node means another node in each file.
        self.log.fact(self.graph.statement((has_blank.then_some(self.file), statement)));
    }
}

/// What is to be said of a literal. Words in a language are meant.
fn of_literal(text: &str, datatype: Option<&str>, language: Option<&str>) -> Option<Warning> {
    match datatype {
        Some(datatype) => {
            let (flaw, name) = flaw_of(text, datatype)?;
            Some(Warning::Literal { text: cut(text, SHOWN), datatype: name.to_owned(), flaw })
        }
        None => (language.is_none() && is_null(text.as_bytes())).then(|| Warning::NullText { text: text.to_owned() }),
    }
}
