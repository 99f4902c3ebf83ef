//! N-Triples and N-Quads: a line is a record, and reading goes on behind a bad one.
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

mod iri;
mod lines;
mod options;
mod reader;
mod statement;

pub use lines::{Line, Lines};
pub use options::Options;
pub use reader::{Format, load};
