//! Text in the columns of a terminal.

use neptune_text::{wrap_line, wrap_words};
use terminal_size::{Width, terminal_size};

/// How wide a terminal is of which nothing is known.
const USUAL: usize = 80;
/// Longer lines are hard to read.
const MOST: usize = 100;
/// Below this, lists become unreadable however they are wrapped.
const LEAST: usize = 40;

/// How wide text is to be: as the terminal is, within reason.
pub(crate) fn columns() -> usize {
    let reported = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = terminal_size().map(|(Width(width), _)| usize::from(width)).or(reported).unwrap_or(USUAL);
    columns.clamp(LEAST, MOST)
}

/// The text, behind `first`, wrapped at words. Further lines are indented by as many columns as `first` has.
pub(crate) fn wrapped(first: &str, text: &str, columns: usize) -> String {
    let (text, width) = (text.split_whitespace().collect::<Vec<_>>().join(" "), first.chars().count());
    let room = columns.saturating_sub(width);
    let indent = " ".repeat(width);
    let lines = wrap_words(&text, room, room).into_iter().enumerate();
    lines
        .map(|(number, line)| format!("{}{line}", if number == 0 { first } else { &indent }).trim_end().to_owned() + "\n")
        .collect()
}

/// A message of one or more lines, each wrapped at words and indented by two further columns below itself. Lines of an excerpt from a file, which
/// have a `|` or an arrow, stay as they are.
pub(crate) fn message(text: &str, columns: usize) -> String {
    let lines = text.lines().flat_map(|line| {
        let is_excerpt = line.contains('|') || line.trim_start().starts_with("-->");
        if is_excerpt { vec![line.to_owned()] } else { wrap_line(line, columns, 2) }
    });
    lines.map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_wraps_at_words_and_an_excerpt_stays_whole() {
        let text = "error: one two three\n --> a/long/file.yaml:1:1\n1 | a: b c d e f g h i\n  hint: four five six";
        let shown = "error: one two\n  three\n --> a/long/file.yaml:1:1\n1 | a: b c d e f g h i\n  hint: four\n    five six\n";
        assert_eq!(message(text, 16), shown);
    }

    #[test]
    fn words_stay_whole_and_further_lines_stand_below_the_text() {
        assert_eq!(wrapped("name  ", "one two three four", 16), "name  one two\n      three four\n");
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        assert_eq!(wrapped("  ", "see https://a.example/long now", 12), "  see\n  https://a.example/long\n  now\n");
    }
}
