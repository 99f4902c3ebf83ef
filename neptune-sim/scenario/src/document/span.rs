//! The place of something in a text.

use std::ops::Range;

/// A part of a text, with the line and column of its start for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceSpan {
    /// From 1.
    pub(crate) line: u64,
    /// From 1, in characters.
    pub(crate) column: u64,
    /// In bytes. Both ends are boundaries of characters.
    pub(crate) range: Range<usize>,
}

impl SourceSpan {
    /// The start of a text.
    pub(super) const START: Self = Self { line: 1, column: 1, range: 0..0 };
}
