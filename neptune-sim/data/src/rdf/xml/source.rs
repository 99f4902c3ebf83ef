//! Pieces of XML out of a stream, each with its place, in bounded memory.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::Event;

use super::encoding::{In, decoded};
use super::end::{End, Near};
use super::entity::{is_xml, unended};
use crate::problem::Provenance;
use crate::rdf::chars::Spot;
use crate::stream::MAX_RECORD;

const CHUNK: usize = 64 * 1024;
/// How much of a piece is shown.
const SHOWN: usize = 400;

/// Reads pieces of XML: tags, texts, references.
pub(super) struct Source<R> {
    reader: Reader<BufReader<Bounded<R>>>,
    left: Rc<Cell<usize>>,
    buffer: Vec<u8>,
    /// Where the next piece is.
    next: Spot,
    encoding: In,
    /// Where letters are that are no UTF-8 in the file.
    pub(super) not_utf8: Option<Near>,
}

/// A piece of XML.
#[derive(Debug)]
pub(super) enum Piece {
    /// A tag: what is in it, and whether the element is empty.
    Start(String, bool),
    End(String),
    Text(String),
    /// The name of an entity, or the number of a character with its `#`.
    Reference(String),
    DocType(String),
    /// A comment or an instruction.
    Other,
}

impl<R: Read> Source<R> {
    /// What is behind a byte order mark.
    pub(super) fn new(input: R) -> io::Result<Source<impl Read + use<R>>> {
        let (encoding, input) = decoded(input)?;
        Ok(Source::over(input, encoding))
    }
}

impl<'e> Source<&'e [u8]> {
    /// The pieces of what stands for an entity.
    pub(super) fn of_entity(value: &'e str) -> Self {
        Self::over(value.as_bytes(), In::Utf8)
    }
}

impl<R: Read> Source<R> {
    fn over(input: R, encoding: In) -> Self {
        let left = Rc::new(Cell::new(0));
        let bounded = Bounded { input, left: Rc::clone(&left) };
        let mut reader = Reader::from_reader(BufReader::with_capacity(CHUNK, bounded));
        reader.config_mut().check_end_names = false;
        reader.config_mut().check_comments = true;
        reader.config_mut().allow_unmatched_ends = true;
        Self { reader, left, buffer: Vec::new(), next: Spot { line: 1, column: 1 }, encoding, not_utf8: None }
    }

    /// The next piece, and where it is; `None` at the end.
    pub(super) fn read(&mut self) -> Result<Option<(Piece, Near)>, (End, Near)> {
        self.left.set(MAX_RECORD + CHUNK);
        self.buffer.clear();
        let (before, spot) = (self.reader.buffer_position(), self.next);
        let event = self.reader.read_event_into(&mut self.buffer);
        let is_late = match &event {
            Ok(Event::Decl(_)) => before > 0,
            Ok(Event::PI(content)) => content.target().eq_ignore_ascii_case(b"xml"),
            _ => false,
        };
        let encoding = match &event {
            Ok(Event::Decl(content)) => content.encoding().and_then(Result::ok).map(|name| name.to_ascii_lowercase()),
            _ => None,
        };
        let (piece, begin, content) = match event {
            Err(error) => return Err((self.end(error), Near { spot, bytes: self.shown("") })),
            Ok(Event::Eof) => return Ok(None),
            Ok(Event::Start(tag)) => (Piece::Start(text(&tag), false), "<", tag.to_vec()),
            Ok(Event::Empty(tag)) => (Piece::Start(text(&tag), true), "<", tag.to_vec()),
            Ok(Event::End(tag)) => (Piece::End(text(&tag)), "</", tag.to_vec()),
            Ok(Event::Text(content)) => (Piece::Text(text(&content)), "", content.to_vec()),
            Ok(Event::CData(content)) => (Piece::Text(text(&content)), "<![CDATA[", content.to_vec()),
            Ok(Event::GeneralRef(name)) => (Piece::Reference(text(&name)), "&", name.to_vec()),
            Ok(Event::DocType(content)) => (Piece::DocType(text(&content)), "<!DOCTYPE ", content.to_vec()),
            Ok(Event::Comment(content)) => (Piece::Other, "<!--", content.to_vec()),
            Ok(Event::Decl(content)) => (Piece::Other, "<?", content.to_vec()),
            Ok(Event::PI(content)) => (Piece::Other, "<?", content.to_vec()),
        };
        let near = Near { spot, bytes: [begin.as_bytes(), &content[..content.len().min(SHOWN)]].concat() };
        if is_late {
            let said = "The processing instruction target matching \"[xX][mM][lL]\" is not allowed.";
            return Err((End::rdf4j(said), near));
        }
        if encoding.is_some_and(|name| name.starts_with(b"utf-16")) && self.encoding == In::Utf8 {
            return Err((End::rdf4j("Content is not allowed in prolog."), near));
        }
        let text = self.checked(&content, begin).map_err(|end| (end, near.clone()))?;
        let length = usize::try_from(self.reader.buffer_position() - before).unwrap_or(usize::MAX);
        self.pass(&content, length);
        let is_other = matches!(self.encoding, In::Another(encoding) if !encoding.is_ascii_compatible() || !text.is_ascii());
        if matches!(text, Cow::Owned(_)) || is_other {
            self.not_utf8 = Some(near.clone());
        }
        Ok(Some((piece, near)))
    }

