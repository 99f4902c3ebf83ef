//! Rows as they are read. Of a graph, only the vertices are looked at to which a file of edges refers.

use std::borrow::Cow;
use std::num::NonZero;

use memchr::memmem;
use neptune_text::cut;

use super::batch::{Batch, Edge, FoundRows, Item, Row, Subject};
use super::column::{Column, Kind, Property};
use super::header::{Dialect, Header};
use crate::canonical::{canonical, is_usual};
use crate::csv::{Cell, Fault, FaultKind, Record, Span, Splitter, closing_quote};
use crate::finding::{SHOWN, Warning};
use crate::graph::{Elements, Fact, Hashes, Id, Key};
use crate::log::Stop;
use crate::place::{Place, line_ends};
use crate::problem::Problem;
use crate::runs::IdHash;
use crate::stream::{MAX_RECORD, Piece};
use crate::value::{NoValue, Remark, Type, remark_on_name};

/// The label of a vertex without one.
const VERTEX: &[u8] = b"vertex";
/// The label of an edge without one.
const EDGE: &[u8] = b"edge";

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
    pub(super) is_gremlin: bool,
    hashes: Hashes,
    /// Where the ends of edges have to be, if they are looked for.
    vertices: Option<&'a Elements>,
    /// The columns that say what a row is about.
    id: Option<IdColumn<'a>>,
    from: Option<IdColumn<'a>>,
    to: Option<IdColumn<'a>>,
    /// All of these, in the order of the header.
    ids: Vec<IdColumn<'a>>,
    label: Option<usize>,
    properties: Vec<PropertyColumn<'a>>,
    /// The ids that a row has if it is the header again, without a byte order mark before it or with one.
    header_again: [Id; 2],
    label_key: Key,
    /// By which an edge knows its ends and its label.
    edge_key: Key,
}

/// A column of ids, and the space in which they are known: openCypher has the same id for different nodes in different spaces.
#[derive(Clone, Copy)]
struct IdColumn<'a> {
    index: usize,
    column: &'a Column,
    space: &'a str,
}

/// A column of values, and what its property is known by.
struct PropertyColumn<'a> {
    index: usize,
    property: &'a Property,
    key: Key,
}

/// A row that is being read.
struct Reading<'a> {
    rows: &'a Rows<'a>,
    record: &'a Record<'a>,
    place: Place<'a>,
    /// Whether all of the block is UTF-8, and no byte is zero.
    is_text: bool,
    found: &'a mut FoundRows,
    /// How many facts there are so far.
    records: u64,
}

/// Why a row is not read, and the place in its bytes.
type Refusal = (usize, Problem);

impl<'a> Rows<'a> {
    pub(super) fn new(header: &'a Header, options: Options, hashes: Hashes, vertices: Option<&'a Elements>) -> Self {
        let is_gremlin = header.dialect == Dialect::Gremlin;
        let [label_key, edge_key] = ["~label", "~edge"].map(|name| hashes.key(name.as_bytes()));
        let header_again = [hashes.id("", b""); 2];
        let mut rows = Self {
            header,
            options,
            is_gremlin,
            hashes,
            vertices,
            id: None,
            from: None,
            to: None,
            ids: Vec::new(),
            label: None,
            properties: Vec::new(),
            header_again,
            label_key,
            edge_key,
        };
        for (index, column) in header.columns.iter().enumerate() {
            let of_ids = |space| Some(IdColumn { index, column, space });
            match column {
                Column::Id { space, .. } => rows.id = of_ids(space),
                Column::From { space } => rows.from = of_ids(space),
                Column::To { space } => rows.to = of_ids(space),
                Column::Label => rows.label = Some(index),
                Column::Property(property) => {
                    let key = rows.hashes.key_of(property.name.as_bytes(), property.of);
                    rows.properties.push(PropertyColumn { index, property, key });
                }
            }
        }
        rows.ids.extend([rows.id, rows.from, rows.to].into_iter().flatten());
        rows.ids.sort_by_key(|column| column.index);
        let space = rows.id.map_or("", |id| id.space);
        let first = if is_gremlin { "~id" } else { ":ID" };
        rows.header_again = [first.to_owned(), format!("\u{feff}{first}")].map(|id| rows.hashes.id(space, id.as_bytes()));
        rows
    }

