//! Runs as they are read again.

use std::io::{self, Read};

use super::run::MARK;
use super::{End, Entry, IdHash};

/// How long the name of a file may be, in bytes: a key of S3 has 1024 at most.
const MAX_NAME: u32 = 4096;

/// Why a file is no run.
#[derive(Debug, thiserror::Error)]
pub enum BadRun {
    /// It does not begin as one.
    #[error("it does not begin as a run of ids")]
    NoRun,
    /// Its entries are not sorted, or it ends within one.
    #[error("it is cut off or damaged")]
    Damaged,
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A run that is read.
#[derive(Debug)]
pub struct RunReader<R> {
    /// The name of the file that the ids are in.
    pub name: String,
    /// What is in it.
    pub entries: Entries<R>,
}

/// The entries of a run.
#[derive(Debug)]
pub enum Entries<R> {
    /// Ids of vertices.
    Vertices(Sorted<R, IdHash>),
    /// Ends of edges.
    Ends(Sorted<R, End>),
}

impl<R: Read> RunReader<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// [`BadRun`]
    pub fn open(mut input: R) -> Result<Self, BadRun> {
        let head: [u8; 13] = exactly(&mut input)?;
        let [mark @ .., letter, a, b, c, d] = head;
        let length = u32::from_be_bytes([a, b, c, d]);
        if mark != *MARK || length > MAX_NAME {
            return Err(BadRun::NoRun);
        }
        let mut name = vec![0; length as usize];
        input.read_exact(&mut name).map_err(cut_off)?;
        let name = String::from_utf8(name).map_err(|_| BadRun::NoRun)?;
        let entries = match letter {
            b'V' => Entries::Vertices(Sorted { input, last: None }),
            b'E' => Entries::Ends(Sorted { input, last: None }),
            _ => return Err(BadRun::NoRun),
        };
        Ok(Self { name, entries })
    }
}

/// Entries of one kind, whose order is checked as they come. Give it a reader with a buffer.
#[derive(Debug)]
pub struct Sorted<R, E> {
    input: R,
    last: Option<E>,
}

impl<R: Read, E: Entry> Iterator for Sorted<R, E> {
    type Item = Result<E, BadRun>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().transpose()
    }
}

impl<R: Read, E: Entry> Sorted<R, E> {
    fn entry(&mut self) -> Result<Option<E>, BadRun> {
        let mut bytes = [0; 24];
        let bytes = &mut bytes[..E::BYTES];
        if self.input.read(&mut bytes[..1])? == 0 {
            return Ok(None);
        }
        self.input.read_exact(&mut bytes[1..]).map_err(cut_off)?;
        let entry = E::read(bytes);
        if self.last.replace(entry).is_some_and(|last| last >= entry) {
            return Err(BadRun::Damaged);
        }
        Ok(Some(entry))
    }
}

fn exactly<const N: usize>(input: &mut impl Read) -> Result<[u8; N], BadRun> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(cut_off)?;
    Ok(bytes)
}

fn cut_off(error: io::Error) -> BadRun {
    if error.kind() == io::ErrorKind::UnexpectedEof { BadRun::Damaged } else { BadRun::Io(error) }
}
