//! Text in the columns of a terminal.

use terminal_size::{Width, terminal_size};

/// How wide a terminal is of which nothing is known.
const USUAL: usize = 80;
/// Longer lines are hard to read.
const MOST: usize = 100;
/// Below this, lists become unreadable however they are wrapped.
const LEAST: usize = 40;

/// How wide text is to be: as the terminal is, within reason.
pub(crate) fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = terminal_size().map(|(Width(width), _)| usize::from(width)).or(told).unwrap_or(USUAL);
    columns.clamp(LEAST, MOST)
}

/// The text, behind `first`, wrapped at words. Further lines are indented by as many columns as `first` has.
pub(crate) fn wrapped(first: &str, text: &str, columns: usize) -> String {
    let indent = " ".repeat(first.chars().count());
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_bare = true;
    for word in text.split_whitespace() {
        if !is_bare && line.chars().count() + 1 + word.chars().count() > columns {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            is_bare = true;
        }
        if !is_bare {
            line.push(' ');
        }
        line += word;
        is_bare = false;
    }
    lines.push(line);
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_further_lines_stand_below_the_text() {
        assert_eq!(wrapped("name  ", "one two three four", 16), "name  one two\n      three four\n");
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        assert_eq!(wrapped("  ", "see https://a.example/long now", 12), "  see\n  https://a.example/long\n  now\n");
    }
}
