//! Documents of Turtle: how many statements are loaded before the end, and what is said of the fault that ends them.

use std::io::Read as _;

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Finding, Found, Graph, Problem, Totals, Warning, What};
use rstest::rstest;

fn read(input: impl std::io::Read, options: &Options) -> (Totals, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sink = |found: Found<'_>| findings.push(found.finding());
    let totals = load(input, Format::Turtle, options, &mut Graph::default(), &mut sink).expect("bytes can be read");
    (totals, findings)
}

/// How many statements of a document are loaded, and its fault.
fn loaded(text: &str) -> (u64, Option<(String, u64, usize)>) {
    let (totals, findings) = read(text.as_bytes(), &Options::default());
    let fault = findings.iter().find(|finding| matches!(finding.what, What::Error(_)));
    let fault = fault.map(|finding| {
        let What::Error(problem) = &finding.what else { unreachable!("it is an error") };
        (problem.to_string(), finding.line, finding.column)
    });
    assert_eq!(totals.parsing_errors, u64::from(fault.is_some()));
    (totals.records - totals.parsing_errors, fault)
}

/// The document of which this is the third line.
fn document(line: &str) -> String {
    format!("@prefix e: <http://e/> .\ne:a e:p e:b .\n{line}\ne:z e:p e:y .\n")
}

#[rstest]
#[case::sparql("PREFIX f: <http://f/>\nf:a f:p f:b .", 3)]
#[case::relative_iris("<a> <p> <#c> .", 3)]
#[case::numbers("e:n e:p 1, -1.0, 1e5, .5, +5, 1.0E-3 .", 8)]
#[case::a_number_before_the_full_stop("e:n e:p 1.", 3)]
#[case::booleans("e:n e:p true, false .", 4)]
#[case::semicolons("e:n e:p e:b ;; e:q e:c ; .", 4)]
#[case::brackets("[ e:p e:b ] .", 3)]
#[case::empty_brackets("e:n e:p [ # why not\n ] .", 3)]
#[case::a_list("e:n e:p ( 1 \"two\" e:three ) .", 9)]
#[case::an_empty_list("e:n e:p () .", 3)]
#[case::percent("e:a%20b e:p e:%41 .", 3)]
#[case::an_escape_in_a_name("e:a\\/b e:p e:c .", 3)]
#[case::quotes_in_quotes("e:n e:p \"\"\"a \"quoted\" \"\"end\"\"\" .", 3)]
#[case::a_text_of_two_lines("e:n e:p '''a\nb''' , 'c' .", 4)]
#[case::names_of_digits("e:123 e:p e:4x .", 3)]
#[case::colons("e:a:b e:p e:c .", 3)]
#[case::no_check_of_values("e:n e:p \"abc\"^^<http://www.w3.org/2001/XMLSchema#integer> .", 3)]
#[case::languages_without_blanks("e:n e:p \"x\"@en, \"y\"@fr; e:q [ e:r \"z\"@de].", 6)]
#[case::an_escape_that_is_none("e:n e:p \"a\\xb\" .", 3)]
#[case::an_odd_iri("<http://e/{a}|b> e:p e:%25 .", 3)]
fn these_are_loaded(#[case] line: &str, #[case] statements: u64) {
    assert_eq!(loaded(&document(line)), (statements, None));
}

