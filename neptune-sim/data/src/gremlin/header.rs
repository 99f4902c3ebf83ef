//! The header of a file: which columns it has, and what is wrong with them.

use std::collections::HashSet;

use crate::csv::Record;
use crate::problem::Problem;
use crate::value::Type;

/// What a file holds. One with `~from` or `~to` holds edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Vertices.
    Vertices,
    /// Edges.
    Edges,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// `~id`
    Id,
    /// `~label`
    Label,
    /// `~from`
    From,
    /// `~to`
    To,
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

/// A header without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the file holds.
    pub kind: Kind,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
}

/// A fault, and the column that has it, from 0; `None` if it is one of the whole header.
pub type HeaderFault = (Option<usize>, Problem);

impl Header {
    /// Reads the first record of a file.
    ///
    /// # Errors
    /// Every fault. A load reports the first of them.
    pub fn read(record: &Record<'_>) -> Result<Self, Vec<HeaderFault>> {
        let texts: Vec<String> = record.cells().map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect();
        let kind = if texts.iter().any(|text| text == "~from" || text == "~to") { Kind::Edges } else { Kind::Vertices };
        let (mut columns, mut faults) = (Vec::new(), missing(&texts, kind));
        let mut seen = HashSet::new();
        for (index, text) in texts.iter().enumerate() {
            match read_column(text, kind) {
                Ok(column) if !seen.insert(name(&column).to_owned()) => {
                    faults.push((Some(index), Problem::ColumnTwice { column: name(&column).to_owned() }));
                }
                Ok(column) => columns.push(column),
                Err(problem) => faults.push((Some(index), problem)),
            }
        }
        if faults.is_empty() { Ok(Self { kind, columns }) } else { Err(faults) }
    }
}

/// The columns that a file of this kind must have and does not.
fn missing(texts: &[String], kind: Kind) -> Vec<HeaderFault> {
    let required: &[&'static str] = match kind {
        Kind::Vertices => &["~id"],
        Kind::Edges => &["~id", "~from", "~to"],
    };
    let missing = required.iter().filter(|column| !texts.iter().any(|text| text == *column));
    missing.map(|column| (None, Problem::MissingColumn { column })).collect()
}

fn name(column: &Column) -> &str {
    match column {
        Column::Id => "~id",
        Column::Label => "~label",
        Column::From => "~from",
        Column::To => "~to",
        Column::Property(property) => &property.name,
    }
}

fn read_column(text: &str, kind: Kind) -> Result<Column, Problem> {
    match text {
        "" => Err(Problem::NoColumnName),
        "~id" => Ok(Column::Id),
        "~label" => Ok(Column::Label),
        "~from" => Ok(Column::From),
        "~to" => Ok(Column::To),
        _ if text.starts_with('~') => Err(Problem::UnknownSystemColumn { column: text.to_owned() }),
        _ => read_property(text, kind).map(Column::Property),
    }
}

/// Reads `name`, `name:type`, `name:type(set)[]`, ...
fn read_property(text: &str, kind: Kind) -> Result<Property, Problem> {
    let column = || text.to_owned();
    let (name, definition) = split_name(text).ok_or_else(|| Problem::InvalidColumn { column: column() })?;
    if name.is_empty() {
        return Err(Problem::NoColumnName);
    }
    let single_by_default = kind == Kind::Edges;
    let Some(definition) = definition else {
        return Ok(Property { name, of: Type::String, single: single_by_default, array: false });
    };
    let (definition, array) = definition.strip_suffix("[]").map_or((definition, false), |rest| (rest, true));
    let (word, single) = match split_cardinality(definition) {
        (word, None) => (word, single_by_default),
        (word, Some(cardinality)) if cardinality.eq_ignore_ascii_case("single") => (word, true),
        (word, Some(cardinality)) if cardinality.eq_ignore_ascii_case("set") => (word, false),
        _ => return Err(Problem::InvalidColumn { column: column() }),
    };
    let unknown = || Problem::UnknownType { column: column(), word: word.to_owned() };
    let of = Type::from_name(word).ok_or_else(unknown)?;
    match kind {
        Kind::Vertices if single && array => Err(Problem::SingleArray { column: column() }),
        Kind::Edges if !single => Err(Problem::EdgeSet { column: column() }),
        Kind::Edges if array => Err(Problem::EdgeArray { column: column() }),
        _ => Ok(Property { name, of, single, array }),
    }
}

