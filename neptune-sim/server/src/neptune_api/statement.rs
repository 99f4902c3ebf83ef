//! Decides from the words of a statement what it may do to the graph. Strings, comments and names do not count as words of the language.
//!
//! It is no parser: it classifies even a text that no engine would run. If a text is ambiguous, the reading that needs more permission
//! counts.

use std::iter::Peekable;
use std::str::CharIndices;

/// What a statement may do, beside reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// It may add or change something.
    pub(super) writes: bool,
    /// It may erase something.
    pub(super) deletes: bool,
}

impl Effects {
    const WRITE: Self = Self { writes: true, deletes: false };
    const DELETE: Self = Self { writes: false, deletes: true };
    const BOTH: Self = Self { writes: true, deletes: true };

    fn and(self, other: Self) -> Self {
        Self { writes: self.writes || other.writes, deletes: self.deletes || other.deletes }
    }

    pub(super) fn of_all(effects: impl IntoIterator<Item = Self>) -> Self {
        effects.into_iter().fold(Self::default(), Self::and)
    }
}

/// A piece of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A word: of the language, or a name.
    Word(&'a str),
    /// A string, a number, a name in quotes, an IRI: whatever stands for a value or a name, and is no word of the language.
    Value,
    /// Any other character.
    Sign(char),
}

impl Token<'_> {
    fn is(self, words: &[&str]) -> bool {
        matches!(self, Self::Word(word) if words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    fn is_sign(self, signs: &str) -> bool {
        matches!(self, Self::Sign(sign) if signs.contains(sign))
    }
}

/// What an openCypher statement may do.
pub(super) fn of_opencypher(text: &str) -> Effects {
    let tokens = tokens(text, Language::OpenCypher);
    let labels = labels(&tokens);
    let clause = |(place, token): (usize, &Token<'_>)| {
        let before = place.checked_sub(1).map(|before| tokens[before]);
        let next = tokens.get(place + 1).copied();
        let is_name = before.is_some_and(precedes_a_name) && !ends_a_projection(&tokens[..place]);
        if labels[place] || is_name || next.is_some_and(follows_a_name) {
            return Effects::default();
        }
        match token {
            token if token.is(&["CREATE", "SET", "MERGE", "FOREACH", "LOAD", "INSERT"]) => Effects::WRITE,
            token if token.is(&["DELETE", "DETACH", "REMOVE", "DROP"]) => Effects::DELETE,
            // A subquery is what its own words say; what a procedure does is not known.
            token if token.is(&["CALL"]) && next.is_some_and(|next| !next.is_sign("{(")) => Effects::DELETE,
            _ => Effects::default(),
        }
    };
    Effects::of_all(tokens.iter().enumerate().map(clause))
}

/// Whether what comes behind it is a name or a value, and no clause.
fn precedes_a_name(token: Token<'_>) -> bool {
    const WORDS: [&str; 24] = [
        "AS", "RETURN", "WITH", "WHERE", "BY", "DISTINCT", "YIELD", "UNWIND", "IN", "AND", "OR", "XOR", "NOT", "WHEN", "THEN",
        "ELSE", "CASE", "CONTAINS", "LIMIT", "SKIP", "SET", "REMOVE", "DELETE", "IS",
    ];
    token.is(&WORDS) || token.is_sign(".$,=<>+-*/%^([")
}

/// Whether the last of these is the star of `WITH *`, behind which a clause may begin. Behind the star of a product there is a factor.
fn ends_a_projection(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [.., word, Token::Sign('*')] if word.is(&["WITH", "RETURN", "YIELD", "DISTINCT"]))
}

/// Whether what stands before it is a name, and no clause.
fn follows_a_name(token: Token<'_>) -> bool {
    token.is(&["AS", "IN"]) || token.is_sign(":.,=)]}+-*/%^<>")
}

