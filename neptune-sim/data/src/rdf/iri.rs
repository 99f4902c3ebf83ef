//! IRIs: relative ones, and what their grammar does not allow and RDF4J takes or refuses by its version.

use oxiri::Iri;

use crate::finding::IriFlaw;

/// How long an IRI or a name may be, in bytes, and what is said of a longer one.
pub(super) const MAX_NAME: usize = 64 * 1024;
pub(super) const LONG_NAME: &str = "An IRI or a name is longer than 64 KiB";

/// What is wrong with an IRI, and at which of its characters, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) kind: IriFlaw,
    pub(super) index: usize,
}

/// An IRI in full, or what RDF4J says of it. One with a colon is taken as it is. Without a base, there is no other.
pub(super) fn resolve(iri: String, base: Option<&Iri<String>>) -> Result<String, String> {
    if iri.contains(':') {
        return Ok(iri);
    }
    let Some(base) = base else { return Err(format!("Not a valid (absolute) IRI: {iri}")) };
    let is_opaque = base.authority().is_none() && !base.path().starts_with('/');
    if is_opaque && !iri.is_empty() && !iri.starts_with('#') {
        return Err(format!("Relative URI '{iri}' cannot be resolved using the opaque base URI '{base}'"));
    }
    Ok(base.resolve_unchecked(&iri).into_inner())
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
