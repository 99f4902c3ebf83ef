//! Two AWS Lambda functions that check the files of a load in S3, one object a call, so that a state machine can check a bucket of any size.
//!
//! `check_load_file` reads one object and writes what it found below the prefix of the report. `merge_load_files` then looks, for one range of ids,
//! for the edges whose vertices are in none of the objects, and in the end writes the report. `statemachine/CHECK_FILES.md` has the events, the
//! answers and the limits.
//!
//! | module | content |
//! |---|---|
//! | `call` | one call of a function |
//! | `check` | the function `check_load_file` |
//! | `merge` | the function `merge_load_files` |
//! | `summary` | its last call, which writes the report |
//! | `missing` | the edges of a range that have no vertex |
//! | `reads` | many objects, read one after the other |
//! | `request` | the events |
//! | `places` | where what is written lies |
//! | `found` | what was found, as JSON |
//! | `s3` | requests to S3 |
//! | `setup` | where S3 is, from environment variables |
//! | `wanted` | one request |
//! | `trouble` | what answers mean that are no success |
//! | `listing` | pages of lists |
//! | `download` | an object, for a reader that blocks |
//! | `error` | the named errors |

mod call;
mod check;
mod download;
mod error;
mod found;
mod listing;
mod merge;
mod missing;
mod places;
mod reads;
mod request;
mod s3;
mod setup;
mod summary;
mod trouble;
mod wanted;

pub use call::Call;
pub use check::check;
pub use error::{FileError, FileErrorName};
pub use merge::merge;
pub use s3::S3;