    /// Reads the rows of a block.
    pub(super) fn read(&self, block: Piece, mut found: FoundRows) -> Batch {
        let mut ends_the_stream = false;
        let mut splitter = Splitter::new(block.bytes());
        // Once for all cells: there are hardly ever bytes that are no text.
        let is_text = std::str::from_utf8(block.bytes()).is_ok() && memchr::memchr(0, block.bytes()).is_none();
        while let Some((start, record)) = splitter.read() {
            let place = Place { bytes: record.bytes, line: record.line, record: found.rows.len() as u64, at: 0, id: None };
            let before = found.items.len();
            let mut reading = Reading { rows: self, record: &record, place, is_text, found: &mut found, records: 0 };
            let of = reading.subject();
            let (records, items) = (reading.records, found.items.len() - before);
            let end = start + record.bytes.len();
            let is_read = !matches!(of, Subject::Nothing);
            let id = self.id.filter(|_| is_read).and_then(|column| record.span(column.index));
            found.rows.push(Row { start, end, line: record.line, of, id, records, items });
            ends_the_stream = record.fault.is_some_and(|fault| fault.kind.ends_the_stream());
        }
        let lines = splitter.lines();
        if let Some(vertices) = self.vertices {
            look_for_ends(&mut found.rows, vertices);
        }
        Batch { block, found, lines, ends_the_stream }
    }

    /// The place and the text of the cell in a column, as a message has it, of a record that can be read.
    pub(super) fn shown(&self, record: &[u8], is_meant: impl Fn(&Column) -> bool) -> (usize, String) {
        let column = self.header.columns.iter().position(is_meant).unwrap_or_default();
        let mut splitter = Splitter::new(record);
        let cell = splitter.read().and_then(|(_, record)| record.cell(column));
        cell.map_or((0, String::new()), |cell| (cell.at, lossy(&cell.text)))
    }

    /// The space of the ids of the rows.
    pub(super) fn space(&self) -> &str {
        self.id.map_or("", |id| id.space)
    }

    /// Both ends of the edge in a record that can be read.
    pub(super) fn ends(&self, record: &[u8]) -> Vec<IdHash> {
        let mut splitter = Splitter::new(record);
        let Some((_, record)) = splitter.read() else { return Vec::new() };
        let end = |column: IdColumn<'_>| Some(IdHash::of(column.space, &record.cell(column.index)?.text));
        [self.from, self.to].into_iter().flatten().filter_map(end).collect()
    }

    /// Why a row cannot be read.
    fn refusal(&self, record: &Record<'_>) -> Option<Refusal> {
        if let Some(further) = record.span(self.header.columns.len()) {
            return Some((further.start, Problem::MoreColumnsThanHeader));
        }
        let mut ids = self.ids.iter();
        if let Some(blank) = ids.find(|ids| record.span(ids.index).is_none_or(Span::is_blank)) {
            let at = record.span(blank.index).map_or(record.bytes.len(), |span| span.start);
            return Some((at, Problem::BlankId { column: self.header.dialect.name_of_id(blank.column) }));
        }
        let label = record.span(self.label?)?;
        (label.quoted && label.is_empty()).then_some((label.start, Problem::EmptyLabel))
    }

    /// Where the label is, if there is one.
    fn label_in(&self, record: &Record<'_>) -> Option<Span> {
        record.span(self.label?).filter(|label| !label.is_blank())
    }

    /// Whether an empty cell is a value.
    fn is_empty_string(&self, property: &Property, cell: Span) -> bool {
        cell.quoted && self.options.allow_empty_strings && property.of == Type::String
    }
}

