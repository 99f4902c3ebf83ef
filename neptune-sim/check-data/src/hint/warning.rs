//! What helps where something loads that is probably not what was meant.

use neptune_data::{IriFlaw, LiteralFlaw, Remark, Warning};

use super::header::QUOTES;
use super::row::{AGAIN, HYPHENS, SHORTENED, of_short_row};
use super::time::of_time;
use super::value::{LEAVE_EMPTY, LIST, PYTHON, SCALA, is_python, is_scala};

/// What helps against what is said of this line.
pub(super) fn of_warning(warning: &Warning, line: &str) -> Option<String> {
    let text = match warning {
        Warning::Value { remark: Remark::NullCountsAsFalse, .. } => LEAVE_EMPTY,
        Warning::Value { remark: Remark::SingleQuotes, .. } => QUOTES,
        Warning::Value { value, remark: Remark::CountsAsFalse, .. } if matches!(value.as_str(), "'true'" | "'false'") => QUOTES,
        Warning::Value { value, remark: Remark::Printed, .. } => of_printed(value),
        Warning::ColonInLabel { .. } => {
            "APOC and queries write labels so: write `Person;Admin`, and of an edge `KNOWS`, without colons"
        }
        Warning::Value { value, remark: Remark::CountsAsFalse | Remark::TrueInOtherCase, .. } => return Some(of_bool(value)),
        Warning::Value { value, remark: Remark::FractionOfASecond | Remark::Offset, .. } => return Some(of_time(value)),
        Warning::Value { remark: Remark::CarriageReturn, .. } => "leave the carriage return out",
        Warning::Value { value, remark: Remark::Null, .. } => return Some(of_null(value)),
        Warning::BackslashInName { column } if column == "\\N" => {
            "if `\\N` stands for no value, this line is a row: each file begins with a header such as `~id,~label,name:String`"
        }
        Warning::BackslashInName { .. } => {
            "if it is there to escape a character, leave it out (in json-2-csv, set escapeHeaderNestedDots to false)"
        }
        Warning::List { .. } => LIST,
        Warning::ByteOrderMark => "write the file as UTF-8 without one (in Python `utf-8`, not `utf-8-sig`)",
        Warning::NotUtf8 => "write the file as UTF-8",
        Warning::ZeroByte => {
            "leave it out (`tr -d '\\000'`): programs that keep texts of a fixed length fill them up so, and a file that was not written to its end has \
             such bytes there"
        }
        Warning::Undivided { .. } => {
            "if these are several values, write `;` between them: in Python \";\".join(values), in SQL string_agg(value, ';')"
        }
        Warning::Value { remark: Remark::ByteOrderMark, .. } => {
            "leave the mark out where files were put together: write each as UTF-8 without one (in Python `utf-8`, not `utf-8-sig`)"
        }
        Warning::Value { remark: Remark::Shortened, .. } => SHORTENED,
        Warning::Iri { flaw: IriFlaw::Entity } => {
            "write the character itself, `&` for `&amp;`: the IRI was copied out of XML or HTML, where only a reader of these undoes it"
        }
        Warning::Iri { flaw: IriFlaw::BlankNode } => {
            "write a blank node as `_:b1`, without `<` and `>` (Virtuoso's `nodeID://b1`, too), or give it an IRI that no other export has"
        }
        Warning::Iri { flaw: IriFlaw::Prefix } => {
            "write the whole IRI, `<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>`, or in Turtle the name without `<` and `>`, `rdf:type`"
        }
        Warning::Iri { .. } => "write the character as `%` and two hexadecimal digits",
        Warning::Literal { flaw: LiteralFlaw::Beyond64Bits, .. } => {
            "write the number as a text, without a datatype, to keep all its digits"
        }
        Warning::Literal { text, datatype, flaw: LiteralFlaw::IllTyped } => return Some(of_ill_typed(text, datatype)),
        Warning::NullText { .. } => {
            "if there is no value, leave the statement out: pyrml, for one, writes `nan` for an empty cell"
        }
        Warning::OwnBase { .. } => {
            "name a base in the file, or with parserConfiguration.baseUri of the load and --base-uri of this check"
        }
        Warning::BlankNodes => "give the nodes IRIs if they are to be found or loaded again",
        Warning::HeaderAgain => AGAIN,
        Warning::NoStatements => "leave the file out, or put statements into it",
        Warning::NoRows => {
            "BioCypher and neo4j-admin keep headers apart: put this one before each file of rows; of another program, leave the file out"
        }
        Warning::ShortRow => of_short_row(line),
        Warning::Hyphens => HYPHENS,
        Warning::EdgeLabelIsNotSplit { .. } => return None,
    };
    Some(text.to_owned())
}

