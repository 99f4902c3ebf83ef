//! Entities: what stands for their references, when they are used.

use std::collections::HashMap;
use std::rc::Rc;

use super::end::End;
use crate::stream::MAX_RECORD;

/// How long all entities of a document may be together, in bytes, with their names.
const MAX_ENTITIES: usize = 1024 * 1024;
/// How often entities may be used in a document, and how long what stands there may be together: what Java's XML reader allows.
const MAX_USES: usize = 64_000;
const MAX_USED: usize = 50_000_000;
/// How deep an entity may stand in others.
const MAX_DEPTH: usize = 64;

/// The entities that a document declares.
#[derive(Debug, Default)]
pub(super) struct Entities {
    /// `None` for what is in another file.
    values: HashMap<String, Option<Rc<str>>>,
    bytes: usize,
    /// The entities that are being read, from the outermost.
    open: Vec<String>,
    uses: usize,
    used: usize,
}

impl Entities {
    /// Adds an entity, of which the first declaration counts. One for declarations has `%` before its name.
    pub(super) fn add(&mut self, name: &str, value: Option<String>) -> Result<(), End> {
        self.bytes += name.len() + value.as_ref().map_or(0, String::len);
        if self.bytes > MAX_ENTITIES {
            return Err(End::TooMuch("The entities of the file take more than 1 MiB"));
        }
        self.values.entry(name.to_owned()).or_insert_with(|| value.map(Rc::from));
        Ok(())
    }

    /// Whether an entity is declared in this file.
    pub(super) fn is_here(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(Option::is_some)
    }

    /// Begins to read what stands for an entity. `leave` ends it.
    pub(super) fn enter(&mut self, name: &str) -> Result<Rc<str>, End> {
        let value = match self.values.get(name) {
            Some(Some(value)) => Rc::clone(value),
            Some(None) => return Err(End::ours(format!("The entity \"{name}\" is in another file, which is never fetched"))),
            None => return Err(End::rdf4j(format!("The entity \"{name}\" was referenced, but not declared."))),
        };
        if let Some(at) = self.open.iter().position(|open| open == name) {
            let path = self.open[at..].join(" -> ");
            return Err(End::rdf4j(format!("Recursive entity reference \"{name}\". (Reference path: {path} -> {name}),")));
        }
        self.uses += 1;
        self.used += value.len();
        if self.uses > MAX_USES {
            let said = "JAXP00010001: The parser has encountered more than \"64000\" entity expansions in this document; this is the limit imposed by the JDK.";
            return Err(End::rdf4j(said));
        }
        if self.used > MAX_USED {
            return Err(End::TooMuch("What stands for the entities of the file is longer than 50,000,000 bytes"));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(End::TooMuch("Entities are nested deeper than 64 levels"));
        }
        self.open.push(name.to_owned());
        Ok(value)
    }

    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// The value of an element's attribute, with what stands for its references.
    pub(super) fn expand(&mut self, value: &str, key: &str, element: &str) -> Result<String, End> {
        let mut expanded = String::with_capacity(value.len());
        self.expand_into(value, [key, element], &mut expanded)?;
        Ok(expanded)
    }

    fn expand_into(&mut self, value: &str, of: [&str; 2], expanded: &mut String) -> Result<(), End> {
        if value.contains('<') {
            let [key, element] = of;
            let of = format!("attribute \"{key}\" associated with an element type \"{element}\"");
            return Err(End::rdf4j(format!("The value of {of} must not contain the '<' character.")));
        }
        let mut parts = value.split('&');
        // Line ends and tabs are blanks there.
        expanded.push_str(&parts.next().unwrap_or_default().replace(['\t', '\n', '\r'], " "));
        for part in parts {
            let (name, rest) = reference(part)?;
            if let Some(c) = character(name)? {
                expanded.push(c);
            } else {
                let value = self.enter(name)?;
                self.expand_into(&value, of, expanded)?;
                self.leave();
            }
            expanded.push_str(&rest.replace(['\t', '\n', '\r'], " "));
            if expanded.len() > MAX_RECORD {
                return Err(End::TooMuch("A tag or a text is longer than 16 MiB"));
            }
        }
        Ok(())
    }
}

/// What a text behind an `&` refers to, and what follows.
pub(super) fn reference(text: &str) -> Result<(&str, &str), End> {
    text.split_once(';').filter(|(name, _)| is_reference(name)).ok_or_else(|| unended(text))
}

/// The character that has a number, or that XML itself has a name for.
pub(super) fn character(name: &str) -> Result<Option<char>, End> {
    let Some(number) = name.strip_prefix('#') else {
        return Ok(match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        });
    };
    let code = match number.strip_prefix('x') {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    };
    let c = code.ok().and_then(char::from_u32).filter(|c| is_xml(*c));
    c.map(Some).ok_or_else(|| End::rdf4j(format!("Character reference \"&{name}\" is an invalid XML character.")))
}

/// Whether this may stand between `&` and `;`: a name, or `#` and a number, which is looked at later.
fn is_reference(text: &str) -> bool {
    let name = text.strip_prefix('#').unwrap_or(text);
    !text.is_empty() && name_in(name) == name
}

/// The letters, digits and signs at the beginning that a name may have.
pub(super) fn name_in(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))).unwrap_or(text.len());
    &text[..end]
}

/// What is said of an `&` before a text in which no `;` ends a name.
pub(super) fn unended(text: &str) -> End {
    match name_in(text) {
        name if begins_name(name) => End::rdf4j(format!("The reference to entity \"{name}\" must end with the ';' delimiter.")),
        _ => End::rdf4j("The entity name must immediately follow the '&' in the entity reference."),
    }
}

pub(super) fn begins_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'))
}

/// Whether XML 1.0 may have a character, as itself or by its number (section 2.2).
pub(super) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
