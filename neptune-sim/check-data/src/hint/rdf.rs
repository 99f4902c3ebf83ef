//! What the hints for N-Triples, N-Quads and Turtle have in common.

/// What stands before and behind the place of a fault in its line.
pub(super) struct Around<'a> {
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}

pub(super) const STAR: &str = "a statement about a statement is RDF-star, which no load takes";

/// Jena writes it, for example.
pub(super) const VERSION: &str = "a version is RDF 1.2, which no load takes: leave the line out, and write RDF 1.1";

pub(super) const BARE_IRI: &str = "an IRI stands in `<>`: `<http://…>`";

/// How programs write that there is no value.
pub(super) fn is_nothing(after: &str) -> bool {
    let word = after.split([' ', '\t']).next().unwrap_or_default();
    matches!(word, "null" | "undefined" | "None" | "NULL" | "nil" | "nan" | "NaN")
}
