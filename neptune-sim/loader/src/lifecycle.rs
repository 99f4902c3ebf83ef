//! The statuses that a load goes through, with times.

use std::time::Duration;

use neptune_wire::LoadStatus;
use serde::{Deserialize, Serialize};

use crate::time::SimTime;

/// The longest time that one stage may last: 100 years. Beyond it a moment could not be represented.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// A checked sequence of statuses. It goes forward (queue, not started, in progress, end), each stage but the last says how long it
/// lasts, and the last one stays for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(LoadStatus, Option<Duration>)>", into = "Vec<(LoadStatus, Option<Duration>)>")]
pub struct Lifecycle {
    /// The first stage, and those that follow with the time since the beginning.
    stages: Vec<(Duration, LoadStatus)>,
}

/// Why a sequence of statuses is not a lifecycle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct LifecycleError {
    /// Which stage, from 0.
    pub stage: usize,
    /// What is wrong with it.
    pub kind: LifecycleErrorKind,
}

/// What is wrong with a stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifecycleErrorKind {
    /// There is no stage at all.
    #[error("a lifecycle needs at least one status")]
    Empty,
    /// A stage in the middle does not say how long it lasts.
    #[error("`{0}` needs a duration, because another status follows: `{0} 2s`")]
    DurationMissing(LoadStatus),
    /// The last stage says how long it lasts.
    #[error("`{0}` is the last status and stays for ever: leave its duration out, or say what follows")]
    DurationOnLast(LoadStatus),
    /// A stage lasts no time, or longer than 100 years.
    #[error("`{0}` must last more than nothing and at most 100 years")]
    ImpossibleDuration(LoadStatus),
    /// A load that has ended cannot go on.
    #[error("`{next}` cannot follow `{end}`, which is an end")]
    AfterEnd {
        /// The end.
        end: LoadStatus,
        /// What follows it.
        next: LoadStatus,
    },
    /// A status only ever goes forward.
    #[error(
        "`{next}` cannot follow `{before}`: a load goes from LOAD_IN_QUEUE to LOAD_NOT_STARTED to LOAD_IN_PROGRESS to an end"
    )]
    Backward {
        /// Where the load was.
        before: LoadStatus,
        /// Where it would go.
        next: LoadStatus,
    },
}

impl Lifecycle {
    /// Checks the stages: each a status and how long it lasts.
    ///
    /// A word that Neptune does not document may stand anywhere before the end, or be the end.
    ///
    /// # Errors
    /// [`LifecycleError`] names the first stage that is wrong.
    pub fn new(stages: Vec<(LoadStatus, Option<Duration>)>) -> Result<Self, LifecycleError> {
        let last = stages.len().checked_sub(1).ok_or(LifecycleError { stage: 0, kind: LifecycleErrorKind::Empty })?;
        let mut checked: Vec<(Duration, LoadStatus)> = Vec::with_capacity(stages.len());
        let mut begins = Duration::ZERO;
        let mut reached: Option<LoadStatus> = None;
        for (stage, (status, lasts)) in stages.into_iter().enumerate() {
            check_order(reached.as_ref(), &status).map_err(|kind| LifecycleError { stage, kind })?;
            let lasts = check_duration(&status, lasts, stage == last).map_err(|kind| LifecycleError { stage, kind })?;
            reached = Some(status.clone()).filter(LoadStatus::is_documented).or(reached);
            checked.push((begins, status));
            begins = begins.saturating_add(lasts);
        }
        Ok(Self { stages: checked })
    }

    /// One status, for ever: of a load that has ended, or of which nothing else is known.
    pub(crate) fn staying(status: LoadStatus) -> Self {
        Self { stages: vec![(Duration::ZERO, status)] }
    }

    /// In progress, until something else is known.
    pub(crate) fn in_progress() -> Self {
        Self::staying(LoadStatus::InProgress)
    }

    /// What is left of a lifecycle: the status that holds now, and those that follow.
    pub(crate) fn rest(now: SimTime, status: LoadStatus, ahead: impl Iterator<Item = (SimTime, LoadStatus)>) -> Self {
        let ahead = ahead.map(|(at, status)| (at.since(now), status));
        Self { stages: std::iter::once((Duration::ZERO, status)).chain(ahead).collect() }
    }

    /// The same stages, but the end is a success.
    pub(crate) fn completing(mut self) -> Self {
        match self.stages.last_mut() {
            Some((_, end)) if !end.is_pending() => *end = LoadStatus::Completed,
            _ => {}
        }
        self
    }

    /// The status it begins with.
    pub(crate) fn first(&self) -> &LoadStatus {
        &self.stages[0].1
    }

    /// The moments at which a load that begins at `begin` changes, with the status it changes to.
    pub(crate) fn changes(&self, begin: SimTime) -> impl Iterator<Item = (SimTime, LoadStatus)> + '_ {
        self.stages.iter().map(move |(after, status)| (begin.plus(*after), status.clone()))
    }
}

impl TryFrom<Vec<(LoadStatus, Option<Duration>)>> for Lifecycle {
    type Error = LifecycleError;

    fn try_from(stages: Vec<(LoadStatus, Option<Duration>)>) -> Result<Self, LifecycleError> {
        Self::new(stages)
    }
}

