//! The facts of each row, added to a graph.

use std::borrow::Cow;

use neptune_text::cut;

use super::header::{Column, Dialect, Header, Kind, Property};
use crate::csv::{Cell, Record};
use crate::finding::Warning;
use crate::graph::{Added, Element, Graph};
use crate::log::Log;
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
}

/// A row, split into what it is about and the rest.
struct Row<'a> {
    header: &'a Header,
    options: Options,
    record: &'a Record<'a>,
    place: Place<'a>,
    /// `None` if Neptune gives the ids.
    id: Option<Cell<'a>>,
    label: Option<Cell<'a>>,
    from: Option<Cell<'a>>,
    to: Option<Cell<'a>>,
}

/// Why a row is not read, and the place in its bytes.
type Refusal = (usize, Problem);

/// Adds the facts of a row, or reports why they are not added.
pub(super) fn load(
    header: &Header,
    options: Options,
    record: &Record<'_>,
    place: Place<'_>,
    graph: &mut Graph,
    log: &mut Log<'_>,
) {
    if record.width() < header.columns.len() {
        log.warn(place, Warning::ShortRows { times: 1 });
    }
    let loaded = Row::read(header, options, record, place).and_then(|row| match header.kind {
        Kind::Vertices => row.load_vertex(graph, log),
        Kind::Edges => row.load_edge(graph, log),
    });
    if let Err((at, problem)) = loaded {
        log.records(1);
        log.error(Place { at, ..place }, problem);
    }
}

impl<'a> Row<'a> {
    fn read(header: &'a Header, options: Options, record: &'a Record<'a>, place: Place<'a>) -> Result<Self, Refusal> {
        if let Some(further) = record.cell(header.columns.len()) {
            return Err((further.at, Problem::MoreColumnsThanHeader));
        }
        let (mut id, mut label, mut from, mut to) = (None, None, None, None);
        for (column, cell) in header.columns.iter().zip(record.cells()) {
            match column {
                Column::Id { .. } => id = Some(cell),
                Column::Label => label = Some(cell),
                Column::From { .. } => from = Some(cell),
                Column::To { .. } => to = Some(cell),
                Column::Property(_) => {}
            }
        }
        if let Some(empty) = label.as_ref().filter(|label| label.quoted && label.text.is_empty()) {
            return Err((empty.at, Problem::EmptyLabel));
        }
        let row = Self { header, options, record, place, id, label: label.filter(|label| !label.is_blank()), from, to };
        let has_ids = header.columns.iter().any(|column| matches!(column, Column::Id { .. }));
        if has_ids {
            row.required(row.id.as_ref(), "~id", ":ID")?;
        }
        Ok(row)
    }

    fn load_vertex(&self, graph: &mut Graph, log: &mut Log<'_>) -> Result<(), Refusal> {
        let id = self.key(self.required(self.id.as_ref(), "~id", ":ID")?);
        let labels = self.label.as_ref().map(|label| split(&label.text)).unwrap_or_default();
        let labels = labels.iter().filter(|label| !label.is_empty());
        if self.header.dialect != Dialect::Gremlin {
            // One duplicate for a row whose node is there, whatever it adds to it.
            if graph.has_vertex(&id) {
                log.duplicate();
            }
            graph.vertex(&id);
            log.records(labels.count() as u64);
            self.load_properties(None, log);
            return Ok(());
        }
        let mut vertex = graph.vertex(&id);
        if self.label.is_none() {
            log.fact(vertex.add(b"~label", VERTEX));
        }
        for label in labels {
            log.fact(vertex.add(b"~label", label.as_ref()));
        }
        self.load_properties(Some(&mut vertex), log);
        Ok(())
    }

    fn load_edge(&self, graph: &mut Graph, log: &mut Log<'_>) -> Result<(), Refusal> {
        let from = self.required(self.from.as_ref(), "~from", ":START_ID")?;
        let to = self.required(self.to.as_ref(), "~to", ":END_ID")?;
        self.warn_of_semicolons(log);
        log.records(1);
        if !(graph.has_vertex(&self.key(from)) && graph.has_vertex(&self.key(to))) {
            log.error(self.at(from.at), Problem::MissingVertex { from: lossy(&from.text), to: lossy(&to.text) });
            self.load_properties(None, log);
            return Ok(());
        }
        let Some(id) = &self.id else {
            self.load_properties(None, log);
            return Ok(());
        };
        let mut edge = graph.edge(&self.key(id));
        if self.header.dialect != Dialect::Gremlin {
            log.known(edge.set(b"~edge", ()));
            self.load_properties(None, log);
            return Ok(());
        }
        let label = self.label.as_ref().map_or(EDGE, |label| &label.text);
        let added = edge.set(b"~edge", (&*from.text, &*to.text, label));
        log.known(added);
        if added == Added::Conflict {
            log.error(self.at(id.at), Problem::IdOfSeveralEdges { id: lossy(&id.text) });
            self.load_properties(None, log);
        } else {
            self.load_properties(Some(&mut edge), log);
        }
        Ok(())
    }

