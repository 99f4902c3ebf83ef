//! A YAML text as a tree of values that know their place, and what is wrong with it.
//!
//! A text is parsed once, into [`Document`]. Everything else reads that tree: `Document::typed` turns it into a Rust type and
//! goes on behind a mistake, and each [`Problem`] finds its line and column in it.

mod blank;
mod error;
mod findings;
mod json;
mod mismatch;
mod node;
mod path;
mod problem;
mod span;
mod tree;
mod typed;
mod yaml;

pub use error::{Mistake, ScenarioError};
pub(super) use findings::Findings;
pub(super) use path::KeyPath;
pub(super) use problem::{Problem, in_order, one_of};
pub(super) use tree::{Document, Typed};