/// Which tokens are labels, types or keys of a map: `:A`, `:A|B`, `:A&!B`, `{a: b}`.
fn labels(tokens: &[Token<'_>]) -> Vec<bool> {
    let (mut labels, mut expected) = (Vec::with_capacity(tokens.len()), false);
    for (place, token) in tokens.iter().enumerate() {
        let continues = place > 0 && labels[place - 1] && token.is_sign("|&");
        let is_label = expected && matches!(token, Token::Word(_) | Token::Value);
        // A sign between two labels counts as part of them.
        labels.push(is_label);
        expected = token.is_sign(":") || continues || (expected && token.is_sign("!%"));
    }
    labels
}

/// What a SPARQL update may do.
pub(super) fn of_sparql_update(text: &str) -> Effects {
    let tokens = tokens(text, Language::Sparql);
    let operations: Vec<Effects> = tokens
        .iter()
        .filter_map(|token| match token {
            token if token.is(&["INSERT", "LOAD", "CREATE", "ADD"]) => Some(Effects::WRITE),
            token if token.is(&["DELETE", "CLEAR", "DROP"]) => Some(Effects::DELETE),
            // Both empty a graph before they fill it, or after.
            token if token.is(&["COPY", "MOVE"]) => Some(Effects::BOTH),
            _ => None,
        })
        .collect();
    if operations.is_empty() { Effects::DELETE } else { Effects::of_all(operations) }
}

/// Whose rules a text follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    OpenCypher,
    Sparql,
}

fn tokens(text: &str, language: Language) -> Vec<Token<'_>> {
    let mut reader = Reader { text, rest: text.char_indices().peekable() };
    let mut tokens = Vec::new();
    while let Some((at, c)) = reader.rest.next() {
        match (language, c) {
            (_, c) if c.is_whitespace() => {}
            (Language::OpenCypher, '/') if reader.next_is('/') => reader.skip_line(),
            (Language::OpenCypher, '/') if reader.next_is('*') => reader.skip_comment(),
            (Language::Sparql, '#') => reader.skip_line(),
            (Language::OpenCypher, '`') => {
                reader.skip_name_in_quotes();
                tokens.push(Token::Value);
            }
            (_, '\'' | '"') => {
                reader.skip_string(at, c, language);
                tokens.push(Token::Value);
            }
            (Language::Sparql, '<') if reader.skip_iri(at) => tokens.push(Token::Value),
            (Language::Sparql, '?' | '$') => {
                reader.word(at);
                tokens.push(Token::Value);
            }
            // Language tags, and names without a prefix.
            (Language::Sparql, '@' | ':') => {
                reader.skip_word();
                tokens.push(Token::Value);
            }
            (_, c) if is_word(c) => {
                let word = reader.word(at);
                if language == Language::Sparql && reader.next_is(':') {
                    reader.rest.next();
                    reader.skip_word();
                    tokens.push(Token::Value);
                } else {
                    // A number ends where it cannot go on, though no blank stands there.
                    let number = number_length(word);
                    tokens.extend((number > 0).then_some(Token::Value));
                    tokens.extend((number < word.len()).then(|| Token::Word(&word[number..])));
                }
            }
            (_, c) => tokens.push(Token::Sign(c)),
        }
    }
    tokens
}

/// How many bytes at its beginning are a number: decimal, hexadecimal or with an exponent.
fn number_length(word: &str) -> usize {
    let digits = |text: &str, is_digit: fn(&char) -> bool| text.chars().take_while(is_digit).count();
    if let Some(hexadecimal) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return "0x".len() + digits(hexadecimal, char::is_ascii_hexdigit);
    }
    let whole = digits(word, char::is_ascii_digit);
    let exponent = word[whole..].strip_prefix(['e', 'E']).map_or(0, |rest| digits(rest, char::is_ascii_digit));
    if whole > 0 && exponent > 0 { whole + "e".len() + exponent } else { whole }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What is left of a text.
struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

impl<'a> Reader<'a> {
    fn next_is(&mut self, wanted: char) -> bool {
        self.rest.peek().is_some_and(|(_, c)| *c == wanted)
    }

