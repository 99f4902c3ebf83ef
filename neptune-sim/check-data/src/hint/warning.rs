//! What loads, and is probably not what was meant.

use neptune_data::{IriFlaw, Remark, Warning};

use super::row::AGAIN;
use super::time::of_time;
use super::value::LIST;

/// A warning in a sentence, and how often it is there.
pub(crate) fn warning(warning: &Warning, times: u64) -> String {
    let said = match warning {
        Warning::Value { value, column, remark } => format!("`{value}` in the column `{column}` {}", said_of(*remark)),
        Warning::List { value, column } => {
            format!("`{value}` in the column `{column}` is split at each `;`, and is no list otherwise")
        }
        Warning::ShortRow => "the row has fewer cells than the header; the missing ones are taken as empty".to_owned(),
        Warning::HeaderAgain => "the row is another header, and is loaded as a vertex".to_owned(),
        Warning::NoRows => "the file has a header and no row: it loads nothing".to_owned(),
        Warning::ByteOrderMark => "the file begins with a byte order mark".to_owned(),
        Warning::NotUtf8 => "the cell has bytes that are no UTF-8".to_owned(),
        Warning::Iri { flaw } => flaw_of_iri(*flaw).to_owned(),
        Warning::BlankNodes => "blank nodes get new names at each load: the same load again adds them again".to_owned(),
        Warning::EdgeLabelIsNotSplit { label } => {
            format!("the label `{label}` of an edge is one label: `;` splits only the labels of vertices")
        }
    };
    said + &again(times)
}

fn flaw_of_iri(flaw: IriFlaw) -> &'static str {
    match flaw {
        IriFlaw::Character => "the IRI has a character that no IRI may have; the loader takes it, and newer parsers refuse it",
        IriFlaw::Percent => {
            "the IRI has a `%` without two hexadecimal digits; the loader takes it, and newer parsers refuse it"
        }
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
        Remark::Offset => "has an offset, which none of the documented forms has but `Z`",
    }
}

/// What helps.
pub(super) fn of_warning(warning: &Warning) -> Option<String> {
    let text = match warning {
        Warning::Value { value, remark: Remark::CountsAsFalse | Remark::TrueInOtherCase, .. } => return Some(of_bool(value)),
        Warning::Value { value, remark: Remark::FractionOfASecond | Remark::Offset, .. } => return Some(of_time(value)),
        Warning::List { .. } => LIST,
        Warning::ByteOrderMark => "write the file as UTF-8 without one (in Python `utf-8`, not `utf-8-sig`)",
        Warning::NotUtf8 => "write the file as UTF-8",
        Warning::Iri { .. } => "write the character as `%` and two hexadecimal digits",
        Warning::BlankNodes => "give the nodes IRIs if they are to be found or loaded again",
        Warning::HeaderAgain => AGAIN,
        Warning::NoRows => {
            "BioCypher and neo4j-admin keep headers apart: put this one before each file of rows; of another program, leave the file out"
        }
        Warning::ShortRow => "write a comma for each missing cell; strict readers of CSV refuse such rows",
        Warning::EdgeLabelIsNotSplit { .. } => return None,
    };
    Some(text.to_owned())
}

/// What programs write for true, and how they are made to write `true`.
fn of_bool(value: &str) -> String {
    let programs = match value.to_ascii_lowercase().as_str() {
        "true" => ": in pandas astype(\"string\").str.lower(), in Python str(value).lower()",
        "1" => ": in SQL CASE WHEN column THEN 'true' ELSE 'false' END, in csv-stringify cast: { boolean: String }",
        "t" | "y" | "yes" | "on" => ": in SQL CASE WHEN column THEN 'true' ELSE 'false' END",
        _ => "",
    };
    format!("write `true` or `false`{programs}")
}
