//! Statements that cannot be read, in the words of RDF4J's readers.

use super::rdf::{Around, BARE_IRI, STAR, VERSION, is_nothing};
use super::turtle::of_turtle;
use super::xml::of_xml;
use crate::arguments::Format;

/// What helps against a fault in this line, at this character.
pub(super) fn of_statement(text: &str, line: &str, at: usize, format: Format) -> Option<String> {
    let byte = line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
    let around = Around { before: &line[..byte], after: &line[byte..] };
    let is_by_line = matches!(format, Format::NTriples | Format::NQuads);
    let hint = if is_by_line { of_line(line) } else { None }.or_else(|| {
        if is_by_line {
            of_term(text, &around, format).or_else(|| of_text(text))
        } else if format == Format::RdfXml {
            of_xml(text, line).or_else(|| of_text(text))
        } else {
            of_turtle(text, &around).or_else(|| of_text(text))
        }
    });
    hint.map(str::to_owned)
}

/// Lines of other formats.
fn of_line(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let lower = line.to_ascii_lowercase();
    match () {
        () if line.starts_with("<<") => Some(STAR),
        () if line.starts_with('\u{feff}') => {
            Some("a byte order mark stands here, where files were put together: write each as UTF-8 without one")
        }
        () if line.starts_with("\"<") && line.ends_with('"') => {
            Some("the whole line stands in quotes, as a writer of CSV puts it: write it as a text, without them")
        }
        () if line.starts_with('"') && line.contains("\",\"") => {
            Some("this is CSV, which no load takes as RDF: write `<http://…> <http://…> \"text\" .`")
        }
        () if line.starts_with("http://") || line.starts_with("https://") => Some(BARE_IRI),
        () if lower.starts_with("version ") => Some(VERSION),
        () if line.starts_with(['@', '[']) || lower.starts_with("prefix ") || lower.starts_with("base <") => {
            Some("this is Turtle or TriG: load Turtle with the format `turtle`, or convert it")
        }
        () if lower.starts_with("graph ") || line.starts_with('{') || is_graph(line) => {
            Some("this is TriG, which no load takes: convert it to N-Quads")
        }
        () => None,
    }
}

/// `<http://e/g> {`
fn is_graph(line: &str) -> bool {
    let name = line.split_once('{').map(|(name, _)| name.trim_end());
    name.is_some_and(|name| name.starts_with(['<', '_']) && !name.contains(['"', ' ']))
}

