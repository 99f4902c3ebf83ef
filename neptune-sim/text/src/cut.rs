//! Texts that are cut to a length.

/// The text, or its beginning and `…` if it has more than this many bytes. Characters stay whole.
pub fn cut(text: &str, most_bytes: usize) -> String {
    let mut shown = String::new();
    push_cut(&mut shown, text, most_bytes);
    shown
}

/// Appends the text, or its beginning and `…` if it has more than this many bytes.
pub fn push_cut(shown: &mut String, text: &str, most_bytes: usize) {
    if text.len() <= most_bytes {
        shown.push_str(text);
    } else {
        shown.push_str(&text[..text.floor_char_boundary(most_bytes)]);
        shown.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_text_ends_with_an_ellipsis_after_a_whole_character() {
        assert_eq!(cut("Zürich", 7), "Zürich");
        assert_eq!(cut("Zürich", 6), "Züric…");
        assert_eq!(cut("Zürich", 2), "Z…");
    }
}
