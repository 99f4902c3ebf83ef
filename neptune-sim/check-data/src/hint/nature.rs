//! What a file is that is none of its format: seen from its first bytes and its name.

use super::delimiter::of_delimiter;
use super::header::{GREMLIN, OPENCYPHER};
use super::json::{MANIFEST, RESULTS, of_json};
use crate::arguments::Format;

/// How much of a file is looked at, in bytes.
pub(crate) const START: u64 = 512;

/// What a file is, and what helps, if it is none of the format.
pub(super) fn of_nature(start: &[u8], name: &str, format: Format) -> Option<String> {
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_table = format.is_table();
    let said = of_name(name)
        .or_else(|| of_kind(text))
        .or_else(|| of_json(text, is_table))
        .or_else(|| of_results(text))
        .or_else(|| of_encoding(start))
        .or_else(|| of_markup(text, format))
        .or_else(|| if is_table { of_no_table(text, format) } else { of_no_statements(text, format) });
    said.map(str::to_owned)
}

/// Files that lie beside load files, and that a load reads because their keys begin like its source.
fn of_name(name: &str) -> Option<&'static str> {
    let (whole, name) = (name, name.rsplit('/').next().unwrap_or(name));
    let is_marker = name == "_SUCCESS" || name.starts_with("_committed_") || name.starts_with("_started_");
    let lower = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    match () {
        () if is_marker => {
            Some("Spark writes this file to say that it is done; a load reads every file under its source: leave it out")
        }
        () if ends(&[".crc"]) && name.starts_with('.') => Some("this is a checksum that Hadoop writes; leave it out"),
        () if whole.starts_with("_delta_log/") || whole.contains("/_delta_log/") || whole.contains("_spark_metadata/") => Some(
            "Delta and Spark keep a log of their files here, and a load reads every file under its source: load from a folder without it",
        ),
        () if ends(&[".csv.metadata"]) => Some(
            "Athena writes this file beside its results, and a load reads every file whose name begins like its source: load from a \
             folder without it",
        ),
        () if matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._") => {
            Some("a file manager wrote this file; leave it out")
        }
        () if ends(&[".sh", ".py", ".sql", ".cypher", ".md", ".log"]) => {
            Some("a load reads every file under its source, whatever it is called: put this one elsewhere")
        }
        () => None,
    }
}

/// Texts that are no load files whatever their format, by how they begin.
fn of_kind(text: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 26] = [
        ("%%MatrixMarket", EDGES),
        ("*Vertices ", EDGES),
        ("# Directed graph", EDGES),
        ("# Undirected graph", EDGES),
        ("<<<<<<< ", "git has left a conflict here, with both versions of the lines: keep one"),
        ("Traceback (most recent call last)", PRINTED),
        ("An error occurred (", PRINTED),
        ("curl: (", PRINTED),
        ("HTTP/1.", PRINTED),
        ("HTTP/2 ", PRINTED),
        ("$ion_1_0", "this is Amazon Ion, which no load takes: export CSV"),
        ("s3://", MANIFEST),
        ("version https://git-lfs", "this is a pointer of Git LFS, and not the file that it stands for: run `git lfs pull`"),
        ("Prefix(", OWL),
        ("Prefix: ", OWL),
        ("format-version:", "this is OBO, which no load takes: convert it to RDF/XML (ROBOT convert)"),
        ("graph [", "this is GML, which no load takes: export CSV"),
        ("digraph ", "this is a graph of Graphviz, which no load takes: export CSV"),
        ("CREATE ", SCRIPT),
        ("INSERT INTO ", SCRIPT),
        ("MERGE (", SCRIPT),
        ("UNWIND ", SCRIPT),
        (":begin", SCRIPT),
        ("-- MySQL dump", SCRIPT),
        ("-- PostgreSQL", SCRIPT),
        ("--\n-- PostgreSQL", SCRIPT),
    ];
    let is_update = |line: &str| ["INSERT DATA", "DELETE DATA"].iter().any(|word| line.to_ascii_uppercase().starts_with(word));
    match () {
        () if text.lines().any(is_update) => {
            Some("this is an update of SPARQL: send it to the cluster, or load what is in its braces")
        }
        () if is_query(text) => Some("this is a query of SPARQL, and not its results: run it, and load what CONSTRUCT gives"),
        () if is_networkx(text) => Some(
            "NetworkX writes edges so with write_edgelist: write to_pandas_edgelist(source=\"~from\", target=\"~to\") with columns `~id` and `~label`",
        ),
        () if has_rules(text) => Some(RULES),
        () => KINDS.into_iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, said)| said),
    }
}

