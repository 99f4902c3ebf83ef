//! In which encoding a document is. Java's XML reader goes by a byte order mark, and then by the declaration. What it says of each encoding was
//! seen by giving it such documents.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use quick_xml::Reader;
use quick_xml::events::Event;

/// How much of a document is looked at for its declaration.
const START: u64 = 512;
const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// In which encoding a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum In {
    Utf8,
    Ascii,
    /// One of those that are read. What is read of the document is UTF-8.
    Another(&'static Encoding),
    /// One that is not known here. Java may know it. The document is read as UTF-8.
    Unknown,
}

impl In {
    /// Looks at the beginning of a document, behind a byte order mark of UTF-8.
    fn of(start: &[u8]) -> Self {
        match start {
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => Self::Another(UTF_16LE),
            [0xFE, 0xFF, ..] | [0, b'<', ..] => Self::Another(UTF_16BE),
            _ => declared(start).map_or(Self::Utf8, |name| Self::named(&name)),
        }
    }

    fn named(name: &[u8]) -> Self {
        match name.to_ascii_lowercase().as_slice() {
            b"utf-8" | b"utf8" => Self::Utf8,
            b"us-ascii" | b"ascii" => Self::Ascii,
            // Its letters have a byte each, or there would be no declaration to be read.
            name if name.starts_with(b"utf-16") => Self::Utf8,
            // To this library, Latin-1 is Windows-1252, which has letters where Latin-1 has control characters.
            name => Encoding::for_label_no_replacement(name).map_or(Self::Unknown, Self::Another),
        }
    }
}

/// The encoding that a declaration names.
fn declared(start: &[u8]) -> Option<Vec<u8>> {
    let Ok(Event::Decl(declaration)) = Reader::from_reader(start).read_event() else { return None };
    Some(declaration.encoding()?.ok()?.into_owned())
}

/// A document in UTF-8, and what it is in.
pub(super) fn decoded<R: Read>(mut input: R) -> io::Result<(In, impl Read + use<R>)> {
    let mut start = Vec::new();
    input.by_ref().take(START).read_to_end(&mut start)?;
    // RDF4J skips it.
    if start.starts_with(UTF_8_MARK) {
        start.drain(..UTF_8_MARK.len());
    }
    let encoding = In::of(&start);
    let another = if let In::Another(encoding) = encoding { Some(encoding) } else { None };
    let document = io::Cursor::new(start).chain(input);
    Ok((encoding, DecodeReaderBytesBuilder::new().encoding(another).bom_sniffing(false).build(document)))
}
