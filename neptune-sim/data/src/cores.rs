//! Reads the parts of a stream on several cores, and takes what was read in the order of the parts.

use std::any::Any;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many parts are read before other cores help: a small file is done by then.
const ALONE: usize = 2;

/// A stream in parts.
pub(crate) trait Parts {
    /// A part that can be read by itself.
    type Part;
    /// What was read.
    type Read;

    /// The next part; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Self::Part>>;

    /// Takes what was read of the part whose turn it is, and returns whether to go on.
    fn take(&mut self, read: Self::Read) -> bool;
}

/// How many cores there are for this program.
pub(crate) fn all() -> NonZero<usize> {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

/// Reads all parts. Several cores may read at the same time; one after the other gets a part or gives back what it has read, in the order of
/// the parts. So what is taken is the same on any number of cores. A core has one part at a time, from its beginning to its end: what it has read
/// stays near it.
///
/// # Errors
/// The stream cannot be read. What is before that place was taken.
pub(crate) fn read_all<P: Parts + Send>(
    parts: &mut P,
    read: impl Fn(P::Part) -> P::Read + Sync,
    cores: NonZero<usize>,
) -> io::Result<()> {
    let alone = if cores.get() == 1 { usize::MAX } else { ALONE };
    for _ in 0..alone {
        let Some(part) = parts.next()? else { return Ok(()) };
        if !parts.take(read(part)) {
            return Ok(());
        }
    }
    let progress = Progress { parts, begun: 0, taken: 0, no_more: None, stopped: None };
    let turns = Turns { progress: Mutex::new(progress), changed: Condvar::new() };
    thread::scope(|scope| {
        for _ in 1..cores.get() {
            scope.spawn(|| turns.work(&read));
        }
        turns.work(&read);
    });
    let progress = turns.progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    match progress.stopped {
        Some(Stopped::Panicked(panic)) => resume_unwind(panic),
        Some(Stopped::HasEnough) => Ok(()),
        None => progress.no_more.unwrap_or(Ok(())),
    }
}

/// What the cores have in common.
struct Turns<'a, P> {
    progress: Mutex<Progress<'a, P>>,
    /// Whenever a part was taken, or none will be any more.
    changed: Condvar,
}

/// How far the reading has come.
struct Progress<'a, P> {
    parts: &'a mut P,
    begun: usize,
    taken: usize,
    /// How the stream has ended.
    no_more: Option<io::Result<()>>,
    /// Why no part is taken any more.
    stopped: Option<Stopped>,
}

enum Stopped {
    HasEnough,
    Panicked(Box<dyn Any + Send>),
}

impl<'a, P: Parts> Turns<'a, P> {
    /// The work of one core.
    fn work(&self, read: impl Fn(P::Part) -> P::Read) {
        // The turn of a part would never come if the core that has the one before it had panicked and nobody knew.
        let panicked = catch_unwind(AssertUnwindSafe(|| while self.read_one(&read) {})).err();
        if let Some(panic) = panicked {
            self.progress().stopped = Some(Stopped::Panicked(panic));
            self.changed.notify_all();
        }
    }

    /// Reads the next part, and returns whether to go on.
    fn read_one(&self, read: impl Fn(P::Part) -> P::Read) -> bool {
        let Some((number, part)) = self.progress().begin() else { return false };
        let read = read(part);
        let is_early = |progress: &mut Progress<'_, P>| progress.taken < number && progress.stopped.is_none();
        let mut progress = self.changed.wait_while(self.progress(), is_early).unwrap_or_else(PoisonError::into_inner);
        let goes_on = progress.stopped.is_none() && progress.take(read);
        drop(progress);
        self.changed.notify_all();
        goes_on
    }

    fn progress(&self) -> MutexGuard<'_, Progress<'a, P>> {
        // After a panic, nothing more is taken of what may be half done.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Parts> Progress<'_, P> {
    /// The next part and its number; `None` if there is none.
    fn begin(&mut self) -> Option<(usize, P::Part)> {
        if self.no_more.is_some() || self.stopped.is_some() {
            return None;
        }
        match self.parts.next() {
            Ok(Some(part)) => {
                self.begun += 1;
                Some((self.begun - 1, part))
            }
            end => {
                self.no_more = Some(end.map(drop));
                None
            }
        }
    }

    /// Takes what was read of the part whose turn it is, and returns whether to go on.
    fn take(&mut self, read: P::Read) -> bool {
        let goes_on = self.parts.take(read);
        self.taken += 1;
        if !goes_on {
            self.stopped = Some(Stopped::HasEnough);
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    /// Gives the numbers below `length`, and then an error; stops at `stop`.
    struct Numbers {
        given: usize,
        length: usize,
        stop: usize,
        taken: Vec<usize>,
    }

    impl Parts for Numbers {
        type Part = usize;
        type Read = usize;

        fn next(&mut self) -> io::Result<Option<usize>> {
            self.given += 1;
            if self.given > self.length { Err(io::Error::other("cut")) } else { Ok(Some(self.given - 1)) }
        }

        fn take(&mut self, read: usize) -> bool {
            self.taken.push(read);
            read < self.stop
        }
    }

    fn read(length: usize, stop: usize, cores: usize, work: impl Fn(usize) -> usize + Sync) -> (Numbers, io::Result<()>) {
        let mut numbers = Numbers { given: 0, length, stop, taken: Vec::new() };
        let result = read_all(&mut numbers, work, NonZero::new(cores).unwrap());
        (numbers, result)
    }

    /// Takes longer for some numbers than for those behind them.
    fn uneven(number: usize) -> usize {
        black_box((0..10_000 * (number % 2)).fold(0, |sum, next| black_box(sum ^ next)));
        number
    }

    #[test]
    fn what_was_read_is_taken_in_order_up_to_an_error() {
        for cores in 1..5 {
            let (numbers, result) = read(1000, usize::MAX, cores, uneven);
            assert_eq!(numbers.taken, (0..1000).collect::<Vec<_>>());
            assert_eq!(result.unwrap_err().to_string(), "cut");
        }
    }

    #[test]
    fn it_ends_where_nothing_more_is_wanted_and_not_far_behind() {
        for cores in 1..5 {
            let (numbers, result) = read(1000, 500, cores, |number| number);
            result.unwrap();
            assert_eq!(numbers.taken, (0..=500).collect::<Vec<_>>());
            assert!(numbers.given <= 501 + cores, "{}", numbers.given);
        }
    }

    #[test]
    fn a_panic_on_any_core_is_one_of_the_caller() {
        for cores in 1..5 {
            let fails = |number| if number == 300 { panic!("300") } else { number };
            let panic = catch_unwind(|| read(1000, usize::MAX, cores, fails)).err().unwrap();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"300"));
        }
    }
}