const PRINTED: &str = "this is what a program has printed, an error or an answer with its headers, and not the file that it was to write: write the file again";

const EDGES: &str =
    "this is a list of edges in a form that no load takes: write CSV with the columns `~id`, `~from`, `~to` and `~label`";

/// Whether a text is a query, behind its prefixes.
fn is_query(text: &str) -> bool {
    let is_prefix = |line: &&str| line.is_empty() || line.starts_with('#') || line.to_ascii_lowercase().starts_with("prefix ");
    let query = text.lines().map(str::trim).find(|line| !is_prefix(line)).unwrap_or_default();
    let starts = |word: &str| query.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    ["SELECT ", "CONSTRUCT ", "ASK ", "DESCRIBE "].iter().any(|word| starts(word)) && text.contains(['{', '?'])
}

/// `a b {'weight': 1}`
fn is_networkx(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.ends_with('}')
        && line.split_once([' ', ',', '\t']).is_some_and(|(_, rest)| rest.contains("{'") && rest.contains("': "))
}

/// Whether a text has rules or variables of N3, which Turtle does not have.
pub(super) fn has_rules(text: &str) -> bool {
    let is_rule = |line: &str| line.contains("} =>") || line.starts_with("@forAll") || line.starts_with("@forSome");
    text.lines().take_while(|line| !line.contains("\"\"\"")).any(is_rule)
}

pub(super) const RULES: &str =
    "this is N3 with rules, which no load takes: leave them out, or run them and load what follows as Turtle";

const OWL: &str = "this is OWL in a syntax that no load takes: save it as RDF/XML or Turtle";

const SCRIPT: &str = "this is a script of SQL or Cypher; a load reads every file under its source: put it elsewhere";

fn of_encoding(start: &[u8]) -> Option<&'static str> {
    let has_mark = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    let is_wide = start.len() >= 8 && (is_zero_at(start, 0) || is_zero_at(start, 1));
    if has_mark || is_wide {
        return Some(
            "this is UTF-16: write the file as UTF-8 (in PowerShell `-Encoding utf8`, elsewhere `iconv -f UTF-16 -t UTF-8`)",
        );
    }
    let is_text = !start.contains(&0) && !start.contains(&b'\n');
    let has_return = start.split_last().is_some_and(|(_, before)| before.contains(&b'\r'));
    (is_text && has_return)
        .then_some("lines end with a carriage return only, which ends no line: convert them (`tr '\\r' '\\n'`)")
}

/// Whether every other byte, from there, is zero, as in Latin text of two bytes a letter.
fn is_zero_at(start: &[u8], from: usize) -> bool {
    start[..8].iter().enumerate().all(|(at, byte)| (*byte == 0) == (at % 2 == from))
}

/// HTML and XML.
fn of_markup(text: &str, format: Format) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let is_other_xml = !is_rdf_xml(format) && ["<?xml", "<rdf:", "<error>"].iter().any(|start| lower.starts_with(start));
    of_root(&lower).or(match () {
        () if is_other_xml && lower.contains("rdf:rdf") => Some("this is RDF/XML: load it with the format `rdfxml`"),
        () if is_other_xml => Some("this is XML: if it is RDF/XML, load it with the format `rdfxml`"),
        () => None,
    })
}

/// What a document of XML is that has no RDF in it, whatever an RDF reader makes of its first elements.
pub(super) fn of_document(start: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    // The marks that may stand in place of `#`, or behind nothing.
    if ["22-rdf-syntax-ns\"", "22-rdf-syntax-ns'", "22-rdf-syntax-ns/"].iter().any(|end| text.contains(end)) {
        return Some("the namespace of RDF ends with `#`: `http://www.w3.org/1999/02/22-rdf-syntax-ns#`");
    }
    of_root(text.trim_start_matches('\u{feff}').trim_start())
}

