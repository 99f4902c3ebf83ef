//! Standard input: its lines, and its end.

use std::future::pending;
use std::io::{self, Read};

use tokio::sync::watch;

/// The lines that were read so far. Clones take the same lines, each for itself.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    read: watch::Receiver<u64>,
    taken: u64,
}

/// Begins to read standard input. What its lines say does not matter, and is not kept.
pub(crate) fn lines() -> Lines {
    let (sender, read) = watch::channel(0);
    // A thread of its own: the runtime would wait for one of its threads when the process ends, and this one may read for ever.
    std::thread::spawn(move || read_all(&sender));
    Lines { read, taken: 0 }
}

impl Lines {
    /// Lines without end, for tests: each wait for one is over at once.
    #[cfg(test)]
    pub(crate) fn without_end() -> Self {
        Self { read: watch::channel(u64::MAX).1, taken: 0 }
    }

    /// Returns when there is a line that was not taken yet, and takes it; never if there is none before the end.
    pub(crate) async fn next(&mut self) {
        let taken = self.taken;
        if self.read.wait_for(|read| *read > taken).await.is_err() {
            pending::<()>().await;
        }
        self.taken += 1;
    }

    /// Returns when standard input has ended: the other end of the pipe is closed, or its process is no more.
    pub(crate) async fn ended(&mut self) {
        while self.read.changed().await.is_ok() {}
    }
}

fn read_all(lines: &watch::Sender<u64>) {
    let (mut stdin, mut buffer) = (io::stdin().lock(), [0; 8192]);
    loop {
        wait_for_turn();
        match stdin.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                let ends = buffer[..count].split(|byte| *byte == b'\n').skip(1).count() as u64;
                lines.send_modify(|read| *read += ends);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Returns when reading cannot stop the process: a terminal stops programs in the background that read from it.
#[cfg(unix)]
fn wait_for_turn() {
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::getpgrp;
    use rustix::termios::tcgetpgrp;

    let stdin = io::stdin();
    while let Ok(foreground) = tcgetpgrp(&stdin) {
        // Another program of the terminal may come to the front until there is something to read.
        let _ = poll(&mut [PollFd::new(&stdin, PollFlags::IN)], None);
        if foreground == getpgrp() && tcgetpgrp(&stdin) == Ok(foreground) {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Other systems stop none.
#[cfg(not(unix))]
fn wait_for_turn() {}
