//! A map whose keys are hashes.

/// How many values a line has room for.
const WIDTH: usize = 4;
/// The key of a place that is free. A hash that is this is taken for the next one.
const FREE: u64 = 0;

/// Values of eight bytes by hashes of 64 bits, which are all that it knows of their keys. A hash and its value are side by side,
/// in a line of the processor's caches with others: for one value, memory that is far away is hardly ever looked at twice. Four
/// to eight tenths of the room are in use, so that a value takes 40 bytes at most.
#[derive(Debug, Default)]
pub(crate) struct ByHash<V> {
    /// Each value is in the line that its hash gives, or in the first one behind it that has room. The room of a line is used from
    /// its beginning.
    lines: Vec<Line<V>>,
    used: usize,
}

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line<V>([(u64, V); WIDTH]);

impl<V: Copy + Default> ByHash<V> {
    /// Whether there is a value.
    #[inline]
    pub(crate) fn contains(&self, hash: u64) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        let (line, place) = self.find(hash);
        self.lines[line].0[place].0 != FREE
    }

    /// The value, and whether it was put there now.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, hash: u64, value: V) -> (&mut V, bool) {
        if self.used * 5 >= self.lines.len() * WIDTH * 4 {
            self.grow();
        }
        let (line, place) = self.find(hash);
        let entry = &mut self.lines[line].0[place];
        let is_new = entry.0 == FREE;
        if is_new {
            *entry = (hash.max(FREE + 1), value);
            self.used += 1;
        }
        (&mut entry.1, is_new)
    }

    /// Reads where a value may be, and returns what nobody needs. What it reads is in the caches then.
    #[inline]
    pub(crate) fn look_at(&self, hash: u64) -> u64 {
        self.lines.get(self.line(hash)).map_or(FREE, |line| line.0[0].0)
    }

    /// How much memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.lines.capacity() * size_of::<Line<V>>()
    }

    /// The line that a hash gives. The higher the hash, the higher the line.
    #[inline]
    fn line(&self, hash: u64) -> usize {
        let line = (u128::from(hash) * self.lines.len() as u128) >> u64::BITS;
        usize::try_from(line).expect("it is below the number of lines")
    }

    /// The line and the place in it that have this hash; if none has it, those where it belongs, which are free.
    #[inline]
    fn find(&self, hash: u64) -> (usize, usize) {
        let (mut line, hash) = (self.line(hash), hash.max(FREE + 1));
        loop {
            let found = self.lines[line].0.iter().position(|(known, _)| *known == hash || *known == FREE);
            if let Some(place) = found {
                return (line, place);
            }
            line += 1;
            if line == self.lines.len() {
                line = 0;
            }
        }
    }

    /// Twice as many lines. Values keep their order but for few, so that the old lines and the new ones are gone through once each.
    #[cold]
    fn grow(&mut self) {
        let length = (self.lines.len() * 2).max(2);
        let old = std::mem::replace(&mut self.lines, vec![Line::default(); length]);
        for (hash, value) in old.into_iter().flat_map(|line| line.0) {
            if hash != FREE {
                let (line, place) = self.find(hash);
                self.lines[line].0[place] = (hash, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_takes_40_bytes_at_most() {
        let mut map = ByHash::default();
        for number in 1..100_000_u64 {
            map.get_or_insert(number.wrapping_mul(0x9E37_79B9_7F4A_7C15), number);
            assert!(map.bytes() as u64 <= 40 * number.max(4), "{} {number}", map.bytes());
        }
    }

    /// Low and high ones, many of which give the same line: the last one, too, behind which is the first.
    fn hash() -> impl Strategy<Value = u64> {
        prop_oneof![0..9_u64, u64::MAX - 9..=u64::MAX, any::<u64>()]
    }

    proptest! {
        #[test]
        fn it_has_what_was_put_there(hashes in prop::collection::vec(hash(), 0..200)) {
            let (mut map, mut known) = (ByHash::default(), HashMap::new());
            for (value, hash) in (1..).zip(hashes) {
                prop_assert_eq!(map.contains(hash), known.contains_key(&hash.max(1)));
                let is_new = !known.contains_key(&hash.max(1));
                let mut expected = *known.entry(hash.max(1)).or_insert(value);
                prop_assert_eq!(map.get_or_insert(hash, value), (&mut expected, is_new));
            }
            for (hash, mut value) in known {
                prop_assert_eq!(map.get_or_insert(hash, 0), (&mut value, false));
            }
        }
    }
}
