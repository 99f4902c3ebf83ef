//! A line diff for people.

use similar::TextDiff;

/// The changed lines with three lines around them, or nothing if the texts are equal. Colours are for terminals only.
pub(crate) fn line_diff(old: &str, new: &str, coloured: bool) -> String {
    let diff = TextDiff::from_lines(old, new).unified_diff().missing_newline_hint(false).to_string();
    if coloured { diff.lines().map(|line| paint(line) + "\n").collect() } else { diff }
}

fn paint(line: &str) -> String {
    match line.chars().next() {
        Some('-') => format!("\x1b[31m{line}\x1b[0m"),
        Some('+') => format!("\x1b[32m{line}\x1b[0m"),
        Some('@') => format!("\x1b[36m{line}\x1b[0m"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_lines_and_their_surroundings_show() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let new = "a\nb\nc\nd\ne\nF\n";
        assert_eq!(line_diff(old, new, false), "@@ -3,4 +3,4 @@\n c\n d\n e\n-f\n+F\n");
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(line_diff("a\n", "a\n", false), "");
    }

    #[test]
    fn colours_follow_the_sign() {
        let coloured = line_diff("a\n", "b\n", true);
        assert!(coloured.contains("\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n"), "{coloured}");
    }
}
