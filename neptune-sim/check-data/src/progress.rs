//! How far a check has come, on the line of a terminal.

use std::fs;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use neptune_report::terminal::ProgressLine;

use crate::inputs::Input;

/// How long a check runs before its line is seen, and between two texts of it.
const PAUSE: Duration = Duration::from_millis(250);

/// Bytes read of all bytes. Nothing is seen where standard error is no terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    line: ProgressLine,
    /// How many files there are, and their bytes: `None` if one of them has no known length.
    files: usize,
    total: Option<u64>,
    /// Bytes of the file that is being read.
    read: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    began: Instant,
    shown: Instant,
    /// Files that were read to their ends, and their bytes.
    done: usize,
    bytes: u64,
    name: String,
}

impl Progress {
    pub(crate) fn new(inputs: &[Input]) -> Arc<Self> {
        let now = Instant::now();
        let state = State { began: now, shown: now, done: 0, bytes: 0, name: String::new() };
        let total = inputs.iter().map(size).sum();
        Arc::new(Self {
            line: ProgressLine::new(),
            files: inputs.len(),
            total,
            read: AtomicU64::new(0),
            state: Mutex::new(state),
        })
    }

    /// The same bytes, counted as they are read. Only one file is read at a time.
    pub(crate) fn count<R: Read>(self: &Arc<Self>, input: &Input, bytes: R) -> Counted<R> {
        self.read.store(0, Ordering::Relaxed);
        self.state().name = input.name().replace(char::is_control, " ");
        Counted { bytes, progress: Arc::clone(self) }
    }

    /// A file was read to its end.
    pub(crate) fn done(&self, input: &Input) {
        let mut state = self.state();
        state.done += 1;
        state.bytes += size(input).unwrap_or_else(|| self.read.load(Ordering::Relaxed));
        self.read.store(0, Ordering::Relaxed);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, count: u64) {
        let read = self.read.fetch_add(count, Ordering::Relaxed) + count;
        let mut state = self.state();
        let now = Instant::now();
        if now.duration_since(state.shown) >= PAUSE {
            state.shown = now;
            let took = now.duration_since(state.began);
            let files = (state.done.saturating_add(1).min(self.files), self.files);
            self.line.show(&text(files, state.bytes + read, self.total, took, &state.name));
        }
    }
}

/// How long a file is: unknown of what comes once.
fn size(input: &Input) -> Option<u64> {
    match input {
        Input::File(path) => Some(fs::metadata(path).map_or(0, |known| known.len())),
        Input::Standard | Input::Pipe(_) => None,
    }
}

/// `file 3 of 12, 1.2 GB of 4.0 GB (30%), 210 MB/s: data/people.csv`
fn text((file, files): (usize, usize), read: u64, total: Option<u64>, took: Duration, name: &str) -> String {
    let of = total.filter(|total| *total > 0).map(|total| {
        let percent = u128::from(read.min(total)) * 100 / u128::from(total);
        format!(" of {} ({percent}%)", size_of(total))
    });
    let rate = u64::try_from(u128::from(read) * 1000 / took.as_millis().max(1)).unwrap_or(u64::MAX);
    format!("file {file} of {files}, {}{}, {}/s: {name}", size_of(read), of.unwrap_or_default(), size_of(rate))
}

/// `1.2 GB`
fn size_of(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

/// Bytes that are counted.
pub(crate) struct Counted<R> {
    bytes: R,
    progress: Arc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.progress.step(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(1_200_000_000, Some(4_000_000_000), 6000, "file 2 of 3, 1.2 GB of 4.0 GB (30%), 200.0 MB/s: a.csv")]
    #[case(999, None, 0, "file 2 of 3, 999 B, 999.0 kB/s: a.csv")]
    #[case(0, Some(0), 1000, "file 2 of 3, 0 B, 0 B/s: a.csv")]
    #[case(u64::MAX, Some(1), 1000, "file 2 of 3, 18446744073.7 GB of 1 B (100%), 18446744073.7 GB/s: a.csv")]
    fn it_says_what_is_read_of_what_and_how_fast(
        #[case] read: u64,
        #[case] total: Option<u64>,
        #[case] millis: u64,
        #[case] expected: &str,
    ) {
        assert_eq!(text((2, 3), read, total, Duration::from_millis(millis), "a.csv"), expected);
    }

    #[test]
    fn bytes_of_files_that_are_done_stay_counted_and_those_of_a_look_do_not() {
        let input = Input::File("Cargo.toml".into());
        let progress = Progress::new(std::slice::from_ref(&input));
        let mut text = String::new();
        // A look at the first bytes, and then the file.
        progress.count(&input, &b"look"[..]).read_to_string(&mut text).unwrap();
        progress.count(&input, &b"the file"[..]).read_to_string(&mut text).unwrap();
        assert_eq!(progress.read.load(Ordering::Relaxed), 8);
        progress.done(&input);
        assert_eq!(progress.state().bytes, fs::metadata("Cargo.toml").unwrap().len());
        assert_eq!(Progress::new(&[input, Input::Standard]).total, None);
    }
}
