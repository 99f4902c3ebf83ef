//! The JSON Schema of scenario files.

mod editors;
mod words;

pub use editors::{json_schema, plain_schema};
