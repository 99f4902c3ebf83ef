//! The loads that a loader remembers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use neptune_wire::LoadId;

use crate::load::Load;
use crate::time::SimTime;

/// How many loads a loader remembers (documented). The oldest that have ended go first.
pub const REMEMBERED_LOADS: usize = 1024;

/// Loads by id, in the order of their arrival, and by the moment of their next change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    loads: BTreeMap<u64, Load>,
    numbers: HashMap<LoadId, u64>,
    /// Follows from `loads`; kept so that a passage of time need not visit every load.
    due: BTreeSet<(SimTime, u64)>,
    next_number: u64,
}

impl Table {
    /// Adds a load. Its id must be new.
    pub(crate) fn insert(&mut self, load: Load) {
        self.put_last(load);
        while self.loads.len() > REMEMBERED_LOADS && self.forget_one() {}
    }

    fn put_last(&mut self, load: Load) {
        let number = self.next_number;
        self.next_number += 1;
        self.numbers.insert(load.id().clone(), number);
        self.due.extend(load.next_change().map(|at| (at, number)));
        self.loads.insert(number, load);
    }

    /// Running and waiting loads are never forgotten (inferred), so scripted loads may make the table outgrow its limit. The caller that scripts them bounds that.
    fn forget_one(&mut self) -> bool {
        let oldest = self.loads.iter().find(|(_, load)| load.is_ended()).map(|(number, _)| *number);
        let forgotten = oldest.and_then(|number| self.loads.remove(&number));
        forgotten.is_some_and(|load| self.numbers.remove(load.id()).is_some())
    }

    /// Takes a load away.
    pub(crate) fn remove(&mut self, id: &LoadId) -> Option<Load> {
        let number = self.numbers.remove(id)?;
        let load = self.loads.remove(&number)?;
        if let Some(at) = load.next_change() {
            self.due.remove(&(at, number));
        }
        Some(load)
    }

    pub(crate) fn get(&self, id: &LoadId) -> Option<&Load> {
        self.loads.get(self.numbers.get(id)?)
    }

    /// In the order in which they came.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.values()
    }

    /// The moment of the next change.
    pub(crate) fn next_change(&self) -> Option<SimTime> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Applies the next change if it is due, and returns its moment. Of several loads, the one that came first changes first.
    pub(crate) fn step_until(&mut self, moment: SimTime) -> Option<SimTime> {
        let (at, number) = *self.due.first().filter(|(at, _)| *at <= moment)?;
        if self.loads.get(&number).is_some_and(Load::is_to_begin) {
            // It comes only now, behind those that are there.
            self.due.pop_first();
            let mut load = self.loads.remove(&number)?;
            load.step();
            self.put_last(load);
        } else {
            self.change_numbered(number, Load::step);
        }
        Some(at)
    }

    /// Changes a load. A load that is not there does not change.
    pub(crate) fn change(&mut self, id: &LoadId, change: impl FnOnce(&mut Load)) {
        if let Some(number) = self.numbers.get(id) {
            self.change_numbered(*number, change);
        }
    }

    fn change_numbered(&mut self, number: u64, change: impl FnOnce(&mut Load)) {
        let Some(load) = self.loads.get_mut(&number) else { return };
        if let Some(at) = load.next_change() {
            self.due.remove(&(at, number));
        }
        change(load);
        self.due.extend(load.next_change().map(|at| (at, number)));
    }
}
