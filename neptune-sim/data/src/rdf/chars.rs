//! Characters out of a stream, each with its place, in bounded memory.

use std::io::{self, Read};

use crate::finding::Excerpt;
use crate::stream::Stream;

/// How much of a line is kept behind the place that is read, in bytes.
const KEPT: usize = 1024;
/// How much of a line is looked at before the place that is read, in characters: as much as an excerpt shows.
const SHOWN: usize = 100;

/// Reads a stream of UTF-8 character by character. What is no UTF-8 is U+FFFD.
#[derive(Debug)]
pub(super) struct Chars<R> {
    stream: Stream<R>,
    is_at_end: bool,
    spot: Spot,
    /// The end of what was read of the line.
    line: String,
    marked: Spot,
    /// The end of the line of the mark, as far as it was read, if another one has begun since.
    marked_line: Option<String>,
    /// Where the first bytes are that are no UTF-8.
    pub(super) not_utf8: Option<(Spot, Excerpt)>,
}

/// A place in a file, as people count: from 1. A column is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: u64,
    pub(super) column: usize,
}

impl<R: Read> Chars<R> {
    /// The characters behind a byte order mark, and whether there is one.
    pub(super) fn new(input: R) -> io::Result<(Self, bool)> {
        let mut stream = Stream::new(input);
        let has_mark = stream.skip_mark()?;
        let spot = Spot { line: 1, column: 1 };
        let (line, marked_line) = (String::new(), None);
        Ok((Self { stream, is_at_end: false, spot, line, marked: spot, marked_line, not_utf8: None }, has_mark))
    }

    /// The next character.
    pub(super) fn peek(&mut self) -> io::Result<Option<char>> {
        self.peek_at(0)
    }

    /// The character behind so many others.
    pub(super) fn peek_at(&mut self, index: usize) -> io::Result<Option<char>> {
        // A character has four bytes at most.
        while !self.is_at_end && self.stream.bytes().len() < 4 * (index + 1) {
            self.is_at_end = self.stream.fill()? == 0;
        }
        let (mut bytes, mut c) = (self.stream.bytes(), None);
        for _ in 0..=index {
            c = first(bytes);
            bytes = &bytes[c.map_or(0, |c| c.length)..];
        }
        Ok(c.map(|c| c.char))
    }

    /// Reads as much as an excerpt shows behind the next character.
    pub(super) fn look_ahead(&mut self) -> io::Result<()> {
        self.peek_at(SHOWN - 1).map(drop)
    }

    /// Reads a character.
    pub(super) fn next(&mut self) -> io::Result<Option<char>> {
        self.peek()?;
        let Some(First { char, length, is_utf8 }) = first(self.stream.bytes()) else { return Ok(None) };
        if !is_utf8 && self.not_utf8.is_none() {
            self.not_utf8 = Some((self.spot, self.excerpt(self.spot)));
        }
        self.stream.take(length);
        if char == '\n' {
            self.end_line();
        } else {
            self.spot.column += 1;
            self.line.push(char);
        }
        if self.line.len() > 2 * KEPT {
            self.line.drain(..self.line.ceil_char_boundary(self.line.len() - KEPT));
        }
        Ok(Some(char))
    }

    fn end_line(&mut self) {
        if self.marked.line == self.spot.line {
            self.marked_line = Some(std::mem::take(&mut self.line));
        } else {
            self.line.clear();
        }
        self.spot = Spot { line: self.spot.line + 1, column: 1 };
    }

    /// Where the next character is.
    pub(super) fn spot(&self) -> Spot {
        self.spot
    }

    /// Where the next character is, of which the line is kept.
    pub(super) fn mark(&mut self) -> Spot {
        (self.marked, self.marked_line) = (self.spot, None);
        self.marked
    }

    /// Where the mark is.
    pub(super) fn marked(&self) -> Spot {
        self.marked
    }

    /// What is near a place, which is on this line or on that of the mark. Of what follows it, what is in memory.
    pub(super) fn excerpt(&self, spot: Spot) -> Excerpt {
        if spot.line < self.spot.line {
            let line = self.marked_line.as_ref().filter(|_| spot.line == self.marked.line);
            let line = line.map(String::as_str).unwrap_or_default();
            let at = line.char_indices().nth(spot.column - 1).map_or(line.len(), |(at, _)| at);
            return Excerpt::of(line.as_bytes(), at);
        }
        let back = self.spot.column - spot.column;
        let at = self.line.char_indices().rev().take(back).last().map_or(self.line.len(), |(at, _)| at);
        let ahead = self.stream.bytes();
        let text = [self.line.as_bytes(), &ahead[..ahead.len().min(4 * SHOWN)]].concat();
        Excerpt::of(&text, at)
    }
}

/// The first character of bytes.
#[derive(Clone, Copy)]
struct First {
    char: char,
    length: usize,
    is_utf8: bool,
}

fn first(bytes: &[u8]) -> Option<First> {
    if let [byte @ ..0x80, ..] = bytes {
        return Some(First { char: char::from(*byte), length: 1, is_utf8: true });
    }
    let chunk = bytes[..bytes.len().min(4)].utf8_chunks().next()?;
    match chunk.valid().chars().next() {
        Some(char) => Some(First { char, length: char.len_utf8(), is_utf8: true }),
        None => Some(First { char: char::REPLACEMENT_CHARACTER, length: chunk.invalid().len(), is_utf8: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_places() {
        let (mut chars, has_mark) = Chars::new("\u{feff}é\nab".as_bytes()).unwrap();
        let mut all = Vec::new();
        while let Some(c) = chars.peek().unwrap() {
            all.push((c, chars.spot().line, chars.spot().column));
            chars.next().unwrap();
        }
        assert!(has_mark);
        assert_eq!(all, [('é', 1, 1), ('\n', 1, 2), ('a', 2, 1), ('b', 2, 2)]);
    }

    #[test]
    fn what_is_no_utf8_is_replaced() {
        let (mut chars, _) = Chars::new(&b"a\xffb\xc3"[..]).unwrap();
        let text: String = std::iter::from_fn(|| chars.next().unwrap()).collect();
        assert_eq!(text, "a\u{fffd}b\u{fffd}");
        assert_eq!(chars.not_utf8.unwrap().0.column, 2);
    }

    #[test]
    fn an_excerpt_shows_the_line_of_the_mark() {
        let (mut chars, _) = Chars::new("ab\ncd".as_bytes()).unwrap();
        chars.next().unwrap();
        let mark = chars.mark();
        assert_eq!(chars.excerpt(mark), Excerpt { text: "ab".to_owned(), at: 1 });
        while chars.next().unwrap().is_some_and(|c| c != 'c') {}
        assert_eq!(chars.excerpt(mark), Excerpt { text: "ab".to_owned(), at: 1 });
        assert_eq!(chars.excerpt(chars.spot()), Excerpt { text: "cd".to_owned(), at: 1 });
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let (mut chars, _) = Chars::new(io::repeat(b'x')).unwrap();
        for _ in 0..10 * KEPT {
            chars.next().unwrap();
        }
        assert!(chars.line.len() <= 2 * KEPT);
        assert_eq!(chars.excerpt(chars.spot()).at, 60);
    }
}
