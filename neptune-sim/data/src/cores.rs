//! Reads the parts of a stream on several cores, and takes what was read in the order of the parts.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How many parts are read before other cores are asked for help: a small file is done by then.
const ALONE: usize = 2;
/// How many parts are in memory at most, for each core.
const PER_CORE: usize = 2;

/// A stream in parts.
pub(crate) trait Parts {
    /// A part that can be read by itself.
    type Part: Send;
    /// What was read.
    type Read: Send;

    /// The next part; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Self::Part>>;

    /// Takes what was read of the part whose turn it is, and returns whether to go on.
    fn take(&mut self, read: Self::Read) -> bool;
}

/// How many cores there are for this program.
pub(crate) fn all() -> NonZero<usize> {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

/// Reads all parts. Only `read` runs on other cores, so what is taken is the same on any number of them.
///
/// # Errors
/// The stream cannot be read. What is before that place was taken.
pub(crate) fn read_all<P: Parts>(
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
    let (to_do, waiting) = channel();
    let waiting = &Mutex::new(waiting);
    thread::scope(|scope| {
        let (done, results) = channel();
        for _ in 1..cores.get() {
            let (done, read) = (done.clone(), &read);
            scope.spawn(move || help(waiting, &done, read));
        }
        let most = PER_CORE * cores.get();
        Reading { parts, to_do, waiting, results, most, begun: 0, taken: 0, early: BTreeMap::new() }.run(&read)
    })
}

/// Reads what is waiting, until nothing more can come.
fn help<P, R>(waiting: &Waiting<P>, done: &Sender<(usize, thread::Result<R>)>, read: impl Fn(P) -> R) {
    loop {
        let next = waiting.lock().map(|waiting| waiting.recv());
        let Ok(Ok((number, part))) = next else { return };
        let result = catch_unwind(AssertUnwindSafe(|| read(part)));
        if done.send((number, result)).is_err() {
            return;
        }
    }
}

/// Parts with their numbers, for whichever core is free.
type Waiting<P> = Mutex<Receiver<(usize, P)>>;

/// The work of the core that also takes what was read.
struct Reading<'a, P: Parts> {
    parts: &'a mut P,
    to_do: Sender<(usize, P::Part)>,
    waiting: &'a Waiting<P::Part>,
    results: Receiver<(usize, thread::Result<P::Read>)>,
    /// How many parts may be in memory.
    most: usize,
    begun: usize,
    taken: usize,
    /// What was read before its turn.
    early: BTreeMap<usize, P::Read>,
}

impl<P: Parts> Reading<'_, P> {
    fn run(mut self, read: impl Fn(P::Part) -> P::Read) -> io::Result<()> {
        let mut end = None;
        loop {
            while end.is_none() && self.begun - self.taken < self.most {
                end = self.begin();
            }
            if self.begun == self.taken {
                return end.unwrap_or(Ok(()));
            }
            if let Some(result) = self.early.remove(&self.taken) {
                self.taken += 1;
                if !self.parts.take(result) {
                    return Ok(());
                }
            } else {
                self.read_one(&read);
            }
        }
    }

    /// Makes the next part wait for a core. Returns how the stream ends, if it does.
    fn begin(&mut self) -> Option<io::Result<()>> {
        match self.parts.next() {
            Ok(Some(part)) => {
                // It is received as long as this value lives.
                let _ = self.to_do.send((self.begun, part));
                self.begun += 1;
                None
            }
            Ok(None) => Some(Ok(())),
            Err(error) => Some(Err(error)),
        }
    }

    /// Reads a part here if one is waiting; otherwise waits for another core.
    fn read_one(&mut self, read: impl Fn(P::Part) -> P::Read) {
        // Another core that waits holds the lock, and then there is nothing.
        let waiting = self.waiting.try_lock().ok().and_then(|waiting| waiting.try_recv().ok());
        match waiting {
            Some((number, part)) => _ = self.early.insert(number, read(part)),
            None => self.receive(),
        }
    }

    fn receive(&mut self) {
        match self.results.recv() {
            Ok((number, Ok(result))) => _ = self.early.insert(number, result),
            Ok((_, Err(panic))) => resume_unwind(panic),
            Err(_) => unreachable!("the other cores wait as long as parts can come"),
        }
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_was_read_is_taken_in_order_up_to_an_error() {
        for cores in 1..5 {
            let (numbers, result) = read(1000, usize::MAX, cores, |number| number);
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
            assert!(numbers.given <= 501 + PER_CORE * cores, "{}", numbers.given);
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
