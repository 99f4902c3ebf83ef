//! What the rows of a block come to, before it is known what the graph has of the same kind. To read them changes no graph, so any core can do it.

use crate::csv::Span;
use crate::graph::{Fact, Id};
use crate::log::Warnings;
use crate::problem::Problem;
use crate::stream::Piece;

/// The rows of a block.
pub(super) struct Batch {
    pub(super) block: Piece,
    pub(super) found: FoundRows,
    /// How many lines end in the block.
    pub(super) lines: u64,
    /// Whether nothing is read behind it, because its last row has no end.
    pub(super) ends_the_stream: bool,
}

/// Memory to read the next batch into.
pub(super) type Spare = (Vec<u8>, FoundRows);

impl Batch {
    pub(super) fn into_spare(mut self) -> Spare {
        self.found.rows.clear();
        self.found.items.clear();
        (self.block.into_spare(), self.found)
    }
}

/// Rows, and what is in them.
#[derive(Default)]
pub(super) struct FoundRows {
    pub(super) rows: Vec<Row>,
    /// Those of all rows, one after the other.
    pub(super) items: Vec<Item>,
    /// Those that are among the items, each with its place in its record.
    pub(super) problems: Vec<(usize, Problem)>,
    /// Their lines and records are counted from 0.
    pub(super) warnings: Warnings,
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Where its bytes are in the block.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its line, from 0.
    pub(super) line: u64,
    pub(super) of: Subject,
    /// Where its id is in its bytes. `None` if it has none, or cannot be read.
    pub(super) id: Option<Span>,
    /// How many facts it tries to add.
    pub(super) records: u64,
    /// How many items it has.
    pub(super) items: usize,
}

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    /// Nothing, because it cannot be read.
    Nothing,
    /// A vertex of Gremlin.
    Vertex(Id),
    /// A node of openCypher, of which only the id is kept.
    Node(Id),
    Edge(Edge),
}

impl Subject {
    /// The id of what is added, if it has one.
    pub(super) fn id(&self) -> Option<Id> {
        match self {
            Self::Vertex(id) | Self::Node(id) => Some(*id),
            Self::Edge(edge) => edge.id.map(|(id, _)| id),
            Self::Nothing => None,
        }
    }
}

/// An edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: Id,
    pub(super) to: Id,
    /// Whether one of these is a vertex that is looked for and is not there.
    pub(super) misses_end: bool,
    /// With the fact that tells it from other edges; `None` if Neptune gives it an id.
    pub(super) id: Option<(Id, Fact)>,
}

/// What a row adds or what is wrong with it, in the order of its cells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    /// One of any number of values.
    Value(Fact),
    /// The only value, of this column.
    Single(Fact, usize),
    /// The next of the problems.
    Problem,
}