impl<'a> Reading<'a> {
    /// Reads the whole row.
    fn subject(&mut self) -> Subject {
        if let Some(fault) = self.record.fault {
            return self.refuse((fault.at, of_quotes(fault, self.record.bytes)));
        }
        let (rows, record) = (self.rows, self.record);
        if record.width() < rows.header.columns.len() {
            self.found.warnings.note(self.place, Warning::ShortRow);
        }
        match rows.refusal(record) {
            Some(refusal) => self.refuse(refusal),
            None if rows.header.kind == Kind::Vertices => self.vertex(),
            None => self.edge(),
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

    fn warn(&mut self, at: usize, warning: Warning) {
        let id = self.rows.id.and_then(|column| self.record.cell(column.index));
        let id = id.as_ref().map(|cell| &*cell.text);
        self.found.warnings.note(Place { bytes: self.place.bytes, at, id, ..self.place }, warning);
    }

    fn vertex(&mut self) -> Subject {
        let rows = self.rows;
        let Some(id) = self.id_in(rows.id) else { return Subject::Nothing };
        if rows.header_again.contains(&id) {
            self.warn(0, Warning::HeaderAgain);
        }
        if is_drawn_line(self.record.bytes) {
            self.warn(0, Warning::Hyphens);
        }
        if let Some(label) = self.label() {
            self.warn_of_labels(&label);
            each(&label, |label| self.label_of_vertex(label));
        }
        if self.records == 0 && rows.is_gremlin {
            self.label_of_vertex(VERTEX);
        }
        self.properties();
        if rows.is_gremlin { Subject::Vertex(id) } else { Subject::Node(id) }
    }

    fn label_of_vertex(&mut self, label: &[u8]) {
        self.records += 1;
        if self.rows.is_gremlin {
            self.found.items.push(Item::Value(self.rows.hashes.fact(self.rows.label_key, label)));
        }
    }

    /// What the id in a column is known by.
    fn id_in(&mut self, column: Option<IdColumn<'_>>) -> Option<Id> {
        let IdColumn { index, space, column } = column?;
        let span = self.record.span(index)?;
        self.remark_on_name(span, column);
        let id = self.text_of(span);
        Some(self.rows.hashes.id(space, &id))
    }

    /// Says what is to be said of an id or a label.
    #[inline]
    fn remark_on_name(&mut self, span: Span, column: &Column) {
        let written = span.written(self.record.bytes);
        let text = if span.has_pairs() { span.cell(self.record.bytes).text } else { written.into() };
        if let Some(remark) = remark_on_name(&text) {
            let (value, column) = (lossy(&text), self.rows.header.name(column).to_owned());
            self.warn(span.start, Warning::Value { value, column, remark });
        }
    }

    fn label(&mut self) -> Option<Cow<'a, [u8]>> {
        let label = self.rows.label_in(self.record)?;
        self.remark_on_name(label, &Column::Label);
        let text = self.text_of(label);
        if text.starts_with(b":") {
            self.warn(label.start, Warning::ColonInLabel { label: lossy(&text) });
        }
        Some(text)
    }

    /// Warns of the labels of a vertex that `;` does not separate.
    fn warn_of_labels(&mut self, labels: &[u8]) {
        let Some(warning) = of_several(labels, Type::String) else { return };
        let at = self.rows.label_in(self.record).map_or(0, |span| span.start);
        self.warn(at, warning(lossy(labels), self.rows.header.name(&Column::Label).to_owned()));
    }

    /// What tells an edge from others with its id. In openCypher, nothing does.
    fn edge_fact(&self, from: Id, to: Id, label: Option<&[u8]>) -> Fact {
        let rows = self.rows;
        rows.hashes.fact_of(rows.edge_key, rows.is_gremlin.then_some((from, to, label.unwrap_or(EDGE))))
    }

    fn edge(&mut self) -> Subject {
        let rows = self.rows;
        let ends = (self.id_in(rows.from), self.id_in(rows.to));
        let (Some(from), Some(to)) = ends else { return Subject::Nothing };
        self.records += 1;
        let label = self.label();
        if let Some(label) = label.as_deref().filter(|label| label.contains(&b';')) {
            let at = rows.label_in(self.record).map_or(0, |label| label.start);
            self.warn(at, Warning::EdgeLabelIsNotSplit { label: lossy(label) });
        }
        let id = self.id_in(rows.id).map(|id| (id, self.edge_fact(from, to, label.as_deref())));
        self.properties();
        Subject::Edge(Edge { from, to, misses_end: false, id })
    }

    /// Reads the values of the row.
    fn properties(&mut self) {
        let rows = self.rows;
        for column in &rows.properties {
            let Some(span) = self.record.span(column.index) else { break };
            if !span.is_empty() || rows.is_empty_string(column.property, span) {
                self.cell(column, &span.cell(self.record.bytes));
            }
        }
        // The id is a value, too.
        let is_value = matches!(rows.id, Some(IdColumn { column: Column::Id { property: Some(_), .. }, .. }));
        self.records += u64::from(is_value);
    }

    fn cell(&mut self, column: &PropertyColumn<'_>, cell: &Cell<'_>) {
        if !column.property.array {
            self.value(column, &cell.text, cell.at);
            return;
        }
        if let Some(warning) = of_several(&cell.text, column.property.of) {
            self.warn(cell.at, warning(lossy(&cell.text), column.property.name.clone()));
        }
        each(&cell.text, |value| self.value(column, value, cell.at));
    }

    fn value(&mut self, column: &PropertyColumn<'_>, value: &[u8], at: usize) {
        self.records += 1;
        if self.is_text && is_usual(column.property.of, value) {
            self.fact(column, value);
        } else if let Ok(text) = self.unusual(column.property, value, at) {
            self.fact(column, &text);
        }
    }

    /// Adds a value by what it is known by.
    #[inline]
    fn fact(&mut self, column: &PropertyColumn<'_>, known_by: &[u8]) {
        if self.rows.is_gremlin {
            let fact = self.rows.hashes.fact(column.key, known_by);
            self.found.items.push(if column.property.single { Item::Single(fact, column.index) } else { Item::Value(fact) });
        }
    }

    /// What a value is known by of which there may be more to say.
    #[cold]
    fn unusual<'v>(&mut self, property: &Property, value: &'v [u8], at: usize) -> Result<Cow<'v, [u8]>, NoValue> {
        let text = self.as_text(value, at);
        self.check(property, &text, at)?;
        Ok(match text {
            Cow::Borrowed(text) => canonical(property.of, text),
            Cow::Owned(text) => canonical(property.of, &text).into_owned().into(),
        })
    }

    /// Reports what is to be said of a value.
    fn check(&mut self, Property { name, of, .. }: &Property, text: &[u8], at: usize) -> Result<(), NoValue> {
        match of.check(text) {
            Ok(None) => Ok(()),
            Ok(Some(remark)) => {
                self.warn(at, Warning::Value { value: lossy(text), column: name.clone(), remark });
                Ok(())
            }
            Err(NoValue) => {
                self.problem((at, Problem::InvalidValue { value: lossy(text), column: cut(name, SHOWN), of: *of }));
                Err(NoValue)
            }
        }
    }

    /// The text of a cell. Most are what is written.
    #[inline]
    fn text_of(&mut self, span: Span) -> Cow<'a, [u8]> {
        let written = span.written(self.record.bytes);
        if self.is_text && !span.has_pairs() { written.into() } else { self.unusual_text(span) }
    }

    #[cold]
    fn unusual_text(&mut self, span: Span) -> Cow<'a, [u8]> {
        let Cell { text, at, .. } = span.cell(self.record.bytes);
        match text {
            Cow::Borrowed(text) => self.as_text(text, at),
            Cow::Owned(text) => self.as_text(&text, at).into_owned().into(),
        }
    }

    /// What is no UTF-8 is replaced, and a byte that is zero is kept.
    #[inline]
    fn as_text<'v>(&mut self, value: &'v [u8], at: usize) -> Cow<'v, [u8]> {
        if self.is_text {
            return value.into();
        }
        if value.contains(&0) {
            self.warn(at, Warning::ZeroByte);
        }
        match String::from_utf8_lossy(value) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => {
                self.warn(at, Warning::NotUtf8);
                Cow::Owned(text.into_bytes())
            }
        }
    }
}

