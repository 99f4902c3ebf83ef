//! What `neptune-sim check-data` says of files, and what it ends with.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{GZIPPED, check, fails, flat, folder, report};
use rstest::rstest;
use serde_json::Value;

const VERTICES: &str = "~id,~label,age:Int\nv1,person,30\nv2,person,41.0\n";
const EDGES: &str = "~id,~from,~to\ne1,v1,v2\ne2,v1,V2\n";

#[test]
fn a_finding_has_its_line_its_cause_and_its_cure() {
    let folder = folder(&[("a-edges.csv", EDGES), ("vertices.csv", VERTICES)]);
    let (code, text) = check(folder.path(), &[]);
    let expected = [
        "a-edges.csv:3:4: error: Either from vertex, 'v1', or to vertex, 'V2', is not present.",
        "record 2, id e2, FROM_OR_TO_VERTEX_ARE_MISSING | e2,v1,V2 | ^ hint: there is a vertex `v2`: case matters",
        "vertices.csv:3:11: error: Value '41.0' of column 'age' is not a valid Int record 2, id v2, PARSING_ERROR",
        "(Neptune's words are not known) | v2,person,41.0 | ^ hint: a column of whole numbers with gaps",
    ];
    assert_eq!(code, 1, "{text}");
    for part in expected {
        assert!(flat(&text).contains(part), "{part}: {text}");
    }
    assert!(text.contains("  | v2,person,41.0\n  |           ^\n"), "{text}");
    assert!(text.ends_with("LOAD_FAILED: 2 errors, 0 warnings in 2 files\n"), "{text}");
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| line.contains(".csv  ")).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows, [["a-edges.csv", "2", "0", "0", "0", "1"], ["vertices.csv", "4", "0", "0", "1", "0"]]);
}

#[test]
fn edges_are_checked_after_the_vertices_whatever_the_names() {
    let folder = folder(&[("a-edges.csv", "~id,~from,~to\ne1,v1,v1\n"), ("z-vertices.csv", "~id\nv1\n")]);
    assert_eq!(check(folder.path(), &[]).0, 0);
}

#[test]
fn nodes_and_relationships_of_opencypher_are_checked_together() {
    let nodes = ":ID(people),:LABEL,age:Int\n1,Person;Admin,30\n2,Person,x\n1,Person,31\n";
    let relationships = ":START_ID(people),:END_ID(people),:TYPE\n1,2,KNOWS\n1,3,KNOWS\n";
    let folder = folder(&[("nodes.csv", nodes), ("links.csv", relationships)]);
    let (code, text) = check(folder.path(), &["--format", "opencypher", "--generated-edge-ids"]);
    assert_eq!(code, 1);
    assert!(flat(&text).contains("Either from vertex, '1', or to vertex, '3', is not present."), "{text}");
    let rows = text.lines().filter(|line| line.contains(".csv  "));
    let rows: Vec<Vec<&str>> = rows.map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows, [["links.csv", "2", "0", "0", "0", "1"], ["nodes.csv", "7", "1", "0", "1", "0"]]);
}

/// A load reads every object whose key begins like its source: one that is a whole key, too.
#[rstest]
#[case::in_full(&["4a87.csv"], &["4a87.csv", "4a87.csv.metadata"])]
#[case::in_full_with_what_is_beside(&["4a87.csv", "4a87.csv.metadata"], &[])]
#[case::written_otherwise(&["4a87.csv", "./4a87.csv.metadata"], &[])]
#[case::another_file(&["b.csv"], &[])]
#[case::in_a_folder(&["f/4a87.csv"], &["f/4a87.csv", "f/4a87.csv.d"])]
#[case::the_beginning_of_names(&["4a"], &[])]
#[case::the_folder(&[""], &[])]
fn what_a_load_of_a_file_reads_too_is_named(#[case] paths: &[&str], #[case] expected: &[&str]) {
    let good = "~id\nv1\n";
    let folder = folder(&[
        ("4a87.csv", good),
        ("4a87.csv.metadata", "\u{8}\n"),
        ("b.csv", good),
        ("f/4a87.csv", good),
        ("f/4a87.csv.d/x", good),
    ]);
    let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
    let (_, text) = report(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), &[]);
    let text = flat(&text.replace(&format!("{}/", folder.path().display()), ""));
    match expected {
        [] => assert!(!text.contains("is not read"), "{text}"),
        [source, beside] => {
            let remark = format!("{beside} is not read here, and a load whose source is {source} reads it, too");
            assert!(text.contains(&remark), "{text}");
            assert_eq!(text.matches("is not read").count(), 1, "{text}");
        }
        _ => unreachable!("a source, and what is beside it"),
    }
}

