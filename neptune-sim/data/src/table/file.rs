//! A file, from its header to its last row.

use std::io::{self, Read};

use super::adder::Adder;
use super::batch::{Batch, FoundRows, Spare};
use super::column::Kind;
use super::header::{Dialect, Header};
use super::rows::{Options, Rows, of_quotes};
use crate::cores::{self, Parts};
use crate::csv::{Blocks, Record, Records};
use crate::finding::{Finding, Warning, What};
use crate::found::Found;
use crate::graph::Graph;
use crate::log::{Log, Stop, Warnings};
use crate::place::Place;
use crate::problem::Problem;
use crate::runs::Ids;
use crate::stream::Piece;
use crate::totals::Totals;

/// A file of vertices or of edges.
#[derive(Debug)]
pub struct File<R> {
    records: Records<R>,
    header: Result<Header, Vec<Finding>>,
    /// What is to be said of the file's beginning and its header, whether it has faults or not.
    remarks: Warnings,
}

impl<R: Read + Send> File<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn open(input: R, dialect: Dialect) -> io::Result<Self> {
        let mut records = Records::new(input);
        let (mut first, mut remarks) = (Vec::new(), Warnings::default());
        let header = match records.read()? {
            Some(record) => {
                first.extend_from_slice(record.bytes);
                note_bytes(&record, &mut remarks);
                note_backslashes(&record, &mut remarks);
                read_header(&record, dialect)
            }
            None => Err(vec![header_finding(&Record::MISSING, 0, Problem::NoHeader)]),
        };
        if records.has_byte_order_mark() {
            remarks.note(Place { bytes: &first, line: 1, record: 0, at: 0, id: None }, Warning::ByteOrderMark);
        }
        Ok(Self { records, header, remarks })
    }

    /// Its header; `None` if it has faults.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref().ok()
    }

    /// What the file holds; `None` if its header has faults.
    pub fn kind(&self) -> Option<Kind> {
        self.header.as_ref().ok().map(|header| header.kind)
    }

    /// Adds the facts of all rows to a graph, and returns what a load counts. Every finding goes to `sink` as it comes, and warnings at the
    /// end. Reading stops as the options say. With faults in the header, nothing else is read. Several cores read, so that the stream and `sink` may
    /// be used on any of them, though on one at a time and in the order of the rows.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn load(self, options: Options, graph: &mut Graph, sink: &mut (dyn FnMut(Found<'_>) + Send)) -> io::Result<Totals> {
        self.load_with(options, graph, None, sink)
    }

    /// As [`File::load`], of a file whose edges may have their vertices in files that are read elsewhere: no edge is refused for want of a vertex,
    /// and its ends are collected, as the ids of vertices are. If they cannot be given away, reading ends, and [`Ids::finish`] says why.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn load_apart(
        self,
        options: Options,
        graph: &mut Graph,
        ids: &mut Ids<'_>,
        sink: &mut (dyn FnMut(Found<'_>) + Send),
    ) -> io::Result<Totals> {
        self.load_with(options, graph, Some(ids), sink)
    }

    fn load_with(
        self,
        options: Options,
        graph: &mut Graph,
        ids: Option<&mut Ids<'_>>,
        sink: &mut (dyn FnMut(Found<'_>) + Send),
    ) -> io::Result<Totals> {
        let Self { records, header, remarks } = self;
        let header = match header {
            Ok(header) => header,
            Err(findings) => {
                let most = if options.stop == Stop::AtTheEnd { usize::MAX } else { 1 };
                findings.into_iter().take(most).chain(remarks.into_findings()).map(Found::from).for_each(sink);
                return Ok(Totals { parsing_errors: 1, ..Totals::default() });
            }
        };
        let hashes = graph.hashes();
        let (elements, vertices) = match header.kind {
            Kind::Vertices => (graph.vertices_mut(), None),
            Kind::Edges => {
                let (edges, vertices) = graph.edges_mut();
                (edges, ids.is_none().then_some(vertices))
            }
        };
        let rows = Rows::new(&header, options, hashes, vertices);
        let (line, record) = (records.line(), 1);
        let mut log = Log::new(options.stop, sink);
        log.warn_of(remarks, 0, 0);
        let adder = Adder { rows: &rows, elements, ids, log, line, record };
        let mut loading = Loading { blocks: records.into_blocks(), adder, spare: Vec::new() };
        cores::read_all(&mut loading, |(block, found)| rows.read(block, found), options.cores.unwrap_or_else(cores::all))?;
        Ok(loading.adder.end())
    }
}

/// A file whose rows are read.
struct Loading<'a, 'l, 's, R> {
    blocks: Blocks<R>,
    adder: Adder<'a, 'l, 's>,
    /// Memory of batches that are done with.
    spare: Vec<Spare>,
}

impl<R: Read> Parts for Loading<'_, '_, '_, R> {
    type Part = (Piece, FoundRows);
    type Read = Batch;

    fn next(&mut self) -> io::Result<Option<Self::Part>> {
        let (buffer, found) = self.spare.pop().unwrap_or_default();
        let block = self.blocks.next(buffer)?;
        Ok(block.map(|block| (block, found)))
    }

    fn take(&mut self, batch: Batch) -> bool {
        let spare = self.adder.add(batch);
        let goes_on = spare.is_some();
        self.spare.extend(spare);
        goes_on
    }
}

/// Notes bytes of a header that are no UTF-8.
fn note_bytes(header: &Record<'_>, warnings: &mut Warnings) {
    if let Err(error) = std::str::from_utf8(header.bytes) {
        let place = Place { bytes: header.bytes, line: header.line, record: 0, at: error.valid_up_to(), id: None };
        warnings.note(place, Warning::NotUtf8);
    }
}

/// Notes each column with a backslash that stands for itself.
fn note_backslashes(header: &Record<'_>, warnings: &mut Warnings) {
    for cell in header.cells() {
        let column = String::from_utf8_lossy(&cell.text);
        if column.replace("\\:", "").contains('\\') {
            let place = Place { bytes: header.bytes, line: header.line, record: 0, at: cell.at, id: None };
            warnings.note(place, Warning::BackslashInName { column: column.into_owned() });
        }
    }
}

fn read_header(record: &Record<'_>, dialect: Dialect) -> Result<Header, Vec<Finding>> {
    if let Some(fault) = record.fault {
        return Err(vec![header_finding(record, fault.at, of_quotes(fault, record.bytes))]);
    }
    let at = |column: Option<usize>| column.and_then(|column| record.cell(column)).map_or(0, |cell| cell.at);
    let finding = |(column, problem)| header_finding(record, at(column), problem);
    Header::read(record, dialect).map_err(|faults| faults.into_iter().map(finding).collect())
}

fn header_finding(record: &Record<'_>, at: usize, problem: Problem) -> Finding {
    Place { bytes: record.bytes, line: record.line, record: 0, at, id: None }.finding(What::Error(problem))
}
