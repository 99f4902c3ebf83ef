//! When a cluster's instance was a read replica, and when somebody restarted it.

use std::collections::VecDeque;

use neptune_loader::{Role, SimTime};

/// How many times as a read replica are remembered, and how many restarts.
const REMEMBERED: usize = 256;

/// A time in which the instance was a read replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReplicaTime {
    pub(super) from: SimTime,
    /// `None` while it lasts.
    pub(super) until: Option<SimTime>,
}

impl ReplicaTime {
    /// Whether the instance has never been a writer.
    pub(super) fn is_all_the_time(self) -> bool {
        self.from == SimTime::START && self.until.is_none()
    }
}

/// The newest of both, the oldest first. Restarts by faults are not among them: the faults say when they were.
#[derive(Debug, Default)]
pub(super) struct InstanceHistory {
    replica: VecDeque<ReplicaTime>,
    restarts: VecDeque<SimTime>,
}

impl InstanceHistory {
    /// Notes the role from now on.
    pub(super) fn note_role(&mut self, role: Role, now: SimTime) {
        let lasting = self.replica.back_mut().filter(|time| time.until.is_none());
        match (role, lasting) {
            (Role::Writer, Some(time)) if time.from == now => drop(self.replica.pop_back()),
            (Role::Writer, Some(time)) => time.until = Some(now),
            (Role::Reader, None) => push(&mut self.replica, ReplicaTime { from: now, until: None }),
            (Role::Writer, None) | (Role::Reader, Some(_)) => {}
        }
    }

    /// Notes a restart that no fault has made.
    pub(super) fn note_restart(&mut self, now: SimTime) {
        if self.restarts.back() != Some(&now) {
            push(&mut self.restarts, now);
        }
    }

    /// Forgets all, because the cluster has become another, and begins with what is known of that one now.
    pub(super) fn begin(&mut self, role: Role, up_since: SimTime, now: SimTime) {
        *self = Self::default();
        self.note_role(role, now);
        if up_since > SimTime::START {
            self.note_restart(up_since);
        }
    }

    /// The times as a read replica.
    pub(super) fn replica_times(&self) -> impl Iterator<Item = ReplicaTime> {
        self.replica.iter().copied()
    }

    /// The restarts, several at one moment as one.
    pub(super) fn restarts(&self) -> impl Iterator<Item = SimTime> {
        self.restarts.iter().copied()
    }
}

fn push<T>(remembered: &mut VecDeque<T>, new: T) {
    if remembered.len() == REMEMBERED {
        remembered.pop_front();
    }
    remembered.push_back(new);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn after(secs: u64) -> SimTime {
        SimTime::after(Duration::from_secs(secs))
    }

    #[test]
    fn a_time_as_a_replica_lasts_until_the_instance_is_a_writer_again() {
        let mut history = InstanceHistory::default();
        for (role, at) in [(Role::Writer, 0), (Role::Reader, 1), (Role::Reader, 2), (Role::Writer, 3), (Role::Reader, 4)] {
            history.note_role(role, after(at));
        }
        let time = |from, until: Option<u64>| ReplicaTime { from: after(from), until: until.map(after) };
        assert_eq!(history.replica_times().collect::<Vec<_>>(), [time(1, Some(3)), time(4, None)]);
        history.note_role(Role::Writer, after(4));
        assert_eq!(history.replica_times().collect::<Vec<_>>(), [time(1, Some(3))]);
    }

    #[test]
    fn the_newest_changes_of_an_instance_are_remembered() {
        let mut history = InstanceHistory::default();
        for second in 0..300 {
            history.note_role(Role::Reader, after(2 * second));
            history.note_role(Role::Writer, after(2 * second + 1));
            history.note_restart(after(second));
        }
        let (times, restarts): (Vec<_>, Vec<_>) = (history.replica_times().collect(), history.restarts().collect());
        assert_eq!((times.len(), times[0].from), (REMEMBERED, after(2 * (300 - 256))));
        assert_eq!((restarts.len(), restarts[0]), (REMEMBERED, after(300 - 256)));
    }
}
