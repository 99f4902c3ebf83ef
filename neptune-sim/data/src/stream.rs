//! A stream of bytes of which the part is kept that is being looked at.

use std::io::{self, Read};

/// How long a record may be, in bytes. A quote that nothing closes makes one record of all that follows it.
pub const MAX_RECORD: usize = 16 * 1024 * 1024;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;
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

/// A part of a stream that owns its memory.
#[derive(Debug)]
pub(crate) struct Piece {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Piece {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// What is before this place in it.
    pub(crate) fn until(self, end: usize) -> Self {
        Self { end: self.start + end, ..self }
    }

    /// The memory, which is to be read into again.
    pub(crate) fn into_spare(self) -> Vec<u8> {
        self.buffer
    }
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

    /// Is done with so many bytes, and gives them away with the memory that they are in. Goes on with `spare`.
    pub(crate) fn split_off(&mut self, count: usize, mut spare: Vec<u8>) -> Piece {
        let (start, end) = (self.start, self.start + count);
        let rest = &self.buffer[end..self.end];
        if spare.len() < rest.len() {
            spare.resize(rest.len(), 0);
        }
        spare[..rest.len()].copy_from_slice(rest);
        (self.start, self.end) = (0, rest.len());
        Piece { buffer: std::mem::replace(&mut self.buffer, spare), start, end }
    }

    /// Reads more, and returns how much: nothing at the end of the stream.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
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
