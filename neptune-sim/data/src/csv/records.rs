//! Records out of a stream, in bounded memory.

use std::io::{self, Read};

use super::blocks::Blocks;
use super::cells::{Cell, Fault, Span, split, too_long};
use super::ends::{Extent, Scan, find_end};
use crate::place::line_ends;
use crate::stream::{MAX_RECORD, Stream};

/// One record of a stream: the header or a row.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its bytes, without the line end behind it.
    pub bytes: &'a [u8],
    /// The line end behind it: LF or CRLF; nothing at the end of the stream, and behind a record that is too long.
    pub line_end: &'a [u8],
    /// What keeps it from being split. Then it has no cells.
    pub fault: Option<Fault>,
    pub(super) spans: &'a [Span],
}

impl<'a> Record<'a> {
    /// What stands for a record where there is none: it is empty, on the first line.
    pub const MISSING: Self = Self { line: 1, bytes: b"", line_end: b"", fault: None, spans: &[] };

    /// How many cells it has.
    pub fn width(&self) -> usize {
        self.spans.len()
    }

    /// Its cells, in their order.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'a>> + use<'a> {
        let bytes = self.bytes;
        self.spans.iter().map(move |span| span.cell(bytes))
    }

    /// Where the cell in this column is.
    #[inline]
    pub(crate) fn span(&self, column: usize) -> Option<Span> {
        self.spans.get(column).copied()
    }

    /// The cell in this column, from 0.
    pub fn cell(&self, column: usize) -> Option<Cell<'a>> {
        Some(self.spans.get(column)?.cell(self.bytes))
    }
}

/// Reads the records of a stream. Lines end with LF or CRLF; a line without a character is no record.
#[derive(Debug)]
pub struct Records<R> {
    stream: Stream<R>,
    line: u64,
    spans: Vec<Span>,
    has_mark: bool,
    is_over: bool,
}

impl<R: Read> Records<R> {
    /// Reads from the beginning of a file.
    pub fn new(input: R) -> Self {
        Self { stream: Stream::new(input), line: 1, spans: Vec::new(), has_mark: false, is_over: false }
    }

    /// Whether the stream begins with a byte order mark, which is no part of the first record. Known once a record was read.
    pub fn has_byte_order_mark(&self) -> bool {
        self.has_mark
    }

    /// The line on which the next record begins, from 1, but for empty lines before it.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// What follows what was read, in blocks.
    pub(crate) fn into_blocks(self) -> Blocks<R> {
        Blocks::new(self.stream)
    }