/// The same, seen from its first element, in small letters.
fn of_root(text: &str) -> Option<&'static str> {
    let root = root(text);
    let is = |name: &str| root.strip_prefix(name).is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\r', '\n']));
    match () {
        () if text.starts_with("<!doctype html") || is("<html") => {
            Some("this is a web page, perhaps an error page that was saved in place of the file")
        }
        () if root.starts_with("<error>") && root.contains("<code>") => {
            Some("this is an error that S3 answered with, saved in place of the file: download or upload the file again")
        }
        () if is("<graphml") => Some("this is GraphML, which no load takes: export CSV"),
        () if is("<sparql") => Some(RESULTS),
        () if is("<ontology") => Some(OWL),
        () if is("<gexf") => Some("this is GEXF, which no load takes: export CSV"),
        () if ["<rss", "<feed", "<svg", "<xs:schema", "<xsd:schema", "<urlset", "<kml", "<office:document"]
            .iter()
            .any(|name| is(name)) =>
        {
            Some("this is XML of another kind, without RDF, which no load takes: convert it to RDF")
        }
        () if is("<trix") => Some("this is TriX, which no load takes: convert it to N-Quads"),
        () => None,
    }
}

/// A document from its first element on: behind declarations and comments.
fn root(text: &str) -> &str {
    let mut rest = text.trim_start();
    for (start, end) in [("<?", "?>"), ("<!--", "-->"), ("<!", ">"), ("<!--", "-->")] {
        if rest.starts_with(start) {
            rest = rest.split_once(end).map_or("", |(_, behind)| behind.trim_start());
        }
    }
    rest
}

fn is_rdf_xml(format: Format) -> bool {
    format == Format::RdfXml
}

/// What is no CSV of this family.
fn of_no_table(text: &str, format: Format) -> Option<&'static str> {
    // Turtle and N-Triples have comments.
    let rest = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    let (line, lower) = (text.lines().next().unwrap_or_default(), rest.to_ascii_lowercase());
    let has = |marks: &[&str]| marks.iter().any(|mark| line.contains(mark));
    let is_statement = is_statement(rest);
    match () {
        () if lower.starts_with("@prefix")
            || lower.starts_with("@base")
            || (lower.starts_with("prefix ") && rest.contains('<')) =>
        {
            Some("this is Turtle or TriG: load Turtle with the format `turtle`")
        }
        () if is_statement => Some("this is RDF: load it with the format `ntriples` or `nquads`"),
        () if begins_with_iri(rest) => Some(
            "this is RDF: load Turtle with the format `turtle`; TriG, with graphs in braces, is to be converted to N-Quads",
        ),
        () if text.starts_with("#!") => Some("this is a script; a load reads every file under its source: put it elsewhere"),
        () if lower.starts_with("sep=") => Some(match lower.as_bytes().get(4) {
            Some(b',') => "this line is Excel's, and no header: remove it",
            _ => {
                "this line is Excel's, and no header: remove it; cells are separated by commas, and here by what it names: export with `,`"
            }
        }),
        () if line.starts_with('#') && is_behind_comments(text) => Some("CSV has no comments: the first line is the header"),
        () if line.replace('"', "").contains("_start,_end,_type") => {
            Some("this is what APOC exports: AWS's tool neo4j-to-neptune converts it")
        }
        () if format == Format::Csv && has(&OPENCYPHER) && !has(&GREMLIN) => {
            Some("this header is openCypher's: load the file with the format `opencypher`")
        }
        () if format == Format::OpenCypher && has(&GREMLIN) => {
            Some("this header is Gremlin's: load the file with the format `csv`")
        }
        () if has_nodes(text) => Some(
            "this is a result of Neo4j with whole nodes: return ids, labels and properties, each in a column of its own, or export with \
             apoc.export.csv.all, which AWS's tool neo4j-to-neptune converts",
        ),
        () => of_delimiter(text).or_else(|| is_behind_others(text).then_some(BEHIND)),
    }
}

