//! Causes and cures.

use neptune_data::{Finding, IriFlaw, Problem, Remark, Type, Warning, What};
use neptune_report::count;
use neptune_text::nearest;

use crate::arguments::Format;

/// Why this happens, and what helps; `None` if the text says it all.
pub(crate) fn hint(finding: &Finding, format: Format) -> Option<String> {
    match &finding.what {
        What::Error(problem) => {
            let line = &finding.excerpt.text;
            let other_format = (finding.record == 0).then(|| other_format(line, format)).flatten();
            other_format.or_else(|| of_problem(problem, line))
        }
        What::Warning(warning) => of_warning(warning),
    }
}

/// A warning in a sentence, and how often it is there.
pub(crate) fn warning(warning: &Warning, times: u64) -> String {
    let said = match warning {
        Warning::Value { value, column, remark } => format!("`{value}` in the column `{column}` {}", said_of(*remark)),
        Warning::List { value, column } => {
            format!("`{value}` in the column `{column}` is split at each `;`, and is no list otherwise")
        }
        Warning::ShortRow => "the row has fewer cells than the header; the missing ones are taken as empty".to_owned(),
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

fn of_warning(warning: &Warning) -> Option<String> {
    let text = match warning {
        Warning::Value { remark: Remark::CountsAsFalse | Remark::TrueInOtherCase, .. } => "write `true` or `false`",
        Warning::Value { remark: Remark::FractionOfASecond | Remark::Offset, .. } => {
            "write the time in UTC, in full seconds: `2024-02-29T10:15:30Z`"
        }
        Warning::List { .. } => "join the values with `;`, and write a `;` inside one as `\\;`",
        Warning::ByteOrderMark => "write the file as UTF-8 without one (in Python `utf-8`, not `utf-8-sig`)",
        Warning::NotUtf8 => "write the file as UTF-8",
        Warning::Iri { .. } => "write the character as `%` and two hexadecimal digits",
        Warning::BlankNodes => "give the nodes IRIs if they are to be found or loaded again",
        Warning::ShortRow | Warning::EdgeLabelIsNotSplit { .. } => return None,
    };
    Some(text.to_owned())
}

fn of_problem(problem: &Problem, line: &str) -> Option<String> {
    match problem {
        Problem::MissingColumn { column } => Some(of_missing_column(column, line)),
        Problem::UnknownSystemColumn { column } => Some(of_system_column(column)),
        Problem::InvalidColumn { column } if column.contains([' ', '\t']) => Some("a name has no blank in it".to_owned()),
        Problem::InvalidColumn { .. } => {
            Some("a column is `name:Type`, `name:Type(single)` or `name:Type[]`; write a colon in a name as `\\:`".to_owned())
        }
        Problem::UnknownType { word, .. } => Some(of_type(word)),
        Problem::SingleArray { .. } => Some("leave out `(single)`, or `[]`".to_owned()),
        Problem::EdgeArray { .. } | Problem::EdgeSet { .. } => Some(
            "a property of an edge has one value; write several values as one text, or as properties of a vertex".to_owned(),
        ),
        Problem::MoreColumnsThanHeader => Some("put a value that holds a comma in quotes".to_owned()),
        Problem::BareQuote | Problem::TextAfterQuote => Some(of_quote(line)),
        Problem::UnclosedQuote { lines } => {
            let swallowed = count(*lines, "line");
            Some(format!("the quote opens here, and {swallowed} behind it are taken for a part of the value"))
        }
        Problem::InvalidValue { value, of, .. } => of_value(value, *of),
        Problem::MissingVertex { .. } => {
            Some("load the vertices first, or check the files of both together; ids are compared letter by letter".to_owned())
        }
        Problem::SingleCardinality { .. } => Some(
            "start the load with updateSingleCardinalityProperties, or leave `(single)` out to keep both values".to_owned(),
        ),
        Problem::Statement { text } => of_statement(text, line),
        Problem::UnexpectedColumn { .. } => Some("leave the column out, or load with userProvidedEdgeIds TRUE".to_owned()),
        Problem::NoHeader
        | Problem::ColumnTwice { .. }
        | Problem::NoColumnName
        | Problem::BlankId { .. }
        | Problem::EmptyLabel
        | Problem::RecordTooLong
        | Problem::IdOfSeveralEdges { .. } => None,
    }
}

fn of_system_column(column: &str) -> String {
    let (typed, known): (String, &[&str]) = if column.starts_with('~') {
        (column.to_ascii_lowercase(), &["~id", "~label", "~from", "~to"])
    } else {
        (column.to_ascii_uppercase(), &[":ID", ":LABEL", ":START_ID", ":END_ID", ":TYPE"])
    };
    let all = || format!("the columns of this kind are {}", known.join(", "));
    match nearest(&typed, known.iter().copied()) {
        Some(near) if near != column => format!("did you mean `{near}`? Case matters"),
        _ => all(),
    }
}

/// What a first line shows that is no header of this format.
fn other_format(line: &str, format: Format) -> Option<String> {
    let lower = line.trim_start().to_ascii_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let (marks, header): (&[&str], _) = match format {
        Format::OpenCypher => (&[":"], ":ID,:LABEL,name:String"),
        _ => (&["~", ":"], "~id,~label,name:String"),
    };
    let text = if begins(&["<!doctype", "<html"]) {
        "this is a web page, perhaps an error page that was saved in place of the file"
    } else if begins(&["<?xml", "<rdf:"]) {
        "this looks like RDF/XML: load it with the format `rdfxml`"
    } else if begins(&["@prefix", "@base", "prefix ", "<", "_:"]) {
        "this looks like RDF: load it with the format `turtle`, `ntriples` or `nquads`"
    } else if format == Format::Csv && has(&[":ID", ":START_ID", ":LABEL", ":TYPE"]) {
        "this header is openCypher's: load the file with the format `opencypher`"
    } else if format == Format::OpenCypher && has(&["~id", "~from", "~label"]) {
        "this header is Gremlin's: load the file with the format `csv`"
    } else if !has(marks) && line.split(',').any(|cell| cell.trim().parse::<f64>().is_ok()) {
        return Some(format!("the first line looks like data; a file begins with a header such as `{header}`"));
    } else {
        return None;
    };
    Some(text.to_owned())
}

fn of_statement(text: &str, line: &str) -> Option<String> {
    let hint = match text {
        _ if line.trim_start().starts_with(['@', '[']) || line.trim_start().to_ascii_lowercase().starts_with("prefix ") => {
            "this is Turtle or TriG: load it with the format `turtle`, or convert it"
        }
        "Expected '.', found: <" | "Expected '.', found: _" if !line.contains('@') => {
            "a fourth term is a graph: load the file with the format `nquads`"
        }
        text if line.contains('@') && (text == "Expected '.', found: _" || text.starts_with("Expected ':'")) => {
            "a language has `-` in it, and no underscore: `@en-US`"
        }
        "Expected '<', found: a" | "Expected '<' or '_', found: '" => {
            "this is Turtle: N-Triples has whole IRIs in `<>` and texts in double quotes"
        }
        "Unexpected end of file" => "a statement ends with ` .` on its own line, and a line break in a text is written `\\n`",
        "Illegal unicode escape sequence" => "the escapes are \\t \\b \\n \\r \\f \\\" \\' \\\\ \\uXXXX and \\UXXXXXXXX",
        text if text.starts_with("Not a valid (absolute) IRI") => "write the whole IRI, with its scheme: `<http://…>`",
        text if text.starts_with("IRI included an unencoded space") => "write a blank in an IRI as `%20`",
        text if text.starts_with("IRI includes string escapes") => {
            "write the character itself, or as `%` and two hexadecimal digits"
        }
        text if text.starts_with("Expected '<'") && text.ends_with(|c: char| c.is_alphanumeric()) => {
            "this looks like Turtle: N-Triples has no prefixes and no bare numbers"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_missing_column(column: &str, line: &str) -> String {
    if line.split(',').any(|cell| cell.trim().eq_ignore_ascii_case(column.trim_start_matches(['~', ':']))) {
        return format!("write the column as `{column}`");
    }
    if column.starts_with(':') {
        return format!(
            "a file of nodes has `:ID`; one of relationships has `:START_ID` and `:END_ID`, too. This one lacks `{column}`"
        );
    }
    format!("a file of vertices has `~id`; one of edges has `~id`, `~from` and `~to`. This one lacks `{column}`")
}

fn of_type(word: &str) -> String {
    let meant = match word.to_ascii_lowercase().as_str() {
        word if word.ends_with("[]") => {
            return "openCypher's files have no arrays: write the values as one text, or load Gremlin CSV".to_owned();
        }
        "" => return "name a type behind the colon, or leave the colon out for String".to_owned(),
        "none" | "nonetype" | "null" => {
            return "the program that wrote the file did not know the type: write String, or leave the column out".to_owned();
        }
        "int64" | "uint32" | "bigint" | "integer64" => Some("Long"),
        "int32" | "integer" | "int16" | "int8" | "uint8" | "uint16" => Some("Int"),
        "float64" | "real" | "number" | "decimal" => Some("Double"),
        "float32" => Some("Float"),
        "object" | "str" | "text" | "varchar" | "category" => Some("String"),
        word if word.starts_with("datetime64") || word.starts_with("timestamp") => Some("Date"),
        word => nearest(word, Type::ALL.map(Type::as_str)),
    };
    let known = "the types are Bool, Byte, Short, Int, Long, Float, Double, String and Date";
    meant.map_or_else(|| known.to_owned(), |meant| format!("write {meant}; {known}"))
}

fn of_quote(line: &str) -> String {
    let rule = "a value with quotes in it stands in quotes, and each quote in it is doubled: `\"He said \"\"hi\"\"\"`";
    if line.contains("\\\"") {
        return format!("a backslash does not escape a quote (in PySpark, set the option escape='\"'); {rule}");
    }
    rule.to_owned()
}

fn of_value(value: &str, of: Type) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    if ["null", "none", "na", "n/a", "nil"].contains(&lower.as_str())
        || (lower == "nan" && of != Type::Double && of != Type::Float)
    {
        return Some("leave the cell empty where there is no value".to_owned());
    }
    match of {
        Type::Byte | Type::Short | Type::Int | Type::Long => of_whole_number(value, of),
        Type::Float | Type::Double if lower == "nan" => Some("write `NaN`".to_owned()),
        Type::Float | Type::Double if lower.trim_start_matches(['+', '-']).starts_with("inf") => {
            Some("write `Infinity` or `-Infinity`".to_owned())
        }
        Type::Date => Some(of_date(value)),
        _ => None,
    }
}

fn of_whole_number(value: &str, of: Type) -> Option<String> {
    if value.parse::<i128>().is_ok() {
        let range = if of == Type::Long { "no type is wider: load it as String" } else { "make the column Long" };
        return Some(format!("the number is out of the range of {of}; {range}"));
    }
    let is_whole = value.strip_suffix(".0").is_some_and(|number| number.parse::<i128>().is_ok());
    is_whole.then(|| {
        "a column of whole numbers with gaps is written so by pandas: convert it with astype(\"Int64\"), or make the column Double"
            .to_owned()
    })
}

fn of_date(value: &str) -> String {
    let forms = "2024-02-29, 2024-02-29T10:15, 2024-02-29T10:15:30 and 2024-02-29T10:15:30Z";
    if value.parse::<i64>().is_ok() {
        return format!("a number is no date; the forms are {forms}");
    }
    if value.chars().nth(10) == Some(' ') {
        return format!("put `T` between date and time, without a fraction of a second; the forms are {forms}");
    }
    format!("the forms are {forms}, and the day must be in the calendar")
}
