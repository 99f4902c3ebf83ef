//! Faults that users of Neptune and of neighbouring tools have reported in public, each cut down to a small file. What a check must say of each
//! was written by hand, from the user guide and from what was seen of Neptune and of AWS's tools.

mod common;

use std::path::{Path, PathBuf};

use common::{files_in, json};
use rstest::rstest;
use serde_json::Value;

/// The files of the reader, and those that only this check has.
fn path(name: &str) -> PathBuf {
    let own = Path::new("tests/files").join(name);
    if own.exists() { own } else { Path::new("../data/tests/files").join(name) }
}

/// Records, duplicates, parsing, datatype and insert errors.
fn totals(report: &Value) -> [u64; 5] {
    ["records", "duplicates", "parsingErrors", "datatypeMismatchErrors", "insertErrors"]
        .map(|key| report["totals"][key].as_u64().expect("a number"))
}

/// Each finding: its line, its column, its text and its hint.
fn findings(report: &Value, kind: &str) -> Vec<String> {
    let text = |finding: &Value| {
        let hint = finding["hint"].as_str().unwrap_or_default();
        format!("{}:{} {} => {hint}", finding["line"], finding["column"], finding["message"].as_str().expect("a text"))
    };
    report[kind].as_array().expect("a list").iter().map(text).collect()
}

/// Checks files as one load. Each expected finding begins with its place; of its text and hint, parts are named between `..`.
fn judge(names: &[&str], options: &[&str], counted: [u64; 5], errors: &[&str], warnings: &[&str]) {
    let paths: Vec<PathBuf> = names.iter().map(|name| path(name)).collect();
    let report = json(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), options);
    assert_eq!(totals(&report), counted, "{report:#}");
    for (kind, expected) in [("errors", errors), ("warnings", warnings)] {
        let found = findings(&report, kind);
        assert_eq!(found.len(), expected.len(), "{kind}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            let mut parts = expected.split("..");
            let begins = parts.next().is_some_and(|place| found.starts_with(place));
            assert!(begins && parts.all(|part| found.contains(part)), "expected {expected}, found {found}");
        }
    }
}

#[rstest]
#[case::blanks_round_delimiters(&["spaces_vertices.csv", "spaces_edges.csv"], &[], [16, 0, 0, 0, 0], &[], &[])]
#[case::a_type_that_is_none(&["none_type.csv"], &[], [0, 0, 1, 0, 0], &["1:32 ..last_seen:None(single)..did not know the type"], &[])]
#[case::types_of_data_frames(&["frame_types.csv"], &[], [0, 0, 1, 0, 0],
    &["1:12 ..qty:int64..write Long", "1:22 ..price:float64..write Double", "1:36 ..seen:datetime64..write Date", "1:52 ..note:object..write String"], &[])]
#[case::sets_on_edges(&["edge_set.csv"], &[], [0, 0, 1, 0, 0],
    &["1:22 Set-valued..a property of an edge has one value", "1:36 Array types..a property of an edge has one value"], &[])]
#[case::dates(&["dates.csv"], &[], [43, 0, 0, 11, 0],
    &["10:9 ..Thu Feb 29..names of days", "11:9 ..2024-02-30..in the calendar", "12:9 ..2023-02-29..in the calendar",
      "13:9 ..2024-13-01..in the calendar", "14:9 ..T25:00:00Z..hours go to 23", "15:9 ..T11:60:00Z..minutes and seconds to 59",
      "16:9 ..T23:59:61Z..minutes and seconds to 59", "18:9 ..2024-2-9..month and day have two", "19:9 ..20240229..`2024-02-29`",
      "20:9 ..1709201730000..as milliseconds since 1970 it is `2024-02-29`", "21:9 ..2024-02-29 10:15:30..write `2024-02-29T10:15:30`"],
    &["6:9 ..fraction of a second, which none of the documented forms has (and once more)..write `2024-02-29T10:15:30Z`",
      "8:9 ..has an offset..(and once more)..convert the time to UTC"])]
