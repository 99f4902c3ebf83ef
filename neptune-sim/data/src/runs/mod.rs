//! Checks of one file at a time, on many machines: whether the ends of edges have vertices in any of the files.
//!
//! While a file is read, [`Ids`] collects the ids of its vertices, or the ends of its edges, as [`IdHash`]es, and gives them away as sorted
//! [`Run`]s. A run is split by ranges of hashes, so that each range can be merged apart: [`Vertices`] takes the vertices of a range from the runs of
//! all files, and says which ends have none.
//!
//! | module | content |
//! |---|---|
//! | `hash` | what an id is known by in every process |
//! | `ids` | the ids of one file, collected in bounded memory |
//! | `run` | sorted hashes as bytes |
//! | `reader` | runs as they are read again |
//! | `vertices` | the vertices of a range, and the ends that have none |

mod hash;
mod ids;
mod reader;
mod run;
mod vertices;

pub use hash::IdHash;
pub use ids::Ids;
pub use reader::{BadRun, Entries, RunReader, Sorted};
pub use run::{End, Entry, Run};
pub use vertices::{NoRoom, Vertices};