/// The name without its escapes, and what follows the colon behind it. `None` if there is another colon, or a blank in the name.
fn split_name(text: &str) -> Option<(String, Option<&str>)> {
    let colons: Vec<usize> = text.match_indices(':').map(|(at, _)| at).filter(|at| !text[..*at].ends_with('\\')).collect();
    let (name, definition) = match colons[..] {
        [] => (text, None),
        [colon] => (&text[..colon], Some(&text[colon + 1..])),
        _ => return None,
    };
    let has_blank = name.contains([' ', '\t', '\r', '\n', ',']);
    (!has_blank).then(|| (name.replace("\\:", ":"), definition))
}

/// `String(single)` as `String` and `single`.
fn split_cardinality(definition: &str) -> (&str, Option<&str>) {
    let split = definition.strip_suffix(')').and_then(|rest| rest.split_once('('));
    split.map_or((definition.trim(), None), |(word, cardinality)| (word.trim(), Some(cardinality.trim())))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::csv::Records;

    fn read(text: &str) -> Result<Header, Vec<String>> {
        let mut records = Records::new(text.as_bytes());
        let header = Header::read(&records.read().unwrap().unwrap());
        header.map_err(|faults| faults.iter().map(|(column, problem)| format!("{column:?} {problem}")).collect())
    }

    fn property(name: &str, of: Type, single: bool, array: bool) -> Column {
        Column::Property(Property { name: name.to_owned(), of, single, array })
    }

    #[test]
    fn vertices_have_sets_and_edges_single_values() {
        let header = read("~id, ~label, name:string, tags:String[], age:Int(single), plain, a\\:b:DATE(Set)[]").unwrap();
        assert_eq!(header.kind, Kind::Vertices);
        let properties = [
            property("name", Type::String, false, false),
            property("tags", Type::String, false, true),
            property("age", Type::Int, true, false),
            property("plain", Type::String, false, false),
            property("a:b", Type::Date, false, true),
        ];
        assert_eq!(header.columns, [&[Column::Id, Column::Label][..], &properties].concat());
        let header = read("~id,~from,~to,~label,weight:Double,note:String(single)").unwrap();
        assert_eq!(header.kind, Kind::Edges);
        let properties = [property("weight", Type::Double, true, false), property("note", Type::String, true, false)];
        assert_eq!(header.columns[4..], properties);
    }

    #[rstest]
    #[case::no_id("name,~label", &["None A vertex or edge requires a ~id field."])]
    #[case::no_to("~id,~from,~label", &["None An edge requires a ~to field."])]
    #[case::unknown_system("~id,~labels", &["Some(1) Invalid system column encountered: ~labels"])]
    #[case::case_matters("~id,~Label", &["Some(1) Invalid system column encountered: ~Label"])]
    #[case::twice("~id,~id,a,a:Int", &["Some(1) Found duplicate field: ~id", "Some(3) Found duplicate field: a"])]
    #[case::no_name("~id,,:Int", &["Some(1) Empty column header encountered.", "Some(2) Empty column header encountered."])]
    #[case::type_of_a_data_frame("~id,qty:int64", &["Some(1) Invalid data type encountered for header: qty:int64"])]
    #[case::no_type("~id,age:", &["Some(1) Invalid data type encountered for header: age:"])]
    #[case::two_colons("~id,a:b:String", &["Some(1) Invalid column encountered while parsing header: a:b:String"])]
    #[case::a_blank("~id,first name:String", &["Some(1) Invalid column encountered while parsing header: first name:String"])]
    #[case::a_list("~id,a:Int(list)", &["Some(1) Invalid column encountered while parsing header: a:Int(list)"])]
    #[case::single_array("~id,a:Int(single)[]", &["Some(1) Type definition cannot be single cardinality but array: a:Int(single)[]"])]
    #[case::on_edges("~id,~from,~to,rank:Int(set),tags:String[]",
        &["Some(3) Set-valued types are not allowed for edges: rank:Int(set)", "Some(4) Array types are not allowed for edges: tags:String[]"])]
    fn every_fault_is_named(#[case] header: &str, #[case] faults: &[&str]) {
        assert_eq!(read(header).unwrap_err(), faults);
    }
}
