//! Adds what was read to a graph, and reports what the graph says of it.

use neptune_text::cut;

use super::batch::{Batch, Edge, FoundRows, Item, Row, Spare, Subject};
use super::column::{Column, Kind};
use super::rows::Rows;
use crate::finding::{SHOWN, Warning};
use crate::graph::{Added, Element, Elements};
use crate::log::Log;
use crate::place::Place;
use crate::problem::Problem;
use crate::runs::{IdHash, Ids};
use crate::totals::Totals;

/// For how many rows memory is looked at before they are added: few enough for what was looked at to be in the caches still.
const AHEAD: usize = 64;

/// Takes the batches of a file in their order.
pub(super) struct Adder<'a, 'l, 's> {
    pub(super) rows: &'a Rows<'a>,
    /// The vertices of the graph, or its edges, whichever the file has.
    pub(super) elements: &'a mut Elements,
    /// Where ids are collected, if the vertices of edges may be in files that are read elsewhere.
    pub(super) ids: Option<&'a mut Ids<'s>>,
    pub(super) log: Log<'l>,
    /// The line on which the next batch begins, from 1.
    pub(super) line: u64,
    /// The number of its first row, from 1.
    pub(super) record: u64,
}

impl Adder<'_, '_, '_> {
    /// Returns the memory of the batch, to be used again; `None` if there is no more to read.
    pub(super) fn add(&mut self, mut batch: Batch) -> Option<Spare> {
        let mut problems = std::mem::take(&mut batch.found.problems);
        let mut waiting = problems.drain(..);
        let mut items = &batch.found.items[..];
        let bytes = batch.block.bytes();
        for (number, row) in batch.found.rows.iter().enumerate() {
            if number % AHEAD == 0 {
                let next = batch.found.rows[number..].iter().take(AHEAD);
                self.elements.look_ahead(next.filter_map(|row| row.of.id()));
            }
            let record = &bytes[row.start..row.end];
            let place =
                Place { bytes: record, line: self.line + row.line, record: self.record + number as u64, at: 0, id: None };
            let of_row;
            (of_row, items) = items.split_at(row.items);
            self.row(row, of_row, place, &mut waiting);
            if self.ids.as_ref().is_some_and(|ids| ids.has_failed()) {
                return None;
            }
            if self.log.has_stopped() {
                // Without the warnings of the rows behind it.
                let read = self.rows.read(batch.block.until(row.end), FoundRows::default());
                self.log.warn_of(read.found.warnings, self.line, self.record);
                return None;
            }
        }
        drop(waiting);
        batch.found.problems = problems;
        self.log.warn_of(std::mem::take(&mut batch.found.warnings), self.line, self.record);
        self.line += batch.lines;
        self.record += batch.found.rows.len() as u64;
        (!batch.ends_the_stream).then(|| batch.into_spare())
    }

    /// Passes on what is said of the whole file, and returns what was counted.
    pub(super) fn end(mut self) -> Totals {
        if self.record == 1 && !self.log.has_stopped() {
            self.log.warn(Place { bytes: b"", line: 1, record: 0, at: 0, id: None }, Warning::NoRows);
        }
        self.log.end()
    }

    fn row(&mut self, row: &Row, items: &[Item], place: Place<'_>, problems: &mut dyn Iterator<Item = (usize, Problem)>) {
        let Self { rows, elements, ids, log, .. } = self;
        log.records(row.records);
        if let Some(ids) = ids {
            collect(row, rows, place, ids);
        }
        let mut row = Addition { rows, row, log, place, problems };
        let element = row.element(elements);
        row.items(items, element);
    }
}

/// A row that is added.
struct Addition<'a, 'l> {
    rows: &'a Rows<'a>,
    row: &'a Row,
    log: &'a mut Log<'l>,
    place: Place<'a>,
    problems: &'a mut dyn Iterator<Item = (usize, Problem)>,
}

/// Notes the ids of a row.
fn collect(row: &Row, rows: &Rows<'_>, place: Place<'_>, ids: &mut Ids<'_>) {
    match row.of {
        Subject::Nothing => {}
        Subject::Vertex(_) | Subject::Node(_) => {
            if let Some(id) = row.id {
                ids.vertex(IdHash::of(rows.space(), &id.cell(place.bytes).text));
            }
        }
        Subject::Edge(_) => rows.ends(place.bytes).into_iter().for_each(|end| ids.end(end, place.record)),
    }
}

impl Addition<'_, '_> {
    /// What the row is about, if it takes values.
    fn element<'g>(&mut self, elements: &'g mut Elements) -> Option<Element<'g>> {
        match self.row.of {
            Subject::Nothing => None,
            Subject::Vertex(id) => Some(elements.with_id(id)),
            Subject::Node(id) => {
                if elements.has(id) {
                    self.log.duplicate();
                }
                elements.with_id(id);
                None
            }
            Subject::Edge(edge) => self.edge(edge, elements),
        }
    }

    fn edge<'g>(&mut self, edge: Edge, edges: &'g mut Elements) -> Option<Element<'g>> {
        if edge.misses_end {
            let (at, from) = self.shown(|column| matches!(column, Column::From { .. }));
            let (_, to) = self.shown(|column| matches!(column, Column::To { .. }));
            self.error(at, Problem::MissingVertex { from, to });
            return None;
        }
        let (id, fact) = edge.id?;
        let mut edge = edges.with_id(id);
        let added = edge.set(fact);
        self.log.known(added);
        if added == Added::Conflict {
            let (at, id) = self.shown(|column| matches!(column, Column::Id { .. }));
            self.error(at, Problem::IdOfSeveralEdges { id });
            return None;
        }
        self.rows.is_gremlin.then_some(edge)
    }

    fn items(&mut self, items: &[Item], mut element: Option<Element<'_>>) {
        for item in items {
            match (*item, &mut element) {
                (Item::Problem, _) => {
                    if let Some((at, problem)) = self.problems.next() {
                        self.error(at, problem);
                    }
                }
                (Item::Value(fact), Some(element)) => self.log.known(element.add(fact)),
                (Item::Single(fact, column), Some(element)) => self.single(element.set(fact), column),
                (_, None) => {}
            }
        }
    }

    fn single(&mut self, added: Added, column: usize) {
        // Of an edge, one of the values is kept; the user guide names no error.
        let replaces = self.rows.options.update_single_cardinality || self.rows.header.kind == Kind::Edges;
        match added {
            Added::Conflict if replaces => {}
            Added::Conflict => self.conflict(&self.rows.header.columns[column]),
            added => self.log.known(added),
        }
    }

    fn conflict(&mut self, column: &Column) {
        let (_, id) = self.shown(|column| matches!(column, Column::Id { .. }));
        let (at, _) = self.shown(|other| other == column);
        let property = cut(self.rows.header.name(column), SHOWN);
        self.error(at, Problem::SingleCardinality { id, property });
    }

    fn shown(&self, is_meant: impl Fn(&Column) -> bool) -> (usize, String) {
        self.rows.shown(self.place.bytes, is_meant)
    }

    fn error(&mut self, at: usize, problem: Problem) {
        let id = self.row.id.map(|span| span.cell(self.place.bytes));
        let id = id.as_ref().map(|cell| &*cell.text);
        self.log.error(Place { bytes: self.place.bytes, at, id, ..self.place }, problem);
    }
}
