//! Places in files, and how people count them.

use crate::finding::{Excerpt, Finding, What};

/// A place in a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The bytes of the record.
    pub(crate) bytes: &'a [u8],
    /// The line on which they begin, from 1.
    pub(crate) line: u64,
    /// The number of the record, from 1; 0 is a header.
    pub(crate) record: u64,
    /// Where in the bytes.
    pub(crate) at: usize,
    /// What the record is about.
    pub(crate) id: Option<&'a [u8]>,
}

impl Place<'_> {
    pub(crate) fn finding(self, what: What) -> Finding {
        let Self { bytes, record, at, id, .. } = self;
        let (line, column) = self.line_and_column();
        let id = id.map(|id| String::from_utf8_lossy(id).into_owned());
        Finding { what, times: 1, record, line, column, id, excerpt: Excerpt::of(bytes, at) }
    }

    /// Both from 1. A column is a character, or a byte that is none.
    pub(crate) fn line_and_column(self) -> (u64, usize) {
        let before = &self.bytes[..self.at];
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        (self.line + line_ends(before), String::from_utf8_lossy(&before[start..]).chars().count() + 1)
    }
}

/// How many lines end in these bytes.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::at_the_beginning(0, (7, 1))]
    #[case::behind_two_bytes_of_one_character(3, (7, 3))]
    #[case::on_the_next_line(5, (8, 2))]
    fn places_count_lines_and_characters(#[case] at: usize, #[case] expected: (u64, usize)) {
        let place = Place { bytes: "\"é\n\"üa".as_bytes(), line: 7, record: 1, at, id: None };
        assert_eq!(place.line_and_column(), expected);
    }
}
