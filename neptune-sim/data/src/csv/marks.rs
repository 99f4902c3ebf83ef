//! The places of delimiters, line ends and quotes.

/// How many bytes are looked at at once: each is a bit of what is kept of them.
const STEP: usize = u64::BITS as usize;
/// So many of these bits are a byte.
const GROUP: usize = u8::BITS as usize;

/// Finds each `"` and LF, and each `,` if it is looked `FOR_DELIMITERS`. A cell has few bytes: to look at many at once, and to keep
/// what was seen, takes less than half the time of a search for each mark.
#[derive(Clone, Debug)]
pub(super) struct Marks<'a, const FOR_DELIMITERS: bool> {
    bytes: &'a [u8],
    /// Where the bytes begin that are being looked at.
    at: usize,
    /// A bit for each of them that is a mark and was not given yet, the lowest for the first.
    left: u64,
}

/// A delimiter, a line end, a quote, or the end of the bytes.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) at: usize,
    pub(super) byte: Option<u8>,
}

impl<'a, const FOR_DELIMITERS: bool> Marks<'a, FOR_DELIMITERS> {
    /// Those from this place on.
    pub(super) fn new(bytes: &'a [u8], from: usize) -> Self {
        Self { bytes, at: from, left: marks_from::<FOR_DELIMITERS>(bytes, from) }
    }

    /// The place and the byte of the next one.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, u8)> {
        while self.left == 0 {
            self.at += STEP;
            if self.at >= self.bytes.len() {
                return None;
            }
            self.left = marks_from::<FOR_DELIMITERS>(self.bytes, self.at);
        }
        let place = self.at + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some((place, self.bytes[place]))
    }

    /// The next one, or the end of the bytes.
    #[inline]
    pub(super) fn next_or_end(&mut self) -> Mark {
        self.next().map_or(Mark { at: self.bytes.len(), byte: None }, |(at, byte)| Mark { at, byte: Some(byte) })
    }
}

/// A bit for each mark among the bytes from here on.
#[inline]
fn marks_from<const FOR_DELIMITERS: bool>(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    rest.first_chunk().map_or_else(|| marks_of_last::<FOR_DELIMITERS>(rest), marks_of::<FOR_DELIMITERS>)
}

/// Among the last bytes.
#[cold]
fn marks_of_last<const FOR_DELIMITERS: bool>(rest: &[u8]) -> u64 {
    let mut chunk = [0; STEP];
    chunk[..rest.len()].copy_from_slice(rest);
    marks_of::<FOR_DELIMITERS>(&chunk)
}

/// The compiler makes a few instructions of this, each of which works on 16 bytes or more.
#[inline]
fn marks_of<const FOR_DELIMITERS: bool>(chunk: &[u8; STEP]) -> u64 {
    let mut bits = [0; STEP];
    for (index, (bit, byte)) in bits.iter_mut().zip(chunk).enumerate() {
        let is_mark = matches!(byte, b'"' | b'\n') || FOR_DELIMITERS && *byte == b',';
        *bit = u8::from(is_mark) << (index % GROUP);
    }
    // Each byte has a bit of its own, so that their sum, which is the highest byte of this product, is all of them.
    let group =
        |bits: &[u8; GROUP]| u64::from_le_bytes(*bits).wrapping_mul(u64::from_ne_bytes([1; GROUP])) >> (u64::BITS - u8::BITS);
    bits.as_chunks().0.iter().rev().fold(0, |marks, bits| marks << GROUP | group(bits))
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
            let mut marks = Marks::<true>::new(&bytes, from);
            prop_assert_eq!(std::iter::from_fn(|| marks.next()).collect::<Vec<_>>(), expected(b",\"\n"));
            let mut marks = Marks::<false>::new(&bytes, from);
            prop_assert_eq!(std::iter::from_fn(|| marks.next()).collect::<Vec<_>>(), expected(b"\"\n"));
        }
    }
}
