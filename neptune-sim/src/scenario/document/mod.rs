//! A YAML text as a tree of values that know their place, and what is wrong with it.
//!
//! A text is parsed once, into [`Document`]. Everything else reads that tree: `Document::typed` turns it into a Rust type and
//! goes on behind a mistake, and each [`Problem`] finds its line and column in it.

mod blank;
mod mismatch;
mod node;
mod path;
mod problem;
mod span;
mod tree;
mod typed;
mod yaml;

pub(super) use path::KeyPath;
pub(super) use problem::{MOST_MISTAKES, Problem, in_order, one_of};
pub(super) use tree::{Document, Typed};
