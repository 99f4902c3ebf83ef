//! Files as users had them, and what a load of each counts and reports.

use std::fs::File as Disk;
use std::path::Path;

use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Finding, Graph, Problem, Totals, What};
use rstest::rstest;

/// Loads files of `tests/files` one after the other, and returns what the last one counts and reports.
fn load(names: &[&str]) -> (Totals, Vec<Finding>) {
    let (mut graph, mut last) = (Graph::default(), None);
    for name in names {
        let path =
            Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("tests/files").join(name);
        let mut findings = Vec::new();
        let file = File::open(Disk::open(path).expect("a file of this folder"), Dialect::Gremlin).expect("it can be read");
        let totals =
            file.load(Options::default(), &mut graph, &mut |found| findings.push(found.finding())).expect("it can be read");
        last = Some((totals, findings));
    }
    last.expect("there is a file")
}

/// The same of texts.
fn load_texts(dialect: Dialect, texts: &[&[u8]]) -> (Totals, Vec<Finding>) {
    let (mut graph, mut last) = (Graph::default(), None);
    for text in texts {
        let mut findings = Vec::new();
        let file = File::open(*text, dialect).expect("bytes can be read");
        let totals = file.load(Options::default(), &mut graph, &mut |found| findings.push(found.finding()));
        last = Some((totals.expect("bytes can be read"), findings));
    }
    last.expect("there is a text")
}

/// Records, duplicates, and the errors of the three kinds.
fn numbers(totals: Totals) -> [u64; 5] {
    let Totals { records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors } = totals;
    [records, duplicates, parsing_errors, datatype_mismatch_errors, insert_errors]
}

fn lines(findings: &[Finding]) -> Vec<String> {
    let text = |finding: &Finding| match &finding.what {
        What::Error(problem) => format!("{}:{} record {}: {problem}", finding.line, finding.column, finding.record),
        What::Warning(warning) => format!("{}:{} {warning:?}", finding.line, finding.column),
    };
    findings.iter().map(text).collect()
}

#[rstest]
#[case::blanks_round_delimiters(&["spaces_vertices.csv"], [12, 0, 0, 0, 0])]
#[case::blanks_in_edges(&["spaces_vertices.csv", "spaces_edges.csv"], [4, 0, 0, 0, 0])]
#[case::types_of_a_data_frame(&["frame_types.csv"], [0, 0, 1, 0, 0])]
#[case::none_as_a_type(&["none_type.csv"], [0, 0, 1, 0, 0])]
#[case::sets_on_edges(&["edge_set.csv"], [0, 0, 1, 0, 0])]
#[case::dates(&["dates.csv"], [43, 0, 0, 11, 0])]
#[case::line_breaks_in_quotes(&["multiline.csv"], [9, 0, 0, 1, 0])]
#[case::no_header(&["no_header.csv"], [0, 0, 1, 0, 0])]
#[case::semicolons(&["semicolons.csv"], [24, 2, 0, 0, 0])]
#[case::rows_with_faults(&["bad_rows.csv"], [21, 0, 2, 4, 0])]
#[case::a_bad_header(&["bad_header.csv"], [0, 0, 1, 0, 0])]
#[case::dangling_edges(&["vertices.csv", "dangling_edges.csv"], [3, 0, 0, 0, 2])]
#[case::an_unclosed_quote(&["unclosed_quote.csv"], [4, 0, 1, 0, 0])]
#[case::backslash_quotes(&["backslash_quotes.csv"], [5, 0, 1, 0, 0])]
#[case::the_same_again(&["vertices.csv", "vertices.csv"], [2, 2, 0, 0, 0])]
fn a_load_counts(#[case] files: &[&str], #[case] expected: [u64; 5]) {
    let (totals, findings) = load(files);
    assert_eq!(numbers(totals), expected, "{:#?}", lines(&findings));
}

