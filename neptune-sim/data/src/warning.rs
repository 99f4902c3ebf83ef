//! Warnings in sentences.

use crate::finding::{IriFlaw, LiteralFlaw, Warning};
use crate::value::Remark;

impl Warning {
    /// It in a sentence, and how often it is there.
    pub(crate) fn sentence(&self, times: u64) -> String {
        let said = match self {
            Self::Value { value, column, remark } => format!("`{value}` in the column `{column}` {}", said_of(*remark)),
            Self::List { value, column } => {
                format!("`{value}` in the column `{column}` is split at each `;`, and is no list otherwise")
            }
            Self::Undivided { value, column } => {
                format!("`{value}` in the column `{column}` is one value: only `;` separates values")
            }
            Self::ShortRow => "the row has fewer cells than the header; the missing ones are taken as empty".to_owned(),
            Self::HeaderAgain => "the row is another header, and is loaded as a vertex".to_owned(),
            Self::Hyphens => "the row has hyphens only, and is loaded as a vertex".to_owned(),
            Self::NoRows => "the file has a header and no row: it loads nothing".to_owned(),
            Self::NoStatements => "the file has no statement: it loads nothing".to_owned(),
            Self::ByteOrderMark => "the file begins with a byte order mark".to_owned(),
            Self::NotUtf8 => "the text has bytes that are no UTF-8".to_owned(),
            Self::ZeroByte => "the text has a byte that is zero, which hardly any text is meant to have".to_owned(),
            Self::BackslashInName { column } => {
                format!("the column `{column}` keeps its backslash: only `\\:` stands for something else, a colon")
            }
            Self::Iri { flaw } => flaw_of_iri(*flaw).to_owned(),
            Self::Literal { text, datatype, flaw: LiteralFlaw::IllTyped } => {
                format!("`{text}` is no xsd:{datatype}; RDF4J's readers take it as it is, and no filter by its value finds it")
            }
            Self::Literal { text, datatype, flaw: LiteralFlaw::Beyond64Bits } => {
                format!("`{text}` is an xsd:{datatype} that does not fit in 64 bits, which are all that Neptune keeps")
            }
            Self::NullText { text } => format!("`{text}` {}", said_of(Remark::Null)),
            Self::OwnBase { iri } => format!("a relative IRI is `{iri}`: no base is named, and the loader has its own"),
            Self::BlankNodes => "blank nodes get new names at each load: the same load again adds them again".to_owned(),
            Self::ColonInLabel { label } => {
                format!("the label `{label}` is one label, with its colons: only `;` separates labels")
            }
            Self::EdgeLabelIsNotSplit { label } => {
                format!("the label `{label}` of an edge is one label: `;` splits only the labels of vertices")
            }
        };
        said + &again(times)
    }
}

fn flaw_of_iri(flaw: IriFlaw) -> &'static str {
    match flaw {
        IriFlaw::Character => "the IRI has a character that no IRI may have; the loader takes it, and newer parsers refuse it",
        IriFlaw::Percent => {
            "the IRI has a `%` without two hexadecimal digits; the loader takes it, and newer parsers refuse it"
        }
        IriFlaw::Entity => {
            "the IRI has a character as XML and HTML write it, such as `&amp;`, which stands for nothing else here"
        }
        IriFlaw::BlankNode => {
            "the IRI has the name of a blank node, and is loaded as an IRI: the same name in another file is the same thing"
        }
        IriFlaw::Prefix => "the IRI begins with a prefix, which stands for nothing between `<` and `>`: it is loaded as it is",
        IriFlaw::SecondHash => "the IRI has a second `#`; the loader takes it, and strict parsers refuse it",
    }
}

/// ` (and 3 more times)`
fn again(times: u64) -> String {
    match times {
        0 | 1 => String::new(),
        2 => " (and once more)".to_owned(),
        times => format!(" (and {} more times)", times - 1),
    }
}

fn said_of(remark: Remark) -> &'static str {
    match remark {
        Remark::CountsAsFalse => "counts as false: every text does but `true`",
        Remark::TrueInOtherCase => "is taken as true; the user guide knows `true` only",
        Remark::FractionOfASecond => "has a fraction of a second, which none of the documented forms has",
        Remark::CarriageReturn => "ends with a carriage return, which is loaded as a part of it",
        Remark::NullCountsAsFalse => "counts as false, and is no missing value",
        Remark::Printed => "is what a program prints of an object, and not what is in it",
        Remark::SingleQuotes => "keeps its single quotes: only `\"` quotes a value",
        Remark::ByteOrderMark => "begins with a byte order mark, which is a part of it",
        Remark::Shortened => "is a number as a spreadsheet shortens it, which may stand for others, too",
        Remark::Null => "is loaded as a text, and no missing value",
        Remark::Offset => "has an offset, which none of the documented forms has but `Z`",
    }
}
