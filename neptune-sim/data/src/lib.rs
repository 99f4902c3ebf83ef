//! The files that Amazon Neptune's bulk loader reads: their records, their faults, and what a load of them counts.
//!
//! Nothing here opens a file or looks at a clock: a reader takes any stream of bytes.
//!
//! | module | content |
//! |---|---|
//! | [`csv`] | records and cells of the CSV that Neptune takes |
//! | [`table`] | CSV of Gremlin and of openCypher: the header, and the facts of each row |
//! | [`rdf`] | N-Triples, N-Quads, Turtle and RDF/XML |
//! | `problem` | [`Problem`]: what can be wrong, with code and text of Neptune's error log |
//! | `format` | [`Format`]: the formats, by the loader's words |
//! | `finding` | [`Finding`]: a fault or a warning, with its place |
//! | `found` | [`Found`]: one that is not written out yet |
//! | `place` | places in files, and how people count them |
//! | `cores` | reads the parts of a stream on several cores |
//! | `stream` | a stream of which the part is kept that is being looked at |
//! | `packed` | [`unpacked`]: the text of a file that may be compressed |
//! | `log` | what is counted and passed on while a file is read |
//! | `graph` | [`Graph`]: the ids and facts that were loaded, as far as counting needs them |
//! | [`runs`] | ids of files that are checked apart, for edges whose vertices are in other files |
//! | `chunks` | a long list of numbers that is never moved |
//! | `by_hash` | a map whose keys are hashes: ids and where their facts are |
//! | `shards` | maps and sets that grow a piece at a time |
//! | `totals` | [`Totals`]: what a load counts |
//! | `canonical` | what all texts of one value have in common |
//! | `value` | [`Type`]: data types of properties, and their values |
//! | `warning` | warnings in sentences |

mod by_hash;
mod canonical;
mod chunks;
mod cores;
pub mod csv;
mod finding;
mod format;
mod found;
mod graph;
mod log;
mod packed;
mod place;
mod problem;
pub mod rdf;
pub mod runs;
mod shards;
mod stream;
pub mod table;
mod totals;
mod value;
mod warning;

pub use finding::{Excerpt, Finding, IriFlaw, LiteralFlaw, Warning, What};
pub use format::Format;
pub use found::Found;
pub use graph::Graph;
pub use log::Stop;
pub use packed::{NoText, Packing, unpacked};
pub use problem::{Code, Counter, Problem, Provenance};
pub use stream::MAX_RECORD;
pub use totals::Totals;
pub use value::{NoValue, Remark, Type};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