#[test]
fn warnings_fail_the_check_only_when_it_is_strict() {
    let folder = folder(&[("a.csv", "~id,active:Bool\nv1,True\nv2,True\n")]);
    let (code, text) = check(folder.path(), &[]);
    assert_eq!(code, 0);
    assert!(flat(&text).contains("warning: `True` in the column `active` is taken as true"), "{text}");
    assert!(
        flat(&text).contains("(and once more)") && text.contains("LOAD_COMPLETED: 0 errors, 1 warning in 1 file"),
        "{text}"
    );
    assert_eq!(check(folder.path(), &["--strict"]).0, 109);
}

#[test]
fn a_cut_list_says_so_and_still_has_the_totals() {
    let folder = folder(&[("a.csv", &format!("~id,age:Int\n{}", "v,x\n".repeat(50)))]);
    let (_, text) = check(folder.path(), &["--max-errors", "2"]);
    assert_eq!(text.matches(": error: ").count(), 2, "{text}");
    assert!(text.contains("--max-errors leaves out 48 more findings"), "{text}");
    assert!(text.contains("LOAD_FAILED: 50 errors"), "{text}");
}

#[test]
fn programs_get_verdict_totals_files_errors_and_warnings() {
    let files = folder(&[("a.csv", VERTICES), ("b.csv", "~id,tags:String[]\nv3,\"['x']\"\n")]);
    let to = tempfile::tempdir().expect("a folder for the report");
    let json = to.path().join("report.json");
    check(files.path(), &["--json", &json.display().to_string()]);
    let report: Value = serde_json::from_slice(&fs::read(json).expect("the report")).expect("JSON");
    assert_eq!(
        report.as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["verdict", "totals", "files", "errors", "warnings"]
    );
    let totals = serde_json::json!({
        "records": 6, "duplicates": 0, "parsingErrors": 0, "datatypeMismatchErrors": 1, "insertErrors": 0
    });
    assert_eq!((&report["verdict"], &report["totals"]), (&"LOAD_FAILED".into(), &totals));
    let error = &report["errors"][0];
    for (key, value) in [
        ("code", "PARSING_ERROR".into()),
        ("record", Value::from(2)),
        ("line", 3.into()),
        ("column", 11.into()),
        ("id", "v2".into()),
    ] {
        assert_eq!(error[key], value, "{error}");
    }
    assert!(error["file"].as_str().is_some_and(|file| file.ends_with("/a.csv")), "{error}");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("Int64")), "{error}");
    assert!(report["warnings"][0]["message"].as_str().is_some_and(|text| text.starts_with("`['x']` in the column `tags`")));
}

#[rstest]
#[case::opencypher("a:ID,:LABEL\n1,x\n", "this header is openCypher's")]
#[case::no_header("1,person,30\n", "the first line looks like data")]
#[case::turtle("@prefix e: <http://e/> .\n", "this is Turtle or TriG")]
#[case::rdf_xml("<?xml version=\"1.0\"?>\n<rdf:RDF>", "this is RDF/XML")]
#[case::a_web_page("<!DOCTYPE html>\n", "this is a web page")]
#[case::id_without_its_sign("id,name:String\n1,x\n", "write the column `id` as `~id`")]
#[case::labels("~id,~labels\n1,x\n", "did you mean `~label`?")]
#[case::another_case("~id,~Label\n1,x\n", "did you mean `~label`?")]
#[case::a_blank("~id,first name:String\n", "a name has no blank in it")]
#[case::a_colon("~id,a:b:String\n", "write a colon in a name as `\\:`")]
#[case::none("~id,seen:None(single)\n", "did not know the type")]
#[case::a_comma("~id,a\n1,x,y\n", "put a value that holds a comma in quotes")]
#[case::null("~id,a:Int\n1,null\n", "leave the cell empty")]
#[case::small_nan("~id,a:Double\n1,nan\n", "write `NaN`")]
#[case::inf("~id,a:Double\n1,-inf\n", "write `-Infinity`")]
#[case::too_large("~id,a:Int\n1,3000000000\n", "make the column Long")]
#[case::a_blank_in_a_time("~id,a:Date\n1,2024-02-29 10:15:30\n", "write `2024-02-29T10:15:30`: pandas")]
#[case::seconds("~id,a:Date\n1,1709201730\n", "a number is no date")]
#[case::pyspark("~id,a\n1,\"x \\\"y\\\" z\"\n", "in PySpark, set the option escape='\"'")]
#[case::a_list_on_an_edge("~id,~from,~to,a:Int[]\n", "a property of an edge has one value")]
fn a_hint_names_the_cause(#[case] text: &str, #[case] expected: &str) {
    let folder = folder(&[("a.csv", text)]);
    let (_, said) = check(folder.path(), &[]);
    assert!(flat(&said).contains(expected), "{said}");
}

