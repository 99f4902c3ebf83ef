//! IRIs: relative ones, and what their grammar does not allow and RDF4J takes or refuses by its version.

use oxiri::Iri;

use crate::finding::IriFlaw;

/// How long an IRI or a name may be, in bytes, and what is said of a longer one.
pub(super) const MAX_NAME: usize = 64 * 1024;
pub(super) const LONG_NAME: &str = "An IRI or a name is longer than 64 KiB";

/// An IRI in full, or what RDF4J says of it. One with a colon is taken as it is. Without a base, there is no other.
pub(super) fn resolve(iri: String, base: Option<&Iri<String>>) -> Result<String, String> {
    if iri.contains(':') {
        return Ok(iri);
    }
    let Some(base) = base else { return Err(format!("Not a valid (absolute) IRI: {iri}")) };
    let is_opaque = base.authority().is_none() && !base.path().is_empty() && !base.path().starts_with('/');
    if is_opaque && !iri.is_empty() && !iri.starts_with('#') {
        return Err(format!("Relative URI '{iri}' cannot be resolved using the opaque base URI '{base}'"));
    }
    let resolved = base.resolve_unchecked(&iri).into_inner();
    if resolved.len() > 2 * MAX_NAME { Err(LONG_NAME.to_owned()) } else { Ok(resolved) }
}

/// What is wrong with an IRI, and at which of its characters, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) kind: IriFlaw,
    what: &'static str,
    index: usize,
}

impl Flaw {
    /// The first flaw of an IRI.
    pub(super) fn of(iri: &str) -> Option<Self> {
        // Nearly all are, and it takes a quarter of the time to see that.
        match is_plain(iri.as_bytes()) {
            true if iri.starts_with("http") => None,
            true => Self::name(iri),
            false => Self::look_for(iri).or_else(|| Self::entity(iri)).or_else(|| Self::name(iri)),
        }
    }

    /// A name of RDF that stands in the place of an IRI.
    fn name(iri: &str) -> Option<Self> {
        const PREFIXES: [&str; 10] = ["rdf", "rdfs", "xsd", "xs", "owl", "foaf", "skos", "dc", "dcterms", "schema"];
        let (scheme, rest) = iri.split_once(':')?;
        let kind = match scheme {
            "_" | "nodeID" | "nodeid" => IriFlaw::BlankNode,
            prefix if PREFIXES.contains(&prefix) && !rest.starts_with("//") => IriFlaw::Prefix,
            _ => return None,
        };
        Some(Self { kind, what: CHARACTER, index: 0 })
    }

    /// The first character that is written as XML writes it. The names of HTML have parts of queries in other places, too (`&copy=2`).
    fn entity(iri: &str) -> Option<Self> {
        let is_number =
            |name: &str| name.strip_prefix('#').is_some_and(|code| code.starts_with(|c: char| c == 'x' || c.is_ascii_digit()));
        let is_entity = |name: &str| matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || is_number(name);
        // It is looked for up to the next `&` only, so that no character is looked at often: a line may be long.
        let begins = |rest: &str| rest.split('&').next()?.split_once(';').map(|(name, _)| is_entity(name));
        let (at, _) = iri.match_indices('&').find(|(at, _)| begins(&iri[at + 1..]) == Some(true))?;
        let index = iri[..at].chars().count();
        Some(Self { kind: IriFlaw::Entity, what: CHARACTER, index })
    }

    /// Whether a reader refuses it that verifies the syntax of IRIs, or does not.
    pub(super) fn is_refused(self, verify_uri_syntax: bool) -> bool {
        verify_uri_syntax && !matches!(self.kind, IriFlaw::Entity | IriFlaw::BlankNode | IriFlaw::Prefix)
    }

    fn look_for(iri: &str) -> Option<Self> {
        let host = host(iri);
        let (mut hashes, mut is_query) = (0, false);
        iri.char_indices().enumerate().find_map(|(index, (at, c))| {
            let is_authority = at >= host.0 && at < host.2;
            let (kind, what) = match c {
                ':' if at == 0 => (IriFlaw::Character, CHARACTER),
                '%' if is_authority && at < host.1 && !is_encoded(&iri[at..]) => (IriFlaw::Percent, ENCODING),
                _ if is_authority && at < host.1 => return None,
                _ if is_authority => (IriFlaw::Character, of_host(&iri[host.1..host.2], at - host.1, c)?),
                _ if is_bad(c) => (IriFlaw::Character, CHARACTER),
                _ if is_private(c) && !is_query => (IriFlaw::Character, CHARACTER),
                '%' if !is_encoded(&iri[at..]) => (IriFlaw::Percent, ENCODING),
                '#' if hashes > 0 => (IriFlaw::SecondHash, CHARACTER),
                _ => {
                    hashes += usize::from(c == '#');
                    is_query = hashes == 0 && (is_query || c == '?');
                    return None;
                }
            };
            Some(Self { kind, what, index })
        })
    }

    /// What a reader says that refuses it.
    pub(super) fn text(self, iri: &str) -> String {
        let Self { what, index, .. } = self;
        let code = iri.chars().nth(index).map_or(0, u32::from);
        format!("{what} U+{code:X} at index {index}: {iri}")
    }
}

