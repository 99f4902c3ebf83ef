//! Wraps text at words. Columns are counted in characters; colours have to be added afterwards.

/// A line wrapped at words, so that each line has at most `width` columns. Longer words stay whole, so that names and paths can be copied.
/// What continues the line is indented by `further` spaces more than it is.
pub fn wrap_line(line: &str, width: usize, further: usize) -> Vec<String> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let further = indent + further;
    let parts = wrap_words(text, width.saturating_sub(indent), width.saturating_sub(further));
    let indent_of = |number: usize| " ".repeat(if number == 0 { indent } else { further });
    parts.iter().enumerate().map(|(number, part)| indent_of(number) + part).collect()
}

/// The parts of a line, broken at spaces: the first has at most `first` columns, the others `further`. A longer word stays whole.
pub fn wrap_words(text: &str, first: usize, further: usize) -> Vec<&str> {
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
    #[case::short("one two", 10, &["one two"])]
    #[case::at_the_space("one two three", 8, &["one two", "    three"])]
    #[case::a_line_that_fits_exactly("one two", 7, &["one two"])]
    #[case::further_lines("aa bb cc dd ee", 8, &["aa bb cc", "    dd", "    ee"])]
    #[case::indented("  aa bb", 5, &["  aa", "      bb"])]
    #[case::a_long_word_stays_whole("a_very_long_name and more", 8, &["a_very_long_name", "    and", "    more"])]
    #[case::letters_not_bytes("ää öö", 5, &["ää öö"])]
    #[case::one_word("a_very_long_name", 4, &["a_very_long_name"])]
    #[case::nothing("", 4, &[""])]
    fn a_line_wraps_at_words(#[case] line: &str, #[case] width: usize, #[case] expected: &[&str]) {
        assert_eq!(wrap_line(line, width, 4), expected);
    }

    #[test]
    fn wrapping_loses_no_word() {
        let text = "scenarios/a.yaml:22: it fails: answer.status: expected \"SUCCESS\", got \"FAILED\" (and 2 more)";
        for width in 0..100 {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&wrap_line(text, width, 4).join("\n")), words(text), "{width}");
        }
    }

    /// An answer of a function on one line, as long as a simulator may pad it: reading the rest again at each break would take minutes.
    #[test]
    fn a_line_of_a_megabyte_is_wrapped() {
        let text = "word ".repeat(200_000);
        assert_eq!(wrap_line(text.trim_end(), 80, 4).len(), 13_334);
    }
}
