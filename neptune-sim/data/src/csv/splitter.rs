//! Records and cells out of a block.

use super::cells::{Fault, Span, leading_blanks, plain, split, too_long};
use super::ends::{Extent, Scan, find_end};
use super::marks::{Mark, Marks};
use super::records::Record;
use crate::place::line_ends;
use crate::stream::MAX_RECORD;

/// Splits a block of whole records, as [`Records`](super::Records) splits a stream. It looks once for delimiters, line ends and quotes; only a
/// record with wrong quotes is looked at again.
pub(crate) struct Splitter<'a> {
    bytes: &'a [u8],
    marks: Marks<'a, true>,
    /// Where the next record begins.
    at: usize,
    line: u64,
    spans: Vec<Span>,
    is_over: bool,
}

/// Quotes are not as they should be.
struct WrongQuotes;

impl<'a> Splitter<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, marks: Marks::new(bytes, 0), at: 0, line: 0, spans: Vec::new(), is_over: false }
    }

    /// How many lines have ended in what was read.
    pub(crate) fn lines(&self) -> u64 {
        self.line
    }

    /// Where the next record begins, and the record, whose line is counted from 0; `None` at the end of the block and after a fault that ends the stream.
    pub(crate) fn read(&mut self) -> Option<(usize, Record<'_>)> {
        while !self.is_over && self.at < self.bytes.len() {
            let (start, line) = (self.at, self.line);
            self.spans.clear();
            let (extent, fault) = self.record(start).map_or_else(
                |WrongQuotes| {
                    self.line = line;
                    self.record_again(start)
                },
                |extent| (extent, None),
            );
            self.at = start + extent.record + extent.line_end;
            self.line += u64::from(extent.line_end > 0);
            if extent.record > 0 {
                return Some((start, self.found(start, line, extent, fault)));
            }
        }
        None
    }

    fn found(&mut self, start: usize, line: u64, extent: Extent, mut fault: Option<Fault>) -> Record<'_> {
        let (bytes, line_end) = self.bytes[start..self.at].split_at(extent.record);
        if bytes.len() >= MAX_RECORD {
            fault = Some(too_long(bytes));
        }
        if let Some(fault) = fault {
            self.spans.clear();
            self.is_over = fault.kind.ends_the_stream();
        }
        Record { line, bytes, line_end, fault, spans: &self.spans }
    }

    /// Finds the cells of the record that begins here, and its end.
    #[inline]
    fn record(&mut self, start: usize) -> Result<Extent, WrongQuotes> {
        let Self { bytes, marks, spans, line, .. } = self;
        // A copy of its own stays in registers.
        let mut ahead = marks.clone();
        let mut cell = start;
        loop {
            let mut mark = ahead.next_or_end();
            if mark.byte == Some(b'"') {
                let quote = mark.at;
                let (close, doubled) = closing_quote(bytes, &mut ahead, line)?;
                mark = ahead.next_or_end();
                let behind = &bytes[close + 1..end_of_cell(bytes, close + 1, mark)];
                if mark.byte == Some(b'"') || !is_blank(&bytes[cell..quote]) || !is_blank(behind) {
                    return Err(WrongQuotes);
                }
                spans.push(Span { start: quote - start, end: close + 1 - start, quoted: true, doubled });
            } else {
                let end = end_of_cell(bytes, cell, mark);
                spans.push(plain(&bytes[start..end], cell - start, end - start));
            }
            if mark.byte != Some(b',') {
                let end = end_of_cell(bytes, cell, mark);
                let behind = (mark.at + 1).min(bytes.len());
                *marks = ahead;
                return Ok(Extent { record: end - start, line_end: behind - end });
            }
            cell = mark.at + 1;
        }
    }

    /// Finds the end of the record that begins here, its cells, and what is wrong with its quotes.
    fn record_again(&mut self, start: usize) -> (Extent, Option<Fault>) {
        let rest = &self.bytes[start..];
        let extent = find_end(rest, Scan::default()).unwrap_or(Extent { record: rest.len(), line_end: 0 });
        let record = &rest[..extent.record];
        self.spans.clear();
        self.line += line_ends(record);
        self.marks = Marks::new(self.bytes, start + extent.record + extent.line_end);
        (extent, split(record, &mut self.spans).err())
    }
}

/// Where what is before a mark ends: a return is part of the line end behind it.
#[inline]
fn end_of_cell(bytes: &[u8], cell: usize, mark: Mark) -> usize {
    let is_crlf = mark.byte == Some(b'\n') && bytes[cell..mark.at].ends_with(b"\r");
    if is_crlf { mark.at - 1 } else { mark.at }
}

/// Where the text in quotes ends that the marks have come to, and whether quotes in it are doubled.
fn closing_quote(bytes: &[u8], marks: &mut Marks<'_, true>, line: &mut u64) -> Result<(usize, bool), WrongQuotes> {
    let mut doubled = false;
    loop {
        let (at, byte) = marks.next().ok_or(WrongQuotes)?;
        match byte {
            // Two in a row are one in the text.
            b'"' if bytes.get(at + 1) == Some(&b'"') => {
                marks.next();
                doubled = true;
            }
            b'"' => return Ok((at, doubled)),
            b'\n' => *line += 1,
            _ => {}
        }
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    leading_blanks(bytes) == bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Records;
    use super::super::blocks::Blocks;
    use super::*;

    type Read = (u64, Vec<u8>, Vec<u8>, Vec<(Vec<u8>, bool, usize)>, Option<Fault>);

    fn all_of(record: &Record<'_>) -> Read {
        let cells = record.cells().map(|cell| (cell.text.into_owned(), cell.quoted, cell.at));
        (record.line, record.bytes.to_vec(), record.line_end.to_vec(), cells.collect(), record.fault)
    }

    fn by_records(bytes: &[u8]) -> Vec<Read> {
        let (mut records, mut all) = (Records::new(bytes), Vec::new());
        while let Some(record) = records.read().unwrap() {
            all.push(all_of(&record));
        }
        all
    }

    /// As if each of these were a block.
    fn by_blocks(blocks: &[&[u8]]) -> Vec<Read> {
        let (mut line, mut all) = (1, Vec::new());
        for block in blocks {
            let mut splitter = Splitter::new(block);
            while let Some((_, mut record)) = splitter.read() {
                record.line += line;
                all.push(all_of(&record));
            }
            line += splitter.lines();
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_block_is_split_as_a_stream_is(text in "[ab \",\n\r]{0,40}") {
            prop_assert_eq!(by_blocks(&[text.as_bytes()]), by_records(text.as_bytes()));
        }

        #[test]
        fn a_stream_is_cut_where_a_record_ends(text in "[ab \",\n\r]{0,40}", size in 1..8_usize) {
            let text = text.as_bytes();
            let mut blocks = Blocks::of_size(text, size);
            let mut pieces = Vec::new();
            while let Some(piece) = blocks.next(Vec::new()).unwrap() {
                pieces.push(piece.bytes().to_vec());
            }
            prop_assert_eq!(pieces.concat(), text);
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(by_blocks(&pieces), by_records(text));
        }
    }
}