/// Looks for the ends of all edges of a block one after the other: each look waits for memory that is far away, but if nothing else
/// comes in between, the processor begins with the next ones meanwhile.
fn look_for_ends(rows: &mut [Row], vertices: &Elements) {
    for row in rows {
        if let Subject::Edge(edge) = &mut row.of {
            edge.misses_end = !(vertices.has(edge.from) & vertices.has(edge.to));
        }
    }
}

/// Whether a row is a line that a program has drawn below a header: each of its cells has two hyphens or more, and nothing else.
pub fn is_drawn_line(row: &[u8]) -> bool {
    let is_drawn = |cell: &[u8]| matches!(cell.trim_ascii(), [b'-', b'-', rest @ ..] if rest.iter().all(|byte| *byte == b'-'));
    row.starts_with(b"--") && row.split(|byte| *byte == b',').all(is_drawn)
}

/// What is to be said, with the text and its column, of several values that `;` does not separate: they are a list, or words with something else between
/// them. What a program has printed of an object is warned of otherwise.
#[inline]
fn of_several(text: &[u8], of: Type) -> Option<fn(String, String) -> Warning> {
    let is_list = is_list(text);
    if !(is_list || of == Type::String && may_be_several(text)) || is_printed(text) {
        return None;
    }
    Some(if is_list {
        |value, column| Warning::List { value, column }
    } else {
        |value, column| Warning::Undivided { value, column }
    })
}

