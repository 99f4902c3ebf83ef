//! Columns, in whatever words a header has them.

use crate::value::Type;

/// What a file holds. One with columns for the ends of edges holds edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Vertices, which openCypher calls nodes.
    Vertices,
    /// Edges, which openCypher calls relationships.
    Edges,
}

/// One column. A space is a name in which ids are known, empty if there is none: only openCypher has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// `~id`, `:ID`, `name:ID(space)`
    Id {
        /// In which the ids are known.
        space: String,
        /// The property that has the id as its value, too.
        property: Option<String>,
    },
    /// `~label`, `:LABEL`, `:TYPE`
    Label,
    /// `~from`, `:START_ID(space)`
    From {
        /// In which the ids are known.
        space: String,
    },
    /// `~to`, `:END_ID(space)`
    To {
        /// In which the ids are known.
        space: String,
    },
    /// `name:type`
    Property(Property),
}

/// A column with values of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name, without escapes.
    pub name: String,
    /// Its type. Without a word for it, `String`.
    pub of: Type,
    /// Whether a vertex or an edge has one value of it at most.
    pub single: bool,
    /// Whether a cell holds several values, with `;` between them.
    pub array: bool,
}

/// Splits a text behind which something stands in brackets: `String(single)` as `String` and `single`.
pub(super) fn split_brackets(text: &str) -> (&str, Option<&str>) {
    let split = text.strip_suffix(')').and_then(|rest| rest.split_once('('));
    split.map_or((text.trim(), None), |(word, inside)| (word.trim(), Some(inside.trim())))
}

/// The name without its escapes, and what follows the colon behind it. `None` if there is another colon, or a blank in the name.
pub(super) fn split_name(text: &str) -> Option<(String, Option<&str>)> {
    let colons: Vec<usize> = text.match_indices(':').map(|(at, _)| at).filter(|at| !text[..*at].ends_with('\\')).collect();
    let (name, definition) = match colons[..] {
        [] => (text, None),
        [colon] => (&text[..colon], Some(&text[colon + 1..])),
        _ => return None,
    };
    let has_blank = name.contains([' ', '\t', '\r', '\n', ',']);
    (!has_blank).then(|| (name.replace("\\:", ":"), definition))
}
