//! Files of statements as users and other programs wrote them, and what a load of each counts and reports.

use std::fs::File as Disk;
use std::path::Path;

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Finding, Graph, Totals, What};
use rstest::rstest;

/// Loads files of `tests/files` one after the other, and returns what the last one counts and reports.
fn load_all(names: &[&str]) -> (Totals, Vec<String>) {
    let (mut graph, mut last) = (Graph::default(), None);
    for name in names {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test");
        let path = Path::new(&folder).join("tests/files").join(name);
        let format = match path.extension().and_then(|ending| ending.to_str()) {
            Some("nq") => Format::NQuads,
            Some("ttl") => Format::Turtle,
            Some("rdf") => Format::RdfXml,
            _ => Format::NTriples,
        };
        let file = Disk::open(path).expect("a file of this folder");
        let mut findings = Vec::new();
        let totals = load(file, format, &Options::default(), &mut graph, &mut |found| findings.push(line(&found.finding())))
            .expect("it can be read");
        last = Some((totals, findings));
    }
    last.expect("there is a file")
}

fn line(finding: &Finding) -> String {
    match &finding.what {
        What::Error(problem) => format!("{} record {}: {problem}", finding.line, finding.record),
        What::Warning(warning) => format!("{} {warning:?}, {} times", finding.line, finding.times),
    }
}

#[rstest]
#[case::a_text_with_its_type(Format::NTriples, "<e:a> <e:p> \"x\" .\n<e:a> <e:p> \"x\"^^<http://www.w3.org/2001/XMLSchema#string> .", [2, 1])]
#[case::a_language_in_any_case(Format::NTriples, "<e:a> <e:p> \"x\"@en-US .\n<e:a> <e:p> \"x\"@EN-us .", [2, 1])]
#[case::other_terms(Format::NTriples, "<e:a> <e:p> \"x\"@en .\n<e:a> <e:p> \"x\" .\n<e:a> <e:p> <e:x> .", [3, 0])]
fn one_term_in_two_ways_is_one(#[case] format: Format, #[case] text: &str, #[case] expected: [u64; 2]) {
    let totals = load(text.as_bytes(), format, &Options::default(), &mut Graph::default(), &mut |_| {}).expect("bytes");
    assert_eq!([totals.records, totals.duplicates], expected);
}

#[rstest]
#[case(Format::NTriples, "# nothing\n")]
#[case(Format::Turtle, "@prefix e: <http://e/> .")]
#[case(Format::Turtle, "")]
fn a_file_without_a_statement_is_warned_about(#[case] format: Format, #[case] text: &str) {
    let mut findings = Vec::new();
    load(text.as_bytes(), format, &Options::default(), &mut Graph::default(), &mut |found| {
        findings.push(line(&found.finding()));
    })
    .expect("bytes");
    assert_eq!(findings, ["1 NoStatements, 1 times"]);
}

#[rstest]
#[case::iris_without_a_scheme(&["bad_iris.nq"], [5, 0, 4], &[
    "1 record 1: Not a valid (absolute) IRI: ",
    "2 record 2: Not a valid (absolute) IRI: www.ex.test/page",
    "3 record 3: Not a valid (absolute) IRI: someone@ex.test",
    "4 record 4: Not a valid (absolute) IRI: mygraph",
])]
#[case::turtle(&["turtle_in_nq.nq"], [6, 0, 4], &[
    "1 record 1: Expected '<' or '_', found: @",
    "2 record 2: Expected '<', found: x",
    "3 record 3: Expected '<', found: a",
    "4 record 4: Expected '<' or '_', found: 4",
])]
#[case::two_hashes(&["double_hash.nt"], [2, 0, 0], &["1 Iri { flaw: SecondHash }, 1 times"])]
#[case::languages(&["lang_tags.nt"], [6, 0, 2], &["2 record 2: Expected '.', found: _", "4 record 4: Expected a letter, found:  "])]
#[case::a_text_without_its_language(&["langstring.nt"], [2, 0, 1], &["1 record 1: datatype rdf:langString requires a language tag"])]
#[case::blank_nodes(&["bnodes.nt"], [3, 0, 0], &["1 BlankNodes, 3 times"])]
#[case::blank_nodes_again(&["bnodes.nt", "bnodes.nt"], [3, 0, 0], &["1 BlankNodes, 3 times"])]
#[case::iris_again(&["double_hash.nt", "double_hash.nt"], [2, 2, 0], &["1 Iri { flaw: SecondHash }, 1 times"])]
#[case::rdflib(&["rdflib.nq"], [12, 0, 0], &["2 BlankNodes, 2 times", "8 Literal { text: \"nan\", datatype: \"double\", flaw: IllTyped }, 2 times",
    "10 Literal { text: \"9223372036854775808\", datatype: \"integer\", flaw: Beyond64Bits }, 1 times"])]