    /// The text of a piece that begins like this.
    fn checked<'c>(&self, content: &'c [u8], begin: &str) -> Result<Cow<'c, str>, End> {
        let text = match std::str::from_utf8(content) {
            Err(error) if self.encoding == In::Utf8 => return Err(End::rdf4j(of_bytes(&content[error.valid_up_to()..]))),
            _ => String::from_utf8_lossy(content),
        };
        if let Some(byte) = content.iter().find(|byte| self.encoding == In::Ascii && !byte.is_ascii()) {
            return Err(End::rdf4j(format!("Byte \"{byte}\" is not a member of the (7-bit) ASCII character set.")));
        }
        if begin.is_empty() && text.contains("]]>") {
            let said =
                "The character sequence \"]]>\" must not appear in content unless used to mark the end of a CDATA section.";
            return Err(End::rdf4j(said));
        }
        of_characters(&text, begin).map_or(Ok(text), Err)
    }

    fn shown(&self, begin: &str) -> Vec<u8> {
        [begin.as_bytes(), &self.buffer[..self.buffer.len().min(SHOWN)]].concat()
    }

    /// Goes behind a piece, of which `length` bytes are in the file. What is around its content has no line ends in it.
    fn pass(&mut self, content: &[u8], length: usize) {
        let around = length.saturating_sub(content.len());
        let lines = memchr::memchr_iter(b'\n', content).count();
        let last = memchr::memrchr(b'\n', content).map_or(0, |end| end + 1);
        let columns = String::from_utf8_lossy(&content[last..]).chars().count();
        self.next.line += lines as u64;
        self.next.column = if lines == 0 { self.next.column + columns + around } else { 1 + columns + around.min(1) };
    }

    fn end(&self, error: Error) -> End {
        match error {
            _ if self.left.get() == 0 => End::TooMuch("A tag or a text is longer than 16 MiB"),
            Error::Io(error) => End::Io(io::Error::new(error.kind(), error)),
            Error::Syntax(_) => End::rdf4j("XML document structures must start and end within the same entity."),
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
                End::rdf4j("The string \"--\" is not permitted within comments.")
            }
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                unended(String::from_utf8_lossy(&self.buffer).trim_start_matches('&'))
            }
            error => End::Fault(error.to_string(), Provenance::Ours),
        }
    }
}

/// What Java's XML reader says of bytes that begin with some that are no UTF-8: which of them, of the character that the first one begins.
fn of_bytes(bytes: &[u8]) -> String {
    let length = match bytes.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF7) => 4,
        _ => 1,
    };
    // Some second bytes make another form of a shorter character, or half of a pair.
    let is_second = |byte: u8| std::str::from_utf8(&[&bytes[..1], &[byte, 0x80, 0x80][..length - 1]].concat()).is_ok();
    let is_next = |(at, byte): (usize, &u8)| if at == 1 { is_second(*byte) } else { (0x80..=0xBF).contains(byte) };
    let good = bytes.iter().enumerate().skip(1).take(length - 1).take_while(|next| is_next(*next)).count();
    let wrong = if length == 1 { 1 } else { good + 2 };
    format!("Invalid byte {wrong} of {length}-byte UTF-8 sequence.")
}

/// What is said of the first character that XML does not have, in a piece that begins like this.
fn of_characters(text: &str, begin: &str) -> Option<End> {
    let c = u32::from(text.chars().find(|c| !is_xml(*c))?);
    let said = |of: &str| format!("An invalid XML character (Unicode: 0x{c:x}) was found in the {of}.");
    Some(match begin {
        "" => End::rdf4j(said("element content of the document")),
        "<![CDATA[" => End::rdf4j(said("CDATA section")),
        "<!--" => End::rdf4j(said("comment")),
        _ => End::Fault(said("markup"), Provenance::Ours),
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A stream that fails when more is read of it than one piece may have.
struct Bounded<R> {
    input: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other("a piece of XML has no end"));
        }
        let room = buffer.len().min(left);
        let count = self.input.read(&mut buffer[..room])?;
        self.left.set(left - count);
        Ok(count)
    }
}
