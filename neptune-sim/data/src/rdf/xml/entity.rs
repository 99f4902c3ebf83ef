//! Entities: their declarations, and what stands for them.

use std::collections::HashMap;

use super::end::End;
use crate::stream::MAX_RECORD;

/// How long all entities of a document may be together, in bytes, with their names. One that is made of others is as long as they are.
const MAX_ENTITIES: usize = 1024 * 1024;

/// The entities that a document declares.
#[derive(Debug, Default)]
pub(super) struct Entities {
    values: HashMap<String, String>,
    bytes: usize,
}

impl Entities {
    /// Adds an entity, of which the first declaration counts. One for declarations has `%` before its name.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), End> {
        let value = self.expand(value)?;
        self.bytes += name.len() + value.len();
        if self.bytes > MAX_ENTITIES {
            return Err(End::TooMuch("The entities of the file take more than 1 MiB"));
        }
        self.values.entry(name.to_owned()).or_insert(value);
        Ok(())
    }

    /// A text with what stands for its references.
    pub(super) fn expand(&self, text: &str) -> Result<String, End> {
        let mut expanded = String::with_capacity(text.len());
        let mut parts = text.split('&');
        expanded.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (name, rest) = part.split_once(';').filter(|(name, _)| is_reference(name)).ok_or_else(|| unended(part))?;
            self.push(name, &mut expanded)?;
            expanded.push_str(rest);
        }
        Ok(expanded)
    }

    /// Adds what stands for an entity, or for a character with a number, to a text.
    pub(super) fn push(&self, name: &str, text: &mut String) -> Result<(), End> {
        let numbered =
            |number: &str, radix| u32::from_str_radix(number, radix).ok().and_then(char::from_u32).filter(|c| is_xml(*c));
        let c = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match name.strip_prefix('#') {
                Some(number) => match number.strip_prefix('x') {
                    Some(number) => numbered(number, 16),
                    None => numbered(number, 10),
                }
                .ok_or_else(|| End::rdf4j(format!("Character reference \"&{name}\" is an invalid XML character.")))
                .map(Some)?,
                None => None,
            },
        };
        match (c, self.values.get(name)) {
            (Some(c), _) => text.push(c),
            (None, Some(value)) => text.push_str(value),
            (None, None) => return Err(End::rdf4j(format!("The entity \"{name}\" was referenced, but not declared."))),
        }
        if text.len() > MAX_RECORD { Err(End::TooMuch("A tag or a text is longer than 16 MiB")) } else { Ok(()) }
    }
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
