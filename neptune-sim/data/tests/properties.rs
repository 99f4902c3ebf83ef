//! Data that is written from a graph loads completely, and one fault in it is reported at its place.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use neptune_data::rdf::{self, Format};
use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Finding, Found, Graph, Totals};
use proptest::prelude::*;

/// A vertex: its labels, its names, its age.
type Vertex = (BTreeSet<String>, BTreeSet<String>, Option<i32>);

fn vertices() -> impl Strategy<Value = Vec<Vertex>> {
    let words = || prop::collection::btree_set("[a-c ;\"\\\\,]{1,5}x", 0..3);
    prop::collection::vec((words(), words(), any::<Option<i32>>()), 1..12)
}

/// A cell with values, quoted, with `;` between them.
fn cell(values: &BTreeSet<String>) -> String {
    let escaped: Vec<String> = values.iter().map(|value| value.replace(';', "\\;")).collect();
    format!("\"{}\"", escaped.join(";").replace('"', "\"\""))
}

fn csv(vertices: &[Vertex]) -> String {
    let mut text = "~id,~label,names:String[],age:Int(single)\n".to_owned();
    for (id, (labels, names, age)) in vertices.iter().enumerate() {
        let labels = if labels.is_empty() { String::new() } else { cell(labels) };
        let age = age.map(|age| age.to_string()).unwrap_or_default();
        let _ = writeln!(text, "v{id},{labels},{},{age}", cell(names));
    }
    text
}

/// A missing label counts as one, the default.
fn facts(vertices: &[Vertex]) -> u64 {
    let of = |(labels, names, age): &Vertex| labels.len().max(1) + names.len() + usize::from(age.is_some());
    vertices.iter().map(of).sum::<usize>() as u64
}

fn load(text: &str, graph: &mut Graph) -> (Totals, Vec<Finding>) {
    let mut findings = Vec::new();
    let file = File::open(text.as_bytes(), Dialect::Gremlin).expect("bytes can be read");
    let totals = file.load(Options::default(), graph, &mut |found| findings.push(found.finding())).expect("bytes can be read");
    (totals, findings)
}

proptest! {
    #[test]
    fn a_graph_loads_completely_and_a_second_time_as_duplicates(vertices in vertices()) {
        let (text, records, mut graph) = (csv(&vertices), facts(&vertices), Graph::default());
        prop_assert_eq!(load(&text, &mut graph).0, Totals { records, ..Totals::default() });
        prop_assert_eq!(load(&text, &mut graph).0, Totals { records, duplicates: records, ..Totals::default() });
    }

    #[test]
    fn one_fault_is_reported_at_its_record(vertices in vertices(), row in any::<prop::sample::Index>()) {
        let row = row.index(vertices.len() + 1);
        let text = csv(&vertices);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.insert(row + 1, "bad,,,1.5");
        let (totals, mut findings) = load(&lines.join("\n"), &mut Graph::default());
        // Words with commas between them are warned of.
        findings.retain(|finding| finding.code().is_some());
        prop_assert_eq!(totals.records, facts(&vertices) + 2);
        prop_assert_eq!((totals.errors(), totals.datatype_mismatch_errors, findings.len()), (1, 1, 1));
        prop_assert_eq!((findings[0].record, findings[0].line), (row as u64 + 1, row as u64 + 2));
    }

    #[test]
    fn a_bad_statement_is_reported_at_its_line_and_the_others_load(count in 0..20_usize, row in any::<prop::sample::Index>()) {
        let row = row.index(count + 1);
        let mut lines: Vec<String> = (0..count).map(|number| format!("<e:s{number}> <e:p> \"x\" .")).collect();
        lines.insert(row, "<e:s> |e:p> \"x\" .".to_owned());
        let mut findings = Vec::new();
        let mut sink = |found: Found<'_>| findings.push(found.finding());
        let totals = rdf::load(lines.join("\n").as_bytes(), Format::NTriples, &rdf::Options::default(), &mut Graph::default(), &mut sink).expect("bytes");
        prop_assert_eq!((totals.records, totals.parsing_errors), (count as u64 + 1, 1));
        prop_assert_eq!((findings[0].record, findings[0].line), (row as u64 + 1, row as u64 + 1));
    }

    /// Whatever the bytes are, a load of them ends.
    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..300), header in any::<bool>()) {
        let text = [if header { &b"~id,a:Int,b:Date,c:String[]\n"[..] } else { b"" }, &bytes].concat();
        for dialect in [Dialect::Gremlin, Dialect::OpenCypher { edge_ids: true }] {
            let file = File::open(&text[..], dialect).expect("bytes can be read");
            file.load(Options::default(), &mut Graph::default(), &mut |_| {}).expect("bytes can be read");
        }
        for format in [Format::NTriples, Format::NQuads, Format::Turtle, Format::RdfXml] {
            rdf::load(&bytes[..], format, &rdf::Options::default(), &mut Graph::default(), &mut |_| {}).expect("bytes can be read");
        }
    }
}
