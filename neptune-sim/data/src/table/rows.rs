//! The facts of each row, added to a graph.

use std::borrow::Cow;

use neptune_text::cut;

use super::column::{Column, Kind, Property};
use super::header::{Dialect, Header};
use crate::csv::{Cell, Record};
use crate::finding::Warning;
use crate::graph::{Added, Element, Graph, Key};
use crate::log::{Log, Stop};
use crate::place::Place;
use crate::problem::Problem;
use crate::value::{NoValue, Type};

/// The label of a vertex without one.
const VERTEX: &[u8] = b"vertex";
/// The label of an edge without one.
const EDGE: &[u8] = b"edge";

/// How much of a value or an id a message has, in bytes.
const SHOWN: usize = 200;

/// What a load is asked for that changes how files are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `allowEmptyStrings`: an empty cell in quotes is a value.
    pub allow_empty_strings: bool,
    /// `updateSingleCardinalityProperties`: another value takes the place of the only one.
    pub update_single_cardinality: bool,
    /// Where the reading of the file stops.
    pub stop: Stop,
}

/// What the rows of a file have in common.
pub(super) struct Rows<'a> {
    header: &'a Header,
    options: Options,
    /// What each column is known by in the graph.
    keys: Vec<Key>,
    label_key: Key,
    /// By which an edge knows its ends and its label.
    edge_key: Key,
}

/// A row, split into what it is about and the rest.
struct Row<'a> {
    rows: &'a Rows<'a>,
    record: &'a Record<'a>,
    place: Place<'a>,
    /// `None` if Neptune gives the ids.
    id: Option<Id<'a>>,
    label: Option<Cell<'a>>,
    from: Option<Id<'a>>,
    to: Option<Id<'a>>,
}

/// An id, and the space in which it is known: openCypher has the same id for different nodes in different spaces.
struct Id<'a> {
    cell: Cell<'a>,
    space: &'a str,
}

impl Id<'_> {
    /// What it is known by in the graph.
    fn key(&self) -> Cow<'_, [u8]> {
        match self.space {
            "" => Cow::Borrowed(&self.cell.text),
            space => Cow::Owned([space.as_bytes(), b"\0", &self.cell.text].concat()),
        }
    }
}

/// Why a row is not read, and the place in its bytes.
type Refusal = (usize, Problem);

impl<'a> Rows<'a> {
    pub(super) fn new(header: &'a Header, options: Options, graph: &Graph) -> Self {
        let key = |column: &Column| graph.key(header.dialect.name(column).as_bytes());
        let keys = header.columns.iter().map(key).collect();
        Self { header, options, keys, label_key: graph.key(b"~label"), edge_key: graph.key(b"~edge") }
    }

    /// Adds the facts of a row, or reports why they are not added.
    pub(super) fn load(&self, record: &Record<'_>, place: Place<'_>, graph: &mut Graph, log: &mut Log<'_>) {
        if record.width() < self.header.columns.len() {
            log.warn(place, Warning::ShortRow);
        }
        match self.row(record, place) {
            Ok(row) if self.header.kind == Kind::Vertices => row.load_vertex(graph, log),
            Ok(row) => row.load_edge(graph, log),
            Err((at, problem)) => {
                log.records(1);
                log.error(Place { at, ..place }, problem);
            }
        }
    }

    fn row<'r>(&'r self, record: &'r Record<'r>, place: Place<'r>) -> Result<Row<'r>, Refusal> {
        let columns = &self.header.columns;
        if let Some(further) = record.cell(columns.len()) {
            return Err((further.at, Problem::MoreColumnsThanHeader));
        }
        let mut row = Row { rows: self, record, place, id: None, label: None, from: None, to: None };
        for (index, column) in columns.iter().enumerate() {
            match column {
                Column::Id { space, .. } => row.id = Some(Id { cell: row.required(index, column)?, space }),
                Column::From { space } => row.from = Some(Id { cell: row.required(index, column)?, space }),
                Column::To { space } => row.to = Some(Id { cell: row.required(index, column)?, space }),
                Column::Label => row.label = record.cell(index),
                Column::Property(_) => {}
            }
        }
        match &row.label {
            Some(label) if label.is_blank() => row.label = None,
            Some(label) if label.text.is_empty() => return Err((label.at, Problem::EmptyLabel)),
            _ => {}
        }
        Ok(row)
    }
}

