//! Names that stand in URLs and file names as they are.

/// Whether a character may stand in the name of a cluster or a scenario: an ASCII letter or digit, `.`, `_` or `-`.
pub fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}
