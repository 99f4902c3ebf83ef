//! The edges of one range that have no vertex.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How many are listed.
const LISTED: usize = 100_000;

/// The edges of one range that have no vertex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Missing {
    /// How many different ids of vertices are in the range.
    pub(super) vertices: u64,
    /// The records of edges, by the keys of their objects.
    pub(super) edges: BTreeMap<String, BTreeSet<u64>>,
    /// How many of them there are.
    pub(super) listed: u64,
    /// How many ends there are beyond them.
    pub(super) further_ends: u64,
}

impl Missing {
    /// Notes an end without a vertex.
    pub(super) fn note(&mut self, key: &str, record: u64) {
        if self.listed >= LISTED as u64 {
            self.further_ends += 1;
        } else if !self.edges.contains_key(key) {
            self.edges.insert(key.to_owned(), BTreeSet::from([record]));
            self.listed += 1;
        } else if let Some(records) = self.edges.get_mut(key) {
            self.listed += u64::from(records.insert(record));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_is_listed_once_and_beyond_the_list_ends_are_counted() {
        let mut missing = Missing::default();
        for record in [1, 1, 2] {
            missing.note("a.csv", record);
        }
        assert_eq!((missing.listed, missing.edges["a.csv"].len()), (2, 2));
        (0..LISTED as u64).for_each(|record| missing.note("b.csv", record));
        assert_eq!((missing.listed, missing.further_ends), (LISTED as u64, 2));
    }
}
