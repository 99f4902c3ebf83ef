//! Rows as they are read, without a graph.

use std::borrow::Cow;
use std::num::NonZero;

use neptune_text::cut;

use super::batch::{Batch, Edge, FoundRows, Item, Row, Subject};
use super::column::{Column, Kind, Property};
use super::header::{Dialect, Header};
use crate::csv::{Cell, Fault, FaultKind, Record, Splitter};
use crate::finding::Warning;
use crate::graph::{Hashes, Id, Key};
use crate::log::Stop;
use crate::place::{Place, line_ends};
use crate::problem::Problem;
use crate::stream::{MAX_RECORD, Piece};
use crate::value::{NoValue, Type};

/// The label of a vertex without one.
const VERTEX: &[u8] = b"vertex";
/// The label of an edge without one.
const EDGE: &[u8] = b"edge";

/// How much of a value, an id or a name a message has, in bytes.
pub(super) const SHOWN: usize = 200;

/// What a load is asked for that changes how files are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `allowEmptyStrings`: an empty cell in quotes is a value.
    pub allow_empty_strings: bool,
    /// `updateSingleCardinalityProperties`: another value takes the place of the only one.
    pub update_single_cardinality: bool,
    /// Where the reading of the file stops.
    pub stop: Stop,
    /// How many cores read the file. By default, all that there are. What is found and counted is the same.
    pub cores: Option<NonZero<usize>>,
}

/// What the rows of a file have in common.
pub(super) struct Rows<'a> {
    pub(super) header: &'a Header,
    pub(super) options: Options,
    hashes: Hashes,
    /// The column of ids.
    id: Option<usize>,
    /// What each column is known by.
    keys: Vec<Key>,
    label_key: Key,
    /// By which an edge knows its ends and its label.
    edge_key: Key,
}

/// The cells of a row that say what it is about.
struct Cells<'a> {
    /// `None` if Neptune gives the ids.
    id: Option<InSpace<'a>>,
    label: Option<Cell<'a>>,
    from: Option<InSpace<'a>>,
    to: Option<InSpace<'a>>,
}

/// An id, and the space in which it is known: openCypher has the same id for different nodes in different spaces.
struct InSpace<'a> {
    cell: Cell<'a>,
    space: &'a str,
}

/// A row that is being read.
struct Reading<'a> {
    rows: &'a Rows<'a>,
    record: &'a Record<'a>,
    place: Place<'a>,
    /// Whether all of the block is UTF-8.
    is_text: bool,
    found: &'a mut FoundRows,
    /// How many facts there are so far.
    records: u64,
}

/// Why a row is not read, and the place in its bytes.
type Refusal = (usize, Problem);

impl<'a> Rows<'a> {
    pub(super) fn new(header: &'a Header, options: Options, hashes: Hashes) -> Self {
        let key = |column: &Column| hashes.key(header.dialect.name(column).as_bytes());
        let keys = header.columns.iter().map(key).collect();
        let id = header.columns.iter().position(|column| matches!(column, Column::Id { .. }));
        let [label_key, edge_key] = ["~label", "~edge"].map(|name| hashes.key(name.as_bytes()));
        Self { header, options, hashes, id, keys, label_key, edge_key }
    }

    pub(super) fn is_gremlin(&self) -> bool {
        self.header.dialect == Dialect::Gremlin
    }

    /// Reads the rows of a block.
    pub(super) fn read(&self, block: Piece, mut found: FoundRows) -> Batch {
        let mut ends_the_stream = false;
        let mut splitter = Splitter::new(block.bytes());
        // Once for all cells: there are hardly ever bytes that are no text.
        let is_text = std::str::from_utf8(block.bytes()).is_ok();
        while let Some((start, record)) = splitter.read() {
            let place = Place { bytes: record.bytes, line: record.line, record: found.rows.len() as u64, at: 0, id: None };
            let before = found.items.len();
            let mut reading = Reading { rows: self, record: &record, place, is_text, found: &mut found, records: 0 };
            let of = reading.subject();
            let (records, items) = (reading.records, found.items.len() - before);
            let end = start + record.bytes.len();
            let is_read = !matches!(of, Subject::Nothing);
            let id = self.id.filter(|_| is_read).and_then(|column| record.span(column));
            found.rows.push(Row { start, end, line: record.line, of, id, records, items });
            ends_the_stream = record.fault.is_some_and(|fault| fault.kind.ends_the_stream());
        }
        let lines = splitter.lines();
        Batch { block, found, lines, ends_the_stream }
    }