#[case::line_breaks_in_quotes(&["multiline.csv"], &[], [9, 0, 0, 1, 0], &["4:17 ..'notanumber' of column 'n'"], &[])]
#[case::no_header(&["no_header.csv"], &[], [0, 0, 1, 0, 0], &["1:1 ..the first line looks like data"], &[])]
#[case::semicolons(&["semicolons.csv"], &[], [24, 2, 0, 0, 0], &[], &[])]
#[case::a_semicolon_in_the_label_of_an_edge(&["semicolons.csv", "edge_label.csv"], &[], [25, 2, 0, 0, 0], &[],
    &["2:10 the label `met;likes` of an edge is one label"])]
#[case::a_bad_header(&["bad_header.csv"], &[], [0, 0, 1, 0, 0],
    &["1:1 ..requires a ~id field", "1:10 ..age:..name a type behind the colon"], &[])]
#[case::bad_rows(&["bad_rows.csv"], &[], [21, 0, 2, 4, 0],
    &["4:25 Record has more columns than header..in quotes", "5:11 ..'thirty'", "6:14 ..'20x1-00-99'..the forms are", "7:1 ..give each row an id",
      "9:11 ..'3000000000'..make the column Long", "10:11 ..'30.0'..astype(\"Int64\")"],
    &["3:1 the row has fewer cells"])]
#[case::edges_to_nothing(&["dangling_edges.csv", "vertices.csv"], &[], [5, 0, 0, 0, 2],
    &["3:4 Either from vertex, 'v1', or to vertex, 'nobody', is not present.", "4:4 ..'ghost'"], &[])]
#[case::bad_iris(&["bad_iris.nq"], &["--format", "nquads"], [5, 0, 4, 0, 0],
    &["1:..Not a valid (absolute) IRI..write the whole IRI", "2:..www.ex.test/page", "3:..someone@ex.test", "4:..mygraph"], &[])]
#[case::turtle_in_quads(&["turtle_in_nq.nq"], &["--format", "nquads"], [6, 0, 4, 0, 0],
    &["1:1 Expected '<' or '_', found: @..this is Turtle or TriG", "2:..found: x..a datatype is a whole IRI", "3:..found: a..this is Turtle",
      "4:..found: 4..this is Turtle: write numbers"], &[])]
#[case::two_hashes(&["double_hash.nt"], &["--format", "ntriples"], [2, 0, 0, 0, 0], &[], &["1:..second `#`"])]
#[case::a_datatype_that_needs_a_language(&["langstring.nt"], &["--format", "ntriples"], [2, 0, 1, 0, 0],
    &["1:..datatype rdf:langString requires a language tag..write a language"], &[])]
#[case::languages(&["lang_tags.nt"], &["--format", "ntriples"], [6, 0, 2, 0, 0], &["2:..no underscore", "4:..name a language behind `@`"], &[])]
#[case::blank_nodes(&["bnodes.nt"], &["--format", "ntriples"], [3, 0, 0, 0, 0], &[], &["1:..new names at each load"])]
#[case::a_piece_of_turtle(&["part2_of_split.ttl"], &["--format", "turtle"], [1, 0, 1, 0, 0],
    &["1:..Namespace prefix 'ex' used but not defined..a piece of a file that was split"], &[])]
#[case::values_that_are_none_of_their_types(&["typed_literals.ttl"], &["--format", "turtle"], [9, 0, 0, 0, 0], &[],
    &["3:..xsd:date;..(and once more)..`2024-02-29`", "4:..xsd:dateTime;", "5:..`12a` is no xsd:integer", "6:..does not fit in 64 bits..as a text", "7:..does not fit", "8:..`yes`..write `true`", "10:..`1,5`..`1.5E3`"])]
#[case::an_unclosed_quote(&["unclosed_quote.csv"], &[], [4, 0, 1, 0, 0], &["3:11 The quote..the quote opens here, and 3 lines behind it"], &[])]
#[case::backslashes(&["backslash_quotes.csv"], &[], [5, 0, 1, 0, 0], &["4:..escape='\"'", "5:..escape='\"'"], &[])]
fn a_public_report_gets_its_right_answer(
    #[case] files: &[&str],
    #[case] options: &[&str],
    #[case] counted: [u64; 5],
    #[case] errors: &[&str],
    #[case] warnings: &[&str],
) {
    judge(files, options, counted, errors, warnings);
}

