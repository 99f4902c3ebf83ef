//! The cells of a record.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use crate::stream::MAX_RECORD;

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The value, without quotes and without the blanks round it.
    pub text: Cow<'a, [u8]>,
    /// Whether it stood in quotes: then an empty text is an empty string, and otherwise it is no value.
    pub quoted: bool,
    /// Where it begins in the bytes of the record, its quote included.
    pub at: usize,
}

impl Cell<'_> {
    /// Whether there is no value: an empty cell without quotes.
    pub fn is_blank(&self) -> bool {
        !self.quoted && self.text.is_empty()
    }
}

/// What keeps a record from being split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where it is in the bytes of the record.
    pub at: usize,
}

/// A kind of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A quote inside a cell that does not begin with one. By the user guide, the load stops there.
    BareQuote,
    /// Text between a closing quote and the next delimiter. It is that text, or the opening quote if there are line ends in the quotes.
    TextAfterQuote,
    /// A quote that nothing closes. It is the opening one.
    Unclosed,
    /// No end within [`MAX_RECORD`] bytes.
    TooLong,
}

impl FaultKind {
    /// Whether nothing can be read behind a record with this fault.
    pub fn ends_the_stream(self) -> bool {
        matches!(self, Self::Unclosed | Self::TooLong)
    }
}

/// Where a cell is in the bytes of its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// The value with its quotes, without the blanks round it.
    pub(crate) start: usize,
    pub(super) end: usize,
    pub(crate) quoted: bool,
    /// Whether quotes in it are doubled.
    pub(super) doubled: bool,
}

impl Span {
    /// Whether the text is empty.
    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.end - self.start == if self.quoted { 2 } else { 0 }
    }

    /// Whether there is no value.
    #[inline]
    pub(crate) fn is_blank(self) -> bool {
        !self.quoted && self.start == self.end
    }

    #[inline]
    pub(crate) fn cell(self, record: &[u8]) -> Cell<'_> {
        let text = self.written(record);
        let text = if self.doubled { Cow::Owned(undouble(text)) } else { Cow::Borrowed(text) };
        Cell { text, quoted: self.quoted, at: self.start }
    }

    /// Whether quotes in it are doubled.
    #[inline]
    pub(crate) fn has_pairs(self) -> bool {
        self.doubled
    }

    /// The text as it is written between its quotes, if it has some.
    #[inline]
    pub(crate) fn written(self, record: &[u8]) -> &[u8] {
        if self.quoted { &record[self.start + 1..self.end - 1] } else { &record[self.start..self.end] }
    }
}

/// Appends the cells of a whole record.
pub(super) fn split(record: &[u8], spans: &mut Vec<Span>) -> Result<(), Fault> {
    if memchr(b'"', record).is_none() {
        let mut start = 0;
        for end in memchr_iter(b',', record).chain([record.len()]) {
            spans.push(plain(record, start, end));
            start = end + 1;
        }
        return Ok(());
    }
    let mut at = 0;
    loop {
        let (span, end) = span(record, at)?;
        spans.push(span);
        if end == record.len() {
            return Ok(());
        }
        at = end + 1;
    }
}

/// The fault of a record that is too long: of the bytes that are allowed, however many were read.
pub(super) fn too_long(bytes: &[u8]) -> Fault {
    match split(&bytes[..MAX_RECORD], &mut Vec::new()) {
        Err(fault) if fault.kind == FaultKind::Unclosed => fault,
        _ => Fault { kind: FaultKind::TooLong, at: 0 },
    }
}

/// The cell that begins here, and where its delimiter or the end of the record is.
fn span(record: &[u8], start: usize) -> Result<(Span, usize), Fault> {
    let at = start + leading_blanks(&record[start..]);
    if record.get(at) == Some(&b'"') {
        return quoted(record, at);
    }
    let end = memchr(b',', &record[at..]).map_or(record.len(), |comma| at + comma);
    match memchr(b'"', &record[at..end]) {
        Some(quote) => Err(Fault { kind: FaultKind::BareQuote, at: at + quote }),
        None => Ok((plain(record, at, end), end)),
    }
}

/// The cell between two delimiters.
#[inline]
pub(super) fn plain(record: &[u8], start: usize, end: usize) -> Span {
    let text = &record[start..end];
    if !text.starts_with(b" ") && !text.ends_with(b" ") {
        return Span { start, end, quoted: false, doubled: false };
    }
    let start = start + leading_blanks(text);
    Span { start, end: end - trailing_blanks(&record[start..end]), quoted: false, doubled: false }
}