#[rstest]
#[case::no_full_stop("@prefix f: <http://f/>", 1, "Expected '.', found 'e'", (4, 1))]
#[case::sparql_with_a_full_stop(
    "prefix f: <http://f/> .", 1, "Illegal subject value: \"\"^^<http://www.w3.org/2001/XMLSchema#integer>", (3, 23)
)]
#[case::an_unknown_prefix("x:a e:p e:b .", 1, "Namespace prefix 'x' used but not defined", (3, 1))]
#[case::no_default(":a e:p e:b .", 1, "Default namespace used but not defined", (3, 1))]
#[case::capitals("e:n e:p TRUE .", 1, "Expected ':', found ' '", (3, 13))]
#[case::two_full_stops(
    "e:a.b e:p e:c. .", 2, "Illegal subject value: \"\"^^<http://www.w3.org/2001/XMLSchema#integer>", (3, 16)
)]
#[case::half_a_percent_sign("e:a%zz e:p e:b .", 1, "Found incomplete percent-encoded sequence: a%zz", (3, 1))]
#[case::a_slash("e:a/b e:p e:c .", 1, "Expected an RDF value here, found '/'", (3, 4))]
#[case::an_open_text("e:n e:p \"\"\"never closed .", 1, "Unexpected end of file", (3, 9))]
#[case::trig("e:g { e:a e:p e:c . }", 1, "Expected an RDF value here, found '{'", (3, 5))]
#[case::no_prefix("a e:p e:b .", 1, "Expected ':', found ' '", (3, 2))]
#[case::a_blank_in_an_iri("<http://e/a b> e:p e:c .", 1, "IRI included an unencoded space: '32'", (3, 12))]
#[case::no_full_stop_behind_a_statement("e:m e:p e:b", 2, "Expected '.', found 'e'", (4, 1))]
#[case::n3("e:a is e:p of e:b .", 1, "Expected ':', found ' '", (3, 7))]
#[case::rdf_star("<< e:a e:p e:b >> e:q e:c .", 1, "IRI included an unencoded space: '32'", (3, 3))]
#[case::a_line_break("e:n e:p \"a\nb\" .", 1, "Illegal carriage return or new line in literal", (3, 11))]
#[case::an_unknown_directive("@foo e: <http://e/> .", 1, "Unknown directive \"@foo\"", (3, 1))]
#[case::a_directive_in_capitals(
    "@PREFIX f: <http://f/> .", 1, "Cannot strictly support case-insensitive @prefix directive in compliance mode.", (3, 1)
)]
#[case::a_text_as_predicate("e:n \"p\"@en \"y\" .", 1, "Illegal predicate value: \"p\"@en", (3, 5))]
#[case::a_text_as_datatype("e:n e:p \"x\"^^\"y\" .", 1, "Illegal datatype value: \"y\"", (3, 14))]
#[case::an_underscore("e:n e:p \"x\"@en_US .", 1, "Illegal language tag char: '_'", (3, 15))]
#[case::no_language("e:n e:p \"x\"@ .", 1, "Expected a letter, found ' '", (3, 13))]
#[case::an_escape_in_an_iri("e:n e:p <http://a/\\n> .", 1, "IRI includes string escapes: '\\110'", (3, 19))]
#[case::no_object("e:n e:p .", 1, "Object for statement missing", (3, 9))]
#[case::no_exponent("e:n e:p 1e .", 1, "Exponent value missing", (3, 11))]
#[case::open_brackets("e:n e:p [ e:q 1 .", 3, "Expected ']', found '.'", (3, 17))]
#[case::an_open_list("e:n e:p ( 1 ] .", 4, "Expected an RDF value here, found ']'", (3, 13))]
#[case::a_sign_alone("e:n e:p ( 1 + ) .", 4, "Object for statement missing", (3, 13))]
#[case::a_relative_iri_that_cannot_be_resolved(
    "@base <urn:x> . <a> e:p e:b .", 1, "Relative URI 'a' cannot be resolved using the opaque base URI 'urn:x'", (3, 17)
)]
fn a_fault_ends_the_file(#[case] line: &str, #[case] statements: u64, #[case] text: &str, #[case] place: (u64, usize)) {
    assert_eq!(loaded(&document(line)), (statements, Some((text.to_owned(), place.0, place.1))));
}

#[test]
fn relative_iris_are_resolved_with_the_base_of_the_load() {
    let mut graph = Graph::default();
    let mut duplicates = |text: &str, base: Option<&str>| {
        let mut options = Options::default();
        options.base_uri = base.map_or(options.base_uri, str::to_owned);
        load(text.as_bytes(), Format::Turtle, &options, &mut graph, &mut |_| {}).expect("bytes can be read").duplicates
    };
    assert_eq!(duplicates("<x> <#y> <> .", None), 0);
    let full =
        "<http://aws.amazon.com/neptune/x> <http://aws.amazon.com/neptune/default#y> <http://aws.amazon.com/neptune/default> .";
    assert_eq!(duplicates(full, None), 1);
    assert_eq!(duplicates("<x> <#y> <> .", Some("http://b/c/d?e")), 0);
    assert_eq!(duplicates("<http://b/c/x> <http://b/c/d?e#y> <http://b/c/d?e> .", None), 1);
    assert_eq!(duplicates("@base <http://b/c/> . <x> <../c/d?e#y> <d?e> .", None), 1);
}

