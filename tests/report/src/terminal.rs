//! What output for people has in common: colours, the width of the terminal, lines that wrap at words.
//!
//! Colours are always written. The program sends its output through `anstream`, which takes them out where the output is no terminal, or
//! `NO_COLOR` asks for none.

use anstyle::{AnsiColor, Style};

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
    let lines: Vec<String> = text.lines().flat_map(|line| wrap_line(line, width)).collect();
    let end = if text.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let further = indent + 4;
    let parts = wrap_words(text, width.saturating_sub(indent), width.saturating_sub(further));
    let indent_of = |number: usize| " ".repeat(if number == 0 { indent } else { further });
    parts.iter().enumerate().map(|(number, part)| indent_of(number) + part).collect()
}

/// The parts of a line, broken at spaces: the first has at most `first` columns, the others `further`.
pub(crate) fn wrap_words(text: &str, first: usize, further: usize) -> Vec<&str> {
    let (mut parts, mut rest, mut room) = (Vec::new(), text, first);
    while let Some(end) = break_at(rest, room) {
        parts.push(rest[..end].trim_end_matches(' '));
        rest = rest[end..].trim_start_matches(' ');
        room = further;
    }
    parts.push(rest);
    parts
}

/// Where a text that is too long has to be broken: at the last space that leaves at most `room` columns, else at the first one. It reads no
/// further than that, so that the time to wrap a line grows with its length and no faster.
fn break_at(text: &str, room: usize) -> Option<usize> {
    text.chars().nth(room)?;
    let space = |(at, c): (usize, char)| (c == ' ' && at > 0).then_some(at);
    let fitting = text.char_indices().take(room + 1).filter_map(space).last();
    fitting.or_else(|| text.find(' ')).filter(|at| !text[*at..].trim().is_empty())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::short("one two", 10, "one two")]
    #[case::at_the_space("one two three", 8, "one two\n    three")]
    #[case::a_line_that_fits_exactly("one two", 7, "one two")]
    #[case::further_lines("aa bb cc dd ee", 8, "aa bb cc\n    dd\n    ee")]
    #[case::indented("  aa bb", 5, "  aa\n      bb")]
    #[case::a_long_word_stays_whole("a_very_long_name and more", 8, "a_very_long_name\n    and\n    more")]
    #[case::letters_not_bytes("ää öö", 5, "ää öö")]
    #[case::several_lines("a b\n\nc\n", 9, "a b\n\nc\n")]
    #[case::one_word("a_very_long_name", 4, "a_very_long_name")]
    fn text_wraps_at_words(#[case] text: &str, #[case] width: usize, #[case] expected: &str) {
        assert_eq!(wrap(text, width), expected);
    }

    #[test]
    fn wrapping_loses_no_word() {
        let text = "scenarios/a.yaml:22: it fails: answer.status: expected \"SUCCESS\", got \"FAILED\" (and 2 more)";
        for width in 0..100 {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&wrap(text, width)), words(text), "{width}");
        }
    }

    /// An answer of a function on one line, as long as a simulator may pad it: reading the rest again at each break would take minutes.
    #[test]
    fn a_line_of_a_megabyte_is_wrapped() {
        let text = "word ".repeat(200_000);
        assert_eq!(wrap(text.trim_end(), 80).lines().count(), 13_334);
    }

    #[test]
    fn colours_can_be_taken_out() {
        assert_eq!(paint(BAD, "x"), "\u{1b}[1m\u{1b}[31mx\u{1b}[0m");
        assert_eq!(plain(&paint(BAD, "x")), "x");
    }
}
