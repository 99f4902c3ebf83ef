//! The places of delimiters, line ends and quotes.

/// The highest byte that is looked for if delimiters are.
pub(super) const WITH_DELIMITERS: u8 = b',';
/// The highest one if they are not.
pub(super) const WITHOUT_DELIMITERS: u8 = b'"';

/// How many bytes are looked at at once: each is a bit of what is kept of them.
const STEP: usize = u64::BITS as usize;
/// So many bytes are a number.
const WORD: usize = size_of::<u64>();
/// The high bit of each byte of a number.
const HIGH: u64 = u64::from_ne_bytes([0x80; WORD]);

/// Finds each `"` and LF, and each `,` if it is not higher than `HIGHEST`. A cell has few bytes: to look at many at once, and to keep what was seen,
/// takes less than half the time of a search for each mark.
#[derive(Clone, Debug)]
pub(super) struct Marks<'a, const HIGHEST: u8> {
    bytes: &'a [u8],
    /// Where the bytes begin that are being looked at.
    at: usize,
    /// A bit for each of them that is low enough for a mark and was not given yet, the lowest for the first.
    low: u64,
}

impl<'a, const HIGHEST: u8> Marks<'a, HIGHEST> {
    /// Those from this place on.
    pub(super) fn new(bytes: &'a [u8], from: usize) -> Self {
        Self { bytes, at: from, low: low_from::<HIGHEST>(bytes, from) }
    }

    /// The place and the byte of the next one.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            while self.low == 0 {
                self.at += STEP;
                if self.at >= self.bytes.len() {
                    return None;
                }
                self.low = low_from::<HIGHEST>(self.bytes, self.at);
            }
            let place = self.at + self.low.trailing_zeros() as usize;
            self.low &= self.low - 1;
            let byte = self.bytes[place];
            if matches!(byte, b',' | b'"' | b'\n') {
                return Some((place, byte));
            }
        }
    }
}

/// A bit for each of the bytes from here on that is low enough for a mark.
#[inline]
fn low_from<const HIGHEST: u8>(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    rest.first_chunk().map_or_else(|| low_of_last::<HIGHEST>(rest), low_of::<HIGHEST>)
}

/// The last bytes, and behind them some that are no marks.
#[cold]
fn low_of_last<const HIGHEST: u8>(rest: &[u8]) -> u64 {
    let mut chunk = [0xff; STEP];
    chunk[..rest.len()].copy_from_slice(rest);
    low_of::<HIGHEST>(&chunk)
}

#[inline]
fn low_of<const HIGHEST: u8>(chunk: &[u8; STEP]) -> u64 {
    let (words, _) = chunk.as_chunks::<WORD>();
    words.iter().rev().fold(0, |bits, word| bits << WORD | low_of_word::<HIGHEST>(u64::from_le_bytes(*word)))
}

/// Of eight bytes. Blanks and a few signs are low enough, too.
#[inline]
fn low_of_word<const HIGHEST: u8>(word: u64) -> u64 {
    let above = u64::from_ne_bytes([HIGHEST + 1; WORD]);
    // No byte borrows from the next one, because its high bit is set.
    let high_bits = !(((word | HIGH) - above) | word) & HIGH;
    // Each factor moves one of these bits to its place among the highest eight, and none is carried to another.
    (high_bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> (u64::BITS as usize - WORD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mark_is_found(bytes in prop::collection::vec(any::<u8>(), 0..200), from in 0..200_usize) {
            let from = from.min(bytes.len());
            let expected = |marks: &[u8]| -> Vec<_> {
                (from..bytes.len()).filter(|at| marks.contains(&bytes[*at])).map(|at| (at, bytes[at])).collect()
            };
            let mut marks = Marks::<WITH_DELIMITERS>::new(&bytes, from);
            prop_assert_eq!(std::iter::from_fn(|| marks.next()).collect::<Vec<_>>(), expected(b",\"\n"));
            let mut marks = Marks::<WITHOUT_DELIMITERS>::new(&bytes, from);
            prop_assert_eq!(std::iter::from_fn(|| marks.next()).collect::<Vec<_>>(), expected(b"\"\n"));
        }
    }
}
