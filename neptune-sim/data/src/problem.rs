//! What can be wrong with load files: the error code and the text of Neptune's error log for each, and where the text is known from.

use std::fmt;

use crate::value::Type;

/// The error codes that faults in files have in Neptune's error log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// `PARSING_ERROR`: a record cannot be read, or a value is none of its type.
    Parsing,
    /// `FROM_OR_TO_VERTEX_ARE_MISSING`
    MissingVertex,
    /// `ID_ASSIGNED_TO_MULTIPLE_EDGES`
    IdOfSeveralEdges,
    /// `SINGLE_CARDINALITY_VIOLATION`
    SingleCardinality,
}

/// The counter of a load that a fault is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// `parsingErrors`
    Parsing,
    /// `datatypeMismatchErrors`
    DatatypeMismatch,
    /// `insertErrors`
    Insert,
}

/// Where the text of an error is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// Copied from a real cluster, in a public report.
    Observed,
    /// In the words of the parsers that Neptune's is most likely one of: one text of a real error log is theirs.
    Rdf4j,
    /// In the words of a tool that AWS publishes for the same format. A cluster may word it otherwise.
    AwsTool,
    /// Made up here. A cluster words it otherwise.
    Ours,
}

/// A fault that keeps a fact, a record or a file from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no record at all.
    NoHeader,
    /// A column without which no file of this kind can be loaded is not in the header.
    MissingColumn {
        /// `~id`, `~from`, `~to`, `:ID`, ...
        column: &'static str,
    },
    /// A column for ids of relationships that get theirs from Neptune.
    UnexpectedColumn {
        /// What the header has.
        column: String,
    },
    /// A column that begins like one of the format's own and is none of them.
    UnknownSystemColumn {
        /// What the header has.
        column: String,
    },
    /// A column that the header has twice.
    ColumnTwice {
        /// Its name.
        column: String,
    },
    /// A cell of the header without a name.
    NoColumnName,
    /// A cell of the header that is no `name:type`.
    InvalidColumn {
        /// What the header has.
        column: String,
    },
    /// A type that Neptune does not know.
    UnknownType {
        /// What the header has.
        column: String,
        /// The word where the type should be.
        word: String,
    },
    /// `(single)[]`
    SingleArray {
        /// What the header has.
        column: String,
    },
    /// `[]` in a file of edges.
    EdgeArray {
        /// What the header has.
        column: String,
    },
    /// `(set)` in a file of edges.
    EdgeSet {
        /// What the header has.
        column: String,
    },
    /// A row has more cells than the header.
    MoreColumnsThanHeader,
    /// A cell is empty that must have a value.
    BlankId {
        /// `~id`, `~from`, `~to`
        column: &'static str,
    },
    /// A label is an empty string.
    EmptyLabel,
    /// A quote in a cell that does not begin with one.
    BareQuote,
    /// Text between a closing quote and the next delimiter.
    TextAfterQuote {
        /// How many lines end in the quotes.
        lines: u64,
    },
    /// A quote that nothing closes.
    UnclosedQuote {
        /// How many lines behind its own it has made part of its cell.
        lines: u64,
    },
    /// A line that is no statement of RDF.
    Statement {
        /// What RDF4J's reader says of it.
        text: String,
    },
    /// A fault in a file of which nothing is read behind it: Turtle, RDF/XML.
    Document {
        /// What a parser says of it.
        text: String,
        /// Whose words these are.
        words: Provenance,
    },
    /// More than a file may have of something.
    TooMuch {
        /// What it is, and the bound, in a sentence without a full stop.
        what: &'static str,
    },
    /// A record without an end within the bound.
    RecordTooLong,
    /// A text is no value of its column's type.
    InvalidValue {
        /// The text.
        value: String,
        /// The name of the column.
        column: String,
        /// Its type.
        of: Type,
    },
    /// An edge to a vertex that is neither in the files nor in the graph.
    MissingVertex {
        /// The id in `~from`.
        from: String,
        /// The id in `~to`.
        to: String,
    },
    /// One id of edges with different ends or labels.
    IdOfSeveralEdges {
        /// The id.
        id: String,
    },
    /// A second value for a property that has one at most.
    SingleCardinality {
        /// The id of the vertex.
        id: String,
        /// The name of the property.
        property: String,
    },
}

impl Problem {
    /// The code in Neptune's error log.
    pub fn code(&self) -> Code {
        match self {
            Self::MissingVertex { .. } => Code::MissingVertex,
            Self::IdOfSeveralEdges { .. } => Code::IdOfSeveralEdges,
            Self::SingleCardinality { .. } => Code::SingleCardinality,
            _ => Code::Parsing,
        }
    }

    /// The counter of the load.
    pub fn counter(&self) -> Counter {
        match self {
            // There is no code for it, but a counter.
            Self::InvalidValue { .. } => Counter::DatatypeMismatch,
            _ if self.code() == Code::Parsing => Counter::Parsing,
            _ => Counter::Insert,
        }
    }

