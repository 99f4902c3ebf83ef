//! What is read.

use std::fmt::Write as _;

use neptune_data::rdf::Format;

/// How many rows or statements a file has.
pub(crate) const ROWS: u32 = 400_000;

pub(crate) fn vertices() -> String {
    rows("~id,~label,name:String,age:Int,score:Double,active:Bool,tags:String[]", "")
}

/// An age in each row that is none.
pub(crate) fn faulty_vertices() -> String {
    rows("~id,~label,name:String,age:Int,score:Double,active:Bool,tags:String[]", "x")
}

pub(crate) fn nodes() -> String {
    rows(":ID,:LABEL,name:String,age:Int,score:Double,active:Bool,tags:String", "")
}

fn rows(header: &str, in_age: &str) -> String {
    let mut text = format!("{header}\n");
    for row in 0..ROWS {
        let (age, score, tag) = (row % 90, row % 1000, row % 7);
        let _ = writeln!(text, "person-{row},person,\"Name, {row}\",{age}{in_age},{score}.5,true,{tag};b");
    }
    text
}

/// Between two of the vertices each.
pub(crate) fn edges() -> String {
    let mut text = "~id,~from,~to,~label,weight:Double\n".to_owned();
    for row in 0..ROWS {
        let to = row.wrapping_mul(2_654_435_761) % ROWS;
        let _ = writeln!(text, "knows-{row},person-{row},person-{to},knows,{}.25", row % 100);
    }
    text
}

/// Names, ages and friends of people, with a graph or without one.
pub(crate) fn statements(format: Format) -> String {
    let graph = if format == Format::NQuads { " <http://example.com/g>" } else { "" };
    let mut text = String::new();
    for row in 0..ROWS {
        let subject = row / 4;
        let (predicate, object) = match row % 4 {
            0 => ("http://xmlns.com/foaf/0.1/name", format!("\"Name {row}\"@en")),
            1 => ("http://example.com/age", format!("\"{row}\"^^<http://www.w3.org/2001/XMLSchema#integer>")),
            _ => ("http://xmlns.com/foaf/0.1/knows", format!("<http://example.com/people/{row}>")),
        };
        let _ = writeln!(text, "<http://example.com/people/{subject}> <{predicate}> {object}{graph} .");
    }
    text
}
