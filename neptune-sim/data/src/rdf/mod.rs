//! N-Triples, N-Quads, Turtle and RDF/XML, as Eclipse RDF4J reads them. In N-Triples and N-Quads, a line is a record, and reading goes on
//! behind a bad one. In Turtle and RDF/XML, a fault ends the file: what came before it is loaded.
//!
//! ```
//! use neptune_data::{Found, Graph};
//! use neptune_data::rdf::{Format, Options, load};
//!
//! let text = "<http://e/a> |http://e/p> <http://e/c> .\n";
//! let mut findings = Vec::new();
//! let mut sink = |found: Found<'_>| findings.push(found.finding());
//! let totals = load(text.as_bytes(), Format::NTriples, &Options::default(), &mut Graph::default(), &mut sink).unwrap();
//! assert_eq!((totals.records, totals.parsing_errors), (1, 1));
//! ```

mod chars;
mod iri;
mod lexical;
mod lines;
mod options;
mod reader;
mod sink;
mod statement;
mod turtle;
mod value;
mod xml;

pub use lines::{Line, Lines};
pub use options::Options;
pub use reader::{Format, load};
