//! N-Triples and N-Quads: a line is a record, and reading goes on behind a bad one.
//!
//! ```
//! use neptune_data::Graph;
//! use neptune_data::rdf::{Format, load};
//!
//! let text = "<http://e/a> |http://e/p> <http://e/c> .\n";
//! let mut findings = Vec::new();
//! let totals = load(text.as_bytes(), Format::NTriples, &mut Graph::default(), &mut |found| findings.push(found.finding())).unwrap();
//! assert_eq!((totals.records, totals.parsing_errors), (1, 1));
//! ```

mod lines;
mod reader;
mod statement;

pub use lines::{Line, Lines};
pub use reader::{Format, load};
