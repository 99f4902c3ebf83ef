//! Our reader of RDF beside Eclipse RDF4J 3.7.7: the verdict on a document, the number of statements before its end, and the text of the fault.
//!
//! It needs Debian's `librdf4j-java` and a JDK: `apt-get install librdf4j-java default-jdk-headless`. Elsewhere it is skipped. Our reader refuses
//! the IRIs here that RDF4J refuses since 3.0 (`Options::verify_uri_syntax`).

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Found, Graph, What};

mod answer;
mod documents;
mod optional;
mod page;

use answer::{Answer, path};
use documents::{Difference, Document, differences, generated, given, seeds};

const JARS: &str = "/usr/share/java";

/// The classes that the driver needs; `None` where RDF4J is not installed.
fn class_path() -> Option<String> {
    if !Path::new(JARS).join("rdf4j-rio-api-3.7.7.jar").exists() {
        return None;
    }
    let mut names = vec!["slf4j-api", "slf4j-nop", "commons-io", "commons-codec", "guava"];
    names.extend(["rdf4j-model", "rdf4j-model-api", "rdf4j-model-vocabulary", "rdf4j-util"]);
    names.extend(["rdf4j-rio-api", "rdf4j-rio-datatypes", "rdf4j-rio-languages"]);
    names.extend(["rdf4j-rio-ntriples", "rdf4j-rio-nquads", "rdf4j-rio-turtle", "rdf4j-rio-rdfxml"]);
    Some(names.iter().map(|name| format!("{JARS}/{name}.jar")).collect::<Vec<_>>().join(":"))
}

/// What RDF4J makes of all documents, in one process.
fn rdf4j(class_path: &str, documents: &[Document]) -> Vec<Answer> {
    let mut java = Command::new("java");
    java.args(["-XX:TieredStopAtLevel=1", "-cp", class_path]).arg(path("Driver.java"));
    let mut java = java.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("java starts");
    let mut input = java.stdin.take().expect("it has one");
    let lines: String = documents.iter().fold(String::new(), |mut lines, document| {
        let _ = writeln!(lines, "{} {}", document.format, hex(document.text.as_bytes()));
        lines
    });
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = BufReader::new(java.stdout.take().expect("it has one"));
    let answers = output.lines().map(|line| answer(&line.expect("text"))).collect();
    writer.join().expect("the writer ends").expect("java reads all");
    assert!(java.wait().expect("java ends").success());
    answers
}