    /// The place and the text of the cell in a column, as a message has it, of a record that can be read.
    pub(super) fn shown(&self, record: &[u8], is_meant: impl Fn(&Column) -> bool) -> (usize, String) {
        let column = self.header.columns.iter().position(is_meant).unwrap_or_default();
        let mut splitter = Splitter::new(record);
        let cell = splitter.read().and_then(|(_, record)| record.cell(column));
        cell.map_or((0, String::new()), |cell| (cell.at, lossy(&cell.text)))
    }

    fn cells<'r>(&'r self, record: &'r Record<'r>) -> Result<Cells<'r>, Refusal> {
        let columns = &self.header.columns;
        if let Some(further) = record.cell(columns.len()) {
            return Err((further.at, Problem::MoreColumnsThanHeader));
        }
        let mut cells = Cells { id: None, label: None, from: None, to: None };
        for (index, column) in columns.iter().enumerate() {
            let required = |space| Ok(Some(InSpace { cell: self.required(record, index, column)?, space }));
            match column {
                Column::Id { space, .. } => cells.id = required(space)?,
                Column::From { space } => cells.from = required(space)?,
                Column::To { space } => cells.to = required(space)?,
                Column::Label => cells.label = record.cell(index),
                Column::Property(_) => {}
            }
        }
        match &cells.label {
            Some(label) if label.is_blank() => cells.label = None,
            Some(label) if label.text.is_empty() => return Err((label.at, Problem::EmptyLabel)),
            _ => {}
        }
        Ok(cells)
    }

    /// The cell of a column without which there is no row.
    fn required<'r>(&self, record: &Record<'r>, index: usize, column: &Column) -> Result<Cell<'r>, Refusal> {
        let blank = |at| (at, Problem::BlankId { column: self.header.dialect.name_of_id(column) });
        match record.cell(index) {
            Some(cell) if !cell.is_blank() => Ok(cell),
            Some(cell) => Err(blank(cell.at)),
            None => Err(blank(record.bytes.len())),
        }
    }

    fn is_no_value(&self, property: &Property, cell: &Cell<'_>) -> bool {
        let counts = cell.quoted && self.options.allow_empty_strings && property.of == Type::String;
        cell.text.is_empty() && !counts
    }

    fn key_of(&self, id: &InSpace<'_>) -> Id {
        self.hashes.id(id.space, &id.cell.text)
    }
}

