//! Where a simulated cluster gets its time from.

use std::time::{Duration, Instant};

use neptune_control::StartClock;
use neptune_loader::SimTime;

use neptune_scenario::ClockKind;

/// The caller asked to move a clock that runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is `{0}` and runs by itself: only a `manual` clock can be moved")]
pub struct ClockRunsByItself(pub ClockKind);

/// A clock. It begins at [`SimTime::START`] when it is made and never goes backwards, unless the cluster's state is restored from an
/// earlier one.
#[derive(Debug)]
pub(crate) struct Clock {
    kind: ClockKind,
    /// The time at `since`.
    time: SimTime,
    /// `None`: it stands still until [`Clock::start`].
    since: Option<Instant>,
    /// When it was to start.
    began: StartClock,
}

impl Clock {
    /// A clock that starts now, or when [`Clock::start`] is called.
    pub(crate) fn new(kind: ClockKind, start: StartClock) -> Self {
        Self::at(SimTime::START, kind, start)
    }

    /// A clock that reads this.
    pub(crate) fn at(time: SimTime, kind: ClockKind, start: StartClock) -> Self {
        let since = match start {
            StartClock::AtOnce => Some(Instant::now()),
            StartClock::OnRequest => None,
        };
        Self { kind, time, since, began: start }
    }

    /// What kind of clock it is.
    pub(crate) fn kind(&self) -> ClockKind {
        self.kind
    }

    /// The time since the clock began.
    pub(crate) fn now(&self) -> SimTime {
        match (self.factor(), self.since) {
            (Some(factor), Some(since)) => self.time.plus(since.elapsed().saturating_mul(factor)),
            _ => self.time,
        }
    }

    /// Whether it still has to be started, and by what.
    pub(crate) fn starts(&self) -> StartClock {
        if self.since.is_some() { StartClock::AtOnce } else { StartClock::OnRequest }
    }

    /// When it was to start, whether it has or not.
    pub(crate) fn began(&self) -> StartClock {
        self.began
    }

    /// Starts it, unless it has started. Returns whether this call started it.
    pub(crate) fn start(&mut self) -> bool {
        let waits = self.since.is_none();
        self.since.get_or_insert_with(Instant::now);
        waits
    }

    /// Goes on as another kind of clock, from the time it is now.
    pub(crate) fn set_kind(&mut self, kind: ClockKind) {
        *self = Self { began: self.began, ..Self::at(self.now(), kind, self.starts()) };
    }

    /// Moves a manual clock to a moment, unless it is past it already.
    ///
    /// # Errors
    /// [`ClockRunsByItself`] for the other kinds.
    pub(crate) fn move_to(&mut self, moment: SimTime) -> Result<(), ClockRunsByItself> {
        self.check_manual()?;
        self.time = moment.max(self.time);
        Ok(())
    }

    /// Whether it can be moved.
    ///
    /// # Errors
    /// [`ClockRunsByItself`] if it cannot.
    pub(crate) fn check_manual(&self) -> Result<(), ClockRunsByItself> {
        if self.kind == ClockKind::Manual { Ok(()) } else { Err(ClockRunsByItself(self.kind)) }
    }

    /// How long it takes by the machine's clock until a moment has come; `None` if it does not come by itself.
    pub(crate) fn real_time_until(&self, moment: SimTime) -> Option<Duration> {
        let factor = self.factor().filter(|_| self.since.is_some())?;
        let left = moment.since(self.now());
        // Never zero: a large factor would round a short rest to nothing, and the waiting task would spin.
        Some(if left.is_zero() { left } else { (left / factor).max(Duration::from_millis(1)) })
    }

    /// How many times as fast as the machine's it is; `None` if it does not run by itself.
    fn factor(&self) -> Option<u32> {
        match self.kind {
            ClockKind::Real => Some(1),
            ClockKind::Scaled(factor) => Some(factor),
            ClockKind::Manual => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn clock(kind: ClockKind) -> Clock {
        Clock::new(kind, StartClock::AtOnce)
    }

    fn after(secs: u64) -> SimTime {
        SimTime::after(Duration::from_secs(secs))
    }

    #[test]
    fn a_manual_clock_moves_only_when_it_is_moved_and_never_goes_back() {
        let mut clock = clock(ClockKind::Manual);
        assert_eq!(clock.now(), SimTime::START);
        clock.move_to(after(5)).unwrap();
        assert_eq!(clock.now(), after(5));
        clock.move_to(SimTime::START).unwrap();
        assert_eq!(clock.now(), after(5));
        assert_eq!(clock.real_time_until(after(6)), None);
    }

    #[test]
    fn a_running_clock_cannot_be_moved() {
        let mut clock = clock(ClockKind::Scaled(60));
        assert_eq!(clock.move_to(after(5)), Err(ClockRunsByItself(ClockKind::Scaled(60))));
    }

    #[test]
    fn a_scaled_clock_is_ahead_of_a_real_one_that_began_before_it() {
        let real = clock(ClockKind::Real);
        let scaled = clock(ClockKind::Scaled(1_000_000_000));
        while scaled.now() == SimTime::START {}
        assert!(scaled.now() > real.now());
    }

    #[test]
    fn a_scaled_clock_needs_less_real_time() {
        let left = clock(ClockKind::Scaled(60)).real_time_until(after(600)).unwrap();
        assert!(left <= Duration::from_secs(10) && left > Duration::from_secs(5), "{left:?}");
    }

    #[rstest]
    #[case::begins_to_run(ClockKind::Manual, ClockKind::Scaled(60))]
    #[case::stands_still(ClockKind::Real, ClockKind::Manual)]
    #[case::slows_down(ClockKind::Scaled(1_000_000_000), ClockKind::Real)]
    fn a_clock_that_becomes_another_goes_on_from_where_it_is(#[case] from: ClockKind, #[case] to: ClockKind) {
        let mut clock = clock(from);
        // A manual clock stands somewhere, and the others have begun.
        let _ = clock.move_to(after(3600));
        while clock.now() == SimTime::START {}
        let (before, began) = (clock.now(), Instant::now());
        clock.set_kind(to);
        assert_eq!(clock.kind(), to);
        let after = clock.now();
        let most = began.elapsed().saturating_mul(1_000_000_000);
        assert!(after >= before && after.since(before) <= most, "{before} became {after}");
    }

    #[test]
    fn a_clock_that_starts_with_the_first_request_stands_still_until_then_whatever_its_kind() {
        let mut clock = Clock::new(ClockKind::Scaled(u32::MAX), StartClock::OnRequest);
        let began = Instant::now();
        while began.elapsed().is_zero() {}
        assert_eq!((clock.now(), clock.real_time_until(after(1))), (SimTime::START, None));
        clock.set_kind(ClockKind::Real);
        assert_eq!((clock.now(), clock.starts()), (SimTime::START, StartClock::OnRequest));
        clock.set_kind(ClockKind::Scaled(u32::MAX));
        assert!(clock.start(), "it has waited");
        while clock.now() == SimTime::START {}
        assert_eq!(clock.starts(), StartClock::AtOnce);
        let reached = clock.now();
        assert!(!clock.start(), "it starts once");
        assert!(clock.now() >= reached);
    }

    #[test]
    fn a_clock_at_the_end_of_time_stays_there() {
        let mut clock = clock(ClockKind::Manual);
        clock.move_to(SimTime::after(Duration::MAX)).unwrap();
        clock.set_kind(ClockKind::Scaled(u32::MAX));
        assert_eq!(clock.now(), SimTime::after(Duration::MAX));
    }
}
