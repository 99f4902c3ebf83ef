//! Sorted hashes as bytes.
//!
//! A file of a run is: `NEPTRUN1`; `V` or `E` for vertices or ends; the length of the name, 4 bytes; the name of the file that the ids are in; entries of
//! 16 bytes (a hash) or 24 (a hash and the number of a record), all numbers with the highest byte first.

use std::num::NonZero;

use super::IdHash;

/// How a file of a run begins.
pub(super) const MARK: &[u8; 8] = b"NEPTRUN1";

/// An end of an edge, and the record of the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// What its id is known by.
    pub id: IdHash,
    /// The row of the edge, from 1.
    pub record: u64,
}

/// Something that a run has.
pub trait Entry: Copy + Ord {
    /// How many bytes it takes.
    const BYTES: usize;
    /// The letter in the head of a run.
    const LETTER: u8;
    /// What it is sorted by first.
    fn id(self) -> IdHash;
    /// Appends its bytes.
    fn write(self, bytes: &mut Vec<u8>);
    /// From as many bytes as it takes.
    fn read(bytes: &[u8]) -> Self;
}

impl Entry for IdHash {
    const BYTES: usize = 16;
    const LETTER: u8 = b'V';

    fn id(self) -> IdHash {
        self
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self(u128::from_be_bytes(*bytes.first_chunk().expect("an entry has as many bytes")))
    }
}

impl Entry for End {
    const BYTES: usize = 24;
    const LETTER: u8 = b'E';

    fn id(self) -> IdHash {
        self.id
    }

    fn write(self, bytes: &mut Vec<u8>) {
        self.id.write(bytes);
        bytes.extend(self.record.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        let record = u64::from_be_bytes(*bytes.last_chunk().expect("an entry has as many bytes"));
        Self { id: IdHash::read(bytes), record }
    }
}

/// Sorted entries, none of them twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Ids of vertices.
    Vertices(Vec<IdHash>),
    /// Ends of edges.
    Ends(Vec<End>),
}

impl Run {
    /// The bytes for each range that has an entry, with the range. `name` is that of the file that the ids are in.
    pub fn split(&self, ranges: NonZero<u16>, name: &str) -> Vec<(u16, Vec<u8>)> {
        match self {
            Self::Vertices(ids) => split(ids, ranges, name),
            Self::Ends(ends) => split(ends, ranges, name),
        }
    }
}

fn split<E: Entry>(entries: &[E], ranges: NonZero<u16>, name: &str) -> Vec<(u16, Vec<u8>)> {
    let range = |entry: &E| entry.id().range(ranges);
    entries.chunk_by(|one, other| range(one) == range(other)).map(|chunk| (range(&chunk[0]), file(chunk, name))).collect()
}

fn file<E: Entry>(entries: &[E], name: &str) -> Vec<u8> {
    let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(MARK.len() + 5 + name.len() + entries.len() * E::BYTES);
    bytes.extend(MARK);
    bytes.push(E::LETTER);
    bytes.extend(length.to_be_bytes());
    bytes.extend(name.as_bytes());
    for entry in entries {
        entry.write(&mut bytes);
    }
    bytes
}