    /// What an id is known by: openCypher has the same id for different nodes in different spaces.
    fn key<'c>(&self, cell: &'c Cell<'_>) -> Cow<'c, [u8]> {
        let is_here = |of: &Option<Cell<'_>>| of.as_ref().is_some_and(|of| of.at == cell.at);
        let space = self.header.columns.iter().find_map(|column| match column {
            Column::Id { space, .. } if is_here(&self.id) => Some(space),
            Column::From { space } if is_here(&self.from) => Some(space),
            Column::To { space } if is_here(&self.to) => Some(space),
            _ => None,
        });
        match space.map(String::as_str) {
            None | Some("") => Cow::Borrowed(&cell.text),
            Some(space) => Cow::Owned([space.as_bytes(), b"\0", &cell.text].concat()),
        }
    }

    /// The cell of a column without which there is no row, whose name is another one in each dialect.
    fn required<'c>(
        &self,
        cell: Option<&'c Cell<'a>>,
        gremlin: &'static str,
        opencypher: &'static str,
    ) -> Result<&'c Cell<'a>, Refusal> {
        let column = if self.header.dialect == Dialect::Gremlin { gremlin } else { opencypher };
        match cell {
            Some(cell) if !cell.is_blank() => Ok(cell),
            Some(blank) => Err((blank.at, Problem::BlankId { column })),
            None => Err((self.record.bytes.len(), Problem::BlankId { column })),
        }
    }

    fn warn_of_semicolons(&self, log: &mut Log<'_>) {
        if let Some(label) = self.label.as_ref().filter(|label| label.text.contains(&b';')) {
            let warning = Warning::EdgeLabelIsNotSplit { label: lossy(&label.text), times: 1 };
            log.warn(self.at(label.at), warning);
        }
    }

    /// Counts the values of the row, and adds them to an element if there is one to add them to.
    fn load_properties(&self, mut element: Option<&mut Element<'_>>, log: &mut Log<'_>) {
        for (column, cell) in self.header.columns.iter().zip(self.record.cells()) {
            let property = match column {
                Column::Property(property) => property,
                Column::Id { property: Some(_), .. } => {
                    // The id is a value, too.
                    log.records(1);
                    continue;
                }
                _ => continue,
            };
            if self.is_no_value(property, &cell) {
                continue;
            }
            if property.array && cell.text.starts_with(b"[") && cell.text.ends_with(b"]") {
                let (value, column) = (lossy(&cell.text), property.name.clone());
                log.warn(self.at(cell.at), Warning::List { value, column, times: 1 });
            }
            let values = if property.array { split(&cell.text) } else { vec![Cow::Borrowed(&*cell.text)] };
            for value in values.iter().filter(|value| !property.array || !value.is_empty()) {
                self.load_value(property, value, cell.at, element.as_deref_mut(), log);
            }
        }
    }

    fn is_no_value(&self, property: &Property, cell: &Cell<'_>) -> bool {
        let counts = cell.quoted && self.options.allow_empty_strings && property.of == Type::String;
        cell.text.is_empty() && !counts
    }

    fn load_value(&self, property: &Property, value: &[u8], at: usize, element: Option<&mut Element<'_>>, log: &mut Log<'_>) {
        log.records(1);
        let text = String::from_utf8_lossy(value);
        if let Cow::Owned(_) = text {
            log.warn(self.at(at), Warning::NotUtf8 { times: 1 });
        }
        let (value, column) = (|| cut(&text, SHOWN), || property.name.clone());
        match property.of.check(&text) {
            Err(NoValue) => {
                log.error(self.at(at), Problem::InvalidValue { value: value(), column: column(), of: property.of });
                return;
            }
            Ok(Some(remark)) => {
                log.warn(self.at(at), Warning::Value { value: value(), column: column(), remark, times: 1 });
            }
            Ok(None) => {}
        }
        let Some(element) = element else { return };
        match self.add(property, &text, element) {
            Added::New => {}
            Added::Duplicate => log.duplicate(),
            Added::Conflict => {
                let id = self.id.as_ref().map(|id| lossy(&id.text)).unwrap_or_default();
                log.error(self.at(at), Problem::SingleCardinality { id, property: column() });
            }
        }
    }

    fn add(&self, property: &Property, value: &str, element: &mut Element<'_>) -> Added {
        if !property.single {
            return element.add(property.name.as_bytes(), value);
        }
        match element.set(property.name.as_bytes(), value) {
            // Of an edge, one of the values is kept; the user guide names no error.
            Added::Conflict if self.options.update_single_cardinality || self.header.kind == Kind::Edges => Added::New,
            added => added,
        }
    }

    fn at(&self, at: usize) -> Place<'_> {
        Place { at, id: self.id.as_ref().map(|id| &*id.text), ..self.place }
    }
}

/// Splits at each `;` that has no backslash before it.
fn split(text: &[u8]) -> Vec<Cow<'_, [u8]>> {
    if !text.contains(&b'\\') {
        return text.split(|byte| *byte == b';').map(Cow::Borrowed).collect();
    }
    let mut values = vec![Vec::new()];
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let value = values.last_mut().expect("there is always one");
        match byte {
            b'\\' if bytes.next_if_eq(&b';').is_some() => value.push(b';'),
            b';' => values.push(Vec::new()),
            _ => value.push(byte),
        }
    }
    values.into_iter().map(Cow::Owned).collect()
}

fn lossy(text: &[u8]) -> String {
    cut(&String::from_utf8_lossy(text), SHOWN)
}