impl Reading<'_> {
    /// Reads the whole row.
    fn subject(&mut self) -> Subject {
        if let Some(fault) = self.record.fault {
            return self.refuse((fault.at, of_quotes(fault, self.record.bytes)));
        }
        let (rows, record) = (self.rows, self.record);
        if record.width() < rows.header.columns.len() {
            self.found.warnings.note(self.place, Warning::ShortRow);
        }
        match rows.cells(record) {
            Ok(cells) if rows.header.kind == Kind::Vertices => self.vertex(&cells),
            Ok(cells) => self.edge(&cells),
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn refuse(&mut self, refusal: Refusal) -> Subject {
        self.records = 1;
        self.problem(refusal);
        Subject::Nothing
    }

    fn problem(&mut self, refusal: Refusal) {
        self.found.problems.push(refusal);
        self.found.items.push(Item::Problem);
    }

    fn warn(&mut self, at: usize, id: Option<&InSpace<'_>>, warning: Warning) {
        let place = Place { bytes: self.place.bytes, at, id: id.map(|id| &*id.cell.text), ..self.place };
        self.found.warnings.note(place, warning);
    }

    fn vertex(&mut self, cells: &Cells<'_>) -> Subject {
        let rows = self.rows;
        if cells.id.as_ref().is_some_and(|id| matches!(&*id.cell.text, b"~id" | b":ID")) {
            self.warn(0, cells.id.as_ref(), Warning::HeaderAgain);
        }
        let id = cells.id.as_ref().map_or_else(|| rows.hashes.id("", b""), |id| rows.key_of(id));
        let default = (cells.label.is_none() && rows.is_gremlin()).then_some(VERTEX);
        each(cells.label.as_ref().map_or(default.unwrap_or_default(), |label| &label.text), |label| {
            self.records += 1;
            if rows.is_gremlin() {
                self.found.items.push(Item::Value(rows.hashes.fact(rows.label_key, label)));
            }
        });
        self.properties(cells);
        if rows.is_gremlin() { Subject::Vertex(id) } else { Subject::Node(id) }
    }

    fn edge(&mut self, cells: &Cells<'_>) -> Subject {
        let (rows, (Some(from), Some(to))) = (self.rows, (&cells.from, &cells.to)) else { return Subject::Nothing };
        let label = cells.label.as_ref().map_or(EDGE, |label| &label.text);
        if let Some(cell) = cells.label.as_ref().filter(|label| label.text.contains(&b';')) {
            self.warn(cell.at, cells.id.as_ref(), Warning::EdgeLabelIsNotSplit { label: lossy(label) });
        }
        self.records += 1;
        let id = cells.id.as_ref().map(|id| {
            let ends = if rows.is_gremlin() { Some((&*from.cell.text, &*to.cell.text, label)) } else { None };
            (rows.key_of(id), rows.hashes.fact_of(rows.edge_key, ends))
        });
        self.properties(cells);
        Subject::Edge(Edge { from: rows.key_of(from), to: rows.key_of(to), id })
    }

    /// Reads the values of the row.
    fn properties(&mut self, cells: &Cells<'_>) {
        let rows = self.rows;
        for (index, column) in rows.header.columns.iter().enumerate() {
            match column {
                Column::Property(property) => {
                    let Some(cell) = self.record.cell(index) else { return };
                    if !rows.is_no_value(property, &cell) {
                        self.cell(index, property, &cell, cells.id.as_ref());
                    }
                }
                // The id is a value, too.
                Column::Id { property: Some(_), .. } => self.records += 1,
                _ => {}
            }
        }
    }

    fn cell(&mut self, column: usize, property: &Property, cell: &Cell<'_>, id: Option<&InSpace<'_>>) {
        if !property.array {
            self.value(column, property, &cell.text, cell.at, id);
            return;
        }
        if cell.text.starts_with(b"[") && cell.text.ends_with(b"]") {
            let (value, column) = (lossy(&cell.text), property.name.clone());
            self.warn(cell.at, id, Warning::List { value, column });
        }
        each(&cell.text, |value| self.value(column, property, value, cell.at, id));
    }

    fn value(&mut self, column: usize, property: &Property, value: &[u8], at: usize, id: Option<&InSpace<'_>>) {
        self.records += 1;
        let text = if self.is_text { Cow::Borrowed(value) } else { self.as_text(value, at, id) };
        let shown = || (lossy(&text), cut(&property.name, SHOWN));
        match property.of.check(&text) {
            Err(NoValue) => {
                let (value, column) = shown();
                self.problem((at, Problem::InvalidValue { value, column, of: property.of }));
                return;
            }
            Ok(Some(remark)) => {
                let (value, column) = shown();
                self.warn(at, id, Warning::Value { value, column, remark });
            }
            Ok(None) => {}
        }
        if self.rows.is_gremlin() {
            let fact = self.rows.hashes.fact(self.rows.keys[column], &text);
            let item = if property.single { Item::Single(fact, column) } else { Item::Value(fact) };
            self.found.items.push(item);
        }
    }

    /// What is no UTF-8 is replaced.
    fn as_text<'v>(&mut self, value: &'v [u8], at: usize, id: Option<&InSpace<'_>>) -> Cow<'v, [u8]> {
        match String::from_utf8_lossy(value) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => {
                self.warn(at, id, Warning::NotUtf8);
                Cow::Owned(text.into_bytes())
            }
        }
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

pub(super) fn of_quotes(fault: Fault, record: &[u8]) -> Problem {
    match fault.kind {
        FaultKind::BareQuote => Problem::BareQuote,
        FaultKind::TextAfterQuote => Problem::TextAfterQuote,
        FaultKind::Unclosed => {
            Problem::UnclosedQuote { lines: line_ends(record[fault.at..record.len().min(MAX_RECORD)].trim_ascii_end()) }
        }
        FaultKind::TooLong => Problem::RecordTooLong,
    }
}

/// As much of a text as a message has.
fn lossy(text: &[u8]) -> String {
    cut(&String::from_utf8_lossy(text), SHOWN)
}