#[case::raptor(&["raptor.ttl"], [3, 0, 1], &["13 record 3: Expected ':', found ' '"])]
#[case::serdi(&["serdi.ttl"], [10, 0, 0], &["28 BlankNodes, 1 times", "31 OwnBase { iri: \"http://aws.amazon.com/neptune/rel\" }, 1 times"])]
#[case::rdflib_as_xml(&["rdflib.rdf"], [10, 0, 0], &["10 BlankNodes, 1 times", "23 Literal { text: \"nan\", datatype: \"double\", flaw: IllTyped }, 2 times",
    "29 Literal { text: \"9223372036854775808\", datatype: \"integer\", flaw: Beyond64Bits }, 1 times"])]
#[case::a_piece_of_a_split_file(&["part_of_split.ttl"], [1, 0, 1], &["1 record 1: Namespace prefix 'ex' used but not defined"])]
#[case::texts_that_are_none_of_their_type(&["typed_literals.ttl"], [9, 0, 0], &[
    "3 Literal { text: \"2020-03-04T05:06:07\", datatype: \"date\", flaw: IllTyped }, 2 times",
    "4 Literal { text: \"2020-03-04T:05:06.007Z\", datatype: \"dateTime\", flaw: IllTyped }, 1 times",
    "5 Literal { text: \"12a\", datatype: \"integer\", flaw: IllTyped }, 1 times",
    "6 Literal { text: \"123456789012345678901234567890\", datatype: \"integer\", flaw: Beyond64Bits }, 1 times",
    "7 Literal { text: \"123456789012345678901234567890.5\", datatype: \"decimal\", flaw: Beyond64Bits }, 1 times",
    "8 Literal { text: \"yes\", datatype: \"boolean\", flaw: IllTyped }, 1 times",
    "10 Literal { text: \"1,5\", datatype: \"double\", flaw: IllTyped }, 1 times",
])]
#[case::pyoxigraph(&["pyoxigraph.nq"], [11, 0, 0], &["3 BlankNodes, 2 times"])]
fn a_load_counts_and_reports(#[case] files: &[&str], #[case] expected: [u64; 3], #[case] findings: &[&str]) {
    let (totals, found) = load_all(files);
    assert_eq!([totals.records, totals.duplicates, totals.parsing_errors], expected);
    assert_eq!(found, findings);
}

#[test]
fn a_statement_without_a_graph_is_in_the_one_that_the_load_names() {
    let mut graph = Graph::default();
    let mut duplicates = |text: &str, named: Option<&str>| {
        let mut options = Options::default();
        options.named_graph_uri = named.map_or(options.named_graph_uri, str::to_owned);
        load(text.as_bytes(), Format::NQuads, &options, &mut graph, &mut |_| {}).expect("bytes can be read").duplicates
    };
    let default = "<e:a> <e:p> <e:b> <http://aws.amazon.com/neptune/vocab/v01/DefaultNamedGraph> .";
    assert_eq!(duplicates("<e:a> <e:p> <e:b> .", None), 0);
    assert_eq!(duplicates(default, None), 1);
    assert_eq!(duplicates("<e:a> <e:p> <e:b> .", Some("e:g")), 0);
    assert_eq!(duplicates("<e:a> <e:p> <e:b> <e:g> .", None), 1);
}
