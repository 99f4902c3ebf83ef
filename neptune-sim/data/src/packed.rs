//! Compressed files. The user guide: a file that is compressed with gzip or bzip2 has a name that ends with `.gz` or `.bz2`, and holds one text;
//! archives are not supported. So the name says whether Neptune unpacks a file, and the content whether that can be done. Where they disagree, a
//! load would fail, and the file is refused here with what helps. The header `Content-Encoding` counts for nothing: the user guide does not name
//! it, and many S3 servers lose it.

use std::io::{self, Chain, Cursor, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;

/// How much is looked at to see what a file is: the mark of tar ends at byte 262.
const START: u64 = 512;

/// A way of compressing one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip. Members that follow one another are one text.
    Gzip,
    /// bzip2. Streams that follow one another are one text.
    Bzip2,
}

/// Why there is no text in a file. It is what an [`io::Error`] of [`unpacked`] and of its reader holds if the file is at fault, and not the
/// stream that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    /// It is compressed, and its name does not say so.
    #[error("it is compressed with {0}, and Neptune does not unpack it, because its name does not end with `{ending}`: rename it", ending = .0.ending())]
    OtherName(Packing),
    /// It is not compressed as its name says.
    #[error("its name ends with `{ending}`, and it is not compressed with {0}: compress it, or rename it (a client of S3 may have unpacked it on the way, because of its Content-Encoding)", ending = .0.ending())]
    NotPacked(Packing),
    /// It is of a kind that no load takes.
    #[error("it is {0}, which no load takes: {1}")]
    OtherKind(&'static str, &'static str),
    /// It is cut off or damaged.
    #[error("what {0} packed in it is cut off or damaged: compress it and upload it again")]
    Damaged(Packing),
}

/// How files begin that are no texts: where the mark is, the mark, what the file is, what helps. Some marks are letters, with which a text may
/// begin, too; so they count only where there is something else in the file that is no text.
const OTHER_KINDS: [(usize, &[u8], &str, &str); 33] = [
    (257, b"ustar", "a tar archive", TAR_REMEDY),
    (0, b"PK\x03\x04", "a zip archive", ZIP_REMEDY),
    (0, b"PK\x05\x06", "an empty zip archive", ZIP_REMEDY),
    (0, b"7z\xBC\xAF\x27\x1C", "a 7z archive", ZIP_REMEDY),
    (0, b"Rar!\x1A\x07", "a RAR archive", ZIP_REMEDY),
    (0, b"\x28\xB5\x2F\xFD", "compressed with zstd", PACK_REMEDY),
    (0, b"\xFD7zXZ\0", "compressed with xz", PACK_REMEDY),
    (0, b"\x04\x22\x4D\x18", "compressed with lz4", PACK_REMEDY),
    (0, b"\xFF\x06\0\0sNaPpY", "compressed with Snappy", PACK_REMEDY),
    (0, b"\x1F\x9D", "compressed with compress", PACK_REMEDY),
    (0, b"PAR1", "a Parquet file", TEXT_REMEDY),
    (0, b"ORC", "an ORC file", TEXT_REMEDY),
    (0, b"Obj\x01", "an Avro file", TEXT_REMEDY),
    (0, b"ARROW1\0", "an Arrow file", TEXT_REMEDY),
    (0, b"SEQ\x06", "a SequenceFile of Hadoop", TEXT_REMEDY),
    (0, b"SQLite format 3\0", "a database of SQLite", TEXT_REMEDY),
    (0, b"PGDMP", "a dump of PostgreSQL", TEXT_REMEDY),
    (0, b"DZV1", "a dump of Neo4j", NEO4J_REMEDY),
    (0, b"DGV1", "a dump of Neo4j", NEO4J_REMEDY),
    (0, b"$HDT", "an HDT file", "convert it to N-Triples (hdt2rdf)"),
    (0, b"BRDF", "a binary RDF file of RDF4J", "convert it to N-Quads"),
    (0, b"\xD0\xCF\x11\xE0", "a workbook of an old Excel, or another file of Office", "save it as CSV UTF-8"),
    (0, b"%PDF-", "a PDF file", TEXT_REMEDY),
    (0, b"\x89LZO\0", "compressed with LZO", PACK_REMEDY),
    (0, b"FEA1", "a Feather file", TEXT_REMEDY),
    (0, b"\x89HDF\r\n", "an HDF5 file", TEXT_REMEDY),
    (8, b"DUCK", "a database of DuckDB", TEXT_REMEDY),
    (0, b"\x93NUMPY", "an array of NumPy", TEXT_REMEDY),
    (0, b"\x80\x04\x95", "a pickle of Python", TEXT_REMEDY),
    (0, b"\x80\x05\x95", "a pickle of Python", TEXT_REMEDY),
    (0, b"\xE0\x01\x00\xEA", "a file of Amazon Ion", TEXT_REMEDY),
    (0, b"\x89PNG\r\n", "a picture", PICTURE_REMEDY),
    (0, b"\xFF\xD8\xFF", "a picture", PICTURE_REMEDY),
];
const TAR_REMEDY: &str = "unpack it with `tar -xf`, and upload its files one by one";
const ZIP_REMEDY: &str = "unpack it, and upload its files one by one";
const PACK_REMEDY: &str = "compress it with gzip or bzip2";
const TEXT_REMEDY: &str = "export it as text";
const PICTURE_REMEDY: &str = "put it elsewhere, because a load reads every file under its source";
const NEO4J_REMEDY: &str = "load it into Neo4j, and export CSV (AWS's tool neo4j-to-neptune converts what APOC writes)";
/// How files are named that programs of Hadoop compress in pieces without a mark.
const PACKED_NAMES: [(&str, &str); 4] = [
    (".snappy", "compressed with Snappy by its name"),
    (".lz4", "compressed with lz4 by its name"),
    (".lzo", "compressed with LZO by its name"),
    (".deflate", "compressed with DEFLATE by its name"),
];
/// How names of tar archives end.
const TAR_NAMES: [&str; 5] = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"];

