//! The W3C's tests of N-Triples, N-Quads, Turtle and RDF/XML.
//!
//! They come with the source of rdflib 6.0.0, in the folder `target/ci-w3c` of the checkout (`tests/w3c/requirements.txt`; `.ci/run` gets it).
//! Elsewhere they are skipped. A load has its default options: it takes the IRIs that older readers take.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Graph, Totals};

mod optional;

/// A test of the suite.
#[derive(Debug)]
struct Case {
    format: Format,
    /// In the folder of the tests.
    document: String,
    base: String,
    /// Whether a reader takes the document.
    is_good: bool,
    /// Statements on lines that the document means, if the test says so.
    result: Option<String>,
}

/// The folder of this package.
fn package() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"))
}

fn tests() -> Option<PathBuf> {
    let tests = package().join("../../target/ci-w3c/rdflib-6.0.0/test");
    tests.exists().then_some(tests)
}

#[test]
fn the_suites_hold_but_for_the_listed_tests() {
    let Some(tests) = tests() else {
        let how = "cargo finds no target/ci-w3c: get it as .ci/run does";
        return optional::skipped("the suites of the W3C", how);
    };
    let cases = cases(&tests);
    assert_eq!(cases.len(), 613, "tests of all four formats");
    let failed = cases.iter().filter_map(|case| Some((case.document.clone(), fault(&tests, case)?)));
    let failed: Vec<(String, String)> = failed.collect();
    let listed = fs::read_to_string(package().join("tests/w3c/differences.txt"));
    let listed = listed.expect("it is beside the test");
    let listed: BTreeSet<&str> =
        listed.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(" | ").next()).collect();
    let new: Vec<_> = failed.iter().filter(|(document, _)| !listed.contains(document.as_str())).collect();
    let gone: Vec<_> = listed.iter().filter(|name| !failed.iter().any(|(document, _)| document == *name)).collect();
    assert!(new.is_empty() && gone.is_empty(), "not listed: {new:#?}\nlisted, and hold: {gone:#?}");
}

/// Why a test fails.
fn fault(tests: &Path, case: &Case) -> Option<String> {
    let mut graph = Graph::default();
    let totals = read(&tests.join(&case.document), case.format, &case.base, &mut graph);
    if case.is_good != (totals.errors() == 0) {
        return Some(if case.is_good { "it is refused" } else { "it is taken" }.to_owned());
    }
    let result = case.result.as_ref()?;
    let mut alone = Graph::default();
    let path = tests.join(result);
    let format = if result.starts_with("w3c/nquads/") { Format::NQuads } else { Format::NTriples };
    let expected = read(&path, format, &case.base, &mut alone);
    let count = |totals: Totals| totals.records - totals.duplicates;
    if count(totals) != count(expected) {
        return Some(format!("{} statements in place of {}", count(totals), count(expected)));
    }
    // The names of blank nodes mean others in each file.
    let text = fs::read_to_string(&path).expect("it is UTF-8");
    let known = read(&path, format, &case.base, &mut graph).duplicates;
    (!text.contains("_:") && known != expected.records).then(|| "other statements".to_owned())
}

fn read(path: &Path, format: Format, base: &str, graph: &mut Graph) -> Totals {
    let options = Options { base_uri: base.to_owned(), ..Options::default() };
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    load(file, format, &options, graph, &mut |_| {}).expect("the file can be read")
}

fn cases(tests: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for (folder, format) in [("nt", Format::NTriples), ("nquads", Format::NQuads), ("turtle", Format::Turtle)] {
        let manifest = fs::read_to_string(tests.join(format!("w3c/{folder}/manifest.ttl"))).expect("there is a manifest");
        let entries = manifest.split("rdft:Test").skip(1).map(|entry| {
            let (kind, rest) = entry.split_once(char::is_whitespace).expect("a kind and more");
            let named = |key: &str| {
                let rest = rest.split_once(key)?.1;
                Some(rest.split_once('<')?.1.split_once('>')?.0.to_owned())
            };
            let document = named("mf:action").expect("a document");
            let base = format!("http://www.w3.org/2013/TurtleTests/{document}");
            let result = named("mf:result").map(|result| format!("w3c/{folder}/{result}"));
            Case { format, document: format!("w3c/{folder}/{document}"), base, is_good: !kind.contains("Negative"), result }
        });
        cases.extend(entries);
    }
    cases.extend(of_rdf_xml(&fs::read_to_string(tests.join("rdf/Manifest.rdf")).expect("there is a manifest")));
    cases
}

/// The tests of parsers in the manifest of RDF/XML that were approved.
fn of_rdf_xml(manifest: &str) -> Vec<Case> {
    const AT: &str = "http://www.w3.org/2000/10/rdf-tests/rdfcore/";
    let entries = manifest
        .split("<test:")
        .filter(|entry| entry.starts_with("PositiveParserTest") || entry.starts_with("NegativeParserTest"));
    let starts = entries.map(|entry| entry.as_ptr() as usize - manifest.as_ptr() as usize);
    let cases = starts.filter_map(|start| {
        let entry = manifest[start..].split("ParserTest>").next()?;
        let named = |of: &str| {
            let rest = entry.split_once(of)?.1.split_once(AT)?.1;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let document = named("<test:RDF-XML-Document")?;
        let is_approved = entry.contains("<test:status>APPROVED</test:status>");
        is_approved.then(|| Case {
            format: Format::RdfXml,
            base: format!("{AT}{document}"),
            document: format!("rdf/{document}"),
            is_good: entry.starts_with("Positive"),
            result: named("<test:NT-Document").map(|result| format!("rdf/{result}")),
        })
    });
    cases.collect()
}