/// Whether an IRI has only characters that may be anywhere in it, a colon behind its scheme and no other, and one `#` at most.
fn is_plain(iri: &[u8]) -> bool {
    let (mut colons, mut hashes) = (0, 0);
    let mut is_one = |byte: &u8| match byte {
        b':' => {
            colons += 1;
            colons == 1
        }
        b'#' => {
            hashes += 1;
            hashes == 1
        }
        byte => byte.is_ascii_alphanumeric() || b"-._~/?=&,+!$'()*".contains(byte),
    };
    iri.first().is_some_and(u8::is_ascii_alphabetic) && iri.iter().all(&mut is_one)
}

const CHARACTER: &str = "Unexpected character";
const ENCODING: &str = "Illegal percent encoding";
const NO_PATH: &str = "absolute or empty path expected";
const NO_ADDRESS: &str = "Invalid host IP address";

/// Whether no part of an IRI but an address may have this character.
fn is_bad(c: char) -> bool {
    matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | '[' | ']' | '\0'..=' ' | '\u{7f}')
}

/// Whether an IRI may have this character in its query only.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Where the authority of an IRI begins, where its host with the port does, and where both end.
fn host(iri: &str) -> (usize, usize, usize) {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let Some((scheme, rest)) = iri.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else { return (0, 0, 0) };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // What no user may have is looked for in the host.
    let is_user = |text: &str| !text.contains(|c| is_bad(c) || is_private(c));
    let user = rest[..authority].find('@').filter(|at| is_user(&rest[..*at])).map_or(0, |at| at + 1);
    let start = scheme.len() + 3;
    (start, start + user, start + authority)
}

/// What is wrong with a character of a host.
fn of_host(host: &str, at: usize, c: char) -> Option<&'static str> {
    if host.starts_with('[') {
        let end = host.find(']').unwrap_or(host.len());
        let is_address = c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '[' | ']');
        return match () {
            () if at < end && !is_address => Some(NO_ADDRESS),
            // The address is not closed.
            () if at + 1 == host.len() && end == host.len() => Some(NO_ADDRESS),
            () if at == end + 1 && c != ':' || at > end + 1 && !c.is_ascii_digit() => Some(NO_PATH),
            () => None,
        };
    }
    let is_port = host.find(':').is_some_and(|colon| at > colon);
    match c {
        '%' if !is_port && !is_encoded(&host[at..]) => Some(ENCODING),
        _ => (is_bad(c) || is_private(c) || c == '@' || is_port && !c.is_ascii_digit()).then_some(NO_PATH),
    }
}

/// Whether two hexadecimal digits follow the percent sign.
fn is_encoded(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[1..3].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[rstest::rstest]
    #[case::a_query("http://e/?a=1&b=2")]
    #[case::a_query_with_semicolons("http://e/?a=1&b=2;c=3&d;e")]
    #[case::names_of_html("http://e/?a=1&copy=2;&nbsp;&lt=3;&ampere;")]
    #[case::without_an_end("http://e/?a=1&amp=2&lt")]
    #[case::a_fragment("http://e/?a&#b;c")]
    #[case::a_name_with_semicolons("http://e/a;b;c=d")]
    fn what_queries_have_is_no_character_of_xml(#[case] iri: &str) {
        assert_eq!(Flaw::of(iri), None);
    }

    #[test]
    fn the_place_of_a_character_of_xml_is_where_it_begins() {
        assert_eq!(Flaw::of("http://é/?a&b=2&amp;c").map(|flaw| (flaw.kind, flaw.index)), Some((IriFlaw::Entity, 15)));
        assert_eq!(Flaw::of("&amp;").map(|flaw| flaw.index), Some(0));
    }

    #[test]
    fn an_iri_of_ampersands_takes_no_longer_than_others() {
        assert_eq!(Flaw::of(&format!("http://e/;?{}", "&".repeat(4 * 1024 * 1024))), None);
    }

    #[rstest::rstest]
    #[case::behind_a_port("http://u@h:80@en/x", "absolute or empty path expected U+40 at index 13")]
    #[case::behind_a_host("http://u@h@en/x", "absolute or empty path expected U+40 at index 10")]
    #[case::behind_an_address("http://[::1]:80@x/y", "absolute or empty path expected U+40 at index 15")]
    #[case::a_character_for_private_use("http://e\u{e000}@e/x", "absolute or empty path expected U+E000 at index 8")]
    #[case::a_percent_sign("http://a%zz@h/x", "Illegal percent encoding U+25 at index 8")]
    fn what_no_user_and_no_host_may_have_is_a_flaw(#[case] iri: &str, #[case] expected: &str) {
        let flaw = Flaw::of(iri).map(|flaw| flaw.text(iri));
        assert_eq!(flaw, Some(format!("{expected}: {iri}")));
    }

    proptest! {
        #[test]
        fn an_iri_is_plain_only_if_it_has_no_flaw(iri in "[a-c]{0,2}:(//)?[a:@#?/.\\[%0 \u{e000}é-]{0,8}") {
            prop_assert!(!is_plain(iri.as_bytes()) || Flaw::look_for(&iri).is_none(), "{}", iri);
        }
    }
}