/// Whether the second line begins with a node, as Neo4j's browser and cypher-shell write it.
fn has_nodes(text: &str) -> bool {
    const STARTS: [&str; 4] = ["\"{\"\"identity\"\"", "{\"identity\"", "(:", "\"(:"];
    text.lines().nth(1).is_some_and(|line| STARTS.iter().any(|start| line.starts_with(start)))
}

const BEHIND: &str =
    "the header is further down, and a load takes the first line for it: remove what stands before it, such as a title";

/// Whether a line behind the first is a header, and the first one is none.
fn is_behind_others(text: &str) -> bool {
    let is_id = |cell: &str| cell == "~id" || cell.ends_with(":ID");
    let is_header = |line: &str| line.split(',').any(|cell| is_id(cell.trim().trim_matches('"')));
    let mut lines = text.lines();
    !lines.next().is_some_and(is_header) && lines.any(is_header)
}

/// Whether a line has a whole statement.
fn is_statement(line: &str) -> bool {
    (begins_with_iri(line) || line.starts_with("_:")) && line.trim_end().ends_with('.')
}

/// Whether a line begins with an IRI, and not with a tag of XML or a name in angles.
fn begins_with_iri(line: &str) -> bool {
    let scheme = line.strip_prefix('<').and_then(|rest| rest.split_once(':')).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| matches!(scheme, "http" | "https" | "urn" | "mailto" | "tag" | "file") || line.contains("> <"))
}

/// Results of a SPARQL query with commas or tabs.
fn of_results(text: &str) -> Option<&'static str> {
    const NAMES: [&str; 9] = ["s", "p", "o", "g", "subject", "predicate", "object", "graph", "context"];
    let mut lines = text.lines();
    let (header, row) = (lines.next()?.trim(), lines.next().unwrap_or_default());
    let cells: Vec<&str> = header.split(',').map(|cell| cell.trim_matches('"').trim_start_matches('?')).collect();
    let has_iri = ["http://", "https://", "urn:", "_:"].iter().any(|start| row.contains(start));
    let has_commas = cells.len() > 1 && has_iri && cells.iter().all(|cell| NAMES.contains(&cell.to_ascii_lowercase().as_str()));
    let has_tabs = header.starts_with('?') && header.split('\t').all(|cell| cell.len() > 1 && cell.starts_with('?'));
    (has_commas || has_tabs).then_some(RESULTS)
}

/// Whether the first line that does not begin with `#` is a header.
fn is_behind_comments(text: &str) -> bool {
    let line = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    GREMLIN.iter().chain(&OPENCYPHER).any(|mark| line.contains(mark))
}