#[test]
fn blank_nodes_that_are_loaded_again_are_no_duplicates() {
    let file = path("bnodes.nt");
    let again = common::folder(&[("again.nt", &std::fs::read_to_string(&file).expect("the file"))]);
    let report = json(&[&file, again.path()], &["--format", "ntriples"]);
    assert_eq!(totals(&report), [6, 0, 0, 0, 0]);
}

#[test]
fn ten_thousand_faults_are_counted_and_the_list_says_that_it_is_cut() {
    let files = common::folder(&[("a.csv", &format!("~id,a:Int\n{}", "v,x\n".repeat(10_000)))]);
    let (code, text) = common::check(files.path(), &[]);
    assert!(code == 1 && text.contains("--max-errors leaves out 9980 more findings"), "{text}");
    assert!(text.contains("LOAD_FAILED: 10000 errors"), "{text}");
}

/// What exporters wrote of one table: integers with gaps, NaN, truth values, dates, times in UTC, lists, numbers up to 2^63-1.
#[rstest]
#[case::pandas_with_types("e1-pandas-3.1.1-typed.csv", [31, 0, 0, 3, 0],
    &["2:33 ..pandas to_csv(date_format=", "3:..", "5:.."], &["2:17 `True`..astype(\"string\")"])]
#[case::pandas("e1-pandas-3.1.1-utc.csv", [32, 0, 0, 5, 0],
    &["2:10 ..'41.0'..Int64", "2:..of column 'seen'..date_format", "3:..of column 'seen'", "5:8 ..'7.0'", "5:..of column 'seen'"],
    &["2:..`True`", "2:..`[]` in the column `tags`..\";\".join(values)"])]
#[case::csv_stringify_with_iso_dates("e10-csv-stringify-6.9.0-iso-joined.csv", [31, 0, 0, 0, 0], &[],
    &["2:15 `1`..counts as false..cast: { boolean: String }", "2:28 ..fraction of a second..(and 2 more times)..toISOString().slice(0, 19)"])]
#[case::csv_stringify("e10-csv-stringify-6.9.0-number.csv", [32, 0, 0, 7, 0],
    &["2:17 ..'0'..a number is no date", "2:..1714979289000..it is `2024-05-06`", "3:..-2209075200000..it is `1899-12-31`", "3:..", "5:..", "5:..",
      "6:..9223372036854776000..JavaScript rounds"],
    &["2:15 `1`", "2:..`[]`"])]
#[case::polars("e2-polars-2.1.0-joined.csv", [32, 0, 0, 0, 0], &[], &["2:..an offset..(and 2 more times)..write_csv(datetime_format="])]
#[case::duckdb("e3-duckdb-2.0.1.csv", [33, 0, 0, 4, 0],
    &["2:..07:08:09+00..DuckDB strftime", "3:..", "5:..", "6:8 ..'nan'..write `NaN`"], &["2:..`[]`..array_to_string"])]
#[case::pyspark("e5-pyspark-4.3.0-joined.csv", [10, 0, 1, 0, 0],
    &["3:9 Text follows..escape='\"'", "5:..The quote of a field is never closed..1 line behind it"], &["2:..fraction..timestampFormat"])]
#[case::sqlite("e7-sqlite3-shell-3.40.1.csv", [32, 0, 0, 3, 0], &["2:..SQLite strftime", "3:..", "5:.."],
    &["2:..`1`..CASE WHEN", "2:..`[]`..group_concat"])]
fn what_an_exporter_writes_is_judged_by_the_rules(
    #[case] name: &str,
    #[case] counted: [u64; 5],
    #[case] errors: &[&str],
    #[case] warnings: &[&str],
) {
    judge(&[&format!("exporters/{name}")], &[], counted, errors, warnings);
}

/// Files of programs that write graphs.
#[rstest]
#[case::pgraphs(&["o12-pgraphs-0.1.1-neptune-nodes.csv", "o12-pgraphs-0.1.1-neptune-edges.csv"], &[], [21, 0, 0, 0, 0], &[],
    &["2:1 the row has fewer cells..(and 2 more times)", "2:1 the row has fewer cells"])]