/// A term that is none of N-Triples.
fn of_term(text: &str, around: &Around<'_>, format: Format) -> Option<&'static str> {
    let Around { before, after } = around;
    let (found, before) = (text.rsplit_once("found: ").map_or("", |(_, found)| found), before.trim_end());
    let expected = |what: &str| text.starts_with(&format!("Expected {what}, found: "));
    match () {
        () if is_language(before) && (found == "_" || before.ends_with('_')) => {
            Some("a language has `-` in it, and no underscore: `@en-US`")
        }
        () if expected("'.'") && before.ends_with('"') && found == "@" => {
            Some("no blank stands between a text and its language: `\"text\"@en`")
        }
        () if is_language(before) && found == "^" => Some("a text has a language or a datatype: leave one of them out"),
        () if before.ends_with("\"@") => Some("name a language behind `@`, or leave it out"),
        () if expected("'.'") && matches!(found, "<" | "_") => Some(if format == Format::NTriples {
            "a fourth term is a graph: load the file with the format `nquads`"
        } else {
            "a statement has four terms at most, and ends with ` .`"
        }),
        () if expected("'.'") && matches!(found, ";" | ",") => {
            Some("`;` and `,` are Turtle's: each statement has a line of its own")
        }
        () if before.ends_with("<<") || before.ends_with("<<(") => Some(STAR),
        () if text.starts_with("IRI included an unencoded space") && before.ends_with("<[object") => Some(
            "a JavaScript program wrote an object where the text of an IRI belongs; for rdf-parser-csvw, the metadata name each datatype by a \
             text: `\"datatype\": \"decimal\"`",
        ),
        () if expected("'.'") && after.starts_with("DEFAULT") => {
            Some("pycottas writes a statement of the default graph so: leave `DEFAULT` out")
        }
        () if expected("'.'") && before.ends_with('"') && found == "\"" => {
            Some("a graph is an IRI or a blank node, and a quote in a text is written `\\\"`")
        }
        () if text.starts_with("Expected '<' or '_'") && is_nothing(after) => {
            Some("a program wrote a word for a missing value: leave the statement out")
        }
        () if expected("'.'") && is_nothing(after) => {
            Some("a program wrote a word where there is no graph: leave the word out")
        }
        () if expected("'.'") && after.starts_with('(') && after.contains('=') => {
            Some("Dgraph writes facets so, which RDF does not have: leave them out, or make a node of the edge")
        }
        () if after.starts_with("&lt;") => Some("the line was copied out of HTML: write `<` for `&lt;` and `>` for `&gt;`"),
        () if after.starts_with(['\u{201c}', '\u{201d}', '\u{201e}']) => {
            Some("only the straight quote `\"` begins and ends a text")
        }
        () if after.starts_with("http://") || after.starts_with("https://") => Some(BARE_IRI),
        () if expected("'<'") && found == "." && !before.is_empty() => Some("the statement has no predicate and no object"),
        () if expected("'<'") && found == "\"" => Some("a predicate is an IRI, and no text"),
        () if text.starts_with("Not a valid (absolute) IRI") && is_dgraph(text, after) => Some(
            "Dgraph writes its uids and predicates so, which are no IRIs: put a base before each, `<http://example.org/0x1>`, or write uids as `_:x1`",
        ),
        () if expected("'<' or '_'")
            && found != "\""
            && before.is_empty()
            && after.contains("> ")
            && after.trim_end().ends_with(" .") =>
        {
            Some(
                "the beginning of the line is missing: if this is a piece of a file that was split by its size, split it at line ends (`split -l`)",
            )
        }
        () if expected("'.'") && before.ends_with('"') && found != "\"" => Some("a quote in a text is written `\\\"`"),
        () if expected("'<'") && before.ends_with("^^") => {
            Some("a datatype is a whole IRI: `^^<http://www.w3.org/2001/XMLSchema#date>`")
        }
        () if expected("'<'") && after.starts_with("a ") => {
            Some("this is Turtle: write <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> for `a`")
        }
        () if expected("'<'") && found == "_" => Some("a predicate is an IRI, and no blank node"),
        () if expected("'<' or '_'") && found == "\"" && before.is_empty() => Some("a text is an object, and no subject"),
        () if expected("'<' or '_'") && found == "'" => Some("this is Turtle: N-Triples has texts in double quotes"),
        () if expected("'<' or '_'") && found == "." && !before.is_empty() => Some("the statement has no object"),
        () if text.starts_with("Expected '<'") && is_bare_value(after) => {
            Some("this is Turtle: write numbers and true or false as `\"42\"^^<http://www.w3.org/2001/XMLSchema#integer>`")
        }
        () if text.starts_with("Expected '<'") && is_prefixed(after) => {
            Some("this looks like Turtle: N-Triples has no prefixes, and whole IRIs in `<>`")
        }
        () => None,
    }
}

/// `<0x1>`, `<dgraph.type>`
fn is_dgraph(text: &str, after: &str) -> bool {
    let iri = text.rsplit_once(": ").map_or("", |(_, iri)| iri);
    iri.starts_with("0x") || iri.starts_with("dgraph.") || after.contains("\"^^<xs:")
}

/// Whether a text ends with a language and nothing behind it.
fn is_language(before: &str) -> bool {
    before.rsplit_once("\"@").is_some_and(|(_, tag)| tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
}

fn is_bare_value(after: &str) -> bool {
    let word = after.split([' ', '\t']).next().unwrap_or_default();
    word.parse::<f64>().is_ok_and(f64::is_finite) || matches!(word, "true" | "false")
}

/// `ex:name`
fn is_prefixed(after: &str) -> bool {
    let word = after.split([' ', '\t']).next().unwrap_or_default();
    word.split_once(':').is_some_and(|(prefix, _)| prefix.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
}

/// Faults that say enough by themselves.
fn of_text(text: &str) -> Option<&'static str> {
    match text {
        "Unexpected end of file" => Some("a statement ends with ` .`, and a line break in a text is written `\\n`"),
        "Illegal unicode escape sequence" => {
            Some("the escapes are \\t \\b \\n \\r \\f \\\" \\' \\\\ \\uXXXX and \\UXXXXXXXX; a backslash itself is `\\\\`")
        }
        _ if ["Illegal Unicode escape", "Incomplete Unicode escape", "Not a valid Unicode code point"]
            .iter()
            .any(|start| text.starts_with(start)) =>
        {
            Some("in an IRI, \\u is followed by four hexadecimal digits, and \\U by eight; a backslash itself is `%5C`")
        }
        "Content after '.' is not allowed" => Some("each statement has a line of its own"),
        "datatype rdf:langString requires a language tag" => Some("write a language, `\"text\"@en`, or leave the datatype out"),
        _ if text.starts_with("Not a valid (absolute) IRI") => Some("write the whole IRI, with its scheme: `<http://…>`"),
        _ if text.starts_with("IRI included an unencoded space") => Some("write a blank in an IRI as `%20`"),
        _ if text.starts_with("IRI includes string escapes") => {
            Some("write the character itself, or as `%` and two hexadecimal digits")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::star("Expected '<', found: <", "<< <e:a> <e:b> <e:c> >> <e:p> <e:d> .", 0, Some("RDF-star"))]
    #[case::a_graph("Expected '.', found: <", "<e:a> <e:p> <e:c> <e:g> .", 18, Some("`nquads`"))]
    #[case::a_mail_address_is_no_language("Expected '.', found: _", "<mailto:x@y.z> <e:p> <e:c> _:g .", 27, Some("`nquads`"))]
    #[case::an_object_of_javascript(
        "IRI included an unencoded space: '32'",
        "<e:a> <e:p> \"1\"^^<[object Object]> .",
        25,
        Some("a JavaScript program")
    )]
    #[case::an_object_in_a_text(
        "IRI included an unencoded space: '32'",
        "<e:a b> <e:p> \"1^^<[object Object]>\" .",
        4,
        Some("as `%20`")
    )]
    #[case::a_space("IRI included an unencoded space: '32'", "<e:a> <e:p> <e:an object> .", 17, Some("as `%20`"))]
    #[case::default_graph("Expected '.', found: D", "<e:a> <e:p> \"x\" DEFAULT .", 16, Some("pycottas"))]
    #[case::a_quote("Expected '.', found: h", "<e:a> <e:p> \"He said \"hi\" .", 22, Some("written `\\\"`"))]
    #[case::semicolon("Expected '.', found: ;", "<e:a> <e:p> \"x\" ; <e:q> 1 .", 16, Some("Turtle's"))]
    #[case::datatype("Expected '<', found: x", "<e:a> <e:p> \"1\"^^xsd:int .", 17, Some("a datatype is a whole IRI"))]
    #[case::number("Expected '<' or '_', found: 4", "<e:a> <e:p> 42 .", 12, Some("as `\"42\"^^"))]
    #[case::boolean("Expected '<' or '_', found: t", "<e:a> <e:p> true .", 12, Some("true or false"))]
    #[case::a_word_that_is_neither("Expected '<' or '_', found: t", "<e:a> <e:p> truely .", 12, None)]
    #[case::subject("Expected '<' or '_', found: \"", "\"x\" <e:p> <e:c> .", 0, Some("no subject"))]
    #[case::no_object("Expected '<' or '_', found: .", "<e:a> <e:p> .", 12, Some("no object"))]
    #[case::a_full_stop_alone("Expected '<' or '_', found: .", ".", 0, None)]
    #[case::no_language("Expected a letter, found:  ", "<e:a> <e:p> \"x\"@ .", 16, Some("name a language"))]
    #[case::a_blank_predicate("Expected '<', found: _", "<e:a> _:p <e:c> .", 6, Some("no blank node"))]
    #[case::a_pipe("Expected '<', found: |", "<e:a> |e:p> <e:c> .", 6, None)]
    fn each_fault_has_its_remedy_or_none(
        #[case] text: &str,
        #[case] line: &str,
        #[case] at: usize,
        #[case] expected: Option<&str>,
    ) {
        let said = of_statement(text, line, at, Format::NTriples);
        assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
        assert!(said.as_deref().unwrap_or_default().contains(expected.unwrap_or_default()), "{said:?}");
    }

    #[test]
    fn a_fifth_term_is_not_sent_to_the_format_that_it_is_in() {
        let said = of_statement("Expected '.', found: <", "<e:a> <e:p> <e:c> <e:g> <e:h> .", 24, Format::NQuads).unwrap();
        assert!(said.contains("four terms at most"), "{said}");
    }
    #[test]
    fn a_name_that_ends_like_a_number_is_none() {
        let said = of_statement("Expected an RDF value here, found ';'", "e:INF ; e:p 1 .", 6, Format::Turtle).unwrap();
        assert!(!said.contains("INF"), "{said}");
    }
}
