//! Statements that cannot be read, in the words of RDF4J's readers.

use crate::arguments::Format;

/// What stands before and behind the place of a fault in its line.
struct Around<'a> {
    before: &'a str,
    after: &'a str,
}

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
            of_turtle(text, &around)
                .or_else(|| of_directive(text, &around))
                .or_else(|| of_name(text, &around))
                .or_else(|| of_place(text))
                .or_else(|| of_text(text))
        }
    });
    hint.map(str::to_owned)
}

const STAR: &str = "a statement about a statement is RDF-star, which no load takes";

/// Jena writes it, for example.
const VERSION: &str = "a version is RDF 1.2, which no load takes: leave the line out, and write RDF 1.1";

const BARE_IRI: &str = "an IRI stands in `<>`: `<http://…>`";

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

/// How programs write that there is no value.
fn is_nothing(after: &str) -> bool {
    let word = after.split([' ', '\t']).next().unwrap_or_default();
    matches!(word, "null" | "undefined" | "None" | "NULL" | "nil" | "nan" | "NaN")
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

/// Faults of RDF/XML.
fn of_xml(text: &str, line: &str) -> Option<&'static str> {
    match text {
        "Content is not allowed in prolog." if line.to_ascii_lowercase().contains("utf-16") => {
            Some("the file says that it is UTF-16, and is not: write `encoding=\"UTF-8\"`")
        }
        "The string \"--\" is not permitted within comments." => Some("leave the second hyphen out, or the comment"),
        _ if text.starts_with("The character sequence \"]]>\"") => Some("write `]]>` as `]]&gt;`"),
        _ if text.starts_with("Invalid byte ") => Some("write the file as UTF-8"),
        "XML document structures must start and end within the same entity." => {
            Some("the file is cut off, or a tag is not closed: write or upload it again")
        }
        "The markup in the document following the root element must be well-formed." => {
            Some("a document has one root element: put all into one rdf:RDF, or into files of their own")
        }
        "unexpected attribute 'rdf:resource'" | "unexpected attribute 'rdf:nodeID'" => {
            Some("an element has either a value in it or an attribute that names it: leave one of them out")
        }
        _ if text.starts_with("unqualified attribute") => Some("give the attribute a prefix, as in `rdf:about`"),
        "Premature end of file." => Some("the file is empty: leave it out, or write or upload it again"),
        _ if text.ends_with("by the matching end-tag \"</") || text.contains("must be terminated by the matching end-tag") => {
            Some("a tag ends another element than the last that is open: close them in the order in which they stand")
        }
        _ if text.starts_with("An invalid XML character") => {
            Some("leave the character out: XML has no control characters but line ends and tabs")
        }
        "unexpected literal" => Some("text stands in the element of a property, and not between two of them"),
        _ if is_less_than(text, line) => Some("write a `<` that is none of a tag as `&lt;`"),
        _ if text.contains("attribute key must be") => Some("write an attribute as `name=\"value\"`"),
        _ if text.ends_with("is in another file, which is never fetched") => Some("write into the file what stands there"),
        _ if text.starts_with("Recursive entity") => Some("declare the entity as the text that it stands for"),
        _ if text.starts_with("JAXP00010001") => Some(
            "write names in full in place of entities such as `&owl;`, or split the file: Java's XML reader takes 64,000 of them",
        ),
        _ if text.starts_with("The entity \"") => {
            Some("XML knows &lt; &gt; &amp; &quot; and &apos;; write others as characters, or declare them in the DOCTYPE")
        }
        _ if text.contains("parameter entity reference") => Some("write a `%` in the text of an entity as `&#37;`"),
        _ if text.starts_with("The entity name must") || text.starts_with("The reference to entity") => {
            Some("write `&` as `&amp;`")
        }
        _ if text.ends_with("is not bound.") => Some("declare the prefix in the root element: `xmlns:name=\"http://…\"`"),
        _ if text.starts_with("Not an XML Name") && text.contains(": _:") => {
            Some("the name has no colon: OWL API writes `_:genid25` where `genid25` belongs")
        }
        _ if text.starts_with("The processing instruction target") => {
            Some("`<?xml …?>` is the very first of a file: remove what stands before it; two documents are two files")
        }
        _ if text.starts_with("Not an XML Name") => Some(
            "rdf:ID and rdf:nodeID have letters, digits, `.`, `-` and `_`, and begin with a letter or `_`; rdf:about takes any IRI",
        ),
        _ if text.ends_with("has already been defined") => {
            Some("rdf:ID names a thing once; refer to it with rdf:about=\"#name\"")
        }
        _ if text.starts_with("unqualified property element") => {
            Some("give the element a namespace: a prefix, or `xmlns` on the root")
        }
        _ if text.ends_with("is no longer a valid RDF name") => Some("leave it out: RDF has dropped it"),
        _ => None,
    }
}