    /// Where the next character stands.
    fn place(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    /// Goes on at a place.
    fn go_to(&mut self, place: usize) {
        while self.rest.peek().is_some_and(|(at, _)| *at < place) {
            self.rest.next();
        }
    }

    fn skip_line(&mut self) {
        while self.rest.next().is_some_and(|(_, c)| c != '\n' && c != '\r') {}
    }

    fn skip_comment(&mut self) {
        self.rest.next();
        let begin = self.place();
        let end = self.text[begin..].find("*/").map_or(self.text.len(), |length| begin + length + "*/".len());
        self.go_to(end);
    }

    /// A quote in it is written twice.
    fn skip_name_in_quotes(&mut self) {
        while let Some((_, c)) = self.rest.next() {
            if c == '`' && self.rest.next_if(|(_, c)| *c == '`').is_none() {
                return;
            }
        }
    }

    /// A string whose first quote stands here. Three quotes begin and end a long one in SPARQL.
    fn skip_string(&mut self, at: usize, quote: char, language: Language) {
        let long = quote.to_string().repeat(3);
        let end = if language == Language::Sparql && self.text[at..].starts_with(&long) {
            self.go_to(at + long.len());
            long
        } else {
            quote.to_string()
        };
        while let Some((at, c)) = self.rest.next() {
            if c == '\\' {
                self.rest.next();
            } else if self.text[at..].starts_with(&end) {
                self.go_to(at + end.len());
                return;
            }
        }
    }

    /// An IRI whose first bracket stands here; otherwise it is a sign that compares.
    fn skip_iri(&mut self, at: usize) -> bool {
        let inside = &self.text[at + 1..];
        let Some(end) = inside.find(|c: char| c.is_whitespace() || "<>\"{}|^`\\".contains(c)) else { return false };
        let is_iri = inside[end..].starts_with('>');
        if is_iri {
            self.go_to(at + 1 + end + 1);
        }
        is_iri
    }

    /// The rest of a name, which may have dots and hyphens in it.
    fn skip_word(&mut self) {
        while self.rest.next_if(|(_, c)| is_word(*c) || "-.:%".contains(*c)).is_some() {}
    }

    /// The word that begins here.
    fn word(&mut self, begin: usize) -> &'a str {
        while self.rest.next_if(|(_, c)| is_word(*c)).is_some() {}
        let end = self.place();
        &self.text[begin..end]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const READ: Effects = Effects { writes: false, deletes: false };

    #[rstest]
    #[case::create("CREATE (n)", Effects::WRITE)]
    #[case::create_a_path("create p = (a)-[:KNOWS]->(b) RETURN p", Effects::WRITE)]
    #[case::merge("MERGE (n:Person {id: 1}) ON CREATE SET n.a = 1", Effects::WRITE)]
    #[case::set("MATCH (n) SET n.name = 'x'", Effects::WRITE)]
    #[case::set_in_lower_case("match (n) set n.name = 'x'", Effects::WRITE)]
    #[case::set_a_label("MATCH (n)\nSET\tn:Old", Effects::WRITE)]
    #[case::foreach("MATCH p = (a)-->(b) FOREACH (n IN nodes(p) | SET n.seen = true)", Effects::WRITE)]
    #[case::foreach_that_erases("MATCH p = (a)-->(b) FOREACH (n IN nodes(p) | DETACH DELETE n)", Effects::BOTH)]
    #[case::load("LOAD CSV FROM 's3://b/x.csv' AS line RETURN line", Effects::WRITE)]
    #[case::delete("MATCH (n) DELETE n", Effects::DELETE)]
    #[case::delete_after_a_comparison("MATCH (n) WHERE n.a = b DELETE n", Effects::DELETE)]
    #[case::detach_delete("MATCH (n) detach  delete n", Effects::DELETE)]
    #[case::no_detach_delete("MATCH (n) NODETACH DELETE n", Effects::DELETE)]
    #[case::delete_in_parentheses("MATCH (n) DELETE (n)", Effects::DELETE)]
    #[case::delete_behind_a_comment("MATCH (n)/* all */DELETE/**/n", Effects::DELETE)]
    #[case::delete_a_name_in_quotes("MATCH (`a b`) DELETE `a b`", Effects::DELETE)]
    #[case::delete_two("MATCH (a)-[r]->(b) DELETE r, a", Effects::DELETE)]
    #[case::remove("MATCH (n) REMOVE n.name", Effects::DELETE)]
    #[case::drop("DROP INDEX i", Effects::DELETE)]
    #[case::both("MATCH (n) SET n.a = 1 WITH n DELETE n", Effects::BOTH)]
    #[case::a_subquery_that_writes("MATCH (n) CALL { WITH n CREATE (m) } RETURN n", Effects::WRITE)]
    #[case::an_unknown_procedure("CALL db.clear()", Effects::DELETE)]
    #[case::after_a_string_with_a_quote(r"MATCH (n {a: 'it\'s'}) DELETE n", Effects::DELETE)]
    #[case::after_two_strings(r#"MATCH (n {a: "x'", b: 'y"'}) DELETE n"#, Effects::DELETE)]
    #[case::nothing_behind_it("DELETE", Effects::DELETE)]
    #[case::delete_behind_a_star("MATCH (n) WITH * DELETE n", Effects::DELETE)]
    #[case::set_behind_a_star("MATCH (n) WITH DISTINCT * SET n.x = 1", Effects::WRITE)]
    #[case::create_behind_a_yield("CALL { RETURN 1 AS x } WITH * CREATE (n)", Effects::WRITE)]
    #[case::delete_behind_a_number("MATCH (n) WHERE n.x<1DELETE n", Effects::DELETE)]
    #[case::delete_behind_an_exponent("MATCH (n) WHERE n.x<1e5DELETE n", Effects::DELETE)]
    #[case::delete_behind_a_hexadecimal("MATCH (n) WHERE n.x<0x1 DELETE n", Effects::DELETE)]
    #[case::after_a_list("UNWIND [1, 2] AS x WITH [x] AS l UNWIND l AS y CREATE (n)", Effects::WRITE)]
    fn what_changes_the_graph_is_reported(#[case] text: &str, #[case] effects: Effects) {
        assert_eq!(of_opencypher(text), effects);
    }

    #[rstest]
    #[case::a_match("MATCH (n) RETURN n")]
    #[case::a_property("MATCH (n) WHERE n.deleted = true RETURN n.set, n.delete, n.create")]
    #[case::spaces_round_the_dot("MATCH (n) RETURN n . delete")]
    #[case::a_longer_word("MATCH (n) RETURN n.x AS created, n.y AS settings")]
    #[case::a_string("MATCH (n {op: 'DELETE n'}) RETURN \"SET n.a = 1\"")]
    #[case::an_escaped_quote(r"MATCH (n {op: 'it\'s DELETE n'}) RETURN n")]
    #[case::a_line_comment("MATCH (n) // DELETE n\nRETURN n")]
    #[case::a_comment("MATCH (n) /* DETACH DELETE n; SET n.x = 1 */ RETURN n")]
    #[case::a_comment_without_end("MATCH (n) RETURN n /* DELETE n")]
    #[case::a_string_without_end("MATCH (n) RETURN 'DELETE n")]
    #[case::a_name_in_quotes("MATCH (n) RETURN n.`DELETE` AS `SET x`, n.`a``DELETE b`")]
    #[case::a_label("MATCH (n:Delete) RETURN n")]
    #[case::labels("MATCH (n:Create|Set|:Merge) RETURN n")]
    #[case::not_a_label("MATCH (n:!Delete&Set) RETURN n")]
    #[case::a_type("MATCH ()-[r:CREATE|DELETE]->() RETURN r")]
    #[case::a_key("RETURN {set: 1, delete: 2, create: 3} AS m")]
    #[case::a_key_of_a_pattern("MATCH (n {remove: 1}) RETURN n")]
    #[case::a_parameter("MATCH (n) WHERE n.id = $delete RETURN $set")]
    #[case::a_variable("MATCH (set) RETURN set, set.name AS delete")]
    #[case::a_variable_with_a_label("MATCH (create:Person) RETURN create")]
    #[case::an_alias("MATCH (n) WITH n AS merge RETURN merge ORDER BY merge")]
    #[case::a_subquery("MATCH (n) CALL { MATCH (m) RETURN count(m) AS c } RETURN n, c")]
    #[case::a_subquery_with_a_scope("MATCH (n) CALL (n) { RETURN n.x AS x } RETURN x")]
    #[case::a_product("MATCH (n) RETURN 2 * set, 1e5 * delete, 0xDE * create")]
    #[case::all_that_there_is("MATCH (n) WITH * RETURN *")]
    #[case::nothing("")]
    fn what_only_reads_is_not_taken_for_more(#[case] text: &str) {
        assert_eq!(of_opencypher(text), READ);
    }

    #[rstest]
    #[case::insert("INSERT DATA { <urn:a> <urn:b> 'DELETE' }", Effects::WRITE)]
    #[case::insert_where(
        "PREFIX delete: <urn:drop#> insert { ?delete delete:drop delete:clear } WHERE { ?delete ?p ?o }",
        Effects::WRITE
    )]
    #[case::load("LOAD <http://example.org/DELETE> INTO GRAPH <urn:clear>", Effects::WRITE)]
    #[case::create("CREATE GRAPH <urn:g>", Effects::WRITE)]
    #[case::add("ADD <urn:a> TO <urn:b>", Effects::WRITE)]
    #[case::delete("DELETE DATA { <urn:a> <urn:b> <urn:c> }", Effects::DELETE)]
    #[case::delete_where("delete where { ?s ?p ?o }", Effects::DELETE)]
    #[case::modify("WITH <urn:g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }", Effects::BOTH)]
    #[case::clear("CLEAR ALL", Effects::DELETE)]
    #[case::drop("DROP SILENT GRAPH <urn:g>", Effects::DELETE)]
    #[case::copy("COPY <urn:a> TO <urn:b>", Effects::BOTH)]
    #[case::moving("MOVE <urn:a> TO <urn:b>", Effects::BOTH)]
    #[case::two_operations("INSERT DATA { <urn:a> <urn:b> 1 } ; CLEAR DEFAULT", Effects::BOTH)]
    #[case::behind_a_comment("# DELETE\nINSERT DATA { <urn:a#b> <urn:b> 1 }", Effects::WRITE)]
    #[case::a_long_string("INSERT DATA { <urn:a> <urn:b> '''it's \"DELETE\" ''' }", Effects::WRITE)]
    #[case::a_language_tag("INSERT DATA { <urn:a> <urn:b> 'x'@delete }", Effects::WRITE)]
    #[case::a_comparison("INSERT { ?a ?b 1 } WHERE { ?a ?b ?c FILTER(?c < 5 && ?c > 1) }", Effects::WRITE)]
    #[case::not_known("y", Effects::DELETE)]
    #[case::nothing("", Effects::DELETE)]
    fn a_sparql_update_is_what_its_operations_are(#[case] text: &str, #[case] effects: Effects) {
        assert_eq!(of_sparql_update(text), effects);
    }

    proptest! {
        #[test]
        fn any_text_comes_to_something(text in "[ -~äß\\n`'\"/*#<>:.|]{0,80}") {
            let _ = (of_opencypher(&text), of_sparql_update(&text));
        }

        #[test]
        fn whatever_stands_in_a_string_is_no_clause(text in "[ -&(-Z^-~]{0,40}") {
            let statement = format!("MATCH (n {{a: '{text}'}}) RETURN n");
            prop_assert_eq!(of_opencypher(&statement), READ);
            prop_assert_eq!(of_opencypher(&format!("{statement} DELETE n")).deletes, true);
        }
    }
}
