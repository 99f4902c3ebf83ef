//! Where the reading of a file stops, and what is counted and loaded by then.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Found, Graph, Stop, Totals, rdf};
use rstest::rstest;

const ROWS: &str = "~id,~label,age:Int\nv1,Person,1\nv2,Person,one\nv3,Person,3\nv4,Per\"son,4\nv5,Person,five\n";

/// The records with errors, what was counted, and the number of vertices that are loaded.
fn table(text: &str, stop: Stop) -> (Vec<u64>, Totals, usize) {
    let (mut graph, mut records) = (Graph::default(), Vec::new());
    let file = File::open(text.as_bytes(), Dialect::Gremlin).unwrap();
    let totals =
        file.load(Options { stop, ..Options::default() }, &mut graph, &mut |found: Found<'_>| records.push(found.record()));
    let loaded = ["v1", "v2", "v3", "v4", "v5"].into_iter().filter(|id| graph.has_vertex("", id)).count();
    (records, totals.unwrap(), loaded)
}

#[rstest]
#[case::to_find_every_fault(Stop::AtTheEnd, &[2, 4, 5], 7, 4)]
#[case::where_a_load_ends(Stop::WithTheLoad, &[2, 4], 7, 3)]
#[case::at_the_first_error(Stop::AtTheFirstError, &[2], 4, 2)]
fn a_file_of_rows(#[case] stop: Stop, #[case] errors: &[u64], #[case] records: u64, #[case] loaded: usize) {
    let (found, totals, vertices) = table(ROWS, stop);
    assert_eq!((found.as_slice(), totals.records, vertices), (errors, records, loaded));
}

#[rstest]
#[case::to_find_every_fault(Stop::AtTheEnd, 2)]
#[case::as_a_load(Stop::WithTheLoad, 1)]
fn a_header_with_several_faults(#[case] stop: Stop, #[case] errors: usize) {
    let (found, totals, _) = table("~label,age:Inn,name:Sting\nPerson,1,Ada\n", stop);
    assert!(found.len() >= errors && (errors > 1 || found.len() == 1), "{found:?}");
    assert_eq!(totals.parsing_errors, 1);
}

#[rstest]
#[case::to_find_every_fault(Stop::AtTheEnd, &[2, 4], 4)]
#[case::as_a_load(Stop::WithTheLoad, &[2, 4], 4)]
#[case::at_the_first_error(Stop::AtTheFirstError, &[2], 2)]
fn a_file_of_statements(#[case] stop: Stop, #[case] errors: &[u64], #[case] records: u64) {
    let text = "<http://e/a> <http://e/p> \"1\" .\n|http://e/b> <http://e/p> \"2\" .\n<http://e/c> <http://e/p> \"3\" .\n?\n";
    let (mut graph, mut found) = (Graph::default(), Vec::new());
    let options = rdf::Options { stop, ..rdf::Options::default() };
    let mut sink = |error: Found<'_>| found.push(error.record());
    let totals = rdf::load(text.as_bytes(), rdf::Format::NTriples, &options, &mut graph, &mut sink).unwrap();
    assert_eq!((found.as_slice(), totals.records), (errors, records));
}