    /// The next record; `None` at the end of the stream and after a fault that ends it.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Record<'_>>> {
        if self.is_over {
            return Ok(None);
        }
        if self.stream.is_new() {
            self.has_mark = self.stream.skip_mark()?;
        }
        let extent = self.next_extent()?;
        if extent.record == 0 {
            return Ok(None);
        }
        let line = self.line;
        let (bytes, line_end) = self.stream.take(extent.record + extent.line_end).split_at(extent.record);
        self.line += line_ends(bytes) + u64::from(extent.line_end > 0);
        self.spans.clear();
        let mut fault = split(bytes, &mut self.spans).err();
        if bytes.len() >= MAX_RECORD {
            fault = Some(too_long(bytes));
        }
        if fault.is_some() {
            self.spans.clear();
        }
        self.is_over = fault.is_some_and(|fault| fault.kind.ends_the_stream());
        Ok(Some(Record { line, bytes, line_end, fault, spans: &self.spans }))
    }

    /// The extent of the next record, past empty lines. It is empty at the end of the stream.
    fn next_extent(&mut self) -> io::Result<Extent> {
        loop {
            let extent = self.extent()?;
            if extent.record > 0 || extent.line_end == 0 {
                return Ok(extent);
            }
            self.stream.take(extent.line_end);
            self.line += 1;
        }
    }

    /// The extent of what comes next, for which is read as far as it needs.
    fn extent(&mut self) -> io::Result<Extent> {
        let mut scan = Scan::default();
        loop {
            match find_end(self.stream.bytes(), scan) {
                Ok(extent) => return Ok(extent),
                Err(as_far) => scan = as_far,
            }
            let read = self.stream.bytes().len();
            if read >= MAX_RECORD || self.stream.fill()? == 0 {
                return Ok(Extent { record: read, line_end: 0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::csv::FaultKind;

    /// A stream that gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            (buffer[0], self.0) = (*first, rest);
            Ok(1)
        }
    }

    /// Line, cells and fault of every record.
    fn read(input: impl Read) -> Vec<(u64, Vec<String>, Option<Fault>)> {
        let (mut records, mut all) = (Records::new(input), Vec::new());
        while let Some(record) = records.read().unwrap() {
            let cells = record.cells().map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect();
            all.push((record.line, cells, record.fault));
        }
        all
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        read(text.as_bytes()).into_iter().map(|(line, cells, _)| (line, cells)).collect()
    }

    #[test]
    fn records_know_their_first_line() {
        let expected = [(1, vec!["a".to_owned()]), (2, vec!["b\r\nc\n".to_owned()]), (6, vec!["d".to_owned()])];
        assert_eq!(rows("a\n\"b\r\nc\n\"\n\r\nd"), expected);
    }

    #[test]
    fn empty_lines_are_no_records_and_blanks_are_one() {
        assert_eq!(rows("\n\na\n\n"), [(3, vec!["a".to_owned()])]);
        assert_eq!(rows(""), []);
        assert_eq!(rows(" \n"), [(1, vec![String::new()])]);
    }

    #[test]
    fn a_record_and_its_line_end_are_what_was_written() {
        let (text, mut whole) = ("a\r\n\"b\r\nc\"\nd", Vec::new());
        let mut records = Records::new(text.as_bytes());
        while let Some(record) = records.read().unwrap() {
            whole.push([record.bytes, record.line_end].concat());
        }
        assert_eq!(whole, [&b"a\r\n"[..], b"\"b\r\nc\"\n", b"d"]);
    }

    #[test]
    fn a_lone_return_is_data() {
        assert_eq!(rows("a\rb,c\r\n"), [(1, vec!["a\rb".to_owned(), "c".to_owned()])]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_header() {
        for input in ["\u{feff}a\n", "a\n"] {
            let mut records = Records::new(input.as_bytes());
            assert_eq!(records.read().unwrap().unwrap().bytes, b"a");
            assert_eq!(records.has_byte_order_mark(), input.len() > 2);
        }
    }

    #[test]
    fn reading_goes_on_behind_a_bare_quote_and_ends_with_one_that_nothing_closes() {
        let read = read(&b"a \"b\nc\n\"d\ne\n"[..]);
        let faults: Vec<_> = read.iter().map(|(line, _, fault)| (*line, fault.map(|fault| (fault.kind, fault.at)))).collect();
        assert_eq!(faults, [(1, Some((FaultKind::BareQuote, 2))), (2, None), (3, Some((FaultKind::Unclosed, 0)))]);
    }

    #[test]
    fn a_record_is_bounded() {
        for (first, kind) in [("a", FaultKind::TooLong), ("\"", FaultKind::Unclosed)] {
            let input = first.as_bytes().chain(io::repeat(b'x'));
            let mut records = Records::new(input);
            let record = records.read().unwrap().unwrap();
            assert_eq!(record.fault.unwrap().kind, kind);
            assert!(record.bytes.len() < 2 * MAX_RECORD);
            assert!(records.read().unwrap().is_none());
        }
    }

    #[test]
    fn an_error_of_the_stream_is_returned() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let mut records = Records::new(b"a\nb".chain(Broken));
        assert_eq!(records.read().unwrap().unwrap().bytes, b"a");
        assert_eq!(records.read().unwrap_err().to_string(), "cut");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[a-c \",\n\r]{0,6}", 2..4), 0..6)) {
            let cell = |text: &String| format!(" \"{}\" ", text.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n";
            let written: String = rows.iter().map(line).collect();
            let cells: Vec<_> = read(written.as_bytes()).into_iter().map(|(_, cells, _)| cells).collect();
            prop_assert_eq!(cells, rows);
        }

        #[test]
        fn it_makes_no_difference_how_the_bytes_come(bytes in "[ab \",\n\r]{0,40}") {
            prop_assert_eq!(read(bytes.as_bytes()), read(Slow(bytes.as_bytes())));
        }
    }
}
