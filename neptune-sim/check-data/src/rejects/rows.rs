//! Which rows are rejected, and how many there are.

/// Of one file, the records that have errors; of RDF, the lines. 0 is the header, or the whole file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bad(Vec<u64>);

impl Bad {
    pub(crate) fn insert(&mut self, record: u64) {
        let word = (record / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (record % 64);
    }

    pub(crate) fn has(&self, record: u64) -> bool {
        self.0.get((record / 64) as usize).is_some_and(|word| word >> (record % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How many rows, or lines, went where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) accepted: u64,
    pub(super) rejected: u64,
    /// Those of the rejected that are edges to a vertex whose rows are all rejected.
    pub(super) followers: u64,
    /// Files that are rejected as a whole.
    pub(super) files: u64,
}

impl Rows {
    pub(super) fn count(&mut self, is_bad: bool) {
        *(if is_bad { &mut self.rejected } else { &mut self.accepted }) += 1;
    }
}

impl std::ops::AddAssign for Rows {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.followers += other.followers;
        self.files += other.files;
    }
}