/// Whether a `<` is taken for the beginning of a tag, and stands before what no tag begins with.
fn is_less_than(text: &str, line: &str) -> bool {
    let starts_tag = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '!' | '?' | ':');
    let is_lone = line.split('<').skip(1).any(|behind| !behind.starts_with(starts_tag) && !behind.is_empty());
    let is_of_tag =
        text.ends_with("is no name of XML") || text.contains("attribute key") || text.contains("is not well-formed");
    text.contains("must not contain the '<' character") || is_of_tag && is_lone
}

/// Faults of Turtle.
fn of_turtle(text: &str, around: &Around<'_>) -> Option<&'static str> {
    match () {
        () if around.before.trim().eq_ignore_ascii_case("version") || text.contains("@version") => Some(VERSION),
        () if ["http", "https", "urn"]
            .iter()
            .any(|scheme| text == format!("Namespace prefix '{scheme}' used but not defined")) =>
        {
            Some(BARE_IRI)
        }
        () if text.ends_with("used but not defined") => Some(
            "declare it with `@prefix`; if this is a piece of a file that was split, only the first piece has the prefixes: split \
             N-Triples, which has none",
        ),
        () if matches!(text, "Expected '.', found '<'" | "Expected '.', found '_'") && is_last_term(around) => Some(
            "if the fourth term is a graph, this is N-Quads: load it with the format `nquads`; a statement of Turtle has three",
        ),
        () if around.after.starts_with("{|") => Some(STAR),
        () if text.ends_with("found '{'") || text.ends_with("found '}'") || is_named_graph(around) => {
            Some("a graph in braces is TriG, which no load takes: convert it to N-Quads")
        }
        () if text.starts_with("Illegal language tag char: '_'") => {
            Some("a language has `-` in it, and no underscore: `@en-US`")
        }
        () if around.before.ends_with("<<") || around.before.ends_with("<<(") || around.after.starts_with("<<") => Some(STAR),
        () if is_day(around) => {
            Some("a day is a text with a datatype: `\"2024-02-29\"^^<http://www.w3.org/2001/XMLSchema#date>`")
        }
        () if text.starts_with("Expected '.', found") && around.before.trim_end().ends_with('"') => {
            Some("a quote in a text is written `\\\"`, and a statement ends with ` .`")
        }
        () if text.ends_with("found '/'") && around.before.trim().is_empty() => Some("a comment of Turtle begins with `#`"),
        () if text.ends_with("found '/'") || text.ends_with("found '('") && !around.before.ends_with([' ', '\t', ',']) => Some(
            "a `/` or a bracket in a name behind a prefix is written `\\/`, `\\(` and `\\)`: or write the whole IRI in `<>`",
        ),
        () if text == "Object for statement missing" && is_open_list(around.before) => Some("a list is not closed: write `)`"),
        () if text == "Exponent value missing" => Some("write the digits of the exponent: `1.0E0`"),
        () if text == "Object for statement missing" => {
            of_bare_word(around).or(Some("behind `,` and behind a predicate stands an object: leave the `,` out"))
        }
        () if text.starts_with("Expected '.', found") => Some(
            "a statement ends with ` .`, and so does an `@prefix`; behind `;`, the same subject goes on with another predicate",
        ),
        () if text.starts_with("Illegal carriage return") => {
            Some("write a text of several lines in three quotes, or the line break as `\\n`")
        }
        () if text.starts_with("Found incomplete percent-encoded") => Some("write a `%` in a name as `%25`"),
        () if text == "Unexpected end of file" => Some("a bracket, a quote or the last ` .` is missing"),
        () => of_bare_word(around),
    }
}

/// Faults of `@prefix` and `@base`.
fn of_directive(text: &str, around: &Around<'_>) -> Option<&'static str> {
    match () {
        () if text == "Expected ':', found '<'" => Some("a prefix ends with a colon: `@prefix e: <http://…> .`"),
        () if text.starts_with("Cannot strictly support case-insensitive @") => {
            Some("write `@prefix` and `@base` in small letters, or `PREFIX` and `BASE` without `@` and without a full stop")
        }
        () if text.starts_with("Illegal subject value") && is_behind_directive(around.before) => {
            Some("`PREFIX` and `BASE` without `@` have no full stop: leave it out, or write `@prefix` and `@base`")
        }
        () => None,
    }
}

/// Faults of terms that stand where no such term may stand.
fn of_place(text: &str) -> Option<&'static str> {
    match () {
        () if text.starts_with("Illegal subject value: \"") => Some("a text is an object, and no subject"),
        () if text.starts_with("Illegal predicate value: _:") => Some("a predicate is an IRI, and no blank node"),
        () if text.starts_with("Illegal predicate value") => Some("a predicate is an IRI, and no text"),
        () if text.starts_with("Illegal datatype value") => {
            Some("a datatype is an IRI or a name, without quotes: `\"1\"^^<http://www.w3.org/2001/XMLSchema#int>`")
        }
        () if text.starts_with("Expected '^'") => Some("two `^` stand before a datatype"),
        () if text.starts_with("Expected ']'") => Some("a bracket is not closed: write `]`"),
        () if ["found ';'", "found ','", "found '.'"].iter().any(|end| text.ends_with(end)) => {
            Some("a subject, a predicate and an object make a statement, and one of them is missing here")
        }
        () => None,
    }
}

/// Whether a list is open at the end of this part of a line.
fn is_open_list(before: &str) -> bool {
    before.matches('(').count() > before.matches(')').count()
}

/// Faults of names, and words in their place.
fn of_name(text: &str, around: &Around<'_>) -> Option<&'static str> {
    match () {
        () if text == "Expected ':', found ' '" => Some(of_word(around.before)),
        () if is_of_n3(text, around) => Some(N3),
        () if text.starts_with("Expected an RDF value here") && is_in_name(around) => Some(
            "in a name behind a prefix, a character such as `&`, `@`, `!`, `=` or `'` is written with a backslash, `\\&`: or write the whole IRI in `<>`",
        ),
        () => None,
    }
}

const N3: &str = "variables, `is`, `of`, `has`, `=`, `=>`, `!` and `^` are N3's, which no load takes: write `owl:sameAs` for `=`, and a blank node for a path or a variable";

/// Whether what stands here is N3: `?x`, or an operator that is no part of a name.
fn is_of_n3(text: &str, Around { before, after }: &Around<'_>) -> bool {
    let is_variable = after.strip_prefix('?').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()));
    let behind = after.split(' ').next().unwrap_or_default();
    let is_path = behind.starts_with(['!', '^']) && behind.contains(':');
    let is_operator = is_path || behind == "=" && before.ends_with(' ');
    text.starts_with("Expected an RDF value here") && (is_variable || is_operator)
}

