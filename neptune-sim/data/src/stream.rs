//! A stream of bytes of which the part is kept that is being looked at.

use std::io::{self, Read};

/// How long a record may be, in bytes. A quote that nothing closes makes one record of all that follows it.
pub const MAX_RECORD: usize = 16 * 1024 * 1024;
/// How much is read at once.
const CHUNK: usize = 256 * 1024;
/// What some programs put before the first character of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A stream and the bytes of it that were read and are not done with.
#[derive(Debug)]
pub(crate) struct Stream<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: Read> Stream<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), start: 0, end: 0 }
    }

    /// What was read and is not done with.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether nothing was read yet.
    pub(crate) fn is_new(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Is done with so many bytes, and returns them.
    pub(crate) fn take(&mut self, count: usize) -> &[u8] {
        let start = self.start;
        self.start += count;
        &self.buffer[start..self.start]
    }

    /// Skips a byte order mark at the beginning, and returns whether there is one.
    pub(crate) fn skip_mark(&mut self) -> io::Result<bool> {
        while self.bytes().len() < BYTE_ORDER_MARK.len() && self.fill()? > 0 {}
        let has_mark = self.bytes().starts_with(BYTE_ORDER_MARK);
        if has_mark {
            self.take(BYTE_ORDER_MARK.len());
        }
        Ok(has_mark)
    }

    /// Reads more, and returns how much: nothing at the end of the stream.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.buffer.len() < self.end + CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.end += count;
                    return Ok(count);
                }
            }
        }
    }
}
