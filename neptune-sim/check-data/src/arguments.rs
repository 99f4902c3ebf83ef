//! The command line of `neptune-sim check-data`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use neptune_data::Found;
use neptune_data::rdf::Options;

/// Check load files: what a load of them counts, and each fault with its cause
///
/// Files of vertices and of edges are checked together, as one load reads them: vertices first, then edges. Of a folder, every file is
/// read, those in folders in it, too.
///
/// Exit codes: 0 a load of the files completes, 1 it has errors, 2 bad usage, 107 a report cannot be written, 109 there are warnings, with
/// --strict, 110 a file cannot be read.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Arguments {
    /// Files, and folders with files. `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The format of the files, as the load names it
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// How many findings to show. All are counted
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) max_errors: usize,
    /// Warnings make the check fail, too
    #[arg(long)]
    pub(crate) strict: bool,
    /// The load is started with `parserConfiguration.allowEmptyStrings`: an empty cell in quotes is a value
    #[arg(long)]
    pub(crate) allow_empty_strings: bool,
    /// The load is started with `updateSingleCardinalityProperties`: another value takes the place of the only one
    #[arg(long)]
    pub(crate) update_single_cardinality_properties: bool,
    /// The load is started with `userProvidedEdgeIds` FALSE: relationships of openCypher get their ids from Neptune
    #[arg(long)]
    pub(crate) generated_edge_ids: bool,
    /// The load is started with this `parserConfiguration.baseUri`: relative IRIs of Turtle and RDF/XML are resolved with it
    #[arg(long, value_name = "IRI")]
    pub(crate) base_uri: Option<String>,
    /// The load is started with this `parserConfiguration.namedGraphUri`: the graph of statements that name none
    #[arg(long, value_name = "IRI")]
    pub(crate) named_graph_uri: Option<String>,
    /// Refuse an IRI for `{}`, `|`, a `%` without two hexadecimal digits and the like, as RDF4J since 3.0 does; without this, warn
    #[arg(long)]
    pub(crate) verify_uri_syntax: bool,
    /// Write what was found as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write it as SARIF 2.1.0, for code scanning
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,
    /// Write it as JUnit XML, a test case a file
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write rows with errors to DIR/rejected and the others to DIR/accepted, each as it was, with the header
    #[arg(long, value_name = "DIR")]
    pub(crate) rejects: Option<PathBuf>,
}

impl Arguments {
    /// How the load is started, for RDF.
    pub(crate) fn rdf(&self) -> Options {
        let defaults = Options::default();
        Options {
            base_uri: self.base_uri.clone().unwrap_or(defaults.base_uri),
            named_graph_uri: self.named_graph_uri.clone().unwrap_or(defaults.named_graph_uri),
            verify_uri_syntax: self.verify_uri_syntax,
            ..defaults
        }
    }
}

/// A format of load files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Gremlin CSV
    Csv,
    /// openCypher CSV
    #[value(name = "opencypher")]
    OpenCypher,
    /// N-Triples
    #[value(name = "ntriples")]
    NTriples,
    /// N-Quads
    #[value(name = "nquads")]
    NQuads,
    /// Turtle
    Turtle,
    /// RDF/XML
    #[value(name = "rdfxml")]
    RdfXml,
}

/// What a file is made of that is accepted or rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Rows below a header.
    Row,
    /// Lines, each of which is read apart.
    Line,
    /// The file itself: it ends with its first fault.
    File,
}

impl Format {
    /// What a file of this format is split into.
    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Csv | Self::OpenCypher => Unit::Row,
            Self::NTriples | Self::NQuads => Unit::Line,
            Self::Turtle | Self::RdfXml => Unit::File,
        }
    }
}

impl Unit {
    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Line => "line",
            Self::File => "file",
        }
    }

    /// The number of the unit that a fault is in, from 1; 0 is the header, or the file.
    pub(crate) fn of(self, found: &Found<'_>) -> u64 {
        match self {
            Self::Row => found.record(),
            Self::Line => found.line(),
            Self::File => 0,
        }
    }
}
