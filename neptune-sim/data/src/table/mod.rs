//! CSV of Gremlin and of openCypher: the header, and the facts of each row.
//!
//! ```
//! use neptune_data::Graph;
//! use neptune_data::table::{Dialect, File, Options};
//!
//! let text = "~id,~label,age:Int\nv1,person,thirty\n";
//! let mut findings = Vec::new();
//! let file = File::open(text.as_bytes(), Dialect::Gremlin).unwrap();
//! let totals = file.load(Options::default(), &mut Graph::default(), &mut |found| findings.push(found.finding())).unwrap();
//! assert_eq!((totals.records, totals.datatype_mismatch_errors), (2, 1));
//! assert_eq!((findings[0].line, findings[0].column), (2, 11));
//! ```

mod adder;
mod batch;
mod column;
mod file;
mod gremlin;
mod header;
mod opencypher;
mod rows;

pub use column::{Column, Kind, Property};
pub use file::File;
pub use header::{Dialect, Header, HeaderFault};
pub use rows::{Options, is_drawn_line};
