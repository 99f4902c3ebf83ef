//! Terms of statements that are not on one line.

use std::fmt;

use super::statement::{Term, XSD};

/// The namespace of RDF itself.
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// A term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Iri(String),
    Blank(String),
    Literal { text: String, datatype: Option<String>, language: Option<String> },
}

impl Value {
    pub(super) fn typed(text: impl Into<String>, datatype: &str) -> Self {
        Self::Literal { text: text.into(), datatype: Some(format!("{XSD}{datatype}")), language: None }
    }

    pub(super) fn term(&self) -> Term<'_> {
        match self {
            Self::Iri(iri) => Term::Iri(iri.into()),
            Self::Blank(name) => Term::Blank(name),
            Self::Literal { text, datatype, language } => {
                Term::Literal(text.into(), datatype.as_ref().map(Into::into), language.as_deref())
            }
        }
    }

    /// RDF4J reads a full stop, or a sign, where a term is missing as a number without digits.
    pub(super) fn is_number_without_digits(&self) -> bool {
        matches!(self, Self::Literal { text, datatype: Some(datatype), .. }
            if datatype.starts_with(XSD) && ["integer", "decimal"].iter().any(|name| datatype.ends_with(name))
                && matches!(text.as_str(), "" | "+" | "-" | "+." | "-."))
    }
}

/// As RDF4J's texts have it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iri(iri) => f.write_str(iri),
            Self::Blank(name) => write!(f, "_:{name}"),
            Self::Literal { text, datatype: Some(datatype), .. } => write!(f, "\"{text}\"^^<{datatype}>"),
            Self::Literal { text, language: Some(language), .. } => write!(f, "\"{text}\"@{language}"),
            Self::Literal { text, .. } => write!(f, "\"{text}\""),
        }
    }
}