/// Whether a text may be several words with commas or bars between them. Two with a comma and a blank between them may as well be a name or a place.
#[inline]
fn may_be_several(text: &[u8]) -> bool {
    memchr::memchr2(b',', b'|', text).is_some_and(|_| are_words(text))
}

#[cold]
fn are_words(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'-' | b':' | b'.');
    let is_word = |word: &[u8]| word.iter().all(is_part) && word.first().is_some_and(|first| !first.is_ascii_digit());
    let words = || text.split(|byte| matches!(byte, b',' | b'|'));
    words().all(|word| is_word(word.trim_ascii())) && (words().count() > 2 || !text.contains(&b' '))
}

/// Whether a text is a list or an object that a program has printed: it is warned of otherwise.
fn is_printed(text: &[u8]) -> bool {
    remark_on_name(text) == Some(Remark::Printed)
}

/// Whether a text is a list as Python, JSON or Postgres writes it, or what Java prints of an array.
fn is_list(text: &[u8]) -> bool {
    matches!(text, [b'[', .., b']'] | [b'{', .., b'}']) || text.starts_with(b"[L") && memmem::find(text, b";@").is_some()
}

/// Gives each value between `;` that has no backslash before it. Empty ones are none.
fn each(text: &[u8], mut give: impl FnMut(&[u8])) {
    let (mut start, mut has_backslash) = (0, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\\' => has_backslash = true,
            b';' if at == 0 || text[at - 1] != b'\\' => {
                give_one(&text[start..at], has_backslash, &mut give);
                (start, has_backslash) = (at + 1, false);
            }
            _ => {}
        }
    }
    give_one(&text[start..], has_backslash, &mut give);
}

fn give_one(value: &[u8], has_backslash: bool, mut give: impl FnMut(&[u8])) {
    match value {
        [] => {}
        value if has_backslash => give(&unescape(value)),
        value => give(value),
    }
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
        FaultKind::TextAfterQuote => {
            let opens = record.get(fault.at) == Some(&b'"');
            let close = opens.then(|| closing_quote(record, fault.at + 1).ok()).flatten();
            Problem::TextAfterQuote { lines: close.map_or(0, |close| line_ends(&record[fault.at..close])) }
        }
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