/// The cell whose opening quote is here.
fn quoted(record: &[u8], start: usize) -> Result<(Span, usize), Fault> {
    let close = closing_quote(record, start + 1).map_err(|_| Fault { kind: FaultKind::Unclosed, at: start })?;
    let end = close + 1 + leading_blanks(&record[close + 1..]);
    if record.get(end).is_some_and(|byte| *byte != b',') {
        // A text over several lines is mostly one that nothing closes, up to the first quote of another row.
        let at = if memchr(b'\n', &record[start..close]).is_some() { start } else { end };
        return Err(Fault { kind: FaultKind::TextAfterQuote, at });
    }
    let doubled = memchr(b'"', &record[start + 1..close]).is_some();
    Ok((Span { start, end: close + 1, quoted: true, doubled }, end))
}

/// Where the quote is that closes a cell whose text goes on at `from`; or, if there is none, from where to look again when there is more.
/// Two quotes in a row are one in the text, and close nothing.
pub(crate) fn closing_quote(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(b'"', &bytes[at..]).ok_or(bytes.len())?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Ok(quote);
        }
        at = quote + 2;
    }
}

/// Whether a cell begins with this quote, which is in no quotes: behind a delimiter or the end of the record before.
pub(super) fn opens(bytes: &[u8], quote: usize) -> bool {
    let before = &bytes[..quote];
    before[..quote - trailing_blanks(before)].last().is_none_or(|byte| matches!(byte, b',' | b'\n'))
}

/// A text in which each pair of quotes is one.
fn undouble(text: &[u8]) -> Vec<u8> {
    let (mut single, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(quote) = memchr(b'"', rest) {
        single.extend_from_slice(&rest[..=quote]);
        rest = &rest[quote + 2..];
    }
    single.extend_from_slice(rest);
    single
}

pub(super) fn leading_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ').count()
}

fn trailing_blanks(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn texts(record: &str) -> Result<Vec<(String, bool)>, (FaultKind, usize)> {
        let mut spans = Vec::new();
        split(record.as_bytes(), &mut spans).map_err(|fault| (fault.kind, fault.at))?;
        let text = |span: &Span| {
            let cell = span.cell(record.as_bytes());
            (String::from_utf8(cell.text.into_owned()).unwrap(), cell.quoted)
        };
        Ok(spans.iter().map(text).collect())
    }

    #[rstest]
    #[case::plain("a,b", &[("a", false), ("b", false)])]
    #[case::blanks_go(" a b ,  b", &[("a b", false), ("b", false)])]
    #[case::blank_cells(",   ,", &[("", false), ("", false), ("", false)])]
    #[case::quotes(r#""a,b",c"#, &[("a,b", true), ("c", false)])]
    #[case::blanks_round_quotes(r#" " a " , c"#, &[(" a ", true), ("c", false)])]
    #[case::pairs(r#""a ""b"" c","""""#, &[(r#"a "b" c"#, true), ("\"", true)])]
    #[case::an_empty_string(r#""","#, &[("", true), ("", false)])]
    #[case::line_breaks("\"a\r\nb\n\",c", &[("a\r\nb\n", true), ("c", false)])]
    #[case::a_backslash_escapes_nothing(r#""a\",b"#, &[(r"a\", true), ("b", false)])]
    #[case::a_tab_is_no_blank("\ta\t,b", &[("\ta\t", false), ("b", false)])]
    fn cells_are_split(#[case] record: &str, #[case] expected: &[(&str, bool)]) {
        let expected: Vec<_> = expected.iter().map(|(text, quoted)| ((*text).to_owned(), *quoted)).collect();
        assert_eq!(texts(record).unwrap(), expected);
    }

    #[rstest]
    #[case::bare(r#"a,b "c",d"#, FaultKind::BareQuote, 4)]
    #[case::bare_at_the_end(r#"a,5""#, FaultKind::BareQuote, 3)]
    #[case::after(r#""a"b,c"#, FaultKind::TextAfterQuote, 3)]
    #[case::after_blanks(r#""a" b,c"#, FaultKind::TextAfterQuote, 4)]
    #[case::after_lines("a,\"b\nc,\"d\",e", FaultKind::TextAfterQuote, 2)]
    #[case::unclosed(r#"a, "b,c"#, FaultKind::Unclosed, 3)]
    #[case::a_pair_closes_nothing(r#""a"""#, FaultKind::Unclosed, 0)]
    fn wrong_quotes_are_found_where_they_are(#[case] record: &str, #[case] kind: FaultKind, #[case] at: usize) {
        assert_eq!(texts(record).unwrap_err(), (kind, at));
    }
}
