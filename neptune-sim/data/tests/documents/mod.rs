//! The documents that both readers read, and the differences that are accepted.

use std::fs;
use std::ops::RangeInclusive;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::answer::{Answer, path};

/// How many documents are made out of given ones with each seed.
const GENERATED: usize = 2000;
/// How many seeds there are beside the given one.
const FURTHER_SEEDS: u64 = 3;
/// What is put into a document to break it.
const PIECES: [&str; 40] = [
    " ",
    "\t",
    "\n",
    ".",
    ",",
    ";",
    ":",
    "<",
    ">",
    "\"",
    "'",
    "\\",
    "/",
    "#",
    "@",
    "^",
    "_",
    "_:",
    "%",
    "|",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "-",
    "+",
    "1",
    "e",
    "a",
    "é",
    "\\u00e9",
    "\\n",
    "&",
    "=",
    "^^",
    "@en",
    "<http://e/x>",
    " e:x ",
];

/// A text in one of the formats that a load names.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) format: String,
    pub(crate) text: String,
    /// What it was made from by chance.
    pub(crate) seed: Option<u64>,
}

/// A way in which the two readers may differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) line: usize,
    /// The name of a format, or `any`, and perhaps a text that the document has.
    format: String,
    ours: String,
    theirs: String,
    pub(crate) reason: String,
}

impl Difference {
    /// Whether this is what differs.
    pub(crate) fn covers(&self, document: &Document, ours: &Answer, theirs: &Answer) -> bool {
        let (format, part) = self.format.split_once(' ').unwrap_or((&self.format, ""));
        (format == "any" || format == document.format)
            && document.text.contains(part)
            && matches(&self.ours, ours)
            && matches(&self.theirs, theirs)
    }
}

/// `accepts`, `refuses`, or the text of a fault, in which `*` is any text.
fn matches(pattern: &str, answer: &Answer) -> bool {
    let Some(fault) = &answer.fault else { return matches!(pattern, "accepts" | "*") };
    if pattern == "refuses" {
        return true;
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = fault.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// The rows of `differences.txt`: `FORMAT | OURS | THEIRS | REASON`.
pub(crate) fn differences() -> Vec<Difference> {
    let text = fs::read_to_string(path("differences.txt")).expect("it is beside the test");
    let rows = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|(index, line)| {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [format, ours, theirs, reason] = cells[..] else { panic!("differences.txt:{}: four cells", index + 1) };
        let [format, ours, theirs, reason] = [format, ours, theirs, reason].map(str::to_owned);
        Difference { line: index + 1, format, ours, theirs, reason }
    });
    rows.collect()
}

/// The documents of `documents.txt`, and the files of `tests/files` that users and other programs wrote.
pub(crate) fn given() -> Vec<Document> {
    let mut documents = listed();
    let files = fs::read_dir(path("../files")).expect("it is beside the test");
    let mut files: Vec<_> = files.map(|file| file.expect("the folder can be read").path()).collect();
    files.sort();
    for file in files {
        let format = match file.extension().and_then(|ending| ending.to_str()) {
            Some("nt") => "ntriples",
            Some("nq") => "nquads",
            Some("ttl") => "turtle",
            Some("rdf") => "rdfxml",
            _ => continue,
        };
        documents.push(Document {
            format: format.to_owned(),
            text: fs::read_to_string(file).expect("it is UTF-8"),
            seed: None,
        });
    }
    documents
}

fn listed() -> Vec<Document> {
    let text = fs::read_to_string(path("documents.txt")).expect("it is beside the test");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let documents = text.split("\n=== ").skip(1).map(|document| {
        let (format, text) = document.split_once('\n').expect("a format on a line");
        Document { format: format.to_owned(), text: unescaped(&format!("{text}\n")), seed: None }
    });
    documents.collect()
}

fn unescaped(text: &str) -> String {
    let (mut result, mut rest) = (String::new(), text.chars());
    while let Some(c) = rest.next() {
        if c != '\\' {
            result.push(c);
            continue;
        }
        match rest.next() {
            Some('r') => result.push('\r'),
            Some('t') => result.push('\t'),
            Some('u') => {
                let digits: String = rest.by_ref().take(4).collect();
                result.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).expect("a character"));
            }
            Some('\n') | None => {}
            Some(c) => result.push(c),
        }
    }
    result
}

/// `PROPTEST_RNG_SEED` and those behind it: with more than one, a difference that is listed is less likely one of single documents.
pub(crate) fn seeds() -> RangeInclusive<u64> {
    let given = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_101);
    given..=given + FURTHER_SEEDS
}

/// Given documents with one or two changes each.
pub(crate) fn generated(given: &[Document], seed: u64) -> Vec<Document> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let change = (any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(&PIECES[..]));
    let changes = (any::<prop::sample::Index>(), prop::collection::vec(change, 1..3));
    let mut next = || {
        let (document, changes) = changes.new_tree(&mut runner).expect("it has values").current();
        let mut document = Document { seed: Some(seed), ..document.get(given).clone() };
        for (at, kind, piece) in changes {
            document.text = changed(&document.text, at, kind, piece);
        }
        document
    };
    // Statements about statements are another language, which our reader does not know.
    let is_star = |document: &Document| document.format == "turtle" && document.text.contains("<<");
    // Newer readers of N-Quads take a graph that follows a language directly, or an underscore, into the language, and find any fault behind it.
    let is_language_with_graph = |document: &Document| {
        let behind_language =
            |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-').starts_with(['<', '_']);
        document.format == "nquads" && document.text.split("\"@").skip(1).any(behind_language)
    };
    // RDF4J loses it, and reads on in any place of the next line.
    let has_line_of_one_character = |document: &Document| {
        document.format.starts_with('n') && document.text.lines().any(|line| line.trim().chars().count() == 1)
    };
    let is_out =
        |document: &Document| is_star(document) || is_language_with_graph(document) || has_line_of_one_character(document);
    (0..GENERATED).map(|_| next()).filter(|document| !is_out(document)).collect()
}

/// A piece is put in, put in the place of a character, or a character is taken out.
fn changed(text: &str, at: prop::sample::Index, kind: u8, piece: &str) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = at.index(places.len());
    let (before, after) = text.split_at(places[at]);
    let without = || places.get(at + 1).map_or("", |next| &text[*next..]);
    match kind {
        0 => format!("{before}{piece}{after}"),
        1 => format!("{before}{piece}{}", without()),
        _ => format!("{before}{}", without()),
    }
}
