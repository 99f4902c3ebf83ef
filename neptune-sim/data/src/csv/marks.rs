//! The places of delimiters, line ends and quotes.

/// How many bytes are looked at at once.
const STEP: usize = size_of::<u64>();
/// The high bit of each byte.
const HIGH: u64 = u64::from_ne_bytes([0x80; STEP]);
/// No mark is this byte or a higher one; blanks and a few signs are lower, and no marks.
const ABOVE: u64 = u64::from_ne_bytes([b',' + 1; STEP]);

/// Finds each `,`, `"` and LF. A cell has few bytes: to look at eight at once, and to keep what was seen, takes half the time of a search for
/// each mark.
#[derive(Clone, Debug)]
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    /// Where the bytes begin that are being looked at.
    at: usize,
    /// The high bit of each of them that is low enough for a mark and was not given yet.
    low: u64,
}

impl<'a> Marks<'a> {
    /// Those from this place on.
    pub(super) fn new(bytes: &'a [u8], from: usize) -> Self {
        Self { bytes, at: from, low: low_bytes(bytes, from) }
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
                self.low = low_bytes(self.bytes, self.at);
            }
            let at = self.at + self.low.trailing_zeros() as usize / 8;
            self.low &= self.low - 1;
            let byte = self.bytes[at];
            if matches!(byte, b',' | b'"' | b'\n') {
                return Some((at, byte));
            }
        }
    }
}

/// The high bit of each byte from here on that is low enough for a mark.
#[inline]
fn low_bytes(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    let word = rest.first_chunk().map_or_else(|| last(rest), |chunk| u64::from_le_bytes(*chunk));
    // No byte borrows from the next one, because its high bit is set.
    !(((word | HIGH) - ABOVE) | word) & HIGH
}

/// The last bytes, and behind them some that are no marks.
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
            let is_mark = |byte: u8| [b',', b'"', b'\n'].contains(&byte);
            let expected: Vec<_> = (from..bytes.len()).filter(|at| is_mark(bytes[*at])).map(|at| (at, bytes[at])).collect();
            let mut marks = Marks::new(&bytes, from);
            prop_assert_eq!(std::iter::from_fn(|| marks.next()).collect::<Vec<_>>(), expected);
        }
    }
}
