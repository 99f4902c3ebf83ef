//! From when until when a cluster was not available.

use std::collections::VecDeque;

use neptune_control::{Availability, CannedAnswer, CannedBody};
use neptune_loader::SimTime;
use serde_json::Value;

/// How many are remembered.
const REMEMBERED: usize = 256;

/// A time in which a cluster was not available.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outage {
    /// What it was instead. Bodies of canned answers are not kept.
    pub(crate) was: Availability,
    pub(crate) from: SimTime,
    /// `None` while it lasts.
    pub(crate) until: Option<SimTime>,
}

impl Outage {
    /// Whether the cluster has never been available.
    pub(crate) fn is_all_the_time(&self) -> bool {
        self.from == SimTime::START && self.until.is_none()
    }
}

/// The newest ones, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Outages(VecDeque<Outage>);

impl Outages {
    /// Notes what holds from now on.
    pub(super) fn note(&mut self, availability: &Availability, now: SimTime) {
        if let Some(last) = self.0.back_mut().filter(|last| last.until.is_none()) {
            if last.was.word() == availability.word() {
                return;
            }
            last.until = Some(now);
            if last.from == now {
                // It took no time, as on a manual clock.
                self.0.pop_back();
            }
        }
        if *availability != Availability::Available {
            let was = match availability {
                Availability::Answers(CannedAnswer { http_status, .. }) => {
                    Availability::Answers(CannedAnswer { http_status: *http_status, body: CannedBody::Json(Value::Null) })
                }
                other => other.clone(),
            };
            self.0.push_back(Outage { was, from: now, until: None });
        }
        if self.0.len() > REMEMBERED {
            self.0.pop_front();
        }
    }

    /// Forgets all, because the cluster has become another, and begins with what holds now.
    pub(super) fn begin(&mut self, availability: &Availability, now: SimTime) {
        self.0.clear();
        self.note(availability, now);
    }

    /// All that are remembered.
    pub(super) fn all(&self) -> impl Iterator<Item = &Outage> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn noted(changes: &[(Availability, u64)]) -> Vec<(String, u64, Option<u64>)> {
        let mut outages = Outages::default();
        for (availability, secs) in changes {
            outages.note(availability, SimTime::after(Duration::from_secs(*secs)));
        }
        let secs = |time: SimTime| time.since_start().as_secs();
        outages.all().map(|outage| (outage.was.word(), secs(outage.from), outage.until.map(secs))).collect()
    }

    #[test]
    fn an_outage_lasts_until_the_next_change() {
        use Availability::{Available, Refused, Silent, Unreachable};
        let all = noted(&[(Available, 0), (Refused, 1), (Refused, 2), (Silent, 3), (Available, 4), (Unreachable, 9)]);
        let expected = [("refused", 1, Some(3)), ("silent", 3, Some(4)), ("unreachable", 9, None)];
        assert_eq!(all, expected.map(|(word, from, until)| (word.to_owned(), from, until)));
    }

    #[test]
    fn what_was_answered_is_known_by_its_status_and_its_body_is_not_kept() {
        let body = CannedBody::Json(Value::from("x".repeat(1000)));
        let mut outages = Outages::default();
        outages.note(&Availability::Answers(CannedAnswer { http_status: 503, body }), SimTime::START);
        let [outage] = &outages.all().collect::<Vec<_>>()[..] else { panic!("{outages:?}") };
        assert_eq!((outage.was.word().as_str(), outage.is_all_the_time()), ("answers 503", true));
        assert!(!format!("{outage:?}").contains("xxx"));
    }

    #[test]
    fn what_took_no_time_is_not_among_them() {
        use Availability::{Available, Refused, Silent};
        assert_eq!(noted(&[(Refused, 1), (Available, 1), (Silent, 2), (Available, 2)]), []);
    }

    #[test]
    fn the_newest_are_remembered() {
        let mut changes = Vec::new();
        for number in 0..300 {
            changes.extend([(Availability::Silent, 2 * number), (Availability::Available, 2 * number + 1)]);
        }
        let all = noted(&changes);
        assert_eq!((all.len(), all[0].1), (REMEMBERED, 2 * (300 - 256)));
    }
}