/// What looks like a cause and is none gets another hint, or no hint.
#[rstest]
#[case::years_as_columns("id,2020,2021\n1,2,3\n", "write the column `id` as `~id`", "looks like data")]
#[case::a_row_with_the_word_id("p1,Ann,41,id,x\n", "the first line looks like data", "as `~id`")]
#[case::a_row_of_addresses("http://a:80/x,7\n", "the first line looks like data", "A file of vertices")]
#[case::a_comma_at_the_end("~id,a\n1,x,\n", "ends with a comma too many", "in quotes")]
#[case::single_quotes("~id,a\n1,'x,y'\n", "`'` does not", "straight")]
#[case::two_names_with_apostrophes("~id,a\n1,it's,y'\n", "put a value that holds a comma in quotes", "`'` does not")]
#[case::miller("~id,a:Int\n1,2\n~id,a:Int,b\n2,3,4\n", "this is another header", "in quotes")]
#[case::a_header_again("~id,a:Int\n1,2\n~id,a:Int\n", "this is another header", "in quotes")]
#[case::a_header_of_texts_again("~id,a\n1,2\n~id,a\n", "the row is another header, and is loaded as a vertex", "in quotes")]
#[case::no_rows("~id,a\n", "the file has a header and no row", "no load file")]
#[case::an_index("Unnamed: 0,~id\n", "to_csv(index=False)", "first_name")]
#[case::an_index_without_a_name(",~id\n0,x\n", "to_csv(index=False)", "ends with a comma")]
#[case::a_column_without_a_name("~id,,a\n", "give the column a name", "index")]
#[case::a_system_column_with_a_type("~id:String\n", "it has no type", "did you mean")]
#[case::no_id("~id,a\n ,x\n", "give each row an id", "two ends")]
#[case::no_vertices("~id,~from,~to\ne,a,b\n", "none of these files has vertices", "case")]
#[case::a_nan_in_an_int("~id,a:Int\n1,NaN\n", "leave the cell empty", "write `NaN`")]
fn a_hint_is_not_of_what_only_looks_alike(#[case] text: &str, #[case] expected: &str, #[case] other: &str) {
    let folder = folder(&[("a.csv", text)]);
    let said = flat(&check(folder.path(), &[]).1);
    assert!(said.contains(expected) && !said.contains(other), "{said}");
}