/// What is no RDF of a line a statement.
fn of_no_statements(text: &str, format: Format) -> Option<&'static str> {
    let (line, is_xml) = (text.lines().next().unwrap_or_default(), is_rdf_xml(format));
    let lower = line.to_ascii_lowercase();
    match () {
        () if text.starts_with("#!") => Some("this is a script; a load reads every file under its source: put it elsewhere"),
        () if is_xml && ["@prefix", "@base", "prefix ", "base <"].iter().any(|start| lower.starts_with(start)) => {
            Some("this is Turtle: load it with the format `turtle`")
        }
        () if is_xml && is_statement(line) => {
            Some("this is N-Triples or N-Quads: load it with the format `ntriples` or `nquads`")
        }
        () if is_xml && begins_with_iri(line) => Some("this is Turtle or TriG: load Turtle with the format `turtle`"),
        () if GREMLIN.iter().any(|mark| line.contains(mark)) => Some("this is CSV of Gremlin: load it with the format `csv`"),
        () if line.contains(',') && OPENCYPHER.iter().any(|mark| line.contains(mark)) => {
            Some("this is CSV of openCypher: load it with the format `opencypher`")
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::html(b"<!DOCTYPE html>\n<html>", Some("a web page"))]
    #[case::s3(b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>", Some("an error that S3 answered with"))]
    #[case::rdf_xml(b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<rdf:RDF>", Some("this is RDF/XML"))]
    #[case::xhtml(b"<?xml version=\"1.0\"?>\n<!-- x -->\n<html lang='en'>", Some("a web page"))]
    #[case::results_of_sparql(b"<?xml version=\"1.0\"?>\n<sparql\nxmlns='http://", Some("results of a SPARQL query"))]
    #[case::an_element_that_is_called_so(b"<?xml version=\"1.0\"?>\n<e:html><Error><Code>", Some("this is XML: if"))]
    #[case::some_xml(b"<?xml version=\"1.0\"?>\n<plan>", Some("this is XML: if"))]
    #[case::graphml(b"<?xml version=\"1.0\"?>\n<graphml>", Some("GraphML"))]
    #[case::turtle(b"@prefix e: <http://e/> .", Some("Turtle or TriG"))]
    #[case::sparql_prefix(b"PREFIX e: <http://e/>", Some("Turtle or TriG"))]
    #[case::a_column_called_prefix(b"prefix ,name\n", None)]
    #[case::statements(b"<http://e/a> <http://e/p> _:b .\n", Some("`ntriples` or `nquads`"))]
    #[case::a_name_in_angles(b"<id>,name\n", None)]
    #[case::json(b"{\"a\": 1}", Some("this is JSON"))]
    #[case::a_script(b"#!/bin/sh\n", Some("this is a script"))]
    #[case::turtle_behind_a_comment(b"# people\n@prefix e: <http://e/> .", Some("Turtle or TriG"))]
    #[case::statements_behind_a_comment(b"# people\n<http://e/a> <http://e/p> _:b .\n", Some("`ntriples` or `nquads`"))]
    #[case::git_lfs(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", Some("`git lfs pull`"))]
    #[case::apoc_in_quotes(b"\"_id\",\"_labels\",\"_start\",\"_end\",\"_type\"\n", Some("APOC"))]
    #[case::results_of_sparql_as_json(b"{\"head\": {\"vars\": [\"s\"]}}", Some("results of a SPARQL query"))]
    #[case::a_graph_of_trig(b"<http://e/g> {\n  <http://e/a> <http://e/p> 1 .\n}", Some("graphs in braces"))]
    #[case::a_rule(b"@prefix e: <e:> .\n{ ?x e:p ?y } => { ?y e:c ?x } .", Some("N3 with rules"))]
    #[case::results_of_sparql_as_csv(b"s,p,o\r\nhttp://e/a,http://e/p,x\r\n", Some("results of a SPARQL query"))]
    #[case::results_of_sparql_as_tsv(b"?s\t?p\n<http://e/a>\t<http://e/p>\n", Some("results of a SPARQL query"))]
    #[case::columns_of_the_same_names(b"s,p,o\n1,2,3\n", None)]
    #[case::sql(b"INSERT INTO people VALUES (1);\n", Some("SQL or Cypher"))]
    #[case::cypher(b"CREATE (:Person {name: 'x'});\n", Some("SQL or Cypher"))]
    #[case::gml(b"graph [\n node [", Some("GML"))]
    #[case::graphviz(b"digraph G {\n", Some("Graphviz"))]
    #[case::gexf(b"<?xml version=\"1.0\"?>\n<gexf version=\"1.3\">", Some("GEXF"))]
    #[case::trix(b"<?xml version=\"1.0\"?>\n<TriX xmlns=\"http://", Some("TriX"))]
    #[case::a_comment(b"# people\n~id\n", Some("no comments"))]
    #[case::a_name_with_a_hash(b"#id,name\n1,x\n", None)]
    #[case::excel(b"sep=,\n~id\n", Some("Excel's"))]
    #[case::excel_with_semicolons(b"sep=;\n~id;~label\n", Some("by what it names"))]
    #[case::a_node_of_neo4j(b"n\n(:Person {name: \"Ann\"})\n", Some("with whole nodes"))]
    #[case::a_node_of_the_browser(b"n\n\"{\"\"identity\"\":0}\"\n", Some("with whole nodes"))]
    #[case::a_query(b"PREFIX e: <e:>\nSELECT * WHERE { ?s ?p ?o }\n", Some("a query of SPARQL"))]
    #[case::a_column_called_ask(b"ask ,name\n1,x\n", None)]
    #[case::networkx(b"a b {'weight': 1}\nb c {'weight': 2}\n", Some("NetworkX"))]
    #[case::networkx_with_commas(b"a,b,{'label': 'KNOWS', 'weight': 0.5}\n", Some("NetworkX"))]
    #[case::snap(b"# Directed graph (each unordered pair of nodes is saved once)\n0\t1\n", Some("a list of edges"))]
    #[case::pajek(b"*Vertices 3\n1 \"a\"\n", Some("a list of edges"))]
    #[case::rss(b"<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", Some("of another kind"))]
    #[case::a_title(b"Report of people,,\n~id,~label,name\n", Some("further down"))]
    #[case::a_title_and_a_blank_line(b"People 2024\n\n\"id:ID\",\":LABEL\"\n", Some("further down"))]
    #[case::two_headers(b"~id,~label\nv1,x\n~id,~from,~to\n", None)]
    #[case::a_conflict_of_git(b"<<<<<<< HEAD\n~id,~label\n", Some("git has left"))]
    #[case::an_error_of_aws(b"An error occurred (AccessDenied) when calling", Some("has printed"))]
    #[case::an_error_of_python(b"Traceback (most recent call last):\n", Some("has printed"))]
    #[case::an_answer_with_its_headers(b"HTTP/1.1 200 OK\r\n\r\n~id,~label\r\n", Some("has printed"))]
    #[case::a_manifest_of_athena(b"s3://b/out/a.gz\ns3://b/out/b.gz\n", Some("a manifest"))]
    #[case::ion(b"$ion_1_0 {Item:{id:\"a\"}}\n", Some("Amazon Ion"))]
    #[case::apoc(b"_id,_labels,name,_start,_end,_type\n", Some("APOC"))]
    #[case::opencypher(b"id:ID,:LABEL\n", Some("openCypher's"))]
    #[case::both(b"~id,a:ID\n", None)]
    #[case::wide(b"\xFF\xFE~\0i\0d\0\n\0", Some("UTF-16"))]
    #[case::wide_without_mark(b"~\0i\0d\0,\0a\0", Some("UTF-16"))]
    #[case::wide_and_big(b"\0~\0i\0d\0,", Some("UTF-16"))]
    #[case::a_zero(b"~id,na\0me\n", None)]
    #[case::lone_returns(b"~id,a\rv1,b\rv2,c", Some("carriage return only"))]
    #[case::one_line_with_a_return_at_its_end(b"~id,a:x\r", None)]
    #[case::a_plain_header(b"~id,~label\nv1,x\n", None)]
    fn a_file_of_another_kind_is_known(#[case] start: &[u8], #[case] expected: Option<&str>) {
        let said = of_nature(start, "a.csv", Format::Csv);
        assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
        assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()));
    }

    #[rstest]
    #[case::json_ld(b"{\"@id\": 1}", Some("JSON-LD"))]
    #[case::csv(b"~id,~label\n", Some("CSV of Gremlin"))]
    #[case::opencypher(b"a:ID,:LABEL\n", Some("CSV of openCypher"))]
    #[case::a_blank_node_of_turtle(b"[ a <e:b> ] .\n", None)]
    #[case::a_statement(b"<e:a> <e:p> \"x,:ID\" .\n", None)]
    fn a_file_of_another_kind_is_known_among_statements(#[case] start: &[u8], #[case] expected: Option<&str>) {
        let said = of_nature(start, "a.nq", Format::NQuads);
        // What is said of a good file is never asked for.
        if expected.is_some() {
            assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()));
        }
    }

    #[rstest]
    #[case("out/_SUCCESS", true)]
    #[case(".part-0.csv.crc", true)]
    #[case("load.sh", true)]
    #[case("out/_delta_log/00000000000000000000.json", true)]
    #[case("_delta_log/00000000000000000000.json", true)]
    #[case("out/_spark_metadata/0", true)]
    #[case("_delta_log.csv", false)]
    #[case("SUCCESS.csv", false)]
    #[case("sh.csv", false)]
    fn names_of_files_that_lie_beside_are_known(#[case] name: &str, #[case] is_known: bool) {
        assert_eq!(of_nature(b"", name, Format::Csv).is_some(), is_known);
    }
}
