//! The header of a file: which columns it has, and what is wrong with them.

use std::collections::HashSet;

use super::column::{Column, Kind};
use super::{gremlin, opencypher};
use crate::csv::Record;
use crate::problem::Problem;

/// Whose words a header has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `csv`: `~id,~label,name:String`
    Gremlin,
    /// `opencypher`: `:ID,:LABEL,name:String`
    OpenCypher {
        /// `userProvidedEdgeIds`: whether files of relationships have ids. Otherwise they must not.
        edge_ids: bool,
    },
}

/// A header without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose words it has.
    pub dialect: Dialect,
    /// What the file holds.
    pub kind: Kind,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
}

/// A fault, and the column that has it, from 0; `None` if it is one of the whole header.
pub type HeaderFault = (Option<usize>, Problem);

impl Header {
    /// What a column is called in this file.
    pub(super) fn name<'c>(&self, column: &'c Column) -> &'c str {
        match (self.dialect, self.kind, column) {
            (Dialect::OpenCypher { .. }, Kind::Edges, Column::Label) => ":TYPE",
            _ => self.dialect.name(column),
        }
    }

    /// Reads the first record of a file.
    ///
    /// # Errors
    /// Every fault. A load reports the first of them.
    pub fn read(record: &Record<'_>, dialect: Dialect) -> Result<Self, Vec<HeaderFault>> {
        let texts: Vec<String> = record.cells().map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect();
        let kind = dialect.kind(&texts);
        let (mut columns, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for (index, text) in texts.iter().enumerate() {
            match dialect.column(text, kind) {
                Ok(column) if !seen.insert(dialect.name(&column).to_owned()) => {
                    let column = dialect.name(&column).to_owned();
                    faults.push((Some(index), Problem::ColumnTwice { column }));
                }
                Ok(column) => columns.push(column),
                Err(problem) => faults.push((Some(index), problem)),
            }
        }
        let missing = dialect.required(kind).iter().filter(|column| !seen.contains(**column));
        faults.splice(0..0, missing.map(|column| (None, Problem::MissingColumn { column })));
        if faults.is_empty() { Ok(Self { dialect, kind, columns }) } else { Err(faults) }
    }
}

impl Dialect {
    fn kind(self, texts: &[String]) -> Kind {
        let ends: &[&str] = match self {
            Self::Gremlin => &["~from", "~to"],
            Self::OpenCypher { .. } => &[":START_ID", ":END_ID", ":TYPE"],
        };
        let is_end = |text: &String| ends.iter().any(|end| *text == *end || text.starts_with(&format!("{end}(")));
        if texts.iter().any(is_end) { Kind::Edges } else { Kind::Vertices }
    }

    fn column(self, text: &str, kind: Kind) -> Result<Column, Problem> {
        match self {
            _ if text.is_empty() => Err(Problem::NoColumnName),
            Self::Gremlin => gremlin::column(text, kind),
            Self::OpenCypher { edge_ids } => opencypher::column(text, kind, edge_ids),
        }
    }

    /// The columns without which there is no file of this kind.
    fn required(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Gremlin, Kind::Vertices) => &["~id"],
            (Self::Gremlin, Kind::Edges) => &["~id", "~from", "~to"],
            (Self::OpenCypher { .. }, Kind::Vertices) => &[":ID"],
            (Self::OpenCypher { edge_ids: true }, Kind::Edges) => &[":ID", ":START_ID", ":END_ID"],
            (Self::OpenCypher { edge_ids: false }, Kind::Edges) => &[":START_ID", ":END_ID"],
        }
    }

    /// What a column of ids is called.
    pub(super) fn name_of_id(self, column: &Column) -> &'static str {
        match (self, column) {
            (Self::Gremlin, Column::From { .. }) => "~from",
            (Self::Gremlin, Column::To { .. }) => "~to",
            (Self::Gremlin, _) => "~id",
            (Self::OpenCypher { .. }, Column::From { .. }) => ":START_ID",
            (Self::OpenCypher { .. }, Column::To { .. }) => ":END_ID",
            (Self::OpenCypher { .. }, _) => ":ID",
        }
    }

    /// What a column is called, without its space or type.
    pub(super) fn name(self, column: &Column) -> &str {
        match column {
            Column::Property(property) => &property.name,
            Column::Label if self == Self::Gremlin => "~label",
            Column::Label => ":LABEL",
            Column::Id { .. } | Column::From { .. } | Column::To { .. } => self.name_of_id(column),
        }
    }
}
