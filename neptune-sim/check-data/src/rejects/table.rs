//! Splits files of vertices and edges.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};

use neptune_data::csv::{Record, Records};
use neptune_data::table::{Column, Dialect, Header, Kind};

use super::failure::Failure;
use super::output::Output;
use super::rows::{Bad, Rows};

/// The files of one graph.
pub(super) struct Tables {
    dialect: Dialect,
    hashes: RandomState,
    /// Hashes of the ids of vertices of which no row is accepted.
    gone: HashSet<u64>,
}

/// The bytes of a file before its first row, and what they say.
struct Start {
    bytes: Vec<u8>,
    header: Option<Header>,
}

impl Tables {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, hashes: RandomState::new(), gone: HashSet::new() }
    }

    /// What a file holds. One whose header has faults counts as one of vertices.
    pub(super) fn kind(&self, input: impl Read) -> io::Result<Kind> {
        Ok(self.start(&mut Records::new(input))?.header.map_or(Kind::Vertices, |header| header.kind))
    }

    /// Notes the vertices of rejected rows. Rows that are accepted take theirs back when they are written.
    pub(super) fn note_rejected(&mut self, input: impl Read, bad: &Bad) -> io::Result<()> {
        let mut records = Records::new(input);
        let Some(header) = self.start(&mut records)?.header else { return Ok(()) };
        if header.kind == Kind::Edges {
            return Ok(());
        }
        let mut row = 0;
        while let Some(record) = records.read()? {
            row += 1;
            if bad.has(row) {
                self.gone.extend(self.ids(&header, &record, false));
            }
        }
        Ok(())
    }

    /// Writes each row of a file to one of the outputs: accepted, rejected.
    pub(super) fn split(&mut self, mut input: impl Read, bad: &Bad, outputs: [Output; 2]) -> Result<Rows, Failure> {
        let [mut accepted, mut rejected] = outputs;
        let mut records = Records::new(&mut input);
        let start = self.start(&mut records)?;
        let (mut rows, mut row) = (Rows::default(), 0);
        accepted.begin_with(&start.bytes);
        rejected.begin_with(&start.bytes);
        while let Some(record) = records.read()? {
            row += 1;
            let follows = !bad.has(row) && self.follows(start.header.as_ref(), &record);
            let is_bad = bad.has(row) || follows;
            let output = if is_bad { &mut rejected } else { &mut accepted };
            output.write(&[record.bytes, record.line_end])?;
            rows.count(is_bad);
            rows.followers += u64::from(follows);
        }
        if row == 0 && bad.is_empty() {
            accepted.write(&[])?;
        }
        rejected.write_rest(&mut input)?;
        accepted.end()?;
        rejected.end()?;
        Ok(rows)
    }

    /// Whether it is an edge to a vertex that is gone. Of a vertex, notes that it is there.
    fn follows(&mut self, header: Option<&Header>, record: &Record<'_>) -> bool {
        let Some(header) = header.filter(|_| !self.gone.is_empty()) else { return false };
        let ids = self.ids(header, record, header.kind == Kind::Edges);
        if header.kind == Kind::Edges {
            return ids.iter().any(|id| self.gone.contains(id));
        }
        for id in ids {
            self.gone.remove(&id);
        }
        false
    }

    /// Hashes of the ids of a row: its own, or those of its ends.
    fn ids(&self, header: &Header, record: &Record<'_>, ends: bool) -> Vec<u64> {
        let space = |column: &Column| match column {
            Column::Id { space, .. } if !ends => Some(space.clone()),
            Column::From { space } | Column::To { space } if ends => Some(space.clone()),
            _ => None,
        };
        let columns = header.columns.iter().enumerate().filter_map(|(place, column)| Some((place, space(column)?)));
        columns.filter_map(|(place, space)| Some(self.hashes.hash_one((space, record.cell(place)?.text)))).collect()
    }

    fn start(&self, records: &mut Records<impl Read>) -> io::Result<Start> {
        let mut start = match records.read()? {
            None => Start { bytes: Vec::new(), header: None },
            Some(record) => Start {
                bytes: [record.bytes, record.line_end].concat(),
                header: record.fault.is_none().then(|| Header::read(&record, self.dialect).ok()).flatten(),
            },
        };
        if records.has_byte_order_mark() {
            start.bytes.splice(0..0, *b"\xEF\xBB\xBF");
        }
        Ok(start)
    }
}
