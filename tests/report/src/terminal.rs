//! What output for people has in common: colours, the width of the terminal, lines that wrap at words, a line of progress.
//!
//! Colours are always written. The program sends its output through `anstream`, which takes them out where the output is no terminal, or
//! `NO_COLOR` asks for none.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use neptune_text::wrap_line;

/// For what is well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// For what is wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what is open: not run, inconclusive, skipped.
pub const OPEN: Style = AnsiColor::Yellow.on_default();
/// For lines that were removed.
pub const REMOVED: Style = AnsiColor::Red.on_default();
/// For places in files.
pub const PLACE: Style = AnsiColor::Cyan.on_default();

/// How wide output is that goes to no terminal, in columns.
pub const DEFAULT_WIDTH: usize = 80;
/// No terminal is taken for narrower, in columns.
const NARROWEST: usize = 40;

/// How wide the terminal is, in columns: at least 40; [`DEFAULT_WIDTH`] where standard output is no terminal.
pub fn width() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    terminal.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).max(NARROWEST))
}

/// A line on standard error that is written over and over, to show how far a run has come. Nothing where that is no terminal.
///
/// It is removed when this value is dropped.
#[derive(Debug)]
pub struct ProgressLine {
    is_seen: bool,
}

impl ProgressLine {
    /// A line without a text.
    #[expect(clippy::new_without_default, reason = "it looks at standard error")]
    pub fn new() -> Self {
        Self { is_seen: io::stderr().is_terminal() }
    }

    /// Writes over the line. It is cut at the width of the terminal: a line that wraps could not be written over.
    pub fn show(&self, text: &str) {
        if self.is_seen {
            let text: String = text.chars().take(width() - 1).collect();
            // The run goes on without it.
            let _ = write!(io::stderr(), "\r\u{1b}[2K{text}");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.show("");
    }
}

/// A text in a style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A text without its colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A text without colours wrapped at words, so that each line has at most `width` columns. Longer words stay whole, so that names and paths
/// can be copied. What continues a line is indented by four spaces more than that line.
pub fn wrap(text: &str, width: usize) -> String {
    let lines: Vec<String> = text.lines().flat_map(|line| wrap_line(line, width, 4)).collect();
    let end = if text.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_a_text_wraps_at_words() {
        assert_eq!(wrap("a b\n\nc\n", 9), "a b\n\nc\n");
        assert_eq!(wrap("one two three\n  aa bb cc", 8), "one two\n    three\n  aa bb\n      cc");
    }

    #[test]
    fn colours_can_be_taken_out() {
        assert_eq!(paint(BAD, "x"), "\u{1b}[1m\u{1b}[31mx\u{1b}[0m");
        assert_eq!(plain(&paint(BAD, "x")), "x");
    }
}
