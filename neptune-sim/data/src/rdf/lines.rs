//! Lines out of a stream, in bounded memory.

use std::io::{self, Read};

use memchr::memchr;

use crate::stream::{MAX_RECORD, Stream};

/// Reads the lines of a stream, which end with LF or CRLF.
#[derive(Debug)]
pub struct Lines<R> {
    stream: Stream<R>,
    number: u64,
}

/// A line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes, without its end. Cut if it is too long.
    pub bytes: &'a [u8],
    /// Its end: LF or CRLF; nothing at the end of the stream, and if it is too long.
    pub end: &'a [u8],
    /// Whether it is longer than a record may be. Then nothing is read behind it.
    pub is_too_long: bool,
}

impl<R: Read> Lines<R> {
    /// Reads from the beginning of a file.
    pub fn new(input: R) -> Self {
        Self { stream: Stream::new(input), number: 0 }
    }

    /// Skips a byte order mark at the beginning, and returns whether there is one.
    pub(super) fn skip_mark(&mut self) -> io::Result<bool> {
        self.stream.skip_mark()
    }

    /// The next line; `None` at the end of the stream.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Line<'_>>> {
        let mut scanned = 0;
        let (length, line_end) = loop {
            let bytes = self.stream.bytes();
            if let Some(end) = memchr(b'\n', &bytes[scanned..]) {
                break (scanned + end, 1);
            }
            scanned = bytes.len();
            if scanned >= MAX_RECORD || self.stream.fill()? == 0 {
                break (scanned, 0);
            }
        };
        if length + line_end == 0 {
            return Ok(None);
        }
        self.number += 1;
        let whole = self.stream.take(length + line_end);
        let bytes = &whole[..length];
        let (bytes, end) = whole.split_at(bytes.strip_suffix(b"\r").unwrap_or(bytes).len());
        Ok(Some(Line { number: self.number, bytes, end, is_too_long: length >= MAX_RECORD }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_have_no_ends() {
        let (mut lines, mut all) = (Lines::new(&b"a\r\n\nb\rc"[..]), Vec::new());
        while let Some(line) = lines.read().unwrap() {
            all.push((line.number, line.bytes.to_vec(), line.end.to_vec()));
        }
        let expected: [(u64, &[u8], &[u8]); 3] = [(1, b"a", b"\r\n"), (2, b"", b"\n"), (3, b"b\rc", b"")];
        assert_eq!(all, expected.map(|(number, bytes, end)| (number, bytes.to_vec(), end.to_vec())));
    }

    #[test]
    fn a_line_is_bounded() {
        let mut lines = Lines::new(io::repeat(b'x'));
        let line = lines.read().unwrap().unwrap();
        assert!(line.is_too_long && line.bytes.len() < 2 * MAX_RECORD);
    }
}
