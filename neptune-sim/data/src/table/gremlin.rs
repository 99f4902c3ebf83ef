//! Columns in Gremlin's words: `~id`, `~label`, `name:type(cardinality)[]`.

use super::column::{Column, Kind, Property, split_brackets, split_name};
use crate::problem::Problem;
use crate::value::Type;

/// Reads a cell of the header.
pub(super) fn column(text: &str, kind: Kind) -> Result<Column, Problem> {
    let space = String::new();
    match text {
        "~id" => Ok(Column::Id { space, property: None }),
        "~label" => Ok(Column::Label),
        "~from" => Ok(Column::From { space }),
        "~to" => Ok(Column::To { space }),
        _ if text.starts_with('~') => Err(Problem::UnknownSystemColumn { column: text.to_owned() }),
        _ => property(text, kind).map(Column::Property),
    }
}

/// Reads `name`, `name:type`, `name:type(set)[]`, ...
fn property(text: &str, kind: Kind) -> Result<Property, Problem> {
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
    let (word, single) = match split_brackets(definition) {
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::csv::Records;
    use crate::table::{Dialect, Header};

    fn read(text: &str) -> Result<Header, Vec<String>> {
        let mut records = Records::new(text.as_bytes());
        let header = Header::read(&records.read().unwrap().unwrap(), Dialect::Gremlin);
        header.map_err(|faults| faults.iter().map(|(column, problem)| format!("{column:?} {problem}")).collect())
    }

    fn id() -> Column {
        Column::Id { space: String::new(), property: None }
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
        assert_eq!(header.columns, [&[id(), Column::Label][..], &properties].concat());
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
