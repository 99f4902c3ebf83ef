//! From when until when a cluster was not available.

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;
use neptune_control::{Availability, CannedAnswer, CannedBody, Effect};
use neptune_fault::{ErrorAnswer, FaultAnswer, FullError};
use neptune_loader::SimTime;

/// How many are remembered.
const REMEMBERED: usize = 256;

/// How many bytes of JSON an effect may have that is remembered whole.
const LONGEST_EFFECT: usize = 2048;

/// A time in which a cluster was not available.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outage {
    /// What it was instead, as timelines say it.
    pub(crate) word: String,
    /// What a fault does that has the same effect, as JSON. A longer answer than is remembered has no body.
    pub(crate) effect: Arc<str>,
    /// Whether the body of its answer was too long to be remembered.
    pub(crate) lacks_body: bool,
    pub(crate) from: SimTime,
    /// `None` while it lasts.
    pub(crate) until: Option<SimTime>,
}

impl Outage {
    /// One that begins; `None` if the cluster is available.
    fn begins(availability: &Availability, from: SimTime) -> Option<Self> {
        let whole = json(&effect(availability)?);
        let lacks_body = whole.len() > LONGEST_EFFECT;
        let effect = match availability {
            Availability::Answers(canned) if lacks_body => json(&Effect::Answer(answer(canned.http_status))),
            _ => whole,
        };
        Some(Self { word: availability.word(), effect: effect.into(), lacks_body, from, until: None })
    }

    /// Whether the cluster has never been available.
    pub(crate) fn is_all_the_time(&self) -> bool {
        self.from == SimTime::START && self.until.is_none()
    }

    /// Whether it goes on in one that begins.
    fn goes_on_in(&self, next: &Self) -> bool {
        self.until.is_none() && (&self.word, &self.effect, self.lacks_body) == (&next.word, &next.effect, next.lacks_body)
    }
}

/// What a fault does that has the same effect; `None` if the cluster is available.
fn effect(availability: &Availability) -> Option<Effect> {
    Some(match availability {
        Availability::Available => return None,
        Availability::Refused => Effect::Refuse,
        Availability::Unreachable => Effect::Unreachable,
        Availability::Silent => Effect::BlackHole,
        // HTTP knows no body there.
        Availability::Answers(CannedAnswer { http_status: http @ (204 | 304), .. }) => Effect::Answer(answer(*http)),
        Availability::Answers(CannedAnswer { http_status, body: CannedBody::Json(body) }) => {
            Effect::Answer(FaultAnswer { json: Some(body.clone()), ..answer(*http_status) })
        }
        Availability::Answers(CannedAnswer { http_status, body: CannedBody::Error { code, message } }) => {
            let (code, message, http) = (code.clone(), Some(message.clone()), Some(*http_status));
            Effect::Error(ErrorAnswer::Full(FullError { code, message, http }))
        }
    })
}

/// An answer without a body.
fn answer(http: u16) -> FaultAnswer {
    FaultAnswer { http, headers: IndexMap::new(), json: None, text: None }
}

fn json(effect: &Effect) -> String {
    serde_json::to_string(effect).expect("an effect has keys that are texts")
}

/// The newest ones, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Outages(VecDeque<Outage>);

impl Outages {
    /// Notes what holds from now on.
    pub(super) fn note(&mut self, availability: &Availability, now: SimTime) {
        let next = Outage::begins(availability, now);
        if let Some(last) = self.0.back_mut().filter(|last| last.until.is_none()) {
            if next.as_ref().is_some_and(|next| last.goes_on_in(next)) {
                return;
            }
            last.until = Some(now);
            if last.from == now {
                // It took no time, as on a manual clock.
                self.0.pop_back();
            }
        }
        self.0.extend(next);
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

    use serde_json::Value;

    use super::*;

    fn noted(changes: &[(Availability, u64)]) -> Vec<(String, u64, Option<u64>)> {
        let mut outages = Outages::default();
        for (availability, secs) in changes {
            outages.note(availability, SimTime::after(Duration::from_secs(*secs)));
        }
        let secs = |time: SimTime| time.since_start().as_secs();
        outages.all().map(|outage| (outage.word.clone(), secs(outage.from), outage.until.map(secs))).collect()
    }

    #[test]
    fn an_outage_lasts_until_the_next_change() {
        use Availability::{Available, Refused, Silent, Unreachable};
        let all = noted(&[(Available, 0), (Refused, 1), (Refused, 2), (Silent, 3), (Available, 4), (Unreachable, 9)]);
        let expected = [("refused", 1, Some(3)), ("silent", 3, Some(4)), ("unreachable", 9, None)];
        assert_eq!(all, expected.map(|(word, from, until)| (word.to_owned(), from, until)));
    }

    /// The effect of what is answered, as JSON, and whether its body is missing.
    fn effect_of(http_status: u16, body: CannedBody) -> (String, bool) {
        let availability = Availability::Answers(CannedAnswer { http_status, body });
        let outage = Outage::begins(&availability, SimTime::START).unwrap();
        assert!(outage.is_all_the_time());
        assert_eq!(outage.word, format!("answers {http_status}"));
        (outage.effect.to_string(), outage.lacks_body)
    }

    #[test]
    fn what_was_answered_is_the_effect_of_a_fault() {
        let error = CannedBody::Error { code: "NotOfTheModels".into(), message: "down".into() };
        let expected = r#"{"error":{"code":"NotOfTheModels","message":"down","http":503}}"#;
        assert_eq!(effect_of(503, error), (expected.to_owned(), false));
        let expected = r#"{"answer":{"http":200,"json":null}}"#;
        assert_eq!(effect_of(200, CannedBody::Json(Value::Null)), (expected.to_owned(), false));
        assert_eq!(effect_of(304, CannedBody::Json(1.into())), (r#"{"answer":{"http":304}}"#.to_owned(), false));
    }

    #[test]
    fn a_long_body_is_not_remembered() {
        let body = |bytes: usize| CannedBody::Json("x".repeat(bytes).into());
        let head = r#"{"answer":{"http":503,"json":""}}"#.len();
        let (whole, lacks_body) = effect_of(503, body(LONGEST_EFFECT - head));
        assert_eq!((whole.len(), lacks_body), (LONGEST_EFFECT, false));
        assert_eq!(effect_of(503, body(LONGEST_EFFECT - head + 1)), (r#"{"answer":{"http":503}}"#.to_owned(), true));
    }

    #[test]
    fn another_answer_of_the_same_status_is_another_outage() {
        let answers =
            |body: &str| Availability::Answers(CannedAnswer { http_status: 503, body: CannedBody::Json(body.into()) });
        let all = noted(&[(answers("a"), 0), (answers("a"), 1), (answers("b"), 2)]);
        assert_eq!(all, [("answers 503".to_owned(), 0, Some(2)), ("answers 503".to_owned(), 2, None)]);
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