impl<'a> Row<'a> {
    /// The cell of a column without which there is no row.
    fn required(&self, index: usize, column: &Column) -> Result<Cell<'a>, Refusal> {
        let blank = |at| (at, Problem::BlankId { column: self.rows.header.dialect.name_of_id(column) });
        match self.record.cell(index) {
            Some(cell) if !cell.is_blank() => Ok(cell),
            Some(cell) => Err(blank(cell.at)),
            None => Err(blank(self.record.bytes.len())),
        }
    }

    fn is_gremlin(&self) -> bool {
        self.rows.header.dialect == Dialect::Gremlin
    }

    fn load_vertex(&self, graph: &mut Graph, log: &mut Log<'_>) {
        let id = self.id.as_ref().map(Id::key).unwrap_or_default();
        if !self.is_gremlin() {
            self.load_node(&id, graph, log);
            return;
        }
        let mut vertex = graph.vertex(&id);
        match &self.label {
            None => log.fact(vertex.add(self.rows.label_key, VERTEX)),
            Some(labels) => each(&labels.text, |label| log.fact(vertex.add(self.rows.label_key, label))),
        }
        self.load_properties(Some(&mut vertex), log);
    }

    /// One duplicate for a row whose node is there, whatever it adds to it.
    fn load_node(&self, id: &[u8], graph: &mut Graph, log: &mut Log<'_>) {
        if graph.has_vertex(id) {
            log.duplicate();
        }
        graph.vertex(id);
        if let Some(labels) = &self.label {
            each(&labels.text, |_| log.records(1));
        }
        self.load_properties(None, log);
    }

    fn load_edge(&self, graph: &mut Graph, log: &mut Log<'_>) {
        let (Some(from), Some(to)) = (&self.from, &self.to) else { return };
        self.warn_of_semicolons(log);
        log.records(1);
        if !(graph.has_vertex(&from.key()) && graph.has_vertex(&to.key())) {
            let (from, to) = (&from.cell, &to.cell);
            log.error(self.at(from.at), Problem::MissingVertex { from: lossy(&from.text), to: lossy(&to.text) });
            self.load_properties(None, log);
            return;
        }
        let Some(id) = &self.id else {
            self.load_properties(None, log);
            return;
        };
        let mut edge = graph.edge(&id.key());
        let label = self.label.as_ref().map_or(EDGE, |label| &label.text);
        let added = if self.is_gremlin() {
            edge.set(self.rows.edge_key, (&*from.cell.text, &*to.cell.text, label))
        } else {
            edge.set(self.rows.edge_key, ())
        };
        log.known(added);
        if added == Added::Conflict {
            log.error(self.at(id.cell.at), Problem::IdOfSeveralEdges { id: lossy(&id.cell.text) });
        }
        let takes_values = self.is_gremlin() && added != Added::Conflict;
        self.load_properties(takes_values.then_some(&mut edge), log);
    }

    fn warn_of_semicolons(&self, log: &mut Log<'_>) {
        if let Some(label) = self.label.as_ref().filter(|label| label.text.contains(&b';')) {
            let warning = Warning::EdgeLabelIsNotSplit { label: lossy(&label.text) };
            log.warn(self.at(label.at), warning);
        }
    }

    /// Counts the values of the row, and adds them to an element if there is one to add them to.
    fn load_properties(&self, mut element: Option<&mut Element<'_>>, log: &mut Log<'_>) {
        for (index, column) in self.rows.header.columns.iter().enumerate() {
            match column {
                Column::Property(property) => {
                    let Some(cell) = self.record.cell(index) else { return };
                    if !self.is_no_value(property, &cell) {
                        let key = self.rows.keys[index];
                        self.load_cell(property, key, &cell, element.as_deref_mut(), log);
                    }
                }
                // The id is a value, too.
                Column::Id { property: Some(_), .. } => log.records(1),
                _ => {}
            }
        }
    }

    fn load_cell(
        &self,
        property: &Property,
        key: Key,
        cell: &Cell<'_>,
        mut element: Option<&mut Element<'_>>,
        log: &mut Log<'_>,
    ) {
        if !property.array {
            self.load_value(property, key, &cell.text, cell.at, element, log);
            return;
        }
        if cell.text.starts_with(b"[") && cell.text.ends_with(b"]") {
            let (value, column) = (lossy(&cell.text), property.name.clone());
            log.warn(self.at(cell.at), Warning::List { value, column });
        }
        each(&cell.text, |value| self.load_value(property, key, value, cell.at, element.as_deref_mut(), log));
    }

    fn is_no_value(&self, property: &Property, cell: &Cell<'_>) -> bool {
        let counts = cell.quoted && self.rows.options.allow_empty_strings && property.of == Type::String;
        cell.text.is_empty() && !counts
    }

    fn load_value(
        &self,
        property: &Property,
        key: Key,
        value: &[u8],
        at: usize,
        element: Option<&mut Element<'_>>,
        log: &mut Log<'_>,
    ) {
        log.records(1);
        // Quicker than to look for bytes that are no text, of which there are hardly any.
        let text = std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed);
        if let Cow::Owned(_) = text {
            log.warn(self.at(at), Warning::NotUtf8);
        }
        let (value, column) = (|| cut(&text, SHOWN), || property.name.clone());
        match property.of.check(text.as_bytes()) {
            Err(NoValue) => {
                log.error(self.at(at), Problem::InvalidValue { value: value(), column: column(), of: property.of });
                return;
            }
            Ok(Some(remark)) => {
                log.warn(self.at(at), Warning::Value { value: value(), column: column(), remark });
            }
            Ok(None) => {}
        }
        let Some(element) = element else { return };
        match self.add(property, key, &text, element) {
            Added::New => {}
            Added::Duplicate => log.duplicate(),
            Added::Conflict => {
                let id = self.id.as_ref().map(|id| lossy(&id.cell.text)).unwrap_or_default();
                log.error(self.at(at), Problem::SingleCardinality { id, property: column() });
            }
        }
    }

    fn add(&self, property: &Property, key: Key, value: &str, element: &mut Element<'_>) -> Added {
        if !property.single {
            return element.add(key, value);
        }
        // Of an edge, one of the values is kept; the user guide names no error.
        let replaces = self.rows.options.update_single_cardinality || self.rows.header.kind == Kind::Edges;
        match element.set(key, value) {
            Added::Conflict if replaces => Added::New,
            added => added,
        }
    }

    fn at(&self, at: usize) -> Place<'_> {
        Place { at, id: self.id.as_ref().map(|id| &*id.cell.text), ..self.place }
    }
}

/// Gives each value between `;` that has no backslash before it. Empty ones are none.
fn each(text: &[u8], mut give: impl FnMut(&[u8])) {
    let mut rest = text;
    while !rest.is_empty() {
        let end = separator(rest);
        match &rest[..end] {
            [] => {}
            value if value.contains(&b'\\') => give(&unescape(value)),
            value => give(value),
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

/// Where the first `;` is that separates, or the end.
fn separator(text: &[u8]) -> usize {
    let mut places = memchr::memchr_iter(b';', text);
    places.find(|at| *at == 0 || text[at - 1] != b'\\').unwrap_or(text.len())
}

/// A value in which each `\\;` is `;`.
fn unescape(value: &[u8]) -> Vec<u8> {
    let mut unescaped = Vec::with_capacity(value.len());
    for (at, byte) in value.iter().enumerate() {
        if !(*byte == b'\\' && value.get(at + 1) == Some(&b';')) {
            unescaped.push(*byte);
        }
    }
    unescaped
}

fn lossy(text: &[u8]) -> String {
    cut(&String::from_utf8_lossy(text), SHOWN)
}
