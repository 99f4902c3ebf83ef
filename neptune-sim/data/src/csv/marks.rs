//! The places of delimiters, line ends and quotes.

/// The highest byte that is looked for if delimiters are.
pub(super) const WITH_DELIMITERS: u8 = b',';
/// The highest one if they are not.
pub(super) const WITHOUT_DELIMITERS: u8 = b'"';

/// How many bytes are looked at at once.
const STEP: usize = size_of::<u64>();
/// The high bit of each byte.
const HIGH: u64 = u64::from_ne_bytes([0x80; STEP]);

/// Finds each `"` and LF, and each `,` if it is not higher than `HIGHEST`. A cell has few bytes: to look at eight at once, and to keep what was seen, takes half the time of a search for
/// each mark.
#[derive(Clone, Debug)]
pub(super) struct Marks<'a, const HIGHEST: u8> {
    bytes: &'a [u8],
    /// Where the bytes begin that are being looked at.
    at: usize,
    /// Those bytes.
    word: u64,
    /// The high bit of each of them that is low enough for a mark and was not given yet.
    low: u64,
}

impl<'a, const HIGHEST: u8> Marks<'a, HIGHEST> {
    /// Those from this place on.
    pub(super) fn new(bytes: &'a [u8], from: usize) -> Self {
        let word = word(bytes, from);
        Self { bytes, at: from, word, low: low_bytes::<HIGHEST>(word) }
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
                self.word = word(self.bytes, self.at);
                self.low = low_bytes::<HIGHEST>(self.word);
            }
            let place = self.low.trailing_zeros() / 8;
            self.low &= self.low - 1;
            let [byte, ..] = (self.word >> (8 * place)).to_le_bytes();
            if matches!(byte, b',' | b'"' | b'\n') {
                return Some((self.at + place as usize, byte));
            }
        }
    }
}

/// The bytes from here on.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    rest.first_chunk().map_or_else(|| last(rest), |chunk| u64::from_le_bytes(*chunk))
}

/// The high bit of each byte that is low enough for a mark. Blanks and a few signs are, too.
#[inline]
fn low_bytes<const HIGHEST: u8>(word: u64) -> u64 {
    let above = u64::from_ne_bytes([HIGHEST + 1; STEP]);
    // No byte borrows from the next one, because its high bit is set.
    !(((word | HIGH) - above) | word) & HIGH
}

/// The last bytes, and behind them some that are no marks.
#[cold]
fn last(rest: &[u8]) -> u64 {
    let mut chunk = [0xff; STEP];
    chunk[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(chunk)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mark_is_found(bytes in prop::collection::vec(any::<u8>(), 0..40), from in 0..40_usize) {
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
