//! The parts of the page on differences that need no other program.

use std::fmt::Write as _;

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Found, Graph, What};

mod page;

/// IRIs that readers differ about, and some that all of them refuse or take.
const IRIS: [&str; 13] = [
    "http://e/a",
    "http://e/é",
    "http://e/a b",
    "no-scheme",
    "http://e/{a}",
    "http://e/a|b",
    "http://e/a^b",
    "http://e/%zz",
    "http://e/#a#b",
    "http://e/[a]",
    "http://e:port/",
    "http://[::1]/",
    ":a",
];

#[test]
fn the_page_says_which_iris_are_refused() {
    let mut table = "| IRI in N-Triples | without the option | with it | oxttl |\n|---|---|---|---|\n".to_owned();
    for iri in IRIS {
        let line = format!("<{iri}> <http://e/p> <http://e/c> .\n");
        let strict = oxttl::NTriplesParser::new().for_slice(&line).all(|triple| triple.is_ok());
        let oxttl = if strict { "taken" } else { "refused" };
        let _ = writeln!(table, "| {} | {} | {} | {oxttl} |", page::code(iri), verdict(&line, false), verdict(&line, true));
    }
    page::check("iris", "rdf_page.rs", &table);
}

fn verdict(line: &str, verify_uri_syntax: bool) -> String {
    let options = Options { verify_uri_syntax, ..Options::default() };
    let mut said = Vec::new();
    let mut sink = |found: Found<'_>| {
        said.push(match found.what() {
            What::Error(problem) => page::code(&problem.to_string()),
            What::Warning(_) => "taken, with a warning".to_owned(),
        });
    };
    load(line.as_bytes(), Format::NTriples, &options, &mut Graph::default(), &mut sink).expect("bytes can be read");
    said.pop().unwrap_or_else(|| "taken".to_owned())
}

#[test]
fn the_page_lists_the_tests_of_the_w3c_that_do_not_hold() {
    let rows: Vec<&str> = include_str!("w3c/differences.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let mut table = "| test | reason |\n|---|---|\n".to_owned();
    for (test, reason) in rows.iter().filter_map(|row| row.split_once(" | ")) {
        let _ = writeln!(table, "| {} | {reason} |", page::code(test));
    }
    page::check("w3c", "rdf_page.rs", &table);
    let held = format!(
        "Of the 613 tests of N-Triples, N-Quads, Turtle and RDF/XML that come with rdflib 6.0.0, {} hold.",
        613 - rows.len()
    );
    assert!(include_str!("../RDF.md").contains(&held), "{held}");
}