#[rstest]
#[case::a_set_is_in_the_way_of_a_single_value(&["~id,~label,x\nv,P,a", "~id,~label,x:String(single)\nv,P,b\nv,P,a"], [4, 3, 0, 0, 1])]
#[case::one_number_in_two_ways(&["~id,~label,x:Double(single)\nv,P,1.0", "~id,~label,x:Double(single)\nv,P,1"], [2, 2, 0, 0, 0])]
#[case::one_day_in_two_ways(&["~id,x:Date(single)\nv,2024-01-01", "~id,x:Date(single)\nv,2024-01-01T00:00:00Z"], [2, 2, 0, 0, 0])]
#[case::one_number_in_a_list(&["~id,~label,x:Double[]\nv,P,1.0;1;1e0"], [4, 2, 0, 0, 0])]
#[case::values_of_two_types(&["~id,~label,x:Int\nv,P,1", "~id,~label,x:String(single)\nv,P,1"], [2, 1, 0, 0, 1])]
#[case::a_label_without_a_character(&["~id,~label\nv,;"], [1, 0, 0, 0, 0])]
fn values_are_compared_as_values(#[case] texts: &[&str], #[case] expected: [u64; 5]) {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    let (totals, findings) = load_texts(Dialect::Gremlin, &texts);
    assert_eq!(numbers(totals), expected, "{:#?}", lines(&findings));
}

#[test]
fn bytes_that_are_no_utf8_are_warned_about_in_each_column() {
    let (totals, findings) = load_texts(Dialect::Gremlin, &[b"~id,~label,x\nn\xe9,P,a\nn\xe8,Zo\xe9,b"]);
    assert_eq!(lines(&findings), ["2:1 NotUtf8"]);
    assert_eq!((findings[0].times, numbers(totals)), (3, [4, 0, 0, 0, 0]));
    let edges: [&[u8]; 2] = [b"~id\nn\xe9\nb", b"~id,~from,~to,~label\ne,n\xe8,b,k"];
    assert_eq!(numbers(load_texts(Dialect::Gremlin, &edges).0), [1, 0, 0, 0, 0], "both ids are `n` and U+FFFD");
}

#[rstest]
#[case::plain(b"~id,~label,n\nv1,P,\"first\nv2,P,\"second\"\nv3,P,c")]
#[case::with_a_quote_in_it(b"~id,~label,n\nv1,P,\"the \"\"first\"\"\nv2,P,\"second\"\nv3,P,c")]
fn a_quote_that_is_closed_by_one_of_another_row_is_reported_where_it_opens(#[case] text: &[u8]) {
    let (_, findings) = load_texts(Dialect::Gremlin, &[text]);
    assert_eq!(lines(&findings), ["2:6 record 1: Text follows the closing quote of a field"]);
    assert_eq!(findings[0].what, What::Error(Problem::TextAfterQuote { lines: 1 }));
}

#[rstest]
#[case::with_rows("\u{feff}~id\nv", &["1:1 ByteOrderMark"])]
#[case::without("\u{feff}~id\n", &["1:1 ByteOrderMark", "1:1 NoRows"])]
#[case::with_a_fault("\u{feff}name\nv", &["1:1 record 0: A vertex or edge requires a ~id field.", "1:1 ByteOrderMark"])]
fn a_byte_order_mark_is_at_the_beginning(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(lines(&load_texts(Dialect::Gremlin, &[text.as_bytes()]).1), expected);
}

#[rstest]
#[case::the_line_in_spite_of_line_breaks("multiline.csv", &["4:17 record 2: Value 'notanumber' of column 'n' is not a valid Int"])]
#[case::the_opening_quote("unclosed_quote.csv", &["3:11 record 2: The quote of a field is never closed"])]
#[case::each_fault_of_a_header("bad_header.csv", &[
    "1:1 record 0: A vertex or edge requires a ~id field.",
    "1:10 record 0: Invalid data type encountered for header: age:",
])]
#[case::a_quote_that_ends_the_load("backslash_quotes.csv", &[
    "4:18 record 3: A quote is in a field that does not begin with one",
    "5:20 record 4: Text follows the closing quote of a field",
])]
fn a_fault_is_reported_at_its_place(#[case] file: &str, #[case] expected: &[&str]) {
    let (_, findings) = load(&[file]);
    assert_eq!(lines(&findings), expected);
}

#[test]
fn an_edge_to_a_missing_vertex_has_the_text_of_a_real_log_and_no_record_number() {
    let (_, findings) = load(&["vertices.csv", "dangling_edges.csv"]);
    let What::Error(problem) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(problem.to_string(), "Either from vertex, 'v1', or to vertex, 'nobody', is not present.");
    assert_eq!((findings[0].record, findings[0].record_num(), findings[0].id.as_deref()), (2, 0, Some("k2")));
}
