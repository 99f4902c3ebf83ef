//! What the grammar of IRIs does not allow, and RDF4J takes or refuses by its version.

use crate::finding::IriFlaw;

/// What is wrong with an IRI, and at which of its characters, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) kind: IriFlaw,
    pub(super) index: usize,
}

impl Flaw {
    /// The first flaw of an IRI.
    pub(super) fn of(iri: &str) -> Option<Self> {
        let digits = |after: &str| after.len() >= 2 && after.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
        let mut hashes = 0;
        iri.char_indices().enumerate().find_map(|(index, (place, c))| {
            let kind = match c {
                '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | '\0'..=' ' => IriFlaw::Character,
                '%' if !digits(&iri[place + 1..]) => IriFlaw::Percent,
                '#' if hashes > 0 => IriFlaw::SecondHash,
                _ => {
                    hashes += usize::from(c == '#');
                    return None;
                }
            };
            Some(Self { kind, index })
        })
    }

    /// What a reader says that refuses it.
    pub(super) fn text(self, iri: &str) -> String {
        let Self { kind, index } = self;
        let what = if kind == IriFlaw::Percent { "Illegal percent encoding" } else { "Unexpected character" };
        let code = iri.chars().nth(index).map_or(0, u32::from);
        format!("{what} U+{code:X} at index {index}: {iri}")
    }
}
