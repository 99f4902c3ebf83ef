//! Blocks of whole records out of a stream, so that each can be read by itself.

use std::io::{self, Read};

use super::cells::opens;
use super::ends::Scan;
use super::marks::Marks;
use crate::stream::{MAX_RECORD, Piece, Stream};

/// How much of a stream is a block, in bytes, if its records are not longer: small enough for what is read of it to stay in the caches.
const BLOCK: usize = 32 * 1024;

/// Cuts a stream into blocks of whole records.
#[derive(Debug)]
pub(crate) struct Blocks<R> {
    stream: Stream<R>,
    scan: Scan,
    /// How many bytes of what was read were looked at.
    looked_at: usize,
    size: usize,
    is_over: bool,
}

impl<R: Read> Blocks<R> {
    /// Cuts what is left of a stream, which goes on with a record.
    pub(super) fn new(stream: Stream<R>) -> Self {
        Self { stream, scan: Scan::default(), looked_at: 0, size: BLOCK, is_over: false }
    }

    /// Cuts a whole stream into blocks of another size.
    #[cfg(test)]
    pub(super) fn of_size(input: R, size: usize) -> Self {
        Self { size, ..Self::new(Stream::new(input)) }
    }

    /// The next block; `None` at the end of the stream and behind a record that is too long. `spare` is memory to read into.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub(crate) fn next(&mut self, spare: Vec<u8>) -> io::Result<Option<Piece>> {
        if self.is_over {
            return Ok(None);
        }
        let mut end = None;
        while end.is_none() && !self.is_over {
            let has_more = self.fill()?;
            self.looked_at = self.stream.bytes().len();
            end = last_end(self.stream.bytes(), &mut self.scan);
            self.is_over = !has_more || end.is_none() && self.looked_at >= MAX_RECORD;
        }
        let length = if self.is_over { self.looked_at } else { end.unwrap_or_default() };
        self.looked_at -= length;
        self.scan.at -= length.min(self.scan.at);
        Ok(Some(self.stream.split_off(length, spare)))
    }

    /// Reads until there is a block of bytes more than was looked at, and returns whether the stream goes on.
    fn fill(&mut self) -> io::Result<bool> {
        while self.stream.bytes().len() < self.looked_at + self.size {
            if self.stream.fill()? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Looks on, and returns where the last record ends that does, its line end included.
fn last_end(bytes: &[u8], scan: &mut Scan) -> Option<usize> {
    let (mut marks, mut last) = (Marks::<false>::new(bytes, scan.at), None);
    while let Some((at, byte)) = marks.next() {
        match (byte, scan.in_quotes) {
            (b'\n', false) => last = Some(at + 1),
            (b'\n', true) => {}
            (_, false) => scan.in_quotes = opens(bytes, at),
            (_, true) if bytes.get(at + 1) == Some(&b'"') => _ = marks.next(),
            (_, true) if at + 1 == bytes.len() => {
                // The next byte may be a quote, too, and then this one closes nothing.
                scan.at = at;
                return last;
            }
            (_, true) => scan.in_quotes = false,
        }
    }
    scan.at = bytes.len();
    last
}
