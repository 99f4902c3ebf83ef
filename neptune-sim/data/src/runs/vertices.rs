//! The vertices of a range, and the ends that have none.

use super::{BadRun, End, IdHash};

/// The ids of the vertices of all files, as far as they are in one range of hashes.
#[derive(Debug)]
pub struct Vertices {
    ids: Vec<IdHash>,
    /// How many of them are sorted and there once.
    sorted: usize,
    room: usize,
}

/// There are more ids than there is room for. With more ranges, each has fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {room} ids in this range")]
pub struct NoRoom {
    /// How many there is room for.
    pub room: usize,
}

impl Vertices {
    /// Room for so many ids, 16 bytes each.
    pub fn with_room_for(room: usize) -> Self {
        Self { ids: Vec::new(), sorted: 0, room }
    }

    /// Adds an id.
    ///
    /// # Errors
    /// [`NoRoom`]
    pub fn add(&mut self, id: IdHash) -> Result<(), NoRoom> {
        if self.ids.len() >= self.room {
            self.sort();
        }
        if self.ids.len() >= self.room {
            return Err(NoRoom { room: self.room });
        }
        if self.ids.len() == self.ids.capacity() {
            // Never more than there is room for, which doubling would allow.
            let more = self.ids.len().max(1024).min(self.room - self.ids.len());
            self.ids.reserve_exact(more);
        }
        self.ids.push(id);
        Ok(())
    }

    /// How many there are.
    pub fn count(&mut self) -> usize {
        self.sort();
        self.ids.len()
    }

    /// Gives each end of a run to `take` that has no vertex.
    ///
    /// # Errors
    /// [`BadRun`] of the run.
    pub fn missing(
        &mut self,
        ends: impl Iterator<Item = Result<End, BadRun>>,
        mut take: impl FnMut(End),
    ) -> Result<(), BadRun> {
        self.sort();
        let mut rest = &self.ids[..];
        for end in ends {
            let end = end?;
            rest = behind(rest, end.id);
            if rest.first() != Some(&end.id) {
                take(end);
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        if self.sorted < self.ids.len() {
            self.ids.sort_unstable();
            self.ids.dedup();
            self.sorted = self.ids.len();
        }
    }
}

/// The ids from this one on. It looks near the beginning first: a run of many ends passes each part once.
fn behind(ids: &[IdHash], id: IdHash) -> &[IdHash] {
    let mut step = 1;
    while ids.get(step).is_some_and(|far| *far < id) {
        step *= 2;
    }
    let start = step / 2;
    let end = ids.len().min(step + 1);
    let start = start.min(end);
    &ids[start + ids[start..end].partition_point(|other| *other < id)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_come_again_take_no_room_and_others_are_refused() {
        let mut vertices = Vertices::with_room_for(3);
        for id in [1, 2, 1, 2, 1, 3] {
            vertices.add(IdHash(id)).unwrap();
        }
        assert_eq!(vertices.add(IdHash(4)), Err(NoRoom { room: 3 }));
        assert_eq!(vertices.count(), 3);
    }
}
