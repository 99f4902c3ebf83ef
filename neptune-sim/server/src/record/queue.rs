//! The thread that writes a recording, and the queue in front of it.
//!
//! A write may block for long on a full disk or a slow pipe. So it happens on a thread of its own. Only answers of the recorded proxy wait for
//! it, and only for a short time.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// How many exchanges wait at most until they are written.
const MOST_WAITING: usize = 8192;
/// How many bytes those may have. One alone may have more.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// What is written, one after the other.
pub(super) trait Entry: Send + 'static {
    /// How many bytes it keeps.
    fn size(&self) -> usize;
}

/// How many exchanges a recording has, and how many it lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Those that were written whole.
    pub written: u64,
    /// Those that could not be written, or not soon enough to be kept so long.
    pub lost: u64,
}

/// Entries on their way to the thread that writes them. The thread ends when this is dropped and everything is written.
#[derive(Debug)]
pub(super) struct RecordQueue<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    /// How long an answer waits until its exchange is written.
    patience: Duration,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<(T, Option<oneshot::Sender<()>>)>,
    /// Of those that wait, and of the one that is being written.
    bytes: usize,
    is_writing: bool,
    /// Whether an answer has waited in vain and nothing was written since: no other waits then.
    is_stuck: bool,
    is_over: bool,
    recorded: Recorded,
}

impl<T: Entry> RecordQueue<T> {
    /// Starts the thread. It calls `write` with one entry after the other, which returns whether the entry is written. An answer waits `patience`
    /// for that at most.
    ///
    /// # Errors
    /// What the system says if there can be no thread.
    pub(super) fn start(patience: Duration, write: impl FnMut(T) -> bool + Send + 'static) -> io::Result<Self> {
        let state = State {
            waiting: VecDeque::new(),
            bytes: 0,
            is_writing: false,
            is_stuck: false,
            is_over: false,
            recorded: Recorded::default(),
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), patience });
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("recorder".to_owned()).spawn(move || theirs.write_all(write))?;
        Ok(Self(shared))
    }

    /// Queues an entry, and waits a short time until it is written.
    pub(super) async fn write(&self, entry: T) {
        let (written, is_written) = oneshot::channel();
        if self.put(entry, Some(written)) && tokio::time::timeout(self.0.patience, is_written).await.is_err() {
            let mut state = self.0.state();
            if !state.is_stuck {
                tracing::warn!("the recording cannot be written for the moment: answers do not wait for it any more");
            }
            state.is_stuck = true;
        }
    }

    /// Queues an entry without waiting.
    pub(super) fn write_later(&self, entry: T) {
        self.put(entry, None);
    }

    /// Queues an entry. Returns whether the caller should wait for it.
    fn put(&self, entry: T, written: Option<oneshot::Sender<()>>) -> bool {
        let (mut state, size) = (self.0.state(), entry.size());
        let is_full = state.waiting.len() >= MOST_WAITING || state.bytes > 0 && state.bytes + size > MOST_BYTES;
        if is_full {
            state.lose();
            return false;
        }
        state.bytes += size;
        state.waiting.push_back((entry, written));
        self.0.changed.notify_all();
        !state.is_stuck
    }

    /// How many entries were written and lost by now.
    pub(super) fn recorded(&self) -> Recorded {
        self.0.state().recorded
    }

    /// Waits until everything is written, so long at most. What is not written by then counts as lost.
    pub(super) fn finish(&self, within: Duration) -> Recorded {
        let is_busy = |state: &mut State<T>| state.is_writing || !state.waiting.is_empty();
        let waited = self.0.changed.wait_timeout_while(self.0.state(), within, is_busy);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let unwritten = state.waiting.len() as u64 + u64::from(state.is_writing);
        Recorded { lost: state.recorded.lost + unwritten, ..state.recorded }
    }
}

impl<T> Drop for RecordQueue<T> {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.changed.notify_all();
    }
}

impl<T> State<T> {
    /// Counts a lost entry. The first one is logged.
    fn lose(&mut self) {
        if self.recorded.lost == 0 {
            tracing::warn!("the recording lacks an exchange: it could not be written in time");
        }
        self.recorded.lost += 1;
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Entry> Shared<T> {
    fn write_all(&self, mut write: impl FnMut(T) -> bool) {
        while let Some((entry, written)) = self.next() {
            let size = entry.size();
            let is_written = write(entry);
            let mut state = self.state();
            state.bytes -= size;
            (state.is_writing, state.is_stuck) = (false, false);
            if is_written {
                state.recorded.written += 1;
            } else {
                state.recorded.lost += 1;
            }
            drop(state);
            self.changed.notify_all();
            // The receiver is gone if the answer no longer waits.
            let _ = written.map(|written| written.send(()));
        }
    }

    /// The next entry, once there is one; `None` when all are written and there will be no other.
    fn next(&self) -> Option<(T, Option<oneshot::Sender<()>>)> {
        let is_idle = |state: &mut State<T>| state.waiting.is_empty() && !state.is_over;
        let mut state = self.changed.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let next = state.waiting.pop_front()?;
        state.is_writing = true;
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_mins(1);

    impl Entry for usize {
        fn size(&self) -> usize {
            *self
        }
    }

    /// A queue that writes one entry for each leave that it is given.
    fn gated() -> (RecordQueue<usize>, mpsc::Sender<()>) {
        let (leave, gate) = mpsc::channel();
        (RecordQueue::start(SOON, move |_| gate.recv().is_ok()).unwrap(), leave)
    }

    #[tokio::test]
    async fn answers_wait_for_a_stuck_disk_once_and_for_a_moment() {
        let (queue, leave) = gated();
        let begun = std::time::Instant::now();
        for _ in 0..1000 {
            queue.write(10).await;
        }
        assert!(begun.elapsed() < 100 * SOON, "{:?}", begun.elapsed());
        assert_eq!(queue.finish(SOON), Recorded { written: 0, lost: 1000 });
        (0..1000).for_each(|_| leave.send(()).unwrap());
        assert_eq!(queue.finish(LONG), Recorded { written: 1000, lost: 0 });
        assert!(!queue.0.state().is_stuck, "answers wait again");
    }

    #[test]
    fn what_waits_is_bounded_and_what_is_lost_is_counted() {
        let (queue, leave) = gated();
        queue.write_later(2 * MOST_BYTES);
        queue.write_later(1);
        assert_eq!(queue.recorded().lost, 1, "one alone may be larger");
        leave.send(()).unwrap();
        assert_eq!(queue.finish(LONG), Recorded { written: 1, lost: 1 });
        for _ in 0..MOST_WAITING + 10 {
            queue.write_later(0);
        }
        // One of them may be in writing.
        assert!((9..=10).contains(&(queue.recorded().lost - 1)), "{:?}", queue.recorded());
    }

    #[test]
    fn what_cannot_be_written_is_lost() {
        let queue = RecordQueue::start(SOON, |size: usize| size > 1).unwrap();
        (0..4).for_each(|size| queue.write_later(size));
        assert_eq!(queue.finish(LONG), Recorded { written: 2, lost: 2 });
    }

    #[test]
    fn what_waits_is_written_though_the_tape_is_dropped() {
        let (leave, gate) = mpsc::channel::<()>();
        let (written, entries) = mpsc::channel();
        let queue = RecordQueue::start(SOON, move |size: usize| gate.recv().is_ok() && written.send(size).is_ok()).unwrap();
        (0..3).for_each(|size| queue.write_later(size));
        drop(queue);
        (0..3).for_each(|_| leave.send(()).unwrap());
        assert_eq!(entries.iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
