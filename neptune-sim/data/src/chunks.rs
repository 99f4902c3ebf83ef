//! A long list of numbers that is never moved.

/// How many numbers a chunk has room for. Few in unit tests, so that those of the graph fill several chunks.
const CHUNK: usize = if cfg!(test) { 256 } else { 64 * 1024 };

/// Rows of numbers, of which the last one can grow. A `Vec` would be copied whenever it is full, and to take new memory from the
/// system costs more than to put numbers there.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    full: Vec<Vec<u64>>,
    /// The chunk behind these, which grows.
    last: Vec<u64>,
}

impl Chunks {
    /// Begins a row behind all others, and returns its start. It may get `most` numbers, which are no more than a chunk has room for.
    #[inline]
    pub(crate) fn begin(&mut self, most: usize) -> usize {
        if self.last.len() + most > CHUNK {
            let next = Vec::with_capacity(CHUNK);
            self.full.push(std::mem::replace(&mut self.last, next));
        }
        self.end()
    }

    /// Where the last row ends.
    pub(crate) fn end(&self) -> usize {
        self.full.len() * CHUNK + self.last.len()
    }

    /// Appends a number to the last row.
    #[inline]
    pub(crate) fn push(&mut self, number: u64) {
        self.last.push(number);
    }

    /// The numbers of the last row, which begins here.
    #[inline]
    pub(crate) fn last_row(&self, start: usize) -> &[u64] {
        &self.last[start % CHUNK..]
    }

    /// So many numbers of the row that begins here.
    #[inline]
    pub(crate) fn row(&self, start: usize, length: usize) -> &[u64] {
        let chunk = self.full.get(start / CHUNK).unwrap_or(&self.last);
        &chunk[start % CHUNK..][..length]
    }

    /// A number of the row that begins here.
    pub(crate) fn number_mut(&mut self, start: usize, index: usize) -> &mut u64 {
        let chunk = self.full.get_mut(start / CHUNK).unwrap_or(&mut self.last);
        &mut chunk[start % CHUNK + index]
    }

    /// How much memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        (self.full.len() * CHUNK + self.last.capacity()) * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_as_they_are_over_many_chunks() {
        let (mut chunks, mut starts) = (Chunks::default(), Vec::new());
        for row in 0..500_u64 {
            let start = chunks.begin(100);
            (0..row % 100).for_each(|number| chunks.push(row + number));
            assert_eq!(chunks.last_row(start).len() as u64, row % 100);
            starts.push(start);
        }
        assert!(chunks.full.len() > 2);
        *chunks.number_mut(starts[2], 1) = 7;
        *chunks.number_mut(starts[499], 98) = 8;
        for (row, start) in (0..500_u64).zip(starts) {
            let mut expected: Vec<u64> = (0..row % 100).map(|number| row + number).collect();
            match row {
                2 => expected[1] = 7,
                499 => expected[98] = 8,
                _ => {}
            }
            assert_eq!(chunks.row(start, expected.len()), expected);
        }
    }

    #[test]
    fn a_number_takes_16_bytes_at_most_and_many_take_eight() {
        let mut chunks = Chunks::default();
        for number in 1..10_000 {
            let start = chunks.begin(1);
            chunks.push(number);
            assert_eq!(chunks.row(start, 1), [number]);
            assert!(chunks.bytes() as u64 <= (number * 16).max(64), "{} for {number}", chunks.bytes());
        }
        assert!(chunks.bytes() < 8 * (10_000 + CHUNK));
    }
}
