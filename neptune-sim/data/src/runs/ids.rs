//! The ids of one file, collected in bounded memory.

use std::{fmt, io};

use super::{End, Entry, IdHash, Run};

/// The ids of the vertices of a file, or the ends of its edges. A file has one of them.
pub struct Ids<'s> {
    vertices: Vec<IdHash>,
    ends: Vec<End>,
    room: usize,
    take: Box<dyn FnMut(Run) -> io::Result<()> + Send + 's>,
    failure: Option<io::Error>,
}

impl<'s> Ids<'s> {
    /// Collects up to `room` bytes of hashes: 16 for a vertex, and 24 for an end. When they are full, they go to `take`, sorted and without what is
    /// there twice, and at the end the rest does. The memory in use may be twice that.
    pub fn new(room: usize, take: impl FnMut(Run) -> io::Result<()> + Send + 's) -> Self {
        Self { vertices: Vec::new(), ends: Vec::new(), room, take: Box::new(take), failure: None }
    }

    /// There is a vertex with this id.
    pub fn vertex(&mut self, id: IdHash) {
        self.vertices.push(id);
        if is_full(&mut self.vertices, self.room) {
            self.give();
        }
    }

    /// The edge in this record has this end.
    pub fn end(&mut self, id: IdHash, record: u64) {
        self.ends.push(End { id, record });
        if is_full(&mut self.ends, self.room) {
            self.give();
        }
    }

    /// Whether a run could not be given away, so that nothing more need be read.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Gives the rest away.
    ///
    /// # Errors
    /// The first one that `take` returned.
    pub fn finish(mut self) -> io::Result<()> {
        self.give();
        self.failure.map_or(Ok(()), Err)
    }

    fn give(&mut self) {
        let (vertices, ends) = (std::mem::take(&mut self.vertices), std::mem::take(&mut self.ends));
        if !vertices.is_empty() {
            self.give_run(Run::Vertices(sorted(vertices)));
        }
        if !ends.is_empty() {
            self.give_run(Run::Ends(sorted(ends)));
        }
    }

    fn give_run(&mut self, run: Run) {
        if self.failure.is_none() {
            self.failure = (self.take)(run).err();
        }
    }
}

impl fmt::Debug for Ids<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").field("vertices", &self.vertices.len()).field("ends", &self.ends.len()).finish_non_exhaustive()
    }
}

/// Whether they take up their room, even without what is there twice.
fn is_full<E: Entry>(entries: &mut Vec<E>, room: usize) -> bool {
    if entries.len() * E::BYTES < room {
        return false;
    }
    sort(entries);
    // Less than half would be gone through again soon.
    entries.len() * E::BYTES * 2 > room
}

fn sorted<E: Entry>(mut entries: Vec<E>) -> Vec<E> {
    sort(&mut entries);
    entries
}

/// Sorts them, and leaves out what is there twice.
fn sort<E: Entry>(entries: &mut Vec<E>) {
    entries.sort_unstable();
    entries.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(room: usize, ids: impl Iterator<Item = u128>) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut collected = Ids::new(room, |run| {
            runs.push(run);
            Ok(())
        });
        ids.for_each(|id| collected.vertex(IdHash(id)));
        collected.finish().unwrap();
        runs
    }

    #[test]
    fn the_ids_of_a_small_file_are_one_sorted_run() {
        assert_eq!(runs(1000, [3, 1, 2, 1].into_iter()), [Run::Vertices([1, 2, 3].map(IdHash).to_vec())]);
        assert_eq!(runs(1000, [].into_iter()), []);
    }

    #[test]
    fn no_run_is_larger_than_its_room_and_ids_that_come_again_take_none() {
        let lengths =
            |runs: Vec<Run>| runs.iter().map(|run| matches!(run, Run::Vertices(ids) if ids.len() <= 10)).collect::<Vec<_>>();
        assert_eq!(lengths(runs(160, 0..35)), [true; 4]);
        assert_eq!(lengths(runs(160, (0..1000).map(|id| id % 4))), [true]);
    }

    #[test]
    fn a_run_that_cannot_be_given_away_is_the_end() {
        let mut given = 0;
        let mut ids = Ids::new(32, |_| {
            given += 1;
            Err(io::Error::other("full"))
        });
        (0..20).for_each(|id| ids.end(IdHash(id), 1));
        assert!(ids.has_failed());
        assert_eq!(ids.finish().unwrap_err().to_string(), "full");
        assert_eq!(given, 1);
    }
}