/// `STATEMENTS`, or `STATEMENTS LINE TEXT`.
fn answer(line: &str) -> Answer {
    let mut words = line.split(' ');
    let statements = words.next().and_then(|count| count.parse().ok()).expect("a number");
    Answer { statements, fault: words.nth(1).map(unhex) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> String {
    let bytes = (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal digits"));
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
}

/// What our reader makes of a document.
fn ours(document: &Document) -> Answer {
    let format = match document.format.as_str() {
        "ntriples" => Format::NTriples,
        "nquads" => Format::NQuads,
        "turtle" => Format::Turtle,
        _ => Format::RdfXml,
    };
    let options = Options { verify_uri_syntax: true, ..Options::default() };
    let mut first = None;
    let mut sink = |found: Found<'_>| {
        if let What::Error(problem) = found.what() {
            first.get_or_insert((found.record(), problem.to_string()));
        }
    };
    let totals = load(document.text.as_bytes(), format, &options, &mut Graph::default(), &mut sink).expect("bytes can be read");
    match first {
        Some((record, text)) => Answer { statements: record - 1, fault: Some(text) },
        None => Answer { statements: totals.records, fault: None },
    }
}

#[test]
fn our_reader_and_rdf4j_agree_but_for_the_listed_differences() {
    let check = "the comparison with RDF4J";
    let Some(class_path) = class_path() else {
        return optional::skipped(check, "librdf4j-java 3.7.7 is not installed");
    };
    if !Command::new("java").arg("-version").stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return optional::skipped(check, "there is no java");
    }
    let (given, rules) = (given(), differences());
    let documents: Vec<Document> = given.iter().cloned().chain(seeds().flat_map(|seed| generated(&given, seed))).collect();
    let theirs = rdf4j(&class_path, &documents);
    assert_eq!(theirs.len(), documents.len(), "RDF4J answers for each document");
    let is_endless = |answer: &Answer| answer.fault.as_ref().is_some_and(|fault| fault.contains("RDFHandlerException"));
    assert!(!theirs[..given.len()].iter().any(is_endless), "a given document makes RDF4J go round in a circle: leave it out");
    let mut report = String::new();
    // The first example of each difference.
    let mut used: Vec<Option<String>> = vec![None; rules.len()];
    for (index, (document, theirs)) in documents.iter().zip(&theirs).enumerate() {
        let ours = ours(document);
        if same(&ours, theirs) {
            continue;
        }
        match rules.iter().position(|rule| rule.covers(document, &ours, theirs)) {
            Some(rule) if index < given.len() && used[rule].is_none() => used[rule] = Some(row(document, &ours, theirs)),
            Some(_) => {}
            None => {
                let again = document.seed.map_or_else(String::new, |seed| {
                    format!("\n  again: PROPTEST_RNG_SEED={seed} cargo test -p neptune-data --test rdf4j")
                });
                let _ =
                    writeln!(report, "{}: {:?}\n  ours   {ours:?}\n  theirs {theirs:?}{again}", document.format, document.text);
            }
        }
    }
    for (rule, _) in rules.iter().zip(&used).filter(|(_, used)| used.is_none()) {
        let Difference { line, .. } = rule;
        let _ = writeln!(report, "differences.txt:{line}: no given document differs so any more: remove it");
    }
    let table = rules.iter().zip(&used).filter_map(|(rule, row)| Some(format!("{} {} |\n", row.as_ref()?, rule.reason)));
    let table: String = ["| format | example | ours | RDF4J 3.7.7 | oxttl | why |\n|---|---|---|---|---|---|\n".to_owned()]
        .into_iter()
        .chain(table)
        .collect();
    if let Ok(to) = std::env::var("RDF4J_REPORT") {
        fs::write(to, &report).expect("the report can be written");
    }
    assert!(report.is_empty(), "seeds {:?}; {} documents\n{report}", seeds(), documents.len());
    page::check("differences", "rdf4j.rs", &table);
}

/// The cells of the page about a document.
fn row(document: &Document, ours: &Answer, theirs: &Answer) -> String {
    let text = AROUND.iter().fold(document.text.clone(), |text, (around, shown)| text.replace(around, shown));
    let shown: String = text.chars().take(90).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    let said = |answer: &Answer| answer.fault.as_ref().map_or_else(|| "taken".to_owned(), |fault| page::code(fault));
    let [ours, theirs] = [ours, theirs].map(said);
    format!("| {} | {} | {ours} | {theirs} | {} |", document.format, page::code(&(shown + more)), oxttl(document))
}

/// What is around the examples in most documents, and what is shown of it.
const AROUND: [(&str, &str); 6] = [
    ("<http://e/x> <http://e/p> <http://e/y> .\n", ""),
    ("<http://e/z> <http://e/p> <http://e/y> .\n", ""),
    ("@prefix e: <http://e/> .\ne:a e:p e:b .\n", ""),
    ("\ne:z e:p e:y .\n", ""),
    (
        "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e/\">\n",
        "…",
    ),
    ("\n</rdf:RDF>\n", "…"),
];

/// The verdict of a parser that follows the grammar.
fn oxttl(document: &Document) -> &'static str {
    let text = document.text.as_bytes();
    let is_good = match document.format.as_str() {
        "ntriples" => oxttl::NTriplesParser::new().for_slice(text).all(|triple| triple.is_ok()),
        "nquads" => oxttl::NQuadsParser::new().for_slice(text).all(|quad| quad.is_ok()),
        "turtle" => {
            let parser = oxttl::TurtleParser::new().with_base_iri("http://aws.amazon.com/neptune/default");
            parser.expect("it is an IRI").for_slice(text).all(|triple| triple.is_ok())
        }
        _ => return "–",
    };
    if is_good { "taken" } else { "refused" }
}

/// Blank nodes have other names there, and what is no XML is marked.
fn same(ours: &Answer, theirs: &Answer) -> bool {
    let said = |text: &Option<String>| {
        let text = text.as_ref().map(|text| text.strip_prefix("XML: ").unwrap_or(text));
        text.map(|text| text.split("_:").next().unwrap_or_default().to_owned())
    };
    ours.statements == theirs.statements && said(&ours.fault) == said(&theirs.fault)
}