    /// Whether nothing of the file is loaded, or nothing behind this place.
    pub fn ends_the_file(&self) -> bool {
        !matches!(
            self,
            Self::MoreColumnsThanHeader
                | Self::BlankId { .. }
                | Self::EmptyLabel
                | Self::InvalidValue { .. }
                | Self::Statement { .. }
                | Self::MissingVertex { .. }
                | Self::IdOfSeveralEdges { .. }
                | Self::SingleCardinality { .. }
        )
    }

    /// Where its text is known from.
    pub fn provenance(&self) -> Provenance {
        match self {
            Self::MoreColumnsThanHeader | Self::MissingVertex { .. } | Self::SingleCardinality { .. } => Provenance::Observed,
            Self::Statement { .. } => Provenance::Rdf4j,
            Self::Document { words, .. } => *words,
            Self::MissingColumn { column } | Self::BlankId { column } if column.starts_with(':') => Provenance::Ours,
            Self::NoHeader
            | Self::MissingColumn { .. }
            | Self::UnknownSystemColumn { .. }
            | Self::ColumnTwice { .. }
            | Self::NoColumnName
            | Self::InvalidColumn { .. }
            | Self::UnknownType { .. }
            | Self::SingleArray { .. }
            | Self::EdgeArray { .. }
            | Self::EdgeSet { .. }
            | Self::BlankId { .. }
            | Self::EmptyLabel => Provenance::AwsTool,
            Self::UnexpectedColumn { .. }
            | Self::BareQuote
            | Self::TextAfterQuote { .. }
            | Self::UnclosedQuote { .. }
            | Self::RecordTooLong
            | Self::TooMuch { .. }
            | Self::InvalidValue { .. }
            | Self::IdOfSeveralEdges { .. } => Provenance::Ours,
        }
    }
}

impl Code {
    /// The word in Neptune's error log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parsing => "PARSING_ERROR",
            Self::MissingVertex => "FROM_OR_TO_VERTEX_ARE_MISSING",
            Self::IdOfSeveralEdges => "ID_ASSIGNED_TO_MULTIPLE_EDGES",
            Self::SingleCardinality => "SINGLE_CARDINALITY_VIOLATION",
        }
    }
}

/// The text in Neptune's error log.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("No header column found in input CSV file!"),
            Self::MissingColumn { column: "~id" } => f.write_str("A vertex or edge requires a ~id field."),
            Self::MissingColumn { column: ":ID" } => f.write_str("A node or relationship requires a :ID field."),
            Self::MissingColumn { column } if column.starts_with(':') => write!(f, "A relationship requires a {column} field."),
            Self::UnexpectedColumn { column } => write!(f, "A relationship must have no :ID field: {column}"),
            Self::MissingColumn { column } => write!(f, "An edge requires a {column} field."),
            Self::UnknownSystemColumn { column } => write!(f, "Invalid system column encountered: {column}"),
            Self::ColumnTwice { column } => write!(f, "Found duplicate field: {column}"),
            Self::NoColumnName => f.write_str("Empty column header encountered."),
            Self::InvalidColumn { column } => write!(f, "Invalid column encountered while parsing header: {column}"),
            Self::UnknownType { column, .. } => write!(f, "Invalid data type encountered for header: {column}"),
            Self::SingleArray { column } => {
                write!(f, "Type definition cannot be single cardinality but array: {column}")
            }
            Self::EdgeArray { column } => write!(f, "Array types are not allowed for edges: {column}"),
            Self::EdgeSet { column } => write!(f, "Set-valued types are not allowed for edges: {column}"),
            Self::MoreColumnsThanHeader => f.write_str("Record has more columns than header"),
            Self::BlankId { column: "~id" } => f.write_str("Vertex or edge ID must not be null or empty."),
            Self::BlankId { column } => write!(f, "An edge requires a {column} value."),
            Self::EmptyLabel => f.write_str("Vertex labels must not be null or empty."),
            Self::BareQuote => f.write_str("A quote is in a field that does not begin with one"),
            Self::TextAfterQuote { .. } => f.write_str("Text follows the closing quote of a field"),
            Self::UnclosedQuote { .. } => f.write_str("The quote of a field is never closed"),
            Self::Statement { text } | Self::Document { text, .. } => f.write_str(text),
            Self::TooMuch { what } => f.write_str(what),
            Self::RecordTooLong => f.write_str("A record has no end"),
            Self::InvalidValue { value, column, of } => write!(f, "Value '{value}' of column '{column}' is not a valid {of}"),
            Self::MissingVertex { from, to } => {
                write!(f, "Either from vertex, '{from}', or to vertex, '{to}', is not present.")
            }
            Self::IdOfSeveralEdges { id } => write!(f, "The id '{id}' is assigned to more than one edge"),
            Self::SingleCardinality { id, property } => {
                write!(f, "The vertex '{id}' has an existing value for property '{property}'")
            }
        }
    }
}
