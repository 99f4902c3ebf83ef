//! What a process writes: both its streams, cut into lines, the newest kept.
//!
//! The difficulty is the end of an invocation: the answer comes over a socket, the lines come over pipes, and nothing says which of
//! them the harness sees first. But a process that asks for its next event has written before it asked, so its lines are in the
//! pipes by then. [`Output::take`] therefore reads the pipes empty on the spot, past tokio's idea of whether they are readable,
//! which may lag behind. No line is lost, and no reader waits for one that may never come.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::unix::pipe;
use tokio::task::JoinSet;

/// How many lines are kept.
const MAX_LINES: usize = 1000;

/// A line of this many bytes is split.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// More can't be in a pipe (Linux, for a process without privileges). It bounds [`Stream::catch_up`] against a process that writes
/// faster than we read.
const MAX_PIPE_BYTES: usize = 1024 * 1024;

/// The output of one process.
#[derive(Debug)]
pub(super) struct Output {
    streams: Vec<Arc<Stream>>,
    lines: Arc<Mutex<Lines>>,
    /// Read along, so that a full pipe never holds the process up. They end with this struct.
    _readers: JoinSet<()>,
}

/// Kept lines, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) kept: VecDeque<String>,
    pub(super) dropped: usize,
}

impl Output {
    /// Begins to read these pipes.
    pub(super) fn of(pipes: impl IntoIterator<Item = pipe::Receiver>) -> Self {
        let lines = Arc::<Mutex<Lines>>::default();
        let mut readers = JoinSet::new();
        let mut streams = Vec::new();
        for pipe in pipes {
            let stream = Arc::new(Stream { pipe, unfinished: Mutex::default(), lines: lines.clone() });
            readers.spawn(stream.clone().read_along());
            streams.push(stream);
        }
        Self { streams, lines, _readers: readers }
    }

    /// Everything written since the last call, unfinished lines included.
    pub(super) fn take(&self) -> Lines {
        for stream in &self.streams {
            stream.catch_up();
        }
        mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Debug)]
struct Stream {
    pipe: pipe::Receiver,
    /// The beginning of a line. Locked while reading, so that bytes are filed in the order in which they were read.
    unfinished: Mutex<Vec<u8>>,
    lines: Arc<Mutex<Lines>>,
}

impl Stream {
    async fn read_along(self: Arc<Self>) {
        while self.pipe.readable().await.is_ok() {
            match self.read(|buffer| self.pipe.try_read(buffer)) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// Files all that is in the pipe now.
    fn catch_up(&self) {
        let mut read = 0;
        while read < MAX_PIPE_BYTES {
            match self.read(|buffer| Ok(rustix::io::retry_on_intr(|| rustix::io::read(&self.pipe, &mut *buffer))?)) {
                Ok(0) | Err(_) => break,
                Ok(count) => read += count,
            }
        }
        let mut unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        if !unfinished.is_empty() {
            self.file(&mem::take(&mut *unfinished));
        }
    }

    /// Reads once and files what came; says how much, 0 at the end.
    fn read(&self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        let mut unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = [0; 8 * 1024];
        let count = read(&mut buffer)?;
        for piece in buffer[..count].split_inclusive(|byte| *byte == b'\n') {
            unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\n") || unfinished.len() >= MAX_LINE_BYTES {
                self.file(&mem::take(&mut *unfinished));
            }
        }
        Ok(count)
    }

    fn file(&self, line: &[u8]) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // awslambdaric parts the lines of a message with `\r`, so that Lambda keeps them together.
        for line in line.split(|byte| *byte == b'\r') {
            if lines.kept.len() == MAX_LINES {
                lines.kept.pop_front();
                lines.dropped += 1;
            }
            lines.kept.push_back(String::from_utf8_lossy(line).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::OwnedFd;

    use super::*;

    fn output() -> (io::PipeWriter, Output) {
        let (reader, writer) = io::pipe().unwrap();
        (writer, Output::of([pipe::Receiver::from_owned_fd(OwnedFd::from(reader)).unwrap()]))
    }

    // None of these tests awaits between writing and taking, so on this single thread no reader can have run in between:
    // what is found was caught up with.

    #[tokio::test]
    async fn what_was_just_written_is_there_though_no_reader_has_run() {
        let (mut writer, output) = output();
        writer.write_all(b"one\ntwo\nunfinished").unwrap();
        assert_eq!(output.take().kept, ["one", "two", "unfinished"]);
        writer.write_all(b"three\n").unwrap();
        assert_eq!(output.take().kept, ["three"]);
        assert_eq!(output.take().kept, [""; 0]);
    }

    #[tokio::test]
    async fn a_carriage_return_parts_lines_as_well() {
        let (mut writer, output) = output();
        writer.write_all(b"[ERROR] KeyError: 'a'\rTraceback:\r  line 7\nwith both\r\n").unwrap();
        assert_eq!(output.take().kept, ["[ERROR] KeyError: 'a'", "Traceback:", "  line 7", "with both"]);
    }

    #[tokio::test]
    async fn the_newest_lines_are_kept_and_the_others_counted() {
        let (mut writer, output) = output();
        for number in 0..1003 {
            writeln!(writer, "{number}").unwrap();
        }
        let lines = output.take();
        assert_eq!(lines.dropped, 3);
        assert_eq!(lines.kept.front().unwrap(), "3");
        assert_eq!(lines.kept.back().unwrap(), "1002");
        assert_eq!(lines.kept.len(), 1000);
    }

    #[tokio::test]
    async fn a_pipe_that_fills_up_is_emptied_by_the_reader_and_an_endless_line_is_split() {
        let (mut writer, output) = output();
        let wrote = tokio::task::spawn_blocking(move || writer.write_all(&vec![b'x'; 200 * 1024]));
        wrote.await.unwrap().unwrap();
        let lines = output.take().kept;
        assert_eq!(lines.iter().map(String::len).sum::<usize>(), 200 * 1024);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= MAX_LINE_BYTES + 8 * 1024), "{}", lines.len());
    }

    #[tokio::test]
    async fn bytes_that_are_not_text_are_replaced() {
        let (mut writer, output) = output();
        writer.write_all(b"caf\xe9\n").unwrap();
        assert_eq!(output.take().kept, ["caf\u{fffd}"]);
    }
}