/// Whether a name goes on here with a character that ends it.
fn is_in_name(Around { before, .. }: &Around<'_>) -> bool {
    !before.is_empty() && before.rsplit(' ').next().is_some_and(|word| word.contains(':') && !word.ends_with('>'))
}

/// `2024` with `-02-29` behind it.
fn is_day(Around { before, after }: &Around<'_>) -> bool {
    let year = before.rsplit(' ').next().unwrap_or_default();
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    is_year && after.starts_with('-') && after[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a `PREFIX` or a `BASE` stands before a full stop.
fn is_behind_directive(before: &str) -> bool {
    let word = before.split_whitespace().next().unwrap_or_default();
    ["prefix", "base"].iter().any(|directive| word.eq_ignore_ascii_case(directive)) && before.trim_end().ends_with('>')
}

/// What helps against a word without a colon, with which a line ends here.
fn of_word(before: &str) -> &'static str {
    match before.rsplit(' ').next().unwrap_or_default() {
        "True" | "False" | "TRUE" | "FALSE" => "write `true` or `false`, in small letters",
        "is" | "of" | "has" => N3,
        "A" => "`a`, which stands for rdf:type, is a small letter",
        word if is_nothing(word) => "a program wrote a word for a missing value: leave the statement out",
        _ => "a name has a prefix and a colon, and no blank in it: a blank is a `%20`, and a text stands in quotes",
    }
}

/// What helps against a number without its quotes.
macro_rules! bare {
    ($number:literal) => {
        concat!(
            "raptor, RDF::Trine and SWI-Prolog write it so, and it is no Turtle: write `\"",
            $number,
            "\"^^<http://www.w3.org/2001/XMLSchema#double>`"
        )
    };
}

/// A number that Turtle has only in quotes.
fn of_bare_word(Around { before, after }: &Around<'_>) -> Option<&'static str> {
    // RDF4J stops at a sign, and behind a word.
    let ends = |c: char| c.is_whitespace() || ",;.()[]".contains(c);
    let is = |word: &str| after.split(ends).next() == Some(word) || before.trim_end().rsplit(ends).next() == Some(word);
    match () {
        () if is("NaN") => Some(bare!("NaN")),
        () if is("INF") || is("+INF") => Some(bare!("INF")),
        () if is("-INF") => Some(bare!("-INF")),
        () => None,
    }
}

/// Whether a term stands here behind others in its line, and the statement ends behind it.
fn is_last_term(Around { before, after }: &Around<'_>) -> bool {
    let end = if after.starts_with('<') { '>' } else { ' ' };
    let (_, behind) = after.split_once(end).unwrap_or_default();
    // A long line is cut off in its last term.
    !before.trim().is_empty() && (behind.trim().is_empty() || behind.trim_start().starts_with('.'))
}

/// `GRAPH e:g {`, of which Turtle reads the first word as a prefix.
fn is_named_graph(Around { before, after }: &Around<'_>) -> bool {
    before.trim().eq_ignore_ascii_case("graph") && after.starts_with([' ', '\t', '<'])
}

/// Faults that say enough by themselves.
fn of_text(text: &str) -> Option<&'static str> {
    match text {
        "Unexpected end of file" => Some("a statement ends with ` .`, and a line break in a text is written `\\n`"),
        "Illegal unicode escape sequence" => {
            Some("the escapes are \\t \\b \\n \\r \\f \\\" \\' \\\\ \\uXXXX and \\UXXXXXXXX; a backslash itself is `\\\\`")
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
