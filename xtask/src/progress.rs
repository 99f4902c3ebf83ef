//! The line that shows how far a run has come.

use std::io::{self, IsTerminal, Write};

/// A line on standard error that is written over and over; nothing where that is no terminal.
pub(crate) struct Progress {
    all: usize,
    done: usize,
    is_seen: bool,
}

impl Progress {
    /// For the given number of steps, none of them done.
    pub(crate) fn of(all: usize) -> Self {
        Self { all, done: 0, is_seen: io::stderr().is_terminal() }
    }

    /// One more is done: this one.
    pub(crate) fn step(&mut self, name: &str) {
        self.done += 1;
        self.write(&format!("running {}/{} {name}", self.done, self.all));
    }

    /// Removes the line.
    pub(crate) fn clear(&self) {
        self.write("");
    }

    /// Writes over the line. It is cut at the width of the terminal: a line that wraps could not be written over.
    fn write(&self, text: &str) {
        if self.is_seen {
            let text: String = text.chars().take(neptune_report::terminal::width() - 1).collect();
            // The run goes on without it.
            let _ = write!(io::stderr(), "\r\u{1b}[2K{text}");
        }
    }
}
