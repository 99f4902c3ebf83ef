//! A line diff for people.

use neptune_report::terminal::{GOOD, PLACE, REMOVED, paint};
use similar::TextDiff;

/// The changed lines with three lines around them, or nothing if the texts are equal.
pub(crate) fn line_diff(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new).unified_diff().missing_newline_hint(false).to_string();
    diff.lines().map(|line| painted(line) + "\n").collect()
}

fn painted(line: &str) -> String {
    match line.chars().next() {
        Some('-') => paint(REMOVED, line),
        Some('+') => paint(GOOD, line),
        Some('@') => paint(PLACE, line),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use neptune_report::terminal::plain;

    use super::*;

    #[test]
    fn only_changed_lines_and_their_surroundings_show() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let new = "a\nb\nc\nd\ne\nF\n";
        assert_eq!(plain(&line_diff(old, new)), "@@ -3,4 +3,4 @@\n c\n d\n e\n-f\n+F\n");
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(line_diff("a\n", "a\n"), "");
    }

    #[test]
    fn colours_follow_the_sign() {
        let coloured = line_diff("a\n", "b\n");
        assert!(coloured.contains("\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n"), "{coloured}");
    }
}
