//! Faults of Turtle, in the words of RDF4J's reader.

use super::rdf::{Around, BARE_IRI, STAR, VERSION, is_nothing};

/// What helps against a fault here.
pub(super) fn of_turtle(text: &str, around: &Around<'_>) -> Option<&'static str> {
    of_statement(text, around)
        .or_else(|| of_directive(text, around))
        .or_else(|| of_name(text, around))
        .or_else(|| of_place(text))
}

/// Faults between statements and inside them.
fn of_statement(text: &str, around: &Around<'_>) -> Option<&'static str> {
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
