//! Long texts whose end says most.

/// The text, or its beginning and its end with ` … ` between them if it has more than this many bytes: what is wrong often stands at the end.
pub(crate) fn cut_middle(text: &str, most_bytes: usize) -> String {
    if text.len() <= most_bytes {
        return text.to_owned();
    }
    let first = text.floor_char_boundary(most_bytes / 3 * 2);
    let last = text.ceil_char_boundary(text.len() - most_bytes / 3);
    format!("{} … {}", &text[..first], &text[last..])
}
