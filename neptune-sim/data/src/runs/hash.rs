//! What an id is known by in every process.

use std::fmt;
use std::num::NonZero;

use sha2::{Digest, Sha256};

/// The first 128 bits of the SHA-256 of an id and its space. Every process gives the same, and a file can't be made to have two ids with one hash.
/// An end without a vertex passes for one with a vertex if its hash is a vertex's by chance: among 10^12 vertices and 10^12 such ends, that happens
/// to one with a probability of 3 in 10^15. No other answer can be false.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdHash(pub(super) u128);

impl IdHash {
    /// What an id is known by in its space; the empty space is none.
    pub fn of(space: &str, id: &[u8]) -> Self {
        // The length keeps the space and the id apart.
        let digest =
            Sha256::new().chain_update((space.len() as u64).to_be_bytes()).chain_update(space).chain_update(id).finalize();
        let first = digest.first_chunk().expect("SHA-256 has 32 bytes");
        Self(u128::from_be_bytes(*first))
    }

    /// In which of so many equal ranges it is, from 0.
    pub fn range(self, ranges: NonZero<u16>) -> u16 {
        let place = ((self.0 >> 64) * u128::from(ranges.get())) >> 64;
        u16::try_from(place).expect("it is less than the number of ranges")
    }
}

impl fmt::Debug for IdHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_in_every_process() {
        // `printf '\0\0\0\0\0\0\0\0v1' | sha256sum`
        assert_eq!(format!("{:?}", IdHash::of("", b"v1")), "d32809dc75bf1e9177c91fc64ff17d58");
    }

    #[test]
    fn a_space_is_no_part_of_an_id() {
        let all = [("", "ab"), ("a", "b"), ("ab", ""), ("b", "a")].map(|(space, id)| IdHash::of(space, id.as_bytes()));
        assert!(all.iter().enumerate().all(|(place, hash)| !all[..place].contains(hash)), "{all:?}");
    }

    #[test]
    fn ranges_are_in_the_order_of_the_hashes() {
        let ranges = NonZero::new(3).unwrap();
        let third = u128::MAX / 3;
        let of = |hash| IdHash(hash).range(ranges);
        assert_eq!([of(0), of(third - 1), of(third + (1 << 64)), of(u128::MAX)], [0, 0, 1, 2]);
    }
}