#[case::grand_cypher(&["o9-grand-cypher-io-0.2.0-nodes.csv", "o9-grand-cypher-io-0.2.0-edges.csv"], &["--format", "opencypher", "--generated-edge-ids"],
    [23, 0, 0, 2, 0], &["3:..'nan'..write `NaN`", "4:..'4102444800000'..make the column Long"], &["2:..`True`"])]
#[case::grand_cypher_without_ids(&["o9-grand-cypher-io-0.2.0-edges.csv"], &["--format", "opencypher"], [0, 0, 1, 0, 0],
    &["1:1 ..requires a :ID field..userProvidedEdgeIds FALSE"], &[])]
#[case::biocypher_header(&["o1-biocypher-0.17.0-Person-header.csv"], &["--format", "opencypher"], [0, 0, 1, 0, 0],
    &["1:24 ..tags:string[]..no arrays"], &[])]
#[case::biocypher_part(&["o1-biocypher-0.17.0-KNOWS-part000.csv"], &["--format", "opencypher"], [0, 0, 1, 0, 0],
    &["1:1 ..:ID field..every piece needs it..cat X-header.csv X-part000.csv", "1:1 ..p 2"], &[])]
#[case::rdflib(&["e12-rdflib-7.6.0.nq"], &["--format", "nquads"], [12, 0, 0, 0, 0], &[], &["2:..blank nodes..(and once more)", "8:..`nan` is no xsd:double..(and once more)..rdflib", "10:..does not fit in 64 bits"])]
#[case::pyoxigraph(&["e14-pyoxigraph-0.5.13-serialize.nq"], &["--format", "nquads"], [11, 0, 0, 0, 0], &[], &["3:..blank nodes..(and once more)"])]
#[case::turtle_as_quads(&["e12-rdflib-7.6.0-turtle.ttl"], &["--format", "nquads"], [2, 0, 2, 0, 0], &["1:1 ..this is Turtle or TriG", "3:1 .."], &[])]
#[case::rdflib_turtle(&["e12-rdflib-7.6.0-turtle.ttl"], &["--format", "turtle"], [1, 0, 0, 0, 0], &[], &[])]
#[case::raptor_turtle(&["e16-raptor-2.0.15-turtle.ttl"], &["--format", "turtle"], [3, 0, 1, 0, 0], &["13:..raptor, RDF::Trine and SWI-Prolog write it so"], &[])]
#[case::serdi_turtle(&["e17-serdi-0.30.16-turtle.ttl"], &["--format", "turtle"], [10, 0, 0, 0, 0], &[], &["28:..blank nodes", "31:..name a base"])]
#[case::rdflib_rdf_xml(&["e12-rdflib-7.6.0-graph-xml.rdf"], &["--format", "rdfxml"], [10, 0, 0, 0, 0], &[], &["1..blank nodes", "2..`nan`..rdflib", "2..does not fit in 64 bits"])]
#[case::rdf_xml_as_turtle(&["e12-rdflib-7.6.0-graph-xml.rdf"], &["--format", "turtle"], [1, 0, 1, 0, 0], &["1:..this is RDF/XML"], &[])]
#[case::turtle_as_rdf_xml(&["e12-rdflib-7.6.0-turtle.ttl"], &["--format", "rdfxml"], [1, 0, 1, 0, 0], &["1:..this is Turtle"], &[])]
#[case::rdf_xml_as_csv(&["e12-rdflib-7.6.0-graph-xml.rdf"], &[], [0, 0, 1, 0, 0], &["1:15 ..this is RDF/XML"], &[])]
fn what_writers_of_graphs_write_is_judged_by_the_rules(
    #[case] names: &[&str],
    #[case] options: &[&str],
    #[case] counted: [u64; 5],
    #[case] errors: &[&str],
    #[case] warnings: &[&str],
) {
    let names: Vec<String> = names.iter().map(|name| format!("exporters/{name}")).collect();
    judge(&names.iter().map(String::as_str).collect::<Vec<_>>(), options, counted, errors, warnings);
}

#[test]
fn every_file_of_an_exporter_is_there() {
    assert_eq!(files_in(Path::new("tests/files/exporters")).len(), 24);
}
