//! The loads that a loader remembers.

use std::collections::{BTreeMap, HashMap};

use neptune_wire::LoadId;

use crate::{Load, SimTime};

/// How many loads are remembered (documented). The oldest that have ended go first.
const REMEMBERED: usize = 1024;

/// Loads by id and in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    loads: BTreeMap<u64, Load>,
    numbers: HashMap<LoadId, u64>,
    next_number: u64,
}

impl Table {
    pub(crate) fn insert(&mut self, load: Load) {
        self.numbers.insert(load.id().clone(), self.next_number);
        self.loads.insert(self.next_number, load);
        self.next_number += 1;
        if self.loads.len() > REMEMBERED {
            self.forget_one();
        }
    }

    /// Running and waiting loads are never forgotten (inferred), so the table may outgrow its limit by scripted loads.
    fn forget_one(&mut self) {
        if let Some(number) = self.loads.iter().find(|(_, load)| load.is_ended()).map(|(number, _)| *number)
            && let Some(load) = self.loads.remove(&number)
        {
            self.numbers.remove(load.id());
        }
    }

    pub(crate) fn get(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(self.numbers.get(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: &LoadId) -> Option<&mut Load> {
        self.loads.get_mut(self.numbers.get(id)?)
    }

    /// In the order in which they came.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.values()
    }

    /// The load that changes next, and when; of several, the one that came first.
    pub(crate) fn next_change(&self) -> Option<(SimTime, LoadId)> {
        let due = self.loads.values().filter_map(|load| Some((load.next_change()?, load)));
        due.min_by_key(|(at, _)| *at).map(|(at, load)| (at, load.id().clone()))
    }
}
