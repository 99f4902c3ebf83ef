//! Columns in openCypher's words: `:ID(space)`, `:LABEL`, `name:type`.

use super::column::{Column, Kind, Property, split_brackets, split_name};
use crate::problem::Problem;
use crate::value::Type;

/// Types whose values are kept as texts, and not checked.
const TEXTS: [&str; 6] = ["char", "date", "localdate", "localdatetime", "duration", "point"];

/// Reads a cell of the header.
pub(super) fn column(text: &str, kind: Kind, edge_ids: bool) -> Result<Column, Problem> {
    let invalid = || Problem::InvalidColumn { column: text.to_owned() };
    let (name, definition) = split_name(text).ok_or_else(invalid)?;
    let Some(definition) = definition else { return named(name, Type::String) };
    let (word, space) = split_brackets(definition);
    let in_space = || space.unwrap_or_default().to_owned();
    match (word, kind) {
        ("ID", Kind::Edges) if !edge_ids => Err(Problem::UnexpectedColumn { column: text.to_owned() }),
        ("ID", _) => Ok(Column::Id { space: in_space(), property: (!name.is_empty()).then_some(name) }),
        ("START_ID", Kind::Edges) if name.is_empty() => Ok(Column::From { space: in_space() }),
        ("END_ID", Kind::Edges) if name.is_empty() => Ok(Column::To { space: in_space() }),
        ("LABEL", Kind::Vertices) | ("TYPE", Kind::Edges) if name.is_empty() && space.is_none() => Ok(Column::Label),
        _ if name.is_empty() => Err(Problem::UnknownSystemColumn { column: text.to_owned() }),
        _ if space.is_some() => Err(invalid()),
        _ => {
            let unknown = || Problem::UnknownType { column: text.to_owned(), word: word.to_owned() };
            named(name, type_from_name(word).ok_or_else(unknown)?)
        }
    }
}

/// A property. Each has one value at most, and there are no arrays.
fn named(name: String, of: Type) -> Result<Column, Problem> {
    if name.is_empty() {
        return Err(Problem::NoColumnName);
    }
    Ok(Column::Property(Property { name, of, single: true, array: false }))
}

fn type_from_name(word: &str) -> Option<Type> {
    let is_text = TEXTS.iter().any(|text| word.eq_ignore_ascii_case(text));
    if is_text { Some(Type::String) } else { Type::from_name(word) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::csv::Records;
    use crate::table::{Dialect, Header};

    fn read(text: &str, edge_ids: bool) -> Result<Header, Vec<String>> {
        let mut records = Records::new(text.as_bytes());
        let header = Header::read(&records.read().unwrap().unwrap(), Dialect::OpenCypher { edge_ids });
        header.map_err(|faults| faults.iter().map(|(column, problem)| format!("{column:?} {problem}")).collect())
    }

    fn single(name: &str, of: Type) -> Column {
        Column::Property(Property { name: name.to_owned(), of, single: true, array: false })
    }

    #[test]
    fn nodes_have_an_id_labels_and_single_properties() {
        let header = read("key:ID(people),:LABEL,name,age:int,born:Date,seen:DateTime", true).unwrap();
        let id = Column::Id { space: "people".to_owned(), property: Some("key".to_owned()) };
        let properties =
            [single("name", Type::String), single("age", Type::Int), single("born", Type::String), single("seen", Type::Date)];
        assert_eq!(header.kind, Kind::Vertices);
        assert_eq!(header.columns, [&[id, Column::Label][..], &properties].concat());
    }

    #[test]
    fn relationships_have_ends_and_a_type_and_ids_unless_they_get_them() {
        let people = || "people".to_owned();
        let ends = [Column::From { space: people() }, Column::To { space: people() }, Column::Label];
        let header = read(":START_ID(people),:END_ID(people),:TYPE", false).unwrap();
        assert_eq!((header.kind, &header.columns[..]), (Kind::Edges, &ends[..]));
        let header = read(":ID,:START_ID(people),:END_ID(people),:TYPE", true).unwrap();
        assert_eq!(header.columns[1..], ends);
    }

    #[rstest]
    #[case::gremlin("~id,~label", &["None A node or relationship requires a :ID field."])]
    #[case::no_end(":ID,:START_ID,:TYPE", &["None A relationship requires a :END_ID field."])]
    #[case::an_unknown_word(":ID,:LABELS", &["Some(1) Invalid system column encountered: :LABELS"])]
    #[case::case_matters(":ID,:Label", &["Some(1) Invalid system column encountered: :Label"])]
    #[case::a_label_of_a_relationship(":ID,:START_ID,:END_ID,:LABEL", &["Some(3) Invalid system column encountered: :LABEL"])]
    #[case::twice(":ID,key:ID", &["Some(1) Found duplicate field: :ID"])]
    #[case::an_array(":ID,tags:string[]", &["Some(1) Invalid data type encountered for header: tags:string[]"])]
    #[case::a_cardinality(":ID,a:Int(single)", &["Some(1) Invalid column encountered while parsing header: a:Int(single)"])]
    fn every_fault_is_named(#[case] header: &str, #[case] faults: &[&str]) {
        assert_eq!(read(header, true).unwrap_err(), faults);
    }

    #[test]
    fn ids_are_refused_where_relationships_get_them() {
        let faults = read(":ID,:START_ID,:END_ID", false).unwrap_err();
        assert_eq!(faults, ["Some(0) A relationship must have no :ID field: :ID"]);
    }
}
