//! Prepares text from outside for our own sentences and log lines: on one line, and not too long.

/// The mark where text was cut off.
const CUT_MARK: &str = " [cut]";

/// Cuts `text` to at most `limit_bytes`, mark included, between two characters.
pub(crate) fn cut(text: &str, limit_bytes: usize) -> String {
    if text.len() <= limit_bytes {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(limit_bytes.saturating_sub(CUT_MARK.len()));
    format!("{}{CUT_MARK}", &text[..end])
}

/// Cuts a text as [`cut`] does, and puts it on one line: spaces replace line breaks, other control characters and characters that change the
/// order in which a reader sees the text.
pub(crate) fn excerpt(text: &str, limit_bytes: usize) -> String {
    // A character has at least one byte, so characters beyond this count would be cut anyway.
    let line: String = text.trim().chars().take(limit_bytes + 1).map(|c| if misleads(c) { ' ' } else { c }).collect();
    cut(&line, limit_bytes)
}

/// An id for quotes or a log line. Characters that a reader would not see, or would see in another place, are written as escapes.
pub(crate) fn visible(id: &str, limit_bytes: usize) -> String {
    // As nearly every id is.
    if id.len() <= limit_bytes && id.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return id.to_owned();
    }
    let mut shown = String::new();
    for c in id.chars() {
        if shown.len() > limit_bytes {
            break;
        }
        if misleads(c) || (c.is_whitespace() && c != ' ') { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    cut(&shown, limit_bytes)
}

/// Whether an id begins or ends with a character that a reader does not see.
pub(crate) fn has_blank_ends(id: &str) -> bool {
    let is_unseen = |c: char| misleads(c) || c.is_whitespace();
    id.starts_with(is_unseen) || id.ends_with(is_unseen)
}

/// Whether a character changes how others are shown instead of being visible itself: control characters, line and paragraph separators, and
/// Unicode's direction and zero-width marks.
fn misleads(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_control() || is_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_stays_as_it_is() {
        assert_eq!(cut("twelve bytes", 12), "twelve bytes");
    }

    #[test]
    fn long_text_is_cut_between_characters_and_marked() {
        let text = cut(&"ü".repeat(20), 17);
        assert_eq!(text, "üüüüü [cut]");
        assert!(text.len() <= 17);
    }

    #[test]
    fn an_id_is_visible_to_its_ends() {
        assert_eq!(visible(" a b\t\u{3000}\u{202e}ü\n", 100), r" a b\t\u{3000}\u{202e}ü\n");
        assert_eq!(visible(&"\u{202e}".repeat(1000), 30).len(), 30);
        assert!(has_blank_ends("a\u{feff}") && has_blank_ends("\na") && !has_blank_ends("a b"));
    }

    #[test]
    fn an_excerpt_is_one_line() {
        assert_eq!(excerpt("\n<html>\r\n\u{1b}[31mred ", 100), "<html>   [31mred");
        assert_eq!(excerpt("a\u{2028}b\u{85}c\u{202e}d\u{2066}e\u{feff}f", 100), "a b c d e f");
    }
}