#[test]
fn statements_are_the_same_in_every_format() {
    let mut graph = Graph::default();
    let mut duplicates = |text: &str, format| {
        load(text.as_bytes(), format, &Options::default(), &mut graph, &mut |_| {}).expect("bytes can be read").duplicates
    };
    let lines =
        "<e:a> <e:p> \"x\"@en .\n<e:a> <e:p> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n<e:a> <e:p> \"\\u00e9\" .\n";
    assert_eq!(duplicates(lines, Format::NTriples), 0);
    assert_eq!(duplicates("@prefix e: <e:> . e:a e:p 'x'@en, 1, \"é\" .", Format::Turtle), 3);
    assert_eq!(duplicates("<e:a> <e:p> _:b, [], [] .", Format::Turtle), 0);
    assert_eq!(duplicates("<e:a> <e:p> _:b .", Format::Turtle), 0);
}

#[test]
fn iris_are_refused_as_newer_readers_do_if_asked() {
    let options = Options { verify_uri_syntax: true, ..Options::default() };
    let (totals, findings) = read("<a:b> <a:b> <a:b>, <http://e/a|b> .".as_bytes(), &options);
    assert_eq!((totals.records, totals.parsing_errors, findings[0].column), (2, 1, 20));
    assert_eq!(findings[0].excerpt.at, 19);
}

#[test]
fn what_is_odd_and_loads_is_warned_about() {
    let (_, findings) = read(&b"\xef\xbb\xbf<a:b> <a:b> <a:|>, \"\xff\", [] ."[..], &Options::default());
    let kinds: Vec<_> = findings.iter().map(|finding| (finding.what.clone(), finding.column)).collect();
    let iri = Warning::Iri { flaw: neptune_data::IriFlaw::Character };
    let expected = [(Warning::ByteOrderMark, 1), (iri, 13), (Warning::BlankNodes, 26), (Warning::NotUtf8, 21)];
    assert_eq!(kinds, expected.map(|(warning, column)| (What::Warning(warning), column)));
}

/// Each of them would take all memory, or all of the stack.
#[rstest]
#[case::a_text("<a:b> <a:b> \"", "x", "A text is longer than 16 MiB")]
#[case::an_iri("<a:b> <a:b> <", "x", "An IRI or a name is longer than 64 KiB")]
#[case::a_name("_:", "x", "An IRI or a name is longer than 64 KiB")]
#[case::a_number("<a:b> <a:b> ", "1", "An IRI or a name is longer than 64 KiB")]
#[case::brackets("<a:b> <a:b> ", "[ <a:b> ", "Brackets are nested deeper than 256 levels")]
#[case::lists("<a:b> <a:b> ", "( 1 ", "Brackets are nested deeper than 256 levels")]
fn nothing_is_endless(#[case] start: &str, #[case] more: &str, #[case] expected: &str) {
    let endless = start.as_bytes().chain(std::io::Cursor::new(more.repeat(20 * 1024 * 1024 / more.len())));
    let (_, findings) = read(endless, &Options::default());
    let What::Error(Problem::TooMuch { what }) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(*what, expected);
}

#[test]
fn prefixes_are_not_endless() {
    let long = "x".repeat(60_000);
    let text: String = (0..300).map(|number| format!("@prefix p{number}: <http://e/{long}> .\n")).collect::<Vec<_>>().concat();
    let (_, findings) = read(text.as_bytes(), &Options::default());
    let problem = Problem::TooMuch { what: "The prefixes of the file take more than 16 MiB" };
    assert_eq!(findings[0].what, What::Error(problem));
}