impl From<Lifecycle> for Vec<(LoadStatus, Option<Duration>)> {
    /// The stages, each with how long it lasts.
    fn from(lifecycle: Lifecycle) -> Self {
        let ends = lifecycle.stages.iter().skip(1).map(|(begins, _)| Some(*begins)).chain([None]);
        let lasts: Vec<Option<Duration>> =
            lifecycle.stages.iter().zip(ends).map(|((begins, _), end)| Some(end?.saturating_sub(*begins))).collect();
        lifecycle.stages.into_iter().map(|(_, status)| status).zip(lasts).collect()
    }
}

/// Compares with the latest documented status before: an undocumented one has no position in the order.
fn check_order(before: Option<&LoadStatus>, next: &LoadStatus) -> Result<(), LifecycleErrorKind> {
    let Some(before) = before else { return Ok(()) };
    if !before.is_pending() {
        return Err(LifecycleErrorKind::AfterEnd { end: before.clone(), next: next.clone() });
    }
    if next.is_documented() && next.rank() <= before.rank() {
        return Err(LifecycleErrorKind::Backward { before: before.clone(), next: next.clone() });
    }
    Ok(())
}

fn check_duration(status: &LoadStatus, lasts: Option<Duration>, is_last: bool) -> Result<Duration, LifecycleErrorKind> {
    match lasts {
        None if is_last => Ok(Duration::ZERO),
        None => Err(LifecycleErrorKind::DurationMissing(status.clone())),
        Some(_) if is_last => Err(LifecycleErrorKind::DurationOnLast(status.clone())),
        Some(lasts) if lasts.is_zero() || lasts > LONGEST => Err(LifecycleErrorKind::ImpossibleDuration(status.clone())),
        Some(lasts) => Ok(lasts),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn stages(stages: &[(&str, u64)]) -> Vec<(LoadStatus, Option<Duration>)> {
        stages.iter().map(|(word, secs)| (LoadStatus::from(*word), (*secs > 0).then(|| Duration::from_secs(*secs)))).collect()
    }

    #[test]
    fn stages_begin_where_the_one_before_ends() {
        let lifecycle = Lifecycle::new(stages(&[("LOAD_IN_QUEUE", 3), ("LOAD_IN_PROGRESS", 4), ("LOAD_FAILED", 0)])).unwrap();
        let changes: Vec<_> = lifecycle.changes(SimTime::START).map(|(at, status)| format!("{at} {status}")).collect();
        assert_eq!(changes, ["0s LOAD_IN_QUEUE", "3s LOAD_IN_PROGRESS", "7s LOAD_FAILED"]);
    }

    #[test]
    fn a_lifecycle_comes_apart_into_the_stages_it_was_made_of() {
        let given = stages(&[("LOAD_IN_QUEUE", 3), ("LOAD_IN_PROGRESS", 4), ("LOAD_FAILED", 0)]);
        assert_eq!(Vec::from(Lifecycle::new(given.clone()).unwrap()), given);
    }

    #[test]
    fn undocumented_words_may_stand_anywhere() {
        assert!(
            Lifecycle::new(stages(&[("LOAD_STARTING", 1), ("LOAD_IN_PROGRESS", 1), ("LOAD_PAUSED", 1), ("LOAD_CANCELLED", 0)]))
                .is_ok()
        );
    }

    #[rstest]
    #[case::nothing(&[], 0, "a lifecycle needs at least one status")]
    #[case::no_duration(&[("LOAD_IN_QUEUE", 0), ("LOAD_COMPLETED", 0)], 0, "`LOAD_IN_QUEUE` needs a duration, because another status follows: `LOAD_IN_QUEUE 2s`")]
    #[case::duration_on_last(&[("LOAD_IN_QUEUE", 1), ("LOAD_COMPLETED", 9)], 1, "`LOAD_COMPLETED` is the last status and stays for ever: leave its duration out, or say what follows")]
    #[case::too_long(&[("LOAD_IN_QUEUE", u64::MAX), ("LOAD_COMPLETED", 0)], 0, "`LOAD_IN_QUEUE` must last more than nothing and at most 100 years")]
    #[case::after_the_end(&[("LOAD_COMPLETED", 1), ("LOAD_FAILED", 0)], 1, "`LOAD_FAILED` cannot follow `LOAD_COMPLETED`, which is an end")]
    #[case::backward(&[("LOAD_IN_PROGRESS", 1), ("LOAD_IN_QUEUE", 0)], 1, "`LOAD_IN_QUEUE` cannot follow `LOAD_IN_PROGRESS`: a load goes from LOAD_IN_QUEUE to LOAD_NOT_STARTED to LOAD_IN_PROGRESS to an end")]
    #[case::twice(&[("LOAD_IN_PROGRESS", 1), ("LOAD_IN_PROGRESS", 0)], 1, "`LOAD_IN_PROGRESS` cannot follow `LOAD_IN_PROGRESS`: a load goes from LOAD_IN_QUEUE to LOAD_NOT_STARTED to LOAD_IN_PROGRESS to an end")]
    fn an_impossible_lifecycle_names_the_stage(#[case] given: &[(&str, u64)], #[case] stage: usize, #[case] message: &str) {
        let error = Lifecycle::new(stages(given)).unwrap_err();
        assert_eq!((error.stage, error.to_string().as_str()), (stage, message));
    }
}
