//! Formats of load files.

use crate::rdf;
use crate::table::Dialect;

/// A format of load files, and who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [`table::File`](crate::table::File)
    Table(Dialect),
    /// [`rdf::load`]
    Rdf(rdf::Format),
}

impl Format {
    /// The loader's words for the formats (documented).
    pub const WORDS: [&str; 6] = ["csv", "opencypher", "ntriples", "nquads", "turtle", "rdfxml"];

    /// The format of which this is the loader's word, in small letters. Relationships of openCypher have ids, unless
    /// [`with_edge_ids`](Self::with_edge_ids) says otherwise.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "csv" => Self::Table(Dialect::Gremlin),
            "opencypher" => Self::Table(Dialect::OpenCypher { edge_ids: true }),
            "ntriples" => Self::Rdf(rdf::Format::NTriples),
            "nquads" => Self::Rdf(rdf::Format::NQuads),
            "turtle" => Self::Rdf(rdf::Format::Turtle),
            "rdfxml" => Self::Rdf(rdf::Format::RdfXml),
            _ => return None,
        })
    }

    /// The same for a load that is started with this `userProvidedEdgeIds`, which counts for openCypher alone.
    #[must_use]
    pub fn with_edge_ids(self, edge_ids: bool) -> Self {
        match self {
            Self::Table(Dialect::OpenCypher { .. }) => Self::Table(Dialect::OpenCypher { edge_ids }),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_a_format() {
        let formats: Vec<Format> = Format::WORDS.into_iter().map(|word| Format::from_word(word).unwrap()).collect();
        assert!(formats.iter().enumerate().all(|(n, format)| !formats[..n].contains(format)), "{formats:?}");
        assert_eq!(["CSV", "parquet", ""].map(Format::from_word), [None; 3]);
    }
}