/// The text of a file, unpacked as it is read, so that memory does not depend on how much it is. Without a name, as of standard input, the
/// content alone decides.
///
/// ```
/// use std::io::Read as _;
///
/// let mut text = String::new();
/// neptune_data::unpacked(&b"~id\nv1\n"[..], Some("people.csv")).unwrap().read_to_string(&mut text).unwrap();
/// assert_eq!(text, "~id\nv1\n");
/// ```
///
/// # Errors
/// The stream cannot be read, or the error holds [`NoText`]. Data that are damaged further on are an error of the reader that is returned.
pub fn unpacked<R: Read>(input: R, name: Option<&str>) -> io::Result<impl Read + use<R>> {
    let (start, input) = begin(Source { input, has_failed: false })?;
    let packing = Packing::of_content(&start);
    let layer = match packing {
        None => Layer::None(input),
        Some(Packing::Gzip) => Layer::Gzip(MultiGzDecoder::new(input)),
        Some(Packing::Bzip2) => Layer::Bzip2(MultiBzDecoder::new(input)),
    };
    let (start, text) = begin(layer)?;
    check(&start, packing, name).map_err(NoText::into_error)?;
    Ok(text)
}

/// Fails for a file that no load takes.
fn check(start: &[u8], packing: Option<Packing>, name: Option<&str>) -> Result<(), NoText> {
    if name.is_some_and(|name| TAR_NAMES.iter().any(|ending| name.ends_with(ending))) {
        return Err(NoText::OtherKind("a tar archive by its name", TAR_REMEDY));
    }
    let begins = |at: usize, mark: &[u8]| start.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if begins(0, b"PK") && memchr::memmem::find(start, b"[Content_Types].xml").is_some() {
        return Err(NoText::OtherKind("a document of Office, such as a workbook of Excel", "save it as CSV UTF-8"));
    }
    if !is_text(start) {
        if let Some(&(_, _, kind, remedy)) = OTHER_KINDS.iter().find(|(at, mark, ..)| begins(*at, mark)) {
            return Err(NoText::OtherKind(kind, remedy));
        }
        let is_named = |ending: &str| name.is_some_and(|name| name.ends_with(ending));
        if let Some((_, kind)) = PACKED_NAMES.iter().find(|(ending, _)| is_named(ending)) {
            return Err(NoText::OtherKind(kind, PACK_REMEDY));
        }
    }
    if packing.is_some() && Packing::of_content(start).is_some() {
        return Err(NoText::OtherKind("compressed twice", "unpack it once"));
    }
    match (packing, name.map(Packing::of_name)) {
        (Some(packing), Some(named)) if named != Some(packing) => Err(NoText::OtherName(packing)),
        (None, Some(Some(named))) => Err(NoText::NotPacked(named)),
        _ => Ok(()),
    }
}

/// Whether the first bytes of a file may be a text: UTF-8, and no control characters but those that end lines and separate cells.
fn is_text(start: &[u8]) -> bool {
    let is_odd = |byte: &u8| byte.is_ascii_control() && !matches!(byte, 1..=3 | b'\t' | b'\n' | b'\r');
    // The last character may be cut off.
    let is_utf8 = std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !start.iter().any(is_odd)
}

impl Packing {
    fn of_content(start: &[u8]) -> Option<Self> {
        match start {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            _ => None,
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Gzip, Self::Bzip2].into_iter().find(|packing| name.ends_with(packing.ending()))
    }

    /// How names of such files end.
    fn ending(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Bzip2 => ".bz2",
        }
    }
}

impl std::fmt::Display for Packing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
        })
    }
}

impl NoText {
    fn into_error(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }
}

/// A stream that has given its first bytes away, and gives them again.
type Again<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes of a stream, and the stream with them.
fn begin<R: Read>(mut input: R) -> io::Result<(Vec<u8>, Again<R>)> {
    let mut start = Vec::new();
    input.by_ref().take(START).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(input)))
}

/// A stream that knows whether it has failed, so that its errors are not taken for those of what is in it.
struct Source<R> {
    input: R,
    has_failed: bool,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer);
        self.has_failed = read.is_err();
        read
    }
}

enum Layer<R> {
    None(Again<Source<R>>),
    Gzip(MultiGzDecoder<Again<Source<R>>>),
    Bzip2(MultiBzDecoder<Again<Source<R>>>),
}

impl<R: Read> Read for Layer<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (read, input, packing) = match self {
            Self::None(input) => return input.read(buffer),
            Self::Gzip(decoder) => (decoder.read(buffer), decoder.get_ref(), Packing::Gzip),
            Self::Bzip2(decoder) => (decoder.read(buffer), decoder.get_ref(), Packing::Bzip2),
        };
        let has_failed = input.get_ref().1.has_failed;
        read.map_err(|error| if has_failed { error } else { NoText::Damaged(packing).into_error() })
    }
}
