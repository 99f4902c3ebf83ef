//! Where a simulated cluster gets its time from.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neptune_engine::SimTime;

/// How a cluster's time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    /// As fast as the machine's. Written `real`.
    #[default]
    Real,
    /// This many times as fast, 1 or more. Written `scaled:60`: a minute passes in a second.
    Scaled(u32),
    /// It stands still until somebody moves it. Written `manual`.
    Manual,
}

/// A text names no clock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a clock: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`")]
pub struct ClockKindError(String);

impl FromStr for ClockKind {
    type Err = ClockKindError;

    fn from_str(text: &str) -> Result<Self, ClockKindError> {
        match text {
            "real" => Ok(Self::Real),
            "manual" => Ok(Self::Manual),
            _ => {
                let factor = text.strip_prefix("scaled:").and_then(|factor| factor.parse().ok()).filter(|factor| *factor > 0);
                factor.map(Self::Scaled).ok_or_else(|| ClockKindError(text.to_owned()))
            }
        }
    }
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Scaled(factor) => write!(f, "scaled:{factor}"),
            Self::Manual => f.write_str("manual"),
        }
    }
}

/// Somebody wants to move a clock that runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is `{0}` and runs by itself: only a `manual` clock can be moved")]
pub struct ClockRunsByItself(pub ClockKind);

/// A clock. It begins at [`SimTime::START`] when it is made and never goes backwards, unless a cluster is brought back; clones are the same clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Hands>>);

/// Where a clock stands, and how it goes on from there.
#[derive(Debug)]
struct Hands {
    kind: ClockKind,
    /// The time at `since`.
    time: SimTime,
    since: Instant,
}

impl Hands {
    fn now(&self) -> SimTime {
        let factor = match self.kind {
            ClockKind::Manual => return self.time,
            ClockKind::Real => 1,
            ClockKind::Scaled(factor) => factor,
        };
        self.time.plus(self.since.elapsed().saturating_mul(factor))
    }
}

impl Clock {
    /// A clock that begins now.
    pub fn new(kind: ClockKind) -> Self {
        Self(Arc::new(Mutex::new(Hands { kind, time: SimTime::START, since: Instant::now() })))
    }

    /// What kind of clock it is.
    pub fn kind(&self) -> ClockKind {
        self.hands().kind
    }

    /// The time since the clock began.
    pub fn now(&self) -> SimTime {
        self.hands().now()
    }

    /// Goes on as another kind of clock, from the time it is now.
    pub fn set_kind(&self, kind: ClockKind) {
        let mut hands = self.hands();
        *hands = Hands { kind, time: hands.now(), since: Instant::now() };
    }

    /// Becomes another clock altogether, which may be behind.
    pub(crate) fn set(&self, kind: ClockKind, time: SimTime) {
        *self.hands() = Hands { kind, time, since: Instant::now() };
    }

    /// Moves a manual clock on, and tells the new time.
    ///
    /// # Errors
    /// [`ClockRunsByItself`] for the other kinds.
    pub fn advance(&self, by: Duration) -> Result<SimTime, ClockRunsByItself> {
        let mut hands = self.manual()?;
        hands.time = hands.time.plus(by);
        Ok(hands.time)
    }

    /// Moves a manual clock to a moment, unless it is past it already, and tells the time.
    ///
    /// # Errors
    /// [`ClockRunsByItself`] for the other kinds.
    pub fn advance_to(&self, moment: SimTime) -> Result<SimTime, ClockRunsByItself> {
        let mut hands = self.manual()?;
        hands.time = moment.max(hands.time);
        Ok(hands.time)
    }

    fn manual(&self) -> Result<MutexGuard<'_, Hands>, ClockRunsByItself> {
        let hands = self.hands();
        if hands.kind == ClockKind::Manual { Ok(hands) } else { Err(ClockRunsByItself(hands.kind)) }
    }

    /// Whoever changes them writes whole values: no panic can leave half of one behind.
    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::real("real", ClockKind::Real)]
    #[case::scaled("scaled:60", ClockKind::Scaled(60))]
    #[case::manual("manual", ClockKind::Manual)]
    fn a_kind_reads_back_as_itself(#[case] text: &str, #[case] kind: ClockKind) {
        assert_eq!(text.parse(), Ok(kind));
        assert_eq!(kind.to_string(), text);
        assert_eq!(Clock::new(kind).kind(), kind);
    }

    #[rstest]
    #[case::unknown("sundial")]
    #[case::no_factor("scaled:")]
    #[case::standing_still("scaled:0")]
    #[case::fraction("scaled:0.5")]
    fn odd_kinds_are_refused_with_a_remedy(#[case] text: &str) {
        let message = text.parse::<ClockKind>().unwrap_err().to_string();
        assert_eq!(
            message,
            format!("`{text}` is not a clock: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`")
        );
    }

    #[test]
    fn a_manual_clock_moves_only_when_told_to_and_clones_move_with_it() {
        let clock = Clock::new(ClockKind::Manual);
        let clone = clock.clone();
        assert_eq!(clock.now(), SimTime::START);
        assert_eq!(clock.advance(Duration::from_secs(5)), Ok(SimTime::after(Duration::from_secs(5))));
        assert_eq!(clone.now(), SimTime::after(Duration::from_secs(5)));
    }

    #[test]
    fn a_manual_clock_never_goes_back() {
        let clock = Clock::new(ClockKind::Manual);
        clock.advance(Duration::from_secs(5)).unwrap();
        assert_eq!(clock.advance_to(SimTime::START), Ok(SimTime::after(Duration::from_secs(5))));
    }

    #[test]
    fn a_running_clock_cannot_be_moved() {
        let clock = Clock::new(ClockKind::Scaled(60));
        assert_eq!(clock.advance(Duration::from_secs(5)), Err(ClockRunsByItself(ClockKind::Scaled(60))));
    }

    #[test]
    fn a_scaled_clock_is_ahead_of_a_real_one_that_began_before_it() {
        let real = Clock::new(ClockKind::Real);
        let scaled = Clock::new(ClockKind::Scaled(1_000_000_000));
        while scaled.now() == SimTime::START {}
        assert!(scaled.now() > real.now());
    }

    #[rstest]
    #[case::begins_to_run(ClockKind::Manual, ClockKind::Scaled(60))]
    #[case::stands_still(ClockKind::Real, ClockKind::Manual)]
    #[case::slows_down(ClockKind::Scaled(1_000_000_000), ClockKind::Real)]
    fn a_clock_that_becomes_another_goes_on_from_where_it_is(#[case] from: ClockKind, #[case] to: ClockKind) {
        let clock = Clock::new(from);
        // A manual clock stands somewhere, and the others have begun.
        let _ = clock.advance(Duration::from_hours(1));
        while clock.now() == SimTime::START {}
        let (before, began) = (clock.now(), Instant::now());
        clock.set_kind(to);
        assert_eq!(clock.kind(), to);
        let after = clock.now();
        let most = began.elapsed().saturating_mul(1_000_000_000);
        assert!(after >= before && after.since(before) <= most, "{before} became {after}");
    }

    #[test]
    fn a_clock_at_the_end_of_time_stays_there() {
        let clock = Clock::new(ClockKind::Manual);
        clock.advance(Duration::MAX).unwrap();
        clock.set_kind(ClockKind::Scaled(u32::MAX));
        assert_eq!(clock.now(), SimTime::after(Duration::MAX));
    }
}