#[rstest]
#[case::floats("csv", "~id\n1\n", "~id,~from,~to\ne,1.0,1\n", "there is a vertex `1`: pandas writes")]
#[case::floats_of_vertices("csv", "~id\n1.0\n", "~id,~from,~to\ne,1,1.0\n", "there is a vertex `1.0`: pandas writes")]
#[case::zeros("csv", "~id\n7\n", "~id,~from,~to\ne,007,7\n", "zeros at the beginning matter")]
#[case::blanks("csv", "~id\na\n", "~id,~from,~to\ne,\" a\",a\n", "blanks in quotes are a part of an id")]
#[case::no_near_one("csv", "~id\n1\n", "~id,~from,~to\ne,2.0,1\n", "ids are compared letter by letter")]
#[case::space(
    "opencypher",
    ":ID(Person)\n1\n",
    ":ID,:START_ID(person),:END_ID(Person)\ne,1,1\n",
    "the node `1` is in the space `Person`, and this column looks for it in the space `person`; case matters"
)]
#[case::no_space("opencypher", ":ID(Person)\n1\n", ":ID,:START_ID,:END_ID(Person)\ne,1,1\n", "looks for it in no space")]
#[case::another_id("opencypher", ":ID(Person)\n1\n", ":ID,:START_ID(person),:END_ID(Person)\ne,2,1\n", "letter by letter")]
#[case::numbers("csv", "~id\na\nb\n", "~id,~from,~to\n0,a,b\n0,b,a\n", "number edges do so anew in each export")]
#[case::names("csv", "~id\na\nb\n", "~id,~from,~to\nx0,a,b\nx0,b,a\n", "give each edge an id of its own")]
fn a_hint_about_an_edge_knows_the_vertices(
    #[case] format: &str,
    #[case] nodes: &str,
    #[case] edges: &str,
    #[case] expected: &str,
) {
    let folder = folder(&[("edges.csv", edges), ("nodes.csv", nodes)]);
    let said = flat(&check(folder.path(), &["--format", format]).1);
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_piece_of_a_file_is_told_by_its_name() {
    let piece = "p1,Ann,41\n";
    let folder = folder(&[("Person-part000.csv", piece), ("people.csv", piece)]);
    let (_, said) = check(folder.path(), &[]);
    assert_eq!(flat(&said).matches("Of a file in pieces, every piece needs it").count(), 1, "{said}");
}

#[test]
fn a_compressed_file_is_unpacked() {
    let folder = folder(&[]);
    fs::write(folder.path().join("a.csv.gz"), GZIPPED).expect("the folder can be written to");
    let (code, text) = check(folder.path(), &[]);
    assert!(code == 0 && text.contains("LOAD_COMPLETED"), "{text}");
}

#[test]
fn what_cannot_be_read_is_one_error() {
    let folder = folder(&[("a.csv.gz", "\u{1f}\u{8b}")]);
    fs::write(folder.path().join("a.csv.gz"), [0x1f, 0x8b, 8]).expect("the folder can be written to");
    let empty = tempfile::tempdir().expect("a folder for the test");
    let (code, text) = check(folder.path(), &[]);
    assert!(code == 110 && text.contains("a.csv.gz: error: it cannot be read: ") && text.contains("damaged"), "{text}");
    assert!(text.contains("LOAD_FAILED: 1 error, 0 warnings"), "{text}");
    for (path, expected) in
        [(folder.path().join("none.csv"), "No such file"), (empty.path().to_owned(), "there is no file in ")]
    {
        let (code, error) = fails(&[&path], &[]);
        assert_eq!(code, 110);
        assert!(error.contains(expected), "{error}");
    }
}

#[rstest]
#[case::gremlin("opencypher", "~id,~label\n1,x\n", "this header is Gremlin's")]
#[case::no_header("opencypher", "1,person\n", "the first line looks like data")]
#[case::labels("opencypher", ":ID,:LABELS\n1,x\n", "did you mean `:LABEL`?")]
#[case::small_letters("opencypher", ":id,:label\n1,x\n", "did you mean `:ID`?")]
#[case::an_array("opencypher", ":ID,a:string[]\n1,x\n", "openCypher's files have no arrays")]
#[case::no_edge_ids("opencypher", ":START_ID,:END_ID,:TYPE\n1,1,x\n", "add a column `:ID` with an id for each relationship")]
#[case::prefixes("ntriples", "@prefix e: <http://e/> .\n", "this is Turtle or TriG")]
#[case::a_prefixed_name("ntriples", "<e:a> e:p <e:c> .\n", "N-Triples has no prefixes")]
#[case::a_keyword("ntriples", "<e:a> a <e:c> .\n", "this is Turtle")]
#[case::a_graph("ntriples", "<e:a> <e:p> <e:c> <e:g> .\n", "load the file with the format `nquads`")]
#[case::quads_as_turtle("turtle", "<e:a> <e:p> <e:c> <e:g> .\n", "with the format `nquads`")]
#[case::trig("turtle", "@prefix e: <http://e/> .\ne:g { e:a e:p e:b . }\n", "is TriG, which no load takes")]
#[case::statements_as_xml("rdfxml", "<http://e/a> <http://e/p> <http://e/c> .\n", "this is N-Triples or N-Quads")]
#[case::a_language("nquads", "<e:a> <e:p> \"x\"@en_US .\n", "no underscore")]
#[case::a_line_break("nquads", "<e:a> <e:p> \"x\ny\" .\n", "a line break in a text is written `\\n`")]
#[case::no_scheme("nquads", "<a> <e:p> <e:c> .\n", "write the whole IRI")]
#[case::a_blank("nquads", "<e:a b> <e:p> <e:c> .\n", "as `%20`")]
#[case::trig("turtle", "<e:g> { <e:a> <e:p> <e:c> }\n", "convert it to N-Quads")]
#[case::an_entity("rdfxml", "<a:b xmlns:a='e:'><a:p>x&nbsp;y</a:p></a:b>\n", "XML knows &lt;")]
#[case::cut_off("rdfxml", "<a:b xmlns:a='e:'><a:p>x", "the file is cut off")]
#[case::an_unknown_prefix("turtle", "e:a e:p e:c .\n", "declare it with `@prefix`")]
#[case::an_odd_iri("nquads", "<e:{a}> <e:p> <e:c> .\n", "the loader takes it, and newer parsers refuse it")]
fn a_hint_names_the_cause_in_other_formats(#[case] format: &str, #[case] text: &str, #[case] expected: &str) {
    let folder = folder(&[("a.nt", text)]);
    let (_, said) = check(folder.path(), &["--format", format]);
    assert!(flat(&said).contains(expected), "{said}");
}
