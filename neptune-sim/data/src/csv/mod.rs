//! Records and cells of CSV as the user guide has it ("Gremlin load data format"): RFC 4180 with LF or CRLF, and blanks round a delimiter
//! are dropped before quotes are looked at. No library reads exactly that.
//!
//! ```
//! use neptune_data::csv::Records;
//!
//! let mut records = Records::new(&b"~id, name\nv1, \"Ada, \"\"the\"\" first\"\n"[..]);
//! records.read().unwrap();
//! let record = records.read().unwrap().unwrap();
//! assert_eq!(record.line, 2);
//! assert_eq!(*record.cell(1).unwrap().text, *b"Ada, \"the\" first");
//! ```

mod blocks;
mod cells;
mod ends;
mod marks;
mod records;
mod splitter;

pub(crate) use blocks::Blocks;
pub use cells::{Cell, Fault, FaultKind};
pub(crate) use cells::{Span, closing_quote};
pub use records::{Record, Records};
pub(crate) use splitter::Splitter;
