//! What is said of a file: faults and remarks, each with its place.

use crate::problem::{Code, Problem};
use crate::value::Remark;

/// How much of a line an excerpt shows, in characters, and how much of that is before the place.
const EXCERPT: usize = 100;
const BEFORE: usize = 60;

/// How much of a value, an id or a name a message has, in bytes.
pub(crate) const SHOWN: usize = 200;

/// One thing that is said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub what: What,
    /// How often it is there: equal warnings of a file are one finding. The place is that of the first.
    pub times: u64,
    /// The row, from 1; 0 is the header.
    pub record: u64,
    /// The line, from 1.
    pub line: u64,
    /// The character in the line, from 1.
    pub column: usize,
    /// The id in the row.
    pub id: Option<String>,
    /// The line, or what is near the place in a long one.
    pub excerpt: Excerpt,
}

/// A fault, or something that loads and is probably not what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Not everything is loaded.
    Error(Problem),
    /// Everything is loaded.
    Warning(Warning),
}

/// Something that loads and is probably not what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A value that is taken, with something to be said of it.
    Value {
        /// The text.
        value: String,
        /// The name of the column.
        column: String,
        /// What is to be said.
        remark: Remark,
    },
    /// A list as Python or JSON writes it in an array column, where values have `;` between them.
    List {
        /// The text.
        value: String,
        /// The name of the column.
        column: String,
    },
    /// A text of an array or of labels that may be several values with commas or bars between them, which do not separate values.
    Undivided {
        /// The text.
        value: String,
        /// The name of the column.
        column: String,
    },
    /// A row with fewer cells than the header.
    ShortRow,
    /// A row of vertices that is a header: its id is `~id` or `:ID`.
    HeaderAgain,
    /// A row of vertices with hyphens only, as programs draw a line below a header.
    Hyphens,
    /// A header without a row.
    NoRows,
    /// A file of RDF without a statement.
    NoStatements,
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// A backslash in the name of a column that stands before anything but a colon.
    BackslashInName {
        /// The cell of the header.
        column: String,
    },
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A byte of a text is zero.
    ZeroByte,
    /// An IRI that Neptune's parser takes and others refuse.
    Iri {
        /// What is in it.
        flaw: IriFlaw,
    },
    /// A relative IRI that is resolved with the loader's own base, because none is named.
    OwnBase {
        /// What it is then.
        iri: String,
    },
    /// A literal of RDF that does not keep its value.
    Literal {
        /// Its text.
        text: String,
        /// The name of the datatype in XML Schema.
        datatype: String,
        /// What keeps it from that.
        flaw: LiteralFlaw,
    },
    /// The text of a statement is a word for a missing value.
    NullText {
        /// The word.
        text: String,
    },
    /// A statement about blank nodes, which get new names at each load: the same load again adds them again.
    BlankNodes,
    /// A label that begins with a colon, as labels do in a query of openCypher.
    ColonInLabel {
        /// The label.
        label: String,
    },
    /// A `;` in the label of an edge, which does not split it.
    EdgeLabelIsNotSplit {
        /// The label.
        label: String,
    },
}

/// Why a literal of RDF does not keep its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralFlaw {
    /// It is no value of its datatype.
    IllTyped,
    /// Its whole part does not fit in 64 bits, which are all that Neptune keeps of a number (user guide, "Formats of RDF load data").
    Beyond64Bits,
}

/// What an IRI has that the grammar of IRIs does not allow, or that is most likely a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IriFlaw {
    /// One of `<"{}|^`, a backslash, a backquote, a blank or a control character.
    Character,
    /// A `%` without two hexadecimal digits behind it.
    Percent,
    /// A second `#`.
    SecondHash,
    /// A character as XML writes it, such as `&amp;`. Every reader takes it.
    Entity,
    /// It is the name of a blank node: `_:b1`, or `nodeID://b1`, as Virtuoso writes it.
    BlankNode,
    /// It begins with a prefix of a common vocabulary, which is no scheme: `rdf:type`.
    Prefix,
}

/// A part of a line, and the character of it that is meant, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, in which control characters are blanks.
    pub text: String,
    /// The character.
    pub at: usize,
}

impl Finding {
    /// The code in Neptune's error log; `None` for a warning.
    pub fn code(&self) -> Option<&'static str> {
        match &self.what {
            What::Error(problem) => Some(problem.code().as_str()),
            What::Warning(_) => None,
        }
    }

    /// The text in Neptune's error log, or a warning in a sentence.
    pub fn message(&self) -> String {
        match &self.what {
            What::Error(problem) => problem.to_string(),
            What::Warning(warning) => warning.sentence(self.times),
        }
    }

    /// The record number in Neptune's error log: only parsing errors have one.
    pub fn record_num(&self) -> u64 {
        match &self.what {
            What::Error(problem) if problem.code() == Code::Parsing => self.record,
            _ => 0,
        }
    }
}

impl Warning {
    /// Whether this and another one differ only in their values.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value { column, remark, .. }, Self::Value { column: other, remark: others, .. }) => {
                column == other && remark == others
            }
            (Self::Literal { datatype, flaw, .. }, Self::Literal { datatype: other, flaw: others, .. }) => {
                datatype == other && flaw == others
            }
            (Self::Iri { flaw, .. }, Self::Iri { flaw: other, .. }) => flaw == other,
            (Self::List { column, .. }, Self::List { column: other, .. })
            | (Self::Undivided { column, .. }, Self::Undivided { column: other, .. }) => column == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Excerpt {
    /// The line of this place in the bytes of a record.
    pub(crate) fn of(bytes: &[u8], at: usize) -> Self {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        // A character has four bytes at most.
        let before = shown(&bytes[start.max(at.saturating_sub(4 * BEFORE))..at]);
        let after = shown(&bytes[at..end.min(at + 4 * EXCERPT)]);
        let hidden = before.chars().count().saturating_sub(BEFORE);
        let before: String = before.chars().skip(hidden).collect();
        let at = before.chars().count();
        let after: String = after.chars().take(EXCERPT - at).collect();
        Self { text: (before + &after).trim_end().to_owned(), at }
    }
}

/// A text without characters that a terminal obeys.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_line_of_the_place() {
        let excerpt = Excerpt::of("a\nbé\tc\r\nd".as_bytes(), 6);
        assert_eq!(excerpt, Excerpt { text: "bé c".to_owned(), at: 3 });
    }

    #[test]
    fn an_excerpt_of_a_long_line_is_what_is_near() {
        let line = "é".repeat(500) + "X" + &"ü".repeat(500);
        let excerpt = Excerpt::of(line.as_bytes(), 1000);
        assert_eq!(excerpt.text.chars().count(), EXCERPT);
        assert_eq!(excerpt.text.chars().nth(excerpt.at), Some('X'));
    }
}
