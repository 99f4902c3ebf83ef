//! Where records end.

use memchr::memchr2;

use super::cells::{closing_quote, opens};

/// How long a record and its line end are, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) record: usize,
    pub(super) line_end: usize,
}

/// How far the look for the end of a record has come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    pub(super) at: usize,
    pub(super) in_quotes: bool,
}

/// Looks for the first line end that is in no quotes, or says where to go on when there is more.
pub(super) fn find_end(bytes: &[u8], from: Scan) -> Result<Extent, Scan> {
    let Scan { mut at, mut in_quotes } = from;
    loop {
        if in_quotes {
            let close = closing_quote(bytes, at).map_err(|at| Scan { at, in_quotes })?;
            if close + 1 == bytes.len() {
                // The next byte may be a quote, too, and then this one closes nothing.
                return Err(Scan { at: close, in_quotes });
            }
            at = close + 1;
        }
        let found = at + memchr2(b'\n', b'"', &bytes[at..]).ok_or(Scan { at: bytes.len(), in_quotes: false })?;
        if bytes[found] == b'\n' {
            let line_end = if bytes[..found].ends_with(b"\r") { 2 } else { 1 };
            return Ok(Extent { record: found + 1 - line_end, line_end });
        }
        (at, in_quotes) = (found + 1, opens(bytes, found));
    }
}