/// How programs are made to write what is in an object.
fn of_printed(value: &str) -> &'static str {
    match value {
        _ if value.starts_with("b'") => "Python prints bytes so: write value.decode(\"utf-8\")",
        _ if value.starts_with("ObjectId(") => "MongoDB prints an id so: write what is in the brackets, in Python str(value)",
        _ if value.starts_with("{\"$") || value.starts_with("{'$") => {
            "MongoDB writes a value with its type so: write the value, in mongoexport with --type=csv and --fields"
        }
        _ if value.starts_with('{') => {
            "DynamoDB writes a value with its type so: write the value, in Python TypeDeserializer().deserialize(value)"
        }
        _ if is_scala(value) => SCALA,
        _ if value.starts_with(['(', '[']) && value[1..].starts_with(':') || value.starts_with("<Node") => {
            "Neo4j prints a node or a relationship so: return what is in it, each in a column of its own: `RETURN n.name AS name`"
        }
        _ if is_python(value) => PYTHON,
        _ if value.starts_with("Optional[") => "Java prints an optional value so: write value.orElse(\"\")",
        _ if value.starts_with("%!") => "Go prints so what does not fit its verb: write the value with %v, and nothing for nil",
        _ => "write the values that are in it: joined with `;`, or each in a column of its own",
    }
}

/// How programs are made to leave a cell empty.
fn of_null(value: &str) -> String {
    let programs = match value {
        "null" | "undefined" => " (in json-2-csv, set emptyFieldValue to '')",
        "None" => " (in Python, write `\"\" if value is None else value`)",
        "nan" | "NaN" => " (in pandas, fillna before astype(str))",
        "NaT" | "<NA>" => " (in pandas, to_csv(na_rep=\"\") before astype(str))",
        "#REF!" | "#VALUE!" | "#NAME?" | "#DIV/0!" => " (a spreadsheet writes this where a formula has failed)",
        "\\N" => " (in Postgres, COPY … WITH (FORMAT csv); in MySQL, IFNULL(column, ''))",
        _ => "",
    };
    format!("if there is no value, leave the cell empty{programs}")
}

/// How values of a datatype of XML Schema are written.
fn of_ill_typed(text: &str, datatype: &str) -> String {
    if matches!(text, "nan" | "inf" | "-inf") {
        return "write `NaN`, `INF` or `-INF`: rdflib writes a float of Python as Python does".to_owned();
    }
    let (_, digits) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let form = match datatype {
        "long" | "int" | "short" | "byte" | "unsignedLong" | "unsignedInt" | "unsignedShort" | "unsignedByte" if is_whole => {
            return format!("the number is out of the range of xsd:{datatype}: write xsd:integer, which has none");
        }
        "nonNegativeInteger" | "positiveInteger" | "nonPositiveInteger" | "negativeInteger" if is_whole => {
            return format!("xsd:{datatype} does not have this number: write xsd:integer");
        }
        "dateTime" | "date" if ["-00-", "-00T"].iter().any(|unknown| text.contains(unknown)) || text.ends_with("-00") => {
            return "Wikidata writes `00` for a month or a day that is not known: write the year as xsd:gYear, `\"1850\"`, or the month as xsd:gYearMonth"
                .to_owned();
        }
        "boolean" => "`true` or `false`",
        "decimal" => "digits with a decimal point or without, as `1234.50`",
        "double" | "float" => "a number as `1.5E3`, or `INF`, `-INF` or `NaN`",
        "date" => "a day as `2024-02-29`",
        "dateTime" | "dateTimeStamp" => "a time as `2024-02-29T10:15:30Z`",
        _ => "digits, with a sign or without",
    };
    format!("write {form}, or give the text another datatype")
}

/// What programs write for true, and how they are made to write `true`.
fn of_bool(value: &str) -> String {
    let programs = match value.to_ascii_lowercase().as_str() {
        "true" if value == "TRUE" => ": in R tolower(column), in Excel LOWER(cell)",
        "true" => ": in pandas astype(\"string\").str.lower(), in Python str(value).lower()",
        "1" => ": in SQL CASE WHEN column THEN 'true' ELSE 'false' END, in csv-stringify cast: { boolean: String }",
        "t" | "y" | "yes" | "on" => ": in SQL CASE WHEN column THEN 'true' ELSE 'false' END",
        _ => "",
    };
    format!("write `true` or `false`{programs}")
}
