//! Maps and sets that grow a piece at a time.

use std::array;

/// How many shards there are. With more, looks at ids in any order take longer; with fewer, more room is there twice.
const SHARDS: usize = 16;
/// From where in a hash the number of its shard is taken. Sets choose their buckets by the lowest bits and the highest seven, and
/// [`ByHash`](crate::by_hash::ByHash) by the highest: there, all hashes of one shard would be alike.
const LOWEST_BIT: u32 = 32;

/// A map or a set in shards, each for the hashes with its number in them. While one grows, its old room and its new room are there at the same time:
/// for a value of [`ByHash`](crate::by_hash::ByHash), 42 bytes at most come to it then, where one map for all would take 60.
#[derive(Debug)]
pub(crate) struct Shards<T>([T; SHARDS]);

impl<T: Default> Default for Shards<T> {
    fn default() -> Self {
        Self(array::from_fn(|_| T::default()))
    }
}

impl<T> Shards<T> {
    /// The one that this hash belongs to.
    #[inline]
    pub(crate) fn of(&self, hash: u64) -> &T {
        &self.0[index(hash)]
    }

    /// The one that this hash belongs to.
    #[inline]
    pub(crate) fn of_mut(&mut self, hash: u64) -> &mut T {
        &mut self.0[index(hash)]
    }

    /// What all of them come to.
    pub(crate) fn sum(&self, of_one: impl FnMut(&T) -> usize) -> usize {
        self.0.iter().map(of_one).sum()
    }
}

#[inline]
fn index(hash: u64) -> usize {
    (hash >> LOWEST_BIT) as usize % SHARDS
}
