//! The command line of `neptune-sim check-data`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use neptune_data::Found;
use neptune_data::rdf::Options;

/// Check load files: what a load of them counts, and each fault with its cause
///
/// All files of one call are one load: vertices are read first, then edges. Each fault is shown with its line, and with a hint that names the
/// cause and the cure.
///
/// Exit codes: 0 a load of the files completes, 1 it has errors, 2 bad usage, 107 a report or a row cannot be written, 109 there are
/// warnings, with --strict, 110 a file cannot be read.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Arguments {
    /// Files, folders, beginnings of names; `-` is standard input
    ///
    /// Of a folder, every file is read, those in its folders, too. A path that is not there is the beginning of names, as the source of a load
    /// is: `data/part-` stands for all files and folders in `data` whose names begin with `part-`.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// csv (Gremlin), opencypher, ntriples, nquads, turtle or rdfxml
    #[arg(long, value_name = "FORMAT", default_value = "csv", hide_possible_values = true)]
    pub(crate) format: Format,
    /// Show so many errors and so many warnings. All are counted
    #[arg(long, value_name = "COUNT", default_value_t = 20, help_heading = REPORTS)]
    pub(crate) max_errors: usize,
    /// Warnings make the check fail, too
    #[arg(long, help_heading = REPORTS)]
    pub(crate) strict: bool,
    /// Write what was found as JSON
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub(crate) json: Option<PathBuf>,
    /// Write it as SARIF 2.1.0, for code scanning
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub(crate) sarif: Option<PathBuf>,
    /// Write it as JUnit XML, a test case a file
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub(crate) junit: Option<PathBuf>,
    /// Write it as a page for a browser, one file of at most 1 MiB that can be sent
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub(crate) html: Option<PathBuf>,
    /// Open that page in a browser
    #[arg(long, requires = "html", help_heading = REPORTS)]
    pub(crate) open: bool,
    /// Write rows with errors, and apart from them the others
    ///
    /// Rows with errors go to DIR/rejected, and the others to DIR/accepted, each as it was, below the header of its file. Nothing that is there is
    /// written over.
    #[arg(long, value_name = "DIR", help_heading = REPORTS)]
    pub(crate) rejects: Option<PathBuf>,
    /// `parserConfiguration.allowEmptyStrings`: an empty cell in quotes is a value
    #[arg(long, help_heading = LOAD, hide_short_help = true)]
    pub(crate) allow_empty_strings: bool,
    /// `updateSingleCardinalityProperties`: another value takes the place of the only one
    #[arg(long, help_heading = LOAD, hide_short_help = true)]
    pub(crate) update_single_cardinality_properties: bool,
    /// `userProvidedEdgeIds` FALSE: relationships of openCypher get their ids from Neptune
    #[arg(long, help_heading = LOAD, hide_short_help = true)]
    pub(crate) generated_edge_ids: bool,
    /// `parserConfiguration.baseUri`: relative IRIs of Turtle and RDF/XML are resolved with it
    #[arg(long, value_name = "IRI", help_heading = LOAD, hide_short_help = true)]
    pub(crate) base_uri: Option<String>,
    /// `parserConfiguration.namedGraphUri`: the graph of statements that name none
    #[arg(long, value_name = "IRI", help_heading = LOAD, hide_short_help = true)]
    pub(crate) named_graph_uri: Option<String>,
    /// Refuse an IRI for `{}`, `|`, a `%` without two hexadecimal digits and the like, as RDF4J since 3.0 does; without this, warn
    #[arg(long, help_heading = LOAD, hide_short_help = true)]
    pub(crate) verify_uri_syntax: bool,
}

/// Headings of the help.
const REPORTS: &str = "Reports";
const LOAD: &str = "How the load is started";

impl Arguments {
    /// How the files are read.
    pub(crate) fn read_as(&self) -> neptune_data::Format {
        let word = self.format.to_possible_value().expect("each format has a word");
        let format = neptune_data::Format::from_word(word.get_name()).expect("the words are the loader's");
        format.with_edge_ids(!self.generated_edge_ids)
    }

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
    /// Whether it is CSV.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::OpenCypher)
    }

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
